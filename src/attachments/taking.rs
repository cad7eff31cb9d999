//! A file that comes at once: in a request, or out of an export.

use super::arrival::{Owner, Room};
use super::store::{uploads as rows, uploads::UploadRow};
use super::{cleanup, model};
use crate::app::Services;
use crate::authz::Tx;
use crate::cases::model::OpenCase;
use crate::db::types::Id;
use crate::error::Result;

/// A file that comes at once, before its first byte.
pub struct Begun {
    /// Whose it will be.
    pub owner: Owner,
    /// How large it may be.
    pub room: Room,
    /// What is to be stored before the first byte, so that whatever is left of it is cleared away.
    pub row: UploadRow,
}

/// Prepares for a file of a case that is not resumed.
///
/// # Errors
/// 404 where there are no files for the caller.
pub fn begin(tx: &mut Tx<'_, '_>, case: &OpenCase) -> Result<Begun> {
    let id = Id::at(tx.now());
    let owner = Owner { organisation: tx.scope.organisation_id, id, keys: model::keys(case)? };
    let room = room(tx)?;
    let row = model::new_upload(tx, case, id, 0, None)?;
    Ok(Begun { owner, room, row })
}

/// How large the next file of the organisation may be.
///
/// # Errors
/// Of the database.
pub fn room(tx: &mut Tx<'_, '_>) -> Result<Room> {
    let used = rows::usage(tx.conn, tx.scope.organisation_id)?;
    let files = &tx.services.settings.files;
    let left = files.quota_bytes.saturating_sub(u64::try_from(used).unwrap_or(0));
    Ok(Room { max_bytes: files.max_bytes, left })
}

/// Removes what an upload left. Where that fails, housekeeping comes by.
pub async fn put_away(services: &Services, organisation: Id, id: Id) {
    if let Err(error) = cleanup::end(services, organisation, id).await {
        tracing::warn!(?error, "an upload was not cleared away; it will be tried again");
    }
}

/// Notes that a file begins to come.
///
/// # Errors
/// Of the database.
pub async fn announce(services: &Services, row: UploadRow) -> Result<()> {
    services.db.write(move |conn| rows::insert(conn, &row)).await
}
