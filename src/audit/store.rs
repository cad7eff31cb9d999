//! Audit rows in the database.

pub(super) mod tree;

use diesel::prelude::*;

use super::model::{AuditEvent, Detail, Outcome};
use crate::authz::{Action, Scope};
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, Entry};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::on;
use crate::schema::audit_events;

#[derive(Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
struct NewRow {
    organisation_id: Id,
    id: Id,
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

/// Inserts rows, unordered.
///
/// # Errors
/// `busy` when they cannot be written, whatever is in the way: what was to be put on record was not done.
pub fn insert(conn: &mut Conn<'_>, events: &[AuditEvent]) -> Result<()> {
    let rows: Vec<_> = events
        .iter()
        .map(|event| NewRow {
            organisation_id: event.organisation_id,
            id: event.id,
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
    let (sixteens, rest) = rows.as_chunks::<16>();
    let (fours, ones) = rest.as_chunks::<4>();
    let mut insert = || {
        on!(conn, c => {
            let into = || diesel::insert_into(audit_events::table);
            sixteens.iter().try_for_each(|rows| into().values(rows).execute(c).map(drop))?;
            fours.iter().try_for_each(|rows| into().values(rows).execute(c).map(drop))?;
            ones.iter().try_for_each(|row| into().values(row).execute(c).map(drop))
        })
    };
    insert().map_err(|error| match Error::from(error) {
        error if error.status() == 503 => error,
        error => Error::busy(format!("the audit row was not written: {error:?}")),
    })
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

/// Newest first.
pub(super) fn list(scope: &Scope, conn: &mut Conn<'_>, filter: Filter, keyset: &Keyset) -> Result<Vec<Row>> {
    use audit_events::dsl;
    Ok(on!(conn, c => {
        let mut query = dsl::audit_events
            .filter(dsl::organisation_id.eq(scope.organisation_id))
            .select(Row::as_select())
            .into_boxed::<Backend>();
        if let Some(actor) = filter.actor_id {
            query = query.filter(dsl::actor_id.eq(actor));
        }
        if let Some(case) = filter.case_id {
            query = query.filter(dsl::case_id.eq(case));
        }
        if let Some(object) = filter.object_id {
            query = query.filter(dsl::object_id.eq(object));
        }
        if let Some(action) = filter.action {
            query = query.filter(dsl::action.eq(action));
        }
        if let Some(outcome) = filter.outcome {
            query = query.filter(dsl::outcome.eq(outcome));
        }
        within!(query, keyset.descending(), dsl::at, dsl::id).load(c)
    })?)
}
