//! Removing from the store what belongs to nothing.

use super::store::uploads;
use crate::app::Services;
use crate::db::types::Id;
use crate::error::Result;
use crate::files::Kind;

/// Ends an upload, whatever became of it, and removes what it left: its pieces always, and the file too if it was
/// not recorded. A second call, or one after a crash in the middle of the first, does what is left to do.
///
/// # Errors
/// Of the database or the store; housekeeping tries again.
pub async fn end(services: &Services, organisation: Id, id: Id) -> Result<()> {
    clear(services, organisation, id, false).await
}

/// As [`end`], for every upload that has expired or was not cleared away.
///
/// # Errors
/// Of the database or the store; the next run tries again.
pub async fn expired(services: &Services) -> Result<()> {
    let now = services.clock.now();
    for (organisation, id) in services.db.read(move |conn| uploads::ended(conn, now)).await? {
        clear(services, organisation, id, true).await?;
    }
    Ok(())
}

async fn clear(services: &Services, organisation: Id, id: Id, only_expired: bool) -> Result<()> {
    let now = services.clock.now();
    let before = only_expired.then_some(now);
    let closed = services
        .db
        .write(move |conn| {
            let closed = uploads::close(conn, organisation, id, now, before)?;
            Ok((closed, uploads::recorded(conn, organisation, id)?))
        })
        .await?;
    let (true, kept) = closed else { return Ok(()) };
    let files = &services.files;
    files.clear(Kind::Part, organisation, id, None).await?;
    files.clear(Kind::Original, organisation, id, kept).await?;
    files.clear(Kind::Working, organisation, id, kept).await?;
    services.db.write(move |conn| uploads::remove(conn, organisation, id, now)).await
}
