//! `/v1/cases/{id}/watch`, and that the worklist, the case, the alerts and the metrics say the same.

use crate::support::contact::Contact;
use crate::support::{TestApp, Value, id, json, unknown_id};

const HOUR: i64 = 3600;

fn hours_after(moment: &Value, hours: i64) -> String {
    let moment: farlight::db::types::Time = moment.as_str().unwrap().parse().unwrap();
    moment.plus_seconds(hours * HOUR).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_tells_when_the_next_sign_of_life_is_due() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    app.caseworker.get(&contact.path("watch")).await.problem(404, "not-found");
    let message = contact.log(&app, "inbound", 20, json!({})).await;
    let watch = contact.watch(&app, &[&app.coordinator2]).await;
    assert_eq!(watch["state"], "on_time");
    assert_eq!(watch["last_sign_of_life_at"], message["sent_at"]);
    assert_eq!(watch["due_at"], hours_after(&message["sent_at"], 24));
    assert_eq!(watch["overdue_at"], hours_after(&message["sent_at"], 30));
    assert_eq!(watch["silent_at"], hours_after(&message["sent_at"], 54));
    assert_eq!(watch["escalate_to"], json!([app.coordinator2.id]));
    assert_eq!((&watch["expected_every_hours"], &watch["grace_hours"]), (&json!(24), &json!(6)));
    assert_eq!(app.caseworker.get(&contact.path("watch")).await.ok(), watch);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_sign_of_life_the_watch_counts_from_when_it_was_set() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let watch = contact.watch(&app, &[]).await;
    assert!(watch.get("last_sign_of_life_at").is_none());
    app.clock.advance(23 * HOUR);
    assert_eq!(contact.state(&app).await, "on_time");
    // Setting it again changes what is expected and not since when.
    contact.watch(&app, &[]).await;
    app.clock.advance(2 * HOUR);
    assert_eq!(contact.state(&app).await, "due");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_sign_of_life_resets_it() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.log(&app, "inbound", 40, json!({})).await;
    contact.watch(&app, &[]).await;
    assert_eq!(contact.state(&app).await, "overdue");

    contact.log(&app, "outbound", 1, json!({})).await;
    assert_eq!(contact.state(&app).await, "overdue", "what we write is no sign of life");
    contact.log(&app, "inbound", 1, json!({"authenticity": "suspect"})).await;
    assert_eq!(contact.state(&app).await, "overdue", "what somebody else may have written is none");
    let mother = Contact::person(&app, &contact.case, "family").await;
    let theirs = Contact::channel(&app, &mother, "mother").await;
    contact.log(&app, "inbound", 1, json!({"channel_id": theirs})).await;
    assert_eq!(contact.state(&app).await, "overdue", "what the family writes is none");
    contact.log(&app, "inbound", 60, json!({})).await;
    assert_eq!(contact.state(&app).await, "overdue", "an older message that is logged late is no newer sign");

    contact.log(&app, "inbound", 2, json!({})).await;
    assert_eq!(contact.state(&app).await, "on_time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_took_is_no_sign_of_life() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.log(&app, "inbound", 40, json!({})).await;
    contact.watch(&app, &[]).await;
    let call = |id: u32, extra: Value| {
        let mut entry = json!({
            "id": id, "type": "service", "action": "phone_call", "actor": "Linh", "actor_id": "user2",
            "date": "2026-05-02T21:00:00", "text": "",
            "date_unixtime": (app.clock.now().as_seconds() - 3600).to_string(),
        });
        entry.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        entry
    };
    for (extra, state) in [
        (json!({"discard_reason": "missed"}), "overdue"),
        (json!({"discard_reason": "hangup", "duration_seconds": 40}), "on_time"),
    ] {
        let export = json!({
            "name": "Linh", "type": "personal_chat", "id": 7, "messages": [
                {"id": 1, "type": "message", "date": "2026-01-02T21:00:00", "date_unixtime": "1767362400",
                 "from": "Me", "from_id": "user1", "text": "hello"},
                call(if state == "overdue" { 2 } else { 3 }, extra),
            ],
        });
        let preview = app
            .caseworker
            .upload(&contact.path("imports"), "chat.json", export.to_string().as_bytes())
            .await
            .ok();
        let body = json!({
            "conversation": preview["conversations"][0]["key"], "me": "user1", "channel_id": contact.channel,
            "time_zone": "Asia/Bangkok",
        });
        app.caseworker.post(&format!("/v1/imports/{}/commit", id(&preview)), body).await.ok();
        assert_eq!(contact.state(&app).await, state);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_messages_count_follows_what_somebody_is_on_the_case() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.log(&app, "inbound", 1, json!({})).await;
    contact.watch(&app, &[]).await;
    let path = format!("/v1/people/{}", contact.person);
    let etag = app.caseworker.get(&path).await.etag();
    app.caseworker.patch(&path, &etag, json!({"role": "informant"})).await.ok();
    assert!(app.caseworker.get(&contact.path("watch")).await.ok().get("last_sign_of_life_at").is_none());
}

/// What each page says of the one watched case.
async fn pages(app: &TestApp, contact: &Contact) -> [String; 4] {
    let listed = |list: &Value, name: &str| {
        let items = list[name].as_array().unwrap();
        items.iter().filter(|item| item["case_id"] == contact.case.as_str()).count()
    };
    let list = app.caseworker.get("/v1/me/worklist").await.ok();
    let on_list = match (listed(&list, "silent"), listed(&list, "overdue"), listed(&list, "due_today")) {
        (1, 0, 0) => "silent",
        (0, 1, 0) => "overdue",
        (0, 0, 1) => {
            let due: farlight::db::types::Time =
                list["due_today"][0]["since"].as_str().unwrap().parse().unwrap();
            if due <= app.clock.now() { "due" } else { "on_time" }
        }
        (0, 0, 0) => "on_time",
        other => panic!("{other:?}"),
    };
    let case = app.caseworker.get(&format!("/v1/cases/{}", contact.case)).await.ok();
    let alerts = app.caseworker.get(&format!("/v1/alerts?case_id={}", contact.case)).await.items();
    let kinds: Vec<&str> = alerts.iter().map(|alert| alert["kind"].as_str().unwrap()).collect();
    let in_list = app.caseworker.get("/v1/cases").await.items();
    assert_eq!(in_list[0]["watch"], case["watch"]);
    let metrics = app.nobody.get("/metrics").await.text;
    let counted = ["on_time", "due", "overdue", "silent"]
        .into_iter()
        .find(|state| metrics.contains(&format!("farlight_watched_cases{{state=\"{state}\"}} 1")))
        .unwrap_or("none");
    let alerted = match &kinds[..] {
        [] => "none",
        [one] => one,
        more => panic!("{more:?}"),
    };
    [on_list.into(), case["watch"]["state"].as_str().unwrap().into(), alerted.into(), counted.into()]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worklist_the_case_the_alerts_and_the_metrics_agree_at_every_hour() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.log(&app, "inbound", 0, json!({})).await;
    contact.watch(&app, &[]).await;
    for hour in 0..60 {
        let state = match hour {
            0..24 => "on_time",
            24..30 => "due",
            30..54 => "overdue",
            _ => "silent",
        };
        let alert = if hour < 30 { "none" } else { state };
        assert_eq!(pages(&app, &contact).await, [state, state, alert, state], "hour {hour}");
        app.clock.advance(HOUR);
    }
    contact.log(&app, "inbound", 0, json!({})).await;
    assert_eq!(pages(&app, &contact).await, ["on_time", "on_time", "none", "on_time"]);
    let resolved = app.caseworker.get("/v1/alerts?state=resolved&sort=since").await.items();
    let kinds: Vec<&Value> = resolved.iter().map(|alert| &alert["kind"]).collect();
    assert_eq!(kinds, ["overdue", "silent"], "what was is on record, once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_set_late_alerts_at_once_and_to_the_worst_only() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.log(&app, "inbound", 240, json!({})).await;
    assert_eq!(contact.watch(&app, &[]).await["state"], "silent");
    assert_eq!(pages(&app, &contact).await, ["silent", "silent", "silent", "silent"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_moves_what_is_due_to_its_end() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.log(&app, "inbound", 40, json!({})).await;
    contact.watch(&app, &[]).await;
    let until = app.clock.now().plus_seconds(72 * HOUR).to_string();
    let pauses = contact.path("watch/pauses");
    let body = json!({"until": until, "reason": "His phone is taken away until Friday."});
    let pause = app.caseworker.post(&pauses, body).await.ok();
    let watch = app.caseworker.get(&contact.path("watch")).await.ok();
    assert_eq!((watch["state"].as_str(), &watch["due_at"]), (Some("on_time"), &json!(until)));
    assert_eq!(watch["paused_until"], json!(until));
    assert_eq!(watch["pauses"][0]["reason"], "His phone is taken away until Friday.");
    assert_eq!(app.caseworker.get("/v1/alerts").await.items().len(), 0, "the alert is over");

    app.clock.advance(10 * HOUR);
    let path = format!("{pauses}/{}", id(&pause));
    assert_eq!(app.caseworker.delete(&path).await.status, 204);
    let watch = app.caseworker.get(&contact.path("watch")).await.ok();
    assert_eq!(watch["state"], "due", "due when the pause ended");
    assert!(watch.get("paused_until").is_none() && watch["pauses"][0]["ended_at"].is_string());
    app.caseworker.delete(&path).await.problem(409, "pause-over");
    app.caseworker.delete(&format!("{pauses}/{}", unknown_id())).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_when_the_case_closes_and_begins_anew_when_it_is_reopened() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.log(&app, "inbound", 60, json!({})).await;
    contact.watch(&app, &[]).await;
    assert_eq!(contact.state(&app).await, "silent");
    let move_to = async |body: Value| app.caseworker.post(&contact.path("status"), body).await.ok();
    move_to(json!({"status": "closed", "reason": "no_contact"})).await;
    let watch = app.caseworker.get(&contact.path("watch")).await.ok();
    assert!(watch["stopped_at"].is_string() && watch.get("due_at").is_none(), "{watch}");
    assert_eq!(app.caseworker.get("/v1/alerts").await.items().len(), 0);
    let list = app.caseworker.get("/v1/me/worklist").await.ok();
    for name in ["silent", "overdue", "due_today", "unanswered"] {
        assert_eq!(list[name], json!([]), "{name}");
    }
    app.clock.advance(100 * HOUR);
    assert_eq!(contact.state(&app).await, "on_time");

    move_to(json!({"status": "active", "reason": "he wrote again"})).await;
    let watch = app.caseworker.get(&contact.path("watch")).await.ok();
    assert_eq!(watch["state"], "on_time", "the old silence is not held against the new time");
    app.clock.advance(31 * HOUR);
    assert_eq!(contact.state(&app).await, "overdue");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_it_and_who_may_set_it() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    contact.watch(&app, &[]).await;
    let path = contact.path("watch");
    app.analyst.get(&path).await.ok();
    let body = json!({"expected_every_hours": 24, "grace_hours": 0});
    app.analyst.put(&path, body.clone()).await.problem(403, "forbidden");
    for actor in [&app.officer, &app.stranger, &app.caseworker2] {
        actor.get(&path).await.problem(404, "not-found");
        actor.put(&path, body.clone()).await.problem(404, "not-found");
    }
    app.auditor.get(&path).await.problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_where_it_is_wrong() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = contact.path("watch");
    let body = |every: Value, grace: Value, called: Value| json!({"expected_every_hours": every, "grace_hours": grace, "escalate_to": called});
    for (pointer, body) in [
        ("/expected_every_hours", body(json!(0), json!(1), json!([]))),
        ("/expected_every_hours", body(json!(9000), json!(1), json!([]))),
        ("/expected_every_hours", body(json!(1.5), json!(1), json!([]))),
        ("/grace_hours", body(json!(1), json!(-1), json!([]))),
        ("/escalate_to/0", body(json!(1), json!(1), json!([unknown_id()]))),
        ("/escalate_to/0", body(json!(1), json!(1), json!([app.officer.id]))),
        ("/escalate_to/0", body(json!(1), json!(1), json!([app.stranger.id]))),
        ("/escalate_to/1", body(json!(1), json!(1), json!([app.coordinator.id, app.coordinator.id]))),
    ] {
        app.caseworker.put(&path, body).await.invalid(pointer);
    }
    contact.watch(&app, &[]).await;
    let pauses = contact.path("watch/pauses");
    let pause = |until: String| json!({"until": until, "reason": "because"});
    app.caseworker.post(&pauses, pause(app.now())).await.invalid("/until");
    let far = app.clock.now().plus_seconds(400 * 24 * HOUR).to_string();
    app.caseworker.post(&pauses, pause(far)).await.invalid("/until");
    let other = app.case(&app.caseworker).await;
    let soon = app.clock.now().plus_seconds(HOUR).to_string();
    let path = format!("/v1/cases/{other}/watch/pauses");
    app.caseworker.post(&path, pause(soon)).await.problem(404, "not-found");
}
