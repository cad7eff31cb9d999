//! `/v1/changes`

use crate::operations::{approved, plan, ready_to_start, step};
use crate::support::contact::{Contact, raise, watch_for_a_day};
use crate::support::phone::Phone;
use crate::support::{Actor, PASSWORD, TestApp, Value, engine_name, id, json, wire};

fn path_id(path: &str) -> String {
    path.rsplit_once('/').unwrap().1.to_owned()
}

async fn report(app: &TestApp, path: &str, seen: &str) -> Value {
    let body = json!({"at": app.now(), "lat": 16.681, "lon": 98.512, "seen": seen});
    app.officer.post(&format!("{path}/reports"), body).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_gets_its_operation_as_the_endpoint_shows_it_and_then_nothing() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = approved(&app, &contact.case).await;
    let made = report(&app, &path, "Two guards at the gate.").await;
    let mut phone = Phone::new(&app, &app.officer);
    let first = phone.ask(50).await.unwrap().unwrap();
    let operation = app.officer.get(&path).await.ok();
    assert_eq!(operation["recognition_cards"].as_array().unwrap().len(), 1);
    assert_eq!(first["items"], json!([{"operation": operation}, {"report": made}]));
    assert_eq!((&first["reset"], &first["more"]), (&json!(true), &json!(false)));
    phone.take(&first);
    let cursor = phone.cursor.clone().unwrap();
    let nothing = phone.actor.get(&format!("/v1/changes?after={cursor}")).await;
    assert_eq!((nothing.status, nothing.text.as_str()), (204, ""));

    // Only what has changed comes again.
    let next = report(&app, &path, "No lights.").await;
    let second = phone.ask(50).await.unwrap().unwrap();
    assert_eq!(second["items"], json!([{"report": next}]));
    assert_eq!(second["reset"], false);
    phone.take(&second);

    // What another record says in its place is part of what is shown.
    let person = format!("/v1/people/{}", contact.person);
    let etag = app.caseworker.get(&person).await.etag();
    app.caseworker.patch(&person, &etag, json!({"needs": "insulin"})).await.ok();
    let third = phone.ask(50).await.unwrap().unwrap();
    assert_eq!(third["items"][0]["operation"]["recognition_cards"][0]["needs"], "insulin");
    phone.take(&third);
    assert!(phone.ask(50).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_left_the_reach_is_to_be_deleted() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let mut body = plan(&app, &[&case]);
    body["lead_id"] = json!(app.officer2.id);
    let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
    let member = format!("{path}/members/{}", app.officer.id);
    app.coordinator.put(&member, json!({})).await.ok();
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    let made = report(&app, &path, "Quiet.").await;
    let (mut taken_off, mut lead) = (Phone::new(&app, &app.officer), Phone::new(&app, &app.officer2));
    taken_off.sync().await;
    lead.sync().await;
    assert_eq!((taken_off.held.len(), lead.held.len()), (2, 2));

    // Whoever is taken off loses it, and so does everybody: the approval is void.
    app.coordinator.delete(&member).await.ok();
    let answer = taken_off.ask(50).await.unwrap().unwrap();
    assert_eq!(
        answer["items"],
        json!([
            {"gone": {"kind": "operation", "id": path_id(&path)}},
            {"gone": {"kind": "report", "id": id(&made)}},
        ])
    );
    taken_off.take(&answer);
    lead.sync().await;
    assert!(taken_off.held.is_empty() && lead.held.is_empty());
    step(&app.coordinator, &path, "submit").await;
    step(&app.coordinator2, &path, "approve").await;
    taken_off.sync().await;
    lead.sync().await;
    assert_eq!((taken_off.held.len(), lead.held.len()), (0, 2));

    // What has ended leaves every phone.
    ready_to_start(&app, &path).await;
    step(&app.officer2, &path, "start").await;
    lead.sync().await;
    assert_eq!(lead.of_kind("operation")[0]["status"], "in_progress");
    step(&app.officer2, &path, "complete").await;
    lead.sync().await;
    assert!(lead.held.is_empty(), "{:?}", lead.held);
}

#[tokio::test(flavor = "multi_thread")]
async fn desks_hold_outlines_their_tasks_operations_and_alerts() {
    let app = TestApp::spawn().await;
    let (case, other) = (app.case(&app.caseworker).await, app.case(&app.caseworker2).await);
    let path = approved(&app, &case).await;
    let body = json!({"title": "Call the mother", "due_at": "2031-01-01T00:00:00Z"});
    let task = app.caseworker.post(&format!("/v1/cases/{case}/tasks"), body).await.ok();
    watch_for_a_day(&app.caseworker, &case).await;
    let mut phone = Phone::new(&app, &app.caseworker);
    phone.sync().await;
    let outline = phone.of_kind("case")[0].clone();
    let shown = app.caseworker.get(&format!("/v1/cases/{case}")).await.ok();
    for (member, value) in outline.as_object().unwrap() {
        assert_eq!(shown[member], *value, "{member}");
    }
    assert!(shown["summary"].is_string() && outline.get("summary").is_none(), "{outline}");
    assert_eq!(phone.of_kind("task"), [&task]);
    assert_eq!(phone.of_kind("operation"), [&app.caseworker.get("/v1/operations").await.items()[0]]);
    assert!(phone.of_kind("operation")[0].get("plan").is_none(), "{:?}", phone.of_kind("operation"));
    assert!(phone.of_kind("alert").is_empty() && phone.of_kind("report").is_empty());

    // An alert whose time comes is written by nobody then.
    raise(&app).await;
    phone.sync().await;
    assert_eq!(phone.of_kind("alert"), [&app.caseworker.get("/v1/alerts").await.items()[0]]);
    let first = Phone::new(&app, &app.caseworker).ask(1).await.unwrap().unwrap();
    assert!(first["items"][0].get("alert").is_some(), "the most urgent first: {first}");

    // Done, it is nothing to do any more; unassigned, it is nothing to see.
    let task_path = format!("/v1/tasks/{}", id(&task));
    app.caseworker.patch(&task_path, "\"v1\"", json!({"status": "done"})).await.ok();
    phone.sync().await;
    assert!(phone.of_kind("task").is_empty());
    app.coordinator.delete(&format!("/v1/cases/{case}/assignments/{}", app.caseworker.id)).await.ok();
    phone.sync().await;
    assert!(phone.held.is_empty(), "{:?}", phone.held);

    let mut coordinator = Phone::new(&app, &app.coordinator);
    coordinator.sync().await;
    let cases: Vec<String> = coordinator.of_kind("case").iter().map(|case| id(case)).collect();
    assert!(cases.contains(&case) && cases.contains(&other) && cases.len() == 2);
    assert_eq!(coordinator.of_kind("operation"), [&app.coordinator.get("/v1/operations").await.items()[0]]);
    assert_eq!(path_id(&path), id(coordinator.of_kind("operation")[0]));
    for actor in [&app.admin, &app.auditor] {
        actor.get("/v1/changes").await.problem(403, "forbidden");
    }
    let mut stranger = Phone::new(&app, &app.stranger);
    stranger.sync().await;
    assert!(stranger.held.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_comes_again() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let mut phone = Phone::new(&app, &app.officer);
    phone.sync().await;
    let before = phone.cursor.clone().unwrap();
    report(&app, &path, "Quiet.").await;
    let ask = format!("/v1/changes?after={before}");
    let first = phone.actor.get(&ask).await;
    first.ok();
    for _ in 0..3 {
        assert_eq!(phone.actor.get(&ask).await.text, first.text, "byte for byte");
    }
    // However many answers are lost, while more and more happens.
    for n in 0..12 {
        report(&app, &path, &format!("Quiet {n}.")).await;
        let answer = phone.actor.get(&ask).await.ok();
        assert_eq!((answer["items"].as_array().unwrap().len(), &answer["reset"]), (n + 2, &json!(false)));
    }
    phone.sync().await;
    assert_eq!(phone.of_kind("report").len(), 13);

    // A cursor is the session's own; what is none, or of another, begins anew.
    let other = Phone::new(&app, &app.officer);
    let cursor = phone.cursor.unwrap();
    for after in [cursor.as_str(), "x", "AAAAAAAAAAAAAAAAAAAAAA", "%00", &"A".repeat(5_000)] {
        let answer = other.actor.get(&format!("/v1/changes?after={after}")).await.ok();
        assert_eq!((&answer["reset"], answer["items"].as_array().unwrap().len()), (&json!(true), 14));
    }
    for query in ["limit=0", "limit=201", "limit=x"] {
        other.actor.get(&format!("/v1/changes?{query}")).await.invalid("limit");
    }
    other.actor.get("/v1/changes?since=0").await.problem(422, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_page_by_page_and_goes_on_after_any_break() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    for n in 0..7 {
        report(&app, &path, &format!("Quiet {n}.")).await;
    }
    let mut phone = Phone::new(&app, &app.officer);
    let mut pages = 0;
    loop {
        let lost = phone.ask(2).await.unwrap().unwrap();
        let answer = phone.ask(2).await.unwrap().unwrap();
        assert_eq!(answer, lost);
        assert!(answer["items"].as_array().unwrap().len() <= 2);
        if pages == 0 {
            assert!(answer["items"][0].get("operation").is_some(), "{answer}");
        }
        assert_eq!(answer["reset"], pages == 0);
        pages += 1;
        if !phone.take(&answer) {
            break;
        }
        if pages == 2 {
            report(&app, &path, "In between.").await;
        }
    }
    assert_eq!((pages, phone.of_kind("report").len()), (5, 8));
    assert!(phone.ask(2).await.unwrap().is_none());

    // A page has an end in bytes, too, and something that is larger than it comes by itself.
    for n in 0..4 {
        report(&app, &path, &format!("{n} {}", "long ".repeat(3_000))).await;
    }
    let page = phone.ask(50).await.unwrap().unwrap();
    assert_eq!((page["items"].as_array().unwrap().len(), &page["more"]), (2, &json!(true)));
    phone.sync().await;
    assert_eq!(phone.of_kind("report").len(), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_takes_what_is_known_of_its_device_along() {
    let app = TestApp::spawn().await;
    approved(&app, &app.case(&app.coordinator).await).await;
    let tokens = app.officer.sign_in(PASSWORD).await.ok();
    let mut phone = Phone::with(Actor::with_token(&app.address, tokens["access_token"].as_str().unwrap()));
    phone.sync().await;
    assert!(app.engine.longest("sync_points", "sent") > 0);
    let sessions = phone.actor.get("/v1/me/sessions").await.items();
    let mine = sessions.iter().find(|session| session["current"] == true).unwrap();
    app.officer.delete(&format!("/v1/me/sessions/{}", id(mine))).await;
    let after = format!("/v1/changes?after={}", phone.cursor.unwrap());
    phone.actor.get(&after).await.problem(401, "unauthenticated");
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    assert_eq!(app.engine.longest("sync_points", "sent"), 0);

    let mut other = Phone::new(&app, &app.officer);
    other.sync().await;
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    assert!(other.ask(50).await.unwrap().is_none(), "a session that lives keeps its points");
    app.clock.advance(100 * 86_400);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    assert_eq!(app.engine.longest("sync_points", "sent"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_while_many_write() {
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let mut phone = Phone::new(&app, &app.officer);
    let write = async {
        for round in 0..6 {
            let many =
                (0..8).map(|n| report(&app, &path, if (round + n) % 2 == 0 { "Quiet." } else { "Loud." }));
            futures_util::future::join_all(many).await;
        }
    };
    let read = async {
        for _ in 0..25 {
            if let Some(answer) = phone.ask(5).await.unwrap() {
                phone.take(&answer);
            }
        }
        &mut phone
    };
    let ((), phone) = tokio::join!(write, read);
    phone.sync().await;
    let listed = app.officer.walk(&format!("{path}/reports")).await;
    assert_eq!(listed.len(), 48);
    for report in listed {
        assert_eq!(phone.held[&("report".to_owned(), id(&report))], report);
    }
}

/// What a clock or a sequence as cursor would miss: a row with an early time and a low id that is committed late.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_committed_late_is_not_missed() {
    if engine_name() != "postgres" {
        return;
    }
    use diesel::connection::{Connection, SimpleConnection};
    let app = TestApp::spawn().await;
    let path = approved(&app, &app.case(&app.coordinator).await).await;
    let early = report(&app, &path, "Early.").await;
    let mut other = diesel::pg::PgConnection::establish(app.engine.postgres_url().unwrap()).unwrap();
    app.engine.execute("CREATE TABLE aside AS SELECT * FROM reports; DELETE FROM reports");
    other.batch_execute("BEGIN; INSERT INTO reports SELECT * FROM aside").unwrap();
    let late = report(&app, &path, "Late.").await;
    let mut phone = Phone::new(&app, &app.officer);
    phone.sync().await;
    assert_eq!(phone.of_kind("report"), [&late]);
    other.batch_execute("COMMIT").unwrap();
    let answer = phone.ask(50).await.unwrap().unwrap();
    assert_eq!(answer["items"], json!([{"report": early}]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_costs_less_than_300_bytes() {
    let app = TestApp::spawn().await;
    approved(&app, &app.case(&app.coordinator).await).await;
    let mut phone = Phone::new(&app, &app.officer);
    phone.sync().await;
    let path = format!("/v1/changes?after={}", phone.cursor.clone().unwrap());
    let (address, token) = (app.address.clone(), phone.actor.token().await.to_owned());
    let answer = std::thread::spawn(move || wire::get(&address, &path, &token)).join().unwrap();
    assert!(answer.head.starts_with("HTTP/1.1 204"), "{}", answer.head);
    assert!(answer.received < 300, "{} bytes: {}", answer.received, answer.head);
    println!("a sync of nothing: {} bytes\n{}", answer.received, answer.head);
}
