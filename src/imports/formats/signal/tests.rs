use serde_json::json;

use super::super::dates::DateOrder;
use super::super::shape::{Bytes, Form, Revision};
use super::super::testing::{Gathered, cut_everywhere, read, recognised, samples, whole};
use super::IMPORTER;

mod archives;
mod texts;

/// Three lines that introduce the account, Dara with a number, and a chat with her.
fn begin() -> Vec<serde_json::Value> {
    vec![
        json!({"version": "1", "backupTimeMs": "1767225600000"}),
        json!({"account": {"givenName": "Sok", "familyName": "Chan"}}),
        json!({"recipient": {"id": "1", "self": {}}}),
        json!({"recipient": {"id": "2", "contact": {"aci": "AAECAwQFBgcICQoLDA0ODw==", "e164": "85512345678",
            "profileGivenName": "Dara", "systemGivenName": ""}}}),
        json!({"chat": {"id": "9", "recipientId": "2"}}),
    ]
}

const DARA: &str = "00010203-0405-0607-0809-0a0b0c0d0e0f";

fn jsonl(lines: &[serde_json::Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// What is read of one message in the chat with Dara.
fn one(item: &serde_json::Value) -> Gathered {
    let mut lines = begin();
    lines.push(json!({ "chatItem": item }));
    whole(&IMPORTER, jsonl(&lines).as_bytes())
}

#[test]
fn other_files_are_not_signals() {
    let others: [&[u8]; 13] = [
        b"",
        b"Dear all,\nplease find the minutes below.\n",
        b"{\"name\": \"x\", \"messages\": []}",
        b"{\"version\": 1}\n{\"chatItem\": {}}\n",
        b"{\"type\":\"user\",\"message\":{\"role\":\"user\"}}\n",
        b"[1/2/26, 10:00:00] Linh: hello\n",
        "[2026-04-06, 13:54:12] Linh: \u{200e}image omitted\n".as_bytes(),
        b"[2026-04-06, 13:54:12] Linh: hello\n",
        b"[2026-04-06 13:54:12] production.ERROR: no route\n[2026-04-06 13:54:13] INFO: started\n",
        b"2026-04-06 13:54:12 Linh\nhello\n",
        b"fn main() { let a = [1]; }\n",
        b"localId,TalkerId,Type\n1,2,3\n",
        b"CREATE TABLE messages(\n    rowid INTEGER PRIMARY KEY ASC,\n    json TEXT\n);\nINSERT INTO messages VALUES(1);\n",
    ];
    for other in others {
        assert_eq!(recognised(&IMPORTER, "main.jsonl", other), 0, "{}", String::from_utf8_lossy(other));
    }
}

#[test]
fn the_real_files_are_read_to_the_last_line() {
    let Some(samples) = samples() else { return };
    let file = |name: &str| std::fs::read(samples.join("signal").join(name)).unwrap();

    let archive = file("inline_main.jsonl");
    assert_eq!(recognised(&IMPORTER, "main.jsonl", &archive), 9);
    let told = whole(&IMPORTER, &archive);
    let sizes: Vec<_> = told.chats.iter().map(|chat| (chat.key.as_str(), chat.entries.len())).collect();
    assert_eq!(sizes, [("20", 2), ("3", 1)]);
    assert_eq!(told.skipped, [(9, "service line: notice without content".to_owned())]);
    assert_eq!(told.chats[0].title.as_deref(), Some("Note to Self"));
    assert!(told.chats[0].entries.iter().all(|entry| entry.sender.key == "self"));
    let [photo] = &told.chats[0].entries[1].attachments[..] else { panic!("one photo was sent") };
    assert!(
        matches!(&photo.bytes, Bytes::Member(path) if path.starts_with("files/") && path.ends_with(".jpeg"))
    );
    cut_everywhere(&IMPORTER, &archive);

    let text = file("chatminer_test_export.txt");
    assert_eq!(recognised(&IMPORTER, "x.txt", &text), 2);
    let told = whole(&IMPORTER, &text);
    assert_eq!(told.times(DateOrder::Ymd), ["2019-12-24T12:23:00", "2020-01-17T21:49:00"]);
    let lines: Vec<_> = told.only().iter().map(|entry| entry.text.lines().count()).collect();
    assert_eq!((lines, told.skipped.len()), (vec![1, 2], 0));

    let dump = file("frozenspider_signal_2024-08-macos_plaintext.sql");
    assert_eq!(recognised(&IMPORTER, "x.sql", &dump), 0);
}
