//! How often somebody may read a plan

use futures_util::future::join_all;

use crate::operations::{approved, ready_to_start, step, submitted};
use crate::support::{Actor, TestApp, Value, json};

async fn app(usual: i64, limit: i64) -> TestApp {
    TestApp::spawn_with(move |settings| {
        settings.operations.plan_reads_per_hour = usual;
        settings.operations.plan_reads_limit = limit;
    })
    .await
}

async fn alerts(app: &TestApp, who: &Actor) -> Vec<Value> {
    let all = who.get("/v1/alerts?kind=plan_reads").await.items();
    all.into_iter()
        .filter(|alert| alert["state"] == "open" && alert["since"].as_str() <= Some(&app.now()))
        .collect()
}

/// Early in an hour, so that it does not end in between.
fn begin_hour(app: &TestApp) {
    app.clock.advance(3_600 - app.clock.now().as_seconds().rem_euclid(3_600) + 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn unusual_reading_alerts_the_coordinators_once_an_hour_and_ends_at_the_limit() {
    let app = app(5, 8).await;
    begin_hour(&app);
    let case = app.case(&app.caseworker).await;
    let path = approved(&app, &case).await;
    for _ in 0..5 {
        app.officer.get(&path).await.ok();
    }
    assert!(alerts(&app, &app.coordinator).await.is_empty());
    app.officer.get(&path).await.ok();
    // A list shows the plan too.
    assert_eq!(app.officer.get("/v1/operations").await.items().len(), 1);
    for who in [&app.coordinator, &app.coordinator2] {
        let raised = alerts(&app, who).await;
        assert_eq!(raised.len(), 1, "{raised:?}");
        assert_eq!(format!("/v1/operations/{}", raised[0]["operation_id"].as_str().unwrap()), path);
        assert_eq!((&raised[0]["user_id"], raised[0].get("message_id")), (&json!(app.officer.id), None));
    }
    for who in [&app.caseworker, &app.officer, &app.analyst] {
        assert!(alerts(&app, who).await.is_empty());
    }
    app.officer.get(&path).await.ok();
    for way in [path.as_str(), "/v1/operations"] {
        let refused = app.officer.get(way).await;
        refused.problem(429, "too-many-plan-reads");
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((3_400..=3_600).contains(&wait), "{wait}");
    }
    let refused = app.audited("operation.show").await;
    assert!(refused.iter().any(|row| row["detail"]["code"] == "too-many-plan-reads"
        && row["outcome"] == "refused"
        && row["actor_id"] == app.officer.id));
    // Others read on, and nobody in the field waits for a limit.
    app.coordinator.get(&path).await.ok();
    ready_to_start(&app, &path).await;
    assert_eq!(step(&app.officer, &path, "start").await["status"], "in_progress");

    let alert = &alerts(&app, &app.coordinator).await[0];
    let acknowledge = format!("/v1/alerts/{}/acknowledge", alert["id"].as_str().unwrap());
    assert_eq!(app.coordinator.post(&acknowledge, json!({})).await.ok()["state"], "resolved");
    app.clock.advance(3_660);
    for _ in 0..6 {
        app.officer.get(&path).await.ok();
    }
    assert_eq!(alerts(&app, &app.coordinator).await.len(), 1, "another hour, another alert");
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    app.officer.get(&path).await.ok();
    app.officer.get(&path).await.ok();
    app.officer.get(&path).await.problem(429, "too-many-plan-reads");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_count_is_exact_for_many_at_once_on_two_nodes() {
    let app = app(1_000, 20).await;
    begin_hour(&app);
    let case = app.case(&app.caseworker).await;
    let path = approved(&app, &case).await;
    let node = app.second_node(0, |_| {}).await;
    let twin = node.same(&app.officer).await;
    let reads = (0..40).map(|number| if number % 2 == 0 { app.officer.get(&path) } else { twin.get(&path) });
    // Few at a time, or the pool of a small test database is what refuses.
    let mut statuses = Vec::new();
    let mut reads = reads.collect::<Vec<_>>();
    while !reads.is_empty() {
        let some = reads.split_off(reads.len().saturating_sub(5));
        statuses.extend(join_all(some).await.into_iter().map(|reply| reply.status));
    }
    let count = |status| statuses.iter().filter(|found| **found == status).count();
    assert_eq!((count(200), count(429)), (20, 20), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_coordinator_is_counted_too_and_does_not_settle_it_alone() {
    let app = app(3, 100).await;
    begin_hour(&app);
    let case = app.case(&app.caseworker).await;
    // Planning shows the plan as well.
    let path = submitted(&app, &case).await;
    let etag = app.coordinator.get(&path).await.etag();
    app.coordinator.patch(&path, &etag, json!({})).await.ok();
    let raised = alerts(&app, &app.coordinator).await;
    assert_eq!((raised.len(), &raised[0]["user_id"]), (1, &json!(app.coordinator.id)));
    let acknowledge = format!("/v1/alerts/{}/acknowledge", raised[0]["id"].as_str().unwrap());
    app.coordinator.post(&acknowledge, json!({})).await.problem(409, "own-alert");
    app.coordinator2.post(&acknowledge, json!({})).await.ok();
    // A caseworker sees no plan, so there is nothing to count.
    for _ in 0..6 {
        app.caseworker.get(&path).await.ok();
    }
    assert!(alerts(&app, &app.coordinator2).await.is_empty());
}
