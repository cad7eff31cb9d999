//! The table of contents at the end of a zip, read without trust: nothing is allocated for what the table only claims.

use std::io::{BufReader, Read, Seek, SeekFrom};

use super::Refusal;
use super::names::{Names, Raw};

/// The longest note after the end record, plus that record and the two of a large zip before it.
const TAIL: u64 = 0xFFFF + 22 + 20 + 56;
/// Bytes of names that are kept in all.
const MOST_NAMES: usize = 32 << 20;

/// One file of a zip.
pub(super) struct Member {
    /// A label and no path: see [`super::names`].
    pub(super) name: String,
    /// Where its header is.
    pub(super) at: u64,
    /// Bytes that it takes in the zip.
    pub(super) packed: u64,
    /// Bytes that it says to have.
    pub(super) size: u64,
    pub(super) crc: u32,
    pub(super) method: u16,
    pub(super) kind: Kind,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A symbolic link.
    Link,
    /// A file behind a password.
    Locked,
    /// A later member has the same name.
    Replaced,
}

/// What the table of contents holds.
pub(super) struct Contents {
    pub(super) members: Vec<Member>,
    /// How many members there are, also those that are not listed.
    pub(super) count: u64,
    /// How many the zip says that there are.
    pub(super) claimed: u64,
}

/// Where the table is.
struct End {
    start: u64,
    end: u64,
    /// What has to be added to the places in it: the zip may come after something else in the file.
    shift: u64,
    claimed: u64,
}

/// Reads the table of contents, up to `most` members.
pub(super) fn read<R: Read + Seek>(reader: &mut R, length: u64, most: usize) -> Result<Contents, Refusal> {
    let end = find(reader, length)?;
    reader.seek(SeekFrom::Start(end.start))?;
    let mut table = BufReader::with_capacity(1 << 16, reader.take(end.end - end.start));
    let (mut members, mut names, mut count) = (Vec::new(), Names::default(), 0);
    while let Some((member, name)) = one(&mut table, end.shift)? {
        count += 1;
        if members.len() < most && names.bytes() < MOST_NAMES {
            members.push(member);
            names.push(name);
        }
    }
    if count == 0 && end.claimed > 0 {
        return Err(Refusal::Broken);
    }
    for (member, name) in members.iter_mut().zip(names.decoded()) {
        let is_folder = member.kind == Kind::File && name.ends_with(['/', '\\']);
        member.kind = if is_folder { Kind::Folder } else { member.kind };
        member.name = super::names::label(&name);
    }
    Ok(Contents { members, count, claimed: end.claimed })
}

fn find<R: Read + Seek>(reader: &mut R, length: u64) -> Result<End, Refusal> {
    let from = length.saturating_sub(TAIL);
    let tail = bytes_at(reader, from, length - from)?;
    let mut refusal = Refusal::Broken;
    for at in memchr::memmem::rfind_iter(&tail, b"PK\x05\x06") {
        let Some(record) = tail.get(at..).filter(|record| record.len() >= 22) else { continue };
        // In a note after the record its signature may occur by chance; the note of the true one ends with the file, or
        // before what was added to it.
        if 22 + usize::from(u16_at(record, 20)) > record.len() {
            continue;
        }
        match table_of(reader, record, from + at as u64) {
            Ok(end) => return Ok(end),
            Err(Refusal::Broken) => {}
            Err(other) => refusal = other,
        }
    }
    Err(refusal)
}

/// Where the table is by an end record at a place.
fn table_of<R: Read + Seek>(reader: &mut R, record: &[u8], at: u64) -> Result<End, Refusal> {
    let mut end = at;
    let (mut disk, mut here) = (u64::from(u16_at(record, 4)), u64::from(u16_at(record, 8)));
    let mut claimed = u64::from(u16_at(record, 10));
    let (mut size, mut offset) = (u64::from(u32_at(record, 12)), u64::from(u32_at(record, 16)));
    if let Some((place, large)) = large_record(reader, at)? {
        end = place;
        disk = u64::from(u32_at(&large, 16));
        (here, claimed) = (u64_at(&large, 24), u64_at(&large, 32));
        (size, offset) = (u64_at(&large, 40), u64_at(&large, 48));
    }
    if disk != 0 || here != claimed {
        return Err(Refusal::Split);
    }
    if claimed == 0 && size == 0 {
        return Ok(End { start: end, end, shift: 0, claimed: 0 });
    }
    let before = end.checked_sub(size).and_then(|start| Some((start, start.checked_sub(offset)?)));
    for (start, shift) in before.into_iter().chain([(offset, 0)]) {
        if start < end && bytes_at(reader, start, 4)? == b"PK\x01\x02" {
            return Ok(End { start, end, shift, claimed });
        }
    }
    Err(Refusal::Broken)
}

/// The end record of a large zip (zip64) and its place, if the end record at `at` has one before it.
fn large_record<R: Read + Seek>(reader: &mut R, at: u64) -> Result<Option<(u64, Vec<u8>)>, Refusal> {
    let Some(place) = at.checked_sub(20) else { return Ok(None) };
    let locator = bytes_at(reader, place, 20)?;
    if !locator.starts_with(b"PK\x06\x07") || locator.len() < 20 {
        return Ok(None);
    }
    if u32_at(&locator, 16) > 1 {
        return Err(Refusal::Split);
    }
    for place in [Some(u64_at(&locator, 8)), place.checked_sub(56)].into_iter().flatten() {
        let large = bytes_at(reader, place, 56)?;
        if large.len() == 56 && large.starts_with(b"PK\x06\x06") {
            return Ok(Some((place, large)));
        }
    }
    Err(Refusal::Broken)
}

/// The next member; none where the table ends, or holds something else.
fn one(table: &mut impl Read, shift: u64) -> Result<Option<(Member, Raw)>, Refusal> {
    let header = some(table, 46)?;
    if header.len() < 46 || !header.starts_with(b"PK\x01\x02") {
        return Ok(None);
    }
    let name = some(table, u64::from(u16_at(&header, 28)))?;
    let extra = some(table, u64::from(u16_at(&header, 30)))?;
    some(table, u64::from(u16_at(&header, 32)))?;
    let (packed, size, at) = sizes(&header, &extra);
    let (flags, made_by, mode) = (u16_at(&header, 8), u16_at(&header, 4) >> 8, u32_at(&header, 38) >> 16);
    // Only Unix and Mac write what Unix knows of a file.
    let kind = match () {
        () if matches!(made_by, 3 | 19) && mode & 0o170_000 == 0o120_000 => Kind::Link,
        () if flags & 1 != 0 => Kind::Locked,
        () => Kind::File,
    };
    let member = Member {
        name: String::new(),
        at: at.saturating_add(shift),
        packed,
        size,
        crc: u32_at(&header, 16),
        method: u16_at(&header, 10),
        kind,
    };
    Ok(Some((member, Raw::new(name, &extra, flags & 0x800 != 0))))
}

/// Packed size, size and place, as the fields of a large zip have them where the small ones are full.
fn sizes(header: &[u8], extra: &[u8]) -> (u64, u64, u64) {
    let large = fields(extra).find(|(id, _)| *id == 1).map(|(_, field)| field).unwrap_or_default();
    let mut numbers = large.chunks_exact(8).map(|number| u64_at(number, 0));
    let mut whole = |at: usize| match u32_at(header, at) {
        u32::MAX => numbers.next().unwrap_or(u64::from(u32::MAX)),
        number => u64::from(number),
    };
    let size = whole(24);
    let packed = whole(20);
    (packed, size, whole(42))
}

/// The extra fields of a header.
pub(super) fn fields(mut extra: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(extra, 2));
        let field = extra.get(4..4 + length)?;
        let id = u16_at(extra, 0);
        extra = extra.get(4 + length..).unwrap_or_default();
        Some((id, field))
    })
}

/// Where the bytes of a member begin.
pub(super) fn data_of<R: Read + Seek>(reader: &mut R, at: u64) -> Result<Option<u64>, Refusal> {
    let header = bytes_at(reader, at, 30)?;
    let is_header = header.len() == 30 && header.starts_with(b"PK\x03\x04");
    let names = u64::from(u16_at(&header, 26)) + u64::from(u16_at(&header, 28));
    Ok(at.checked_add(30 + names).filter(|_| is_header))
}

/// Bytes from a place, fewer where the file ends.
pub(super) fn bytes_at<R: Read + Seek>(reader: &mut R, at: u64, count: u64) -> Result<Vec<u8>, Refusal> {
    reader.seek(SeekFrom::Start(at))?;
    some(reader, count)
}

fn some(reader: &mut impl Read, count: u64) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    reader.by_ref().take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A number of a record; what is not there counts as 0.
fn number<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(number(bytes, at))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(number(bytes, at))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(number(bytes, at))
}
