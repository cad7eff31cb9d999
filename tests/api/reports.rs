//! `/v1/operations/{id}/reports`

use farlight::db::types::Time;

use crate::operations::{approved, drafted, plan, ready_to_start, step};
use crate::support::{TestApp, Value, id, json, unknown_id};

fn report(app: &TestApp) -> Value {
    json!({"at": app.now(), "lat": 16.681, "lon": 98.512, "seen": "Two guards at the gate. No lights on the third floor."})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_reports_from_the_field() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let reports = format!("{path}/reports");
    let body = report(&app);
    let reply = app.officer.post(&reports, body.clone()).await;
    let made = reply.ok();
    assert_eq!(reply.status, 201);
    for member in ["at", "lat", "lon", "seen"] {
        assert_eq!(made[member], body[member], "{member}");
    }
    assert_eq!(made["author_id"], app.officer.id);
    assert_eq!(made["operation_id"], path.rsplit_once('/').unwrap().1);
    assert!(made["recorded_at"].is_string());
    assert_eq!(app.officer.get(&reports).await.items(), std::slice::from_ref(&made));
    assert_eq!(app.coordinator.get(&reports).await.items(), [made]);

    // Without a position there is none, not a zero.
    let words = app.officer.post(&reports, json!({"at": app.now(), "seen": "All quiet."})).await.ok();
    assert!(words.get("lat").is_none() && words.get("lon").is_none(), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_on_it_or_no_longer_neither_reports_nor_reads() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = approved(&app, &case).await;
    let reports = format!("{path}/reports");
    let unknown = format!("/v1/operations/{}/reports", unknown_id());
    for actor in [&app.officer2, &app.stranger_officer, &app.stranger] {
        let (foreign, nothing) = (actor.get(&reports).await, actor.get(&unknown).await);
        foreign.problem(404, "not-found");
        assert_eq!(foreign.text, nothing.text);
        actor.post(&reports, report(&app)).await.problem(404, "not-found");
    }
    for actor in [&app.caseworker, &app.analyst, &app.auditor, &app.partner, &app.admin] {
        actor.get(&reports).await.problem(403, "forbidden");
        actor.post(&reports, report(&app)).await.problem(403, "forbidden");
    }
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
    app.officer.post(&reports, report(&app)).await.ok();
    step(&app.officer, &path, "complete").await;
    app.officer.get(&reports).await.problem(404, "not-found");
    app.officer.post(&reports, report(&app)).await.problem(404, "not-found");
    app.coordinator.post(&reports, report(&app)).await.ok();
    assert_eq!(app.coordinator.get(&reports).await.items().len(), 2);

    let draft = drafted(&app, &case).await;
    app.officer.post(&format!("{draft}/reports"), report(&app)).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_sent_again_by_a_weak_link_is_there_once() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let reports = format!("{path}/reports");
    let mut body = report(&app);
    body["id"] = json!(unknown_id());
    app.officer.token().await;
    let race = (0..8).map(|_| app.officer.post_once(&reports, "report-1", body.clone()));
    let replies = futures_util::future::join_all(race).await;
    for reply in &replies {
        assert_eq!(reply.ok()["id"], body["id"]);
        assert_eq!(reply.text, replies[0].text);
    }
    assert_eq!(app.officer.get(&reports).await.items().len(), 1);
    // The answer can still be had when the operation has ended meanwhile: the phone may forget the report.
    ready_to_start(&app, &path).await;
    step(&app.coordinator, &path, "start").await;
    step(&app.coordinator, &path, "complete").await;
    let late = app.officer.post_once(&reports, "report-1", body.clone()).await;
    assert_eq!((late.status, &late.text), (201, &replies[0].text));
    app.coordinator.post(&reports, body.clone()).await.problem(409, "id-taken");
    body["seen"] = json!("Something else.");
    app.officer.post_once(&reports, "report-1", body).await.problem(422, "idempotency-key-reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let reports = format!("{path}/reports");
    let ahead = |seconds: i64| app.clock.now().plus_seconds(seconds).to_string();
    for (pointer, member, value) in [
        ("/lon", "lon", json!(null)),
        ("/lat", "lat", json!(null)),
        ("/lat", "lat", json!(-91)),
        ("/lon", "lon", json!("98.5")),
        ("/seen", "seen", json!(" ")),
        ("/seen", "seen", json!("x".repeat(20_001))),
        ("/at", "at", json!(ahead(3_600))),
        ("/at", "at", json!("yesterday")),
        ("/guards", "guards", json!(2)),
    ] {
        let mut body = report(&app);
        body[member] = value;
        app.officer.post(&reports, body).await.invalid(pointer);
    }
    // A phone's clock may be a little fast.
    let mut body = report(&app);
    body["at"] = json!(ahead(120));
    app.officer.post(&reports, body).await.ok();
    app.officer.get(&format!("{reports}?status=x")).await.problem(422, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_paged_newest_first() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let reports = format!("{path}/reports");
    let mut expected = Vec::new();
    // Sent in another order than seen.
    for minutes in [3, 1, 5, 2, 4] {
        let at = app.clock.now().plus_seconds(-60 * minutes).to_string();
        let made = app.officer.post(&reports, json!({"at": at, "seen": "Quiet."})).await.ok();
        expected.push((minutes, id(&made)));
    }
    expected.sort_unstable();
    let mut seen = Vec::new();
    let mut page = format!("{reports}?limit=2");
    loop {
        let reply = app.officer.get(&page).await;
        seen.extend(reply.items().iter().map(id));
        let Some(cursor) = reply.body["next_cursor"].as_str() else {
            break;
        };
        page = format!("{reports}?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, expected.into_iter().map(|(_, id)| id).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_something_that_happens_on_every_case_of_the_operation() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.caseworker).await, app.case(&app.caseworker2).await);
    let body = plan(&app, &[&case, &other]);
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    let at = |case: String| {
        let app = &app;
        async move {
            let case = app.coordinator.get(&format!("/v1/cases/{case}")).await.ok();
            case["updated_at"].as_str().unwrap().parse::<Time>().unwrap()
        }
    };
    let before = [at(case.clone()).await, at(other.clone()).await];
    app.officer.post(&format!("{path}/reports"), report(&app)).await.ok();
    assert!(at(case).await > before[0]);
    assert!(at(other).await > before[1]);
}
