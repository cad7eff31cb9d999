//! How often plans are read, in the database.

use diesel::dsl::sum;
use diesel::prelude::*;

use crate::authz::Scope;
use crate::db::types::{Id, Time};
use crate::db::{Conn, among};
use crate::error::Result;
use crate::on;
use crate::schema::plan_reads;

/// The time over which reads are counted, in seconds.
pub const WINDOW_SECONDS: i64 = 3_600;

fn minute(at: Time) -> Time {
    Time::from_micros(at.as_seconds().div_euclid(60).saturating_mul(60_000_000))
}

/// Counts one more read of each of these plans by the caller.
pub(in crate::operations) fn add(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<()> {
    let mut ids = ids.to_vec();
    // In one order, so that two requests of one user cannot wait for each other.
    ids.sort_unstable();
    for id in ids {
        on!(conn, c => diesel::insert_into(plan_reads::table)
            .values((
                plan_reads::organisation_id.eq(scope.organisation_id),
                plan_reads::operation_id.eq(id),
                plan_reads::user_id.eq(scope.user_id),
                plan_reads::minute.eq(minute(scope.now)),
                plan_reads::reads.eq(1),
            ))
            .on_conflict((
                plan_reads::organisation_id,
                plan_reads::operation_id,
                plan_reads::user_id,
                plan_reads::minute,
            ))
            .do_update()
            .set(plan_reads::reads.eq(plan_reads::reads + 1))
            .execute(c))?;
    }
    Ok(())
}

/// How often the caller has read each of these plans within the window.
pub(in crate::operations) fn counts(
    scope: &Scope,
    conn: &mut Conn<'_>,
    ids: &[Id],
) -> Result<Vec<(Id, i64)>> {
    let rows: Vec<(Id, Option<i64>)> = on!(conn, c => plan_reads::table
        .filter(plan_reads::organisation_id.eq(scope.organisation_id))
        .filter(among(plan_reads::operation_id, ids))
        .filter(plan_reads::user_id.eq(scope.user_id))
        .filter(plan_reads::minute.gt(scope.now.plus_seconds(-WINDOW_SECONDS)))
        .group_by(plan_reads::operation_id)
        .order(plan_reads::operation_id.asc())
        .select((plan_reads::operation_id, sum(plan_reads::reads)))
        .load(c))?;
    Ok(rows.into_iter().map(|(id, reads)| (id, reads.unwrap_or(0))).collect())
}

/// The caller's reads of one plan within the window by the minute, oldest first.
pub(in crate::operations) fn by_minute(
    scope: &Scope,
    conn: &mut Conn<'_>,
    id: Id,
) -> Result<Vec<(Time, i32)>> {
    Ok(on!(conn, c => plan_reads::table
        .filter(plan_reads::organisation_id.eq(scope.organisation_id))
        .filter(plan_reads::operation_id.eq(id))
        .filter(plan_reads::user_id.eq(scope.user_id))
        .filter(plan_reads::minute.gt(scope.now.plus_seconds(-WINDOW_SECONDS)))
        .order(plan_reads::minute.asc())
        .select((plan_reads::minute, plan_reads::reads))
        .load(c))?)
}

/// Forgets reads that count no more.
///
/// # Errors
/// Of the database.
pub fn forget_old(conn: &mut Conn<'_>, now: Time) -> Result<()> {
    let before = now.plus_seconds(-2 * WINDOW_SECONDS);
    on!(conn, c => diesel::delete(plan_reads::table.filter(plan_reads::minute.lt(before))).execute(c))?;
    Ok(())
}
