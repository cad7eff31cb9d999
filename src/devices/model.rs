//! What ending a device ends, and what a lost phone means for the plans that were on it.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, LostPhoneRow};
use crate::alerts::model::{AlertKind, NewAlert, OPEN_END};
use crate::authz::{Class, Grants, Tx};
use crate::crypto::Field;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::operations::model::OperationStatus;
use crate::packs::model::PackForm;
use crate::packs::store::PackRow;
use crate::{alerts, auth, calendar, operations, packs, view};

/// What whoever reported a phone said of it.
pub const NOTE: Field<String> = Field::new("lost_phones.note", Class::Outline);

/// Reports that one colleague may make within [`WINDOW_SECONDS`]: enough for a whole team, too few to keep people out.
const MOST_REPORTS: usize = 5;
const WINDOW_SECONDS: i64 = 3_600;

/// What colleagues see of each other.
pub const STAFF: Grants = Grants::of(&[Class::Outline]);

/// A copy of a plan that was on a lost phone.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BurntPack {
    /// The copy.
    pub id: Id,
    /// Of which operation.
    pub operation_id: Id,
    /// In what form it was handed out.
    pub form: PackForm,
    /// When it was made (UTC).
    pub made_at: Time,
    /// Until when it was to be kept (UTC).
    pub expires_at: Time,
}

/// An operation that a lost phone may give away.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TouchedOperation {
    /// Which.
    pub operation_id: Id,
    /// Where it stands.
    pub status: OperationStatus,
    /// Whether a copy of its plan was burnt with this report.
    pub has_burnt_pack: bool,
}

view! {
    /// A phone that was reported lost.
    pub struct LostPhoneView from LostPhoneFields {
        /// The id of the report.
        outline id: Id,
        /// Whose phone.
        outline user_id: Id,
        /// The session that was named; absent when all were ended.
        outline_maybe session_id: Id,
        /// Who made the report.
        outline reported_by: Id,
        /// When (UTC).
        outline at: Time,
        /// What was said of it.
        outline_maybe note: String,
        /// How many sessions ended by it.
        outline sessions_ended: i32,
        /// How many copies of plans were burnt by it, those out of your reach included.
        outline packs_burnt: i32,
        /// Only in the answer to a report: the operations concerned, as far as they are in your reach.
        outline_maybe operations: Vec<TouchedOperation>,
        /// Only in the answer to a report: the copies that were burnt, as far as their operations are in your reach.
        outline_maybe packs: Vec<BurntPack>,
    }
}

/// A report as it comes in.
pub struct Report {
    /// The id.
    pub id: Id,
    /// Whose phone.
    pub user_id: Id,
    /// The session that was on it; all if not known.
    pub session_id: Option<Id>,
    /// What is said of it.
    pub note: Option<String>,
}

/// Ends what a lost phone could do, burns what is on it and alerts the coordinators.
///
/// # Errors
/// 422 for a session that is not theirs; 429 for the sixth report within an hour.
pub fn report(tx: &mut Tx<'_, '_>, report: Report) -> Result<LostPhoneView> {
    let Report { id, user_id, session_id, note } = report;
    check_frequency(tx)?;
    let sessions_ended = match session_id {
        None => auth::store::revoke_sessions(&tx.scope, tx.conn, user_id, None)?,
        Some(session) if !auth::store::is_session_of(&tx.scope, tx.conn, user_id, session)? => {
            return Err(Error::invalid("/session_id", "is no session of theirs"));
        }
        Some(session) => match auth::store::revoke_session(&tx.scope, tx.conn, user_id, session) {
            // It ended before, and the phone that it was on can be lost all the same.
            Err(error) if error.code() == "not-found" => 0,
            ended => ended.map(|()| 1)?,
        },
    };
    auth::store::guesses::forget_devices(tx.conn, tx.scope.organisation_id, user_id)?;
    // An address of a calendar opens without a session, and nobody knows which phone it is on.
    calendar::store::forget(&tx.scope, tx.conn, user_id)?;
    // Sessions come and go on one phone: what any of them took may be on it.
    let burnt = packs::model::burn(tx, user_id, None)?;
    let row = LostPhoneRow {
        organisation_id: tx.scope.organisation_id,
        id,
        user_id,
        session_id,
        reported_by: tx.scope.user_id,
        at: tx.now(),
        note: tx.organisation_access(STAFF)?.seal_opt(&NOTE, id, note.as_ref())?,
        sessions_ended: count(sessions_ended),
        packs_burnt: count(burnt.len()),
    };
    store::insert(tx.conn, &row)?;
    tx.note(match session_id {
        Some(session) => format!("session {session}, {} packs burnt", burnt.len()),
        None => format!("{sessions_ended} sessions, {} packs burnt", burnt.len()),
    });
    let touched = touched(tx, user_id, &burnt)?;
    alert(tx, id, touched.iter().map(|operation| operation.operation_id))?;
    let ids: Vec<Id> = touched.iter().map(|operation| operation.operation_id).collect();
    let seen = operations::store::in_reach(&tx.scope, tx.conn, &ids)?;
    let packs = burnt.iter().filter(|pack| seen.contains(&pack.operation_id)).map(burnt_pack);
    let fields = LostPhoneFields {
        packs: Some(packs.collect()),
        operations: Some(
            touched.into_iter().filter(|touched| seen.contains(&touched.operation_id)).collect(),
        ),
        ..fields(&row, note)
    };
    Ok(fields.redact(STAFF))
}

/// One of the reports on somebody.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(tx: &mut Tx<'_, '_>, row: &LostPhoneRow) -> Result<LostPhoneView> {
    let note = tx.organisation_access(STAFF)?.open_opt(&NOTE, row.id, row.note.as_ref())?;
    Ok(fields(row, note).redact(STAFF))
}

fn fields(row: &LostPhoneRow, note: Option<String>) -> LostPhoneFields {
    LostPhoneFields {
        id: row.id,
        user_id: row.user_id,
        session_id: row.session_id,
        reported_by: row.reported_by,
        at: row.at,
        note,
        sessions_ended: row.sessions_ended,
        packs_burnt: row.packs_burnt,
        operations: None,
        packs: None,
    }
}

fn burnt_pack(pack: &PackRow) -> BurntPack {
    let PackRow { id, operation_id, form, made_at, expires_at, .. } = *pack;
    BurntPack { id, operation_id, form, made_at, expires_at }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The operations that somebody is on while they are live, and those whose plan they held; not those that are over.
fn touched(tx: &mut Tx<'_, '_>, user_id: Id, burnt: &[PackRow]) -> Result<Vec<TouchedOperation>> {
    let held: BTreeSet<Id> = burnt.iter().map(|pack| pack.operation_id).collect();
    let held_ids: Vec<Id> = held.iter().copied().collect();
    let open = operations::store::open_around(&tx.scope, tx.conn, user_id, &held_ids)?;
    let touched = |(operation_id, status)| TouchedOperation {
        operation_id,
        status,
        has_burnt_pack: held.contains(&operation_id),
    };
    Ok(open.into_iter().map(touched).collect())
}

/// One alert for each operation, since each has its own people to decide; one without, where there is none.
fn alert(tx: &mut Tx<'_, '_>, report: Id, operations: impl Iterator<Item = Id>) -> Result<()> {
    let mut concerned: Vec<Option<Id>> = operations.map(Some).collect();
    if concerned.is_empty() {
        concerned.push(None);
    }
    for operation_id in concerned {
        let alert = NewAlert {
            kind: AlertKind::LostPhone,
            case_id: None,
            operation_id,
            subject_id: Some(report),
            since: tx.now(),
            open_until: OPEN_END,
        };
        alerts::model::raise(tx, &alert)?;
    }
    Ok(())
}

/// Counted in the database: the same on every node and after a restart.
fn check_frequency(tx: &mut Tx<'_, '_>) -> Result<()> {
    let since = tx.now().plus_seconds(-WINDOW_SECONDS);
    let made = store::made_since(&tx.scope, tx.conn, since)?;
    match made.first() {
        Some(first) if made.len() >= MOST_REPORTS => {
            let wait = first.as_seconds() + WINDOW_SECONDS + 1 - tx.now().as_seconds();
            Err(Error::too_many("too-many-attempts", u64::try_from(wait).unwrap_or(1)))
        }
        _ => Ok(()),
    }
}
