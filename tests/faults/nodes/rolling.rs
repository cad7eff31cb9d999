//! One node after the other is restarted while people work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::json;

use super::Pair;
use super::ear::Ear;
use super::jobs::help;
use crate::check;
use crate::load::Case;
use crate::party::Person;
use crate::report::{Row, Tally, rounds};

/// How long somebody thinks between two requests, by number: an app that works through a queue, and people.
const PAUSES: [u64; 4] = [0, 5, 60, 700];

/// Calls for help in each round, at the most.
const CALLS: usize = 15;

/// What one client met.
#[derive(Default)]
struct Met {
    requests: usize,
    /// Messages that were acknowledged.
    messages: usize,
    /// Requests that were sent again since their connection ended without an answer.
    again: usize,
    /// Answers that said that their connection ends.
    told: usize,
    slowest: Duration,
    wrong: Vec<String>,
}

impl Met {
    fn take(&mut self, other: Self) {
        self.requests += other.requests;
        self.messages += other.messages;
        self.again += other.again;
        self.told += other.told;
        self.slowest = self.slowest.max(other.slowest);
        self.wrong.extend(other.wrong);
    }

    /// One request. All that the client does beside: where a connection ends without a byte of an answer it sends the same
    /// again, once. It may, since it only asks for reads and for writes under an `Idempotency-Key`.
    async fn ask(&mut self, request: RequestBuilder, wanted: StatusCode) -> bool {
        let began = Instant::now();
        self.requests += 1;
        let again = request.try_clone().unwrap();
        let response = match request.send().await {
            Err(_) => {
                self.again += 1;
                again.send().await
            }
            answered => answered,
        };
        let fine = match response {
            Ok(response) => {
                let status = response.status();
                self.told +=
                    usize::from(response.headers().get(header::CONNECTION).is_some_and(|how| how == "close"));
                match response.text().await {
                    Ok(_) if status == wanted => true,
                    Ok(text) => {
                        self.wrong.push(format!("{status} {text}"));
                        false
                    }
                    Err(error) => {
                        self.wrong.push(format!("half an answer: {error:?}"));
                        false
                    }
                }
            }
            Err(error) => {
                self.wrong.push(format!("no answer, twice: {error:?}"));
                false
            }
        };
        self.slowest = self.slowest.max(began.elapsed());
        fine
    }
}

/// Reads and writes on connections that are kept, until told to stop.
async fn work(who: Person, case: Case, number: usize, stop: Arc<AtomicBool>) -> Met {
    let mut met = Met::default();
    let pause = Duration::from_millis(PAUSES[number % PAUSES.len()]);
    for step in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let (shown, key) = (format!("/v1/cases/{}", case.id), format!("client-{number}-{step}"));
        match step % 3 {
            0 => drop(met.ask(who.request(Method::GET, &shown), StatusCode::OK).await),
            1 => drop(met.ask(who.request(Method::GET, "/v1/me"), StatusCode::OK).await),
            _ => {
                let body = json!({
                    "channel_id": case.channel, "direction": "outbound", "body": key, "sent_at": "2026-05-02T21:00:00Z",
                });
                let message =
                    who.request(Method::POST, &case.path("messages")).header("idempotency-key", &key);
                met.messages += usize::from(met.ask(message.json(&body), StatusCode::CREATED).await);
            }
        }
        tokio::time::sleep(pause).await;
    }
    met
}

/// People on these cases call for help, one after the other; gives how many did.
async fn call(who: Person, cases: Vec<Case>, stop: Arc<AtomicBool>) -> (usize, Met) {
    let (mut calls, mut met) = (0, Met::default());
    for case in cases {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let body = help(&case, calls);
        let message = who.request(Method::POST, &case.path("messages")).header("idempotency-key", &case.id);
        met.messages += usize::from(met.ask(message.json(&body), StatusCode::CREATED).await);
        calls += 1;
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
    (calls, met)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_after_the_other_is_restarted_and_no_request_fails() {
    let rounds = rounds(1, 10);
    let Some(mut pair) = Pair::start().await else { return };
    let row = Row::begin("rolling restart of two nodes", "postgres", rounds);
    let balancer = pair.balancer();
    let through = format!("http://{}", balancer.address);
    // Each with connections of their own, as people have them.
    let people = || pair.parties[0].coordinator.at(&through);
    let case = Case::open(&people()).await;
    let mut watched = Vec::new();
    for _ in 0..CALLS * rounds {
        watched.push(Case::open(&people()).await);
    }
    let stop = Arc::<AtomicBool>::default();
    let working: Vec<_> =
        (0..12).map(|number| tokio::spawn(work(people(), case.clone(), number, Arc::clone(&stop)))).collect();
    let ear = Ear::open(vec![people()]).await;
    let calling = tokio::spawn(call(people(), watched, Arc::clone(&stop)));

    let mut tally = Tally::default();
    let mut longest = Duration::ZERO;
    for _ in 0..rounds {
        for which in 0..2 {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let began = Instant::now();
            pair.nodes[which].terminate();
            let status = pair.nodes[which].ended(Duration::from_secs(40)).await;
            if !status.success() {
                tally.wrong.push(format!("node {which} ended with {status}"));
            }
            pair.nodes[which] = pair.place.start();
            balancer.replace(which, pair.nodes[which].socket());
            longest = longest.max(began.elapsed());
        }
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    stop.store(true, Ordering::SeqCst);
    let mut met = Met::default();
    for client in working {
        met.take(client.await.unwrap());
    }
    let (calls, called) = calling.await.unwrap();
    met.take(called);
    ear.until(|heard| heard.raised.len() >= calls).await;
    ear.stop();

    let heard = std::mem::take(&mut *ear.heard.lock().unwrap());
    if heard.raised.len() != calls || heard.raised.values().any(|count| *count != 1) {
        tally.wrong.push(format!("{calls} calls for help, heard: {:?}", heard.raised));
    }
    tally.wrong.extend(heard.wrong);
    tally.wrong.append(&mut met.wrong);
    let found = people().walk(&case.path("messages")).await.len() + calls;
    tally.lost = met.messages.saturating_sub(found);
    if found > met.messages {
        tally.wrong.push(format!("{found} messages of {}", met.messages));
    }
    (tally.acknowledged, tally.unanswered) = (met.requests, met.again);
    let (integrity, audit) = check::soundness(&pair.place, &mut tally);
    let note = format!(
        "{} requests, {} told that their connection ends, {} sent again, slowest {} ms; {} streams, {calls} events each \
         heard once; a node was away for {longest:.1?} at most",
        met.requests,
        met.told,
        met.again,
        met.slowest.as_millis(),
        heard.streams,
    );
    row.end(&tally, (&integrity, &audit), &note);
    tally.assert_clean();
    assert!(met.requests > 200 && met.told > 0 && heard.streams > 1, "it was under no load: {note}");
}
