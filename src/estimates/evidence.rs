//! What all cases say together of a site: who may be there, and how many are held.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::engine::{Engine, When};
use super::inputs::{Counted, Inputs, number};
use super::model::KEPT;
use super::related::{LOOKED_AT, NEAR_KM};
use super::store;
use super::watch::{hour, inputs_of};
use crate::authz::{Authorized, Permission, Tx};
use crate::cases;
use crate::crypto::secret::sha256;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::number::Capacity;
use crate::location::estimate::{Held, List, held_count};
use crate::location::geo::Point;
use crate::observations::scale::{Measure, series};
use crate::observations::seen;
use crate::people;
use crate::people::model::{NAMES, PersonRole};
use crate::sites;

/// A case counts at a site from this probability on.
const AT_SITE: f64 = 0.05;

/// A case that may be at a site.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseAtSite {
    /// The case.
    case_id: Id,
    /// Its code name.
    code_name: String,
    /// How probable it is that they are there, 0 to 1.
    probability: f64,
}

/// How many there are in all, from how many two lists share.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct RecaptureView {
    /// Chapman's estimator.
    pub estimate: f64,
    /// The lower end of a 95% interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// How many names both lists hold.
    shared: usize,
}

/// What all cases in the caller's reach say together of a site.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceView {
    /// The site.
    site_id: Id,
    /// The cases that may be there, the most probable first.
    cases: Vec<CaseAtSite>,
    #[serde(flatten)]
    numbers: EvidenceNumbers,
}

impl EvidenceView {
    /// The numbers alone, and how many cases they rest on: for a paper that names no case.
    pub fn into_numbers(self) -> (usize, EvidenceNumbers) {
        (self.cases.len(), self.numbers)
    }
}

/// How many are held at a site, by all that is known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceNumbers {
    /// Expected number of the persons known who are there.
    pub expected_known: f64,
    /// At least so many of them are there, with a probability of 95%.
    pub at_least: usize,
    /// The largest number that was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reported_most: Option<u32>,
    /// The median of the numbers that were reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reported_median: Option<u32>,
    /// How many are held in all: those we know as victims, against those whom they name as being with them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub recapture: Option<RecaptureView>,
    /// What must hold for these numbers.
    pub assumptions: Vec<&'static str>,
}

struct Witness {
    case_id: Id,
    code_name: String,
    inputs: Arc<Inputs>,
    victims: Vec<u128>,
    companions: Vec<u128>,
}

/// What was read to say what all cases in reach say of a site.
pub struct Gathered {
    site_id: Id,
    reported: Vec<u32>,
    witnesses: Vec<Witness>,
    hour: i64,
}

/// What all cases in reach say of a site.
///
/// # Errors
/// 404.
pub async fn of_site<A: Permission>(auth: Authorized<A>, site_id: Id) -> Result<EvidenceView> {
    let engine = Arc::clone(&auth.services().estimates);
    let gathered = auth.read(move |tx| gather(tx, site_id)).await?;
    weigh(&engine, gathered).await
}

/// Reads what [`weigh`] needs.
///
/// # Errors
/// 404; 403 for whoever may not know precise places.
pub fn gather(tx: &mut Tx<'_, '_>, site_id: Id) -> Result<Gathered> {
    tx.about(site_id);
    let row = sites::store::find(&tx.scope, tx.conn, site_id)?;
    let access = sites::model::access(tx)?;
    let place = access.open(&sites::model::PLACE, row.id, &row.place)?;
    let place = place.ok_or_else(Error::forbidden)?;
    let at = Point { lat: place.lat.get(), lon: place.lon.get() };
    let capacity = access.open_opt(&sites::model::CAPACITY, row.id, row.capacity.as_ref())?;
    let (_, on_record) = sites::model::on_record(tx, &row)?;
    let people = series(&on_record, Measure::People, seen::When::default());
    let mut reported: Vec<i32> = people.iter().flat_map(|count| [count.low, count.high]).collect();
    if reported.is_empty() {
        // Where nobody has counted, what it may hold is the number that is known.
        reported.extend(capacity.map(Capacity::get));
    }
    let reported = reported.into_iter().filter_map(|count| u32::try_from(count).ok()).collect();
    Ok(Gathered { site_id, reported, witnesses: witnesses(tx, at)?, hour: hour(tx.now()) })
}

/// Says what all cases say of a site.
///
/// # Errors
/// `busy` when too much is being reckoned.
pub async fn weigh(engine: &Arc<Engine>, gathered: Gathered) -> Result<EvidenceView> {
    let Gathered { site_id, reported, witnesses, hour } = gathered;
    let site = number(site_id);
    let when = When { hour, explain: false };
    let mut cases = Vec::new();
    let (mut held, mut known, mut named) = (Vec::new(), List::new(), List::new());
    for witness in witnesses {
        let answer = engine.answer(Arc::clone(&witness.inputs), when).await?;
        let probability = answer.sites.iter().find(|(id, _)| *id == site).map_or(0.0, |(_, p)| *p);
        if probability < AT_SITE {
            continue;
        }
        let persons =
            if witness.victims.is_empty() { vec![number(witness.case_id)] } else { witness.victims };
        held.extend(persons.iter().map(|person| Held { person: *person, probability }));
        // Only who is probably there says who else is.
        if probability >= 0.5 {
            known.extend(persons);
            named.extend(witness.companions);
        }
        cases.push(CaseAtSite { case_id: witness.case_id, code_name: witness.code_name, probability });
    }
    cases.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.case_id.cmp(&b.case_id)));
    let count = held_count(&held, &reported, Some((&known, &named)));
    let numbers = EvidenceNumbers {
        expected_known: count.expected_known,
        at_least: count.at_least,
        reported_most: count.reported.map(|(most, _)| most),
        reported_median: count.reported.map(|(_, median)| median),
        recapture: count.recapture.map(|found| RecaptureView {
            estimate: found.estimate,
            low: found.low,
            high: found.high,
            shared: found.shared,
        }),
        assumptions: count.assumptions,
    };
    Ok(EvidenceView { site_id, cases, numbers })
}

/// The cases in reach whose last estimates are near a site, with the people on them.
fn witnesses(tx: &mut Tx<'_, '_>, at: Point) -> Result<Vec<Witness>> {
    let all = store::all_kept(tx.conn, tx.scope.organisation_id, LOOKED_AT)?;
    let ids: Vec<Id> = all.iter().map(|(id, _)| *id).collect();
    let mut kept: HashMap<Id, _> = all.into_iter().collect();
    let mut found = Vec::new();
    for case in cases::model::open_many(tx, &ids)? {
        let Some(sealed) = kept.remove(&case.row.id) else { continue };
        let Some(theirs) = case.access.open(&KEPT, case.row.id, &sealed)? else { continue };
        let far = Point { lat: theirs.lat, lon: theirs.lon }.distance_m(at) / 1_000.0;
        if theirs.clues == 0 || far > NEAR_KM + theirs.expected_error_km {
            continue;
        }
        let (mut victims, mut companions) = (Vec::new(), Vec::new());
        for person in people::store::of_cases(&tx.scope, tx.conn, &[case.row.id])? {
            let names = case.access.open(&NAMES, person.id, &person.names)?;
            // Where names are not granted, each is somebody else.
            let who = match names.as_deref() {
                Some([first, ..]) => number_of(&first.full),
                _ => number(person.id),
            };
            match person.role {
                PersonRole::Victim => victims.push(who),
                PersonRole::Companion => companions.push(who),
                _ => {}
            }
        }
        let inputs = Arc::new(inputs_of(tx, &case, Counted::default())?);
        found.push(Witness {
            case_id: case.row.id,
            code_name: case.row.code_name.clone(),
            inputs,
            victims,
            companions,
        });
        if found.len() >= 200 {
            break;
        }
    }
    Ok(found)
}

/// A number for a name, the same however it is spaced or capitalised.
fn number_of(name: &str) -> u128 {
    let folded: String =
        name.split_whitespace().flat_map(|part| part.chars().flat_map(char::to_lowercase)).collect();
    let mut number = [0; 16];
    number.copy_from_slice(&sha256(folded.as_bytes())[..16]);
    u128::from_be_bytes(number)
}
