//! Clues in the database.

use diesel::prelude::*;
use serde_json::Value;

use super::data::ClueKind;
use super::model::{ClueStatus, Reliability};
use super::source::{Quote, SourceKind};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::messages::model::Authenticity;
use crate::on;
use crate::schema::{clues, messages, operation_cases, people, reports};

/// A clue row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = clues, treat_none_as_default_value = false)]
pub struct ClueRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which case.
    pub case_id: Id,
    /// What kind of statement it is.
    pub kind: ClueKind,
    /// Whether it counts.
    pub status: ClueStatus,
    /// The grade of the source.
    pub reliability: Reliability,
    /// The grade of the information, 1 to 6.
    pub credibility: i32,
    /// When it held, or from when on (UTC).
    pub observed_at: Time,
    /// Until when it held (UTC).
    pub observed_until: Option<Time>,
    /// When it was told to us (UTC).
    pub reported_at: Time,
    /// When it was written down (UTC).
    pub recorded_at: Time,
    /// Who wrote it down.
    pub author_id: Id,
    /// What kind of thing it comes from.
    pub source_kind: SourceKind,
    /// The message, report or person it comes from.
    pub source_ref: Option<Id>,
    /// Sealed words on the source.
    pub source_label: Option<Sealed<String>>,
    /// Sealed kind and data: the kind too, so that a row whose kind was changed does not open as another statement.
    pub data: Sealed<(ClueKind, Value)>,
    /// Sealed quote.
    pub quote: Option<Sealed<Quote>>,
    /// Sealed note.
    pub note: Option<Sealed<String>>,
    /// Who last changed the status.
    pub decided_by: Option<Id>,
    /// When (UTC).
    pub decided_at: Option<Time>,
    /// Sealed reason of that change.
    pub reason: Option<Sealed<String>>,
    /// When the row last changed (UTC).
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
}

/// How a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// By when it was observed.
    Observed,
    /// By when it was written down.
    Recorded,
}

/// What to list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Only these statuses; all if empty.
    pub statuses: Vec<ClueStatus>,
    /// Only these kinds; all if empty.
    pub kinds: Vec<ClueKind>,
    /// The order.
    pub sort: Sort,
    /// Newest first.
    pub descending: bool,
}

/// A clue of the organisation; whether its case is in reach is for [`super::model::open`] to ask.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<ClueRow> {
    Ok(on!(conn, c => clues::table
        .filter(clues::organisation_id.eq(scope.organisation_id))
        .filter(clues::id.eq(id))
        .select(ClueRow::as_select())
        .first(c))?)
}

/// The clues of a case in some statuses, the newest observations first; as many as an estimate reckons with.
///
/// # Errors
/// Of the database.
pub fn of_case(
    conn: &mut Conn<'_>,
    organisation: Id,
    case_id: Id,
    statuses: &[ClueStatus],
) -> Result<Vec<ClueRow>> {
    Ok(on!(conn, c => clues::table
        .filter(clues::organisation_id.eq(organisation))
        .filter(clues::case_id.eq(case_id))
        .filter(clues::status.eq_any(statuses))
        .order((clues::observed_at.desc(), clues::id.desc()))
        .limit(2_000)
        .select(ClueRow::as_select())
        .load(c))?)
}

/// What is asked of a clue to know whether it was found before.
#[derive(Queryable, Selectable)]
#[diesel(table_name = clues)]
pub(super) struct QuotedRow {
    pub(super) id: Id,
    pub(super) kind: ClueKind,
    pub(super) status: ClueStatus,
    pub(super) source_ref: Option<Id>,
    pub(super) quote: Option<Sealed<Quote>>,
}

/// The clues of a case that quote a message; only those in some statuses if any are given.
pub(super) fn quoted(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    statuses: &[ClueStatus],
) -> Result<Vec<QuotedRow>> {
    Ok(on!(conn, c => {
        let mut query = clues::table
            .filter(clues::organisation_id.eq(scope.organisation_id))
            .filter(clues::case_id.eq(case_id))
            .filter(clues::source_kind.eq(SourceKind::Message))
            .filter(clues::quote.is_not_null())
            .select(QuotedRow::as_select())
            .into_boxed::<Backend>();
        if !statuses.is_empty() {
            query = query.filter(clues::status.eq_any(statuses));
        }
        query.load(c)
    })?)
}

/// The clues of a case that the caller has found in reach.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    filter: &Filter,
    keyset: &Keyset,
) -> Result<Vec<ClueRow>> {
    Ok(on!(conn, c => {
        let mut query = clues::table
            .filter(clues::organisation_id.eq(scope.organisation_id))
            .filter(clues::case_id.eq(case_id))
            .select(ClueRow::as_select())
            .into_boxed::<Backend>();
        if !filter.statuses.is_empty() {
            query = query.filter(clues::status.eq_any(&filter.statuses));
        }
        if !filter.kinds.is_empty() {
            query = query.filter(clues::kind.eq_any(&filter.kinds));
        }
        let window = keyset.window(filter.descending);
        match filter.sort {
            Sort::Observed => within!(query, window, clues::observed_at, clues::id).load(c),
            Sort::Recorded => within!(query, window, clues::recorded_at, clues::id).load(c),
        }
    })?)
}

/// Stores a new clue.
pub(super) fn insert(conn: &mut Conn<'_>, row: &ClueRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(clues::table).values(row).execute(c))?;
    Ok(())
}

/// Writes the new state over version `row.version`, which becomes one more.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &ClueRow) -> Result<()> {
    // No `..`: a new column must decide here whether it can change.
    let ClueRow {
        organisation_id: _,
        id,
        case_id: _,
        kind: _,
        status,
        reliability,
        credibility,
        observed_at,
        observed_until,
        reported_at: _,
        recorded_at: _,
        author_id: _,
        source_kind: _,
        source_ref: _,
        source_label: _,
        data: _,
        quote: _,
        note,
        decided_by,
        decided_at,
        reason,
        updated_at: _,
        version,
    } = row;
    let changed = on!(conn, c => diesel::update(clues::table
            .filter(clues::organisation_id.eq(scope.organisation_id))
            .filter(clues::id.eq(id))
            .filter(clues::version.eq(version)))
        .set((
            clues::status.eq(status),
            clues::reliability.eq(reliability),
            clues::credibility.eq(credibility),
            clues::observed_at.eq(observed_at),
            clues::observed_until.eq(observed_until),
            clues::note.eq(note.as_ref()),
            clues::decided_by.eq(decided_by),
            clues::decided_at.eq(decided_at),
            clues::reason.eq(reason.as_ref()),
            clues::updated_at.eq(scope.now),
            clues::version.eq(version + 1),
        ))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::stale()) }
}

/// Lowers the grade of proposed clues from these messages to `to`, where it is better than that.
pub(super) fn lower_proposed(
    scope: &Scope,
    conn: &mut Conn<'_>,
    messages: &[Id],
    to: Reliability,
) -> Result<()> {
    on!(conn, c => diesel::update(clues::table
            .filter(clues::organisation_id.eq(scope.organisation_id))
            .filter(clues::source_kind.eq(SourceKind::Message))
            .filter(clues::source_ref.eq_any(messages.iter().copied().map(Some)))
            .filter(clues::status.eq(ClueStatus::Proposed))
            .filter(clues::reliability.lt(to)))
        .set((
            clues::reliability.eq(to),
            clues::updated_at.eq(scope.now),
            clues::version.eq(clues::version + 1),
        ))
        .execute(c))?;
    Ok(())
}

/// How far a message of this case can be trusted to come from whom it seems to come from; `None` when the case has
/// no such message.
pub(super) fn message_authenticity(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    message_id: Id,
) -> Result<Option<Authenticity>> {
    Ok(on!(conn, c => messages::table
        .filter(messages::organisation_id.eq(scope.organisation_id))
        .filter(messages::case_id.eq(case_id))
        .filter(messages::id.eq(message_id))
        .select(messages::judged)
        .first(c)
        .optional())?)
}

/// Whether a case has this person.
pub(super) fn has_person(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, person_id: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => people::table
        .filter(people::organisation_id.eq(scope.organisation_id))
        .filter(people::case_id.eq(case_id))
        .filter(people::id.eq(person_id))
        .select(people::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// Whether this report was made on an operation for a case.
pub(super) fn has_report(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, report_id: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => reports::table
        .inner_join(operation_cases::table.on(operation_cases::organisation_id
            .eq(reports::organisation_id)
            .and(operation_cases::operation_id.eq(reports::operation_id))))
        .filter(reports::organisation_id.eq(scope.organisation_id))
        .filter(reports::id.eq(report_id))
        .filter(operation_cases::case_id.eq(case_id))
        .select(reports::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// Whether a report on an operation has told a case that somebody was looked for in vain.
///
/// # Errors
/// Of the database.
pub fn has_absence_of(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, operation_id: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => clues::table
        .inner_join(reports::table.on(reports::organisation_id
            .eq(clues::organisation_id)
            .and(reports::id.nullable().eq(clues::source_ref))))
        .filter(clues::organisation_id.eq(scope.organisation_id))
        .filter(clues::case_id.eq(case_id))
        .filter(clues::kind.eq(ClueKind::Absence))
        .filter(clues::source_kind.eq(SourceKind::FieldReport))
        .filter(reports::operation_id.eq(operation_id))
        .select(clues::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}
