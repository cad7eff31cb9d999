//! That a case must not be destroyed: `/v1/cases/{id}/legal-hold`.

use crate::support::{TestApp, json, send, unknown_id};
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_placed_once_and_stays_on_record() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/legal-hold");
    let body =
        json!({"reason": "A trial at which she is a witness.", "authority": "The court of the capital"});
    let held = app.coordinator.put(&path, body.clone()).await.ok();
    assert_eq!((&held["in_force"], &held["placed_by"]), (&json!(true), &json!(app.coordinator.id)));
    app.coordinator2.put(&path, body).await.problem(409, "already-on-hold");
    let unsaid = send(app.coordinator.request(Method::DELETE, &path).await.json(&json!({}))).await;
    unsaid.problem(422, "invalid");
    let end = async || {
        let request = app.coordinator2.request(Method::DELETE, &path).await;
        send(request.json(&json!({"reason": "She was heard."}))).await
    };
    end().await.ok();
    end().await.problem(409, "not-on-hold");
    app.coordinator.put(&path, json!({"reason": "An appeal."})).await.ok();
    let listed = app.caseworker.get(&path).await.items();
    assert_eq!(listed.len(), 2);
    assert_eq!((&listed[0]["reason"], &listed[0]["in_force"]), (&json!("An appeal."), &json!(true)));
    assert_eq!(listed[1]["end_reason"], "She was heard.");
    assert_eq!(listed[1]["authority"], "The court of the capital");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_place_and_end_one() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/legal-hold");
    let body = json!({"reason": "A trial."});
    for who in [&app.admin, &app.caseworker, &app.analyst, &app.auditor, &app.partner] {
        who.put(&path, body.clone()).await.problem(403, "forbidden");
        let ended = send(who.request(Method::DELETE, &path).await.json(&body)).await;
        ended.problem(403, "forbidden");
    }
    app.officer.put(&path, body.clone()).await.problem(404, "not-found");
    let unknown = format!("/v1/cases/{}/legal-hold", unknown_id());
    let (foreign, missing) =
        (app.stranger.put(&path, body.clone()).await, app.stranger.put(&unknown, body).await);
    assert_eq!((foreign.status, foreign.text), (404, missing.text));
}
