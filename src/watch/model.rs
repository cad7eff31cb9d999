//! How the watch is reckoned.

use super::store::{self, PauseRow, WatchRow};
use crate::alerts::model::{self as alerts, AlertKind, NewAlert};
use crate::alerts::store::About;
use crate::authz::{Class, Role, Tx};
use crate::cases::model::{CaseStatus, OpenCase};
use crate::crypto::{Access, Field};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::{users, view};

/// Why no contact is expected for a while.
pub const PAUSE_REASON: Field<String> = Field::new("watch_pauses.reason", Class::Content);

/// The most people on an escalation list.
pub const MAX_ESCALATION: usize = 20;
/// The longest pause, in days.
const MAX_PAUSE_DAYS: i64 = 366;

crate::words! {
    /// How a case stands with its watch.
    pub enum WatchState {
        /// Nothing is due yet.
        OnTime = "on_time",
        /// A sign of life is due, and its grace runs.
        Due = "due",
        /// The grace has passed.
        Overdue = "overdue",
        /// A whole interval more has passed.
        Silent = "silent",
    }
}

/// What is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Hours between two signs of life.
    pub expected_every_hours: i32,
    /// Hours on top before anybody is alerted.
    pub grace_hours: i32,
}

/// The moments at which the state changes, in this order (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    /// The next sign of life is due.
    pub due_at: Time,
    /// Its grace has passed.
    pub overdue_at: Time,
    /// A whole interval more has passed.
    pub silent_at: Time,
}

impl Terms {
    /// The moments that follow from the last thing that set the clock, and from the end of the latest pause: after a
    /// pause contact is due at its end, or later if it would have been anyway.
    pub fn moments(self, set_at: Time, pause_end: Option<Time>) -> Moments {
        let hours = |hours: i32| i64::from(hours).saturating_mul(3600);
        let due_at = set_at.plus_seconds(hours(self.expected_every_hours));
        let due_at = pause_end.map_or(due_at, |end| due_at.max(end));
        let overdue_at = due_at.plus_seconds(hours(self.grace_hours));
        Moments { due_at, overdue_at, silent_at: overdue_at.plus_seconds(hours(self.expected_every_hours)) }
    }
}

/// The state at `now`.
pub fn state(moments: Moments, now: Time) -> WatchState {
    if now < moments.due_at {
        WatchState::OnTime
    } else if now < moments.overdue_at {
        WatchState::Due
    } else if now < moments.silent_at {
        WatchState::Overdue
    } else {
        WatchState::Silent
    }
}

/// How a watch stands at `now`; once it has stopped nothing is expected, so nothing is late.
pub fn state_of(row: &WatchRow, now: Time) -> WatchState {
    if row.stopped_at.is_some() { WatchState::OnTime } else { state(row.moments(), now) }
}

/// Sets or changes the watch of a case.
///
/// # Errors
/// 422 on `/escalate_to`.
pub fn set(tx: &mut Tx<'_, '_>, case: &OpenCase, terms: Terms, escalate_to: &[Id]) -> Result<()> {
    for (index, user) in escalate_to.iter().enumerate() {
        let pointer = format!("/escalate_to/{index}");
        if escalate_to[..index].contains(user) {
            return Err(Error::invalid(pointer, "is named twice"));
        }
        let role = users::store::active_role(&tx.scope, tx.conn, *user, &pointer)?;
        if !matches!(role, Role::Coordinator | Role::Caseworker) {
            let detail = format!("is a {role}; coordinators and caseworkers are called");
            return Err(Error::invalid(pointer, detail));
        }
    }
    let now = tx.now();
    let moments = terms.moments(now, None);
    let row = WatchRow {
        organisation_id: tx.scope.organisation_id,
        case_id: case.row.id,
        expected_every_hours: terms.expected_every_hours,
        grace_hours: terms.grace_hours,
        started_at: now,
        last_sign_of_life_at: None,
        due_at: moments.due_at,
        overdue_at: moments.overdue_at,
        silent_at: moments.silent_at,
        stopped_at: (case.row.status == CaseStatus::Closed).then_some(now),
        created_by: tx.scope.user_id,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    store::put(tx.conn, &row)?;
    store::set_escalation(&tx.scope, tx.conn, case.row.id, escalate_to)?;
    refresh(tx.conn, tx.scope.organisation_id, case.row.id, now)
}

/// Begins a pause.
///
/// # Errors
/// 404 without a watch; 422 on `/until`.
pub fn pause(tx: &mut Tx<'_, '_>, case: &OpenCase, id: Id, until: Time, reason: &String) -> Result<PauseRow> {
    let now = tx.now();
    store::find(&tx.scope, tx.conn, case.row.id)?;
    if until <= now {
        return Err(Error::invalid("/until", "must be in the future"));
    }
    if until > now.plus_seconds(MAX_PAUSE_DAYS * 86_400) {
        return Err(Error::invalid("/until", format!("must be within {MAX_PAUSE_DAYS} days")));
    }
    let row = PauseRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id: case.row.id,
        from_at: now,
        until_at: until,
        ended_at: None,
        reason: case.access.seal(&PAUSE_REASON, id, reason)?,
        created_by: tx.scope.user_id,
        created_at: now,
    };
    store::insert_pause(tx.conn, &row)?;
    refresh(tx.conn, tx.scope.organisation_id, case.row.id, now)?;
    Ok(row)
}

/// Ends a pause before its time.
///
/// # Errors
/// 404 for one that is not of the case; 409 `pause-over`.
pub fn end_pause(tx: &mut Tx<'_, '_>, case: &OpenCase, id: Id) -> Result<()> {
    if !store::end_pause(&tx.scope, tx.conn, case.row.id, id)? {
        return Err(Error::conflict("pause-over", "This pause has ended already."));
    }
    refresh(tx.conn, tx.scope.organisation_id, case.row.id, tx.now())
}

/// Stops the watch of a case that closes, and starts it anew, from this moment on, when the case is reopened.
///
/// # Errors
/// Of the database.
pub fn follow(tx: &mut Tx<'_, '_>, case_id: Id, from: CaseStatus, to: CaseStatus) -> Result<()> {
    let stopped_at = match (from, to) {
        (_, CaseStatus::Closed) => Some(tx.now()),
        (CaseStatus::Closed, _) => None,
        _ => return Ok(()),
    };
    store::stop_or_start(&tx.scope, tx.conn, case_id, stopped_at)?;
    refresh(tx.conn, tx.scope.organisation_id, case_id, tx.now())
}

/// Works the moments out again, and writes the alerts that follow from them: after anything that a watch depends on, in a
/// transaction that has touched the case. Without a watch, nothing happens.
///
/// # Errors
/// Of the database.
pub fn refresh(conn: &mut Conn<'_>, organisation_id: Id, case_id: Id, now: Time) -> Result<()> {
    // A message from further ahead is no sign of life: it would hold the watch off until then.
    let latest = now.with_leeway();
    let Some(basis) = store::basis(conn, organisation_id, case_id, latest)? else {
        return Ok(());
    };
    let store::Basis { mut row, last_sign_of_life_at, pause_end } = basis;
    row.last_sign_of_life_at = last_sign_of_life_at;
    let set_at = row.last_sign_of_life_at.map_or(row.started_at, |sign| match row.restarted() {
        // What came before the case was closed says nothing of the time after it was reopened.
        true => sign.max(row.started_at),
        false => sign,
    });
    let moments = row.terms().moments(set_at, pause_end);
    row.due_at = moments.due_at;
    row.overdue_at = moments.overdue_at;
    row.silent_at = moments.silent_at;
    row.updated_at = now;
    let alert = |kind, since, open_until| NewAlert {
        kind,
        case_id: Some(case_id),
        operation_id: None,
        subject_id: None,
        since,
        open_until,
    };
    // Overdue is over when silence begins: one page never says both.
    let ahead = [
        alert(AlertKind::Overdue, moments.overdue_at, moments.silent_at),
        alert(AlertKind::Silent, moments.silent_at, alerts::OPEN_END),
    ];
    let ahead = if row.stopped_at.is_some() { &[][..] } else { &ahead[..] };
    let kinds = [AlertKind::Overdue, AlertKind::Silent];
    alerts::replace(conn, (organisation_id, About::Case(case_id)), &kinds, ahead, now)?;
    store::update_moments(conn, &row)
}

view! {
    /// A time in which no contact is expected, and none is to be made.
    pub struct PauseView from PauseFields {
        /// The id.
        outline id: Id,
        /// From when, UTC.
        outline from: Time,
        /// Until when, UTC.
        outline until: Time,
        /// When it was ended before its time, UTC.
        outline_maybe ended_at: Time,
        /// Who began it.
        outline created_by: Id,
        /// Why.
        content reason: String,
    }
}

view! {
    /// The contact watch of a case. It tells of messages, so it is of their class.
    pub struct WatchView from WatchFields {
        /// How the case stands.
        content state: WatchState,
        /// When the last sign of life was sent, UTC; absent if none has come.
        content last_sign_of_life_at: Time,
        /// When the next one is due, UTC; absent once the watch has stopped.
        content due_at: Time,
        /// When somebody is alerted if none has come, UTC.
        content overdue_at: Time,
        /// When the case counts as silent if none has come, UTC.
        content silent_at: Time,
        /// Until when a pause lasts, UTC; absent when there is none.
        content paused_until: Time,
        /// When the watch stopped, because the case closed, UTC.
        content stopped_at: Time,
        /// Hours between two signs of life.
        content expected_every_hours: i32,
        /// Hours on top before anybody is alerted.
        content grace_hours: i32,
        /// Who is called in turn when nobody takes an alert on; after them every coordinator.
        content escalate_to: Vec<Id>,
        /// The latest pauses, newest first, at most 20.
        content pauses: Vec<PauseView>,
    }
}

/// What the caller may see of a pause.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show_pause(access: &Access, row: &PauseRow) -> Result<PauseView> {
    let fields = PauseFields {
        id: row.id,
        from: row.from_at,
        until: row.until_at,
        ended_at: row.ended_at,
        created_by: row.created_by,
        reason: access.open(&PAUSE_REASON, row.id, &row.reason)?,
    };
    Ok(fields.redact(access.grants()))
}

/// What the caller may see of the watch of a case.
///
/// # Errors
/// 404 when there is none, or its class was not granted; `internal` when a column was changed or moved.
pub fn show(tx: &mut Tx<'_, '_>, case: &OpenCase) -> Result<WatchView> {
    if !case.access.grants().has(Class::Content) {
        return Err(Error::not_found());
    }
    let row = store::find(&tx.scope, tx.conn, case.row.id)?;
    let pauses = store::pauses(&tx.scope, tx.conn, case.row.id)?;
    let now = tx.now();
    let paused_until = pauses.iter().filter_map(|pause| pause.ends_after(now)).max();
    let is_running = row.stopped_at.is_none();
    let fields = WatchFields {
        state: Some(state_of(&row, now)),
        last_sign_of_life_at: row.last_sign_of_life_at,
        due_at: is_running.then_some(row.due_at),
        overdue_at: is_running.then_some(row.overdue_at),
        silent_at: is_running.then_some(row.silent_at),
        paused_until,
        stopped_at: row.stopped_at,
        expected_every_hours: Some(row.expected_every_hours),
        grace_hours: Some(row.grace_hours),
        escalate_to: Some(store::escalation(tx.conn, row.organisation_id, row.case_id)?),
        pauses: Some(pauses.iter().map(|pause| show_pause(&case.access, pause)).collect::<Result<_>>()?),
    };
    Ok(fields.redact(case.access.grants()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_states_follow_each_other_and_each_moment_begins_the_next(
            every in 1..8760_i32, grace in 0..8760_i32, set in 0..4_000_000_000_i64, later in 0..40_000_000_i64,
            pause in proptest::option::of(0..4_000_000_000_i64),
        ) {
            let at = |seconds: i64| Time::from_micros(seconds * 1_000_000);
            let terms = Terms { expected_every_hours: every, grace_hours: grace };
            let moments = terms.moments(at(set), pause.map(at));
            prop_assert!(moments.due_at <= moments.overdue_at && moments.overdue_at < moments.silent_at);
            prop_assert!(moments.due_at >= at(set + i64::from(every) * 3600));
            prop_assert!(pause.is_none_or(|end| moments.due_at >= at(end)));
            prop_assert!(state(moments, at(set)) == WatchState::OnTime);
            prop_assert_eq!(state(moments, moments.silent_at), WatchState::Silent);
            prop_assert_eq!(state(moments, moments.overdue_at), WatchState::Overdue);
            let before = moments.due_at.plus_seconds(-1);
            prop_assert_eq!(state(moments, before), WatchState::OnTime);
            prop_assert!(state(moments, before) <= state(moments, before.plus_seconds(later)));
        }
    }
}
