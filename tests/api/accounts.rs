//! `/v1/setup`, `/v1/invitations/accept`, `/v1/auth/login`, `/v1/me`, `/v1/me/password`

use farlight::auth::model::{OneTimeKind, one_time_token};
use farlight::auth::store::insert_one_time_token;

use crate::support::{Actor, PASSWORD, TestApp, json};

pub async fn setup_token(app: &TestApp) -> String {
    let (token, hash) = one_time_token().unwrap();
    let now = app.clock.now();
    let until = now.plus_seconds(3_600);
    app.services
        .db
        .write(move |conn| insert_one_time_token(conn, OneTimeKind::Setup, &hash, None, now, until))
        .await
        .unwrap();
    token
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setup_link_founds_an_organisation_once() {
    let app = TestApp::spawn().await;
    let token = setup_token(&app).await;
    let body = |token: &str| json!({"token": token, "organisation": "New Shore", "name": "Ilse Brandt", "email": "Ilse@shore.example", "password": PASSWORD});
    app.nobody.post("/v1/setup", body("wrong")).await.problem(422, "invalid-token");
    let mut weak = body(&token);
    weak["password"] = json!("passwordpassword");
    app.nobody.post("/v1/setup", weak).await.invalid("/password");
    assert_eq!(app.nobody.post("/v1/setup", body(&token)).await.status, 204);
    app.nobody.post("/v1/setup", body(&token)).await.problem(422, "invalid-token");

    let admin = Actor::new(&app.address, "ilse@SHORE.example", "");
    let me = admin.get("/v1/me").await.ok();
    assert_eq!((&me["role"], &me["name"]), (&json!("admin"), &json!("Ilse Brandt")));
    assert_eq!(me["organisation_name"], "New Shore");
    assert_eq!(admin.get("/v1/users").await.items().len(), 1, "only their own organisation");

    let late = setup_token(&app).await;
    app.clock.advance(7_200);
    app.nobody.post("/v1/setup", body(&late)).await.problem(422, "invalid-token");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_sets_the_first_password_once() {
    let app = TestApp::spawn().await;
    let body = json!({"name": "Noor Haddad", "email": "noor@lantern.example", "role": "caseworker"});
    let invited = app.admin.post("/v1/users", body.clone()).await.ok();
    assert_eq!(invited["status"], "invited");
    app.admin.post("/v1/users", body).await.problem(409, "email-taken");
    let invitation = &invited["invitation"];
    let token = invitation["token"].as_str().unwrap();
    assert!(invitation["url"].as_str().unwrap().ends_with(&format!("/welcome#invitation={token}")));

    let noor = Actor::new(&app.address, "noor@lantern.example", "");
    noor.sign_in(PASSWORD).await.problem(401, "invalid-credentials");
    let accept = json!({"token": token, "password": PASSWORD});
    assert_eq!(app.nobody.post("/v1/invitations/accept", accept.clone()).await.status, 204);
    app.nobody.post("/v1/invitations/accept", accept).await.problem(422, "invalid-token");
    assert_eq!(noor.get("/v1/me").await.ok()["role"], "caseworker");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sign_in_says_the_same_whatever_was_wrong() {
    let app = TestApp::spawn().await;
    let wrong = app.caseworker.sign_in("not the password at all").await;
    let unknown = Actor::new(&app.address, "nobody@lantern.example", "").sign_in(PASSWORD).await;
    wrong.problem(401, "invalid-credentials");
    assert_eq!(wrong.text, unknown.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_and_a_right_password_forgives() {
    let app = TestApp::spawn().await;
    for email in ["caseworker@lantern.example", "unknown@lantern.example"] {
        let guesser = Actor::new(&app.address, email, "");
        for _ in 0..5 {
            guesser.sign_in("a wrong guess indeed").await.problem(401, "invalid-credentials");
            app.clock.advance(1);
        }
        guesser.sign_in("a wrong guess indeed").await.problem(401, "invalid-credentials");
        let refused = guesser.sign_in(PASSWORD).await;
        refused.problem(429, "too-many-attempts");
        assert!(refused.header("retry-after").parse::<u64>().unwrap() >= 1);
    }
    app.clock.advance(10);
    app.caseworker.sign_in(PASSWORD).await.ok();
    app.caseworker.sign_in("a wrong guess indeed").await.problem(401, "invalid-credentials");
    app.caseworker.sign_in(PASSWORD).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn me_tells_what_my_role_may_do() {
    let app = TestApp::spawn().await;
    let me = app.officer.get("/v1/me").await.ok();
    assert_eq!(me["email"], "officer@lantern.example");
    let permissions: Vec<_> =
        me["permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
    assert!(
        permissions.contains(&"operation.show") && !permissions.contains(&"message.list"),
        "{permissions:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_every_other_session() {
    let app = TestApp::spawn().await;
    let other = app.caseworker.sign_in(PASSWORD).await.ok();
    let elsewhere = Actor::with_token(&app.address, other["access_token"].as_str().unwrap());
    elsewhere.get("/v1/me").await.ok();
    let new = "eleven brass kettles hum";
    let change = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    app.caseworker
        .post("/v1/me/password", change("wrong one entirely", new))
        .await
        .invalid("/current_password");
    app.caseworker.post("/v1/me/password", change(PASSWORD, "short")).await.invalid("/new_password");
    assert_eq!(app.caseworker.post("/v1/me/password", change(PASSWORD, new)).await.status, 204);
    app.caseworker.get("/v1/me").await.ok();
    elsewhere.get("/v1/me").await.problem(401, "unauthenticated");
    let refresh = json!({"refresh_token": other["refresh_token"]});
    app.nobody.post("/v1/auth/refresh", refresh).await.problem(401, "invalid-refresh-token");
    app.caseworker.sign_in(PASSWORD).await.problem(401, "invalid-credentials");
    app.caseworker.sign_in(new).await.ok();
}
