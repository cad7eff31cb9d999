//! What an operation is, how it moves, and how it is opened.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::plan::{ChecklistItem, Plan, Target};
use super::store::{self, Filter, OperationRow};
use crate::authz::policy::{Role, operation_grants};
use crate::authz::{Class, Grants, Tx};
use crate::crypto::{Access, Field, WrappedKey};
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::gates::model::Gate;
use crate::http::number::Probability;
use crate::http::page::Keyset;

/// What the team calls it.
pub const TITLE: Field<String> = Field::new("operations.title", Class::Plan);
/// How it is meant to go.
pub const PLAN: Field<Plan> = Field::new("operations.plan", Class::Plan);
/// What must be ready.
pub const CHECKLIST: Field<Vec<ChecklistItem>> = Field::new("operations.checklist", Class::Plan);
/// Where it goes to.
pub const TARGET: Field<Target> = Field::new("operations.target", Class::LocationPrecise);
/// How it ended.
pub const OUTCOME: Field<Ending> = Field::new("operations.outcome", Class::Plan);
/// What is told of a step.
pub const EVENT_NOTE: Field<EventNote> = Field::new("operation_events.reason", Class::Plan);

crate::words! {
    /// What kind of act it is.
    pub enum OperationKind {
        /// To look and come back.
        Reconnaissance = "reconnaissance",
        /// To bring people out.
        Extraction = "extraction",
        /// To stand beside the authorities when they go in.
        RaidSupport = "raid_support",
        /// To receive people from whoever lets them go.
        Handover = "handover",
        /// To see whether somebody is well.
        WelfareCheck = "welfare_check",
    }
}

crate::words! {
    /// Where an operation stands.
    pub enum OperationStatus {
        /// Being planned.
        Draft = "draft",
        /// Before an approver.
        Submitted = "submitted",
        /// May begin.
        Approved = "approved",
        /// Under way.
        InProgress = "in_progress",
        /// Ended.
        Completed = "completed",
        /// Sent back.
        Rejected = "rejected",
        /// Broken off.
        Aborted = "aborted",
    }
}

impl OperationStatus {
    /// Whether nothing of it is still to come.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Aborted)
    }
}

/// While an operation stands here, and only then, its members see its target, its plan and its people's cards.
pub const LIVE: [OperationStatus; 2] = [OperationStatus::Approved, OperationStatus::InProgress];

crate::words! {
    /// A step of an operation.
    pub enum Step {
        /// Change the plan or the team.
        Edit = "edit",
        /// Put it before an approver.
        Submit = "submit",
        /// Let it begin.
        Approve = "approve",
        /// Send it back.
        Reject = "reject",
        /// Begin.
        Start = "start",
        /// End.
        Complete = "complete",
        /// Break off.
        Abort = "abort",
    }
}

crate::words! {
    /// What an entry in the history of an operation tells.
    pub enum OperationEventKind {
        /// It was planned.
        Created = "created",
        /// The plan was changed.
        Edited = "edited",
        /// Items of the checklist were ticked, or ticks taken back; the plan is as it was.
        Checked = "checked",
        /// Somebody was put on the team.
        MemberAdded = "member_added",
        /// Somebody was taken off the team.
        MemberRemoved = "member_removed",
        /// A change took back the submission, and the approval if there was one.
        Voided = "voided",
        /// A change took back the waivers of its gates.
        WaiversVoided = "waivers_voided",
        /// It was put before an approver.
        Submitted = "submitted",
        /// Somebody answers for a gate that is closed.
        GateWaived = "gate_waived",
        /// The waiver of a gate was taken back.
        WaiverEnded = "waiver_ended",
        /// It was approved.
        Approved = "approved",
        /// It stays as it is although a copy of it is in other hands.
        CompromiseSetAside = "compromise_set_aside",
        /// It was sent back.
        Rejected = "rejected",
        /// It began.
        Started = "started",
        /// It ended.
        Completed = "completed",
        /// It was broken off.
        Aborted = "aborted",
    }
}

/// Whoever did one of these had a hand in the plan, and so cannot approve it.
pub const PLANNING: [OperationEventKind; 5] = [
    OperationEventKind::Created,
    OperationEventKind::Edited,
    OperationEventKind::MemberAdded,
    OperationEventKind::MemberRemoved,
    OperationEventKind::Submitted,
];

crate::words! {
    /// What an operation did for a person.
    pub enum PersonOutcome {
        /// Out.
        Recovered = "recovered",
        /// Was not there.
        NotFound = "not_found",
        /// Had been taken elsewhere.
        Moved = "moved",
        /// Did not want to come.
        Declined = "declined",
    }
}

/// What came of an operation for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonResult {
    /// Who: somebody on one of the operation's cases.
    pub person_id: Id,
    /// What came of it for them.
    pub outcome: PersonOutcome,
}

/// How an operation ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    /// What came of it, in words.
    pub outcome: Option<String>,
    /// What came of it for each person.
    pub people: Vec<PersonResult>,
    /// Why it was broken off, or ended as it did.
    pub reason: Option<String>,
    /// Where those had been taken who were moved.
    #[serde(default)]
    pub moved_to_site_id: Option<Id>,
    /// How probably those who were not found would have been found, had they been there.
    #[serde(default)]
    pub probability_of_detection: Option<Probability>,
}

/// What is told of a step beside who and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventNote {
    /// Why.
    pub reason: Option<String>,
    /// Who was put on the team or taken off it.
    pub user_id: Option<Id>,
    /// Which gate was waived, or is not any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
}

/// Where a step leads; `None` when the machine does not have it.
pub const fn after(from: OperationStatus, step: Step) -> Option<OperationStatus> {
    use OperationStatus::{Aborted, Approved, Completed, Draft, InProgress, Rejected, Submitted};
    match (step, from) {
        // What was approved is one exact plan: a changed one has to go the whole way again.
        (Step::Edit, Draft | Submitted | Approved | Rejected) => Some(Draft),
        (Step::Submit, Draft) => Some(Submitted),
        (Step::Approve, Submitted) => Some(Approved),
        (Step::Reject, Submitted) => Some(Rejected),
        (Step::Start, Approved) => Some(InProgress),
        (Step::Complete, InProgress) => Some(Completed),
        (Step::Abort, Draft | Submitted | Approved | InProgress) => Some(Aborted),
        _ => None,
    }
}

/// Decides a step. `was_submitted` says that this plan, or an earlier state of it, has been before an approver.
///
/// # Errors
/// 409 `plan-changed` for the approval or the start of what was changed back into a draft; 409
/// `invalid-transition`; 422 when a reason is missing.
pub fn decide(
    from: OperationStatus,
    step: Step,
    was_submitted: bool,
    reason: Option<&str>,
) -> Result<OperationStatus> {
    let Some(to) = after(from, step) else {
        let passes_judgement = matches!(step, Step::Approve | Step::Reject | Step::Start);
        if from == OperationStatus::Draft && was_submitted && passes_judgement {
            return Err(plan_changed());
        }
        let next: Vec<_> =
            Step::ALL.iter().filter(|step| after(from, **step).is_some()).map(|step| step.as_str()).collect();
        let next = if next.is_empty() { "nothing".to_owned() } else { next.join(", ") };
        return Err(Error::conflict(
            "invalid-transition",
            format!("`{step}` is not possible on an operation that is {from}. What is possible: {next}."),
        ));
    };
    if matches!(step, Step::Reject | Step::Abort) && reason.is_none() {
        return Err(Error::invalid("/reason", "is needed to send a plan back and to break an operation off"));
    }
    Ok(to)
}

/// 409: what stands there is not what was read, or not what was submitted.
pub fn plan_changed() -> Error {
    Error::conflict(
        "plan-changed",
        "The plan is no longer the one that was submitted. Read it again; it has to be submitted and approved as it \
         is now.",
    )
}

/// What `role` may see of an operation in reach that stands at `status`.
pub fn grants(role: Role, status: OperationStatus) -> Grants {
    let grants = operation_grants(role);
    // Whoever ends an operation in the field gets an answer, and from then on no longer sees what it was.
    if role == Role::FieldOfficer && !LIVE.contains(&status) {
        grants.and(Grants::of(&[Class::Outline]))
    } else {
        grants
    }
}

/// An operation in the caller's reach, with the keys of what the caller may see of it.
pub struct OpenOperation {
    /// The row.
    pub row: OperationRow,
    /// Opens and seals what hangs on the operation.
    pub access: Access,
}

/// Opens an operation: the one way to anything on it.
///
/// # Errors
/// 404 when there is none in the caller's reach.
pub fn open(tx: &mut Tx<'_, '_>, id: Id) -> Result<OpenOperation> {
    tx.about(id);
    let (row, key) = store::find(&tx.scope, tx.conn, id)?;
    unlock(tx, row, &key)
}

/// As [`open`], for a change: until this transaction ends, nobody else changes the operation.
///
/// # Errors
/// 404 when there is none in the caller's reach.
pub fn open_to_change(tx: &mut Tx<'_, '_>, id: Id) -> Result<OpenOperation> {
    store::lock(&tx.scope, tx.conn, id)?;
    open(tx, id)
}

/// Opens the operations of the caller that changed last.
///
/// # Errors
/// Of the database; `internal` when a key was changed or moved.
pub fn open_newest(tx: &mut Tx<'_, '_>, most: i64) -> Result<Vec<OpenOperation>> {
    let rows = store::list(&tx.scope, tx.conn, &Filter::default(), &Keyset::first(most))?;
    rows.into_iter().map(|(row, key)| unlock(tx, row, &key)).collect()
}

/// The keys of an operation that was found in reach.
///
/// # Errors
/// `internal` when the key was changed or moved.
pub fn unlock(tx: &mut Tx<'_, '_>, row: OperationRow, key: &WrappedKey) -> Result<OpenOperation> {
    let access = tx.vault(key, grants(tx.scope.role, row.status))?;
    Ok(OpenOperation { row, access })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::operations::model::OperationStatus::{
        Aborted, Approved, Completed, Draft, InProgress, Rejected,
    };

    fn any_status() -> impl Strategy<Value = OperationStatus> {
        proptest::sample::select(OperationStatus::ALL)
    }

    fn any_step() -> impl Strategy<Value = Step> {
        proptest::sample::select(Step::ALL)
    }

    proptest! {
        #[test]
        fn a_step_is_allowed_exactly_when_the_machine_has_it(from in any_status(), step in any_step()) {
            let decided = decide(from, step, false, Some("because"));
            prop_assert_eq!(decided.is_ok(), after(from, step).is_some());
            if let Err(error) = decided {
                prop_assert_eq!(error.code(), "invalid-transition");
            }
        }

        #[test]
        fn nothing_begins_without_an_approval_after_the_last_change(
            steps in proptest::collection::vec(any_step(), 0..60)
        ) {
            let mut status = Draft;
            let mut approved_as_it_is = false;
            for step in steps {
                let Some(next) = after(status, step) else { continue };
                match step {
                    Step::Approve => approved_as_it_is = true,
                    Step::Edit => approved_as_it_is = false,
                    _ => {}
                }
                prop_assert!(approved_as_it_is || !matches!(next, Approved | InProgress | Completed));
                prop_assert!(!LIVE.contains(&next) || approved_as_it_is);
                status = next;
            }
        }

        #[test]
        fn what_ended_stays_ended(step in any_step()) {
            prop_assert_eq!(after(Completed, step), None);
            prop_assert_eq!(after(Aborted, step), None);
        }

        #[test]
        fn sending_back_and_breaking_off_want_a_reason(from in any_status()) {
            for step in [Step::Reject, Step::Abort] {
                if after(from, step).is_some() {
                    prop_assert_eq!(decide(from, step, true, None).unwrap_err().code(), "invalid");
                }
            }
        }
    }

    #[test]
    fn every_status_is_reached_and_what_was_sent_back_is_mended_by_a_change() {
        let mut reached = vec![Draft];
        while let Some(next) = reached
            .iter()
            .flat_map(|from| Step::ALL.iter().filter_map(|step| after(*from, *step)))
            .find(|next| !reached.contains(next))
        {
            reached.push(next);
        }
        assert_eq!(reached.len(), OperationStatus::ALL.len());
        let ways: Vec<_> = Step::ALL.iter().filter(|step| after(Rejected, **step).is_some()).collect();
        assert_eq!(ways, [&Step::Edit]);
    }

    #[test]
    fn judging_what_was_changed_back_into_a_draft_says_so() {
        for step in [Step::Approve, Step::Reject, Step::Start] {
            assert_eq!(decide(Draft, step, true, Some("x")).unwrap_err().code(), "plan-changed");
            assert_eq!(decide(Draft, step, false, Some("x")).unwrap_err().code(), "invalid-transition");
        }
    }

    #[test]
    fn a_member_sees_the_plan_only_while_it_is_live() {
        for status in OperationStatus::ALL {
            let seen = grants(Role::FieldOfficer, *status);
            assert_eq!(seen.has(Class::Plan), LIVE.contains(status));
            assert_eq!(seen.has(Class::Recognition), LIVE.contains(status));
            assert!(!seen.has(Class::Identity) && !seen.has(Class::Contact) && !seen.has(Class::Content));
        }
    }
}
