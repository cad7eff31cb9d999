//! `/v1/auth/step-up`, `/v1/me/totp`, and what asks for a fresh proof

use farlight::authz::Role;

use crate::support::{Actor, PASSWORD, TestApp, json};

const MINUTES: i64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn grants_and_exports_need_a_proof_that_is_fresh() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let site = json!({"name": "Invented Park", "lat": 16.6, "lon": 98.5, "sigma_m": 400, "country": "MM"});
    let site = crate::support::id(&app.analyst.post("/v1/sites", site).await.ok());
    app.admin.token().await;
    app.caseworker.token().await;
    app.clock.advance(6 * MINUTES);

    let invitation = |n: u8| json!({"name": "Noor Haddad", "email": format!("n{n}@lantern.example"), "role": "admin"});
    let webhook = json!({"url": "https://hooks.example/x"});
    let referral = json!({"user_id": app.partner.id, "classes": ["identity"], "expires_at": "2099-01-01T00:00:00Z"});
    let user = format!("/v1/users/{}", app.caseworker.id);
    for (actor, path, body) in [
        (&app.admin, "/v1/users".to_owned(), invitation(1)),
        (&app.admin, "/v1/webhooks".to_owned(), webhook),
        (&app.coordinator, format!("/v1/cases/{case}/referrals"), referral),
        (&app.caseworker, "/v1/me/calendar".to_owned(), json!({})),
    ] {
        let refused = actor.post(&path, body).await.problem(403, "step-up-needed");
        assert!(refused["detail"].as_str().unwrap().contains("POST /v1/auth/step-up"), "{refused}");
    }
    let etag = app.admin.get(&user).await.etag();
    app.admin.patch(&user, &etag, json!({"role": "admin"})).await.problem(403, "step-up-needed");
    for path in [format!("/v1/sites/{site}/dossier"), format!("/v1/sites/{site}/dossier.md")] {
        app.analyst.get(&path).await.problem(403, "step-up-needed");
    }
    // A day's work goes on.
    app.coordinator.get(&format!("/v1/cases/{case}")).await.ok();
    app.case(&app.caseworker).await;

    let fresh_until = app.admin.step_up().await["fresh_until"].as_str().unwrap().to_owned();
    assert!(fresh_until > app.now(), "{fresh_until}");
    app.admin.post("/v1/users", invitation(2)).await.ok();
    app.admin.patch(&user, &etag, json!({"role": "analyst"})).await.ok();
    // What one session has shown, another has not.
    let other = app.admin.sign_in(PASSWORD).await.ok();
    app.clock.advance(4 * MINUTES);
    app.admin.post("/v1/users", invitation(3)).await.ok();
    app.clock.advance(2 * MINUTES);
    app.admin.post("/v1/users", invitation(4)).await.problem(403, "step-up-needed");

    // Refreshing is no proof.
    let refresh = json!({"refresh_token": other["refresh_token"]});
    let again = app.nobody.post("/v1/auth/refresh", refresh).await.ok();
    let again = Actor::with_token(&app.address, again["access_token"].as_str().unwrap());
    again.post("/v1/users", invitation(5)).await.problem(403, "step-up-needed");

    let rows = app.audited("user.invite").await;
    let refused = rows.iter().filter(|row| row["detail"]["code"] == "step-up-needed").count();
    assert_eq!(refused, 3, "{rows:?}");
    assert!(rows.iter().all(|row| row["outcome"] != "refused" || row["detail"]["code"] == "step-up-needed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_asks_for_a_second_factor_does_not_get_by_with_a_password() {
    let app = TestApp::spawn_with(|settings| {
        settings.auth.second_factor_required_for = vec![Role::Admin];
    })
    .await;
    let body = json!({"name": "Noor Haddad", "email": "noor@lantern.example", "role": "caseworker"});
    app.admin.post("/v1/users", body.clone()).await.problem(403, "factor-needed");
    app.admin.step_up().await;
    app.admin.post("/v1/users", body).await.problem(403, "factor-needed");
    app.caseworker.post("/v1/me/calendar", json!({})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn stepping_up_is_as_hard_to_guess_as_signing_in() {
    let app = TestApp::spawn().await;
    app.admin.token().await;
    app.clock.advance(6 * MINUTES);
    let wrong = json!({"password": "not the password at all"});
    for _ in 0..6 {
        app.admin.post("/v1/auth/step-up", wrong.clone()).await.invalid("/password");
        app.clock.advance(1);
    }
    app.admin.post("/v1/auth/step-up", json!({"password": PASSWORD})).await.problem(429, "too-many-attempts");
    // Whoever holds this session does not keep its user out elsewhere.
    app.admin.sign_in(PASSWORD).await.ok();
    app.clock.advance(10);
    app.admin.step_up().await;
    app.admin.post("/v1/auth/step-up", json!({})).await.invalid("/password");
    app.admin.post("/v1/auth/step-up", json!({"password": 7})).await.problem(422, "invalid");
    let rows = app.audited("auth.step_up").await;
    assert_eq!(rows.iter().filter(|row| row["outcome"] == "refused").count(), 7, "{rows:?}");
    assert_eq!(rows.iter().filter(|row| row["outcome"] == "done").count(), 1);
}
