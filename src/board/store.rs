//! What the board counts, from the tables that know.

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::auth::model::UserStatus;
use crate::authz::{Role, Scope};
use crate::cases::model::{CaseStatus, Risk};
use crate::cases::store::within_reach;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::{Conn, literally};
use crate::error::Result;
use crate::on;
use crate::operations::model::OperationStatus;
use crate::schema::{assignments, cases, operation_members, operations, tasks, users};
use crate::tasks::model::TaskStatus;

/// Id, code name, status, risk, and when the case was opened.
pub(super) type Located = (Id, String, CaseStatus, Risk, Time);

/// Cases whose place is known, or for which a rescue is planned; the most urgent come first.
pub(super) fn located(scope: &Scope, conn: &mut Conn<'_>, limit: i64) -> Result<Vec<Located>> {
    Ok(on!(conn, c => {
        let query = cases::table
            .filter(cases::organisation_id.eq(scope.organisation_id))
            .filter(cases::status.eq_any([CaseStatus::Located, CaseStatus::RescuePlanned]))
            .order((cases::created_at.asc(), cases::id.asc()))
            .limit(limit)
            .select((cases::id, cases::code_name, cases::status, cases::risk, cases::created_at))
            .into_boxed::<Backend>();
        within_reach!(query, scope, cases::id).load(c)
    })?)
}

/// Active users in these roles, by when they came.
pub(super) fn staff(
    scope: &Scope,
    conn: &mut Conn<'_>,
    roles: &[Role],
) -> Result<Vec<(Id, Role, Sealed<String>)>> {
    Ok(on!(conn, c => users::table
        .filter(users::organisation_id.eq(scope.organisation_id))
        .filter(users::status.eq(UserStatus::Active))
        .filter(users::role.eq_any(roles))
        .order((users::created_at.asc(), users::id.asc()))
        .select((users::id, users::role, users::name))
        .load(c))?)
}

/// In how many operations that began since a moment each user was.
pub(super) fn recent_operations(scope: &Scope, conn: &mut Conn<'_>, since: Time) -> Result<Vec<(Id, i64)>> {
    Ok(on!(conn, c => operation_members::table
        .inner_join(operations::table.on(operations::organisation_id
            .eq(operation_members::organisation_id)
            .and(operations::id.eq(operation_members::operation_id))))
        .filter(operation_members::organisation_id.eq(scope.organisation_id))
        .filter(operations::status.eq_any([OperationStatus::InProgress, OperationStatus::Completed]))
        .filter(operations::starts_at.ge(since))
        .filter(operations::starts_at.le(scope.now))
        .group_by(operation_members::user_id)
        .select((operation_members::user_id, count_star()))
        .load(c))?)
}

/// How many open cases of each risk each user is on.
pub(super) fn open_cases(scope: &Scope, conn: &mut Conn<'_>) -> Result<Vec<(Id, Risk, i64)>> {
    Ok(on!(conn, c => assignments::table
        .inner_join(cases::table.on(
            cases::organisation_id.eq(assignments::organisation_id).and(cases::id.eq(assignments::case_id)),
        ))
        .filter(assignments::organisation_id.eq(scope.organisation_id))
        .filter(assignments::until_at.is_null())
        .filter(cases::status.ne(CaseStatus::Closed))
        .group_by((assignments::user_id, cases::risk))
        .select((assignments::user_id, cases::risk, count_star()))
        .load(c))?)
}

/// How many open tasks each user has that are due before a moment.
pub(super) fn open_tasks(scope: &Scope, conn: &mut Conn<'_>, due_before: Time) -> Result<Vec<(Id, i64)>> {
    Ok(on!(conn, c => tasks::table
        .filter(tasks::organisation_id.eq(scope.organisation_id))
        .filter(literally(tasks::status, TaskStatus::Open.as_str()))
        .filter(tasks::due_at.lt(due_before))
        .group_by(tasks::assignee_id)
        .select((tasks::assignee_id, count_star()))
        .load(c))?)
}
