//! Drawings of an estimate: a picture for people (`svg`), and the same for other programs (`geojson`, `gpx`, `kml`);
//! and of where somebody is to go ([`Route`]), which tells nothing of why.
//!
//! Names are hostile input here: everything passes `words::clean` and a writer that escapes. Nothing is fetched by
//! whoever opens a drawing, and no words of a message are in it. The same input draws the same, byte for byte.

mod geojson;
mod gpx;
mod kml;
mod mark;
mod outline;
mod route;
mod shape;
mod sun;
mod svg;
#[cfg(test)]
mod tests;
mod words;
mod xml;

pub use self::geojson::geojson;
pub use self::gpx::{gpx, route_gpx};
pub use self::kml::kml;
pub use self::mark::{Kind, Mark, Shape, Spot};
pub use self::route::{Route, Stop, StopKind};
pub use self::svg::{route_svg, svg};

use super::borders::Borders;
use super::estimate::{Estimate, Site};
use super::gazetteer::Place;
use super::geo::Point;

/// More candidates than these are not drawn.
const MOST_CANDIDATES: usize = 25;
/// More clues than these are not drawn: nobody could tell them apart.
const MOST_CLUES: usize = 150;

/// Everything that is drawn.
#[derive(Clone, Copy)]
pub struct Drawing<'a> {
    /// The code name of the case.
    pub title: &'a str,
    /// For when the estimate holds, as a reader would write it: `12 May 2026, 09:00 UTC`.
    pub as_of: &'a str,
    /// What is drawn.
    pub estimate: &'a Estimate,
    /// The clues it was made from, the most telling first.
    pub clues: &'a [Mark],
    /// The organisation's sites; those among the candidates may be in it.
    pub sites: &'a [Site],
    /// Places to find one's way by, in any order; those outside the window and of other kinds are passed over.
    pub towns: &'a [Place<'a>],
    /// Where countries end.
    pub borders: &'a Borders,
}

/// A candidate that can be drawn.
struct Numbered {
    /// Its rank, from 1.
    number: usize,
    name: String,
    site: Option<u128>,
    at: Point,
    probability: f64,
}

impl Drawing<'_> {
    fn title(&self) -> String {
        let title = words::clean(self.title, 60);
        if title.is_empty() { "Case".to_owned() } else { title }
    }

    fn candidates(&self) -> Vec<Numbered> {
        let named = (1..).zip(&self.estimate.candidates).take(MOST_CANDIDATES);
        let numbered = named.filter_map(|(number, candidate)| {
            let at = on_earth(candidate.at)?;
            let name = candidate.name.as_deref().map(|name| words::clean(name, 80)).unwrap_or_default();
            let name = if name.is_empty() { self.unlisted_name(at) } else { name };
            Some(Numbered { number, name, site: candidate.site, at, probability: candidate.probability })
        });
        numbered.collect()
    }

    fn unlisted_name(&self, at: Point) -> String {
        let near = self
            .towns
            .iter()
            .filter(|town| is_settlement(town))
            .map(|town| (town, at.distance_m(town.point)));
        let near = near.filter(|(_, metres)| *metres < 60_000.0).min_by(|a, b| a.1.total_cmp(&b.1));
        near.map_or("Unlisted place".to_owned(), |(town, _)| {
            format!("Unlisted place near {}", words::clean(town.name, 40))
        })
    }

    fn best(&self) -> Option<Point> {
        on_earth(self.estimate.best)
    }

    fn error_m(&self) -> Option<f64> {
        let km = self.estimate.expected_error_km;
        (km.is_finite() && km > 0.0).then_some(km * 1_000.0)
    }

    fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.clues.iter().take(MOST_CLUES)
    }

    /// The sentence on what no point of the map shows.
    fn elsewhere(&self) -> String {
        if !(self.estimate.unlisted.is_finite() && self.estimate.outside.is_finite()) {
            return COARSE.to_owned();
        }
        let (unlisted, outside) =
            (words::percent(self.estimate.unlisted), words::percent(self.estimate.outside));
        format!("Probability at no known site {unlisted}, outside the region {outside}.")
    }
}

/// What every drawing says of itself.
const NOTE: &str = "An estimate from graded clues, which may be wrong: not a sighting.";

/// What takes the place of numbers in a drawing that was made coarse.
const COARSE: &str = "Made coarse to be handed on: nothing finer than the outline is told.";

fn is_settlement(place: &Place<'_>) -> bool {
    use super::gazetteer::PlaceKind::{Town, Village};
    matches!(place.kind, Town | Village)
}

fn on_earth(at: Point) -> Option<Point> {
    Point::new(at.lat, at.lon)
}
