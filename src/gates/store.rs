//! Waivers in the database.

use diesel::prelude::*;

use super::model::Gate;
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::on;
use crate::schema::operation_waivers;

/// A waiver row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = operation_waivers, treat_none_as_default_value = false)]
pub struct WaiverRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which operation.
    pub operation_id: Id,
    /// Which gate.
    pub gate: Gate,
    /// Keyed hash of the plan that it was given for.
    pub plan_hash: Vec<u8>,
    /// Sealed reason.
    pub reason: Sealed<String>,
    /// Who answers for it.
    pub given_by: Id,
    /// Since when (UTC).
    pub given_at: Time,
}

/// The waivers of an operation that was found in reach.
pub(super) fn waivers(scope: &Scope, conn: &mut Conn<'_>, operation_id: Id) -> Result<Vec<WaiverRow>> {
    Ok(on!(conn, c => operation_waivers::table
        .filter(operation_waivers::organisation_id.eq(scope.organisation_id))
        .filter(operation_waivers::operation_id.eq(operation_id))
        .select(WaiverRow::as_select())
        .load(c))?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &WaiverRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(operation_waivers::table).values(row).execute(c))?;
    Ok(())
}

/// Takes one waiver back; false when there was none.
pub(super) fn delete(scope: &Scope, conn: &mut Conn<'_>, operation_id: Id, gate: Gate) -> Result<bool> {
    let deleted = on!(conn, c => diesel::delete(operation_waivers::table
            .filter(operation_waivers::organisation_id.eq(scope.organisation_id))
            .filter(operation_waivers::operation_id.eq(operation_id))
            .filter(operation_waivers::gate.eq(gate)))
        .execute(c))?;
    Ok(deleted > 0)
}

/// Takes back every waiver of an operation whose plan changed; false when there was none.
///
/// # Errors
/// Of the database.
pub fn delete_waivers(scope: &Scope, conn: &mut Conn<'_>, operation_id: Id) -> Result<bool> {
    let deleted = on!(conn, c => diesel::delete(operation_waivers::table
            .filter(operation_waivers::organisation_id.eq(scope.organisation_id))
            .filter(operation_waivers::operation_id.eq(operation_id)))
        .execute(c))?;
    Ok(deleted > 0)
}
