//! Writing an object, chunk by chunk.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use object_store::buffered::BufWriter;
use object_store::{ObjectStore, path::Path};
use tokio::io::AsyncWrite;
use zeroize::Zeroizing;

use super::{failed, unwritten};
use crate::crypto::stream::{CHUNK, Chunks, Header};
use crate::durable;
use crate::error::{Error, Result};

/// Requests to the store under way at the same time for one object; each holds one piece in memory.
const IN_FLIGHT: usize = 1;

/// Seals what it is given. Until [`Self::finish`] there is no object.
pub struct Writer {
    out: BufWriter,
    /// The folder of the store and the file in it, where it is a folder.
    place: Option<(PathBuf, PathBuf)>,
    chunks: Chunks,
    /// Not yet sent, when nothing was.
    header: Option<Bytes>,
    /// Plain bytes of the chunk that is being filled.
    filling: Zeroizing<Vec<u8>>,
    index: u64,
    length: u64,
}

impl Writer {
    pub(super) fn new(
        store: Arc<dyn ObjectStore>,
        path: Path,
        folder: Option<PathBuf>,
        piece: usize,
        (header, chunks): (Header, Chunks),
    ) -> Self {
        // Names are ids and words: nothing in them is written differently in a folder.
        let place = folder.map(|folder| (folder.clone(), folder.join(path.as_ref())));
        Self {
            place,
            out: BufWriter::with_capacity(store, path, piece).with_max_concurrency(IN_FLIGHT),
            chunks,
            header: Some(Bytes::copy_from_slice(header.as_bytes())),
            filling: Zeroizing::new(Vec::with_capacity(CHUNK)),
            index: 0,
            length: 0,
        }
    }

    /// Plain bytes so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Takes some bytes.
    ///
    /// # Errors
    /// `busy` when the store fails.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.length += bytes.len() as u64;
        while !bytes.is_empty() {
            // A full chunk waits until more comes: the last one is sealed differently.
            if self.filling.len() == CHUNK {
                self.send(false).await?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.filling.len()));
            self.filling.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    async fn send(&mut self, last: bool) -> Result<()> {
        if let Some(header) = self.header.take() {
            self.out.put(header).await.map_err(failed)?;
        }
        let mut chunk = Vec::with_capacity(self.filling.len() + 16);
        chunk.extend_from_slice(&self.filling);
        self.filling.clear();
        self.chunks.seal(self.index, last, &mut chunk)?;
        self.index += 1;
        self.out.put(chunk.into()).await.map_err(failed)
    }

    /// Seals the end; the object is there and durable when this returns.
    ///
    /// # Errors
    /// `busy` when the store fails: then there is no object.
    pub async fn finish(mut self) -> Result<()> {
        if let Err(error) = self.send(true).await {
            self.abandon().await;
            return Err(error);
        }
        std::future::poll_fn(|context| Pin::new(&mut self.out).poll_shutdown(context))
            .await
            .map_err(|error| unwritten(format!("the file store failed: {error:?}")))?;
        match self.place {
            Some((folder, file)) => settle(folder, file).await,
            None => Ok(()),
        }
    }

    /// Gives up what was sent. A store that does not answer keeps pieces that belong to no object.
    pub async fn abandon(mut self) {
        if let Err(error) = self.out.abort().await {
            tracing::warn!(%error, "pieces of an unfinished file may be left in the store");
        }
    }
}

/// The store syncs the folders that it makes, and not those that it finds, which somebody else may have made a moment
/// ago: all of the way to the file is to outlive a power cut.
async fn settle(folder: PathBuf, file: PathBuf) -> Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the ban is about SQL; this waits for a disk")]
    tokio::task::spawn_blocking(move || durable::sync_way(&folder, &file))
        .await
        .map_err(|panic| Error::internal(format!("a file was not settled: {panic}")))?
        .map_err(|error| unwritten(format!("the file store failed: {error:?}")))
}
