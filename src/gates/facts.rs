//! Reads what the gates of an operation are decided by.
//!
//! More is opened here than the caller may see: an officer who begins an operation asks whether its people agreed, not
//! who they are. What leaves is a verdict, cut to the caller's classes.

use std::collections::{HashMap, HashSet};

use super::model::{Approval, CaseFacts, Facts, VictimFacts};
use crate::authz::{Class, Grants, Tx};
use crate::consents::model::Purpose;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::operations::approver::Planners;
use crate::operations::model::{OpenOperation, PLAN};
use crate::operations::plan::{DocumentState, Plan};
use crate::people::model::PersonRole;
use crate::{clues, consents, crypto, estimates, operations, people, watch};

/// Everything that the gates of an operation are decided by, as it is in this transaction. `plan_hash` is of the plan as
/// it is.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn read(
    tx: &mut Tx<'_, '_>,
    operation: &OpenOperation,
    planners: &Planners,
    plan_hash: &[u8],
) -> Result<Facts> {
    let OpenOperation { row, access } = operation;
    let plan: Plan = access
        .open(&PLAN, row.id, &row.plan)?
        .ok_or_else(|| Error::internal("gates were asked for by somebody who may not see the plan"))?;
    let approval = match row.approved_by {
        None => Approval::Missing,
        Some(_) if row.plan_hash.as_deref() != Some(plan_hash) => Approval::OfAnotherPlan,
        Some(approver) => planners.objection(tx, approver)?.map_or(Approval::Given, Approval::ObjectedTo),
    };
    let settings = &tx.services.settings.operations;
    Ok(Facts {
        now: tx.scope.now,
        clue_max_age_hours: settings.clue_max_age_hours,
        contact_max_age_hours: settings.contact_max_age_hours,
        cases: {
            let ids = operations::store::case_ids(&tx.scope, tx.conn, row.id)?;
            cases(tx, &ids, row.site_id, &plan)?
        },
        has_abort_criteria: !plan.abort_criteria.is_empty(),
        receiving: plan.receiving.map(|receiving| receiving.confirmed),
        approval,
    })
}

/// What a case that no operation is about yet brings along, case by case: nobody has planned, received or approved.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn of_cases(tx: &mut Tx<'_, '_>, ids: &[Id]) -> Result<Vec<Facts>> {
    let (now, settings) = (tx.now(), tx.services.settings.operations.clone());
    let alone = |case: CaseFacts| Facts {
        now,
        clue_max_age_hours: settings.clue_max_age_hours,
        contact_max_age_hours: settings.contact_max_age_hours,
        cases: vec![case],
        has_abort_criteria: false,
        receiving: None,
        approval: Approval::Missing,
    };
    Ok(cases(tx, ids, None, &Plan::default())?.into_iter().map(alone).collect())
}

fn cases(tx: &mut Tx<'_, '_>, ids: &[Id], site_id: Option<Id>, plan: &Plan) -> Result<Vec<CaseFacts>> {
    let mut victims: HashMap<Id, Vec<Id>> = HashMap::new();
    for person in people::store::of_cases(&tx.scope, tx.conn, ids)? {
        if person.role == PersonRole::Victim {
            victims.entry(person.case_id).or_default().push(person.id);
        }
    }
    let everybody: Vec<Id> = victims.values().flatten().copied().collect();
    let now = tx.now();
    let agreed: HashMap<Id, _> =
        consents::store::holding(&tx.scope, tx.conn, &everybody, Purpose::Rescue, now)?
            .into_iter()
            .map(|(person, consent, expires_at)| (person, (consent, expires_at)))
            .collect();
    let mut documents: HashMap<Id, Vec<DocumentState>> = HashMap::new();
    for document in &plan.exit_documents {
        documents.entry(document.person_id).or_default().push(document.state);
    }
    let elsewhere = elsewhere(tx, ids, site_id)?;
    // Clocks of senders may be ahead of ours; what is from further ahead tells nothing.
    let (organisation, latest) = (tx.scope.organisation_id, now.with_leeway());
    let mut cases = Vec::new();
    for id in ids.iter().copied() {
        let signs = watch::store::signs_of_life(tx.conn, organisation, id, latest)?;
        let victim = |person: Id| VictimFacts {
            id: person,
            has_channel: signs.contains_key(&person),
            last_sign_of_life_at: signs.get(&person).copied().flatten(),
            consent: agreed.get(&person).copied(),
            documents: documents.get(&person).cloned().unwrap_or_default(),
        };
        cases.push(CaseFacts {
            id,
            newest_clue_at: clues::store::newest_confirmed(tx.conn, organisation, id, latest)?,
            is_elsewhere: elsewhere.contains(&id),
            victims: victims.remove(&id).unwrap_or_default().into_iter().map(victim).collect(),
        });
    }
    Ok(cases)
}

/// Those cases whose newest estimate, as far as one was made, speaks against the site that the operation goes to.
fn elsewhere(tx: &mut Tx<'_, '_>, case_ids: &[Id], site_id: Option<Id>) -> Result<HashSet<Id>> {
    let Some(site) = site_id else { return Ok(HashSet::new()) };
    let organisation = tx.scope.organisation_id;
    let kept: HashMap<Id, _> =
        estimates::store::kept_of(tx.conn, organisation, case_ids)?.into_iter().collect();
    let mut found = HashSet::new();
    for key in crypto::store::data_keys(tx.conn, organisation, case_ids)? {
        let access = tx.vault(&key, Grants::of(&[Class::LocationPrecise]))?;
        let kept = access.open_opt(&estimates::model::KEPT, key.id, kept.get(&key.id))?;
        if kept.is_some_and(|kept| kept.is_against(site)) {
            found.insert(key.id);
        }
    }
    Ok(found)
}
