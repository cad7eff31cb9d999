//! What telling people of alerts reads and writes; see [`crate::alerts::dispatch`].

use diesel::prelude::*;

use super::AlertRow;
use crate::alerts::model::AlertChange;
use crate::auth::model::UserStatus;
use crate::authz::Role;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::on;
use crate::schema::{alert_events, alert_heads, alerts, users};

/// Alerts of every organisation whose time has come and that nobody was told of, oldest first.
pub(in crate::alerts) fn undispatched(conn: &mut Conn<'_>, now: Time, limit: i64) -> Result<Vec<AlertRow>> {
    Ok(on!(conn, c => alerts::table
        .filter(alerts::dispatched_at.is_null())
        .filter(alerts::since.le(now))
        .order((alerts::since.asc(), alerts::id.asc()))
        .limit(limit)
        .select(AlertRow::as_select())
        .load(c))?)
}

/// False when another node was first.
pub(in crate::alerts) fn mark_dispatched(
    conn: &mut Conn<'_>,
    row: &AlertRow,
    now: Time,
    next_level_at: Option<Time>,
) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(alerts::table
            .filter(alerts::organisation_id.eq(row.organisation_id))
            .filter(alerts::id.eq(row.id))
            .filter(alerts::dispatched_at.is_null()))
        .set((alerts::dispatched_at.eq(now), alerts::next_level_at.eq(next_level_at)))
        .execute(c))?;
    Ok(changed == 1)
}

/// Alerts of every organisation that the next one is to be called for.
pub(in crate::alerts) fn due_for_next_level(
    conn: &mut Conn<'_>,
    now: Time,
    limit: i64,
) -> Result<Vec<AlertRow>> {
    Ok(on!(conn, c => alerts::table
        .filter(alerts::next_level_at.le(now))
        .order((alerts::next_level_at.asc(), alerts::id.asc()))
        .limit(limit)
        .select(AlertRow::as_select())
        .load(c))?)
}

/// False when another node was first, or somebody took the alert on in between.
pub(in crate::alerts) fn set_level(
    conn: &mut Conn<'_>,
    row: &AlertRow,
    level: i32,
    next_level_at: Option<Time>,
) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(alerts::table
            .filter(alerts::organisation_id.eq(row.organisation_id))
            .filter(alerts::id.eq(row.id))
            .filter(alerts::level.eq(row.level))
            .filter(alerts::next_level_at.is_not_null()))
        .set((alerts::level.eq(level), alerts::next_level_at.eq(next_level_at)))
        .execute(c))?;
    Ok(changed == 1)
}

/// Locks the head of an organisation's events on PostgreSQL, to the end of the transaction: nobody is told of anything
/// meanwhile. Whoever will announce something locks it before the first alert: of two that lock alerts and heads in
/// different orders each would wait for the other.
///
/// # Errors
/// Of the database.
pub fn lock_head(conn: &mut Conn<'_>, organisation_id: Id) -> Result<()> {
    take_numbers(conn, organisation_id, 0).map(drop)
}

/// Gives the last of the next `count` numbers of an organisation's events.
fn take_numbers(conn: &mut Conn<'_>, organisation_id: Id, count: i64) -> Result<i64> {
    Ok(on!(conn, c => diesel::insert_into(alert_heads::table)
        .values((alert_heads::organisation_id.eq(organisation_id), alert_heads::seq.eq(count)))
        .on_conflict(alert_heads::organisation_id)
        .do_update()
        .set(alert_heads::seq.eq(alert_heads::seq + count))
        .returning(alert_heads::seq)
        .get_result(c))?)
}

/// Adds to what listeners hear; gives the id of the event.
///
/// The number is taken under the lock of the organisation's own row, which is held to the end of the transaction, so
/// that nobody sees a later number before an earlier one.
pub(in crate::alerts) fn append_event(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    alert_id: Id,
    change: AlertChange,
    level: i32,
    now: Time,
) -> Result<Id> {
    let seq = take_numbers(conn, organisation_id, 1)?;
    let id = Id::at(now);
    on!(conn, c => diesel::insert_into(alert_events::table)
        .values((
            alert_events::organisation_id.eq(organisation_id),
            alert_events::seq.eq(seq),
            alert_events::id.eq(id),
            alert_events::alert_id.eq(alert_id),
            alert_events::change.eq(change),
            alert_events::level.eq(level),
            alert_events::at.eq(now),
        ))
        .execute(c))?;
    Ok(id)
}

/// Forgets what listeners heard before `before`; who comes back after that reads the list again.
///
/// # Errors
/// Of the database.
pub fn forget_events(conn: &mut Conn<'_>, before: Time) -> Result<()> {
    on!(conn, c => diesel::delete(alert_events::table.filter(alert_events::at.lt(before))).execute(c))?;
    Ok(())
}

/// Who is active in an organisation and has one of these roles.
pub(in crate::alerts) fn active_users(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    roles: &[Role],
) -> Result<Vec<Id>> {
    Ok(on!(conn, c => users::table
        .filter(users::organisation_id.eq(organisation_id))
        .filter(users::status.eq(UserStatus::Active))
        .filter(users::role.eq_any(roles))
        .order(users::id)
        .select(users::id)
        .load(c))?)
}
