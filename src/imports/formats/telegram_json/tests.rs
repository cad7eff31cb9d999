use serde_json::{Value, json};

use super::super::dates::DateOrder;
use super::super::shape::{Entry, Form, Moment, Revision};
use super::super::testing::{Gathered, cut_everywhere, read, recognised, samples, whole};
use super::*;

/// 2026-01-01T00:00:00Z.
const AT: &str = "1767225600";

fn export(chat: &Value) -> Gathered {
    whole(&IMPORTER, serde_json::to_string_pretty(chat).unwrap().as_bytes())
}

/// A chat of one message: these fields, with a type, a time and a sender unless they say otherwise.
fn one(fields: &Value) -> Gathered {
    let mut message =
        json!({"id": 1, "type": "message", "date_unixtime": AT, "from": "Linh", "from_id": "user7"});
    message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    message.as_object_mut().unwrap().retain(|name, value| name != "date_unixtime" || !value.is_null());
    export(&json!({"name": "Linh", "type": "personal_chat", "id": 7, "messages": [message]}))
}

fn entry(fields: &Value) -> Entry {
    let mut export = one(fields);
    assert_eq!(export.skipped, [], "{fields}");
    export.chats.remove(0).entries.remove(0)
}

fn body(fields: &Value) -> String {
    entry(fields).body()
}

/// How many messages came in, and the reasons for what did not.
fn reasons(export: &Gathered) -> (usize, Vec<&str>) {
    (export.chats.iter().map(|chat| chat.entries.len()).sum(), export.reasons())
}

fn local(text: &str) -> Moment {
    Moment::Local(text.parse().unwrap())
}

fn utc(text: &str) -> Moment {
    Moment::Utc(text.parse().unwrap())
}

#[test]
fn a_single_chat_may_lack_all_but_its_messages() {
    let message = json!({"type": "message", "date_unixtime": AT, "from": "Dara", "text": "hi"});
    for export in [export(&json!({ "messages": [message] })), export(&json!([message]))] {
        let chat = &export.chats[0];
        assert_eq!(
            (chat.key.as_str(), chat.title.as_deref(), chat.handle.as_deref()),
            ("chat-1", None, None)
        );
        let entry = &chat.entries[0];
        assert_eq!((entry.sender.key.as_str(), entry.sender.name.as_deref()), ("Dara", Some("Dara")));
        assert_eq!((entry.text.as_str(), entry.native_id.as_deref()), ("hi", None));
    }
}

#[test]
fn a_whole_account_keeps_the_chats_apart() {
    let message = json!({
        "id": -5, "type": "message", "date_unixtime": AT, "from": "Dara", "from_id": "user9", "text": "x"
    });
    let chats = json!({
        "about": "x",
        "contacts": {"list": [{"first_name": "Not a chat"}]},
        "chats": {"list": [
            {"name": "One", "type": "personal_chat", "id": 9, "messages": [message, message]},
            {"name": "Two", "type": "private_group", "id": 9, "messages": []},
            {"type": "saved_messages", "id": "10", "messages": [message]},
            {"name": "Three", "id": 11},
            7
        ]},
        "left_chats": {"list": [{"name": null, "type": "public_channel", "messages": [message, [], "x"]}]}
    });
    let export = export(&chats);
    let seen: Vec<_> = export
        .chats
        .iter()
        .map(|chat| (chat.key.as_str(), chat.title.as_deref(), chat.handle.as_deref(), chat.entries.len()))
        .collect();
    let expected = [
        ("9", Some("One"), Some("user9"), 2),
        ("9-2", Some("Two"), Some("chat9"), 0),
        ("10", Some("Saved Messages"), Some("chat10"), 1),
        ("chat-4", None, None, 1),
    ];
    assert_eq!(seen, expected);
    let unreadable = "message that is no readable object";
    let expected = [
        "chat without a list of messages",
        "chat that is no object",
        "part of the export that is no chat: contacts",
        unreadable,
        unreadable,
    ];
    assert_eq!(export.reasons(), expected);
    assert_eq!(export.chats[0].entries[1].native_id.as_deref(), Some("-5"));
}

#[test]
fn ids_of_groups_do_not_collide_and_a_chat_goes_on_in_a_further_file() {
    let chat = |kind: &str, id: u32| {
        json!({"name": "G", "type": kind, "id": id, "messages": [{
            "id": 5, "type": "message", "date_unixtime": AT, "from": "Bo", "text": "x", "reply_to_message_id": 4
        }]})
    };
    let ids = |kind: &str| {
        let export = export(&chat(kind, 77));
        (export.only()[0].native_id.clone().unwrap(), export.only()[0].reply_to.clone().unwrap())
    };
    for kind in
        ["private_group", "private_supergroup", "public_supergroup", "private_channel", "public_channel"]
    {
        assert_eq!(ids(kind), ("77/5".into(), "77/4".into()), "{kind}");
    }
    for kind in ["personal_chat", "bot_chat", "saved_messages", "replies"] {
        assert_eq!(ids(kind), ("5".into(), "4".into()), "{kind}");
    }
    let files = [chat("private_group", 1), chat("private_group", 2), chat("private_group", 1)]
        .map(|chat| chat.to_string());
    let files: Vec<_> = files.iter().map(|file| ("result.json", file.as_bytes())).collect();
    let (export, result) = read(&IMPORTER, &files);
    result.unwrap();
    let seen: Vec<_> = export.chats.iter().map(|chat| (chat.key.as_str(), chat.entries.len())).collect();
    assert_eq!(seen, [("1", 2), ("2", 1)]);
}

#[test]
fn what_a_chat_is_called_may_come_last() {
    let message = |text: &str| {
        format!(r#"{{"id":5,"type":"message","date_unixtime":"{AT}","from":"Bo","text":"{text}"}}"#)
    };
    let file = |count: usize, text: &str| {
        let messages = vec![message(text); count].join(",");
        format!(r#"{{"messages":[{messages}],"name":"G","type":"private_group","id":77}}"#)
    };
    let export = whole(&IMPORTER, file(3, "x").as_bytes());
    let chat = &export.chats[0];
    assert_eq!(
        (chat.key.as_str(), chat.handle.as_deref(), chat.title.as_deref()),
        ("77", Some("chat77"), Some("G"))
    );
    assert_eq!(chat.entries[2].native_id.as_deref(), Some("77/5"));
    // More than what can wait is given on before the name is known, which is told later.
    for (count, text) in [(2_500, "x".to_owned()), (6, "x".repeat(1 << 20))] {
        let (export, result) = read(&IMPORTER, &[("chat", file(count, &text).as_bytes())]);
        result.unwrap();
        let chat = &export.chats[0];
        assert_eq!(
            (chat.key.as_str(), chat.handle.as_deref(), chat.title.as_deref()),
            ("chat-1", Some("chat77"), Some("G"))
        );
        assert_eq!((export.chats.len(), chat.entries.len()), (1, count));
        assert!(chat.entries.iter().all(|entry| entry.native_id.as_deref() == Some("5")));
    }
    // A file that is cut short gives what waited.
    let cut = file(3, "x");
    let (export, result) = read(&IMPORTER, &[("chat", &cut.as_bytes()[..cut.len() - 30])]);
    assert!(matches!(result, Err(Halt::Malformed { .. })));
    assert_eq!(export.only().len(), 3);
}

#[test]
fn text_is_a_string_or_pieces_and_loses_no_link() {
    assert_eq!(entry(&json!({"text": "  xin chào\n"})).text, "  xin chào\n");
    let pieces = json!([
        "Go ",
        {"type": "bold", "text": "north"},
        {"type": "custom_emoji", "text": "🙂", "document_id": "stickers/a.webp"},
        {"type": "text_link", "text": "here", "href": "https://maps.example/x"},
        {"type": "link", "text": "https://b.example"},
        {"type": "text_link", "text": "https://c.example", "href": "https://c.example"},
        {"type": "mention_name", "text": " Bo", "user_id": 88},
        ""
    ]);
    let words = "Go north🙂here (https://maps.example/x)https://b.examplehttps://c.example Bo";
    let whole = entry(&json!({ "text": pieces }));
    assert_eq!((whole.text.as_str(), whole.described), (words, vec!["mentions user88".to_owned()]));
    assert_eq!(entry(&json!({ "text_entities": pieces })).text, words);

    let export = one(&json!({"text": ["a", true, {"type": "bold"}, 5, "b"]}));
    assert_eq!(export.only()[0].text, "a5b");
    assert_eq!(reasons(&export), (1, vec!["message kept without a part of its text that could not be read"]));
}

#[test]
fn time_is_the_unix_stamp_else_the_local_clock_else_a_reason() {
    let both = json!({"text": "x", "date": "2026-01-01T07:00:00"});
    assert_eq!(entry(&both).at, utc("2026-01-01T00:00:00Z"));
    assert_eq!(entry(&json!({"text": "x", "date_unixtime": 1_767_225_601})).at, utc("2026-01-01T00:00:01Z"));
    for bad in [json!("soon"), json!([]), json!("0"), json!(1e300), Value::Null] {
        let fields = json!({"text": "x", "date": "2026-01-01T07:00:00", "date_unixtime": bad});
        assert_eq!(one(&fields).only()[0].at, local("2026-01-01T07:00:00"), "{bad}");
    }
    for bad in [json!("yesterday"), json!("1970-01-01T08:00:00"), Value::Null] {
        let export = one(&json!({"text": "x", "date": bad, "date_unixtime": null}));
        assert_eq!(reasons(&export), (0, vec!["message without a usable date"]), "{bad}");
    }
}

#[test]
fn edited_in_1970_means_never() {
    let edited = |fields: Value| match entry(&fields).revision {
        Revision::Edited { at } => at,
        _ => None,
    };
    assert_eq!(edited(json!({"text": "x"})), None);
    assert_eq!(edited(json!({"text": "x", "edited": "1970-01-01T07:00:00"})), None);
    assert_eq!(edited(json!({"text": "x", "edited": "1969-12-31T19:00:00", "edited_unixtime": "0"})), None);
    assert_eq!(
        edited(json!({"text": "x", "edited": "2026-01-02T00:00:00"})),
        Some(local("2026-01-02T00:00:00"))
    );
    let stamped = json!({"text": "x", "edited": "2026-01-01T07:00:00", "edited_unixtime": AT});
    assert_eq!(edited(stamped), Some(utc("2026-01-01T00:00:00Z")));
}

#[test]
fn one_sender_keeps_one_key() {
    let sender = |from: Value, id: Value| {
        let sender = entry(&json!({"text": "x", "from": from, "from_id": id})).sender;
        (sender.key, sender.name)
    };
    let linh = Some("Linh".to_owned());
    assert_eq!(sender(json!("Linh"), json!(7)), ("user7".into(), linh.clone()));
    assert_eq!(sender(json!("Linh"), json!("7")), ("user7".into(), linh.clone()));
    assert_eq!(sender(json!("Linh"), json!("user7")), ("user7".into(), linh.clone()));
    assert_eq!(sender(json!("Linh"), json!("channel7")), ("channel7".into(), linh.clone()));
    assert_eq!(sender(Value::Null, json!("user7")), ("user7".into(), None));
    assert_eq!(sender(json!("Linh"), Value::Null), ("Linh".into(), linh.clone()));
    assert_eq!(sender(json!("Linh"), json!({"x": 1})), ("Linh".into(), linh));
    assert_eq!(sender(Value::Null, Value::Null), ("unknown".into(), None));
}

#[test]
fn calls_come_in_and_other_service_messages_say_what_they_were() {
    let call = |fields: Value| {
        let actor = json!({"actor": "Bo", "actor_id": "user8"});
        let mut call = json!({"type": "service", "action": "phone_call", "text": ""});
        call.as_object_mut().unwrap().extend(actor.as_object().unwrap().clone());
        call.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        entry(&call)
    };
    let answered = call(json!({"duration_seconds": 31, "discard_reason": "hangup"}));
    assert_eq!(answered.form, Form::Call { seconds: Some(31), outcome: Some("hangup".into()) });
    assert_eq!((answered.body().as_str(), answered.sender.key.as_str()), ("call, 31 s", "user8"));
    assert_eq!(call(json!({"discard_reason": "missed"})).body(), "missed call");
    assert_eq!(call(json!({"discard_reason": "busy"})).body(), "call, not taken: busy");
    assert_eq!(call(json!({"discard_reason": "hangup"})).body(), "call, no duration: hangup");
    assert_eq!(call(json!({})).form, Form::Call { seconds: None, outcome: None });

    let service = |action: Value| {
        let export = one(&json!({"type": "service", "action": action, "text": "", "members": ["Bo"]}));
        export.skipped[0].1.clone()
    };
    assert_eq!(service(json!("invite_members")), "service line: invite_members");
    assert_eq!(service(json!("<b>Meet Me 5pm</b>")), "service line: unnamed");
    assert_eq!(service(Value::Null), "service line: unnamed");
    assert_eq!(reasons(&one(&json!({"type": "unsupported"}))), (0, vec![words::UNSUPPORTED]));

    // The exporter writes the words that go with a gift first, then an empty text of the same name.
    let gift = format!(
        r#"{{"id": 1, "messages": [{{"type": "service", "action": "send_star_gift", "date_unixtime": "{AT}",
            "actor": "Bo", "actor_id": "user8", "text": "be safe", "text": ""}}]}}"#
    );
    assert_eq!(whole(&IMPORTER, gift.as_bytes()).only()[0].text, "be safe");
}

#[test]
fn replies_and_forwards_are_kept() {
    assert_eq!(entry(&json!({"text": "x", "reply_to_message_id": 41})).reply_to.as_deref(), Some("41"));
    let elsewhere = json!({"text": "x", "reply_to_message_id": 41, "reply_to_peer_id": "channel3"});
    assert_eq!(entry(&elsewhere).reply_to.as_deref(), Some("3/41"));
    let from = |fields: Value| entry(&fields).forwarded_from;
    assert_eq!(from(json!({"text": "x"})), None);
    assert_eq!(from(json!({"text": "x", "forwarded_from": "News"})).as_deref(), Some("News"));
    assert_eq!(from(json!({"text": "x", "forwarded_from": null})).as_deref(), Some("unknown"));
    assert_eq!(from(json!({"text": "x", "saved_from": "Bo"})).as_deref(), Some("Bo"));
}

mod contents;
mod files;
