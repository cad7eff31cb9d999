//! `/v1/operations/{id}/check-ins`

use farlight::alerts::dispatch;

use crate::operations::{plan, plan_apart, ready_to_start, step};
use crate::support::{Actor, Reply, TestApp, Value, id, json, unknown_id};

const MINUTE: i64 = 60;

/// A live operation with two officers, who check in every 30 minutes with 10 of grace.
async fn started(app: &TestApp) -> String {
    let path = planned(app, json!({"every_minutes": 30, "grace_minutes": 10})).await;
    ready_to_start(app, &path).await;
    step(&app.officer, &path, "start").await;
    path
}

async fn planned(app: &TestApp, terms: Value) -> String {
    let mut body = plan_apart(app, &[]);
    body["plan"]["check_ins"] = terms;
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    app.coordinator.put(&format!("{path}/members/{}", app.officer2.id), json!({})).await.ok();
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    path
}

fn ago(app: &TestApp, minutes: i64) -> String {
    app.clock.now().plus_seconds(-minutes * MINUTE).to_string()
}

/// A check-in of so many minutes ago.
async fn check_in(app: &TestApp, who: &Actor, path: &str, minutes: i64, status: &str) -> Reply {
    let body = json!({"at": ago(app, minutes), "status": status});
    who.post(&format!("{path}/check-ins"), body).await
}

async fn state(app: &TestApp, path: &str) -> String {
    let state = app.officer.get(&format!("{path}/check-ins/state")).await.ok();
    state["state"].as_str().unwrap().to_owned()
}

/// The kinds of the alerts that the coordinators see open, from the field.
async fn open(app: &TestApp) -> Vec<String> {
    let alerts = app.coordinator.get("/v1/alerts?kind=check_in_overdue,check_in_help").await.items();
    alerts.iter().map(|alert| alert["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_in_comes_back_as_it_was_sent() {
    let app = TestApp::spawn().await;
    let path = started(&app).await;
    let body = json!({
        "id": unknown_id(), "at": app.now(), "status": "delayed", "lat": 16.68, "lon": 98.51,
        "note": "The ferry is late.", "next_by": ago(&app, -60),
    });
    let check_ins = format!("{path}/check-ins");
    let reply = app.officer.post_once(&check_ins, "first", body.clone()).await;
    let made = reply.ok();
    assert_eq!(reply.status, 201);
    for member in body.as_object().unwrap().keys() {
        assert_eq!(made[member], body[member], "{member}");
    }
    assert_eq!((&made["user_id"], &made["author_id"]), (&json!(app.officer.id), &json!(app.officer.id)));
    assert_eq!(app.officer2.get(&check_ins).await.items(), std::slice::from_ref(&made));
    let standing = app.coordinator.get(&format!("{check_ins}/state")).await.ok();
    assert_eq!((&standing["last"], &standing["due_at"]), (&made, &body["next_by"]));

    // Sent again by a weak link it is there once.
    let again = app.officer.post_once(&check_ins, "first", body.clone()).await;
    assert_eq!((again.status, &again.text), (201, &reply.text));
    app.officer.post(&check_ins, body).await.problem(409, "id-taken");
    assert_eq!(app.officer.get(&check_ins).await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_that_is_silent_for_an_interval_and_its_grace_alerts_the_coordinators() {
    let app = TestApp::spawn().await;
    let path = started(&app).await;
    assert_eq!((state(&app, &path).await.as_str(), open(&app).await.len()), ("on_time", 0));
    app.clock.advance(31 * MINUTE);
    assert_eq!((state(&app, &path).await.as_str(), open(&app).await.len()), ("due", 0));
    app.clock.advance(10 * MINUTE);
    assert_eq!(state(&app, &path).await, "overdue");
    let alerts = app.coordinator2.get("/v1/alerts").await.items();
    assert_eq!((alerts.len(), &alerts[0]["kind"]), (1, &json!("check_in_overdue")));
    assert_eq!(format!("/v1/operations/{}", alerts[0]["operation_id"].as_str().unwrap()), path);
    for actor in [&app.caseworker, &app.officer, &app.officer2, &app.analyst, &app.partner, &app.stranger] {
        assert_eq!(actor.get("/v1/alerts").await.items(), Vec::<Value>::new());
    }

    // What nobody was told of needs no all-clear; what somebody was told of gets one.
    dispatch::run_once(&app.services).await.unwrap();
    check_in(&app, &app.officer2, &path, 0, "ok").await.ok();
    assert_eq!((state(&app, &path).await.as_str(), open(&app).await.len()), ("on_time", 0));
    let over = app.coordinator.get("/v1/alerts?state=resolved&kind=check_in_overdue").await.items();
    assert_eq!(over.len(), 1);
    app.clock.advance(41 * MINUTE);
    assert_eq!(open(&app).await, ["check_in_overdue"], "and the next interval begins");
    // Nobody takes it on: the next step calls every coordinator, and that is the last.
    dispatch::run_once(&app.services).await.unwrap();
    app.clock.advance(60 * MINUTE);
    dispatch::run_once(&app.services).await.unwrap();
    let alert = &app.coordinator.get("/v1/alerts?kind=check_in_overdue").await.items()[0];
    assert_eq!(alert["level"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_operation_ends_its_watch() {
    let app = TestApp::spawn().await;
    let done = started(&app).await;
    let broken_off = started(&app).await;
    app.clock.advance(45 * MINUTE);
    assert_eq!(open(&app).await.len(), 2);
    step(&app.officer, &done, "complete").await;
    assert_eq!(open(&app).await.len(), 1);
    app.coordinator.post(&format!("{broken_off}/abort"), json!({"reason": "Dogs."})).await.ok();
    assert_eq!(open(&app).await.len(), 0);
    app.clock.advance(600 * MINUTE);
    assert_eq!(open(&app).await.len(), 0);
    let ended = app.coordinator.get(&format!("{done}/check-ins/state")).await.ok();
    assert_eq!((&ended["state"], ended.get("due_at")), (&json!("ended"), None));
    app.officer.get(&format!("{done}/check-ins/state")).await.problem(404, "not-found");
    check_in(&app, &app.officer, &done, 0, "ok").await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_on_a_phone_is_not_taken_for_the_newest() {
    let app = TestApp::spawn().await;
    let path = started(&app).await;
    app.clock.advance(60 * MINUTE);
    check_in(&app, &app.officer2, &path, 5, "ok").await.ok();
    let due = app.officer.get(&format!("{path}/check-ins/state")).await.ok()["due_at"].clone();
    // Of before the other: neither the last, nor does it bring the next forward.
    check_in(&app, &app.officer, &path, 50, "ok").await.ok();
    let standing = app.officer.get(&format!("{path}/check-ins/state")).await.ok();
    assert_eq!((&standing["due_at"], &standing["last"]["user_id"]), (&due, &json!(app.officer2.id)));

    // Overdue, and an older one arrives: it is overdue all the same. A newer one ends it only if it is new enough.
    app.clock.advance(90 * MINUTE);
    assert_eq!(open(&app).await, ["check_in_overdue"]);
    check_in(&app, &app.officer, &path, 140, "ok").await.ok();
    assert_eq!(open(&app).await, ["check_in_overdue"]);
    check_in(&app, &app.officer, &path, 60, "ok").await.ok();
    let alerts = app.coordinator.get("/v1/alerts?kind=check_in_overdue").await.items();
    assert_eq!(alerts.len(), 1);
    assert!(alerts[0]["since"].as_str().unwrap() > ago(&app, 21).as_str(), "40 minutes after it, not before");
    check_in(&app, &app.officer, &path, 10, "ok").await.ok();
    assert_eq!((open(&app).await.len(), state(&app, &path).await.as_str()), (0, "on_time"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delay_puts_the_next_one_off_by_three_intervals_at_most() {
    let app = TestApp::spawn().await;
    let path = started(&app).await;
    let check_ins = format!("{path}/check-ins");
    let body = |next_by: i64| json!({"at": app.now(), "status": "delayed", "next_by": ago(&app, -next_by)});
    app.officer.post(&check_ins, body(92)).await.invalid("/next_by");
    app.officer.post(&check_ins, body(-1)).await.invalid("/next_by");
    app.officer.post(&check_ins, body(80)).await.ok();
    app.clock.advance(79 * MINUTE);
    assert_eq!(state(&app, &path).await, "on_time");
    app.clock.advance(12 * MINUTE);
    assert_eq!((state(&app, &path).await.as_str(), open(&app).await.len()), ("overdue", 1));
    let mut ok = body(30);
    ok["status"] = json!("ok");
    app.officer.post(&check_ins, ok).await.invalid("/next_by");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_for_help_alerts_at_once_until_it_is_answered_for_whoever_called() {
    let app = TestApp::spawn().await;
    let path = started(&app).await;
    check_in(&app, &app.officer, &path, 0, "help").await.ok();
    assert_eq!(open(&app).await, ["check_in_help"]);
    app.clock.advance(MINUTE);
    check_in(&app, &app.officer2, &path, 0, "ok").await.ok();
    assert_eq!(open(&app).await, ["check_in_help"], "another on the team does not speak for them");
    app.clock.advance(MINUTE);
    check_in(&app, &app.officer, &path, 0, "ok").await.ok();
    assert_eq!(open(&app).await, Vec::<String>::new());
    // One that comes late, of before they were well again, calls nobody any more.
    check_in(&app, &app.officer, &path, 1, "help").await.ok();
    assert_eq!(open(&app).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn duress_reads_ok_to_the_team_and_only_somebody_else_ends_it() {
    let app = TestApp::spawn().await;
    let path = started(&app).await;
    let made = check_in(&app, &app.officer, &path, 0, "duress").await.ok();
    assert_eq!(made["status"], "ok", "whoever holds the phone does not see that it was noticed");
    let check_ins = format!("{path}/check-ins");
    assert_eq!(app.officer2.get(&check_ins).await.items()[0]["status"], "ok");
    assert_eq!(app.officer.get(&format!("{check_ins}/state")).await.ok()["last"]["status"], "ok");
    assert_eq!(app.coordinator.get(&check_ins).await.items()[0]["status"], "duress");
    assert_eq!(open(&app).await, ["check_in_help"]);
    app.clock.advance(MINUTE);
    check_in(&app, &app.officer, &path, 0, "ok").await.ok();
    step(&app.officer, &path, "complete").await;
    assert_eq!(open(&app).await, ["check_in_help"], "all of this they can be made to do");

    // Reached by other means, after the operation had ended.
    app.clock.advance(MINUTE);
    let body = json!({"at": app.now(), "status": "ok", "for_user": app.officer.id});
    let spoken = app.coordinator.post(&check_ins, body).await.ok();
    assert_eq!(
        (&spoken["user_id"], &spoken["author_id"]),
        (&json!(app.officer.id), &json!(app.coordinator.id))
    );
    assert_eq!(open(&app).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn coordinators_check_in_for_the_team_and_members_for_themselves() {
    let app = TestApp::spawn().await;
    let path = started(&app).await;
    let check_ins = format!("{path}/check-ins");
    let body = |for_user: Value| json!({"at": app.now(), "status": "ok", "for_user": for_user});
    app.coordinator.post(&check_ins, body(json!(app.officer2.id))).await.ok();
    app.coordinator.post(&check_ins, body(json!(null))).await.invalid("/for_user");
    app.coordinator.post(&check_ins, body(json!(app.caseworker.id))).await.invalid("/for_user");
    app.officer.post(&check_ins, body(json!(app.officer2.id))).await.invalid("/for_user");
    app.officer.post(&check_ins, body(json!(app.officer.id))).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_checks_in_only_while_it_is_out() {
    let app = TestApp::spawn().await;
    let path = planned(&app, json!({"every_minutes": 30, "grace_minutes": 0})).await;
    app.clock.advance(600 * MINUTE);
    assert_eq!((state(&app, &path).await.as_str(), open(&app).await.len()), ("unwatched", 0));
    check_in(&app, &app.officer, &path, 0, "ok").await.problem(409, "not-under-way");
    let body = json!({"at": app.now(), "status": "ok", "for_user": app.officer.id});
    app.coordinator.post(&format!("{path}/check-ins"), body).await.problem(409, "not-under-way");

    // A plan that asks for none: what is said is kept, and nothing is late.
    let path = planned(&app, json!(null)).await;
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
    check_in(&app, &app.officer, &path, 0, "ok").await.ok();
    app.clock.advance(600 * MINUTE);
    assert_eq!((state(&app, &path).await.as_str(), open(&app).await.len()), ("unwatched", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_on_the_team_finds_nothing() {
    let app = TestApp::spawn().await;
    let mut body = plan(&app, &[]);
    body["plan"]["check_ins"] = json!({"every_minutes": 30, "grace_minutes": 10});
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    ready_to_start(&app, &path).await;
    step(&app.officer, &path, "start").await;
    let unknown = format!("/v1/operations/{}", unknown_id());
    for actor in [&app.officer2, &app.stranger_officer, &app.stranger] {
        for page in ["check-ins", "check-ins/state"] {
            let foreign = actor.get(&format!("{path}/{page}")).await;
            foreign.problem(404, "not-found");
            assert_eq!(foreign.text, actor.get(&format!("{unknown}/{page}")).await.text);
        }
        check_in(&app, actor, &path, 0, "ok").await.problem(404, "not-found");
    }
    for actor in [&app.caseworker, &app.analyst, &app.auditor, &app.partner, &app.admin] {
        actor.get(&format!("{path}/check-ins")).await.problem(403, "forbidden");
        check_in(&app, actor, &path, 0, "ok").await.problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_with_a_pointer() {
    let app = TestApp::spawn().await;
    let path = started(&app).await;
    for (pointer, member, value) in [
        ("/at", "at", json!(ago(&app, -60))),
        ("/at", "at", json!("now")),
        ("/status", "status", json!("fine")),
        ("/lon", "lat", json!(16.7)),
        ("/note", "note", json!(" ")),
        ("/for_user", "for_user", json!(unknown_id())),
        ("/battery", "battery", json!(7)),
    ] {
        let mut body = json!({"at": app.now(), "status": "ok"});
        body[member] = value;
        app.officer.post(&format!("{path}/check-ins"), body).await.invalid(pointer);
    }
    // A phone's clock that is a little fast does not hold the watch off.
    let made = check_in(&app, &app.officer, &path, -5, "ok").await.ok();
    assert!(made["at"] == made["recorded_at"]);

    let mut body = plan(&app, &[]);
    for (pointer, terms) in [
        ("/plan/check_ins/every_minutes", json!({"every_minutes": 4, "grace_minutes": 0})),
        ("/plan/check_ins/every_minutes", json!({"every_minutes": 1441, "grace_minutes": 0})),
        ("/plan/check_ins/grace_minutes", json!({"every_minutes": 30, "grace_minutes": 241})),
        ("/plan/check_ins", json!({"every_minutes": 30})),
    ] {
        body["plan"]["check_ins"] = terms;
        app.coordinator.post("/v1/operations", body.clone()).await.invalid(pointer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn how_often_is_part_of_what_is_approved() {
    let app = TestApp::spawn().await;
    let path = planned(&app, json!({"every_minutes": 30, "grace_minutes": 10})).await;
    let read = app.coordinator.get(&path).await;
    assert_eq!(read.ok()["plan"]["check_ins"], json!({"every_minutes": 30, "grace_minutes": 10}));
    let less = json!({"plan": {"check_ins": {"every_minutes": 240, "grace_minutes": 10}}});
    let after = app.coordinator.patch(&path, &read.etag(), less).await;
    assert_eq!(after.ok()["approval_voided"], true);
    let none = app.coordinator.patch(&path, &after.etag(), json!({"plan": {"check_ins": null}})).await.ok();
    assert_eq!(none["plan"].get("check_ins"), None);
}
