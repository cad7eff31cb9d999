//! Both readers, on invented threads and on real ones.

use super::super::damage::damaged;
use super::super::dates::DateOrder;
use super::super::instagram::IMPORTER as INSTAGRAM;
use super::super::messenger::IMPORTER as MESSENGER;
use super::super::reading::Halt;
use super::super::shape::{Bytes, Entry, Form, Revision};
use super::super::testing::{cut_everywhere, read, recognised, samples, whole};

const THREAD: &str = r#"{
  "participants": [{"name": "Lina Sok"}, {"name": "Ren\u00c3\u00a9"}],
  "messages": [
    {"sender_name": "Lina Sok", "timestamp_ms": 1767225900000, "call_duration": 0, "missed": true,
     "content": "Ren\u00c3\u00a9 missed your call.", "type": "Call"},
    {"sender_name": "Ren\u00c3\u00a9", "timestamp_ms": 1767225800000, "call_duration": 61, "content": "The call ended."},
    {"sender_name": "Lina Sok", "timestamp_ms": 1767225700000, "content": "Lina Sok sent an attachment.",
     "share": {"link": "https://www.bing.com/maps/default.aspx?where1=16.68231%2C+98.50912", "share_text": "Gate"}},
    {"sender_name": "Lina Sok", "timestamp_ms": 1767225600000, "is_unsent": true},
    {"sender_name": "Lina Sok", "timestamp_ms": 1767225500000, "content": "\u00f0\u009f\u0098\u00ad \u00e1\u009e\u009f",
     "photos": [{"uri": "messages/inbox/lina_77/photos/1.jpg", "creation_timestamp": 1}],
     "sticker": {"uri": "messages/stickers_used/9.png"}, "ip": "192.0.2.7",
     "reactions": [{"reaction": "\u00e2\u009d\u00a4", "actor": "Ren\u00c3\u00a9"}]},
    {"sender_name": "Lina Sok", "content": "when?"},
    {"sender_name": "Omar", "timestamp_ms": 1767225400000, "type": "Subscribe", "content": "Omar joined."},
    7
  ],
  "title": "Ren\u00c3\u00a9", "is_still_participant": true, "thread_path": "inbox/lina_77", "magic_words": []
}"#;

#[test]
fn a_thread_is_read_with_all_that_was_sent() {
    let found = whole(&MESSENGER, THREAD.as_bytes());
    let chat = &found.chats[0];
    assert_eq!((chat.title.as_deref(), chat.newest_first), (Some("René"), true));
    let [missed, call, place, unsent, last] = found.only() else { panic!("{}", found.only().len()) };
    assert_eq!((missed.body(), missed.sender.key.as_str()), ("missed call".into(), "Lina Sok"));
    assert_eq!(
        (call.form.clone(), call.text.as_str()),
        (Form::Call { seconds: Some(61), outcome: None }, "")
    );
    assert_eq!(call.sender.key, "René");
    assert_eq!(place.place.as_ref().and_then(|place| place.point), Some((16.68231, 98.50912)));
    assert_eq!(
        (place.text.as_str(), place.described.last().map(String::as_str)),
        ("", Some("shared text: Gate"))
    );
    assert_eq!((unsent.revision, unsent.body()), (Revision::Deleted, "message deleted by its sender".into()));
    assert_eq!(last.text, "😭 ស");
    let member = |path: &str| Bytes::Member(path.to_owned());
    let files: Vec<_> =
        last.attachments.iter().map(|file| (file.what.as_str(), file.bytes.clone())).collect();
    let photo = member("messages/inbox/lina_77/photos/1.jpg");
    assert_eq!(files, [("photo", photo), ("sticker", member("messages/stickers_used/9.png"))]);
    assert_eq!(last.described, ["sent from the address 192.0.2.7", "reaction of René: ❤"]);
    assert_eq!(found.times(DateOrder::Ymd)[4], "2025-12-31T23:58:20Z");
    let reasons =
        ["a message without a date", "service line: somebody joined or left", "something that is no message"];
    assert_eq!(found.reasons(), reasons);
    assert_eq!(found.skipped.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [14, 15, 16]);
}

#[test]
fn parts_of_a_thread_are_one_conversation() {
    let part = |at: u64| {
        format!(r#"{{"messages": [{{"sender_name": "A", "timestamp_ms": {at}, "content": "x"}}]}}"#)
    };
    let (first, second) = (part(1767225600000), part(1767225500000));
    let files = [
        ("m/inbox/lina_77/message_1.json", first.as_bytes()),
        ("m/inbox/lina_77/message_2.json", second.as_bytes()),
        ("m/archived_threads/lina_77/message_1.json", second.as_bytes()),
    ];
    let (found, result) = read(&MESSENGER, &files);
    result.unwrap();
    let chats: Vec<_> = found.chats.iter().map(|chat| (chat.key.as_str(), chat.entries.len())).collect();
    assert_eq!(chats, [("inbox/lina_77", 2), ("archived_threads/lina_77", 1)]);
}

#[test]
fn an_encrypted_chat_is_proper_text_and_begins_with_the_oldest() {
    let text = r#"{"participants": ["Lina", "Me"], "threadName": "Lina_3", "messages": [
      {"senderName": "Lina", "timestamp": 1767225500000, "text": "Ã© stays", "isUnsent": false, "media": [], "type": "text"},
      {"senderName": "Me", "timestamp": 1767225600000, "text": "", "isUnsent": true, "media": [], "type": "text"},
      {"senderName": "Me", "timestamp": 1767225700000, "text": "", "media": [{"uri": "./media/v.mp4"}], "type": "media"}]}"#;
    let found = whole(&MESSENGER, text.as_bytes());
    assert_eq!((found.chats[0].title.as_deref(), found.chats[0].newest_first), (Some("Lina"), false));
    assert_eq!(found.only()[0].text, "Ã© stays");
    assert_eq!(found.only()[1].revision, Revision::Deleted);
    assert_eq!(found.only()[2].body(), "video");
    assert_eq!(
        (recognised(&MESSENGER, "x", text.as_bytes()), recognised(&INSTAGRAM, "x", text.as_bytes())),
        (3, 0)
    );
}

#[test]
fn the_two_platforms_are_told_apart() {
    let one =
        |inside: &str| format!(r#"{{"messages": [{{"sender_name": "A", "timestamp_ms": 1, {inside}}}]}}"#);
    let both = |name: &str, inside: &str| {
        let text = one(inside);
        (recognised(&MESSENGER, name, text.as_bytes()), recognised(&INSTAGRAM, name, text.as_bytes()))
    };
    assert_eq!(both("message_1.json", r#""content": "x""#), (1, 0));
    assert_eq!(
        both("your_instagram_activity/messages/inbox/a_1/message_1.json", r#""content": "x""#),
        (0, 1)
    );
    assert_eq!(
        both("chat", r#""photos": [{"uri": "your_instagram_activity/messages/inbox/a/1.jpg"}]"#),
        (0, 1)
    );
    assert_eq!(both("chat", r#""share": {"link": "https://www.instagram.com/p/x"}"#), (0, 1));
    assert_eq!(both("chat", r#""sticker": {"uri": "messages/stickers_used/1.png"}"#), (1, 0));
}

#[test]
fn sentences_that_stand_for_calls_are_calls() {
    let one = |content: &str| {
        let text = format!(
            r#"{{"messages": [{{"sender_name": "Lina", "timestamp_ms": 1, "content": "{content}"}}]}}"#
        );
        whole(&INSTAGRAM, text.as_bytes()).only()[0].body()
    };
    assert_eq!(one("Lina started an audio call"), "call, no duration: started");
    assert_eq!(one("You missed a video chat."), "missed call");
    assert_eq!(one("Audio call ended"), "call, no duration: ended");
    for said in [
        "Omar started an audio call",
        "Lina started a video call with me \\ud83d",
        "the audio call ended",
        "You started",
    ] {
        assert_eq!(one(said), said.replace("\\ud83d", "\u{fffd}"));
    }
}

#[test]
fn other_files_are_not_known() {
    for text in [
        "",
        "{}",
        "[1, 2]",
        r#"{"messages": [{"role": "user", "content": "hello"}]}"#,
        r#"{"name": "A", "type": "personal_chat", "id": 5, "messages": [{"id": 1, "from": "A", "date_unixtime": "1"}]}"#,
        "const message = { \"sender_name\": 1, \"timestamp_ms\": 2 };",
        r#"{"participants": [{"name": "A"}]}"#,
    ] {
        assert_eq!(recognised(&MESSENGER, "message_1.json", text.as_bytes()), 0, "{text}");
        assert_eq!(recognised(&INSTAGRAM, "message_1.json", text.as_bytes()), 0, "{text}");
    }
}

#[test]
fn a_cut_file_gives_what_came_before() {
    cut_everywhere(&MESSENGER, THREAD.as_bytes());
    let cut = &THREAD[..THREAD.find("\"missed\": true").unwrap() + 260];
    let (found, result) = read(&MESSENGER, &[("message_1.json", cut.as_bytes())]);
    assert!(matches!(result, Err(Halt::Malformed { line: 7, .. })), "{result:?}");
    assert_eq!(found.only().len(), 2);
}

#[test]
fn what_is_broken_costs_itself_only() {
    let long = "x".repeat(5 << 20);
    let text = format!(
        r#"{{"title": {{}}, "messages": [{{"sender_name": "A", "timestamp_ms": 1767225600000, "content": "{long}"}},
        {{"sender_name": "A", "timestamp_ms": 1767225600000, "content": "\q"}},
        {{"sender_name": "A", "timestamp_ms": 99999999999999999, "content": "x"}},
        {{"sender_name": null, "timestamp_ms": "1767225600000", "content": ["x"]}}]}} {{}}"#
    );
    let found = whole(&INSTAGRAM, text.as_bytes());
    assert_eq!(found.only().len(), 1);
    assert_eq!(found.only()[0].sender.key, "unknown");
    let reasons = [
        "a message that is too long to be one",
        "a message that is not valid JSON",
        "a message without a date",
        "something follows after the end of the JSON and was not read",
    ];
    assert_eq!(found.reasons(), reasons);
    assert_eq!(
        whole(&MESSENGER, b"{\"messages\": 3}").reasons(),
        ["the messages are not a list and were not read"]
    );
    assert_eq!(whole(&MESSENGER, b"").reasons(), ["the file is empty"]);
}

#[test]
fn real_threads_are_read() {
    let Some(samples) = samples() else { return };
    let texts =
        |entries: &[Entry]| entries.iter().map(|entry| entry.text.chars().count()).collect::<Vec<_>>();
    let name = "instagram/chatminer_test_export.json";
    let bytes = std::fs::read(samples.join(name)).unwrap();
    assert_eq!((recognised(&INSTAGRAM, name, &bytes), recognised(&MESSENGER, name, &bytes)), (2, 0));
    let found = whole(&INSTAGRAM, &bytes);
    assert_eq!(
        (texts(found.only()), found.chats[0].newest_first, found.skipped.len()),
        (vec![11, 11], true, 0)
    );
    let name = "messenger/inline_e2ee_thread.json";
    let bytes = std::fs::read(samples.join(name)).unwrap();
    assert_eq!((recognised(&MESSENGER, name, &bytes), recognised(&INSTAGRAM, name, &bytes)), (3, 0));
    let found = whole(&MESSENGER, &bytes);
    assert_eq!(
        (texts(found.only()), found.chats[0].newest_first, found.skipped.len()),
        (vec![4, 0, 0], false, 0)
    );
    assert_eq!(found.only()[2].body(), "something shared that is not in the export");
}

proptest::proptest! {
    #[test]
    fn no_damage_is_more_than_told(bytes in damaged(THREAD.as_bytes())) {
        recognised(&MESSENGER, "x", &bytes);
        let (_, result) = read(&MESSENGER, &[("x", &bytes)]);
        assert!(matches!(result, Ok(()) | Err(Halt::Malformed { .. })));
    }
}
