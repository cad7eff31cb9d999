//! How the gates of an operation stand, and who answers for those that are closed.

use serde::Serialize;
use utoipa::ToSchema;

use super::facts;
use super::model::{CaseFinding, Gate, GateState, PersonFinding, Verdict, gates_of, judge};
use super::store::{self, WaiverRow};
use crate::authz::{Class, Tx};
use crate::crypto::Field;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::operations::approval::{plan_hash, record};
use crate::operations::approver::Planners;
use crate::operations::model::{self as operations, EventNote, OpenOperation, OperationEventKind};
use crate::view;

/// Why somebody answers for a gate. Of this class, so that who is in the field does not read it: it may speak of people.
pub const WAIVER_REASON: Field<String> = Field::new("operation_waivers.reason", Class::Content);

/// Who answers for a gate, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = GateWaiver)]
pub struct WaiverView {
    /// Who.
    pub given_by: Id,
    /// Since when, UTC.
    pub given_at: Time,
    /// Why.
    pub reason: String,
}

view! {
    /// A gate of an operation. Its members see how it stands, and not by what it is decided.
    pub struct GateView from GateFields {
        /// Which.
        outline gate: Gate,
        /// How it stands now.
        outline state: GateState,
        /// What was found, in words that name nobody.
        content detail: String,
        /// By case, where it is decided by case.
        content cases: Vec<CaseFinding>,
        /// By person, where it is decided by person.
        content people: Vec<PersonFinding>,
        /// Who answers for it; absent if nobody does. One who does not count as a second person any more answers for
        /// nothing.
        content waiver: WaiverView,
    }
}

impl GateView {
    /// Whether this is that gate.
    pub fn is(&self, gate: Gate) -> bool {
        self.gate == Some(gate)
    }
}

/// A gate, as it stands at this moment.
struct Standing {
    gate: Gate,
    verdict: Verdict,
    waiver: Option<WaiverRow>,
}

impl Standing {
    fn state(&self) -> GateState {
        match (self.verdict.is_open, &self.waiver) {
            (true, _) => GateState::Open,
            (false, Some(_)) => GateState::Waived,
            (false, None) => GateState::Closed,
        }
    }
}

/// Every gate of an operation, with the waivers that count: given for the plan as it is, by somebody who still counts as
/// a second person.
fn standings(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<Vec<Standing>> {
    let planners = Planners::load(tx, &operation.row)?;
    let hash = plan_hash(tx, operation)?;
    let facts = facts::read(tx, operation, &planners, &hash)?;
    let mut waivers = Vec::new();
    for waiver in store::waivers(&tx.scope, tx.conn, operation.row.id)? {
        if waiver.plan_hash == hash && planners.objection(tx, waiver.given_by)?.is_none() {
            waivers.push(waiver);
        }
    }
    let standing = |gate: &Gate| {
        let waiver = waivers.iter().position(|waiver| waiver.gate == *gate).map(|at| waivers.swap_remove(at));
        Standing { gate: *gate, verdict: judge(*gate, &facts), waiver }
    };
    Ok(gates_of(operation.row.kind).iter().map(standing).collect())
}

/// Refuses to begin an operation while a gate is closed.
///
/// # Errors
/// 409 `gate-closed` with the gates.
pub fn check_all_open(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<()> {
    let closed: Vec<_> = standings(tx, operation)?
        .iter()
        .filter(|standing| standing.state() == GateState::Closed)
        .map(|standing| standing.gate.as_str())
        .collect();
    if closed.is_empty() { Ok(()) } else { Err(Error::gate_closed(closed)) }
}

/// What the caller may see of the gates of an operation.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn show(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<Vec<GateView>> {
    let grants = operations::grants(tx.scope.role, operation.row.status);
    let view = |standing: Standing| {
        let state = standing.state();
        let Standing { gate, verdict, waiver } = standing;
        let waiver = match waiver {
            None => None,
            Some(WaiverRow { id, reason, given_by, given_at, .. }) => operation
                .access
                .open(&WAIVER_REASON, id, &reason)?
                .map(|reason| WaiverView { given_by, given_at, reason }),
        };
        let Verdict { is_open: _, detail, cases, people } = verdict;
        Ok(GateFields { gate, state, detail: Some(detail), cases, people, waiver }.redact(grants))
    };
    standings(tx, operation)?.into_iter().map(view).collect()
}

/// Lets the caller answer for a gate of somebody else's plan, as it is.
///
/// # Errors
/// 404 for a gate that this kind of operation does not have; 409 `not-waivable`, `own-waiver`, `approver-not-verified`,
/// `already-waived`, `invalid-transition`.
pub fn waive(
    tx: &mut Tx<'_, '_>,
    operation: &OpenOperation,
    gate: Gate,
    id: Id,
    reason: String,
) -> Result<()> {
    check_changeable(operation, gate)?;
    if !gate.can_be_waived() {
        return Err(Error::conflict(
            "not-waivable",
            "Nobody stands in for the second person: somebody who had no hand in the plan has to approve it.",
        ));
    }
    let row = &operation.row;
    Planners::load(tx, row)?.check(tx, "own-waiver")?;
    let is_waived = |standing: &Standing| standing.gate == gate && standing.waiver.is_some();
    if standings(tx, operation)?.iter().any(is_waived) {
        return Err(Error::conflict("already-waived", "Somebody answers for this gate already."));
    }
    // One that no longer counts makes room.
    store::delete(&tx.scope, tx.conn, row.id, gate)?;
    let waiver = WaiverRow {
        organisation_id: row.organisation_id,
        id,
        operation_id: row.id,
        gate,
        plan_hash: plan_hash(tx, operation)?,
        reason: operation.access.seal(&WAIVER_REASON, id, &reason)?,
        given_by: tx.scope.user_id,
        given_at: tx.now(),
    };
    store::insert(tx.conn, &waiver)?;
    let note = EventNote { reason: Some(reason), gate: Some(gate), ..EventNote::default() };
    tx.note(format!("{gate} waived"));
    record(tx, operation, OperationEventKind::GateWaived, Some(&note))
}

/// Takes the waiver of a gate back. Anybody who may plan may ask for more care.
///
/// # Errors
/// 404 when there is none; 409 `invalid-transition`.
pub fn end_waiver(tx: &mut Tx<'_, '_>, operation: &OpenOperation, gate: Gate) -> Result<()> {
    check_changeable(operation, gate)?;
    if !store::delete(&tx.scope, tx.conn, operation.row.id, gate)? {
        return Err(Error::not_found());
    }
    let note = EventNote { gate: Some(gate), ..EventNote::default() };
    tx.note(format!("{gate} no longer waived"));
    record(tx, operation, OperationEventKind::WaiverEnded, Some(&note))
}

fn check_changeable(operation: &OpenOperation, gate: Gate) -> Result<()> {
    use operations::OperationStatus::{Approved, Draft, Submitted};
    let row = &operation.row;
    if !gates_of(row.kind).contains(&gate) {
        return Err(Error::not_found());
    }
    if matches!(row.status, Draft | Submitted | Approved) {
        return Ok(());
    }
    Err(Error::conflict(
        "invalid-transition",
        format!("The gates of an operation that is {} are behind it.", row.status),
    ))
}
