//! What stands on the board.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::store;
use crate::alerts::model::OPEN_END;
use crate::authz::{Class, Grants, Role, Tx};
use crate::cases::model::{CaseStatus, Risk};
use crate::crypto::Access;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::gates;
use crate::gates::model::{Gate, judge};
use crate::operations::conflicts::{self, Claims, Conflict};
use crate::operations::model::{OperationKind, OperationStatus};
use crate::users;

const DAY: i64 = 86_400;
/// The span if nothing is said, in seconds.
const SPAN: i64 = 3 * DAY;
/// The longest span, in seconds.
const LONGEST: i64 = 31 * DAY;
/// Cases, officers and people who are shown, of each at most.
const MOST: usize = 200;

/// A span of time.
pub type Span = (Time, Time);

/// The span that is asked for.
///
/// # Errors
/// 422 when it ends before it begins, or is too long.
pub fn span(from: Option<Time>, until: Option<Time>, now: Time) -> Result<Span> {
    let from = from.unwrap_or(now);
    let until = until.unwrap_or_else(|| from.plus_seconds(SPAN));
    if until <= from {
        return Err(Error::invalid("until", "must be after from"));
    }
    if until > from.plus_seconds(LONGEST) {
        return Err(Error::invalid("until", "must be at most 31 days after from"));
    }
    Ok((from, until))
}

/// An operation, as far as it binds people and cases.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoardOperation {
    /// The id.
    operation_id: Id,
    /// What kind of act it is.
    kind: OperationKind,
    /// Where it stands.
    status: OperationStatus,
    /// When it is to begin (UTC).
    starts_at: Time,
    /// When it is to end (UTC).
    ends_at: Time,
    /// Who leads it.
    lead_id: Id,
}

impl From<&Claims> for BoardOperation {
    fn from(claims: &Claims) -> Self {
        let slot = &claims.slot;
        Self {
            operation_id: slot.id,
            kind: slot.kind,
            status: slot.status,
            starts_at: slot.starts_at,
            ends_at: slot.ends_at,
            lead_id: slot.lead_id,
        }
    }
}

/// A case whose place is known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoardCase {
    /// The id.
    case_id: Id,
    /// The case's code name.
    code_name: String,
    /// Where it stands.
    status: CaseStatus,
    /// What it may cost if it goes wrong.
    risk: Risk,
    /// Since when we know of it (UTC).
    created_at: Time,
    /// Whether all gates are open that a case opens by itself: a rescue can be planned.
    ready: bool,
    /// Those that are not: `fresh_clues`, `recent_contact`, `consent`.
    lacks: Vec<Gate>,
    /// The standing operations about it, whenever they are.
    operations: Vec<BoardOperation>,
}

/// The gates that hang on the case alone, whatever the plan.
const OF_THE_CASE: [Gate; 3] = [Gate::FreshClues, Gate::RecentContact, Gate::Consent];

/// Somebody who can be sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoardOfficer {
    /// Who.
    user_id: Id,
    /// Their name.
    name: String,
    /// Whether no standing operation binds them anywhere in the span.
    free: bool,
    /// From when nothing binds them until the span ends (UTC); absent when something does to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    free_from: Option<Time>,
    /// What binds them in the span.
    operations: Vec<BoardOperation>,
    /// In how many operations they were in the last seven days: who is tired makes mistakes.
    operations_last_7_days: i64,
}

/// How much somebody carries who works inside of cases.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoardWorkload {
    /// Who.
    user_id: Id,
    /// Their name.
    name: String,
    /// What they are.
    role: Role,
    /// Open cases they are on.
    cases: i64,
    /// Of these, such whose risk is high or critical.
    urgent_cases: i64,
    /// Tasks they still have to do.
    open_tasks: i64,
    /// Of these, such that are past due.
    overdue_tasks: i64,
}

/// Two operations of the span that are in each other's way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoardConflict {
    /// One of the two.
    operation_id: Id,
    /// The other one, and in what they meet.
    with: Conflict,
}

/// The board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardView {
    /// From when (UTC).
    from: Time,
    /// Until when (UTC).
    until: Time,
    /// Cases whose place is known, the ready ones first, then by risk, then by how long we know of them.
    cases: Vec<BoardCase>,
    /// Whether there are more than the 200 cases that are shown, which are those at the highest risk.
    cases_cut_short: bool,
    /// Field officers, the free ones first.
    officers: Vec<BoardOfficer>,
    /// Whether there are more than the 200 officers who are shown: the free ones first, and of these those who were sent least.
    officers_cut_short: bool,
    /// Coordinators, caseworkers and analysts, who carries least first.
    workload: Vec<BoardWorkload>,
    /// Whether there are more than the 200 people who are shown, who carry the fewest urgent cases, then the fewest cases.
    workload_cut_short: bool,
    /// Where the standing operations of the span are in each other's way.
    conflicts: Vec<BoardConflict>,
}

/// Puts the board together.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn board(tx: &mut Tx<'_, '_>, (from, until): Span) -> Result<BoardView> {
    let now = tx.now();
    let standing = conflicts::standing(tx, (from.min(now), OPEN_END))?;
    let inside: Vec<&Claims> =
        standing.iter().filter(|claims| claims.slot.starts_at < until && end(claims, now) > from).collect();
    let (cases, cases_cut_short) = cases(tx, &standing)?;
    let names = tx.organisation_access(Grants::of(&[Class::Outline]))?;
    let (officers, officers_cut_short) = officers(tx, &names, &inside, (from, until))?;
    let (workload, workload_cut_short) = workload(tx, &names)?;
    Ok(BoardView {
        from,
        until,
        cases,
        cases_cut_short,
        officers,
        officers_cut_short,
        workload,
        workload_cut_short,
        conflicts: in_each_others_way(&inside, now),
    })
}

fn end(claims: &Claims, now: Time) -> Time {
    match claims.slot.status {
        OperationStatus::InProgress => claims.slot.ends_at.max(now),
        _ => claims.slot.ends_at,
    }
}

/// One more than is shown, to know whether there are more.
fn one_more(than: usize) -> i64 {
    i64::try_from(than).unwrap_or(i64::MAX).saturating_add(1)
}

/// Cuts what was loaded to what is shown, and says whether anything was cut off.
fn cut<T>(rows: &mut Vec<T>) -> bool {
    let cut_short = rows.len() > MOST;
    rows.truncate(MOST);
    cut_short
}

fn cases(tx: &mut Tx<'_, '_>, standing: &[Claims]) -> Result<(Vec<BoardCase>, bool)> {
    let mut rows = store::located(&tx.scope, tx.conn, one_more(MOST))?;
    rows.sort_by_key(|row| (std::cmp::Reverse(row.3), row.4, row.0));
    let cut_short = cut(&mut rows);
    let ids: Vec<Id> = rows.iter().map(|row| row.0).collect();
    let mut lacks: HashMap<Id, Vec<Gate>> = HashMap::new();
    for facts in gates::facts::of_cases(tx, &ids)? {
        let closed = OF_THE_CASE.into_iter().filter(|gate| !judge(*gate, &facts).is_open).collect();
        lacks.extend(facts.cases.first().map(|case| (case.id, closed)));
    }
    let case = |(case_id, code_name, status, risk, created_at): store::Located| BoardCase {
        case_id,
        code_name,
        status,
        risk,
        created_at,
        ready: lacks.get(&case_id).is_some_and(Vec::is_empty),
        lacks: lacks.get(&case_id).cloned().unwrap_or_default(),
        operations: standing
            .iter()
            .filter(|claims| claims.cases.contains(&case_id))
            .map(BoardOperation::from)
            .collect(),
    };
    let mut cases: Vec<BoardCase> = rows.into_iter().map(case).collect();
    cases.sort_by_key(|case| (!case.ready, std::cmp::Reverse(case.risk), case.created_at, case.case_id));
    Ok((cases, cut_short))
}

fn officers(
    tx: &mut Tx<'_, '_>,
    names: &Access,
    inside: &[&Claims],
    (from, until): Span,
) -> Result<(Vec<BoardOfficer>, bool)> {
    let now = tx.now();
    let recent = store::recent_operations(&tx.scope, tx.conn, now.plus_seconds(-7 * DAY))?;
    let mut bound: HashMap<Id, Vec<&Claims>> = HashMap::new();
    for claims in inside {
        for member in &claims.members {
            bound.entry(*member).or_default().push(claims);
        }
    }
    // Enough of them that those who are shown are among them, whoever is bound or was sent lately.
    let enough = one_more(MOST + bound.len() + recent.len());
    let mut staff = store::staff(&tx.scope, tx.conn, Role::FieldOfficer, enough)?;
    let tired = |user_id| recent.get(&user_id).copied().unwrap_or(0);
    staff.sort_by_key(|row| (bound.contains_key(&row.id), tired(row.id), row.id));
    let cut_short = cut(&mut staff);
    let officer = |row: store::StaffRow| {
        let bound = bound.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        let free_from = bound.iter().map(|claims| end(claims, now)).max().unwrap_or(from);
        Ok(BoardOfficer {
            user_id: row.id,
            name: names.open(&users::model::NAME, row.id, &row.name)?.unwrap_or_default(),
            free: bound.is_empty(),
            free_from: (free_from < until).then_some(free_from),
            operations: bound.iter().map(|claims| BoardOperation::from(*claims)).collect(),
            operations_last_7_days: tired(row.id),
        })
    };
    Ok((staff.into_iter().map(officer).collect::<Result<_>>()?, cut_short))
}

fn workload(tx: &mut Tx<'_, '_>, names: &Access) -> Result<(Vec<BoardWorkload>, bool)> {
    let mut staff = Vec::new();
    for role in [Role::Coordinator, Role::Caseworker, Role::Analyst] {
        staff.extend(store::staff(&tx.scope, tx.conn, role, one_more(MOST))?);
    }
    staff.sort_by_key(|row| (row.urgent_caseload, row.caseload, row.id));
    let cut_short = cut(&mut staff);
    let ids: Vec<Id> = staff.iter().map(|row| row.id).collect();
    let open: HashMap<Id, i64> = store::open_tasks(&tx.scope, tx.conn, &ids, OPEN_END)?.into_iter().collect();
    let overdue: HashMap<Id, i64> =
        store::open_tasks(&tx.scope, tx.conn, &ids, tx.now())?.into_iter().collect();
    let person = |row: store::StaffRow| {
        Ok(BoardWorkload {
            user_id: row.id,
            name: names.open(&users::model::NAME, row.id, &row.name)?.unwrap_or_default(),
            role: row.role,
            cases: row.caseload,
            urgent_cases: row.urgent_caseload,
            open_tasks: open.get(&row.id).copied().unwrap_or(0),
            overdue_tasks: overdue.get(&row.id).copied().unwrap_or(0),
        })
    };
    let mut workload = staff.into_iter().map(person).collect::<Result<Vec<_>>>()?;
    workload.sort_by_key(|person| (person.urgent_cases, person.cases, person.open_tasks, person.user_id));
    Ok((workload, cut_short))
}

fn in_each_others_way(inside: &[&Claims], now: Time) -> Vec<BoardConflict> {
    let mut found = Vec::new();
    for (index, this) in inside.iter().enumerate() {
        for other in inside.iter().skip(index + 1) {
            let conflicts = conflicts::between(this, other, now);
            found
                .extend(conflicts.into_iter().map(|with| BoardConflict { operation_id: this.slot.id, with }));
        }
    }
    found
}
