//! `/v1/audit-events`, and what ends up there

pub mod proofs;
mod sequence;
pub mod verify;

use crate::support::{Actor, PASSWORD, TestApp, json};

#[tokio::test(flavor = "multi_thread")]
async fn reads_writes_and_refusals_are_on_record() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}");
    app.caseworker.get(&path).await.ok();
    app.caseworker2.get(&path).await.problem(404, "not-found");
    app.admin.get(&path).await.problem(403, "forbidden");

    let created = &app.audited("case.create").await[0];
    assert_eq!(created["actor_id"], app.caseworker.id);
    assert_eq!((&created["case_id"], &created["outcome"]), (&json!(case), &json!("done")));
    assert_eq!(created["leaf_hash"].as_str().unwrap().len(), 64);
    assert!(created["detail"]["request_id"].is_string());

    let reads = app.audited("case.show").await;
    let outcome = |actor: &str| {
        let row = reads.iter().find(|row| row["actor_id"] == actor).unwrap();
        (row["outcome"].as_str().unwrap().to_owned(), row["detail"]["code"].as_str().map(str::to_owned))
    };
    assert_eq!(outcome(&app.caseworker.id), ("done".to_owned(), None));
    assert_eq!(outcome(&app.caseworker2.id), ("refused".to_owned(), Some("not-found".to_owned())));
    assert_eq!(outcome(&app.admin.id), ("refused".to_owned(), Some("forbidden".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_the_auditors_and_each_organisation_has_its_own() {
    let app = TestApp::spawn().await;
    app.case(&app.coordinator).await;
    app.stranger.token().await;
    for actor in [&app.admin, &app.coordinator, &app.caseworker, &app.officer, &app.analyst, &app.partner] {
        actor.get("/v1/audit-events").await.problem(403, "forbidden");
    }
    let theirs = app.stranger_auditor.get("/v1/audit-events?limit=200").await.items();
    assert!(!theirs.is_empty() && theirs.iter().all(|row| row["action"] != "case.create"));
    let by_actor = format!("/v1/audit-events?actor_id={}", app.coordinator.id);
    let rows = app.auditor.get(&by_actor).await.items();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["actor_id"] == app.coordinator.id));
    assert!(app.auditor.get("/v1/audit-events?outcome=refused&action=case.create").await.items().is_empty());
    app.auditor.get("/v1/audit-events?action=case.steal").await.invalid("action");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_request_leaves_no_row_and_a_request_id_comes_back() {
    let app = TestApp::spawn().await;
    app.coordinator.post("/v1/cases", json!({"summary": ""})).await.problem(422, "invalid");
    assert!(app.audited("case.create").await.is_empty());
    let request =
        app.coordinator.request(reqwest::Method::GET, "/v1/me").await.header("x-request-id", "roadblock-17");
    assert_eq!(crate::support::send(request).await.header("x-request-id"), "roadblock-17");
    assert_eq!(app.audited("me.show").await[0]["detail"]["request_id"], "roadblock-17");
    let request =
        app.coordinator.request(reqwest::Method::GET, "/v1/me").await.header("x-request-id", "a b\"c");
    assert_ne!(crate::support::send(request).await.header("x-request-id"), "a b\"c");
}

#[tokio::test(flavor = "multi_thread")]
async fn founding_an_organisation_and_accepting_an_invitation_are_on_record() {
    let app = TestApp::spawn().await;
    let setup = json!({
        "token": crate::accounts::setup_token(&app).await, "organisation": "New Shore", "name": "Ilse Brandt",
        "email": "ilse@shore.example", "password": PASSWORD,
    });
    assert_eq!(app.nobody.post("/v1/setup", setup).await.status, 204);
    let ilse = Actor::new(&app.address, "ilse@shore.example", "");
    let body = json!({"name": "Per Holm", "email": "per@shore.example", "role": "auditor"});
    let invited = ilse.post("/v1/users", body).await.ok();
    let accept = json!({"token": invited["invitation"]["token"], "password": PASSWORD});
    assert_eq!(app.nobody.post("/v1/invitations/accept", accept).await.status, 204);

    let per = Actor::new(&app.address, "per@shore.example", "");
    let founded = per.get("/v1/audit-events?action=setup").await.items();
    assert_eq!(founded.len(), 1);
    assert_eq!(founded[0]["actor_id"], ilse.get("/v1/me").await.ok()["id"]);
    let accepted = per.get("/v1/audit-events?action=invitation.accept").await.items();
    assert_eq!(accepted.len(), 1);
    assert_eq!((&accepted[0]["actor_id"], &accepted[0]["outcome"]), (&invited["id"], &json!("done")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sign_in_is_on_the_record_of_the_account_it_was_aimed_at() {
    let app = TestApp::spawn().await;
    app.caseworker.sign_in("a wrong guess indeed").await.problem(401, "invalid-credentials");
    let refused = app.auditor.get("/v1/audit-events?action=auth.login&outcome=refused").await.items();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0]["object_id"], app.caseworker.id);
    assert!(refused[0].get("actor_id").is_none(), "nobody has shown who they are");
}

/// The log as if its disk were full: what is not on record does not happen.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_put_on_record_is_neither_read_nor_done() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = format!("/v1/cases/{case}");
    // Signed in before: that, too, is on record.
    app.admin.token().await;
    app.engine.execute("ALTER TABLE audit_events RENAME TO audit_events_away");
    let read = app.coordinator.get(&path).await;
    assert!(read.status >= 500 && !read.text.contains("river"), "{}", read.text);
    let refused = app.admin.get(&path).await;
    assert!(refused.status >= 500, "a refusal is on record, too: {}", refused.text);
    let body = json!({"summary": "Held in another building.", "risk": "high"});
    assert!(app.coordinator.post("/v1/cases", body).await.status >= 500);
    app.engine.execute("ALTER TABLE audit_events_away RENAME TO audit_events");
    assert_eq!(app.coordinator.get("/v1/cases").await.items().len(), 1);
}
