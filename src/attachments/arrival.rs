//! From bytes that come to objects that lie in the store: hashed, sealed, looked at.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::metadata::{self, Metadata};
use super::{media, strip};
use crate::app::Services;
use crate::crypto::FileKeys;
use crate::crypto::secret::Sha256;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::files::{Kind, Name, Reader, Writer};
use crate::http::heavy::heavy;

/// Whose file comes, and under which keys it is sealed.
#[derive(Clone)]
pub struct Owner {
    /// The organisation.
    pub organisation: Id,
    /// The upload, which becomes the attachment.
    pub id: Id,
    /// The keys of the case's files.
    pub keys: FileKeys,
}

impl Owner {
    /// The name of an object of this file.
    pub fn object(&self, kind: Kind, attempt: Id) -> Name {
        Name::new(kind, self.organisation, self.id, attempt)
    }
}

/// How large a file may be, and why not larger.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Largest file.
    pub max_bytes: u64,
    /// What the organisation's quota leaves.
    pub left: u64,
}

impl Room {
    /// Whether `bytes` fit.
    ///
    /// # Errors
    /// 413 `too-large` or `quota-exceeded`.
    pub fn check(&self, bytes: u64) -> Result<()> {
        if bytes > self.max_bytes {
            return Err(Error::too_large(usize::try_from(self.max_bytes).unwrap_or(usize::MAX)));
        }
        if bytes > self.left { Err(Error::quota_exceeded()) } else { Ok(()) }
    }
}

/// An original while it is coming.
pub struct Intake {
    writer: Writer,
    hash: Sha256,
    head: Vec<u8>,
    room: Room,
    object_id: Id,
}

/// A file that lies in the store whole, and is not recorded yet.
pub struct Arrived {
    /// Which attempt holds it.
    pub object_id: Id,
    /// Bytes of the original.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: [u8; 32],
    /// What it is, by its content.
    pub media_type: &'static str,
    /// What it was called.
    pub file_name: Option<String>,
    /// Bytes of the working copy, if there is one.
    pub working_size: Option<u64>,
    /// What it says of itself.
    pub metadata: Metadata,
    /// Whether it is of a kind that says something.
    pub was_searched: bool,
}

impl Intake {
    /// Begins a new attempt.
    ///
    /// # Errors
    /// `busy` when there is no store.
    pub fn begin(services: &Services, owner: &Owner, room: Room) -> Result<Self> {
        let object_id = Id::at(services.clock.now());
        let writer = services.files.create(&owner.keys, &owner.object(Kind::Original, object_id))?;
        Ok(Self { writer, hash: Sha256::default(), head: Vec::new(), room, object_id })
    }

    /// Takes what came.
    ///
    /// # Errors
    /// 413; `busy` when the store fails.
    pub async fn take(&mut self, bytes: &[u8]) -> Result<()> {
        self.room.check(self.writer.length() + bytes.len() as u64)?;
        let wanted = media::HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..wanted]);
        self.hash.update(bytes);
        self.writer.write(bytes).await
    }

    /// Whether nothing came.
    pub fn is_empty(&self) -> bool {
        self.writer.length() == 0
    }

    /// Gives up; nothing is left.
    pub async fn abandon(self) {
        self.writer.abandon().await;
    }

    /// Ends the original, reads what it says of itself, and makes the working copy.
    ///
    /// # Errors
    /// 422 for an empty file; `busy` when the store fails or too much is going on.
    pub async fn finish(
        self,
        services: &Arc<Services>,
        owner: &Owner,
        file_name: Option<String>,
    ) -> Result<Arrived> {
        let Self { writer, hash, head, object_id, .. } = self;
        let size = writer.length();
        if size == 0 {
            writer.abandon().await;
            return Err(Error::invalid("/file", "is empty"));
        }
        writer.finish().await?;
        let media_type = media::sniff(&head);
        let was_searched = media::is_picture_or_track(media_type);
        let mut arrived = Arrived {
            object_id,
            size,
            sha256: hash.finish(),
            media_type,
            file_name,
            working_size: None,
            metadata: Metadata::default(),
            was_searched,
        };
        if was_searched {
            let original = owner.object(Kind::Original, object_id);
            let reader = services.files.read(&owner.keys, &original, size).await?;
            arrived.metadata = look(reader.clone()).await?;
            if strip::has_working_copy(media_type) && size <= strip::LARGEST {
                let orientation = arrived.metadata.orientation;
                if let Some(copy) = copy(reader, media_type, orientation).await? {
                    let name = owner.object(Kind::Working, object_id);
                    let mut writer = services.files.create(&owner.keys, &name)?;
                    writer.write(&copy).await?;
                    writer.finish().await?;
                    arrived.working_size = Some(copy.len() as u64);
                }
            }
        }
        Ok(arrived)
    }
}

/// A parser that gives up, or worse, has found nothing: the file is kept all the same.
async fn look(reader: Reader) -> Result<Metadata> {
    let runtime = Handle::current();
    or_nothing(heavy(move || Ok(metadata::read(reader.seeking(runtime, metadata::BUDGET)))).await)
}

async fn copy(reader: Reader, media_type: &'static str, orientation: Option<u16>) -> Result<Option<Vec<u8>>> {
    let runtime = Handle::current();
    // Read where only a few at a time are, since here a whole picture is in memory.
    or_nothing(
        heavy(move || {
            let picture = runtime.block_on(reader.whole())?;
            Ok(strip::strip(media_type, bytes::Bytes::copy_from_slice(&picture), orientation))
        })
        .await,
    )
}

fn or_nothing<T: Default>(found: Result<T>) -> Result<T> {
    match found {
        Err(error) if error.code() == "internal" => {
            tracing::warn!("an attachment could not be looked into");
            Ok(T::default())
        }
        found => found,
    }
}
