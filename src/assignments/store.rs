//! Assignments in the database.

pub mod caseload;

use diesel::prelude::*;

use super::model::AssignmentRole;
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{assignments, users};

/// An assignment row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = assignments, treat_none_as_default_value = false)]
pub struct AssignmentRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// On which case.
    pub case_id: Id,
    /// Who.
    pub user_id: Id,
    /// As what.
    pub role: AssignmentRole,
    /// Since when.
    pub from_at: Time,
    /// Until when.
    pub until_at: Option<Time>,
}

/// All assignments of a case, those that ended too, oldest first, with the sealed name of the user.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    keyset: &Keyset,
) -> Result<Vec<(AssignmentRow, Sealed<String>)>> {
    Ok(on!(conn, c => {
        let query = assignments::table
            .inner_join(users::table.on(
                users::organisation_id.eq(assignments::organisation_id).and(users::id.eq(assignments::user_id)),
            ))
            .filter(assignments::organisation_id.eq(scope.organisation_id))
            .filter(assignments::case_id.eq(case_id))
            .select((AssignmentRow::as_select(), users::name))
            .into_boxed::<Backend>();
        within!(query, keyset.ascending(), assignments::from_at, assignments::id).load(c)
    })?)
}

/// A user's present assignment to a case.
pub(super) fn current(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    user_id: Id,
) -> Result<Option<AssignmentRow>> {
    Ok(on!(conn, c => assignments::table
        .filter(assignments::organisation_id.eq(scope.organisation_id))
        .filter(assignments::case_id.eq(case_id))
        .filter(assignments::user_id.eq(user_id))
        .filter(assignments::until_at.is_null())
        .select(AssignmentRow::as_select())
        .first(c)
        .optional())?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &AssignmentRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(assignments::table).values(row).execute(c))?;
    Ok(())
}

pub(super) fn end(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<()> {
    on!(conn, c => diesel::update(assignments::table
            .filter(assignments::organisation_id.eq(scope.organisation_id))
            .filter(assignments::id.eq(id)))
        .set(assignments::until_at.eq(scope.now))
        .execute(c))?;
    Ok(())
}

/// Who is on a case now.
///
/// # Errors
/// Of the database.
pub fn on_case(conn: &mut Conn<'_>, organisation_id: Id, case_id: Id) -> Result<Vec<Id>> {
    Ok(on!(conn, c => assignments::table
        .filter(assignments::organisation_id.eq(organisation_id))
        .filter(assignments::case_id.eq(case_id))
        .filter(assignments::until_at.is_null())
        .order(assignments::user_id)
        .select(assignments::user_id)
        .load(c))?)
}

/// Who leads a case now, for whom an operator works.
///
/// # Errors
/// Of the database.
pub fn lead(conn: &mut Conn<'_>, organisation: Id, case_id: Id) -> Result<Option<Id>> {
    Ok(on!(conn, c => assignments::table
        .filter(assignments::organisation_id.eq(organisation))
        .filter(assignments::case_id.eq(case_id))
        .filter(assignments::role.eq(AssignmentRole::Lead))
        .filter(assignments::until_at.is_null())
        .order(assignments::id.asc())
        .select(assignments::user_id)
        .first(c)
        .optional())?)
}

/// Whether a user is on a case now.
///
/// # Errors
/// Of the database.
pub fn is_on(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, user_id: Id) -> Result<bool> {
    Ok(current(scope, conn, case_id, user_id)?.is_some())
}
