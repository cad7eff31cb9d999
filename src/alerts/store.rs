//! Alerts in the database.

pub mod dispatch;

use diesel::prelude::*;

use super::model::{AlertKind, AlertState, state};
use crate::authz::Scope;
use crate::authz::policy::alert_kinds;
use crate::cases::model::Risk;
use crate::cases::store::{own, within_reach};
use crate::db::types::{Id, Time};
use crate::db::window::{Window, in_order, looked_up, merged, within};
use crate::db::{Conn, among, kept_upsert};
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{alerts, cases, lost_phones};

/// An alert row.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = alerts, treat_none_as_default_value = false)]
pub struct AlertRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// What makes it the same as another.
    pub key: Vec<u8>,
    /// What it is about.
    pub kind: AlertKind,
    /// Of which case.
    pub case_id: Option<Id>,
    /// Of which operation.
    pub operation_id: Option<Id>,
    /// The message, import, check-in or report of a lost phone that gave rise to it; with a reading of a plan and with
    /// somebody who was forced, the user whom it is about.
    pub subject_id: Option<Id>,
    /// Since when; ahead of now while it is only scheduled.
    pub since: Time,
    /// When the row was written.
    pub created_at: Time,
    /// When people were first told.
    pub dispatched_at: Option<Time>,
    /// How many times the next one was called.
    pub level: i32,
    /// When the next one is called.
    pub next_level_at: Option<Time>,
    /// Who took it on.
    pub acknowledged_by: Option<Id>,
    /// When.
    pub acknowledged_at: Option<Time>,
    /// When it is over by itself. One that was resolved is over from the beginning, so that it stays over for a node
    /// whose clock is set back.
    pub open_until: Time,
    /// When it was resolved.
    pub resolved_at: Option<Time>,
}

/// An alert that the caller may see, with what is shown of its case.
pub struct Seen {
    /// The row.
    pub row: AlertRow,
    /// The case's code name.
    pub code_name: Option<String>,
    /// The case's risk.
    pub risk: Option<Risk>,
    /// Whose phone was lost, and who reported it.
    pub lost_phone: Option<(Id, Id)>,
}

type Joined = (AlertRow, Option<String>, Option<Risk>, Option<Id>, Option<Id>);

fn seen((row, code_name, risk, user, reporter): Joined) -> Seen {
    Seen { row, code_name, risk, lost_phone: user.zip(reporter) }
}

/// Boxed: alerts whose time has come, of the kinds that the caller is told of, on cases in reach.
macro_rules! visible {
    ($scope:expr) => {{
        let query = alerts::table
            .left_join(
                cases::table.on(cases::organisation_id
                    .eq(alerts::organisation_id)
                    .and(cases::id.nullable().eq(alerts::case_id))),
            )
            .left_join(
                lost_phones::table.on(lost_phones::organisation_id
                    .eq(alerts::organisation_id)
                    .and(lost_phones::id.nullable().eq(alerts::subject_id))),
            )
            .filter(alerts::organisation_id.eq($scope.organisation_id))
            .filter(alerts::since.le($scope.now))
            .filter(alerts::kind.eq_any(alert_kinds($scope.role)))
            // Whoever was forced may have somebody beside them.
            .filter(alerts::kind.ne(AlertKind::Coerced).or(alerts::subject_id.ne(Some($scope.user_id))))
            .select((
                AlertRow::as_select(),
                cases::code_name.nullable(),
                cases::risk.nullable(),
                lost_phones::user_id.nullable(),
                lost_phones::reported_by.nullable(),
            ))
            .into_boxed::<Backend>();
        within_reach!(query, $scope, alerts::case_id.assume_not_null())
    }};
}

/// Who was forced to sign in, by those of these alerts that are about that.
///
/// # Errors
/// Of the database.
pub fn coerced_among(conn: &mut Conn<'_>, organisation_id: Id, ids: &[Id]) -> Result<Vec<Id>> {
    let found: Vec<Option<Id>> = on!(conn, c => alerts::table
        .filter(alerts::organisation_id.eq(organisation_id))
        .filter(alerts::id.eq_any(ids))
        .filter(alerts::kind.eq(AlertKind::Coerced))
        .select(alerts::subject_id)
        .load(c))?;
    Ok(found.into_iter().flatten().collect())
}

/// What to list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Only these states; all if empty.
    pub states: Vec<AlertState>,
    /// Only these kinds.
    pub kinds: Vec<AlertKind>,
    /// Only of this case.
    pub case_id: Option<Id>,
    /// Newest first.
    pub descending: bool,
}

/// The alerts that the caller may see.
///
/// # Errors
/// Of the database.
pub fn list(scope: &Scope, conn: &mut Conn<'_>, filter: &Filter, keyset: &Keyset) -> Result<Vec<Seen>> {
    let own = own(scope, conn)?;
    page(scope, conn, own.as_deref(), filter, keyset.window(filter.descending))
}

fn page(
    scope: &Scope,
    conn: &mut Conn<'_>,
    own: Option<&[Id]>,
    filter: &Filter,
    window: Window,
) -> Result<Vec<Seen>> {
    let kinds: Vec<AlertKind> =
        alert_kinds(scope.role).iter().copied().filter(|kind| filter.kinds.contains(kind)).collect();
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let places = match (filter.case_id, own) {
        (Some(case_id), _) => places_on(scope, conn, (filter, &kinds), window, &[case_id])?,
        (None, Some(ids)) => places_on(scope, conn, (filter, &kinds), window, ids)?,
        (None, None) => places(scope, conn, (filter, &kinds), window)?,
    };
    let ids: Vec<Id> = places.iter().map(|(_, id)| *id).collect();
    let rows = in_order(&places, find_all(scope, conn, &ids)?, |seen| seen.row.id);
    Ok(rows.into_iter().map(|(_, seen)| seen).collect())
}

/// Narrows a boxed query on `alerts` to what is sought.
macro_rules! sought {
    ($query:expr, $scope:expr, $filter:expr) => {{
        let mut query = $query;
        let wanted = |state| $filter.states.is_empty() || $filter.states.contains(&state);
        if !wanted(AlertState::Open) {
            query = query.filter(alerts::open_until.le($scope.now).or(alerts::acknowledged_at.is_not_null()));
        }
        if !wanted(AlertState::Acknowledged) {
            query = query.filter(alerts::open_until.le($scope.now).or(alerts::acknowledged_at.is_null()));
        }
        if !wanted(AlertState::Resolved) {
            // The first is for the index; some are over by themselves.
            query = query.filter(alerts::resolved_at.is_null()).filter(alerts::open_until.gt($scope.now));
        }
        query.filter(alerts::since.le($scope.now))
    }};
}

/// The places of a page among the alerts on some cases.
fn places_on(
    scope: &Scope,
    conn: &mut Conn<'_>,
    (filter, kinds): (&Filter, &[AlertKind]),
    window: Window,
    case_ids: &[Id],
) -> Result<Vec<(Time, Id)>> {
    looked_up(window, case_ids, |chunk| {
        // What else is sought is not asked of the engine: SQLite would look through all of an organisation that it holds for.
        let found: Vec<AlertRow> = on!(conn, c => alerts::table
            .filter(alerts::organisation_id.eq(scope.organisation_id))
            .filter(among(alerts::case_id.assume_not_null(), chunk))
            .filter(alerts::kind.eq_any(kinds))
            .select(AlertRow::as_select())
            .load(c))?;
        let wanted = |row: &AlertRow| {
            row.since <= scope.now
                && (filter.states.is_empty() || filter.states.contains(&state(row, scope.now)))
                && (row.kind != AlertKind::Coerced || row.subject_id.is_some_and(|id| id != scope.user_id))
        };
        Ok(found.iter().filter(|row| wanted(row)).map(|row| (row.since, row.id)).collect())
    })
}

/// The places of a page among all of an organisation's.
fn places(
    scope: &Scope,
    conn: &mut Conn<'_>,
    (filter, kinds): (&Filter, &[AlertKind]),
    window: Window,
) -> Result<Vec<(Time, Id)>> {
    Ok(on!(conn, c => {
        let run = |kind: &AlertKind| {
            let mut query = alerts::table
                .filter(alerts::organisation_id.eq(scope.organisation_id))
                .filter(alerts::kind.eq(*kind))
                .select((alerts::since, alerts::id))
                .into_boxed::<Backend>();
            if *kind == AlertKind::Coerced {
                query = query.filter(alerts::subject_id.ne(Some(scope.user_id)));
            }
            within!(sought!(query, scope, filter), window, alerts::since, alerts::id)
        };
        merged(kinds.iter().map(run).collect(), window).load(c)
    })?)
}

/// One alert that the caller may see.
///
/// # Errors
/// 404.
pub fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<Seen> {
    let row: Joined = on!(conn, c => visible!(scope).filter(alerts::id.eq(id)).first(c))?;
    Ok(seen(row))
}

/// Those of these alerts that the caller may see, in no order.
///
/// # Errors
/// Of the database.
pub fn find_all(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<Vec<Seen>> {
    let rows: Vec<Joined> = on!(conn, c => visible!(scope).filter(among(alerts::id, ids)).load(c))?;
    Ok(rows.into_iter().map(seen).collect())
}

/// The open alerts of one kind that the caller may see, oldest first. `own` is what [`own`] says.
///
/// # Errors
/// Of the database.
pub fn open(
    scope: &Scope,
    conn: &mut Conn<'_>,
    own: Option<&[Id]>,
    kind: AlertKind,
    limit: i64,
) -> Result<Vec<Seen>> {
    let filter = Filter {
        states: vec![AlertState::Open, AlertState::Acknowledged],
        kinds: vec![kind],
        case_id: None,
        descending: false,
    };
    page(scope, conn, own, &filter, Window { after: None, descending: false, limit })
}

/// Stores an alert; one that is there already stays.
pub(super) fn insert(conn: &mut Conn<'_>, row: &AlertRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(alerts::table)
        .values(row)
        .on_conflict((alerts::organisation_id, alerts::key))
        .do_nothing()
        .execute(c))?;
    Ok(())
}

/// As [`insert`], but one that was over and now holds again is raised again. No other change of it waits.
pub(super) fn insert_or_reopen(conn: &mut Conn<'_>, row: AlertRow) -> Result<()> {
    let anew = (
        alerts::open_until.eq(row.open_until),
        alerts::resolved_at.eq(None::<Time>),
        alerts::dispatched_at.eq(None::<Time>),
        alerts::level.eq(0),
        alerts::next_level_at.eq(None::<Time>),
        alerts::acknowledged_by.eq(None::<Id>),
        alerts::acknowledged_at.eq(None::<Time>),
    );
    // The one that was there ended otherwise than this one does: it was resolved.
    let over = alerts::open_until.lt(row.open_until);
    let insert = diesel::insert_into(alerts::table).values(row);
    conn.later(kept_upsert(insert, "organisation_id, key", anew, over))
}

/// What alerts are sought by.
#[derive(Debug, Clone, Copy)]
pub enum About {
    /// The message.
    Message(Id),
    /// The case.
    Case(Id),
    /// The operation.
    Operation(Id),
}

/// Narrows a boxed query on `alerts` to those about something.
macro_rules! about {
    ($query:expr, $about:expr) => {
        match $about {
            About::Message(id) => $query.filter(alerts::subject_id.eq(id)),
            About::Case(id) => $query.filter(alerts::case_id.eq(id)),
            About::Operation(id) => $query.filter(alerts::operation_id.eq(id)),
        }
    };
}

/// Deletes those of some alerts whose time has not come; says how many.
pub(super) fn forget_scheduled(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    ids: &[Id],
    now: Time,
) -> Result<usize> {
    Ok(on!(conn, c => diesel::delete(alerts::table)
        .filter(alerts::organisation_id.eq(organisation_id))
        .filter(among(alerts::id, ids))
        .filter(alerts::since.gt(now))
        .filter(alerts::dispatched_at.is_null())
        .execute(c))?)
}

/// Alerts about something that nobody has resolved, those that are over by themselves too. What is wanted of them is found
/// by whoever asks, since by kind the engine would look through those of all cases.
pub(super) fn unresolved(conn: &mut Conn<'_>, organisation_id: Id, about: About) -> Result<Vec<AlertRow>> {
    Ok(on!(conn, c => {
        let query = alerts::table
            .filter(alerts::organisation_id.eq(organisation_id))
            .filter(alerts::resolved_at.is_null())
            .select(AlertRow::as_select())
            .into_boxed::<Backend>();
        about!(query, about).load(c)
    })?)
}

/// What the open alerts of one kind on a case are about.
///
/// # Errors
/// Of the database.
pub fn open_subjects(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    kind: AlertKind,
    case_id: Id,
    now: Time,
) -> Result<Vec<Id>> {
    let subjects: Vec<Option<Id>> = on!(conn, c => alerts::table
        .filter(alerts::organisation_id.eq(organisation_id))
        .filter(alerts::case_id.eq(case_id))
        .filter(alerts::kind.eq(kind))
        .filter(alerts::open_until.gt(now))
        .select(alerts::subject_id)
        .load(c))?;
    Ok(subjects.into_iter().flatten().collect())
}

pub(super) fn open_about(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    kind: AlertKind,
    about: About,
    now: Time,
) -> Result<Vec<Id>> {
    Ok(on!(conn, c => {
        let query = alerts::table
            .filter(alerts::organisation_id.eq(organisation_id))
            .filter(alerts::kind.eq(kind))
            .filter(alerts::open_until.gt(now))
            .select(alerts::id)
            .into_boxed::<Backend>();
        about!(query, about).load(c)
    })?)
}

/// Ends an alert; says whether anybody had been told of it.
pub(super) fn resolve(conn: &mut Conn<'_>, organisation_id: Id, id: Id, now: Time) -> Result<bool> {
    let told: Vec<Option<Time>> = on!(conn, c => diesel::update(alerts::table
            .filter(alerts::organisation_id.eq(organisation_id))
            .filter(alerts::id.eq(id))
            .filter(alerts::resolved_at.is_null()))
        .set((
            alerts::open_until.eq(alerts::since),
            alerts::resolved_at.eq(now),
            alerts::next_level_at.eq(None::<Time>),
        ))
        .returning(alerts::dispatched_at)
        .get_results(c))?;
    Ok(told.into_iter().flatten().next().is_some())
}

/// False when somebody else was first.
pub(super) fn acknowledge(scope: &Scope, conn: &mut Conn<'_>, id: Id, ends: bool) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(alerts::table
            .filter(alerts::organisation_id.eq(scope.organisation_id))
            .filter(alerts::id.eq(id))
            .filter(alerts::acknowledged_at.is_null()))
        .set((
            alerts::acknowledged_at.eq(scope.now),
            alerts::acknowledged_by.eq(scope.user_id),
            alerts::next_level_at.eq(None::<Time>),
        ))
        .execute(c))?;
    if changed == 1 && ends {
        on!(conn, c => diesel::update(alerts::table
                .filter(alerts::organisation_id.eq(scope.organisation_id))
                .filter(alerts::id.eq(id)))
            .set((alerts::open_until.eq(alerts::since), alerts::resolved_at.eq(scope.now)))
            .execute(c))?;
    }
    Ok(changed == 1)
}
