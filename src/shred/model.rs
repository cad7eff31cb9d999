//! Who destroys a case, when it may be done, and what is left.

use super::store::{self, Outline, ShredRow, erase};
use crate::alerts::model::{AlertKind, NewAlert};
use crate::alerts::store::About;
use crate::assignments::store::caseload;
use crate::authz::{Class, Grants, Tx};
use crate::cases::model::{CaseStatus, ClosingReason, OpenCase};
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::operations::model::OperationStatus;
use crate::users::second_person::Hands;
use crate::{alerts, assignments, attachments, break_glass, cases, crypto, legal_holds, view};

/// Why a case is to be destroyed, in words; they go with the case.
pub const REASON: Field<String> = Field::new("shreds.reason", Class::Content);

/// Reason and outline are for who decides; an auditor sees the outline.
const OUTLINE: Grants = Grants::of(&[Class::Outline]);

/// When files are removed once more: an upload that was under way may write its last piece after the case is gone.
pub const FILES_DOOMED_SECONDS: i64 = 24 * 3_600;

crate::words! {
    /// On what ground a case is destroyed. It stays, where the words go.
    pub enum ShredGround {
        /// It has been kept for as long as it is to be kept.
        RetentionOver = "retention_over",
        /// Those whom it is about ask for it.
        AskedByPerson = "asked_by_person",
        /// It should not have been kept, or it is another case.
        WronglyKept = "wrongly_kept",
        /// Somebody is in danger by its being there.
        Danger = "danger",
    }
}

crate::words! {
    /// Where it stands.
    pub enum ShredState {
        /// A second person is to carry it out.
        Asked = "asked",
        /// It was called off.
        Withdrawn = "withdrawn",
        /// The case is destroyed.
        Done = "done",
    }
}

/// Where it stands.
pub const fn state(row: &ShredRow) -> ShredState {
    if row.done_at.is_some() {
        ShredState::Done
    } else if row.withdrawn_at.is_some() {
        ShredState::Withdrawn
    } else {
        ShredState::Asked
    }
}

/// Asks for a case in the caller's reach to be destroyed.
///
/// # Errors
/// 404; 409 `shred-asked`, `legal-hold`, `operation-open`.
pub fn ask(
    tx: &mut Tx<'_, '_>,
    (id, case_id): (Id, Id),
    ground: ShredGround,
    reason: &String,
) -> Result<(OpenCase, ShredRow)> {
    let case = cases::model::open_alone(tx, case_id)?;
    if store::asked(&tx.scope, tx.conn, case_id)?.is_some() {
        return Err(Error::conflict(
            "shred-asked",
            "It was asked for already; another coordinator carries it out.",
        ));
    }
    legal_holds::model::refuse_if_held(tx, case_id)?;
    idle_operations(tx, case_id)?;
    let now = tx.now();
    let row = ShredRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id,
        ground,
        reason: Some(case.access.seal(&REASON, id, reason)?),
        asked_by: tx.scope.user_id,
        asked_at: now,
        ready_at: now.plus_seconds(tx.services.settings.shred.wait_hours * 3_600),
        withdrawn_at: None,
        withdrawn_by: None,
        done_at: None,
        approved_by: None,
        case_opened_at: None,
        case_status: None,
        case_closing_reason: None,
        files: 0,
    };
    store::insert(tx.conn, &row)?;
    alerts::model::raise(tx, &NewAlert::of_case(AlertKind::ShredAsked, case_id, id, now))?;
    tx.note(ground.as_str());
    Ok((case, row))
}

/// Calls it off.
///
/// # Errors
/// 404; 409 `shred-not-asked`.
pub fn withdraw(tx: &mut Tx<'_, '_>, case_id: Id) -> Result<(OpenCase, ShredRow)> {
    let case = cases::model::open_alone(tx, case_id)?;
    let row = asked(tx, case_id)?;
    store::withdraw(&tx.scope, tx.conn, row.id)?;
    alerts::model::resolve_about(tx, AlertKind::ShredAsked, About::Message(row.id))?;
    let row = store::find(&tx.scope, tx.conn, row.id)?;
    Ok((case, row))
}

fn asked(tx: &mut Tx<'_, '_>, case_id: Id) -> Result<ShredRow> {
    let row = store::asked(&tx.scope, tx.conn, case_id)?.ok_or_else(|| {
        Error::conflict(
            "shred-not-asked",
            "Nobody asks for this case to be destroyed. Ask first; another approves.",
        )
    })?;
    tx.about(row.id);
    Ok(row)
}

/// Destroys the case. There is no way back.
///
/// # Errors
/// 404; 409 `shred-not-asked`, `own-shred`, `approver-not-verified`, `shred-too-soon`, `legal-hold`, `operation-open`.
pub fn carry_out(tx: &mut Tx<'_, '_>, case_id: Id) -> Result<ShredRow> {
    // In reach first, so that nobody holds up what they do not reach; then operations before cases, as everywhere.
    cases::model::open(tx, case_id)?;
    let held = store::operations(&tx.scope, tx.conn, case_id)?;
    store::lock_operations(&tx.scope, tx.conn, &held.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
    let OpenCase { row: case, access } = cases::model::open_alone(tx, case_id)?;
    let row = asked(tx, case_id)?;
    let own = (
        "own-shred",
        "Nobody destroys a case on their own word, through whichever account. Ask another coordinator.",
    );
    Hands::of(tx, &[row.asked_by])?.check(tx, own)?;
    if row.ready_at > tx.now() {
        return Err(Error::conflict(
            "shred-too-soon",
            format!("It can be carried out from {} on, so that somebody can still object.", row.ready_at),
        ));
    }
    legal_holds::model::refuse_if_held(tx, case_id)?;
    let operations = idle_operations(tx, case_id)?;
    if operations.iter().any(|id| !held.iter().any(|(known, _)| known == id)) {
        return Err(Error::busy("the case's operations changed meanwhile"));
    }
    let alone = store::of_this_case_alone(&tx.scope, tx.conn, case_id, &operations)?;

    let (organisation, now) = (tx.scope.organisation_id, tx.now());
    let mut bytes = 0;
    let files = attachments::store::all_of_case(&tx.scope, tx.conn, case_id)?;
    for file in &files {
        bytes += file.size + attachments::model::working_bytes(&access, file)?;
    }
    bytes += store::bytes_set_aside(&tx.scope, tx.conn, case_id)?;
    store::doom_files(&tx.scope, tx.conn, case_id, now.plus_seconds(FILES_DOOMED_SECONDS))?;

    let on_it = assignments::store::on_case(tx.conn, organisation, case_id)?;
    caseload::hold(tx.conn, organisation, &on_it)?;
    break_glass::store::end_all(&tx.scope, tx.conn, case_id)?;
    erase::alerts(&tx.scope, tx.conn, case_id, &alone)?;
    erase::operations(&tx.scope, tx.conn, &alone)?;
    erase::case(&tx.scope, tx.conn, case_id)?;
    caseload::recount(tx.conn, organisation, &on_it)?;
    for owner in alone.iter().chain([&case_id]) {
        crypto::store::destroy_data_key(tx.conn, organisation, *owner)?;
    }
    attachments::store::uploads::release(tx.conn, organisation, bytes, now)?;
    let outline = Outline {
        opened_at: case.created_at,
        status: case.status,
        closing_reason: case.closing_reason,
        files: i32::try_from(files.len()).unwrap_or(i32::MAX),
    };
    store::done(&tx.scope, tx.conn, row.id, &outline)?;
    tx.note(format!("{}, {} operations with it", row.ground, alone.len()));
    store::find(&tx.scope, tx.conn, row.id)
}

/// The operations of a case, none of which is planned or under way.
fn idle_operations(tx: &mut Tx<'_, '_>, case_id: Id) -> Result<Vec<Id>> {
    let operations = store::operations(&tx.scope, tx.conn, case_id)?;
    // A plan that was sent back is nobody's errand.
    let is_idle = |status: &OperationStatus| status.is_over() || *status == OperationStatus::Rejected;
    if operations.iter().any(|(_, status)| !is_idle(status)) {
        return Err(Error::conflict(
            "operation-open",
            "An operation is planned or under way for this case. End it, or take the case off it, first.",
        ));
    }
    Ok(operations.into_iter().map(|(id, _)| id).collect())
}

view! {
    /// That a case is to be destroyed, or was.
    pub struct ShredView from ShredFields {
        /// The id.
        outline id: Id,
        /// Which case.
        outline case_id: Id,
        /// Where it stands.
        outline state: ShredState,
        /// On what ground.
        outline ground: ShredGround,
        /// Why, in words; gone with the case.
        content reason: String,
        /// Who asked.
        outline asked_by: Id,
        /// When, UTC.
        outline asked_at: Time,
        /// From when on it can be carried out, UTC.
        outline ready_at: Time,
        /// Who called it off.
        outline_maybe withdrawn_by: Id,
        /// When, UTC.
        outline_maybe withdrawn_at: Time,
        /// Who carried it out.
        outline_maybe approved_by: Id,
        /// When, UTC.
        outline_maybe done_at: Time,
        /// What is left of the case: when it was opened, UTC.
        outline_maybe case_opened_at: Time,
        /// Where it stood.
        outline_maybe case_status: CaseStatus,
        /// Why it had ended.
        outline_maybe case_closing_reason: ClosingReason,
        /// How many files it had.
        outline_maybe files: i32,
    }
}

/// What the caller may see of it.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(tx: &mut Tx<'_, '_>, row: &ShredRow) -> Result<ShredView> {
    let key = crypto::store::data_keys(tx.conn, tx.scope.organisation_id, &[row.case_id])?.pop();
    let access = key.map(|key| cases::model::unlock(tx, row.case_id, &key)).transpose()?;
    let grants = access.as_ref().map_or(OUTLINE, Access::grants);
    let reason = match &access {
        Some(access) => access.open_opt(&REASON, row.id, row.reason.as_ref())?,
        None => None,
    };
    let fields = ShredFields {
        id: row.id,
        case_id: row.case_id,
        state: state(row),
        ground: row.ground,
        reason,
        asked_by: row.asked_by,
        asked_at: row.asked_at,
        ready_at: row.ready_at,
        withdrawn_by: row.withdrawn_by,
        withdrawn_at: row.withdrawn_at,
        approved_by: row.approved_by,
        done_at: row.done_at,
        case_opened_at: row.case_opened_at,
        case_status: row.case_status,
        case_closing_reason: row.case_closing_reason,
        files: row.done_at.map(|_| row.files),
    };
    // An auditor is granted nothing of a case, and sees the outline of what was done to it.
    Ok(fields.redact(if grants == Grants::NONE { OUTLINE } else { grants }))
}
