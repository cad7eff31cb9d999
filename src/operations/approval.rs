//! What keeps an approval worth something: who may give it, for which plan, and what takes it back.

use std::collections::HashSet;

use serde::Serialize;

use super::approver::Planners;
use super::conflicts;
use super::model::{
    self, CHECKLIST, EVENT_NOTE, Ending, EventNote, OUTCOME, OpenOperation, OperationEventKind,
    OperationKind, OperationStatus, PLAN, PersonResult, Step, TARGET, TITLE, plan_changed,
};
use super::outcomes;
use super::plan::{ExitDocument, Plan, Target, lacking};
use super::store::{self, EventRow};
use crate::alerts::model::{AlertKind, NewAlert, OPEN_END};
use crate::authz::{Class, Grants, Role, Tx};
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::answer::IfMatch;
use crate::http::number::{Latitude, Longitude, Probability};
use crate::{alerts, cases, check_ins, gates, people, sites, users};

/// The most results one ending may tell.
pub const MAX_RESULTS: usize = 500;

/// Everything that an approver approves, in one fixed order: its JSON is what is hashed.
#[derive(Serialize)]
struct Approved<'a> {
    organisation_id: Id,
    id: Id,
    kind: OperationKind,
    title: &'a str,
    plan: &'a Plan,
    /// Without the ticks: getting ready is not a change of plan.
    checklist: Vec<&'a str>,
    target: Option<Target>,
    site_id: Option<Id>,
    /// Where the site is known to be: when that is corrected, the plan leads somewhere else.
    site: Option<(Latitude, Longitude)>,
    case_ids: Vec<Id>,
    member_ids: Vec<Id>,
    lead_id: Id,
    starts_at: i64,
    ends_at: i64,
}

/// Keyed hash of the plan as it is stored now: without the key nobody can tell two plans apart or try guesses.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn plan_hash(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<Vec<u8>> {
    let OpenOperation { row, access } = operation;
    let unseen = || Error::internal("a plan was compared for somebody who may not see it");
    let title = access.open(&TITLE, row.id, &row.title)?.ok_or_else(unseen)?;
    let plan = access.open(&PLAN, row.id, &row.plan)?.ok_or_else(unseen)?;
    let checklist = access.open(&CHECKLIST, row.id, &row.checklist)?.ok_or_else(unseen)?;
    let site = match row.site_id {
        None => None,
        Some(site) => {
            let organisation = tx.organisation_access(Grants::of(&[Class::LocationPrecise]))?;
            let site = sites::store::find(&tx.scope, tx.conn, site)?;
            organisation.open(&sites::model::PLACE, site.id, &site.place)?.map(|place| (place.lat, place.lon))
        }
    };
    let approved = Approved {
        organisation_id: row.organisation_id,
        id: row.id,
        kind: row.kind,
        title: &title,
        plan: &plan,
        checklist: checklist.iter().map(|item| item.item.as_str()).collect(),
        target: access.open_opt(&TARGET, row.id, row.target.as_ref())?,
        site_id: row.site_id,
        site,
        case_ids: store::case_ids(&tx.scope, tx.conn, row.id)?,
        member_ids: store::member_ids(&tx.scope, tx.conn, row.id)?,
        lead_id: row.lead_id,
        starts_at: row.starts_at.as_micros(),
        ends_at: row.ends_at.as_micros(),
    };
    let json = serde_json::to_vec(&approved).map_err(|_| Error::internal("a plan cannot be serialised"))?;
    let key = tx.services.keyring.lookup(row.organisation_id, "operations.plan_hash")?;
    Ok(key.mac(&[&json]).to_vec())
}

/// Adds to the history of an operation.
///
/// # Errors
/// Of the database.
pub fn record(
    tx: &mut Tx<'_, '_>,
    operation: &OpenOperation,
    kind: OperationEventKind,
    note: Option<&EventNote>,
) -> Result<()> {
    // Of two entries of one moment the kind that is declared first comes first.
    let id = Id::sequence(tx.now(), kind as u32);
    let event = EventRow {
        organisation_id: tx.scope.organisation_id,
        id,
        operation_id: operation.row.id,
        kind,
        at: tx.now(),
        actor_id: tx.scope.user_id,
        reason: operation.access.seal_opt(&EVENT_NOTE, id, note)?,
    };
    store::insert_event(tx.conn, &event)
}

/// Somebody who could be sent: an active field officer or coordinator of the organisation.
///
/// # Errors
/// 422 on `pointer`.
pub fn check_member(tx: &mut Tx<'_, '_>, user_id: Id, pointer: &str) -> Result<()> {
    match users::store::active_role(&tx.scope, tx.conn, user_id, pointer)? {
        Role::FieldOfficer | Role::Coordinator => Ok(()),
        role => Err(Error::invalid(
            pointer,
            format!("is a {role}; operations are for field officers and coordinators"),
        )),
    }
}

/// What a change of a plan is compared with.
pub struct Before {
    /// The hash of the plan.
    pub hash: Vec<u8>,
    /// The cases for which a way out was planned with it.
    held: Vec<Id>,
}

/// What is to be known of a plan before it is changed.
///
/// # Errors
/// As [`plan_hash`].
pub fn before(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<Before> {
    Ok(Before { hash: plan_hash(tx, operation)?, held: outcomes::held(tx, operation)? })
}

/// Settles a change that has been made to the plan or the team: stores the row, tells the history, and takes back
/// what was submitted or approved if this is no longer it. `told` is what the change was, if it was one. Says whether
/// something was taken back.
///
/// # Errors
/// 409 `invalid-transition` where the plan can no longer change; 412 when somebody was faster.
pub fn settle(
    tx: &mut Tx<'_, '_>,
    operation: &mut OpenOperation,
    before: &Before,
    told: Option<(OperationEventKind, EventNote)>,
) -> Result<bool> {
    use OperationStatus::{Approved, Draft, Rejected, Submitted};
    let after = plan_hash(tx, operation)?;
    let status = operation.row.status;
    let is_plan_change = after != before.hash;
    // A plan that was sent back becomes a draft by any change, also when only its papers were wanting.
    if is_plan_change || !matches!(status, OperationStatus::InProgress) {
        operation.row.status = match (status, model::decide(status, Step::Edit, false, None)?) {
            (Submitted | Approved, _) if operation.row.plan_hash.as_deref() == Some(&after) => status,
            (_, to) => to,
        };
    }
    let voided = matches!(status, Submitted | Approved) && operation.row.status == Draft;
    if voided || status == Rejected {
        // The hash stays: it tells a plan that was changed back into a draft from one that was never submitted.
        operation.row.submitted_by = None;
        operation.row.submitted_at = None;
        operation.row.approved_by = None;
        operation.row.approved_at = None;
    }
    // Cases before alerts: see `cases::model::open_alone`.
    touch_cases(tx, operation.row.id)?;
    store::update(&tx.scope, tx.conn, &mut operation.row)?;
    if let Some((kind, note)) = told {
        let note = (note != EventNote::default()).then_some(note);
        record(tx, operation, kind, note.as_ref())?;
    }
    // Cases before alerts: see `cases::model::open_alone`.
    touch_cases(tx, operation.row.id)?;
    if voided {
        outcomes::fell(tx, operation.row.id, &before.held)?;
        record(tx, operation, OperationEventKind::Voided, None)?;
        tx.note(format!("{status} to draft: the plan changed"));
    }
    // A waiver answers for one exact plan, put before an approver once.
    let is_other_draft = is_plan_change || (status != Draft && operation.row.status == Draft);
    if is_other_draft && gates::store::delete_waivers(&tx.scope, tx.conn, operation.row.id)? {
        record(tx, operation, OperationEventKind::WaiversVoided, None)?;
    }
    call_approvers(tx, operation)?;
    Ok(voided)
}

/// What is said with a step.
#[derive(Default)]
pub struct Words {
    /// Why.
    pub reason: Option<String>,
    /// What came of it.
    pub outcome: Option<String>,
    /// What came of it for each person.
    pub people: Vec<PersonResult>,
    /// Where those had been taken who were moved.
    pub moved_to_site_id: Option<Id>,
    /// How probably those who were not found would have been found.
    pub probability_of_detection: Option<Probability>,
}

/// Takes a step other than a change of the plan.
///
/// # Errors
/// 403 for a member who does not lead; 409 `invalid-transition`, `plan-incomplete`, `plan-changed`, `own-approval`,
/// `operations-conflict`, `approver-not-verified`, `gate-closed`; 422 when a reason is missing or a person is not on the
/// operation's cases.
pub fn advance(
    tx: &mut Tx<'_, '_>,
    operation: &mut OpenOperation,
    step: Step,
    if_match: Option<&IfMatch>,
    words: Words,
) -> Result<()> {
    let me = tx.scope.user_id;
    if tx.scope.role != Role::Coordinator && operation.row.lead_id != me {
        return Err(Error::forbidden());
    }
    if let Some(read) = if_match {
        read.check(operation.row.version).map_err(|_| plan_changed())?;
    }
    let from = operation.row.status;
    let to = model::decide(from, step, operation.row.plan_hash.is_some(), words.reason.as_deref())?;
    let note = EventNote { reason: words.reason.clone(), ..EventNote::default() };
    // Cases before what hangs on them and before alerts: see `cases::model::open_alone`. And first of all, so that what
    // the gates are decided by cannot change before this is done, and no other operation is approved for these cases.
    touch_cases(tx, operation.row.id)?;
    match step {
        Step::Submit => {
            check_complete(tx, operation)?;
            operation.row.plan_hash = Some(plan_hash(tx, operation)?);
            operation.row.submitted_by = Some(me);
            operation.row.submitted_at = Some(tx.now());
        }
        Step::Approve => {
            Planners::load(tx, &operation.row)?.check(tx, "own-approval")?;
            check_unchanged(tx, operation)?;
            conflicts::check(tx, operation)?;
            operation.row.approved_by = Some(me);
            operation.row.approved_at = Some(tx.now());
            outcomes::approved(tx, operation)?;
        }
        Step::Start => {
            check_unchanged(tx, operation)?;
            gates::waivers::check_all_open(tx, operation)?;
        }
        Step::Complete | Step::Abort => {
            check_people(tx, operation, &words.people)?;
            check_site(tx, words.moved_to_site_id, "/moved_to_site_id")?;
            let Words { reason, outcome, people, moved_to_site_id, probability_of_detection } = words;
            let ending = Ending { outcome, people, reason, moved_to_site_id, probability_of_detection };
            // While whoever ends it still reaches its cases.
            outcomes::ended(tx, operation, &ending)?;
            operation.row.outcome = Some(operation.access.seal(&OUTCOME, operation.row.id, &ending)?);
        }
        Step::Reject | Step::Edit => {}
    }
    operation.row.status = to;
    store::update(&tx.scope, tx.conn, &mut operation.row)?;
    let kind = match step {
        Step::Edit => OperationEventKind::Edited,
        Step::Submit => OperationEventKind::Submitted,
        Step::Approve => OperationEventKind::Approved,
        Step::Reject => OperationEventKind::Rejected,
        Step::Start => OperationEventKind::Started,
        Step::Complete => OperationEventKind::Completed,
        Step::Abort => OperationEventKind::Aborted,
    };
    record(tx, operation, kind, note.reason.is_some().then_some(&note))?;
    tx.note(format!("{from} to {to}"));
    if matches!(step, Step::Start | Step::Complete | Step::Abort) {
        check_ins::model::refresh(tx, operation)?;
    }
    call_approvers(tx, operation)
}

/// Alerts the coordinators to a plan that waits for one of them, and calls it off when it no longer does.
fn call_approvers(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<()> {
    let row = &operation.row;
    let Some(since) = row.submitted_at.filter(|_| row.status == OperationStatus::Submitted) else {
        let about = alerts::store::About::Operation(row.id);
        return alerts::model::resolve_about(tx, AlertKind::ApprovalNeeded, about);
    };
    let alert = NewAlert {
        kind: AlertKind::ApprovalNeeded,
        case_id: None,
        operation_id: Some(row.id),
        subject_id: None,
        since,
        open_until: OPEN_END,
    };
    alerts::model::raise(tx, &alert)
}

/// Notes on the operation's cases that something happened.
///
/// # Errors
/// Of the database.
pub fn touch_cases(tx: &mut Tx<'_, '_>, operation_id: Id) -> Result<()> {
    // In order of their ids, so that two transactions that touch the same cases cannot wait for each other.
    for case in store::case_ids(&tx.scope, tx.conn, operation_id)? {
        cases::store::touch(&tx.scope, tx.conn, case)?;
    }
    Ok(())
}

fn check_complete(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<()> {
    let OpenOperation { row, access } = operation;
    let mut lacks = access.open(&PLAN, row.id, &row.plan)?.map(|plan| lacking(&plan)).unwrap_or_default();
    match check_member(tx, row.lead_id, "/lead_id") {
        // Could lead when they were named, and no longer can.
        Err(error) if error.code() == "invalid" => lacks.push("lead_id"),
        other => other?,
    }
    if lacks.is_empty() {
        return Ok(());
    }
    Err(Error::conflict(
        "plan-incomplete",
        format!("Before an approver can judge it, the plan needs: {}.", lacks.join(", ")),
    ))
}

fn check_unchanged(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<()> {
    let now = plan_hash(tx, operation)?;
    if operation.row.plan_hash.as_ref() == Some(&now) { Ok(()) } else { Err(plan_changed()) }
}

/// Whether a site can be named.
///
/// # Errors
/// 422 on `pointer`.
pub fn check_site(tx: &mut Tx<'_, '_>, site_id: Option<Id>, pointer: &str) -> Result<()> {
    match site_id {
        Some(site) if !sites::store::exists(&tx.scope, tx.conn, site)? => {
            Err(Error::invalid(pointer, "is no site of your organisation"))
        }
        _ => Ok(()),
    }
}

fn check_people(tx: &mut Tx<'_, '_>, operation: &OpenOperation, results: &[PersonResult]) -> Result<()> {
    if results.is_empty() {
        return Ok(());
    }
    if operation.row.status != OperationStatus::InProgress {
        return Err(Error::invalid("/people", "is told of an operation that has begun; this one has not"));
    }
    if results.len() > MAX_RESULTS {
        return Err(Error::invalid("/people", format!("must have at most {MAX_RESULTS} entries")));
    }
    let known = people_of(tx, operation.row.id)?;
    let mut seen = HashSet::new();
    for (index, result) in results.iter().enumerate() {
        let pointer = format!("/people/{index}/person_id");
        if !known.contains(&result.person_id) {
            return Err(nobody(pointer));
        }
        if !seen.insert(result.person_id) {
            return Err(Error::invalid(pointer, "is named twice"));
        }
    }
    Ok(())
}

/// Refuses exit documents of people who are not on the operation's cases.
///
/// # Errors
/// 422 with a pointer.
pub fn check_exit_documents(tx: &mut Tx<'_, '_>, operation_id: Id, documents: &[ExitDocument]) -> Result<()> {
    let known = people_of(tx, operation_id)?;
    match documents.iter().position(|document| !known.contains(&document.person_id)) {
        Some(index) => Err(nobody(format!("/plan/exit_documents/{index}/person_id"))),
        None => Ok(()),
    }
}

fn people_of(tx: &mut Tx<'_, '_>, operation_id: Id) -> Result<HashSet<Id>> {
    let case_ids = store::case_ids(&tx.scope, tx.conn, operation_id)?;
    let rows = people::store::of_cases(&tx.scope, tx.conn, &case_ids)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

fn nobody(pointer: String) -> Error {
    Error::invalid(pointer, "is nobody on the cases of this operation")
}
