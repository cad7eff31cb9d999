//! Who else is at the same place.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::engine::When;
use super::inputs::{Counted, Inputs};
use super::model::{self, KEPT, Kept};
use super::store;
use super::watch::{hour, inputs_of};
use crate::authz::{Authorized, Permission, Tx};
use crate::cases;
use crate::cases::model::OpenCase;
use crate::db::types::Id;
use crate::error::Result;
use crate::location::estimate::{Evidence, Statement, overlap};
use crate::location::geo::Point;

/// Cases that are looked at to find the related ones: those that changed last.
pub(super) const LOOKED_AT: i64 = 2_000;
/// Of those, the ones compared in full: the nearest.
const COMPARED: usize = 24;
/// Related cases that are told.
const TOLD: usize = 12;
/// Estimates that differ by more than this have nothing to do with each other, in kilometres.
pub(super) const NEAR_KM: f64 = 150.0;
/// Pins that are as close as this are of one place, in metres.
const SAME_SPOT_M: f64 = 2_000.0;
/// What is as alike as this is worth a look.
const ALIKE: f64 = 0.3;
const SAME_SITE: f64 = 0.15;

/// What nobody has decided on yet may be what relates two cases.
const PROPOSED: Counted = Counted { proposed: true, known_at: None, as_of: None };

/// A site at which both may be.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SharedSite {
    /// The site; absent for one that is known from public reporting alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    site_id: Option<Id>,
    /// What it is called.
    name: String,
    /// How probable it is that both are there, 0 to 1.
    probability: f64,
}

/// A case that points at the same place.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RelatedCase {
    /// The case.
    case_id: Id,
    /// Its code name.
    code_name: String,
    /// How alike the two maps are: 0 for apart, 1 for the same (Bhattacharyya coefficient over townships).
    alike: f64,
    /// How probable it is that both are at the same known site, 0 to 1.
    same_site: f64,
    /// The sites at which both may be.
    shared: Vec<SharedSite>,
    /// In words.
    why: Vec<String>,
}

/// Cases that point at the same place.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RelatedList {
    /// The most alike first.
    items: Vec<RelatedCase>,
}

struct Other {
    case_id: Id,
    code_name: String,
    inputs: Arc<Inputs>,
}

/// Finds the cases in the caller's reach that point at the same place as one of theirs.
///
/// # Errors
/// 404; 403 for whoever may not know precise places.
pub async fn of_case<A: Permission>(auth: Authorized<A>, id: Id) -> Result<RelatedList> {
    let engine = Arc::clone(&auth.services().estimates);
    let (own, others, now) = auth
        .read(move |tx| {
            let case = cases::model::open(tx, id)?;
            model::check(&case)?;
            let own = Arc::new(inputs_of(tx, &case, PROPOSED)?);
            Ok((own, neighbours(tx, &case)?, tx.now()))
        })
        .await?;
    let when = When { hour: hour(now), explain: false };
    let mine = engine.answer(Arc::clone(&own), when).await?;
    let mut items = Vec::new();
    for other in others {
        let theirs = engine.answer(Arc::clone(&other.inputs), when).await?;
        let found = overlap(&mine, &theirs);
        let mut why: Vec<String> = Vec::new();
        let shared: Vec<SharedSite> = found
            .shared
            .iter()
            .map(|(site, probability)| SharedSite {
                site_id: own.own_sites.get(site).copied(),
                name: name_of(&own, *site),
                probability: *probability,
            })
            .collect();
        if let Some(site) = shared.first().filter(|_| found.same_site >= SAME_SITE) {
            why.push(format!("both may be at {}", site.name));
        }
        if found.alike >= ALIKE {
            why.push(format!("the maps overlap by {:.0}%", found.alike * 100.0));
        }
        why.extend(same_clues(&own.clues, &other.inputs.clues));
        if !why.is_empty() {
            items.push(RelatedCase {
                case_id: other.case_id,
                code_name: other.code_name,
                alike: found.alike,
                same_site: found.same_site,
                shared,
                why,
            });
        }
    }
    items.sort_by(|a, b| {
        (b.alike + b.same_site).total_cmp(&(a.alike + a.same_site)).then(a.case_id.cmp(&b.case_id))
    });
    items.truncate(TOLD);
    Ok(RelatedList { items })
}

/// The cases in reach whose last estimates are near, the nearest first.
fn neighbours(tx: &mut Tx<'_, '_>, case: &OpenCase) -> Result<Vec<Other>> {
    let mut near: Vec<(f64, Id, OpenCase)> = Vec::new();
    let mine = store::kept(tx.conn, tx.scope.organisation_id, case.row.id)?;
    let mine = case.access.open_opt(&KEPT, case.row.id, mine.as_ref())?;
    let all = store::all_kept(tx.conn, tx.scope.organisation_id, LOOKED_AT)?;
    let ids: Vec<Id> = all.iter().map(|(id, _)| *id).filter(|id| *id != case.row.id).collect();
    let mut kept: HashMap<Id, _> = all.into_iter().collect();
    for other in cases::model::open_many(tx, &ids)? {
        let Some(sealed) = kept.remove(&other.row.id) else { continue };
        let Some(theirs) = other.access.open(&KEPT, other.row.id, &sealed)? else { continue };
        if theirs.clues == 0 {
            continue;
        }
        let far = mine.as_ref().map_or(0.0, |mine| apart_km(mine, &theirs));
        if far <= NEAR_KM {
            near.push((far, other.row.id, other));
        }
    }
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    near.truncate(COMPARED);
    let mut others = Vec::with_capacity(near.len());
    for (_, case_id, other) in near {
        let inputs = Arc::new(inputs_of(tx, &other, PROPOSED)?);
        others.push(Other { case_id, code_name: other.row.code_name.clone(), inputs });
    }
    // Opening a case names it in the audit row; this is about the one that was asked for.
    tx.about_case(case.row.id);
    Ok(others)
}

fn apart_km(a: &Kept, b: &Kept) -> f64 {
    let metres = Point { lat: a.lat, lon: a.lon }.distance_m(Point { lat: b.lat, lon: b.lon });
    (metres / 1_000.0 - a.expected_error_km - b.expected_error_km).max(0.0)
}

fn name_of(inputs: &Inputs, site: u128) -> String {
    let known = inputs.sites.iter().find(|known| known.id == site);
    known.map_or_else(|| "a known site".to_owned(), |known| known.name.clone())
}

/// What clues of both say alike: the same site, the same name, pins at one spot.
fn same_clues(mine: &[Evidence], theirs: &[Evidence]) -> Vec<String> {
    let mut why = Vec::new();
    for (a, b) in mine.iter().flat_map(|a| theirs.iter().map(move |b| (a, b))) {
        let words = match (&a.statement, &b.statement) {
            (Statement::Site(a), Statement::Site(b)) if a == b => {
                "clues of both name the same site".to_owned()
            }
            (Statement::Place { name: a, .. }, Statement::Place { name: b, .. })
                if a.to_lowercase() == b.to_lowercase() =>
            {
                format!("clues of both name {a}")
            }
            (
                Statement::Point { at: a, viewport: false, .. },
                Statement::Point { at: b, viewport: false, .. },
            ) if a.distance_m(*b) <= SAME_SPOT_M => {
                format!("pins of both are {:.0} m apart", a.distance_m(*b))
            }
            _ => continue,
        };
        if !why.contains(&words) {
            why.push(words);
        }
        if why.len() >= 5 {
            break;
        }
    }
    why
}
