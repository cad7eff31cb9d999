//! Deliveries in the database.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{DeliveryStatus, Medium};
use crate::authz::Scope;
use crate::db::types::{Id, Time};
use crate::db::window::Window;
use crate::db::{Conn, literally};
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{alert_events, alerts, deliveries};

/// A delivery row.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
pub struct DeliveryRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of what it tells: the `webhook-id`, the same on every attempt.
    pub event_id: Id,
    /// The alert that the event is about.
    pub alert_id: Id,
    /// By which way.
    pub medium: Medium,
    /// The webhook, or the user.
    pub target_id: Id,
    /// What became of it.
    pub status: DeliveryStatus,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next (UTC).
    pub next_attempt_at: Time,
    /// Until when the node that is sending it may take (UTC).
    pub leased_until: Option<Time>,
    /// Why the last attempt failed: a stable code.
    pub last_error: Option<String>,
    /// When it was planned (UTC).
    pub created_at: Time,
    /// When it was delivered or given up (UTC).
    pub ended_at: Option<Time>,
}

impl DeliveryRow {
    /// A delivery that is due at once; `n` tells those apart that are planned in the same moment.
    pub fn new(
        (organisation_id, event_id, alert_id): (Id, Id, Id),
        (medium, target_id): (Medium, Id),
        now: Time,
        n: u32,
    ) -> Self {
        Self {
            organisation_id,
            id: Id::sequence(now, n),
            event_id,
            alert_id,
            medium,
            target_id,
            status: DeliveryStatus::Pending,
            attempts: 0,
            next_attempt_at: now,
            leased_until: None,
            last_error: None,
            created_at: now,
            ended_at: None,
        }
    }
}

/// Plans deliveries; one that is planned already stays as it is.
///
/// # Errors
/// Of the database.
pub fn insert(conn: &mut Conn<'_>, rows: &[DeliveryRow]) -> Result<()> {
    // SQLite takes 32,766 bound values in a statement, of which a row has 13.
    for rows in rows.chunks(1_000) {
        on!(conn, c => diesel::insert_into(deliveries::table)
            .values(rows)
            .on_conflict((
                deliveries::organisation_id,
                deliveries::event_id,
                deliveries::medium,
                deliveries::target_id,
            ))
            .do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// What is to be sent at a moment, and is not being sent by anybody.
macro_rules! due {
    ($now:expr) => {
        deliveries::table
            .filter(literally(deliveries::status, DeliveryStatus::Pending.as_str()))
            .filter(deliveries::next_attempt_at.le($now))
            .filter(deliveries::leased_until.is_null().or(deliveries::leased_until.lt($now)))
    };
}

/// A due row, not yet taken: whose, which, and for whom.
type Due = (Id, Id, Id);

/// Takes up to `limit` rows that are due at `now` for sending until `lease`; each counts as an attempt from here on,
/// so that one which brings its sender down is not tried for ever. Of one target at most `per_target` are under way,
/// those in `busy` included: a receiver that hangs must not hold up the others.
///
/// # Errors
/// Of the database.
pub(super) fn claim(
    conn: &mut Conn<'_>,
    (now, lease): (Time, Time),
    limit: usize,
    (per_target, mut busy): (usize, HashMap<Id, usize>),
) -> Result<Vec<DeliveryRow>> {
    let full: Vec<Id> = busy.iter().filter(|(_, n)| **n >= per_target).map(|(id, _)| *id).collect();
    macro_rules! wanted {
        () => {
            due!(now)
                .filter(deliveries::target_id.ne_all(&full))
                .order(deliveries::next_attempt_at.asc())
                .limit(i64::try_from(limit.saturating_mul(4)).unwrap_or(i64::MAX))
                .select((deliveries::organisation_id, deliveries::id, deliveries::target_id))
        };
    }
    let due: Vec<Due> = match conn {
        Conn::Sqlite(c) => wanted!().load(*c)?,
        // What another node is taking is neither waited for nor taken again.
        Conn::Postgres(c) => wanted!().for_update().skip_locked().load(c.now())?,
    };
    let mut claimed = Vec::new();
    for (organisation_id, id, target_id) in due {
        let under_way = busy.entry(target_id).or_default();
        if claimed.len() == limit || *under_way >= per_target {
            continue;
        }
        *under_way += 1;
        claimed.push(on!(conn, c => diesel::update(deliveries::table.find((organisation_id, id)))
            .set((
                deliveries::leased_until.eq(lease),
                deliveries::attempts.eq(deliveries::attempts + 1),
            ))
            .returning(DeliveryRow::as_returning())
            .get_result(c))?);
    }
    Ok(claimed)
}

/// Whether anything is due.
///
/// # Errors
/// Of the database.
pub(super) fn any_due(conn: &mut Conn<'_>, now: Time) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => due!(now)
        .select(deliveries::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// What became of an attempt.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub status: DeliveryStatus,
    pub next_attempt_at: Time,
    pub last_error: Option<String>,
    pub ended_at: Option<Time>,
}

/// Records what became of an attempt, unless the lease was lost and the row is another's now.
///
/// # Errors
/// Of the database.
pub(super) fn record(conn: &mut Conn<'_>, row: &DeliveryRow, outcome: &Outcome) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(deliveries::table
            .filter(deliveries::organisation_id.eq(row.organisation_id))
            .filter(deliveries::id.eq(row.id))
            .filter(deliveries::status.eq(DeliveryStatus::Pending))
            .filter(deliveries::attempts.eq(row.attempts)))
        .set((
            deliveries::status.eq(outcome.status),
            deliveries::next_attempt_at.eq(outcome.next_attempt_at),
            deliveries::last_error.eq(&outcome.last_error),
            deliveries::ended_at.eq(outcome.ended_at),
            deliveries::leased_until.eq(None::<Time>),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Gives up what still waits for a target of the caller's organisation.
///
/// # Errors
/// Of the database.
pub fn abandon_target(scope: &Scope, conn: &mut Conn<'_>, target_id: Id, why: &'static str) -> Result<()> {
    on!(conn, c => diesel::update(deliveries::table
            .filter(deliveries::organisation_id.eq(scope.organisation_id))
            .filter(deliveries::target_id.eq(target_id))
            .filter(deliveries::status.eq(DeliveryStatus::Pending)))
        .set((
            deliveries::status.eq(DeliveryStatus::Abandoned),
            deliveries::last_error.eq(why),
            deliveries::ended_at.eq(scope.now),
            deliveries::leased_until.eq(None::<Time>),
        ))
        .execute(c))?;
    Ok(())
}

/// What was planned for a target, newest first.
///
/// # Errors
/// Of the database.
pub fn list(scope: &Scope, conn: &mut Conn<'_>, target_id: Id, keyset: &Keyset) -> Result<Vec<DeliveryRow>> {
    Ok(on!(conn, c => {
        // Their ids begin with the time, and the index ends with them: the moment need not be compared.
        let Window { after, limit, .. } = keyset.descending();
        let mut query = deliveries::table
            .filter(deliveries::organisation_id.eq(scope.organisation_id))
            .filter(deliveries::target_id.eq(target_id))
            .order(deliveries::id.desc())
            .limit(limit)
            .select(DeliveryRow::as_select())
            .into_boxed::<Backend>();
        if let Some((_, id)) = after {
            query = query.filter(deliveries::id.lt(id));
        }
        query.load(c)
    })?)
}

/// The event that a delivery tells of: what happened, when, and to which case's alert.
///
/// # Errors
/// Of the database.
pub(super) fn event(conn: &mut Conn<'_>, row: &DeliveryRow) -> Result<Option<(String, Time, Option<Id>)>> {
    Ok(on!(conn, c => alert_events::table
        .inner_join(alerts::table.on(
            alerts::organisation_id.eq(alert_events::organisation_id).and(alerts::id.eq(alert_events::alert_id)),
        ))
        .filter(alert_events::organisation_id.eq(row.organisation_id))
        .filter(alert_events::id.eq(row.event_id))
        .select((alert_events::change, alert_events::at, alerts::case_id))
        .first(c)
        .optional())?)
}

/// Forgets what ended before `before`.
///
/// # Errors
/// Of the database.
pub fn forget_ended(conn: &mut Conn<'_>, before: Time) -> Result<()> {
    on!(conn, c => diesel::delete(deliveries::table
            .filter(deliveries::status.ne(DeliveryStatus::Pending))
            .filter(deliveries::ended_at.lt(before)))
        .execute(c))?;
    Ok(())
}
