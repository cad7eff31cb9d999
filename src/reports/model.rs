//! What a field report is.

use std::collections::HashMap;

use super::findings::{FINDINGS, Findings, Searched};
use super::observed::Observed;
use super::store::{self, ReportRow};
use crate::authz::{Class, Tx};
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::number::{Latitude, Longitude};
use crate::operations::plan::Target;
use crate::{operations, view};

/// What was seen.
pub const SEEN: Field<String> = Field::new("reports.seen", Class::Plan);
/// From where.
pub const POSITION: Field<Target> = Field::new("reports.position", Class::LocationPrecise);

/// How far ahead of ours, in seconds, the clock of a phone in the field may be.
pub const CLOCK_AHEAD: i64 = 600;

view! {
    /// What a team saw.
    pub struct ReportView from ReportFields {
        /// The id.
        outline id: Id,
        /// On which operation.
        outline operation_id: Id,
        /// Who reports.
        outline author_id: Id,
        /// When it was seen (UTC), by the clock of whoever saw it.
        outline at: Time,
        /// When we wrote it down (UTC).
        outline recorded_at: Time,
        /// What was seen, and what was looked for and not there.
        plan seen: String,
        /// The places that were searched.
        location_precise searched: Vec<Searched>,
        /// The files that it names, by the ids of the attachments.
        location_precise attachments: Vec<Id>,
        /// What was seen of sites.
        location_precise observed: Vec<Observed>,
        /// Seen from: degrees north, WGS-84.
        location_precise lat: Latitude,
        /// Seen from: degrees east, WGS-84.
        location_precise lon: Longitude,
    }
}

/// A position from its two halves.
///
/// # Errors
/// 422 on the missing half.
pub fn position(lat: Option<Latitude>, lon: Option<Longitude>) -> Result<Option<Target>> {
    let half = |pointer| Err(Error::invalid(pointer, "is needed: lat and lon come together or not at all"));
    match (lat, lon) {
        (Some(lat), Some(lon)) => Ok(Some(Target { lat, lon })),
        (None, None) => Ok(None),
        (Some(_), None) => half("/lon"),
        (None, Some(_)) => half("/lat"),
    }
}

/// Whether something can have been seen at `at`.
///
/// # Errors
/// 422 on `/at`.
pub fn check_time(at: Time, now: Time) -> Result<()> {
    if at <= now.plus_seconds(CLOCK_AHEAD) {
        Ok(())
    } else {
        Err(Error::invalid("/at", "must not be in the future"))
    }
}

/// The newest reports on the operations of the caller, each with its id.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn newest(tx: &mut Tx<'_, '_>, most: i64) -> Result<Vec<(Id, ReportView)>> {
    let operations = operations::model::open_newest(tx, most)?;
    let access: HashMap<Id, &Access> =
        operations.iter().map(|operation| (operation.row.id, &operation.access)).collect();
    let ids: Vec<Id> = access.keys().copied().collect();
    let mut reports = Vec::new();
    for row in store::newest(&tx.scope, tx.conn, &ids, most)? {
        if let Some(access) = access.get(&row.operation_id) {
            reports.push((row.id, show(access, &row)?));
        }
    }
    Ok(reports)
}

/// What the caller has reported on an operation that is still in reach.
///
/// # Errors
/// 404 when there is none, or it is another's.
pub fn recorded(tx: &mut Tx<'_, '_>, operation_id: Id, id: Id) -> Result<ReportView> {
    let operation = operations::model::open(tx, operation_id)?;
    let row = store::find(&tx.scope, tx.conn, operation_id, id)?;
    if row.author_id == tx.scope.user_id { show(&operation.access, &row) } else { Err(Error::not_found()) }
}

/// What the caller may see of a report.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &ReportRow) -> Result<ReportView> {
    let position = access.open_opt(&POSITION, row.id, row.position.as_ref())?;
    let Findings { searched, attachments, observed } =
        access.open_opt(&FINDINGS, row.id, row.findings.as_ref())?.unwrap_or_default();
    let fields = ReportFields {
        id: row.id,
        operation_id: row.operation_id,
        author_id: row.author_id,
        at: row.at,
        recorded_at: row.recorded_at,
        seen: access.open(&SEEN, row.id, &row.seen)?,
        searched: Some(searched),
        attachments: Some(attachments),
        observed: Some(observed),
        lat: position.map(|position| position.lat),
        lon: position.map(|position| position.lon),
    };
    Ok(fields.redact(access.grants()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_be_a_little_fast() {
        let now: Time = "2026-04-06T20:54:00Z".parse().unwrap();
        check_time(now.plus_seconds(-86_400), now).unwrap();
        check_time(now.plus_seconds(CLOCK_AHEAD), now).unwrap();
        assert_eq!(check_time(now.plus_seconds(CLOCK_AHEAD + 1), now).unwrap_err().code(), "invalid");
    }
}
