//! Break-glass accesses in the database.

use diesel::prelude::*;

use super::model::{GlassOutcome, GlassState};
use crate::authz::{Role, Scope};
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{break_glass, cases, users};

/// An access that was asked for.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = break_glass, treat_none_as_default_value = false)]
pub struct BreakGlassRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// To which case.
    pub case_id: Id,
    /// Who asked.
    pub user_id: Id,
    /// Sealed reason.
    pub reason: Sealed<String>,
    /// For how long.
    pub hours: i32,
    /// When it was asked for (UTC).
    pub asked_at: Time,
    /// Until when it waits for an approval (UTC).
    pub lapses_at: Time,
    /// When it opened (UTC).
    pub opened_at: Option<Time>,
    /// When it closes by itself (UTC).
    pub closes_at: Option<Time>,
    /// Who approved it.
    pub approved_by: Option<Id>,
    /// When it was ended before its time (UTC).
    pub ended_at: Option<Time>,
    /// By whom.
    pub ended_by: Option<Id>,
    /// When somebody looked at it (UTC).
    pub reviewed_at: Option<Time>,
    /// Who.
    pub reviewed_by: Option<Id>,
    /// What they found.
    pub outcome: Option<GlassOutcome>,
    /// Sealed note of theirs.
    pub note: Option<Sealed<String>>,
}

/// Narrows a boxed query to what the caller may see: coordinators and auditors all of it, others their own.
macro_rules! visible {
    ($query:expr, $scope:expr) => {
        match $scope.role {
            Role::Coordinator | Role::Auditor => $query,
            _ => $query.filter(break_glass::user_id.eq($scope.user_id)),
        }
    };
}

/// One that the caller may see.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<BreakGlassRow> {
    Ok(on!(conn, c => {
        let query = break_glass::table
            .find((scope.organisation_id, id))
            .select(BreakGlassRow::as_select())
            .into_boxed::<Backend>();
        visible!(query, scope).first(c)
    })?)
}

/// Those that the caller may see, newest first, in one state or all.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    state: Option<GlassState>,
    keyset: &Keyset,
) -> Result<Vec<BreakGlassRow>> {
    let now = scope.now;
    Ok(on!(conn, c => {
        let query = break_glass::table
            .filter(break_glass::organisation_id.eq(scope.organisation_id))
            .select(BreakGlassRow::as_select())
            .into_boxed::<Backend>();
        let query = visible!(query, scope);
        let query = match state {
            None => query,
            Some(GlassState::Waiting) => query
                .filter(break_glass::opened_at.is_null())
                .filter(break_glass::ended_at.is_null())
                .filter(break_glass::lapses_at.gt(now)),
            Some(GlassState::NotOpened) => query
                .filter(break_glass::opened_at.is_null())
                .filter(break_glass::ended_at.is_not_null().or(break_glass::lapses_at.le(now))),
            Some(GlassState::Open) => query
                .filter(break_glass::closes_at.gt(now))
                .filter(break_glass::ended_at.is_null()),
            Some(GlassState::ToReview) => query
                .filter(break_glass::reviewed_at.is_null())
                .filter(break_glass::opened_at.is_not_null())
                .filter(break_glass::ended_at.is_not_null().or(break_glass::closes_at.le(now).assume_not_null())),
            Some(GlassState::Reviewed) => query.filter(break_glass::reviewed_at.is_not_null()),
        };
        within!(query, keyset.descending(), break_glass::asked_at, break_glass::id).load(c)
    })?)
}

/// Those of the caller that wait, are open or are to be looked at. Holds the caller's row on PostgreSQL until the
/// transaction ends, so that of two that are asked for at once the second counts the first.
pub(super) fn unreviewed_of_caller(scope: &Scope, conn: &mut Conn<'_>) -> Result<Vec<BreakGlassRow>> {
    if let Conn::Postgres(c) = conn {
        users::table
            .filter(users::organisation_id.eq(scope.organisation_id))
            .filter(users::id.eq(scope.user_id))
            .select(users::id)
            .for_no_key_update()
            .load::<Id>(c.now())?;
    }
    Ok(on!(conn, c => break_glass::table
        .filter(break_glass::organisation_id.eq(scope.organisation_id))
        .filter(break_glass::user_id.eq(scope.user_id))
        .filter(break_glass::reviewed_at.is_null())
        .filter(
            break_glass::opened_at.is_not_null()
                .or(break_glass::ended_at.is_null().and(break_glass::lapses_at.gt(scope.now))),
        )
        .select(BreakGlassRow::as_select())
        .load(c))?)
}

/// The caller's accesses that are open now, each with its case.
///
/// # Errors
/// Of the database.
pub fn open_now(scope: &Scope, conn: &mut Conn<'_>) -> Result<Vec<(Id, Id)>> {
    Ok(on!(conn, c => break_glass::table
        .filter(break_glass::organisation_id.eq(scope.organisation_id))
        .filter(break_glass::user_id.eq(scope.user_id))
        .filter(break_glass::opened_at.le(scope.now))
        .filter(break_glass::closes_at.gt(scope.now))
        .filter(break_glass::ended_at.is_null())
        .select((break_glass::id, break_glass::case_id))
        .load(c))?)
}

/// Whether the organisation has a case with this id, in the caller's reach or not.
pub(super) fn is_case(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => cases::table
        .filter(cases::organisation_id.eq(scope.organisation_id))
        .filter(cases::id.eq(id))
        .select(cases::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &BreakGlassRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(break_glass::table).values(row).execute(c))?;
    Ok(())
}

/// False when it does not wait, or no longer.
pub(super) fn open(scope: &Scope, conn: &mut Conn<'_>, id: Id, until: Time) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(break_glass::table.find((scope.organisation_id, id))
            .filter(break_glass::opened_at.is_null())
            .filter(break_glass::ended_at.is_null())
            .filter(break_glass::lapses_at.gt(scope.now)))
        .set((
            break_glass::opened_at.eq(scope.now),
            break_glass::closes_at.eq(until),
            break_glass::approved_by.eq(scope.user_id),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// False when it is over.
pub(super) fn end(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(break_glass::table.find((scope.organisation_id, id))
            .filter(break_glass::ended_at.is_null())
            .filter(
                break_glass::opened_at.is_null().and(break_glass::lapses_at.gt(scope.now))
                    .or(break_glass::closes_at.gt(scope.now).assume_not_null()),
            ))
        .set((break_glass::ended_at.eq(scope.now), break_glass::ended_by.eq(scope.user_id)))
        .execute(c))?;
    Ok(changed == 1)
}

/// False when somebody was faster.
pub(super) fn review(
    scope: &Scope,
    conn: &mut Conn<'_>,
    id: Id,
    outcome: GlassOutcome,
    note: Option<&Sealed<String>>,
) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(break_glass::table.find((scope.organisation_id, id))
            .filter(break_glass::reviewed_at.is_null()))
        .set((
            break_glass::reviewed_at.eq(scope.now),
            break_glass::reviewed_by.eq(scope.user_id),
            break_glass::outcome.eq(outcome),
            break_glass::note.eq(note),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Ends every access to a case, by whoever has it.
///
/// # Errors
/// Of the database.
pub fn end_all(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<()> {
    on!(conn, c => diesel::update(break_glass::table
            .filter(break_glass::organisation_id.eq(scope.organisation_id))
            .filter(break_glass::case_id.eq(case_id))
            .filter(break_glass::ended_at.is_null())
            .filter(break_glass::closes_at.is_null().or(break_glass::closes_at.gt(scope.now).assume_not_null())))
        .set((break_glass::ended_at.eq(scope.now), break_glass::ended_by.eq(scope.user_id)))
        .execute(c))?;
    Ok(())
}
