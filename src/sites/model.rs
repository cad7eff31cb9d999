//! What is known of a site, and who may know it.

use serde::{Deserialize, Serialize};

use super::store::SiteRow;
use crate::authz::policy::site_grants;
use crate::authz::{Class, Tx};
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::number::{Capacity, Latitude, Longitude, SiteMetres};
use crate::view;

/// What it is called.
pub const NAMES: Field<SiteNames> = Field::new("sites.names", Class::LocationPrecise);
/// Where it is.
pub const PLACE: Field<SitePlace> = Field::new("sites.place", Class::LocationPrecise);
/// In which country.
pub const COUNTRY: Field<String> = Field::new("sites.country", Class::LocationCoarse);
/// How many people it may hold.
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

/// What the caller may see of a site.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &SiteRow) -> Result<SiteView> {
    let (name, names) = access
        .open(&NAMES, row.id, &row.names)?
        .map_or((None, None), |SiteNames { name, names }| (Some(name), Some(names)));
    let place = access.open(&PLACE, row.id, &row.place)?;
    let fields = SiteFields {
        id: row.id,
        verification: row.verification,
        activity: row.activity,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
        name,
        names,
        lat: place.map(|place| place.lat),
        lon: place.map(|place| place.lon),
        sigma_m: place.map(|place| place.sigma_m),
        extent_m: place.and_then(|place| place.extent_m),
        capacity_estimate: access.open_opt(&CAPACITY, row.id, row.capacity.as_ref())?,
        country: access.open(&COUNTRY, row.id, &row.country)?,
        provenance: access.open(&PROVENANCE, row.id, &row.provenance)?,
    };
    Ok(fields.redact(access.grants()))
}
