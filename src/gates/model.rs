//! Which gates an operation has, and what opens them. Pure: [`facts`](super::facts) reads, this decides.

use serde::Serialize;
use utoipa::ToSchema;

use crate::db::types::{Id, Time};
use crate::operations::approver::Objection;
use crate::operations::model::OperationKind;
use crate::operations::plan::DocumentState;

crate::words! {
    /// Something that must hold before an operation begins.
    pub enum Gate {
        /// What is known of where they are is not too old, and does not speak against the target.
        FreshClues = "fresh_clues",
        /// Those who are to be met have been heard of lately.
        RecentContact = "recent_contact",
        /// Each of them has agreed to be brought out, and still does.
        Consent = "consent",
        /// Somebody who had no hand in the plan has approved it as it is.
        SecondApprover = "second_approver",
        /// Whoever takes them in is named and has confirmed.
        Receiving = "receiving",
        /// It is written down when to stop.
        AbortCriteria = "abort_criteria",
        /// Each of them has, or will have, what they need to leave the country.
        ExitDocuments = "exit_documents",
    }
}

crate::words! {
    /// How a gate stands.
    pub enum GateState {
        /// What it asks for holds.
        Open = "open",
        /// It does not, and the operation cannot begin.
        Closed = "closed",
        /// It does not, and a coordinator who had no hand in the plan answers for that.
        Waived = "waived",
    }
}

impl Gate {
    /// Whether anybody can answer for it while it is closed. Nobody stands in for the second person.
    pub const fn can_be_waived(self) -> bool {
        !matches!(self, Self::SecondApprover)
    }
}

/// The gates of a kind of operation, in the order of [`Gate`]. docs/operations.md tells why.
pub const fn gates_of(kind: OperationKind) -> &'static [Gate] {
    use Gate::{AbortCriteria, Consent, ExitDocuments, FreshClues, Receiving, RecentContact, SecondApprover};
    match kind {
        // Whoever goes to look does so because too little is known, and meets nobody.
        OperationKind::Reconnaissance => &[SecondApprover, AbortCriteria],
        OperationKind::Extraction => {
            &[FreshClues, RecentContact, Consent, SecondApprover, Receiving, AbortCriteria, ExitDocuments]
        }
        // What people need to leave the country comes after they were heard.
        OperationKind::RaidSupport => {
            &[FreshClues, RecentContact, Consent, SecondApprover, Receiving, AbortCriteria]
        }
        // The place is agreed with whoever lets them go.
        OperationKind::Handover => {
            &[RecentContact, Consent, SecondApprover, Receiving, AbortCriteria, ExitDocuments]
        }
        // It is for those who have not been heard of, and brings nobody out.
        OperationKind::WelfareCheck => &[FreshClues, SecondApprover, AbortCriteria],
    }
}

/// Everything that gates are decided by.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The moment that is asked about.
    pub now: Time,
    /// How old the newest clue of a case may be, in hours.
    pub clue_max_age_hours: i64,
    /// How old a sign of life may be, in hours.
    pub contact_max_age_hours: i64,
    /// The operation's cases.
    pub cases: Vec<CaseFacts>,
    /// Whether the plan says when to stop.
    pub has_abort_criteria: bool,
    /// Whether whoever takes them in has confirmed; none while nobody is named.
    pub receiving: Option<bool>,
    /// How the approval stands.
    pub approval: Approval,
}

/// What is known of a case.
#[derive(Debug, Clone)]
pub struct CaseFacts {
    /// Which.
    pub id: Id,
    /// When its newest confirmed clue held last.
    pub newest_clue_at: Option<Time>,
    /// Whether the newest estimate speaks against the site that the operation goes to.
    pub is_elsewhere: bool,
    /// Those who are to be met.
    pub victims: Vec<VictimFacts>,
}

/// What is known of a victim.
#[derive(Debug, Clone)]
pub struct VictimFacts {
    /// Who.
    pub id: Id,
    /// Whether they have a channel of their own.
    pub has_channel: bool,
    /// When they last gave a sign of life.
    pub last_sign_of_life_at: Option<Time>,
    /// Their consent to a rescue that holds now, and when it ends by itself.
    pub consent: Option<(Id, Option<Time>)>,
    /// How far the documents are that they need.
    pub documents: Vec<DocumentState>,
}

/// How the approval of a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// Nobody has approved it.
    Missing,
    /// What was approved is not what stands there.
    OfAnotherPlan,
    /// Whoever approved it does not count as a second person.
    ObjectedTo(Objection),
    /// It is approved as it is.
    Given,
}

/// What a gate found for a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = GateCase)]
pub struct CaseFinding {
    /// Which.
    pub case_id: Id,
    /// Whether this case leaves the gate open.
    pub open: bool,
    /// When its newest confirmed clue held last, UTC; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub newest_clue_at: Option<Time>,
    /// Whether the newest estimate says that they are elsewhere.
    pub elsewhere: bool,
}

/// What a gate found for a person. Which members there are beside the first three follows from the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = GatePerson)]
pub struct PersonFinding {
    /// Who.
    pub person_id: Id,
    /// On which case.
    pub case_id: Id,
    /// Whether this person leaves the gate open.
    pub open: bool,
    /// When they last gave a sign of life, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_sign_of_life_at: Option<Time>,
    /// The consent that holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub consent_id: Option<Id>,
    /// When that ends by itself, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub expires_at: Option<Time>,
    /// How far the documents are that they need.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub documents: Vec<DocumentState>,
}

/// What was found at a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether what it asks for holds.
    pub is_open: bool,
    /// What was found, in words that name nobody.
    pub detail: String,
    /// By case, where it is decided by case.
    pub cases: Option<Vec<CaseFinding>>,
    /// By person, where it is decided by person.
    pub people: Option<Vec<PersonFinding>>,
}

/// Decides a gate.
pub fn judge(gate: Gate, facts: &Facts) -> Verdict {
    match gate {
        Gate::FreshClues => fresh_clues(facts),
        Gate::RecentContact => {
            let lack = format!("not been heard of for {} hours", facts.contact_max_age_hours);
            by_person(facts, &format!("have {lack}"), |case, victim| {
                let is_fresh = |at: Option<Time>| is_within(at, facts.contact_max_age_hours, facts.now);
                // Those without a channel of their own are spoken for by the others on their case; whoever has one and
                // has gone silent is not.
                let heard = if victim.has_channel {
                    is_fresh(victim.last_sign_of_life_at)
                } else {
                    case.victims.iter().any(|other| is_fresh(other.last_sign_of_life_at))
                };
                let mut finding = finding(case, victim, heard);
                finding.last_sign_of_life_at = victim.last_sign_of_life_at;
                finding
            })
        }
        Gate::Consent => by_person(facts, "have not agreed to be brought out", |case, victim| {
            let mut finding = finding(case, victim, victim.consent.is_some());
            if let Some((id, expires_at)) = victim.consent {
                finding.consent_id = Some(id);
                finding.expires_at = expires_at;
            }
            finding
        }),
        Gate::ExitDocuments => {
            by_person(facts, "lack what they need to leave the country", |case, victim| {
                let is_provided =
                    !victim.documents.is_empty() && !victim.documents.contains(&DocumentState::Missing);
                let mut finding = finding(case, victim, is_provided);
                finding.documents.clone_from(&victim.documents);
                finding
            })
        }
        Gate::SecondApprover => {
            let detail = match facts.approval {
                Approval::Given => "Somebody who had no hand in the plan has approved it.",
                Approval::Missing => "Nobody has approved the plan.",
                Approval::OfAnotherPlan => "What was approved is not the plan as it is.",
                Approval::ObjectedTo(Objection::Own) => {
                    "Whoever approved it turned out to have had a hand in it."
                }
                Approval::ObjectedTo(Objection::NotVerified) => "Nobody has verified who approved it.",
                Approval::ObjectedTo(Objection::NoCoordinator) => {
                    "Whoever approved it is no active coordinator any more."
                }
            };
            plain(facts.approval == Approval::Given, detail)
        }
        Gate::Receiving => match facts.receiving {
            Some(true) => plain(true, "Whoever takes them in has confirmed."),
            Some(false) => plain(false, "Whoever takes them in has not confirmed."),
            None => plain(false, "The plan does not say who takes them in."),
        },
        Gate::AbortCriteria if facts.has_abort_criteria => plain(true, "The plan says when to stop."),
        Gate::AbortCriteria => plain(false, "The plan does not say when to stop."),
    }
}

const NO_CASE: &str = "The operation is about no case.";

fn plain(is_open: bool, detail: &str) -> Verdict {
    Verdict { is_open, detail: detail.to_owned(), cases: None, people: None }
}

fn is_within(at: Option<Time>, hours: i64, now: Time) -> bool {
    at.is_some_and(|at| at >= now.plus_seconds(-hours.saturating_mul(3_600)))
}

fn fresh_clues(facts: &Facts) -> Verdict {
    let hours = facts.clue_max_age_hours;
    let is_fresh = |case: &CaseFacts| is_within(case.newest_clue_at, hours, facts.now);
    let finding = |case: &CaseFacts| CaseFinding {
        case_id: case.id,
        open: is_fresh(case) && !case.is_elsewhere,
        newest_clue_at: case.newest_clue_at,
        elsewhere: case.is_elsewhere,
    };
    let findings: Vec<_> = facts.cases.iter().map(finding).collect();
    let is_open = !findings.is_empty() && findings.iter().all(|case| case.open);
    let stale = facts.cases.iter().filter(|case| !is_fresh(case)).count();
    let elsewhere = facts.cases.iter().filter(|case| case.is_elsewhere).count();
    let detail = if findings.is_empty() {
        NO_CASE.to_owned()
    } else if is_open {
        format!("Every case has a confirmed clue from the last {hours} hours.")
    } else {
        format!(
            "Of {} cases {stale} have no confirmed clue from the last {hours} hours, and of {elsewhere} the newest \
             estimate says that they are elsewhere.",
            findings.len()
        )
    };
    Verdict { is_open, detail, cases: Some(findings), people: None }
}

fn finding(case: &CaseFacts, victim: &VictimFacts, open: bool) -> PersonFinding {
    PersonFinding {
        person_id: victim.id,
        case_id: case.id,
        open,
        last_sign_of_life_at: None,
        consent_id: None,
        expires_at: None,
        documents: Vec::new(),
    }
}

/// A gate that every victim of every case must leave open. A case without a victim closes it: an operation for nobody
/// is a plan with a hole, not one that asks for nothing.
fn by_person(facts: &Facts, lack: &str, find: impl Fn(&CaseFacts, &VictimFacts) -> PersonFinding) -> Verdict {
    let mut findings = Vec::new();
    for case in &facts.cases {
        findings.extend(case.victims.iter().map(|victim| find(case, victim)));
    }
    let closed = findings.iter().filter(|person| !person.open).count();
    let deserted = facts.cases.iter().filter(|case| case.victims.is_empty()).count();
    let is_open = !facts.cases.is_empty() && deserted == 0 && closed == 0;
    let detail = if facts.cases.is_empty() {
        NO_CASE.to_owned()
    } else if deserted > 0 {
        format!("{deserted} of {} cases have no victim on them.", facts.cases.len())
    } else {
        format!("{closed} of {} people {lack}.", findings.len())
    };
    Verdict { is_open, detail, cases: None, people: Some(findings) }
}

#[cfg(test)]
mod tests;
