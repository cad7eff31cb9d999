//! Check-ins in the database. Whether their operation is in reach was asked before.

use diesel::prelude::*;

use super::model::CheckInStatus;
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, among};
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::operations::plan::Target;
use crate::schema::check_ins;

/// A check-in row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = check_ins, treat_none_as_default_value = false)]
pub struct CheckInRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// On which operation.
    pub operation_id: Id,
    /// Of whom it speaks.
    pub user_id: Id,
    /// Who wrote it down.
    pub author_id: Id,
    /// When it was made (UTC), not after it was recorded.
    pub at: Time,
    /// When we wrote it down (UTC).
    pub recorded_at: Time,
    /// How they are.
    pub status: CheckInStatus,
    /// Until when the next was put off (UTC).
    pub next_by: Option<Time>,
    /// Sealed position.
    pub position: Option<Sealed<Target>>,
    /// Sealed words.
    pub note: Option<Sealed<String>>,
}

/// What is asked of a check-in to know whether a call for help was answered.
#[derive(Debug, Clone, Copy, Queryable, Selectable)]
#[diesel(table_name = check_ins)]
pub struct Call {
    /// The id.
    pub id: Id,
    /// Of whom it speaks.
    pub user_id: Id,
    /// Who wrote it down.
    pub author_id: Id,
    /// When it was made (UTC).
    pub at: Time,
    /// How they are.
    pub status: CheckInStatus,
}

/// The check-ins of an operation, newest first.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    operation_id: Id,
    keyset: &Keyset,
) -> Result<Vec<CheckInRow>> {
    Ok(on!(conn, c => {
        let query = check_ins::table
            .filter(check_ins::organisation_id.eq(scope.organisation_id))
            .filter(check_ins::operation_id.eq(operation_id))
            .select(CheckInRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), check_ins::at, check_ins::id).load(c)
    })?)
}

/// The newest check-ins of these operations.
pub(super) fn newest(
    scope: &Scope,
    conn: &mut Conn<'_>,
    operation_ids: &[Id],
    most: i64,
) -> Result<Vec<CheckInRow>> {
    Ok(on!(conn, c => check_ins::table
        .filter(check_ins::organisation_id.eq(scope.organisation_id))
        .filter(among(check_ins::operation_id, operation_ids))
        .order((check_ins::at.desc(), check_ins::id.desc()))
        .limit(most)
        .select(CheckInRow::as_select())
        .load(c))?)
}

/// A check-in of an operation.
///
/// # Errors
/// 404.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, operation_id: Id, id: Id) -> Result<CheckInRow> {
    Ok(on!(conn, c => check_ins::table
        .find((scope.organisation_id, id))
        .filter(check_ins::operation_id.eq(operation_id))
        .select(CheckInRow::as_select())
        .first(c))?)
}

/// The check-in of an operation that was made last, whenever it arrived.
pub(super) fn last(scope: &Scope, conn: &mut Conn<'_>, operation_id: Id) -> Result<Option<CheckInRow>> {
    Ok(on!(conn, c => check_ins::table
        .filter(check_ins::organisation_id.eq(scope.organisation_id))
        .filter(check_ins::operation_id.eq(operation_id))
        .order((check_ins::at.desc(), check_ins::id.desc()))
        .select(CheckInRow::as_select())
        .first(c)
        .optional())?)
}

/// The calls for help on an operation, and every `ok` from the first of them on; nothing where nobody called.
pub(super) fn calls(scope: &Scope, conn: &mut Conn<'_>, operation_id: Id) -> Result<Vec<Call>> {
    let calling = [CheckInStatus::Help, CheckInStatus::Duress];
    let first: Option<Time> = on!(conn, c => check_ins::table
        .filter(check_ins::organisation_id.eq(scope.organisation_id))
        .filter(check_ins::operation_id.eq(operation_id))
        .filter(check_ins::status.eq_any(calling))
        .order(check_ins::at.asc())
        .select(check_ins::at)
        .first(c)
        .optional())?;
    let Some(first) = first else { return Ok(Vec::new()) };
    Ok(on!(conn, c => check_ins::table
        .filter(check_ins::organisation_id.eq(scope.organisation_id))
        .filter(check_ins::operation_id.eq(operation_id))
        .filter(check_ins::at.ge(first))
        .filter(check_ins::status.ne(CheckInStatus::Delayed))
        .select(Call::as_select())
        .load(c))?)
}

/// Stores a check-in.
///
/// # Errors
/// 409 `id-taken`.
pub(super) fn insert(conn: &mut Conn<'_>, row: &CheckInRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(check_ins::table).values(row).execute(c))?;
    Ok(())
}
