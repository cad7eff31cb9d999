//! What a break-glass access is, how it opens and closes, and who looks at it afterwards.

use serde::Deserialize;

use super::store::{self, BreakGlassRow};
use crate::alerts::model::{AlertKind, NewAlert};
use crate::alerts::store::About;
use crate::authz::{Class, Grants, Reach, Scope, Tx};
use crate::crypto::{Access, Field};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::users::second_person::Hands;
use crate::{alerts, cases, crypto, view};

/// Why somebody opened a case; goes with the case's key.
pub const REASON: Field<String> = Field::new("break_glass.reason", Class::Outline);
/// What whoever looked at it says; goes with the case's key.
pub const NOTE: Field<String> = Field::new("break_glass.note", Class::Outline);

/// What is shown of it holds no class but this: whoever reviews may be an auditor, who sees nothing of the case.
const SHOWN: Grants = Grants::of(&[Class::Outline]);

/// How long one waits for its approval; who still needs it then asks anew.
const WAITS_SECONDS: i64 = 24 * 3_600;

/// `break_glass.opens`: when an access opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opens {
    /// When it is asked for; coordinators are alerted.
    AtOnce,
    /// When a coordinator approves.
    AfterApproval,
}

crate::words! {
    /// Where a break-glass access stands.
    pub enum GlassState {
        /// Asked for; a coordinator is to approve it.
        Waiting = "waiting",
        /// The case is in the asker's reach.
        Open = "open",
        /// Never opened: nobody approved it in time, or it was ended before.
        NotOpened = "not_opened",
        /// Over; somebody is to look at what it was used for.
        ToReview = "to_review",
        /// Somebody has.
        Reviewed = "reviewed",
    }
}

crate::words! {
    /// What whoever looked at it found.
    pub enum GlassOutcome {
        /// It was needed, and used for what it was asked for.
        Justified = "justified",
        /// It was not needed, or used for something else.
        NotJustified = "not_justified",
        /// Something else is to be done about it.
        FollowUp = "follow_up",
    }
}

/// Where one stands at `now`. The filters of `store.rs` say the same.
pub fn state(row: &BreakGlassRow, now: Time) -> GlassState {
    match (row.opened_at, row.ended_at, row.closes_at) {
        _ if row.reviewed_at.is_some() => GlassState::Reviewed,
        (None, None, _) if row.lapses_at > now => GlassState::Waiting,
        (None, ..) => GlassState::NotOpened,
        (Some(_), None, Some(end)) if end > now => GlassState::Open,
        _ => GlassState::ToReview,
    }
}

/// Why a case was not found: 404, unless the caller sees it in an emergency and wants to do what that does not cover.
///
/// # Errors
/// Of the database.
pub fn why_not(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Error> {
    let is_covered = scope.glass.is_some() || scope.reach() != Reach::Assigned;
    if is_covered || !store::open_now(scope, conn)?.iter().any(|(_, case)| *case == case_id) {
        return Ok(Error::not_found());
    }
    Ok(Error::refused(
        "break-glass-reads-only",
        "You see this case in an emergency: you may read, log a message and take an alert on. For more, ask a coordinator to \
         assign you.",
    ))
}

/// An access to ask for.
pub struct Ask {
    /// The id.
    pub id: Id,
    /// To which case.
    pub case_id: Id,
    /// Why.
    pub reason: String,
    /// For how long.
    pub hours: i32,
}

/// Asks for access to a case of the organisation that the caller does not reach. What is told of a case that is not
/// there, or another organisation's, does not depend on anything but that.
///
/// # Errors
/// 409 `too-many-break-glass`, `case-in-reach`, `break-glass-open`; 404; 422 on `/hours`.
pub fn ask(tx: &mut Tx<'_, '_>, ask: Ask) -> Result<BreakGlassRow> {
    let Ask { id, case_id, reason, hours } = ask;
    let settings = &tx.services.settings.break_glass;
    if !(1..=settings.most_hours).contains(&hours) {
        return Err(Error::invalid("/hours", format!("must be 1 to {}", settings.most_hours)));
    }
    let now = tx.now();
    // Before anything is said of the case.
    let mine = store::unreviewed_of_caller(&tx.scope, tx.conn)?;
    if mine.len() >= settings.most_unreviewed {
        return Err(Error::conflict(
            "too-many-break-glass",
            "Nobody has looked at your last emergencies yet. Ask a coordinator to review them, or to assign you.",
        ));
    }
    if !store::is_case(&tx.scope, tx.conn, case_id)? {
        return Err(Error::not_found());
    }
    if !cases::store::in_reach(&tx.scope, tx.conn, &[case_id])?.is_empty() {
        return Err(Error::conflict("case-in-reach", "You reach this case already."));
    }
    let is_under_way =
        |row: &BreakGlassRow| matches!(state(row, now), GlassState::Waiting | GlassState::Open);
    if mine.iter().any(|row| row.case_id == case_id && is_under_way(row)) {
        return Err(Error::conflict(
            "break-glass-open",
            "You have asked for this case already. It cannot be extended; ask anew when it is over.",
        ));
    }
    tx.about_case(case_id);
    let opens_now = settings.opens == Opens::AtOnce;
    let row = BreakGlassRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id,
        user_id: tx.scope.user_id,
        reason: tx.vault_of(case_id, SHOWN)?.seal(&REASON, id, &reason)?,
        hours,
        asked_at: now,
        lapses_at: now.plus_seconds(WAITS_SECONDS),
        opened_at: opens_now.then_some(now),
        closes_at: opens_now.then(|| end(now, hours)),
        approved_by: None,
        ended_at: None,
        ended_by: None,
        reviewed_at: None,
        reviewed_by: None,
        outcome: None,
        note: None,
    };
    store::insert(tx.conn, &row)?;
    // Nothing but its review ends the alert of one that opened; one that waits is over when it has waited too long.
    let alert = NewAlert::of_case(AlertKind::BreakGlass, case_id, id, now);
    let open_until = if opens_now { alert.open_until } else { row.lapses_at };
    alerts::model::raise(tx, &NewAlert { open_until, ..alert })?;
    tx.note(format!("{hours} hours, {}", state(&row, now)));
    Ok(row)
}

fn end(from: Time, hours: i32) -> Time {
    from.plus_seconds(i64::from(hours) * 3_600)
}

/// Opens one that waits, for the hours that were asked for, from now on.
///
/// # Errors
/// 404; 409 `own-break-glass`, `approver-not-verified`, `break-glass-not-waiting`.
pub fn approve(tx: &mut Tx<'_, '_>, id: Id) -> Result<BreakGlassRow> {
    let row = find(tx, id)?;
    let own = ("own-break-glass", "Nobody opens a case for themselves, through whichever account.");
    Hands::of(tx, &[row.user_id])?.check(tx, own)?;
    // Of many who approve at once, one opens it: the update asks again.
    if !store::open(&tx.scope, tx.conn, id, end(tx.scope.now, row.hours))? {
        return Err(Error::conflict(
            "break-glass-not-waiting",
            "It does not wait for approval: it is open, was ended, or has waited too long.",
        ));
    }
    alerts::model::resolve_about(tx, AlertKind::BreakGlass, About::Message(id))?;
    let alert = NewAlert::of_case(AlertKind::BreakGlass, row.case_id, id, tx.now());
    alerts::model::raise(tx, &alert)?;
    find(tx, id)
}

/// Ends one before its time, or turns one down that waits.
///
/// # Errors
/// 404 for what is not the caller's, unless they coordinate; 409 `break-glass-over`.
pub fn finish(tx: &mut Tx<'_, '_>, id: Id) -> Result<BreakGlassRow> {
    let row = find(tx, id)?;
    if !store::end(&tx.scope, tx.conn, id)? {
        return Err(Error::conflict("break-glass-over", "It is over already."));
    }
    let row_now = find(tx, id)?;
    // What never opened leaves nothing to look at.
    if row.opened_at.is_none() && row_now.opened_at.is_none() {
        alerts::model::resolve_about(tx, AlertKind::BreakGlass, About::Message(id))?;
    }
    Ok(row_now)
}

/// Signs off what an access was used for.
///
/// # Errors
/// 404; 409 `own-break-glass`, `break-glass-not-over`, `break-glass-reviewed`, `case-destroyed`.
pub fn review(
    tx: &mut Tx<'_, '_>,
    id: Id,
    outcome: GlassOutcome,
    note: Option<&String>,
) -> Result<BreakGlassRow> {
    let row = find(tx, id)?;
    let mut hands = vec![row.user_id];
    hands.extend(row.approved_by);
    if Hands::of(tx, &hands)?.include_caller(tx)? {
        return Err(Error::conflict(
            "own-break-glass",
            "Nobody reviews what they asked for or approved, through whichever account.",
        ));
    }
    match state(&row, tx.now()) {
        GlassState::Waiting | GlassState::Open => {
            return Err(Error::conflict(
                "break-glass-not-over",
                "It is not over: end it first, so that all of its use is looked at.",
            ));
        }
        GlassState::NotOpened => {
            return Err(Error::conflict(
                "break-glass-not-opened",
                "It never opened: nothing is to be looked at.",
            ));
        }
        GlassState::ToReview | GlassState::Reviewed => {}
    }
    let note = match (note, access(tx, row.case_id)?) {
        (None, _) => None,
        (Some(note), Some(access)) => Some(access.seal(&NOTE, id, note)?),
        (Some(_), None) => {
            return Err(Error::conflict(
                "case-destroyed",
                "The case was destroyed, and there is nothing to seal a note with. Send the outcome alone.",
            ));
        }
    };
    if !store::review(&tx.scope, tx.conn, id, outcome, note.as_ref())? {
        return Err(Error::conflict("break-glass-reviewed", "Somebody has looked at it already."));
    }
    tx.note(outcome.as_str());
    alerts::model::resolve_about(tx, AlertKind::BreakGlass, About::Message(id))?;
    find(tx, id)
}

fn find(tx: &mut Tx<'_, '_>, id: Id) -> Result<BreakGlassRow> {
    tx.about(id);
    let row = store::find(&tx.scope, tx.conn, id)?;
    tx.about_case(row.case_id);
    Ok(row)
}

/// The key that reason and note are sealed with; none once the case is destroyed.
fn access(tx: &mut Tx<'_, '_>, case_id: Id) -> Result<Option<Access>> {
    let key = crypto::store::data_keys(tx.conn, tx.scope.organisation_id, &[case_id])?.pop();
    key.map(|key| tx.vault(&key, SHOWN)).transpose()
}

view! {
    /// An access to a case in an emergency.
    pub struct BreakGlassView from BreakGlassFields {
        /// The id.
        outline id: Id,
        /// To which case.
        outline case_id: Id,
        /// Who asked for it.
        outline user_id: Id,
        /// Where it stands.
        outline state: GlassState,
        /// Why; absent once the case is destroyed.
        outline_maybe reason: String,
        /// For how many hours.
        outline hours: i32,
        /// When it was asked for, UTC.
        outline asked_at: Time,
        /// Until when it waits for an approval, UTC; absent if it does not.
        outline_maybe waits_until: Time,
        /// When it opened, UTC.
        outline_maybe opened_at: Time,
        /// When it closes or closed by itself, UTC.
        outline_maybe closes_at: Time,
        /// Who approved it; absent if it opened at once.
        outline_maybe approved_by: Id,
        /// When it was ended before its time, UTC.
        outline_maybe ended_at: Time,
        /// By whom.
        outline_maybe ended_by: Id,
        /// When somebody looked at it, UTC.
        outline_maybe reviewed_at: Time,
        /// Who.
        outline_maybe reviewed_by: Id,
        /// What they found.
        outline_maybe outcome: GlassOutcome,
        /// What they say of it.
        outline_maybe note: String,
    }
}

/// What is shown of one that the caller may see.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(tx: &mut Tx<'_, '_>, row: &BreakGlassRow) -> Result<BreakGlassView> {
    let (state, access) = (state(row, tx.now()), access(tx, row.case_id)?);
    let (reason, note) = match &access {
        None => (None, None),
        Some(access) => {
            (access.open(&REASON, row.id, &row.reason)?, access.open_opt(&NOTE, row.id, row.note.as_ref())?)
        }
    };
    let fields = BreakGlassFields {
        id: row.id,
        case_id: row.case_id,
        user_id: row.user_id,
        state,
        reason,
        hours: row.hours,
        asked_at: row.asked_at,
        waits_until: (state == GlassState::Waiting).then_some(row.lapses_at),
        opened_at: row.opened_at,
        closes_at: row.closes_at,
        approved_by: row.approved_by,
        ended_at: row.ended_at,
        ended_by: row.ended_by,
        reviewed_at: row.reviewed_at,
        reviewed_by: row.reviewed_by,
        outcome: row.outcome,
        note,
    };
    Ok(fields.redact(SHOWN))
}
