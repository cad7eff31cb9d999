//! Reading an object, from any place on.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use object_store::{ObjectStore, ObjectStoreExt, path::Path};
use tokio::runtime::Handle;
use zeroize::Zeroizing;

use super::failed;
use crate::crypto::FileKeys;
use crate::crypto::stream::{CHUNK, Chunks, HEADER, Header, SEALED_CHUNK, chunks, sealed_length};
use crate::error::{Error, Result};

/// Chunks that are fetched in one request to the store: memory for one reader is this many, twice.
const AT_ONCE: u64 = 16;

/// Opens the chunks of one object.
#[derive(Clone)]
pub struct Reader {
    store: Arc<dyn ObjectStore>,
    path: Path,
    chunks: Arc<Chunks>,
    length: u64,
}

impl Reader {
    pub(super) async fn open(
        store: Arc<dyn ObjectStore>,
        path: Path,
        keys: &FileKeys,
        name: &str,
        length: u64,
    ) -> Result<Self> {
        let found = store.head(&path).await.map_err(failed)?;
        if found.size != sealed_length(length) {
            return Err(Error::internal("a stored file has another length than when it came"));
        }
        let header = store.get_range(&path, 0..HEADER as u64).await.map_err(failed)?;
        let chunks = Arc::new(keys.chunks(&Header::parse(&header)?, name)?);
        Ok(Self { store, path, chunks, length })
    }

    /// Plain bytes in all.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Chunks `first..` up to [`AT_ONCE`] of them, opened.
    async fn batch(&self, first: u64, end: u64) -> Result<Zeroizing<Vec<u8>>> {
        let count = chunks(self.length);
        let end = end.min(first + AT_ONCE).min(count);
        let place = |chunk: u64| HEADER as u64 + chunk * SEALED_CHUNK as u64;
        let range = place(first)..place(end).min(sealed_length(self.length));
        let expected = range.end - range.start;
        let sealed = self.store.get_range(&self.path, range).await.map_err(failed)?;
        if sealed.len() as u64 != expected {
            return Err(Error::internal("a stored file was cut off while it was read"));
        }
        let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
        for (index, chunk) in (first..end).zip(sealed.chunks(SEALED_CHUNK)) {
            plain.extend_from_slice(&self.chunks.open(index, index + 1 == count, chunk)?);
        }
        Ok(plain)
    }

    /// The bytes of a range, in pieces. It ends with an error, and short, where the object does not open.
    pub fn stream(self, range: Range<u64>) -> impl Stream<Item = Result<Bytes>> + 'static {
        let end = range.end.min(self.length);
        futures_util::stream::try_unfold((self, range.start), move |(reader, at)| async move {
            if at >= end {
                return Ok(None);
            }
            let first = at / CHUNK as u64;
            let plain = reader.batch(first, end.div_ceil(CHUNK as u64)).await?;
            let start = first * CHUNK as u64;
            let last = end.min(start + plain.len() as u64);
            let piece = plain
                .get(index(at - start)?..index(last.saturating_sub(start))?)
                .filter(|piece| !piece.is_empty())
                .ok_or_else(|| Error::internal("a stored file ended early"))?;
            Ok(Some((Bytes::copy_from_slice(piece), (reader, last))))
        })
    }

    /// The whole object, in memory: only for what is known to be small.
    ///
    /// # Errors
    /// `internal` when it does not open.
    pub async fn whole(&self) -> Result<Zeroizing<Vec<u8>>> {
        let mut all = Zeroizing::new(Vec::with_capacity(index(self.length)?));
        let (mut chunk, count) = (0, chunks(self.length));
        while chunk < count {
            all.extend_from_slice(&self.batch(chunk, count).await?);
            chunk += AT_ONCE;
        }
        Ok(all)
    }

    /// For a parser that reads and seeks on a thread of its own. It may fetch `budget` bytes in all, so that a file
    /// that was made for it cannot keep it busy.
    pub fn seeking(self, runtime: Handle, budget: u64) -> Seeking {
        Seeking { reader: self, runtime, budget, at: 0, first: 0, held: Zeroizing::default() }
    }
}

fn index(number: u64) -> Result<usize> {
    usize::try_from(number).map_err(Error::internal)
}

/// [`Read`] and [`Seek`] over an object; blocks, so only for threads that may.
pub struct Seeking {
    reader: Reader,
    runtime: Handle,
    budget: u64,
    at: u64,
    /// The first of the chunks that are held.
    first: u64,
    held: Zeroizing<Vec<u8>>,
}

impl Seeking {
    fn hold(&mut self, chunk: u64) -> io::Result<()> {
        let held = (self.held.len() as u64).div_ceil(CHUNK as u64);
        if (self.first..self.first + held).contains(&chunk) {
            return Ok(());
        }
        // Who reads on from where the last batch ended will read on: fewer and larger requests to the store.
        let reads_on = held > 0 && chunk == self.first + held;
        let count = if reads_on { (held * 2).min(AT_ONCE) } else { 1 };
        self.budget = self
            .budget
            .checked_sub(count * CHUNK as u64)
            .ok_or_else(|| io::Error::other("too much of the file was read"))?;
        self.held = self
            .runtime
            .block_on(self.reader.batch(chunk, chunk + count))
            .map_err(|error| io::Error::other(format!("{error:?}")))?;
        self.first = chunk;
        Ok(())
    }
}

impl Read for Seeking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.reader.length || buffer.is_empty() {
            return Ok(0);
        }
        let chunk = self.at / CHUNK as u64;
        self.hold(chunk)?;
        let start = usize::try_from(self.at - self.first * CHUNK as u64).map_err(io::Error::other)?;
        let here = self.held.get(start..).unwrap_or_default();
        let count = here.len().min(buffer.len());
        buffer[..count].copy_from_slice(&here[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Seeking {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let (base, by) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::Current(by) => (self.at, by),
            SeekFrom::End(by) => (self.reader.length, by),
        };
        self.at = base.checked_add_signed(by).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
