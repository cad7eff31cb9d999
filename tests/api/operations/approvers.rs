//! Who counts as the second person behind `/v1/operations/{id}/approve` and `/v1/operations/{id}/gates/{gate}/waiver`

use super::{drafted, plan, step, submitted};
use crate::support::{Actor, TestApp, Value, id, json};

async fn set(app: &TestApp, who: &Actor, body: Value) -> Value {
    let path = format!("/v1/users/{}", who.id);
    let etag = app.admin.get(&path).await.etag();
    app.admin.patch(&path, &etag, body).await.ok()
}

async fn verify(app: &TestApp, who: &Actor, person: &str) {
    let user = set(app, who, json!({"verified_person": person})).await;
    assert_eq!(user["is_verified"], true);
    assert!(!user.to_string().contains(person), "{user}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_account_is_no_second_person() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    verify(&app, &app.coordinator, "Staff no. 17-B").await;
    verify(&app, &app.coordinator2, " STAFF NO 17b").await;

    let path = submitted(&app, &case).await;
    let waiver = format!("{path}/gates/receiving/waiver");
    app.coordinator2.post(&format!("{path}/approve"), json!({})).await.problem(409, "own-approval");
    app.coordinator2.post(&waiver, json!({"reason": "x"})).await.problem(409, "own-waiver");
    assert_eq!(app.coordinator.get(&path).await.ok()["status"], "submitted");

    // Nor does it help that the lead is the other account, or that it changed the plan.
    verify(&app, &app.coordinator, "Staff no. 18").await;
    verify(&app, &app.officer, "staff no 17 b").await;
    app.coordinator2.post(&format!("{path}/approve"), json!({})).await.problem(409, "own-approval");
    verify(&app, &app.officer, "staff no 19").await;
    step(&app.coordinator2, &path, "approve").await;
    app.coordinator2.post(&waiver, json!({"reason": "The consul is on his way."})).await.ok();
    // Found out afterwards, the word is worth nothing: it is asked anew at the start.
    crate::operations::ready_to_start(&app, &path).await;
    verify(&app, &app.coordinator, "staff no 17 b").await;
    let problem = app.officer.post(&format!("{path}/start"), json!({})).await.problem(409, "gate-closed");
    assert!(problem["gates"].as_array().unwrap().contains(&json!("second_approver")), "{problem}");
    assert!(problem["gates"].as_array().unwrap().contains(&json!("receiving")), "{problem}");
    set(&app, &app.coordinator, json!({"verified_person": null})).await;
    step(&app.officer, &path, "start").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_asked_for_only_verified_people_approve_and_waive() {
    let app = TestApp::spawn_with(|settings| settings.operations.approvers_are_verified_people = true).await;
    let case = app.case(&app.coordinator).await;
    let path = submitted(&app, &case).await;
    let (approve, waiver) = (format!("{path}/approve"), format!("{path}/gates/receiving/waiver"));
    app.coordinator.post(&approve, json!({})).await.problem(409, "own-approval");
    app.coordinator2.post(&approve, json!({})).await.problem(409, "approver-not-verified");
    let reason = json!({"reason": "The consul is on his way."});
    app.coordinator2.post(&waiver, reason.clone()).await.problem(409, "approver-not-verified");

    // Whoever is behind any account that had a hand in the plan is refused.
    for planner in [&app.coordinator, &app.officer] {
        verify(&app, planner, "AB 123456").await;
        verify(&app, &app.coordinator2, "ab123456").await;
        app.coordinator2.post(&approve, json!({})).await.problem(409, "own-approval");
        app.coordinator2.post(&waiver, reason.clone()).await.problem(409, "own-waiver");
        verify(&app, planner, "AB 999").await;
    }
    app.coordinator2.post(&waiver, reason).await.ok();
    step(&app.coordinator2, &path, "approve").await;
    set(&app, &app.coordinator2, json!({"verified_person": null})).await;
    let problem = app.officer.post(&format!("{path}/start"), json!({})).await.problem(409, "gate-closed");
    assert_eq!(problem["gates"].as_array().unwrap().len(), 6, "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_added_to_the_team_by_another_account_does_not_approve() {
    let app = TestApp::spawn().await;
    let path = drafted(&app, &app.case(&app.coordinator).await).await;
    set(&app, &app.caseworker2, json!({"role": "coordinator"})).await;
    app.caseworker2.put(&format!("{path}/members/{}", app.officer2.id), json!({})).await.ok();
    step(&app.coordinator, &path, "submit").await;
    verify(&app, &app.caseworker2, "K-5").await;
    verify(&app, &app.coordinator2, "k5").await;
    app.coordinator2.post(&format!("{path}/approve"), json!({})).await.problem(409, "own-approval");
    // Accounts of other plans have nothing to do with it.
    let mut body = plan(&app, &[]);
    body["kind"] = json!("reconnaissance");
    let other = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    step(&app.coordinator, &other, "submit").await;
    step(&app.coordinator2, &other, "approve").await;
}
