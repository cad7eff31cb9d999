//! The order of rows, the tree over them and its checkpoints. A log is an organisation's: whoever sequences or verifies
//! it has no scope, and names the organisation instead.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::result::Error as Diesel;
use diesel::sql_types::BigInt;

use crate::audit::checkpoint::Checkpoint;
use crate::audit::model::Leaf;
use crate::audit::tree::{Hash, Tile, Tiles};
use crate::db::Conn;
use crate::db::types::{Id, IdSql, Time};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{audit_checkpoints, audit_events, audit_heads, audit_tiles, organisations};

/// How far a log has come.
#[derive(Queryable, Selectable, Identifiable, AsChangeset)]
#[diesel(table_name = audit_heads, primary_key(organisation_id), treat_none_as_null = true)]
pub(in crate::audit) struct Head {
    pub(in crate::audit) organisation_id: Id,
    /// Rows that have a place, as far as the sequencer has seen: on PostgreSQL the next one to be given.
    pub(in crate::audit) size: i64,
    /// Rows whose hash is in the tree.
    pub(in crate::audit) tiled: i64,
    pub(in crate::audit) checkpoint_at: Option<Time>,
    pub(in crate::audit) digest: Option<Vec<u8>>,
}

/// Organisations without a checkpoint since `slot`, and those whose rows wait: for a place on PostgreSQL, for the tree on
/// SQLite, so many that it takes them in before the next checkpoint.
pub(in crate::audit) fn waiting(conn: &mut Conn<'_>, slot: Time, behind: i64) -> Result<BTreeSet<Id>> {
    let waiting: Vec<Id> = match conn {
        Conn::Sqlite(c) => {
            let (head, seq) = (audit_heads::organisation_id, audit_events::seq);
            let is_behind = audit_events::table
                .filter(audit_events::organisation_id.eq(head))
                .filter(seq.ge((audit_heads::tiled + behind).nullable()));
            audit_heads::table.filter(exists(is_behind)).select(head).load(*c)?
        }
        Conn::Postgres(c) => audit_events::table
            .filter(audit_events::seq.is_null())
            .select(audit_events::organisation_id)
            .distinct()
            .load(c.now())?,
    };
    let served =
        audit_heads::table.filter(audit_heads::checkpoint_at.ge(slot)).select(audit_heads::organisation_id);
    let due: Vec<Id> = on!(conn, c => organisations::table
        .filter(organisations::id.ne_all(served))
        .select(organisations::id)
        .load(c))?;
    Ok(waiting.into_iter().chain(due).collect())
}

/// Every organisation, oldest first.
pub(in crate::audit) fn organisations(conn: &mut Conn<'_>) -> Result<Vec<Id>> {
    Ok(on!(conn, c => organisations::table.select(organisations::id).order(organisations::id).load(c))?)
}

/// Takes the lock of a log to the end of the transaction: one sequencer at a time.
pub(in crate::audit) fn lock_head(conn: &mut Conn<'_>, organisation_id: Id) -> Result<Head> {
    on!(conn, c => diesel::insert_into(audit_heads::table)
        .values((
            audit_heads::organisation_id.eq(organisation_id),
            audit_heads::size.eq(0_i64),
            audit_heads::tiled.eq(0_i64),
        ))
        .on_conflict(audit_heads::organisation_id)
        .do_nothing()
        .execute(c))?;
    Ok(on!(conn, c => diesel::update(audit_heads::table.find(organisation_id))
        .set(audit_heads::size.eq(audit_heads::size))
        .returning(Head::as_returning())
        .get_result(c))?)
}

/// The head of a log; `None` before the sequencer first came by.
pub(in crate::audit) fn head(conn: &mut Conn<'_>, organisation_id: Id) -> Result<Option<Head>> {
    Ok(
        on!(conn, c => audit_heads::table.find(organisation_id).select(Head::as_select()).first(c).optional())?,
    )
}

pub(in crate::audit) fn save_head(conn: &mut Conn<'_>, head: &Head) -> Result<()> {
    on!(conn, c => diesel::update(head).set(head).execute(c))?;
    Ok(())
}

/// The digest of the latest checkpoint of every organisation that has one.
pub(in crate::audit) fn digests(conn: &mut Conn<'_>) -> Result<Vec<(Id, Vec<u8>)>> {
    Ok(on!(conn, c => audit_heads::table
        .filter(audit_heads::digest.is_not_null())
        .select((audit_heads::organisation_id, audit_heads::digest.assume_not_null()))
        .load(c))?)
}

/// The last place that was given, of those before another.
pub(in crate::audit) fn last_place(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    before: i64,
) -> Result<Option<i64>> {
    Ok(on!(conn, c => audit_events::table
        .filter(audit_events::organisation_id.eq(organisation_id))
        .filter(audit_events::seq.lt(before))
        .order(audit_events::seq.desc())
        .select(audit_events::seq.assume_not_null())
        .first(c)
        .optional())?)
}

/// The place after the last one that was given.
pub(in crate::audit) fn next_place(conn: &mut Conn<'_>, organisation_id: Id) -> Result<i64> {
    let last = last_place(conn, organisation_id, i64::MAX)?;
    Ok(last.map_or(0, |last| last.saturating_add(1)))
}

/// How many rows, up to `limit`, have a place from `next` on. On PostgreSQL it is given to them here, in the order of their
/// ids; on SQLite they were written with it.
///
/// Only under the lock. A row that was committed late is found late and gets a later place.
pub(in crate::audit) fn order(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    next: i64,
    limit: i64,
) -> Result<i64> {
    let Conn::Postgres(c) = conn else {
        let placed = next_place(conn, organisation_id)? - next;
        return if placed < 0 { Err(gone()) } else { Ok(placed.min(limit)) };
    };
    // In one statement: each row by itself would be a trip.
    let order = diesel::sql_query(
        "UPDATE audit_events SET seq = placed.seq \
         FROM (SELECT id, $1 + row_number() OVER (ORDER BY id) - 1 AS seq FROM audit_events \
               WHERE organisation_id = $2 AND seq IS NULL ORDER BY id LIMIT $3) AS placed \
         WHERE audit_events.organisation_id = $2 AND audit_events.id = placed.id",
    );
    let order = order.bind::<BigInt, _>(next).bind::<IdSql, _>(organisation_id).bind::<BigInt, _>(limit);
    i64::try_from(order.execute(c.now())?).map_err(Error::internal)
}

fn gone() -> Error {
    Error::internal("an audit row that was ordered is gone; run `farlight audit verify`")
}

/// Rows that have no place yet.
pub(in crate::audit) fn unordered(conn: &mut Conn<'_>, organisation_id: Id) -> Result<i64> {
    Ok(on!(conn, c => audit_events::table
        .filter(audit_events::organisation_id.eq(organisation_id))
        .filter(audit_events::seq.is_null())
        .count()
        .get_result(c))?)
}

/// The hashes of the rows from place `begin` to before `end`.
///
/// # Errors
/// `internal` when one is missing.
pub(in crate::audit) fn leaves(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    begin: i64,
    end: i64,
) -> Result<Vec<Hash>> {
    let rows: Vec<Vec<u8>> = on!(conn, c => audit_events::table
        .filter(audit_events::organisation_id.eq(organisation_id))
        .filter(audit_events::seq.ge(begin))
        .filter(audit_events::seq.lt(end))
        .order(audit_events::seq.asc())
        .select(audit_events::leaf_hash)
        .load(c))?;
    let leaves: Option<Vec<Hash>> = rows.into_iter().map(|hash| hash.try_into().ok()).collect();
    leaves.filter(|leaves| i64::try_from(leaves.len()) == Ok(end - begin)).ok_or_else(gone)
}

/// The tiles of one log, each read once.
pub(in crate::audit) struct KeptTiles<'a, 'c> {
    conn: &'a mut Conn<'c>,
    organisation_id: Id,
    read: HashMap<(u32, u64), Arc<[Hash]>>,
}

impl<'a, 'c> KeptTiles<'a, 'c> {
    pub(in crate::audit) fn new(conn: &'a mut Conn<'c>, organisation_id: Id) -> Self {
        Self { conn, organisation_id, read: HashMap::new() }
    }
}

impl Tiles for KeptTiles<'_, '_> {
    fn tile(&mut self, level: u32, position: u64) -> Result<Arc<[Hash]>> {
        if let Some(tile) = self.read.get(&(level, position)) {
            return Ok(Arc::clone(tile));
        }
        let hashes: Arc<[Hash]> = tile(self.conn, self.organisation_id, level, position)?.into();
        self.read.insert((level, position), Arc::clone(&hashes));
        Ok(hashes)
    }
}

/// The hashes of one tile; none when it is not there.
pub(in crate::audit) fn tile(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    level: u32,
    position: u64,
) -> Result<Vec<Hash>> {
    let key = (organisation_id, level.cast_signed(), position.cast_signed());
    let bytes: Option<Vec<u8>> = on!(conn, c => audit_tiles::table
        .find(key)
        .select(audit_tiles::hashes)
        .first(c)
        .optional())?;
    Ok(bytes.unwrap_or_default().as_chunks().0.to_vec())
}

pub(in crate::audit) fn put_tile(conn: &mut Conn<'_>, organisation_id: Id, tile: &Tile) -> Result<()> {
    let hashes = tile.hashes.concat();
    on!(conn, c => diesel::insert_into(audit_tiles::table)
        .values((
            audit_tiles::organisation_id.eq(organisation_id),
            audit_tiles::level.eq(tile.level.cast_signed()),
            audit_tiles::position.eq(tile.position.cast_signed()),
            audit_tiles::hashes.eq(&hashes),
        ))
        .on_conflict((audit_tiles::organisation_id, audit_tiles::level, audit_tiles::position))
        .do_update()
        .set(audit_tiles::hashes.eq(&hashes))
        .execute(c))?;
    Ok(())
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_checkpoints)]
struct CheckpointRow {
    organisation_id: Id,
    at: Time,
    size: i64,
    root_hash: Vec<u8>,
    signature: Vec<u8>,
}

impl From<CheckpointRow> for Checkpoint {
    /// A root that somebody has cut becomes one that nobody signed: to verify is to find that, not to stop at it.
    fn from(row: CheckpointRow) -> Self {
        Self {
            organisation_id: row.organisation_id,
            at: row.at,
            size: row.size.cast_unsigned(),
            root: row.root_hash.try_into().unwrap_or_default(),
            signature: row.signature,
        }
    }
}

pub(in crate::audit) fn insert_checkpoint(conn: &mut Conn<'_>, checkpoint: &Checkpoint) -> Result<()> {
    let row = CheckpointRow {
        organisation_id: checkpoint.organisation_id,
        at: checkpoint.at,
        size: checkpoint.size.cast_signed(),
        root_hash: checkpoint.root.to_vec(),
        signature: checkpoint.signature.clone(),
    };
    on!(conn, c => diesel::insert_into(audit_checkpoints::table).values(&row).execute(c))?;
    Ok(())
}

/// The latest checkpoint; `None` in the first seconds of an organisation.
pub(in crate::audit) fn latest(conn: &mut Conn<'_>, organisation_id: Id) -> Result<Option<Checkpoint>> {
    let row: Option<CheckpointRow> = on!(conn, c => audit_checkpoints::table
        .filter(audit_checkpoints::organisation_id.eq(organisation_id))
        .order(audit_checkpoints::at.desc())
        .select(CheckpointRow::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Into::into))
}

/// Every checkpoint, oldest first.
pub(in crate::audit) fn checkpoints(conn: &mut Conn<'_>, organisation_id: Id) -> Result<Vec<Checkpoint>> {
    let rows: Vec<CheckpointRow> = on!(conn, c => audit_checkpoints::table
        .filter(audit_checkpoints::organisation_id.eq(organisation_id))
        .order(audit_checkpoints::at.asc())
        .select(CheckpointRow::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// A row as it lies there, whatever it says: words that no action has are for the verifier to find.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub(in crate::audit) struct RawRow {
    organisation_id: Id,
    id: Id,
    #[diesel(select_expression = audit_events::seq.assume_not_null())]
    pub(in crate::audit) seq: i64,
    at: Time,
    actor_id: Option<Id>,
    session_id: Option<Id>,
    action: String,
    outcome: String,
    object_id: Option<Id>,
    case_id: Option<Id>,
    detail: Option<Vec<u8>>,
    pub(in crate::audit) leaf_hash: Vec<u8>,
}

impl RawRow {
    /// The hash of what the row says now.
    pub(in crate::audit) fn hash(&self) -> Hash {
        Leaf {
            organisation_id: self.organisation_id,
            id: self.id,
            at: self.at,
            actor_id: self.actor_id,
            session_id: self.session_id,
            action: &self.action,
            outcome: &self.outcome,
            object_id: self.object_id,
            case_id: self.case_id,
            detail: self.detail.as_deref(),
        }
        .hash()
    }
}

/// Up to `limit` rows from place `begin` on; `None` when one of them holds what no column of its kind can hold.
pub(in crate::audit) fn raw_rows(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    begin: i64,
    limit: i64,
) -> Result<Option<Vec<RawRow>>> {
    let rows = on!(conn, c => audit_events::table
        .filter(audit_events::organisation_id.eq(organisation_id))
        .filter(audit_events::seq.ge(begin))
        .order(audit_events::seq.asc())
        .limit(limit)
        .select(RawRow::as_select())
        .load(c));
    match rows {
        Err(Diesel::DeserializationError(_)) => Ok(None),
        rows => Ok(Some(rows?)),
    }
}

/// The place of a row, or of the last one before it; 0 where there is none.
pub(in crate::audit) fn place_before(conn: &mut Conn<'_>, organisation_id: Id, id: Id) -> Result<i64> {
    let place: Option<Option<i64>> = on!(conn, c => audit_events::table
        .filter(audit_events::organisation_id.eq(organisation_id))
        .filter(audit_events::id.le(id))
        .order(audit_events::id.desc())
        .select(audit_events::seq)
        .first(c)
        .optional())?;
    Ok(place.flatten().unwrap_or_default())
}

/// The place of the row that has this hash.
pub(in crate::audit) fn place_of(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    hash: &Hash,
) -> Result<Option<i64>> {
    let place: Option<Option<i64>> = on!(conn, c => audit_events::table
        .filter(audit_events::organisation_id.eq(organisation_id))
        .filter(audit_events::leaf_hash.eq(hash.as_slice()))
        .select(audit_events::seq)
        .first(c)
        .optional())?;
    Ok(place.flatten())
}
