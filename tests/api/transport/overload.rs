//! More than can be done: some is served, the rest is told at once, and what must get through gets through.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use farlight::http::overload::{Permit, Share};
use reqwest::Method;

use super::wire::{connect, listen, talk};
use crate::support::{Actor, PASSWORD, Reply, TestApp, json, send, unknown_id};

#[track_caller]
fn shed(reply: &Reply) {
    reply.problem(503, "overloaded");
    assert!(reply.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert!(!reply.header("x-request-id").is_empty());
}

/// Takes so many of the common places.
async fn hold(app: &TestApp, places: usize) -> Vec<Permit> {
    let mut held = Vec::new();
    for _ in 0..places {
        held.push(app.services.house.admission.enter(Share::General).await.unwrap());
    }
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn excess_is_told_at_once_while_help_sign_in_and_seal_get_through() {
    let app = TestApp::spawn_with(|settings| {
        settings.overload.in_flight = 2;
        settings.overload.queue = 1;
    })
    .await;
    let operation = unknown_id();
    for actor in [&app.coordinator, &app.officer, &app.admin] {
        actor.token().await;
    }
    // A stream that is open takes no place.
    let stream = app.coordinator.request(Method::GET, "/v1/events").await.send().await.unwrap();
    assert_eq!(stream.status(), 200);

    let held = hold(&app, 2).await;
    let queued = {
        let (address, token) = (app.address.clone(), app.coordinator.token().await.to_owned());
        tokio::spawn(async move { Actor::with_token(&address, &token).get("/v1/cases").await })
    };
    while app.services.house.admission.waiting(Share::General) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let started = Instant::now();
    for _ in 0..20 {
        shed(&app.coordinator.get("/v1/cases").await);
        shed(&app.nobody.get("/v1/nothing").await);
    }
    assert!(started.elapsed() < Duration::from_secs(20), "they waited");
    // Not a byte of the body has come, and the answer is there.
    let head = "POST /v1/cases HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 90000\r\n\r\n";
    let heard = talk(&app.address, head.as_bytes(), Duration::from_secs(5));
    assert_eq!(heard.statuses(), [503], "{}", heard.text);
    assert!(heard.closed, "what follows is not read");

    app.nobody.get("/healthz").await.ok();
    app.nobody.get("/readyz").await.ok();
    let tokens = app.caseworker.sign_in(PASSWORD).await.ok();
    app.nobody.post("/v1/auth/refresh", json!({"refresh_token": tokens["refresh_token"]})).await.ok();
    let help = json!({"kind": "help"});
    let check_in = app.officer.post(&format!("/v1/operations/{operation}/check-ins"), help).await;
    assert_eq!(check_in.status / 100, 4, "{}", check_in.text);
    app.coordinator.get("/v1/alerts").await.ok();
    assert_ne!(app.admin.post(&format!("/v1/users/{operation}/lost-phone"), json!({})).await.status, 503);
    assert_ne!(app.admin.post("/v1/system/seal", json!({})).await.body["code"], "overloaded");
    let metrics = app.nobody.get("/metrics").await;
    assert!(metrics.text.contains("farlight_overloaded_total{share=\"general\"}"), "{}", metrics.text);

    drop(held);
    queued.await.unwrap().ok();
    app.coordinator.get("/v1/cases").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_one_kind_leaves_the_others_their_places() {
    let app = TestApp::spawn_with(|settings| {
        settings.overload.sign_in = 1;
        settings.overload.urgent = 1;
        settings.overload.in_flight = 1;
        settings.overload.queue = 0;
    })
    .await;
    let alerts = || app.coordinator.get("/v1/alerts");
    app.coordinator.token().await;
    let sign_in = app.services.house.admission.enter(Share::SignIn).await;
    shed(&app.analyst.sign_in(PASSWORD).await);
    app.coordinator.get("/v1/cases").await.ok();
    drop(sign_in);
    app.analyst.sign_in(PASSWORD).await.ok();
    // Help first takes a place of its own, then one of everybody's.
    let urgent = app.services.house.admission.enter(Share::Urgent).await;
    alerts().await.ok();
    let general = app.services.house.admission.enter(Share::General).await;
    shed(&alerts().await);
    drop(urgent);
    alerts().await.ok();
    shed(&app.coordinator.get("/v1/cases").await);
    drop(general);
    app.coordinator.get("/v1/cases").await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_stands_is_short() {
    let app = TestApp::spawn_with(|settings| {
        settings.overload.in_flight = 4;
        settings.overload.queue = 100;
        settings.overload.standing = 2;
        settings.overload.wait_ms = 60_000;
    })
    .await;
    let token = app.coordinator.token().await.to_owned();
    let held = hold(&app, 4).await;
    // From here on nobody finds a place.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..10 {
        let (actor, tell) = (Actor::with_token(&app.address, &token), tell.clone());
        tokio::spawn(async move { tell.send(actor.get("/v1/cases").await) });
    }
    for _ in 0..8 {
        shed(&told.recv().await.unwrap());
    }
    assert_eq!(app.services.house.admission.waiting(Share::General), 2);
    drop(held);
    for _ in 0..2 {
        told.recv().await.unwrap().ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_times_too_much_is_served_in_part_and_nothing_is_lost() {
    let app = Arc::new(
        TestApp::spawn_with(|settings| {
            settings.overload.in_flight = 4;
            settings.overload.queue = 4;
        })
        .await,
    );
    let token = app.coordinator.token().await.to_owned();
    // Whoever comes first finds every place taken, on a fast machine as on a slow one.
    let held = hold(&app, 4).await;
    let answered = Arc::new(AtomicUsize::new(0));
    let crowd: Vec<_> = (0..80)
        .map(|_| {
            let actor = Actor::with_token(&app.address, &token);
            let answered = Arc::clone(&answered);
            tokio::spawn(async move {
                let mut replies = Vec::new();
                for _ in 0..3 {
                    let body = json!({"summary": "Held in a building by the river.", "risk": "high"});
                    replies.push(actor.post("/v1/cases", body).await);
                    answered.fetch_add(1, Ordering::SeqCst);
                }
                replies
            })
        })
        .collect();
    while answered.load(Ordering::SeqCst) < 40 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(held);
    for _ in 0..5 {
        app.caseworker.sign_in(PASSWORD).await.ok();
    }
    let (mut made, mut refused) = (0, 0);
    for member in crowd {
        for reply in member.await.unwrap() {
            match reply.status {
                201 => made += 1,
                _ => {
                    shed(&reply);
                    refused += 1;
                }
            }
        }
    }
    assert!(made >= 4, "{made} made, {refused} refused");
    assert!(refused >= 40, "{made} made, {refused} refused");
    assert_eq!(app.coordinator.walk("/v1/cases?limit=200").await.len(), made);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_trickle_keep_no_place_from_others() {
    let app = TestApp::spawn_with(|settings| {
        settings.overload.in_flight = 1;
        settings.overload.queue = 0;
        settings.overload.wait_ms = 10_000;
    })
    .await;
    let token = app.coordinator.token().await.to_owned();
    let body = json!({"summary": "Held in a building by the river.", "risk": "high"}).to_string();
    let head = format!(
        "POST /v1/cases HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let (first, rest) = body.split_at(7);
    let mut slow: Vec<_> = (0..5)
        .map(|_| {
            let mut stream = connect(&app.address);
            stream.write_all(format!("{head}{first}").as_bytes()).unwrap();
            // So that each has its place, and gives it up, before the next comes.
            assert!(!listen(&mut stream, Duration::from_millis(200)).closed);
            stream
        })
        .collect();
    app.coordinator.get("/v1/cases").await.ok();
    for stream in &mut slow {
        stream.write_all(rest.as_bytes()).unwrap();
        let heard = listen(stream, Duration::from_secs(20));
        assert_eq!(heard.statuses(), [201], "{}", heard.text);
    }
    // Who comes back when every place is taken is told so, and nothing is done.
    let mut late = connect(&app.address);
    late.write_all(format!("{head}{first}").as_bytes()).unwrap();
    assert!(!listen(&mut late, Duration::from_millis(200)).closed);
    let held = app.services.house.admission.enter(Share::General).await.unwrap();
    late.write_all(rest.as_bytes()).unwrap();
    let heard = listen(&mut late, Duration::from_secs(20));
    assert_eq!(heard.statuses(), [503], "{}", heard.text);
    drop(held);
    assert_eq!(app.coordinator.walk("/v1/cases").await.len(), slow.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_files_may_come_at_once_and_they_hold_no_other_place() {
    let app = TestApp::spawn_with(|settings| {
        settings.overload.in_flight = 1;
        settings.overload.queue = 0;
        settings.overload.transfers = 1;
    })
    .await;
    let case = app.case(&app.coordinator).await;
    let token = app.coordinator.token().await.to_owned();
    let begun = || {
        let mut stream = connect(&app.address);
        let head = format!(
            "POST /v1/cases/{case}/attachments HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
             content-type: multipart/form-data; boundary=XX\r\ncontent-length: 5000\r\n\r\n--XX\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nsome"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let heard = listen(&mut stream, Duration::from_millis(700));
        (stream, heard)
    };
    let (_arriving, heard) = begun();
    assert!(heard.text.is_empty(), "{}", heard.text);
    app.coordinator.get("/v1/cases").await.ok();
    let (_, heard) = begun();
    assert_eq!(heard.statuses(), [503], "{}", heard.text);
    let reply = send(app.coordinator.request(Method::GET, "/v1/cases").await).await;
    reply.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_again_at_once_is_not_heard_for_a_while_and_others_are() {
    let app = TestApp::spawn_with(|settings| {
        settings.overload.in_flight = 1;
        settings.overload.queue = 0;
    })
    .await;
    let _held = app.services.house.admission.enter(Share::General).await.unwrap();
    let request = b"GET /v1/cases HTTP/1.1\r\nhost: farlight\r\n\r\n";
    let refused = |stream: &mut std::net::TcpStream| {
        let began = Instant::now();
        stream.write_all(request).unwrap();
        let mut told = String::new();
        while !told.contains("overloaded") {
            let talk = listen(stream, Duration::from_millis(20));
            assert!(!talk.closed && began.elapsed() < Duration::from_secs(20), "{told}");
            told += &talk.text;
        }
        began.elapsed()
    };
    let mut impatient = connect(&app.address);
    let waited: Vec<_> = (0..6).map(|_| refused(&mut impatient)).collect();
    let rests = waited.iter().skip(2).filter(|waited| **waited >= Duration::from_millis(900)).count();
    assert!(rests >= 2, "{waited:?}");
    // Others ask once each.
    let alone: Vec<_> = (0..6).map(|_| refused(&mut connect(&app.address))).collect();
    assert!(alone.iter().sum::<Duration>() < waited.iter().sum::<Duration>(), "{alone:?} {waited:?}");
}
