//! Gives every row its place where it has none yet, builds the tree over them and signs it.
//!
//! Every node runs it; the lock on a log's head lets one at a time through. Writers never touch that row: on PostgreSQL they
//! leave `seq` null, and a row that is committed late is ordered late; on SQLite nobody else writes meanwhile, and rows come
//! with their places. A checkpoint comes at every multiple of the cadence, whether anything happened or not, so that neither
//! its coming nor its absence tells of a night before a raid.

use std::time::Instant;

use super::checkpoint::{self, Checkpoint};
use super::store::tree::{self as store, Head, KeptTiles};
use super::tree;
use crate::app::Services;
use crate::crypto::Keyring;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::jobs::pace;

/// Rows that get a place in one transaction: few enough that nobody waits long for the lock.
const BATCH: i64 = 256;
/// Rows with a place that wait for the tree at the most. It is built at checkpoints, and here in between: often enough that no
/// request waits long behind it on SQLite, and an open tile is written once for so many and not with each batch.
const BEHIND: i64 = 2_048;

/// Orders what waits, and makes the checkpoints that are due.
///
/// # Errors
/// Of the database; what one log ran into holds up no other.
pub async fn run_once(services: &Services) -> Result<()> {
    let slot = slot(services.clock.now(), services.settings.audit.checkpoint_seconds);
    let waiting = services.db.read(move |conn| store::waiting(conn, slot, BEHIND)).await?;
    let mut outcome = Ok(());
    for organisation_id in waiting {
        if let Err(error) = catch_up(services, organisation_id, slot).await {
            tracing::error!(?error, %organisation_id, "an audit log could not be sequenced");
            outcome = Err(error);
        }
    }
    let digests = services.db.read(store::digests).await?;
    services.checkpoints.replace(digests.into_iter());
    outcome
}

/// The last multiple of the cadence: from the moment of a checkpoint nothing can be read but that.
fn slot(now: Time, cadence_seconds: i64) -> Time {
    let cadence = cadence_seconds.max(1);
    Time::from_micros(now.as_seconds().div_euclid(cadence) * cadence * 1_000_000)
}

async fn catch_up(services: &Services, organisation_id: Id, slot: Time) -> Result<()> {
    loop {
        let (keyring, begun) = (services.keyring.clone(), Instant::now());
        let more = services.db.write(move |conn| advance(conn, &keyring, organisation_id, slot)).await?;
        if !more {
            return Ok(());
        }
        pace::rest(begun.elapsed()).await;
    }
}

/// One step, in a transaction; says whether rows are left.
fn advance(conn: &mut Conn<'_>, keyring: &Keyring, organisation_id: Id, slot: Time) -> Result<bool> {
    let mut head = store::lock_head(conn, organisation_id)?;
    // Where rows have their places already, as many are taken in as the tree is built of at once.
    let limit = if matches!(conn, Conn::Sqlite(_)) { BEHIND } else { BATCH };
    let ordered = store::order(conn, organisation_id, head.size, limit)?;
    head.size += ordered;
    // At once, even if more rows wait: under any load checkpoints come when they are due.
    let is_due = head.checkpoint_at.is_none_or(|last| last < slot);
    if is_due || head.size - head.tiled >= BEHIND {
        build(conn, &mut head)?;
    }
    if is_due {
        sign(conn, keyring, &mut head, slot)?;
    }
    store::save_head(conn, &head)?;
    Ok(ordered == limit)
}

fn build(conn: &mut Conn<'_>, head: &mut Head) -> Result<()> {
    let leaves = store::leaves(conn, head.organisation_id, head.tiled, head.size)?;
    let mut kept = KeptTiles::new(conn, head.organisation_id);
    for tile in tree::grow(&mut kept, head.tiled.cast_unsigned(), leaves)? {
        store::put_tile(conn, head.organisation_id, &tile)?;
    }
    head.tiled = head.size;
    Ok(())
}

fn sign(conn: &mut Conn<'_>, keyring: &Keyring, head: &mut Head, slot: Time) -> Result<()> {
    let (organisation_id, size) = (head.organisation_id, head.size.cast_unsigned());
    let root = tree::root(&mut KeptTiles::new(conn, organisation_id), size)?;
    let key = checkpoint::signing_key(&*keyring.organisation(conn, organisation_id)?)?;
    let checkpoint = Checkpoint::sign(organisation_id, slot, (size, root), &key);
    store::insert_checkpoint(conn, &checkpoint)?;
    head.checkpoint_at = Some(slot);
    head.digest = Some(checkpoint.digest().to_vec());
    Ok(())
}
