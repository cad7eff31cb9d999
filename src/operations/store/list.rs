//! Pages of operations: some runs of an index merged, or those that somebody has of their own.

use diesel::prelude::*;

use super::{Keyed, OperationRow, with_key, within_reach};
use crate::authz::{Role, Scope};
use crate::crypto::WrappedKey;
use crate::db::types::{Id, Time};
use crate::db::window::{Window, in_order, looked_up, merged, within};
use crate::db::{Conn, among};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::on;
use crate::operations::model::{LIVE, OperationStatus};
use crate::schema::{assignments, data_keys, operation_cases, operation_members, operations};

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only these statuses; all if empty.
    pub statuses: Vec<OperationStatus>,
    /// Only those about this case, which the caller has in reach.
    pub case_id: Option<Id>,
}

/// Operations in reach, with their keys, last changed first.
pub(in crate::operations) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    filter: &Filter,
    keyset: &Keyset,
) -> Result<Vec<(OperationRow, WrappedKey)>> {
    let window = keyset.descending();
    let places = match candidates(scope, conn, filter.case_id)? {
        Some(ids) => places_among(scope, conn, filter, window, &ids)?,
        None => places(scope, conn, filter, window)?,
    };
    let ids: Vec<Id> = places.iter().map(|(_, id)| *id).collect();
    let rows: Vec<Keyed> = on!(conn, c => {
        let query = operations::table
            .inner_join(data_keys::table.on(data_keys::organisation_id
                .eq(operations::organisation_id)
                .and(data_keys::owner_id.eq(operations::id))))
            .filter(operations::organisation_id.eq(scope.organisation_id))
            .filter(among(operations::id, &ids))
            .select((OperationRow::as_select(), data_keys::organisation_key_id, data_keys::wrapped))
            .into_boxed::<Backend>();
        within_reach!(query, scope).load(c)
    })?;
    let rows = in_order(&places, rows, |(row, _, _)| row.id);
    Ok(rows.into_iter().map(|(_, row)| with_key(row)).collect())
}

/// Where to look for what is about one case, or in reach of somebody who does not reach all: as many as there are on a
/// case, or as somebody works on. Whether each is in reach is still asked.
fn candidates(scope: &Scope, conn: &mut Conn<'_>, case_id: Option<Id>) -> Result<Option<Vec<Id>>> {
    Ok(match (case_id, scope.role) {
        (Some(case_id), _) => Some(of_cases(scope, conn, &[case_id])?),
        (None, Role::FieldOfficer) => Some(on!(conn, c => operation_members::table
            .filter(operation_members::organisation_id.eq(scope.organisation_id))
            .filter(operation_members::user_id.eq(scope.user_id))
            .select(operation_members::operation_id)
            .load(c))?),
        (None, Role::Caseworker) => {
            let cases = crate::cases::store::own(scope, conn)?.unwrap_or_default();
            Some(of_cases(scope, conn, &cases)?)
        }
        (None, _) => None,
    })
}

/// The operations about some cases, each once.
fn of_cases(scope: &Scope, conn: &mut Conn<'_>, case_ids: &[Id]) -> Result<Vec<Id>> {
    let mut ids: Vec<Id> = Vec::new();
    for chunk in case_ids.chunks(1_000) {
        ids.extend(on!(conn, c => operation_cases::table
            .filter(operation_cases::organisation_id.eq(scope.organisation_id))
            .filter(among(operation_cases::case_id, chunk))
            .select(operation_cases::operation_id)
            .load::<Id>(c))?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The places of a page among some operations.
fn places_among(
    scope: &Scope,
    conn: &mut Conn<'_>,
    filter: &Filter,
    window: Window,
    ids: &[Id],
) -> Result<Vec<(Time, Id)>> {
    looked_up(window, ids, |chunk| {
        // The version is there so that no index has all of it: SQLite would sooner look through such an index than look
        // up ids.
        let found: Vec<(Time, Id, OperationStatus, i64)> = on!(conn, c => {
            let query = operations::table
                .filter(operations::organisation_id.eq(scope.organisation_id))
                .filter(among(operations::id, chunk))
                .select((operations::updated_at, operations::id, operations::status, operations::version))
                .into_boxed::<Backend>();
            within_reach!(query, scope).load(c)
        })?;
        let wanted =
            |status: &OperationStatus| filter.statuses.is_empty() || filter.statuses.contains(status);
        let found = found.into_iter().filter(|(_, _, status, _)| wanted(status));
        Ok(found.map(|(at, id, ..)| (at, id)).collect())
    })
}

/// The places of a page among all of an organisation's, for whoever reaches all.
fn places(scope: &Scope, conn: &mut Conn<'_>, filter: &Filter, window: Window) -> Result<Vec<(Time, Id)>> {
    let statuses: Vec<Option<OperationStatus>> = if filter.statuses.is_empty() {
        vec![None]
    } else {
        filter.statuses.iter().copied().map(Some).collect()
    };
    Ok(on!(conn, c => {
        let run = |status: &Option<OperationStatus>| {
            let mut query = operations::table
                .filter(operations::organisation_id.eq(scope.organisation_id))
                .select((operations::updated_at, operations::id))
                .into_boxed::<Backend>();
            if let Some(status) = *status {
                query = query.filter(operations::status.eq(status));
            }
            within!(query, window, operations::updated_at, operations::id)
        };
        merged(statuses.iter().map(run).collect(), window).load(c)
    })?)
}
