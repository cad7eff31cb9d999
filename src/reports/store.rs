//! Field reports in the database. Whether their operation is in reach was asked before.

use diesel::prelude::*;

use super::findings::Findings;
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, among};
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::operations::plan::Target;
use crate::schema::reports;

/// A report row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = reports, treat_none_as_default_value = false)]
pub struct ReportRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// On which operation.
    pub operation_id: Id,
    /// Who reports.
    pub author_id: Id,
    /// When it was seen (UTC).
    pub at: Time,
    /// When we wrote it down (UTC).
    pub recorded_at: Time,
    /// Sealed words.
    pub seen: Sealed<String>,
    /// Sealed position.
    pub position: Option<Sealed<Target>>,
    /// Sealed findings.
    pub findings: Option<Sealed<Findings>>,
}

/// The reports of an operation, newest first.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    operation_id: Id,
    keyset: &Keyset,
) -> Result<Vec<ReportRow>> {
    Ok(on!(conn, c => {
        let query = reports::table
            .filter(reports::organisation_id.eq(scope.organisation_id))
            .filter(reports::operation_id.eq(operation_id))
            .select(ReportRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), reports::at, reports::id).load(c)
    })?)
}

/// Whether the caller's organisation has this report.
///
/// # Errors
/// Of the database.
pub fn exists(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => reports::table
        .filter(reports::organisation_id.eq(scope.organisation_id))
        .filter(reports::id.eq(id))
        .select(reports::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// The newest reports of these operations.
pub(super) fn newest(
    scope: &Scope,
    conn: &mut Conn<'_>,
    operation_ids: &[Id],
    most: i64,
) -> Result<Vec<ReportRow>> {
    Ok(on!(conn, c => reports::table
        .filter(reports::organisation_id.eq(scope.organisation_id))
        .filter(among(reports::operation_id, operation_ids))
        .order((reports::at.desc(), reports::id.desc()))
        .limit(most)
        .select(ReportRow::as_select())
        .load(c))?)
}

/// A report of an operation.
///
/// # Errors
/// 404.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, operation_id: Id, id: Id) -> Result<ReportRow> {
    Ok(on!(conn, c => reports::table
        .find((scope.organisation_id, id))
        .filter(reports::operation_id.eq(operation_id))
        .select(ReportRow::as_select())
        .first(c))?)
}

/// Stores a report.
///
/// # Errors
/// 409 `id-taken`.
pub(super) fn insert(conn: &mut Conn<'_>, row: &ReportRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(reports::table).values(row).execute(c))?;
    Ok(())
}
