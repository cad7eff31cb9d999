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

/// Whoever knew the old password may have signed in on a device of their own.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_forgets_every_device() {
    let app = TestApp::spawn().await;
    let known = app.caseworker.sign_in(PASSWORD).await.ok();
    let token = json!({"device_token": known["device_token"]});
    assert_eq!(
        app.caseworker.sign_in_with(PASSWORD, token.clone()).await.ok()["device_token"],
        token["device_token"]
    );
    let new = "eleven brass kettles hum";
    let change = json!({"current_password": PASSWORD, "new_password": new});
    assert_eq!(app.caseworker.post("/v1/me/password", change).await.status, 204);
    for _ in 0..12 {
        app.caseworker.sign_in("a wrong guess indeed").await;
        app.clock.advance(1);
    }
    app.caseworker.sign_in_with(new, token.clone()).await.problem(429, "too-many-attempts");
    app.clock.advance(3_600);
    assert_ne!(
        app.caseworker.sign_in_with(new, token.clone()).await.ok()["device_token"],
        token["device_token"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_who_guesses_keeps_nobody_out_of_their_own_device() {
    let app = TestApp::spawn().await;
    let known = app.caseworker.sign_in(PASSWORD).await.ok();
    let token = json!({"device_token": known["device_token"]});
    let foreign = json!({"device_token": app.officer.sign_in(PASSWORD).await.ok()["device_token"]});
    for _ in 0..12 {
        app.caseworker.sign_in("a wrong guess indeed").await;
        app.clock.advance(1);
    }
    app.caseworker.sign_in(PASSWORD).await.problem(429, "too-many-attempts");
    for other in [&foreign, &json!({"device_token": "AAAA"})] {
        app.caseworker.sign_in_with(PASSWORD, other.clone()).await.problem(429, "too-many-attempts");
    }
    let again = app.caseworker.sign_in_with(PASSWORD, token.clone()).await.ok();
    assert_eq!(again["device_token"], token["device_token"]);
    // That is no pardon for the stranger.
    app.caseworker.sign_in(PASSWORD).await.problem(429, "too-many-attempts");
    // A device that was stolen is slowed down by itself.
    for _ in 0..6 {
        app.caseworker
            .sign_in_with("a wrong guess indeed", token.clone())
            .await
            .problem(401, "invalid-credentials");
        app.clock.advance(1);
    }
    app.caseworker.sign_in_with(PASSWORD, token.clone()).await.problem(429, "too-many-attempts");
    // A refresh gives none, and a lost phone is known no more.
    let refresh = json!({"refresh_token": again["refresh_token"]});
    assert!(app.nobody.post("/v1/auth/refresh", refresh).await.ok().get("device_token").is_none());
    app.clock.advance(3_600);
    app.caseworker.sign_in_with(PASSWORD, token.clone()).await.ok();
    app.coordinator.post(&format!("/v1/users/{}/lost-phone", app.caseworker.id), json!({})).await.ok();
    let after = app.caseworker.sign_in_with(PASSWORD, token.clone()).await.ok();
    assert_ne!(after["device_token"], token["device_token"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn once_there_is_a_delay_one_guess_of_many_at_once_is_looked_at() {
    let app = TestApp::spawn().await;
    for email in ["caseworker@lantern.example", "unknown@lantern.example"] {
        let guesser = Actor::new(&app.address, email, "");
        for _ in 0..8 {
            guesser.sign_in("a wrong guess indeed").await;
            app.clock.advance(1_000);
        }
        let tries = (0..20).map(|_| guesser.sign_in("a wrong guess indeed"));
        let replies = futures_util::future::join_all(tries).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 401).count(), 1, "{email}");
        assert_eq!(replies.iter().filter(|reply| reply.status == 429).count(), 19, "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_who_sign_in_at_once_wait_their_turn_or_are_told_to_come_back() {
    let app = TestApp::spawn_with(|settings| {
        settings.hashing.memory_kib = 4_096;
        // Far fewer than are let in to sign in at the same time.
        settings.hashing.workers = 1;
        settings.hashing.queue = 4;
    })
    .await;
    app.coordinator.token().await;
    let tries = (0..200).map(|n| {
        let guesser = Actor::new(&app.address, &format!("nobody{n}@lantern.example"), "");
        async move { guesser.sign_in("a wrong guess indeed").await }
    });
    let (replies, other) =
        tokio::join!(futures_util::future::join_all(tries), app.coordinator.get("/v1/cases"));
    other.ok();
    for reply in &replies {
        match reply.status {
            401 => drop(reply.problem(401, "invalid-credentials")),
            503 => assert!(!reply.header("retry-after").is_empty()),
            _ => panic!("{} {}", reply.status, reply.text),
        }
    }
    assert!(replies.iter().any(|reply| reply.status == 503), "the queue is bounded");
    app.caseworker.sign_in(PASSWORD).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_the_same_on_every_keyboard_and_nothing_of_it_is_cut_off() {
    let app = TestApp::spawn().await;
    let change = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    // Composed and decomposed, full width and not.
    let composed = "caf\u{e9} d\u{ea} l\u{e1} r\u{ed}o azul";
    let decomposed = "cafe\u{301} de\u{302} la\u{301} ri\u{301}o \u{ff41}zul";
    assert_eq!(app.caseworker.post("/v1/me/password", change(PASSWORD, composed)).await.status, 204);
    app.caseworker.sign_in(decomposed).await.ok();
    let long = "kettle orbit bramble seven quiet windows ".repeat(6);
    assert!(long.chars().count() > 200);
    assert_eq!(app.caseworker.post("/v1/me/password", change(composed, &long)).await.status, 204);
    app.caseworker.sign_in(&long).await.ok();
    app.caseworker.sign_in(&long[..long.len() - 1]).await.problem(401, "invalid-credentials");
    for weak in [
        "Invented caseworker 2026",
        "caseworker@lantern.example",
        "lantern house lantern house",
        "Password1234567!",
    ] {
        app.caseworker.post("/v1/me/password", change(&long, weak)).await.invalid("/new_password");
    }
}
