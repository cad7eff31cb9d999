//! A stolen disk is worthless: what was entered is found nowhere in the database, its log, or ours.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::tour::{CANARY, CANARY_LAT, tour};
use reqwest::Method;

use crate::support::{PASSWORD, TestApp, id, json, send, unknown_id};

/// Collects every log line at the most talkative level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// The canary in every dress it might have been stored in.
pub fn dresses(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut out = vec![
        ("UTF-8".to_owned(), text.as_bytes().to_vec()),
        ("UTF-16 LE".to_owned(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("UTF-16 BE".to_owned(), text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ];
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    out.push(("HEX".to_owned(), hex.to_uppercase().into_bytes()));
    out.push(("hex".to_owned(), hex.into_bytes()));
    // At each of the three alignments base64 shows other letters; the first and last group depend on neighbours.
    for shift in 0..3 {
        let padded = format!("{}{text}", "x".repeat(shift));
        let encoded = STANDARD.encode(padded);
        let inner = encoded.trim_end_matches('=');
        let start = if shift == 0 { 0 } else { 4 };
        out.push((format!("base64 at {shift}"), inner.as_bytes()[start..inner.len() - 1].to_vec()));
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn canaries_are_found_nowhere() {
    let log = Log::default();
    let sink = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || sink.clone())
        .with_ansi(false)
        .init();
    let app = TestApp::spawn().await;
    let tour = tour(&app).await;
    // Searched for, refused, and wrong: none of it may reach a log either.
    let case = tour.steps.iter().find(|step| step.operation == "case.show").unwrap().path.clone();
    let found = app.coordinator.get(&format!("{case}/messages?q={CANARY}")).await.items();
    assert!(!found.is_empty(), "the canary can be read by who may read it");
    for body in [json!({"summary": [CANARY], "risk": "low"}), json!({"summary": "x", "risk": CANARY})] {
        let refused = app.coordinator.post("/v1/cases", body).await;
        assert_eq!(refused.status, 422);
        assert!(!refused.text.contains(CANARY), "{}", refused.text);
    }
    app.coordinator.get(&format!("/v1/cases/{}?x={CANARY}", unknown_id())).await.problem(404, "not-found");

    // Nor what was meant for a service that is sealed.
    for key in [json!({"share": CANARY}), json!({"passphrase": CANARY})] {
        app.nobody.post("/v1/system/unseal", key).await.problem(409, "not-sealed");
    }

    let mut stored = app.engine.everything();
    let objects = app.stored();
    assert!(objects.len() >= 2, "a file and a piece of one lie in the store");
    stored.extend(objects.into_iter().flat_map(|(name, bytes)| [name.into_bytes(), bytes].concat()));
    let log = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(contains(&log, b"case.show") || contains(&log, b"/v1/cases/{id}"), "the log was collected");
    let code_name = app.coordinator.get(&case).await.ok()["code_name"].as_str().unwrap().to_owned();
    assert!(contains(&stored, code_name.as_bytes()), "the database was read");

    let mut needles = dresses(CANARY);
    needles.extend(dresses(PASSWORD));
    needles.extend(dresses(&format!("{CANARY_LAT}")));
    // The address of a calendar is a password that stands in a URL.
    let feed = tour.steps.iter().find(|step| step.operation == "calendar.feed").unwrap().path.clone();
    needles.extend(dresses(feed.trim_start_matches("/v1/calendar/").trim_end_matches(".ics")));
    needles.push(("f64 LE".to_owned(), CANARY_LAT.to_le_bytes().to_vec()));
    needles.push(("f64 BE".to_owned(), CANARY_LAT.to_be_bytes().to_vec()));
    for name in ["lantern.example", "Invented ", "Lantern House"] {
        needles.push((name.to_owned(), name.as_bytes().to_vec()));
    }
    for (dress, needle) in &needles {
        assert!(!contains(&stored, needle), "a canary is in the database as {dress}");
        assert!(!contains(&log, needle), "a canary is in the log as {dress}");
    }
}

/// Every column of bytes that is no id held something on the tour, so that the search above searched it.
#[tokio::test(flavor = "multi_thread")]
async fn every_sealed_column_was_planted() {
    let app = TestApp::spawn().await;
    tour(&app).await;
    app.coordinator
        .post_once("/v1/cases", "a-key", json!({"summary": "Sent once.", "risk": "low"}))
        .await
        .ok();
    app.officer2.sign_in("a wrong guess indeed").await.problem(401, "invalid-credentials");
    app.device(&app.analyst).await;
    plant_imports(&app).await;
    plant_hold(&app).await;
    // As while a root key is changed.
    app.engine.execute("UPDATE installation SET handover = base_key");
    // As in a site that was there before anything was seen of it.
    app.engine.execute("UPDATE sites SET base_capacity = capacity");
    let snapshot = include_str!("snapshots/api__migrations__schema.snap");
    let columns: Vec<(&str, &str)> = snapshot
        .lines()
        .filter(|line| line.contains(" bytes") && !line.starts_with("index"))
        .filter_map(|line| line.split(' ').next()?.split_once('.'))
        .collect();
    assert!(columns.len() > 60, "{}", columns.len());
    let mut empty = Vec::new();
    for (table, column) in columns {
        if app.engine.longest(table, column) == 0 {
            empty.push(format!("{table}.{column}"));
        }
    }
    assert_eq!(empty, Vec::<String>::new());
}

/// What was said of keeping and destroying a case, which on the tour goes with the case.
async fn plant_hold(app: &TestApp) {
    let case = format!("/v1/cases/{}", app.case(&app.coordinator).await);
    let hold = json!({"reason": "a trial", "authority": "the court"});
    app.coordinator.put(&format!("{case}/legal-hold"), hold).await.ok();
    let end = app.coordinator.request(Method::DELETE, &format!("{case}/legal-hold")).await;
    send(end.json(&json!({"reason": "it is over"}))).await.ok();
    let ask = json!({"ground": "wrongly_kept", "reason": "a test entry"});
    app.coordinator.post(&format!("{case}/shred"), ask).await.ok();
}

/// What lies in one row and is put into another opens nowhere: not in the same case, not in another one, not in another
/// organisation, not with the key that belongs to it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_moved_to_another_row_does_not_open() {
    let app = TestApp::spawn().await;
    let mut cases = Vec::new();
    for summary in ["Zqheron by the river.", "Zqegret on the hill."] {
        let case = app.coordinator.post("/v1/cases", json!({"summary": summary, "risk": "high"})).await.ok();
        cases.push(id(&case));
    }
    let (first, second) = (&cases[0], &cases[1]);
    let bytes = |id: &str| app.engine.bytes(&id.replace('-', ""));
    let as_id = |id: &str| match app.engine.postgres_url() {
        Some(_) => format!("'{id}'"),
        None => bytes(id),
    };
    let (here, there) = (as_id(first), as_id(second));
    let shown = format!("/v1/cases/{first}");
    // Kept aside, so that each theft is undone before the next.
    let _ = (app.caseworker.token().await, app.stranger.token().await);
    app.engine.execute("CREATE TABLE kept AS SELECT * FROM cases");
    app.engine.execute("CREATE TABLE kept_keys AS SELECT * FROM data_keys");
    app.engine.execute("CREATE TABLE kept_users AS SELECT * FROM users");
    let summary =
        format!("UPDATE cases SET summary = (SELECT summary FROM kept WHERE id = {there}) WHERE id = {here}");
    let keys = format!(
        "UPDATE data_keys SET wrapped = (SELECT wrapped FROM kept_keys WHERE owner_id = {there}) WHERE owner_id = {here}"
    );
    for theft in [summary.clone(), keys.clone(), format!("{summary}; {keys}")] {
        app.coordinator.get(&shown).await.ok();
        app.engine.execute(&theft);
        let refused = app.coordinator.get(&shown).await;
        refused.problem(500, "internal");
        assert!(!refused.text.contains("Zq"), "{}", refused.text);
        app.engine.execute(&format!(
            "UPDATE cases SET summary = (SELECT summary FROM kept WHERE id = {here}) WHERE id = {here}"
        ));
        app.engine.execute(&format!(
            "UPDATE data_keys SET wrapped = (SELECT wrapped FROM kept_keys WHERE owner_id = {here}) WHERE owner_id = {here}"
        ));
    }
    // A password of one's own does not open another's account, nor does a name pass for another's.
    let (victim, thief) = (as_id(&app.coordinator.id), as_id(&app.caseworker.id));
    let steal = |column: &str| {
        app.engine.execute(&format!(
            "UPDATE users SET {column} = (SELECT {column} FROM kept_users WHERE id = {thief}) WHERE id = {victim}"
        ));
    };
    steal("name");
    app.admin.get(&format!("/v1/users/{}", app.coordinator.id)).await.problem(500, "internal");
    steal("password_hash");
    app.coordinator.sign_in(PASSWORD).await.problem(500, "internal");
    // The key of one organisation in the place of another's.
    app.engine.execute("CREATE TABLE kept_organisations AS SELECT * FROM organisation_keys");
    app.engine.execute(
        "UPDATE organisation_keys SET wrapped =
            (SELECT wrapped FROM kept_organisations k WHERE k.organisation_id <> organisation_keys.organisation_id)",
    );
    let node = app.second_node(0, |_| {}).await;
    for who in [&app.caseworker, &app.stranger] {
        node.same(who).await.get("/v1/me").await.problem(500, "internal");
    }
}

/// An import that fails where nobody waits for it, and one of a chat without ids that is sent twice.
async fn plant_imports(app: &TestApp) {
    let case = app.case(&app.coordinator).await;
    let paste = format!("/v1/cases/{case}/imports/paste");
    let request = app.coordinator.request(Method::POST, &paste).await.header("prefer", "respond-async");
    let begun = send(request.json(&json!({"text": "Dear all, no chat."}))).await.ok();
    let failed = format!("/v1/imports/{}", id(&begun));
    for _ in 0..200 {
        if app.coordinator.get(&failed).await.ok()["state"] == "failed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let text = "2026-10-05 21:40:12 Noi\nthere is one road in\n";
    let preview = app.coordinator.post(&paste, json!({ "text": text })).await.ok();
    let chat = preview["conversations"][0]["key"].clone();
    let commit = format!("/v1/imports/{}/commit", id(&preview));
    let body = json!({"conversation": chat, "me": null, "time_zone": "Asia/Bangkok"});
    app.coordinator.post_once(&commit, "a-commit", body).await.ok();
}
