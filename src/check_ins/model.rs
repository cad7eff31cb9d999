//! What a check-in is, and when the next one is due.

use std::collections::HashMap;

use super::store::{self, Call, CheckInRow};
use crate::alerts::model::{self as alerts, AlertKind, NewAlert, OPEN_END};
use crate::alerts::store::About;
use crate::authz::{Class, Role, Tx};
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::number::{Latitude, Longitude};
use crate::operations::model::{OpenOperation, OperationEventKind, OperationStatus, PLAN};
use crate::operations::plan::{CheckInTerms, Target};
use crate::{operations, view};

/// A few words.
pub const NOTE: Field<String> = Field::new("check_ins.note", Class::Plan);
/// From where.
pub const POSITION: Field<Target> = Field::new("check_ins.position", Class::LocationPrecise);

/// As many intervals at most a delay puts the next check-in off.
const MOST_INTERVALS: i64 = 3;

crate::words! {
    /// How a team is.
    pub enum CheckInStatus {
        /// Well.
        Ok = "ok",
        /// Well, and later than planned.
        Delayed = "delayed",
        /// In need of help.
        Help = "help",
        /// Not free to speak.
        Duress = "duress",
    }
}

crate::words! {
    /// How a team stands with its check-ins.
    pub enum CheckInState {
        /// None is expected: the operation has not begun, or its plan asks for none.
        Unwatched = "unwatched",
        /// Nothing is due yet.
        OnTime = "on_time",
        /// One is due, and its grace runs.
        Due = "due",
        /// The grace has passed.
        Overdue = "overdue",
        /// The operation has ended.
        Ended = "ended",
    }
}

/// The moments at which the state changes, in this order (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moments {
    /// The next check-in is due.
    pub due_at: Time,
    /// Its grace has passed.
    pub overdue_at: Time,
}

fn minutes(count: i32) -> i64 {
    i64::from(count) * 60
}

/// The moments that follow from the start and from the last check-in: when it was made, and until when it asked for
/// patience.
pub fn moments(terms: CheckInTerms, started_at: Time, last: Option<(Time, Option<Time>)>) -> Moments {
    let every = minutes(terms.every_minutes.get());
    let (set_at, put_off) = match last {
        Some((at, next_by)) if at >= started_at => (at, next_by),
        _ => (started_at, None),
    };
    let due_at = put_off.unwrap_or_else(|| set_at.plus_seconds(every));
    Moments { due_at, overdue_at: due_at.plus_seconds(minutes(terms.grace_minutes.get())) }
}

/// Whether a call for help, made for `call.user_id`, is answered by a later `ok`. One who is under duress may be made to
/// say that all is well, so there the word must be somebody else's.
pub fn is_answered(call: &Call, ok: &Call) -> bool {
    ok.user_id == call.user_id
        && (ok.at, ok.id) > (call.at, call.id)
        && (call.status == CheckInStatus::Help || ok.author_id != ok.user_id)
}

/// How often the team of an operation under way is to check in, and since when; `None` where nothing is expected.
fn expected(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<Option<(CheckInTerms, Time)>> {
    let OpenOperation { row, access } = operation;
    if row.status != OperationStatus::InProgress {
        return Ok(None);
    }
    let Some(terms) = access.open(&PLAN, row.id, &row.plan)?.and_then(|plan| plan.check_ins) else {
        return Ok(None);
    };
    let started = operations::store::happened_at(&tx.scope, tx.conn, row.id, OperationEventKind::Started)?;
    Ok(started.map(|started_at| (terms, started_at)))
}

fn reckoned(
    tx: &mut Tx<'_, '_>,
    operation: &OpenOperation,
    last: Option<&CheckInRow>,
) -> Result<Option<Moments>> {
    let last = last.map(|row| (row.at, row.next_by));
    Ok(expected(tx, operation)?.map(|(terms, started_at)| moments(terms, started_at, last)))
}

/// Writes the alerts that follow from the check-ins of an operation: after one was made, and after it began or ended.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn refresh(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<()> {
    let operation_id = operation.row.id;
    let alert = |kind, subject_id, since| NewAlert {
        kind,
        case_id: None,
        operation_id: Some(operation_id),
        subject_id,
        since,
        open_until: OPEN_END,
    };
    let calls = store::calls(&tx.scope, tx.conn, operation_id)?;
    let (oks, calls): (Vec<Call>, Vec<Call>) =
        calls.into_iter().partition(|call| call.status == CheckInStatus::Ok);
    let open = calls.iter().filter(|call| !oks.iter().any(|ok| is_answered(call, ok)));
    let mut ahead: Vec<NewAlert> =
        open.map(|call| alert(AlertKind::CheckInHelp, Some(call.id), call.at)).collect();
    let last = store::last(&tx.scope, tx.conn, operation_id)?;
    if let Some(moments) = reckoned(tx, operation, last.as_ref())? {
        ahead.push(alert(AlertKind::CheckInOverdue, None, moments.overdue_at));
    }
    let (about, kinds) =
        (About::Operation(operation_id), [AlertKind::CheckInOverdue, AlertKind::CheckInHelp]);
    alerts::replace(tx.conn, (tx.scope.organisation_id, about), &kinds, &ahead, tx.scope.now)?;
    tx.services.alert_bell.notify_one();
    Ok(())
}

/// Whether the caller may check in now: a member while the operation is under way. A coordinator also when it has
/// ended: somebody has to say at last that those who called for help are well.
///
/// # Errors
/// 409 `not-under-way`.
pub fn check_under_way(role: Role, status: OperationStatus) -> Result<()> {
    use OperationStatus::{Aborted, Completed, InProgress};
    match status {
        InProgress => Ok(()),
        Completed | Aborted if role == Role::Coordinator => Ok(()),
        _ => Err(Error::conflict(
            "not-under-way",
            "This operation is not under way; its team checks in from its start to its end.",
        )),
    }
}

/// Of whom a check-in speaks.
///
/// # Errors
/// 422 on `/for_user`.
pub fn subject(tx: &mut Tx<'_, '_>, operation_id: Id, for_user: Option<Id>) -> Result<Id> {
    const POINTER: &str = "/for_user";
    let me = tx.scope.user_id;
    let user = for_user.unwrap_or(me);
    if user != me && tx.scope.role != Role::Coordinator {
        return Err(Error::invalid(POINTER, "is for coordinators; you check in for yourself and your team"));
    }
    if operations::store::member_ids(&tx.scope, tx.conn, operation_id)?.contains(&user) {
        return Ok(user);
    }
    let detail = match for_user {
        None => "is needed: you are not on this team yourself",
        Some(_) => "is nobody on this team",
    };
    Err(Error::invalid(POINTER, detail))
}

/// Whether the next check-in may be put off until `next_by`.
///
/// # Errors
/// 422 on `/next_by`.
pub fn check_delay(
    tx: &mut Tx<'_, '_>,
    operation: &OpenOperation,
    (status, at): (CheckInStatus, Time),
    next_by: Option<Time>,
) -> Result<()> {
    let Some(next_by) = next_by else { return Ok(()) };
    let wrong = |detail: String| Err(Error::invalid("/next_by", detail));
    if status != CheckInStatus::Delayed {
        return wrong("goes with the status delayed".to_owned());
    }
    let Some((terms, _)) = expected(tx, operation)? else {
        return wrong("puts nothing off: no check-in is expected here".to_owned());
    };
    let latest = at.plus_seconds(MOST_INTERVALS * minutes(terms.every_minutes.get()));
    if next_by <= at || next_by > latest {
        return wrong(format!("must be after `at`, and by {latest}: three intervals on"));
    }
    Ok(())
}

view! {
    /// What a team said of itself.
    pub struct CheckInView from CheckInFields {
        /// The id.
        outline id: Id,
        /// On which operation.
        outline operation_id: Id,
        /// Of whom it speaks.
        outline user_id: Id,
        /// Who wrote it down: they themselves, or a coordinator for them.
        outline author_id: Id,
        /// When it was made, UTC, by the clock of whoever made it, and never after `recorded_at`.
        outline at: Time,
        /// When we wrote it down, UTC.
        outline recorded_at: Time,
        /// How they are. To members of the team `duress` reads `ok`.
        outline status: CheckInStatus,
        /// By when they will check in again, UTC, if they asked for more time.
        outline_maybe next_by: Time,
        /// A few words.
        plan note: String,
        /// Degrees north, WGS-84.
        location_precise lat: Latitude,
        /// Degrees east, WGS-84.
        location_precise lon: Longitude,
    }
}

/// The newest check-ins of the operations of the caller, each with its id.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn newest(tx: &mut Tx<'_, '_>, most: i64) -> Result<Vec<(Id, CheckInView)>> {
    let operations = operations::model::open_newest(tx, most)?;
    let access: HashMap<Id, &Access> =
        operations.iter().map(|operation| (operation.row.id, &operation.access)).collect();
    let ids: Vec<Id> = access.keys().copied().collect();
    let mut check_ins = Vec::new();
    for row in store::newest(&tx.scope, tx.conn, &ids, most)? {
        if let Some(access) = access.get(&row.operation_id) {
            check_ins.push((row.id, show(access, tx.scope.role, &row)?));
        }
    }
    Ok(check_ins)
}

/// What the caller has checked in on an operation that is still in reach.
///
/// # Errors
/// 404 when there is none, or it is another's.
pub fn recorded(tx: &mut Tx<'_, '_>, operation_id: Id, id: Id) -> Result<CheckInView> {
    let operation = operations::model::open(tx, operation_id)?;
    let row = store::find(&tx.scope, tx.conn, operation_id, id)?;
    if row.author_id != tx.scope.user_id {
        return Err(Error::not_found());
    }
    show(&operation.access, tx.scope.role, &row)
}

/// What the caller may see of a check-in.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, role: Role, row: &CheckInRow) -> Result<CheckInView> {
    let position = access.open_opt(&POSITION, row.id, row.position.as_ref())?;
    let fields = CheckInFields {
        id: row.id,
        operation_id: row.operation_id,
        user_id: row.user_id,
        author_id: row.author_id,
        at: row.at,
        recorded_at: row.recorded_at,
        status: match row.status {
            CheckInStatus::Duress if role == Role::FieldOfficer => CheckInStatus::Ok,
            status => status,
        },
        next_by: row.next_by,
        note: access.open_opt(&NOTE, row.id, row.note.as_ref())?,
        lat: position.map(|position| position.lat),
        lon: position.map(|position| position.lon),
    };
    Ok(fields.redact(access.grants()))
}

view! {
    /// How a team stands with its check-ins.
    pub struct CheckInStanding from CheckInStandingFields {
        /// How it stands.
        outline state: CheckInState,
        /// When the next one is due, UTC; absent where none is expected.
        outline_maybe due_at: Time,
        /// When the coordinators are alerted if none has come, UTC; absent where none is expected.
        outline_maybe overdue_at: Time,
        /// The last one, by when it was made; absent before the first.
        outline_maybe last: CheckInView,
    }
}

/// How the team of an operation stands now.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn standing(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<CheckInStanding> {
    use OperationStatus::{Aborted, Completed};
    let OpenOperation { row, access } = operation;
    let last = store::last(&tx.scope, tx.conn, row.id)?;
    let moments = reckoned(tx, operation, last.as_ref())?;
    let state = match moments {
        _ if matches!(row.status, Completed | Aborted) => CheckInState::Ended,
        None => CheckInState::Unwatched,
        Some(moments) if tx.now() < moments.due_at => CheckInState::OnTime,
        Some(moments) if tx.now() < moments.overdue_at => CheckInState::Due,
        Some(_) => CheckInState::Overdue,
    };
    let fields = CheckInStandingFields {
        state,
        due_at: moments.map(|moments| moments.due_at),
        overdue_at: moments.map(|moments| moments.overdue_at),
        last: last.map(|last| show(access, tx.scope.role, &last)).transpose()?,
    };
    Ok(fields.redact(access.grants()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::http::number::{CheckInGrace, CheckInMinutes};

    fn at(seconds: i64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    proptest! {
        #[test]
        fn a_check_in_never_brings_the_next_one_forward(
            every in 5..=1440_i32, grace in 0..=240_i32, started in 0..4_000_000_i64, first in 0..4_000_000_i64,
            later in 0..4_000_000_i64,
        ) {
            let terms = CheckInTerms {
                every_minutes: CheckInMinutes::new(every).unwrap(),
                grace_minutes: CheckInGrace::new(grace).unwrap(),
            };
            let none = moments(terms, at(started), None);
            let one = moments(terms, at(started), Some((at(first), None)));
            let two = moments(terms, at(started), Some((at(first + later), None)));
            prop_assert_eq!(none.due_at, at(started + i64::from(every) * 60));
            prop_assert!(none.due_at <= one.due_at && one.due_at <= two.due_at);
            prop_assert_eq!(one.overdue_at, one.due_at.plus_seconds(i64::from(grace) * 60));
        }
    }

    #[test]
    fn a_forced_ok_answers_no_duress() {
        let now = at(1_000);
        let (officer, coordinator) = (Id::at(now), Id::at(now));
        let made = |status, seconds: i64, author_id| Call {
            id: Id::at(at(seconds)),
            user_id: officer,
            author_id,
            at: at(seconds),
            status,
        };
        let (help, duress) = (CheckInStatus::Help, CheckInStatus::Duress);
        let own = made(CheckInStatus::Ok, 20, officer);
        let theirs = made(CheckInStatus::Ok, 20, coordinator);
        assert!(is_answered(&made(help, 10, officer), &own));
        assert!(!is_answered(&made(duress, 10, officer), &own));
        assert!(is_answered(&made(duress, 10, officer), &theirs));
        assert!(!is_answered(&made(help, 30, officer), &theirs), "what came before answers nothing");
        let other = Call { user_id: coordinator, ..theirs };
        assert!(
            !is_answered(&made(help, 10, officer), &other),
            "another on the team does not speak for them"
        );
    }
}
