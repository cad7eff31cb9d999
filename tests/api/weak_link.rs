//! Phones on a bad link: whatever is lost, cut or sent twice, in the end they hold what the server holds, and everything
//! that was done is there once.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::operations::{plan_apart, ready_to_start, step};
use crate::support::phone::{Lost, Phone};
use crate::support::{Actor, TestApp, Value, id, json, unknown_id, wire};

/// What becomes of a request.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Arrives,
    NeverSent,
    CutOnTheWay(u16),
    AnswerLost,
    SentTwice,
}

#[derive(Debug, Clone, Copy)]
enum Act {
    Report,
    Tick(u8),
    Note,
    Send(Fate),
    Sync(Fate),
}

/// Officers' phones, then desks.
const OFFICERS: usize = 3;
const PHONES: usize = 5;

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        3 => Just(Fate::Arrives),
        1 => Just(Fate::NeverSent),
        1 => any::<u16>().prop_map(Fate::CutOnTheWay),
        2 => Just(Fate::AnswerLost),
        1 => Just(Fate::SentTwice),
    ]
}

fn act() -> impl Strategy<Value = (usize, Act)> {
    let act = prop_oneof![
        2 => Just(Act::Report),
        1 => (0_u8..2).prop_map(Act::Tick),
        2 => Just(Act::Note),
        3 => fate().prop_map(Act::Send),
        2 => fate().prop_map(Act::Sync),
    ];
    (0..PHONES, act)
}

/// One night: an operation with two officers, one of whom has two phones, and a coordinator at two desks.
struct Night<'a> {
    app: &'a TestApp,
    operation: String,
    task: String,
    phones: Vec<Phone>,
    /// Everything that was reported, in words.
    reported: BTreeSet<String>,
    /// What was written into the note of the task.
    noted: BTreeSet<String>,
    ticked: bool,
}

fn words() -> String {
    unknown_id().split('-').next_back().unwrap().to_owned()
}

impl<'a> Night<'a> {
    async fn begin(app: &'a TestApp) -> Self {
        let case = app.case(&app.coordinator).await;
        let mut body = plan_apart(app, &[&case]);
        body["checklist"] = json!([{"item": "0", "done": false}, {"item": "1", "done": false}]);
        let path = format!("/v1/operations/{}", id(&app.coordinator.post("/v1/operations", body).await.ok()));
        app.coordinator.put(&format!("{path}/members/{}", app.officer2.id), json!({})).await.ok();
        step(&app.coordinator, &path, "submit").await;
        step(&app.coordinator2, &path, "approve").await;
        ready_to_start(app, &path).await;
        step(&app.officer, &path, "start").await;
        let body = json!({"title": "Keep the log", "note": ".", "due_at": "2031-01-01T00:00:00Z"});
        let task = id(&app.coordinator.post(&format!("/v1/cases/{case}/tasks"), body).await.ok());
        let whose = [&app.officer, &app.officer2, &app.officer, &app.coordinator, &app.coordinator];
        Self {
            app,
            operation: id(&app.coordinator.get(&path).await.ok()),
            task,
            phones: whose.iter().map(|actor| Phone::new(app, actor)).collect(),
            reported: BTreeSet::new(),
            noted: BTreeSet::new(),
            ticked: false,
        }
    }

    async fn act(&mut self, phone: usize, act: Act) {
        let at = self.app.now();
        let in_the_field = phone < OFFICERS;
        let device = &mut self.phones[phone];
        match act {
            Act::Report if in_the_field => {
                let seen = words();
                device.queue("report.create", &self.operation, json!({"body": {"at": at, "seen": seen}}));
                self.reported.insert(seen);
            }
            Act::Tick(item) if in_the_field => {
                let ticks = json!({"body": {"ticks": [{"item": item.to_string(), "done": true}]}});
                device.queue("operation.checklist", &self.operation, ticks);
                self.ticked = true;
            }
            Act::Note if !in_the_field => self.note(phone),
            Act::Report | Act::Tick(_) | Act::Note => {}
            Act::Send(fate) => self.send(phone, fate).await,
            Act::Sync(fate) => self.sync(phone, fate).await,
        }
    }

    /// Writes a word more into the note of the task, on top of what the desk holds of it. Only one such change waits at a
    /// time: the next builds on its answer.
    fn note(&mut self, phone: usize) {
        let device = &mut self.phones[phone];
        let Some(task) = device.held.get(&("task".to_owned(), self.task.clone())).cloned() else { return };
        if !device.outbox.is_empty() {
            return;
        }
        let word = words();
        queue_note(device, &task, &word);
        self.noted.insert(word);
    }

    async fn send(&mut self, phone: usize, fate: Fate) {
        let device = &mut self.phones[phone];
        if device.outbox.is_empty() {
            return;
        }
        let told = match fate {
            Fate::NeverSent => return,
            Fate::CutOnTheWay(count) => {
                let body = json!({"items": device.outbox}).to_string();
                let (address, token) = (self.app.address.clone(), device.actor.token().await.to_owned());
                let part = usize::from(count) % (body.len() + 400);
                let cut = move || wire::send_part_of_post(&address, "/v1/batch", &token, &body, part);
                std::thread::spawn(cut).join().unwrap();
                return;
            }
            Fate::AnswerLost => {
                device.send().await.unwrap();
                return;
            }
            Fate::SentTwice => {
                let (first, second) = tokio::join!(device.send(), device.send());
                first.unwrap();
                second.unwrap()
            }
            Fate::Arrives => device.send().await.unwrap(),
        };
        settle(device, &told);
    }

    async fn sync(&mut self, phone: usize, fate: Fate) {
        let device = &mut self.phones[phone];
        match fate {
            Fate::NeverSent | Fate::CutOnTheWay(_) => {}
            Fate::AnswerLost => drop(device.ask(3).await.unwrap()),
            Fate::SentTwice => {
                let (first, second) = tokio::join!(device.ask(3), device.ask(3));
                first.unwrap();
                if let Some(answer) = second.unwrap() {
                    device.take(&answer);
                }
            }
            Fate::Arrives => {
                if let Some(answer) = device.ask(3).await.unwrap() {
                    device.take(&answer);
                }
            }
        }
    }

    /// The link is good again.
    async fn morning(&mut self) {
        for phone in 0..PHONES {
            for _ in 0..10 {
                self.send(phone, Fate::Arrives).await;
            }
            assert_eq!(self.phones[phone].outbox, Vec::<Value>::new());
        }
        for phone in &mut self.phones {
            phone.sync().await;
        }
    }

    async fn check(&self) {
        let app = self.app;
        let path = format!("/v1/operations/{}", self.operation);
        let reports = app.officer.walk(&format!("{path}/reports")).await;
        let seen: Vec<&str> = reports.iter().map(|report| report["seen"].as_str().unwrap()).collect();
        assert_eq!(seen.len(), self.reported.len(), "nothing doubled");
        assert_eq!(
            seen.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(),
            self.reported,
            "nothing lost"
        );
        let task = app.coordinator.get(&format!("/v1/tasks/{}", self.task)).await.ok();
        let note = task["note"].as_str().unwrap();
        let noted: Vec<&str> = note.split(' ').skip(1).collect();
        assert_eq!(noted.len(), self.noted.len(), "{note}");
        assert_eq!(noted.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), self.noted);

        let operation = app.officer.get(&path).await.ok();
        let ticks =
            operation["checklist"].as_array().unwrap().iter().filter(|item| item["done"] == true).count();
        assert_eq!(ticks > 0, self.ticked);
        for (phone, who) in self.phones.iter().zip([&app.officer, &app.officer2, &app.officer]) {
            // Each officer's copy is their own.
            assert_eq!(phone.of_kind("operation"), [&who.get(&path).await.ok()]);
            assert_eq!(phone.of_kind("report").len(), reports.len());
            for report in &reports {
                assert_eq!(phone.held[&("report".to_owned(), id(report))], *report);
            }
        }
        let (first, second) = (&self.phones[OFFICERS], &self.phones[OFFICERS + 1]);
        assert_eq!(first.held, second.held);
        assert_eq!(first.held[&("task".to_owned(), self.task.clone())], task);
    }

    /// Everything leaves the phones in the field.
    async fn end(mut self) {
        step(&self.app.officer, &format!("/v1/operations/{}", self.operation), "complete").await;
        let path = format!("/v1/tasks/{}", self.task);
        let etag = self.app.coordinator.get(&path).await.etag();
        self.app.coordinator.patch(&path, &etag, json!({"status": "done"})).await.ok();
        for phone in &mut self.phones {
            phone.sync().await;
            assert!(phone.of_kind("task").is_empty() && phone.of_kind("report").is_empty());
        }
        assert!(self.phones[..OFFICERS].iter().all(|phone| phone.held.is_empty()));
    }
}

fn queue_note(device: &mut Phone, task: &Value, word: &str) {
    let note = format!("{} {word}", task["note"].as_str().unwrap());
    let more = json!({"if_match": task["version"], "body": {"note": note}});
    device.queue("task.update", &id(task), more);
}

/// Takes in what came of what was sent. Whoever was overtaken puts their word behind what stands there now.
fn settle(device: &mut Phone, told: &[Value]) {
    for (item, told) in std::mem::take(&mut device.outbox).into_iter().zip(told) {
        assert_eq!(item["id"], told["id"]);
        match told["status"].as_u64().unwrap() {
            200 | 201 => {}
            412 => {
                let word = item["body"]["note"].as_str().unwrap().rsplit(' ').next().unwrap();
                queue_note(device, &told["body"], word);
            }
            other => panic!("{other}: {told}"),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long to look for trouble is for whoever runs the tests to say"
)]
fn cases() -> u32 {
    std::env::var("FARLIGHT_TEST_NIGHTS").ok().and_then(|text| text.parse().ok()).unwrap_or(24)
}

#[test]
fn whatever_happens_on_the_way_all_phones_and_the_server_agree_in_the_morning() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // A night of many syncs reads a plan often; the alert to that comes by the clock and is no part of what is compared.
    let app =
        runtime.block_on(TestApp::spawn_with(|settings| settings.operations.plan_reads_per_hour = 10_000));
    let config =
        Config { cases: cases(), failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let acts = proptest::collection::vec(act(), 0..60);
    let outcome = TestRunner::new(config).run(&acts, |acts| {
        runtime.block_on(async {
            let mut night = Night::begin(&app).await;
            for phone in 0..PHONES {
                night.sync(phone, Fate::Arrives).await;
            }
            for (phone, act) in acts {
                night.act(phone, act).await;
            }
            night.morning().await;
            night.check().await;
            night.end().await;
        });
        Ok(())
    });
    let _in_runtime = runtime.enter();
    drop(app);
    outcome.unwrap();
}

/// Tries until it gets through, and counts the attempts.
async fn insist<T>(attempts: &mut usize, mut attempt: impl AsyncFnMut() -> Result<T, Lost>) -> T {
    loop {
        *attempts += 1;
        assert!(*attempts < 2_000, "it never gets through");
        match attempt().await {
            Ok(value) => return value,
            Err(Lost) => tokio::time::sleep(std::time::Duration::from_millis(5)).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_gets_through_a_link_that_breaks_all_the_time() {
    let app = TestApp::spawn().await;
    let night = Night::begin(&app).await;
    let (address, passed) = wire::breaking_link(&app.address, 7);
    let device = Actor::new(&app.address, &app.officer.email, &app.officer.id);
    let mut phone = Phone::with(Actor::with_token(&address, device.token().await));
    let mut attempts = 0;
    let mut requests = 0;
    for round in 0..20 {
        let body = json!({"body": {"at": app.now(), "seen": format!("round {round}: quiet")}});
        phone.queue("report.create", &night.operation, body);
        if round % 3 == 2 {
            requests += 1;
            let told = insist(&mut attempts, async || phone.send().await).await;
            settle(&mut phone, &told);
        }
        if round % 5 == 4 {
            while let Some(answer) = insist(&mut attempts, async || phone.ask(3).await).await {
                requests += 1;
                phone.take(&answer);
            }
        }
    }
    let told = insist(&mut attempts, async || phone.send().await).await;
    settle(&mut phone, &told);
    while let Some(answer) = insist(&mut attempts, async || phone.ask(3).await).await {
        phone.take(&answer);
    }
    let reports = app.officer.walk(&format!("/v1/operations/{}/reports", night.operation)).await;
    assert_eq!((reports.len(), phone.of_kind("report").len()), (20, 20));
    assert!(attempts > requests, "the link did break");
    println!("{attempts} attempts, {} bytes", passed.load(Ordering::SeqCst));
}
