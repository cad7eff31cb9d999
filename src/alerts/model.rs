//! What an alert is, when it is open, and what is shown of it.

use super::dispatch;
use super::store::{self, AlertRow, Filter, Seen};
use crate::app::Services;
use crate::authz::Tx;
use crate::authz::policy::alert_kinds;
use crate::cases::model::Risk;
use crate::crypto::secret::sha256;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::view;

crate::words! {
    /// What an alert is about.
    pub enum AlertKind {
        /// No sign of life within the expected time and its grace.
        Overdue = "overdue",
        /// No sign of life for a whole further interval.
        Silent = "silent",
        /// A duress word came in.
        Duress = "duress",
        /// A message was sent against the safe-contact rules of its channel.
        UnsafeContact = "unsafe_contact",
        /// A plan waits for an approver.
        ApprovalNeeded = "approval_needed",
        /// The estimate of where somebody is changed.
        EstimateChanged = "estimate_changed",
        /// A team in the field has not checked in.
        CheckInOverdue = "check_in_overdue",
        /// A team in the field asks for help.
        CheckInHelp = "check_in_help",
        /// Somebody reads a plan unusually often.
        PlanReads = "plan_reads",
        /// Somebody's phone is in other hands.
        LostPhone = "lost_phone",
        /// Somebody was forced to sign in.
        Coerced = "coerced",
        /// Somebody opened a case in an emergency, or asks to.
        BreakGlass = "break_glass",
        /// Somebody asks for a case to be destroyed.
        ShredAsked = "shred_asked",
    }
}

crate::words! {
    /// Where an alert stands.
    pub enum AlertState {
        /// Nobody has taken it on.
        Open = "open",
        /// Somebody has.
        Acknowledged = "acknowledged",
        /// What it was about is over.
        Resolved = "resolved",
    }
}

crate::words! {
    /// What happened to an alert.
    pub enum AlertChange {
        /// Its time has come.
        Raised = "raised",
        /// Nobody took it on, and the next one is called.
        Escalated = "escalated",
        /// Somebody took it on.
        Acknowledged = "acknowledged",
        /// What it was about is over.
        Resolved = "resolved",
    }
}

/// The end of what nothing ends: 9000-01-01T00:00:00Z.
pub const OPEN_END: Time = Time::constant(221_845_392_000);

/// Something to alert people to.
#[derive(Debug, Clone, Copy)]
pub struct NewAlert {
    /// What it is about.
    pub kind: AlertKind,
    /// Of which case.
    pub case_id: Option<Id>,
    /// Of which operation.
    pub operation_id: Option<Id>,
    /// The message, import, check-in, report of a lost phone or access in an emergency that gave rise to it; with a
    /// reading of a plan and with somebody who was forced, the user whom it is about.
    pub subject_id: Option<Id>,
    /// When it began (UTC); ahead of now for what will happen unless something comes in between.
    pub since: Time,
    /// When it is over by itself (UTC).
    pub open_until: Time,
}

impl NewAlert {
    /// Of something about a case that nothing but a person or another message ends.
    pub fn of_case(kind: AlertKind, case_id: Id, subject_id: Id, since: Time) -> Self {
        Self {
            kind,
            case_id: Some(case_id),
            operation_id: None,
            subject_id: Some(subject_id),
            since,
            open_until: OPEN_END,
        }
    }

    /// What makes two alerts the same: kind, what it is about, and unless that is one message also the moment.
    fn key(&self) -> Vec<u8> {
        let mut text = self.kind.as_str().as_bytes().to_vec();
        for part in [self.case_id, self.operation_id, self.subject_id] {
            text.push(u8::from(part.is_some()));
            text.extend(part.iter().flat_map(|id| *id.as_bytes()));
        }
        if !matches!(self.kind, AlertKind::Duress | AlertKind::UnsafeContact) {
            text.extend(self.since.as_micros().to_be_bytes());
        }
        sha256(&text)[..16].to_vec()
    }

    /// As it is stored when it is raised.
    pub fn row(&self, organisation_id: Id, now: Time) -> AlertRow {
        AlertRow {
            organisation_id,
            id: Id::at(now),
            key: self.key(),
            kind: self.kind,
            case_id: self.case_id,
            operation_id: self.operation_id,
            subject_id: self.subject_id,
            since: self.since,
            created_at: now,
            dispatched_at: None,
            level: 0,
            next_level_at: None,
            acknowledged_by: None,
            acknowledged_at: None,
            open_until: self.open_until,
            resolved_at: None,
        }
    }
}

/// Raises an alert, once however often it is asked for.
///
/// # Errors
/// Of the database.
pub fn raise(tx: &mut Tx<'_, '_>, alert: &NewAlert) -> Result<()> {
    raise_in(tx.services, tx.conn, tx.scope.organisation_id, alert, tx.scope.now)
}

/// The same of what happens outside of any session.
///
/// # Errors
/// Of the database.
pub fn raise_in(
    services: &Services,
    conn: &mut Conn<'_>,
    organisation_id: Id,
    alert: &NewAlert,
    now: Time,
) -> Result<()> {
    store::insert(conn, &alert.row(organisation_id, now))?;
    services.alert_bell.notify_one();
    Ok(())
}

/// Makes `alerts` all there is of these kinds about something: what is not among them is over now, or if its time had
/// not come yet, never was. What is there already stays as it is.
///
/// # Errors
/// Of the database.
pub fn replace(
    conn: &mut Conn<'_>,
    (organisation_id, about): (Id, store::About),
    kinds: &[AlertKind],
    alerts: &[NewAlert],
    now: Time,
) -> Result<()> {
    let keys: Vec<Vec<u8>> = alerts.iter().map(NewAlert::key).collect();
    let mut over = store::unresolved(conn, organisation_id, about)?;
    over.retain(|row| kinds.contains(&row.kind) && !keys.contains(&row.key));
    let nobody_knows = over.iter().all(|row| row.since > now && row.dispatched_at.is_none());
    let over: Vec<Id> = over.into_iter().map(|row| row.id).collect();
    let forget = |conn: &mut Conn<'_>| store::forget_scheduled(conn, organisation_id, &over, now);
    // To take back what nobody was told of tells nobody anything, and need not wait for others who tell; unless somebody is
    // told of one at this moment.
    let is_taken_back = over.is_empty() || nobody_knows && forget(conn)? == over.len();
    if !is_taken_back {
        store::dispatch::lock_head(conn, organisation_id)?;
        forget(conn)?;
        for id in over {
            resolve(conn, organisation_id, id, now)?;
        }
    }
    for alert in alerts {
        store::insert_or_reopen(conn, alert.row(organisation_id, now))?;
    }
    Ok(())
}

/// Ends the open alerts of one kind that a message, a case or an operation gave rise to.
///
/// # Errors
/// Of the database.
pub fn resolve_about(tx: &mut Tx<'_, '_>, kind: AlertKind, about: store::About) -> Result<()> {
    let (organisation_id, now) = (tx.scope.organisation_id, tx.now());
    let over = store::open_about(tx.conn, organisation_id, kind, about, now)?;
    if over.is_empty() {
        return Ok(());
    }
    store::dispatch::lock_head(tx.conn, organisation_id)?;
    for id in over {
        resolve(tx.conn, organisation_id, id, now)?;
    }
    tx.services.alert_bell.notify_one();
    Ok(())
}

fn resolve(conn: &mut Conn<'_>, organisation_id: Id, id: Id, now: Time) -> Result<()> {
    // What nobody was told of needs no all-clear.
    if store::resolve(conn, organisation_id, id, now)? {
        dispatch::announce(conn, (organisation_id, id), AlertChange::Resolved, 0, None, now)?;
    }
    Ok(())
}

/// Takes an alert on in the caller's name. Of two who do it at once the first stays.
///
/// # Errors
/// 404 when there is none that the caller may see; 409 `alert-over`; 409 `own-alert` for whom it is about.
pub fn acknowledge(tx: &mut Tx<'_, '_>, id: Id) -> Result<AlertView> {
    let (scope, now) = (tx.scope.clone(), tx.now());
    let seen = store::find(&scope, tx.conn, id)?;
    if let Some(case_id) = seen.row.case_id {
        tx.about_case(case_id);
    }
    if state(&seen.row, now) == AlertState::Resolved && seen.row.acknowledged_at.is_none() {
        return Err(Error::conflict(
            "alert-over",
            "What this alert was about is over; nothing is left to take on.",
        ));
    }
    let is_about_me = seen.row.kind == AlertKind::PlanReads && seen.row.subject_id == Some(scope.user_id);
    if is_about_me {
        return Err(Error::conflict("own-alert", "This is about what you did. Somebody else looks at it."));
    }
    // Nothing but a look at it ends what is only about one message or one lost phone, or about what somebody has read.
    let ends = matches!(
        seen.row.kind,
        AlertKind::UnsafeContact | AlertKind::PlanReads | AlertKind::LostPhone | AlertKind::Coerced
    );
    store::dispatch::lock_head(tx.conn, scope.organisation_id)?;
    if store::acknowledge(&scope, tx.conn, id, ends)? {
        let about = (scope.organisation_id, id);
        dispatch::announce(tx.conn, about, AlertChange::Acknowledged, seen.row.level, None, now)?;
        tx.services.alert_bell.notify_one();
    }
    let seen = store::find(&scope, tx.conn, id)?;
    Ok(show(&seen, now))
}

/// An alert that the caller may see.
///
/// # Errors
/// 404.
pub fn one(tx: &mut Tx<'_, '_>, id: Id) -> Result<AlertView> {
    let seen = store::find(&tx.scope, tx.conn, id)?;
    Ok(show(&seen, tx.now()))
}

/// The alerts of the caller that are not over, the newest, each with its id; those first that nobody has taken on, and
/// of these the calls for help.
///
/// # Errors
/// Of the database.
pub fn current(tx: &mut Tx<'_, '_>, most: i64) -> Result<Vec<(Id, AlertView)>> {
    let filter = Filter {
        states: vec![AlertState::Open, AlertState::Acknowledged],
        kinds: kinds_for(tx, &[]),
        case_id: None,
        descending: true,
    };
    let mut found = store::list(&tx.scope, tx.conn, &filter, &Keyset::first(most))?;
    let calls_for_help =
        |kind| matches!(kind, AlertKind::Duress | AlertKind::CheckInHelp | AlertKind::Coerced);
    found.sort_by_key(|seen| (seen.row.acknowledged_at.is_some(), !calls_for_help(seen.row.kind)));
    Ok(found.iter().map(|seen| (seen.row.id, show(seen, tx.now()))).collect())
}

/// Where an alert stands at `now`.
pub fn state(row: &AlertRow, now: Time) -> AlertState {
    if row.open_until <= now {
        AlertState::Resolved
    } else if row.acknowledged_at.is_some() {
        AlertState::Acknowledged
    } else {
        AlertState::Open
    }
}

/// Why, in one sentence that tells nothing of the case.
pub const fn reason(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::Overdue => "No sign of life came within the expected time and its grace.",
        AlertKind::Silent => "No sign of life came for a whole interval more than was allowed for.",
        AlertKind::Duress => "A duress word came in: assume that somebody else reads and writes.",
        AlertKind::UnsafeContact => "A message was sent against the safe-contact rules of its channel.",
        AlertKind::ApprovalNeeded => "A plan waits for an approver.",
        AlertKind::EstimateChanged => "The estimate of where they are has changed.",
        AlertKind::CheckInOverdue => {
            "A team in the field has not checked in by the agreed time and its grace."
        }
        AlertKind::CheckInHelp => "A team in the field asks for help, or does not speak freely.",
        AlertKind::PlanReads => "Somebody has read the plan of an operation unusually often within an hour.",
        AlertKind::LostPhone => {
            "A phone was reported lost: its sessions have ended, what it holds may be read."
        }
        AlertKind::Coerced => {
            "Somebody was forced to sign in: they gave their duress password and were shown nothing. Do not call, write \
             or log in anything that tells them, or whoever is with them, that you know."
        }
        AlertKind::ShredAsked => {
            "A case is to be destroyed: whoever objects calls it off, or places a legal hold."
        }
        AlertKind::BreakGlass => "Somebody who is not on the case opened it in an emergency, or asks to.",
    }
}

view! {
    /// One alert.
    pub struct AlertView from AlertFields {
        /// The id.
        outline id: Id,
        /// What it is about.
        outline kind: AlertKind,
        /// Where it stands.
        outline state: AlertState,
        /// Of which case.
        outline_maybe case_id: Id,
        /// The case's code name.
        outline_maybe code_name: String,
        /// What the case may cost if it goes wrong.
        outline_maybe risk: Risk,
        /// Of which operation.
        outline_maybe operation_id: Id,
        /// The message that gave rise to it.
        outline_maybe message_id: Id,
        /// The access in an emergency that it is about.
        outline_maybe break_glass_id: Id,
        /// Whom it is about: who read a plan, whose phone was lost, or who was forced.
        outline_maybe user_id: Id,
        /// Who reported the phone.
        outline_maybe reported_by: Id,
        /// Why, in a sentence.
        outline reason: String,
        /// Since when, UTC.
        outline since: Time,
        /// How many times the next one was called because nobody took it on.
        outline level: i32,
        /// Who took it on.
        outline_maybe acknowledged_by: Id,
        /// When, UTC.
        outline_maybe acknowledged_at: Time,
        /// When what it was about was over, UTC.
        outline_maybe resolved_at: Time,
    }
}

/// What is shown of an alert that was found visible to the caller.
pub fn show(seen: &Seen, now: Time) -> AlertView {
    let Seen { row, code_name, risk, lost_phone } = seen;
    let is_glass = row.kind == AlertKind::BreakGlass;
    let is_of_no_message =
        matches!(row.kind, AlertKind::BreakGlass | AlertKind::ShredAsked | AlertKind::Coerced);
    let fields = AlertFields {
        id: row.id,
        kind: row.kind,
        state: state(row, now),
        case_id: row.case_id,
        code_name: code_name.clone(),
        risk: *risk,
        operation_id: row.operation_id,
        message_id: row
            .subject_id
            .filter(|_| row.operation_id.is_none() && lost_phone.is_none() && !is_of_no_message),
        break_glass_id: row.subject_id.filter(|_| is_glass),
        user_id: lost_phone
            .map(|(user, _)| user)
            .or(row.subject_id.filter(|_| matches!(row.kind, AlertKind::PlanReads | AlertKind::Coerced))),
        reported_by: lost_phone.map(|(_, reporter)| reporter),
        reason: reason(row.kind).to_owned(),
        since: row.since,
        level: row.level,
        acknowledged_by: row.acknowledged_by,
        acknowledged_at: row.acknowledged_at,
        resolved_at: row
            .resolved_at
            .or(Some(row.open_until))
            .filter(|_| state(row, now) == AlertState::Resolved),
    };
    fields.redact(crate::authz::Grants::of(&[crate::authz::Class::Outline]))
}

/// The kinds that the caller is told of, cut to those that were asked for; all if none was.
pub(super) fn kinds_for(tx: &Tx<'_, '_>, asked: &[AlertKind]) -> Vec<AlertKind> {
    let mut kinds = alert_kinds(tx.scope.role).to_vec();
    kinds.retain(|kind| asked.is_empty() || asked.contains(kind));
    kinds
}
