//! What the board counts, from the tables that know.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::auth::model::UserStatus;
use crate::authz::{Role, Scope};
use crate::cases::model::{CaseStatus, Risk};
use crate::cases::store::within_reach;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::{Window, merged, within};
use crate::db::{Conn, among, literally};
use crate::error::Result;
use crate::on;
use crate::operations::model::OperationStatus;
use crate::schema::{cases, operation_members, operations, tasks, users};
use crate::tasks::model::TaskStatus;

/// Id, code name, status, risk, and when the case was opened.
pub(super) type Located = (Id, String, CaseStatus, Risk, Time);

/// Cases whose place is known, or for which a rescue is planned: those at the highest risk, and of one risk those that we
/// have known longest.
pub(super) fn located(scope: &Scope, conn: &mut Conn<'_>, limit: i64) -> Result<Vec<Located>> {
    let mut places = Vec::new();
    for risk in Risk::ALL.iter().rev() {
        let left = limit.saturating_sub(i64::try_from(places.len()).unwrap_or(i64::MAX));
        if left == 0 {
            break;
        }
        let window = Window { after: None, descending: false, limit: left };
        let found: Vec<(Time, Id)> = on!(conn, c => {
            let run = |status: CaseStatus| {
                let query = cases::table
                    .filter(cases::organisation_id.eq(scope.organisation_id))
                    .filter(cases::status.eq(status))
                    .filter(cases::risk.eq(*risk))
                    .select((cases::created_at, cases::id))
                    .into_boxed::<Backend>();
                within!(query, window, cases::created_at, cases::id)
            };
            merged([CaseStatus::Located, CaseStatus::RescuePlanned].map(run).into(), window).load(c)
        })?;
        places.extend(found);
    }
    let ids: Vec<Id> = places.iter().map(|(_, id)| *id).collect();
    Ok(on!(conn, c => {
        let query = cases::table
            .filter(cases::organisation_id.eq(scope.organisation_id))
            .filter(among(cases::id, &ids))
            .select((cases::id, cases::code_name, cases::status, cases::risk, cases::created_at))
            .into_boxed::<Backend>();
        within_reach!(query, scope, cases::id).load(c)
    })?)
}

/// Somebody of the organisation, and how many cases they are on.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct StaffRow {
    pub(super) id: Id,
    pub(super) role: Role,
    pub(super) name: Sealed<String>,
    pub(super) caseload: i64,
    pub(super) urgent_caseload: i64,
}

/// Active users in a role, who carries least first.
pub(super) fn staff(scope: &Scope, conn: &mut Conn<'_>, role: Role, limit: i64) -> Result<Vec<StaffRow>> {
    Ok(on!(conn, c => users::table
        .filter(users::organisation_id.eq(scope.organisation_id))
        .filter(users::status.eq(UserStatus::Active))
        .filter(users::role.eq(role))
        .order((users::urgent_caseload.asc(), users::caseload.asc(), users::id.asc()))
        .limit(limit)
        .select(StaffRow::as_select())
        .load(c))?)
}

/// In how many operations that began since a moment each user was. In steps: joined, SQLite would begin with the members of
/// all operations that there ever were.
pub(super) fn recent_operations(scope: &Scope, conn: &mut Conn<'_>, since: Time) -> Result<HashMap<Id, i64>> {
    let begun: Vec<Id> = on!(conn, c => operations::table
        .filter(operations::organisation_id.eq(scope.organisation_id))
        .filter(operations::status.eq_any([OperationStatus::InProgress, OperationStatus::Completed]))
        .filter(operations::starts_at.ge(since))
        .filter(operations::starts_at.le(scope.now))
        .select(operations::id)
        .load(c))?;
    let mut sent: HashMap<Id, i64> = HashMap::new();
    for chunk in begun.chunks(1_000) {
        let members: Vec<Id> = on!(conn, c => operation_members::table
            .filter(operation_members::organisation_id.eq(scope.organisation_id))
            .filter(among(operation_members::operation_id, chunk))
            .select(operation_members::user_id)
            .load(c))?;
        for member in members {
            *sent.entry(member).or_default() += 1;
        }
    }
    Ok(sent)
}

/// How many open tasks each of some users has that are due before a moment.
pub(super) fn open_tasks(
    scope: &Scope,
    conn: &mut Conn<'_>,
    user_ids: &[Id],
    due_before: Time,
) -> Result<Vec<(Id, i64)>> {
    Ok(on!(conn, c => tasks::table
        .filter(tasks::organisation_id.eq(scope.organisation_id))
        .filter(among(tasks::assignee_id, user_ids))
        .filter(literally(tasks::status, TaskStatus::Open.as_str()))
        .filter(tasks::due_at.lt(due_before))
        .group_by(tasks::assignee_id)
        .select((tasks::assignee_id, count_star()))
        .load(c))?)
}
