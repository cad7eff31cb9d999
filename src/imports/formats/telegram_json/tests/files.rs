//! Whole files: broken ones, cut ones, hostile ones, and real ones.

use super::*;

/// Two readable messages, a service message and an unsupported one; line 1 holds a byte order mark.
const CHAT: &str = "\u{feff}{
 \"name\": \"Bến xe\",
 \"type\": \"personal_chat\",
 \"id\": 7,
 \"messages\": [
  {
   \"id\": 1, \"type\": \"message\", \"date_unixtime\": \"1767225600\",
   \"from\": \"Linh\", \"from_id\": \"user7\", \"text\": \"tầng 3 😀\"
  },
  {\"id\": 2, \"type\": \"service\", \"action\": \"joined_telegram\", \"text\": \"\"},
  {\"id\": 3, \"type\": \"unsupported\"},
  {
   \"id\": 4, \"type\": \"message\", \"date\": \"2026-01-01T07:00:00\",
   \"from\": \"Bo\", \"from_id\": \"user8\", \"text\": \"ok\"
  }
 ]
}
";

fn lines(export: &Gathered) -> Vec<u32> {
    export.skipped.iter().map(|(line, _)| *line).collect()
}

fn texts(export: &Gathered) -> Vec<&str> {
    export.only().iter().map(|entry| entry.text.as_str()).collect()
}

#[test]
fn lines_are_those_of_the_file_whatever_its_encoding() {
    let utf16 = CHAT.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, notes) in [
        (CHAT.as_bytes().to_vec(), 0),
        (CHAT.replace('\n', "\r\n").into_bytes(), 0),
        (CHAT.trim_start_matches('\u{feff}').as_bytes().to_vec(), 0),
        (utf16, 1),
    ] {
        let export = whole(&IMPORTER, &bytes);
        let places: Vec<_> = export.only().iter().map(|entry| entry.line).collect();
        assert_eq!((places, lines(&export)), (vec![6, 12], vec![10, 11]));
        assert_eq!(export.notes.len(), notes);
        assert_eq!(texts(&export), ["tầng 3 😀", "ok"]);
        assert_eq!(recognised(&IMPORTER, "x", &bytes), 4);
    }
    let times = whole(&IMPORTER, CHAT.as_bytes()).times(DateOrder::Ymd);
    assert_eq!(times, ["2026-01-01T00:00:00Z", "2026-01-01T07:00:00"]);
}

#[test]
fn a_file_cut_at_any_byte_gives_what_came_before_and_says_so() {
    cut_everywhere(&IMPORTER, CHAT.as_bytes());
    let end = CHAT.trim_end().len();
    let ends: Vec<_> = CHAT.match_indices("\n  }").map(|(at, close)| at + close.len()).collect();
    for at in 4..CHAT.len() {
        let (export, result) = read(&IMPORTER, &[("chat", &CHAT.as_bytes()[..at])]);
        let count: usize = export.chats.iter().map(|chat| chat.entries.len()).sum();
        assert_eq!(count, ends.iter().filter(|end| at >= **end).count(), "{at}");
        match result {
            Ok(()) => assert!(at >= end, "cut at {at} and not told"),
            Err(halt) => assert!(at < end && halt.to_string().contains("cut short"), "{at}: {halt}"),
        }
    }
}

#[test]
fn a_file_that_is_broken_does_not_cost_the_next_one() {
    let cut = &CHAT.as_bytes()[..CHAT.len() - 20];
    let (export, result) = read(&IMPORTER, &[("a", cut), ("b", cut), ("c", CHAT.as_bytes())]);
    assert!(matches!(result, Err(Halt::Malformed { .. })));
    assert_eq!(texts(&export), ["tầng 3 😀", "tầng 3 😀", "tầng 3 😀", "ok"]);
    assert!(export.reasons().iter().any(|reason| reason.contains("cut short")));
}

#[test]
fn known_faults_are_repaired_and_told() {
    let emoji =
        "[\"a\", {\"type\": \"custom_emoji\", \"text\": \"😮\", \"document_id\": files/s (2).webm\n}]";
    let text = CHAT.replace("\"ok\"", emoji).replace("tầng", r"\x1Ft\ud83d");
    let export = whole(&IMPORTER, text.as_bytes());
    assert_eq!(texts(&export), ["\u{1f}t\u{fffd} 3 😀", "a😮"]);
    let notes = [
        "1 x invalid escape repaired",
        "1 x half of a character replaced",
        "1 x unquoted document_id quoted",
    ];
    assert_eq!(export.notes, notes);
    assert_eq!(lines(&export), [10, 11]);
    cut_everywhere(&IMPORTER, text.as_bytes());

    let mut bytes = CHAT.as_bytes().to_vec();
    let at = CHAT.find("ok").unwrap();
    bytes[at] = 0xFF;
    let export = whole(&IMPORTER, &bytes);
    assert_eq!(texts(&export), ["tầng 3 😀", "\u{fffd}k"]);
    assert_eq!(export.notes, ["bytes that are no text were replaced"]);
}

#[test]
fn one_bad_message_costs_only_itself() {
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let bad = [
        "null".to_owned(),
        "\"secret\"".to_owned(),
        deep.clone(),
        "{\"type\": {\"a\": 1}, \"text\": \"no date\"}".to_owned(),
        "{\"text\": \"secret \"word\" here\"}".to_owned(),
        "{\"text\": \"one \" secret\", \"type\": \"message\"}".to_owned(),
        "{\"text\": secret}".to_owned(),
        "{\n   \"text\": [ {\"a\": \"no end\"\n  }".to_owned(),
    ];
    for bad in bad {
        let text = CHAT.replace("{\"id\": 3, \"type\": \"unsupported\"}", &bad);
        let export = whole(&IMPORTER, text.as_bytes());
        assert_eq!(texts(&export), ["tầng 3 😀", "ok"], "{bad}");
        assert_eq!(lines(&export)[..2], [10, 11], "{bad}");
        assert!(export.reasons().iter().all(|reason| !reason.contains("secret")));
    }
    // A bad field costs the field, and that is told where it held anything that a person sent.
    for (field, kept, told) in [("edited", "ok", 0), ("poll", "ok", 1), ("text", "", 1)] {
        let rest = if field == "text" { "" } else { ", \"text\": \"ok\"" };
        let text = CHAT.replace("\"text\": \"ok\"", &format!("\"{field}\": {deep}{rest}"));
        let export = whole(&IMPORTER, text.as_bytes());
        assert_eq!(export.only()[1].text, kept);
        assert_eq!(lines(&export).len(), 2 + told, "{field}");
    }
}

#[test]
fn a_message_that_falls_apart_costs_only_itself() {
    for broken in ["a \" b }", "a \" b ],", "}}", "\" : \" {"] {
        let text = CHAT.replace(" 3 😀", broken);
        let (export, _) = read(&IMPORTER, &[("chat", text.as_bytes())]);
        if broken != "a \" b ]," {
            assert!(texts(&export).contains(&"ok"), "{broken}: {:?}", export.skipped);
        }
        assert!(lines(&export).iter().any(|line| (6..9).contains(line)) || broken == "}}");
    }
}

#[test]
fn a_broken_frame_costs_its_line() {
    let text = CHAT.replace("\"Bến xe\"", "\"Bến \"xe\"");
    let export = whole(&IMPORTER, text.as_bytes());
    assert_eq!((texts(&export).len(), lines(&export)), (2, vec![2, 10, 11]));
    let deep = format!("{{\"chats\": {}", "{\"list\":[{\"chats\":".repeat(200_000));
    assert_eq!(recognised(&IMPORTER, "x", deep.as_bytes()), 1);
    let account = "{\"chats\": {\"about\": \"x\", \"list\": []}, \"left_chats\": 5}";
    assert_eq!(whole(&IMPORTER, account.as_bytes()).reasons(), ["list of chats that is no object"]);
}

#[test]
fn several_texts_in_one_file_are_all_read() {
    let export = whole(&IMPORTER, format!("{CHAT}{{\"x\": 1}}\nthe end\n").as_bytes());
    assert_eq!(export.only().len(), 2);
    assert_eq!(
        export.skipped[2..],
        [(18, "chat without a list of messages".into()), (19, "text that belongs to no chat".into())]
    );
}

#[test]
fn what_is_too_much_is_told_or_survived() {
    let long = CHAT.replace("\"ok\"", &format!("\"{}\"", "x".repeat(17 << 20)));
    let export = whole(&IMPORTER, long.as_bytes());
    assert_eq!((texts(&export), lines(&export)), (vec!["tầng 3 😀"], vec![10, 11, 12]));
    let flood = format!("{{\"id\": 1, \"messages\": [{}0]}}", "0,".repeat(100_000));
    assert_eq!(whole(&IMPORTER, flood.as_bytes()).skipped.len(), 100_001);
    let deep = format!("{{\"messages\": {}", "[{\"messages\":".repeat(200_000));
    assert!(read(&IMPORTER, &[("chat", deep.as_bytes())]).1.is_err());
    let closed =
        format!("{{\"type\": \"bot_chat\", \"messages\": {}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(whole(&IMPORTER, closed.as_bytes()).skipped.len(), 1);
    let chats = format!("{{\"chats\": {}", "{\"list\":[{\"chats\":".repeat(200_000));
    assert!(read(&IMPORTER, &[("chat", chats.as_bytes())]).1.is_err());
}

#[test]
fn only_telegrams_own_files_are_recognised() {
    let account = "{\"about\": \"x\", \"personal_information\": {\"user_id\": 1}, \"contacts\": {\"list\": [";
    let known = [
        (r#"{"messages": [{"type": "message", "date_unixtime": "1", "from": "a", "text": "x"}]}"#, 1),
        (r#"[{"id": 1, "type": "message", "date": "2026-01-01T00:00:00", "from": "a", "text": "\x01"}]"#, 1),
        (r#"{"name": "a", "type": "personal_chat", "id": 5, "messages": []}"#, 1),
        (r#"{"chats": {"list": []}}"#, 1),
        (account, 1),
    ];
    for (file, count) in known {
        assert_eq!(recognised(&IMPORTER, "result.json", file.as_bytes()), count, "{file}");
    }
    let unknown = [
        "",
        "\u{feff}",
        "{",
        "Dear all, please find the minutes below.",
        "[1, 2, 3]",
        "{}",
        r#"{"name": "package", "version": "1.0.0"}"#,
        r#"{"model": "x", "messages": [{"role": "user", "content": "hello"}]}"#,
        r#"{"participants": [{"name": "A"}], "messages": [{"sender_name": "A", "timestamp_ms": 1}]}"#,
        "{\"version\": 1}\n{\"chatItem\": {}}\n",
        r#"{"chats": [1], "messages": 3}"#,
        "<html><body><div class=\"message\">{}</div></body></html>",
    ];
    for file in unknown {
        assert_eq!(recognised(&IMPORTER, "result.json", file.as_bytes()), 0, "{file}");
    }
}

/// The elements of every array of messages, counted without the reader.
fn count_messages(value: &Value) -> usize {
    let own = value["messages"].as_array().map_or(0, Vec::len);
    let lists = ["chats", "left_chats"].iter().filter_map(|name| value[name]["list"].as_array());
    own + lists.flatten().map(count_messages).sum::<usize>()
}

/// What each real file holds, as read by eye: messages and calls, and service or unsupported messages.
const REAL: [(&str, usize, usize); 16] = [
    ("telegram/chatanalytics_DM_2A_7M.json", 7, 1),
    ("telegram/chatminer_test_batch_export.json", 2, 0),
    ("telegram/chatminer_test_single_export.json", 2, 0),
    ("telegram/frozenspider_telegram_2021-05.json", 1, 2),
    ("telegram/frozenspider_telegram_2021-06_supergroup.json", 3, 1),
    ("telegram/frozenspider_telegram_2023-01.json", 1, 5),
    ("telegram/frozenspider_telegram_2023-10_audio-video.json", 4, 0),
    ("telegram/frozenspider_telegram_2023-11.json", 1, 0),
    ("telegram/frozenspider_telegram_2024-01.json", 1, 1),
    ("telegram/frozenspider_telegram_2024-01_inline-bot-buttons.json", 5, 0),
    ("telegram/frozenspider_telegram_2024-02_create-channel_saved-from.json", 1, 1),
    ("telegram/frozenspider_telegram_2024-05_boosts_file-name_etc.json", 2, 1),
    ("telegram/frozenspider_telegram_2024-08.json", 3, 1),
    ("telegram/frozenspider_telegram_2025-02_joined_file-size.json", 1, 1),
    ("telegram/frozenspider_telegram_2025-03_service-photo-size.json", 0, 2),
    ("authored/telegram_single_vi.json", 5, 1),
];

#[test]
fn real_exports_lose_nothing_in_silence() {
    let Some(folder) = samples() else { return };
    for (name, messages, others) in REAL {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        assert!(recognised(&IMPORTER, name, &bytes) > 0, "{name}");
        let export = whole(&IMPORTER, &bytes);
        let (count, mut reasons) = reasons(&export);
        reasons.retain(|reason| !reason.starts_with("part of the export"));
        assert_eq!((count, reasons.len()), (messages, others), "{name}: {reasons:?}");
        assert_eq!(messages + others, count_messages(&serde_json::from_slice(&bytes).unwrap()), "{name}");
        assert!(reasons.iter().all(|reason| !reason.starts_with("message kept")), "{name}: {reasons:?}");
        assert!(export.notes.is_empty(), "{name}");
    }
}
