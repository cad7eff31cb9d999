//! A year of two hundred watched cases, against a model that is kept beside it.
//!
//! The clock is frozen and moved by hand, back at times. On PostgreSQL two nodes share the database; nodes are
//! restarted, and for weeks nobody looks. At every step the worklist and the alerts must say what the model says, and
//! at the end every time that a case became overdue or silent must have been told exactly once.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use diesel::prelude::*;
use farlight::alerts::dispatch;
use farlight::alerts::model::{AlertChange, AlertKind};
use farlight::app::{self, Clock, Services};
use farlight::config::Settings;
use farlight::crypto::{Keyring, Secret};
use farlight::db::Database;
use farlight::db::types::{Id, Time};
use farlight::deliveries::model::DeliveryStatus;
use farlight::deliveries::worker;
use farlight::on;
use farlight::schema::{alert_events, alerts, deliveries};
use farlight::seal::gate::Gate;

use crate::support::{Actor, TestApp, Value, id, json};

const CASES: usize = 200;
const HOUR: i64 = 3600;
const YEAR: i64 = 365 * 24 * HOUR;

/// A small generator, so that a run can be repeated: xorshift64*.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        i64::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % sides
    }
}

/// What the model knows of a case. Moments in seconds.
#[derive(Debug)]
struct Watched {
    case: String,
    channel: String,
    every: i64,
    grace: i64,
    started: i64,
    sign: Option<i64>,
    pause_end: Option<i64>,
    pause: Option<(String, i64)>,
    closed: bool,
    restarted: bool,
    /// By kind and moment: whether it still stands, and how often it was told.
    told: BTreeMap<(&'static str, i64), (bool, u32)>,
}

impl Watched {
    fn moments(&self) -> (i64, i64) {
        let set = match self.sign {
            Some(sign) if self.restarted => sign.max(self.started),
            Some(sign) => sign,
            None => self.started,
        };
        let due = (set + self.every * HOUR).max(self.pause_end.unwrap_or(i64::MIN));
        let overdue = due + self.grace * HOUR;
        (overdue, overdue + self.every * HOUR)
    }

    fn state(&self, now: i64) -> &'static str {
        let (overdue, silent) = self.moments();
        match () {
            () if self.closed || now < overdue => "fine",
            () if now < silent => "overdue",
            () => "silent",
        }
    }

    /// Notes what is told when somebody looks at `now`.
    fn look(&mut self, now: i64) {
        let (overdue, silent) = self.moments();
        let due: &[_] = if self.closed { &[] } else { &[("overdue", overdue), ("silent", silent)] };
        for (key, (stands, _)) in &mut self.told {
            *stands &= due.contains(key);
        }
        for key in due.iter().filter(|(_, moment)| *moment <= now) {
            let (stands, count) = self.told.entry(*key).or_insert((false, 0));
            if !*stands {
                *stands = true;
                *count += 1;
            }
        }
    }
}

struct Node {
    services: Arc<Services>,
    server: actix_web::dev::ServerHandle,
    address: String,
    coordinator: Actor,
}

struct World<'a> {
    app: &'a TestApp,
    settings: Settings,
    now: Arc<AtomicI64>,
    dice: Dice,
    cases: Vec<Watched>,
    nodes: Vec<Node>,
}

impl World<'_> {
    fn now(&self) -> i64 {
        self.now.load(Ordering::SeqCst)
    }

    fn text(&self, seconds: i64) -> String {
        Time::from_micros(seconds * 1_000_000).to_string()
    }

    async fn node(&self) -> Node {
        let now = Arc::clone(&self.now);
        let clock = Clock::from_fn(move || Time::from_micros(now.load(Ordering::SeqCst) * 1_000_000));
        let keyring = Keyring::new(Secret::from_slice(&[42; 32]).unwrap());
        let db = Database::open(&self.settings.database).unwrap();
        let services = Services::start(self.settings.clone(), db, keyring, clock).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = app::build(Gate::around(Arc::clone(&services)), listener).unwrap();
        let handle = server.handle();
        tokio::spawn(server);
        let coordinator = Actor::new(&address, &self.app.coordinator.email, &self.app.coordinator.id);
        Node { services, server: handle, address, coordinator }
    }

    /// Tokens from a time that has not come yet are refused.
    fn sign_in_again(&mut self) {
        for node in &mut self.nodes {
            node.coordinator =
                Actor::new(&node.address, &self.app.coordinator.email, &self.app.coordinator.id);
        }
    }

    /// Whoever happens to be asked.
    fn somebody(&mut self) -> usize {
        let nodes = i64::try_from(self.nodes.len()).unwrap();
        usize::try_from(self.dice.roll(nodes)).unwrap()
    }

    async fn restart(&mut self, index: usize) {
        let fresh = self.node().await;
        let old = std::mem::replace(&mut self.nodes[index], fresh);
        old.server.stop(false).await;
    }

    async fn open_case(&mut self) {
        let node = self.somebody();
        let who = &self.nodes[node].coordinator;
        let case = self.app.case(who).await;
        let body = json!({"role": "victim", "names": [{"full": "Invented Linh", "kind": "given"}]});
        let person = id(&who.post(&format!("/v1/cases/{case}/people"), body).await.ok());
        let body = json!({"platform": "telegram", "handle": format!("h{}", self.cases.len())});
        let channel = id(&who.post(&format!("/v1/people/{person}/channels"), body).await.ok());
        let watched = Watched {
            case,
            channel,
            every: 0,
            grace: 0,
            started: self.now(),
            sign: None,
            pause_end: None,
            pause: None,
            closed: false,
            restarted: false,
            told: BTreeMap::new(),
        };
        self.cases.push(watched);
        self.set_terms(self.cases.len() - 1).await;
    }

    async fn set_terms(&mut self, index: usize) {
        let (every, grace) = (6 + self.dice.roll(400), self.dice.roll(200));
        let node = self.somebody();
        let case = &mut self.cases[index];
        (case.every, case.grace) = (every, grace);
        let body = json!({"expected_every_hours": every, "grace_hours": grace});
        self.nodes[node].coordinator.put(&format!("/v1/cases/{}/watch", case.case), body).await.ok();
    }

    async fn write(&mut self, index: usize, direction: &str, more: Value) -> i64 {
        let sent = self.now() - self.dice.roll(12 * HOUR);
        let node = self.somebody();
        let case = &self.cases[index];
        let mut body = json!({
            "channel_id": case.channel, "direction": direction, "sent_at": self.text(sent), "body": "hello",
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let path = format!("/v1/cases/{}/messages", case.case);
        self.nodes[node].coordinator.post(&path, body).await.ok();
        sent
    }

    async fn move_case(&mut self, index: usize, body: Value) {
        let node = self.somebody();
        let path = format!("/v1/cases/{}/status", self.cases[index].case);
        self.nodes[node].coordinator.post(&path, body).await.ok();
    }

    /// Something happens on a case.
    async fn act(&mut self, index: usize) {
        let now = self.now();
        match self.dice.roll(20) {
            0..10 => {
                let sent = self.write(index, "inbound", json!({})).await;
                let case = &mut self.cases[index];
                case.sign = case.sign.max(Some(sent));
            }
            10..12 => drop(self.write(index, "outbound", json!({})).await),
            12..14 => drop(self.write(index, "inbound", json!({"authenticity": "suspect"})).await),
            14 => self.set_terms(index).await,
            15..17 => {
                let until = now + HOUR + self.dice.roll(20 * 24 * HOUR);
                let path = format!("/v1/cases/{}/watch/pauses", self.cases[index].case);
                let body = json!({"until": self.text(until), "reason": "no phone"});
                let node = self.somebody();
                let pause = id(&self.nodes[node].coordinator.post(&path, body).await.ok());
                let case = &mut self.cases[index];
                case.pause_end = case.pause_end.max(Some(until));
                // Only the last is ended early: the model knows one.
                case.pause = (case.pause_end == Some(until)).then_some((pause, until));
            }
            17 => {
                if let Some((pause, until)) = self.cases[index].pause.take().filter(|(_, until)| *until > now)
                    && self.cases[index].pause_end == Some(until)
                {
                    let path = format!("/v1/cases/{}/watch/pauses/{pause}", self.cases[index].case);
                    let node = self.somebody();
                    assert_eq!(self.nodes[node].coordinator.delete(&path).await.status, 204);
                    let path = format!("/v1/cases/{}/watch", self.cases[index].case);
                    let pauses = self.nodes[node].coordinator.get(&path).await.ok()["pauses"].clone();
                    self.cases[index].pause_end = pauses.as_array().unwrap().iter().map(end).max();
                }
            }
            _ if self.cases[index].closed => {
                self.move_case(index, json!({"status": "active", "reason": "he wrote again"})).await;
                let case = &mut self.cases[index];
                (case.closed, case.restarted, case.started) = (false, true, now);
            }
            _ => {
                self.move_case(index, json!({"status": "closed", "reason": "no_contact"})).await;
                self.cases[index].closed = true;
            }
        }
    }

    /// Every node looks at the same time.
    async fn look(&mut self) {
        let looks = self.nodes.iter().map(|node| dispatch::run_once(&node.services));
        for outcome in futures_util::future::join_all(looks).await {
            outcome.unwrap();
        }
        self.send().await;
        let now = self.now();
        self.cases.iter_mut().for_each(|case| case.look(now));
    }

    async fn send(&self) {
        for node in &self.nodes {
            while worker::run_once(&node.services).await.unwrap() > 0 {}
        }
    }

    /// Goes on until nothing of what has happened by now waits to be sent; gives the ids of all of it. A node that is
    /// sending at the same time holds some of it for a moment.
    async fn send_the_rest(&mut self) -> Vec<Id> {
        let until = Time::from_micros(self.now() * 1_000_000);
        for _ in 0..1_000 {
            self.now.fetch_add(25 * HOUR, Ordering::SeqCst);
            self.send().await;
            let read = self.nodes[0].services.db.read(move |conn| {
                let events = alert_events::table.filter(alert_events::at.le(until));
                let waiting = deliveries::table
                    .filter(deliveries::created_at.le(until))
                    .filter(deliveries::status.eq(DeliveryStatus::Pending));
                let waiting: i64 = on!(conn, c => waiting.count().get_result(c))?;
                let events: Vec<Id> = on!(conn, c => events.select(alert_events::id).load(c))?;
                Ok((waiting, events))
            });
            let (waiting, events) = read.await.unwrap();
            if waiting == 0 {
                self.look().await;
                return events;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("announcements wait for ever");
    }

    /// The worklist, the alerts and the model say the same.
    async fn compare(&mut self) {
        let now = self.now();
        let node = self.somebody();
        let who = &self.nodes[node].coordinator;
        let list = who.get("/v1/me/worklist").await.ok();
        let mut alerted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut path = "/v1/alerts?limit=200".to_owned();
        loop {
            let page = who.get(&path).await.ok();
            for alert in page["items"].as_array().unwrap() {
                let kind = alert["kind"].as_str().unwrap().to_owned();
                let case = alert["case_id"].as_str().unwrap().to_owned();
                assert!(alerted.entry(kind).or_default().insert(case), "twice: {alert}");
            }
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            path = format!("/v1/alerts?limit=200&cursor={cursor}");
        }
        for kind in ["overdue", "silent"] {
            let model: BTreeSet<String> = self
                .cases
                .iter()
                .filter(|case| case.state(now) == kind)
                .map(|case| case.case.clone())
                .collect();
            let items = list[kind].as_array().unwrap().iter();
            let listed: BTreeSet<String> =
                items.map(|item| item["case_id"].as_str().unwrap().to_owned()).collect();
            if let Some(case) = listed.symmetric_difference(&model).next() {
                let known = self.cases.iter().find(|known| &known.case == case).unwrap();
                let watch = who.get(&format!("/v1/cases/{case}/watch")).await.text;
                panic!("{kind} at {}: the model has {known:?}, the program {watch}", self.text(now));
            }
            assert_eq!(alerted.remove(kind).unwrap_or_default(), model, "{kind} at {now}");
        }
    }
}

/// Takes announcements in, and fails every fifth time.
struct Receiver {
    url: String,
    /// How often each was taken in.
    taken: Mutex<BTreeMap<String, u32>>,
    asked: AtomicI64,
}

impl Receiver {
    fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let receiver = Arc::new(Self { url, taken: Mutex::default(), asked: AtomicI64::new(0) });
        let data = web::Data::from(Arc::clone(&receiver));
        let server =
            HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(Self::take)))
                .workers(1)
                .disable_signals()
                .listen(listener)
                .unwrap();
        tokio::spawn(server.run());
        receiver
    }

    async fn take(request: HttpRequest, receiver: web::Data<Self>) -> HttpResponse {
        if receiver.asked.fetch_add(1, Ordering::SeqCst) % 5 == 4 {
            return HttpResponse::InternalServerError().finish();
        }
        let id = request.headers().get("webhook-id").unwrap().to_str().unwrap().to_owned();
        *receiver.taken.lock().unwrap().entry(id).or_default() += 1;
        HttpResponse::Ok().finish()
    }
}

/// When a pause ends or ended, in seconds.
fn end(pause: &Value) -> i64 {
    let end = pause["ended_at"].as_str().or(pause["until"].as_str()).unwrap();
    end.parse::<Time>().unwrap().as_seconds()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_silence_of_a_year_is_told_exactly_once() {
    let mut kept = None;
    let app = TestApp::spawn_with(|settings| {
        // The coordinator does not sign in again for a year.
        (settings.auth.session_days, settings.auth.signing_key_days) = (1_000, 1_000);
        (settings.webhooks.allow_http, settings.webhooks.allow_private) = (true, true);
        // Who is called next has a test of its own.
        settings.alerts.escalate_after_minutes = 10_000_000;
        kept = Some(settings.clone());
    })
    .await;
    let receiver = Receiver::start();
    app.admin.post("/v1/webhooks", json!({"url": receiver.url})).await.ok();
    let start = app.clock.now().as_seconds();
    let mut world = World {
        app: &app,
        settings: kept.unwrap(),
        now: Arc::new(AtomicI64::new(start)),
        dice: Dice(0x00c0_ffee_1234_5678),
        cases: Vec::new(),
        nodes: Vec::new(),
    };
    // On SQLite one process owns the database.
    let nodes = if crate::support::engine_name() == "postgres" { 2 } else { 1 };
    for _ in 0..nodes {
        let node = world.node().await;
        world.nodes.push(node);
    }
    for _ in 0..CASES {
        world.open_case().await;
    }
    let mut steps = 0;
    while world.now() < start + YEAR {
        steps += 1;
        let ahead = match world.dice.roll(40) {
            // Nobody looks for up to three weeks.
            0 => world.dice.roll(21 * 24 * HOUR),
            _ => world.dice.roll(40 * HOUR),
        };
        world.now.fetch_add(ahead + 1, Ordering::SeqCst);
        if world.dice.roll(4) > 0 {
            world.look().await;
        }
        world.compare().await;
        for _ in 0..world.dice.roll(25) {
            let index = usize::try_from(world.dice.roll(200)).unwrap();
            // What a change finds past its time is told by the next look, whether or not it still stands then.
            let now = world.now();
            world.cases[index].look(now);
            world.act(index).await;
            world.cases[index].look(now);
        }
        if world.dice.roll(10) == 0 {
            // The clock is set back, and right again.
            let back = world.dice.roll(30 * HOUR);
            world.now.fetch_sub(back, Ordering::SeqCst);
            world.sign_in_again();
            world.compare().await;
            for node in &world.nodes {
                dispatch::run_once(&node.services).await.unwrap();
            }
            world.now.fetch_add(back, Ordering::SeqCst);
        }
        if world.dice.roll(15) == 0 {
            let index = world.somebody();
            world.restart(index).await;
        }
        world.compare().await;
    }
    world.look().await;
    let sent = world.send_the_rest().await;
    println!(
        "{} announcements, {} came more than once, {} requests",
        sent.len(),
        receiver.taken.lock().unwrap().values().filter(|count| **count > 1).count(),
        receiver.asked.load(Ordering::SeqCst),
    );
    let taken = receiver.taken.lock().unwrap().clone();
    let lost: Vec<&Id> = sent.iter().filter(|event| !taken.contains_key(&event.to_string())).collect();
    assert!(lost.is_empty(), "each is delivered, at the first time or at a later one: {lost:?}");

    let rows: Vec<(AlertKind, Option<Id>, Time)> = world.nodes[0]
        .services
        .db
        .read(|conn| {
            Ok(on!(conn, c => alert_events::table
                .inner_join(alerts::table.on(alerts::organisation_id.eq(alert_events::organisation_id)
                    .and(alerts::id.eq(alert_events::alert_id))))
                .filter(alert_events::change.eq(AlertChange::Raised))
                .filter(alerts::kind.eq_any([AlertKind::Overdue, AlertKind::Silent]))
                .select((alerts::kind, alerts::case_id, alerts::since))
                .load(c))?)
        })
        .await
        .unwrap();
    let mut told: BTreeMap<(String, &str, i64), u32> = BTreeMap::new();
    for (kind, case, since) in &rows {
        *told.entry((case.unwrap().to_string(), kind.as_str(), since.as_seconds())).or_default() += 1;
    }
    let expected: BTreeMap<(String, &str, i64), u32> = world
        .cases
        .iter()
        .flat_map(|case| {
            let id = &case.case;
            case.told.iter().map(move |((kind, at), (_, count))| ((id.clone(), *kind, *at), *count))
        })
        .collect();
    println!("{steps} steps, {} times overdue or silent, {nodes} node(s)", rows.len());
    assert!(rows.len() > 1_000, "the year was too quiet to show anything: {}", rows.len());
    let missing: Vec<_> = expected.iter().filter(|(key, count)| told.get(*key) != Some(count)).collect();
    let extra: Vec<_> = told.iter().filter(|(key, _)| !expected.contains_key(*key)).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing or wrong {missing:?}, extra {extra:?}");
    for node in world.nodes {
        node.server.stop(false).await;
    }
}
