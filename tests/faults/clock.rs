//! The wall clock of the server jumps.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::check;
use crate::disk::Disk;
use crate::load::{Case, Load};
use crate::party::{Party, Person, send};
use crate::report::{Row, Tally};
use crate::server::Place;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

async fn alerts(who: &Person, case: &Case) -> Vec<Value> {
    who.walk(&format!("/v1/alerts?case_id={}", case.id)).await
}

/// Waits until the watch of the case has called somebody.
async fn called(who: &Person, case: &Case) -> usize {
    let began = Instant::now();
    loop {
        let found = alerts(who, case).await.len();
        if found > 0 || began.elapsed() > Duration::from_secs(15) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_stops_nothing_and_doubles_nothing() {
    let mut place = Place::new();
    let Some(disk) = Disk::under(&mut place) else { return };
    place.environment.push(("FARLIGHT__AUTH__ACCESS_TOKEN_SECONDS".to_owned(), "600".to_owned()));
    let row = Row::begin("clock a day forward, an hour back", place.database.name(), 1);
    let server = place.start();
    let party = Party::found(&server).await;
    let who = &party.coordinator;
    let case = Case::open(who).await;
    let watch = json!({"expected_every_hours": 12, "grace_hours": 0, "escalate_to": []});
    send(who.request(Method::PUT, &case.path("watch")).json(&watch)).await.unwrap().ok();
    let tokens = party.sign_in("coordinator").await;
    let body = json!({"summary": "Sent before the jump.", "risk": "high"});
    let create =
        |who: &Person| who.request(Method::POST, "/v1/cases").header("idempotency-key", "j").json(&body);
    let first = send(create(who)).await.unwrap().ok();
    let mut tally = Tally::default();
    let mut wrong = Vec::new();

    // A day forward: the token has run out, and what renews it has not.
    disk.clock_ahead(DAY);
    let refused = who.get("/v1/cases").await;
    if refused.status != 401 {
        wrong.push(format!("a token of yesterday: {}", refused.status));
    }
    let renewed = who.post("/v1/auth/refresh", &json!({"refresh_token": tokens["refresh_token"]})).await.ok();
    let tomorrow = who.clone().with(renewed["access_token"].as_str().unwrap());
    let again = send(create(&tomorrow)).await.unwrap().ok();
    if again["id"] != first["id"] {
        wrong.push("a key of yesterday is forgotten".to_owned());
    }
    let raised = called(&tomorrow, &case).await;
    if raised != 1 {
        wrong.push(format!("{raised} alerts after a day of silence"));
    }
    let people = Party { coordinator: tomorrow.clone(), officer_id: party.officer_id.clone() };
    let other = Case::open(&tomorrow).await;
    let load = Load::start(&[people.clone()], &[other.clone()], 4);
    tokio::time::sleep(Duration::from_millis(500)).await;
    // An hour back, under load. A token that was made in what is now the future is refused, as any that is not yet
    // valid; what renews it is not.
    disk.clock_ahead(DAY - HOUR);
    tokio::time::sleep(Duration::from_millis(500)).await;
    load.stop();
    let mut ledger = load.end().await;
    let (of_tokens, others): (Vec<_>, Vec<_>) =
        ledger.wrong.drain(..).partition(|wrong| wrong.contains("unauthenticated"));
    wrong.extend(others);
    let renewed = who.post("/v1/auth/refresh", &json!({"refresh_token": renewed["refresh_token"]})).await;
    if renewed.status != 200 {
        wrong.push(format!("a token cannot be renewed after the clock was set back: {}", renewed.text));
    }
    let signed_in = party.sign_in("coordinator").await;
    let later = who.clone().with(signed_in["access_token"].as_str().unwrap());
    let people = Party { coordinator: later.clone(), ..people };
    let third = Case::open(&later).await;
    let load = Load::start(&[people.clone()], &[third.clone()], 2);
    tokio::time::sleep(Duration::from_millis(400)).await;
    load.stop();
    let more = load.end().await;
    // Forward again: the same silence calls nobody a second time.
    disk.clock_ahead(DAY);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let signed_in = party.sign_in("coordinator").await;
    let later = who.clone().with(signed_in["access_token"].as_str().unwrap());
    let people = Party { coordinator: later.clone(), ..people };
    let raised = alerts(&later, &case).await.len();
    if raised != 1 {
        wrong.push(format!("{raised} alerts after the clock went to and fro"));
    }
    tally.add(check::ledger(&people, &[other], &ledger).await);
    tally.add(check::ledger(&people, &[third], &more).await);
    tally.wrong.extend(wrong);
    // What was put on record in an hour that came twice is in order all the same.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let checkpoints = place.database.number("SELECT COUNT(*) FROM audit_checkpoints");
    let (integrity, audit) = check::soundness(&place, &mut tally);
    let note = format!("{checkpoints} checkpoints; {} requests with a token of the future", of_tokens.len());
    row.end(&tally, (&integrity, &audit), &note);
    tally.assert_clean();
}
