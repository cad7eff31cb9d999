//! What an operation does to its cases: an approved plan to bring somebody out, and what came of it for each person.
//!
//! All of it happens in the transaction of the step itself, by whoever takes it: a field officer who ends an operation
//! moves cases that they may not read.

use std::collections::HashMap;

use super::model::{
    Ending, OUTCOME, OpenOperation, OperationEventKind, OperationKind, PersonOutcome, TARGET,
};
use super::store;
use crate::authz::{Class, Grants, Role, Tx};
use crate::cases::model::{CaseStatus, OpenCase, next_statuses};
use crate::clues::data::{AbsenceAtSite, AbsenceData, AbsenceInCircle, ClueData, SiteData};
use crate::clues::model::{ClueSource, Reliability, SourceKind};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::number::{Amount, Kilometres, Probability};
use crate::observations::data::{Count, MovedToData, ObservationData};
use crate::observations::witness::{Witness, WitnessKind};
use crate::people::model::PersonRole;
use crate::people::store::PersonRow;
use crate::reports::findings::{SEEN_BY_US, from_the_field};
use crate::reports::observed::see;
use crate::tasks::model::{NewTask, TaskKind};
use crate::{assignments, cases, clues, people, tasks, users};

/// Operations that are planned to bring people out. While one of them is approved or under way, so is the way out of
/// its cases.
pub const RESCUES: [OperationKind; 3] =
    [OperationKind::Extraction, OperationKind::RaidSupport, OperationKind::Handover];

/// How far around its target a team looks, in kilometres, where the plan names no site.
const TARGET_KM: f64 = 0.5;

/// The grades of what a team of ours was told on the spot: usually reliable, possibly true.
const TOLD_TO_US: (Reliability, i32) = (Reliability::B, 3);

const SCREEN: &str = "Screen whoever came out: are they victims of trafficking, and what do they need?";
const SCREEN_NOTE: &str = "\
To be done by somebody trained for it, in private, in a language that the person chooses, with an interpreter who has \
nothing to do with the compound. First safety, a doctor, food and sleep, and a call home if they want one. Say what is \
asked and why, and go on only with their consent; they may stop at any time. Ask how they were recruited and what was \
promised, who holds their papers, about debts and fines, threats and blows, guards and locked doors, and what happened to \
those who refused to work. Whoever may be under 18 has a guardian from the first question on.\n\
Until this is done, and after it if they are victims, they are not suspects: nobody is to be held, charged or fined for \
what they were made to do, nor for how they entered or stayed (the principle of non-punishment, ACTIP Article 14). If \
others question them, a lawyer is there first.\n\
Put the result on the case, and who was told of it; refer with their consent to those who identify victims officially, to \
shelter and to their embassy.";
const SPEAK_AGAIN: &str = "Speak again with whoever did not want to come";
const SPEAK_AGAIN_NOTE: &str = "\
To decline is their right, and often not the last word: debts, threats against others, fear of being arrested or of shame \
at home, somebody who listened. Ask on a safe channel what would have to be different, and do not press. See whether the \
attempt has put them in danger, and whether the contact watch should be closer for a while.";

/// What came of an operation for one case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Told {
    /// All victims of the case are out, those of earlier operations counted.
    all_out: bool,
    /// At least one was not where they were believed to be.
    gone: bool,
    /// At least one was there, or is known to be elsewhere.
    placed: bool,
}

/// Where a case goes, and why; `None` when it stays. `stands` says that another rescue is approved or under way for it,
/// `ended` that this was one.
fn goal(from: CaseStatus, told: Told, stands: bool, ended: bool) -> Option<(CaseStatus, &'static str)> {
    use CaseStatus::{Active, Located, Recovered, RescuePlanned};
    if from >= Recovered {
        return None;
    }
    let (to, why) = if told.all_out {
        (Recovered, "An operation has brought them out.")
    } else if stands {
        return None;
    } else if told.placed {
        (Located, "An operation has ended; where they are is known.")
    } else if told.gone && from > Active {
        (Active, "An operation did not find them where they were believed to be.")
    } else if ended && from == RescuePlanned {
        (Located, "The operation that was to bring them out has ended.")
    } else {
        return None;
    };
    (to != from).then_some((to, why))
}

/// The steps by which the machine of cases gets there.
fn way(from: CaseStatus, to: CaseStatus) -> Vec<CaseStatus> {
    if next_statuses(from).contains(&to) { vec![to] } else { vec![CaseStatus::Active, to] }
}

fn go(tx: &mut Tx<'_, '_>, case: &mut OpenCase, to: CaseStatus, why: &str) -> Result<()> {
    for step in way(case.row.status, to) {
        cases::model::go(tx, case, step, Some(&why.to_owned()), None)?;
    }
    Ok(())
}

/// Opens cases of an operation in reach, each for this transaction alone.
fn open(tx: &mut Tx<'_, '_>, case_ids: &[Id]) -> Result<Vec<OpenCase>> {
    for case in case_ids {
        cases::store::touch(&tx.scope, tx.conn, *case)?;
    }
    cases::model::open_many(tx, case_ids)
}

/// The cases for which an operation holds a way out: those of a rescue that is approved or under way.
///
/// # Errors
/// Of the database.
pub fn held(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<Vec<Id>> {
    let row = &operation.row;
    if super::model::LIVE.contains(&row.status) && RESCUES.contains(&row.kind) {
        return store::case_ids(&tx.scope, tx.conn, row.id);
    }
    Ok(Vec::new())
}

/// A plan was approved: where its cases are located and it is a rescue, a way out is planned.
///
/// # Errors
/// Of the database.
pub fn approved(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<()> {
    if !RESCUES.contains(&operation.row.kind) {
        return Ok(());
    }
    let case_ids = store::case_ids(&tx.scope, tx.conn, operation.row.id)?;
    for mut case in open(tx, &case_ids)? {
        if case.row.status == CaseStatus::Located {
            go(tx, &mut case, CaseStatus::RescuePlanned, "A plan to bring them out was approved.")?;
        }
    }
    Ok(())
}

/// An approval was taken back: what was planned with it for these cases is planned no more, unless another plan stands.
///
/// # Errors
/// Of the database.
pub fn fell(tx: &mut Tx<'_, '_>, operation_id: Id, case_ids: &[Id]) -> Result<()> {
    for mut case in open(tx, case_ids)? {
        let stands = store::has_live(&tx.scope, tx.conn, case.row.id, &RESCUES, operation_id)?;
        if case.row.status == CaseStatus::RescuePlanned && !stands {
            let why = "The plan to bring them out was changed and is no longer approved.";
            go(tx, &mut case, CaseStatus::Located, why)?;
        }
    }
    Ok(())
}

/// An operation ends or is broken off: cases move, clues and tasks follow from what came of it for each person.
///
/// # Errors
/// 422 on `/moved_to_site_id`; `internal` when a column was changed or moved.
pub fn ended(tx: &mut Tx<'_, '_>, operation: &OpenOperation, ending: &Ending) -> Result<()> {
    let was_rescue = !held(tx, operation)?.is_empty();
    let case_ids = store::case_ids(&tx.scope, tx.conn, operation.row.id)?;
    let outcomes: HashMap<Id, PersonOutcome> =
        ending.people.iter().map(|result| (result.person_id, result.outcome)).collect();
    let cases = open(tx, &case_ids)?;
    // Cases, then sites, then clues and estimates: see `reports::observed::record`.
    tell_move(tx, operation, ending)?;
    for mut case in cases {
        let people = people::store::of_cases(&tx.scope, tx.conn, &[case.row.id])?;
        // Of whoever is not held there themselves, an operation tells nothing of where the held ones are.
        let held = |row: &PersonRow| matches!(row.role, PersonRole::Victim | PersonRole::Companion);
        let had = |wanted: PersonOutcome| {
            people.iter().any(|row| held(row) && outcomes.get(&row.id) == Some(&wanted))
        };
        let (recovered, declined) = (had(PersonOutcome::Recovered), had(PersonOutcome::Declined));
        let (not_found, moved) = (had(PersonOutcome::NotFound), had(PersonOutcome::Moved));
        if recovered {
            give(tx, operation, &case, TaskKind::Screening)?;
        }
        if declined {
            give(tx, operation, &case, TaskKind::FollowUp)?;
        }
        if not_found || moved {
            tell_absence(tx, operation, &case, ending)?;
        }
        if let Some(site_id) = ending.moved_to_site_id.filter(|_| moved) {
            let data = ClueData::Site(SiteData { site_id });
            tell(tx, &case, data, (tx.now(), None), TOLD_TO_US)?;
        }
        let told = Told {
            all_out: recovered && all_out(tx, case.row.id, &people, &outcomes)?,
            gone: not_found || moved,
            placed: declined || (moved && ending.moved_to_site_id.is_some()),
        };
        let stands = store::has_live(&tx.scope, tx.conn, case.row.id, &RESCUES, operation.row.id)?;
        if let Some((to, why)) = goal(case.row.status, told, stands, was_rescue) {
            go(tx, &mut case, to, why)?;
        }
    }
    Ok(())
}

/// Whether every victim of a case is out, by what is told now and what earlier operations told since the case last came
/// back from there.
fn all_out(
    tx: &mut Tx<'_, '_>,
    case_id: Id,
    people: &[PersonRow],
    outcomes: &HashMap<Id, PersonOutcome>,
) -> Result<bool> {
    let mut known: HashMap<Id, PersonOutcome> = HashMap::new();
    let since = cases::store::came_back_at(&tx.scope, tx.conn, case_id)?;
    for (id, sealed, key) in store::endings(&tx.scope, tx.conn, case_id, since)? {
        let access = tx.vault(&key, Grants::of(&[Class::Plan]))?;
        let earlier = access.open(&OUTCOME, id, &sealed)?.unwrap_or_default();
        known.extend(earlier.people.iter().map(|result| (result.person_id, result.outcome)));
    }
    known.extend(outcomes);
    let mut victims = people.iter().filter(|row| row.role == PersonRole::Victim).peekable();
    Ok(victims.peek().is_some() && victims.all(|row| known.get(&row.id) == Some(&PersonOutcome::Recovered)))
}

/// That people were taken from the site of an operation to another, as many as are known by name.
fn tell_move(tx: &mut Tx<'_, '_>, operation: &OpenOperation, ending: &Ending) -> Result<()> {
    let moved = ending.people.iter().filter(|result| result.outcome == PersonOutcome::Moved).count();
    let (Some(from), Some(site_id)) = (operation.row.site_id, ending.moved_to_site_id) else { return Ok(()) };
    if moved == 0 || from == site_id {
        return Ok(());
    }
    let count = Amount::new(i32::try_from(moved).unwrap_or(i32::MAX)).map_err(Error::internal)?;
    let people = Some(Count { low: count, high: count });
    let data = ObservationData::MovedTo(MovedToData { site_id, people });
    let source = Witness { kind: WitnessKind::FieldReport, report_id: None, label: None };
    see(tx, from, data, tx.now(), source)
}

/// That they were not where the team looked, unless a report of this operation has told so already: the same search must
/// not count twice.
fn tell_absence(
    tx: &mut Tx<'_, '_>,
    operation: &OpenOperation,
    case: &OpenCase,
    ending: &Ending,
) -> Result<()> {
    let OpenOperation { row, access } = operation;
    if clues::store::has_absence_of(&tx.scope, tx.conn, case.row.id, row.id)? {
        return Ok(());
    }
    let probability_of_detection = match ending.probability_of_detection {
        Some(stated) => stated,
        None => {
            Probability::new(tx.services.settings.field.detection.clamp(0.0, 1.0)).map_err(Error::internal)?
        }
    };
    let absence = match (row.site_id, access.open_opt(&TARGET, row.id, row.target.as_ref())?) {
        (Some(site_id), _) => AbsenceData::Site(AbsenceAtSite { site_id, probability_of_detection }),
        (None, Some(target)) => AbsenceData::Circle(AbsenceInCircle {
            lat: target.lat,
            lon: target.lon,
            radius_km: Kilometres::new(TARGET_KM).map_err(Error::internal)?,
            probability_of_detection,
        }),
        // A plan that says nowhere where it leads says nothing of where they are not.
        (None, None) => return Ok(()),
    };
    let now = tx.now();
    let times = match store::happened_at(&tx.scope, tx.conn, row.id, OperationEventKind::Started)? {
        Some(started_at) => (started_at.min(now), Some(now)),
        None => (now, None),
    };
    tell(tx, case, ClueData::Absence(absence), times, SEEN_BY_US)
}

fn tell(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    data: ClueData,
    times: (Time, Option<Time>),
    grades: (Reliability, i32),
) -> Result<()> {
    let label = Some("What came of an operation.".to_owned());
    let source = ClueSource { kind: SourceKind::FieldReport, reference: None, label };
    let clue = from_the_field(tx, data, times, grades, source)?;
    clues::model::attest(tx, case, clue).map(drop)
}

fn give(tx: &mut Tx<'_, '_>, operation: &OpenOperation, case: &OpenCase, kind: TaskKind) -> Result<()> {
    let field = &tx.services.settings.field;
    let (title, note, hours) = match kind {
        TaskKind::Screening => (SCREEN, SCREEN_NOTE, field.screening_hours),
        TaskKind::FollowUp | TaskKind::General => (SPEAK_AGAIN, SPEAK_AGAIN_NOTE, field.follow_up_hours),
    };
    let assignee_id = keeper(tx, operation, case)?;
    let task = NewTask {
        // In the order of the words, for two of one moment.
        id: Id::sequence(tx.now(), kind as u32),
        kind,
        title: title.to_owned(),
        note: Some(note.to_owned()),
        due_at: tx.now().plus_seconds(hours.saturating_mul(3_600)),
        assignee_id,
    };
    tasks::model::give(tx, case, task).map(drop)
}

/// Who sees to it that a task is done: the lead of the case, else a coordinator who had to do with the operation, else
/// any.
fn keeper(tx: &mut Tx<'_, '_>, operation: &OpenOperation, case: &OpenCase) -> Result<Id> {
    let row = &operation.row;
    let lead = assignments::store::lead(tx.conn, row.organisation_id, case.row.id)?;
    let nearest = [lead, Some(tx.scope.user_id), row.approved_by, row.submitted_by, Some(row.created_by)];
    for user in nearest.into_iter().flatten() {
        if tasks::model::may_hold(tx, case, user)? {
            return Ok(user);
        }
    }
    let any = users::store::first_active(&tx.scope, tx.conn, Role::Coordinator)?;
    Ok(any.unwrap_or(row.created_by))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::model::decide_move;

    proptest! {
        #[test]
        fn whatever_is_told_the_machine_of_cases_has_the_way(
            from in proptest::sample::select(CaseStatus::ALL),
            all_out in any::<bool>(), gone in any::<bool>(), placed in any::<bool>(),
            stands in any::<bool>(), ended in any::<bool>(),
        ) {
            let told = Told { all_out, gone, placed };
            if let Some((to, why)) = goal(from, told, stands, ended) {
                let mut at = from;
                for step in way(from, to) {
                    prop_assert!(decide_move(at, step, Some(why)).is_ok(), "{at} to {step}");
                    at = step;
                }
                prop_assert_eq!(at, to);
                prop_assert!(to != CaseStatus::Closed && to != CaseStatus::RescuePlanned);
            } else {
                // What is out stays out, and nothing that is known is passed over without a reason.
                prop_assert!(from >= CaseStatus::Recovered || !all_out);
            }
        }
    }
}
