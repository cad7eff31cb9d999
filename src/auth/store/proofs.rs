//! Proofs of possession that were used.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::on;
use crate::schema::used_proofs;

/// Seconds for which a proof is kept beyond its time, for nodes whose clocks are behind.
const KEPT_SECONDS: i64 = 600;

/// Notes that a proof was used; `false` if it was before. Of two at once, one is first.
pub(in crate::auth) fn insert(
    conn: &mut Conn<'_>,
    organisation: Id,
    hash: &[u8],
    until: Time,
) -> Result<bool> {
    let inserted = on!(conn, c => diesel::insert_into(used_proofs::table)
        .values((
            used_proofs::organisation_id.eq(organisation),
            used_proofs::hash.eq(hash),
            used_proofs::until.eq(until),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Forgets proofs that would be refused for their age.
///
/// # Errors
/// Of the database.
pub fn forget_old(conn: &mut Conn<'_>, now: Time) -> Result<()> {
    let before = now.plus_seconds(-KEPT_SECONDS);
    on!(conn, c => diesel::delete(used_proofs::table.filter(used_proofs::until.lt(before))).execute(c))?;
    Ok(())
}
