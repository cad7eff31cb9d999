//! What the estimate must beat: simpler ways to the same answer, for the simulations.

use super::answer::of_sites;
use super::evidence::{Evidence, Statement};
use super::grid::{FINE, hexagon_m2};
use super::kernel::Kernel;
use super::layer::Layers;
use super::places::Direction;
use super::places::ground_m;
use super::regions::Mass;
use super::space::Space;
use super::world::World;
use crate::location::geo::Point;

/// A simpler way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// No clue is believed.
    Prior,
    /// The last position that was told is believed.
    LatestPin,
    /// Every clue is believed, of whatever time, and one is as good as another.
    PlainProduct,
}

/// What a simpler way believes.
pub struct Belief {
    /// The probability of each cell of the grid, sites included.
    mass: Vec<f32>,
    /// The probability of each site, the most probable first.
    pub sites: Vec<(u128, f64)>,
    /// The middle of the fullest cell.
    pub best: Option<Point>,
}

/// The position that a clue tells, if it tells one.
fn told(space: &Space, statement: &Statement) -> Option<Point> {
    match statement {
        Statement::Point { at, .. } | Statement::Landmark { at, .. } => Some(*at),
        Statement::Site(id) => space.sites.get(space.site(*id)?).map(|site| site.at),
        Statement::Place { candidates, .. } => {
            let likeliest = candidates.iter().max_by(|a, b| a.weight.total_cmp(&b.weight));
            likeliest.map(|place| place.at)
        }
        _ => None,
    }
}

/// Works out what a simpler way believes.
#[must_use]
pub fn baseline(
    world: &dyn World,
    space: &Space,
    layers: &Layers,
    clues: &[Evidence],
    way: Baseline,
) -> Belief {
    let mut logs: Vec<f64> = space.prior.iter().map(|prior| f64::from(*prior).max(1e-300).ln()).collect();
    match way {
        Baseline::Prior => {}
        Baseline::LatestPin => {
            let latest = clues
                .iter()
                .filter_map(|clue| Some((clue.from_day, told(space, &clue.statement)?)))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            if let Some((_, at)) = latest {
                let (kernel, from) = (Kernel::Around { scale2_m2: 4e6 }, Direction::of(at));
                for (state, log) in logs.iter_mut().enumerate() {
                    let likelihood = space.point_of(state).map_or(0.0, |point| {
                        let to = Direction::of(point);
                        kernel.value(ground_m(f64::from(from.chord2(to.x, to.y, to.z))), 4e5)
                    });
                    // Flat but for the pin: a pin is wrong once in ten.
                    *log += (0.9 * likelihood + 0.1 * 1e-6).ln();
                }
            }
        }
        Baseline::PlainProduct => {
            for clue in clues {
                let ready = layers.get(world, space, clue.id, &clue.statement);
                for (state, log) in logs.iter_mut().enumerate() {
                    *log += f64::from(ready.layer.at(state)).max(1e-9).ln();
                }
            }
        }
    }
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = logs.iter().map(|log| (log - top).exp()).sum();
    let posterior: Vec<f32> = logs.iter().map(|log| ((log - top).exp() / sum) as f32).collect();
    let by_site = of_sites(space, &posterior);
    let mass = Mass::new(space, &posterior, &by_site);
    let mut sites: Vec<(u128, f64)> = space.sites.iter().map(|site| site.id).zip(by_site).collect();
    sites.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let fullest = (0..).zip(&mass.of_cells).max_by(|a: &(usize, &f32), b| a.1.total_cmp(b.1));
    let best = fullest.and_then(|(cell, _)| space.grid.places.point(cell));
    Belief { mass: mass.of_cells, sites, best }
}

impl Belief {
    /// The share of the region with the highest density that a point is the edge of, and the density there for a
    /// square kilometre; the area of the regions for some levels.
    #[must_use]
    pub fn at(&self, space: &Space, at: Point, levels: &[f64]) -> (f64, f64, Vec<f64>) {
        let cell_km2 = hexagon_m2(FINE) / 1e6;
        let here =
            space.grid.cell_of(at).and_then(|cell| self.mass.get(cell as usize)).copied().unwrap_or(0.0);
        let total: f64 = self.mass.iter().map(|mass| f64::from(*mass)).sum();
        let denser: f64 = self.mass.iter().filter(|mass| **mass > here).map(|mass| f64::from(*mass)).sum();
        let mut order: Vec<f32> = self.mass.clone();
        order.sort_unstable_by(|a, b| b.total_cmp(a));
        let areas = levels.iter().map(|level| {
            let mut sum = 0.0;
            let cells = order.iter().take_while(|mass| {
                let before = sum;
                sum += f64::from(**mass);
                before < level * total
            });
            let cells = cells.count() as f64;
            cells * cell_km2
        });
        (denser / total.max(1e-300), f64::from(here) / cell_km2, areas.collect())
    }
}
