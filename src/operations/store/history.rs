//! What was done with operations, and how they ended.

use std::collections::HashMap;

use diesel::prelude::*;

use super::super::model::{Ending, EventNote, OperationEventKind};
use crate::authz::Scope;
use crate::crypto::{Sealed, WrappedKey};
use crate::db::types::{Id, Time};
use crate::db::{Conn, among};
use crate::error::Result;
use crate::on;
use crate::schema::{data_keys, operation_cases, operation_events, operations};

/// A row of an operation's history.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = operation_events, treat_none_as_default_value = false)]
pub(in crate::operations) struct EventRow {
    pub(in crate::operations) organisation_id: Id,
    pub(in crate::operations) id: Id,
    pub(in crate::operations) operation_id: Id,
    pub(in crate::operations) kind: OperationEventKind,
    pub(in crate::operations) at: Time,
    pub(in crate::operations) actor_id: Id,
    pub(in crate::operations) reason: Option<Sealed<EventNote>>,
}

pub(in crate::operations) fn insert_event(conn: &mut Conn<'_>, row: &EventRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(operation_events::table).values(row).execute(c))?;
    Ok(())
}

/// Entries of an operation's history that are shown, the newest.
const HISTORY: i64 = 500;

/// The history of an operation, oldest first.
pub(in crate::operations) fn events(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<Vec<EventRow>> {
    let mut rows: Vec<EventRow> = on!(conn, c => operation_events::table
        .filter(operation_events::organisation_id.eq(scope.organisation_id))
        .filter(operation_events::operation_id.eq(id))
        .order((operation_events::at.desc(), operation_events::id.desc()))
        .limit(HISTORY)
        .select(EventRow::as_select())
        .load(c))?;
    rows.reverse();
    Ok(rows)
}

/// When something was last done with an operation (UTC).
///
/// # Errors
/// Of the database.
pub fn happened_at(
    scope: &Scope,
    conn: &mut Conn<'_>,
    id: Id,
    kind: OperationEventKind,
) -> Result<Option<Time>> {
    Ok(on!(conn, c => operation_events::table
        .filter(operation_events::organisation_id.eq(scope.organisation_id))
        .filter(operation_events::operation_id.eq(id))
        .filter(operation_events::kind.eq(kind))
        .order(operation_events::at.desc())
        .select(operation_events::at)
        .first(c)
        .optional())?)
}

/// When one of these was last done on each of these operations; those where it never was are absent.
///
/// # Errors
/// Of the database.
pub fn latest(
    scope: &Scope,
    conn: &mut Conn<'_>,
    ids: &[Id],
    kinds: &[OperationEventKind],
) -> Result<HashMap<Id, Time>> {
    let rows: Vec<(Id, Time)> = on!(conn, c => operation_events::table
        .filter(operation_events::organisation_id.eq(scope.organisation_id))
        .filter(among(operation_events::operation_id, ids))
        .filter(operation_events::kind.eq_any(kinds))
        .order(operation_events::at.asc())
        .select((operation_events::operation_id, operation_events::at))
        .load(c))?;
    // The last one stays.
    Ok(rows.into_iter().collect())
}

/// Who did one of these on an operation, once each.
pub(in crate::operations) fn actors(
    scope: &Scope,
    conn: &mut Conn<'_>,
    id: Id,
    kinds: &[OperationEventKind],
) -> Result<Vec<Id>> {
    Ok(on!(conn, c => operation_events::table
        .filter(operation_events::organisation_id.eq(scope.organisation_id))
        .filter(operation_events::operation_id.eq(id))
        .filter(operation_events::kind.eq_any(kinds))
        .select(operation_events::actor_id)
        .distinct()
        .load(c))?)
}

type Keyed = (Id, Option<Sealed<Ending>>, Id, Vec<u8>);

/// How the operations for a case ended, oldest first; only those since a moment if one is given.
pub(in crate::operations) fn endings(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    since: Option<Time>,
) -> Result<Vec<(Id, Sealed<Ending>, WrappedKey)>> {
    let rows: Vec<Keyed> = on!(conn, c => {
        let mut query = operations::table
            .inner_join(operation_cases::table.on(operation_cases::organisation_id
                .eq(operations::organisation_id)
                .and(operation_cases::operation_id.eq(operations::id))))
            .inner_join(data_keys::table.on(data_keys::organisation_id
                .eq(operations::organisation_id)
                .and(data_keys::owner_id.eq(operations::id))))
            .filter(operations::organisation_id.eq(scope.organisation_id))
            .filter(operation_cases::case_id.eq(case_id))
            .filter(operations::outcome.is_not_null())
            .order((operations::updated_at.asc(), operations::id.asc()))
            .select((operations::id, operations::outcome, data_keys::organisation_key_id, data_keys::wrapped))
            .into_boxed::<Backend>();
        if let Some(since) = since {
            query = query.filter(operations::updated_at.ge(since));
        }
        query.load(c)
    })?;
    let keyed = |(id, ending, wrapped_by, wrapped): Keyed| {
        Some((id, ending?, WrappedKey { id, wrapped_by, wrapped }))
    };
    Ok(rows.into_iter().filter_map(keyed).collect())
}
