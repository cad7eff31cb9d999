//! Cases in the database, always within the caller's reach.

mod list;
mod reach;

use diesel::prelude::*;

use super::model::{CaseStatus, ClosingReason, Risk};
use crate::authz::Scope;
use crate::crypto::{Sealed, WrappedKey};
use crate::db::types::{Id, Time};
use crate::db::{Conn, among, kept_update};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{case_events, cases, data_keys, do_not_share, watches};
use crate::watch::store::WatchRow;

pub use list::{Filter, Sort};
pub(super) use list::{Listed, list};
pub use reach::own;
pub(crate) use reach::within_reach;

/// A case row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = cases, treat_none_as_default_value = false)]
pub struct CaseRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Two words and two digits.
    pub code_name: String,
    /// Where it stands.
    pub status: CaseStatus,
    /// What it may cost if it goes wrong.
    pub risk: Risk,
    /// Why it ended.
    pub closing_reason: Option<ClosingReason>,
    /// Sealed summary.
    pub summary: Sealed<String>,
    /// Sealed country.
    pub country: Option<Sealed<String>>,
    /// Sealed languages.
    pub languages: Sealed<Vec<String>>,
    /// Who opened it.
    pub created_by: Id,
    /// When it was opened.
    pub created_at: Time,
    /// When anything on it last happened.
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
}

type Keyed = (CaseRow, Id, Vec<u8>);

fn with_key((row, wrapped_by, wrapped): Keyed) -> (CaseRow, WrappedKey) {
    let key = WrappedKey { id: row.id, wrapped_by, wrapped };
    (row, key)
}

/// Those of some cases that are in reach, with their wrapped keys, in order of their ids.
///
/// # Errors
/// Of the database.
pub(super) fn find_many(
    scope: &Scope,
    conn: &mut Conn<'_>,
    ids: &[Id],
) -> Result<Vec<(CaseRow, WrappedKey)>> {
    let mut all = Vec::new();
    for chunk in ids.chunks(1_000) {
        let found: Vec<Keyed> = on!(conn, c => {
            let query = cases::table
                .inner_join(data_keys::table.on(
                    data_keys::organisation_id.eq(cases::organisation_id).and(data_keys::owner_id.eq(cases::id)),
                ))
                .filter(cases::organisation_id.eq(scope.organisation_id))
                .filter(among(cases::id, chunk))
                .select((CaseRow::as_select(), data_keys::organisation_key_id, data_keys::wrapped))
                .into_boxed::<Backend>();
            within_reach!(query, scope, cases::id).load(c)
        })?;
        all.extend(found.into_iter().map(with_key));
    }
    all.sort_by_key(|(row, _)| row.id);
    Ok(all)
}

/// A case in reach, with its wrapped key.
///
/// # Errors
/// 404; 403 `break-glass-reads-only` for what an access in an emergency does not cover.
pub fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<(CaseRow, WrappedKey)> {
    let found: Option<Keyed> = on!(conn, c => {
        let query = cases::table
            .inner_join(data_keys::table.on(
                data_keys::organisation_id.eq(cases::organisation_id).and(data_keys::owner_id.eq(cases::id)),
            ))
            .filter(cases::organisation_id.eq(scope.organisation_id))
            .filter(cases::id.eq(id))
            .select((CaseRow::as_select(), data_keys::organisation_key_id, data_keys::wrapped))
            .into_boxed::<Backend>();
        within_reach!(query, scope, cases::id).first(c).optional()
    })?;
    match found {
        Some(found) => Ok(with_key(found)),
        None => Err(crate::break_glass::model::why_not(scope, conn, id)?),
    }
}

type Whole = (CaseRow, Id, Vec<u8>, Option<WatchRow>, i64);

/// A case with what is shown beside it.
pub struct WholeCase {
    /// The case.
    pub row: CaseRow,
    /// Its key.
    pub key: WrappedKey,
    /// Its watch, if it has one.
    pub watch: Option<WatchRow>,
    /// With how many parties it must not be shared.
    pub kept_from: i64,
}

/// As [`find`], with what is shown beside it: one trip for what is asked for most.
///
/// # Errors
/// As [`find`].
pub fn find_whole(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<WholeCase> {
    let found: Option<Whole> = on!(conn, c => {
        let kept_from = do_not_share::table
            .filter(do_not_share::organisation_id.eq(cases::organisation_id))
            .filter(do_not_share::case_id.eq(cases::id.nullable()))
            .filter(do_not_share::removed_at.is_null())
            .count()
            .single_value()
            .assume_not_null();
        let query = cases::table
            .inner_join(data_keys::table.on(
                data_keys::organisation_id.eq(cases::organisation_id).and(data_keys::owner_id.eq(cases::id)),
            ))
            .left_join(watches::table.on(
                watches::organisation_id.eq(cases::organisation_id).and(watches::case_id.eq(cases::id)),
            ))
            .filter(cases::organisation_id.eq(scope.organisation_id))
            .filter(cases::id.eq(id))
            .select((
                CaseRow::as_select(),
                data_keys::organisation_key_id,
                data_keys::wrapped,
                Option::<WatchRow>::as_select(),
                kept_from,
            ))
            .into_boxed::<Backend>();
        within_reach!(query, scope, cases::id).first(c).optional()
    })?;
    let Some((row, wrapped_by, wrapped, watch, kept_from)) = found else {
        return Err(crate::break_glass::model::why_not(scope, conn, id)?);
    };
    let (row, key) = with_key((row, wrapped_by, wrapped));
    Ok(WholeCase { row, key, watch, kept_from })
}

/// Those of these cases that are in reach, in order and once each.
///
/// # Errors
/// Of the database; 404 for a role that reaches no case at all.
pub fn in_reach(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<Vec<Id>> {
    Ok(on!(conn, c => {
        let query = cases::table
            .filter(cases::organisation_id.eq(scope.organisation_id))
            .filter(among(cases::id, ids))
            .select(cases::id)
            .order(cases::id.asc())
            .into_boxed::<Backend>();
        within_reach!(query, scope, cases::id).load(c)
    })?)
}

/// Whether the organisation uses a code name.
pub(super) fn code_name_taken(scope: &Scope, conn: &mut Conn<'_>, name: &str) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => cases::table
        .filter(cases::organisation_id.eq(scope.organisation_id))
        .filter(cases::code_name.eq(name))
        .select(cases::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// The cases of any organisation with this id or code name, for an operator.
///
/// # Errors
/// Of the database.
pub fn named(conn: &mut Conn<'_>, name: &str) -> Result<Vec<(Id, Id)>> {
    Ok(on!(conn, c => {
        let query = cases::table.select((cases::organisation_id, cases::id)).limit(2).into_boxed::<Backend>();
        match name.parse::<Id>() {
            Ok(id) => query.filter(cases::id.eq(id)),
            Err(_) => query.filter(cases::code_name.eq(name)),
        }
        .load(c)
    })?)
}

/// Whether a case of the organisation is closed.
///
/// # Errors
/// Of the database.
pub fn is_closed(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<bool> {
    let status: Option<CaseStatus> = on!(conn, c => cases::table
        .filter(cases::organisation_id.eq(scope.organisation_id))
        .filter(cases::id.eq(id))
        .select(cases::status)
        .first(c)
        .optional())?;
    Ok(status == Some(CaseStatus::Closed))
}

/// Stores a new case.
///
/// # Errors
/// 409 `id-taken`.
pub fn insert(conn: &mut Conn<'_>, row: &CaseRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(cases::table).values(row).execute(c))?;
    Ok(())
}

/// Writes the new state over version `row.version`, which becomes one more.
///
/// # Errors
/// 412 when somebody was faster.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &CaseRow) -> Result<()> {
    // No `..`: a new column must decide here whether it can change.
    let CaseRow {
        organisation_id: _,
        id,
        code_name: _,
        status,
        risk,
        closing_reason,
        summary,
        country,
        languages,
        created_by: _,
        created_at: _,
        updated_at: _,
        version,
    } = row;
    let changed = on!(conn, c => diesel::update(cases::table
            .filter(cases::organisation_id.eq(scope.organisation_id))
            .filter(cases::id.eq(id))
            .filter(cases::version.eq(version)))
        .set((
            cases::status.eq(status),
            cases::risk.eq(risk),
            cases::closing_reason.eq(closing_reason),
            cases::summary.eq(summary),
            cases::country.eq(country.as_ref()),
            cases::languages.eq(languages),
            cases::updated_at.eq(scope.now),
            cases::version.eq(version + 1),
        ))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::stale()) }
}

/// Notes that something happened on a case; its version stays. On PostgreSQL it cannot be destroyed from then on until the
/// transaction ends.
///
/// # Errors
/// 404 when it was destroyed since it was opened; of the database.
pub fn touch(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<()> {
    let this = cases::organisation_id.eq(scope.organisation_id).and(cases::id.eq(id));
    let touched =
        on!(conn, c => kept_update(cases::table, this, cases::updated_at.eq(scope.now)).execute(c))?;
    if touched == 1 { Ok(()) } else { Err(Error::not_found()) }
}

crate::words! {
    /// What a case event tells.
    pub enum CaseEventKind {
        /// The case was opened.
        Opened = "opened",
        /// Its status changed.
        Status = "status",
        /// Somebody was put on it.
        Assigned = "assigned",
        /// Somebody was taken off it.
        Unassigned = "unassigned",
    }
}

/// A row of the case's own history.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = case_events, treat_none_as_default_value = false)]
pub struct CaseEventRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which case.
    pub case_id: Id,
    /// What it tells.
    pub kind: CaseEventKind,
    /// When it happened.
    pub at: Time,
    /// When we wrote it down.
    pub recorded_at: Time,
    /// Who did it.
    pub actor_id: Id,
    /// For a status change: from.
    pub from_status: Option<CaseStatus>,
    /// For a status change: to.
    pub to_status: Option<CaseStatus>,
    /// For an assignment: whom.
    pub subject_id: Option<Id>,
    /// For an assignment: as what.
    pub subject_role: Option<String>,
    /// Sealed reason.
    pub reason: Option<Sealed<String>>,
}

impl CaseEventRow {
    /// An event of the caller's, now.
    pub fn new(scope: &Scope, case_id: Id, kind: CaseEventKind) -> Self {
        Self {
            organisation_id: scope.organisation_id,
            id: Id::at(scope.now),
            case_id,
            kind,
            at: scope.now,
            recorded_at: scope.now,
            actor_id: scope.user_id,
            from_status: None,
            to_status: None,
            subject_id: None,
            subject_role: None,
            reason: None,
        }
    }
}

/// Adds to the case's own history.
///
/// # Errors
/// Of the database.
pub fn insert_event(conn: &mut Conn<'_>, row: &CaseEventRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(case_events::table).values(row).execute(c))?;
    Ok(())
}

/// When a case last came back from where its people were out: recovered, in care, or closed (UTC).
///
/// # Errors
/// Of the database.
pub fn came_back_at(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Option<Time>> {
    use CaseStatus::{Active, Closed, InCare, Recovered};
    Ok(on!(conn, c => case_events::table
        .filter(case_events::organisation_id.eq(scope.organisation_id))
        .filter(case_events::case_id.eq(case_id))
        .filter(case_events::from_status.eq_any([Recovered, InCare, Closed]))
        .filter(case_events::to_status.eq(Active))
        .order(case_events::recorded_at.desc())
        .select(case_events::recorded_at)
        .first(c)
        .optional())?)
}
