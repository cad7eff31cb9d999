//! An export as it was uploaded: one bare file, or a zip with the chat and its media.
//!
//! Nothing is written anywhere and no name of a zip is ever used as a path. What comes out is bounded in [`Limits`] and
//! counted while it is unpacked; memory holds the table of contents and a few buffers.

mod directory;
mod inflate;
mod names;
mod parts;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};

use thiserror::Error;

use self::directory::{Kind, Member};
use self::inflate::{Inflating, Source};
use super::detect::{self, Beginning, Choice, Chooser};
use super::reading::{HEAD, Halt};

pub use self::inflate::{Limits, Watch};
pub use self::parts::{Media, MemberParts};

/// Bytes by which a picture is told from a text, so that most of a zip need not be unpacked to find the chat.
const GLANCE: usize = 512;
/// Files of one name among which the right one is looked for by its folders.
const MOST_NAMESAKES: usize = 256;

/// Why an export is not read. In words for the person who uploaded it; no file names.
#[derive(Debug, Error)]
pub enum Refusal {
    /// No table of contents.
    #[error(
        "this zip is damaged or was cut short: its table of contents is missing or broken; copy it again or export \
         the chat again"
    )]
    Broken,
    /// One of several files that make up a zip.
    #[error("this is one piece of a zip that was split; pack it again as one file")]
    Split,
    /// An archive that is no zip.
    #[error(
        "this is a {0} archive, which is not read; unpack it, and upload what was in it alone or as a zip"
    )]
    OtherArchive(&'static str),
    /// What is wanted is behind a password.
    #[error("this is locked with a password; unlock it, and pack it again without a password")]
    Locked,
    /// Packed in a way that is hardly used.
    #[error("this was packed in an unusual way; pack it again as a plain zip (\"deflate\")")]
    Method,
    /// More comes out than [`Limits`] allow.
    #[error(
        "more comes out of this zip than a chat and its media hold; unpack it, and upload the chat alone"
    )]
    TooLarge,
    /// A file that cannot be unpacked to its end.
    #[error("this is damaged inside the zip; copy the zip again or export the chat again")]
    Damaged,
    /// Nothing in it is a chat.
    #[error("no chat was found in this{hint}. What was looked for: {looked_for}")]
    NoChat {
        /// What to try, if anything.
        hint: &'static str,
        /// As [`detect::looked_for`].
        looked_for: String,
    },
    /// The watch said so.
    #[error("stopped")]
    Stopped,
    /// The upload itself cannot be read.
    #[error("the upload could not be read: {0}")]
    Unreadable(#[from] io::Error),
}

impl Refusal {
    /// The refusal behind an error of reading, where it is one.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref().and_then(|inner| inner.downcast_ref())
    }

    /// The refusal for which a reader halted, where it is one.
    #[must_use]
    pub fn behind(halt: &Halt) -> Option<&Self> {
        if let Halt::Unreadable(error) = halt { Self::of(error) } else { None }
    }

    fn from_io(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(refusal) => refusal,
            Err(error) => Self::Unreadable(error),
        }
    }
}

/// An export that was uploaded.
pub struct Upload<R> {
    reader: R,
    length: u64,
    limits: Limits,
    spent: u64,
    members: Vec<Member>,
    is_zip: bool,
    /// Members by their labels.
    by_label: HashMap<String, usize>,
    /// Members by their file names alone, as [`names::loose`] has them.
    by_name: HashMap<String, Vec<usize>>,
    told: Vec<String>,
    nested: usize,
    damaged: usize,
}

impl<R: Read + Seek> Upload<R> {
    /// Looks at an upload: whether it is a zip is told by its bytes. `name` is what a bare file is called.
    ///
    /// # Errors
    /// [`Refusal`] of a zip whose table of contents cannot be read, and of archives that are no zip.
    pub fn open(name: &str, mut reader: R, limits: Limits) -> Result<Self, Refusal> {
        let length = reader.seek(SeekFrom::End(0))?;
        let head = directory::bytes_at(&mut reader, 0, GLANCE as u64)?;
        if let Some(other) = other_archive(&head) {
            return Err(Refusal::OtherArchive(other));
        }
        let is_zip = is_zip(&head);
        let mut upload = Self {
            reader,
            length,
            limits,
            spent: 0,
            members: Vec::new(),
            is_zip,
            by_label: HashMap::new(),
            by_name: HashMap::new(),
            told: Vec::new(),
            nested: 0,
            damaged: 0,
        };
        if is_zip {
            upload.list()?;
        } else {
            let name = names::label(name);
            let bare =
                Member { name, at: 0, packed: length, size: length, crc: 0, method: 0, kind: Kind::File };
            upload.members.push(bare);
        }
        Ok(upload)
    }

    /// Whether it is a zip.
    #[must_use]
    pub const fn is_zip(&self) -> bool {
        self.is_zip
    }

    /// What there is to say of the upload so far: what was not opened, and what turned out to be damaged while it was
    /// read. To be asked when all is done. No file names.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        let nested = (self.nested > 0)
            .then(|| format!("{} x zip within the zip not opened: upload each on its own", self.nested));
        let damaged = (self.damaged > 0).then(|| {
            format!(
                "{} x damaged file in the zip: some of it is missing or wrong; copy the zip again",
                self.damaged
            )
        });
        self.told.iter().cloned().chain(nested).chain(damaged).collect()
    }

    /// What a member is called: a label and no path.
    #[must_use]
    pub fn name(&self, member: usize) -> Option<&str> {
        self.members.get(member).map(|member| member.name.as_str())
    }

    /// Bytes that members take in the upload, the whole of what [`Watch`] is told.
    #[must_use]
    pub fn packed_bytes(&self, members: &[usize]) -> u64 {
        let packed =
            members.iter().filter_map(|member| self.members.get(*member)).map(|member| member.packed);
        packed.fold(0, u64::saturating_add)
    }

    /// Finds the chat: looks at the beginning of every file. `goes_on` is asked before each.
    ///
    /// # Errors
    /// [`Refusal::NoChat`] if none is a chat, [`Refusal::Stopped`], and what comes of reading.
    pub fn choose(&mut self, goes_on: &mut dyn FnMut() -> bool) -> Result<Choice, Refusal> {
        let mut chooser = Chooser::default();
        self.nested = 0;
        for number in 0..self.members.len() {
            if !goes_on() {
                return Err(Refusal::Stopped);
            }
            let Some((bytes, is_whole)) = self.beginning(number)? else { continue };
            let name = self.name(number).unwrap_or_default();
            if self.is_zip && is_zip(&bytes) {
                // Documents and apps are zips too, which nobody sees as such.
                self.nested += usize::from(name.to_ascii_lowercase().ends_with(".zip"));
                continue;
            }
            chooser.look(number, Beginning { name, bytes: &bytes, is_whole });
        }
        chooser
            .choice()
            .ok_or_else(|| Refusal::NoChat { hint: self.hint(), looked_for: detect::looked_for() })
    }

    /// The files that hold the chat, for its reader. `watch` is told how many of their [`Self::packed_bytes`] were
    /// consumed, and says whether to go on.
    pub fn parts<'a>(&'a mut self, members: &[usize], watch: Watch<'a>) -> MemberParts<'a, R> {
        let source = Source {
            reader: &mut self.reader,
            limits: self.limits,
            length: self.length,
            spent: &mut self.spent,
            before: 0,
            watch: Some(watch),
        };
        MemberParts::new(source, &self.members, members, self.is_zip, &mut self.damaged)
    }

    /// A file that a message names: the one of that path, else the only one of that name whose folders end so, else the
    /// only one of that name. None if there is none or it is not clear which. Not more than `most` bytes of it.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`], [`Refusal::Locked`], [`Refusal::Method`], and what comes of reading.
    pub fn media(&mut self, name: &str, most: u64) -> Result<Option<Media<'_, R>>, Refusal> {
        let Some(member) = self.find(name).and_then(|number| self.members.get(number)) else {
            return Ok(None);
        };
        if member.kind == Kind::Locked {
            return Err(Refusal::Locked);
        }
        if member.size > most {
            return Err(Refusal::TooLarge);
        }
        let limits = Limits { member: most.min(self.limits.member), ..self.limits };
        let (reader, spent, length) = (&mut self.reader, &mut self.spent, self.length);
        let file =
            Inflating::member(Source { reader, limits, length, spent, before: 0, watch: None }, member)?;
        Ok(Some(Media::new(&member.name, member.size, file)))
    }

    fn list(&mut self) -> Result<(), Refusal> {
        let contents = directory::read(&mut self.reader, self.length, self.limits.members)?;
        self.members = contents.members;
        let (count, listed, claimed) = (contents.count, self.members.len() as u64, contents.claimed);
        // A small zip counts to 65535 and begins again.
        if claimed != count && claimed != count % 0x1_0000 {
            self.told.push(format!("table of contents of the zip broken: {count} of {claimed} files found"));
        }
        if count > listed {
            self.told.push(format!("{} of {count} files in the zip not looked at: too many", count - listed));
        }
        self.index();
        for (kind, words) in [
            (Kind::Locked, "file in the zip locked with a password: not opened"),
            (Kind::Link, "link in the zip not followed"),
            (Kind::Replaced, "file in the zip left out: a later one has the same name"),
        ] {
            let count = self.members.iter().filter(|member| member.kind == kind).count();
            if count > 0 {
                self.told.push(format!("{count} x {words}"));
            }
        }
        let unusual = |member: &&Member| member.kind == Kind::File && !matches!(member.method, 0 | 8 | 9);
        let unusual = self.members.iter().filter(unusual).count();
        if unusual > 0 {
            self.told.push(format!("{unusual} x file in the zip packed in an unusual way: not opened"));
        }
        Ok(())
    }

    fn index(&mut self) {
        for number in 0..self.members.len() {
            let Some(member) = self.members.get(number) else { continue };
            if !matches!(member.kind, Kind::File | Kind::Locked) {
                continue;
            }
            let former = self.by_label.insert(member.name.clone(), number);
            if let Some(former) = former.and_then(|former| self.members.get_mut(former)) {
                former.kind = Kind::Replaced;
            }
        }
        for (label, number) in &self.by_label {
            let namesakes = self.by_name.entry(names::loose(label)).or_default();
            // One more than are looked at, which tells that they are too many.
            if namesakes.len() <= MOST_NAMESAKES {
                namesakes.push(*number);
            }
        }
    }

    fn find(&self, name: &str) -> Option<usize> {
        let label = names::label(name);
        if label.is_empty() {
            return None;
        }
        if let Some(number) = self.by_label.get(&label) {
            return Some(*number);
        }
        let namesakes = self.by_name.get(&names::loose(&label))?;
        if let [only] = namesakes.as_slice() {
            return Some(*only);
        }
        let end = format!("/{label}");
        let in_place = |number: &&usize| self.name(**number).is_some_and(|name| name.ends_with(&end));
        let mut fitting = namesakes.iter().filter(in_place).take(2);
        match (fitting.next(), fitting.next()) {
            (Some(only), None) if namesakes.len() <= MOST_NAMESAKES => Some(*only),
            _ => None,
        }
    }

    /// The first bytes of a file, and whether they are all; none for what is no file or cannot be opened.
    fn beginning(&mut self, number: usize) -> Result<Option<(Vec<u8>, bool)>, Refusal> {
        let Some(member) = self.members.get(number) else { return Ok(None) };
        if member.kind != Kind::File {
            return Ok(None);
        }
        let (limits, length) = (self.limits, self.length);
        let source = Source {
            reader: &mut self.reader,
            limits,
            length,
            spent: &mut self.spent,
            before: 0,
            watch: None,
        };
        let file = if self.is_zip { Inflating::member(source, member) } else { Inflating::bare(source) };
        let mut file = match file {
            Err(Refusal::Method) => return Ok(None),
            file => file?,
        };
        let mut bytes = Vec::new();
        let mut fill = |most: usize, bytes: &mut Vec<u8>| {
            let room = most.saturating_sub(bytes.len()) as u64;
            file.by_ref().take(room).read_to_end(bytes).map_err(Refusal::from_io)
        };
        fill(GLANCE, &mut bytes)?;
        if !detect::is_binary(&bytes) {
            // One byte more tells whether the file goes on.
            fill(HEAD + 1, &mut bytes)?;
        }
        let is_whole = bytes.len() <= HEAD && bytes.len() as u64 >= member.size;
        bytes.truncate(HEAD);
        Ok(Some((bytes, is_whole)))
    }

    fn hint(&self) -> &'static str {
        let any = |kind: Kind| self.members.iter().any(|member| member.kind == kind);
        match () {
            () if self.length == 0 => ": it is empty",
            () if any(Kind::Locked) => ": what is in it is locked with a password; pack it again without one",
            () if self.nested > 0 => ", but there is a zip in it: unpack this one, and upload the one in it",
            () if self.is_zip && !any(Kind::File) => ": it is empty",
            () => "",
        }
    }
}

fn is_zip(head: &[u8]) -> bool {
    // The third is how a zip begins that was once meant to be split.
    [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| head.starts_with(*magic))
}

/// The name of an archive that begins like this and is no zip.
fn other_archive(head: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 6] = [
        (b"Rar!\x1a\x07", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xfd7zXZ\0", "xz"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\x28\xb5\x2f\xfd", "Zstandard"),
    ];
    let tar = head.get(257..262).filter(|magic| *magic == b"ustar").map(|_| "tar");
    MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| *name).or(tar)
}
