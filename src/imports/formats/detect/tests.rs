mod fixtures;

use std::path::Path;

use super::super::shape::Format;
use super::super::testing::samples;
use super::{Beginning, Choice, IMPORTERS, Scores, best, choose, format_of, looked_for, recognise};

use self::fixtures::{CHATS, OTHERS};

const NAMES: [&str; 7] =
    ["", "result.json", "_chat.txt", "[LINE] x.txt", "message_1.json", "x.eml", "a/b.csv"];

/// The format whose reader would be taken.
fn taken(scores: Scores) -> Option<Format> {
    best(scores.into_iter().map(u64::from)).and_then(|(place, _)| format_of(place))
}

fn named(scores: Scores) -> Vec<(&'static str, u32)> {
    let named = IMPORTERS.iter().map(|importer| importer.format.as_str()).zip(scores);
    named.filter(|(_, score)| *score > 0).collect()
}

fn chosen(files: &[(&str, &[u8])]) -> Option<Choice> {
    choose(files.iter().map(|(name, bytes)| Beginning { name, bytes, is_whole: true }))
}

fn chat(format: Format) -> &'static str {
    CHATS.iter().find(|(known, _)| *known == format).unwrap().1
}

#[test]
fn every_chat_is_known_by_its_own_reader_and_least_by_others() {
    let mut wrong = Vec::new();
    for (format, text) in CHATS {
        let scores = recognise("file", text.as_bytes(), true);
        if taken(scores) != Some(*format) {
            wrong.push(format!("{}: {:?}\n{text}", format.as_str(), named(scores)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_format_has_its_reader_and_its_chat() {
    for importer in IMPORTERS {
        assert!(CHATS.iter().any(|(format, _)| *format == importer.format), "{}", importer.format.as_str());
        assert!(looked_for().contains(importer.looked_for));
        assert_eq!(IMPORTERS.iter().filter(|other| other.format == importer.format).count(), 1);
    }
}

#[test]
fn names_and_encodings_change_nothing() {
    for (format, text) in CHATS {
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = format!("\u{feff}{text}");
        let windows = text.replace('\n', "\r\n");
        let named = NAMES.iter().map(|name| (*name, text.as_bytes()));
        let encoded = [&utf16, marked.as_bytes(), windows.as_bytes()].map(|bytes| ("", bytes));
        for (name, bytes) in named.chain(encoded) {
            assert_eq!(taken(recognise(name, bytes, true)), Some(*format), "{name}\n{text}");
        }
    }
}

#[test]
fn what_is_no_chat_is_nobodys() {
    let mut wrong = Vec::new();
    for (what, bytes) in OTHERS {
        for name in NAMES {
            let scores = recognise(name, bytes, true);
            if scores.iter().any(|score| *score > 0) {
                wrong.push(format!("{what}: {:?}", named(scores)));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(chosen(OTHERS).is_none());
    assert!(chosen(&[]).is_none());
}

#[test]
fn the_format_of_most_wins_and_the_rest_is_told() {
    let line = chat(Format::Line);
    let mail = chat(Format::Email);
    let files: [(&str, &[u8]); 5] = [
        ("chat10.txt", line.as_bytes()),
        ("photo.jpg", b"\xff\xd8\xff\0\0\0\0"),
        ("note.txt", b"buy milk"),
        ("letter.eml", mail.as_bytes()),
        ("chat9.txt", line.as_bytes()),
    ];
    let choice = chosen(&files).unwrap();
    assert_eq!((choice.importer.format, choice.members), (Format::Line, vec![4, 0]));
    assert_eq!(choice.told, ["1 x email not read: another format; upload it on its own"]);
}

#[test]
fn of_two_formats_of_the_same_chats_the_fuller_is_read() {
    let page = chat(Format::TelegramHtml).repeat(5);
    let files: [(&str, &[u8]); 3] = [
        ("messages.html", page.as_bytes()),
        ("messages2.html", page.as_bytes()),
        ("result.json", chat(Format::TelegramJson).as_bytes()),
    ];
    let choice = chosen(&files).unwrap();
    assert_eq!((choice.importer.format, choice.members), (Format::TelegramJson, vec![2]));
    assert_eq!(choice.told, ["2 x telegram_html not read: the export holds its chats in two formats"]);
}

fn files_below(folder: &Path, all: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files_below(&path, all) } else { all.push(path) }
    }
}

/// What a sample is, by where it lies.
fn format_of_sample(path: &str) -> Option<Format> {
    let (folder, name) = path.split_once('/')?;
    let folder = if folder == "authored" { name.split('_').next()? } else { folder };
    if name.ends_with(".expected.json") || name.ends_with(".sql") {
        return None;
    }
    Some(match folder {
        "whatsapp" => Format::Whatsapp,
        "telegram" => Format::TelegramJson,
        "telegram_html" => Format::TelegramHtml,
        "signal" => Format::Signal,
        "line" => Format::Line,
        "wechat" => Format::Wechat,
        "messenger" => Format::Messenger,
        "instagram" => Format::Instagram,
        "sms" => Format::Sms,
        "email" => Format::Email,
        _ => return None,
    })
}

#[test]
fn every_sample_is_known_by_its_own_reader_alone() {
    let Some(samples) = samples() else { return };
    let (mut all, mut wrong) = (Vec::new(), Vec::new());
    files_below(&samples, &mut all);
    for path in &all {
        let bytes = std::fs::read(path).unwrap();
        let name = path.strip_prefix(&samples).unwrap().to_str().unwrap();
        let (scores, expected) = (recognise(name, &bytes, true), format_of_sample(name));
        if taken(scores) != expected || (expected.is_none() && !named(scores).is_empty()) {
            wrong.push(format!("{name}: {:?}", named(scores)));
        }
    }
    assert!(all.len() > 60);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
