//! Observations in the database.

use diesel::prelude::*;
use serde_json::Value;

use super::data::ObservationKind;
use super::witness::WitnessKind;
use crate::authz::Scope;
use crate::clues::model::Reliability;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::{Window, within};
use crate::error::Result;
use crate::on;
use crate::schema::observations;

/// Observations of one site that are reckoned with: the latest.
const MOST_OF_A_SITE: i64 = 5_000;
/// Observations of all sites that an estimate reckons with: the latest.
const MOST: i64 = 20_000;

/// An observation row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = observations, treat_none_as_default_value = false)]
pub struct ObservationRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which site.
    pub site_id: Id,
    /// What kind of thing was seen.
    pub kind: ObservationKind,
    /// When (UTC).
    pub at: Time,
    /// When it was written down (UTC).
    pub recorded_at: Time,
    /// Who wrote it down.
    pub author_id: Id,
    /// Whose word it is.
    pub source_kind: WitnessKind,
    /// The report it comes from.
    pub source_ref: Option<Id>,
    /// Sealed words on the source.
    pub source_label: Option<Sealed<String>>,
    /// The grade of the source.
    pub reliability: Reliability,
    /// The grade of the information, 1 to 6.
    pub credibility: i32,
    /// Sealed kind and data: the kind too, so that a row whose kind was changed does not open as another statement.
    pub data: Sealed<(ObservationKind, Value)>,
    /// Sealed note.
    pub note: Option<Sealed<String>>,
    /// When it was retracted (UTC).
    pub retracted_at: Option<Time>,
    /// By whom.
    pub retracted_by: Option<Id>,
    /// Sealed reason of that.
    pub retraction: Option<Sealed<String>>,
}

/// An observation of the organisation.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<ObservationRow> {
    Ok(on!(conn, c => observations::table
        .filter(observations::organisation_id.eq(scope.organisation_id))
        .filter(observations::id.eq(id))
        .select(ObservationRow::as_select())
        .first(c))?)
}

/// The observations of a site in a window, by when they were made; only some kinds if any are given.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    site_id: Id,
    kinds: &[ObservationKind],
    window: Window,
) -> Result<Vec<ObservationRow>> {
    Ok(on!(conn, c => {
        let mut query = observations::table
            .filter(observations::organisation_id.eq(scope.organisation_id))
            .filter(observations::site_id.eq(site_id))
            .select(ObservationRow::as_select())
            .into_boxed::<Backend>();
        if !kinds.is_empty() {
            query = query.filter(observations::kind.eq_any(kinds));
        }
        within!(query, window, observations::at, observations::id).load(c)
    })?)
}

/// The observations of a site, retracted ones too, the latest first; as many as its state is worked out from.
///
/// # Errors
/// Of the database.
pub fn of_site(conn: &mut Conn<'_>, organisation: Id, site_id: Id) -> Result<Vec<ObservationRow>> {
    Ok(on!(conn, c => observations::table
        .filter(observations::organisation_id.eq(organisation))
        .filter(observations::site_id.eq(site_id))
        .order((observations::at.desc(), observations::id.desc()))
        .limit(MOST_OF_A_SITE)
        .select(ObservationRow::as_select())
        .load(c))?)
}

/// The observations of some kinds of all sites, retracted ones too, the latest first; as many as an estimate reckons with.
pub(super) fn of_kinds(
    conn: &mut Conn<'_>,
    organisation: Id,
    kinds: &[ObservationKind],
) -> Result<Vec<ObservationRow>> {
    Ok(on!(conn, c => observations::table
        .filter(observations::organisation_id.eq(organisation))
        .filter(observations::kind.eq_any(kinds))
        .order((observations::at.desc(), observations::id.desc()))
        .limit(MOST)
        .select(ObservationRow::as_select())
        .load(c))?)
}

/// Stores an observation.
pub(super) fn insert(conn: &mut Conn<'_>, row: &ObservationRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(observations::table).values(row).execute(c))?;
    Ok(())
}

/// Writes down that an observation is retracted; false when it was before.
pub(super) fn retract(scope: &Scope, conn: &mut Conn<'_>, id: Id, reason: &Sealed<String>) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(observations::table
            .filter(observations::organisation_id.eq(scope.organisation_id))
            .filter(observations::id.eq(id))
            .filter(observations::retracted_at.is_null()))
        .set((
            observations::retracted_at.eq(Some(scope.now)),
            observations::retracted_by.eq(Some(scope.user_id)),
            observations::retraction.eq(Some(reason)),
        ))
        .execute(c))?;
    Ok(changed == 1)
}
