//! A small earth for tests and quick runs: countries are strips between meridians.

use crate::location::borders::Country;
use crate::location::estimate::{Extent, Meant, World};
use crate::location::geo::Point;

/// Strips of land from west to east.
pub struct Toy {
    south: f64,
    north: f64,
    /// The western edge of each strip, with its country, then the eastern edge of the last.
    strips: Vec<(f64, Country)>,
    east: f64,
    /// What names mean.
    pub names: Vec<(String, Meant)>,
}

impl Toy {
    /// Three countries, 320,000 square kilometres.
    #[must_use]
    pub fn three() -> Self {
        Self::new(13.0, 18.0, &[(97.0, Country::MM), (98.6, Country::TH), (101.2, Country::LA)], 102.5)
    }

    /// Two countries, 25,000 square kilometres: for tests.
    #[must_use]
    pub fn small() -> Self {
        Self::new(16.0, 17.4, &[(97.8, Country::MM), (98.6, Country::TH)], 99.4)
    }

    fn new(south: f64, north: f64, strips: &[(f64, Country)], east: f64) -> Self {
        Self { south, north, strips: strips.to_vec(), east, names: Vec::new() }
    }

    /// Its window and countries.
    #[must_use]
    pub fn extent(&self) -> Extent {
        let west = self.strips.first().map_or(self.east, |(west, _)| *west);
        let corner = |lat, lon| Point { lat, lon };
        Extent {
            windows: vec![(corner(self.south, west), corner(self.north, self.east))],
            countries: self
                .strips
                .iter()
                .zip([0.5, 0.2, 0.3])
                .map(|((_, country), share)| (*country, share))
                .collect(),
        }
    }

    fn edges(&self) -> impl Iterator<Item = (f64, f64, Country)> {
        let east = self.strips.iter().skip(1).map(|(west, _)| *west).chain([self.east]);
        self.strips.iter().zip(east).map(|((west, country), east)| (*west, east, *country))
    }
}

impl World for Toy {
    fn country(&self, at: Point) -> Option<Country> {
        let on_land = (self.south..self.north).contains(&at.lat);
        self.edges()
            .find(|(west, east, _)| on_land && (*west..*east).contains(&at.lon))
            .map(|(.., country)| country)
    }

    fn distance_m(&self, at: Point, country: Country) -> Option<f64> {
        let (west, east, _) = self.edges().find(|(.., of)| *of == country)?;
        let nearest = Point { lat: at.lat.clamp(self.south, self.north), lon: at.lon.clamp(west, east) };
        Some(at.distance_m(nearest))
    }

    fn border_m(&self, at: Point) -> Option<f64> {
        let borders = self.strips.iter().skip(1);
        borders.map(|(west, _)| at.distance_m(Point { lat: at.lat, lon: *west })).min_by(f64::total_cmp)
    }

    fn named(&self, name: &str) -> Vec<Meant> {
        self.names.iter().filter(|(of, _)| of == name).map(|(_, meant)| *meant).collect()
    }
}
