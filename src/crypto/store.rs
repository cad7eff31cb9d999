//! Wrapped keys in the database.

use diesel::prelude::*;

use super::WrappedKey;
use crate::db::types::{Id, Time};
use crate::db::{Conn, among};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{data_keys, organisation_keys};

pub(super) fn insert_organisation_key(
    conn: &mut Conn<'_>,
    organisation: Id,
    epoch: i32,
    key: &WrappedKey,
    now: Time,
) -> Result<()> {
    on!(conn, c => diesel::insert_into(organisation_keys::table)
        .values((
            organisation_keys::organisation_id.eq(organisation),
            organisation_keys::id.eq(key.id),
            organisation_keys::epoch.eq(epoch),
            organisation_keys::wrapped.eq(&key.wrapped),
            organisation_keys::created_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Oldest epoch first.
pub(super) fn organisation_keys(conn: &mut Conn<'_>, organisation: Id) -> Result<Vec<WrappedKey>> {
    let rows: Vec<(Id, Vec<u8>)> = on!(conn, c => organisation_keys::table
        .filter(organisation_keys::organisation_id.eq(organisation))
        .order(organisation_keys::epoch.asc())
        .select((organisation_keys::id, organisation_keys::wrapped))
        .load(c))?;
    Ok(rows.into_iter().map(|(id, wrapped)| WrappedKey { id, wrapped_by: id, wrapped }).collect())
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
