//! Deliveries in the database.

use diesel::prelude::*;

use super::model::{DeliveryStatus, Medium};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::on;
use crate::schema::deliveries;

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
