//! `/v1/cases/{id}/assignments`

use crate::support::{TestApp, json, unknown_id};

#[tokio::test(flavor = "multi_thread")]
async fn an_assignment_opens_a_case_and_its_end_closes_it() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let path = format!("/v1/cases/{case}");
    app.caseworker.get(&path).await.problem(404, "not-found");
    let put = format!("{path}/assignments/{}", app.caseworker.id);
    let view = app.coordinator.put(&put, json!({"role": "lead"})).await.ok();
    assert_eq!((&view["role"], &view["user_name"]), (&json!("lead"), &json!("Invented caseworker")));
    app.caseworker.get(&path).await.ok();

    app.coordinator.put(&put, json!({"role": "member"})).await.ok();
    let before = app.coordinator.get(&path).await.ok();
    app.coordinator.put(&put, json!({"role": "member"})).await.ok();
    assert_eq!(app.coordinator.get(&path).await.ok()["updated_at"], before["updated_at"]);
    let rows = app.coordinator.get(&format!("{path}/assignments")).await.items();
    assert_eq!(rows.len(), 2, "a repetition changes nothing: {rows:?}");
    assert!(rows[0].get("until").is_some() && rows[1].get("until").is_none());

    assert_eq!(app.coordinator.delete(&put).await.status, 204);
    app.caseworker.get(&path).await.problem(404, "not-found");
    app.coordinator.delete(&put).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_coordinators_assign_and_only_colleagues_who_can_work_on_cases() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = |user: &str| format!("/v1/cases/{case}/assignments/{user}");
    let body = json!({"role": "member"});
    app.caseworker.put(&path(&app.caseworker2.id), body.clone()).await.problem(403, "forbidden");
    app.officer.put(&path(&app.officer.id), body.clone()).await.problem(404, "not-found");
    app.stranger.put(&path(&app.caseworker2.id), body.clone()).await.problem(404, "not-found");
    for user in [&app.officer.id, &app.auditor.id, &app.partner.id, &app.stranger.id, &unknown_id()] {
        app.coordinator.put(&path(user), body.clone()).await.invalid("/user_id");
    }
    app.coordinator.put(&path(&app.caseworker2.id), json!({"role": "boss"})).await.invalid("/role");
}
