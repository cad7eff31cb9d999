//! What is known of a site, and who may know it.

use serde::{Deserialize, Serialize};

use super::state::{self, Base, State};
use super::store::SiteRow;
use crate::authz::policy::site_grants;
use crate::authz::{Class, Grants, Tx};
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::number::{Capacity, Latitude, Longitude, SiteMetres};
use crate::observations;
use crate::observations::seen::{Seen, When};
use crate::view;

/// What it is called.
pub const NAMES: Field<SiteNames> = Field::new("sites.names", Class::LocationPrecise);
/// Where it is.
pub const PLACE: Field<SitePlace> = Field::new("sites.place", Class::LocationPrecise);
/// In which country.
pub const COUNTRY: Field<String> = Field::new("sites.country", Class::LocationCoarse);
/// How many people it may hold: now, and before anything was seen.
pub const CAPACITY: Field<Capacity> = Field::new("sites.capacity", Class::LocationPrecise);
/// Where the entry comes from.
pub const PROVENANCE: Field<String> = Field::new("sites.provenance", Class::Source);

crate::words! {
    /// What is believed of a site.
    pub enum Verification {
        /// It may be one.
        Suspected = "suspected",
        /// It is one.
        Confirmed = "confirmed",
        /// It is none.
        RuledOut = "ruled_out",
    }
}

crate::words! {
    /// What is going on at a site.
    pub enum Activity {
        /// People are held or work there.
        Active = "active",
        /// They were taken away.
        Evacuated = "evacuated",
        /// It stands idle.
        Dormant = "dormant",
        /// Nobody knows.
        Unknown = "unknown",
    }
}

/// The sealed names of a site. Has no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub struct SiteNames {
    /// The one to show.
    pub name: String,
    /// Others, in other scripts too.
    pub names: Vec<String>,
}

/// The sealed place of a site.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct SitePlace {
    /// Degrees north.
    pub lat: Latitude,
    /// Degrees east.
    pub lon: Longitude,
    /// How far off that may be, in metres.
    pub sigma_m: SiteMetres,
    /// How large the site is, in metres from its middle.
    pub extent_m: Option<SiteMetres>,
}

view! {
    /// One site.
    pub struct SiteView from SiteFields {
        /// The id.
        outline id: Id,
        /// What is believed of it.
        outline verification: Verification,
        /// What is going on there.
        outline activity: Activity,
        /// Who added it.
        outline created_by: Id,
        /// When it was added, UTC.
        outline created_at: Time,
        /// When the record last changed, UTC.
        outline updated_at: Time,
        /// Counts changes; also in the ETag.
        outline version: i64,
        /// The moment whose state this is, UTC, if one was asked for.
        outline_maybe as_of: Time,
        /// By what had been recorded when, UTC, if that was asked for.
        outline_maybe known_at: Time,
        /// What it is called.
        location_precise name: String,
        /// What else it is called.
        location_precise names: Vec<String>,
        /// Degrees north, WGS-84.
        location_precise lat: Latitude,
        /// Degrees east, WGS-84.
        location_precise lon: Longitude,
        /// How far off that may be, in metres.
        location_precise sigma_m: SiteMetres,
        /// How large the site is, in metres from its middle.
        location_precise extent_m: SiteMetres,
        /// How many people it may hold.
        location_precise capacity_estimate: Capacity,
        /// In which country: ISO 3166-1 alpha-2.
        location_coarse country: String,
        /// Where the entry comes from.
        source provenance: String,
    }
}

/// The organisation's vault, for what the caller may see of a site.
///
/// # Errors
/// `internal` when the root key does not fit.
pub fn access(tx: &mut Tx<'_, '_>) -> Result<Access> {
    let grants = site_grants(tx.scope.role);
    tx.organisation_access(grants)
}

/// The organisation's vault, for what must be opened whoever asks: the state of a site is that of all that was seen,
/// though a field officer who reports may open none of it.
///
/// # Errors
/// `internal` when the root key does not fit.
pub fn unattended(tx: &mut Tx<'_, '_>) -> Result<Access> {
    tx.organisation_access(Grants::of(&[Class::Outline, Class::LocationPrecise, Class::Source]))
}

/// What a site was said to be before anything was seen of it.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn base(access: &Access, row: &SiteRow) -> Result<Base> {
    Ok(Base {
        verification: row.base_verification,
        activity: row.base_activity,
        capacity: access.open_opt(&CAPACITY, row.id, row.base_capacity.as_ref())?,
        since: row.created_at,
    })
}

/// What a site was said to be at first, and what was seen of it since.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn on_record(tx: &mut Tx<'_, '_>, row: &SiteRow) -> Result<(Base, Vec<Seen>)> {
    let access = unattended(tx)?;
    let seen = observations::model::of_site(tx.conn, row.organisation_id, &access, row.id)?;
    Ok((base(&access, row)?, seen))
}

/// Brings the state in a row, for lists and filters, up to what was seen. Whether that changes anything.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn refresh(tx: &mut Tx<'_, '_>, row: &mut SiteRow) -> Result<bool> {
    let (base, seen) = on_record(tx, row)?;
    let access = unattended(tx)?;
    let State { verification, activity, capacity, .. } = state::derive(&base, &seen, When::default());
    let held = access.open_opt(&CAPACITY, row.id, row.capacity.as_ref())?;
    let changes = (verification, activity, capacity) != (row.verification, row.activity, held);
    (row.verification, row.activity) = (verification, activity);
    if capacity != held {
        row.capacity = access.seal_opt(&CAPACITY, row.id, capacity.as_ref())?;
    }
    Ok(changes)
}

/// What the caller may see of a site.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &SiteRow) -> Result<SiteView> {
    Ok(fields(access, row)?.redact(access.grants()))
}

/// What the caller may see of a site as it was at another time, or as it was known to be.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show_at(tx: &mut Tx<'_, '_>, access: &Access, row: &SiteRow, when: When) -> Result<SiteView> {
    let (base, seen) = on_record(tx, row)?;
    let State { verification, activity, capacity, .. } = state::derive(&base, &seen, when);
    let fields = SiteFields {
        verification,
        activity,
        capacity_estimate: capacity,
        as_of: when.at,
        known_at: when.known_at,
        ..fields(access, row)?
    };
    Ok(fields.redact(access.grants()))
}

fn fields(access: &Access, row: &SiteRow) -> Result<SiteFields> {
    let (name, names) = access
        .open(&NAMES, row.id, &row.names)?
        .map_or((None, None), |SiteNames { name, names }| (Some(name), Some(names)));
    let place = access.open(&PLACE, row.id, &row.place)?;
    Ok(SiteFields {
        id: row.id,
        verification: row.verification,
        activity: row.activity,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
        as_of: None,
        known_at: None,
        name,
        names,
        lat: place.map(|place| place.lat),
        lon: place.map(|place| place.lon),
        sigma_m: place.map(|place| place.sigma_m),
        extent_m: place.and_then(|place| place.extent_m),
        capacity_estimate: access.open_opt(&CAPACITY, row.id, row.capacity.as_ref())?,
        country: access.open(&COUNTRY, row.id, &row.country)?,
        provenance: access.open(&PROVENANCE, row.id, &row.provenance)?,
    })
}
