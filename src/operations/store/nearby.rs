//! Operations that are near each other in time.

use diesel::prelude::*;

use crate::authz::Scope;
use crate::db::types::{Id, Time};
use crate::db::{Conn, among};
use crate::error::Result;
use crate::on;
use crate::operations::model::{OperationKind, OperationStatus};
use crate::schema::{operation_members, operations, users};

/// What is asked of an operation to know whether it gets in the way of another.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = operations)]
pub struct Slot {
    /// The id.
    pub id: Id,
    /// What kind of act it is.
    pub kind: OperationKind,
    /// Where it stands.
    pub status: OperationStatus,
    /// At which site.
    pub site_id: Option<Id>,
    /// Who leads it.
    pub lead_id: Id,
    /// When it is to begin (UTC).
    pub starts_at: Time,
    /// When it is to end (UTC).
    pub ends_at: Time,
}

/// Operations of the organisation in these statuses that touch a span, and those under way that have run over.
///
/// # Errors
/// Of the database.
pub fn between(
    scope: &Scope,
    conn: &mut Conn<'_>,
    statuses: &[OperationStatus],
    (from, until): (Time, Time),
) -> Result<Vec<Slot>> {
    Ok(on!(conn, c => operations::table
        .filter(operations::organisation_id.eq(scope.organisation_id))
        .filter(operations::status.eq_any(statuses))
        .filter(operations::starts_at.lt(until))
        .filter(operations::ends_at.gt(from).or(operations::status.eq(OperationStatus::InProgress)))
        .order((operations::starts_at.asc(), operations::id.asc()))
        .select(Slot::as_select())
        .load(c))?)
}

/// The members of these operations, as pairs of operation and user.
///
/// # Errors
/// Of the database.
pub fn members(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<Vec<(Id, Id)>> {
    Ok(on!(conn, c => operation_members::table
        .filter(operation_members::organisation_id.eq(scope.organisation_id))
        .filter(among(operation_members::operation_id, ids))
        .order(operation_members::user_id.asc())
        .select((operation_members::operation_id, operation_members::user_id))
        .load(c))?)
}

/// Holds these people until the transaction ends, so that of two approvals that send the same officer the second sees
/// the first. On SQLite writes are serial anyway.
pub(in crate::operations) fn lock_members(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        users::table
            .filter(users::organisation_id.eq(scope.organisation_id))
            .filter(among(users::id, ids))
            .order(users::id.asc())
            .select(users::id)
            .for_no_key_update()
            .load::<Id>(c.now())?;
    }
    Ok(())
}
