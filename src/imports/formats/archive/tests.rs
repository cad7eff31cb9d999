mod making;

use std::io::{Cursor, Read};

use proptest::prelude::*;

use self::making::{Made, exports, packed_with};
use super::super::reading::{Halt, Parts};
use super::super::shape::Format;
use super::super::testing::Gathered;
use super::{Limits, Refusal, Upload};

const CHAT: &str = "[LINE] Chat with Mali\n\n2026/01/30(金)\n10:00\tNoi\thello\n";

fn open(bytes: &[u8]) -> Result<Upload<Cursor<&[u8]>>, Refusal> {
    Upload::open("some/chat.txt", Cursor::new(bytes), Limits::default())
}

fn opened(bytes: &[u8]) -> Upload<Cursor<&[u8]>> {
    open(bytes).map_err(|refusal| refusal.to_string()).unwrap()
}

fn refused(bytes: &[u8]) -> Refusal {
    match open(bytes).and_then(|mut upload| upload.choose(&mut || true).map(drop)) {
        Err(refusal) => refusal,
        Ok(()) => panic!("this was read"),
    }
}

type Files = Vec<(String, Vec<u8>)>;

/// The files that a reader would be given.
fn read(upload: &mut Upload<Cursor<&[u8]>>, members: &[usize]) -> Result<Files, Halt> {
    let mut files = Vec::new();
    let mut watch = |_: u64| true;
    let mut parts = upload.parts(members, &mut watch);
    while let Some(part) = parts.next()? {
        let mut bytes = Vec::new();
        part.bytes.read_to_end(&mut bytes)?;
        files.push((part.name.to_owned(), bytes));
    }
    Ok(files)
}

fn chosen(bytes: &[u8]) -> Files {
    let mut upload = opened(bytes);
    let choice = upload.choose(&mut || true).map_err(|refusal| refusal.to_string()).unwrap();
    assert_eq!(choice.importer.format, Format::Line);
    read(&mut upload, &choice.members).unwrap()
}

fn media(upload: &mut Upload<Cursor<&[u8]>>, name: &str) -> Option<(String, Vec<u8>)> {
    let mut media = upload.media(name, 1 << 20).unwrap()?;
    let mut bytes = Vec::new();
    media.read_to_end(&mut bytes).unwrap();
    Some((media.name().to_owned(), bytes))
}

#[test]
fn a_bare_file_is_read_as_it_is() {
    let mut upload = opened(CHAT.as_bytes());
    assert!(!upload.is_zip());
    let choice = upload.choose(&mut || true).map_err(|refusal| refusal.to_string()).unwrap();
    assert_eq!(upload.packed_bytes(&choice.members), CHAT.len() as u64);
    let files = read(&mut upload, &choice.members).unwrap();
    assert_eq!(files, [("some/chat.txt".to_owned(), CHAT.as_bytes().to_vec())]);
    assert_eq!(upload.told(), Vec::<String>::new());
}

#[test]
fn a_zip_of_every_kind_gives_the_chat_and_its_media() {
    for bytes in exports(CHAT) {
        assert_eq!(chosen(&bytes), [("LINE/chat.txt".to_owned(), CHAT.as_bytes().to_vec())]);
        let mut upload = opened(&bytes);
        assert_eq!(media(&mut upload, "photo.jpg").unwrap().1, b"\xff\xd8\xff\0picture");
    }
}

#[test]
fn media_are_found_by_path_then_by_the_only_file_of_that_name() {
    let zip = packed_with(&[
        ("a/1.jpg", b"a1"),
        ("b/1.jpg", b"b1"),
        ("a/only.jpg", b"only"),
        ("x/photos/2.jpg", b"x2"),
        ("y/photos/2.jpg", b"y2"),
        ("z/B\u{e1}o c\u{e1}o\u{200e}.PDF", b"report"),
    ]);
    let mut upload = opened(&zip);
    let mut found = |name: &str| media(&mut upload, name).map(|(_, bytes)| String::from_utf8(bytes).unwrap());
    assert_eq!(found("b/1.jpg").as_deref(), Some("b1"));
    assert_eq!(found("b\\1.jpg").as_deref(), Some("b1"));
    assert_eq!(found("1.jpg"), None);
    assert_eq!(found("elsewhere/only.jpg").as_deref(), Some("only"));
    assert_eq!(found("../only.jpg").as_deref(), Some("only"));
    assert_eq!(found("photos/2.jpg"), None);
    assert_eq!(found("y/photos/2.jpg").as_deref(), Some("y2"));
    assert_eq!(found("b\u{e1}o c\u{e1}o.pdf").as_deref(), Some("report"));
    for none in ["", "..", "/", "nothing.jpg", "a"] {
        assert_eq!(found(none), None, "{none}");
    }
    assert!(matches!(upload.media("a/only.jpg", 3), Err(Refusal::TooLarge)));
}

#[test]
fn several_chats_come_in_the_order_of_their_numbers() {
    let zip = packed_with(&[
        ("chat10.txt", CHAT.as_bytes()),
        ("notes.txt", b"no chat"),
        ("chat2.txt", CHAT.as_bytes()),
        ("chat.txt", CHAT.as_bytes()),
    ]);
    let names: Vec<String> = chosen(&zip).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["chat.txt", "chat2.txt", "chat10.txt"]);
}

#[test]
fn a_reader_reads_from_the_zip_and_the_watch_can_stop_it() {
    let zip = packed_with(&[("a.txt", CHAT.as_bytes()), ("b.txt", CHAT.replace("Mali", "Lek").as_bytes())]);
    let mut upload = opened(&zip);
    let choice = upload.choose(&mut || true).map_err(|refusal| refusal.to_string()).unwrap();
    let mut gathered = Gathered::default();
    (choice.importer.read)(&mut upload.parts(&choice.members, &mut |_| true), &mut gathered).unwrap();
    assert_eq!(gathered.chats.iter().map(|chat| chat.entries.len()).collect::<Vec<_>>(), [1, 1]);

    let halt = (choice.importer.read)(&mut upload.parts(&choice.members, &mut |_| false), &mut gathered)
        .unwrap_err();
    assert!(matches!(Refusal::behind(&halt), Some(Refusal::Stopped)));
}

#[test]
fn names_lead_nowhere() {
    let zip = Made::default().file("../../../etc/chat.txt", CHAT).file("/abs\\..\\photo.jpg", "x").zip();
    assert_eq!(chosen(&zip)[0].0, "etc/chat.txt");
    assert_eq!(media(&mut opened(&zip), "photo.jpg").unwrap().0, "abs/photo.jpg");
}

#[test]
fn what_is_not_opened_is_told() {
    let inner = packed_with(&[("a.txt", b"x")]);
    let zip = Made::default()
        .file("chat.txt", CHAT)
        .file("inner.zip", &inner)
        .file("sheet.docx", &inner)
        .file("locked.txt", CHAT)
        .with(|header| header.flags = 1)
        .file("link.txt", CHAT)
        .with(|header| (header.made_by, header.mode) = (3 << 8, 0o120_777))
        .file("odd.txt", CHAT)
        .with(|header| header.method = 14)
        .file("folder/", "")
        .file("same.txt", "one")
        .file("same.txt", "two")
        .zip();
    let mut upload = opened(&zip);
    let choice = upload.choose(&mut || true).map_err(|refusal| refusal.to_string()).unwrap();
    assert_eq!(choice.members, [0]);
    let told = upload.told().join("\n");
    for words in [
        "1 x zip within",
        "1 x file in the zip locked",
        "1 x link",
        "1 x file in the zip packed",
        "later one",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(told.lines().count(), 5);
    assert_eq!(media(&mut upload, "same.txt").unwrap().1, b"two");
    assert!(matches!(upload.media("locked.txt", 1 << 20), Err(Refusal::Locked)));
    assert!(matches!(upload.media("odd.txt", 1 << 20), Err(Refusal::Method)));
    assert!(upload.media("link.txt", 1 << 20).is_ok_and(|media| media.is_none()));
    assert!(upload.media("folder", 1 << 20).is_ok_and(|media| media.is_none()));
}

#[test]
fn refusals_say_what_to_do() {
    let locked = Made::default().file("chat.txt", CHAT).with(|header| header.flags = 1).zip();
    let nested = Made::default().file("chat.zip", packed_with(&[("chat.txt", CHAT.as_bytes())])).zip();
    let mut split = Made::default().file("chat.txt", CHAT);
    split.disk = 1;
    let split = split.zip();
    let whole = packed_with(&[("chat.txt", CHAT.as_bytes())]);
    let cases: [(&[u8], &str); 10] = [
        (b"", "it is empty"),
        (b"nothing of the kind", "What was looked for: "),
        (b"Rar!\x1a\x07\x01\0", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"PK\x03\x04\0\0", "cut short"),
        (&whole[..whole.len() - 30], "cut short"),
        (&locked, "password"),
        (&nested, "zip in it"),
        (&split, "split"),
    ];
    for (bytes, words) in cases {
        let refusal = refused(bytes).to_string();
        assert!(refusal.contains(words), "{words}: {refusal}");
    }
    assert!(refused(&Made::default().zip()).to_string().contains("it is empty"));
}

#[test]
fn too_many_files_are_told_and_not_listed() {
    let files =
        (0..30).fold(Made::default().file("chat.txt", CHAT), |made, n| made.file(&format!("{n}"), "x"));
    let bytes = files.zip();
    let limits = Limits { members: 10, ..Limits::default() };
    let mut upload =
        Upload::open("x", Cursor::new(&bytes), limits).map_err(|refusal| refusal.to_string()).unwrap();
    assert!(upload.choose(&mut || true).is_ok());
    assert_eq!(upload.told(), ["21 of 31 files in the zip not looked at: too many"]);
}

#[test]
fn a_table_that_claims_more_than_it_holds_is_told() {
    let mut made = Made::default().file("chat.txt", CHAT);
    made.claimed = Some(40);
    let zip = made.zip();
    assert_eq!(chosen(&zip).len(), 1);
    assert_eq!(opened(&zip).told(), ["table of contents of the zip broken: 1 of 40 files found"]);
}

#[test]
fn bombs_stop_early_whatever_they_claim() {
    let bomb = CHAT.to_owned() + &"0".repeat(8 << 20);
    for claimed in [bomb.len() as u32, 10, u32::MAX - 1] {
        let zip = Made::default().file("chat.txt", &bomb).with(|header| header.size = claimed).zip();
        for limits in [
            Limits { free: 1 << 20, ..Limits::default() },
            Limits { member: 1 << 20, ..Limits::default() },
            Limits { all: 1 << 20, ..Limits::default() },
        ] {
            let mut upload = Upload::open("x", Cursor::new(zip.as_slice()), limits).map_err(|_| ()).unwrap();
            let choice = upload.choose(&mut || true).map_err(|_| ()).unwrap();
            let Err(Halt::Unreadable(error)) = read(&mut upload, &choice.members) else {
                panic!("bomb went off")
            };
            assert!(matches!(Refusal::of(&error), Some(Refusal::TooLarge)));
            // A decoder reads ahead, so that of a small zip all counts as consumed.
            let by_ratio = if limits.free < 1 << 21 { limits.ratio * zip.len() as u64 } else { 0 };
            assert!(upload.spent < (1 << 20) + (1 << 18) + by_ratio, "{} {}", upload.spent, zip.len());
        }
    }
    // Many files that share the same bytes are caught by the whole.
    let shared = Made::default().file("chat.txt", CHAT.repeat(2000)).shared(300).zip();
    let limits = Limits { free: 1 << 20, ..Limits::default() };
    let mut upload = Upload::open("x", Cursor::new(shared.as_slice()), limits).map_err(|_| ()).unwrap();
    let error = upload.choose(&mut || true).map(drop).unwrap_err();
    assert!(matches!(error, Refusal::TooLarge), "{error}");
}

#[test]
fn damage_costs_the_rest_of_its_file_and_is_told() {
    let long: String = (0..2000).map(|n| format!("10:00\tNoi\t{}\n", n * 7919)).collect();
    let text = CHAT.to_owned() + &long;
    let made = Made::default().file("a.txt", &text).file("b.txt", CHAT);
    for at in [2000, 4000] {
        let mut zip = made.zip();
        zip[at..at + 40].fill(0xA5);
        let mut upload = opened(&zip);
        let choice = upload.choose(&mut || true).map_err(|refusal| refusal.to_string()).unwrap();
        let files = read(&mut upload, &choice.members).unwrap();
        assert_eq!(files.len(), 2);
        assert!(files[0].1.starts_with(CHAT.as_bytes()));
        assert_eq!(files[1].1, CHAT.as_bytes());
        assert!(upload.told().join("\n").contains("1 x damaged file"), "{:?}", upload.told());
        let mut media = upload.media("a.txt", 1 << 30).map_err(|_| ()).unwrap().unwrap();
        let error = media.read_to_end(&mut Vec::new()).unwrap_err();
        assert!(matches!(Refusal::of(&error), Some(Refusal::Damaged)));
    }
    let wrong = made.with(|header| header.at = 7).zip();
    let mut upload = opened(&wrong);
    assert_eq!(read(&mut upload, &[1]).unwrap()[0].1, b"");
    assert_eq!(upload.told().len(), 1);
}

#[test]
fn the_watch_is_told_how_far_it_is_and_may_stop() {
    let text =
        CHAT.to_owned() + &(0..50_000).map(|n| format!("10:00\tNoi\t{}\n", n * 7919)).collect::<String>();
    let zip = packed_with(&[("a.txt", text.as_bytes()), ("b.txt", text.as_bytes())]);
    let mut upload = opened(&zip);
    let whole = upload.packed_bytes(&[0, 1]);
    let mut told = Vec::new();
    {
        let mut watch = |bytes: u64| {
            told.push(bytes);
            true
        };
        let mut parts = upload.parts(&[0, 1], &mut watch);
        while let Some(part) = parts.next().unwrap() {
            std::io::copy(part.bytes, &mut std::io::sink()).unwrap();
        }
    }
    assert!(told.is_sorted() && told.len() > 10);
    assert_eq!(told.last(), Some(&whole));

    let mut count = 0;
    let mut watch = |_: u64| {
        count += 1;
        count < 3
    };
    let mut parts = upload.parts(&[0, 1], &mut watch);
    let part = parts.next().unwrap().unwrap();
    let error = part.bytes.read_to_end(&mut Vec::new()).unwrap_err();
    assert!(matches!(Refusal::of(&error), Some(Refusal::Stopped)));
    drop(parts);
    assert!(matches!(upload.choose(&mut || false), Err(Refusal::Stopped)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_was_packed_comes_out(
        files in proptest::collection::btree_map("[a-z]{1,8}/[a-zé水]{1,8}", proptest::collection::vec(any::<u8>(), 0..3000), 1..8),
    ) {
        let files: Files = files.into_iter().collect();
        let list: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let zip = packed_with(&list);
        let mut upload = opened(&zip);
        let all: Vec<usize> = (0..files.len()).collect();
        prop_assert_eq!(read(&mut upload, &all).unwrap(), files);
    }

    #[test]
    fn nothing_that_is_broken_panics_or_goes_on_for_ever(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        kind in any::<prop::sample::Index>(),
    ) {
        let exports = exports(CHAT);
        let mut zip = exports[kind.index(exports.len())].clone();
        for (at, byte) in changes {
            let at = at.index(zip.len());
            zip[at] = byte;
        }
        zip.truncate(cut.index(zip.len()).max(zip.len() / 2 * usize::from(cut.index(2) == 0)));
        if let Ok(mut upload) = open(&zip) {
            if let Ok(choice) = upload.choose(&mut || true) {
                drop(read(&mut upload, &choice.members));
            }
            if let Ok(Some(mut media)) = upload.media("photo.jpg", 1 << 20) {
                drop(media.read_to_end(&mut Vec::new()));
            };
        }
    }
}

#[test]
fn a_zip_cut_anywhere_is_refused() {
    for zip in exports(CHAT) {
        for at in (4..zip.len()).step_by(3) {
            if let Ok(mut upload) = open(&zip[..at]) {
                drop(upload.choose(&mut || true));
            }
        }
    }
}
