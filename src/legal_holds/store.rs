//! Legal holds in the database.

use diesel::prelude::*;

use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::legal_holds;

/// A hold.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = legal_holds, treat_none_as_default_value = false)]
pub struct HoldRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// On which case.
    pub case_id: Id,
    /// Sealed reason.
    pub reason: Sealed<String>,
    /// Sealed name of who ordered it.
    pub authority: Option<Sealed<String>>,
    /// Who placed it.
    pub placed_by: Id,
    /// When (UTC).
    pub placed_at: Time,
    /// When it ended (UTC).
    pub ended_at: Option<Time>,
    /// Who ended it.
    pub ended_by: Option<Id>,
    /// Sealed reason of that.
    pub end_reason: Option<Sealed<String>>,
}

/// The hold that is in force on a case.
///
/// # Errors
/// Of the database.
pub fn in_force(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Option<HoldRow>> {
    Ok(on!(conn, c => legal_holds::table
        .filter(legal_holds::organisation_id.eq(scope.organisation_id))
        .filter(legal_holds::case_id.eq(case_id))
        .filter(legal_holds::ended_at.is_null())
        .select(HoldRow::as_select())
        .first(c)
        .optional())?)
}

/// The holds on a case that was found in reach, newest first.
pub(super) fn list(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, keyset: &Keyset) -> Result<Vec<HoldRow>> {
    Ok(on!(conn, c => {
        let query = legal_holds::table
            .filter(legal_holds::organisation_id.eq(scope.organisation_id))
            .filter(legal_holds::case_id.eq(case_id))
            .select(HoldRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), legal_holds::placed_at, legal_holds::id).load(c)
    })?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &HoldRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(legal_holds::table).values(row).execute(c))?;
    Ok(())
}

/// Writes that a hold ended; nothing else of it ever changes.
pub(super) fn end(scope: &Scope, conn: &mut Conn<'_>, row: &HoldRow) -> Result<()> {
    on!(conn, c => diesel::update(legal_holds::table.find((scope.organisation_id, row.id)))
        .set((
            legal_holds::ended_at.eq(row.ended_at),
            legal_holds::ended_by.eq(row.ended_by),
            legal_holds::end_reason.eq(row.end_reason.as_ref()),
        ))
        .execute(c))?;
    Ok(())
}
