//! The answer: where somebody probably is, how sure that is, and why.

use h3o::{CellIndex, LatLng};

use super::evidence::Evidence;
use super::explain::{self, Contribution};
use super::fuse::posterior;
use super::grid::TOWNSHIP;
use super::layer::Layers;
use super::problem::Problem;
use super::questions::{self, Question};
use super::regions::{Mass, Region, regions};
use super::sketch::Sketch;
use super::space::{Space, draw};
use super::timeline::SiteEvent;
use super::world::World;
use crate::location::geo::Point;

/// The probabilities for which regions are drawn.
pub const LEVELS: [f64; 3] = [0.5, 0.8, 0.95];
/// So many candidates are named, if they are as probable as this at least.
const MAX_CANDIDATES: usize = 25;
const NAMED_FROM: f64 = 0.002;
/// So many unlisted places are among them, if they are as probable as this.
const MAX_UNLISTED: usize = 4;
const UNLISTED_FROM: f64 = 0.02;
/// So many points stand for all when distances are averaged.
const DRAWN: usize = 512;
/// So many townships are kept to compare cases by.
const FOOTPRINT: usize = 96;

/// Who or what leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leader {
    /// A known site.
    Site(u128),
    /// No known site: the unlisted places together.
    Unlisted,
    /// Nothing within the region.
    Outside,
}

/// One place where somebody may be.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct Candidate {
    /// The site; none for an unlisted place.
    pub site: Option<u128>,
    /// Its name.
    pub name: Option<String>,
    /// Where it is.
    pub at: Point,
    /// How probable it is.
    pub probability: f64,
}

/// What led at some time by what was known of that time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// In days since 1970-01-01.
    pub day: f64,
    /// What led.
    pub top: Leader,
    /// How probable it was.
    pub probability: f64,
}

/// Where somebody probably is.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct Estimate {
    /// The day that was asked for, in days since 1970-01-01.
    pub day: f64,
    /// The ids of the clues that counted.
    pub clues_used: Vec<u128>,
    /// Places, the most probable first.
    pub candidates: Vec<Candidate>,
    /// The probability of all sites, whether named above or not, by id.
    pub sites: Vec<(u128, f64)>,
    /// How probable it is that they are at no known site, but within the region.
    pub unlisted: f64,
    /// How probable it is that they are outside the region.
    pub outside: f64,
    /// The smallest areas for [`LEVELS`].
    pub regions: Vec<Region>,
    /// How far off `best` is on average, in kilometres.
    pub expected_error_km: f64,
    /// The point that is off least on average.
    pub best: Point,
    /// What each clue and each source is worth.
    pub contributions: Vec<Contribution>,
    /// What would help most, the best first.
    pub next_questions: Vec<Question>,
    /// What led over time.
    pub history: Vec<Moment>,
    /// The most probable townships (H3 cells of resolution 5), to compare cases by.
    pub footprint: Vec<(u64, f32)>,
}

/// What is asked.
pub struct Asked<'a> {
    /// The clues that count: confirmed ones, or proposed ones too.
    pub clues: &'a [Evidence],
    /// What happened at sites.
    pub events: &'a [SiteEvent],
    /// For which day, in days since 1970-01-01.
    pub day: f64,
    /// Whether to work out contributions and questions: they cost more than the rest.
    pub explain: bool,
}

/// Works out where somebody is.
#[must_use]
pub fn estimate(world: &dyn World, space: &Space, layers: &Layers, asked: &Asked<'_>) -> Estimate {
    mapped(world, space, layers, asked).0
}

/// The probability of every cell, sites included. Larger than the answer: not to be kept.
pub struct Map(Vec<f32>);

/// The same, with the map that it was read from.
#[must_use]
pub fn mapped(world: &dyn World, space: &Space, layers: &Layers, asked: &Asked<'_>) -> (Estimate, Map) {
    let mut problem = Problem::new(world, space, layers, asked.clues, asked.events, asked.day);
    let sketch = Sketch::new(&mut problem);
    let posterior = posterior(&problem, &sketch.stays, sketch.ln_total);
    let sites = of_sites(space, &posterior);
    let unlisted: f64 =
        posterior.iter().take(space.first_node).map(|probability| f64::from(*probability)).sum();
    let outside = posterior.get(space.outside()).map_or(0.0, |probability| f64::from(*probability));
    let mass = Mass::new(space, &posterior, &sites);
    let (regions, finest) = regions(world, &problem, &sketch.stays, &mass, &LEVELS);
    let (best, expected_error_km) = best(space, &mass, &finest, &sites);
    let by_id: Vec<(u128, f64)> = space.sites.iter().map(|site| site.id).zip(sites.iter().copied()).collect();
    let (contributions, next_questions) = if asked.explain {
        (
            explain::contributions(&problem, &sketch, asked.clues),
            questions::next(world, &problem, &sketch, asked.day),
        )
    } else {
        (Vec::new(), Vec::new())
    };
    let answer = Estimate {
        day: asked.day,
        clues_used: problem.terms.iter().filter_map(|term| Some(asked.clues.get(term.clue)?.id)).collect(),
        candidates: candidates(space, &posterior, &sites),
        sites: by_id,
        unlisted,
        outside,
        regions,
        expected_error_km,
        best,
        contributions,
        next_questions,
        history: explain::history(&problem, &sketch),
        footprint: footprint(space, &mass),
    };
    (answer, Map(mass.of_cells))
}

/// The probability of each site: that of all its nodes.
pub(super) fn of_sites(space: &Space, posterior: &[f32]) -> Vec<f64> {
    let mut sums = vec![0.0; space.sites.len()];
    for (site, probability) in space.node_site.iter().zip(posterior.iter().skip(space.first_node)) {
        if let Some(sum) = sums.get_mut(*site) {
            *sum += f64::from(*probability);
        }
    }
    sums
}

fn candidates(space: &Space, posterior: &[f32], sites: &[f64]) -> Vec<Candidate> {
    let listed = space.sites.iter().zip(sites).filter(|(_, probability)| **probability >= NAMED_FROM);
    let mut all: Vec<Candidate> = listed
        .map(|(site, probability)| Candidate {
            site: Some(site.id),
            name: Some(site.name.clone()),
            at: site.at,
            probability: *probability,
        })
        .collect();
    all.extend(unlisted(space, posterior));
    all.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.site.cmp(&b.site)));
    all.truncate(MAX_CANDIDATES);
    all
}

/// Townships in which an unlisted place is probable, each with its middle of mass.
fn unlisted(space: &Space, posterior: &[f32]) -> Vec<Candidate> {
    let mut found: Vec<(CellIndex, f64, usize, usize)> = Vec::new();
    let mut from = 0;
    for (township, count) in &space.grid.townships {
        let to = from + *count as usize;
        let cells = posterior.get(from..to).unwrap_or_default();
        let sum: f64 = cells.iter().copied().map(f64::from).sum();
        if sum >= UNLISTED_FROM {
            found.push((*township, sum, from, to));
        }
        from = to;
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let candidate = |(_, sum, from, to): (CellIndex, f64, usize, usize)| {
        let (mut lat, mut lon) = (0.0, 0.0);
        for (cell, probability) in (from..to).zip(posterior.iter().skip(from)) {
            let Some(at) = space.grid.places.point(cell) else { continue };
            lat += f64::from(*probability) * at.lat;
            lon += f64::from(*probability) * at.lon;
        }
        Candidate { site: None, name: None, at: Point { lat: lat / sum, lon: lon / sum }, probability: sum }
    };
    found.into_iter().take(MAX_UNLISTED).map(candidate).collect()
}

/// The point with the least mean distance, among points drawn from the answer and the likeliest sites.
fn best(space: &Space, mass: &Mass, finest: &[(CellIndex, f64)], sites: &[f64]) -> (Point, f64) {
    let grid = &space.grid;
    // Where smaller cells were looked at, they stand for their parents.
    let finer: std::collections::HashSet<CellIndex> =
        finest.iter().filter_map(|(cell, _)| cell.parent(super::grid::FINE)).collect();
    let rest =
        grid.cells.iter().zip(&mass.of_cells).map(|(cell, mass)| {
            if !finer.is_empty() && finer.contains(cell) { 0.0 } else { f64::from(*mass) }
        });
    let weights: Vec<f64> = finest.iter().map(|(_, mass)| *mass).chain(rest).collect();
    let place = |index: u32| {
        let index = index as usize;
        match finest.get(index) {
            Some((cell, _)) => {
                let at = LatLng::from(*cell);
                Some(Point { lat: at.lat(), lon: at.lng() })
            }
            None => grid.places.point(index - finest.len()),
        }
    };
    let drawn: Vec<Point> = draw(weights.iter().copied(), DRAWN).into_iter().filter_map(place).collect();
    let mean = |at: Point| {
        let sum: f64 = drawn.iter().map(|other| at.distance_m(*other)).sum();
        let count = drawn.len().max(1) as f64;
        sum / count / 1_000.0
    };
    let listed = space
        .sites
        .iter()
        .zip(sites)
        .filter(|(_, probability)| **probability > 0.05)
        .map(|(site, _)| site.at);
    let trials = listed.chain(middle(&drawn)).chain(drawn.iter().copied().step_by(8));
    let found = trials.map(|at| (at, mean(at))).min_by(|a, b| a.1.total_cmp(&b.1));
    found.unwrap_or((Point { lat: 0.0, lon: 0.0 }, 0.0))
}

/// The mean of points that lie close together.
fn middle(points: &[Point]) -> Option<Point> {
    let count = points.len() as f64;
    let sum = |of: fn(&Point) -> f64| points.iter().map(of).sum::<f64>() / count;
    Point::new(sum(|at| at.lat), sum(|at| at.lon))
}

fn footprint(space: &Space, mass: &Mass) -> Vec<(u64, f32)> {
    let mut townships = mass.coarse(&space.grid, TOWNSHIP);
    townships.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    townships.truncate(FOOTPRINT);
    let short = |(cell, mass): (CellIndex, f64)| (u64::from(cell), mass as f32);
    townships.into_iter().filter(|(_, mass)| *mass > 1e-5).map(short).collect()
}

impl Estimate {
    /// The most probable of the named candidates, the unlisted places together and the outside.
    #[must_use]
    pub fn leader(&self) -> (Leader, f64) {
        let site = self.sites.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let mut top =
            site.map_or((Leader::Unlisted, 0.0), |(id, probability)| (Leader::Site(id), probability));
        for (leader, probability) in [(Leader::Unlisted, self.unlisted), (Leader::Outside, self.outside)] {
            if probability > top.1 {
                top = (leader, probability);
            }
        }
        top
    }
}

impl Map {
    /// The probability of one square kilometre around a point; none where no cells are.
    #[must_use]
    pub fn density_per_km2(&self, space: &Space, at: Point) -> Option<f64> {
        let mass = f64::from(*self.0.get(space.grid.cell_of(at)? as usize)?);
        Some(mass / (super::grid::hexagon_m2(super::grid::FINE) / 1e6))
    }
}
