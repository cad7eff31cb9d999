//! Telling people, once: of alerts whose time has come, and of those that nobody took on.
//!
//! Runs on every node. What decides is an update that holds for one of them only; the event and the outbox rows are
//! written in the same transaction, so that a node that dies leaves either all or nothing.

use std::collections::BTreeSet;

use super::model::{AlertChange, AlertKind, AlertState, state};
use super::store::{AlertRow, dispatch as store};
use crate::app::Services;
use crate::authz::Role;
use crate::config::AlertSettings;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::deliveries::model::Medium;
use crate::deliveries::store::{self as deliveries, DeliveryRow};
use crate::error::Result;
use crate::{assignments, watch, webhooks};

/// Alerts in one transaction: short, so that requests do not wait behind it.
const BATCH: i64 = 50;

/// Tells of everything that is due now; gives how many alerts that were.
///
/// # Errors
/// Of the database; what was told stays told, the rest is tried again.
pub async fn run_once(services: &Services) -> Result<usize> {
    let mut told = 0;
    loop {
        let now = services.clock.now();
        let settings = services.settings.alerts.clone();
        let mail = services.outbox.has_mail();
        let batch = services.db.write(move |conn| batch(conn, &settings, mail, now)).await?;
        if batch.told > 0 {
            services.outbox.wake();
            services.events.wake();
        }
        told += batch.told;
        if batch.is_last {
            return Ok(told);
        }
    }
}

struct Batch {
    told: usize,
    is_last: bool,
}

fn batch(conn: &mut Conn<'_>, settings: &AlertSettings, mail: bool, now: Time) -> Result<Batch> {
    let next = Some(now.plus_seconds(settings.escalate_after_minutes.saturating_mul(60)));
    let full = usize::try_from(BATCH).unwrap_or(usize::MAX);
    let mut told = 0;
    let fresh = store::undispatched(conn, now, BATCH)?;
    let stale = store::due_for_next_level(conn, now, BATCH)?;
    let is_last = fresh.len() < full && stale.len() < full;
    let organisations: BTreeSet<Id> = fresh.iter().chain(&stale).map(|row| row.organisation_id).collect();
    for organisation_id in organisations {
        store::lock_head(conn, organisation_id)?;
    }
    for row in fresh {
        let next = next.filter(|_| state(&row, now) == AlertState::Open);
        if store::mark_dispatched(conn, &row, now, next)? {
            let who = first_called(conn, &row)?;
            announce(conn, (row.organisation_id, row.id), AlertChange::Raised, 0, mail.then_some(who), now)?;
            told += 1;
        }
    }
    for row in stale {
        if state(&row, now) != AlertState::Open {
            store::set_level(conn, &row, row.level, None)?;
            continue;
        }
        let level = row.level + 1;
        let (who, is_end) = next_called(conn, &row, level)?;
        if store::set_level(conn, &row, level, next.filter(|_| !is_end))? {
            announce(
                conn,
                (row.organisation_id, row.id),
                AlertChange::Escalated,
                level,
                mail.then_some(who),
                now,
            )?;
            told += 1;
        }
    }
    Ok(Batch { told, is_last })
}

/// Puts down what happened to an alert for those who listen, and plans who is told outside.
///
/// # Errors
/// Of the database.
pub(super) fn announce(
    conn: &mut Conn<'_>,
    (organisation_id, alert_id): (Id, Id),
    change: AlertChange,
    level: i32,
    mail_to: Option<Vec<Id>>,
    now: Time,
) -> Result<()> {
    let event_id = store::append_event(conn, organisation_id, alert_id, change, level, now)?;
    let webhooks = webhooks::store::active_ids(conn, organisation_id)?;
    let webhooks = webhooks.into_iter().map(|id| (Medium::Webhook, id));
    let mail = mail_to.into_iter().flatten().map(|id| (Medium::Email, id));
    let about = (organisation_id, event_id, alert_id);
    let rows: Vec<DeliveryRow> =
        webhooks.chain(mail).zip(0..).map(|(target, n)| DeliveryRow::new(about, target, now, n)).collect();
    deliveries::insert(conn, &rows)
}

/// Whether it is about a case and yet not for those who are on it.
fn is_above_the_case(row: &AlertRow) -> bool {
    row.kind == AlertKind::BreakGlass
}

/// Who hears first: those on the case; the coordinators where there is nobody, and where it is theirs to act.
fn first_called(conn: &mut Conn<'_>, row: &AlertRow) -> Result<Vec<Id>> {
    let organisation_id = row.organisation_id;
    let staff = store::active_users(conn, organisation_id, &[Role::Coordinator, Role::Caseworker])?;
    let mut called = match row.case_id {
        Some(case_id) if !is_above_the_case(row) => {
            assignments::store::on_case(conn, organisation_id, case_id)?
        }
        _ => Vec::new(),
    };
    called.retain(|user| staff.contains(user));
    let is_for_coordinators = matches!(
        row.kind,
        AlertKind::Duress
            | AlertKind::UnsafeContact
            | AlertKind::ApprovalNeeded
            | AlertKind::PlanReads
            | AlertKind::Coerced
            | AlertKind::ShredAsked
    );
    if called.is_empty() || is_for_coordinators {
        called.extend(store::active_users(conn, organisation_id, &[Role::Coordinator])?);
        called.sort_unstable();
        called.dedup();
    }
    spare(&mut called, row);
    Ok(called)
}

/// Keeps from whoever was forced that somebody knows: whoever forces them reads their mail.
fn spare(called: &mut Vec<Id>, row: &AlertRow) {
    if row.kind == AlertKind::Coerced {
        called.retain(|user| Some(*user) != row.subject_id);
    }
}

/// Who hears at `level`, and whether that is the last: each on the case's list in turn, then every coordinator. In the
/// place of somebody who could not open the case any more, every coordinator hears, and the list goes on after that.
fn next_called(conn: &mut Conn<'_>, row: &AlertRow, level: i32) -> Result<(Vec<Id>, bool)> {
    let mut coordinators = store::active_users(conn, row.organisation_id, &[Role::Coordinator])?;
    spare(&mut coordinators, row);
    let Some(case_id) = row.case_id.filter(|_| !is_above_the_case(row)) else {
        return Ok((coordinators, true));
    };
    let list = watch::store::escalation(conn, row.organisation_id, case_id)?;
    let position = usize::try_from(level - 1).unwrap_or(usize::MAX);
    let Some(user) = list.get(position) else {
        return Ok((coordinators, true));
    };
    let caseworkers = store::active_users(conn, row.organisation_id, &[Role::Caseworker])?;
    let is_on_it = caseworkers.contains(user)
        && assignments::store::on_case(conn, row.organisation_id, case_id)?.contains(user);
    let called = if is_on_it || coordinators.contains(user) { vec![*user] } else { coordinators };
    Ok((called, false))
}
