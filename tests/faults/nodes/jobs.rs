//! What happens without a request happens once, whichever node does it.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::Pair;
use super::ear::Ear;
use crate::check;
use crate::load::{Case, DURESS_WORD};
use crate::party::{Person, id, send};
use crate::report::{Row, Tally};

/// Takes announcements in, and counts them by their `webhook-id`.
struct Receiver {
    url: String,
    seen: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let seen: Arc<Mutex<BTreeMap<String, usize>>> = Arc::default();
        let into = Arc::clone(&seen);
        // Ends with the process of the test.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let into = Arc::clone(&into);
                std::thread::spawn(move || {
                    // Long enough for another node to come by in between.
                    std::thread::sleep(Duration::from_millis(300));
                    drop(take(stream, &into));
                });
            }
        });
        Self { url, seen }
    }

    fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }
}

fn take(mut stream: TcpStream, into: &Mutex<BTreeMap<String, usize>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut length, mut line, mut id) = (0, String::new(), String::new());
    while reader.read_line(&mut line)? > 2 {
        let (name, value) = line.trim().split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "webhook-id" => value.clone_into(&mut id),
            _ => {}
        }
        line.clear();
    }
    reader.read_exact(&mut vec![0; length])?;
    *into.lock().unwrap().entry(id).or_default() += 1;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
}

/// The word by which somebody calls for help.
pub(super) fn help(case: &Case, number: usize) -> Value {
    json!({
        "channel_id": case.channel, "direction": "inbound", "body": format!("{DURESS_WORD} {number}"),
        "sent_at": "2026-05-02T21:00:00Z",
    })
}

/// Somebody calls for help on a case of their own.
async fn call_for_help(who: &Person, number: usize) {
    let case = Case::open(who).await;
    who.post(&case.path("messages"), &help(&case, number)).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_told_once_by_two_nodes_and_heard_on_both() {
    const ALERTS: usize = 12;
    let Some(pair) = Pair::start().await else { return };
    let row = Row::begin("alerts and deliveries, two nodes", "postgres", 1);
    let [here, there] = pair.parties.each_ref().map(|party| party.coordinator.clone());
    let receiver = Receiver::start();
    let admin = pair.parties[0].as_person("admin").await;
    admin.post("/v1/webhooks", &json!({"url": receiver.url})).await.ok();
    let ears = [Ear::open(vec![here.clone()]).await, Ear::open(vec![there.clone()]).await];
    let mut tally = Tally::default();
    for number in 0..ALERTS {
        call_for_help([&here, &there][number % 2], number).await;
        tally.acknowledged += 1;
    }
    for ear in &ears {
        ear.until(|heard| heard.raised.len() >= ALERTS).await;
    }
    let began = Instant::now();
    while receiver.count() < ALERTS {
        assert!(began.elapsed() < Duration::from_secs(15), "{} deliveries", receiver.count());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Longer than either node takes to look again.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let seen = receiver.seen.lock().unwrap().clone();
    if seen.len() != ALERTS || seen.values().any(|count| *count != 1) {
        tally.wrong.push(format!("announcements by id: {seen:?}"));
    }
    for ear in &ears {
        let heard = ear.heard.lock().unwrap();
        if heard.raised.len() != ALERTS || heard.raised.values().any(|count| *count != 1) {
            tally.wrong.push(format!("heard: {:?}", heard.raised));
        }
        tally.wrong.extend(heard.wrong.clone());
    }
    let database = &pair.place.database;
    for (what, sql) in [
        ("events", "SELECT COUNT(*) FROM alert_events"),
        ("deliveries", "SELECT COUNT(*) FROM deliveries"),
        (
            "deliveries that were made at once",
            "SELECT COUNT(*) FROM deliveries WHERE status = 'delivered' AND attempts = 1",
        ),
    ] {
        let count = database.number(sql);
        if usize::try_from(count) != Ok(ALERTS) {
            tally.wrong.push(format!("{count} {what}"));
        }
    }
    // Both nodes give rows of the log their places: each row one.
    let twice = "SELECT COUNT(seq) - COUNT(DISTINCT (organisation_id, seq)) FROM audit_events";
    if database.number(twice) != 0 {
        tally.wrong.push("two rows of the log in one place".to_owned());
    }
    let (integrity, audit) = check::soundness(&pair.place, &mut tally);
    row.end(&tally, (&integrity, &audit), "each announced once, heard once on each node");
    tally.assert_clean();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_listened_here_goes_on_there() {
    let Some(pair) = Pair::start().await else { return };
    let [here, there] = pair.parties.each_ref().map(|party| party.coordinator.clone());
    // Each further stream is on the other node.
    let ear = Ear::open(vec![there.clone(), here.clone()]).await;
    let began = Instant::now();
    call_for_help(&here, 0).await;
    ear.until(|heard| heard.raised.len() == 1).await;
    println!("made on one node, heard on the other after {:?}", began.elapsed());
    // The node that is listened to goes away, and what is told meanwhile is heard on the other.
    pair.nodes[1].terminate();
    for number in 1..4 {
        call_for_help(&here, number).await;
    }
    ear.until(|heard| heard.streams == 2).await;
    call_for_help(&here, 4).await;
    ear.until(|heard| heard.raised.len() == 5).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    let heard = ear.heard.lock().unwrap();
    assert!(heard.raised.values().all(|count| *count == 1), "{:?}", heard.raised);
    assert!(heard.wrong.is_empty(), "{:?}", heard.wrong);
}

/// An invented chat, as Telegram writes it.
fn chat(messages: usize) -> Vec<u8> {
    let message = |n: usize| {
        let from = if n.is_multiple_of(2) { "user700" } else { "user1" };
        json!({"id": n, "type": "message", "date_unixtime": (1_775_483_640 + n / 3).to_string(), "from": "x",
               "from_id": from, "text": format!("line {n} end")})
    };
    let messages: Vec<_> = (0..messages).map(message).collect();
    serde_json::to_vec(&json!({"id": 700, "type": "personal_chat", "messages": messages})).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_goes_on_when_its_node_is_restarted() {
    const MESSAGES: usize = 8_000;
    let Some(mut pair) = Pair::start().await else { return };
    let row = Row::begin("import left by a node that stops", "postgres", 1);
    let [here, there] = pair.parties.each_ref().map(|party| party.coordinator.clone());
    let case = Case::open(&here).await;
    let form = Form::new().part("file", Part::bytes(chat(MESSAGES)).file_name("result.json"));
    let preview = send(here.request(Method::POST, &case.path("imports")).multipart(form)).await.unwrap().ok();
    let import = format!("/v1/imports/{}", id(&preview));
    let body = json!({"conversation": "700", "me": "user1"});
    let commit = here.request(Method::POST, &format!("{import}/commit")).header("prefer", "respond-async");
    send(commit.json(&body)).await.unwrap().ok();
    let until = async |wanted: &dyn Fn(&Value) -> bool| {
        let began = Instant::now();
        loop {
            let shown = there.get(&import).await.ok();
            if wanted(&shown["commits"][0]) {
                return shown["commits"][0].clone();
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{shown}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let added = |commit: &Value| commit["messages_added"].as_u64().unwrap_or_default();
    until(&|commit| added(commit) > 0).await;
    // Twice: whoever restarts it does not wait for long work.
    pair.nodes[0].terminate();
    tokio::time::sleep(Duration::from_millis(100)).await;
    pair.nodes[0].terminate();
    let status = pair.nodes[0].ended(Duration::from_secs(30)).await;
    let (ended, left) = (Instant::now(), until(&|_| true).await);
    until(&|commit| added(commit) > added(&left)).await;
    let took = ended.elapsed();
    let done = until(&|commit| commit["state"] != "running").await;
    let mut tally = Tally { acknowledged: MESSAGES, ..Tally::default() };
    let ordinals: Vec<u64> =
        there.walk(&case.path("messages")).await.iter().map(|one| one["ordinal"].as_u64().unwrap()).collect();
    if ordinals != (0..MESSAGES as u64).collect::<Vec<_>>() || added(&done) != MESSAGES as u64 {
        tally.wrong.push(format!("{} messages: {done}", ordinals.len()));
    }
    let (integrity, audit) = check::engine_and_log(&pair.place, &mut tally);
    let note = format!("left at {}, {status}; gone on with within {took:.1?}", added(&left));
    row.end(&tally, (&integrity, &audit), &note);
    tally.assert_clean();
    assert!((1..MESSAGES as u64).contains(&added(&left)), "it was not under way: {left}");
    // Its lease would have lasted for half a minute.
    assert!(took < Duration::from_secs(25), "nobody took it up: {took:?}");
}
