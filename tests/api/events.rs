//! `GET /v1/events`

mod crowd;
pub mod listener;

use std::time::{Duration, Instant};

use listener::Listener;
use reqwest::Method;

use crate::support::contact::{Contact, raise, watched_case};
use crate::support::{TestApp, id, json, send, unknown_id};

#[tokio::test(flavor = "multi_thread")]
async fn everybody_hears_of_the_alerts_they_may_see_and_of_no_other() {
    let app = TestApp::spawn().await;
    let (mine, theirs) =
        (watched_case(&app, &app.caseworker).await, watched_case(&app, &app.caseworker2).await);
    for actor in [&app.admin, &app.auditor] {
        actor.get("/v1/events").await.problem(403, "forbidden");
    }
    let mut all = Vec::new();
    for actor in [&app.coordinator, &app.analyst, &app.caseworker, &app.caseworker2] {
        all.push(Listener::open(actor, None).await);
    }
    let mut none = Vec::new();
    for actor in [&app.officer, &app.partner, &app.stranger] {
        none.push(Listener::open(actor, None).await);
    }
    raise(&app).await;
    let mut heard = Vec::new();
    for listener in &mut all[..2] {
        let mut cases = [listener.next().await.case(), listener.next().await.case()];
        cases.sort();
        heard.push(cases);
    }
    let mut both = [mine.clone(), theirs.clone()];
    both.sort();
    assert_eq!(heard, [both.clone(), both]);
    for (listener, case) in all[2..].iter_mut().zip([&mine, &theirs]) {
        let event = listener.next().await;
        assert_eq!((event.name.as_str(), &event.case()), ("overdue", case));
        assert_eq!((&event.data["id"], &event.data["change"]), (&json!(event.id), &json!("raised")));
    }
    let shown = app.caseworker.get("/v1/alerts").await.items();
    let path = format!("/v1/alerts/{}/acknowledge", id(&shown[0]));
    app.caseworker.post(&path, json!({})).await.ok();
    let event = all[2].next().await;
    assert_eq!(event.data["change"], "acknowledged");
    assert_eq!(event.data["alert"], app.caseworker.get("/v1/alerts").await.items()[0]);
    for listener in all[3..].iter_mut().chain(&mut none) {
        listener.hears_nothing().await;
    }
    let opened = app.audited("event.stream").await;
    assert_eq!(opened.iter().filter(|row| row["outcome"] == "done").count(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_misses_nothing_and_hears_nothing_twice() {
    let app = TestApp::spawn().await;
    watched_case(&app, &app.coordinator).await;
    let first = Listener::open(&app.coordinator, None).await;
    let place = first.place().to_owned();
    drop(first);
    raise(&app).await;
    // Gone before the first event: the greeting said where.
    let mut again = Listener::open(&app.coordinator, Some(&place)).await;
    let raised = again.next().await;
    assert_eq!(raised.data["change"], "raised");
    drop(again);

    let alert = raised.data["alert"]["id"].as_str().unwrap().to_owned();
    app.coordinator.post(&format!("/v1/alerts/{alert}/acknowledge"), json!({})).await.ok();
    watched_case(&app, &app.coordinator).await;
    app.clock.advance(24 * 3_600 + 60);
    let mut told = Vec::new();
    let mut last = raised.id.clone();
    // Away after every single event.
    for _ in 0..3 {
        let mut listener = Listener::open(&app.coordinator, Some(&last)).await;
        let event = listener.next().await;
        last = event.id.clone();
        told.push(event);
    }
    let mut whole = Listener::open(&app.coordinator, Some(&place)).await;
    assert_eq!(whole.next().await.id, raised.id);
    for event in &told {
        assert_eq!(whole.next().await.id, event.id);
    }
    whole.hears_nothing().await;
    assert_eq!(told[0].data["change"], "acknowledged");
    let mut ids: Vec<_> = told.iter().map(|event| &event.id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_to_a_place_that_is_forgotten_is_told_to_read_again() {
    let app = TestApp::spawn_with(|settings| settings.events.streams_per_user = 100).await;
    watched_case(&app, &app.coordinator).await;
    let stranger = Listener::open(&app.stranger, None).await;
    let place = Listener::open(&app.coordinator, None).await.place().to_owned();
    raise(&app).await;
    let event = Listener::open(&app.coordinator, Some(&place)).await.next().await;
    app.engine.execute("DELETE FROM alert_events");
    let unknown = unknown_id();
    for last in [&unknown, &event.id, &place, stranger.place(), "", "no place", &"x".repeat(5_000)] {
        let mut listener = Listener::open(&app.coordinator, Some(last)).await;
        assert_eq!(listener.next().await.name, "reset", "{last}");
        // It names a place to come back to, from which nothing is missing.
        let here = listener.place().to_owned();
        listener.hears_nothing().await;
        let mut again = Listener::open(&app.coordinator, Some(&here)).await;
        again.hears_nothing().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_taken_off_a_case_hears_no_more_of_it() {
    let app = TestApp::spawn().await;
    let case = watched_case(&app, &app.coordinator).await;
    app.assign(&case, &app.caseworker).await;
    let mut coordinator = Listener::open(&app.coordinator, None).await;
    let mut caseworker = Listener::open(&app.caseworker, None).await;
    raise(&app).await;
    let alert = coordinator.next().await.data["alert"]["id"].as_str().unwrap().to_owned();
    assert_eq!(caseworker.next().await.case(), case);

    app.coordinator.delete(&format!("/v1/cases/{case}/assignments/{}", app.caseworker.id)).await.ok();
    app.coordinator.post(&format!("/v1/alerts/{alert}/acknowledge"), json!({})).await.ok();
    assert_eq!(coordinator.next().await.data["change"], "acknowledged");
    caseworker.hears_nothing().await;

    // The stream itself lives on.
    let other = watched_case(&app, &app.caseworker).await;
    raise(&app).await;
    assert_eq!(caseworker.next().await.case(), other);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_session_and_a_suspended_user_hear_nothing_within_a_second() {
    let app = TestApp::spawn().await;
    watched_case(&app, &app.coordinator).await;
    let mut revoked = Listener::open(&app.analyst, None).await;
    let mut suspended = Listener::open(&app.caseworker, None).await;
    let mut stays = Listener::open(&app.coordinator, None).await;

    let session = id(&app.analyst.get("/v1/me/sessions").await.items()[0]);
    app.analyst.delete(&format!("/v1/me/sessions/{session}")).await.ok();
    let since = Instant::now();
    revoked.ends().await;
    assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());

    let path = format!("/v1/users/{}", app.caseworker.id);
    let etag = app.admin.get(&path).await.etag();
    app.admin.patch(&path, &etag, json!({"status": "suspended"})).await.ok();
    let since = Instant::now();
    suspended.ends().await;
    assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());

    raise(&app).await;
    assert_eq!(stays.next().await.name, "overdue");
    assert_eq!(app.services.events.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_token_and_is_taken_up_with_the_next() {
    let app = TestApp::spawn_with(|settings| settings.auth.access_token_seconds = 2 * 86_400).await;
    watched_case(&app, &app.coordinator).await;
    let mut listener = Listener::open(&app.coordinator, None).await;
    raise(&app).await;
    let event = listener.next().await;
    app.clock.advance(86_400 - 300);
    listener.skip_to_quiet().await;
    app.clock.advance(300);
    listener.ends().await;
    let reply = app.coordinator.sign_in(crate::support::PASSWORD).await.ok();
    let token = reply["access_token"].as_str().unwrap();
    let fresh = crate::support::Actor::with_token(&app.address, token);
    let mut listener = Listener::open(&fresh, Some(&event.id)).await;
    assert_ne!(listener.next().await.id, event.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_are_counted_and_a_service_that_stops_ends_them() {
    let app = TestApp::spawn_with(|settings| {
        settings.events.streams = 3;
        settings.events.streams_per_user = 2;
    })
    .await;
    let first = Listener::open(&app.coordinator, None).await;
    let mut second = Listener::open(&app.coordinator, None).await;
    let refused = app.coordinator.get("/v1/events").await;
    refused.problem(429, "too-many-streams");
    assert!(!refused.header("retry-after").is_empty());
    let mut third = Listener::open(&app.caseworker, None).await;
    app.analyst.get("/v1/events").await.problem(503, "busy");
    drop(first);
    // The server notices, without anything being written.
    let deadline = Instant::now() + Duration::from_secs(5);
    let mut fourth = loop {
        match Listener::try_open(&app.analyst, None).await {
            Ok(listener) => break listener,
            Err(_) if Instant::now() < deadline => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(reply) => panic!("{reply:?}"),
        }
    };
    app.services.events.close();
    for listener in [&mut second, &mut third, &mut fourth] {
        listener.ends().await;
    }
    app.coordinator.get("/v1/events").await.problem(503, "busy");
}

#[tokio::test(flavor = "multi_thread")]
async fn small_frames_are_not_held_back_to_be_compressed() {
    let app = TestApp::spawn().await;
    let request =
        app.coordinator.request(Method::GET, "/v1/events").await.header("accept-encoding", "gzip, br");
    let mut response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["content-encoding"], "identity");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let greeting = tokio::time::timeout(Duration::from_secs(5), response.chunk()).await.unwrap().unwrap();
    assert!(greeting.unwrap().starts_with(b"retry: "));
    // Ids are not for URLs, which proxies keep.
    let request = app.coordinator.request(Method::GET, "/v1/me?last_event_id=x").await;
    drop(send(request).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_writes_is_heard_on_another() {
    let app = TestApp::spawn().await;
    let node = app.second_node(0, |_| {}).await;
    let case = watched_case(&app, &app.caseworker).await;
    let there = node.same(&app.caseworker).await;
    let mut here = Listener::open(&app.caseworker, None).await;
    let mut elsewhere = Listener::open(&there, None).await;
    raise(&app).await;
    let (one, other) = (here.next().await, elsewhere.next().await);
    assert_eq!((&one.id, one.case()), (&other.id, case));
    here.hears_nothing().await;
    elsewhere.hears_nothing().await;

    // Away from one node, back on the other.
    let alert = one.data["alert"]["id"].as_str().unwrap();
    there.post(&format!("/v1/alerts/{alert}/acknowledge"), json!({})).await.ok();
    assert_eq!(here.next().await.data["change"], "acknowledged");
    let mut moved = Listener::open(&there, Some(&one.id)).await;
    assert_eq!(moved.next().await.data["change"], "acknowledged");

    // Revoked on one, ended on the other.
    let session = id(&app.caseworker.get("/v1/me/sessions").await.items()[0]);
    app.caseworker.delete(&format!("/v1/me/sessions/{session}")).await.ok();
    let since = Instant::now();
    moved.ends().await;
    assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_clock_is_behind_leaves_nothing_out() {
    let app = TestApp::spawn().await;
    let node = app.second_node(300, |_| {}).await;
    let there = node.same(&app.caseworker).await;
    // The token must not be from the future there; the alert is.
    app.clock.advance(600);
    let case = watched_case(&app, &app.caseworker).await;
    let mut listener = Listener::open(&there, None).await;
    raise(&app).await;
    assert_eq!(listener.next().await.case(), case);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_another_class_is_not_heard() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let path = format!("/v1/channels/{}", contact.channel);
    app.caseworker.patch(&path, "\"v1\"", json!({"duress_words": ["umbrella"]})).await.ok();
    let mut analyst = Listener::open(&app.analyst, None).await;
    let mut caseworker = Listener::open(&app.caseworker, None).await;
    contact.log(&app, "inbound", 0, json!({"body": "umbrella"})).await;
    assert_eq!(caseworker.next().await.name, "duress");
    analyst.hears_nothing().await;
    // Coming back to before it makes no difference.
    let place = analyst.place().to_owned();
    Listener::open(&app.analyst, Some(&place)).await.hears_nothing().await;
}
