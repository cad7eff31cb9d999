use proptest::prelude::*;

use super::super::dates::{DateOrder, Orders};
use super::super::shape::Revision;
use super::super::testing::{self, Gathered, cut_everywhere, recognised, whole};
use super::*;

mod content;
mod samples;
mod told;

/// Both platforms, several languages, further lines, service lines, things sent besides words.
const MIXED: &str = "\u{200e}[31.01.26, 14:56:01] Team: \u{200e}Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Niemand \
    außerhalb dieses Chats kann sie lesen, nicht einmal WhatsApp.\n[31.01.26, 14:56:02] Mai: hallo\nnoch eine Zeile\n\n\
    \u{200e}[31.01.26, 14:57:00] \u{202a}+95 9 555 010\u{202c}: \u{200e}<Anhang: 00000003-PHOTO-2026-01-31-14-57-00.jpg>\r\n\
    [31.01.26, 14:58:00] Mai: \u{200e}Standort: https://maps.google.com/?q=16.6851,98.5179\n\
    [31.01.26, 14:59:00] Mai: \u{200e}Verpasster Sprachanruf\n[31.01.26, 15:00:00] Mai: ok \u{200e}<Diese Nachricht wurde bearbeitet.>\n\
    [31.01.26, 15:01:00] Mai: \u{200e}UMFRAGE:\nWann?\n\u{200e}OPTION: heute (\u{200e}1 Stimme)\n";

fn texts(gathered: &Gathered) -> Vec<(&str, &str)> {
    gathered.only().iter().map(|entry| (entry.sender.key.as_str(), entry.text.as_str())).collect()
}

/// The only message of a line.
fn one(line: &str) -> Entry {
    let gathered = whole(&IMPORTER, line.as_bytes());
    assert_eq!(gathered.skipped, [], "{line}");
    assert_eq!(gathered.only().len(), 1, "{line}");
    gathered.only()[0].clone()
}

#[test]
fn heads_of_every_platform_and_region_are_read() {
    for (head, order, expected) in [
        ("1/31/26, 2:56 PM - ", DateOrder::Mdy, "2026-01-31T14:56:00"),
        ("1/31/26, 2:56\u{202f}pm - ", DateOrder::Mdy, "2026-01-31T14:56:00"),
        ("31/01/2026, 14:56 - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("31.01.26, 14:56 - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("31-01-2026 14:56 - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("31/1/26 14:56 - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("31/01/26 14.56 - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("2026/1/31 下午2:56 - ", DateOrder::Ymd, "2026-01-31T14:56:00"),
        ("2026/1/31 14:56 - ", DateOrder::Ymd, "2026-01-31T14:56:00"),
        ("2026. 1. 31. 오후 2:56 - ", DateOrder::Ymd, "2026-01-31T14:56:00"),
        ("31/1/26, 2:56 p.\u{a0}m. - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("31.1.2026 klo 14.56 - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("31.01.26 г., 14:56 ч. - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("31‏/1‏/2026, 2:56 م - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("٣١‏/١‏/٢٠٢٦، ٢:٥٦ م - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("३१/१/२६, २:५६ pm - ", DateOrder::Dmy, "2026-01-31T14:56:00"),
        ("[1/31/26, 2:56:01 PM] ", DateOrder::Mdy, "2026-01-31T14:56:01"),
        ("[31/01/26, 2:56:01\u{202f}p.\u{a0}m.] ", DateOrder::Dmy, "2026-01-31T14:56:01"),
        ("[31/1/26 14:56:01] ", DateOrder::Dmy, "2026-01-31T14:56:01"),
        ("[31/01/26 14.56.01] ", DateOrder::Dmy, "2026-01-31T14:56:01"),
        ("[14:56:01, 1/31/26] ", DateOrder::Mdy, "2026-01-31T14:56:01"),
        ("[2:56:01 CH, 31/01/2026] ", DateOrder::Dmy, "2026-01-31T14:56:01"),
        ("[31/1/2569 BE, 14:56:01] ", DateOrder::Dmy, "2026-01-31T14:56:01"),
        ("[31/1/2569 14:56:01] ", DateOrder::Dmy, "2026-01-31T14:56:01"),
        ("[R8/01/31 14:56:01] ", DateOrder::Ymd, "2026-01-31T14:56:01"),
        ("[2026/01/31 14:56:01] ", DateOrder::Ymd, "2026-01-31T14:56:01"),
        ("[2026/1/31 下午2:56:01] ", DateOrder::Ymd, "2026-01-31T14:56:01"),
        ("[2026-01-31, 2:56:01 p.m.] ", DateOrder::Ymd, "2026-01-31T14:56:01"),
        ("‏[٣١‏/١‏/٢٠٢٦، ٢:٥٦:٠١ م] ", DateOrder::Dmy, "2026-01-31T14:56:01"),
        ("[31/01/2026, 2:56:01 ល្ងាច] ", DateOrder::Dmy, "2026-01-31T14:56:01"),
        ("\u{feff}\u{200e}[\u{feff}31.01.26, 14:56:01] ", DateOrder::Dmy, "2026-01-31T14:56:01"),
        ("31/01/26 14:56:01: ", DateOrder::Dmy, "2026-01-31T14:56:01"),
    ] {
        let line = format!("{head}Mai Lan: hi: there");
        let gathered = whole(&IMPORTER, line.as_bytes());
        assert_eq!(gathered.skipped, [], "{line}");
        assert_eq!(texts(&gathered), [("Mai Lan", "hi: there")], "{line}");
        assert_eq!(gathered.times(order), [expected], "{line}");
        assert_eq!(recognised(&IMPORTER, "x", line.as_bytes()), 1, "{line}");
    }
}

#[test]
fn years_in_front_and_eras_leave_nothing_to_guess() {
    assert!(matches!(one("[R8/01/31 14:56:01] A: x").at, Moment::Local(_)));
    assert!(matches!(one("2026/1/31 下午2:56 - A: x").at, Moment::Local(_)));
    assert!(matches!(one("1/2/2026, 14:56 - A: x").at, Moment::Written(_)));
}

#[test]
fn further_lines_belong_to_the_message_above() {
    let file = "30/1/26, 10:00 - Mai: one\n\n  two\n30/1/26 three\n10:05 - Ben: four\n30/1/26, 10:00 - 11:00 lunch: five\n\
        99/99/26, 10:00 - Ben: six\n[30/1/26] Ben: seven\n30/1/26, 25:00 - Ben: eight\n30/1/26, 10:01 - Ben: nine\n\n\n";
    let gathered = whole(&IMPORTER, file.as_bytes());
    let first = "one\n\n  two\n30/1/26 three\n10:05 - Ben: four\n30/1/26, 10:00 - 11:00 lunch: five\n99/99/26, 10:00 - \
        Ben: six\n[30/1/26] Ben: seven\n30/1/26, 25:00 - Ben: eight";
    assert_eq!(texts(&gathered), [("Mai", first), ("Ben", "nine")]);
    assert_eq!(gathered.skipped, []);
}

#[test]
fn messages_pasted_into_a_message_stay_in_it() {
    let file = "30/1/26, 10:00 - Mai: look:\n[09:58, 30/1/2026] Boss: work\nharder\n[09:59, 30/1/2026] Boss: now\n\
        30/1/26, 10:01 - Ben: keep it\n30/1/26, 10:02 - Mai: [09:58, 30/1/2026] Boss: work\n[09:59, 30/1/2026] Boss: now\n";
    let gathered = whole(&IMPORTER, file.as_bytes());
    let expected = [
        ("Mai", "look:\n[09:58, 30/1/2026] Boss: work\nharder\n[09:59, 30/1/2026] Boss: now"),
        ("Ben", "keep it"),
        ("Mai", "[09:58, 30/1/2026] Boss: work\n[09:59, 30/1/2026] Boss: now"),
    ];
    assert_eq!(texts(&gathered), expected);
}

#[test]
fn a_file_may_change_its_style() {
    let file = "6/30/23, 4:13 PM - Mai: a\n30/6/2023, 16:15 - Ben: b\n2023/6/30 下午4:16 - Mai: c\n";
    let gathered = whole(&IMPORTER, file.as_bytes());
    assert_eq!(texts(&gathered), [("Mai", "a"), ("Ben", "b"), ("Mai", "c")]);
    let mut orders = Orders::default();
    for entry in gathered.only() {
        if let Moment::Written(written) = &entry.at {
            orders.add(written);
        }
    }
    let found: Vec<DateOrder> = orders.all().iter().map(|order| order.order).collect();
    assert_eq!(found, [DateOrder::Mdy, DateOrder::Dmy]);
    let file = "30/1/26, 10:00 - Mai: a\n30/1/26, 10:01 - Mai: b\n[31/1/26, 10:02:05] Mai: c\nd\n[31/1/26, 10:03:05] Ben: e\n";
    let gathered = whole(&IMPORTER, file.as_bytes());
    assert_eq!(texts(&gathered), [("Mai", "a"), ("Mai", "b"), ("Mai", "c\nd"), ("Ben", "e")]);
    let long = "30/1/26, 10:00 - Mai: a\n".to_owned()
        + &"[31/1/26, 10:02:05] Ben: b\n".repeat(100)
        + "30/1/26, 10:00 - Mai: c";
    assert_eq!(whole(&IMPORTER, long.as_bytes()).only().len(), 102);
}

#[test]
fn names_are_freed_of_marks_and_may_hold_colons() {
    let name = |line: &str| one(line).sender.key;
    assert_eq!(name("30/1/26, 10:00 - \u{202a}+95\u{a0}9 555 010\u{202c}: hi"), "+95 9 555 010");
    assert_eq!(name("[30/1/26, 10:00:00] ~\u{202f}Mai 🌸: hi"), "~ Mai 🌸");
    assert_eq!(name("[30/1/26, 10:00:00] 👩\u{200d}💻 Mai: hi"), "👩\u{200d}💻 Mai");
    assert_eq!(name("[30/1/26, 10:00:00] Dr: Mai: \u{200e}image omitted"), "Dr: Mai");
    assert_eq!(name("30/1/26, 10:00 - Mai: note: hi"), "Mai");
    assert_eq!(name("30/1/26, 10:00 - Mai:.hi"), "Mai");
    let file = "30/1/26, 10:00 - Dr: Mai: hi\n30/1/26, 10:01 - Ben: note: a\n30/1/26, 10:01 - Ben: other: b\n\
        30/1/26, 10:01 - Dr: Mai: re: you\n30/1/26, 10:02 - Dr: Mai: bye\n30/1/26, 10:03 - Ben: note: c\n";
    let gathered = whole(&IMPORTER, file.as_bytes());
    let names: Vec<&str> = texts(&gathered).iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["Dr: Mai", "Ben", "Ben", "Dr: Mai", "Dr: Mai", "Ben"]);
    let (gathered, _) =
        testing::read(&IMPORTER, &[("WhatsApp Chat with Dr_ Mai.txt", b"30/1/26, 10:00 - Dr: Mai: hi")]);
    assert_eq!(texts(&gathered), [("Dr: Mai", "hi")]);
}

#[test]
fn the_chat_is_called_as_its_file_and_its_number() {
    let line = "30/1/26, 10:00 - Mai: hi".as_bytes();
    for (file, title, handle) in [
        ("WhatsApp Chat with Mai.txt", Some("Mai"), None),
        ("out/WhatsApp Chat - Dr. M/_chat.txt", Some("Dr. M"), None),
        ("_chat.txt", None, None),
        ("WhatsApp Chat with +95 9 555 010.txt", Some("+95 9 555 010"), Some("+959555010")),
        ("与阿美的 WhatsApp 聊天.txt", Some("阿美"), None),
        ("Chat de WhatsApp con Mai (2).txt", Some("Mai"), None),
    ] {
        let (gathered, _) = testing::read(&IMPORTER, &[(file, line)]);
        assert_eq!(
            (gathered.chats[0].title.as_deref(), gathered.chats[0].handle.as_deref()),
            (title, handle),
            "{file}"
        );
    }
    let two = "30/1/26, 10:00 - Mai: hi\n30/1/26, 10:01 - +95 9 555 010: yes\n";
    assert_eq!(whole(&IMPORTER, two.as_bytes()).chats[0].handle.as_deref(), Some("+959555010"));
    let group = "30/1/26, 10:00 - Mai created group \"x\"\n".to_owned() + two;
    assert_eq!(whole(&IMPORTER, group.as_bytes()).chats[0].handle, None);
}

#[test]
fn every_line_comes_in_or_is_told() {
    let file = "a\n\nb\n1/1/1447, 10:00 - Mai: hi\nmore\n30/1/26, 10:00 - Mai added Ben\n30/1/26, 10:00 - Mai changed the \
        subject to \"Plan: go\"\nsecond\n30/1/26, 10:00 - Mai changed the group name to Plan: go\n30/1/26, 10:01 - Mai: hi\n";
    let gathered = whole(&IMPORTER, file.as_bytes());
    assert_eq!(
        gathered.skipped,
        [
            (1, "no message: 2 line(s) before the first message of the file".to_owned()),
            (
                4,
                "message left out: its date is of a calendar that is not read, with 1 further line(s)"
                    .to_owned()
            ),
            (6, "service line: group members changed".to_owned()),
            (7, "service line: group made or renamed, with 1 further line(s)".to_owned()),
            (9, "service line: group made or renamed".to_owned()),
        ]
    );
    assert_eq!(texts(&gathered), [("Mai", "hi")]);
    let gathered = whole(&IMPORTER, b"just\nwords\n");
    assert_eq!(gathered.reasons(), ["no message: 2 line(s) before the first message of the file"]);
    assert!(gathered.chats.is_empty());
}

#[test]
fn what_is_too_long_is_cut_and_told() {
    let file = format!("30/1/26, 10:00 - Mai: {}\n30/1/26, 10:01 - Ben: ok\n", "x".repeat(10 << 20));
    let gathered = whole(&IMPORTER, file.as_bytes());
    assert_eq!(gathered.only().len(), 2);
    assert_eq!(gathered.skipped.len(), 1);
    assert!(gathered.skipped[0].1.starts_with("message kept without"));
    let file = format!("30/1/26, 10:00 - Mai: a\n{}30/1/26, 10:01 - Ben: ok\n", "line\n".repeat(1 << 19));
    let gathered = whole(&IMPORTER, file.as_bytes());
    assert_eq!((gathered.only().len(), gathered.skipped.len()), (2, 1));
}

#[test]
fn other_files_are_not_recognised() {
    for text in [
        "10:00\tMai\thello\n10:01\tBen\tyes\n",
        "2026-10-05 21:40:12 老王\n你在哪里\n",
        "date,sender,text\n2026-01-31 10:00:00,Mai,hello\n",
        "[2026-01-31 10:00:00] INFO: started\n[2026-01-31 10:00:00] ERROR main: failed: x\n[2026-01-31 10:00:00] user was added \n",
        "{\"name\":\"Mai\",\"messages\":[{\"date\":\"2026-01-31T10:00:00\"}]}",
        "On 31/1/2026, at 10:00 - or so she said: it began.\n",
        "1/2/3 and so on\nchapter 1: 10:00 - the end\n",
        "fn main() { let a = [1, 2]; }\n",
        "31/1/2026;10:00;Mai;hello",
    ] {
        assert_eq!(recognised(&IMPORTER, "WhatsApp Chat with Mai.txt", text.as_bytes()), 0, "{text}");
    }
    let plain = "[2026-01-31 10:00:00] Mai: hi\n".repeat(10);
    assert_eq!(recognised(&IMPORTER, "x", plain.as_bytes()), 5);
    let ours = plain + "[2026-01-31 10:00:01] Mai: \u{200e}image omitted\n";
    assert_eq!(recognised(&IMPORTER, "x", ours.as_bytes()), 11);
}

#[test]
fn a_file_may_be_cut_anywhere() {
    cut_everywhere(&IMPORTER, MIXED.as_bytes());
    let android =
        "1/31/26, 2:56 PM - Mai: <Media omitted>\nhello\n1/31/26, 2:57 PM - Ben: DOC.pdf (file attached)\n";
    cut_everywhere(&IMPORTER, android.as_bytes());
    let wide: Vec<u8> = MIXED.encode_utf16().flat_map(u16::to_le_bytes).collect();
    cut_everywhere(&IMPORTER, &wide);
}

#[test]
fn line_ends_and_encodings_change_nothing() {
    let expected = whole(&IMPORTER, MIXED.as_bytes());
    let windows = MIXED.replace("\r\n", "\n").replace('\n', "\r\n");
    let wide: Vec<u8> = [0xfeff].into_iter().chain(MIXED.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [windows.into_bytes(), wide] {
        let found = whole(&IMPORTER, &bytes);
        assert_eq!(found.chats, expected.chats);
        assert_eq!(found.skipped, expected.skipped);
    }
    assert_eq!(expected.only().len(), 6);
    assert_eq!(expected.only()[0].text, "hallo\nnoch eine Zeile");
}

#[test]
fn reading_stops_when_no_more_is_wanted() {
    let mut gathered = Gathered { most: Some(2), ..Gathered::default() };
    let mut bytes = MIXED.as_bytes();
    let result = read_part(Part { name: "chat", bytes: &mut bytes }, &mut gathered);
    assert!(matches!(result, Err(Halt::Stopped)));
    assert_eq!(gathered.only().len(), 2);
}

proptest! {
    #[test]
    fn nothing_is_lost(lines in proptest::collection::vec("(30/1/26, 10:0[0-9] - |\\[30/1/26, 10:00:00\\] |\\[10:00, 30/1/2026\\] |)(Mai: |Dr: Ben: |)[a-c\u{200e}<>:() ]{0,12}", 0..20)) {
        let file = lines.join("\n");
        let gathered = whole(&IMPORTER, file.as_bytes());
        let kept: String = gathered.chats.iter().flat_map(|chat| &chat.entries).map(|entry| entry.text.clone()).collect();
        let words = |text: &str| text.chars().filter(char::is_ascii_lowercase).count();
        prop_assert!(words(&kept) <= words(&file));
        if gathered.skipped.is_empty() && file.contains("- Mai: ") {
            prop_assert!(!gathered.only().is_empty());
        }
        if file.trim_matches(|c: char| c.is_whitespace() || is_mark(c)).is_empty() {
            prop_assert!(gathered.chats.is_empty());
        } else {
            prop_assert!(!gathered.chats.is_empty() || !gathered.skipped.is_empty());
        }
    }

    #[test]
    fn no_damage_makes_it_fail(at in 0..MIXED.len(), with in "\\PC{0,3}|[\u{200e}<>:\\[\\]0-9./-]{1,4}", less in 0..12_usize) {
        let bytes = MIXED.as_bytes();
        let rest = &bytes[(at + less).min(bytes.len())..];
        let damaged = [&bytes[..at], with.as_bytes(), rest].concat();
        let gathered = whole(&IMPORTER, &damaged);
        prop_assert!(gathered.chats.len() == 1 || !gathered.skipped.is_empty());
    }
}
