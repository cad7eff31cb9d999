//! Removing what a shredded case left outside of its rows: objects of the store, and pages of the database's own log.
//! Nothing of it can be opened any more; it is removed so that nothing of it can be counted either.

use super::store;
use crate::app::Services;
use crate::error::Result;
use crate::files::Kind;

/// Removes the files of shredded cases, and has the database let go of what it deleted. Idempotent, and safe on several
/// nodes; what fails is done by the next run.
///
/// # Errors
/// Of the database or the store.
pub async fn run(services: &Services) -> Result<()> {
    let now = services.clock.now();
    let doomed = services.db.read(move |conn| store::doomed(conn, now)).await?;
    if doomed.is_empty() {
        return Ok(());
    }
    let settled = services.db.settle().await;
    for (organisation, owner, until) in doomed {
        for kind in Kind::ALL {
            services.files.clear(*kind, organisation, owner, None).await?;
        }
        if settled.is_ok() {
            services.db.write(move |conn| store::cleared(conn, (organisation, owner), until, now)).await?;
        }
    }
    settled
}
