use proptest::prelude::proptest;

use super::super::super::damage::damaged;
use super::super::super::shape::Moment;
use super::*;

#[test]
fn direction_names_the_sender() {
    let mut lines = begin();
    lines.extend([
        json!({"chatItem": {"chatId": "9", "authorId": "2", "dateSent": "1767225601000",
            "incoming": {"dateReceived": "1767225602000"}, "standardMessage": {"text": {"body": " បាទ\n😀"}}}}),
        json!({"chatItem": {"chatId": "9", "authorId": "1", "dateSent": 1_767_225_603_000_u64,
            "outgoing": {}, "standardMessage": {"text": {"body": "ok"}}}}),
    ]);
    let told = whole(&IMPORTER, jsonl(&lines).as_bytes());
    let chat = &told.chats[0];
    assert_eq!((chat.key.as_str(), chat.title.as_deref()), ("9", Some("Dara")));
    assert_eq!(chat.handle.as_deref(), Some("+85512345678"));
    let [theirs, mine] = told.only() else { panic!("two messages were sent") };
    assert_eq!((theirs.sender.key.as_str(), theirs.sender.name.as_deref()), (DARA, Some("Dara")));
    assert_eq!((theirs.text.as_str(), theirs.line), (" បាទ\n😀", 6));
    assert_eq!((mine.sender.key.as_str(), mine.sender.name.as_deref()), ("self", Some("Sok Chan")));
    assert_eq!(theirs.native_id, Some(format!("{DARA}/{DARA}/1767225601000")));
    assert_eq!(told.times(DateOrder::Ymd), ["2026-01-01T00:00:01Z", "2026-01-01T00:00:03Z"]);
    assert!(told.skipped.is_empty() && told.notes.is_empty());
}

#[test]
fn an_edited_message_keeps_its_first_time_and_its_earlier_words() {
    let told = one(&json!({"chatId": "9", "authorId": "2", "dateSent": "1767225660000", "incoming": {},
        "standardMessage": {"text": {"body": "at the gate"}},
        "revisions": [{"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "incoming": {},
            "standardMessage": {"text": {"body": "at the back door"}}}]}));
    let [entry] = told.only() else { panic!("one message was sent") };
    assert_eq!(told.times(DateOrder::Ymd), ["2026-01-01T00:00:01Z"]);
    assert_eq!(entry.text, "at the gate");
    assert_eq!(entry.described, ["earlier wording: at the back door"]);
    let Revision::Edited { at: Some(Moment::Utc(at)) } = entry.revision else {
        panic!("{:?}", entry.revision)
    };
    assert_eq!(at.to_string(), "2026-01-01T00:01:00Z");
    assert_eq!(entry.native_id, Some(format!("{DARA}/{DARA}/1767225601000")));
}

#[test]
fn what_was_taken_back_stays_as_a_trace() {
    let told = one(&json!({"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "incoming": {},
        "remoteDeletedMessage": {}}));
    assert_eq!(told.only()[0].revision, Revision::Deleted);
    assert_eq!(told.only()[0].body(), "message deleted by its sender");
}

#[test]
fn an_answer_points_to_its_message_or_says_what_it_answered() {
    let quote = |quote: serde_json::Value| {
        one(&json!({"chatId": "9", "authorId": "1", "dateSent": "1767225605000", "outgoing": {},
            "standardMessage": {"text": {"body": "yes"}, "quote": quote}}))
    };
    let told =
        quote(json!({"targetSentTimestamp": "1767225601000", "authorId": "2", "text": {"body": "now?"}}));
    assert_eq!(told.only()[0].reply_to, Some(format!("{DARA}/{DARA}/1767225601000")));
    let told = quote(json!({"authorId": "2", "text": {"body": "now?"}}));
    assert_eq!(
        (told.only()[0].reply_to.as_deref(), &told.only()[0].described[..]),
        (None, &["answers: now?".to_owned()][..])
    );
}

#[test]
fn calls_are_calls_and_other_notices_are_told() {
    let call = |call: serde_json::Value| {
        one(&json!({"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "directionless": {},
            "updateMessage": {"individualCall": call}}))
    };
    let told = call(json!({"type": "VIDEO_CALL", "direction": "OUTGOING", "state": "ACCEPTED"}));
    let [entry] = told.only() else { panic!("one call was made") };
    assert_eq!(entry.form, Form::Call { seconds: None, outcome: Some("accepted".to_owned()) });
    assert_eq!((entry.sender.key.as_str(), &entry.described[..]), ("self", &["video call".to_owned()][..]));
    let told = call(json!({"type": "AUDIO_CALL", "direction": "INCOMING", "state": "MISSED"}));
    assert_eq!((told.only()[0].sender.key.as_str(), told.only()[0].body().as_str()), (DARA, "missed call"));

    let told = one(
        &json!({"chatId": "9", "dateSent": "1767225601000", "directionless": {}, "updateMessage": {"groupCall":
        {"state": "JOINED", "startedCallRecipientId": "2", "startedCallTimestamp": "1767225601000",
         "endedCallTimestamp": "1767225691500"}}}),
    );
    assert_eq!(told.only()[0].form, Form::Call { seconds: Some(90), outcome: Some("joined".to_owned()) });
    assert_eq!(told.only()[0].sender.key, DARA);

    let told = one(&json!({"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "directionless": {},
        "updateMessage": {"simpleUpdate": {"type": "IDENTITY_UPDATE"}}}));
    assert_eq!((told.only().len(), told.reasons()), (0, vec!["service line: identity_update"]));
    let told = one(&json!({"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "directionless": {},
        "updateMessage": {"groupChange": {"updates": [{"groupNameUpdate": {"newGroupName": "secret"}}]}}}));
    assert_eq!(told.reasons(), ["service line: groupchange"]);
}

#[test]
fn files_are_found_by_their_digests() {
    let told = one(&json!({"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "incoming": {},
        "standardMessage": {"attachments": [
            {"flag": "VOICE_MESSAGE", "pointer": {"contentType": "audio/aac", "fileName": "../voice.aac",
                "locatorInfo": {"plaintextHash": "YQ==", "localKey": "YmM="}}},
            {"pointer": {"contentType": "image/png", "locatorInfo": {"integrityCheck": {"plaintextHash": "YWI="},
                "localKey": "Yw=="}, "caption": "the wall"}},
            {"pointer": {"contentType": "application/pdf", "fileName": "a.pdf", "locatorInfo": {}}},
            7]}}));
    let [entry] = told.only() else { panic!("one message was sent") };
    let [voice, photo, paper] = &entry.attachments[..] else { panic!("three files were sent") };
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(voice.bytes, Bytes::Member(format!("files/ba/{digest}.aac")));
    assert_eq!((voice.what.as_str(), voice.file_name.as_deref()), ("voice message", Some("voice.aac")));
    assert_eq!(photo.bytes, Bytes::Member(format!("files/ba/{digest}.png")));
    assert_eq!((photo.what.as_str(), photo.media_type.as_deref()), ("photo", Some("image/png")));
    assert_eq!((&paper.bytes, paper.what.as_str()), (&Bytes::Missing, "file"));
    assert_eq!(entry.described, ["caption: the wall"]);
    assert_eq!(told.reasons(), ["message kept without an attachment that could not be read"]);
}

#[test]
fn what_is_no_text_is_described() {
    let kinds = [
        (
            json!({"contactMessage": {"contact": {"name": {"givenName": "Mai"}, "number": [{"value": "+8490"}]}}}),
            "contact: Mai, +8490",
        ),
        (json!({"contactMessage": {"contact": [{"name": {"nickname": "M"}}]}}), "contact: M"),
        (json!({"stickerMessage": {"sticker": {"emoji": "👍"}}}), "sticker 👍"),
        (json!({"viewOnceMessage": {}}), "photo or video to be seen once"),
        (json!({"paymentNotification": {"amountMob": "1.5"}}), "payment of 1.5 MOB"),
        (json!({"giftBadge": {}}), "donation badge"),
        (
            json!({"poll": {"question": "when", "options": [{"option": "now", "votes": [{"voterId": "2"}]}]}}),
            "poll: when\n- now (Dara)",
        ),
        (json!({"directStoryReplyMessage": {"emoji": "❤"}}), "answers a story"),
    ];
    for (kind, expected) in kinds {
        let mut item = json!({"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "incoming": {}});
        item.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        let told = one(&item);
        assert_eq!(told.only()[0].described.join("\n"), expected);
        assert!(told.skipped.is_empty());
    }
    let told = one(&json!({"chatId": "9", "authorId": "1", "dateSent": "1767225601000", "sms": true,
        "outgoing": {"sendStatus": [{"recipientId": "2", "failed": {"reason": "NETWORK"}}]},
        "standardMessage": {"text": {"body": "\u{fffc} hi", "bodyRanges": [{"length": 1, "mentionAci": "AAECAwQFBgcICQoLDA0ODw=="}]},
            "reactions": [{"emoji": "🙏", "authorId": "2"}]}}));
    let expected =
        ["mentions Dara", "reaction 🙏 by Dara", "sent as SMS, not over Signal", "not sent: sending failed"];
    assert_eq!(told.only()[0].described, expected);
    let told = one(
        &json!({"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "incoming": {}, "newKind": {}}),
    );
    assert_eq!((told.only().len(), told.skipped.len()), (1, 1));
}

#[test]
fn a_long_name_is_cut_before_it_is_said_with_every_reaction() {
    let mut lines = begin();
    let contact = json!({"e164": "85512345678", "profileGivenName": "ស".repeat(100_000)});
    lines.insert(4, json!({"recipient": {"id": "2", "contact": contact}}));
    let reactions = vec![json!({"authorId": "2", "emoji": "x"}); 1000];
    lines.push(
        json!({"chatItem": {"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "incoming": {},
        "standardMessage": {"text": {"body": "hi"}, "reactions": reactions}}}),
    );
    let told = whole(&IMPORTER, jsonl(&lines).as_bytes());
    let [entry] = told.only() else { panic!("one message was sent") };
    let name = entry.sender.name.as_deref().unwrap();
    assert!(name.starts_with("ស") && name.len() <= 256);
    assert!(entry.described.len() == 1000 && entry.body().len() < 300_000);
}

#[test]
fn a_bad_line_costs_itself() {
    let good = json!({"chatItem": {"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "incoming": {},
        "standardMessage": {"text": {"body": "still here"}}}});
    let mut file = jsonl(&begin());
    file.push_str("{\"chatItem\": {\"chatId\n");
    file.push_str("[1, 2]\n\n");
    file.push_str(&json!({"chatItem": {"authorId": "2"}}).to_string());
    file.push('\n');
    file.push_str(&json!({"chatItem": {"chatId": "9", "authorId": "2", "dateSent": "0"}}).to_string());
    file.push_str("\n{\"chatItem\":{\"chatId\":\"9\",\"x\":\"");
    file.push_str(&"y".repeat(3 << 20));
    file.push_str("\"}}\n{\"adHocCall\": {}}\n{\"stickerPack\": {}}\n{\"whatever\": 1}\n");
    file.push_str(&good.to_string());
    let told = whole(&IMPORTER, file.as_bytes());
    assert_eq!(told.only().len(), 1);
    let lines: Vec<_> = told.skipped.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [6, 7, 9, 10, 11, 12, 13, 14]);
}

#[test]
fn chats_and_people_that_were_not_introduced_are_kept_apart() {
    let item = |chat: &str, author: &str| {
        json!({"chatItem": {"chatId": chat, "authorId": author, "dateSent": "1767225601000", "incoming": {},
            "standardMessage": {"text": {"body": "x"}}}})
    };
    let group = json!({"recipient": {"id": "3", "group": {"masterKey": "c2VjcmV0", "snapshot": {"title": {"title": "Family"}}}}});
    let file = jsonl(&[
        item("1", "5"),
        item("2", "6"),
        group,
        json!({"chat": {"id": "4", "recipientId": "3"}}),
        item("4", "5"),
    ]);
    let (told, result) =
        read(&IMPORTER, &[("a/main.jsonl", file.as_bytes()), ("b/main.jsonl", file.as_bytes())]);
    result.unwrap();
    let keys: Vec<_> = told.chats.iter().map(|chat| chat.key.as_str()).collect();
    assert_eq!(keys, ["1", "2", "4", "2/1", "2/2", "2/4"]);
    assert_eq!(told.chats[2].title.as_deref(), Some("Family"));
    assert_eq!(told.chats[0].entries[0].sender.key, "recipient-5");
    let id = told.chats[2].entries[0].native_id.clone().unwrap();
    assert!(id.starts_with("group-") && !id.contains("c2VjcmV0"), "{id}");
}

#[test]
fn every_cut_is_read_or_told() {
    let mut lines = begin();
    lines.push(
        json!({"chatItem": {"chatId": "9", "authorId": "2", "dateSent": "1767225601000", "incoming": {},
        "standardMessage": {"text": {"body": "សួស្តី"}, "attachments": [{"pointer": {"fileName": "a"}}]}}}),
    );
    cut_everywhere(&IMPORTER, jsonl(&lines).as_bytes());
}

const SHORT: &str = r#"{"version":"1","backupTimeMs":"1"}
{"recipient":{"id":"1","self":{}}}
{"recipient":{"id":"2","contact":{"aci":"AAECAwQFBgcICQoLDA0ODw==","e164":"85512345678"}}}
{"chat":{"id":"9","recipientId":"2"}}
{"chatItem":{"chatId":"9","authorId":"2","dateSent":"1767225601000","incoming":{},"standardMessage":{"text":{"body":"a"}}}}
{"chatItem":{"chatId":"9","authorId":"2","dateSent":"1767225602000","directionless":{},"updateMessage":{"individualCall":{"state":"MISSED","direction":"INCOMING"}}}}
"#;

proptest! {
    #[test]
    fn damage_costs_no_more_than_the_lines_it_hits(bytes in damaged(SHORT.as_bytes())) {
        recognised(&IMPORTER, "x", &bytes);
        whole(&IMPORTER, &bytes);
    }
}
