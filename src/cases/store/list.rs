//! Pages of cases: some runs of an index merged, or those that somebody has of their own.

use diesel::prelude::*;

use super::{CaseRow, find_many, own, reach};
use crate::authz::Scope;
use crate::cases::model::{CaseStatus, Risk};
use crate::crypto::WrappedKey;
use crate::db::types::{Id, Time};
use crate::db::window::{Window, in_order, looked_up, merged, within};
use crate::db::{Conn, among};
use crate::error::Result;
use crate::on;
use crate::schema::cases;

/// How a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// By last activity.
    Updated,
    /// By opening.
    Created,
}

/// What to list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Only these statuses; all if empty.
    pub statuses: Vec<CaseStatus>,
    /// Only these risks; all if empty.
    pub risks: Vec<Risk>,
    /// Only those that this user is on now.
    pub assigned_to: Option<Id>,
    /// Only those with activity after this.
    pub updated_after: Option<Time>,
    /// The order.
    pub sort: Sort,
    /// Newest first.
    pub descending: bool,
}

impl Filter {
    /// Every case, last activity first.
    pub const fn all() -> Self {
        Self {
            statuses: Vec::new(),
            risks: Vec::new(),
            assigned_to: None,
            updated_after: None,
            sort: Sort::Updated,
            descending: true,
        }
    }
}

/// A case in a list.
pub(in crate::cases) struct Listed {
    /// The moment that it is listed by (UTC).
    pub(in crate::cases) at: Time,
    /// The row.
    pub(in crate::cases) row: CaseRow,
    /// Its wrapped key.
    pub(in crate::cases) key: WrappedKey,
}

/// Cases in reach, with their keys. In the order of opening `updated_after` is left to the caller: no index has both.
pub(in crate::cases) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    filter: &Filter,
    window: Window,
) -> Result<Vec<Listed>> {
    let mut ids = own(scope, conn)?;
    if let Some(user) = filter.assigned_to {
        let mut theirs = reach::assigned_to(scope, conn, user)?;
        if let Some(own) = ids {
            theirs.retain(|id| own.contains(id));
        }
        ids = Some(theirs);
    }
    let places = match ids {
        Some(ids) => places_among(scope, conn, filter, window, &ids)?,
        None => places(scope, conn, filter, window)?,
    };
    let ids: Vec<Id> = places.iter().map(|(_, id)| *id).collect();
    let rows = in_order(&places, find_many(scope, conn, &ids)?, |(row, _)| row.id);
    Ok(rows.into_iter().map(|(at, (row, key))| Listed { at, row, key }).collect())
}

/// The places of a page among some cases.
fn places_among(
    scope: &Scope,
    conn: &mut Conn<'_>,
    filter: &Filter,
    window: Window,
    ids: &[Id],
) -> Result<Vec<(Time, Id)>> {
    looked_up(window, ids, |chunk| {
        let found: Vec<(Id, CaseStatus, Risk, Time, Time)> = on!(conn, c => cases::table
            .filter(cases::organisation_id.eq(scope.organisation_id))
            .filter(among(cases::id, chunk))
            .select((cases::id, cases::status, cases::risk, cases::created_at, cases::updated_at))
            .load(c))?;
        let wanted = found.into_iter().filter(|(_, status, risk, _, updated_at)| {
            (filter.statuses.is_empty() || filter.statuses.contains(status))
                && (filter.risks.is_empty() || filter.risks.contains(risk))
                && filter.updated_after.is_none_or(|after| *updated_at > after)
        });
        let place = |(id, _, _, created_at, updated_at)| match filter.sort {
            Sort::Updated => (updated_at, id),
            Sort::Created => (created_at, id),
        };
        Ok(wanted.map(place).collect())
    })
}

/// The places of a page among all of an organisation's.
fn places(scope: &Scope, conn: &mut Conn<'_>, filter: &Filter, window: Window) -> Result<Vec<(Time, Id)>> {
    let kinds: Vec<Option<(CaseStatus, Risk)>> = if filter.statuses.is_empty() && filter.risks.is_empty() {
        vec![None]
    } else {
        let statuses = if filter.statuses.is_empty() { CaseStatus::ALL } else { &filter.statuses };
        let risks = if filter.risks.is_empty() { Risk::ALL } else { &filter.risks };
        statuses.iter().flat_map(|status| risks.iter().map(|risk| Some((*status, *risk)))).collect()
    };
    // A page after another begins later than that already.
    let after = filter
        .updated_after
        .filter(|_| filter.sort == Sort::Updated && (filter.descending || window.after.is_none()));
    Ok(on!(conn, c => {
        let run = |kind: &Option<(CaseStatus, Risk)>| {
            let mut query = cases::table
                .filter(cases::organisation_id.eq(scope.organisation_id))
                .into_boxed::<Backend>();
            if let Some((status, risk)) = *kind {
                query = query.filter(cases::status.eq(status)).filter(cases::risk.eq(risk));
            }
            if let Some(after) = after {
                query = query.filter(cases::updated_at.gt(after));
            }
            match filter.sort {
                Sort::Updated => within!(query, window, cases::updated_at, cases::id)
                    .select((cases::updated_at, cases::id)),
                Sort::Created => within!(query, window, cases::created_at, cases::id)
                    .select((cases::created_at, cases::id)),
            }
        };
        merged(kinds.iter().map(run).collect(), window).load(c)
    })?)
}
