//! `/v1/sites`

pub mod over_time;

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{
    self, Activity, COUNTRY, NAMES, PLACE, PROVENANCE, SiteNames, SitePlace, SiteView, Verification,
};
use super::search;
use super::store::{self, Filter, SiteRow};
use crate::authz::action::may;
use crate::authz::{Authorized, Tx};
use crate::clues::model::Reliability;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::{IfMatch, Versioned};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::number::{Capacity, Credibility, Latitude, Longitude, SiteMetres};
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{ClientId, PathId, Query, word_list};
use crate::http::patch::Patch;
use crate::http::text::{self, Country, Line, Prose};
use crate::observations::data::{AssessmentData, ObservationData};
use crate::observations::model::New;
use crate::observations::seen::When;
use crate::observations::witness::Witness;
use crate::search::{Found, Words};
use crate::{estimates, observations};

/// The most names that a site has beside the one that is shown.
const MAX_NAMES: usize = 30;

/// The query of `GET /v1/sites`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SiteQuery {
    /// `suspected`, `confirmed` or `ruled_out`; several separated by commas.
    verification: Option<String>,
    /// `active`, `evacuated`, `dormant` or `unknown`; several separated by commas.
    activity: Option<String>,
    /// Words that must all occur in the names of a site.
    #[param(value_type = Option<String>, min_length = 1, max_length = 200)]
    q: Option<Line<200>>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before. A page of a search may be short, even empty, and still have one.
    cursor: Option<String>,
}

/// `GET /v1/sites`
pub async fn list(auth: Authorized<may::SiteList>, query: Query<SiteQuery>) -> Result<Page<SiteView>> {
    let Query(SiteQuery { verification, activity, q, limit, cursor }) = query;
    auth.read(move |tx| {
        let filter = Filter {
            verifications: word_list("verification", verification.as_deref())?,
            activities: word_list("activity", activity.as_deref())?,
        };
        // The words are part of what the cursor is bound to; they are hashed there and go nowhere else.
        let sought = q.as_ref().map_or("", Line::as_str);
        let keyset = Keyset::new(tx, format!("site.list {filter:?} {sought}"), limit, cursor.as_deref())?;
        let window = keyset.descending();
        let access = model::access(tx)?;
        let found = if let Some(q) = &q {
            tx.note("search");
            search::search(tx, &access, &filter, &Words::parse(q.as_str())?, window)?
        } else {
            Found::all(store::list(&tx.scope, tx.conn, &filter, window)?)
        };
        keyset.found(tx, found, SiteRow::place_in_list, |_, row| model::show(&access, &row))
    })
    .await
}

/// What `POST /v1/sites` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// What it is called.
    name: Line<200>,
    /// What else it is called, in other scripts too.
    #[serde(default)]
    #[schema(max_items = 30)]
    names: Vec<Line<200>>,
    /// Degrees north, WGS-84.
    lat: Latitude,
    /// Degrees east, WGS-84.
    lon: Longitude,
    /// How far off that may be, in metres.
    sigma_m: SiteMetres,
    /// How large the site is, in metres from its middle.
    #[serde(default)]
    extent_m: Option<SiteMetres>,
    /// In which country.
    country: Country,
    /// What is believed of it; `suspected` if not said. As the two below, it is recorded as the caller's judgement.
    #[serde(default)]
    verification: Option<Verification>,
    /// What is going on there; `unknown` if not said.
    #[serde(default)]
    activity: Option<Activity>,
    /// How many people it may hold.
    #[serde(default)]
    capacity_estimate: Option<Capacity>,
    /// Where the entry comes from.
    provenance: Prose<5_000>,
}

/// Writes down what the caller says of the state of a site they hold alone: their judgement, one among what was seen.
/// Whether they say anything of it.
fn assess(tx: &mut Tx<'_, '_>, site_id: Id, judged: AssessmentData) -> Result<bool> {
    if !judged.says_something() {
        return Ok(false);
    }
    let now = tx.now();
    let new = New {
        id: Id::at(now),
        at: now,
        data: ObservationData::Assessment(judged),
        source: Witness::staff(),
        reliability: Reliability::B,
        credibility: Credibility::new(2).map_err(Error::internal)?,
        note: None,
    };
    observations::model::add(tx, site_id, new)?;
    Ok(true)
}

fn name_list(names: Vec<Line<200>>) -> Result<Vec<String>> {
    text::list("/names", names, MAX_NAMES, Line::into_inner)
}

/// `POST /v1/sites`
pub async fn create(auth: Authorized<may::SiteCreate>, body: Valid<SiteIn>) -> Result<Creation<SiteView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let SiteIn {
            id,
            name,
            names,
            lat,
            lon,
            sigma_m,
            extent_m,
            country,
            verification,
            activity,
            capacity_estimate,
            provenance,
        } = body;
        let now = tx.now();
        let id = ClientId::or_new(id, now);
        tx.about(id);
        let access = model::access(tx)?;
        let names = SiteNames { name: name.into_inner(), names: name_list(names)? };
        let mut row = SiteRow {
            organisation_id: tx.scope.organisation_id,
            id,
            names: access.seal(&NAMES, id, &names)?,
            place: access.seal(&PLACE, id, &SitePlace { lat, lon, sigma_m, extent_m })?,
            country: access.seal(&COUNTRY, id, &country.into_inner())?,
            verification: Verification::Suspected,
            activity: Activity::Unknown,
            capacity: None,
            provenance: access.seal(&PROVENANCE, id, &provenance.into_inner())?,
            created_by: tx.scope.user_id,
            created_at: now,
            updated_at: now,
            version: 1,
            base_verification: Verification::Suspected,
            base_activity: Activity::Unknown,
            base_capacity: None,
        };
        store::insert(tx.conn, &row)?;
        let capacity = capacity_estimate.map_or(Patch::Leave, Patch::Set);
        if assess(tx, id, AssessmentData { verification, activity, capacity })?
            && model::refresh(tx, &mut row)?
        {
            store::enter_state(tx.conn, &row)?;
        }
        estimates::watch::mark_all(tx)?;
        Ok(Created {
            location: Some(format!("/v1/sites/{id}")),
            version: Some(row.version),
            view: model::show(&access, &row)?,
        })
    })
    .await
}

/// Of what time, and by what was known when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhenQuery {
    /// The state at this moment; now if not said.
    at: Option<Time>,
    /// By what had been recorded by then; all that stands now if not said.
    known_at: Option<Time>,
}

impl WhenQuery {
    fn when(&self) -> When {
        When { at: self.at, known_at: self.known_at }
    }
}

/// `GET /v1/sites/{id}`
pub async fn show(
    auth: Authorized<may::SiteShow>,
    id: PathId,
    query: Query<WhenQuery>,
) -> Result<Versioned<SiteView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let row = store::find(&tx.scope, tx.conn, id.0)?;
        let access = model::access(tx)?;
        let view = match query.when() {
            When { at: None, known_at: None } => model::show(&access, &row)?,
            when => model::show_at(tx, &access, &row, when)?,
        };
        Ok(Versioned { version: row.version, view })
    })
    .await
}

/// What `PATCH /v1/sites/{id}` takes: absent leaves, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SitePatch {
    /// What it is called.
    #[serde(default)]
    name: Option<Line<200>>,
    /// What else it is called.
    #[serde(default)]
    #[schema(max_items = 30)]
    names: Option<Vec<Line<200>>>,
    /// Degrees north, WGS-84.
    #[serde(default)]
    lat: Option<Latitude>,
    /// Degrees east, WGS-84.
    #[serde(default)]
    lon: Option<Longitude>,
    /// How far off that may be, in metres.
    #[serde(default)]
    sigma_m: Option<SiteMetres>,
    /// How large the site is, in metres from its middle.
    #[serde(default)]
    #[schema(value_type = Option<SiteMetres>)]
    extent_m: Patch<SiteMetres>,
    /// In which country.
    #[serde(default)]
    country: Option<Country>,
    /// What is believed of it. As the two below, it is recorded as the caller's judgement, beside what was seen.
    #[serde(default)]
    verification: Option<Verification>,
    /// What is going on there.
    #[serde(default)]
    activity: Option<Activity>,
    /// How many people it may hold.
    #[serde(default)]
    #[schema(value_type = Option<Capacity>)]
    capacity_estimate: Patch<Capacity>,
    /// Where the entry comes from.
    #[serde(default)]
    provenance: Option<Prose<5_000>>,
}

/// `PATCH /v1/sites/{id}`
pub async fn update(
    auth: Authorized<may::SiteUpdate>,
    id: PathId,
    if_match: IfMatch,
    body: Valid<SitePatch>,
) -> Result<Versioned<SiteView>> {
    let patch = body.into_inner();
    auth.write(move |tx| {
        tx.about(id.0);
        let mut row = store::find_alone(&tx.scope, tx.conn, id.0)?;
        if_match.check(row.version)?;
        let access = model::access(tx)?;
        let SitePatch {
            name,
            names,
            lat,
            lon,
            sigma_m,
            extent_m,
            country,
            verification,
            activity,
            capacity_estimate,
            provenance,
        } = patch;
        // Two columns hold several fields each: who may change a part must be able to open the whole.
        let mut site_names = access.open(&NAMES, row.id, &row.names)?.ok_or_else(Error::forbidden)?;
        if let Some(name) = name {
            site_names.name = name.into_inner();
        }
        if let Some(names) = names {
            site_names.names = name_list(names)?;
        }
        row.names = access.seal(&NAMES, row.id, &site_names)?;
        let mut place = access.open(&PLACE, row.id, &row.place)?.ok_or_else(Error::forbidden)?;
        place.lat = lat.unwrap_or(place.lat);
        place.lon = lon.unwrap_or(place.lon);
        place.sigma_m = sigma_m.unwrap_or(place.sigma_m);
        place.extent_m = extent_m.apply(place.extent_m);
        row.place = access.seal(&PLACE, row.id, &place)?;
        if let Some(country) = country {
            row.country = access.seal(&COUNTRY, row.id, &country.into_inner())?;
        }
        if let Some(provenance) = provenance {
            row.provenance = access.seal(&PROVENANCE, row.id, &provenance.into_inner())?;
        }
        if assess(tx, row.id, AssessmentData { verification, activity, capacity: capacity_estimate })? {
            model::refresh(tx, &mut row)?;
        }
        store::update(&tx.scope, tx.conn, &row)?;
        estimates::watch::mark_all(tx)?;
        let row = store::find(&tx.scope, tx.conn, row.id)?;
        Ok(Versioned { version: row.version, view: model::show(&access, &row)? })
    })
    .await
}
