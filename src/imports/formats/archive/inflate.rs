//! The bytes of one file of an export, unpacked as they are read, within bounds that are counted on what really comes
//! out and not on what the zip claims.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use deflate64::Deflate64Decoder;
use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::Refusal;
use super::directory::{Member, data_of};

/// Bytes that are unpacked at a time.
pub(super) const PIECE: usize = 64 * 1024;

/// How much may come out of an export.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Files that are looked at.
    pub members: usize,
    /// Bytes of one file.
    pub member: u64,
    /// Bytes of all files together, counted each time that they are read.
    pub all: u64,
    /// Bytes that may come out of one, of a file and of the whole: chats shrink to a twentieth, seldom to a hundredth.
    pub ratio: u64,
    /// Bytes up to which the ratio does not matter.
    pub free: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { members: 100_000, member: 16 << 30, all: 64 << 30, ratio: 300, free: 64 << 20 }
    }
}

/// What is asked between two reads: told how many bytes of the upload were consumed, whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(u64) -> bool;

/// The upload that files are read from, and what was read of it so far.
pub(super) struct Source<'a, R> {
    pub(super) reader: &'a mut R,
    pub(super) limits: Limits,
    /// Bytes of the whole upload.
    pub(super) length: u64,
    /// Bytes that came out so far.
    pub(super) spent: &'a mut u64,
    /// Bytes of the upload that were consumed before this file.
    pub(super) before: u64,
    pub(super) watch: Option<Watch<'a>>,
}

/// Reads as many bytes as a member takes in the zip.
struct Packed<'a, R> {
    source: Source<'a, R>,
    left: u64,
    consumed: u64,
    /// Whether the upload itself could not be read, which is not the zip's fault.
    failed: bool,
}

impl<R: Read> Read for Packed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.source.reader.read(buffer.get_mut(..room).unwrap_or_default());
        self.failed = read.is_err();
        let count = read?;
        self.left -= count as u64;
        self.consumed += count as u64;
        Ok(count)
    }
}

enum Codec<'a, R> {
    Stored(Packed<'a, R>),
    Deflate(DeflateDecoder<Packed<'a, R>>),
    Deflate64(Deflate64Decoder<BufReader<Packed<'a, R>>>),
}

/// A file that is being unpacked.
pub(super) struct Inflating<'a, R> {
    codec: Codec<'a, R>,
    out: u64,
    crc: Crc,
    /// Size and checksum that the zip claims; none for a file that is in no zip.
    claimed: Option<(u64, u32)>,
    /// Whether this is damaged, in which case it ends early.
    damaged: bool,
}

impl<R> Inflating<'_, R> {
    /// Whether it turned out to be damaged.
    pub(super) const fn is_damaged(&self) -> bool {
        self.damaged
    }
}

impl<'a, R: Read + Seek> Inflating<'a, R> {
    /// The whole upload as one file.
    pub(super) fn bare(source: Source<'a, R>) -> Result<Self, Refusal> {
        source.reader.seek(SeekFrom::Start(0))?;
        let left = source.length;
        Ok(Self::new(Codec::Stored(Packed { source, left, consumed: 0, failed: false }), None))
    }

    /// A member of a zip.
    pub(super) fn member(source: Source<'a, R>, member: &Member) -> Result<Self, Refusal> {
        let data = data_of(source.reader, member.at)?;
        // Nothing can be read from where no file is; it ends at once, and counts as damaged.
        let left = if data.is_some() { member.packed } else { 0 };
        source.reader.seek(SeekFrom::Start(data.unwrap_or_default()))?;
        let packed = Packed { source, left, consumed: 0, failed: false };
        let codec = match member.method {
            0 => Codec::Stored(packed),
            8 => Codec::Deflate(DeflateDecoder::new(packed)),
            9 => Codec::Deflate64(Deflate64Decoder::new(packed)),
            _ => return Err(Refusal::Method),
        };
        let mut file = Self::new(codec, Some((member.size, member.crc)));
        file.damaged = data.is_none();
        Ok(file)
    }

    fn new(codec: Codec<'a, R>, claimed: Option<(u64, u32)>) -> Self {
        Self { codec, out: 0, crc: Crc::new(), claimed, damaged: false }
    }

    /// Gives the upload back.
    pub(super) fn into_source(self) -> Source<'a, R> {
        match self.codec {
            Codec::Stored(packed) => packed.source,
            Codec::Deflate(decoder) => decoder.into_inner().source,
            Codec::Deflate64(decoder) => decoder.into_inner().into_inner().source,
        }
    }

    fn packed(&mut self) -> &mut Packed<'a, R> {
        match &mut self.codec {
            Codec::Stored(packed) => packed,
            Codec::Deflate(decoder) => decoder.get_mut(),
            Codec::Deflate64(decoder) => decoder.get_mut().get_mut(),
        }
    }

    /// Counts what came out.
    fn count(&mut self, count: u64) -> Result<(), Refusal> {
        self.out += count;
        let out = self.out;
        let packed = self.packed();
        let consumed = packed.consumed;
        let source = &mut packed.source;
        *source.spent += count;
        let Limits { member, all, ratio, free, .. } = source.limits;
        let over = |out: u64, of: u64| out > free && out / ratio.max(1) > of;
        if out > member || *source.spent > all || over(out, consumed) || over(*source.spent, source.length) {
            return Err(Refusal::TooLarge);
        }
        let at = source.before + consumed;
        let goes_on = source.watch.as_mut().is_none_or(|watch| watch(at));
        if goes_on { Ok(()) } else { Err(Refusal::Stopped) }
    }
}

impl<R: Read + Seek> Read for Inflating<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.damaged || buffer.is_empty() {
            return Ok(0);
        }
        // However much is asked for, it is counted in pieces.
        let room = buffer.len().min(PIECE);
        let buffer = buffer.get_mut(..room).unwrap_or_default();
        let read = match &mut self.codec {
            Codec::Stored(packed) => packed.read(buffer),
            Codec::Deflate(decoder) => decoder.read(buffer),
            Codec::Deflate64(decoder) => decoder.read(buffer),
        };
        let count = match read {
            Ok(count) => count,
            Err(error) if self.packed().failed => return Err(error),
            // What cannot be unpacked.
            Err(_) => {
                self.damaged = true;
                return Ok(0);
            }
        };
        self.crc.update(buffer.get(..count).unwrap_or_default());
        self.count(count as u64).map_err(io::Error::other)?;
        if count == 0 {
            self.damaged = self.claimed.is_some_and(|claimed| claimed != (self.out, self.crc.sum()));
        }
        Ok(count)
    }
}
