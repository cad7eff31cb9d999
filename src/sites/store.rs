//! Sites in the database.

use diesel::prelude::*;

use super::model::{Activity, SiteNames, SitePlace, Verification};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::{Window, within};
use crate::error::{Error, Result};
use crate::http::number::Capacity;
use crate::on;
use crate::schema::sites;

/// A site row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sites, treat_none_as_default_value = false)]
pub struct SiteRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Sealed names.
    pub names: Sealed<SiteNames>,
    /// Sealed place.
    pub place: Sealed<SitePlace>,
    /// Sealed country.
    pub country: Sealed<String>,
    /// What is believed of it now, by what was seen.
    pub verification: Verification,
    /// What is going on there now, by what was seen.
    pub activity: Activity,
    /// Sealed estimate of how many people it may hold now.
    pub capacity: Option<Sealed<Capacity>>,
    /// Sealed words on where the entry comes from.
    pub provenance: Sealed<String>,
    /// Who added it.
    pub created_by: Id,
    /// When it was added (UTC).
    pub created_at: Time,
    /// When the row last changed (UTC).
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
    /// What was believed of it before anything was seen.
    pub base_verification: Verification,
    /// What went on there before anything was seen.
    pub base_activity: Activity,
    /// Sealed estimate of how many people it might hold then.
    pub base_capacity: Option<Sealed<Capacity>>,
}

impl SiteRow {
    /// Its place in the list.
    pub(super) fn place_in_list(&self) -> (Time, Id) {
        (self.updated_at, self.id)
    }
}

/// What to list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Only these; all if empty.
    pub verifications: Vec<Verification>,
    /// Only these; all if empty.
    pub activities: Vec<Activity>,
}

/// A site of the caller's organisation.
///
/// # Errors
/// 404.
pub fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<SiteRow> {
    Ok(on!(conn, c => sites::table
        .filter(sites::organisation_id.eq(scope.organisation_id))
        .filter(sites::id.eq(id))
        .select(SiteRow::as_select())
        .first(c))?)
}

/// As [`find`], alone until the transaction ends: whoever records what was seen of a site, or changes it, does so one
/// after the other, so that its state is worked out from all of it.
///
/// # Errors
/// 404.
pub fn find_alone(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<SiteRow> {
    // Locks the row on PostgreSQL; SQLite has one writer.
    on!(conn, c => diesel::update(sites::table
            .filter(sites::organisation_id.eq(scope.organisation_id))
            .filter(sites::id.eq(id)))
        .set(sites::version.eq(sites::version))
        .execute(c))?;
    find(scope, conn, id)
}

/// Whether the caller's organisation has this site.
///
/// # Errors
/// Of the database.
pub fn exists(scope: &Scope, conn: &mut Conn<'_>, site_id: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => sites::table
        .filter(sites::organisation_id.eq(scope.organisation_id))
        .filter(sites::id.eq(site_id))
        .select(sites::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// The sites of an organisation, those that changed last first; as many as an estimate reckons with.
///
/// # Errors
/// Of the database.
pub fn all(conn: &mut Conn<'_>, organisation: Id) -> Result<Vec<SiteRow>> {
    Ok(on!(conn, c => sites::table
        .filter(sites::organisation_id.eq(organisation))
        .order((sites::updated_at.desc(), sites::id.asc()))
        .limit(1_000)
        .select(SiteRow::as_select())
        .load(c))?)
}

/// The sites in a window, by when they last changed.
///
/// # Errors
/// Of the database.
pub fn list(scope: &Scope, conn: &mut Conn<'_>, filter: &Filter, window: Window) -> Result<Vec<SiteRow>> {
    Ok(on!(conn, c => {
        let mut query = sites::table
            .filter(sites::organisation_id.eq(scope.organisation_id))
            .select(SiteRow::as_select())
            .into_boxed::<Backend>();
        if !filter.verifications.is_empty() {
            query = query.filter(sites::verification.eq_any(&filter.verifications));
        }
        if !filter.activities.is_empty() {
            query = query.filter(sites::activity.eq_any(&filter.activities));
        }
        within!(query, window, sites::updated_at, sites::id).load(c)
    })?)
}

/// Stores a new site.
pub(super) fn insert(conn: &mut Conn<'_>, row: &SiteRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(sites::table).values(row).execute(c))?;
    Ok(())
}

/// Writes what a site that was added in this transaction is judged to be; it stays version 1.
pub(super) fn enter_state(conn: &mut Conn<'_>, row: &SiteRow) -> Result<()> {
    on!(conn, c => diesel::update(sites::table.find((row.organisation_id, row.id)))
        .set((
            sites::verification.eq(row.verification),
            sites::activity.eq(row.activity),
            sites::capacity.eq(row.capacity.as_ref()),
        ))
        .execute(c))?;
    Ok(())
}

/// Writes the new state over version `row.version`, which becomes one more.
///
/// # Errors
/// 412 `stale`.
pub fn update(scope: &Scope, conn: &mut Conn<'_>, row: &SiteRow) -> Result<()> {
    // No `..`: a new column must decide here whether it can change.
    let SiteRow {
        organisation_id: _,
        id,
        names,
        place,
        country,
        verification,
        activity,
        capacity,
        provenance,
        created_by: _,
        created_at: _,
        updated_at: _,
        version,
        base_verification: _,
        base_activity: _,
        base_capacity: _,
    } = row;
    let changed = on!(conn, c => diesel::update(sites::table
            .filter(sites::organisation_id.eq(scope.organisation_id))
            .filter(sites::id.eq(id))
            .filter(sites::version.eq(version)))
        .set((
            sites::names.eq(names),
            sites::place.eq(place),
            sites::country.eq(country),
            sites::verification.eq(verification),
            sites::activity.eq(activity),
            sites::capacity.eq(capacity.as_ref()),
            sites::provenance.eq(provenance),
            sites::updated_at.eq(scope.now),
            sites::version.eq(version + 1),
        ))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::stale()) }
}
