//! A log out of the database, row by row, with every hash made anew.

use std::cmp::Ordering;

use super::checkpoint;
use super::note::Verifier;
use super::store::tree::{self as store, KeptTiles};
use super::tree::{self, Hash, TILE};
use super::verify::{Finding, Log, Wrong};
use crate::crypto::Keyring;
use crate::db::Conn;
use crate::db::types::Id;
use crate::error::Result;

/// Rows that are read at a time.
const PAGE: i64 = 1_024;

/// A log as it was found.
pub struct Reading {
    /// As far as its rows are sound.
    pub log: Log,
    /// Why it was not read further.
    pub trouble: Option<Finding>,
    /// Rows that wait for their place, and are covered by nothing yet.
    pub unordered: i64,
}

impl Reading {
    /// The first thing that is wrong, of the rows and of what was signed over them.
    pub fn first_finding(&self) -> Option<Finding> {
        // Rows that were not read are missed by the checkpoints over them: the trouble is why.
        let signed = self.log.check();
        match (signed, self.trouble.clone()) {
            (Some(signed), Some(trouble)) if signed.index < trouble.index => Some(signed),
            (signed, trouble) => trouble.or(signed),
        }
    }
}

/// Reads a log until its end, or until a row is not what it was. Takes 32 bytes of memory for each row.
///
/// # Errors
/// Of the database, or when the root key does not fit it.
pub fn read(conn: &mut Conn<'_>, keyring: &Keyring, organisation_id: Id) -> Result<Reading> {
    let verifiers = checkpoint::verifiers(&*keyring.organisation(conn, organisation_id)?, organisation_id)?;
    read_with(conn, verifiers, organisation_id)
}

/// As [`read`], with keys that are known to be those of the log.
///
/// # Errors
/// Of the database.
pub fn read_with(conn: &mut Conn<'_>, verifiers: Vec<Verifier>, organisation_id: Id) -> Result<Reading> {
    // Before the rows: what grows meanwhile is longer than was signed, never shorter.
    let checkpoints = store::checkpoints(conn, organisation_id)?;
    let head = store::head(conn, organisation_id)?;
    let unordered = store::unordered(conn, organisation_id)?;
    let (size, tiled) = head.map_or((0, 0), |head| (head.size.cast_unsigned(), head.tiled.cast_unsigned()));
    let signed = checkpoints.iter().map(|checkpoint| checkpoint.size).max().unwrap_or_default();

    let mut leaves = Vec::new();
    let mut wrong = rows(conn, organisation_id, tiled, &mut leaves)?;
    let index = leaves.len() as u64;
    if wrong.is_none() && index < size.max(signed) {
        wrong = Some(Wrong::Truncated(size.max(signed)));
    }
    let mut trouble = wrong.map(|wrong| Finding { index, wrong });
    if trouble.is_none() {
        trouble = upper_tiles(conn, organisation_id, tiled, &leaves)?;
    }
    let log = Log { organisation_id, verifiers, leaves, checkpoints };
    Ok(Reading { log, trouble, unordered })
}

/// Reads rows on from the last leaf, and says what is wrong with the next one.
fn rows(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    tiled: u64,
    leaves: &mut Vec<Hash>,
) -> Result<Option<Wrong>> {
    let mut limit = PAGE;
    let mut tile = Vec::new();
    loop {
        let next = (leaves.len() as u64).cast_signed();
        let Some(page) = store::raw_rows(conn, organisation_id, next, limit)? else {
            if limit == 1 {
                return Ok(Some(Wrong::Edited));
            }
            // One of many cannot be read: one by one it is found which.
            limit = 1;
            continue;
        };
        if page.is_empty() {
            return Ok(None);
        }
        for row in page {
            let place = leaves.len() as u64;
            let hash = row.hash();
            match row.seq.cmp(&place.cast_signed()) {
                Ordering::Less => return Ok(Some(Wrong::Doubled)),
                Ordering::Greater => return Ok(Some(Wrong::Deleted)),
                Ordering::Equal => {}
            }
            if row.leaf_hash != hash {
                return Ok(Some(Wrong::Edited));
            }
            if place.is_multiple_of(TILE) {
                tile = store::tile(conn, organisation_id, 0, place / TILE)?;
            }
            if place < tiled {
                match tile.get(usize::try_from(place % TILE).unwrap_or(usize::MAX)) {
                    None => return Ok(Some(Wrong::Tile { level: 0, position: place / TILE })),
                    Some(kept) if *kept != hash => {
                        let lies_at = store::place_of(conn, organisation_id, kept)?;
                        return Ok(Some(lies_at.map_or(Wrong::Replaced, Wrong::Reordered)));
                    }
                    Some(_) => {}
                }
            }
            leaves.push(hash);
        }
    }
}

/// Makes the tiles above the leaves anew, and compares.
fn upper_tiles(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    tiled: u64,
    leaves: &[Hash],
) -> Result<Option<Finding>> {
    let tiled = usize::try_from(tiled).unwrap_or(usize::MAX).min(leaves.len());
    let made = tree::grow(&mut KeptTiles::new(conn, organisation_id), 0, leaves[..tiled].to_vec())?;
    for tile in made.into_iter().filter(|tile| tile.level > 0) {
        let (level, position) = (tile.level, tile.position);
        if !store::tile(conn, organisation_id, level, position)?.starts_with(&tile.hashes) {
            let index = position.saturating_mul(TILE.saturating_pow(level + 1));
            return Ok(Some(Finding { index, wrong: Wrong::Tile { level, position } }));
        }
    }
    Ok(None)
}
