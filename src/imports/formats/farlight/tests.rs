use proptest::prelude::proptest;

use super::super::damage::damaged;
use super::super::dates::DateOrder;
use super::super::reading::Halt;
use super::super::shape::{Bytes, Form, Moment, Revision, Sender};
use super::super::testing::{cut_everywhere, read, recognised, whole};
use super::IMPORTER;

/// The example of the documentation, which promises that it is read whole.
fn example() -> &'static str {
    let page = include_str!("../../../../docs/interchange.md");
    page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap()
}

/// A file with these messages in one conversation.
fn file(messages: &str) -> String {
    format!("{{\"farlight_chat\": 1, \"conversations\": [{{\"key\": \"k\", \"messages\": [\n{messages}]}}]}}")
}

const SENT: &str = "\"sender\": {\"name\": \"Dara\"}, \"sent_at\": \"2026-01-31T18:05:00+07:00\"";

#[test]
fn the_documented_example_is_read_whole() {
    let example = example();
    assert_eq!(recognised(&IMPORTER, "x.json", example.as_bytes()), 7);
    let told = whole(&IMPORTER, example.as_bytes());
    assert!(told.skipped.is_empty(), "{:?}", told.skipped);
    assert_eq!(told.notes, ["the chats come from viber"]);
    assert_eq!(told.chats.len(), 2);
    let chat = &told.chats[0];
    assert_eq!(
        (chat.key.as_str(), chat.title.as_deref(), chat.handle.as_deref()),
        ("chat-17", Some("Dara"), Some("+85512345678"))
    );
    let [first, answer, place, call, deleted, photo] = &chat.entries[..] else {
        panic!("six messages are in it")
    };
    assert_eq!(first.sender, Sender { key: "u-204".to_owned(), name: Some("Dara".to_owned()) });
    assert_eq!(first.native_id.as_deref(), Some("chat-17/9001"));
    assert!(matches!(first.at, Moment::Utc(_)) && matches!(first.revision, Revision::Edited { at: Some(_) }));
    assert_eq!(answer.reply_to, first.native_id);
    let place = place.place.as_ref().unwrap();
    assert_eq!((place.point, place.live_seconds), (Some((11.5639, 104.9311)), Some(900)));
    assert_eq!((place.name.as_deref(), place.address.as_deref()), (Some("Old market"), Some("Street 1")));
    assert_eq!(call.form, Form::Call { seconds: Some(65), outcome: Some("hangup".to_owned()) });
    assert_eq!(deleted.revision, Revision::Deleted);
    assert_eq!(photo.attachments[0].bytes, Bytes::Member("files/gate.jpg".to_owned()));
    assert_eq!((photo.forwarded_from.as_deref(), photo.described.len()), (Some("Sok"), 1));
    assert!(matches!(told.chats[1].entries.len(), 0));
    cut_everywhere(&IMPORTER, example.as_bytes());
}

#[test]
fn other_json_is_not_ours() {
    let others = [
        "",
        "{}",
        "[]",
        "{\"messages\": [{\"text\": \"\\\"farlight_chat\\\": 1\"}]}",
        "{\"text\": \"farlight_chat\"}",
        "{\"farlight_chat\": {\"a\": 1}}",
        "farlight_chat: 1",
    ];
    for other in others {
        assert_eq!(recognised(&IMPORTER, "x.json", other.as_bytes()), 0, "{other}");
    }
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(file("").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(recognised(&IMPORTER, "x.json", &utf16), 1);
    assert_eq!(whole(&IMPORTER, &utf16).chats.len(), 1);
}

#[test]
fn times_with_and_without_offset_are_kept_apart() {
    let at = |time: &str| {
        let told = whole(
            &IMPORTER,
            file(&format!("{{\"sender\": {{\"key\": \"a\"}}, \"sent_at\": \"{time}\"}}")).as_bytes(),
        );
        if told.only().is_empty() { "none".to_owned() } else { told.times(DateOrder::Ymd).remove(0) }
    };
    assert_eq!(at("2026-01-31T18:05:00+07:00"), "2026-01-31T11:05:00Z");
    assert_eq!(at("2026-01-31T18:05:00Z"), "2026-01-31T18:05:00Z");
    assert_eq!(at("2026-01-31T18:05:00"), "2026-01-31T18:05:00");
    assert_eq!(at("2026-01-31 18:05"), "2026-01-31T18:05:00");
    for none in ["2026-01-31", "31/01/2026 18:05", "2026-01-31T18:05:00+99:00", "1767225600", ""] {
        assert_eq!(at(none), "none", "{none}");
    }
}

#[test]
fn what_is_not_part_of_the_format_is_told() {
    let text = format!(
        "{{\"farlight_chat\": 1, \"exported\": true, \"nothing\": null, \"conversations\": [7, {{\"key\": 5, \"members\": [],
        \"messages\": [{{{SENT}, \"txt\": \"x\"}}, {{{SENT}, \"location\": {{\"lat\": 99, \"lng\": 1}}}},
        {{{SENT}, \"text\": 7, \"edited_at\": \"x\", \"call\": {{\"seconds\": 1.5}}, \"attachments\": [1, {{\"url\": \"x\"}}]}},
        {{\"sent_at\": \"2026-01-31T18:05:00Z\"}}, {{{SENT}, \"id\": 1, \"id\": 2}}, 9,
        {{\"sender\": {{}}, \"sent_at\": \"2026-01-31T18:05:00Z\"}}, {{\"sender\": {{\"key\": \"a\"}}}}],
        \"title\": \"late\"}}]}} x"
    );
    let told = whole(&IMPORTER, text.as_bytes());
    assert_eq!(told.only().len(), 4);
    assert_eq!(told.chats[0].key, "5");
    assert_eq!(told.only()[2].revision, Revision::Edited { at: None });
    assert_eq!(told.only()[2].form, Form::Call { seconds: None, outcome: None });
    let expected = [
        "field that is not part of the format",
        "conversation that is no object",
        "field of a conversation that is not part of the format",
        "message kept without a field that is not part of the format",
        "message kept without its point: `lat` and `lon` are no place on earth, in degrees",
        "message kept without a field of its location that is not part of the format",
        "message kept without its `text`, which could not be read",
        "message kept without its `edited_at`, which could not be read",
        "message kept without its `seconds`, which is no whole number",
        "message kept without an attachment that is no object",
        "message kept without a field of an attachment that is not part of the format",
        "message without `sender`",
        "message that is no sound JSON object",
        "message whose `sender` has neither `key` nor `name`",
        "message without `sent_at`",
        "name of a conversation that stands behind its messages: it must stand before",
        "text after the end of the JSON",
    ];
    assert_eq!(told.reasons(), expected);
}

#[test]
fn words_are_exact_and_long_messages_cost_themselves() {
    let long = "x".repeat(17 << 20);
    let text =
        file(&format!("{{{SENT}, \"text\": \" a\\n😀 \"}},\n{{{SENT}, \"text\": \"{long}\"}},\n{{{SENT}}}"));
    let told = whole(&IMPORTER, text.as_bytes());
    assert_eq!((told.only().len(), told.only()[0].text.as_str()), (2, " a\n😀 "));
    assert_eq!(told.skipped, [(3, "message that is too long".to_owned())]);
    assert_eq!(told.only()[1].line, 4);
}

#[test]
fn other_versions_and_cut_files_are_refused_where_they_end() {
    let halted = |text: &str| read(&IMPORTER, &[("x", text.as_bytes())]).1.unwrap_err().to_string();
    assert!(halted("{\"farlight_chat\": 2}").contains("version"));
    assert!(halted("{\"conversations\": []}").contains("before"));
    assert!(halted("[]").contains("object"));
    let (told, result) =
        read(&IMPORTER, &[("x", file(&format!("{{{SENT}}},")).trim_end_matches("]}]}").as_bytes())]);
    assert!(result.unwrap_err().to_string().contains("cut short"));
    assert_eq!(told.only().len(), 1);
}

#[test]
fn conversations_without_a_key_stay_apart() {
    let text = format!(
        "{{\"farlight_chat\":1,\"conversations\":[{{\"messages\":[{{{SENT}}}]}},{{\"title\":\"b\",\"messages\":[]}}]}}"
    );
    let told = whole(&IMPORTER, text.as_bytes());
    let keys: Vec<_> = told.chats.iter().map(|chat| chat.key.as_str()).collect();
    assert_eq!(keys, ["conversation-1", "conversation-2"]);
}

proptest! {
    #[test]
    fn damage_ends_the_reading_at_most(bytes in damaged(example().as_bytes())) {
        recognised(&IMPORTER, "x", &bytes);
        let (_, result) = read(&IMPORTER, &[("x", &bytes)]);
        assert!(matches!(result, Ok(()) | Err(Halt::Malformed { .. })));
    }
}
