//! Wrapped keys in the database.

use diesel::prelude::*;

use super::WrappedKey;
use crate::db::types::{Id, Time};
use crate::db::{Conn, among};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{data_keys, installation, organisation_keys};

pub(super) fn insert_organisation_key(
    conn: &mut Conn<'_>,
    organisation: Id,
    epoch: i32,
    key: &WrappedKey,
    now: Time,
    used_since: Option<Time>,
) -> Result<()> {
    on!(conn, c => diesel::insert_into(organisation_keys::table)
        .values((
            organisation_keys::organisation_id.eq(organisation),
            organisation_keys::id.eq(key.id),
            organisation_keys::epoch.eq(epoch),
            organisation_keys::wrapped.eq(&key.wrapped),
            organisation_keys::created_at.eq(now),
            organisation_keys::used_since.eq(used_since),
        ))
        .execute(c))?;
    Ok(())
}

/// Oldest epoch first, each with the moment since which it seals.
pub(super) fn organisation_keys(
    conn: &mut Conn<'_>,
    organisation: Id,
) -> Result<Vec<(WrappedKey, Option<Time>)>> {
    let rows: Vec<(Id, Vec<u8>, Option<Time>)> = on!(conn, c => organisation_keys::table
        .filter(organisation_keys::organisation_id.eq(organisation))
        .order(organisation_keys::epoch.asc())
        .select((organisation_keys::id, organisation_keys::wrapped, organisation_keys::used_since))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(id, wrapped, used_since)| (WrappedKey { id, wrapped_by: id, wrapped }, used_since))
        .collect())
}

/// Every key that the root key wraps for an organisation. On PostgreSQL they are locked, so that two that wrap them anew
/// take turns.
pub(super) fn all_organisation_keys(conn: &mut Conn<'_>) -> Result<Vec<(Id, WrappedKey)>> {
    let columns = (organisation_keys::organisation_id, organisation_keys::id, organisation_keys::wrapped);
    let order = (organisation_keys::organisation_id, organisation_keys::id);
    let rows: Vec<(Id, Id, Vec<u8>)> = match conn {
        Conn::Sqlite(c) => organisation_keys::table.order(order).select(columns).load(*c)?,
        Conn::Postgres(c) => {
            organisation_keys::table.order(order).select(columns).for_update().load(c.now())?
        }
    };
    Ok(rows
        .into_iter()
        .map(|(organisation, id, wrapped)| (organisation, WrappedKey { id, wrapped_by: id, wrapped }))
        .collect())
}

/// Stores another wrapping of an organisation's key.
pub(super) fn set_organisation_key(
    conn: &mut Conn<'_>,
    organisation: Id,
    id: Id,
    wrapped: &[u8],
) -> Result<()> {
    on!(conn, c => diesel::update(organisation_keys::table.find((organisation, id)))
        .set(organisation_keys::wrapped.eq(wrapped))
        .execute(c))?;
    Ok(())
}

/// What the root key wraps for the whole installation.
pub(super) struct InstallationKeys {
    pub(super) base: Option<Vec<u8>>,
    pub(super) handover: Option<Vec<u8>>,
}

pub(super) fn installation_keys(conn: &mut Conn<'_>) -> Result<InstallationKeys> {
    let (base, handover) = on!(conn, c => installation::table
        .select((installation::base_key, installation::handover))
        .first(c))?;
    Ok(InstallationKeys { base, handover })
}

/// Stores the base key of an installation that has none.
pub(super) fn set_first_base(conn: &mut Conn<'_>, wrapped: &[u8]) -> Result<()> {
    on!(conn, c => diesel::update(installation::table.filter(installation::base_key.is_null()))
        .set(installation::base_key.eq(wrapped))
        .execute(c))?;
    Ok(())
}

/// Stores what a new root key wraps.
pub(super) fn set_root(conn: &mut Conn<'_>, wrapped_base: &[u8], handover: Option<&[u8]>) -> Result<()> {
    on!(conn, c => diesel::update(installation::table)
        .set((installation::base_key.eq(wrapped_base), installation::handover.eq(handover)))
        .execute(c))?;
    Ok(())
}

/// Forgets the new root key that was left for running servers.
pub(super) fn end_handover(conn: &mut Conn<'_>) -> Result<()> {
    on!(conn, c => diesel::update(installation::table)
        .set(installation::handover.eq(None::<Vec<u8>>))
        .execute(c))?;
    Ok(())
}

/// The newest epoch of an organisation: its number, its key, and whether it is in use.
pub(super) fn newest_epoch(conn: &mut Conn<'_>, organisation: Id) -> Result<Option<(i32, Id, bool)>> {
    let row: Option<(i32, Id, Option<Time>)> = on!(conn, c => organisation_keys::table
        .filter(organisation_keys::organisation_id.eq(organisation))
        .order(organisation_keys::epoch.desc())
        .select((organisation_keys::epoch, organisation_keys::id, organisation_keys::used_since))
        .first(c)
        .optional())?;
    Ok(row.map(|(epoch, id, used_since)| (epoch, id, used_since.is_some())))
}

/// Lets an epoch be sealed with.
pub(super) fn use_epoch(conn: &mut Conn<'_>, organisation: Id, id: Id, now: Time) -> Result<()> {
    on!(conn, c => diesel::update(organisation_keys::table.find((organisation, id)))
        .filter(organisation_keys::used_since.is_null())
        .set(organisation_keys::used_since.eq(now))
        .execute(c))?;
    Ok(())
}

/// Whether another epoch than `current` wraps a key of a case or an operation.
pub(super) fn any_data_key_elsewhere(conn: &mut Conn<'_>, organisation: Id, current: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => data_keys::table
        .filter(data_keys::organisation_id.eq(organisation))
        .filter(data_keys::organisation_key_id.ne(current))
        .select(data_keys::owner_id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// The next keys of cases and operations, whatever wraps them. Each call looks at so many rows and at no more: one that
/// sought those that are left would look at all that are done, again and again.
pub(super) fn data_keys_after(
    conn: &mut Conn<'_>,
    organisation: Id,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<WrappedKey>> {
    let rows: Vec<(Id, Id, Vec<u8>)> = on!(conn, c => {
        let mut query = data_keys::table
            .filter(data_keys::organisation_id.eq(organisation))
            .order(data_keys::owner_id)
            .limit(limit)
            .select((data_keys::owner_id, data_keys::organisation_key_id, data_keys::wrapped))
            .into_boxed::<Backend>();
        if let Some(after) = after {
            query = query.filter(data_keys::owner_id.gt(after));
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(|(id, wrapped_by, wrapped)| WrappedKey { id, wrapped_by, wrapped }).collect())
}

/// Stores another wrapping of the key of a case or an operation, unless somebody else has or it is gone. Says whether.
pub(super) fn move_data_key(
    conn: &mut Conn<'_>,
    organisation: Id,
    from: Id,
    key: &WrappedKey,
) -> Result<bool> {
    let moved = on!(conn, c => diesel::update(data_keys::table.find((organisation, key.id)))
        .filter(data_keys::organisation_key_id.eq(from))
        .set((data_keys::organisation_key_id.eq(key.wrapped_by), data_keys::wrapped.eq(&key.wrapped)))
        .execute(c))?;
    Ok(moved == 1)
}

/// Stores the key of a case or an operation.
///
/// # Errors
/// Of the database.
pub fn insert_data_key(conn: &mut Conn<'_>, organisation: Id, key: &WrappedKey, now: Time) -> Result<()> {
    on!(conn, c => diesel::insert_into(data_keys::table)
        .values((
            data_keys::organisation_id.eq(organisation),
            data_keys::owner_id.eq(key.id),
            data_keys::organisation_key_id.eq(key.wrapped_by),
            data_keys::wrapped.eq(&key.wrapped),
            data_keys::created_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// The keys of several cases or operations, in no order.
///
/// # Errors
/// Of the database.
pub fn data_keys(conn: &mut Conn<'_>, organisation: Id, owners: &[Id]) -> Result<Vec<WrappedKey>> {
    let rows: Vec<(Id, Id, Vec<u8>)> = on!(conn, c => data_keys::table
        .filter(data_keys::organisation_id.eq(organisation))
        .filter(among(data_keys::owner_id, owners))
        .select((data_keys::owner_id, data_keys::organisation_key_id, data_keys::wrapped))
        .load(c))?;
    Ok(rows.into_iter().map(|(id, wrapped_by, wrapped)| WrappedKey { id, wrapped_by, wrapped }).collect())
}

/// Destroys the key of a case or an operation: the row is overwritten first, so that what an engine keeps of a row that
/// was deleted is not the key.
///
/// # Errors
/// Of the database; `internal` when there is none.
pub fn destroy_data_key(conn: &mut Conn<'_>, organisation: Id, owner: Id) -> Result<()> {
    let key = data_key(conn, organisation, owner)?;
    on!(conn, c => {
        diesel::update(data_keys::table.find((organisation, owner)))
            .set(data_keys::wrapped.eq(vec![0_u8; key.wrapped.len()]))
            .execute(c)?;
        diesel::delete(data_keys::table.find((organisation, owner))).execute(c)
    })?;
    Ok(())
}

/// The key of one case or operation.
///
/// # Errors
/// `internal` when there is none: it was shredded.
pub fn data_key(conn: &mut Conn<'_>, organisation: Id, owner: Id) -> Result<WrappedKey> {
    data_keys(conn, organisation, &[owner])?.pop().ok_or_else(|| Error::internal("a record has no key"))
}
