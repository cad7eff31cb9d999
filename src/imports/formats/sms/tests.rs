//! The reader on invented backups and on real ones.

use std::io::{BufReader, Read};

use super::super::damage::damaged;
use super::super::dates::DateOrder;
use super::super::shape::{Attachment, Bytes};
use super::super::testing::{Gathered, cut_everywhere, read as read_files, recognised, samples, whole};
use super::*;

const BACKUP: &str = r#"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<!--File Created By an app-->
<smses count="9" backup_set="x" type="full">
  <sms address="+855 12 345 678" date="1767225600000" type="1" subject="null" body="help &#55357;&#56877;&#10;gate 3" contact_name="Dara" />
  <sms address="012345678" date="1767225700000" type="2" body="we come" contact_name="(Unknown)" />
  <sms address="012345678" date="1767225800000" type="5" body="now" />
  <sms address="012345678" date="1767225800000" type="3" body="a draft" />
  <sms address="ABA Bank" date="soon" type="1" body="code" />
  <mms date="1767225900000" msg_box="1" m_type="132" sub="Hello" address="+85512345678~+66811112222" contact_name="Dara, Lina">
    <parts>
      <part seq="-1" ct="application/smil" text="&lt;smil/&gt;" />
      <part seq="0" ct="text/plain" text="look" fn="null" />
      <part seq="0" ct="image/png" fn="null" name="wall.png" text="null" data="aGVs bG8" />
    </parts>
    <addrs><addr address="+66811112222" type="137" /><addr address="+15550001111" type="151" /></addrs>
  </mms>
  <mms date="1767226000" msg_box="2" m_type="128" address="012345678"><parts><part ct="text/plain" text="ok" /></parts></mms>
</smses>"#;

#[test]
fn messages_go_to_whom_they_belong() {
    let found = whole(&IMPORTER, BACKUP.as_bytes());
    assert_eq!(recognised(&IMPORTER, "sms.xml", BACKUP.as_bytes()), 7);
    let [dara, group] = found.chats.as_slice() else { panic!("{}", found.chats.len()) };
    assert_eq!((dara.key.as_str(), dara.title.as_deref()), ("+85512345678", Some("Dara")));
    assert_eq!(dara.handle.as_deref(), Some("+85512345678"));
    let said: Vec<_> = dara.entries.iter().map(|entry| (entry.sender.key.as_str(), entry.body())).collect();
    let expected = [
        ("+85512345678", "help 😭\ngate 3"),
        ("me", "we come"),
        ("me", "now\nnot sent: sending it failed"),
        ("me", "ok"),
    ];
    assert_eq!(said, expected.map(|(key, body)| (key, body.to_owned())));
    assert_eq!(dara.entries[0].sender.name.as_deref(), Some("Dara"));
    let shown: Vec<_> =
        dara.entries.iter().map(|entry| entry.at.shown(DateOrder::Ymd).unwrap().to_string()).collect();
    assert_eq!((shown[0].as_str(), shown[3].as_str()), ("2026-01-01T00:00:00Z", "2026-01-01T00:06:40Z"));
    assert_eq!((group.key.as_str(), group.handle.as_deref()), ("+66811112222~+85512345678", None));
    let picture = &group.entries[0];
    assert_eq!((picture.sender.key.as_str(), picture.text.as_str()), ("+66811112222", "look"));
    assert_eq!(picture.described, ["subject: Hello"]);
    let file = Attachment {
        file_name: Some("wall.png".to_owned()),
        media_type: Some("image/png".to_owned()),
        what: "photo".to_owned(),
        bytes: Bytes::Inline(b"hello".to_vec()),
    };
    assert_eq!(picture.attachments, [file]);
    assert_eq!(found.skipped, [(7, DRAFT.to_owned()), (8, "a message or call without a date".to_owned())]);
    assert_eq!(found.notes, ["the file says that it holds 9 messages or calls, and holds 7"]);
}

#[test]
fn calls_say_who_called_and_how_it_ended() {
    let text = r#"<calls count="5">
<call number="+85512345678" duration="61" date="1767225600000" type="1" contact_name="Dara" />
<call number="+85512345678" duration="0" date="1767225500000" type="2" contact_name="Dara" />
<call number="+85512345678" duration="0" date="1767225400000" type="3" />
<call number="-1" duration="0" date="1767225300000" type="5" presentation="2" />
<call number="" duration="0" date="1767225200000" type="9" /></calls>"#;
    let found = whole(&IMPORTER, text.as_bytes());
    assert_eq!(recognised(&IMPORTER, "calls.xml", text.as_bytes()), 5);
    let said: Vec<_> =
        found.chats.iter().flat_map(|chat| &chat.entries).map(|e| (e.sender.key.clone(), e.body())).collect();
    let expected = [
        ("+85512345678", "call, 61 s"),
        ("me", "call, no duration: not answered"),
        ("+85512345678", "missed call"),
        ("unknown", "call, no duration: rejected"),
        ("unknown", "call, no duration"),
    ];
    assert_eq!(said, expected.map(|(key, body)| (key.to_owned(), body.to_owned())));
    assert!(found.chats[0].newest_first && found.skipped.len() == 1 && found.notes.is_empty());
}

#[test]
fn every_cut_is_told() {
    cut_everywhere(&IMPORTER, BACKUP.as_bytes());
    for at in BACKUP.find("<smses count").unwrap() + 50..BACKUP.len() {
        if BACKUP.is_char_boundary(at) {
            let (_, result) = read_files(&IMPORTER, &[("x", &BACKUP.as_bytes()[..at])]);
            assert!(matches!(result, Err(Halt::Malformed { .. })), "{at}");
        }
    }
}

#[test]
fn broken_tags_cost_one_message() {
    let text = "<smses count='3'>\n<sms address='1155' date='1767225600000' type='1' body='it&s <b>' />\nloose\n<other/>\n\
        <sms address='1155' date='1767225600000' type='1' body='no end />\n<sms address='1155' date='1767225600000' type='2' body='y'/>\n\
        <mms date='1767225600000' msg_box='1' address='1155'><parts><part ct='image/png' data='*'/>\n<sms address='1155' date='1767225600000' type='8' body='z'/></smses>";
    let found = whole(&IMPORTER, text.as_bytes());
    let said: Vec<_> = found.only().iter().map(Entry::body).collect();
    assert_eq!(said, ["it&s <b>", "y", "photo"]);
    let reasons = [
        "text between the messages",
        "something that is neither message nor call",
        "a tag that is not closed",
        "message kept without the bytes of a file that is damaged",
        "a message of which the file does not say whether it was sent or received",
    ];
    assert_eq!(found.reasons(), reasons);
}

#[test]
fn other_files_are_not_known() {
    for text in [
        "",
        "<",
        "<html><body>sms</body></html>",
        "a <sms address= date= />",
        "<call number=\"1\"/>",
        "<rss/>",
    ] {
        assert_eq!(recognised(&IMPORTER, "sms.xml", text.as_bytes()), 0, "{text}");
    }
    let line = r#"<sms address="1155" date="1767225600000" type="1" body="x" />"#;
    assert_eq!(
        (recognised(&IMPORTER, "x", line.as_bytes()), whole(&IMPORTER, line.as_bytes()).only().len()),
        (1, 1)
    );
}

#[test]
fn a_picture_of_any_size_is_passed_over() {
    let begin = r#"<smses><mms date="1767225600000" msg_box="1" address="1155"><parts><part ct="image/png" name="a.png" data=""#;
    let end = r#""/><part ct="text/plain" text="still here"/></parts></mms></smses>"#;
    let bytes = begin.as_bytes().chain(std::io::repeat(b'A').take(40 << 20)).chain(end.as_bytes());
    let mut gathered = Gathered::default();
    let mut reader = BufReader::new(bytes);
    let mut text = Bounded::new(&mut reader).unwrap();
    let mut people = People::default();
    let mut backup = Backup {
        sink: &mut gathered,
        people: &mut people,
        order: Order::new(false),
        mms: None,
        said: None,
        found: 0,
    };
    backup.walk(&mut text).unwrap();
    backup.finish(true).unwrap();
    let [entry] = gathered.only() else { panic!() };
    assert_eq!((entry.text.as_str(), &entry.attachments[0].bytes), ("still here", &Bytes::Missing));
    assert_eq!(gathered.reasons(), ["message kept without the bytes of a file that is too large"]);
}

#[test]
fn real_backups_are_read() {
    let Some(samples) = samples() else { return };
    let open = |name: &str| {
        let bytes = std::fs::read(samples.join(name)).unwrap();
        (recognised(&IMPORTER, name, &bytes), whole(&IMPORTER, &bytes))
    };
    let (known, found) = open("sms/shruggietech_minimal_sms.xml");
    assert_eq!((known, found.only().len(), found.skipped.len(), found.notes.len()), (1, 1, 0, 0));
    let (known, found) = open("sms/shruggietech_minimal_calls.xml");
    assert_eq!((known, found.only()[0].body(), found.skipped.len()), (1, "call, 125 s".to_owned(), 0));
    let (known, found) = open("sms/shruggietech_minimal_mms.xml");
    let [entry] = found.only() else { panic!() };
    assert_eq!((known, entry.text.len(), entry.attachments.len(), entry.described.len()), (1, 15, 1, 1));
    assert!(matches!(&entry.attachments[0].bytes, Bytes::Inline(bytes) if bytes.starts_with(b"\x89PNG")));
    let (known, found) = open("sms/shruggietech_mixed.xml");
    assert_eq!((known, found.only().len(), found.reasons()), (4, 3, vec![DRAFT]));
    assert_eq!(found.only()[2].sender.key, "me");
    let (known, found) = open("authored/sms_surrogates.xml");
    let texts: Vec<_> = found.only().iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!((known, texts, found.reasons()), (3, vec!["help 🐸\nline2", "on our way"], vec![DRAFT]));
}

proptest::proptest! {
    #[test]
    fn no_damage_is_more_than_told(bytes in damaged(BACKUP.as_bytes())) {
        recognised(&IMPORTER, "x", &bytes);
        let (_, result) = read_files(&IMPORTER, &[("x", &bytes)]);
        assert!(matches!(result, Ok(()) | Err(Halt::Malformed { .. })));
    }
}
