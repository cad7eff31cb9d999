//! Where somebody may be: at a known site, at an unlisted place in some cell, or outside the region; and how
//! probable each is before any clue.

use std::sync::Arc;

use super::grid::Grid;
use super::kernel::{Kernel, Table};
use super::places::{CHUNK, Direction, NO_CELL, Places, ground_m};
use super::relocation::Relocation;
use super::world::World;
use crate::location::borders::Country;
use crate::location::geo::Point;

/// A known site, as far as the estimate asks.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct Site {
    /// Its id.
    pub id: u128,
    /// Its name, to show.
    pub name: String,
    /// Where it is said to be.
    pub at: Point,
    /// How far off that may be: one standard deviation in metres.
    pub sigma_m: f64,
    /// How large it is, in metres from its middle.
    pub extent_m: f64,
    /// In which country it is said to be: a coordinate near a border may lie on the wrong side.
    pub country: Option<Country>,
    /// How probably somebody is there, relative to a site that is confirmed and active.
    pub weight: f64,
}

impl Site {
    /// The squared scale of a person's position around the entry, in square metres, for Student's t with 4 degrees
    /// of freedom: most entries are better than they say, and some are far off.
    pub(super) fn scale2_m2(&self) -> f64 {
        let (sigma, extent) = (positive(self.sigma_m, 3_000.0), positive(self.extent_m, 0.0));
        // Its variance is twice its squared scale; that of a disc is a quarter of its squared radius.
        sigma * sigma / 2.0 + extent * extent / 4.0
    }
}

/// A length that can be reckoned with.
pub(super) fn positive(metres: f64, otherwise: f64) -> f64 {
    if metres.is_finite() && metres >= 0.0 { metres.min(500_000.0) } else { otherwise }
}

/// How much of the prior is outside the region. Our choice.
const OUTSIDE: f64 = 0.03;
/// A site known to this precision needs no more than one position.
const ONE_POSITION_M: f64 = 500.0;
/// More sites than this are not reckoned with; the caller's most probable ones are.
pub(super) const MAX_SITES: usize = 1_000;

/// How much of the prior no list holds: at least 22%, however long the list (MH370 and AF447 teach what a missing
/// hypothesis costs), and most of it where the list is short.
fn unlisted(sites: usize) -> f64 {
    let sites = sites as f64;
    (0.22 + 0.78 / (1.0 + sites / 2.0)) * (1.0 - OUTSIDE)
}

/// So many cells are drawn from the prior, for what is worked out on a sample.
pub(super) const PRIOR_DRAWN: usize = 1_024;

/// Draws numbers in proportion to weights, by equal steps through their sum.
pub(super) fn draw(weights: impl Iterator<Item = f64> + Clone, count: usize) -> Vec<u32> {
    let total: f64 = weights.clone().sum();
    let mut drawn = Vec::with_capacity(count);
    if !total.is_finite() || total <= 0.0 {
        return drawn;
    }
    let step = total / count.max(1) as f64;
    let (mut next, mut before) = (step / 2.0, 0.0);
    for (index, weight) in (0_u32..).zip(weights) {
        before += weight;
        while next < before && drawn.len() < count {
            drawn.push(index);
            next += step;
        }
    }
    drawn
}

/// All that a person's place may be, with its prior: the cells of the grid, some positions for each site, and one
/// state for everywhere else.
pub struct Space {
    pub(super) grid: Arc<Grid>,
    /// The sites that count.
    pub sites: Vec<Site>,
    pub(super) nodes: Places,
    /// The site of each node.
    pub(super) node_site: Vec<usize>,
    /// The prior of every state: cells filled up to whole chunks, nodes, outside, filled up again.
    pub(super) prior: Vec<f32>,
    /// The number of the first node among the states.
    pub(super) first_node: usize,
    /// Sums of the prior by chunk.
    pub(super) prior_sums: Vec<f64>,
    /// By chunk: so many states in a row are of one area.
    pub(super) area_runs: Vec<Vec<(usize, usize)>>,
    pub(super) relocation: Relocation,
    /// Cells drawn in proportion to the prior.
    pub(super) drawn: Vec<u32>,
    /// What the layers of a space are known by: those of another list of sites do not fit.
    pub version: u64,
}

/// The step of the lattice below, in scales: its outermost positions stand for the tail.
const LATTICE_STEP: f64 = 1.4;

/// Offsets on a triangular lattice in scales, with weights: 19 positions that stand for where a site may be.
fn lattice() -> Vec<(f64, f64, f64)> {
    let mut all = Vec::new();
    for a in -2_i32..=2 {
        for b in -2_i32..=2 {
            if (a + b).abs() > 2 {
                continue;
            }
            let (x, y) = (f64::from(a) + f64::from(b) / 2.0, f64::from(b) * 3.0_f64.sqrt() / 2.0);
            let (x, y) = (x * LATTICE_STEP, y * LATTICE_STEP);
            all.push((x, y, (1.0 + (x * x + y * y) / 4.0).powi(-3)));
        }
    }
    let sum: f64 = all.iter().map(|(_, _, weight)| weight).sum();
    all.into_iter().map(|(x, y, weight)| (x, y, weight / sum)).collect()
}

impl Space {
    /// The grid with a list of sites.
    #[must_use]
    pub fn new(world: &dyn World, grid: &Arc<Grid>, sites: &[Site]) -> Self {
        let usable = |site: &&Site| Point::new(site.at.lat, site.at.lon).is_some() && site.weight > 0.0;
        let mut sites: Vec<Site> = sites.iter().filter(usable).cloned().collect();
        sites.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.id.cmp(&b.id)));
        sites.truncate(MAX_SITES);
        sites.sort_by_key(|site| site.id);
        let mut space = Self {
            grid: Arc::clone(grid),
            nodes: Places::default(),
            node_site: Vec::new(),
            prior: cells_prior(grid, &sites),
            first_node: grid.len().next_multiple_of(CHUNK),
            prior_sums: Vec::new(),
            area_runs: Vec::new(),
            relocation: Relocation::new(&[], Vec::new()),
            drawn: Vec::new(),
            version: version(&sites),
            sites,
        };
        space.prior.resize(space.first_node, 0.0);
        space.add_nodes(world);
        space.prior.push(OUTSIDE as f32);
        space.prior.resize(space.prior.len().next_multiple_of(CHUNK), 0.0);
        let mut by_area = vec![0.0; grid.areas.len() + 1];
        for (state, prior) in space.prior.iter().enumerate().filter(|(_, prior)| **prior > 0.0) {
            if let Some(sum) = by_area.get_mut(space.area_of(state)) {
                *sum += f64::from(*prior);
            }
        }
        space.relocation = Relocation::new(&grid.areas, by_area);
        space.prior_sums =
            space.prior.chunks(CHUNK).map(|chunk| chunk.iter().copied().map(f64::from).sum()).collect();
        space.area_runs = (0..space.states()).step_by(CHUNK).map(|from| space.runs(from)).collect();
        let likely = space.prior.get(..grid.len()).unwrap_or_default();
        space.drawn = draw(likely.iter().map(|prior| f64::from(*prior)), PRIOR_DRAWN);
        space
    }

    fn runs(&self, from: usize) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for area in (from..from + CHUNK).map(|state| self.area_of(state)) {
            match runs.last_mut() {
                Some((count, last)) if *last == area => *count += 1,
                _ => runs.push((1, area)),
            }
        }
        runs
    }

    fn add_nodes(&mut self, world: &dyn World) {
        let total: f64 = self.sites.iter().map(|site| site.weight.min(1e6)).sum();
        let mass = 1.0 - OUTSIDE - unlisted(self.sites.len());
        let lattice = lattice();
        for (index, site) in self.sites.iter().enumerate() {
            let scale = site.scale2_m2().sqrt();
            let share = mass * site.weight.min(1e6) / total;
            let (offsets, step) =
                if scale < ONE_POSITION_M { (&[(0.0, 0.0, 1.0)][..], 0.0) } else { (&lattice[..], scale) };
            for (x, y, weight) in offsets {
                let at = site.at.towards(x.atan2(*y).to_degrees(), x.hypot(*y) * step);
                let told = site.country.filter(|country| world.distance_m(at, *country) != Some(0.0));
                let country = world.country(at).filter(|_| told.is_none()).or(site.country);
                let number = country.and_then(|country| self.grid.countries.find(country)).unwrap_or(0);
                self.nodes.push(at, number, self.grid.cell_of(at).unwrap_or(NO_CELL));
                // Half a step around each node, so that no pin falls between them.
                let own = if step > 0.0 {
                    0.14 * LATTICE_STEP * LATTICE_STEP * scale * scale
                } else {
                    scale * scale
                };
                let (own, prior) = (own as f32, (share * weight) as f32);
                self.nodes.spread_m2.push(own);
                self.node_site.push(index);
                self.prior.push(prior);
            }
        }
    }

    /// The number of the state for everywhere else.
    pub(super) fn outside(&self) -> usize {
        self.first_node + self.nodes.len()
    }

    /// How many states there are, filled up to whole chunks.
    pub(super) fn states(&self) -> usize {
        self.prior.len()
    }

    pub(super) fn prior_of(&self, state: usize) -> f64 {
        self.prior.get(state).map_or(0.0, |prior| f64::from(*prior))
    }

    /// The area of a state; sites and the outside of the region go by the area around them, or by one of their own.
    pub(super) fn area_of(&self, state: usize) -> usize {
        let elsewhere = self.grid.areas.len();
        let cell = if state < self.first_node {
            Some(state)
        } else {
            let cell = self.nodes.cell.get(state - self.first_node).filter(|cell| **cell != NO_CELL);
            cell.map(|cell| *cell as usize)
        };
        cell.and_then(|cell| self.grid.area.get(cell)).map_or(elsewhere, |area| usize::from(*area))
    }

    /// Where a state is; nowhere for the outside.
    pub(super) fn point_of(&self, state: usize) -> Option<Point> {
        if state < self.first_node {
            self.grid.places.point(state)
        } else {
            self.nodes.point(state - self.first_node)
        }
    }

    /// The number of the site that a state stands for.
    pub(super) fn site_of(&self, state: usize) -> Option<usize> {
        self.node_site.get(state.checked_sub(self.first_node)?).copied()
    }

    /// The number of a site by its id.
    pub(super) fn site(&self, id: u128) -> Option<usize> {
        self.sites.binary_search_by_key(&id, |site| site.id).ok()
    }
}

/// Unlisted places: six in ten go by the map alone, four in ten lie around known sites, for new ones are built where
/// roads, lines and bribes are.
fn cells_prior(grid: &Grid, sites: &[Site]) -> Vec<f32> {
    let mass = unlisted(sites.len());
    let around = around_sites(grid, sites);
    let total: f64 = around.iter().map(|weight| f64::from(*weight)).sum();
    let near = if total > 0.0 { 0.4 } else { 0.0 };
    let one = |(base, around): (&f32, &f32)| {
        let around = if total > 0.0 { f64::from(*around) / total } else { 0.0 };
        (mass * ((1.0 - near) * f64::from(*base) + near * around)) as f32
    };
    grid.base.iter().zip(&around).map(one).collect()
}

fn around_sites(grid: &Grid, sites: &[Site]) -> Vec<f32> {
    let mut around = vec![0.0_f32; grid.len()];
    let kernel = Kernel::Around { scale2_m2: 15_000.0 * 15_000.0 };
    let table = Table::new(&kernel, 0.0, 1.0);
    let places = &grid.places;
    for site in sites {
        let middle = Direction::of(site.at);
        let weight = site.weight.min(1e6) as f32;
        for (chunk, ball) in grid.balls.iter().enumerate() {
            let away = ground_m(f64::from(middle.chord2(ball.middle.x, ball.middle.y, ball.middle.z)));
            if away > ball.radius_m + 150_000.0 {
                continue;
            }
            let from = chunk * CHUNK;
            let columns = places.x.iter().zip(&places.y).zip(&places.z).skip(from);
            for (((x, y), z), around) in columns.zip(around.iter_mut().skip(from).take(CHUNK)) {
                *around += weight * table.at(middle.chord2(*x, *y, *z));
            }
        }
    }
    around
}

/// FNV-1a over all that a layer may depend on.
fn version(sites: &[Site]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for site in sites {
        add(&site.id.to_le_bytes());
        for number in [site.at.lat, site.at.lon, site.sigma_m, site.extent_m, site.weight] {
            add(&number.to_bits().to_le_bytes());
        }
        add(site.country.as_ref().map_or("", Country::code).as_bytes());
    }
    hash
}
