//! Whether the estimate keeps its word: on invented cases whose maker is not the model, against simpler ways.
//!
//! People here lie, err, are moved and look at wrong clocks by other rules and other numbers than those the estimate
//! assumes; sites are missing from the list or lie beside their entries; names mean many towns. What is simulated is
//! still simulated: only closed cases can tell how often real clues are wrong.

mod case;
mod cost;
mod random;
mod score;
#[cfg(test)]
mod tests;
mod toy;
mod universe;

use std::sync::Arc;

pub use self::case::{Case, Trouble, case};
pub use self::cost::{Cost, cost};
pub use self::random::Random;
pub use self::score::{HEAD, LEVELS, Outcome, Score, Share, wilson};
pub use self::toy::Toy;
pub use self::universe::{Shape, Universe};
use super::estimate::{
    Asked, Baseline, Belief, Estimate, Extent, Grid, Layers, Map, Meant, Space, World, baseline, mapped,
    within,
};
use super::geo::Point;

/// A made-up name that is looked up in the universe, everything else in the world.
struct Named<'a> {
    world: &'a dyn World,
    universe: &'a Universe,
}

impl World for Named<'_> {
    fn country(&self, at: Point) -> Option<super::borders::Country> {
        self.world.country(at)
    }

    fn distance_m(&self, at: Point, country: super::borders::Country) -> Option<f64> {
        self.world.distance_m(at, country)
    }

    fn border_m(&self, at: Point) -> Option<f64> {
        self.world.border_m(at)
    }

    fn named(&self, name: &str) -> Vec<Meant> {
        self.universe.meant(name)
    }
}

/// An unlisted place is found when a candidate is this near.
const FOUND_M: f64 = 10_000.0;

/// What is simulated.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The same seed makes the same cases.
    pub seed: u64,
    /// How many cases.
    pub cases: usize,
    /// A new list of sites and towns for each so many cases.
    pub cases_per_universe: usize,
    /// What the universes are like.
    pub shape: Shape,
    /// What goes wrong.
    pub trouble: Trouble,
}

fn ours(space: &Space, (answer, map): &(Estimate, Map), case: &Case) -> Outcome {
    let region = |index: usize| answer.regions.get(index);
    let found = |count: usize| {
        answer.candidates.iter().take(count).any(|candidate| match case.site {
            Some(site) => candidate.site == Some(site),
            None => candidate.at.distance_m(case.at) < FOUND_M,
        })
    };
    Outcome {
        covered: [0, 1, 2].map(|index| region(index).is_some_and(|region| within(&region.polygons, case.at))),
        area_km2: [0, 1, 2].map(|index| region(index).map_or(0.0, |region| region.area_km2)),
        density: map.density_per_km2(space, case.at).unwrap_or(0.0),
        top: [1, 3, 5].map(found),
        error_km: answer.best.distance_m(case.at) / 1_000.0,
    }
}

fn theirs(space: &Space, belief: &Belief, case: &Case) -> Outcome {
    let (denser, density, areas) = belief.at(space, case.at, &LEVELS);
    let found = |count: usize| {
        belief.sites.iter().take(count).any(|(site, _)| match case.site {
            Some(id) => id == *site,
            None => space.sites.iter().any(|of| of.id == *site && of.at.distance_m(case.at) < FOUND_M),
        })
    };
    let area = |index: usize| areas.get(index).copied().unwrap_or(0.0);
    Outcome {
        covered: LEVELS.map(|level| denser <= level),
        area_km2: [area(0), area(1), area(2)],
        density,
        top: [1, 3, 5].map(found),
        error_km: belief.best.map_or(1e4, |best| best.distance_m(case.at) / 1_000.0),
    }
}

/// Makes cases, answers them in four ways, and scores the answers.
#[must_use]
pub fn run(world: &dyn World, extent: &Extent, grid: &Arc<Grid>, plan: &Plan) -> Vec<Score> {
    let mut random = Random::new(plan.seed);
    let ways = [
        ("prior", Baseline::Prior),
        ("latest pin", Baseline::LatestPin),
        ("plain product", Baseline::PlainProduct),
    ];
    let mut outcomes: [Vec<Outcome>; 4] = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    let mut made = 0;
    while made < plan.cases {
        let universe = Universe::new(&mut random, world, extent, plan.shape);
        let named = Named { world, universe: &universe };
        let space = Space::new(&named, grid, &universe.list);
        for _ in 0..plan.cases_per_universe.max(1).min(plan.cases - made) {
            made += 1;
            let Some(case) = case(&mut random, world, extent, &universe, plan.trouble) else { continue };
            // Ids begin anew in each case.
            let layers = Layers::new(64 << 20);
            let asked = Asked { clues: &case.clues, events: &[], day: case.day, explain: false };
            let answer = mapped(&named, &space, &layers, &asked);
            let [of_ours, of_theirs @ ..] = &mut outcomes;
            of_ours.push(ours(&space, &answer, &case));
            for (outcomes, (_, way)) in of_theirs.iter_mut().zip(ways) {
                let belief = baseline(&named, &space, &layers, &case.clues, way);
                outcomes.push(theirs(&space, &belief, &case));
            }
        }
    }
    let names = ["estimate"].into_iter().chain(ways.map(|(name, _)| name));
    names.zip(&outcomes).map(|(name, outcomes)| Score::new(name, outcomes)).collect()
}

/// One kind of trouble with the scores of all ways.
pub struct Scenario {
    /// What goes wrong in it.
    pub title: &'static str,
    /// How each way did.
    pub scores: Vec<Score>,
}

/// What goes wrong, from what is expected to what nobody can answer well.
const TROUBLES: [(&str, Trouble); 5] = [
    (
        "As expected: 30% of clues wrong, 20% of sources lie, 35% of people moved, 25% of clocks wrong",
        Trouble::USUAL,
    ),
    ("Everything is graded B2: grades say nothing and promise too much", Trouble::OVERRATED),
    ("Everything is graded F6: grades say nothing", Trouble::UNGRADED),
    ("Assumption broken: 60% of clues wrong", Trouble::TWICE_AS_WRONG),
    ("Assumption broken: all sources lie", Trouble::ALL_LYING),
];

/// Simulates every kind of trouble, one after the other as they are asked for. The same seed gives the same table.
pub fn report(
    world: &dyn World,
    extent: &Extent,
    grid: &Arc<Grid>,
    seed: u64,
    cases: usize,
) -> impl Iterator<Item = Scenario> {
    let shape = Shape { sites: 80, missing: 0.25, towns: 800 };
    TROUBLES.into_iter().map(move |(title, trouble)| {
        let plan = Plan { seed, cases, cases_per_universe: 10, shape, trouble };
        Scenario { title, scores: run(world, extent, grid, &plan) }
    })
}

impl std::fmt::Display for Scenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{HEAD}", self.title)?;
        self.scores.iter().try_for_each(|score| write!(f, "\n{score}"))
    }
}
