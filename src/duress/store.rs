//! Duress passwords in the database.

use diesel::prelude::*;

use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::on;
use crate::schema::duress_passwords;

/// The sealed hash of an account's duress password.
///
/// # Errors
/// Of the database.
pub fn find(conn: &mut Conn<'_>, organisation: Id, user: Id) -> Result<Option<Sealed<Vec<u8>>>> {
    Ok(on!(conn, c => duress_passwords::table
        .find((organisation, user))
        .select(duress_passwords::hash)
        .first(c)
        .optional())?)
}

/// Sets or replaces it.
///
/// # Errors
/// Of the database.
pub fn put(conn: &mut Conn<'_>, organisation: Id, user: Id, hash: &Sealed<Vec<u8>>, now: Time) -> Result<()> {
    on!(conn, c => diesel::insert_into(duress_passwords::table)
        .values((
            duress_passwords::organisation_id.eq(organisation),
            duress_passwords::user_id.eq(user),
            duress_passwords::hash.eq(hash),
            duress_passwords::set_at.eq(now),
        ))
        .on_conflict((duress_passwords::organisation_id, duress_passwords::user_id))
        .do_update()
        .set((duress_passwords::hash.eq(hash), duress_passwords::set_at.eq(now)))
        .execute(c))?;
    Ok(())
}

/// Forgets it, if there is one.
///
/// # Errors
/// Of the database.
pub fn forget(conn: &mut Conn<'_>, organisation: Id, user: Id) -> Result<()> {
    on!(conn, c => diesel::delete(duress_passwords::table.find((organisation, user))).execute(c))?;
    Ok(())
}
