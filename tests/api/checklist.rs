//! `/v1/operations/{id}/checklist`

use crate::operations::{approved, drafted, ready_to_start, step};
use crate::support::{TestApp, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_member_ticks_and_the_approval_stays() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let checklist = format!("{path}/checklist");
    let tick = json!({"ticks": [{"item": "Doctor informed", "done": true}]});
    let ticked = app.officer.post(&checklist, tick.clone()).await;
    assert_eq!(
        ticked.ok()["checklist"],
        json!([{"item": "Blankets", "done": true}, {"item": "Doctor informed", "done": true}])
    );
    assert_eq!(ticked.body["status"], "approved");
    assert_eq!(app.officer.get(&path).await.ok(), ticked.body);
    assert_eq!(app.officer.get(&path).await.etag(), ticked.etag());

    // Once more is nothing more.
    let again = app.officer.post(&checklist, tick).await;
    assert_eq!((again.etag(), again.ok()), (ticked.etag(), ticked.ok()));
    let history = app.coordinator.get(&path).await.ok()["history"].clone();
    let checked = history.as_array().unwrap().iter().filter(|event| event["kind"] == "checked").count();
    assert_eq!(checked, 1);
    app.officer.post(&checklist, json!({"ticks": [{"item": "Blankets", "done": false}]})).await.ok();
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ticks_at_the_same_time_are_all_kept() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let checklist = format!("{path}/checklist");
    let tick = |item: &str, done: bool| json!({"ticks": [{"item": item, "done": done}]});
    let (off, on) = (tick("Blankets", false), tick("Doctor informed", true));
    let (first, second) =
        tokio::join!(app.officer.post(&checklist, off), app.coordinator.post(&checklist, on));
    first.ok();
    second.ok();
    assert_eq!(
        app.officer.get(&path).await.ok()["checklist"],
        json!([{"item": "Blankets", "done": false}, {"item": "Doctor informed", "done": true}])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_and_what_is_not_there() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = approved(&app, &case).await;
    let checklist = format!("{path}/checklist");
    let tick = json!({"ticks": [{"item": "Blankets", "done": false}]});
    for actor in [&app.officer2, &app.stranger, &app.stranger_officer] {
        actor.post(&checklist, tick.clone()).await.problem(404, "not-found");
    }
    for actor in [&app.caseworker, &app.analyst, &app.partner, &app.admin, &app.auditor] {
        actor.post(&checklist, tick.clone()).await.problem(403, "forbidden");
    }
    let unknown = json!({"ticks": [{"item": "Blankets", "done": true}, {"item": "Boat", "done": true}]});
    app.officer.post(&checklist, unknown).await.invalid("/ticks/1/item");
    let many = vec![json!({"item": "Blankets", "done": true}); 101];
    app.officer.post(&checklist, json!({"ticks": many})).await.invalid("/ticks");

    let draft = drafted(&app, &case).await;
    app.officer.post(&format!("{draft}/checklist"), tick.clone()).await.problem(404, "not-found");
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
    step(&app.officer, &path, "complete").await;
    app.officer.post(&checklist, tick.clone()).await.problem(404, "not-found");
    app.coordinator.post(&checklist, tick).await.problem(409, "invalid-transition");
}
