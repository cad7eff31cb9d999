//! Events of alerts, and who is still who, in the database.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::alerts::model::AlertChange;
use crate::auth::model::UserStatus;
use crate::authz::{Role, Scope};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::on;
use crate::schema::{alert_events, alert_heads, organisations, sessions, users};

/// Ids in one statement: SQLite takes 32,766 bound values, and a plan for thousands is slow to make.
const CHUNK: usize = 500;

/// An event row, as far as it is told.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = alert_events)]
pub struct EventRow {
    /// Its number in the organisation.
    pub seq: i64,
    /// The id.
    pub id: Id,
    /// Of which alert.
    pub alert_id: Id,
    /// What happened to it.
    pub change: AlertChange,
    /// When (UTC).
    pub at: Time,
}

/// The number of the last event of the caller's organisation; 0 before the first.
pub(super) fn head(scope: &Scope, conn: &mut Conn<'_>) -> Result<i64> {
    let heads = heads(conn, &[scope.organisation_id])?;
    Ok(heads.get(&scope.organisation_id).copied().unwrap_or(0))
}

/// The number of an event of the caller's organisation, if it is kept.
pub(super) fn seq_of(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<Option<i64>> {
    Ok(on!(conn, c => alert_events::table
        .filter(alert_events::organisation_id.eq(scope.organisation_id))
        .filter(alert_events::id.eq(id))
        .select(alert_events::seq)
        .first(c)
        .optional())?)
}

/// Whether every event after number `seq` is kept.
pub(super) fn is_kept_after(scope: &Scope, conn: &mut Conn<'_>, seq: i64) -> Result<bool> {
    let head = head(scope, conn)?;
    if seq >= head {
        return Ok(seq == head);
    }
    let next: Option<i64> = on!(conn, c => alert_events::table
        .filter(alert_events::organisation_id.eq(scope.organisation_id))
        .filter(alert_events::seq.gt(seq))
        .order(alert_events::seq.asc())
        .select(alert_events::seq)
        .first(c)
        .optional())?;
    Ok(next == Some(seq + 1))
}

/// The number of the last event of each of these organisations; none before the first.
pub(super) fn heads(conn: &mut Conn<'_>, organisations: &[Id]) -> Result<HashMap<Id, i64>> {
    let mut found = HashMap::new();
    for some in organisations.chunks(CHUNK) {
        let rows: Vec<(Id, i64)> = on!(conn, c => alert_heads::table
            .filter(alert_heads::organisation_id.eq_any(some))
            .select((alert_heads::organisation_id, alert_heads::seq))
            .load(c))?;
        found.extend(rows);
    }
    Ok(found)
}

/// The next up to `limit` events of an organisation after number `seq`, in order.
pub(super) fn after(conn: &mut Conn<'_>, organisation_id: Id, seq: i64, limit: i64) -> Result<Vec<EventRow>> {
    Ok(on!(conn, c => alert_events::table
        .filter(alert_events::organisation_id.eq(organisation_id))
        .filter(alert_events::seq.gt(seq))
        .order(alert_events::seq.asc())
        .limit(limit)
        .select(EventRow::as_select())
        .load(c))?)
}

/// A session that may listen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Live {
    /// Whose.
    pub(super) user_id: Id,
    /// What they are now.
    pub(super) role: Role,
    /// Whether somebody forces them: they hear nothing.
    pub(super) is_coerced: bool,
}

/// Which of these sessions of an organisation live, with whose they are and the role that is theirs now: the same
/// questions as at the start of every request, for many at once.
pub(super) fn live_sessions(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    ids: &[Id],
    now: Time,
) -> Result<HashMap<Id, Live>> {
    let mut found = HashMap::new();
    for some in ids.chunks(CHUNK) {
        let rows: Vec<(Id, Id, Role, Option<Time>)> = on!(conn, c => sessions::table
            .inner_join(users::table.on(
                users::organisation_id.eq(sessions::organisation_id).and(users::id.eq(sessions::user_id)),
            ))
            .inner_join(organisations::table.on(organisations::id.eq(sessions::organisation_id)))
            .filter(sessions::organisation_id.eq(organisation_id))
            .filter(sessions::id.eq_any(some))
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::expires_at.gt(now))
            .filter(users::status.eq(UserStatus::Active))
            .filter(organisations::status.eq("active"))
            .select((sessions::id, sessions::user_id, users::role, sessions::coerced_at))
            .load(c))?;
        found.extend(rows.into_iter().map(|(id, user_id, role, coerced_at)| {
            (id, Live { user_id, role, is_coerced: coerced_at.is_some() })
        }));
    }
    Ok(found)
}
