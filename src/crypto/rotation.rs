//! New keys while the service is used.
//!
//! An organisation's new key passes through three stages: it is stored, and every server learns to open what it wraps; it is
//! used; the keys of cases and operations are wrapped under it, a few at a time. Whoever is interrupted goes on from where
//! it stood, and two at once do the same work without harm.

use std::sync::Arc;
use std::time::Duration;

use super::cache::KEPT_FOR;
use super::{Keyring, Secret, store};
use crate::app::Clock;
use crate::db::Database;
use crate::db::types::Id;
use crate::error::{Error, Result};

/// How long it takes until every server has read what was stored, with something to spare.
pub const LEARNING: Duration = KEPT_FOR.saturating_add(Duration::from_secs(1));
/// Keys in one transaction.
const BATCH: i64 = 64;
/// How long requests have the database for themselves between two batches.
const PAUSE: Duration = Duration::from_millis(20);

/// How far a rotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// A new key was stored, as this epoch.
    Stored(i32),
    /// A rotation that was begun before goes on, to this epoch.
    Resumed(i32),
    /// It is used from now on.
    Used,
    /// So many keys are wrapped under it by now.
    Wrapped(usize),
}

/// What is to be done for one organisation.
struct Stage {
    epoch: i32,
    id: Id,
    in_use: bool,
    unfinished: bool,
}

/// Gives an organisation a new key and wraps the keys of its cases and operations under it. Answers how many those were.
///
/// # Errors
/// Of the database; what was done until then stays, and the next run goes on from there.
pub async fn organisation(
    (db, keyring, clock): (&Database, &Arc<Keyring>, &Clock),
    organisation: Id,
    mut tell: impl FnMut(Progress),
) -> Result<usize> {
    let mut stage = stage(db, organisation).await?;
    if stage.in_use && !stage.unfinished {
        let (inner, now, next) = (Arc::clone(keyring), clock.now(), stage.epoch + 1);
        let made = db.write(move |conn| inner.new_epoch(conn, organisation, (next, now), None)).await;
        match made {
            Ok(id) => {
                stage = Stage { epoch: next, id, in_use: false, unfinished: true };
                tell(Progress::Stored(next));
            }
            // Somebody else has begun the same in this moment.
            Err(error) if error.code() == "id-taken" => stage = self::stage(db, organisation).await?,
            Err(error) => return Err(error),
        }
    } else {
        tell(Progress::Resumed(stage.epoch));
    }
    if !stage.in_use {
        tokio::time::sleep(LEARNING).await;
        let (id, now) = (stage.id, clock.now());
        db.write(move |conn| store::use_epoch(conn, organisation, id, now)).await?;
        tell(Progress::Used);
    }
    // A server may wrap new keys under the old epoch until it has read that there is another one in use.
    let mut count = 0;
    for last in [false, true] {
        if last {
            tokio::time::sleep(LEARNING).await;
        }
        loop {
            let (inner, id) = (Arc::clone(keyring), stage.id);
            let (found, moved) = db.write(move |conn| batch(conn, &inner, organisation, id)).await?;
            if found == 0 {
                break;
            }
            count += moved;
            tell(Progress::Wrapped(count));
            tokio::time::sleep(PAUSE).await;
        }
    }
    Ok(count)
}

async fn stage(db: &Database, organisation: Id) -> Result<Stage> {
    db.read(move |conn| {
        let newest = store::newest_epoch(conn, organisation)?;
        let (epoch, id, in_use) = newest.ok_or_else(Error::not_found)?;
        let unfinished = !store::data_keys_elsewhere(conn, organisation, id, 1)?.is_empty();
        Ok(Stage { epoch, id, in_use, unfinished })
    })
    .await
}

/// Wraps some keys under `epoch`; says how many were found and how many of them nobody else has moved.
fn batch(
    conn: &mut crate::db::Conn<'_>,
    keyring: &Keyring,
    organisation: Id,
    epoch: Id,
) -> Result<(usize, usize)> {
    let keys = keyring.load(conn, organisation)?;
    if keys.current() != epoch {
        // Somebody has begun another rotation since, and wraps all of them under a later key.
        return Ok((0, 0));
    }
    let found = store::data_keys_elsewhere(conn, organisation, epoch, BATCH)?;
    let mut moved = 0;
    for key in &found {
        if store::move_data_key(conn, organisation, key.wrapped_by, &keys.rewrap(key)?)? {
            moved += 1;
        }
    }
    Ok((found.len(), moved))
}

/// Wraps all that the root key wraps under another one, in one transaction. With `hand_over` the new one is left in the
/// database, under the old one, until [`end_handover`]: servers that are running take it over.
///
/// # Errors
/// `internal` when this is not the root key any more: another rotation was quicker.
pub async fn root(db: &Database, keyring: &Arc<Keyring>, new: Secret, hand_over: bool) -> Result<usize> {
    let keyring = Arc::clone(keyring);
    db.write(move |conn| keyring.rewrap_under(conn, &new, hand_over)).await
}

/// Takes the new root key out of the database.
///
/// # Errors
/// Of the database.
pub async fn end_handover(db: &Database) -> Result<()> {
    db.write(store::end_handover).await
}
