//! Which cases are in the caller's reach.

use diesel::prelude::*;

use crate::authz::{Reach, Scope};
use crate::db::types::Id;
use crate::db::{Conn, among};
use crate::error::{Error, Result};
use crate::on;
use crate::operations::model::LIVE;
use crate::referrals::model::ReferralStatus;
use crate::schema::{assignments, break_glass, operation_cases, operation_members, operations, referrals};

/// Narrows a boxed query to the cases in the caller's reach, by `$case_id`, its column that names the case. The one
/// place that says how reach is found.
///
/// It is asked of each row by itself, so it costs the same for whoever has five cases and for whoever has five thousand;
/// but a query must not rely on it to find rows: where it may pass over many, [`own`] says where to look.
macro_rules! within_reach {
    ($query:expr, $scope:expr, $case_id:expr) => {{
        use diesel::dsl::exists;
        use $crate::authz::Reach;
        use $crate::schema::{
            assignments, break_glass, operation_cases, operation_members, operations, referrals,
        };
        match $scope.reach() {
            Reach::Nothing => return Err($crate::error::Error::not_found()),
            Reach::Organisation => $query,
            Reach::Assigned => $query.filter(
                exists(
                    assignments::table
                        .filter(assignments::organisation_id.eq($scope.organisation_id))
                        .filter(assignments::user_id.eq($scope.user_id))
                        .filter(assignments::case_id.eq($case_id))
                        .filter(assignments::until_at.is_null()),
                )
                // A comparison with none holds for nothing: where break-glass does not count, there is none.
                .or(exists(
                    break_glass::table
                        .filter(break_glass::organisation_id.eq($scope.organisation_id))
                        .filter(break_glass::user_id.eq($scope.user_id))
                        .filter(break_glass::case_id.eq($case_id))
                        .filter(break_glass::opened_at.le($scope.glass))
                        .filter(break_glass::closes_at.gt($scope.glass))
                        .filter(break_glass::ended_at.is_null()),
                )),
            ),
            Reach::Referred => $query.filter(exists(
                referrals::table
                    .filter(referrals::organisation_id.eq($scope.organisation_id))
                    .filter(referrals::user_id.eq($scope.user_id))
                    .filter(referrals::case_id.eq($case_id))
                    .filter(referrals::status.eq($crate::referrals::model::ReferralStatus::Accepted))
                    .filter(referrals::expires_at.gt($scope.now)),
            )),
            Reach::Operation => $query.filter(exists(
                operation_cases::table
                    .inner_join(
                        operations::table.on(operations::organisation_id
                            .eq(operation_cases::organisation_id)
                            .and(operations::id.eq(operation_cases::operation_id))),
                    )
                    .inner_join(
                        operation_members::table.on(operation_members::organisation_id
                            .eq(operation_cases::organisation_id)
                            .and(operation_members::operation_id.eq(operation_cases::operation_id))),
                    )
                    .filter(operation_cases::organisation_id.eq($scope.organisation_id))
                    .filter(operation_cases::case_id.eq($case_id))
                    .filter(operation_members::user_id.eq($scope.user_id))
                    .filter(operations::status.eq_any($crate::operations::model::LIVE)),
            )),
        }
    }};
}
pub(crate) use within_reach;

/// Where to look for the cases of whoever has cases of their own: as many as somebody works on, however large the
/// organisation is. None for whoever reaches all of them. Whether each of them is in reach is still asked by
/// `within_reach!`.
///
/// # Errors
/// 404 for a role that reaches no case at all.
pub fn own(scope: &Scope, conn: &mut Conn<'_>) -> Result<Option<Vec<Id>>> {
    let mut ids: Vec<Id> = match scope.reach() {
        Reach::Nothing => return Err(Error::not_found()),
        Reach::Organisation => return Ok(None),
        Reach::Assigned => {
            let mut ids = assigned_to(scope, conn, scope.user_id)?;
            ids.extend(on!(conn, c => break_glass::table
                .filter(break_glass::organisation_id.eq(scope.organisation_id))
                .filter(break_glass::user_id.eq(scope.user_id))
                .filter(break_glass::opened_at.le(scope.glass))
                .filter(break_glass::closes_at.gt(scope.glass))
                .filter(break_glass::ended_at.is_null())
                .select(break_glass::case_id)
                .load::<Id>(c))?);
            ids
        }
        Reach::Referred => on!(conn, c => referrals::table
            .filter(referrals::organisation_id.eq(scope.organisation_id))
            .filter(referrals::user_id.eq(scope.user_id))
            .filter(referrals::status.eq(ReferralStatus::Accepted))
            .filter(referrals::expires_at.gt(scope.now))
            .select(referrals::case_id)
            .load(c))?,
        Reach::Operation => of_operations(scope, conn)?,
    };
    ids.sort_unstable();
    ids.dedup();
    Ok(Some(ids))
}

/// In steps: joined, SQLite would begin with the cases of all operations.
fn of_operations(scope: &Scope, conn: &mut Conn<'_>) -> Result<Vec<Id>> {
    let mine: Vec<Id> = on!(conn, c => operation_members::table
        .filter(operation_members::organisation_id.eq(scope.organisation_id))
        .filter(operation_members::user_id.eq(scope.user_id))
        .select(operation_members::operation_id)
        .load(c))?;
    let live: Vec<Id> = on!(conn, c => operations::table
        .filter(operations::organisation_id.eq(scope.organisation_id))
        .filter(among(operations::id, &mine))
        .filter(operations::status.eq_any(LIVE))
        .select(operations::id)
        .load(c))?;
    Ok(on!(conn, c => operation_cases::table
        .filter(operation_cases::organisation_id.eq(scope.organisation_id))
        .filter(among(operation_cases::operation_id, &live))
        .select(operation_cases::case_id)
        .load(c))?)
}

/// The cases that somebody is on now.
pub(super) fn assigned_to(scope: &Scope, conn: &mut Conn<'_>, user: Id) -> Result<Vec<Id>> {
    Ok(on!(conn, c => assignments::table
        .filter(assignments::organisation_id.eq(scope.organisation_id))
        .filter(assignments::user_id.eq(user))
        .filter(assignments::until_at.is_null())
        .select(assignments::case_id)
        .load(c))?)
}
