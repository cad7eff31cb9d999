//! `/v1/cases/{id}/imports` and `/v1/imports`

mod archives;
mod dates;
mod media;
mod resume;
mod revisions;
mod running;
mod samples;
mod sealed;
mod sources;

use crate::support::{Reply, TestApp, Value, id, json, unknown_id};

/// A chat between two invented people: user1, who exported it, and user700, who sends a pin, shares where they are,
/// edits a message and calls.
fn chat() -> Value {
    json!({"name": "Mali", "type": "personal_chat", "id": 700, "messages": [
        {"id": 11, "type": "message", "date_unixtime": "1775483640", "from": "Mali", "from_id": "user700",
         "text": ["there is ", {"type": "bold", "text": "one"}, " road in"], "edited_unixtime": "1775483700"},
        {"id": 12, "type": "message", "date_unixtime": "1775483640", "from": "Mali", "from_id": "user700",
         "text": "same second"},
        {"id": 13, "type": "message", "date_unixtime": "1775483760", "from": "Mali", "from_id": "user700", "text": "",
         "location_information": {"latitude": 16.6871, "longitude": 98.5123},
         "place_name": "Invented gate", "address": "River Road"},
        {"id": 14, "type": "message", "date_unixtime": "1775483820", "from": "Mali", "from_id": "user700", "text": "",
         "location_information": {"latitude": 16.69, "longitude": 98.52}, "live_location_period_seconds": 900},
        {"id": 15, "type": "message", "date_unixtime": "1775483880", "from": "Sefa", "from_id": "user1",
         "text": "meet here", "location_information": {"latitude": 16.7, "longitude": 98.5}},
        {"id": 16, "type": "service", "date_unixtime": "1775483940", "actor": "Mali", "actor_id": "user700",
         "action": "phone_call", "duration_seconds": 31, "discard_reason": "hangup", "text": ""},
        {"id": 17, "type": "message", "date_unixtime": "1775484000", "from": "Mali", "from_id": "user700",
         "text": "see", "forwarded_from": "Auntie", "photo": "photos/p1.jpg"},
        {"id": 18, "type": "unsupported"}
    ]})
}

fn bytes(chat: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(chat).unwrap()
}

async fn upload(app: &TestApp, case: &str, chat: &Value) -> Value {
    let reply =
        app.caseworker.upload(&format!("/v1/cases/{case}/imports"), "result.json", &bytes(chat)).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.ok()
}

/// Uploads an export as a file of this name; gives its preview.
async fn upload_file(app: &TestApp, case: &str, name: &str, bytes: &[u8]) -> Value {
    let reply = try_upload(app, case, name, bytes).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.ok()
}

async fn try_upload(app: &TestApp, case: &str, name: &str, bytes: &[u8]) -> Reply {
    app.caseworker.upload(&format!("/v1/cases/{case}/imports"), name, bytes).await
}

/// What a commit of the only conversation of a preview says, where the exporter is `me`.
fn answers(preview: &Value, me: &str) -> Value {
    let chats = preview["conversations"].as_array().unwrap();
    assert_eq!(chats.len(), 1, "{preview}");
    json!({"conversation": chats[0]["key"], "me": me, "time_zone": "Asia/Bangkok"})
}

/// Messages that a commit added, that it met again, and that it corrected.
fn outcome(result: &Value) -> (u64, u64, u64) {
    let count = |name: &str| result[name].as_u64().unwrap_or_else(|| panic!("no {name} in {result}"));
    (count("messages_added"), count("messages_already_there"), count("messages_corrected"))
}

/// The reasons for which something did not come in, or not whole.
fn reasons(view: &Value) -> Vec<&str> {
    view["skipped"].as_array().unwrap().iter().map(|skipped| skipped["reason"].as_str().unwrap()).collect()
}

fn bodies(log: &[Value]) -> Vec<&str> {
    log.iter().map(|message| message["body"].as_str().unwrap()).collect()
}

fn commit_path(preview: &Value) -> String {
    format!("/v1/imports/{}/commit", id(preview))
}

async fn commit(app: &TestApp, preview: &Value, body: Value) -> Value {
    let reply = app.caseworker.post(&commit_path(preview), body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.ok()
}

fn counts(result: &Value) -> (u64, u64, u64) {
    let count = |name: &str| result[name].as_u64().unwrap_or_else(|| panic!("no {name} in {result}"));
    assert_eq!(count("attachments_added"), 0);
    (count("messages_added"), count("messages_already_there"), count("clues_proposed"))
}

async fn messages(app: &TestApp, case: &str) -> Vec<Value> {
    app.caseworker.get(&format!("/v1/cases/{case}/messages?limit=200")).await.items()
}

async fn person(app: &TestApp, case: &str, role: &str) -> String {
    let body = json!({"role": role, "names": [{"full": "Invented", "kind": "given"}]});
    id(&app.caseworker.post(&format!("/v1/cases/{case}/people"), body).await.ok())
}

async fn channels(app: &TestApp, person: &str) -> Vec<Value> {
    app.caseworker.get(&format!("/v1/people/{person}/channels")).await.items()
}

async fn people(app: &TestApp, case: &str) -> Vec<Value> {
    app.caseworker.get(&format!("/v1/cases/{case}/people")).await.items()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_tells_what_is_in_the_file_and_adds_nothing() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &chat()).await;
    assert_eq!(preview["format"], "telegram_json");
    assert_eq!(preview["date_order"], "ymd");
    assert_eq!(preview["needs"], json!(["me"]));
    assert_eq!(preview["notes"], json!([]));
    let expected = json!([{
        "key": "700", "title": "Mali", "messages": 7,
        "participants": [
            {"key": "user700", "name": "Mali", "count": 6}, {"key": "user1", "name": "Sefa", "count": 1},
        ],
        "first_at": "2026-04-06T13:54:00Z", "last_at": "2026-04-06T14:00:00Z", "needs": ["me"],
    }]);
    assert_eq!(preview["conversations"], expected);
    assert_eq!(preview["skipped_count"], 1);
    assert!(
        preview["skipped"][0]["line"].as_u64().unwrap() > 1 && preview["skipped"][0]["reason"].is_string()
    );
    let first = json!({
        "at": "2026-04-06T13:54:00Z", "sender": {"key": "user700", "name": "Mali"}, "body": "there is one road in",
    });
    assert_eq!(preview["sample"][0], first);
    assert_eq!(preview["sample"].as_array().unwrap().len(), 7);
    assert!(preview["expires_at"].as_str().unwrap() > app.now().as_str());
    assert!(messages(&app, &case).await.is_empty() && people(&app, &case).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_adds_messages_and_proposes_clues_once() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &chat()).await;
    let body = json!({"conversation": "700", "me": "user1"});
    let result = commit(&app, &preview, body.clone()).await;
    assert_eq!(counts(&result), (7, 0, 2));
    assert_eq!(result["skipped_count"], 1);

    let log = messages(&app, &case).await;
    let bodies: Vec<_> = log.iter().map(|message| message["body"].as_str().unwrap()).collect();
    assert_eq!(bodies[..2], ["there is one road in", "same second"], "the file's order within a second");
    let import = id(&preview);
    let expected = json!({
        "id": log[0]["id"], "case_id": case, "channel_id": result["channel_id"], "direction": "inbound",
        "form": "text", "sent_at": "2026-04-06T13:54:00Z", "recorded_at": log[0]["recorded_at"],
        "author_id": app.caseworker.id, "authenticity": "unverified", "ordinal": 0, "import_id": import, "flags": [],
        "body": "there is one road in", "edited_at": "2026-04-06T13:55:00Z", "attachments": [], "corrections": [],
        "sender": {"key": "user700", "name": "Mali"},
    });
    assert_eq!(log[0], expected);
    assert_eq!(log[4]["direction"], "outbound");
    assert_eq!((&log[5]["form"], &log[5]["duration_seconds"]), (&json!("call"), &json!(31)));
    assert_eq!(log[6]["forwarded_from"], "Auntie");
    let file = json!([{"file_name": "p1.jpg", "media_type": "image/jpeg", "missing": true}]);
    assert_eq!(log[6]["attachments"], file);

    // What the other side sent is a clue, with its message as the source; what we sent is none.
    let clues = app.caseworker.get(&format!("/v1/cases/{case}/clues")).await.items();
    assert_eq!(clues.len(), 2);
    let of = |index: usize| {
        let clue = clues.iter().find(|clue| clue["source"]["message_id"] == log[index]["id"]);
        clue.unwrap_or_else(|| panic!("no clue from {index}: {clues:?}"))
    };
    let pin = of(2);
    assert_eq!((&pin["kind"], &pin["status"]), (&json!("point"), &json!("proposed")));
    assert_eq!((&pin["reliability"], &pin["credibility"]), (&json!("C"), &json!(3)));
    assert_eq!((&pin["observed_at"], &pin["source"]["kind"]), (&log[2]["sent_at"], &json!("message")));
    assert_eq!(pin["data"], json!({"lat": 16.6871, "lon": 98.5123, "accuracy_m": 50.0, "via": "pin"}));
    assert_eq!(pin["note"], "Invented gate, River Road");
    assert!(of(3)["note"].as_str().unwrap().contains("live location"), "{}", of(3));

    let again = commit(&app, &preview, body.clone()).await;
    assert_eq!(counts(&again), (0, 7, 0));
    assert_eq!(again["channel_id"], result["channel_id"]);
    let another = upload(&app, &case, &chat()).await;
    assert_eq!(counts(&commit(&app, &another, body).await), (0, 7, 0));
    assert_eq!(messages(&app, &case).await, log);
    assert_eq!(app.caseworker.get(&format!("/v1/cases/{case}/clues")).await.items().len(), 2);
    assert_eq!(people(&app, &case).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overlapping_export_adds_what_is_new_and_tells_what_was_edited() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let body = json!({"conversation": "700", "me": "user1"});
    let mut part = chat();
    part["messages"].as_array_mut().unwrap().truncate(3);
    // So far the exporter has written nothing, so is no participant.
    let silent = json!({"conversation": "700", "me": null});
    assert_eq!(counts(&commit(&app, &upload(&app, &case, &part).await, silent).await), (3, 0, 1));

    // A whole account, in which the same chat is the second, with one message edited and one of them deleted.
    let mut later = chat();
    later["messages"][1]["text"] = json!("all is well");
    later["messages"][1]["edited_unixtime"] = json!("1775490000");
    later["messages"].as_array_mut().unwrap().remove(0);
    let other = json!({"name": "Noise", "type": "personal_chat", "id": 9, "messages": []});
    let account = json!({"chats": {"list": [other, later]}});
    let preview = upload(&app, &case, &account).await;
    let result = commit(&app, &preview, body).await;
    assert_eq!(counts(&result), (4, 2, 1));
    assert_eq!(result["messages_corrected"], 1);
    let log = messages(&app, &case).await;
    assert_eq!(log.len(), 7);
    assert_eq!((&log[1]["body"], &log[1]["original_body"]), (&json!("all is well"), &json!("same second")));
    assert!(log[1]["corrections"][0]["reason"].as_str().unwrap().contains("edited by its sender"));
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_messages_without_ids_are_kept_apart_and_known_again() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let message =
        |text: &str| json!({"type": "message", "date_unixtime": "1775483640", "from": "Mali", "text": text});
    let one = json!({"messages": [message("ok"), message("ok"), message("?")]});
    let body = json!({"conversation": "chat-1", "me": null});
    assert_eq!(counts(&commit(&app, &upload(&app, &case, &one).await, body.clone()).await), (3, 0, 0));
    let more = json!({"messages": [message("ok"), message("ok"), message("ok"), message("?")]});
    assert_eq!(counts(&commit(&app, &upload(&app, &case, &more).await, body).await), (1, 3, 0));
    assert!(messages(&app, &case).await.iter().all(|message| message["direction"] == "inbound"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_file_needs_must_be_said() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let local = json!({"id": 700, "type": "personal_chat", "messages": [
        {"id": 1, "type": "message", "date": "2021-05-01T10:00:00", "from": "Mali", "from_id": 700, "text": "x"}]});
    let preview = upload(&app, &case, &local).await;
    assert_eq!(preview["needs"], json!(["time_zone", "me"]));
    assert_eq!(preview["conversations"][0]["first_at"], "2021-05-01T10:00:00");
    let path = commit_path(&preview);
    let refused = app.caseworker.post(&path, json!({"conversation": "700"})).await.problem(422, "invalid");
    let pointers: Vec<_> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/time_zone", "/me"]);
    let good = json!({"conversation": "700", "me": null, "time_zone": "Asia/Yangon"});
    for (field, value, pointer) in [
        ("conversation", json!("701"), "/conversation"),
        ("me", json!("user1"), "/me"),
        ("time_zone", json!("Atlantis/Port"), "/time_zone"),
        ("time_zone", json!(null), "/time_zone"),
        ("date_order", json!("ymdd"), "/date_order"),
        ("person_id", json!(unknown_id()), "/person_id"),
        ("channel_id", json!(unknown_id()), "/channel_id"),
    ] {
        let mut body = good.clone();
        body[field] = value;
        app.caseworker.post(&path, body).await.invalid(pointer);
    }
    assert!(messages(&app, &case).await.is_empty() && people(&app, &case).await.is_empty());
    assert_eq!(counts(&commit(&app, &preview, good).await), (1, 0, 0));
    assert_eq!(messages(&app, &case).await[0]["sent_at"], "2021-05-01T03:30:00Z");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_go_to_the_channel_of_the_right_person() {
    let app = TestApp::spawn().await;
    let body = json!({"conversation": "700", "me": "user1"});

    // Nobody on the case: a victim is made, with the name from the chat.
    let case = app.case(&app.caseworker).await;
    let result = commit(&app, &upload(&app, &case, &chat()).await, body.clone()).await;
    let made = people(&app, &case).await;
    assert_eq!((&made[0]["id"], &made[0]["role"]), (&result["person_id"], &json!("victim")));
    assert_eq!(made[0]["names"], json!([{"full": "Mali", "kind": "other"}]));
    let channel = &channels(&app, &id(&made[0])).await[0];
    assert_eq!((&channel["id"], &channel["platform"]), (&result["channel_id"], &json!("telegram")));
    assert_eq!(channel["handle"], "user700");

    // One victim: theirs, whoever else is there. Two: it must be said.
    let case = app.case(&app.caseworker).await;
    let sister = person(&app, &case, "family").await;
    let victim = person(&app, &case, "victim").await;
    let preview = upload(&app, &case, &chat()).await;
    assert_eq!(commit(&app, &preview, body.clone()).await["person_id"], json!(victim));
    person(&app, &case, "victim").await;
    app.caseworker.post(&commit_path(&preview), body.clone()).await.invalid("/person_id");
    let mut said = body.clone();
    said["person_id"] = json!(sister);
    let result = commit(&app, &preview, said.clone()).await;
    assert_eq!((counts(&result), &result["person_id"]), ((7, 0, 2), &json!(sister)));
    let hers = channels(&app, &sister).await;
    assert_eq!(hers[0]["id"], result["channel_id"]);

    // A channel that is named is used, and must fit the person, if one is named too.
    let mut named = body.clone();
    named["channel_id"] = hers[0]["id"].clone();
    assert_eq!(counts(&commit(&app, &preview, named.clone()).await), (0, 7, 0));
    named["person_id"] = json!(victim);
    app.caseworker.post(&commit_path(&preview), named).await.invalid("/person_id");

    // Neither may be another case's.
    let other = app.case(&app.caseworker).await;
    let preview = upload(&app, &other, &chat()).await;
    app.caseworker.post(&commit_path(&preview), said).await.invalid("/person_id");
    let mut foreign = body;
    foreign["channel_id"] = hers[0]["id"].clone();
    app.caseworker.post(&commit_path(&preview), foreign).await.invalid("/channel_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_chat_is_told_what_was_looked_for() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let path = format!("/v1/cases/{case}/imports");
    for file in [&b"Dear all, the minutes."[..], b"\x89PNG\r\n\x1a\n", b"{}"] {
        let refused =
            app.caseworker.upload(&path, "x.json", file).await.problem(415, "unsupported-media-type");
        assert!(refused["detail"].as_str().unwrap().contains("Telegram"), "{refused}");
    }
    app.caseworker.upload(&path, "x.zip", b"PK\x03\x04").await.problem(422, "malformed-file");
    let whole = bytes(&chat());
    // What is cut short is read to there, and says so; where nothing is left there is nothing to preview.
    let cut = app.caseworker.upload(&path, "x.json", &whole[..whole.len() / 2]).await.ok();
    assert_eq!(cut["conversations"][0]["messages"], 3);
    assert!(cut["skipped"][0]["reason"].as_str().unwrap().contains("cut short"), "{cut}");
    let stump =
        br#"{"name": "Mali", "type": "personal_chat", "id": 700, "messages": [{"id": 11, "type": "mes"#;
    let refused = app.caseworker.upload(&path, "x.json", stump).await.problem(422, "malformed-file");
    assert!(refused["detail"].as_str().unwrap().contains("line "), "{refused}");
    app.caseworker.upload(&path, "x.json", b"").await.invalid("/file");
    app.caseworker.post(&path, json!({})).await.problem(415, "unsupported-media-type");
    let audited = app.audited("import.preview").await;
    assert_eq!(audited.iter().filter(|row| row["outcome"] == "done").count(), 1, "the one that was cut");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_skipped_parts_are_counted_and_the_first_are_told() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let skipped = vec![json!({"id": 1, "type": "unsupported"}); 250];
    let preview =
        upload(&app, &case, &json!({"id": 700, "type": "personal_chat", "messages": skipped})).await;
    assert_eq!(preview["skipped"].as_array().unwrap().len(), 200);
    assert_eq!(preview["skipped_count"], 250);
    assert_eq!(preview["sample"], json!([]));
    let result = commit(&app, &preview, json!({"conversation": "700", "me": null})).await;
    assert_eq!((counts(&result), &result["skipped_count"]), ((0, 0, 0), &json!(250)));
    assert!(people(&app, &case).await.is_empty(), "nobody is made for an empty chat");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_expires() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let body = json!({"conversation": "700", "me": "user1"});
    let preview = upload(&app, &case, &chat()).await;
    let path = commit_path(&preview);
    let first = app.caseworker.post_once(&path, "a-key", body.clone()).await;
    assert_eq!(counts(&first.ok()), (7, 0, 2));
    app.clock.advance(24 * 3600 + 1);
    app.caseworker.post(&path, body.clone()).await.problem(409, "preview-expired");
    // A repetition of what was done in time still gets the answer of then.
    assert_eq!(app.caseworker.post_once(&path, "a-key", body.clone()).await.text, first.text);
    farlight::jobs::housekeeping(&app.services).await.unwrap();
    app.caseworker.post(&path, body).await.problem(409, "preview-expired");
    assert_eq!(messages(&app, &case).await.len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_those_who_log_contacts_import() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &chat()).await;
    let (path, commit) = (format!("/v1/cases/{case}/imports"), commit_path(&preview));
    let body = json!({"conversation": "700", "me": "user1"});
    let file = bytes(&chat());
    for actor in [&app.admin, &app.auditor, &app.analyst, &app.partner] {
        actor.upload(&path, "x.json", &file).await.problem(403, "forbidden");
        actor.post(&commit, body.clone()).await.problem(403, "forbidden");
    }
    let unknown = format!("/v1/cases/{}/imports", unknown_id());
    let absent = app.stranger.upload(&unknown, "x.json", &file).await;
    absent.problem(404, "not-found");
    for actor in [&app.stranger, &app.caseworker2, &app.officer] {
        assert_eq!(actor.upload(&path, "x.json", &file).await.text, absent.text);
        // Nor does a bad file tell that the case is there.
        assert_eq!(actor.upload(&path, "x.json", b"no chat").await.text, absent.text);
        assert_eq!(actor.post(&commit, body.clone()).await.text, absent.text);
        let unknown = format!("/v1/imports/{}/commit", unknown_id());
        assert_eq!(actor.post(&unknown, body.clone()).await.text, absent.text);
    }
    app.nobody.upload(&path, "x.json", &file).await.problem(401, "unauthenticated");
    let refused = app.audited("import.preview").await;
    assert!(refused.iter().any(|row| row["outcome"] == "refused"), "{refused:?}");
    assert!(messages(&app, &case).await.is_empty());
    app.coordinator.post(&commit, body).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_is_committed_by_many_at_once_is_there_once() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let (one, two) = (upload(&app, &case, &chat()).await, upload(&app, &case, &chat()).await);
    let body = json!({"conversation": "700", "me": "user1"});
    let paths = [commit_path(&one), commit_path(&two), commit_path(&one), commit_path(&two)];
    app.caseworker.token().await;
    let replies =
        futures_util::future::join_all(paths.iter().map(|path| app.caseworker.post(path, body.clone())))
            .await;
    let added: u64 = replies.iter().map(|reply| counts(&reply.ok()).0).sum();
    assert_eq!(added, 7);
    assert_eq!(messages(&app, &case).await.len(), 7);
    assert_eq!(people(&app, &case).await.len(), 1);
}

/// A chat of `length` messages, three in each second, by both sides in turn.
fn long_chat(length: u64) -> Value {
    let message = |n: u64| {
        let from = if n.is_multiple_of(2) { "user700" } else { "user1" };
        json!({"id": n, "type": "message", "date_unixtime": (1_775_483_640 + n / 3).to_string(), "from": "x",
               "from_id": from, "text": format!("line {n} end")})
    };
    json!({"id": 700, "type": "personal_chat", "messages": (0..length).map(message).collect::<Vec<_>>()})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_chat_comes_in_whole() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &long_chat(2_345)).await;
    let body = json!({"conversation": "700", "me": "user1"});
    assert_eq!(counts(&commit(&app, &preview, body.clone()).await), (2_345, 0, 0));
    assert_eq!(counts(&commit(&app, &preview, body).await), (0, 2_345, 0));
    let mut path = format!("/v1/cases/{case}/messages?limit=200");
    let mut ordinals = Vec::new();
    loop {
        let page = app.caseworker.get(&path).await.ok();
        ordinals
            .extend(page["items"].as_array().unwrap().iter().map(|item| item["ordinal"].as_u64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/v1/cases/{case}/messages?limit=200&cursor={cursor}");
    }
    assert_eq!(ordinals, (0..2_345).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_of_a_very_long_log_goes_on_where_it_stopped() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.caseworker).await;
    let preview = upload(&app, &case, &long_chat(20_100)).await;
    commit(&app, &preview, json!({"conversation": "700", "me": "user1"})).await;
    let path = format!("/v1/cases/{case}/messages?q=line%202");
    let mut found = Vec::new();
    let (mut cursor, mut pages) = (String::new(), 0);
    loop {
        let page = app.caseworker.get(&format!("{path}0099{cursor}")).await.ok();
        found.extend(page["items"].as_array().unwrap().clone());
        pages += 1;
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!((found.len(), &found[0]["ordinal"], pages), (1, &json!(20_099), 2));
    // Near the beginning there is no need to go on.
    let page = app.caseworker.get(&format!("/v1/cases/{case}/messages?q=17&limit=2")).await.ok();
    assert_eq!((&page["items"][0]["ordinal"], &page["items"][1]["ordinal"]), (&json!(17), &json!(117)));
}
