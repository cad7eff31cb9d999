//! The destroying itself: every row that hangs on a case, what points at others first.
//!
//! A test reads the schema and fails when a table names a case, or something of one, and neither goes here nor is said to
//! stay.

use diesel::prelude::*;

use crate::authz::Scope;
use crate::db::Conn;
use crate::db::types::Id;
use crate::error::Result;
use crate::on;
use crate::schema::{
    alert_events, alerts as alert_rows, assignments, attachment_custody, attachments, case_areas,
    case_estimates, case_events, cases, channel_rule_changes, channels, check_ins, clues, consents,
    deliveries, do_not_share, idempotency_keys, import_commits, imports, legal_bases, legal_holds,
    message_attachments, message_corrections, messages, operation_cases, operation_events, operation_members,
    operation_waivers, operations as operation_rows, packs, people, plan_reads, referrals, reports,
    retention_decisions, subject_accesses, tasks, upload_parts, uploads, watch_escalations, watch_pauses,
    watches,
};

/// Deletes the rows of some tables whose column `$by` names one of these.
macro_rules! erase {
    ($scope:expr, $conn:expr, $by:ident in $ids:expr; $($table:ident),+ $(,)?) => {
        $(
            on!($conn, c => diesel::delete($table::table
                    .filter($table::organisation_id.eq($scope.organisation_id))
                    .filter($table::$by.eq_any($ids)))
                .execute(c))?;
        )+
    };
}

/// The ids of the rows of a table that hang on a case.
macro_rules! ids {
    ($scope:expr, $conn:expr, $table:ident of $case:expr) => {
        on!($conn, c => $table::table
            .filter($table::organisation_id.eq($scope.organisation_id))
            .filter($table::case_id.eq($case))
            .select($table::id)
            .load::<Id>(c))?
    };
}

/// As many ids as a statement takes.
const CHUNK: usize = 1_000;

/// What was told of the case, and of operations that go with it.
pub(in crate::shred) fn alerts(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    operations: &[Id],
) -> Result<()> {
    // Or an event is added to an alert whose events are gone already.
    crate::alerts::store::dispatch::lock_head(conn, scope.organisation_id)?;
    let ids: Vec<Id> = on!(conn, c => alert_rows::table
        .filter(alert_rows::organisation_id.eq(scope.organisation_id))
        .filter(alert_rows::case_id.eq(case_id).or(alert_rows::operation_id.eq_any(operations)))
        .select(alert_rows::id)
        .load(c))?;
    for chunk in ids.chunks(CHUNK) {
        erase!(scope, conn, alert_id in chunk; deliveries, alert_events);
        erase!(scope, conn, id in chunk; alert_rows);
    }
    Ok(())
}

/// Operations that were for the case alone.
pub(in crate::shred) fn operations(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<()> {
    erase!(
        scope, conn, operation_id in ids;
        operation_waivers, check_ins, reports, packs, plan_reads, operation_events, operation_members, operation_cases,
    );
    erase!(scope, conn, id in ids; operation_rows);
    erase!(scope, conn, owner_id in ids.iter().map(|id| Some(*id)); idempotency_keys);
    Ok(())
}

/// Everything of the case but its key.
pub(in crate::shred) fn case(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<()> {
    for chunk in ids!(scope, conn, messages of case_id).chunks(CHUNK) {
        erase!(scope, conn, message_id in chunk; message_attachments);
    }
    for chunk in ids!(scope, conn, attachments of case_id).chunks(CHUNK) {
        erase!(scope, conn, attachment_id in chunk; message_attachments);
    }
    for chunk in ids!(scope, conn, uploads of case_id).chunks(CHUNK) {
        erase!(scope, conn, upload_id in chunk; upload_parts);
    }
    let case = [case_id];
    erase!(
        scope, conn, case_id in case;
        subject_accesses, consents, message_corrections, attachment_custody, import_commits, messages, attachments,
        uploads, imports, channel_rule_changes, channels, people, watch_escalations, watch_pauses, watches, clues,
        tasks, referrals, assignments, case_events, case_estimates, case_areas, legal_holds, legal_bases,
        retention_decisions, operation_cases,
    );
    erase!(scope, conn, case_id in case.map(Some); do_not_share);
    erase!(scope, conn, id in case; cases);
    erase!(scope, conn, owner_id in case.map(Some); idempotency_keys);
    Ok(())
}
