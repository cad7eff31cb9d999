//! When a closed case is due for a decision, and what was decided.

use super::store::{self, DecisionRow, DueRow};
use crate::authz::{Class, Grants, Tx};
use crate::cases::model::{CaseStatus, ClosingReason, OpenCase};
use crate::config::RetentionSettings;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::{cases, view};

/// Why a case is kept for longer.
pub const REASON: Field<String> = Field::new("retention_decisions.reason", Class::Content);

/// How many months a case that was closed for `reason` is kept.
pub fn months(settings: &RetentionSettings, reason: ClosingReason) -> i32 {
    settings.months_by_reason.get(&reason).copied().unwrap_or(settings.closed_case_months)
}

/// `months` by the calendar after `at` (UTC), or before it if negative; the end of a shorter month stands for its missing
/// days.
///
/// # Errors
/// `internal` when the settings lead out of the calendar.
pub fn shifted(at: Time, months: i32) -> Result<Time> {
    let span = jiff::Span::new().try_months(months).map_err(Error::internal)?;
    let then = at.timestamp().to_zoned(jiff::tz::TimeZone::UTC).checked_add(span).map_err(Error::internal)?;
    Ok(Time::from_micros(then.timestamp().as_microsecond()))
}

/// The closed cases in the caller's reach whose time is over, those that were opened first before others.
///
/// # Errors
/// Of the database.
pub fn due(tx: &mut Tx<'_, '_>, keyset: &Keyset) -> Result<Vec<DueRow>> {
    let window = keyset.ascending();
    let mut due = Vec::new();
    for reason in ClosingReason::ALL {
        let closed_before = shifted(tx.now(), -months(&tx.services.settings.retention, *reason))?;
        due.extend(store::due(&tx.scope, tx.conn, *reason, closed_before, window)?);
    }
    due.sort_by_key(|row| (row.created_at, row.id));
    due.truncate(usize::try_from(window.limit).unwrap_or(usize::MAX));
    Ok(due)
}

/// Decides that a closed case in the caller's reach is kept until `until`.
///
/// # Errors
/// 404; 409 `case-not-closed`; 422 on `/keep_until`.
pub fn keep(
    tx: &mut Tx<'_, '_>,
    (id, case_id): (Id, Id),
    until: Time,
    reason: &String,
) -> Result<(OpenCase, DecisionRow)> {
    let case = cases::model::open_alone(tx, case_id)?;
    if case.row.status != CaseStatus::Closed {
        return Err(Error::conflict("case-not-closed", "The clock of a case begins when it is closed."));
    }
    if until <= tx.now() {
        return Err(Error::invalid("/keep_until", "must be in the future"));
    }
    let row = DecisionRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id,
        keep_until: until,
        reason: case.access.seal(&REASON, id, reason)?,
        decided_by: tx.scope.user_id,
        decided_at: tx.now(),
    };
    store::insert(tx.conn, &row)?;
    Ok((case, row))
}

view! {
    /// A case that is due for a decision.
    pub struct DueView from DueFields {
        /// Which case.
        outline case_id: Id,
        /// Two words and two digits.
        outline code_name: String,
        /// Why it ended.
        outline_maybe closing_reason: ClosingReason,
        /// When it was closed, UTC.
        outline closed_at: Time,
        /// Since when it is due, UTC.
        outline due_at: Time,
        /// Until when it was kept by a decision, UTC; absent if there was none.
        outline_maybe kept_until: Time,
    }
}

/// What is shown of a case that is due.
///
/// # Errors
/// Of the database.
pub fn show_due(tx: &mut Tx<'_, '_>, row: DueRow) -> Result<DueView> {
    let closed_at = store::closed_at(&tx.scope, tx.conn, row.id)?.unwrap_or(row.updated_at);
    let kept_until = store::kept_until(&tx.scope, tx.conn, row.id)?;
    let settings = &tx.services.settings.retention;
    let months = row.closing_reason.map_or(settings.closed_case_months, |reason| months(settings, reason));
    let clock = shifted(closed_at, months)?;
    let fields = DueFields {
        case_id: row.id,
        code_name: row.code_name,
        closing_reason: row.closing_reason,
        closed_at,
        due_at: kept_until.map_or(clock, |kept| kept.max(clock)),
        kept_until,
    };
    Ok(fields.redact(Grants::of(&[Class::Outline])))
}

view! {
    /// That a case is kept for longer.
    pub struct DecisionView from DecisionFields {
        /// The id.
        outline id: Id,
        /// Which case.
        outline case_id: Id,
        /// Until when, UTC.
        outline keep_until: Time,
        /// Why.
        content reason: String,
        /// Who decided.
        outline decided_by: Id,
        /// When, UTC.
        outline decided_at: Time,
    }
}

/// What the caller may see of a decision.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &DecisionRow) -> Result<DecisionView> {
    let fields = DecisionFields {
        id: row.id,
        case_id: row.case_id,
        keep_until: row.keep_until,
        reason: access.open(&REASON, row.id, &row.reason)?,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
    };
    Ok(fields.redact(access.grants()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_those_of_the_calendar() {
        let at = |text: &str| text.parse::<Time>().unwrap();
        assert_eq!(shifted(at("2024-01-31T10:00:00Z"), 1).unwrap(), at("2024-02-29T10:00:00Z"));
        assert_eq!(shifted(at("2024-03-31T10:00:00Z"), -1).unwrap(), at("2024-02-29T10:00:00Z"));
        assert_eq!(shifted(at("2024-06-15T10:00:00Z"), 24).unwrap(), at("2026-06-15T10:00:00Z"));
    }
}
