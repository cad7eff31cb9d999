//! Where the bytes of files lie: a folder, or a bucket that speaks S3.
//!
//! Every object is sealed in chunks ([`crate::crypto::stream`]) before it leaves the process, and is written once: a
//! second attempt at the same thing is another object, and the database says which one counts. Names are ids, so a
//! store that is seized tells how many files there are, how long they are and when they came. Nothing here holds a
//! whole file in memory.

mod location;
mod reader;
mod whole;
mod writer;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, path::Path};

use self::location::Opened;
pub use self::location::{FilesError, Location};
pub use self::reader::{Reader, Seeking};
pub use self::whole::Lying;
pub use self::writer::Writer;
use crate::config::Settings;
use crate::crypto::FileKeys;
use crate::db::Failure;
use crate::db::types::Id;
use crate::error::{Error, Result};

crate::words! {
    /// What an object is.
    pub enum Kind {
        /// A file as it came; never rewritten.
        Original = "original",
        /// A copy without metadata, made from an original.
        Working = "working",
        /// A piece of a file that is still arriving.
        Part = "part",
        /// A chat export that waits to be committed.
        Import = "import",
    }
}

/// The name of an object, which is also bound into every chunk of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// One `attempt` at storing what belongs to the attachment or import `owner`.
    pub fn new(kind: Kind, organisation: Id, owner: Id, attempt: Id) -> Self {
        Self(format!("{kind}/{organisation}/{owner}/{attempt}"))
    }

    /// Reads what `Display` writes, and nothing else: such a name can be trusted with a path.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let kind: Kind = parts.next()?.parse().ok()?;
        let ids = [parts.next()?, parts.next()?, parts.next()?].map(str::parse::<Id>);
        let [Ok(organisation), Ok(owner), Ok(attempt)] = ids else {
            return None;
        };
        let name = Self::new(kind, organisation, owner, attempt);
        (parts.next().is_none() && name.0 == text).then_some(name)
    }

    /// The organisation and the upload, if this is a piece of one.
    pub fn part_of_upload(&self) -> Option<(Id, Id)> {
        let mut parts = self.0.strip_prefix("part/")?.split('/');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    }

    fn folder(kind: Kind, organisation: Id, owner: Id) -> Self {
        Self(format!("{kind}/{organisation}/{owner}"))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Handle to the store; cheap to clone.
#[derive(Clone)]
pub struct Files {
    store: Option<Arc<dyn ObjectStore>>,
    prefix: Path,
    /// Where it lies, if it is a folder of this machine.
    folder: Option<PathBuf>,
    /// Sealed bytes that are gathered before they are sent: one request of a multipart upload.
    piece: usize,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Files")
    }
}

impl Files {
    /// Opens the store that the settings name.
    ///
    /// # Errors
    /// [`FilesError`] says which setting to look at.
    pub fn open(settings: &Settings) -> Result<Self, FilesError> {
        let piece = location::piece(settings.files.max_bytes);
        let location = Location::of(settings)?;
        let is_implied = settings.files.url.is_empty();
        match location.open(&settings.files) {
            Ok(Opened { store, prefix, folder }) => Ok(Self { store: Some(store), prefix, folder, piece }),
            // Whoever has not said where files go may not want any: all else works without them.
            Err(error) if is_implied => {
                tracing::warn!(%error, "files.url is not set: there is nowhere to put files, and none is taken");
                Ok(Self { store: None, prefix: Path::default(), folder: None, piece })
            }
            Err(error) => Err(error),
        }
    }

    fn store(&self) -> Result<&Arc<dyn ObjectStore>> {
        self.store.as_ref().ok_or_else(|| {
            Error::busy("files.url (FARLIGHT__FILES__URL) is not set: there is nowhere to put files")
        })
    }

    fn path(&self, name: &Name) -> Path {
        if self.prefix.as_ref().is_empty() {
            Path::from(name.0.as_str())
        } else {
            Path::from(format!("{}/{}", self.prefix, name.0))
        }
    }

    /// Begins an object.
    ///
    /// # Errors
    /// `busy` when no store is configured.
    pub fn create(&self, keys: &FileKeys, name: &Name) -> Result<Writer> {
        let (store, sealing) = (Arc::clone(self.store()?), keys.begin(&name.0)?);
        Ok(Writer::new(store, self.path(name), self.folder.clone(), self.piece, sealing))
    }

    /// Opens an object of `length` plain bytes.
    ///
    /// # Errors
    /// `internal` when it is not there, has another length, or is sealed under another key.
    pub async fn read(&self, keys: &FileKeys, name: &Name, length: u64) -> Result<Reader> {
        Reader::open(Arc::clone(self.store()?), self.path(name), keys, &name.0, length).await
    }

    /// Removes one object; it is no error when there is none.
    ///
    /// # Errors
    /// Of the store.
    pub async fn remove(&self, name: &Name) -> Result<()> {
        gone(self.store()?.delete(&self.path(name)).await)
    }

    /// Removes everything of this kind that belongs to `owner`, but for the attempt to `keep`.
    ///
    /// # Errors
    /// Of the store.
    pub async fn clear(&self, kind: Kind, organisation: Id, owner: Id, keep: Option<Id>) -> Result<()> {
        let store = self.store()?;
        let kept = keep.map(|attempt| self.path(&Name::new(kind, organisation, owner, attempt)));
        let folder = self.path(&Name::folder(kind, organisation, owner));
        let found: Vec<_> = store.list(Some(&folder)).try_collect().await.map_err(failed)?;
        for object in found {
            if Some(&object.location) != kept.as_ref() {
                gone(store.delete(&object.location).await)?;
            }
        }
        Ok(())
    }
}

fn gone(result: object_store::Result<()>) -> Result<()> {
    match result {
        Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

/// What the store says names paths and hosts, not content: fit for the log.
fn failed(error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { path, .. } => {
            Error::internal(format!("a stored file is not there: {path}"))
        }
        other => unwritten(format!("the file store failed: {other:?}")),
    }
}

/// A store that cannot be used now, and why as far as it tells.
fn unwritten(cause: String) -> Error {
    match Failure::of(&cause) {
        Some(failure) => Error::of_failure(failure, cause),
        None => Error::busy(cause),
    }
}
