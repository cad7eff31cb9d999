//! Writing an object, chunk by chunk.

use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use object_store::buffered::BufWriter;
use object_store::{ObjectStore, path::Path};
use tokio::io::AsyncWrite;
use zeroize::Zeroizing;

use super::failed;
use crate::crypto::stream::{CHUNK, Chunks, Header};
use crate::error::{Error, Result};

/// Requests to the store under way at the same time for one object; each holds one piece in memory.
const IN_FLIGHT: usize = 1;

/// Seals what it is given. Until [`Self::finish`] there is no object.
pub struct Writer {
    out: BufWriter,
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
        piece: usize,
        (header, chunks): (Header, Chunks),
    ) -> Self {
        Self {
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
            .map_err(|error| Error::busy(format!("the file store failed: {error}")))
    }

    /// Gives up what was sent. A store that does not answer keeps pieces that belong to no object.
    pub async fn abandon(mut self) {
        if let Err(error) = self.out.abort().await {
            tracing::warn!(%error, "pieces of an unfinished file may be left in the store");
        }
    }
}
