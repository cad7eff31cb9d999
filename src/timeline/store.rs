//! What the timeline merges, each source in the order of its index.

use diesel::prelude::*;

use crate::authz::Scope;
use crate::cases::store::{CaseEventKind, CaseEventRow};
use crate::clues::store::ClueRow;
use crate::db::Conn;
use crate::db::types::Id;
use crate::db::window::{Window, within};
use crate::error::Result;
use crate::messages::store::CorrectionRow;
use crate::on;
use crate::reports::store::ReportRow;
use crate::schema::{case_events, clues, message_corrections, operation_cases, reports};

/// The case's own history, of these kinds.
pub(super) fn case_events(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    kinds: &[CaseEventKind],
    window: Window,
) -> Result<Vec<CaseEventRow>> {
    Ok(on!(conn, c => {
        let query = case_events::table
            .filter(case_events::organisation_id.eq(scope.organisation_id))
            .filter(case_events::case_id.eq(case_id))
            .filter(case_events::kind.eq_any(kinds))
            .select(CaseEventRow::as_select())
            .into_boxed::<Backend>();
        within!(query, window, case_events::at, case_events::id).load(c)
    })?)
}

/// Clues by the time they are about.
pub(super) fn clues(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, window: Window) -> Result<Vec<ClueRow>> {
    Ok(on!(conn, c => {
        let query = clues::table
            .filter(clues::organisation_id.eq(scope.organisation_id))
            .filter(clues::case_id.eq(case_id))
            .select(ClueRow::as_select())
            .into_boxed::<Backend>();
        within!(query, window, clues::observed_at, clues::id).load(c)
    })?)
}

/// Corrections of messages.
pub(super) fn corrections(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    window: Window,
) -> Result<Vec<CorrectionRow>> {
    Ok(on!(conn, c => {
        let query = message_corrections::table
            .filter(message_corrections::organisation_id.eq(scope.organisation_id))
            .filter(message_corrections::case_id.eq(case_id))
            .select(CorrectionRow::as_select())
            .into_boxed::<Backend>();
        within!(query, window, message_corrections::at, message_corrections::id).load(c)
    })?)
}

/// Field reports of the operations for a case.
pub(super) fn reports(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    window: Window,
) -> Result<Vec<ReportRow>> {
    Ok(on!(conn, c => {
        let query = reports::table
            .filter(reports::organisation_id.eq(scope.organisation_id))
            .filter(reports::operation_id.eq_any(
                operation_cases::table
                    .filter(operation_cases::organisation_id.eq(scope.organisation_id))
                    .filter(operation_cases::case_id.eq(case_id))
                    .select(operation_cases::operation_id),
            ))
            .select(ReportRow::as_select())
            .into_boxed::<Backend>();
        within!(query, window, reports::at, reports::id).load(c)
    })?)
}
