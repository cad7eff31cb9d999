//! The cells that the region is cut into, and what is known of each whatever the case: country, borders, where
//! people are held at all.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use h3o::{CellIndex, LatLng, Resolution};

use super::places::{CHUNK, Countries, Direction, Places, ground_m};
use super::world::World;
use crate::location::borders::Country;
use crate::location::geo::Point;

/// A cell is 5.2 km2 here.
pub(super) const FINE: Resolution = Resolution::Seven;
/// Cells whose borders are looked up together.
const BLOCK: Resolution = Resolution::Five;
/// Cells of 250 km2, about a township.
pub(super) const TOWNSHIP: Resolution = Resolution::Five;
/// Areas between which people are moved.
const AREA: Resolution = Resolution::Three;
/// No distance to a border is told beyond this.
const FAR_M: f64 = 300_000.0;
/// Unit in which distances are kept: 16 bits reach to 655 km.
const STEP_M: f64 = 10.0;

/// Which part of the earth is cut into cells.
pub struct Extent {
    /// Rectangles: south-west and north-east corner.
    pub windows: Vec<(Point, Point)>,
    /// The countries in which people are looked for, with how many of all held people are held there. Our choice,
    /// after what is publicly reported; only the ratio counts.
    pub countries: Vec<(Country, f64)>,
}

impl Extent {
    /// The five mainland countries and the Philippines.
    #[must_use]
    pub fn region() -> Self {
        let at = |lat, lon| Point { lat, lon };
        Self {
            windows: vec![(at(5.0, 91.5), at(29.0, 110.0)), (at(4.2, 116.5), at(21.5, 127.0))],
            countries: vec![
                (Country::KH, 0.30),
                (Country::MM, 0.32),
                (Country::LA, 0.12),
                (Country::PH, 0.12),
                (Country::TH, 0.08),
                (Country::VN, 0.06),
            ],
        }
    }
}

/// What a chunk of cells lies within.
pub(super) struct Ball {
    pub(super) middle: Direction,
    pub(super) radius_m: f64,
}

/// The cells. Made once; every case shares it.
pub struct Grid {
    pub(super) cells: Vec<CellIndex>,
    pub(super) places: Places,
    pub(super) balls: Vec<Ball>,
    /// How probably an unlisted place is in a cell, when no case and no site is known. Sums to 1.
    pub(super) base: Vec<f32>,
    /// The larger cells in order, each with how many cells of the grid it has.
    pub(super) townships: Vec<(CellIndex, u32)>,
    /// Number of the area of each cell.
    pub(super) area: Vec<u16>,
    /// The middle of each area.
    pub(super) areas: Vec<Point>,
    pub(super) countries: Countries,
    looked_for: Vec<Country>,
    distances: Mutex<HashMap<Country, Arc<Vec<u16>>>>,
}

fn centre(cell: CellIndex) -> Point {
    let at = LatLng::from(cell);
    Point { lat: at.lat(), lon: at.lng() }
}

/// The cell around a point.
pub(super) fn cell_at(at: Point, resolution: Resolution) -> Option<CellIndex> {
    Some(LatLng::new(at.lat, at.lon).ok()?.to_cell(resolution))
}

fn blocks(extent: &Extent) -> Vec<CellIndex> {
    let mut found = HashSet::new();
    for (south_west, north_east) in &extent.windows {
        // Half the width of an area, so that none is stepped over.
        let mut lat = south_west.lat;
        while lat < north_east.lat + 0.3 {
            let mut lon = south_west.lon;
            while lon < north_east.lon + 0.3 {
                found.extend(Point::new(lat, lon).and_then(|at| cell_at(at, AREA)));
                lon += 0.3;
            }
            lat += 0.3;
        }
    }
    let mut areas: Vec<CellIndex> = found.into_iter().collect();
    areas.sort_unstable();
    areas.into_iter().flat_map(|area| area.children(BLOCK)).collect()
}

/// The cells of a block with their countries; where all samples agree and no border is near, one answer does.
fn in_block(
    world: &dyn World,
    block: CellIndex,
    wanted: &[Country],
    found: &mut HashMap<CellIndex, Country>,
) {
    let samples: Vec<_> = block.children(Resolution::Six).map(|cell| world.country(centre(cell))).collect();
    let first = samples.first().copied().flatten();
    let alike = samples.iter().all(|country| *country == first);
    if alike && first.is_none() {
        return;
    }
    let calm = alike && world.border_m(centre(block)).is_none_or(|metres| metres > 15_000.0);
    for cell in block.children(FINE) {
        let country = if calm { first } else { world.country(centre(cell)) };
        if let Some(country) = country.filter(|country| wanted.contains(country)) {
            found.insert(cell, country);
        }
    }
}

/// One ring of cells around: the middle of a cell on a coast may be in the sea, and a person on its shore.
fn with_shores(world: &dyn World, inner: &HashMap<CellIndex, Country>) -> Vec<(CellIndex, Country)> {
    let mut all: HashMap<CellIndex, Country> = HashMap::new();
    for (cell, country) in inner {
        for neighbour in cell.grid_disk_safe(1).filter(|neighbour| !inner.contains_key(neighbour)) {
            let entry = all.entry(neighbour).or_insert(*country);
            // The least code, so that the order of a hash map decides nothing.
            *entry = (*entry).min(*country);
        }
    }
    for (cell, country) in &mut all {
        *country = world.country(centre(*cell)).unwrap_or(*country);
    }
    let mut cells: Vec<_> = inner.iter().map(|(cell, country)| (*cell, *country)).chain(all).collect();
    cells.sort_unstable_by_key(|(cell, _)| *cell);
    cells
}

impl Grid {
    /// Cuts a part of the earth into cells. Takes a second or so: once per process.
    #[must_use]
    pub fn new(world: &dyn World, extent: &Extent) -> Self {
        let looked_for: Vec<Country> = extent.countries.iter().map(|(country, _)| *country).collect();
        let mut inner = HashMap::new();
        for block in blocks(extent) {
            in_block(world, block, &looked_for, &mut inner);
        }
        let all = with_shores(world, &inner);
        let mut grid = Self {
            cells: Vec::with_capacity(all.len()),
            places: Places::default(),
            balls: Vec::new(),
            base: Vec::new(),
            townships: Vec::new(),
            area: Vec::with_capacity(all.len()),
            areas: Vec::new(),
            countries: Countries::default(),
            looked_for,
            distances: Mutex::default(),
        };
        let mut last = None;
        for (index, (cell, country)) in (0_u32..).zip(all) {
            let number = grid.countries.number(Some(country));
            grid.places.push(centre(cell), number, index);
            grid.cells.push(cell);
            let township = cell.parent(TOWNSHIP).unwrap_or(cell);
            match grid.townships.last_mut() {
                Some((last, count)) if *last == township => *count += 1,
                _ => grid.townships.push((township, 1)),
            }
            let area = cell.parent(AREA).unwrap_or(cell);
            if last != Some(area) {
                grid.areas.push(centre(area));
                last = Some(area);
            }
            grid.area.push(u16::try_from(grid.areas.len() - 1).unwrap_or(u16::MAX));
        }
        grid.places.spread_m2.push(spread_m2(FINE));
        grid.balls = balls(&grid.places);
        grid.base = base(world, &grid, extent);
        grid
    }

    /// How many cells there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Whether people are looked for in a country at all.
    pub(super) fn looks_in(&self, country: Country) -> bool {
        self.looked_for.contains(&country)
    }

    /// The number of the cell around a point.
    pub(super) fn cell_of(&self, at: Point) -> Option<u32> {
        let cell = cell_at(at, FINE)?;
        self.cells.binary_search(&cell).ok().and_then(|index| u32::try_from(index).ok())
    }

    /// Bytes held, distances included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let kept = self.distances.lock().map_or(0, |kept| kept.len());
        self.len() * (8 + 5 * 4 + 1 + 4 + 4 + 2 + 2 * kept)
    }

    /// Tens of metres from each cell to a country. Worked out when a clue first names the country.
    pub(super) fn distances(&self, world: &dyn World, country: Country) -> Arc<Vec<u16>> {
        if let Ok(kept) = self.distances.lock()
            && let Some(known) = kept.get(&country)
        {
            return Arc::clone(known);
        }
        let made = Arc::new(by_block(&self.cells, BLOCK, 40_000.0, |at| {
            world.distance_m(at, country).unwrap_or(FAR_M)
        }));
        // Two callers may work out the same; nobody waits for the other. Bounded: there are few countries, but a
        // code is two free letters.
        if let Ok(mut kept) = self.distances.lock()
            && (kept.len() < 16 || self.looks_in(country))
        {
            kept.insert(country, Arc::clone(&made));
        }
        made
    }
}

/// Metres from what [`Grid::distances`] keeps.
pub(super) fn metres(kept: u16) -> f64 {
    f64::from(kept) * STEP_M
}

/// Variance along an axis of a point that lies anywhere in a hexagon.
pub(super) fn spread_m2(resolution: Resolution) -> f32 {
    (hexagon_m2(resolution) * 5.0 / (36.0 * 3.0_f64.sqrt())) as f32
}

/// The usual area of a cell. Cells differ by a tenth or so.
pub(super) fn hexagon_m2(resolution: Resolution) -> f64 {
    resolution.area_m2()
}

/// A distance for every cell: exact near zero, and one for a whole block where it is `far` or more.
fn by_block(cells: &[CellIndex], block: Resolution, far: f64, distance: impl Fn(Point) -> f64) -> Vec<u16> {
    let mut last = None;
    let mut of_block = 0.0;
    let one = |cell: &CellIndex| {
        let parent = cell.parent(block);
        if parent != last {
            last = parent;
            of_block = parent.map_or(FAR_M, |parent| distance(centre(parent)));
        }
        let metres = if of_block >= far { of_block } else { distance(centre(*cell)) };
        let metres = if metres.is_nan() { FAR_M } else { metres.clamp(0.0, FAR_M) };
        (metres / STEP_M).round() as u16
    };
    cells.iter().map(one).collect()
}

fn balls(places: &Places) -> Vec<Ball> {
    places
        .x
        .chunks(CHUNK)
        .zip(places.y.chunks(CHUNK))
        .zip(places.z.chunks(CHUNK))
        .map(|((x, y), z)| {
            let mean = |of: &[f32]| of.iter().sum::<f32>() / of.len().max(1) as f32;
            let middle = Direction { x: mean(x), y: mean(y), z: mean(z) };
            let chord2 = x.iter().zip(y).zip(z).map(|((x, y), z)| middle.chord2(*x, *y, *z));
            Ball { middle, radius_m: ground_m(f64::from(chord2.fold(0.0, f32::max))) + 2_000.0 }
        })
        .collect()
}

/// Of the unlisted places of a country, six in ten lie along its borders, as the reported ones do; the rest
/// anywhere.
fn base(world: &dyn World, grid: &Grid, extent: &Extent) -> Vec<f32> {
    let border = by_block(&grid.cells, Resolution::Six, 0.0, |at| world.border_m(at).unwrap_or(FAR_M));
    let near: Vec<f64> = border.iter().map(|kept| (-metres(*kept) / 12_000.0).exp()).collect();
    let mut sums = [(0.0_f64, 0.0_f64); 256];
    for (country, near) in grid.places.country.iter().zip(&near) {
        if let Some((count, along)) = sums.get_mut(usize::from(*country)) {
            *count += 1.0;
            *along += near;
        }
    }
    let total: f64 = extent.countries.iter().map(|(_, share)| share.max(0.0)).sum();
    let share = |number: u8| {
        let country = grid.countries.get(number)?;
        let (_, share) = extent.countries.iter().find(|(of, _)| *of == country)?;
        Some(share.max(0.0) / total)
    };
    let shares: Vec<Option<f64>> = (0..=u8::MAX).map(share).collect();
    let one = |(country, near): (&u8, &f64)| {
        let number = usize::from(*country);
        let (count, along) = sums.get(number).copied().unwrap_or_default();
        let share = shares.get(number).copied().flatten();
        // A shore or the far bank: hardly ever, but the middle of a cell is not where a person is.
        let Some(share) = share else { return 1e-8 };
        let by_border = if along > 1e-9 { 0.6 } else { 0.0 };
        share * ((1.0 - by_border) / count.max(1.0) + by_border * near / along.max(1e-9))
    };
    let weights: Vec<f64> = grid.places.country.iter().zip(&near).map(one).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| (weight / sum.max(1e-300)) as f32).collect()
}
