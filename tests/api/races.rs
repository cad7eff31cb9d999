//! What happens when many work on the same cases at once: nobody waits for somebody who waits for them, and nobody
//! overwrites what they have not seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use farlight::alerts::dispatch;

use crate::operations::{drafted, step, submitted};
use crate::support::contact::Contact;
use crate::support::{Reply, TestApp, id, json};

const CASES: usize = 3;
/// What [`act`] can do.
const KINDS: u64 = 15;
const TASKS: u64 = 24;
const LASTS: Duration = Duration::from_secs(4);

struct Place {
    contact: Contact,
    operation: String,
    clue: String,
}

async fn place(app: &TestApp, n: usize) -> Place {
    let contact = Contact::new(app).await;
    contact.watch(app, &[&app.caseworker, &app.coordinator]).await;
    let channel = format!("/v1/channels/{}", contact.channel);
    app.caseworker.patch(&channel, "\"v1\"", json!({"duress_words": ["umbrella"]})).await.ok();
    let message = contact.log(app, "inbound", 40, json!({"body": format!("message {n}")})).await;
    let body = json!({
        "kind": "point", "data": {"lat": 16.69, "lon": 98.51, "accuracy_m": 50.0, "datum": "wgs84", "via": "pin"},
        "observed_at": "2026-05-02T21:00:00Z", "source": {"kind": "message", "message_id": id(&message)},
        "reliability": "B", "credibility": 2,
    });
    let clue = id(&app.coordinator.post(&contact.path("clues"), body).await.ok());
    let operation =
        if n == 0 { submitted(app, &contact.case).await } else { drafted(app, &contact.case).await };
    Place { contact, operation, clue }
}

/// One thing that somebody does on a case.
async fn act(app: &TestApp, place: &Place, number: u64) -> Option<Reply> {
    let Place { contact, operation, clue } = place;
    let ago = |hours: i64| app.clock.now().plus_seconds(-hours * 3600).to_string();
    let say = |direction: &str, body: &str, authenticity: &str| {
        json!({
            "channel_id": contact.channel, "direction": direction, "sent_at": ago(30), "body": body,
            "authenticity": authenticity,
        })
    };
    let messages = contact.path("messages");
    let who = &app.coordinator;
    Some(match number % KINDS {
        0 => who.post(&messages, say("inbound", "bring an umbrella", "unverified")).await,
        1 => who.post(&messages, say("inbound", "it is me", "verified")).await,
        2 => who.post(&messages, say("outbound", "how are you", "unverified")).await,
        3 => {
            let logged = who.get(&format!("{messages}?sort=-sent_at&limit=5")).await.items();
            let message = id(logged.get(usize::try_from(number % 5).unwrap())?);
            let body = json!({"authenticity": "suspect", "sent_at": ago(31), "reason": "the dog's name"});
            who.post(&format!("/v1/messages/{message}/corrections"), body).await
        }
        4 => {
            let body = json!({"expected_every_hours": 1 + number % 30, "grace_hours": 0, "escalate_to": []});
            who.put(&contact.path("watch"), body).await
        }
        5 => {
            let until = app.clock.now().plus_seconds(3600).to_string();
            let pauses = contact.path("watch/pauses");
            let pause = who.post(&pauses, json!({"until": until, "reason": "moved"})).await;
            if pause.status != 201 {
                return Some(pause);
            }
            who.delete(&format!("{pauses}/{}", id(&pause.ok()))).await
        }
        6 => {
            let closed = json!({"status": "closed", "reason": "no_contact"});
            let reply = who.post(&contact.path("status"), closed).await;
            if reply.status >= 500 {
                return Some(reply);
            }
            who.post(&contact.path("status"), json!({"status": "active", "reason": "again"})).await
        }
        7 => {
            let alerts = who.get(&format!("/v1/alerts?case_id={}&limit=3", contact.case)).await.items();
            let alert = id(alerts.get(usize::try_from(number % 3).unwrap())?);
            who.post(&format!("/v1/alerts/{alert}/acknowledge"), json!({})).await
        }
        8 => {
            let channel = format!("/v1/channels/{}", contact.channel);
            let etag =
                who.get(&format!("/v1/people/{}/channels", contact.person)).await.items()[0]["version"]
                    .clone();
            let body = json!({"duress_words": ["umbrella", format!("w{number}")]});
            who.patch(&channel, &format!("\"v{etag}\""), body).await
        }
        9 => {
            let path = format!("/v1/clues/{clue}");
            let clues = who.get(&contact.path("clues")).await.items();
            let etag = clues.iter().find(|one| id(one) == *clue)?["version"].clone();
            who.patch(&path, &format!("\"v{etag}\""), json!({"note": format!("n {number}")})).await
        }
        10 => {
            let verb = if number.is_multiple_of(2) { "submit" } else { "reject" };
            let other = if number.is_multiple_of(2) { &app.coordinator } else { &app.coordinator2 };
            other.post(&format!("{operation}/{verb}"), json!({"reason": "not yet"})).await
        }
        11 => {
            app.clock.advance(i64::try_from(number % 2000).unwrap());
            if let Err(error) = dispatch::run_once(&app.services).await {
                panic!("telling of alerts: {error:?}");
            }
            return None;
        }
        12 => {
            let consents = format!("/v1/people/{}/consents", contact.person);
            let body = json!({"purpose": "rescue", "method": "spoken", "given_at": ago(1)});
            let given = who.post(&consents, body).await;
            if given.status != 201 {
                return Some(given);
            }
            who.post(&format!("/v1/consents/{}/withdraw", id(&given.ok())), json!({})).await
        }
        13 => {
            let waiver = format!("{operation}/gates/consent/waiver");
            let given = app.coordinator2.post(&waiver, json!({"reason": "She said so by phone."})).await;
            if given.status != 201 {
                return Some(given);
            }
            who.post(&format!("{operation}/start"), json!({})).await
        }
        _ => {
            let path = format!("/v1/people/{}", contact.person);
            let etag = who.get(&path).await.etag();
            let role = if number.is_multiple_of(2) { "victim" } else { "companion" };
            who.patch(&path, &etag, json!({"role": role})).await
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_somebody_who_waits_for_them() {
    let app = TestApp::spawn().await;
    let mut places = Vec::new();
    for n in 0..CASES {
        places.push(place(&app, n).await);
    }
    step(&app.coordinator, &places[1].operation, "submit").await;
    let (app, places) = (Arc::new(app), Arc::new(places));
    let (done, end) = (Arc::new(AtomicU64::new(0)), Instant::now() + LASTS);
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (app, places, done) = (Arc::clone(&app), Arc::clone(&places), Arc::clone(&done));
            tokio::spawn(async move {
                let mut state = task * 7919 + 13;
                while Instant::now() < end {
                    state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let number = state >> 33;
                    let place = &places[usize::try_from(number / KINDS).unwrap() % CASES];
                    if let Some(reply) = act(&app, place, number).await {
                        assert!(
                            reply.status < 500,
                            "{} of kind {}: {}",
                            reply.status,
                            number % KINDS,
                            reply.text
                        );
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert!(done.load(Ordering::Relaxed) > TASKS, "something was done");
    for place in places.iter() {
        // The watch says what the log says, whoever came last.
        let stored = app.coordinator.get(&place.contact.path("watch")).await.ok();
        let status =
            app.coordinator.get(&format!("/v1/cases/{}", place.contact.case)).await.ok()["status"].clone();
        assert_eq!(stored.get("stopped_at").is_some(), status == json!("closed"), "{stored}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_corrections_at_once_both_hold() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    for round in 0..12 {
        let message = contact.log(&app, "inbound", 10, json!({"body": "here"})).await;
        let path = format!("/v1/messages/{}/corrections", id(&message));
        let moved = app.clock.now().plus_seconds(-20 * 3600).to_string();
        let (one, other) = tokio::join!(
            app.coordinator.post(&path, json!({"sent_at": moved, "reason": "the clock was wrong"})),
            app.caseworker.post(&path, json!({"authenticity": "suspect", "reason": "another voice"})),
        );
        one.ok();
        other.ok();
        let log = app
            .coordinator
            .get(&format!("{}?sort=-sent_at&limit=200", contact.path("messages")))
            .await
            .items();
        let now = log.iter().find(|one| one["id"] == message["id"]).unwrap();
        assert_eq!(
            (&now["authenticity"], &now["sent_at"]),
            (&json!("suspect"), &json!(moved)),
            "round {round}"
        );
        // Its place in the log is what it says.
        let places: Vec<_> = log.iter().map(|one| one["sent_at"].as_str().unwrap()).collect();
        assert!(places.is_sorted_by(|a, b| a >= b), "round {round}: {places:?}");
        app.clock.advance(3600);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_is_set_while_its_case_closes_has_stopped() {
    let app = TestApp::spawn().await;
    for round in 0..12 {
        let contact = Contact::new(&app).await;
        let (closing, watch) = (contact.path("status"), contact.path("watch"));
        let (closed, set) = tokio::join!(
            app.coordinator.post(&closing, json!({"status": "closed", "reason": "no_contact"})),
            app.caseworker.put(&watch, json!({"expected_every_hours": 1, "grace_hours": 0})),
        );
        closed.ok();
        set.ok();
        let watch = app.caseworker.get(&watch).await.ok();
        assert!(watch["stopped_at"].is_string() && watch["due_at"].is_null(), "round {round}: {watch}");
    }
}
