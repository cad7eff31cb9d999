//! What waits, and why.

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, Waiting};
use crate::alerts;
use crate::alerts::model::AlertKind;
use crate::authz::policy::{alert_kinds, case_grants, decide};
use crate::authz::{Action, Class, Decision, Tx};
use crate::cases;
use crate::cases::model::Risk;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::tasks;
use crate::watch::model::{WatchState, state};
use crate::watch::store::WatchRow;

/// Items of one list at most: nobody works through more in a day, and each costs a row.
const MOST: usize = 200;
/// One more than is shown, to know whether there is more.
const FETCH: i64 = MOST as i64 + 1;

/// One thing that waits.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorklistItem {
    /// On which case.
    case_id: Id,
    /// The case's code name.
    code_name: String,
    /// What the case may cost if it goes wrong.
    risk: Risk,
    /// Why it waits, in a sentence.
    reason: String,
    /// Since when, UTC; for what is due, when it is.
    since: Time,
    /// The alert, for duress.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    alert_id: Option<Id>,
    /// The message that holds the duress word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    message_id: Option<Id>,
    /// The channel on which somebody waits for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    channel_id: Option<Id>,
    /// The task.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    task_id: Option<Id>,
    /// What is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    title: Option<String>,
}

/// What waits for the caller. Each list is oldest first.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct WorklistView {
    /// A duress word came in, and nobody has found since that it is safe.
    duress: Vec<WorklistItem>,
    /// No sign of life for a whole interval more than was allowed for.
    silent: Vec<WorklistItem>,
    /// No sign of life within the expected time and its grace.
    overdue: Vec<WorklistItem>,
    /// A sign of life is due, or will be before the day ends.
    due_today: Vec<WorklistItem>,
    /// Somebody wrote and has had no answer.
    unanswered: Vec<WorklistItem>,
    /// What was given to you to do.
    tasks: Vec<WorklistItem>,
    /// Which of these lists has more than the 200 items that are shown.
    #[schema(value_type = Vec<String>)]
    cut_short: Vec<&'static str>,
}

fn item(case_id: Id, code_name: String, risk: Risk, reason: String, since: Time) -> WorklistItem {
    WorklistItem {
        case_id,
        code_name,
        risk,
        reason,
        since,
        alert_id: None,
        message_id: None,
        channel_id: None,
        task_id: None,
        title: None,
    }
}

/// Puts together what waits for the caller; their day ends at midnight in `zone`.
///
/// # Errors
/// Of the database.
pub fn worklist(tx: &mut Tx<'_, '_>, zone: &str) -> Result<WorklistView> {
    let mut list = WorklistView::default();
    let told = alert_kinds(tx.scope.role);
    let own = cases::store::own(&tx.scope, tx.conn)?;
    if told.contains(&AlertKind::Overdue) {
        watched(tx, &mut list, own.as_deref(), zone)?;
    }
    if told.contains(&AlertKind::Duress) {
        duress(tx, &mut list, own.as_deref())?;
        if case_grants(tx.scope.role).has(Class::Contact) {
            unanswered(tx, &mut list, own.as_deref())?;
        }
    }
    // Somebody who has another role now may have kept tasks from before.
    if decide(tx.scope.role, Action::TaskShow) == Decision::Allow {
        own_tasks(tx, &mut list)?;
    }
    let WorklistView { duress, silent, overdue, due_today, unanswered, tasks, cut_short } = &mut list;
    for (name, items) in [
        ("duress", duress),
        ("silent", silent),
        ("overdue", overdue),
        ("due_today", due_today),
        ("unanswered", unanswered),
        ("tasks", tasks),
    ] {
        if items.len() > MOST {
            items.truncate(MOST);
            cut_short.push(name);
        }
    }
    Ok(list)
}

fn watched(tx: &mut Tx<'_, '_>, list: &mut WorklistView, own: Option<&[Id]>, zone: &str) -> Result<()> {
    let now = tx.now();
    let end_of_day = end_of_day(now, zone)?;
    let mut into = |state, (row, waiting): (WatchRow, Waiting)| {
        let Waiting { case_id, code_name, risk } = waiting;
        let (reason, since) = why(&row, now);
        let item = item(case_id, code_name, risk, reason, since);
        match state {
            WatchState::Silent => list.silent.push(item),
            WatchState::Overdue => list.overdue.push(item),
            WatchState::Due | WatchState::OnTime => list.due_today.push(item),
        }
    };
    match own {
        Some(ids) => {
            let mut all = store::watched_on(&tx.scope, tx.conn, ids, end_of_day)?;
            all.sort_by_key(|(row, _)| (why(row, now).1, row.case_id));
            for watched in all {
                into(state(watched.0.moments(), now), watched);
            }
        }
        None => {
            for (state, wanted) in [
                (WatchState::Silent, store::Watched::Silent),
                (WatchState::Overdue, store::Watched::Overdue),
                (WatchState::Due, store::Watched::DueBefore(end_of_day)),
            ] {
                for watched in store::watched(&tx.scope, tx.conn, wanted, FETCH)? {
                    into(state, watched);
                }
            }
        }
    }
    Ok(())
}

fn duress(tx: &mut Tx<'_, '_>, list: &mut WorklistView, own: Option<&[Id]>) -> Result<()> {
    for seen in alerts::store::open(&tx.scope, tx.conn, own, AlertKind::Duress, FETCH)? {
        let (Some(case_id), Some(code_name), Some(risk)) = (seen.row.case_id, seen.code_name, seen.risk)
        else {
            continue;
        };
        let reason = alerts::model::reason(AlertKind::Duress).to_owned();
        let mut item = item(case_id, code_name, risk, reason, seen.row.since);
        item.alert_id = Some(seen.row.id);
        item.message_id = seen.row.subject_id;
        list.duress.push(item);
    }
    Ok(())
}

fn unanswered(tx: &mut Tx<'_, '_>, list: &mut WorklistView, own: Option<&[Id]>) -> Result<()> {
    for (channel_id, since, Waiting { case_id, code_name, risk }) in
        store::unanswered(&tx.scope, tx.conn, own, FETCH)?
    {
        let reason = format!("A message of {since} has had no answer.");
        let mut item = item(case_id, code_name, risk, reason, since);
        item.channel_id = Some(channel_id);
        list.unanswered.push(item);
    }
    Ok(())
}

/// Why a watched case waits, and since when.
fn why(row: &WatchRow, now: Time) -> (String, Time) {
    let last = row.last_sign_of_life_at.map_or_else(
        || "No sign of life has come".to_owned(),
        |last| format!("The last sign of life is of {last}"),
    );
    let every = format!("one is expected every {} h", row.expected_every_hours);
    match state(row.moments(), now) {
        WatchState::OnTime => (format!("{last}; the next is due at {}.", row.due_at), row.due_at),
        WatchState::Due => (format!("{last}; {every}."), row.due_at),
        WatchState::Overdue => {
            (format!("{last}; {every}, with {} h of grace.", row.grace_hours), row.overdue_at)
        }
        WatchState::Silent => {
            (format!("{last}; {every}, and a whole interval more has passed."), row.silent_at)
        }
    }
}

/// The next midnight in a zone.
fn end_of_day(now: Time, zone: &str) -> Result<Time> {
    let fault = |_| Error::invalid("time_zone", "has no end of this day");
    let zone = jiff::tz::TimeZone::get(zone).map_err(fault)?;
    let tomorrow = now.timestamp().to_zoned(zone).tomorrow().map_err(fault)?;
    Ok(tomorrow.start_of_day().map_err(fault)?.timestamp().into())
}

fn own_tasks(tx: &mut Tx<'_, '_>, list: &mut WorklistView) -> Result<()> {
    let now = tx.now();
    for (row, code_name, risk, key) in tasks::store::mine(&tx.scope, tx.conn, FETCH)? {
        let access = cases::model::unlock(tx, row.case_id, &key)?;
        let reason = if row.due_at <= now { "This task is past its time." } else { "This task is yours." };
        let mut item = item(row.case_id, code_name, risk, reason.to_owned(), row.due_at);
        item.task_id = Some(row.id);
        item.title = access.open(&tasks::model::TITLE, row.id, &row.title)?;
        list.tasks.push(item);
    }
    Ok(())
}
