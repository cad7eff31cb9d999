//! What the estimate must know of the earth: countries, borders, towns, names. A trait, so that tests and the
//! simulator bring a small world of their own.

use super::evidence::Meant;
use crate::location::borders::{Borders, Country};
use crate::location::gazetteer::{Gazetteer, PlaceKind};
use crate::location::geo::Point;

/// The earth, as far as the estimate asks.
pub trait World: Sync {
    /// In which country a point on land lies.
    fn country(&self, at: Point) -> Option<Country>;
    /// Metres to the land of a country: 0 inside it, nothing for an unknown country.
    fn distance_m(&self, at: Point, country: Country) -> Option<f64>;
    /// Metres to the nearest border between two countries.
    fn border_m(&self, at: Point) -> Option<f64>;
    /// The places that a name may mean.
    fn named(&self, name: &str) -> Vec<Meant>;
}

/// The earth as the reference data tells it.
pub struct Earth {
    /// The countries.
    pub borders: &'static Borders,
    /// The names.
    pub names: &'static Gazetteer,
}

impl Earth {
    /// The data that is compiled in.
    #[must_use]
    pub fn embedded() -> Self {
        Self { borders: Borders::embedded(), names: Gazetteer::embedded() }
    }

    /// The same with the operator's own places.
    #[must_use]
    pub fn active() -> Self {
        Self { borders: Borders::embedded(), names: Gazetteer::active() }
    }
}

impl World for Earth {
    fn country(&self, at: Point) -> Option<Country> {
        self.borders.country(at)
    }

    fn distance_m(&self, at: Point, country: Country) -> Option<f64> {
        self.borders.distance_m(at, country)
    }

    fn border_m(&self, at: Point) -> Option<f64> {
        self.borders.nearest_border_m(at).map(|(metres, _)| metres)
    }

    fn named(&self, name: &str) -> Vec<Meant> {
        let meant = |candidate: crate::location::gazetteer::Candidate<'_>| {
            let place = candidate.place;
            // A whole country as a disc would be wrong at every border; its towns are not meant either.
            (place.kind != PlaceKind::Country).then_some(Meant {
                at: place.point,
                country: Some(place.country),
                sigma_m: place.sigma_m,
                weight: candidate.weight,
            })
        };
        self.names.lookup(name).into_iter().filter_map(meant).collect()
    }
}
