//! What the caller may see of an operation.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::canary::{self, Copies, Marked};
use super::conflicts::{self, Conflict};
use super::model::{
    self, CHECKLIST, EVENT_NOTE, Ending, OUTCOME, OpenOperation, OperationEventKind, OperationKind,
    OperationStatus, PLAN, PersonResult, TARGET, TITLE,
};
use super::plan::{ChecklistItem, Plan, Target};
use super::reads;
use super::store::{self, OperationRow};
use crate::authz::{Class, Grants, Role, Tx};
use crate::crypto;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::gates::model::Gate;
use crate::http::number::{Latitude, Longitude, Probability, SiteMetres};
use crate::people::model::{PersonRole, RECOGNITION, Sex};
use crate::{cases, packs, people, sites, users, view};

/// Somebody on the team.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OperationMember {
    /// Who.
    pub user_id: Id,
    /// Their name; absent in a pack, which may be lost.
    #[schema(required = false)]
    pub name: String,
}

/// The site that an operation goes to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OperationSite {
    /// The id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// Degrees north, WGS-84.
    pub lat: Latitude,
    /// Degrees east, WGS-84.
    pub lon: Longitude,
    /// How far off the position may be, in metres.
    pub sigma_m: SiteMetres,
}

/// How a person is recognised and addressed in the field; it holds no name.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecognitionCard {
    /// Whom to name when telling what came of it.
    pub person_id: Id,
    /// To speak of their case by.
    pub case_code_name: String,
    /// What they are on the case.
    pub role: PersonRole,
    /// Sex; absent if nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sex: Option<Sex>,
    /// Year of birth; absent if nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub birth_year: Option<i16>,
    /// What they speak: BCP 47.
    pub languages: Vec<String>,
    /// What a stranger would recognise them by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// What they need from whoever meets them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub needs: Option<String>,
}

/// One entry in the history of an operation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OperationEvent {
    /// What was done.
    pub kind: OperationEventKind,
    /// When (UTC).
    pub at: Time,
    /// By whom.
    pub actor_id: Id,
    /// Why; absent if nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
    /// Who was put on the team or taken off it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub user_id: Option<Id>,
    /// Which gate was waived, or is not any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub gate: Option<Gate>,
}

view! {
    /// One operation. A caseworker sees the outline; its members see it only while it is live.
    pub struct OperationView from OperationFields {
        /// The id.
        outline id: Id,
        /// What kind of act it is.
        outline kind: OperationKind,
        /// Where it stands.
        outline status: OperationStatus,
        /// Who leads it.
        outline lead_id: Id,
        /// The cases it is about, as far as they are in reach.
        outline case_ids: Vec<Id>,
        /// The team, the lead among them.
        outline members: Vec<OperationMember>,
        /// Who planned it.
        outline created_by: Id,
        /// Who put it before an approver; absent while nobody has.
        outline_maybe submitted_by: Id,
        /// When it was put before an approver (UTC).
        outline_maybe submitted_at: Time,
        /// Who approved it; absent while nobody has, and when a change took the approval back.
        outline_maybe approved_by: Id,
        /// When it was approved (UTC).
        outline_maybe approved_at: Time,
        /// Only in the answer to a change: `true` when it took back a submission or an approval.
        outline_maybe approval_voided: bool,
        /// For coordinators: `true` while a copy of the plan is in other hands and the plan was neither changed nor left
        /// as it is on purpose.
        outline_maybe compromised: bool,
        /// When it was planned (UTC).
        outline created_at: Time,
        /// When the record last changed (UTC).
        outline updated_at: Time,
        /// Counts changes; also in the ETag.
        outline version: i64,
        /// What the team calls it.
        plan title: String,
        /// How it is meant to go.
        plan plan: Plan,
        /// The word by which your copy of this plan is known.
        plan copy_mark: String,
        /// What must be ready.
        plan checklist: Vec<ChecklistItem>,
        /// When it is to begin (UTC).
        plan starts_at: Time,
        /// When it is to end (UTC).
        plan ends_at: Time,
        /// What came of it, in words.
        plan outcome: String,
        /// What came of it for each person.
        plan people: Vec<PersonResult>,
        /// Why it was broken off, or ended as it did.
        plan reason: String,
        /// How probably those who were not found would have been found, had they been there.
        plan probability_of_detection: Probability,
        /// The site where those had been taken who were moved.
        location_precise moved_to_site_id: Id,
        /// What was done with it, oldest first; for coordinators, and not in lists.
        plan history: Vec<OperationEvent>,
        /// What other operations are in its way; for coordinators, and not in lists.
        plan conflicts: Vec<Conflict>,
        /// Where it goes to.
        location_precise target: Target,
        /// The site that it goes to, by its id.
        location_precise site_id: Id,
        /// The site that it goes to.
        location_precise site: OperationSite,
        /// The people of its cases, but for informants; not in lists.
        recognition recognition_cards: Vec<RecognitionCard>,
    }
}

/// What hangs on several operations, loaded at once.
pub struct Around {
    members: HashMap<Id, Vec<OperationMember>>,
    case_ids: HashMap<Id, Vec<Id>>,
    sites: HashMap<Id, OperationSite>,
    copies: Copies,
    /// Absent for whoever has no plan to change.
    compromised: Option<HashSet<Id>>,
}

impl Around {
    /// Loads what the caller may see around these operations.
    ///
    /// # Errors
    /// Of the database; `internal` when a column was changed or moved.
    pub fn load<'a>(tx: &mut Tx<'_, '_>, rows: impl IntoIterator<Item = &'a OperationRow>) -> Result<Self> {
        let mut ids = Vec::new();
        let mut site_ids = HashSet::new();
        for row in rows {
            ids.push(row.id);
            if model::grants(tx.scope.role, row.status).has(Class::LocationPrecise) {
                site_ids.extend(row.site_id);
            }
        }
        let compromised = match tx.scope.role {
            Role::Coordinator => Some(packs::model::compromised(tx, &ids)?),
            _ => None,
        };
        let pairs = store::cases_of(&tx.scope, tx.conn, &ids)?;
        let mut all_cases: Vec<Id> = pairs.iter().map(|(_, case)| *case).collect();
        all_cases.sort_unstable();
        all_cases.dedup();
        // Somebody who ends an operation in the field loses its cases by that, and still gets an answer.
        let seen: HashSet<Id> = match tx.scope.role {
            Role::Caseworker => cases::store::in_reach(&tx.scope, tx.conn, &all_cases)?.into_iter().collect(),
            _ => all_cases.into_iter().collect(),
        };
        let mut case_ids: HashMap<Id, Vec<Id>> = HashMap::new();
        for (operation, case) in pairs.into_iter().filter(|(_, case)| seen.contains(case)) {
            case_ids.entry(operation).or_default().push(case);
        }
        let organisation = tx.organisation_access(Grants::of(&[Class::Outline, Class::LocationPrecise]))?;
        let mut members: HashMap<Id, Vec<OperationMember>> = HashMap::new();
        for (operation, user_id, name) in store::members_of(&tx.scope, tx.conn, &ids)? {
            let name = organisation.open(&users::model::NAME, user_id, &name)?.unwrap_or_default();
            members.entry(operation).or_default().push(OperationMember { user_id, name });
        }
        let mut sites = HashMap::new();
        for id in site_ids {
            let row = sites::store::find(&tx.scope, tx.conn, id)?;
            let names = organisation.open(&sites::model::NAMES, id, &row.names)?;
            let place = organisation.open(&sites::model::PLACE, id, &row.place)?;
            if let (Some(names), Some(place)) = (names, place) {
                let site = OperationSite {
                    id,
                    name: names.name,
                    lat: place.lat,
                    lon: place.lon,
                    sigma_m: place.sigma_m,
                };
                sites.insert(id, site);
            }
        }
        Ok(Self { members, case_ids, sites, copies: Copies::of(tx)?, compromised })
    }

    /// The site that an operation goes to, as it is known.
    pub fn site(&self, row: &OperationRow) -> Option<&OperationSite> {
        row.site_id.and_then(|id| self.sites.get(&id))
    }

    fn fields(&mut self, operation: &OpenOperation) -> Result<OperationFields> {
        let OpenOperation { row, access } = operation;
        let ending = access.open_opt(&OUTCOME, row.id, row.outcome.as_ref())?;
        let people = ending.as_ref().map(|ending| ending.people.clone());
        let Ending { outcome, reason, moved_to_site_id, probability_of_detection, .. } =
            ending.unwrap_or_default();
        let mut plan = access.open(&PLAN, row.id, &row.plan)?;
        let mut target = access.open_opt(&TARGET, row.id, row.target.as_ref())?;
        let mut site = self.site(row).cloned();
        let marked = Marked { plan: plan.as_mut(), target: target.as_mut(), site: site.as_mut() };
        let copy_mark = canary::mark(&self.copies, row.id, marked)?;
        Ok(OperationFields {
            id: row.id,
            kind: row.kind,
            status: row.status,
            lead_id: row.lead_id,
            case_ids: self.case_ids.remove(&row.id).unwrap_or_default(),
            members: self.members.remove(&row.id).unwrap_or_default(),
            created_by: row.created_by,
            submitted_by: row.submitted_by,
            submitted_at: row.submitted_at,
            approved_by: row.approved_by,
            approved_at: row.approved_at,
            approval_voided: None,
            compromised: self.compromised.as_ref().map(|ids| ids.contains(&row.id) && !row.status.is_over()),
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
            title: access.open(&TITLE, row.id, &row.title)?,
            plan,
            copy_mark: Some(copy_mark),
            checklist: access.open(&CHECKLIST, row.id, &row.checklist)?,
            starts_at: Some(row.starts_at),
            ends_at: Some(row.ends_at),
            outcome,
            people,
            reason,
            probability_of_detection,
            moved_to_site_id,
            history: None,
            conflicts: None,
            target,
            site_id: row.site_id,
            site,
            recognition_cards: None,
        })
    }

    /// One operation of a list.
    ///
    /// # Errors
    /// `internal` when a column was changed or moved.
    pub fn in_list(&mut self, tx: &Tx<'_, '_>, operation: &OpenOperation) -> Result<OperationView> {
        Ok(self.fields(operation)?.redact(model::grants(tx.scope.role, operation.row.status)))
    }
}

/// Whether the caller is shown the plan of an operation.
pub fn shows_plan(tx: &Tx<'_, '_>, row: &OperationRow) -> bool {
    model::grants(tx.scope.role, row.status).has(Class::Plan)
}

/// One operation by itself for somebody who asks for it.
///
/// # Errors
/// 429 `too-many-plan-reads`; of the database; `internal` when a column was changed or moved.
pub fn read(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<OperationView> {
    if shows_plan(tx, &operation.row) {
        reads::admit(tx, &[operation.row.id])?;
    }
    shown(tx, operation, None)
}

/// One operation by itself in answer to a change; `voided` says whether that took an approval back.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn show(tx: &mut Tx<'_, '_>, operation: &OpenOperation, voided: Option<bool>) -> Result<OperationView> {
    if shows_plan(tx, &operation.row) {
        reads::count(tx, &[operation.row.id])?;
    }
    shown(tx, operation, voided)
}

/// One operation by itself, not counted as read: for a unit of work that only reads. Whoever sends it counts it
/// ([`reads::admit`]) in the one that puts the answer on record. With its cards, and for coordinators with its history.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn shown(tx: &mut Tx<'_, '_>, operation: &OpenOperation, voided: Option<bool>) -> Result<OperationView> {
    let grants = model::grants(tx.scope.role, operation.row.status);
    let mut around = Around::load(tx, [&operation.row])?;
    let mut fields = around.fields(operation)?;
    fields.approval_voided = voided;
    if grants.has(Class::Recognition) {
        fields.recognition_cards = Some(cards(tx, &fields.case_ids)?);
    }
    if tx.scope.role == Role::Coordinator {
        fields.history = Some(history(tx, operation)?);
        fields.conflicts = Some(conflicts::of(tx, operation)?);
    }
    Ok(fields.redact(grants))
}

/// The operations of the caller that changed last, each with its id, those under way first: by themselves for whoever is
/// on them in the field, as in a list for others. Not counted as read, as [`shown`].
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn carried(tx: &mut Tx<'_, '_>, most: i64) -> Result<Vec<(Id, OperationView)>> {
    let mut operations = model::open_newest(tx, most)?;
    operations.sort_by_key(|operation| match operation.row.status {
        OperationStatus::InProgress => 0,
        OperationStatus::Approved => 1,
        OperationStatus::Submitted => 2,
        _ => 3,
    });
    let mut around = Around::load(tx, operations.iter().map(|operation| &operation.row))?;
    let in_the_field = tx.scope.role == Role::FieldOfficer;
    let view = |operation: &OpenOperation| {
        let view = if in_the_field { shown(tx, operation, None)? } else { around.in_list(tx, operation)? };
        Ok((operation.row.id, view))
    };
    operations.iter().map(view).collect()
}

/// The people of these cases as they are known in the field. Of the cases' keys nothing is derived that opens a
/// name.
fn cards(tx: &mut Tx<'_, '_>, case_ids: &[Id]) -> Result<Vec<RecognitionCard>> {
    let code_names: HashMap<_, _> = store::code_names(&tx.scope, tx.conn, case_ids)?.into_iter().collect();
    let mut keys = HashMap::new();
    for key in crypto::store::data_keys(tx.conn, tx.scope.organisation_id, case_ids)? {
        keys.insert(key.id, tx.vault(&key, Grants::of(&[Class::Recognition]))?);
    }
    let mut cards = Vec::new();
    for row in people::store::of_cases(&tx.scope, tx.conn, case_ids)? {
        // Who told is not for the field to know: it would show them as a source.
        if row.role == PersonRole::Informant {
            continue;
        }
        let Some(access) = keys.get(&row.case_id) else {
            continue;
        };
        let Some(card) = access.open(&RECOGNITION, row.id, &row.recognition)? else {
            continue;
        };
        cards.push(RecognitionCard {
            person_id: row.id,
            case_code_name: code_names.get(&row.case_id).cloned().unwrap_or_default(),
            role: row.role,
            sex: card.sex,
            birth_year: card.birth_year,
            languages: card.languages,
            description: card.description,
            needs: card.needs,
        });
    }
    Ok(cards)
}

fn history(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<Vec<OperationEvent>> {
    let rows = store::events(&tx.scope, tx.conn, operation.row.id)?;
    let event = |row: store::EventRow| {
        let note = operation.access.open_opt(&EVENT_NOTE, row.id, row.reason.as_ref())?.unwrap_or_default();
        Ok(OperationEvent {
            kind: row.kind,
            at: row.at,
            actor_id: row.actor_id,
            reason: note.reason,
            user_id: note.user_id,
            gate: note.gate,
        })
    };
    rows.into_iter().map(event).collect()
}
