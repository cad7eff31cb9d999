//! What waits, from the tables that know.

use diesel::prelude::*;

use crate::authz::Scope;
use crate::cases::model::Risk;
use crate::cases::store::within_reach;
use crate::db::types::{Id, Time};
use crate::db::window::{Window, in_order, looked_up, merged, within};
use crate::db::{Conn, among};
use crate::error::Result;
use crate::on;
use crate::schema::{cases, channels, watches};
use crate::watch::store::WatchRow;

/// Runs in one statement: SQLite joins 500 selects at most.
const RUNS: usize = 100;

/// Which values a term of the running watches has: found one by one, each by the index that begins with it.
macro_rules! terms {
    ($conn:expr, $scope:expr, $term:expr) => {{
        let mut terms: Vec<i32> = Vec::new();
        loop {
            let last = terms.last().copied().unwrap_or(i32::MIN);
            let next: Option<i32> = on!($conn, c => watches::table
                .filter(watches::organisation_id.eq($scope.organisation_id))
                .filter(watches::stopped_at.is_null())
                .filter($term.gt(last))
                .order($term.asc())
                .select($term)
                .first(c)
                .optional())?;
            match next {
                Some(next) => terms.push(next),
                None => break terms,
            }
        }
    }};
}

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

type Watching = (WatchRow, String, Risk);

fn waiting((row, code_name, risk): Watching) -> (WatchRow, Waiting) {
    let case_id = row.case_id;
    (row, Waiting { case_id, code_name, risk })
}

/// The running watches on these cases, as far as they are in reach, that are due or will be before `end`, in no order.
pub(super) fn watched_on(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_ids: &[Id],
    end: Time,
) -> Result<Vec<(WatchRow, Waiting)>> {
    let mut rows: Vec<Watching> = Vec::new();
    for chunk in case_ids.chunks(1_000) {
        let found: Vec<Watching> = on!(conn, c => {
            let query = watches::table
                .inner_join(cases::table.on(
                    cases::organisation_id.eq(watches::organisation_id).and(cases::id.eq(watches::case_id)),
                ))
                .filter(watches::organisation_id.eq(scope.organisation_id))
                .filter(among(watches::case_id, chunk))
                .filter(watches::stopped_at.is_null())
                .filter(watches::due_at.lt(end).or(watches::overdue_at.le(scope.now)))
                .select((WatchRow::as_select(), cases::code_name, cases::risk))
                .into_boxed::<Backend>();
            within_reach!(query, scope, cases::id).load(c)
        })?;
        rows.extend(found);
    }
    Ok(rows.into_iter().map(waiting).collect())
}

/// Running watches of an organisation, for whoever reaches all of its cases, by when the state began.
pub(super) fn watched(
    scope: &Scope,
    conn: &mut Conn<'_>,
    wanted: Watched,
    limit: i64,
) -> Result<Vec<(WatchRow, Waiting)>> {
    let places = places(scope, conn, wanted, Window { after: None, descending: false, limit })?;
    let ids: Vec<Id> = places.iter().map(|(_, id)| *id).collect();
    let rows: Vec<Watching> = on!(conn, c => {
        let query = watches::table
            .inner_join(cases::table.on(
                cases::organisation_id.eq(watches::organisation_id).and(cases::id.eq(watches::case_id)),
            ))
            .filter(watches::organisation_id.eq(scope.organisation_id))
            .filter(among(watches::case_id, &ids))
            .select((WatchRow::as_select(), cases::code_name, cases::risk))
            .into_boxed::<Backend>();
        within_reach!(query, scope, cases::id).load(c)
    })?;
    let rows = in_order(&places, rows, |(row, _, _)| row.case_id);
    Ok(rows.into_iter().map(|(_, row)| waiting(row)).collect())
}

/// Where the wanted watches stand: a state that ends again lasts as long as the terms of the watch say, so for each term
/// it is a run of an index.
fn places(scope: &Scope, conn: &mut Conn<'_>, wanted: Watched, window: Window) -> Result<Vec<(Time, Id)>> {
    let terms = match wanted {
        Watched::Silent => vec![0],
        Watched::Overdue => terms!(conn, scope, watches::expected_every_hours),
        Watched::DueBefore(_) => terms!(conn, scope, watches::grace_hours),
    };
    let mut places = Vec::new();
    for terms in terms.chunks(RUNS) {
        let found: Vec<(Time, Id)> = on!(conn, c => {
            let run = |hours: &i32| {
                let query = watches::table
                    .filter(watches::organisation_id.eq(scope.organisation_id))
                    .filter(watches::stopped_at.is_null())
                    .into_boxed::<Backend>();
                let began_after = scope.now.plus_seconds(-3_600 * i64::from(*hours));
                match wanted {
                    Watched::Silent => within!(
                        query.filter(watches::silent_at.le(scope.now)),
                        window,
                        watches::silent_at,
                        watches::case_id
                    )
                    .select((watches::silent_at, watches::case_id)),
                    Watched::Overdue => within!(
                        query
                            .filter(watches::expected_every_hours.eq(*hours))
                            .filter(watches::overdue_at.gt(began_after))
                            .filter(watches::overdue_at.le(scope.now)),
                        window,
                        watches::overdue_at,
                        watches::case_id
                    )
                    .select((watches::overdue_at, watches::case_id)),
                    Watched::DueBefore(end) => within!(
                        query
                            .filter(watches::grace_hours.eq(*hours))
                            .filter(watches::due_at.gt(began_after))
                            .filter(watches::due_at.lt(end)),
                        window,
                        watches::due_at,
                        watches::case_id
                    )
                    .select((watches::due_at, watches::case_id)),
                }
            };
            merged(terms.iter().map(run).collect(), window).load(c)
        })?;
        places.extend(found);
    }
    Ok(window.cut(places))
}

/// Channels of cases in reach that are not closed, on which somebody waits for an answer, longest first. `own` is where to
/// look, for whoever does not reach all.
pub(super) fn unanswered(
    scope: &Scope,
    conn: &mut Conn<'_>,
    own: Option<&[Id]>,
    limit: i64,
) -> Result<Vec<(Id, Time, Waiting)>> {
    let window = Window { after: None, descending: false, limit };
    let places = match own {
        Some(ids) => unanswered_among(scope, conn, window, ids)?,
        None => unanswered_anywhere(scope, conn, window)?,
    };
    let ids: Vec<Id> = places.iter().map(|(_, id)| *id).collect();
    let rows: Vec<(Id, Id, String, Risk)> = on!(conn, c => {
        let query = channels::table
            .inner_join(cases::table.on(
                cases::organisation_id.eq(channels::organisation_id).and(cases::id.eq(channels::case_id)),
            ))
            .filter(channels::organisation_id.eq(scope.organisation_id))
            .filter(among(channels::id, &ids))
            .select((channels::id, cases::id, cases::code_name, cases::risk))
            .into_boxed::<Backend>();
        within_reach!(query, scope, cases::id).load(c)
    })?;
    let waiting = |(since, (channel, case_id, code_name, risk)): (Time, (Id, Id, String, Risk))| {
        (channel, since, Waiting { case_id, code_name, risk })
    };
    Ok(in_order(&places, rows, |(channel, ..)| *channel).into_iter().map(waiting).collect())
}

/// Those of some cases.
fn unanswered_among(
    scope: &Scope,
    conn: &mut Conn<'_>,
    window: Window,
    ids: &[Id],
) -> Result<Vec<(Time, Id)>> {
    looked_up(window, ids, |chunk| {
        // Whether somebody waits is not asked of the engine: SQLite would look through all on whom somebody waits.
        let found: Vec<(Option<Time>, Id)> = on!(conn, c => channels::table
            .filter(channels::organisation_id.eq(scope.organisation_id))
            .filter(among(channels::case_id, chunk))
            .select((channels::unanswered_since, channels::id))
            .load(c))?;
        Ok(found.into_iter().filter_map(|(since, id)| Some((since?, id))).collect())
    })
}

/// Those of all cases: on one that is closed nobody waits.
fn unanswered_anywhere(scope: &Scope, conn: &mut Conn<'_>, window: Window) -> Result<Vec<(Time, Id)>> {
    let found: Vec<(Option<Time>, Id)> = on!(conn, c => channels::table
        .filter(channels::organisation_id.eq(scope.organisation_id))
        .filter(channels::unanswered_since.is_not_null())
        .order((channels::unanswered_since.asc(), channels::id.asc()))
        .limit(window.limit)
        .select((channels::unanswered_since, channels::id))
        .load(c))?;
    Ok(found.into_iter().filter_map(|(since, id)| Some((since?, id))).collect())
}
