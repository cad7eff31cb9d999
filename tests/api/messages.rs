//! `/v1/cases/{id}/messages` and `/v1/messages`

use crate::support::contact::Contact;
use crate::support::{Actor, TestApp, Value, id, json, unknown_id};

/// A case of the caseworker's with one person who has one channel.
struct Log {
    case: String,
    channel: String,
    path: String,
}

impl Log {
    async fn new(app: &TestApp) -> Self {
        let Contact { case, channel, .. } = Contact::new(app).await;
        let path = format!("/v1/cases/{case}/messages");
        Self { case, channel, path }
    }

    fn said(&self, at: &str, body: &str) -> Value {
        json!({"channel_id": self.channel, "direction": "inbound", "sent_at": at, "body": body})
    }

    async fn add(&self, actor: &Actor, at: &str, body: &str) -> String {
        id(&actor.post(&self.path, self.said(at, body)).await.ok())
    }
}

fn bodies(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["body"].as_str().unwrap_or("-")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_logged_and_read() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    let before = app.caseworker.get(&format!("/v1/cases/{}", log.case)).await.ok();
    app.clock.advance(60);
    let mut body = log.said("2026-04-06T20:54:00+07:00", "Tôi đang ở tầng 3.");
    body["language"] = json!("vi");
    body["translation"] = json!("I am on the 3rd floor.");
    body["authenticity"] = json!("verified");
    body["attachments"] = json!([]);
    let reply = app.caseworker.post(&log.path, body).await;
    assert_eq!(reply.status, 201);
    let message = reply.ok();
    let expected = json!({
        "id": id(&message), "case_id": log.case, "channel_id": log.channel, "direction": "inbound", "form": "text",
        "sent_at": "2026-04-06T13:54:00Z", "recorded_at": message["recorded_at"], "author_id": app.caseworker.id,
        "authenticity": "verified", "flags": [], "body": "Tôi đang ở tầng 3.", "language": "vi",
        "translation": "I am on the 3rd floor.", "attachments": [], "corrections": [],
    });
    assert_eq!(message, expected);
    assert_eq!(app.coordinator.get(&log.path).await.ok(), json!({"items": [message], "next_cursor": null}));
    let after = app.caseworker.get(&format!("/v1/cases/{}", log.case)).await.ok();
    assert!(
        after["updated_at"].as_str() > before["updated_at"].as_str(),
        "a contact is activity on the case"
    );
    assert_eq!(after["version"], before["version"]);

    let plain = app.caseworker.post(&log.path, log.said("2026-04-06T14:00:00Z", "ok")).await.ok();
    assert_eq!(plain["authenticity"], "unverified");
    assert!(
        plain.get("translation").is_none() && plain.get("sender").is_none() && plain.get("ordinal").is_none()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_stands_beside_the_original() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    let mut body = log.said("2026-04-06T10:00:00Z", "near the brige");
    body["translation"] = json!("one");
    let message = id(&app.caseworker.post(&log.path, body).await.ok());
    let path = format!("/v1/messages/{message}/corrections");
    let reply =
        app.caseworker.post(&path, json!({"body": "near the bridge", "reason": "a typing error"})).await;
    assert_eq!(reply.status, 201);
    let body = json!({"translation": "two", "sent_at": "2026-04-06T09:00:00Z", "reason": "the phone was an hour ahead"});
    let seen = app.coordinator.post(&path, body).await.ok();
    assert_eq!(seen["id"], json!(message));
    assert_eq!(
        (&seen["body"], &seen["original_body"]),
        (&json!("near the bridge"), &json!("near the brige"))
    );
    assert_eq!((&seen["translation"], &seen["original_translation"]), (&json!("two"), &json!("one")));
    assert_eq!(seen["sent_at"], "2026-04-06T09:00:00Z");
    assert_eq!(seen["original_sent_at"], "2026-04-06T10:00:00Z");
    assert_eq!(seen["flags"], json!(["corrected"]));
    let corrections = seen["corrections"].as_array().unwrap();
    assert_eq!(corrections.len(), 2);
    assert_eq!(corrections[0]["author_id"], app.caseworker.id);
    assert_eq!(corrections[0]["reason"], "a typing error");
    assert_eq!(corrections[0]["body"], "near the bridge");
    assert!(corrections[0].get("sent_at").is_none() && corrections[0]["at"].is_string());
    assert_eq!(corrections[1]["sent_at"], "2026-04-06T09:00:00Z");
    assert_eq!(app.caseworker.get(&log.path).await.items(), [seen]);
    // The same with one key is the same correction.
    for _ in 0..2 {
        let body = json!({"body": "near the old bridge", "reason": "heard again"});
        let seen = app.caseworker.post_once(&path, "one-key", body).await.ok();
        assert_eq!(seen["corrections"].as_array().unwrap().len(), 3);
        assert_eq!(seen["body"], "near the old bridge");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_stands_where_its_corrected_time_puts_it() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    let mut ids = Vec::new();
    for hour in 10..16 {
        ids.push(log.add(&app.caseworker, &format!("2026-04-06T{hour}:00:00Z"), &hour.to_string()).await);
    }
    for (index, at) in [(0, "2026-04-06T13:30:00Z"), (5, "2026-04-06T09:00:00Z"), (0, "2026-04-06T12:30:00Z")]
    {
        let path = format!("/v1/messages/{}/corrections", ids[index]);
        app.caseworker.post(&path, json!({"sent_at": at, "reason": "the clock"})).await.ok();
    }
    let ascending = ["15", "11", "12", "10", "13", "14"];
    for (sort, expected) in
        [("sent_at", ascending.to_vec()), ("-sent_at", ascending.into_iter().rev().collect())]
    {
        let all = app.caseworker.get(&format!("{}?sort={sort}", log.path)).await.items();
        assert_eq!(bodies(&all), expected);
        for limit in 1..7 {
            assert_eq!(
                app.caseworker.walk(&format!("{}?sort={sort}&limit={limit}", log.path)).await,
                all,
                "{limit}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_give_every_message_once_and_a_cursor_belongs_to_its_list() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    // Two at the same moment: the id decides.
    for minute in [3, 1, 1, 2, 0] {
        log.add(&app.caseworker, &format!("2026-04-06T10:0{minute}:00Z"), &format!("word {minute}")).await;
    }
    let all = app.caseworker.get(&log.path).await.items();
    assert_eq!(bodies(&all), ["word 0", "word 1", "word 1", "word 2", "word 3"]);
    assert_eq!(app.caseworker.walk(&format!("{}?limit=1", log.path)).await, all);
    assert_eq!(app.caseworker.walk(&format!("{}?limit=2&q=word", log.path)).await, all);

    let page = app.caseworker.get(&format!("{}?limit=2", log.path)).await;
    assert!(page.header("link").contains("rel=\"next\""), "{}", page.header("link"));
    let cursor = page.ok()["next_cursor"].as_str().unwrap().to_owned();
    for other in ["sort=-sent_at&", "q=word&", &format!("channel_id={}&", log.channel)] {
        let path = format!("{}?{other}cursor={cursor}", log.path);
        app.caseworker.get(&path).await.problem(400, "invalid-cursor");
    }
    for (query, pointer) in
        [("sort=body", "sort"), ("limit=0", "limit"), ("limit=201", "limit"), ("q=%20", "q")]
    {
        app.caseworker.get(&format!("{}?{query}", log.path)).await.invalid(pointer);
    }
    app.caseworker.get(&format!("{}?q={}", log.path, "x".repeat(201))).await.invalid("q");
    app.caseworker.get(&format!("{}?limit=200&unknown=1", log.path)).await.problem(422, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_what_was_written_translated_or_corrected() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    let mut body = log.said("2026-04-06T10:00:00Z", "我在妙瓦底的ＫＫ园区");
    body["translation"] = json!("I am in the KK compound in Myawaddy");
    app.caseworker.post(&log.path, body).await.ok();
    let corrected = log.add(&app.caseworker, "2026-04-06T11:00:00Z", "they said Shwe Koko").await;
    let path = format!("/v1/messages/{corrected}/corrections");
    let body = json!({"body": "they said Shwe Kokko", "translation": "a market", "reason": "the name"});
    app.caseworker.post(&path, body).await.ok();
    log.add(&app.caseworker, "2026-04-06T12:00:00Z", "NGUYỄN is with me").await;
    // The same words in another case are not found from here.
    let other = Log::new(&app).await;
    other.add(&app.caseworker, "2026-04-06T12:00:00Z", "Nguyễn, Myawaddy, Kokko").await;

    for (query, expected) in [
        ("myawaddy", &["我在妙瓦底的ＫＫ园区"][..]),
        ("妙瓦底 kk园区", &["我在妙瓦底的ＫＫ园区"]),
        ("compound KK", &["我在妙瓦底的ＫＫ园区"]),
        ("koko", &["they said Shwe Kokko"]),
        ("kokko market", &["they said Shwe Kokko"]),
        ("nguye\u{302}\u{303}n", &["NGUYỄN is with me"]),
        ("me", &["NGUYỄN is with me"]),
        ("i", &["我在妙瓦底的ＫＫ园区", "they said Shwe Kokko", "NGUYỄN is with me"]),
        ("kokko myawaddy", &[]),
        ("nguyen", &[]),
    ] {
        let path = format!("{}?q={}", log.path, percent(query));
        let found = app.caseworker.get(&path).await.items();
        assert_eq!(bodies(&found), expected, "{query}");
    }
    let path = format!("{}?q=i&sort=-sent_at&limit=1", log.path);
    let found = app.caseworker.walk(&path).await;
    assert_eq!(bodies(&found), ["NGUYỄN is with me", "they said Shwe Kokko", "我在妙瓦底的ＫＫ园区"]);
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_narrows_the_list() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    let second =
        Contact::channel(&app, &Contact::person(&app, &log.case, "victim").await, "somebody_else").await;
    let first = log.add(&app.caseworker, "2026-04-06T10:00:00Z", "here").await;
    let mut body = log.said("2026-04-06T11:00:00Z", "there");
    body["channel_id"] = json!(second);
    app.caseworker.post(&log.path, body).await.ok();
    let path = format!("/v1/messages/{first}/corrections");
    app.caseworker.post(&path, json!({"sent_at": "2026-04-06T12:00:00Z", "reason": "the clock"})).await.ok();
    for (channel, expected) in [(&log.channel, "here"), (&second, "there")] {
        for query in [String::new(), format!("&q={expected}")] {
            let items =
                app.caseworker.get(&format!("{}?channel_id={channel}{query}", log.path)).await.items();
            assert_eq!(bodies(&items), [expected]);
        }
    }
    assert!(
        app.caseworker.get(&format!("{}?channel_id={}", log.path, unknown_id())).await.items().is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_sees_what_it_may() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    let message = log.add(&app.caseworker, "2026-04-06T10:00:00Z", "held on floor nine").await;
    let correction = format!("/v1/messages/{message}/corrections");
    let seen = app.analyst.get(&log.path).await.items();
    assert_eq!(bodies(&seen), ["held on floor nine"]);
    assert_eq!(app.analyst.get(&format!("{}?q=nine", log.path)).await.items().len(), 1);
    app.analyst.post(&log.path, log.said("2026-04-06T11:00:00Z", "x")).await.problem(403, "forbidden");
    app.analyst.post(&correction, json!({"body": "x", "reason": "x"})).await.problem(403, "forbidden");

    for actor in [&app.admin, &app.auditor] {
        actor.get(&log.path).await.problem(403, "forbidden");
    }
    let unknown = app.stranger.get(&format!("/v1/cases/{}/messages", unknown_id())).await;
    unknown.problem(404, "not-found");
    for actor in [&app.stranger, &app.caseworker2, &app.officer, &app.partner] {
        assert_eq!(actor.get(&log.path).await.text, unknown.text);
        assert_eq!(actor.get(&format!("{}?q=nine", log.path)).await.text, unknown.text);
    }
    for actor in [&app.stranger, &app.caseworker2, &app.officer] {
        let body = log.said("2026-04-06T11:00:00Z", "x");
        assert_eq!(actor.post(&log.path, body).await.text, unknown.text);
        assert_eq!(actor.post(&correction, json!({"body": "x", "reason": "x"})).await.text, unknown.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_class_text_is_neither_shown_nor_found() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    log.add(&app.caseworker, "2026-04-06T10:00:00Z", "held on floor nine").await;
    let until = app.clock.now().plus_seconds(86_400).to_string();
    let body = json!({
        "user_id": app.partner.id, "classes": ["identity"], "expires_at": until, "note": "a bed for two",
    });
    let referral = app.coordinator.post(&format!("/v1/cases/{}/referrals", log.case), body).await.ok();
    app.partner.post(&format!("/v1/referrals/{}/accept", id(&referral)), json!({})).await.ok();
    let seen = app.partner.get(&log.path).await.items();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["sent_at"], "2026-04-06T10:00:00Z");
    for field in ["body", "translation", "attachments", "corrections", "sender"] {
        assert!(seen[0].get(field).is_none(), "{field}: {}", seen[0]);
    }
    // Not even whether a word occurs.
    for word in ["nine", "absent"] {
        let found = app.partner.get(&format!("{}?q={word}", log.path)).await.ok();
        assert_eq!(found, json!({"items": [], "next_cursor": null}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_where_it_is_wrong() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    let soon = app.clock.now().plus_seconds(240).to_string();
    log.add(&app.caseworker, &soon, "a clock that is a little ahead").await;
    let late = app.clock.now().plus_seconds(400).to_string();
    let foreign = Log::new(&app).await.channel;
    let cases = [
        ("/sent_at", json!(late)),
        ("/sent_at", json!("yesterday")),
        ("/sent_at", json!("2026-04-06T10:00:00")),
        ("/channel_id", json!(unknown_id())),
        ("/channel_id", json!(foreign)),
        ("/direction", json!("sideways")),
        ("/body", json!("  ")),
        ("/body", json!("x".repeat(20_001))),
        ("/body", json!("a\0b")),
        ("/language", json!("Vietnamese")),
        ("/translation", json!("")),
        ("/authenticity", json!("certain")),
        ("/attachments/0", json!([unknown_id()])),
        ("/id", json!("9b2f4c1e-8d7a-4f3b-9c6d-1e2f3a4b5c6d")),
    ];
    for (pointer, value) in cases {
        let mut body = log.said("2026-04-06T10:00:00Z", "x");
        body[pointer.split('/').nth(1).unwrap()] = value.clone();
        app.caseworker.post(&log.path, body).await.invalid(pointer);
    }
    for field in ["author_id", "recorded_at", "flags", "organisation_id"] {
        let mut body = log.said("2026-04-06T10:00:00Z", "x");
        body[field] = json!("x");
        app.caseworker.post(&log.path, body).await.problem(422, "invalid");
    }
    let message = log.add(&app.caseworker, "2026-04-06T10:00:00Z", "x").await;
    let path = format!("/v1/messages/{message}/corrections");
    app.caseworker.post(&path, json!({"body": "y"})).await.problem(422, "invalid");
    app.caseworker.post(&path, json!({"reason": "because"})).await.problem(422, "invalid");
    app.caseworker.post(&path, json!({"sent_at": late, "reason": "because"})).await.invalid("/sent_at");
    let unknown = format!("/v1/messages/{}/corrections", unknown_id());
    app.caseworker.post(&unknown, json!({"body": "y", "reason": "z"})).await.problem(404, "not-found");
    assert_eq!(app.caseworker.get(&log.path).await.items().len(), 2, "nothing of it was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_twice_is_logged_once() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    let own = unknown_id();
    let mut body = log.said("2026-04-06T10:00:00Z", "from a bus");
    body["id"] = json!(own);
    let first = app.caseworker.post_once(&log.path, "a-key", body.clone()).await;
    let again = app.caseworker.post_once(&log.path, "a-key", body.clone()).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(first.ok()["id"], json!(own));
    app.caseworker.post(&log.path, body).await.problem(409, "id-taken");
    assert_eq!(app.caseworker.get(&log.path).await.items().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_and_writing_are_audited_without_the_words() {
    let app = TestApp::spawn().await;
    let log = Log::new(&app).await;
    let message = log.add(&app.caseworker, "2026-04-06T10:00:00Z", "held on floor nine").await;
    app.caseworker.get(&format!("{}?q=floor", log.path)).await.ok();
    let rows = app.audited("message.create").await;
    assert_eq!((&rows[0]["object_id"], &rows[0]["case_id"]), (&json!(message), &json!(log.case)));
    let rows = app.audited("message.list").await;
    assert_eq!(rows[0]["case_id"], json!(log.case));
    assert!(!json!(rows).to_string().contains("floor"));
}
