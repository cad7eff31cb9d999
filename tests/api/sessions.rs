//! `/v1/auth/refresh`, `/v1/auth/logout`, `/v1/me/sessions`, and the tokens themselves

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

use crate::support::{Actor, PASSWORD, TestApp, Value, json, unknown_id};

fn holder(app: &TestApp, tokens: &Value) -> Actor {
    Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_session() {
    let app = TestApp::spawn().await;
    let first = app.caseworker.sign_in(PASSWORD).await.ok();
    let refresh = |tokens: &Value| json!({"refresh_token": tokens["refresh_token"]});
    let second = app.nobody.post("/v1/auth/refresh", refresh(&first)).await.ok();
    holder(&app, &second).get("/v1/me").await.ok();
    app.nobody.post("/v1/auth/refresh", refresh(&first)).await.problem(401, "invalid-refresh-token");
    holder(&app, &second).get("/v1/me").await.problem(401, "unauthenticated");
    app.nobody.post("/v1/auth/refresh", refresh(&second)).await.problem(401, "invalid-refresh-token");
    for junk in ["", "x", "AAAA", &"A".repeat(86)] {
        let body = json!({"refresh_token": junk});
        app.nobody.post("/v1/auth/refresh", body).await.problem(401, "invalid-refresh-token");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_refreshes_at_once_one_wins() {
    let app = TestApp::spawn().await;
    let tokens = app.caseworker.sign_in(PASSWORD).await.ok();
    let body = json!({"refresh_token": tokens["refresh_token"]});
    let replies =
        futures_util::future::join_all((0..50).map(|_| app.nobody.post("/v1/auth/refresh", body.clone())))
            .await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    assert!(replies.iter().all(|reply| reply.status == 200 || reply.status == 401));
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_die_at_once() {
    let app = TestApp::spawn().await;
    app.caseworker.token().await;
    let other = holder(&app, &app.caseworker.sign_in(PASSWORD).await.ok());
    let sessions = app.caseworker.get("/v1/me/sessions").await.items();
    assert_eq!(sessions.len(), 2);
    let theirs = sessions.iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/v1/me/sessions/{}", theirs["id"].as_str().unwrap());
    app.caseworker2.delete(&path).await.problem(404, "not-found");
    assert_eq!(app.caseworker.delete(&path).await.status, 204);
    other.get("/v1/me").await.problem(401, "unauthenticated");
    app.caseworker.delete(&path).await.problem(404, "not-found");
    app.caseworker.delete(&format!("/v1/me/sessions/{}", unknown_id())).await.problem(404, "not-found");

    assert_eq!(app.caseworker.post("/v1/auth/logout", json!({})).await.status, 204);
    app.caseworker.get("/v1/me").await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn coordinators_and_admins_end_a_colleagues_device_on_every_node() {
    let app = TestApp::spawn().await;
    let operation = crate::operations::approved(&app, &app.case(&app.caseworker).await).await;
    let tokens = app.officer.sign_in(PASSWORD).await.ok();
    let phone = holder(&app, &tokens);
    phone.get(&format!("{operation}/pack")).await.ok();
    let key = age::x25519::Identity::generate().to_public().to_string();
    phone.put("/v1/me/pack-key", json!({ "recipient": key })).await.ok();
    app.officer.get(&format!("{operation}/pack")).await.ok();

    let path = format!("/v1/users/{}/sessions", app.officer.id);
    let listed = app.admin.get(&path).await.items();
    assert_eq!(app.coordinator.get(&path).await.items(), listed);
    let members: Vec<_> = listed[0].as_object().unwrap().keys().collect();
    assert_eq!(
        members,
        ["created_at", "current", "device", "expires_at", "id", "last_used_at", "proof_of_possession"]
    );
    let held = app.coordinator.get(&format!("{operation}/packs")).await.items();
    let session = format!("{path}/{}", held[1]["session_id"].as_str().unwrap());
    for actor in [&app.caseworker, &app.officer2, &app.analyst, &app.auditor, &app.partner] {
        actor.get(&path).await.problem(403, "forbidden");
        actor.delete(&session).await.problem(403, "forbidden");
    }
    app.stranger.delete(&session).await.problem(404, "not-found");
    let somebody_elses = session.replace(&app.officer.id, &app.officer2.id);
    app.coordinator.delete(&somebody_elses).await.problem(404, "not-found");

    let node = app.second_node(0, |_| {}).await;
    let there = node.same(&phone).await;
    there.get("/v1/me").await.ok();
    assert_eq!(app.coordinator.delete(&session).await.status, 204);
    there.get("/v1/me").await.problem(401, "unauthenticated");
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    app.nobody.post("/v1/auth/refresh", refresh).await.problem(401, "invalid-refresh-token");
    app.coordinator.delete(&session).await.problem(404, "not-found");
    assert_eq!(app.admin.get(&path).await.items().len(), listed.len() - 1);

    // What that device took is burnt, the key that it told is forgotten; the other device goes on.
    let states = app.coordinator.get(&format!("{operation}/packs")).await.items();
    assert_eq!((&states[1]["state"], &states[0]["state"]), (&json!("burnt"), &json!("made")));
    app.officer.get("/v1/me/pack-key").await.problem(404, "not-found");
    assert_eq!(
        app.audited("user.session_revoke").await.iter().filter(|row| row["outcome"] == "done").count(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_and_sessions_end_in_time() {
    let app = TestApp::spawn_with(|settings| settings.auth.access_token_seconds = 600).await;
    let tokens = app.caseworker.sign_in(PASSWORD).await.ok();
    assert_eq!(tokens["expires_in"], 600);
    // Seconds to spare: the clock runs on while a loaded machine answers.
    app.clock.advance(570);
    holder(&app, &tokens).get("/v1/me").await.ok();
    app.clock.advance(31);
    holder(&app, &tokens).get("/v1/me").await.problem(401, "unauthenticated");
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    let tokens = app.nobody.post("/v1/auth/refresh", refresh).await.ok();
    app.clock.advance(31 * 86_400);
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    app.nobody.post("/v1/auth/refresh", refresh).await.problem(401, "invalid-refresh-token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_however_much_it_is_used() {
    let app = TestApp::spawn().await;
    let mut tokens = app.caseworker.sign_in(PASSWORD).await.ok();
    let refresh = async |tokens: &Value| {
        app.nobody.post("/v1/auth/refresh", json!({"refresh_token": tokens["refresh_token"]})).await
    };
    for _ in 0..3 {
        app.clock.advance(29 * 86_400);
        tokens = refresh(&tokens).await.ok();
    }
    holder(&app, &tokens).get("/v1/me").await.ok();
    app.clock.advance(3 * 86_400);
    // The token itself is good for a year.
    holder(&app, &tokens).get("/v1/me").await.problem(401, "unauthenticated");
    refresh(&tokens).await.problem(401, "invalid-refresh-token");
}

/// A session that somebody forgot to end opens nothing when its user, or their whole organisation, is not active.
#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_worth_as_much_as_whom_it_belongs_to() {
    let app = TestApp::spawn().await;
    for table in ["users", "organisations"] {
        let tokens = app.caseworker.sign_in(PASSWORD).await.ok();
        let refresh = json!({"refresh_token": tokens["refresh_token"]});
        let phone = holder(&app, &tokens);
        phone.get("/v1/me").await.ok();
        app.engine.execute(&format!("UPDATE {table} SET status = 'suspended'"));
        phone.get("/v1/me").await.problem(401, "unauthenticated");
        phone.post("/v1/auth/step-up", json!({"password": PASSWORD})).await.problem(401, "unauthenticated");
        app.nobody.post("/v1/auth/refresh", refresh).await.problem(401, "invalid-refresh-token");
        app.engine.execute(&format!("UPDATE {table} SET status = 'active'"));
        phone.get("/v1/me").await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_tokens_are_nobody() {
    let app = TestApp::spawn().await;
    let token = app.coordinator.token().await;
    let parts: Vec<&str> = token.split('.').collect();
    let header: Value = serde_json::from_slice(&BASE64.decode(parts[0]).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&BASE64.decode(parts[1]).unwrap()).unwrap();
    let encode = |value: &Value| BASE64.encode(value.to_string());
    let with = |mut object: Value, member: &str, value: Value| {
        object[member] = value;
        object
    };
    let mut forged: Vec<String> = Vec::new();
    for (member, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("typ", json!("JWT")),
        ("kid", json!("../../dev/null")),
        ("kid", json!(unknown_id())),
        ("jwk", json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"})),
    ] {
        let header = encode(&with(header.clone(), member, value));
        forged.push(format!("{header}.{}.{}", parts[1], parts[2]));
        forged.push(format!("{header}.{}.", parts[1]));
    }
    for (member, value) in [
        ("sub", json!(app.admin.id)),
        ("aud", json!("other")),
        ("exp", json!("9999999999")),
        ("exp", Value::Null),
        ("nbf", json!(9_999_999_999_i64)),
        ("iss", json!("somebody")),
    ] {
        forged.push(format!("{}.{}.{}", parts[0], encode(&with(claims.clone(), member, value)), parts[2]));
    }
    forged.extend(["", "x", "a.b.c", "....", "🔥"].map(str::to_owned));
    for token in forged.iter().filter(|token| token.is_ascii()) {
        let reply = Actor::with_token(&app.address, token).get("/v1/me").await;
        reply.problem(401, "unauthenticated");
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
    let request =
        app.nobody.request(reqwest::Method::GET, "/v1/me").await.header("authorization", "Basic YTpi");
    crate::support::send(request).await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_keys_rotate_and_old_tokens_live_their_time() {
    let app = TestApp::spawn_with(|settings| settings.auth.access_token_seconds = 600).await;
    let before = app.caseworker.sign_in(PASSWORD).await.ok();
    let kid = |tokens: &Value| {
        let header = tokens["access_token"].as_str().unwrap().split('.').next().unwrap();
        serde_json::from_slice::<Value>(&BASE64.decode(header).unwrap()).unwrap()["kid"].clone()
    };
    app.clock.advance(31 * 86_400);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    let during = app.caseworker.sign_in(PASSWORD).await.ok();
    assert_eq!(kid(&before), kid(&during), "a new key waits until every node knows it");
    app.clock.advance(700);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    let after = app.caseworker.sign_in(PASSWORD).await.ok();
    assert_ne!(kid(&during), kid(&after));
    holder(&app, &after).get("/v1/me").await.ok();
}
