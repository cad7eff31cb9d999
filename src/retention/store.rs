//! Cases that are due, and decisions on them, in the database.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::authz::Scope;
use crate::cases::model::{CaseStatus, ClosingReason};
use crate::cases::store::within_reach;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::{Window, within};
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{case_events, cases, legal_holds, retention_decisions};

/// A decision to keep a case.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = retention_decisions, treat_none_as_default_value = false)]
pub struct DecisionRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Which case.
    pub case_id: Id,
    /// Until when it is kept (UTC).
    pub keep_until: Time,
    /// Sealed reason.
    pub reason: Sealed<String>,
    /// Who decided.
    pub decided_by: Id,
    /// When (UTC).
    pub decided_at: Time,
}

/// A case that is due.
#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
pub struct DueRow {
    /// Which.
    pub id: Id,
    /// Two words and two digits.
    pub code_name: String,
    /// Why it ended.
    pub closing_reason: Option<ClosingReason>,
    /// When it was opened (UTC).
    pub created_at: Time,
    /// When anything on it last happened (UTC).
    pub updated_at: Time,
}

/// The cases in reach that were last closed, for `reason`, at `closed_before` or earlier, that no decision keeps and no hold
/// protects.
pub(super) fn due(
    scope: &Scope,
    conn: &mut Conn<'_>,
    reason: ClosingReason,
    closed_before: Time,
    window: Window,
) -> Result<Vec<DueRow>> {
    Ok(on!(conn, c => {
        let closed_since = case_events::table
            .filter(case_events::organisation_id.eq(scope.organisation_id))
            .filter(case_events::to_status.eq(CaseStatus::Closed))
            .filter(case_events::recorded_at.gt(closed_before))
            .filter(case_events::case_id.eq(cases::id));
        let kept = retention_decisions::table
            .filter(retention_decisions::organisation_id.eq(scope.organisation_id))
            .filter(retention_decisions::keep_until.gt(scope.now))
            .filter(retention_decisions::case_id.eq(cases::id));
        let held = legal_holds::table
            .filter(legal_holds::organisation_id.eq(scope.organisation_id))
            .filter(legal_holds::ended_at.is_null())
            .filter(legal_holds::case_id.eq(cases::id));
        let query = cases::table
            .filter(cases::organisation_id.eq(scope.organisation_id))
            // Who opens a case again takes the reason back.
            .filter(cases::closing_reason.eq(reason))
            .filter(not(exists(closed_since)))
            .filter(not(exists(kept)))
            .filter(not(exists(held)))
            .select(DueRow::as_select())
            .into_boxed::<Backend>();
        let query = within_reach!(query, scope, cases::id);
        within!(query, window, cases::created_at, cases::id).load(c)
    })?)
}

/// When a case was last closed.
pub(super) fn closed_at(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Option<Time>> {
    Ok(on!(conn, c => case_events::table
        .filter(case_events::organisation_id.eq(scope.organisation_id))
        .filter(case_events::case_id.eq(case_id))
        .filter(case_events::to_status.eq(CaseStatus::Closed))
        .order(case_events::recorded_at.desc())
        .select(case_events::recorded_at)
        .first(c)
        .optional())?)
}

/// Until when the last decision keeps, or kept, a case.
pub(super) fn kept_until(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Option<Time>> {
    Ok(on!(conn, c => retention_decisions::table
        .filter(retention_decisions::organisation_id.eq(scope.organisation_id))
        .filter(retention_decisions::case_id.eq(case_id))
        .order(retention_decisions::keep_until.desc())
        .select(retention_decisions::keep_until)
        .first(c)
        .optional())?)
}

/// The decisions on a case that was found in reach, newest first.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    keyset: &Keyset,
) -> Result<Vec<DecisionRow>> {
    Ok(on!(conn, c => {
        let query = retention_decisions::table
            .filter(retention_decisions::organisation_id.eq(scope.organisation_id))
            .filter(retention_decisions::case_id.eq(case_id))
            .select(DecisionRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), retention_decisions::decided_at, retention_decisions::id).load(c)
    })?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &DecisionRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(retention_decisions::table).values(row).execute(c))?;
    Ok(())
}
