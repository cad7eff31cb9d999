//! The archive in the sealed stream: written and read in one pass, with the digest of each part made on the way.

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use age::stream::StreamWriter;
use tar::{Archive, Builder, EntryType, Header};

use super::manifest::{Manifest, Part, Seal, VERSION};
use crate::crypto::secret::{Sha256, hex};
use crate::db::types::Time;
use crate::start::StartError;

const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.sig";
/// A line for each file: this is of millions.
const LONGEST_MANIFEST: u64 = 1 << 30;
const LONGEST_SIGNATURE: u64 = 4_096;

/// Set when the operator stops a command: what is under way fails, and clears up after itself.
#[derive(Clone, Default)]
pub(super) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    fn check(&self) -> io::Result<()> {
        if self.is_set() { Err(io::Error::other("stopped")) } else { Ok(()) }
    }
}

/// Counts and hashes what is read.
struct Watched<R> {
    inner: R,
    hash: Sha256,
    size: u64,
    stop: Stop,
}

impl<R> Watched<R> {
    fn new(inner: R, stop: &Stop) -> Self {
        Self { inner, hash: Sha256::default(), size: 0, stop: stop.clone() }
    }

    fn part(self, name: &str) -> Part {
        Part { name: name.to_owned(), size: self.size, sha256: hex(&self.hash.finish()) }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stop.check()?;
        let read = self.inner.read(buffer)?;
        self.hash.update(&buffer[..read]);
        self.size += read as u64;
        Ok(read)
    }
}

/// An archive while it is written.
pub(super) struct Writing<W: Write> {
    tar: Builder<StreamWriter<W>>,
    began_at: Time,
    stop: Stop,
    pub(super) parts: Vec<Part>,
}

impl<W: Write> Writing<W> {
    pub(super) fn new(out: StreamWriter<W>, began_at: Time, stop: Stop) -> Self {
        Self { tar: Builder::new(out), began_at, stop, parts: Vec::new() }
    }

    fn append(&mut self, name: &str, size: u64, from: impl Read) -> io::Result<Part> {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(self.began_at.as_seconds().unsigned_abs());
        let mut watched = Watched::new(from, &self.stop);
        self.tar.append_data(&mut header, name, &mut watched)?;
        // The header is written already: another length would shift all that follows.
        if watched.size == size {
            Ok(watched.part(name))
        } else {
            Err(io::Error::other("its length changed"))
        }
    }

    /// Adds a part of so many bytes.
    pub(super) fn add(&mut self, name: &str, size: u64, from: impl Read) -> io::Result<()> {
        let part = self.append(name, size, from.take(size))?;
        self.parts.push(part);
        Ok(())
    }

    /// Ends the archive with its manifest, whose parts are those that were added.
    pub(super) fn finish(mut self, mut manifest: Manifest, seal: Option<&Seal>) -> io::Result<(W, Manifest)> {
        manifest.parts = std::mem::take(&mut self.parts);
        let text = serde_json::to_vec_pretty(&manifest)?;
        self.append(MANIFEST, text.len() as u64, text.as_slice())?;
        if let Some(seal) = seal {
            let note = seal.sign(&text);
            self.append(SIGNATURE, note.len() as u64, note.as_bytes())?;
        }
        Ok((self.tar.into_inner()?.finish()?, manifest))
    }
}

/// What an archive said of itself, and what it holds indeed: the same.
pub(super) struct Unpacked {
    pub(super) manifest: Manifest,
    text: Vec<u8>,
    note: Option<String>,
}

impl Unpacked {
    /// Whether there is a signature at all.
    pub(super) fn is_signed(&self) -> bool {
        self.note.is_some()
    }

    /// Whether it was made with this root key.
    pub(super) fn is_of(&self, seal: &Seal) -> bool {
        self.note.as_deref().is_some_and(|note| seal.accepts(&self.text, note))
    }
}

fn damaged(error: &io::Error) -> StartError {
    StartError::Failed(match error.kind() {
        io::ErrorKind::UnexpectedEof => "the backup is cut off: its end is missing".to_owned(),
        io::ErrorKind::StorageFull => format!("there is no room to unpack it: {error}"),
        _ => format!("the backup was changed, damaged or cut off after it was made: {error}"),
    })
}

fn wrong(reason: impl std::fmt::Display) -> StartError {
    StartError::Failed(format!("this is no whole backup of Farlight: {reason}"))
}

/// Reads an archive to its end. `place` says where a part goes, if anywhere: it is given names that are not checked yet.
/// Nothing may be done with what was placed unless this returns `Ok`.
pub(super) fn unpack(
    sealed: impl Read,
    stop: &Stop,
    mut place: impl FnMut(&str) -> Result<Option<std::fs::File>, StartError>,
) -> Result<Unpacked, StartError> {
    let mut archive = Archive::new(sealed);
    let (mut parts, mut text, mut note) = (Vec::new(), None, None);
    for entry in archive.entries().map_err(|error| damaged(&error))? {
        let mut entry = entry.map_err(|error| damaged(&error))?;
        let path = entry.path().map_err(|error| damaged(&error))?;
        let name = path.to_str().ok_or_else(|| wrong("a name in it is no text"))?.to_owned();
        drop(path);
        if entry.header().entry_type() != EntryType::Regular || note.is_some() {
            return Err(wrong(format_args!("{name} does not belong there")));
        }
        let mut short = |longest: u64| -> Result<Vec<u8>, StartError> {
            let mut bytes = Vec::new();
            (&mut entry).take(longest).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
            Ok(bytes)
        };
        match (name.as_str(), &text) {
            (MANIFEST, None) => text = Some(short(LONGEST_MANIFEST)?),
            (SIGNATURE, Some(_)) => {
                let bytes = short(LONGEST_SIGNATURE)?;
                note = Some(String::from_utf8(bytes).map_err(|_| wrong("its signature is no text"))?);
            }
            (_, None) => {
                let file = place(&name)?;
                let mut watched = Watched::new(&mut entry, stop);
                match file {
                    None => io::copy(&mut watched, &mut io::sink()).map_err(|error| damaged(&error))?,
                    Some(mut file) => io::copy(&mut watched, &mut file)
                        .and_then(|copied| file.sync_all().map(|()| copied))
                        .map_err(|error| damaged(&error))?,
                };
                parts.push(watched.part(&name));
            }
            (_, Some(_)) => return Err(wrong(format_args!("{name} comes after the manifest"))),
        }
    }
    // The end of the archive is not the end of the stream: only there its seal says that nothing is missing.
    let mut rest = [0; 8_192];
    let mut sealed = archive.into_inner();
    loop {
        match sealed.read(&mut rest).map_err(|error| damaged(&error))? {
            0 => break,
            read if rest[..read].iter().all(|byte| *byte == 0) => {}
            _ => return Err(wrong("something comes after its end")),
        }
    }
    let text = text.ok_or_else(|| wrong("it has no manifest"))?;
    let manifest = parse(&text)?;
    compare(&manifest.parts, &parts)?;
    Ok(Unpacked { manifest, text, note })
}

fn parse(text: &[u8]) -> Result<Manifest, StartError> {
    #[derive(serde::Deserialize)]
    struct Format {
        farlight_backup: u8,
    }
    let unreadable = |error: serde_json::Error| wrong(format_args!("its manifest cannot be read: {error}"));
    let format: Format = serde_json::from_slice(text).map_err(unreadable)?;
    if format.farlight_backup != VERSION {
        return Err(StartError::Failed(format!(
            "the backup has format {}, and this program knows {VERSION}: use the program that made it, or a newer one",
            format.farlight_backup
        )));
    }
    serde_json::from_slice(text).map_err(unreadable)
}

fn compare(said: &[Part], found: &[Part]) -> Result<(), StartError> {
    for (said, found) in said.iter().zip(found) {
        if said != found {
            let Part { name, .. } = said;
            return Err(wrong(format_args!(
                "{name} is not what the manifest says: its digest or place differs"
            )));
        }
    }
    if said.len() == found.len() {
        Ok(())
    } else {
        Err(wrong(format_args!("the manifest names {} parts, and {} are there", said.len(), found.len())))
    }
}
