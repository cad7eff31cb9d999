//! The parts of a plan, as they are sent, as they are kept, and as they are shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::number::{CheckInGrace, CheckInMinutes, Latitude, Longitude};
use crate::http::patch::Patch;
use crate::http::text::{self, Line, Notes, Prose};

/// The most risks a plan may name.
pub const MAX_RISKS: usize = 50;
/// The most items a checklist may have.
pub const MAX_ITEMS: usize = 100;
/// The most exit documents a plan may name.
pub const MAX_DOCUMENTS: usize = 500;

crate::words! {
    /// How likely something is, or how bad.
    pub enum RiskLevel {
        /// Little.
        Low = "low",
        /// Some.
        Medium = "medium",
        /// Much.
        High = "high",
    }
}

crate::words! {
    /// How far a document is.
    pub enum DocumentState {
        /// Nobody has asked for it yet.
        Missing = "missing",
        /// It was asked for.
        Applied = "applied",
        /// It is there.
        Ready = "ready",
        /// They leave without it.
        NotNeeded = "not_needed",
    }
}

crate::words! {
    /// Who takes people in.
    pub enum ReceiverKind {
        /// Their embassy or consulate.
        Embassy = "embassy",
        /// A shelter.
        Shelter = "shelter",
        /// Their own people.
        Family = "family",
        /// An authority of the country that they come to.
        Authority = "authority",
    }
}

/// Where an operation goes to.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Degrees north, WGS-84.
    pub lat: Latitude,
    /// Degrees east, WGS-84.
    pub lon: Longitude,
}

/// One risk of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanRisk {
    /// What may happen.
    pub hazard: String,
    /// How likely it is.
    pub likelihood: RiskLevel,
    /// How bad it would be.
    pub severity: RiskLevel,
    /// What is done about it.
    pub mitigation: String,
}

/// How often the team checks in once it is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckInTerms {
    /// Minutes between two check-ins.
    pub every_minutes: CheckInMinutes,
    /// Minutes on top before the coordinators are alerted.
    pub grace_minutes: CheckInGrace,
}

/// A document that somebody needs to leave the country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExitDocument {
    /// Who needs it: somebody on one of the operation's cases.
    pub person_id: Id,
    /// What it is, such as `passport` or `emergency certificate`.
    pub document: String,
    /// How far it is.
    pub state: DocumentState,
    /// More on it; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub note: Option<String>,
}

/// Who takes people in when they are out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receiving {
    /// What they are.
    pub kind: ReceiverKind,
    /// Who they are.
    pub name: String,
    /// How they are reached; absent if nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact: Option<String>,
    /// Whether they have said that they will.
    pub confirmed: bool,
}

/// How an operation is meant to go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// What it is for.
    pub objective: String,
    /// How the team goes about it.
    pub approach: String,
    /// Ways in and out.
    pub routes: String,
    /// Who speaks to whom, when and how.
    pub communications: String,
    /// When to stop.
    pub abort_criteria: String,
    /// What may go wrong.
    pub risks: Vec<PlanRisk>,
    /// How often the team checks in; absent if it need not.
    // Left out where there is nothing, here and below: plans are compared by what they are written as, and those from
    // before this could be said must stay what was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub check_ins: Option<CheckInTerms>,
    /// What people need to leave the country; absent while nobody is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub exit_documents: Vec<ExitDocument>,
    /// Who takes people in; absent while nobody is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub receiving: Option<Receiving>,
}

/// One thing that must be ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChecklistItem {
    /// What.
    pub item: String,
    /// Whether it is.
    pub done: bool,
}

/// A risk as it is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanRiskIn {
    /// What may happen.
    hazard: Line<500>,
    /// How likely it is.
    likelihood: RiskLevel,
    /// How bad it would be.
    severity: RiskLevel,
    /// What is done about it.
    #[serde(default)]
    mitigation: Notes<2_000>,
}

/// An exit document as it is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExitDocumentIn {
    /// Who needs it: somebody on one of the operation's cases.
    person_id: Id,
    /// What it is, such as `passport` or `emergency certificate`.
    document: Line<100>,
    /// How far it is.
    state: DocumentState,
    /// More on it.
    #[serde(default)]
    note: Option<Prose<1_000>>,
}

/// Who takes people in, as it is sent.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceivingIn {
    /// What they are.
    kind: ReceiverKind,
    /// Who they are.
    name: Line<200>,
    /// How they are reached.
    #[serde(default)]
    contact: Option<Prose<500>>,
    /// Whether they have said that they will.
    #[serde(default)]
    confirmed: bool,
}

/// A plan as it is sent: what is absent stays as it is, and in a new plan empty. A draft may be incomplete.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanIn {
    /// What it is for; needed before it is submitted.
    #[serde(default)]
    objective: Option<Notes<20_000>>,
    /// How the team goes about it.
    #[serde(default)]
    approach: Option<Notes<20_000>>,
    /// Ways in and out.
    #[serde(default)]
    routes: Option<Notes<20_000>>,
    /// Who speaks to whom, when and how.
    #[serde(default)]
    communications: Option<Notes<20_000>>,
    /// When to stop; needed before it is submitted.
    #[serde(default)]
    abort_criteria: Option<Notes<20_000>>,
    /// What may go wrong, at most 50.
    #[serde(default)]
    #[schema(max_items = 50)]
    risks: Option<Vec<PlanRiskIn>>,
    /// How often the team checks in; null for not at all.
    #[serde(default)]
    #[schema(value_type = Option<CheckInTerms>)]
    check_ins: Patch<CheckInTerms>,
    /// What people need to leave the country: the whole list, at most 500.
    #[serde(default)]
    #[schema(max_items = 500)]
    exit_documents: Option<Vec<ExitDocumentIn>>,
    /// Who takes people in; null takes it out of the plan.
    #[serde(default)]
    #[schema(value_type = Option<ReceivingIn>)]
    receiving: Patch<ReceivingIn>,
}

/// An item of a checklist as it is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItemIn {
    /// What must be ready.
    item: Line<500>,
    /// Whether it is.
    #[serde(default)]
    done: bool,
}

impl PlanIn {
    /// The plan after this change.
    ///
    /// # Errors
    /// 422 when a list is too long.
    pub fn apply(self, before: Plan) -> Result<Plan> {
        let Self {
            objective,
            approach,
            routes,
            communications,
            abort_criteria,
            risks,
            check_ins,
            exit_documents,
            receiving,
        } = self;
        let words = |new: Option<Notes<20_000>>, old: String| new.map_or(old, Notes::into_inner);
        let risks =
            risks.map(|risks| text::list("/plan/risks", risks, MAX_RISKS, PlanRisk::from)).transpose()?;
        let documents = |list| text::list("/plan/exit_documents", list, MAX_DOCUMENTS, ExitDocument::from);
        let exit_documents = exit_documents.map(documents).transpose()?;
        Ok(Plan {
            objective: words(objective, before.objective),
            approach: words(approach, before.approach),
            routes: words(routes, before.routes),
            communications: words(communications, before.communications),
            abort_criteria: words(abort_criteria, before.abort_criteria),
            risks: risks.unwrap_or(before.risks),
            check_ins: check_ins.apply(before.check_ins),
            exit_documents: exit_documents.unwrap_or(before.exit_documents),
            receiving: match receiving {
                Patch::Leave => before.receiving,
                Patch::Clear => None,
                Patch::Set(receiving) => Some(receiving.into()),
            },
        })
    }
}

impl From<PlanRiskIn> for PlanRisk {
    fn from(PlanRiskIn { hazard, likelihood, severity, mitigation }: PlanRiskIn) -> Self {
        Self { hazard: hazard.into_inner(), likelihood, severity, mitigation: mitigation.into_inner() }
    }
}

impl From<ExitDocumentIn> for ExitDocument {
    fn from(ExitDocumentIn { person_id, document, state, note }: ExitDocumentIn) -> Self {
        Self { person_id, document: document.into_inner(), state, note: note.map(Prose::into_inner) }
    }
}

impl From<ReceivingIn> for Receiving {
    fn from(ReceivingIn { kind, name, contact, confirmed }: ReceivingIn) -> Self {
        Self { kind, name: name.into_inner(), contact: contact.map(Prose::into_inner), confirmed }
    }
}

/// A checklist from what was sent.
///
/// # Errors
/// 422 when it is too long.
pub fn checklist(items: Vec<ChecklistItemIn>) -> Result<Vec<ChecklistItem>> {
    let keep = |ChecklistItemIn { item, done }| ChecklistItem { item: item.into_inner(), done };
    text::list("/checklist", items, MAX_ITEMS, keep)
}

/// A checklist after some of its items were ticked, or ticks taken back.
///
/// # Errors
/// 422 for an item that is not on it.
pub fn tick(mut checklist: Vec<ChecklistItem>, ticks: Vec<ChecklistItemIn>) -> Result<Vec<ChecklistItem>> {
    for (index, ChecklistItemIn { item, done }) in ticks.into_iter().enumerate() {
        let mut named = checklist.iter_mut().filter(|listed| listed.item == item.as_str()).peekable();
        if named.peek().is_none() {
            return Err(Error::invalid(format!("/ticks/{index}/item"), "is not on the checklist"));
        }
        named.for_each(|listed| listed.done = done);
    }
    Ok(checklist)
}

/// What a plan lacks before it can be put before an approver, by the names of its fields.
pub fn lacking(plan: &Plan) -> Vec<&'static str> {
    let needed = [("objective", &plan.objective), ("abort_criteria", &plan.abort_criteria)];
    needed.into_iter().filter(|(_, words)| words.is_empty()).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(json: serde_json::Value) -> PlanIn {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_change_of_one_part_leaves_the_others() {
        let risk = serde_json::json!({"hazard": "Rain", "likelihood": "high", "severity": "low"});
        let all = serde_json::json!({"objective": "Look", "approach": "On foot", "abort_criteria": "Dogs", "risks": [risk]});
        let before = sent(all).apply(Plan::default()).unwrap();
        let after = sent(serde_json::json!({"approach": "By boat"})).apply(before.clone()).unwrap();
        assert_eq!(after, Plan { approach: "By boat".to_owned(), ..before });
    }

    #[test]
    fn a_plan_that_names_neither_documents_nor_a_receiver_is_written_as_before_it_could() {
        let written = serde_json::to_value(Plan::default()).unwrap();
        let members: Vec<_> = written.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["abort_criteria", "approach", "communications", "objective", "risks", "routes"]);
        assert_eq!(serde_json::from_value::<Plan>(written).unwrap(), Plan::default());
    }

    #[test]
    fn a_plan_without_purpose_or_end_lacks_them() {
        assert_eq!(lacking(&Plan::default()), ["objective", "abort_criteria"]);
        let plan = sent(serde_json::json!({"objective": " ", "abort_criteria": "Dogs"}))
            .apply(Plan::default())
            .unwrap();
        assert_eq!(lacking(&plan), ["objective"]);
    }
}
