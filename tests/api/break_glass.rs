//! Access in an emergency: `/v1/break-glass`.

use farlight::authz::policy::{decide, under_break_glass};
use farlight::authz::{Action, Decision, Role};
use farlight::break_glass::model::Opens;
use futures_util::future::join_all;
use reqwest::Method;

use crate::support::contact::Contact;
use crate::support::{Actor, Reply, TestApp, Value, id, json, send, unknown_id};

const HOUR: i64 = 3_600;

async fn at_once() -> TestApp {
    TestApp::spawn_with(|settings| settings.break_glass.opens = Opens::AtOnce).await
}

fn asking(case: &str, hours: i32) -> Value {
    json!({"case_id": case, "reason": "Their caseworker does not answer.", "hours": hours})
}

async fn ask(who: &Actor, case: &str, hours: i32) -> Reply {
    who.post("/v1/break-glass", asking(case, hours)).await
}

async fn step(who: &Actor, glass: &str, verb: &str) -> Reply {
    who.post(&format!("/v1/break-glass/{glass}/{verb}"), json!({})).await
}

async fn review(who: &Actor, glass: &str) -> Reply {
    let body = json!({"outcome": "justified", "note": "He had written at two."});
    who.post(&format!("/v1/break-glass/{glass}/review"), body).await
}

/// What a 404 is made of: nothing of it may depend on what was asked for.
fn bytes(reply: &Reply) -> (u16, String) {
    (reply.status, reply.text.clone())
}

/// Every route that reads inside one case, with its action, from the OpenAPI document.
async fn case_routes(app: &TestApp, case: &str, person: &str, channel: &str) -> Vec<(Action, String)> {
    let document = app.nobody.get("/openapi.json").await.ok();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let of_case = [("/v1/cases/{id}", case), ("/v1/people/{id}", person), ("/v1/channels/{id}", channel)];
        let Some((_, owner)) = of_case.iter().find(|(prefix, _)| path.starts_with(prefix)) else { continue };
        if let Some(operation) = item["get"].as_object() {
            let action: Action = operation["operationId"].as_str().unwrap().parse().unwrap();
            routes.push((action, path.replacen("{id}", owner, 1)));
        }
    }
    assert!(routes.len() > 18, "the walk has lost its way: {routes:?}");
    routes
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_a_case_follows() {
    let app = at_once().await;
    let contact = Contact::new(&app).await;
    contact.watch(&app, &[&app.caseworker]).await;
    let routes = case_routes(&app, &contact.case, &contact.person, &contact.channel).await;
    let who = &app.caseworker2;
    let closed = async |when: &str| {
        for (action, path) in &routes {
            let unknown = path
                .replace(&contact.case, &unknown_id())
                .replace(&contact.person, &unknown_id())
                .replace(&contact.channel, &unknown_id());
            let (found, expected) = (who.get(path).await, who.get(&unknown).await);
            if decide(Role::Caseworker, *action) == Decision::Allow {
                assert_eq!(found.status, 404, "{when}: {action} {path}");
            }
            assert_eq!(bytes(&found), bytes(&expected), "{when}: {action} {path}");
        }
        let cases = who.walk("/v1/cases").await;
        assert!(cases.is_empty(), "{when}: {cases:?}");
    };
    closed("before").await;

    let glass = ask(who, &contact.case, 3).await.ok();
    assert_eq!(glass["state"], "open");
    for (action, path) in &routes {
        let reply = who.get(path).await;
        if decide(Role::Caseworker, *action) != Decision::Allow {
            assert_eq!(reply.status, 403, "{action} {path}");
        } else if under_break_glass(*action) {
            assert_eq!(reply.status, 200, "{action} {path}: {}", reply.text);
        } else {
            assert!([403, 404].contains(&reply.status), "{action} {path}: {}", reply.text);
        }
    }
    assert_eq!(who.walk("/v1/cases").await.len(), 1);
    // A look at somebody else's case is not a place in somebody's calendar, nor on their device.
    let changes = who.get("/v1/changes").await;
    assert!(!changes.text.contains(&contact.case), "{}", changes.text);

    app.clock.advance(3 * HOUR - 60);
    assert_eq!(who.get(&contact.path("messages")).await.status, 200);
    app.clock.advance(61);
    closed("after").await;
    let listed = who.get("/v1/break-glass").await.items();
    assert_eq!(listed[0]["state"], "to_review");

    // And ended before its time.
    who.step_up().await;
    let glass = id(&ask(who, &contact.case, 3).await.ok());
    assert_eq!(who.get(&contact.path("messages")).await.status, 200);
    step(&app.coordinator, &glass, "end").await.ok();
    closed("ended").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_reads_and_answers_and_changes_nothing() {
    let app = at_once().await;
    let contact = Contact::new(&app).await;
    let who = &app.caseworker2;
    id(&ask(who, &contact.case, 1).await.ok());
    let message = json!({
        "channel_id": contact.channel, "direction": "inbound", "sent_at": app.now(), "body": "they come for me",
        "authenticity": "unverified",
    });
    who.post(&contact.path("messages"), message).await.ok();
    let case = format!("/v1/cases/{}", contact.case);
    let etag = app.caseworker.get(&case).await.etag();
    let refused = [
        who.patch(&case, &etag, json!({"risk": "low"})).await,
        who.post(&format!("{case}/status"), json!({"status": "closed", "reason": "no_contact"})).await,
        who.post(&format!("{case}/people"), json!({"role": "suspect", "names": []})).await,
        who.put(&format!("{case}/watch"), json!({"expected_every_hours": 8_000, "grace_hours": 1})).await,
        who.get(&format!("{case}/imports")).await,
    ];
    for reply in refused {
        reply.problem(403, "break-glass-reads-only");
    }
    // Nobody is put on a case by it.
    let assignment = format!("{case}/assignments/{}", who.id);
    who.put(&assignment, json!({"role": "lead"})).await.problem(403, "forbidden");
    assert_eq!(app.coordinator.get(&case).await.ok()["risk"], "high");
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_are_marked() {
    let app = at_once().await;
    let contact = Contact::new(&app).await;
    let who = &app.caseworker2;
    who.get(&contact.path("messages")).await.problem(404, "not-found");
    let glass = id(&ask(who, &contact.case, 1).await.ok());
    let other = app.case(&app.coordinator).await;
    let elsewhere = id(&ask(who, &other, 1).await.ok());
    who.get(&contact.path("messages")).await.ok();
    who.get("/v1/cases").await.ok();
    app.caseworker.get(&contact.path("messages")).await.ok();
    let marked = |rows: Vec<Value>, who: &Actor| -> Vec<Value> {
        let rows = rows.into_iter().filter(|row| row["actor_id"] == who.id.as_str());
        rows.map(|row| row["detail"]["break_glass"].clone()).collect()
    };
    let rows = app.audited("message.list").await;
    assert_eq!(marked(rows.clone(), who), [json!([glass]), Value::Null], "newest first");
    assert_eq!(marked(rows, &app.caseworker), [Value::Null]);
    // A list is of all that are open.
    let list = marked(app.audited("case.list").await, who).remove(0);
    let mut listed: Vec<&str> = list.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    listed.sort_unstable();
    let mut open = [glass.as_str(), elsewhere.as_str()];
    open.sort_unstable();
    assert_eq!(listed, open);
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_tells_nothing_of_what_is_not_there() {
    let app = at_once().await;
    let foreign = app.case(&app.stranger).await;
    let who = &app.caseworker2;
    let unknown = ask(who, &unknown_id(), 1).await;
    unknown.problem(404, "not-found");
    assert_eq!(bytes(&ask(who, &foreign, 1).await), bytes(&unknown));
    // Nor may one be found who sees the list, or by its id.
    let own = app.case(&app.coordinator).await;
    let glass = id(&ask(who, &own, 1).await.ok());
    assert_eq!(app.stranger.get("/v1/break-glass").await.items().len(), 0);
    let missing = unknown_id();
    for verb in ["approve", "end"] {
        assert_eq!(
            bytes(&step(&app.stranger, &glass, verb).await),
            bytes(&step(&app.stranger, &missing, verb).await)
        );
    }
    // A caseworker sees their own and nobody else's.
    assert_eq!(app.caseworker.get("/v1/break-glass").await.items().len(), 0);
    step(&app.caseworker, &glass, "end").await.problem(404, "not-found");
    // It says nothing of the case that it opens, but its id.
    let listed = app.auditor.get("/v1/break-glass").await.items();
    assert_eq!(listed[0]["case_id"], own.as_str());
    assert!(listed[0].get("code_name").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_ask_approve_and_review() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    for who in [&app.admin, &app.auditor, &app.partner, &app.officer, &app.analyst, &app.coordinator] {
        ask(who, &case, 1).await.problem(403, "forbidden");
    }
    let glass = id(&ask(&app.caseworker2, &case, 2).await.ok());
    app.caseworker2.get(&format!("/v1/cases/{case}")).await.problem(404, "not-found");
    for who in [&app.admin, &app.auditor, &app.partner, &app.officer, &app.analyst, &app.caseworker2] {
        step(who, &glass, "approve").await.problem(403, "forbidden");
    }
    let opened = step(&app.coordinator, &glass, "approve").await.ok();
    assert_eq!(opened["approved_by"], app.coordinator.id.as_str());
    app.caseworker2.get(&format!("/v1/cases/{case}")).await.ok();
    step(&app.coordinator2, &glass, "approve").await.problem(409, "break-glass-not-waiting");

    review(&app.coordinator2, &glass).await.problem(409, "break-glass-not-over");
    step(&app.caseworker2, &glass, "end").await.ok();
    step(&app.caseworker2, &glass, "end").await.problem(409, "break-glass-over");
    review(&app.caseworker2, &glass).await.problem(403, "forbidden");
    review(&app.coordinator, &glass).await.problem(409, "own-break-glass");
    let to_review = async || app.auditor.get("/v1/break-glass?state=to_review").await.items().len();
    assert_eq!(to_review().await, 1);
    let reviewed = review(&app.auditor, &glass).await.ok();
    assert_eq!(
        (&reviewed["state"], &reviewed["note"]),
        (&json!("reviewed"), &json!("He had written at two."))
    );
    assert_eq!(to_review().await, 0);
    review(&app.coordinator2, &glass).await.problem(409, "break-glass-reviewed");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asked_does_not_decide_by_another_account_or_another_role() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let verify = async |who: &Actor, person: &str| {
        let path = format!("/v1/users/{}", who.id);
        let etag = app.admin.get(&path).await.etag();
        app.admin.patch(&path, &etag, json!({"verified_person": person})).await.ok();
    };
    verify(&app.caseworker2, "staff 4").await;
    verify(&app.coordinator2, "staff 4").await;
    let fresh = Actor::new(&app.address, &app.coordinator2.email, &app.coordinator2.id);
    let again = Actor::new(&app.address, &app.caseworker2.email, &app.caseworker2.id);
    let glass = id(&ask(&again, &case, 2).await.ok());
    step(&fresh, &glass, "approve").await.problem(409, "own-break-glass");
    step(&app.coordinator, &glass, "approve").await.ok();
    step(&app.coordinator, &glass, "end").await.ok();
    review(&fresh, &glass).await.problem(409, "own-break-glass");
    // Whoever becomes a coordinator afterwards still asked for it.
    let path = format!("/v1/users/{}", again.id);
    let etag = app.admin.get(&path).await.etag();
    app.admin.patch(&path, &etag, json!({"role": "coordinator"})).await.ok();
    let promoted = Actor::new(&app.address, &again.email, &again.id);
    review(&promoted, &glass).await.problem(409, "own-break-glass");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_neither_widened_nor_extended_nor_pointed_elsewhere() {
    let app = at_once().await;
    let (case, other) = (app.case(&app.coordinator).await, app.case(&app.coordinator).await);
    let who = &app.caseworker2;
    ask(who, &case, 13).await.invalid("/hours");
    ask(who, &case, 0).await.invalid("/hours");
    let glass = ask(who, &case, 1).await.ok();
    for more in [json!({"hours": 9}), json!({"case_id": other}), json!({"closes_at": app.now()})] {
        for verb in ["approve", "end", "review"] {
            let path = format!("/v1/break-glass/{}/{verb}", id(&glass));
            let reply = app.coordinator.post(&path, more.clone()).await;
            assert_eq!(reply.status, 422, "{verb}: {}", reply.text);
        }
    }
    for method in [Method::PATCH, Method::PUT, Method::DELETE] {
        let path = format!("/v1/break-glass/{}", id(&glass));
        assert_eq!(send(who.request(method, &path).await.json(&json!({"hours": 9}))).await.status, 404);
    }
    let mut privileged = asking(&other, 1);
    for (field, value) in
        [("opened_at", json!(app.now())), ("user_id", json!(app.caseworker.id)), ("state", json!("open"))]
    {
        privileged[field] = value;
        assert_eq!(who.post("/v1/break-glass", privileged.clone()).await.status, 422, "{field}");
    }
    ask(who, &case, 9).await.problem(409, "break-glass-open");
    assert_eq!(who.get("/v1/break-glass").await.items(), [glass]);
    who.get(&format!("/v1/cases/{other}")).await.problem(404, "not-found");
    let mine = app.case(who).await;
    ask(who, &mine, 1).await.problem(409, "case-in-reach");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_too_many_unreviewed_gets_no_more() {
    let app = at_once().await;
    let who = &app.caseworker2;
    let mut glasses = Vec::new();
    for _ in 0..3 {
        let case = app.case(&app.coordinator).await;
        glasses.push(id(&ask(who, &case, 1).await.ok()));
    }
    let case = app.case(&app.coordinator).await;
    ask(who, &case, 1).await.problem(409, "too-many-break-glass");
    // The same is said of a case that is not there.
    ask(who, &unknown_id(), 1).await.problem(409, "too-many-break-glass");
    app.clock.advance(2 * HOUR);
    ask(who, &case, 1).await.problem(403, "step-up-needed");
    who.step_up().await;
    ask(who, &case, 1).await.problem(409, "too-many-break-glass");
    review(&app.coordinator, &glasses[0]).await.ok();
    let mut races: Vec<u16> =
        join_all((0..8).map(|_| ask(who, &case, 1))).await.iter().map(|reply| reply.status).collect();
    races.sort_unstable();
    assert_eq!(races, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_approvals_have_one_effect() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let glass = id(&ask(&app.caseworker2, &case, 1).await.ok());
    let racers = (0..50).map(|n| if n % 2 == 0 { &app.coordinator } else { &app.coordinator2 });
    let replies = join_all(racers.map(|who| step(who, &glass, "approve"))).await;
    let won: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(
        replies.iter().all(|reply| reply.status == 200 || reply.body["code"] == "break-glass-not-waiting")
    );
    let listed = app.caseworker2.get("/v1/break-glass").await.items();
    assert_eq!(listed[0]["approved_by"], won[0].body["approved_by"]);
    let done = app.audited("break_glass.approve").await;
    assert_eq!(done.iter().filter(|row| row["outcome"] == "done").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approver_who_is_demoted_meanwhile_approves_nothing() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let glass = id(&ask(&app.caseworker2, &case, 1).await.ok());
    let path = format!("/v1/users/{}", app.coordinator2.id);
    app.coordinator2.token().await;
    let etag = app.admin.get(&path).await.etag();
    let demoted = app.admin.patch(&path, &etag, json!({"role": "analyst"}));
    let approvals = join_all((0..10).map(|_| step(&app.coordinator2, &glass, "approve")));
    let (demoted, approvals) = tokio::join!(demoted, approvals);
    demoted.ok();
    // Whoever was before the demotion was a coordinator; nobody was after it.
    step(&app.coordinator2, &glass, "approve").await.problem(401, "unauthenticated");
    let analyst = Actor::new(&app.address, &app.coordinator2.email, &app.coordinator2.id);
    step(&analyst, &glass, "approve").await.problem(403, "forbidden");
    let opened = approvals.iter().filter(|reply| reply.status == 200).count();
    let state = app.auditor.get("/v1/break-glass").await.items()[0]["state"].clone();
    assert_eq!(state, if opened == 1 { "open" } else { "waiting" });
    assert!(opened <= 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_too_long_lapses() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let glass = id(&ask(&app.caseworker2, &case, 12).await.ok());
    app.clock.advance(25 * HOUR);
    app.coordinator.step_up().await;
    step(&app.coordinator, &glass, "approve").await.problem(409, "break-glass-not-waiting");
    review(&app.auditor, &glass).await.problem(409, "break-glass-not-opened");
    let states = async |state: &str| {
        app.coordinator.get(&format!("/v1/break-glass?state={state}")).await.items().len()
    };
    assert_eq!((states("not_opened").await, states("waiting").await, states("open").await), (1, 0, 0));
    // And one that is turned down.
    app.caseworker2.step_up().await;
    app.coordinator2.step_up().await;
    let glass = id(&ask(&app.caseworker2, &case, 12).await.ok());
    assert_eq!(step(&app.coordinator, &glass, "end").await.ok()["state"], "not_opened");
    step(&app.coordinator2, &glass, "approve").await.problem(409, "break-glass-not-waiting");
    assert_eq!(states("to_review").await, 0);
    assert_eq!(app.coordinator.get("/v1/alerts?state=open").await.items().len(), 0);
}

/// Who is asked to approve it is alerted, and once it is open everybody is, until somebody has looked.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_one_alert_and_what_it_opened_another() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    let open = async || app.coordinator2.get("/v1/alerts?kind=break_glass&state=open").await.items();
    let glass = id(&ask(&app.caseworker2, &case, 1).await.ok());
    let waiting = open().await;
    assert_eq!((waiting.len(), &waiting[0]["break_glass_id"]), (1, &json!(glass)));
    step(&app.coordinator, &glass, "approve").await.ok();
    let opened = open().await;
    assert_eq!((opened.len(), &opened[0]["break_glass_id"]), (1, &json!(glass)));
    assert_ne!(opened[0]["id"], waiting[0]["id"]);
    // It does not lapse as the question did.
    app.clock.advance(30 * HOUR);
    assert_eq!(open().await.len(), 1);
    review(&app.auditor, &glass).await.ok();
    assert!(open().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn coordinators_are_alerted_until_somebody_has_looked() {
    let app = at_once().await;
    let contact = Contact::new(&app).await;
    let glass = id(&ask(&app.caseworker2, &contact.case, 1).await.ok());
    farlight::alerts::dispatch::run_once(&app.services).await.unwrap();
    let open = async |who: &Actor| who.get("/v1/alerts?kind=break_glass&state=open").await.items();
    let alert = open(&app.coordinator2).await.remove(0);
    assert_eq!(alert["break_glass_id"], glass.as_str());
    assert!(alert.get("message_id").is_none());
    // Neither those who are on the case nor whoever asked is told by it.
    for who in [&app.caseworker, &app.caseworker2, &app.analyst] {
        assert!(open(who).await.is_empty());
    }
    app.clock.advance(30 * 24 * HOUR);
    assert_eq!(open(&app.coordinator).await.len(), 1, "it stays until somebody has looked");
    review(&app.auditor, &glass).await.ok();
    assert!(open(&app.coordinator).await.is_empty());
}
