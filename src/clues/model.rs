//! What a clue is, where it may come from, and who decides on it.

use std::collections::HashSet;

use serde_json::Value;

use super::data::{ClueData, ClueKind};
pub use super::source::{ClueSource, ClueSourceView, QUOTE as QUOTED, Quote, SourceKind};
use super::source::{QUOTE, SOURCE_LABEL, check_source};
use super::store::{self, ClueRow};
use crate::authz::{Class, Role, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::number::Credibility;
use crate::{cases, estimates, messages, sites, view};

/// What a clue says, with its kind.
pub const DATA: Field<(ClueKind, Value)> = Field::new("clues.data", Class::LocationPrecise);
/// A remark of the staff's.
pub const NOTE: Field<String> = Field::new("clues.note", Class::Content);
/// Why the status of a clue was changed.
pub const REASON: Field<String> = Field::new("clues.reason", Class::Content);

crate::words! {
    /// Whether a clue counts.
    pub enum ClueStatus {
        /// Found by somebody or something, and not decided on.
        Proposed = "proposed",
        /// Found to hold.
        Confirmed = "confirmed",
        /// Found not to hold; kept, with the reason.
        Rejected = "rejected",
    }
}

crate::words! {
    /// The Admiralty grade of a source. Later letters are less reliable, but F says nothing for or against.
    pub enum Reliability {
        /// Completely reliable.
        A = "A",
        /// Usually reliable.
        B = "B",
        /// Fairly reliable.
        C = "C",
        /// Not usually reliable.
        D = "D",
        /// Unreliable.
        E = "E",
        /// Cannot be judged.
        F = "F",
    }
}

impl From<Reliability> for crate::location::estimate::Reliability {
    fn from(grade: Reliability) -> Self {
        match grade {
            Reliability::A => Self::A,
            Reliability::B => Self::B,
            Reliability::C => Self::C,
            Reliability::D => Self::D,
            Reliability::E => Self::E,
            Reliability::F => Self::F,
        }
    }
}

/// A clue to add.
pub struct NewClue {
    /// The id.
    pub id: Id,
    /// What it says.
    pub data: ClueData,
    /// When it held, or from when on (UTC).
    pub observed_at: Time,
    /// Until when it held (UTC).
    pub observed_until: Option<Time>,
    /// When it was told to us (UTC).
    pub reported_at: Time,
    /// Where it comes from.
    pub source: ClueSource,
    /// The grade of the source.
    pub reliability: Reliability,
    /// The grade of the information.
    pub credibility: Credibility,
    /// Whether it counts.
    pub status: ClueStatus,
    /// The words it rests on.
    pub quote: Option<Quote>,
    /// A remark.
    pub note: Option<String>,
}

view! {
    /// One location clue.
    pub struct ClueView from ClueFields {
        /// The id.
        outline id: Id,
        /// Of which case.
        outline case_id: Id,
        /// What kind of statement it is.
        outline kind: ClueKind,
        /// Whether it counts.
        outline status: ClueStatus,
        /// The grade of the source, A to F.
        outline reliability: Reliability,
        /// The grade of the information, 1 to 6.
        outline credibility: i32,
        /// When it held, or from when on, UTC.
        outline observed_at: Time,
        /// Until when it held, UTC; absent for a moment.
        outline_maybe observed_until: Time,
        /// When it was told to us, UTC.
        outline reported_at: Time,
        /// When it was written down here, UTC.
        outline recorded_at: Time,
        /// Who wrote it down.
        outline author_id: Id,
        /// Who last changed the status; absent if nobody did.
        outline_maybe decided_by: Id,
        /// When they did, UTC.
        outline_maybe decided_at: Time,
        /// When the record last changed, UTC.
        outline updated_at: Time,
        /// Counts changes; also in the ETag.
        outline version: i64,
        /// Where it comes from.
        outline source: ClueSourceView,
        /// Words on where it comes from; also in `source`.
        source source_label: String,
        /// What it says, in the shape that belongs to `kind`.
        location_precise data: ClueData,
        /// The words it rests on.
        content quote: Quote,
        /// A remark of the staff's.
        content note: String,
        /// Why the status was last changed.
        content reason: String,
    }
}

/// Opens the case of a clue: the one way to a single clue.
///
/// # Errors
/// 404 when there is none in the caller's reach.
pub fn open(tx: &mut Tx<'_, '_>, id: Id) -> Result<(OpenCase, ClueRow)> {
    tx.about(id);
    let row = store::find(&tx.scope, tx.conn, id)?;
    let case = cases::model::open(tx, row.case_id)?;
    Ok((case, row))
}

/// A clue that the caller has recorded on a case that is still in reach, and its version.
///
/// # Errors
/// 404 when there is none, or it is another's.
pub fn recorded(tx: &mut Tx<'_, '_>, case_id: Id, id: Id) -> Result<(i64, ClueView)> {
    let (case, row) = open(tx, id)?;
    if row.case_id != case_id || row.author_id != tx.scope.user_id {
        return Err(Error::not_found());
    }
    let doubts = doubts(tx, [&row])?;
    Ok((row.version, show(&case.access, &row, &doubts)?))
}

/// What a clue says; `None` where precise location is not granted.
///
/// # Errors
/// `internal` when the row was changed or moved.
pub fn data(access: &Access, row: &ClueRow) -> Result<Option<ClueData>> {
    let Some((kind, value)) = access.open(&DATA, row.id, &row.data)? else {
        return Ok(None);
    };
    let broken = || Error::internal("clues.data does not fit its row");
    if kind != row.kind {
        return Err(broken());
    }
    ClueData::parse(kind, value).map(Some).map_err(|_| broken())
}

/// The messages judged suspect among those that some clues come from.
pub type Doubts = HashSet<Id>;

/// Looks up what is doubted of the sources of these clues.
///
/// # Errors
/// Of the database.
pub fn doubts<'a>(tx: &mut Tx<'_, '_>, rows: impl IntoIterator<Item = &'a ClueRow>) -> Result<Doubts> {
    let from_messages = rows.into_iter().filter(|row| row.source_kind == SourceKind::Message);
    let ids: Vec<Id> = from_messages.filter_map(|row| row.source_ref).collect();
    Ok(messages::store::suspect_among(&tx.scope, tx.conn, &ids)?.into_iter().collect())
}

/// Lets the proposed clues from a message that was found suspect begin anew, with a low grade. What somebody decided
/// on stays theirs.
///
/// # Errors
/// Of the database.
pub fn doubt_source(tx: &mut Tx<'_, '_>, message_ids: &[Id]) -> Result<()> {
    store::lower_proposed(&tx.scope, tx.conn, message_ids, Reliability::E)
}

/// What the caller may see of a clue.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &ClueRow, doubts: &Doubts) -> Result<ClueView> {
    let suspect = row.source_ref.is_some_and(|id| doubts.contains(&id));
    let label = access.open_opt(&SOURCE_LABEL, row.id, row.source_label.as_ref())?;
    let fields = ClueFields {
        id: row.id,
        case_id: row.case_id,
        kind: row.kind,
        status: row.status,
        reliability: row.reliability,
        credibility: row.credibility,
        observed_at: row.observed_at,
        observed_until: row.observed_until,
        reported_at: row.reported_at,
        recorded_at: row.recorded_at,
        author_id: row.author_id,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        updated_at: row.updated_at,
        version: row.version,
        // `open_opt` gave no label to who was not granted the class.
        source: ClueSourceView::new(row.source_kind, row.source_ref, label.clone(), suspect),
        source_label: label,
        data: data(access, row)?,
        quote: access.open_opt(&QUOTE, row.id, row.quote.as_ref())?,
        note: access.open_opt(&NOTE, row.id, row.note.as_ref())?,
        reason: access.open_opt(&REASON, row.id, row.reason.as_ref())?,
    };
    Ok(fields.redact(access.grants()))
}

/// Adds a clue that an import, an extractor or a report has found. The quote is taken as it is.
///
/// # Errors
/// As [`record`].
pub fn propose(tx: &mut Tx<'_, '_>, case: &OpenCase, clue: NewClue) -> Result<ClueRow> {
    record(tx, case, clue, None)
}

/// Adds a clue to a case that was found in reach; `reason` is of its status.
///
/// # Errors
/// 403 for a status that the caller may not give; 422 for a source or a site that is not there, times that cannot
/// be, or a missing reason; 409 `id-taken`.
pub fn record(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    clue: NewClue,
    reason: Option<&String>,
) -> Result<ClueRow> {
    if clue.status != ClueStatus::Proposed {
        check_decision(tx.scope.role, ClueStatus::Proposed, clue.status, reason.is_some())?;
    } else if reason.is_some() {
        return Err(Error::invalid("/reason", "goes with a status that is confirmed or rejected"));
    }
    keep(tx, case, clue, reason)
}

/// Adds a clue that a team in the field stands for, whoever of them writes it down. It counts at once: nobody at a desk
/// knows better, and whoever later does can still reject it.
///
/// # Errors
/// As [`record`], but for the role.
pub fn attest(tx: &mut Tx<'_, '_>, case: &OpenCase, clue: NewClue) -> Result<ClueRow> {
    keep(tx, case, clue, None)
}

fn keep(tx: &mut Tx<'_, '_>, case: &OpenCase, clue: NewClue, reason: Option<&String>) -> Result<ClueRow> {
    let NewClue {
        id,
        data,
        observed_at,
        observed_until,
        reported_at,
        source,
        reliability,
        credibility,
        status,
        quote,
        note,
    } = clue;
    let decided = status != ClueStatus::Proposed;
    check_not_in_future(tx, "/reported_at", reported_at)?;
    check_observed(tx, observed_at, observed_until)?;
    let reliability = check_source(tx, case, &source, reliability)?;
    if let Some(site_id) = data.site_id()
        && !sites::store::exists(&tx.scope, tx.conn, site_id)?
    {
        return Err(Error::invalid("/data/site_id", "is no site of your organisation"));
    }
    let access = &case.access;
    let value = serde_json::to_value(&data).map_err(|_| Error::internal("a clue cannot be serialised"))?;
    let row = ClueRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id: case.row.id,
        kind: data.kind(),
        status,
        reliability,
        credibility: credibility.get(),
        observed_at,
        observed_until,
        reported_at,
        recorded_at: tx.now(),
        author_id: tx.scope.user_id,
        source_kind: source.kind,
        source_ref: source.reference,
        source_label: access.seal_opt(&SOURCE_LABEL, id, source.label.as_ref())?,
        data: access.seal(&DATA, id, &(data.kind(), value))?,
        quote: access.seal_opt(&QUOTE, id, quote.as_ref())?,
        note: access.seal_opt(&NOTE, id, note.as_ref())?,
        decided_by: decided.then_some(tx.scope.user_id),
        decided_at: decided.then_some(tx.scope.now),
        reason: access.seal_opt(&REASON, id, reason)?,
        updated_at: tx.now(),
        version: 1,
    };
    store::insert(tx.conn, &row)?;
    cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
    estimates::watch::mark(tx, case.row.id)?;
    Ok(row)
}

/// Who may confirm and reject.
fn may_decide(role: Role) -> bool {
    matches!(role, Role::Coordinator | Role::Analyst)
}

/// Whether somebody may give a clue this status.
///
/// # Errors
/// 403 by role; 422 on `/reason` when rejecting, or undoing a decision, without one.
pub(super) fn check_decision(role: Role, from: ClueStatus, to: ClueStatus, has_reason: bool) -> Result<()> {
    if !may_decide(role) {
        return Err(Error::forbidden());
    }
    if to == ClueStatus::Rejected && !has_reason {
        return Err(Error::invalid("/reason", "is needed to reject a clue"));
    }
    if from != ClueStatus::Proposed && !has_reason {
        return Err(Error::invalid("/reason", "is needed to decide again"));
    }
    Ok(())
}

/// Whether somebody may change the grades or times of a clue: once it was decided on, only who could decide again,
/// so that nobody is left with a decision on something else.
///
/// # Errors
/// 403.
pub(super) fn check_regrading(role: Role, status: ClueStatus, regrades: bool) -> Result<()> {
    if regrades && status != ClueStatus::Proposed && !may_decide(role) {
        return Err(Error::forbidden());
    }
    Ok(())
}

/// Whether a statement can have held then.
///
/// # Errors
/// 422 on `/observed_at` or `/observed_until`.
pub(super) fn check_observed(tx: &Tx<'_, '_>, at: Time, until: Option<Time>) -> Result<()> {
    check_not_in_future(tx, "/observed_at", at)?;
    let Some(until) = until else { return Ok(()) };
    if until < at {
        return Err(Error::invalid("/observed_until", "must not be before observed_at"));
    }
    check_not_in_future(tx, "/observed_until", until)
}

fn check_not_in_future(tx: &Tx<'_, '_>, pointer: &str, at: Time) -> Result<()> {
    if at > tx.now().with_leeway() {
        return Err(Error::invalid(pointer, "must not be in the future"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn only_coordinators_and_analysts_decide_and_never_in_silence(
            role in proptest::sample::select(Role::ALL),
            from in proptest::sample::select(ClueStatus::ALL),
            to in proptest::sample::select(ClueStatus::ALL),
            has_reason in any::<bool>(),
        ) {
            let allowed = check_decision(role, from, to, has_reason).is_ok();
            let silent_first_confirmation = from == ClueStatus::Proposed && to != ClueStatus::Rejected;
            prop_assert_eq!(
                allowed,
                matches!(role, Role::Coordinator | Role::Analyst) && (has_reason || silent_first_confirmation)
            );
        }
    }
}
