//! `/v1/auth/step-up`, `/v1/me/totp`, and what asks for a fresh proof

use farlight::authz::Role;

use crate::support::factor::Authenticator;
use crate::support::{Actor, PASSWORD, TestApp, json};

const MINUTES: i64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn grants_and_exports_need_a_proof_that_is_fresh() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let site = json!({"name": "Invented Park", "lat": 16.6, "lon": 98.5, "sigma_m": 400, "country": "MM", "provenance": "invented"});
    let site = crate::support::id(&app.analyst.post("/v1/sites", site).await.ok());
    app.admin.token().await;
    app.caseworker.token().await;
    app.clock.advance(6 * MINUTES);

    let invitation =
        |n: u8| json!({"name": "Noor Haddad", "email": format!("n{n}@lantern.example"), "role": "admin"});
    let webhook = json!({"url": "https://hooks.example/x"});
    let referral =
        json!({"user_id": app.partner.id, "classes": ["identity"], "expires_at": "2099-01-01T00:00:00Z"});
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
    app.admin.post("/v1/auth/step-up", json!({})).await.invalid("");
    app.admin.post("/v1/auth/step-up", json!({"password": 7})).await.problem(422, "invalid");
    let rows = app.audited("auth.step_up").await;
    assert_eq!(rows.iter().filter(|row| row["outcome"] == "refused").count(), 6, "{rows:?}");
    assert_eq!(rows.iter().filter(|row| row["outcome"] == "done").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authenticator_app_is_asked_for_after_the_password_and_a_code_works_once() {
    let app = TestApp::spawn().await;
    let me = app.caseworker.get("/v1/me").await.ok()["second_factor"].clone();
    assert_eq!(
        (&me["is_set"], &me["is_required"], &me["recovery_codes_left"]),
        (&json!(false), &json!(false), &json!(0))
    );
    // Nothing of the service or the account is in what the phone shows.
    let made = app.caseworker.post("/v1/me/totp", json!({})).await.ok();
    let uri = made["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/Account?secret="), "{uri}");
    app.caseworker.post("/v1/me/totp", json!({"label": "a:b"})).await.invalid("/label");
    // Until it is confirmed it is not asked for.
    app.caseworker.sign_in(PASSWORD).await.ok();
    app.caseworker.post("/v1/me/totp/confirm", json!({"code": "000000"})).await.invalid("/code");
    let (phone, codes) = app.enrol(&app.caseworker).await;
    assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), 10);
    assert_eq!(app.caseworker.get("/v1/me").await.ok()["second_factor"]["recovery_codes_left"], 10);
    app.caseworker
        .post("/v1/me/totp/confirm", json!({"code": phone.code(&app)}))
        .await
        .problem(409, "nothing-to-confirm");

    let wrong =
        app.caseworker.sign_in_with("not the password at all", json!({"totp": phone.code(&app)})).await;
    wrong.problem(401, "invalid-credentials");
    let missing = app.caseworker.sign_in("not the password at all").await;
    assert_eq!(missing.text, wrong.text, "what is missing is told to nobody without the password");
    app.caseworker.sign_in(PASSWORD).await.problem(401, "totp-required");
    let junk = app.caseworker.sign_in_with(PASSWORD, json!({"totp": "123"})).await;
    junk.problem(401, "invalid-credentials");
    assert_eq!(junk.text, wrong.text);

    let code = phone.code(&app);
    app.caseworker.sign_in_with(PASSWORD, json!({ "totp": code })).await.ok();
    app.caseworker.sign_in_with(PASSWORD, json!({ "totp": code })).await.problem(401, "invalid-credentials");
    // One step either way, and never one before the last.
    app.clock.advance(90);
    for (off, good) in [(-61, false), (61, false), (-30, true), (0, true), (30, true), (0, false)] {
        let code = phone.code_off_by(&app, off);
        let reply = app.caseworker.sign_in_with(PASSWORD, json!({ "totp": code })).await;
        assert_eq!(reply.status, if good { 200 } else { 401 }, "{off}");
    }
    let rows = app.audited("auth.login").await;
    assert!(rows.iter().any(|row| row["detail"]["note"] == "totp"), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_send_the_same_code_at_once_one_gets_in() {
    let app = TestApp::spawn().await;
    let (phone, codes) = app.enrol(&app.caseworker).await;
    for more in [json!({"totp": phone.code(&app)}), json!({"recovery_code": codes[3]})] {
        let tries = (0..8).map(|_| app.caseworker.sign_in_with(PASSWORD, more.clone()));
        let replies = futures_util::future::join_all(tries).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1, "{more}");
        assert!(replies.iter().all(|reply| [200, 401, 429].contains(&reply.status)), "{replies:?}");
        app.clock.advance(1_000);
    }
    let (phone, _) = app.enrol(&app.analyst).await;
    let body = json!({"totp": phone.code(&app)});
    let tries = (0..8).map(|_| app.analyst.post("/v1/auth/step-up", body.clone()));
    let replies = futures_util::future::join_all(tries).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1, "{replies:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_works_once_and_its_user_is_told() {
    let app = TestApp::spawn().await;
    let (phone, codes) = app.enrol(&app.caseworker).await;
    let other = app.enrol(&app.officer).await.1;
    let typed = codes[0].to_uppercase().replace('-', " ");
    app.caseworker
        .sign_in_with(PASSWORD, json!({"recovery_code": other[0]}))
        .await
        .problem(401, "invalid-credentials");
    let tokens = app.caseworker.sign_in_with(PASSWORD, json!({ "recovery_code": typed })).await.ok();
    app.caseworker
        .sign_in_with(PASSWORD, json!({"recovery_code": codes[0]}))
        .await
        .problem(401, "invalid-credentials");
    let me = app.caseworker.get("/v1/me").await.ok();
    assert_eq!(me["second_factor"]["recovery_codes_left"], 9);
    let kinds: Vec<_> = me["notices"].as_array().unwrap().iter().map(|notice| &notice["kind"]).collect();
    assert_eq!(kinds, ["recovery_code_used", "factor_set"]);

    // It is a second factor: what comes next may be done with it.
    let session = Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap());
    let renewed = session.post("/v1/me/recovery-codes", json!({})).await.ok();
    app.caseworker
        .sign_in_with(PASSWORD, json!({"recovery_code": codes[1]}))
        .await
        .problem(401, "invalid-credentials");
    app.caseworker.sign_in_with(PASSWORD, json!({"recovery_code": renewed["recovery_codes"][0]})).await.ok();
    app.analyst.post("/v1/me/recovery-codes", json!({})).await.problem(409, "no-factor");
    let rows = app.audited("auth.login").await;
    assert_eq!(rows.iter().filter(|row| row["detail"]["note"] == "recovery_code").count(), 2, "{rows:?}");

    // Told for thirty days.
    app.clock.advance(30 * 86_400 - 600);
    let tokens = app.caseworker.sign_in_with(PASSWORD, json!({"totp": phone.code(&app)})).await.ok();
    let late = Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap());
    assert!(late.get("/v1/me").await.ok()["notices"].as_array().unwrap().len() >= 3);
    app.clock.advance(1_200);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    assert_eq!(late.get("/v1/me").await.ok()["notices"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_an_app_a_password_is_no_proof() {
    let app = TestApp::spawn().await;
    let before = app.coordinator.sign_in(PASSWORD).await.ok();
    let (phone, codes) = app.enrol(&app.coordinator).await;
    // A session from before the app was set up has shown a password and nothing more.
    let before = Actor::with_token(&app.address, before["access_token"].as_str().unwrap());
    before.post("/v1/me/calendar", json!({})).await.problem(403, "step-up-needed");
    // The one that set it up has shown a code.
    app.coordinator.post("/v1/me/calendar", json!({})).await.ok();
    before.post("/v1/auth/step-up", json!({"password": PASSWORD})).await.invalid("/password");
    before.post("/v1/auth/step-up", json!({"totp": "000000"})).await.invalid("/totp");
    before.post("/v1/auth/step-up", json!({"recovery_code": "zzzz"})).await.invalid("/recovery_code");
    let both = json!({"totp": phone.code(&app), "recovery_code": codes[0]});
    before.post("/v1/auth/step-up", both).await.invalid("");
    before.post("/v1/auth/step-up", json!({"totp": phone.code(&app)})).await.ok();
    before.post("/v1/me/calendar", json!({})).await.ok();
    app.clock.advance(6 * MINUTES);
    before.delete("/v1/me/totp").await.problem(403, "step-up-needed");
    before.post("/v1/me/totp", json!({})).await.problem(403, "step-up-needed");
    before.post("/v1/auth/step-up", json!({"recovery_code": codes[0]})).await.ok();
    // A new phone: the old one is good until the new one has shown a code.
    let made = before.post("/v1/me/totp", json!({})).await.ok();
    let new = Authenticator::new(&made["secret"]);
    app.coordinator.sign_in_with(PASSWORD, json!({"totp": phone.code(&app)})).await.ok();
    before.post("/v1/me/totp/confirm", json!({"code": new.code(&app)})).await.ok();
    app.clock.advance(60);
    app.coordinator
        .sign_in_with(PASSWORD, json!({"totp": phone.code(&app)}))
        .await
        .problem(401, "invalid-credentials");
    app.coordinator.sign_in_with(PASSWORD, json!({"totp": new.code(&app)})).await.ok();
    assert_eq!(before.delete("/v1/me/totp").await.status, 204);
    // The codes on paper go with the app that they stood in for.
    assert_eq!(before.get("/v1/me").await.ok()["second_factor"]["recovery_codes_left"], 0);
    before.delete("/v1/me/totp").await.problem(404, "not-found");
    app.coordinator.sign_in(PASSWORD).await.ok();
    // One that waits too long is none.
    app.caseworker.post("/v1/me/totp", json!({})).await.ok();
    app.clock.advance(16 * MINUTES);
    app.caseworker.step_up().await;
    app.caseworker
        .post("/v1/me/totp/confirm", json!({"code": "000000"}))
        .await
        .problem(409, "nothing-to-confirm");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_resets_the_factor_of_another_and_never_their_own() {
    let app = TestApp::spawn_with(|settings| {
        settings.auth.second_factor_required_for = vec![Role::Admin];
    })
    .await;
    let (lost, _) = app.enrol(&app.caseworker).await;
    let known = app.caseworker.sign_in_with(PASSWORD, json!({"totp": lost.code(&app)})).await.ok();
    let path = format!("/v1/users/{}/totp", app.caseworker.id);
    app.admin.delete(&path).await.problem(403, "factor-needed");
    let (phone, _) = app.enrol(&app.admin).await;
    app.coordinator.delete(&path).await.problem(403, "forbidden");
    app.admin.delete(&format!("/v1/users/{}/totp", app.admin.id)).await.problem(409, "own-account");
    app.admin.delete("/v1/me/totp").await.problem(409, "factor-required");
    app.admin.delete(&format!("/v1/users/{}/totp", app.analyst.id)).await.problem(404, "not-found");
    app.clock.advance(6 * MINUTES);
    app.admin.delete(&path).await.problem(403, "step-up-needed");
    app.admin.post("/v1/auth/step-up", json!({"totp": phone.code(&app)})).await.ok();
    assert_eq!(app.admin.delete(&path).await.status, 204);
    app.caseworker.get("/v1/me").await.problem(401, "unauthenticated");
    // The phone that is gone may be a known device, too.
    let device = json!({"device_token": known["device_token"]});
    let tokens = app.caseworker.sign_in_with(PASSWORD, device.clone()).await.ok();
    assert_ne!(tokens["device_token"], device["device_token"]);
    let again = Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap());
    assert_eq!(again.get("/v1/me").await.ok()["notices"][0]["kind"], "factor_reset");
    let rows = app.audited("user.totp_reset").await;
    assert_eq!(rows.iter().filter(|row| row["outcome"] == "done").count(), 1, "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_codes_count_as_guesses() {
    let app = TestApp::spawn().await;
    let (phone, _) = app.enrol(&app.caseworker).await;
    for _ in 0..6 {
        app.caseworker
            .sign_in_with(PASSWORD, json!({"totp": "000000"}))
            .await
            .problem(401, "invalid-credentials");
        app.clock.advance(1);
    }
    let reply = app.caseworker.sign_in_with(PASSWORD, json!({"totp": phone.code(&app)})).await;
    reply.problem(429, "too-many-attempts");
    app.clock.advance(10);
    app.caseworker.sign_in_with(PASSWORD, json!({"totp": phone.code(&app)})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_admin_can_the_command_line_does() {
    let app = TestApp::spawn().await;
    app.enrol(&app.admin).await;
    let mut settings = app.services.settings.clone();
    settings.keys.root = "2a".repeat(32).into();
    let said = std::sync::Mutex::new(Vec::new());
    let say = |line: &str| said.lock().unwrap().push(line.to_owned());
    let unknown = farlight::factors::command::reset(settings.clone(), "who@lantern.example", true, say).await;
    assert!(unknown.unwrap_err().to_string().contains("nobody has this address"));
    farlight::factors::command::reset(settings.clone(), "Admin@lantern.example", false, say).await.unwrap();
    app.admin.get("/v1/me").await.problem(401, "unauthenticated");
    let tokens = app.admin.sign_in(PASSWORD).await.ok();
    let admin = Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap());
    assert_eq!(admin.get("/v1/me").await.ok()["notices"][0]["kind"], "factor_reset");

    farlight::factors::command::reset(settings, &app.admin.email, true, say).await.unwrap();
    app.admin.sign_in(PASSWORD).await.problem(401, "invalid-credentials");
    let said = said.into_inner().unwrap();
    let (_, token) = said.last().unwrap().split_once("#invitation=").unwrap();
    let body = json!({"token": token, "password": "eleven brass kettles hum"});
    assert_eq!(app.nobody.post("/v1/invitations/accept", body).await.status, 204);
    let tokens = app.admin.sign_in("eleven brass kettles hum").await.ok();
    let admin = Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap());
    assert_eq!(admin.get("/v1/me").await.ok()["role"], "admin");
    let rows = app.audited("user.totp_reset").await;
    assert_eq!(rows.iter().filter(|row| row["outcome"] == "done").count(), 2, "{rows:?}");
}
