//! Two nodes on one database, behind a plain balancer.

mod ear;
mod jobs;
mod rolling;

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::check;
use crate::engine::is;
use crate::load::Case;
use crate::party::{Party, Person, id, send};
use crate::proxy::Proxy;
use crate::report::{Row, Tally};
use crate::server::{Place, Server};

/// Settings for tests that do not wait for what people would wait for.
const SETTINGS: &str = "connections = 8\n[webhooks]\nallow_http = true\nallow_private = true";

struct Pair {
    nodes: [Server; 2],
    /// The people as each node sees them.
    parties: [Party; 2],
    place: Place,
}

impl Pair {
    /// None where one engine is not the server that several nodes need.
    async fn start() -> Option<Self> {
        if !is("postgres") {
            return None;
        }
        let mut place = Place::new();
        place.configure(&place.database.url(), SETTINGS);
        // Longer than the balancer takes to look twice, also where others take the cores.
        place.environment.push(("FARLIGHT__SERVER__DRAIN_SECONDS".to_owned(), "2".to_owned()));
        // The first organisation is founded once: by the node that was there first.
        let first = place.start();
        let party = Party::found(&first).await;
        let second = place.start();
        let parties = [party.at(&first.address), party.at(&second.address)];
        Some(Self { nodes: [first, second], parties, place })
    }

    fn balancer(&self) -> Proxy {
        Proxy::among(&self.nodes.each_ref().map(Server::socket))
    }

    /// The same person on the other node.
    fn there(&self, who: &Person) -> Person {
        who.at(&self.nodes[1].address)
    }
}

async fn status(who: &Person, path: &str) -> u16 {
    who.get(path).await.status
}

/// As [`status`], of a process that may be beginning again: 0 where a connection ends without an answer.
async fn status_or_end(who: &Person, path: &str) -> u16 {
    send(who.request(Method::GET, path)).await.map_or(0, |reply| reply.status)
}

/// Waits until the node says so.
async fn becomes(who: &Person, ready: u16) -> Duration {
    let began = Instant::now();
    while status_or_end(who, "/readyz").await != ready {
        assert!(began.elapsed() < Duration::from_secs(10), "readiness is not {ready}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    began.elapsed()
}

async fn patch(who: &Person, path: &str, body: &Value) {
    let etag = who.get(path).await.etag;
    send(who.request(Method::PATCH, path).header("if-match", etag).json(body)).await.unwrap().ok();
}

/// Sessions, roles and suspensions: asked of the database by every request, so that no node has to be told.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_on_one_is_gone_on_the_other_at_once() {
    let Some(pair) = Pair::start().await else { return };
    let [here, there] = &pair.parties;
    for _ in 0..5 {
        // Signed in here, used there, signed out here.
        let who = here.as_person("coordinator").await;
        let elsewhere = pair.there(&who);
        assert_eq!(status(&elsewhere, "/v1/cases").await, 200);
        who.post("/v1/auth/logout", &json!({})).await.ok();
        assert_eq!(status(&elsewhere, "/v1/cases").await, 401);
        // What was seen to be signed here is not believed for longer than its session lives.
        let who = there.as_person("coordinator").await;
        let sessions = who.walk("/v1/me/sessions").await;
        let own = sessions.iter().find(|session| session["current"] == true).unwrap();
        let back = who.at(&pair.nodes[0].address);
        assert_eq!(status(&back, "/v1/me").await, 200);
        let path = format!("/v1/me/sessions/{}", id(own));
        assert_eq!(send(who.request(Method::DELETE, &path)).await.unwrap().status, 204);
        assert_eq!(status(&back, "/v1/me").await, 401);
    }

    // A refresh token that was used here and comes again there ends both.
    let tokens = here.sign_in("coordinator").await;
    let spent = json!({"refresh_token": tokens["refresh_token"]});
    let renewed = here.coordinator.post("/v1/auth/refresh", &spent).await.ok();
    let who = here.coordinator.clone().with(renewed["access_token"].as_str().unwrap());
    assert_eq!(status(&who, "/v1/me").await, 200);
    assert_eq!(there.coordinator.post("/v1/auth/refresh", &spent).await.status, 401);
    assert_eq!(status(&who, "/v1/me").await, 401);

    // A role, and somebody who is suspended.
    let admin = here.as_person("admin").await;
    let user = format!("/v1/users/{}", here.officer_id);
    let officer = there.as_person("officer").await;
    assert_eq!(status(&officer, "/v1/me").await, 200);
    patch(&admin, &user, &json!({"role": "analyst"})).await;
    assert_eq!(status(&officer, "/v1/me").await, 401);
    let analyst = there.as_person("officer").await;
    assert_eq!(analyst.get("/v1/me").await.ok()["role"], "analyst");
    patch(&admin, &user, &json!({"status": "suspended"})).await;
    assert_eq!(status(&analyst, "/v1/me").await, 401);
    assert!(pair.place.whole_log().lines().all(|line| !line.contains("panicked")), "{}", pair.place.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_on_one_it_is_sealed_on_both_and_opens_on_both() {
    let Some(pair) = Pair::start().await else { return };
    let [here, there] = &pair.parties;
    let case = Case::open(&here.coordinator).await;
    let shown = format!("/v1/cases/{}", case.id);
    assert_eq!(status(&there.coordinator, &shown).await, 200);
    let began = Instant::now();
    here.coordinator.post("/v1/system/seal", &json!({"reason": "strangers at the door"})).await.ok();
    // From the very next request on, whatever the other node has heard.
    assert!([0, 401, 503].contains(&status_or_end(&there.coordinator, &shown).await));
    while status_or_end(&there.coordinator, "/readyz").await == 200 {
        assert!(began.elapsed() < Duration::from_secs(2), "the other node has not heard of it");
    }
    println!("sealed on both nodes after {:?}", began.elapsed());
    // Both have begun again with an empty memory.
    for party in &pair.parties {
        becomes(&party.coordinator, 503).await;
    }

    let opened = pair.place.run(&["unseal"]);
    assert!(opened.status.success(), "{}", String::from_utf8_lossy(&opened.stderr));
    for party in &pair.parties {
        becomes(&party.coordinator, 200).await;
        assert_eq!(status(&party.coordinator, &shown).await, 401, "a session outlived the seal");
    }
    // Both have opened at the same moment, and each knows what the other signs.
    for (one, other) in [(0, 1), (1, 0)] {
        let who = pair.parties[one].as_person("coordinator").await;
        assert_eq!(status(&who.at(&pair.nodes[other].address), &shown).await, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_changed_while_both_serve() {
    let Some(pair) = Pair::start().await else { return };
    let row = Row::begin("keys rotated, two nodes", "postgres", 1);
    let nodes = pair.parties.each_ref().map(|party| party.coordinator.clone());
    let began = Instant::now();
    let mut rotating = pair.place.spawn(&["keys", "rotate"]);
    let (mut tally, mut made) = (Tally::default(), Vec::new());
    while rotating.try_wait().unwrap().is_none() {
        for (one, other) in [(0, 1), (1, 0)] {
            let body = json!({"summary": "Made while keys change.", "risk": "high"});
            let case = id(&nodes[one].post("/v1/cases", &body).await.ok());
            let shown = nodes[other].get(&format!("/v1/cases/{case}")).await.ok();
            assert_eq!(shown["summary"], "Made while keys change.");
            made.push(case);
            tally.acknowledged += 1;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let output = rotating.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let took = began.elapsed();
    let left = "SELECT COUNT(*) FROM data_keys d JOIN organisation_keys k ON k.id = d.organisation_key_id WHERE k.epoch = 1";
    assert_eq!(pair.place.database.number(left), 0, "keys of cases are left under the old one");
    for who in &nodes {
        for case in &made {
            assert_eq!(status(who, &format!("/v1/cases/{case}")).await, 200);
        }
    }
    let (integrity, audit) = check::soundness(&pair.place, &mut tally);
    let note = format!("{} cases made and read meanwhile, in {took:.1?}", made.len());
    row.end(&tally, (&integrity, &audit), &note);
    tally.assert_clean();
    assert!(made.len() > 20, "it was under no load");
}
