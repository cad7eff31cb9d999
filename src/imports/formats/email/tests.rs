//! The reader on invented mail and on real mail.

use super::super::damage::damaged;
use super::super::dates::DateOrder;
use super::super::reading::Part;
use super::super::shape::Bytes;
use super::super::testing::{Gathered, cut_everywhere, read as read_files, recognised, samples, whole};
use super::*;

const MAILBOX: &str = "From lina@example.org Thu Jan  1 10:00:00 2026\r
Delivered-To: help@example.org\r
From: =?utf-8?B?4Z6b4Z644Y6O4Z624Y4=?= <Lina@Example.org>\r
To: Help <help@example.org>\r
Subject: =?utf-8?Q?gate_=E2=80=93_3?=\r
Date: Thu, 1 Jan 2026 10:00:00 +0700\r
Message-ID: <1@example.org>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=\"b1\"\r
\r
This is a message in parts.\r
--b1\r
Content-Type: multipart/alternative; boundary=b2\r
\r
--b2\r
Content-Type: text/plain; charset=utf-8; format=flowed\r
Content-Transfer-Encoding: quoted-printable\r
\r
I am behind =\r
the gate,=20\r
third floor =F0=9F=98=AD\r
>From here I see lights\r
--b2\r
Content-Type: text/html; charset=utf-8\r
\r
<p>not this</p>\r
--b2--\r
--b1\r
Content-Type: image/png; name=\"x.png\"\r
Content-Disposition: attachment; filename*=utf-8''%E5%A2%99.png\r
Content-Transfer-Encoding: base64\r
\r
aGVsbG8=\r
--b1--\r
\r
From help@example.org Thu Jan  1 11:00:00 2026\r
From: help@example.org\r
To: lina@example.org\r
Date: Thu, 1 Jan 2026 11:00:00 +0700\r
Message-ID: <2@example.org>\r
In-Reply-To: <1@example.org>\r
Content-Type: text/html; charset=utf-8\r
\r
<style>p{}</style><p>We come. <a href=\"https://maps.example/?q=1\">Here</a>?</p>\r
\r
From x@example.org Thu Jan  1 12:00:00 2026\r
From: x@example.org\r
Subject: no date\r
\r
lost\r
";

#[test]
fn a_mailbox_is_read_as_conversations() {
    assert!(recognised(&IMPORTER, "x", MAILBOX.as_bytes()) > 40);
    let found = whole(&IMPORTER, MAILBOX.as_bytes());
    let [first, second] = found.only() else { panic!("{}", found.only().len()) };
    let chat = &found.chats[0];
    assert_eq!(
        (chat.key.as_str(), chat.handle.as_deref()),
        ("help@example.org, lina@example.org", Some("lina@example.org"))
    );
    assert_eq!(
        (first.sender.key.as_str(), first.native_id.as_deref()),
        ("lina@example.org", Some("1@example.org"))
    );
    assert_eq!(first.text, "I am behind the gate, third floor 😭\nFrom here I see lights");
    assert_eq!(first.described, ["subject: gate – 3"]);
    let file = &first.attachments[0];
    assert_eq!((file.file_name.as_deref(), &file.bytes), (Some("墙.png"), &Bytes::Inline(b"hello".to_vec())));
    assert_eq!(
        (second.text.as_str(), second.reply_to.as_deref()),
        ("We come. Here <https://maps.example/?q=1>?", Some("1@example.org"))
    );
    assert_eq!(found.times(DateOrder::Ymd), ["2026-01-01T03:00:00Z", "2026-01-01T04:00:00Z"]);
    assert_eq!(found.skipped, [(46, "an e-mail without a date".to_owned())]);
}

#[test]
fn a_cut_mailbox_is_a_shorter_one() {
    cut_everywhere(&IMPORTER, MAILBOX.as_bytes());
    for at in 500..MAILBOX.len() {
        if MAILBOX.is_char_boundary(at) {
            let (found, result) = read_files(&IMPORTER, &[("x", &MAILBOX.as_bytes()[..at])]);
            result.unwrap();
            let count: usize = found.chats.iter().map(|chat| chat.entries.len()).sum();
            assert!(count + found.skipped.len() > 0, "{at}");
        }
    }
}

#[test]
fn other_files_are_not_known() {
    for text in [
        "",
        "From here on it was dark.\nTo: nobody",
        "Date: today\n\nDear all",
        "name: build\non: push\njobs:\n  a: b\n",
        "from: 2020\nto: 2021\n",
        "Content-Type: text/html\nDate: x\nServer: y\n\n<html>",
        "HTTP/1.1 200 OK\nContent-Type: text/html\nDate: x\n\n",
        "[1/2/26, 10:00:00] Lina: From: x\nTo: y\nDate: z",
        "2026-01-01 10:00 Lina\nhello",
        "Subject,From,To,Date\n1,2,3,4\n",
    ] {
        assert_eq!(recognised(&IMPORTER, "x.eml", text.as_bytes()), 0, "{text}");
    }
    let typed = "From: lina@x\nTo: dara@x\nSubject: x\n\nhello";
    assert_eq!(recognised(&IMPORTER, "x", typed.as_bytes()), 1);
}

#[test]
fn broken_mail_is_read_or_told() {
    let message = |headers: &str, body: &str| {
        format!("From: a@x\nTo: b@x\nDate: 1 Jan 2026 10:00 +0000\n{headers}\n{body}")
    };
    let one = |headers: &str, body: &str| {
        let found = whole(&IMPORTER, message(headers, body).as_bytes());
        let reasons = found.reasons().join("; ");
        (found.only()[0].text.clone(), reasons)
    };
    let damaged = "message kept with text that could not be decoded fully";
    assert_eq!(one("Content-Transfer-Encoding: base64\n", "aGVsbG8gZ"), ("hello".into(), String::new()));
    assert_eq!(
        one("Content-Transfer-Encoding: base64\n", "not ** base64"),
        ("not ** base64".into(), damaged.into())
    );
    assert_eq!(
        one("Content-Type: multipart/mixed; boundary=b\n", "no parts"),
        ("no parts".into(), String::new())
    );
    assert_eq!(one("Content-Type: multipart/mixed\n", "no boundary"), ("no boundary".into(), String::new()));
    let open = "--b\nContent-Type: text/plain\n\nopen";
    assert_eq!(one("Content-Type: multipart/mixed; boundary=b\n", open), ("open".into(), String::new()));
    let many = "--b\n\n".repeat(30_000);
    let reason =
        "message kept without its text and files: it has more parts or headers than an e-mail can have";
    assert_eq!(one("Content-Type: multipart/mixed; boundary=b\n", &many), (String::new(), reason.into()));
    let nested: String =
        (0..300).map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n")).collect();
    assert_eq!(one(&nested, "x"), (String::new(), reason.into()));
    let long = format!("Subject: {}\n", "=?".repeat(2 << 20));
    assert_eq!(one(&long, "x"), (String::new(), reason.into()));
    let late = "--b\n\nx\n--b--\nlate\n";
    let reason = "message kept without text that stands behind its parts, where none belongs";
    assert_eq!(one("Content-Type: multipart/mixed; boundary=b\n", late), ("x".into(), reason.into()));
    let old = message("Subject: old\n", "one\ntwo").replace('\n', "\r");
    assert_eq!(whole(&IMPORTER, old.as_bytes()).only()[0].text, "one\ntwo");
    let wide: Vec<u8> =
        [0xFEFF].into_iter().chain(message("", "ជួយ").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(whole(&IMPORTER, &wide).only()[0].text, "ជួយ");
    assert_eq!(
        whole(&IMPORTER, b"From: a@x\nDate: soon\n\nx").reasons(),
        ["an e-mail with a date that cannot be read"]
    );
    assert_eq!(whole(&IMPORTER, b" \n").reasons(), ["the file is empty"]);
}

/// A file that comes in byte by byte.
struct Dripping<'a>(Option<&'a [u8]>, Option<std::io::BufReader<&'a [u8]>>);

impl Parts for Dripping<'_> {
    fn next(&mut self) -> Result<Option<Part<'_>>, Halt> {
        self.1 = self.0.take().map(|bytes| std::io::BufReader::with_capacity(1, bytes));
        Ok(self.1.as_mut().map(|bytes| Part { name: "x", bytes }))
    }
}

#[test]
fn a_message_that_comes_in_byte_by_byte_is_the_same() {
    let wide: Vec<u8> =
        [0xFEFF].into_iter().chain(MAILBOX.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [&wide, MAILBOX.as_bytes()] {
        let mut told = Gathered::default();
        read(&mut Dripping(Some(bytes), None), &mut told).unwrap();
        let expected = whole(&IMPORTER, bytes);
        assert!(!told.chats.is_empty());
        assert_eq!((told.chats, told.notes), (expected.chats, expected.notes));
    }
}

#[test]
fn a_message_that_is_too_large_keeps_what_fits() {
    let picture = "A".repeat(34 << 20);
    let text = format!(
        "From: a@x\nTo: b@x\nDate: 1 Jan 2026 10:00 +0000\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\n\
         Content-Type: image/png; name=a.png\nContent-Transfer-Encoding: base64\n\n{picture}\n--b--\n"
    );
    let found = whole(&IMPORTER, text.as_bytes());
    let [entry] = found.only() else { panic!() };
    assert_eq!((entry.text.as_str(), &entry.attachments[0].bytes), ("hello", &Bytes::Missing));
    assert_eq!(found.reasons(), ["message kept without its end: it is too large"]);
}

#[test]
fn real_mail_is_read_or_told() {
    let Some(samples) = samples() else { return };
    // By message: letters of text, and files; or what was told.
    for (name, texts, told) in [
        ("authored_four_messages.mboxrd.mbox", vec![("... Some", 4), ("Die Hase", 0), ("HTML Bod", 1)], 3),
        ("mailparser_legacy_001.eml", vec![("Die Hase", 0)], 0),
        ("mailparser_legacy_012.eml", vec![("Die Hase", 0)], 0),
        ("mailparser_legacy_040.eml", vec![("Die Hase", 0)], 0),
        ("mailparser_legacy_053.eml", vec![("Die Hase", 0)], 0),
        ("mailparser_malformed_000.eml", vec![], 1),
        ("mailparser_malformed_010.eml", vec![], 1),
        ("mailparser_malformed_020.eml", vec![("HTML Bod", 1)], 1),
        ("mailparser_rfc_000.eml", vec![("... Some", 4)], 1),
        ("mailparser_rfc_003.eml", vec![("... plai", 2)], 0),
        ("mailparser_rfc_006.eml", vec![], 1),
        ("mailparser_thirdparty_010.eml", vec![], 1),
        ("mailparser_thirdparty_015.eml", vec![("Hallo St", 3)], 0),
        ("mailparser_thirdparty_019.eml", vec![("Search f", 2)], 0),
    ] {
        let bytes = std::fs::read(samples.join("email").join(name)).unwrap();
        assert!(recognised(&IMPORTER, "x", &bytes) > 0, "{name}");
        let found = whole(&IMPORTER, &bytes);
        let entries: Vec<&Entry> = found.chats.iter().flat_map(|chat| &chat.entries).collect();
        let seen: Vec<_> = entries
            .iter()
            .map(|e| (e.text.chars().take(8).collect::<String>(), e.attachments.len()))
            .collect();
        let expected: Vec<_> = texts.iter().map(|(text, files)| ((*text).to_owned(), *files)).collect();
        assert_eq!((seen, found.skipped.len()), (expected, told), "{name} {:?}", found.skipped);
        assert!(entries.iter().all(|entry| !entry.text.contains('\u{fffd}')), "{name}");
    }
}

proptest::proptest! {
    #[test]
    fn no_damage_stops_the_reader(bytes in damaged(MAILBOX.as_bytes())) {
        recognised(&IMPORTER, "x", &bytes);
        read_files(&IMPORTER, &[("x", &bytes)]).1.unwrap();
    }
}
