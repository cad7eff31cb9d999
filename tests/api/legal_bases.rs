//! On what ground a case is kept: `/v1/cases/{id}/legal-basis`.

use crate::support::{TestApp, json};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_before_stays() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/legal-basis");
    assert!(app.caseworker.get(&path).await.items().is_empty());
    let body = json!({"basis": "vital_interests", "decided_by": "Our officer", "note": "She is held."});
    let said = app.coordinator.put(&path, body).await.ok();
    assert_eq!(said["recorded_by"], app.coordinator.id.as_str());
    app.coordinator2.put(&path, json!({"basis": "consent"})).await.ok();
    let listed = app.caseworker.get(&path).await.items();
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["basis"], &listed[1]["basis"]), (&json!("consent"), &json!("vital_interests")));
    assert_eq!(listed[1], said);

    let ahead = app.clock.now().plus_seconds(86_400).to_string();
    app.coordinator.put(&path, json!({"basis": "consent", "from": ahead})).await.invalid("/from");
    assert_eq!(app.coordinator.put(&path, json!({"basis": "because"})).await.status, 422);
    for who in [&app.caseworker, &app.analyst, &app.admin, &app.auditor] {
        who.put(&path, json!({"basis": "consent"})).await.problem(403, "forbidden");
    }
    app.stranger.put(&path, json!({"basis": "consent"})).await.problem(404, "not-found");
}
