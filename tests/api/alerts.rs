//! `/v1/alerts`

use farlight::alerts::dispatch;

use crate::support::contact::Contact;
use crate::support::{Actor, TestApp, Value, id, json, unknown_id};

const HOUR: i64 = 3600;

/// A case that is silent as soon as it is watched.
async fn silent(app: &TestApp, escalate_to: &[&Actor]) -> (Contact, Value) {
    let contact = Contact::new(app).await;
    contact.log(app, "inbound", 240, json!({})).await;
    contact.watch(app, escalate_to).await;
    let alerts = app.caseworker.get("/v1/alerts").await.items();
    assert_eq!(alerts.len(), 1);
    (contact, alerts[0].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_names_the_case_by_its_code_name_and_says_why() {
    let app = TestApp::spawn().await;
    let (contact, alert) = silent(&app, &[]).await;
    let case = app.caseworker.get(&format!("/v1/cases/{}", contact.case)).await.ok();
    let expected = json!({
        "id": alert["id"], "kind": "silent", "state": "open", "case_id": contact.case,
        "code_name": case["code_name"], "risk": "high", "since": alert["since"], "level": 0,
        "reason": "No sign of life came for a whole interval more than was allowed for.",
    });
    assert_eq!(alert, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_to_those_who_reach_the_case_and_to_nobody_else() {
    let app = TestApp::spawn().await;
    let (contact, alert) = silent(&app, &[]).await;
    let path = format!("/v1/alerts/{}/acknowledge", id(&alert));
    for actor in [&app.coordinator, &app.coordinator2, &app.analyst] {
        assert_eq!(actor.get("/v1/alerts").await.items().len(), 1);
    }
    for actor in [&app.caseworker2, &app.officer, &app.partner, &app.stranger] {
        assert_eq!(actor.get("/v1/alerts").await.items(), Vec::<Value>::new());
        assert!([403, 404].contains(&actor.post(&path, json!({})).await.status));
    }
    app.caseworker2.post(&path, json!({})).await.problem(404, "not-found");
    app.stranger.post(&path, json!({})).await.problem(404, "not-found");
    app.admin.get("/v1/alerts").await.problem(403, "forbidden");
    app.assign(&contact.case, &app.caseworker2).await;
    assert_eq!(app.caseworker2.get("/v1/alerts").await.items().len(), 1);
    app.coordinator.delete(&format!("/v1/cases/{}/assignments/{}", contact.case, app.caseworker2.id)).await;
    assert_eq!(app.caseworker2.get("/v1/alerts").await.items().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_taken_on_once_and_nobody_further_is_called() {
    let app = TestApp::spawn().await;
    let (_, alert) = silent(&app, &[]).await;
    let path = format!("/v1/alerts/{}/acknowledge", id(&alert));
    let taken = app.caseworker.post(&path, json!({})).await.ok();
    assert_eq!(
        (taken["state"].as_str(), &taken["acknowledged_by"]),
        (Some("acknowledged"), &json!(app.caseworker.id))
    );
    let again = app.coordinator.post(&path, json!({})).await.ok();
    assert_eq!(again["acknowledged_by"], json!(app.caseworker.id), "the first stays");
    assert_eq!(app.caseworker.get("/v1/alerts").await.items()[0]["state"], "acknowledged");
    assert_eq!(app.caseworker.get("/v1/alerts?state=open").await.items().len(), 0);
    dispatch::run_once(&app.services).await.unwrap();
    app.clock.advance(HOUR);
    dispatch::run_once(&app.services).await.unwrap();
    assert_eq!(app.caseworker.get("/v1/alerts").await.items()[0]["level"], 0);
    let list = app.caseworker.get("/v1/me/worklist").await.ok();
    assert_eq!(list["silent"].as_array().unwrap().len(), 1, "taken on is not over");
    app.coordinator
        .post(&format!("/v1/alerts/{}/acknowledge", unknown_id()), json!({}))
        .await
        .problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nobody_takes_it_on_the_next_one_is_called_step_by_step() {
    let app = TestApp::spawn().await;
    silent(&app, &[&app.coordinator2, &app.caseworker]).await;
    let level = async || app.caseworker.get("/v1/alerts").await.items()[0]["level"].as_i64().unwrap();
    dispatch::run_once(&app.services).await.unwrap();
    assert_eq!(level().await, 0);
    app.clock.advance(29 * 60);
    dispatch::run_once(&app.services).await.unwrap();
    assert_eq!(level().await, 0);
    for expected in [1, 2, 3, 3, 3] {
        // A day without anybody looking: one step and not as many as would have fitted in.
        app.clock.advance(24 * HOUR);
        dispatch::run_once(&app.services).await.unwrap();
        dispatch::run_once(&app.services).await.unwrap();
        assert_eq!(level().await, expected, "two on the list, then every coordinator, then no further");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_of_life_ends_it() {
    let app = TestApp::spawn().await;
    let (contact, alert) = silent(&app, &[]).await;
    contact.log(&app, "inbound", 0, json!({})).await;
    assert_eq!(app.caseworker.get("/v1/alerts").await.items().len(), 0);
    let over = app.caseworker.get("/v1/alerts?state=resolved").await.items();
    assert_eq!((&over[0]["id"], over[0]["resolved_at"].is_string()), (&alert["id"], true));
    let path = format!("/v1/alerts/{}/acknowledge", id(&alert));
    app.caseworker.post(&path, json!({})).await.problem(409, "alert-over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_waits_for_an_approver_alerts_the_coordinators_until_it_no_longer_does() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let at = |hours: i64| app.clock.now().plus_seconds(hours * HOUR).to_string();
    let body = json!({
        "kind": "extraction", "title": "East gate", "case_ids": [case], "lead_id": app.officer.id,
        "starts_at": at(24), "ends_at": at(48), "target": {"lat": 16.7, "lon": 98.5},
        "plan": {
            "objective": "Bring him out.", "approach": "By the river.", "routes": "One road in.",
            "communications": "Every 20 minutes.", "abort_criteria": "A second vehicle.",
            "risks": [{"hazard": "dogs", "likelihood": "low", "severity": "high", "mitigation": "wait"}],
        },
    });
    let operation = id(&app.coordinator.post("/v1/operations", body).await.ok());
    let step = async |who: &Actor, step: &str, body: Value| {
        who.post(&format!("/v1/operations/{operation}/{step}"), body).await.ok();
    };
    step(&app.coordinator, "submit", json!({})).await;
    let alerts = app.coordinator2.get("/v1/alerts").await.items();
    assert_eq!(
        (&alerts[0]["kind"], &alerts[0]["operation_id"]),
        (&json!("approval_needed"), &json!(operation))
    );
    for actor in [&app.caseworker, &app.officer, &app.analyst, &app.stranger] {
        assert_eq!(actor.get("/v1/alerts").await.items(), Vec::<Value>::new());
    }
    step(&app.coordinator2, "reject", json!({"reason": "no second vehicle"})).await;
    assert_eq!(app.coordinator2.get("/v1/alerts").await.items().len(), 0);
    let path = format!("/v1/operations/{operation}");
    let etag = app.coordinator.get(&path).await.etag();
    app.coordinator.patch(&path, &etag, json!({"title": "East gate, two cars"})).await.ok();
    app.clock.advance(60);
    step(&app.coordinator, "submit", json!({})).await;
    assert_eq!(app.coordinator2.get("/v1/alerts").await.items().len(), 1, "it waits again");
    step(&app.coordinator2, "approve", json!({})).await;
    assert_eq!(app.coordinator2.get("/v1/alerts").await.items().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_paged_and_narrowed() {
    let app = TestApp::spawn().await;
    for hours in [100, 200, 300] {
        let contact = Contact::new(&app).await;
        contact.log(&app, "inbound", hours, json!({})).await;
        contact.watch(&app, &[]).await;
    }
    let all = app.coordinator.get("/v1/alerts?sort=since").await.items();
    assert_eq!(all.len(), 3);
    let first = app.coordinator.get("/v1/alerts?sort=since&limit=2").await.ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = app.coordinator.get(&format!("/v1/alerts?sort=since&limit=2&cursor={cursor}")).await.ok();
    assert_eq!([&first["items"][0], &first["items"][1], &rest["items"][0]], [&all[0], &all[1], &all[2]]);
    assert!(all[0]["since"].as_str() < all[1]["since"].as_str());
    let newest = app.coordinator.get("/v1/alerts").await.items();
    assert_eq!(newest[0], all[2]);
    assert_eq!(app.caseworker.get("/v1/alerts?sort=since").await.items(), all, "of their own cases");
    assert_eq!(app.coordinator.get("/v1/alerts?kind=overdue,duress").await.items().len(), 0);
    assert_eq!(app.coordinator.get("/v1/alerts?kind=silent").await.items().len(), 3);
    for query in ["state=late", "kind=loud", "sort=kind", "case_id=7", "nonsense=1"] {
        assert_eq!(app.coordinator.get(&format!("/v1/alerts?{query}")).await.status, 422, "{query}");
    }
}
