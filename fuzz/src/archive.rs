//! An upload, of any bytes.

use std::io::{Cursor, Read};

use crate::formats::archive::{Limits, Refusal, Upload};
use crate::formats::reading::{Halt, Parts};
use crate::sink::Checked;

/// Small ones, so that an input reaches them.
const LIMITS: Limits = Limits { members: 64, member: 256 << 10, all: 2 << 20, ratio: 100, free: 16 << 10 };
/// Bytes that may be unpacked before they are counted.
const PIECE: u64 = 64 << 10;
/// Characters of a label.
const LONGEST_LABEL: usize = 1024;

/// Opens, chooses, unpacks and reads an upload. The first byte says after how many looks the watch wants no more.
pub fn check(input: &[u8]) {
    let Some((patience, bytes)) = input.split_first() else { return };
    let mut upload = match Upload::open("letters/chat.txt", Cursor::new(bytes), LIMITS) {
        Ok(upload) => upload,
        Err(refusal) => return expected(&refusal),
    };
    let names: Vec<String> = (0..).map_while(|number| upload.name(number).map(str::to_owned)).collect();
    assert!(names.len() <= LIMITS.members.max(1), "{} files", names.len());
    let all: Vec<usize> = (0..names.len()).collect();
    let choice = upload.choose(&mut || true);
    let (importer, chosen) = match choice {
        Ok(choice) => (Some(choice.importer), choice.members),
        Err(refusal) => {
            expected(&refusal);
            (None, all.clone())
        }
    };
    assert!(chosen.iter().all(|member| *member < names.len()), "a file that is not there");
    unpack(&mut upload, &all, *patience);
    if let Some(importer) = importer {
        let mut sink = Checked::new(usize::try_from(LIMITS.all).unwrap(), None);
        let mut watch = |_: u64| true;
        match (importer.read)(&mut upload.parts(&chosen, &mut watch), &mut sink) {
            Ok(()) | Err(Halt::Malformed { .. }) => {}
            Err(halt) => expected(Refusal::behind(&halt).unwrap_or_else(|| panic!("{halt}"))),
        }
    }
    for name in &names {
        label(name);
        media(&mut upload, name);
        media(&mut upload, name.rsplit('/').next().unwrap_or_default());
    }
    for told in upload.told() {
        assert!(told.len() <= 512, "{} bytes of note", told.len());
    }
}

/// Bytes in memory can always be read.
fn expected(refusal: &Refusal) {
    assert!(!matches!(refusal, Refusal::Unreadable(_)), "{refusal}");
}

fn label(name: &str) {
    assert!(name.chars().count() <= LONGEST_LABEL, "a label of {} bytes", name.len());
    assert!(!name.contains(['\0', '\\']) && !name.starts_with('/'), "a label that is a path: {name:?}");
    assert!(name.split('/').all(|part| part != ".."), "a label that climbs: {name:?}");
}

/// What comes out is bounded, and the watch is obeyed.
fn unpack(upload: &mut Upload<Cursor<&[u8]>>, members: &[usize], patience: u8) {
    let whole = upload.packed_bytes(members);
    let (mut looks, mut last, mut out) = (0_u32, 0, 0_u64);
    let mut watch = |at: u64| {
        assert!(at >= last && at <= whole, "the watch is told {at} of {whole} after {last}");
        assert!(looks <= u32::from(patience), "looked at again after it wanted no more");
        last = at;
        looks += 1;
        looks <= u32::from(patience)
    };
    let mut parts = upload.parts(members, &mut watch);
    let mut piece = vec![0; 4096];
    let end = loop {
        let part = match parts.next() {
            Ok(Some(part)) => part,
            Ok(None) => break Ok(()),
            Err(halt) => break Err(halt),
        };
        let end = loop {
            match part.bytes.read(&mut piece) {
                Ok(0) => break Ok(()),
                Ok(count) => out += count as u64,
                Err(error) => break Err(Halt::Unreadable(error)),
            }
        };
        if end.is_err() {
            break end;
        }
    };
    assert!(out <= LIMITS.all + PIECE, "{out} bytes came out");
    drop(parts);
    if let Err(halt) = end {
        expected(Refusal::behind(&halt).unwrap_or_else(|| panic!("{halt}")));
    }
}

fn media(upload: &mut Upload<Cursor<&[u8]>>, name: &str) {
    const MOST: u64 = 32 << 10;
    let mut bytes = Vec::new();
    match upload.media(name, MOST) {
        Ok(Some(mut media)) => {
            let read = media.read_to_end(&mut bytes);
            // What was damaged must say so.
            assert!(read.is_err() || bytes.len() as u64 == media.size(), "half a file passes for whole");
        }
        Ok(None) => {}
        Err(refusal) => expected(&refusal),
    }
    assert!(bytes.len() as u64 <= MOST + PIECE, "{} bytes came out", bytes.len());
}
