//! Dates that can be read in more than one way, and files that begin with the newest message.

use super::media::CHAT;
use super::{answers, bodies, bytes, commit, commit_path, messages, outcome, upload_file};
use crate::support::contact::Contact;
use crate::support::{TestApp, Value, json};

async fn sent(app: &TestApp, case: &str) -> Vec<String> {
    messages(app, case).await.iter().map(|message| message["sent_at"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ambiguous_file_needs_its_order_said() {
    let app = TestApp::spawn().await;
    // No day beyond the twelfth, and in order of time either way.
    let chat = b"02/03/2026, 14:56 - Mali: there is one road in\n02/03/2026, 14:57 - Sefa: we come\n";
    for (order, at) in [("dmy", "2026-03-02T07:56:00Z"), ("mdy", "2026-02-03T07:56:00Z")] {
        let case = app.case(&app.caseworker).await;
        let preview = upload_file(&app, &case, CHAT, chat).await;
        assert_eq!(preview["date_order"], "ambiguous", "{preview}");
        assert_eq!(preview["needs"], json!(["time_zone", "me", "date_order"]));
        let evidence = preview["date_order_evidence"].to_string();
        assert!(evidence.contains("more than one order"), "{evidence}");
        let mut body = answers(&preview, "Sefa");
        app.caseworker.post(&commit_path(&preview), body.clone()).await.invalid("/date_order");
        body["date_order"] = json!(order);
        assert_eq!(outcome(&commit(&app, &preview, body).await), (2, 0, 0));
        assert_eq!(sent(&app, &case).await[0], at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_tells_its_order_is_not_overruled() {
    let app = TestApp::spawn().await;
    for (chat, order, first) in [
        ("31/01/2026, 14:56 - Mali: a\n02/02/2026, 14:56 - Sefa: b\n", "dmy", "2026-01-31T07:56:00Z"),
        ("1/31/26, 14:56 - Mali: a\n2/2/26, 14:56 - Sefa: b\n", "mdy", "2026-01-31T07:56:00Z"),
        ("2026/1/31 14:56 - Mali: a\n2026/2/2 14:56 - Sefa: b\n", "ymd", "2026-01-31T07:56:00Z"),
        // 2569 of the Buddhist era.
        ("31/1/2569 14:56 - Mali: a\n2/2/2569 14:56 - Sefa: b\n", "dmy", "2026-01-31T07:56:00Z"),
    ] {
        let case = app.case(&app.caseworker).await;
        let preview = upload_file(&app, &case, CHAT, chat.as_bytes()).await;
        assert_eq!(preview["date_order"], order, "{preview}");
        assert_eq!(preview["needs"], json!(["time_zone", "me"]), "{preview}");
        assert_eq!(preview["conversations"][0]["first_at"], "2026-01-31T14:56:00", "{chat}");
        let mut body = answers(&preview, "Sefa");
        body["date_order"] = json!(if order == "mdy" { "dmy" } else { "mdy" });
        assert_eq!(outcome(&commit(&app, &preview, body).await), (2, 0, 0));
        assert_eq!(sent(&app, &case).await, [first, "2026-02-02T07:56:00Z"], "{chat}");
    }
    let case = app.case(&app.caseworker).await;
    let preview =
        upload_file(&app, &case, CHAT, b"31/01/2026, 14:56 - Mali: a\n01/02/2026, 14:56 - Mali: b\n").await;
    assert_eq!(
        preview["date_order_evidence"],
        json!(["dmy: 1 of 2 dates can be read in no other order"]),
        "{preview}"
    );
}

/// A thread of Messenger's, as Facebook gives it: the newest message first.
fn thread(messages: &[(&str, i64, &str)]) -> Vec<u8> {
    let message = |(who, at, text): &(&str, i64, &str)| json!({"sender_name": who, "timestamp_ms": 1_775_483_640_000_i64 + at * 60_000, "content": text});
    let all: Vec<Value> = messages.iter().rev().map(message).collect();
    bytes(&json!({
        "participants": [{"name": "Mali"}, {"name": "Sefa"}], "messages": all, "title": "Mali",
        "thread_path": "inbox/mali_700", "is_still_participant": true,
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_begins_with_the_newest_is_turned_round() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let channel = json!({
        "platform": "messenger", "handle": "mali_700", "device_owner": "own",
        "rules": {"time_zone": "Asia/Bangkok", "windows": [], "initiate": false},
    });
    let path = format!("/v1/people/{}/channels", contact.person);
    let channel = app.coordinator.post(&path, channel).await.ok();
    // We write first; they answer, and we answer them, two in one minute; after two days we write first again.
    let day = 24 * 60;
    let file = thread(&[
        ("Sefa", 0, "are you there"),
        ("Mali", 1, "yes"),
        ("Sefa", 2, "good"),
        ("Sefa", 2, "very good"),
        ("Mali", 3, "help"),
        ("Sefa", 3 + 2 * day, "still there"),
    ]);
    let preview = upload_file(&app, &contact.case, "message_1.json", &file).await;
    assert_eq!(preview["format"], "messenger");
    let mut body = answers(&preview, "Sefa");
    body["channel_id"] = channel["id"].clone();
    assert_eq!(outcome(&commit(&app, &preview, body.clone()).await), (6, 0, 0));
    let log = messages(&app, &contact.case).await;
    assert_eq!(bodies(&log), ["are you there", "yes", "good", "very good", "help", "still there"]);
    let first = |message: &Value| message["flags"] == json!(["may_not_initiate"]);
    assert_eq!(
        log.iter().map(first).collect::<Vec<_>>(),
        [true, false, false, false, false, true],
        "{log:?}"
    );
    assert_eq!(outcome(&commit(&app, &preview, body).await), (0, 6, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_known_as_such_across_the_chunks_of_a_long_file() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let channel = json!({
        "platform": "messenger", "handle": "mali_700", "device_owner": "own",
        "rules": {"time_zone": "Asia/Bangkok", "windows": [], "initiate": false},
    });
    let path = format!("/v1/people/{}/channels", contact.person);
    let channel = app.coordinator.post(&path, channel).await.ok();
    // They write once, and more than two chunks of our answers follow within the day.
    let mut all = vec![("Mali", 0, "help")];
    all.extend((1..1_300).map(|minute| ("Sefa", minute, "we come")));
    let preview = upload_file(&app, &contact.case, "message_1.json", &thread(&all)).await;
    let mut body = answers(&preview, "Sefa");
    body["channel_id"] = channel["id"].clone();
    assert_eq!(outcome(&commit(&app, &preview, body).await), (1_300, 0, 0));
    let log = app.caseworker.walk(&format!("/v1/cases/{}/messages?limit=200", contact.case)).await;
    assert_eq!(log.len(), 1_300);
    assert!(log.iter().all(|message| message["flags"] == json!([])));
}
