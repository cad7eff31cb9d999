//! What a contact changes around it: who waits for an answer, when the next sign of life is due, what is over.

use std::collections::BTreeMap;

use super::model::{Authenticity, Direction, Flag};
use super::store::{self, MessageRow};
use crate::alerts::model::{AlertKind, NewAlert};
use crate::alerts::store::About;
use crate::authz::Tx;
use crate::cases::model::CaseStatus;
use crate::channels::store::ChannelRow;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::{alerts, cases, channels, clues, estimates, watch};

/// Alerts people to what is to be minded about a message, and lets the clues from it begin low if somebody else may
/// have written it. `fresh` are the flags that it did not have before.
///
/// # Errors
/// Of the database.
pub fn alert(tx: &mut Tx<'_, '_>, row: &MessageRow, fresh: &[Flag]) -> Result<()> {
    let this = (row.placed_at, row.id);
    let kinds = fresh.iter().filter_map(|flag| kind(*flag)).map(|kind| (kind, this)).collect();
    alert_of_many(tx, &kinds, row.case_id)?;
    if row.judged == Authenticity::Suspect {
        clues::model::doubt_source(tx, &[row.id])?;
        estimates::watch::mark(tx, row.case_id)?;
    }
    Ok(())
}

/// As [`alert`], for messages that came in together: of each kind only to the newest, since an export of months would
/// call people a hundred times for what one look shows.
///
/// # Errors
/// Of the database.
pub fn alert_of_many(
    tx: &mut Tx<'_, '_>,
    newest: &BTreeMap<AlertKind, (Time, Id)>,
    case_id: Id,
) -> Result<()> {
    for (kind, (placed_at, id)) in newest {
        // A sender's clock may be ahead of ours; an alert of the future would not be told yet.
        let since = (*placed_at).min(tx.now());
        alerts::model::raise(tx, &NewAlert::of_case(*kind, case_id, *id, since))?;
    }
    Ok(())
}

/// To what a flag alerts.
pub const fn kind(flag: Flag) -> Option<AlertKind> {
    match flag {
        Flag::Corrected => None,
        Flag::Duress => Some(AlertKind::Duress),
        Flag::UnsafeWindow | Flag::ForbiddenWord | Flag::MayNotInitiate | Flag::Paused => {
            Some(AlertKind::UnsafeContact)
        }
    }
}

/// Brings everything up to date that follows from the messages of a channel: after any were added, put elsewhere in
/// time, or judged anew. The case was touched before they were read: of two contacts at once the second sees the first.
///
/// # Errors
/// Of the database.
pub fn settle(tx: &mut Tx<'_, '_>, case_id: Id, channel_id: Id) -> Result<()> {
    let is_closed = cases::store::is_closed(&tx.scope, tx.conn, case_id)?;
    settle_waiting(tx, channel_id, is_closed)?;
    settle_duress(tx, case_id, channel_id)?;
    watch::model::refresh(tx.conn, tx.scope.organisation_id, case_id, tx.now())
}

/// As [`settle`], of one message that was added to a channel that was read since the case was touched: what cannot follow
/// from it is not looked at.
///
/// # Errors
/// Of the database.
pub fn settle_one(tx: &mut Tx<'_, '_>, channel: &ChannelRow, row: &MessageRow) -> Result<()> {
    let is_theirs = row.direction == Direction::Inbound;
    // Whoever waits already waits since then.
    if !(is_theirs && channel.unanswered_since.is_some_and(|since| since <= row.placed_at)) {
        let is_closed = cases::store::is_closed(&tx.scope, tx.conn, row.case_id)?;
        settle_waiting(tx, row.channel_id, is_closed)?;
    }
    // One that says so may be older than the proof that it is over.
    if row.judged != Authenticity::Unverified {
        settle_duress(tx, row.case_id, row.channel_id)?;
    }
    if is_theirs {
        watch::model::refresh(tx.conn, tx.scope.organisation_id, row.case_id, tx.now())?;
    }
    Ok(())
}

/// Whoever has proved since then to be who they are has also shown that the duress is over.
fn settle_duress(tx: &mut Tx<'_, '_>, case_id: Id, channel_id: Id) -> Result<()> {
    let (organisation_id, now) = (tx.scope.organisation_id, tx.now());
    let proved_at = store::last_judged(&tx.scope, tx.conn, channel_id, Authenticity::Verified)?;
    let Some(proved_at) = proved_at else { return Ok(()) };
    let subjects = alerts::store::open_subjects(tx.conn, organisation_id, AlertKind::Duress, case_id, now)?;
    for row in store::on_channel_until(&tx.scope, tx.conn, channel_id, &subjects, proved_at)? {
        alerts::model::resolve_about(tx, AlertKind::Duress, About::Message(row))?;
    }
    Ok(())
}

/// On a case that is closed nobody waits.
fn settle_waiting(tx: &mut Tx<'_, '_>, channel_id: Id, is_closed: bool) -> Result<()> {
    let since = match is_closed {
        true => None,
        false => store::unanswered_since(&tx.scope, tx.conn, channel_id)?,
    };
    channels::store::set_unanswered(&tx.scope, tx.conn, channel_id, since)
}

/// Lets follow who waits for an answer when a case closes or is reopened: on one that is closed nobody does. Most that is
/// closed ends with thanks that nobody answered, and whoever asks who waits must not have to look through it all.
///
/// # Errors
/// Of the database.
pub fn follow(tx: &mut Tx<'_, '_>, case_id: Id, from: CaseStatus, to: CaseStatus) -> Result<()> {
    match (from, to) {
        (_, CaseStatus::Closed) => channels::store::nobody_waits(&tx.scope, tx.conn, case_id),
        (CaseStatus::Closed, _) => {
            for channel_id in channels::store::ids_of_case(&tx.scope, tx.conn, case_id)? {
                settle_waiting(tx, channel_id, false)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
