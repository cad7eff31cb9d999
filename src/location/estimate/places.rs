//! Positions in the form in which they are reckoned with: columns of 32-bit numbers.

use crate::location::borders::Country;
use crate::location::geo::{EARTH_RADIUS_M, Point};

/// So many positions are reckoned with at a time: their columns stay in the first-level cache, and a clue that says
/// nothing of all of them says it once.
pub(super) const CHUNK: usize = 512;

/// A position on the unit sphere.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Direction {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) z: f32,
}

impl Direction {
    /// 32 bits hold a position to half a metre.
    pub(super) fn of(at: Point) -> Self {
        let (lat, lon) = (at.lat.to_radians(), at.lon.to_radians());
        Self { x: (lat.cos() * lon.cos()) as f32, y: (lat.cos() * lon.sin()) as f32, z: lat.sin() as f32 }
    }

    /// The square of the straight line to another, in earth radii. Of differences, not of a scalar product: that
    /// has no digits left for a kilometre.
    pub(super) fn chord2(self, x: f32, y: f32, z: f32) -> f32 {
        let (dx, dy, dz) = (self.x - x, self.y - y, self.z - z);
        dx * dx + dy * dy + dz * dz
    }
}

/// Metres along the ground for the square of a straight line in earth radii.
pub(super) fn ground_m(chord2: f64) -> f64 {
    2.0 * EARTH_RADIUS_M * (chord2.max(0.0).sqrt() / 2.0).min(1.0).asin()
}

/// A list of positions, each standing for a small area around it.
#[derive(Default)]
pub(super) struct Places {
    pub(super) x: Vec<f32>,
    pub(super) y: Vec<f32>,
    pub(super) z: Vec<f32>,
    pub(super) lat: Vec<f32>,
    pub(super) lon: Vec<f32>,
    /// Number of the country in the list of the grid; 0 for none.
    pub(super) country: Vec<u8>,
    /// The cell of the grid that holds the position; none beyond the grid.
    pub(super) cell: Vec<u32>,
    /// Variance of a position within its area, along each axis, in square metres. One number when all are alike.
    pub(super) spread_m2: Vec<f32>,
}

/// No cell.
pub(super) const NO_CELL: u32 = u32::MAX;

impl Places {
    pub(super) fn len(&self) -> usize {
        self.x.len()
    }

    pub(super) fn push(&mut self, at: Point, country: u8, cell: u32) {
        let Direction { x, y, z } = Direction::of(at);
        self.x.push(x);
        self.y.push(y);
        self.z.push(z);
        self.lat.push(at.lat as f32);
        self.lon.push(at.lon as f32);
        self.country.push(country);
        self.cell.push(cell);
    }

    /// Where one of them is.
    pub(super) fn point(&self, index: usize) -> Option<Point> {
        Some(Point { lat: f64::from(*self.lat.get(index)?), lon: f64::from(*self.lon.get(index)?) })
    }

    /// The same on the unit sphere.
    pub(super) fn xyz(&self, index: usize) -> Option<[f32; 3]> {
        Some([*self.x.get(index)?, *self.y.get(index)?, *self.z.get(index)?])
    }

    pub(super) fn spread(&self, index: usize) -> f64 {
        self.spread_m2.get(index).or(self.spread_m2.first()).map_or(0.0, |spread| f64::from(*spread))
    }
}

/// The countries that have a number.
#[derive(Default, Clone)]
pub(super) struct Countries(Vec<Country>);

impl Countries {
    /// The number of a country, given to it when it has none; 0 when there are no more.
    pub(super) fn number(&mut self, country: Option<Country>) -> u8 {
        let Some(country) = country else { return 0 };
        if let Some(known) = self.find(country) {
            return known;
        }
        let Ok(number) = u8::try_from(self.0.len() + 1) else { return 0 };
        self.0.push(country);
        number
    }

    pub(super) fn find(&self, country: Country) -> Option<u8> {
        let index = self.0.iter().position(|known| *known == country)?;
        u8::try_from(index + 1).ok()
    }

    pub(super) fn get(&self, number: u8) -> Option<Country> {
        self.0.get(usize::from(number).checked_sub(1)?).copied()
    }
}
