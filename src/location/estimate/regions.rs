//! The smallest areas that hold the person with a given probability, as polygons.
//!
//! Each is made of cells of one size, small enough that the last cell does not matter and large enough that a whole
//! country is no million corners. Below the size of the grid the clues are asked again, at the cells' own middles.

use std::collections::{BTreeSet, HashMap};

use h3o::{CellIndex, LatLng, Resolution};

use super::fuse::Elsewhere;
use super::grid::{FINE, Grid, TOWNSHIP, hexagon_m2, spread_m2};
use super::kernel::Kernel;
use super::outline::{Polygon, polygons};
use super::places::{CHUNK, Direction, Places, ground_m};
use super::problem::Problem;
use super::space::Space;
use super::stay::Stay;
use super::world::World;
use crate::location::geo::Point;

/// Fewer cells than this, and they are cut into smaller ones.
const FEW: usize = 90;
/// More cells than this, and larger ones are taken.
const MANY: usize = 1_200;
/// Cells of 300 m2: less than what the best pin is off by.
const FINEST: Resolution = Resolution::Twelve;
/// The mass of a site is spread so many scales wide: 1% lies further out.
const WIDE: f64 = 6.0;

/// An area that holds the person with a probability.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct Region {
    /// The probability, of all that lies within the region at all: the estimate tells apart how much lies outside.
    pub level: f64,
    /// How large it is.
    pub area_km2: f64,
    /// Its faces.
    pub polygons: Vec<Polygon>,
}

/// A site's part in the mass of cells: how much, and how it falls off.
struct Spread {
    middle: Direction,
    scale2_m2: f64,
    /// Mass for each unit of likelihood and of its own density.
    scale: f64,
}

impl Spread {
    /// For an area of this size around a place, relative to the likelihood there.
    fn at(&self, x: f32, y: f32, z: f32, resolution: Resolution) -> f64 {
        let spread = f64::from(spread_m2(resolution));
        let metres = ground_m(f64::from(self.middle.chord2(x, y, z)));
        if metres > WIDE * (self.scale2_m2 + spread).sqrt() {
            return 0.0;
        }
        let per_km2 = Kernel::Around { scale2_m2: self.scale2_m2 }.value(metres, spread);
        self.scale * per_km2 * hexagon_m2(resolution) / 1e6
    }
}

/// How probable each cell is, sites included.
pub(super) struct Mass {
    pub(super) of_cells: Vec<f32>,
    spreads: Vec<Spread>,
    total: f64,
}

impl Mass {
    pub(super) fn new(space: &Space, posterior: &[f32], of_sites: &[f64]) -> Self {
        let grid = &space.grid;
        let mut of_cells: Vec<f32> = posterior.get(..grid.len()).unwrap_or_default().to_vec();
        let mut spreads = Vec::new();
        let mut parts = Vec::new();
        for (site, mass) in space.sites.iter().zip(of_sites).filter(|(_, mass)| **mass > 1e-6) {
            let mut spread =
                Spread { middle: Direction::of(site.at), scale2_m2: site.scale2_m2(), scale: 1.0 };
            let cells = likely_cells(grid, &spread, |cell| {
                let prior = space.prior_of(cell);
                let found = posterior.get(cell).map_or(0.0, |found| f64::from(*found));
                if prior > 0.0 { found / prior } else { 0.0 }
            });
            let sum: f64 = cells.iter().map(|(_, likely)| likely).sum();
            if sum > 0.0 && sum.is_finite() {
                spread.scale = mass / sum;
                parts.extend(cells.into_iter().map(|(cell, likely)| (cell, likely * mass / sum)));
                spreads.push(spread);
            }
        }
        for (cell, mass) in parts {
            if let Some(sum) = of_cells.get_mut(cell) {
                *sum += mass as f32;
            }
        }
        let total = of_cells.iter().map(|mass| f64::from(*mass)).sum();
        Self { of_cells, spreads, total }
    }

    /// The mass of larger cells.
    pub(super) fn coarse(&self, grid: &Grid, resolution: Resolution) -> Vec<(CellIndex, f64)> {
        if resolution > TOWNSHIP {
            return by_parent(
                grid.cells.iter().copied().zip(self.of_cells.iter().copied().map(f64::from)),
                resolution,
            );
        }
        let mut from = 0;
        let of_township = |(cell, count): &(CellIndex, u32)| {
            let to = from + *count as usize;
            let cells = self.of_cells.get(from..to).unwrap_or_default();
            from = to;
            (*cell, cells.iter().copied().map(f64::from).sum())
        };
        by_parent(grid.townships.iter().map(of_township), resolution)
    }
}

/// Sums by larger cells; those of one come one after the other.
fn by_parent(cells: impl Iterator<Item = (CellIndex, f64)>, resolution: Resolution) -> Vec<(CellIndex, f64)> {
    let mut all: Vec<(CellIndex, f64)> = Vec::new();
    for (cell, mass) in cells {
        let Some(parent) = cell.parent(resolution) else { continue };
        match all.last_mut() {
            Some((last, sum)) if *last == parent => *sum += mass,
            _ => all.push((parent, mass)),
        }
    }
    all
}

fn likely_cells(grid: &Grid, spread: &Spread, likely: impl Fn(usize) -> f64) -> Vec<(usize, f64)> {
    let reach = WIDE * spread.scale2_m2.sqrt() + 5_000.0;
    let mut cells = Vec::new();
    for (chunk, ball) in grid.balls.iter().enumerate() {
        let away = ground_m(f64::from(spread.middle.chord2(ball.middle.x, ball.middle.y, ball.middle.z)));
        if away > reach + ball.radius_m {
            continue;
        }
        let from = chunk * CHUNK;
        let places = &grid.places;
        let columns = places.x.iter().zip(&places.y).zip(&places.z).skip(from).take(CHUNK);
        for (cell, ((x, y), z)) in (from..).zip(columns) {
            let density = spread.at(*x, *y, *z, FINE);
            if density > 0.0 {
                cells.push((cell, density * likely(cell)));
            }
        }
    }
    cells
}

/// The fewest cells that hold so much, the fullest first.
fn fullest(mut cells: Vec<(CellIndex, f64)>, wanted: f64) -> Vec<(CellIndex, f64)> {
    cells.retain(|(_, mass)| *mass > 0.0);
    cells.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut sum = 0.0;
    let enough = cells.iter().position(|(_, mass)| {
        sum += mass;
        sum >= wanted
    });
    cells.truncate(enough.map_or(cells.len(), |last| last + 1));
    cells
}

/// Cells of the grid that may be among the fullest: a sort of all of them would cost more than the estimate.
fn candidates(grid: &Grid, mass: &Mass, wanted: f64) -> Vec<(CellIndex, f64)> {
    // By powers of two: 254 buckets of one exponent each.
    let mut buckets = [0.0_f64; 256];
    for mass in &mass.of_cells {
        if let Some(bucket) = buckets.get_mut((mass.to_bits() >> 23) as usize & 0xff) {
            *bucket += f64::from(*mass);
        }
    }
    let mut sum = 0.0;
    let mut least = 0;
    for (exponent, bucket) in buckets.iter().enumerate().rev() {
        sum += bucket;
        if sum >= wanted {
            least = exponent;
            break;
        }
    }
    grid.cells
        .iter()
        .zip(&mass.of_cells)
        .filter(|(_, mass)| (mass.to_bits() >> 23) as usize & 0xff >= least)
        .map(|(cell, mass)| (*cell, f64::from(*mass)))
        .collect()
}

/// Cells below the size of the grid, with their mass.
pub(super) struct Refined {
    pub(super) cells: Vec<(CellIndex, f64)>,
}

fn centre(cell: CellIndex) -> Point {
    let at = LatLng::from(cell);
    Point { lat: at.lat(), lon: at.lng() }
}

/// Cuts cells and the ring around them into seven each, and shares their mass out by what the clues say there.
fn refine(
    world: &dyn World,
    problem: &Problem<'_>,
    stays: &[Stay],
    mass: &Mass,
    known: &HashMap<CellIndex, f64>,
    chosen: &[(CellIndex, f64)],
) -> Option<Refined> {
    let space = problem.space;
    let grid = &space.grid;
    let parents: BTreeSet<CellIndex> = chosen.iter().flat_map(|(cell, _)| cell.grid_disk_safe(1)).collect();
    let resolution = chosen.first()?.0.resolution().succ()?;
    let total: f64 = parents.iter().filter_map(|cell| known.get(cell)).sum();
    let mut places = Places::default();
    places.spread_m2.push(spread_m2(resolution));
    let mut cells = Vec::new();
    for cell in parents.iter().flat_map(|cell| cell.children(resolution)) {
        let of_grid = cell.parent(FINE).and_then(|parent| grid.cells.binary_search(&parent).ok());
        let Some(of_grid) = of_grid else { continue };
        let at = centre(cell);
        let of_parent = grid.places.country.get(of_grid).copied().unwrap_or(0);
        let number = world.country(at).and_then(|country| grid.countries.find(country)).unwrap_or(of_parent);
        places.push(at, number, u32::try_from(of_grid).ok()?);
        cells.push(cell);
    }
    let said: Vec<Vec<f32>> = problem
        .terms
        .iter()
        .map(|term| {
            let mut said = vec![0.0; places.len()];
            term.ready.likelihood.fill(&places, 0, None, &mut said);
            term.ready.likelihood.correct_cells(&mut said);
            let scale = (1.0 / term.ready.layer.wrong_density).min(1e30) as f32;
            for value in &mut said {
                *value = (*value * scale).clamp(0.0, 1e12);
            }
            said
        })
        .collect();
    let share = hexagon_m2(resolution) / hexagon_m2(FINE);
    let prior: Vec<f32> = (0..places.len())
        .map(|index| {
            let of = |column: &[f32]| column.get(index).copied().unwrap_or(0.0);
            let (x, y, z) = (of(&places.x), of(&places.y), of(&places.z));
            let cell = places.cell.get(index).map_or(0, |cell| *cell as usize);
            let sites: f64 = mass.spreads.iter().map(|spread| spread.at(x, y, z, resolution)).sum();
            (space.prior_of(cell) * share + sites) as f32
        })
        .collect();
    let found = Elsewhere { problem, places: &places, said, prior }.posterior(stays);
    let sum: f64 = found.iter().map(|found| f64::from(*found)).sum();
    if !sum.is_finite() || sum <= 0.0 {
        return None;
    }
    let cells =
        cells.into_iter().zip(found).map(|(cell, found)| (cell, f64::from(found) / sum * total)).collect();
    Some(Refined { cells })
}

/// The regions for some levels, smallest first, and the finest cells that were looked at for the first.
pub(super) fn regions(
    world: &dyn World,
    problem: &Problem<'_>,
    stays: &[Stay],
    mass: &Mass,
    levels: &[f64],
) -> (Vec<Region>, Vec<(CellIndex, f64)>) {
    let grid = &problem.space.grid;
    let mut finest: Vec<(CellIndex, f64)> = Vec::new();
    let mut regions = Vec::new();
    for level in levels {
        let wanted = level * mass.total;
        let mut chosen = fullest(candidates(grid, mass, wanted), wanted);
        let mut coarser = FINE.pred();
        while chosen.len() > MANY
            && let Some(resolution) = coarser.filter(|resolution| *resolution >= Resolution::Three)
        {
            chosen = fullest(mass.coarse(grid, resolution), wanted);
            coarser = resolution.pred();
        }
        let mut known: Option<HashMap<CellIndex, f64>> = None;
        let smallest = regions.is_empty();
        while chosen.len() < FEW && chosen.first().is_some_and(|(cell, _)| cell.resolution() < FINEST) {
            let of_grid = |cell: CellIndex| {
                let index = grid.cells.binary_search(&cell).ok()?;
                Some((cell, mass.of_cells.get(index).map_or(0.0, |mass| f64::from(*mass))))
            };
            let known_now = known.take().unwrap_or_else(|| {
                chosen.iter().flat_map(|(cell, _)| cell.grid_disk_safe(1)).filter_map(of_grid).collect()
            });
            let Some(refined) = refine(world, problem, stays, mass, &known_now, &chosen) else { break };
            chosen = fullest(refined.cells.clone(), wanted);
            if smallest {
                finest.clone_from(&refined.cells);
            }
            known = Some(refined.cells.into_iter().collect());
        }
        let cells: Vec<CellIndex> = chosen.iter().map(|(cell, _)| *cell).collect();
        let area_km2 = cells.iter().map(|cell| cell.area_km2()).sum();
        regions.push(Region { level: *level, area_km2, polygons: polygons(&cells) });
    }
    (regions, finest)
}
