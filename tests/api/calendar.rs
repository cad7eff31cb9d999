//! `/v1/me/calendar` and `/v1/calendar/{token}.ics`

use std::collections::BTreeMap;

use crate::support::contact::Contact;
use crate::support::tour::CANARY;
use crate::support::{Actor, Reply, TestApp, id, json, send};

type Event = BTreeMap<String, String>;

/// Makes an address and gives its path.
async fn subscribe(actor: &Actor) -> String {
    let reply = send(actor.request(reqwest::Method::POST, "/v1/me/calendar").await).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let url = reply.body["url"].as_str().unwrap();
    let (base, path) = url.split_once("/v1/").unwrap();
    assert!(base.starts_with("http"), "{url}");
    format!("/v1/{path}")
}

/// Reads a feed line by line, as RFC 5545 has it.
#[track_caller]
fn events(feed: &Reply) -> Vec<Event> {
    assert_eq!(feed.status, 200, "{}", feed.text);
    assert_eq!(feed.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(feed.header("cache-control"), "no-store");
    assert!(feed.text.ends_with("END:VCALENDAR\r\n"), "{}", feed.text);
    for line in feed.text.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75 && !line.contains('\n') && !line.contains('\r'), "{line:?}");
    }
    let unfolded = feed.text.replace("\r\n ", "");
    let mut lines = unfolded.trim_end_matches("\r\n").split("\r\n");
    assert_eq!(lines.next(), Some("BEGIN:VCALENDAR"));
    let (mut events, mut event) = (Vec::new(), None::<Event>);
    for line in lines {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{line:?} has no value"));
        match (name, value, &mut event) {
            ("BEGIN", "VEVENT", None) => event = Some(Event::new()),
            ("END", "VEVENT", Some(_)) => events.extend(event.take()),
            (_, _, Some(event)) => {
                assert!(event.insert(name.to_owned(), value.to_owned()).is_none(), "{line}");
            }
            ("VERSION", value, None) => assert_eq!(value, "2.0"),
            _ => {}
        }
    }
    for event in &events {
        let names: Vec<_> = event.keys().map(String::as_str).collect();
        assert_eq!(names, ["CLASS", "DTEND", "DTSTAMP", "DTSTART", "SUMMARY", "TRANSP", "UID"]);
        assert!(["Contact window", "Contact expected by"].contains(&event["SUMMARY"].as_str()));
        assert!(event["DTSTART"] < event["DTEND"] && event["DTEND"].ends_with('Z'), "{event:?}");
    }
    let mut uids: Vec<_> = events.iter().map(|event| &event["UID"]).collect();
    uids.sort();
    uids.dedup();
    assert_eq!(uids.len(), events.len(), "each event has a name of its own");
    events
}

fn windows(events: &[Event]) -> Vec<&Event> {
    events.iter().filter(|event| event["SUMMARY"] == "Contact window").collect()
}

/// Moments as a calendar writes them: `20270302T154500Z`.
fn stamp(moment: &str) -> String {
    let seconds = moment.split('.').next().unwrap().trim_end_matches('Z');
    format!("{}Z", seconds.replace(['-', ':'], ""))
}

async fn every_evening(app: &TestApp, channel: &str) {
    let windows = json!([{"days": [1, 2, 3, 4, 5, 6, 7], "from": "22:00", "to": "23:30"}]);
    let rules = json!({"time_zone": "Asia/Yangon", "windows": windows, "initiate": false, "persona": CANARY});
    let path = format!("/v1/channels/{channel}");
    app.coordinator.patch(&path, "*", json!({"rules": rules})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_tells_times_and_nothing_else() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    every_evening(&app, &contact.channel).await;
    // Any time, not settled, or of a relative: no event.
    Contact::channel(&app, &contact.person, "any_time").await;
    let family = Contact::person(&app, &contact.case, "family").await;
    let relative = Contact::channel(&app, &family, "a_sister").await;
    every_evening(&app, &relative).await;
    let body = json!({"platform": "line", "handle": "unsettled"});
    app.coordinator.post(&format!("/v1/people/{}/channels", contact.person), body).await.ok();
    let watch = contact.watch(&app, &[]).await;
    let mine = format!("/v1/cases/{}", contact.case);
    let etag = app.caseworker.get(&mine).await.etag();
    app.caseworker.patch(&mine, &etag, json!({"summary": CANARY})).await.ok();

    let path = subscribe(&app.caseworker).await;
    let feed = app.nobody.get(&path).await;
    let found = events(&feed);
    let evenings = windows(&found);
    assert!((14..=15).contains(&evenings.len()), "{}", evenings.len());
    for evening in &evenings {
        assert!(evening["DTSTART"].ends_with("T153000Z") && evening["DTEND"].ends_with("T170000Z"));
    }
    assert_eq!(found.len(), evenings.len() + 1);
    let due = found.iter().find(|event| event["SUMMARY"] == "Contact expected by").unwrap();
    assert_eq!(due["DTSTART"], stamp(watch["due_at"].as_str().unwrap()));

    // Polled again, the same events have the same names.
    app.clock.advance(1);
    let again = events(&app.nobody.get(&path).await);
    let uids = |events: &[Event]| events.iter().map(|event| event["UID"].clone()).collect::<Vec<_>>();
    assert_eq!(uids(&found), uids(&again));

    let code_name = app.caseworker.get(&mine).await.ok()["code_name"].as_str().unwrap().to_owned();
    let organisation =
        app.caseworker.get("/v1/me").await.ok()["organisation_id"].as_str().unwrap().to_owned();
    let (case, channel, user) = (&contact.case, &contact.channel, &app.caseworker.id);
    for secret in [CANARY, "Invented", "linh", "Yangon", &code_name, case, channel, user, &organisation] {
        for text in [secret.to_owned(), secret.replace('-', "")] {
            assert!(!feed.text.contains(&text), "{text} is in the feed");
        }
    }
    let audited = app.audited("calendar.feed").await;
    assert_eq!(audited.len(), 2);
    assert_eq!((&audited[0]["actor_id"], &audited[0]["outcome"]), (&json!(user), &json!("done")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_replaced_and_ended_by_its_owner() {
    let app = TestApp::spawn().await;
    app.caseworker.get("/v1/me/calendar").await.problem(404, "not-found");
    app.caseworker.delete("/v1/me/calendar").await.problem(404, "not-found");
    let before = app.now();
    let first = subscribe(&app.caseworker).await;
    let shown = app.caseworker.get("/v1/me/calendar").await;
    assert!(shown.ok()["created_at"].as_str().unwrap() >= before.as_str());
    assert_eq!(shown.body.as_object().unwrap().len(), 1, "the address itself is not told again");
    let others = subscribe(&app.coordinator).await;
    let second = subscribe(&app.caseworker).await;
    let unknown = app.nobody.get(&first).await;
    unknown.problem(404, "not-found");
    events(&app.nobody.get(&second).await);

    assert_eq!(app.caseworker.delete("/v1/me/calendar").await.status, 204);
    app.caseworker.get("/v1/me/calendar").await.problem(404, "not-found");
    events(&app.nobody.get(&others).await);
    let flipped = if second.contains("A.ics") { second.replace("A.ics", "B.ics") } else { second.clone() };
    for path in [
        &second,
        &flipped,
        "/v1/calendar/x.ics",
        "/v1/calendar/%F0%9F%8C%82.ics",
        &format!("/v1/calendar/{}.ics", "A".repeat(64)),
    ] {
        assert_eq!(app.nobody.get(path).await.text, unknown.text, "one answer for all that is not");
    }
    for actor in [&app.admin, &app.analyst, &app.auditor, &app.officer, &app.partner] {
        let reply = send(actor.request(reqwest::Method::POST, "/v1/me/calendar").await).await;
        reply.problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_knows_what_its_owner_may_know_at_this_moment() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    every_evening(&app, &contact.channel).await;
    let path = subscribe(&app.caseworker).await;
    let of = async |path: &str| events(&app.nobody.get(path).await).len();
    assert!(of(&path).await >= 14);

    // A coordinator reaches every case, but only theirs are in their calendar.
    let coordinators = subscribe(&app.coordinator2).await;
    assert_eq!(of(&coordinators).await, 0);
    app.assign(&contact.case, &app.coordinator2).await;
    assert!(of(&coordinators).await >= 14);
    let assignment = format!("/v1/cases/{}/assignments/", contact.case);
    app.coordinator.delete(&format!("{assignment}{}", app.coordinator2.id)).await.ok();
    assert_eq!(of(&coordinators).await, 0);

    app.coordinator.delete(&format!("{assignment}{}", app.caseworker.id)).await.ok();
    assert_eq!(of(&path).await, 0);
    app.assign(&contact.case, &app.caseworker).await;
    assert!(of(&path).await >= 14);

    let set = async |body| {
        let user = format!("/v1/users/{}", app.caseworker.id);
        let etag = app.admin.get(&user).await.etag();
        app.admin.patch(&user, &etag, body).await.ok();
    };
    let unknown = app.nobody.get("/v1/calendar/x.ics").await;
    for gone in [json!({"status": "suspended"}), json!({"role": "analyst"})] {
        set(gone).await;
        assert_eq!(app.nobody.get(&path).await.text, unknown.text);
        set(json!({"status": "active", "role": "caseworker"})).await;
        assert!(of(&path).await >= 14);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_not_be_done_is_not_in_the_calendar() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    every_evening(&app, &contact.channel).await;
    let path = subscribe(&app.caseworker).await;
    let of = async || events(&app.nobody.get(&path).await).len();
    let evenings = of().await;
    assert!(evenings >= 14);

    contact.log(&app, "inbound", 2, json!({"authenticity": "suspect"})).await;
    assert_eq!(of().await, 0, "somebody else may read");
    contact.log(&app, "inbound", 1, json!({"authenticity": "verified"})).await;
    assert_eq!(of().await, evenings);

    contact.watch(&app, &[]).await;
    assert_eq!(of().await, evenings + 1);
    let until = app.clock.now().plus_seconds(30 * 86_400).to_string();
    let body = json!({"until": until, "reason": "No phone."});
    let pause = app.caseworker.post(&contact.path("watch/pauses"), body).await.ok();
    assert_eq!(windows(&events(&app.nobody.get(&path).await)).len(), 0);
    app.caseworker.delete(&format!("{}/{}", contact.path("watch/pauses"), id(&pause))).await.ok();
    assert!(of().await > 14);

    let body = json!({"status": "closed", "reason": "no_contact"});
    app.caseworker.post(&contact.path("status"), body).await.ok();
    assert_eq!(of().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_asks_no_more_often_than_anybody_signs_in() {
    let app = TestApp::spawn_with(|settings| settings.limits.sign_in_per_minute = 3).await;
    for _ in 0..3 {
        app.nobody.get("/v1/calendar/x.ics").await.problem(404, "not-found");
    }
    app.nobody.get("/v1/calendar/x.ics").await.problem(429, "rate-limited");
}
