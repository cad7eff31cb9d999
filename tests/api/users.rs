//! `/v1/users`

use crate::support::{TestApp, json, unknown_id};

#[tokio::test(flavor = "multi_thread")]
async fn admins_and_coordinators_see_colleagues_and_only_admins_change_them() {
    let app = TestApp::spawn().await;
    for actor in [&app.admin, &app.coordinator] {
        let users = actor.get("/v1/users").await.items();
        assert_eq!(users.len(), 10);
        assert!(users.iter().all(|user| user["name"].is_string() && user["role"].is_string()));
    }
    for actor in [&app.caseworker, &app.officer, &app.analyst, &app.auditor, &app.partner] {
        actor.get("/v1/users").await.problem(403, "forbidden");
    }
    let path = format!("/v1/users/{}", app.caseworker.id);
    app.coordinator.patch(&path, "\"v1\"", json!({"role": "admin"})).await.problem(403, "forbidden");
    let body = json!({"name": "X", "email": "x@lantern.example", "role": "admin"});
    app.coordinator.post("/v1/users", body).await.problem(403, "forbidden");
    let unknown = app.stranger.get(&format!("/v1/users/{}", unknown_id())).await;
    assert_eq!(app.stranger.get(&path).await.text, unknown.text);
    unknown.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_or_a_new_role_ends_every_session_at_once() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/users/{}", app.caseworker.id);
    app.caseworker.get("/v1/cases").await.ok();
    let tokens = app.caseworker.sign_in(crate::support::PASSWORD).await.ok();
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    let etag = app.admin.get(&path).await.etag();
    let changed = app.admin.patch(&path, &etag, json!({"role": "analyst"})).await;
    assert_eq!(changed.ok()["role"], "analyst");
    app.caseworker.get("/v1/cases").await.problem(401, "unauthenticated");
    app.nobody.post("/v1/auth/refresh", refresh).await.problem(401, "invalid-refresh-token");

    let tokens = app.caseworker2.sign_in(crate::support::PASSWORD).await.ok();
    let refresh = json!({"refresh_token": tokens["refresh_token"]});
    app.caseworker2.get("/v1/cases").await.ok();
    let path = format!("/v1/users/{}", app.caseworker2.id);
    let etag = app.admin.get(&path).await.etag();
    app.admin.patch(&path, &etag, json!({"status": "suspended"})).await.ok();
    app.admin.patch(&path, &etag, json!({"status": "active"})).await.problem(412, "stale");
    app.caseworker2.get("/v1/cases").await.problem(401, "unauthenticated");
    app.nobody.post("/v1/auth/refresh", refresh).await.problem(401, "invalid-refresh-token");
    app.caseworker2.sign_in(crate::support::PASSWORD).await.problem(401, "invalid-credentials");
    let etag = app.admin.get(&path).await.etag();
    app.admin.patch(&path, &etag, json!({"status": "invited"})).await.problem(409, "invalid-transition");
    app.admin.patch(&path, &etag, json!({"status": "active"})).await.ok();
    app.caseworker2.sign_in(crate::support::PASSWORD).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_admin_stays() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/users/{}", app.admin.id);
    let etag = app.admin.get(&path).await.etag();
    for body in [json!({"role": "auditor"}), json!({"status": "suspended"})] {
        app.admin.patch(&path, &etag, body).await.problem(409, "last-admin");
    }
    app.admin.patch(&path, &etag, json!({"name": "Renamed Admin"})).await.ok();
    let smuggled = json!({"organisation_id": unknown_id()});
    app.admin.patch(&path, "\"v2\"", smuggled).await.problem(422, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_somebody_is_can_be_said_and_never_read() {
    let app = TestApp::spawn().await;
    let path = format!("/v1/users/{}", app.coordinator.id);
    let before = app.admin.get(&path).await;
    assert_eq!(before.ok()["is_verified"], false);
    let secret = "Passport KX-7781";
    let verified = app.admin.patch(&path, &before.etag(), json!({"verified_person": secret})).await;
    assert_eq!(verified.ok()["is_verified"], true);
    // Their sessions go on: they may do what they could before.
    app.coordinator.get("/v1/cases").await.ok();
    for reply in [&verified, &app.admin.get(&path).await, &app.coordinator.get("/v1/users").await] {
        assert!(!reply.text.contains("7781") && !reply.text.contains("verified_person"), "{}", reply.text);
    }
    let row = &app.audited("user.update").await[0];
    assert_eq!(row["detail"]["note"], "verified");
    assert!(!row.to_string().contains("7781"), "{row}");

    for wrong in [json!(""), json!("-- --"), json!("x".repeat(201)), json!(17)] {
        let etag = app.admin.get(&path).await.etag();
        app.admin.patch(&path, &etag, json!({"verified_person": wrong})).await.invalid("/verified_person");
    }
    let etag = app.admin.get(&path).await.etag();
    let renamed = app.admin.patch(&path, &etag, json!({"name": "Invented Name"})).await;
    assert_eq!(renamed.ok()["is_verified"], true, "what is not said stays");
    let body = json!({"verified_person": null, "role": "caseworker"});
    assert_eq!(app.admin.patch(&path, &renamed.etag(), body).await.ok()["is_verified"], false);
    let note = app.audited("user.update").await[0]["detail"]["note"].clone();
    assert_eq!(note, "role coordinator to caseworker; no longer verified");
}
