//! What a device carries: by role, and no more than the newest of each kind.

use super::model::{Change, Record, RecordKind};
use crate::authz::{Role, Tx};
use crate::error::Result;
use crate::{alerts, cases, check_ins, operations, reports, tasks};

/// Alerts at most, the newest.
const ALERTS: i64 = 100;
/// Operations at most, those that changed last.
const OPERATIONS: i64 = 50;
/// Check-ins at most, the newest.
const CHECK_INS: i64 = 100;
/// Reports at most, the newest.
const REPORTS: i64 = 100;
/// Tasks at most, those that are due first.
const TASKS: i64 = 200;
/// Cases at most, those on which something happened last.
const CASES: i64 = 200;

/// The kinds of records that somebody needs where there is no link. A phone can be taken, so it is not all that they may
/// read.
const fn kinds(role: Role) -> &'static [RecordKind] {
    use RecordKind::{Alert, Case, CheckIn, Operation, Report, Task};
    match role {
        Role::FieldOfficer => &[Alert, Operation, CheckIn, Report],
        Role::Coordinator | Role::Caseworker => &[Alert, Operation, Task, Case],
        Role::Analyst => &[Alert, Task, Case],
        Role::Partner => &[Case],
        Role::Admin | Role::Auditor => &[],
    }
}

/// Everything that the caller's device is to hold, as the endpoints show it, the most urgent first.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn records(tx: &mut Tx<'_, '_>) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    for kind in kinds(tx.scope.role) {
        of_kind(tx, *kind, &mut records)?;
    }
    Ok(records)
}

fn of_kind(tx: &mut Tx<'_, '_>, kind: RecordKind, into: &mut Vec<Record>) -> Result<()> {
    let mut add = |id, change| into.push(Record { kind, id, change });
    match kind {
        RecordKind::Alert => {
            for (id, view) in alerts::model::current(tx, ALERTS)? {
                add(id, Change::Alert(Box::new(view)));
            }
        }
        RecordKind::Operation => {
            for (id, view) in operations::view::carried(tx, OPERATIONS)? {
                add(id, Change::Operation(Box::new(view)));
            }
        }
        RecordKind::CheckIn => {
            for (id, view) in check_ins::model::newest(tx, CHECK_INS)? {
                add(id, Change::CheckIn(Box::new(view)));
            }
        }
        RecordKind::Report => {
            for (id, view) in reports::model::newest(tx, REPORTS)? {
                add(id, Change::Report(Box::new(view)));
            }
        }
        RecordKind::Task => {
            for (id, view) in tasks::model::mine(tx, TASKS)? {
                add(id, Change::Task(Box::new(view)));
            }
        }
        RecordKind::Case => {
            for (id, view) in cases::model::outlines(tx, CASES)? {
                add(id, Change::Case(Box::new(view)));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authz::policy::decide;
    use crate::authz::{Action, Decision};

    fn read_by(kind: RecordKind) -> Action {
        match kind {
            RecordKind::Alert => Action::AlertList,
            RecordKind::Operation => Action::OperationShow,
            RecordKind::CheckIn => Action::CheckInList,
            RecordKind::Report => Action::ReportList,
            RecordKind::Task => Action::TaskShow,
            RecordKind::Case => Action::CaseShow,
        }
    }

    #[test]
    fn nobody_carries_what_they_may_not_read() {
        for role in Role::ALL {
            for kind in kinds(*role) {
                assert_eq!(decide(*role, read_by(*kind)), Decision::Allow, "{role} {kind}");
            }
            assert_eq!(
                decide(*role, Action::SyncChanges) == Decision::Allow,
                !kinds(*role).is_empty(),
                "{role}"
            );
        }
    }
}
