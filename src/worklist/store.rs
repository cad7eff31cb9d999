//! What waits, from the tables that know.

use diesel::prelude::*;

use crate::authz::Scope;
use crate::cases::model::{CaseStatus, Risk};
use crate::cases::store::within_reach;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::on;
use crate::schema::{cases, channels, watches};
use crate::watch::store::WatchRow;

/// The case on which something waits.
pub struct Waiting {
    /// Its id.
    pub case_id: Id,
    /// Its code name.
    pub code_name: String,
    /// Its risk.
    pub risk: Risk,
}

/// Which watches are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Watched {
    /// Those that are silent.
    Silent,
    /// Those that are overdue and not silent.
    Overdue,
    /// Those that are due, or will be before this moment, and not overdue.
    DueBefore(Time),
}

/// Running watches on cases in reach, by when the state began.
pub(super) fn watched(
    scope: &Scope,
    conn: &mut Conn<'_>,
    wanted: Watched,
    limit: i64,
) -> Result<Vec<(WatchRow, Waiting)>> {
    let rows: Vec<(WatchRow, String, Risk)> = on!(conn, c => {
        let query = watches::table
            .inner_join(cases::table.on(
                cases::organisation_id.eq(watches::organisation_id).and(cases::id.eq(watches::case_id)),
            ))
            .filter(watches::organisation_id.eq(scope.organisation_id))
            .filter(watches::stopped_at.is_null())
            .limit(limit)
            .select((WatchRow::as_select(), cases::code_name, cases::risk))
            .into_boxed::<Backend>();
        let query = within_reach!(query, scope, cases::id);
        match wanted {
            Watched::Silent => query
                .filter(watches::silent_at.le(scope.now))
                .order((watches::silent_at.asc(), watches::case_id.asc())),
            Watched::Overdue => query
                .filter(watches::overdue_at.le(scope.now))
                .filter(watches::silent_at.gt(scope.now))
                .order((watches::overdue_at.asc(), watches::case_id.asc())),
            Watched::DueBefore(end) => query
                .filter(watches::due_at.lt(end))
                .filter(watches::overdue_at.gt(scope.now))
                .order((watches::due_at.asc(), watches::case_id.asc())),
        }
        .load(c)
    })?;
    let pair = |(row, code_name, risk): (WatchRow, _, _)| {
        let case_id = row.case_id;
        (row, Waiting { case_id, code_name, risk })
    };
    Ok(rows.into_iter().map(pair).collect())
}

/// Channels of cases in reach that are not closed, on which somebody waits for an answer, longest first.
pub(super) fn unanswered(scope: &Scope, conn: &mut Conn<'_>, limit: i64) -> Result<Vec<(Id, Time, Waiting)>> {
    let rows: Vec<(Id, Option<Time>, Id, String, Risk)> = on!(conn, c => {
        let query = channels::table
            .inner_join(cases::table.on(
                cases::organisation_id.eq(channels::organisation_id).and(cases::id.eq(channels::case_id)),
            ))
            .filter(channels::organisation_id.eq(scope.organisation_id))
            .filter(channels::unanswered_since.is_not_null())
            .filter(cases::status.ne(CaseStatus::Closed))
            .order((channels::unanswered_since.asc(), channels::id.asc()))
            .limit(limit)
            .select((channels::id, channels::unanswered_since, cases::id, cases::code_name, cases::risk))
            .into_boxed::<Backend>();
        within_reach!(query, scope, cases::id).load(c)
    })?;
    let waiting = |(channel, since, case_id, code_name, risk): (Id, Option<Time>, _, _, _)| {
        Some((channel, since?, Waiting { case_id, code_name, risk }))
    };
    Ok(rows.into_iter().filter_map(waiting).collect())
}
