//! What is told of an estimate.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::audience::{Confidence, Precision};
use super::inputs::{Inputs, id_of};
use crate::authz::Class;
use crate::cases::model::OpenCase;
use crate::crypto::Field;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::location::estimate::{Contribution, Estimate, Leader, Part, Polygon, Summary};
use crate::location::gazetteer::Gazetteer;
use crate::location::geo::Point;
use crate::view;

/// What was last made of the clues of a case.
pub const KEPT: Field<Kept> = Field::new("case_estimates.summary", Class::LocationPrecise);

/// Sites that are less probable than this are not told one by one.
const NAMED_FROM: f64 = 1e-5;
/// Places that are told.
const MOST_CANDIDATES: usize = 300;

/// By what the estimate is made; changes when equal clues give another answer.
pub const ENGINE: &str = "farlight-h3-1";

/// What is kept of an answer, to notice when it changes and to find who is at the same place.
#[derive(Clone, Serialize, Deserialize)]
pub struct Kept {
    /// What led: a site of the organisation's own by its id, another by its name, or `unlisted` or `outside`.
    pub top: String,
    /// How probable it was.
    pub probability: f64,
    /// Square kilometres of the 80% region.
    pub area_km2: f64,
    /// The best point.
    pub lat: f64,
    /// The best point.
    pub lon: f64,
    /// How far off that was on average.
    pub expected_error_km: f64,
    /// How many clues it rested on.
    pub clues: usize,
    /// By what it was made.
    pub engine: String,
}

/// From what probability of one place on another is no longer plausible.
const ELSEWHERE_FROM: f64 = 0.8;

impl Kept {
    /// Whether this speaks against a site of the organisation's own: another of them, or a place outside, leads so far
    /// that little is left for it. A leader without an id may be the same place under another name, and says nothing.
    pub fn is_against(&self, site: Id) -> bool {
        let leads_elsewhere = match self.top.parse::<Id>() {
            Ok(top) => top != site,
            Err(_) => self.top == "outside",
        };
        leads_elsewhere && self.probability >= ELSEWHERE_FROM
    }
}

/// A position, WGS-84.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[schema(as = EstimatePoint)]
pub struct PointView {
    /// Degrees north.
    lat: f64,
    /// Degrees east.
    lon: f64,
}

impl From<Point> for PointView {
    fn from(at: Point) -> Self {
        Self { lat: at.lat, lon: at.lon }
    }
}

/// A place where somebody may be.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EstimateCandidate)]
pub struct CandidateView {
    /// The site of the organisation's own; null for a place that is none.
    site_id: Option<Id>,
    /// `site` for one of the organisation's own, `reported` for one that is known from public reporting alone, and
    /// `unlisted` for a place that is no known site.
    place: &'static str,
    /// What it is called, or what it is near.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// Degrees north.
    lat: f64,
    /// Degrees east.
    lon: f64,
    /// How probable it is, 0 to 1.
    probability: f64,
}

/// An area that holds the person with a probability.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EstimateRegion)]
pub struct RegionView {
    /// The probability, of all that lies within the region at all.
    level: f64,
    /// How large the area is, in square kilometres.
    area_km2: f64,
    /// Its outline: a GeoJSON MultiPolygon.
    #[schema(value_type = Object)]
    geometry: Value,
}

/// What would lead without a clue or a source.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EstimateWithout)]
pub struct WithoutView {
    /// The site that would lead; null where none of the organisation's own would.
    top_site_id: Option<Id>,
    /// What would lead: `site`, `unlisted` or `outside`.
    top: &'static str,
    /// How probable that would be.
    probability: f64,
}

/// What a clue or a source is worth.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EstimateContribution)]
pub struct ContributionView {
    /// The clue, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    clue_id: Option<Id>,
    /// The source, if it is about all clues of one: `person:ID`, `field_report:ID`, or the kind and the only clue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    source: Option<String>,
    /// What it adds to the odds of the leading place against the next, in decibans: 10 make ten to one.
    decibans: f64,
    /// What would be without it.
    without: WithoutView,
    /// How much the answer with it tells over the one without it, in bits (Kullback-Leibler).
    kl: f64,
}

/// A question that would help.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EstimateQuestion)]
pub struct QuestionView {
    /// In plain words, for staff to put into theirs.
    question: String,
    /// The kind of clue that an answer makes.
    kind: &'static str,
    /// How many bits the answer is expected to tell, times the chance that they can answer.
    gain_bits: f64,
    /// How dangerous it is to ask or to find out, 0 to 1.
    danger: f64,
}

/// What led at some time.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EstimateMoment)]
pub struct MomentView {
    /// When, UTC.
    at: Time,
    /// The site's id or name, `unlisted` or `outside`.
    top: String,
    /// How probable it was.
    probability: f64,
}

/// A cell of H3's grid, the same for everybody.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = EstimateCell)]
pub struct CellView {
    /// Its index, as H3 writes it.
    pub(super) index: String,
    /// Its middle, which says nothing of where in it they are.
    pub(super) centre: PointView,
    /// How large it is, in square kilometres.
    pub(super) area_km2: f64,
    /// Its outline: a GeoJSON MultiPolygon.
    #[schema(value_type = Object)]
    pub(super) geometry: Value,
}

/// A major town that is not far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = EstimateNear)]
pub struct NearView {
    /// Its name.
    pub(super) town: String,
    /// Within so many kilometres, in steps of 50.
    pub(super) within_km: u32,
}

view! {
    /// Where somebody probably is.
    pub struct EstimateView from EstimateFields {
        /// For which moment, UTC.
        outline as_of: Time,
        /// For whom it is: how finely it tells the place.
        outline audience: Precision,
        /// How many clues counted; not in what is made coarse.
        outline_maybe clues_used: usize,
        /// By what it was made.
        outline engine: &'static str,
        /// How sure it is that they are in `cell`; only in what is made coarse.
        location_coarse confidence: Confidence,
        /// The cell of a fixed grid in which they most probably are; only in what is made coarse, and absent if too
        /// little is known.
        location_coarse cell: CellView,
        /// In which country, ISO 3166-1 alpha-2; only in what is made coarse.
        location_coarse country: String,
        /// In which state or province, as far as the towns around tell; only for the audience `province`.
        location_coarse province: String,
        /// A major town, where no province can be named.
        location_coarse near: NearView,
        /// Places, the most probable first: known sites, and others where the clues point at no site. They, `unlisted`
        /// and `outside` add up to 1.
        location_precise candidates: Vec<CandidateView>,
        /// How probable it is that they are somewhere else within the region: at no place among the candidates.
        location_precise unlisted: f64,
        /// How probable it is that they are outside the region.
        location_precise outside: f64,
        /// The smallest areas that hold them with a probability of 50, 80 and 95%.
        location_precise regions: Vec<RegionView>,
        /// How far off `best` is on average, in kilometres.
        location_precise expected_error_km: f64,
        /// The point that is off least on average.
        location_precise best: PointView,
        /// What each clue and each source is worth, the weightiest first.
        location_precise contributions: Vec<ContributionView>,
        /// What to ask next, the best first.
        location_precise next_questions: Vec<QuestionView>,
        /// What led over time.
        location_precise history: Vec<MomentView>,
    }
}

/// Refuses whoever may not know precise places.
///
/// # Errors
/// 403.
pub fn check(case: &OpenCase) -> Result<()> {
    if case.access.grants().has(Class::LocationPrecise) { Ok(()) } else { Err(Error::forbidden()) }
}

/// What is told of an answer.
pub fn show(estimate: &Estimate, inputs: &Inputs, as_of: Time) -> EstimateFields {
    let candidates = candidates(estimate, inputs);
    let named: f64 = candidates.iter().map(|candidate| candidate.probability).sum();
    let regions = estimate.regions.iter().map(|region| RegionView {
        level: region.level,
        area_km2: region.area_km2,
        geometry: geometry(&region.polygons),
    });
    let questions = estimate.next_questions.iter().map(|question| QuestionView {
        question: question.question.clone(),
        kind: question.kind,
        gain_bits: question.gain_bits,
        danger: question.danger,
    });
    let history = estimate.history.iter().map(|moment| MomentView {
        at: time(moment.day),
        top: leader(moment.top, inputs),
        probability: moment.probability,
    });
    EstimateFields {
        as_of,
        audience: Precision::Precise,
        clues_used: Some(estimate.clues_used.len()),
        engine: ENGINE,
        confidence: None,
        cell: None,
        country: None,
        province: None,
        near: None,
        candidates: Some(candidates),
        unlisted: Some((1.0 - estimate.outside - named).max(0.0)),
        outside: Some(estimate.outside),
        regions: Some(regions.collect()),
        expected_error_km: Some(estimate.expected_error_km),
        best: Some(estimate.best.into()),
        contributions: Some(estimate.contributions.iter().map(|part| contribution(part, inputs)).collect()),
        next_questions: Some(questions.collect()),
        history: Some(history.collect()),
    }
}

/// Known sites, and places where the clues point at none, the most probable first.
fn candidates(estimate: &Estimate, inputs: &Inputs) -> Vec<CandidateView> {
    let probable: HashMap<u128, f64> = estimate.sites.iter().copied().collect();
    let known = inputs.sites.iter().filter_map(|site| {
        let site_id = inputs.own_sites.get(&site.id).copied();
        Some(CandidateView {
            site_id,
            place: if site_id.is_some() { "site" } else { "reported" },
            name: Some(site.name.clone()),
            lat: site.at.lat,
            lon: site.at.lon,
            probability: *probable.get(&site.id).filter(|probability| **probability >= NAMED_FROM)?,
        })
    });
    let others = estimate.candidates.iter().filter(|candidate| candidate.site.is_none());
    let others = others.map(|candidate| CandidateView {
        site_id: None,
        place: "unlisted",
        name: near(candidate.at),
        lat: candidate.at.lat,
        lon: candidate.at.lon,
        probability: candidate.probability,
    });
    let mut all: Vec<CandidateView> = known.chain(others).collect();
    all.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.site_id.cmp(&b.site_id)));
    all.truncate(MOST_CANDIDATES);
    all
}

fn contribution(part: &Contribution, inputs: &Inputs) -> ContributionView {
    let (clue_id, source) = match &part.part {
        Part::Clue(clue) => (id_of(*clue), None),
        Part::Source(source) => (None, Some(source.clone())),
    };
    let (top_site_id, top) = match part.top_without {
        Leader::Site(site) => (inputs.own_sites.get(&site).copied(), "site"),
        Leader::Unlisted => (None, "unlisted"),
        Leader::Outside => (None, "outside"),
    };
    let without = WithoutView { top_site_id, top, probability: part.probability_without };
    ContributionView { clue_id, source, decibans: part.decibans, without, kl: part.kl }
}

/// The id of an own site, the name of another, or the word for neither.
pub fn leader(leader: Leader, inputs: &Inputs) -> String {
    match leader {
        Leader::Site(site) => match inputs.own_sites.get(&site) {
            Some(id) => id.to_string(),
            None => inputs
                .sites
                .iter()
                .find(|known| known.id == site)
                .map_or_else(|| "unlisted".to_owned(), |known| known.name.clone()),
        },
        Leader::Unlisted => "unlisted".to_owned(),
        Leader::Outside => "outside".to_owned(),
    }
}

/// What is kept of an answer.
pub fn kept(estimate: &Estimate, inputs: &Inputs) -> Kept {
    let summary = Summary::of(estimate);
    Kept {
        top: leader(summary.top, inputs),
        probability: summary.probability,
        area_km2: summary.area_km2,
        lat: summary.best.lat,
        lon: summary.best.lon,
        expected_error_km: summary.expected_error_km,
        clues: estimate.clues_used.len(),
        engine: ENGINE.to_owned(),
    }
}

/// The nearest town, for a place without a name.
pub fn near(at: Point) -> Option<String> {
    let (town, metres) = Gazetteer::active().nearest(at)?;
    let kilometres = metres / 1_000.0;
    Some(if kilometres < 2.0 {
        town.name.to_owned()
    } else {
        format!("{kilometres:.0} km from {}", town.name)
    })
}

/// The moment of a day counted from 1970-01-01.
pub fn time(day: f64) -> Time {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to what a moment can be")]
    let micros = (day * 86_400e6).clamp(-6.2e16, 2.5e17) as i64;
    Time::from_micros(micros)
}

pub(super) fn geometry(polygons: &[Polygon]) -> Value {
    // To about a metre: more digits say nothing and are half of the answer.
    let round = |degrees: f64| (degrees * 1e5).round() / 1e5;
    let ring =
        |ring: &Vec<Point>| ring.iter().map(|at| json!([round(at.lon), round(at.lat)])).collect::<Vec<_>>();
    let polygon = |polygon: &Polygon| polygon.iter().map(ring).collect::<Vec<_>>();
    json!({"type": "MultiPolygon", "coordinates": polygons.iter().map(polygon).collect::<Vec<_>>()})
}
