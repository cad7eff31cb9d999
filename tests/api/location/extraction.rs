//! Clues that are found in messages: proposed, never confirmed, and not again what was rejected.

use super::{decide, estimate, list};
use crate::support::contact::Contact;
use crate::support::{TestApp, Value, id, json};

const TEXT: &str = "🌅 we are in Myawaddy, ช่วยด้วย";

async fn clues(app: &TestApp, case: &str) -> Vec<Value> {
    app.coordinator.get(&format!("/v1/cases/{case}/clues?limit=200&sort=recorded_at")).await.items()
}

/// The part of a text that a quote names, counted in characters.
fn quoted(text: &str, clue: &Value) -> String {
    let [start, end] =
        ["start", "end"].map(|end| usize::try_from(clue["quote"][end].as_i64().unwrap()).unwrap());
    text.chars().skip(start).take(end - start).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_logged_proposes_what_it_says_of_places() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let message = contact.log(&app, "inbound", 5, json!({"body": TEXT})).await;
    let found = clues(&app, &contact.case).await;
    assert_eq!(found.len(), 1, "{found:?}");
    let clue = &found[0];
    assert_eq!((&clue["kind"], &clue["status"]), (&json!("place"), &json!("proposed")));
    assert_eq!(clue["source"]["message_id"], message["id"]);
    assert_eq!(clue["observed_at"], message["sent_at"]);
    assert_eq!(clue["data"]["relation"], "in");
    let candidate = &clue["data"]["candidates"][0];
    assert!((candidate["lat"].as_f64().unwrap() - 16.69).abs() < 0.05, "{candidate}");
    assert!(clue["quote"]["text"].as_str().unwrap().contains("Myawaddy"));
    assert_eq!(json!(quoted(TEXT, clue)), clue["quote"]["text"]);
    let used = async |query: &str| estimate(&app, &contact.case, query).await["clues_used"].clone();
    assert_eq!(used("").await, 0, "nobody has confirmed it");
    assert_eq!(used("?include=proposed").await, 1);

    contact.log(&app, "outbound", 4, json!({"body": TEXT})).await;
    contact
        .log(&app, "inbound", 3, json!({"body": "My family lives in Chiang Mai, tell them I am ok"}))
        .await;
    assert_eq!(clues(&app, &contact.case).await.len(), 1, "what we wrote, and what is not here, is no clue");
    // Sent again by a phone that had no answer, it is logged once and read once.
    let body = json!({
        "channel_id": contact.channel, "direction": "inbound", "body": "we are in Bago",
        "sent_at": app.now(),
    });
    for _ in 0..2 {
        app.caseworker.post_once(&contact.path("messages"), "message-1", body.clone()).await.ok();
    }
    assert_eq!(clues(&app, &contact.case).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_rejected_is_not_proposed_again_in_that_case() {
    let app = TestApp::spawn().await;
    let (first, second) = (Contact::new(&app).await, Contact::new(&app).await);
    first.log(&app, "inbound", 5, json!({"body": TEXT})).await;
    let rejected = id(&clues(&app, &first.case).await[0]);
    decide(&app, &rejected, "rejected").await;
    first.log(&app, "inbound", 4, json!({"body": "I say it again: we are in myawaddy"})).await;
    let extract = first.path("clues/extract");
    assert_eq!(app.caseworker.post(&extract, json!({})).await.ok()["clues_proposed"], 0);
    assert_eq!(clues(&app, &first.case).await.len(), 1);
    first.log(&app, "inbound", 3, json!({"body": "we are in Shwe Kokko"})).await;
    assert_eq!(clues(&app, &first.case).await.len(), 2, "another place is proposed");
    second.log(&app, "inbound", 4, json!({"body": TEXT})).await;
    assert_eq!(clues(&app, &second.case).await.len(), 1, "another case is another matter");
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_again_finds_what_is_new_and_nothing_twice() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let message = contact.log(&app, "inbound", 5, json!({"body": "we are in a big building"})).await;
    contact.log(&app, "inbound", 4, json!({"body": TEXT})).await;
    contact.log(&app, "outbound", 4, json!({"body": "are you in Bago?"})).await;
    let before = clues(&app, &contact.case).await.len();
    let extract = contact.path("clues/extract");
    let read = app.caseworker.post(&extract, json!({})).await.ok();
    assert_eq!(read, json!({"messages_read": 2, "clues_proposed": 0}), "what is there is not proposed again");
    let path = format!("/v1/messages/{}/corrections", id(&message));
    let corrected = "we are in Shwe Kokko";
    app.caseworker.post(&path, json!({"body": corrected, "reason": "misread"})).await.ok();
    let read = app.caseworker.post(&extract, json!({})).await.ok();
    assert_eq!(read, json!({"messages_read": 2, "clues_proposed": 1}));
    let again = app.caseworker.post(&extract, json!({})).await.ok();
    assert_eq!(again["clues_proposed"], 0);
    let found = clues(&app, &contact.case).await;
    assert_eq!(found.len(), before + 1);
    assert!(found.iter().all(|clue| clue["status"] == "proposed"));
    let new = found.iter().find(|clue| clue["source"]["message_id"] == message["id"]).unwrap();
    assert_eq!(json!(quoted(corrected, new)), new["quote"]["text"]);

    // With a key, the same request is done once.
    let first = app.caseworker.post_once(&extract, "read-1", json!({})).await;
    let second = app.caseworker.post_once(&extract, "read-1", json!({})).await;
    assert_eq!((first.status, &first.text), (second.status, &second.text));
    let audited = app.audited("clue.extract").await;
    assert!(audited.iter().any(|row| row["case_id"] == json!(contact.case)), "{audited:?}");
    for actor in [&app.caseworker2, &app.officer, &app.stranger] {
        actor.post(&extract, json!({})).await.problem(404, "not-found");
    }
    for actor in [&app.admin, &app.auditor] {
        actor.post(&extract, json!({})).await.problem(403, "forbidden");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_proposes_what_its_texts_say_with_their_words() {
    let app = TestApp::spawn().await;
    let contact = Contact::new(&app).await;
    let line = |number: i64, from: &str, text: &str| {
        json!({
            "id": number, "type": "message", "date_unixtime": (1_775_483_640 + number * 60).to_string(),
            "from": from, "from_id": from, "text": text,
        })
    };
    let chat = json!({"name": "Mali", "type": "personal_chat", "id": 700, "messages": [
        line(1, "user700", TEXT), line(2, "user1", "are you in Bago?"), line(3, "user700", "I am hungry"),
        line(4, "user700", "We are across from Mae Sot, the river is between"),
    ]});
    let bytes = serde_json::to_vec(&chat).unwrap();
    let preview = app.caseworker.upload(&contact.path("imports"), "result.json", &bytes).await.ok();
    let body = json!({
        "conversation": preview["conversations"][0]["key"], "me": "user1", "person_id": contact.person,
        "time_zone": "Asia/Bangkok",
    });
    let commit = format!("/v1/imports/{}/commit", id(&preview));
    let done = app.caseworker.post(&commit, body).await.ok();
    assert_eq!((&done["messages_added"], &done["clues_proposed"]), (&json!(4), &json!(2)), "{done}");
    let messages = app.caseworker.get(&contact.path("messages?limit=200")).await.items();
    let found = clues(&app, &contact.case).await;
    assert_eq!(found.len(), 2);
    for clue in &found {
        let message = messages.iter().find(|message| message["id"] == clue["source"]["message_id"]).unwrap();
        assert_eq!(json!(quoted(message["body"].as_str().unwrap(), clue)), clue["quote"]["text"]);
        assert_eq!((&clue["status"], &clue["observed_at"]), (&json!("proposed"), &message["sent_at"]));
    }
    assert_eq!(
        app.caseworker.post(&contact.path("clues/extract"), json!({})).await.ok()["clues_proposed"],
        0
    );
    assert!(!list(&done, "skipped").iter().any(|skipped| skipped["reason"].is_null()));
}
