//! Audit rows in the database.

pub(super) mod tree;

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::model::{AuditEvent, Detail, Outcome};
use crate::authz::{Action, Scope};
use crate::crypto::Sealed;
use crate::db::stretch::{first_of, in_stretch, stretch_of};
use crate::db::types::{Id, Time};
use crate::db::window::Window;
use crate::db::{Conn, Entry};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::audit_events;

#[derive(Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
struct NewRow {
    organisation_id: Id,
    id: Id,
    seq: Option<i64>,
    at: Time,
    actor_id: Option<Id>,
    session_id: Option<Id>,
    action: Action,
    outcome: Outcome,
    object_id: Option<Id>,
    case_id: Option<Id>,
    detail: Option<Sealed<Detail>>,
    leaf_hash: Vec<u8>,
}

/// The place that a row gets when it is inserted. On SQLite one transaction writes after the other: the next one, so that no
/// row is written twice. On PostgreSQL none: that of a row that is not committed yet is not known to others.
///
/// # Errors
/// Of the database.
pub(crate) fn place(conn: &mut Conn<'_>, organisation_id: Id) -> Result<Option<i64>> {
    match conn {
        Conn::Sqlite(_) => tree::next_place(conn, organisation_id).map(Some),
        Conn::Postgres(_) => Ok(None),
    }
}

/// As [`place`], for rows that are inserted together.
fn places(conn: &mut Conn<'_>, events: &[AuditEvent]) -> Result<Vec<Option<i64>>> {
    let mut next: HashMap<Id, Option<i64>> = HashMap::new();
    let place_of = |event: &AuditEvent| {
        let place = match next.get(&event.organisation_id) {
            Some(next) => *next,
            None => place(conn, event.organisation_id)?,
        };
        next.insert(event.organisation_id, place.map(|place| place.saturating_add(1)));
        Ok(place)
    };
    events.iter().map(place_of).collect()
}

/// Inserts rows.
///
/// # Errors
/// `busy` when they, or what waits and goes with them, cannot be written, whatever is in the way: what was to be put on record
/// was not done.
pub fn insert(conn: &mut Conn<'_>, events: &[AuditEvent]) -> Result<()> {
    try_insert(conn, events).map_err(|error| match error {
        error if error.status() == 503 => error,
        error => Error::busy(format!("the audit row was not written: {error:?}")),
    })
}

fn try_insert(conn: &mut Conn<'_>, events: &[AuditEvent]) -> Result<()> {
    let mut rows: Vec<_> = places(conn, events)?
        .into_iter()
        .zip(events)
        .map(|(seq, event)| NewRow {
            organisation_id: event.organisation_id,
            id: event.id,
            seq,
            at: event.at,
            actor_id: event.actor_id,
            session_id: event.session_id,
            action: event.action,
            outcome: event.outcome,
            object_id: event.object_id,
            case_id: event.case_id,
            detail: event.detail.clone(),
            leaf_hash: event.leaf_hash().to_vec(),
        })
        .collect();
    // Of these numbers each statement is prepared once; one for just so many is not.
    let ones = rows.split_off(rows.len() - rows.len() % 4);
    let (sixteens, rest) = rows.as_chunks::<16>();
    let (fours, _) = rest.as_chunks::<4>();
    let into = || diesel::insert_into(audit_events::table);
    if !rows.is_empty() {
        on!(conn, c => {
            sixteens.iter().try_for_each(|rows| into().values(rows).execute(c).map(drop))?;
            fours.iter().try_for_each(|rows| into().values(rows).execute(c).map(drop))
        })?;
    }
    ones.into_iter().try_for_each(|row| conn.at_last(into().values(row)))
}

impl Entry for AuditEvent {
    fn insert(conn: &mut Conn<'_>, entries: &[Self]) -> Result<()> {
        insert(conn, entries)
    }
}

/// A row as it is listed.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub(super) struct Row {
    pub(super) id: Id,
    pub(super) seq: Option<i64>,
    pub(super) at: Time,
    pub(super) actor_id: Option<Id>,
    pub(super) session_id: Option<Id>,
    pub(super) action: Action,
    pub(super) outcome: Outcome,
    pub(super) object_id: Option<Id>,
    pub(super) case_id: Option<Id>,
    pub(super) detail: Option<Sealed<Detail>>,
    pub(super) leaf_hash: Vec<u8>,
}

/// What to list.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Filter {
    pub(super) actor_id: Option<Id>,
    pub(super) case_id: Option<Id>,
    pub(super) object_id: Option<Id>,
    pub(super) action: Option<Action>,
    pub(super) outcome: Option<Outcome>,
}

impl Filter {
    /// What one of the indexes is asked for; the rest is left to be sifted.
    fn lead(&self) -> Lead {
        match self {
            Self { case_id: Some(case), .. } => Lead::Case(*case),
            Self { actor_id: Some(actor), .. } => Lead::Actor(*actor),
            Self { outcome: Some(Outcome::Refused), .. } => Lead::Refused,
            _ => Lead::All,
        }
    }

    /// Whether an index has just what is sought, so that nothing is left to be sifted.
    pub(super) fn is_an_index(&self) -> bool {
        let Self { actor_id, case_id, object_id, action, outcome } = self;
        let by_index = [actor_id.is_some(), case_id.is_some(), *outcome == Some(Outcome::Refused)];
        object_id.is_none()
            && action.is_none()
            && *outcome != Some(Outcome::Done)
            && by_index.into_iter().filter(|given| *given).count() <= 1
    }

    /// Whether a row is one of those that are sought.
    pub(super) fn holds(&self, row: &Row) -> bool {
        self.actor_id.is_none_or(|actor| row.actor_id == Some(actor))
            && self.case_id.is_none_or(|case| row.case_id == Some(case))
            && self.object_id.is_none_or(|object| row.object_id == Some(object))
            && self.action.is_none_or(|action| row.action == action)
            && self.outcome.is_none_or(|outcome| row.outcome == outcome)
    }
}

/// What the rows of an index have in common.
enum Lead {
    All,
    Case(Id),
    Actor(Id),
    Refused,
}

/// Newest first, by the index that serves the filter best: whoever lists sifts the rest. The order of ids is that of
/// time, to the millisecond; of one case SQLite has them in that of their places.
pub(super) fn list(scope: &Scope, conn: &mut Conn<'_>, filter: Filter, window: Window) -> Result<Vec<Row>> {
    use audit_events::dsl;
    if let (Lead::Case(case), Conn::Sqlite(_)) = (filter.lead(), &conn) {
        return of_case(scope, conn, case, window);
    }
    Ok(on!(conn, c => {
        let query = dsl::audit_events
            .filter(dsl::organisation_id.eq(scope.organisation_id))
            .select(Row::as_select())
            .into_boxed::<Backend>();
        let query = match filter.lead() {
            Lead::All => query,
            Lead::Case(case) => query.filter(dsl::case_id.eq(case)),
            Lead::Actor(actor) => query.filter(dsl::actor_id.eq(actor)),
            // As the index has it: of a value that is bound no engine knows that it is this one.
            Lead::Refused => query.filter(dsl::outcome.eq(sql::<Text>("'refused'"))),
        };
        let query = match window.after {
            Some((_, id)) => query.filter(dsl::id.lt(id)),
            None => query,
        };
        query.order(dsl::id.desc()).limit(window.limit).load(c)
    })?)
}

/// The rows of one case from its index, which SQLite has in stretches: from the latest on, until there are enough.
fn of_case(scope: &Scope, conn: &mut Conn<'_>, case: Id, window: Window) -> Result<Vec<Row>> {
    use audit_events::dsl;
    let mut before = match window.after {
        Some((_, id)) => tree::place_before(conn, scope.organisation_id, id)?,
        None => i64::MAX,
    };
    let mut rows = Vec::new();
    let mut left = window.limit;
    while left > 0
        && let Some(last) = tree::last_place(conn, scope.organisation_id, before)?
    {
        let stretch = stretch_of(last);
        let found: Vec<Row> = on!(conn, c => dsl::audit_events
            .filter(dsl::organisation_id.eq(scope.organisation_id))
            .filter(in_stretch(dsl::seq, stretch))
            .filter(dsl::case_id.eq(case))
            .filter(dsl::seq.lt(before))
            .order(dsl::seq.desc())
            .limit(left)
            .select(Row::as_select())
            .load(c))?;
        left -= i64::try_from(found.len()).map_err(Error::internal)?;
        rows.extend(found);
        before = first_of(stretch);
    }
    Ok(rows)
}
