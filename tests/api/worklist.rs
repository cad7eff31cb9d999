//! `/v1/me/worklist` and `/v1/tasks`

use crate::support::contact::Contact;
use crate::support::{Actor, TestApp, Value, id, json, unknown_id};

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_oldest_first_with_its_reason() {
    let app = TestApp::spawn().await;
    let mut cases = Vec::new();
    for hours in [40, 50, 45] {
        let contact = Contact::new(&app).await;
        contact.log(&app, "inbound", hours, json!({})).await;
        contact.watch(&app, &[]).await;
        cases.push(contact.case);
    }
    let list = app.caseworker.get("/v1/me/worklist").await.ok();
    let overdue = list["overdue"].as_array().unwrap();
    let order: Vec<&str> = overdue.iter().map(|item| item["case_id"].as_str().unwrap()).collect();
    assert_eq!(order, [&cases[1], &cases[2], &cases[0]]);
    for item in overdue {
        assert!(item["code_name"].is_string() && item["risk"] == "high" && item["since"].is_string());
        assert!(item["reason"].as_str().unwrap().contains("every 24 h, with 6 h of grace"), "{item}");
    }
    assert_eq!(list["unanswered"].as_array().unwrap().len(), 3);
    assert_eq!(list["cut_short"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_waits_until_it_is_answered() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let unanswered =
        async || app.caseworker.get("/v1/me/worklist").await.ok()["unanswered"].as_array().unwrap().clone();
    let first = contact.log(&app, "inbound", 9, json!({})).await;
    contact.log(&app, "inbound", 8, json!({})).await;
    let items = unanswered().await;
    assert_eq!(items.len(), 1);
    assert_eq!((&items[0]["since"], &items[0]["channel_id"]), (&first["sent_at"], &json!(contact.channel)));
    // One that had come before is logged after it.
    let before = contact.log(&app, "inbound", 10, json!({})).await;
    assert_eq!(unanswered().await[0]["since"], before["sent_at"]);
    contact.log(&app, "outbound", 7, json!({})).await;
    assert_eq!(unanswered().await.len(), 0);
    let next = contact.log(&app, "inbound", 5, json!({})).await;
    assert_eq!(unanswered().await[0]["since"], next["sent_at"]);
    // An answer that was logged with the wrong hour: corrected, it came before the question.
    let answer = contact.log(&app, "outbound", 4, json!({})).await;
    assert_eq!(unanswered().await.len(), 0);
    let earlier = app.clock.now().plus_seconds(-6 * 3600).to_string();
    let path = format!("/v1/messages/{}/corrections", id(&answer));
    app.caseworker.post(&path, json!({"sent_at": earlier, "reason": "the clock"})).await.ok();
    assert_eq!(unanswered().await.len(), 1);
    contact.log(&app, "outbound", 3, json!({})).await;
    assert_eq!(unanswered().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_closed_case_nobody_waits_for_an_answer() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let thanks = contact.log(&app, "inbound", 9, json!({})).await;
    let path = contact.path("status");
    app.caseworker.post(&path, json!({"status": "closed", "reason": "no_contact"})).await.ok();
    let waiting = async |who: &Actor| who.get("/v1/me/worklist").await.ok()["unanswered"].clone();
    contact.log(&app, "inbound", 8, json!({})).await;
    for who in [&app.caseworker, &app.coordinator] {
        assert_eq!(waiting(who).await, json!([]));
    }
    app.caseworker.post(&path, json!({"status": "active", "reason": "they wrote again"})).await.ok();
    for who in [&app.caseworker, &app.coordinator] {
        let items = waiting(who).await;
        assert_eq!(items.as_array().unwrap().len(), 1);
        assert_eq!(items[0]["since"], thanks["sent_at"]);
    }
}

/// Whoever reaches all of an organisation's cases is answered from other indexes than whoever has their own.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_reaches_all_sees_what_each_sees_of_their_own() {
    let app = TestApp::spawn().await;
    for (hours, every, grace) in
        [(9, 24, 6), (25, 24, 6), (31, 24, 6), (55, 24, 6), (31, 12, 1), (70, 48, 12), (23, 12, 12)]
    {
        let contact = Contact::new(&app).await;
        contact.log(&app, "inbound", hours, json!({})).await;
        let body = json!({"expected_every_hours": every, "grace_hours": grace, "escalate_to": []});
        app.caseworker.put(&contact.path("watch"), body).await.ok();
    }
    let own = app.caseworker.get("/v1/me/worklist").await.ok();
    let all = app.coordinator.get("/v1/me/worklist").await.ok();
    for (name, count) in [("silent", 2), ("overdue", 2), ("unanswered", 7)] {
        assert_eq!(own[name].as_array().unwrap().len(), count, "{name} of {own}");
    }
    assert!(own["due_today"].as_array().unwrap().len() >= 2, "{own}");
    for name in ["silent", "overdue", "due_today", "unanswered"] {
        assert_eq!(own[name], all[name], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_before_the_readers_day_ends_is_due_today() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.watch(&app, &[]).await;
    // Due in 24 hours: somewhere it is tomorrow by then, and nowhere the day after.
    let due_today = async |zone: &str| {
        let list = app.caseworker.get(&format!("/v1/me/worklist?time_zone={zone}")).await.ok();
        list["due_today"].as_array().unwrap().len()
    };
    assert_eq!(due_today("UTC").await, 0, "24 hours from now is not today");
    app.clock.advance(23 * 3600 + 1800);
    // In half an hour. Of two clocks twelve hours apart at least one does not strike midnight until then.
    assert!(due_today("UTC").await + due_today("Etc/GMT-12").await >= 1);
    app.clock.advance(3600);
    for zone in ["UTC", "Asia/Yangon", "America/New_York", "Pacific/Apia"] {
        assert_eq!(due_today(zone).await, 1, "{zone}: due already");
    }
    app.caseworker.get("/v1/me/worklist?time_zone=Mars/Base").await.invalid("time_zone");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sees_what_is_in_reach_and_of_their_class() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.log(&app, "inbound", 40, json!({})).await;
    contact.watch(&app, &[]).await;
    let counts = async |actor: &Actor| {
        let list = actor.get("/v1/me/worklist").await.ok();
        ["overdue", "unanswered", "tasks"].map(|name| list[name].as_array().unwrap().len())
    };
    assert_eq!(counts(&app.caseworker).await, [1, 1, 0]);
    assert_eq!(counts(&app.coordinator).await, [1, 1, 0]);
    assert_eq!(counts(&app.analyst).await, [1, 0, 0], "an analyst does not answer messages");
    for actor in [&app.caseworker2, &app.officer, &app.partner, &app.stranger] {
        assert_eq!(counts(actor).await, [0, 0, 0]);
    }
    app.auditor.get("/v1/me/worklist").await.problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_stands_on_the_worklist_of_whom_it_was_given_to_until_it_is_done() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let due = app.clock.now().plus_seconds(3600).to_string();
    let path = contact.path("tasks");
    let body = json!({"title": "Ask for the colour of the gate", "note": "gently", "due_at": due});
    let reply = app.caseworker.post(&path, body).await;
    assert_eq!(reply.status, 201);
    let task = reply.ok();
    assert_eq!((&task["assignee_id"], &task["status"]), (&json!(app.caseworker.id), &json!("open")));
    let mine =
        async |actor: &Actor| actor.get("/v1/me/worklist").await.ok()["tasks"].as_array().unwrap().clone();
    let items = mine(&app.caseworker).await;
    assert_eq!((&items[0]["task_id"], &items[0]["title"]), (&task["id"], &task["title"]));
    assert_eq!(items[0]["since"], json!(due));
    assert_eq!(mine(&app.coordinator).await, Vec::<Value>::new());

    let one = format!("/v1/tasks/{}", id(&task));
    let etag = app.caseworker.get(&one).await.etag();
    let given = app.caseworker.patch(&one, &etag, json!({"assignee_id": app.analyst.id, "note": null})).await;
    assert!(given.ok().get("note").is_none());
    assert_eq!(mine(&app.caseworker).await.len(), 0);
    assert_eq!(mine(&app.analyst).await.len(), 1);
    app.caseworker.patch(&one, &etag, json!({"status": "done"})).await.problem(412, "stale");
    let done = app.analyst.patch(&one, &given.etag(), json!({"status": "done"})).await.ok();
    assert_eq!((&done["ended_by"], done["ended_at"].is_string()), (&json!(app.analyst.id), true));
    assert_eq!(mine(&app.analyst).await.len(), 0);
    assert_eq!(app.caseworker.get(&format!("{path}?status=open")).await.items().len(), 0);
    assert_eq!(app.caseworker.get(&format!("{path}?status=done,cancelled")).await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_given_only_to_who_could_read_it() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = contact.path("tasks");
    let give = |to: &str| json!({"title": "Call", "due_at": app.now(), "assignee_id": to});
    for nobody in [&app.caseworker2.id, &app.officer.id, &app.partner.id, &app.stranger.id, &unknown_id()] {
        app.caseworker.post(&path, give(nobody)).await.invalid("/assignee_id");
    }
    app.assign(&contact.case, &app.caseworker2).await;
    let task = app.caseworker.post(&path, give(&app.caseworker2.id)).await.ok();
    let one = format!("/v1/tasks/{}", id(&task));
    app.caseworker2.get(&one).await.ok();
    for actor in [&app.officer, &app.stranger] {
        actor.get(&one).await.problem(404, "not-found");
    }
    // Off the case, it is no longer theirs to see.
    let assignment = format!("/v1/cases/{}/assignments/{}", contact.case, app.caseworker2.id);
    app.coordinator.delete(&assignment).await;
    app.caseworker2.get(&one).await.problem(404, "not-found");
    assert_eq!(app.caseworker2.get("/v1/me/worklist").await.ok()["tasks"], json!([]));
    app.caseworker.post(&path, json!({"title": "", "due_at": app.now()})).await.invalid("/title");
    app.caseworker.post(&path, json!({"title": "Call", "due_at": "soon"})).await.invalid("/due_at");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_read_tasks_any_more_finds_none_on_their_list() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let who = &app.caseworker2;
    app.assign(&contact.case, who).await;
    let due_at = app.clock.now().plus_seconds(3600).to_string();
    let task = json!({"title": "Call the embassy", "due_at": due_at, "assignee_id": who.id});
    app.coordinator.post(&contact.path("tasks"), task).await.ok();
    assert_eq!(who.get("/v1/me/worklist").await.ok()["tasks"].as_array().unwrap().len(), 1);
    let path = format!("/v1/users/{}", who.id);
    let etag = app.admin.get(&path).await.etag();
    app.admin.patch(&path, &etag, json!({"role": "partner"})).await.ok();
    let expires_at = app.clock.now().plus_seconds(86_400).to_string();
    let offer = json!({"user_id": who.id, "classes": ["content"], "expires_at": expires_at, "note": "look"});
    let referral = id(&app.coordinator.post(&contact.path("referrals"), offer).await.ok());
    // The session ended with the role.
    let who = Actor::new(&app.address, &who.email, &who.id);
    who.post(&format!("/v1/referrals/{referral}/accept"), json!({})).await.ok();
    who.get(&contact.path("tasks")).await.problem(403, "forbidden");
    assert_eq!(who.get("/v1/me/worklist").await.ok()["tasks"], json!([]));
}
