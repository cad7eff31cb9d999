//! How often somebody reads a plan, and what follows when that is unusual.
//!
//! Every showing of a plan is counted in the transaction that shows it, so that the count is the same on every node;
//! reads are therefore units of work that write. Whoever only reads is refused beyond a limit; a step of the operation
//! never is, since people in the field wait for it.

use super::store::reads::{self, WINDOW_SECONDS};
use crate::alerts;
use crate::alerts::model::{AlertKind, NewAlert, OPEN_END};
use crate::authz::Tx;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};

/// Counts that the caller is shown these plans, and alerts the coordinators once in an hour to who is shown one too
/// often. Gives how often that was within an hour.
///
/// # Errors
/// Of the database.
pub fn count(tx: &mut Tx<'_, '_>, ids: &[Id]) -> Result<Vec<(Id, i64)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    reads::add(&tx.scope, tx.conn, ids)?;
    let counts = reads::counts(&tx.scope, tx.conn, ids)?;
    let usual = tx.services.settings.operations.plan_reads_per_hour;
    for (id, _) in counts.iter().filter(|(_, reads)| *reads > usual) {
        let alert = NewAlert {
            kind: AlertKind::PlanReads,
            case_id: None,
            operation_id: Some(*id),
            subject_id: Some(tx.scope.user_id),
            since: beginning_of_hour(tx.now()),
            open_until: OPEN_END,
        };
        alerts::model::raise(tx, &alert)?;
    }
    Ok(counts)
}

/// As [`count`], for somebody who only reads.
///
/// # Errors
/// 429 `too-many-plan-reads` beyond the limit.
pub fn admit(tx: &mut Tx<'_, '_>, ids: &[Id]) -> Result<()> {
    let limit = tx.services.settings.operations.plan_reads_limit;
    let counts = count(tx, ids)?;
    let Some((id, _)) = counts.into_iter().find(|(_, reads)| *reads > limit) else {
        return Ok(());
    };
    tx.about(id);
    let by_minute = reads::by_minute(&tx.scope, tx.conn, id)?;
    Err(Error::too_many("too-many-plan-reads", wait_seconds(&by_minute, limit, tx.now())))
}

/// One alert for each hour: its moment is part of what makes two alerts the same.
fn beginning_of_hour(now: Time) -> Time {
    Time::from_micros(now.as_seconds().div_euclid(WINDOW_SECONDS).saturating_mul(WINDOW_SECONDS * 1_000_000))
}

/// Seconds until so many of these reads no longer count that one more is within the limit.
fn wait_seconds(by_minute: &[(Time, i32)], limit: i64, now: Time) -> u64 {
    // With the read that was refused, which does not stay.
    let mut left: i64 = by_minute.iter().map(|(_, reads)| i64::from(*reads)).sum();
    for (minute, reads) in by_minute {
        left -= i64::from(*reads);
        if left <= limit {
            let until = minute.as_seconds() + WINDOW_SECONDS - now.as_seconds();
            return u64::try_from(until.max(1)).unwrap_or(1);
        }
    }
    WINDOW_SECONDS.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_waits_until_enough_reads_are_an_hour_old() {
        let at = |minutes: i64| Time::from_micros(minutes * 60_000_000);
        let reads = [(at(0), 2), (at(10), 3), (at(50), 6)];
        assert_eq!(wait_seconds(&reads, 10, at(55)), 300);
        assert_eq!(wait_seconds(&reads, 7, at(55)), 900);
        assert_eq!(wait_seconds(&reads, 5, at(55)), 3_300);
        assert_eq!(wait_seconds(&[(at(0), 1)], 0, at(60)), 1, "never none");
        assert_eq!(wait_seconds(&[], 0, at(0)), 3_600);
    }

    #[test]
    fn an_hour_begins_on_the_hour() {
        let at: Time = "2026-04-06T20:54:31Z".parse().unwrap();
        assert_eq!(beginning_of_hour(at).to_string(), "2026-04-06T20:00:00Z");
    }
}
