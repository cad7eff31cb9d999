//! Which country a point lies in, and how far it is to the next one.
//!
//! Built from OpenStreetMap: a person may be held 300 m from a border, where coarser maps name the wrong country.

mod atlas;
mod grid;
mod nearest;
mod outline;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use self::atlas::{Atlas, SCALE};
use self::grid::Grid;
use self::nearest::Lines;
use self::outline::Window;
use super::geo::{EARTH_RADIUS_M, Point};

/// How far off its shore a point still belongs to a country, in metres: piers, stilt houses, gambling boats and the
/// middle of the Mekong.
pub const SHORE_M: f64 = 2_000.0;

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Cambodia.
    pub const KH: Self = Self(*b"KH");
    /// Laos.
    pub const LA: Self = Self(*b"LA");
    /// Myanmar.
    pub const MM: Self = Self(*b"MM");
    /// Thailand.
    pub const TH: Self = Self(*b"TH");
    /// Vietnam.
    pub const VN: Self = Self(*b"VN");
    /// The Philippines.
    pub const PH: Self = Self(*b"PH");
    /// China.
    pub const CN: Self = Self(*b"CN");

    /// Two letters in either case.
    #[must_use]
    pub fn new(code: &str) -> Option<Self> {
        let &[a, b] = code.as_bytes() else { return None };
        let both = a.is_ascii_alphabetic() && b.is_ascii_alphabetic();
        both.then(|| Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
    }

    /// Two capital letters.
    #[must_use]
    pub fn code(&self) -> &str {
        // Only letters get in.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::fmt::Debug for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// The countries of the region and their neighbours.
pub struct Borders {
    atlas: Atlas,
    grid: Grid,
    /// The whole outline of each country.
    outlines: Vec<Lines>,
    /// What lies between two countries.
    land_borders: Lines,
}

impl Borders {
    /// Those that are compiled in; the first call unpacks them, which takes some 30 ms.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Borders> = LazyLock::new(|| {
            // What is compiled in is whole: a test reads it.
            Borders::new(Atlas::read(include_bytes!("../../../assets/borders.bin")).unwrap_or_default())
        });
        &EMBEDDED
    }

    fn new(atlas: Atlas) -> Self {
        let lines = |wanted: &dyn Fn(u32) -> bool| {
            let wanted = atlas.lines.iter().filter(|line| wanted(line.sides));
            Lines::new(wanted.map(|line| (line.corners.as_slice(), line.sides)))
        };
        let outlines =
            (0..atlas.countries.len()).map(|index| lines(&|sides| sides >> index & 1 == 1)).collect();
        let land_borders = lines(&|sides| sides.count_ones() > 1);
        Self { grid: Grid::new(&atlas), outlines, land_borders, atlas }
    }

    /// The countries that are known here. A point elsewhere lies in none.
    #[must_use]
    pub fn countries(&self) -> &[Country] {
        &self.atlas.countries
    }

    /// In which country a point lies. Off the coast and on a wide river that of the nearest shore within
    /// [`SHORE_M`]; farther out and outside the region none.
    #[must_use]
    pub fn country(&self, point: Point) -> Option<Country> {
        let index = self.grid.country(point).map(usize::from).or_else(|| self.nearest_shore(point))?;
        self.atlas.countries.get(index).copied()
    }

    fn nearest_shore(&self, point: Point) -> Option<usize> {
        if !self.grid.near_land(point) {
            return None;
        }
        let shores = self.outlines.iter().enumerate();
        let shores = shores.filter_map(|(index, lines)| Some((index, lines.nearest(point, SHORE_M)?.metres)));
        shores.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
    }

    /// Metres to the nearest land of a country, right to 1%: 0 inside it (and where [`Borders::country`] names it),
    /// nothing for a country that is not known here.
    #[must_use]
    pub fn distance_m(&self, point: Point, country: Country) -> Option<f64> {
        self.distance_within_m(point, country, f64::INFINITY)
    }

    /// The same, nothing when it is more than `within_m`: faster where far ones are of no interest.
    #[must_use]
    pub fn distance_within_m(&self, point: Point, country: Country, within_m: f64) -> Option<f64> {
        let index = self.atlas.countries.iter().position(|known| *known == country)?;
        if self.country(point) == Some(country) {
            return Some(0.0);
        }
        self.outlines.get(index)?.nearest(point, within_m).map(|nearest| nearest.metres)
    }

    /// Metres to the nearest border between two countries, and these two. Coasts are no borders, nor is where the
    /// region ends.
    #[must_use]
    pub fn nearest_border_m(&self, point: Point) -> Option<(f64, [Country; 2])> {
        let nearest = self.land_borders.nearest(point, f64::INFINITY)?;
        let mut sides =
            self.atlas.countries.iter().enumerate().filter(|(index, _)| nearest.sides >> index & 1 == 1);
        let (first, second) = (sides.next()?.1, sides.next()?.1);
        Some((nearest.metres, [*first, *second]))
    }

    /// Whether a point lies where Chinese maps shift positions: on the mainland, not in Hong Kong, Macau or Taiwan.
    #[must_use]
    pub fn in_china(&self, point: Point) -> bool {
        self.country(point) == Some(Country::CN)
    }

    /// The outlines within a window, without detail that a map with `detail_m` metres to a dot could not show. They
    /// are cut at the window's edge: draw a little less than the window, or those cuts show as lines.
    #[must_use]
    pub fn outlines(&self, south_west: Point, north_east: Point, detail_m: f64) -> Vec<Outline> {
        let window = Window {
            west: south_west.lon * SCALE,
            south: south_west.lat * SCALE,
            east: north_east.lon * SCALE,
            north: north_east.lat * SCALE,
        };
        outline::outlines(&self.atlas, window, detail_m.max(0.0) / EARTH_RADIUS_M.to_radians() * SCALE)
    }
}

/// A closed line around a country or a part of it.
pub struct Outline {
    /// Whose it is.
    pub country: Country,
    /// Its corners; the last joins the first. Holes are rings of their own: fill by the even-odd rule.
    pub ring: Vec<Point>,
}
