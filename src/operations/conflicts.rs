//! Whether two operations get in each other's way: the same people fetched twice, an officer in two places, two teams
//! that do not know of each other at one site in one night.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::model::{LIVE, OpenOperation, OperationKind, OperationStatus};
use super::store;
use super::store::nearby::{self, Slot};
use crate::authz::Tx;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};

/// Two operations are of the same night when less than 12 hours lie between them, in seconds.
const NIGHT: i64 = 12 * 3_600;

crate::words! {
    /// In what two operations meet.
    pub enum ConflictKind {
        /// Both are about the same case.
        SameCase = "same_case",
        /// Both want the same officer at the same time.
        SameMember = "same_member",
        /// Both go to the same site in the same night.
        SameSite = "same_site",
    }
}

/// One way in which another operation is in the way of this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = OperationConflict)]
pub struct Conflict {
    /// In what they meet.
    pub kind: ConflictKind,
    /// The other operation.
    pub operation_id: Id,
    /// Where that one stands.
    pub status: OperationStatus,
    /// The case, officer or site in which they meet.
    pub subject_id: Id,
    /// Whether an approval is refused until it is resolved; otherwise it is for the approver to weigh.
    pub refuses: bool,
}

/// What is compared of an operation.
#[derive(Debug, Clone)]
pub struct Claims {
    /// When, where, what.
    pub slot: Slot,
    /// About which cases.
    pub cases: HashSet<Id>,
    /// With whom.
    pub members: HashSet<Id>,
}

/// Whether somebody is to be brought out: nobody can be, twice in one night.
const fn brings_out(kind: OperationKind) -> bool {
    use OperationKind::{Extraction, Handover, RaidSupport, Reconnaissance, WelfareCheck};
    match kind {
        Extraction | Handover | RaidSupport => true,
        Reconnaissance | WelfareCheck => false,
    }
}

/// Whether two operations touch with so many seconds around each. One that is under way ends now at the earliest,
/// whatever its plan said.
fn touch(a: &Slot, b: &Slot, margin: i64, now: Time) -> bool {
    let end = |slot: &Slot| match slot.status {
        OperationStatus::InProgress => slot.ends_at.max(now),
        _ => slot.ends_at,
    };
    a.starts_at < end(b).plus_seconds(margin) && b.starts_at < end(a).plus_seconds(margin)
}

/// How `other` is in the way of `this`, in a fixed order.
pub fn between(this: &Claims, other: &Claims, now: Time) -> Vec<Conflict> {
    let mut found = Vec::new();
    let mut add = |kind, subject_id, refuses| {
        found.push(Conflict {
            kind,
            operation_id: other.slot.id,
            status: other.slot.status,
            subject_id,
            // What is only planned can still give way.
            refuses: refuses && LIVE.contains(&other.slot.status),
        });
    };
    let same_night = touch(&this.slot, &other.slot, NIGHT, now);
    if same_night {
        let refuses = brings_out(this.slot.kind) && brings_out(other.slot.kind);
        for case in sorted(&this.cases, &other.cases) {
            add(ConflictKind::SameCase, case, refuses);
        }
    }
    if touch(&this.slot, &other.slot, 0, now) {
        for member in sorted(&this.members, &other.members) {
            add(ConflictKind::SameMember, member, true);
        }
    }
    if let Some(site) = this.slot.site_id.filter(|site| same_night && other.slot.site_id == Some(*site)) {
        add(ConflictKind::SameSite, site, false);
    }
    found
}

fn sorted(a: &HashSet<Id>, b: &HashSet<Id>) -> Vec<Id> {
    let mut both: Vec<Id> = a.intersection(b).copied().collect();
    both.sort_unstable();
    both
}

/// Operations whose plan stands: one that is before an approver, and those that may begin or have begun.
const STANDING: [OperationStatus; 3] =
    [OperationStatus::Submitted, OperationStatus::Approved, OperationStatus::InProgress];

/// What the standing operations of a span claim.
///
/// # Errors
/// Of the database.
pub fn standing(tx: &mut Tx<'_, '_>, span: (Time, Time)) -> Result<Vec<Claims>> {
    let slots = nearby::between(&tx.scope, tx.conn, &STANDING, span)?;
    let ids: Vec<Id> = slots.iter().map(|slot| slot.id).collect();
    let cases = store::cases_of(&tx.scope, tx.conn, &ids)?;
    let members = nearby::members(&tx.scope, tx.conn, &ids)?;
    let (mut cases, mut members) = (by_operation(cases), by_operation(members));
    let claims = |slot: Slot| Claims {
        cases: cases.remove(&slot.id).unwrap_or_default(),
        members: members.remove(&slot.id).unwrap_or_default(),
        slot,
    };
    Ok(slots.into_iter().map(claims).collect())
}

fn by_operation(pairs: Vec<(Id, Id)>) -> HashMap<Id, HashSet<Id>> {
    let mut of: HashMap<Id, HashSet<Id>> = HashMap::new();
    for (operation, other) in pairs {
        of.entry(operation).or_default().insert(other);
    }
    of
}

/// What is in the way of an operation that has not ended.
///
/// # Errors
/// Of the database.
pub fn of(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<Vec<Conflict>> {
    let row = &operation.row;
    if matches!(row.status, OperationStatus::Completed | OperationStatus::Aborted) {
        return Ok(Vec::new());
    }
    let this = Claims {
        slot: Slot {
            id: row.id,
            kind: row.kind,
            status: row.status,
            site_id: row.site_id,
            lead_id: row.lead_id,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        },
        cases: store::case_ids(&tx.scope, tx.conn, row.id)?.into_iter().collect(),
        members: store::member_ids(&tx.scope, tx.conn, row.id)?.into_iter().collect(),
    };
    let now = tx.now();
    let span = (row.starts_at.plus_seconds(-NIGHT), row.ends_at.max(now).plus_seconds(NIGHT));
    let others = standing(tx, span)?;
    let others = others.iter().filter(|other| other.slot.id != row.id);
    Ok(others.flat_map(|other| between(&this, other, now)).collect())
}

/// Refuses an approval while another live operation wants the same person or the same officer. Until the transaction
/// ends, nobody else approves for them; the cases are held by whoever touched them.
///
/// # Errors
/// 409 `operations-conflict`.
pub fn check(tx: &mut Tx<'_, '_>, operation: &OpenOperation) -> Result<()> {
    let members = store::member_ids(&tx.scope, tx.conn, operation.row.id)?;
    nearby::lock_members(&tx.scope, tx.conn, &members)?;
    let refusing: Vec<String> = of(tx, operation)?
        .iter()
        .filter(|conflict| conflict.refuses)
        .map(|conflict| {
            let Conflict { kind, operation_id, subject_id, .. } = conflict;
            match kind {
                ConflictKind::SameMember => {
                    format!("operation {operation_id} has officer {subject_id} at that time")
                }
                ConflictKind::SameCase | ConflictKind::SameSite => {
                    format!("operation {operation_id} is about case {subject_id} in that night")
                }
            }
        })
        .collect();
    if refusing.is_empty() {
        return Ok(());
    }
    Err(Error::conflict(
        "operations-conflict",
        format!("Another operation that is approved or under way is in the way: {}.", refusing.join("; ")),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> Id {
        Id::from_slice(&[number; 16]).unwrap()
    }

    fn claims(number: u8, kind: OperationKind, status: OperationStatus, from_hour: i64) -> Claims {
        let midnight: Time = "2031-03-02T00:00:00Z".parse().unwrap();
        Claims {
            slot: Slot {
                id: id(number),
                kind,
                status,
                site_id: Some(id(90)),
                lead_id: id(80),
                starts_at: midnight.plus_seconds(from_hour * 3_600),
                ends_at: midnight.plus_seconds((from_hour + 4) * 3_600),
            },
            cases: [id(70)].into(),
            members: [id(80)].into(),
        }
    }

    fn told(this: &Claims, other: &Claims, now: &str) -> Vec<(ConflictKind, bool)> {
        let found = between(this, other, now.parse().unwrap());
        found.iter().map(|conflict| (conflict.kind, conflict.refuses)).collect()
    }

    const BEFORE: &str = "2031-03-01T00:00:00Z";

    #[test]
    fn nobody_is_fetched_twice_in_a_night_nor_in_two_places_at_once() {
        use ConflictKind::{SameCase, SameMember, SameSite};
        use OperationKind::{Extraction, Reconnaissance};
        use OperationStatus::{Approved, Draft, Submitted};
        let this = claims(1, Extraction, Draft, 20);
        let overlapping = claims(2, Extraction, Approved, 22);
        assert_eq!(
            told(&this, &overlapping, BEFORE),
            [(SameCase, true), (SameMember, true), (SameSite, false)]
        );
        let later_that_night = claims(2, Extraction, Approved, 30);
        assert_eq!(told(&this, &later_that_night, BEFORE), [(SameCase, true), (SameSite, false)]);
        let next_night = claims(2, Extraction, Approved, 44);
        assert_eq!(told(&this, &next_night, BEFORE), []);
        let a_look = claims(2, Reconnaissance, Approved, 30);
        assert_eq!(told(&this, &a_look, BEFORE), [(SameCase, false), (SameSite, false)]);
        let planned = claims(2, Extraction, Submitted, 22);
        assert!(told(&this, &planned, BEFORE).iter().all(|(_, refuses)| !refuses), "it can still give way");
    }

    #[test]
    fn what_runs_over_is_in_the_way_as_long_as_it_runs() {
        use OperationStatus::{Approved, Draft, InProgress};
        let this = claims(1, OperationKind::Extraction, Draft, 60);
        let running = claims(2, OperationKind::Extraction, InProgress, 20);
        assert_eq!(told(&this, &running, BEFORE), []);
        assert!(!told(&this, &running, "2031-03-04T13:00:00Z").is_empty());
        let never_begun = claims(2, OperationKind::Extraction, Approved, 20);
        assert_eq!(told(&this, &never_begun, "2031-03-04T13:00:00Z"), []);
    }
}
