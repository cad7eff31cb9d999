//! Objects as they lie, sealed: what a backup carries away without being able to read it, and puts back.

use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::buffered::BufWriter;
use object_store::{Error as StoreError, ObjectStoreExt};
use std::pin::Pin;
use std::sync::Arc;
use tokio::io::AsyncWrite;

use super::{Files, Name, failed};
use crate::error::{Error, Result};

/// An object in the store.
pub struct Lying {
    /// Its sealed bytes.
    pub size: u64,
    /// What the store calls this state of it, where it says so.
    pub tag: Option<String>,
}

impl Files {
    /// How an object lies there; `None` when it does not.
    ///
    /// # Errors
    /// Of the store.
    pub async fn lying(&self, name: &Name) -> Result<Option<Lying>> {
        match self.store()?.head(&self.path(name)).await {
            Ok(found) => Ok(Some(Lying { size: found.size, tag: found.e_tag })),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// The sealed bytes of an object, and how many they are; `None` when it is not there.
    ///
    /// # Errors
    /// Of the store.
    pub async fn carry(&self, name: &Name) -> Result<Option<(u64, BoxStream<'static, Result<Bytes>>)>> {
        match self.store()?.get(&self.path(name)).await {
            Ok(found) => {
                let size = found.meta.size;
                Ok(Some((size, found.into_stream().map_err(failed).boxed())))
            }
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether nothing lies in the store.
    ///
    /// # Errors
    /// Of the store.
    pub async fn is_empty(&self) -> Result<bool> {
        let prefix = Some(&self.prefix).filter(|prefix| !prefix.as_ref().is_empty());
        Ok(self.store()?.list(prefix).next().await.transpose().map_err(failed)?.is_none())
    }

    /// Puts the sealed bytes of an object back.
    ///
    /// # Errors
    /// Of the store, or of what is read.
    pub async fn put_back(&self, name: &Name, from: &mut impl std::io::Read) -> Result<()> {
        let mut out = BufWriter::with_capacity(Arc::clone(self.store()?), self.path(name), self.piece);
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = from.read(&mut buffer).map_err(Error::internal)?;
            if read == 0 {
                break;
            }
            out.put(Bytes::copy_from_slice(&buffer[..read])).await.map_err(failed)?;
        }
        std::future::poll_fn(|context| Pin::new(&mut out).poll_shutdown(context))
            .await
            .map_err(|error| Error::busy(format!("the file store failed: {error}")))
    }
}
