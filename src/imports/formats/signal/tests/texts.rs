use proptest::prelude::proptest;

use super::super::super::damage::damaged;
use super::*;

const CHAT: &str = "[2026-01-31 18:05:00] Dara: first line  \nsecond: line\n\n[2026-01-31 18:06:10] Me:   \n\
    ![a b.jpg](./media/a%20b.jpg)  [notes.pdf](./media/notes.pdf)  \n\n\
    [2026-01-31 18:07:00] Dara: \n\n> first line\n> more\n\nan answer  \n(- Me: 👍, Sok: ❤ -)\n\
    [2026-01-31 18:08:00] Dara: look [here](https://example.org/a)  \n((  😀 ))\n\
    [2026-01-31 18:09:00] Dara: (This message was deleted)\n\
    [2026-01-31 18:10:00] Dara: Missed video call  \n\
    [2026-01-31 18:11:00] Dara: Outgoing voice call (accepted, 1m 5s)  \n";

#[test]
fn messages_are_taken_apart() {
    assert_eq!(recognised(&IMPORTER, "Dara/chat.md", CHAT.as_bytes()), 12);
    let (told, result) = read(&IMPORTER, &[("Dara/chat.md", CHAT.as_bytes())]);
    result.unwrap();
    assert!(told.skipped.is_empty(), "{:?}", told.skipped);
    assert_eq!((told.chats[0].key.as_str(), told.chats[0].title.as_deref()), ("Dara", Some("Dara")));
    let [first, photo, answer, link, deleted, missed, called] = told.only() else {
        panic!("seven messages were sent")
    };
    assert_eq!((first.text.as_str(), first.line), ("first line  \nsecond: line", 1));
    assert_eq!((photo.text.as_str(), photo.sender.key.as_str(), photo.line), ("", "Me", 4));
    let files: Vec<_> =
        photo.attachments.iter().map(|file| (file.what.as_str(), file.bytes.clone())).collect();
    let member = |path: &str| Bytes::Member(path.to_owned());
    assert_eq!(files, [("photo", member("media/a b.jpg")), ("file", member("media/notes.pdf"))]);
    assert_eq!(answer.text, "an answer");
    assert_eq!(answer.described, ["answers: first line more", "reactions: Me: 👍, Sok: ❤"]);
    assert_eq!(link.text, "look [here](https://example.org/a)");
    assert_eq!(link.described, ["sticker  😀"]);
    assert_eq!((deleted.revision, deleted.text.as_str()), (Revision::Deleted, ""));
    assert_eq!(missed.form, Form::Call { seconds: None, outcome: Some("missed".to_owned()) });
    assert_eq!(called.form, Form::Call { seconds: Some(65), outcome: Some("accepted".to_owned()) });
    assert_eq!(called.sender.key, "Me");
    assert_eq!(told.times(DateOrder::Ymd)[1], "2026-01-31T18:06:10");
}

#[test]
fn older_and_shorter_dates_are_known() {
    for line in ["[2026-01-31, 18:05] Me: hi", "[2026-01-31 18:05] Me: hi", "[2026-01-31 18:05:00] Me:"] {
        assert_eq!(recognised(&IMPORTER, "x.md", line.as_bytes()), 1, "{line}");
        let told = whole(&IMPORTER, line.as_bytes());
        assert_eq!(told.times(DateOrder::Ymd), ["2026-01-31T18:05:00"]);
    }
    let told = whole(&IMPORTER, b"[2026-01-31 18:05] Me: hi (attachment: IMG_1.jpg)\r\n");
    assert_eq!(told.only()[0].text, "hi");
    assert_eq!(told.only()[0].attachments[0].bytes, Bytes::Member("IMG_1.jpg".to_owned()));
}

#[test]
fn lines_of_no_message_are_told() {
    let told = whole(
        &IMPORTER,
        b"# Chat\n\n[2026-01-31 18:05:00] nobody said this\nnor that\n[2026-01-31 18:05:00] Me: hi",
    );
    assert_eq!(told.only().len(), 1);
    assert_eq!(told.skipped.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 4]);
    let long =
        format!("[2026-01-31 18:05:00] Me: {}\nend\n[2026-01-31 18:05:01] Me: hi\n", "x".repeat(10 << 20));
    let told = whole(&IMPORTER, long.as_bytes());
    assert_eq!((told.only().len(), told.skipped.len()), (2, 1));
}

#[test]
fn every_cut_is_read() {
    cut_everywhere(&IMPORTER, CHAT.as_bytes());
}

proptest! {
    #[test]
    fn nothing_that_was_written_is_lost(words in "[a-z👍(\\[\\]!:> ]{0,40}") {
        let line = format!("[2026-01-31 18:05:00] Dara: {words}");
        let told = whole(&IMPORTER, line.as_bytes());
        let kept = &told.only()[0];
        assert_eq!(kept.text, words.trim_end());
    }

    #[test]
    fn damage_never_stops_the_reading(bytes in damaged(CHAT.as_bytes())) {
        recognised(&IMPORTER, "x", &bytes);
        whole(&IMPORTER, &bytes);
    }
}
