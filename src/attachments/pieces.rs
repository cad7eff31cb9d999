//! Files that come in pieces: each is an object of its own until the last one is here.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::time::Instant;

use super::arrival::{Arrived, Intake, Owner, Room};
use super::model;
use super::store::uploads::{self as rows, PartRow};
use crate::app::Services;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::files::{Kind, Writer};
use crate::http::tus::{Piece, Progress};

/// Bytes after which a piece is put into the store and counted: what is lost at the most when this process dies.
const PART: u64 = 4 * 1024 * 1024;
/// On a slow link a piece is counted after this time, however small it is.
const PATIENCE: Duration = Duration::from_secs(20);
/// Pieces that one upload may come in.
const MOST_PARTS: i32 = 20_000;

pub(super) fn out_of_place(offset: u64) -> Error {
    Error::conflict(
        "upload-offset",
        format!("This upload goes on at byte {offset}. Ask with HEAD, then go on there."),
    )
}

/// Takes bytes, and counts them piece by piece as they are safe in the store.
pub(super) struct Parts<'a> {
    pub(super) services: &'a Services,
    pub(super) owner: &'a Owner,
    pub(super) progress: &'a mut Progress,
    pub(super) count: i32,
}

impl Parts<'_> {
    pub(super) async fn take(&mut self, piece: &mut Piece) -> Result<()> {
        let mut part: Option<(Id, Writer, Instant)> = None;
        while let Some(bytes) = piece.next().await {
            let (object_id, mut writer, since) = match part.take() {
                Some(part) => part,
                None => self.begin()?,
            };
            let left = self.progress.length - self.progress.offset - writer.length();
            let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
            writer.write(&bytes[..wanted]).await?;
            if writer.length() >= PART || since.elapsed() >= PATIENCE {
                self.count(object_id, writer).await?;
            } else {
                part = Some((object_id, writer, since));
            }
        }
        // The link may have broken: what came is kept.
        match part {
            Some((object_id, writer, _)) if writer.length() > 0 => self.count(object_id, writer).await,
            _ => Ok(()),
        }
    }

    fn begin(&mut self) -> Result<(Id, Writer, Instant)> {
        if self.count >= MOST_PARTS {
            return Err(Error::conflict(
                "upload-in-pieces",
                "This upload came in too many pieces. Begin again.",
            ));
        }
        let object_id = Id::at(self.services.clock.now());
        let writer =
            self.services.files.create(&self.owner.keys, &self.owner.object(Kind::Part, object_id))?;
        Ok((object_id, writer, Instant::now()))
    }

    async fn count(&mut self, object_id: Id, writer: Writer) -> Result<()> {
        let length = writer.length();
        writer.finish().await?;
        let part = PartRow {
            organisation_id: self.owner.organisation,
            upload_id: self.owner.id,
            position: model::signed(self.progress.offset)?,
            object_id,
            length: model::signed(length)?,
        };
        let expires_at = model::expiry(self.services, self.services.clock.now());
        let counted = self.services.db.write(move |conn| rows::add_part(conn, &part, expires_at)).await;
        match counted {
            Ok(true) => {
                self.progress.offset += length;
                self.progress.expires_at = Some(expires_at);
                self.count += 1;
                Ok(())
            }
            // Another request was faster. Its bytes are as good as these.
            Ok(false) => {
                self.services.files.remove(&self.owner.object(Kind::Part, object_id)).await?;
                Err(out_of_place_now())
            }
            // It may have been counted: then it must stay.
            Err(error) => Err(error),
        }
    }
}

fn out_of_place_now() -> Error {
    Error::conflict(
        "upload-offset",
        "Another request brought these bytes first. Ask with HEAD, then go on there.",
    )
}

/// Makes one file of the pieces. A crash in between leaves the pieces, and the next request begins again.
pub(super) async fn assemble(
    services: &Arc<Services>,
    owner: &Owner,
    length: u64,
    file_name: Option<String>,
) -> Result<Arrived> {
    let (organisation, id) = (owner.organisation, owner.id);
    let parts = services.db.read(move |conn| rows::parts(conn, organisation, id)).await?;
    // There is room: it was set aside.
    let mut intake = Intake::begin(services, owner, Room { max_bytes: length, left: length })?;
    match pour(services, owner, &parts, length, &mut intake).await {
        Ok(()) => intake.finish(services, owner, file_name).await,
        Err(error) => {
            intake.abandon().await;
            Err(error)
        }
    }
}

async fn pour(
    services: &Services,
    owner: &Owner,
    parts: &[PartRow],
    length: u64,
    intake: &mut Intake,
) -> Result<()> {
    let mut at = 0;
    for part in parts {
        let part_length = u64::try_from(part.length).map_err(Error::internal)?;
        if model::signed(at)? != part.position {
            return Err(Error::internal("a piece of an upload is missing"));
        }
        let name = owner.object(Kind::Part, part.object_id);
        let reader = services.files.read(&owner.keys, &name, part_length).await?;
        let mut bytes = Box::pin(reader.stream(0..part_length));
        while let Some(bytes) = bytes.next().await {
            intake.take(&bytes?).await?;
        }
        at += part_length;
    }
    if at == length { Ok(()) } else { Err(Error::internal("the end of an upload is missing")) }
}
