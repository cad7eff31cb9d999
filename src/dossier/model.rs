//! What a dossier holds.

mod print;
pub(crate) mod words;

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

pub use self::print::print;
use crate::actors;
use crate::actors::links::Relation;
use crate::actors::model::{ActorKind, Identifier};
use crate::authz::{Class, Grants, Tx};
use crate::clues::model::Reliability;
use crate::crypto::Access;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::estimates::engine::Engine;
use crate::estimates::evidence::{self, EvidenceNumbers};
use crate::http::number::{Capacity, Latitude, Longitude, SiteMetres};
use crate::observations;
use crate::observations::data::{ObservationData, ObservationKind};
use crate::observations::scale::{CountView, Measure, series};
use crate::observations::seen::When;
use crate::observations::witness::{Witness, WitnessView};
use crate::sites;
use crate::sites::model::{Activity, SiteNames, SitePlace, Verification};
use crate::sites::routes::over_time::{self, StateView};
use crate::sites::state::{self, Change};
use crate::sites::store::SiteRow;
use crate::view;

/// The site itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DossierSite {
    /// What it is called.
    name: String,
    /// What else it is called.
    names: Vec<String>,
    /// Degrees north, WGS-84.
    lat: Latitude,
    /// Degrees east, WGS-84.
    lon: Longitude,
    /// How far off that may be, in metres.
    sigma_m: SiteMetres,
    /// How large the site is, in metres from its middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    extent_m: Option<SiteMetres>,
    /// In which country: ISO 3166-1 alpha-2.
    country: String,
    /// What is believed of it.
    verification: Verification,
    /// What is going on there.
    activity: Activity,
    /// How many people it may hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    capacity_estimate: Option<Capacity>,
    /// Where the entry comes from.
    provenance: String,
}

/// An observation that stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DossierObservation {
    /// The id.
    id: Id,
    /// When it was seen, UTC.
    at: Time,
    /// When it was written down, UTC.
    recorded_at: Time,
    /// What kind of thing was seen.
    kind: ObservationKind,
    /// What was seen, in the shape that belongs to `kind`.
    data: ObservationData,
    /// What the site is called to which people were taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    destination: Option<String>,
    /// Whose word it is.
    source: WitnessView,
    /// The grade of the source, A to F.
    reliability: Reliability,
    /// The grade of the information, 1 to 6.
    credibility: i32,
}

/// Somebody behind the site.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DossierActor {
    /// The actor.
    actor_id: Id,
    /// What kind of actor it is.
    kind: ActorKind,
    /// What it is called, the name to show first.
    names: Vec<String>,
    /// By what it is known beside its names.
    identifiers: Vec<Identifier>,
    /// In which country it is at home.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    country: Option<String>,
    /// What it is to the site.
    relation: Relation,
    /// Since when, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    from: Option<Time>,
    /// Until when, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    until: Option<Time>,
    /// Whose word it is.
    source: WitnessView,
    /// The grade of the source, A to F.
    reliability: Reliability,
    /// The grade of the information, 1 to 6.
    credibility: i32,
}

/// How many are held there, by all cases in reach. No case is named.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DossierEvidence {
    /// On how many cases the numbers rest.
    cases: usize,
    #[serde(flatten)]
    numbers: EvidenceNumbers,
}

view! {
    /// All that stands on record of a site.
    pub struct DossierView from DossierFields {
        /// The site.
        outline site_id: Id,
        /// When this was put together, UTC.
        outline as_of: Time,
        /// How many observations were retracted; they are not among those below.
        outline retracted: usize,
        /// The site itself, with its state.
        location_precise site: DossierSite,
        /// Each change of its state, the oldest first.
        location_precise history: Vec<StateView>,
        /// How many people were there, the oldest first.
        location_precise people: Vec<CountView>,
        /// How many buildings there were, the oldest first.
        location_precise buildings: Vec<CountView>,
        /// What was seen, the newest first.
        location_precise observations: Vec<DossierObservation>,
        /// Who is behind it.
        identity actors: Vec<DossierActor>,
        /// How many are held there.
        location_precise evidence: DossierEvidence,
    }
}

/// What was read for a dossier.
pub struct Gathered {
    parts: Parts,
    evidence: evidence::Gathered,
}

/// All but what must be reckoned.
struct Parts {
    site_id: Id,
    as_of: Time,
    grants: Grants,
    retracted: usize,
    site: DossierSite,
    changes: Vec<Change>,
    people: Vec<CountView>,
    buildings: Vec<CountView>,
    observations: Vec<DossierObservation>,
    actors: Vec<DossierActor>,
}

/// A dossier that is ready to be sent or printed.
pub struct Dossier {
    parts: Parts,
    evidence: DossierEvidence,
}

impl Dossier {
    /// What is sent of it.
    pub fn into_view(self) -> DossierView {
        let Parts {
            site_id,
            as_of,
            grants,
            retracted,
            site,
            changes,
            people,
            buildings,
            observations,
            actors,
        } = self.parts;
        let fields = DossierFields {
            site_id,
            as_of,
            retracted,
            site: Some(site),
            history: Some(changes.iter().map(|change| over_time::show(change, grants)).collect()),
            people: Some(people),
            buildings: Some(buildings),
            observations: Some(observations),
            actors: Some(actors),
            evidence: Some(self.evidence),
        };
        fields.redact(grants)
    }
}

/// Reads what a dossier is made from.
///
/// # Errors
/// 404; 403 for whoever may not see a part of it: half a dossier would be taken for a whole one.
pub fn gather(tx: &mut Tx<'_, '_>, site_id: Id) -> Result<Gathered> {
    tx.about(site_id);
    let row = sites::store::find(&tx.scope, tx.conn, site_id)?;
    let (of_site, of_actors) = (sites::model::access(tx)?, actors::model::access(tx)?);
    let (base, seen) = sites::model::on_record(tx, &row)?;
    let when = When::default();
    let (observations, retracted) = observed(tx, &of_site, &row)?;
    let parts = Parts {
        site_id: row.id,
        as_of: tx.now(),
        grants: Grants::of(&[Class::Outline, Class::Identity, Class::LocationPrecise, Class::Source]),
        retracted,
        site: site(&of_site, &row)?,
        changes: state::history(&base, &seen, when),
        people: series(&seen, Measure::People, when),
        buildings: series(&seen, Measure::Buildings, when),
        observations,
        actors: linked(tx, &of_actors, &row)?,
    };
    Ok(Gathered { parts, evidence: evidence::gather(tx, site_id)? })
}

/// Reckons what is left to be reckoned.
///
/// # Errors
/// `busy` when too much is being reckoned.
pub async fn finish(engine: &Arc<Engine>, Gathered { parts, evidence }: Gathered) -> Result<Dossier> {
    let (cases, numbers) = evidence::weigh(engine, evidence).await?.into_numbers();
    Ok(Dossier { parts, evidence: DossierEvidence { cases, numbers } })
}

fn site(access: &Access, row: &SiteRow) -> Result<DossierSite> {
    let SiteNames { name, names } =
        access.open(&sites::model::NAMES, row.id, &row.names)?.ok_or_else(Error::forbidden)?;
    let SitePlace { lat, lon, sigma_m, extent_m } =
        access.open(&sites::model::PLACE, row.id, &row.place)?.ok_or_else(Error::forbidden)?;
    Ok(DossierSite {
        name,
        names,
        lat,
        lon,
        sigma_m,
        extent_m,
        country: access.open(&sites::model::COUNTRY, row.id, &row.country)?.ok_or_else(Error::forbidden)?,
        verification: row.verification,
        activity: row.activity,
        capacity_estimate: access.open_opt(&sites::model::CAPACITY, row.id, row.capacity.as_ref())?,
        provenance: access
            .open(&sites::model::PROVENANCE, row.id, &row.provenance)?
            .ok_or_else(Error::forbidden)?,
    })
}

/// Whose word something is, without the report: its author is one of the staff.
fn named(Witness { kind, report_id: _, label }: Witness) -> WitnessView {
    WitnessView { kind, report_id: None, label }
}

/// The observations that stand, the newest first, and how many do not.
fn observed(tx: &mut Tx<'_, '_>, access: &Access, row: &SiteRow) -> Result<(Vec<DossierObservation>, usize)> {
    let rows = observations::store::of_site(tx.conn, row.organisation_id, row.id)?;
    let (standing, retracted): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.retracted_at.is_none());
    let mut destinations: HashMap<Id, String> = HashMap::new();
    let mut all = Vec::with_capacity(standing.len());
    for seen in standing {
        let data = observations::model::data(access, &seen)?.ok_or_else(Error::forbidden)?;
        let destination = match &data {
            ObservationData::MovedTo(moved) => Some(moved.site_id),
            _ => None,
        };
        if let Some(id) = destination.filter(|id| !destinations.contains_key(id)) {
            let there = sites::store::find(&tx.scope, tx.conn, id)?;
            let names = access.open(&sites::model::NAMES, there.id, &there.names)?;
            destinations.extend(names.map(|names| (id, names.name)));
        }
        all.push(DossierObservation {
            id: seen.id,
            at: seen.at,
            recorded_at: seen.recorded_at,
            kind: seen.kind,
            data,
            destination: destination.and_then(|id| destinations.get(&id).cloned()),
            source: named(observations::model::witness(access, &seen)?),
            reliability: seen.reliability,
            credibility: seen.credibility,
        });
    }
    Ok((all, retracted.len()))
}

fn linked(tx: &mut Tx<'_, '_>, access: &Access, row: &SiteRow) -> Result<Vec<DossierActor>> {
    let mut all = Vec::new();
    for linked in actors::store::of_site(&tx.scope, tx.conn, row.id)? {
        let source = named(actors::links::witness(access, &linked)?);
        let (link, actor, _) = linked;
        all.push(DossierActor {
            actor_id: actor.id,
            kind: actor.kind,
            names: access
                .open(&actors::model::NAMES, actor.id, &actor.names)?
                .ok_or_else(Error::forbidden)?,
            identifiers: access
                .open(&actors::model::IDENTIFIERS, actor.id, &actor.identifiers)?
                .ok_or_else(Error::forbidden)?,
            country: access.open_opt(&actors::model::COUNTRY, actor.id, actor.country.as_ref())?,
            relation: link.relation,
            from: link.from_at,
            until: link.until_at,
            source,
            reliability: link.reliability,
            credibility: link.credibility,
        });
    }
    Ok(all)
}
