//! Links that are cut, silent or slow: between a client and the server, and between the server and PostgreSQL.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use crate::check;
use crate::engine::{Database, is};
use crate::load::{Case, Load};
use crate::party::{Party, send};
use crate::proxy::{Mode, Proxy};
use crate::report::{Row, Tally, rounds};
use crate::server::{Place, Server};

fn proxy_to(server: &Server) -> Proxy {
    Proxy::to(server.socket())
}

/// What was done and not told is told, and not done again, when it is sent again.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_cut_off_is_given_again() {
    let rounds = rounds(6, 100);
    let place = Place::new();
    let row = Row::begin("cut between commit and reply", place.database.name(), rounds);
    let mut server = place.start();
    let party = Party::found(&server).await;
    let case = Case::open(&party.coordinator).await;
    let proxy = proxy_to(&server);
    let mut tally = Tally::default();
    for round in 0..rounds {
        let far = party.at(&format!("http://{}", proxy.address));
        let (key, path) = (format!("cut-{round}"), case.path("clues"));
        let body = json!({
            "kind": "point", "data": {"lat": 16.69, "lon": 98.51, "accuracy_m": 50.0, "datum": "wgs84", "via": "pin"},
            "observed_at": "2026-05-02T21:00:00Z", "source": {"kind": "person", "label": "a driver"},
            "reliability": "B", "credibility": 2, "note": key,
        });
        let ask = |party: &Party| {
            party.coordinator.request(Method::POST, &path).header("idempotency-key", &key).json(&body)
        };
        proxy.set(Mode::CutReplies);
        let cut = proxy.replies_cut();
        assert!(send(ask(&far)).await.is_err(), "the answer came through");
        assert!(proxy.replies_cut() > cut, "there was no answer to cut off");
        proxy.set(Mode::Pass);
        // Every second time the process dies as well.
        if round % 2 == 1 {
            server.kill();
            server = place.start();
            proxy.aim(server.socket());
        }
        let again = ask(&party.at(&server.address)).send().await.unwrap();
        tally.acknowledged += 1;
        if again.status() != 201 || again.headers().get("idempotency-replayed").is_none() {
            tally.wrong.push(format!("sent again: {}", again.status()));
        }
    }
    let notes = party.at(&server.address).coordinator.walk(&case.path("clues")).await;
    tally.lost += rounds.saturating_sub(notes.len());
    if notes.len() > rounds {
        tally.wrong.push(format!("{} effects of {rounds}", notes.len()));
    }
    let (integrity, audit) = check::soundness(&place, &mut tally);
    row.end(&tally, (&integrity, &audit), "");
    tally.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_copies_have_one_effect() {
    let place = Place::new();
    let row = Row::begin("100 parallel copies", place.database.name(), 1);
    let server = place.start();
    let party = Party::found(&server).await;
    let body = json!({"summary": "Sent a hundred times.", "risk": "high"});
    let copies = (0..100).map(|_| {
        let who = &party.coordinator;
        send(who.request(Method::POST, "/v1/cases").header("idempotency-key", "one").json(&body))
    });
    let replies = join_all(copies).await;
    let mut tally = Tally::default();
    let mut first = None;
    for reply in replies {
        let reply = reply.unwrap();
        if reply.status == 201 {
            tally.acknowledged += 1;
            let first = first.get_or_insert_with(|| reply.text.clone());
            if *first != reply.text {
                tally.wrong.push("two answers".to_owned());
            }
        } else if reply.status == 503 && reply.retry_after {
            tally.refused += 1;
        } else {
            tally.wrong.push(format!("{} {}", reply.status, reply.text));
        }
    }
    let cases = party.coordinator.walk("/v1/cases").await.len();
    if cases != 1 {
        tally.wrong.push(format!("{cases} effects"));
    }
    let (integrity, audit) = check::soundness(&place, &mut tally);
    row.end(&tally, (&integrity, &audit), "");
    tally.assert_clean();
    assert!(tally.acknowledged > 0);
}

/// The database server is slow, then silent, then cut off.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_far_away_is_waited_for_no_longer_than_is_said() {
    if !is("postgres") {
        return;
    }
    let place = Place::new();
    let Database::Postgres(url) = &place.database else { return };
    let (_, rest) = url.split_once("@").unwrap();
    let (target, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::to(target.parse().unwrap());
    let row = Row::begin("database slow, silent, cut", "postgres", 1);
    let through = format!("postgres://postgres@{}/{name}", proxy.address);
    place.configure(&through, "answer_timeout_ms = 2000\nacquire_timeout_ms = 1000\nconnections = 6");
    let server = place.start();
    let party = Party::found(&server).await;
    let cases = [Case::open(&party.coordinator).await, Case::open(&party.coordinator).await];
    let load = Load::with(&[party.clone()], &cases, 8, Duration::from_millis(50));
    let more = async |what: &str| {
        let (began, before) = (Instant::now(), load.count());
        while load.count() < before + 10 {
            assert!(began.elapsed() < Duration::from_secs(30), "{what}: writes do not go on");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        began.elapsed()
    };
    more("at first").await;
    proxy.delay(Duration::from_millis(3));
    more("slow").await;
    proxy.delay(Duration::ZERO);
    proxy.throttle(200_000);
    more("narrow").await;
    proxy.throttle(0);
    let mut tally = Tally::default();
    let (mut health, mut slowest) = (Duration::ZERO, Duration::ZERO);
    let mut healed = Vec::new();
    for mode in [Mode::Silent, Mode::Cut] {
        proxy.set(mode);
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(4) {
            let asked = Instant::now();
            if party.coordinator.get("/healthz").await.status != 200 {
                tally.wrong.push("no health".to_owned());
            }
            health = health.max(asked.elapsed());
            let asked = Instant::now();
            let reply = party.coordinator.get("/v1/cases").await;
            slowest = slowest.max(asked.elapsed());
            if reply.status != 503 || !reply.retry_after {
                tally.wrong.push(format!("{mode:?}: {} {}", reply.status, reply.text));
            }
        }
        proxy.set(Mode::Pass);
        healed.push(more("mended").await);
    }
    load.stop();
    let ledger = load.end().await;
    let longest = ledger.slowest;
    tally.add(check::ledger(&party, &cases, &ledger).await);
    let (integrity, audit) = check::soundness(&place, &mut tally);
    let note = format!(
        "reads answered within {} ms, all within {} ms, health within {} ms; again after {healed:?}",
        slowest.as_millis(),
        longest.as_millis(),
        health.as_millis()
    );
    row.end(&tally, (&integrity, &audit), &note);
    tally.assert_clean();
    // 1 s for a connection, 2 s for an answer, and as much again for the row in the audit log.
    assert!(longest < Duration::from_secs(8) && health < Duration::from_secs(1), "{note}");
}
