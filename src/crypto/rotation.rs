//! New keys while the service is used.
//!
//! An organisation's new key passes through three stages: it is stored, and every server learns to open what it wraps; it is
//! used; the keys of cases and operations are wrapped under it, a few at a time. Whoever is interrupted goes on from where
//! it stood, and two at once do the same work without harm.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::cache::KEPT_FOR;
use super::{Keyring, Secret, WrappedKey, store};
use crate::app::Clock;
use crate::db::types::Id;
use crate::db::{Conn, Database};
use crate::error::{Error, Result};
use crate::jobs::pace;

/// How long it takes until every server has read what was stored, with something to spare.
pub const LEARNING: Duration = KEPT_FOR.saturating_add(Duration::from_secs(1));
/// Keys in one transaction.
const BATCH: i64 = 64;

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
        let (mut after, mut is_last) = (None, false);
        while !is_last {
            let begun = Instant::now();
            let (inner, id) = (Arc::clone(keyring), stage.id);
            let looked = db.read(move |conn| look(conn, &inner, (organisation, id), after)).await?;
            (after, is_last) = (looked.last, looked.is_last);
            if !looked.found.is_empty() {
                count += db.write(move |conn| store(conn, organisation, &looked.found)).await?;
                tell(Progress::Wrapped(count));
            }
            pace::rest(begun.elapsed()).await;
        }
    }
    Ok(count)
}

async fn stage(db: &Database, organisation: Id) -> Result<Stage> {
    db.read(move |conn| {
        let newest = store::newest_epoch(conn, organisation)?;
        let (epoch, id, in_use) = newest.ok_or_else(Error::not_found)?;
        let unfinished = store::any_data_key_elsewhere(conn, organisation, id)?;
        Ok(Stage { epoch, id, in_use, unfinished })
    })
    .await
}

/// A key that is to be stored, and what wrapped it before.
type Rewrapped = (Id, WrappedKey);

/// What was found in a stretch of keys.
struct Looked {
    /// Those that are not under the new key yet, wrapped under it.
    found: Vec<Rewrapped>,
    /// Where the next stretch begins.
    last: Option<Id>,
    /// Whether there is none. What is made meanwhile is not run after: it is under the new key, or the last pass is still
    /// to come.
    is_last: bool,
}

/// Looks at the next keys after one, and wraps under `epoch` those that are not. It changes nothing, so that whoever writes
/// waits for no more than the rows.
fn look(
    conn: &mut Conn<'_>,
    keyring: &Keyring,
    (organisation, epoch): (Id, Id),
    after: Option<Id>,
) -> Result<Looked> {
    let keys = keyring.load(conn, organisation)?;
    if keys.current() != epoch {
        // Somebody has begun another rotation since, and wraps all of them under a later key.
        return Ok(Looked { found: Vec::new(), last: after, is_last: true });
    }
    let next = store::data_keys_after(conn, organisation, after, BATCH)?;
    let elsewhere = next.iter().filter(|key| key.wrapped_by != epoch);
    Ok(Looked {
        found: elsewhere.map(|key| Ok((key.wrapped_by, keys.rewrap(key)?))).collect::<Result<_>>()?,
        last: next.last().map(|key| key.id),
        is_last: (next.len() as u64) < BATCH.unsigned_abs(),
    })
}

/// Stores those that nobody else has moved meanwhile; says how many.
fn store(conn: &mut Conn<'_>, organisation: Id, found: &[Rewrapped]) -> Result<usize> {
    let mut moved = 0;
    for (from, key) in found {
        if store::move_data_key(conn, organisation, *from, key)? {
            moved += 1;
        }
    }
    Ok(moved)
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
