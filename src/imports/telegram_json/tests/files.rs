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

fn lines(export: &Export) -> Vec<u32> {
    export.skipped.iter().map(|skipped| skipped.line).collect()
}

#[test]
fn lines_and_places_are_those_of_the_file() {
    for text in [CHAT.to_owned(), CHAT.replace('\n', "\r\n")] {
        let export = parse(text.as_bytes()).unwrap();
        let messages = &export.conversations[0].messages;
        let places: Vec<_> = messages.iter().map(|message| (message.ordinal, message.line)).collect();
        assert_eq!(places, [(0, 6), (3, 12)]);
        assert_eq!(lines(&export), [10, 11]);
        assert_eq!(export.date_order, DateOrder::Ymd);
        assert!(export.notes.is_empty());
    }
}

#[test]
fn a_file_cut_at_any_byte_is_refused() {
    let whole = parse(CHAT.as_bytes()).unwrap();
    let end = CHAT.trim_end().len();
    let begun = CHAT.find("\"messages\"").unwrap() + "\"messages\"".len();
    for at in 0..CHAT.len() {
        match parse(&CHAT.as_bytes()[..at]) {
            Ok(export) => {
                assert!(at >= end, "cut at {at} and read");
                assert_eq!(export, whole);
            }
            Err(ParseError::NotThisFormat { .. }) => assert!(at < begun, "cut at {at} and not known"),
            Err(ParseError::Malformed { detail, .. }) => {
                assert!(detail.contains("cut short"), "{at}: {detail}");
            }
        }
    }
}

#[test]
fn a_broken_file_cut_at_any_byte_is_refused() {
    let text = CHAT.replace("tầng", r"t\x01\q\ud83d").replace("\"ok\"", "[{\"document_id\": a (1).webp}]");
    parse(text.as_bytes()).unwrap();
    for at in 0..text.trim_end().len() {
        assert!(parse(&text.as_bytes()[..at]).is_err(), "{at}");
    }
}

#[test]
fn known_faults_are_repaired_and_told() {
    let emoji =
        "[\"a\", {\"type\": \"custom_emoji\", \"text\": \"😮\", \"document_id\": files/s (2).webm\n}]";
    let text = CHAT.replace("\"ok\"", emoji).replace("tầng", r"\x1Ft\ud83d");
    let export = parse(text.as_bytes()).unwrap();
    let bodies: Vec<_> =
        export.conversations[0].messages.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["\u{1f}t\u{fffd} 3 😀", "a😮"]);
    let notes = [
        "1 x invalid escape repaired",
        "1 x half of a character replaced",
        "1 x unquoted document_id quoted",
    ];
    assert_eq!(export.notes, notes);
    assert_eq!(lines(&export), [10, 11]);

    let mut bytes = CHAT.as_bytes().to_vec();
    let at = CHAT.find("ok").unwrap();
    bytes[at] = 0xFF;
    let export = parse(&bytes).unwrap();
    assert_eq!(export.conversations[0].messages[1].body, "\u{fffd}k");
    assert_eq!(export.notes, ["1 x bytes that are not UTF-8 replaced"]);
}

#[test]
fn a_file_beyond_repair_says_where_and_quotes_nothing() {
    let text = CHAT.replace("\"tầng 3 😀\"", "\"secret \"word\" here\"");
    let error = parse(text.as_bytes()).unwrap_err();
    assert!(matches!(error, ParseError::Malformed { line: 8, .. }), "{error}");
    assert!(!error.to_string().contains("secret") && !error.to_string().contains("word"), "{error}");
}

#[test]
fn one_bad_message_costs_only_itself() {
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let bad = [
        "null".to_owned(),
        "\"secret\"".to_owned(),
        deep.clone(),
        "{\"type\": {\"a\": 1}, \"text\": \"no date\"}".to_owned(),
    ];
    for bad in bad {
        let text = CHAT.replace("{\"id\": 3, \"type\": \"unsupported\"}", &bad);
        let export = parse(text.as_bytes()).unwrap();
        assert_eq!((export.conversations[0].messages.len(), lines(&export)), (2, vec![10, 11]));
        assert!(export.skipped.iter().all(|skipped| !skipped.reason.contains("secret")));
    }
    // A bad field costs the field, and that is told where it held anything that a person sent.
    let unread = "message without readable text";
    for (field, kept, told) in [("edited", "ok", 0), ("poll", "ok", 1), ("text", unread, 1)] {
        let rest = if field == "text" { "" } else { ", \"text\": \"ok\"" };
        let text = CHAT.replace("\"text\": \"ok\"", &format!("\"{field}\": {deep}{rest}"));
        let export = parse(text.as_bytes()).unwrap();
        assert_eq!(export.conversations[0].messages[1].body, kept);
        assert_eq!(lines(&export).len(), 2 + told, "{field}");
    }
}

#[test]
fn a_flood_of_nothing_is_refused_and_a_deep_file_survived() {
    let flood = format!("{{\"id\": 1, \"messages\": [{}0]}}", "0,".repeat(MOST_PARTS));
    let error = parse(flood.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("more than 500000 messages"), "{error}");
    let deep = format!("{{\"messages\": {}", "[{\"messages\":".repeat(200_000));
    assert!(parse(deep.as_bytes()).is_err());
    let closed =
        format!("{{\"type\": \"bot_chat\", \"messages\": {}{}}}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(parse(closed.as_bytes()).unwrap().skipped.len(), 1);
}

/// The elements of every array of messages, counted without the reader.
fn count_messages(value: &Value) -> usize {
    let own = value["messages"].as_array().map_or(0, Vec::len);
    let lists = ["chats", "left_chats"].iter().filter_map(|name| value[name]["list"].as_array());
    own + lists.flatten().map(count_messages).sum::<usize>()
}

#[test]
fn real_exports_lose_nothing_in_silence() {
    let chats = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples/chats");
    let Ok(folder) = std::fs::read_dir(chats.join("telegram")) else {
        eprintln!("no samples at {}: nothing to read", chats.display());
        return;
    };
    let mut files: Vec<_> = folder.map(|file| file.unwrap().path()).collect();
    files.push(chats.join("authored/telegram_single_vi.json"));
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "json")) {
        let bytes = std::fs::read(file).unwrap();
        let export = parse(&bytes).unwrap();
        let expected = count_messages(&serde_json::from_slice(&bytes).unwrap());
        let (messages, reasons) = reasons(&export);
        let about_kept = reasons.iter().filter(|reason| reason.starts_with("message kept")).count();
        assert_eq!(messages + reasons.len() - about_kept, expected, "{}", file.display());
        assert_eq!(about_kept, 0, "{}", file.display());
        let bodies = export.conversations.iter().flat_map(|chat| &chat.messages);
        assert!(bodies.clone().all(|message| !message.body.is_empty()), "{}", file.display());
        eprintln!("{}: {messages} messages, skipped {reasons:?}", file.display());
    }
}
