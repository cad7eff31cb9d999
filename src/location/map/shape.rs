//! What a statement looks like on a map. The estimate reckons with whole curves of likelihood; here their middle and
//! about one standard deviation to either side are drawn.

use super::mark::{Kind, MOST_PLACES, Shape, Spot};
use super::sun;
use crate::location::estimate::{Meant, Mode, Origin, Searched, Site, Statement, World};
use crate::location::geo::Point;

/// Kind and place of a statement.
pub(super) fn of(statement: &Statement, world: &dyn World, sites: &[Site]) -> Option<(Kind, Shape)> {
    let site = |id: &u128| sites.iter().find(|site| site.id == *id);
    Some(match statement {
        Statement::Point { at, accuracy_m, viewport } => {
            let accuracy_m = if *viewport { accuracy_m.max(3_000.0) } else { *accuracy_m };
            (Kind::Point, Shape::Spots(vec![Spot { at: *at, accuracy_m }]))
        }
        Statement::Place { name, candidates, .. } => {
            let meant = if candidates.is_empty() { world.named(name) } else { candidates.clone() };
            let spot = |place: Meant| Spot { at: place.at, accuracy_m: place.sigma_m };
            (Kind::Place, Shape::Spots(likeliest(meant).into_iter().map(spot).collect()))
        }
        Statement::Site(id) => (Kind::Site, site(id).map_or(Shape::Nowhere, at_site)),
        Statement::DistanceFrom { from, km, sigma_km } => {
            let sigma = sigma_km.unwrap_or(0.25 * km);
            let between_km = ((km - sigma).max(0.0), km + sigma);
            (Kind::DistanceFrom, Shape::Ring { from: origins(from, world), km: *km, between_km })
        }
        Statement::TravelTime { from, hours, mode, .. } => {
            let km = hours * kmh(*mode);
            (
                Kind::TravelTime,
                Shape::Ring { from: origins(from, world), km, between_km: (km / 1.5, km * 1.5) },
            )
        }
        Statement::Sun { rises, day, minutes, utc_offset_minutes } => {
            (Kind::Sun, sun::band(*rises, *day, *minutes, *utc_offset_minutes))
        }
        Statement::Border { country, within_km } => {
            (Kind::Border, Shape::Country { country: *country, within_km: Some(within_km.unwrap_or(10.0)) })
        }
        Statement::Country(country) => (Kind::Country, Shape::Country { country: *country, within_km: None }),
        Statement::Network(country) => (Kind::Cell, Shape::Country { country: *country, within_km: None }),
        Statement::Bearing { from, degrees, sigma_degrees } => {
            let sigma_degrees = sigma_degrees.unwrap_or(22.5);
            let from = origins(from, world);
            (Kind::Bearing, Shape::Sector { from, degrees: *degrees, sigma_degrees, reach_km: 150.0 })
        }
        Statement::Landmark { at, within_km } => {
            (Kind::Landmark, Shape::Disc { at: *at, radius_km: *within_km })
        }
        Statement::Absence { searched: Searched::Circle { at, radius_km }, .. } => {
            (Kind::Absence, Shape::Disc { at: *at, radius_km: *radius_km })
        }
        Statement::Absence { searched: Searched::Area(ring), .. } => {
            (Kind::Absence, Shape::Area(ring.clone()))
        }
        Statement::Absence { searched: Searched::Site(id), .. } => {
            (Kind::Absence, site(id).map_or(Shape::Nowhere, at_site))
        }
        Statement::Nothing => return None,
    })
}

fn at_site(site: &Site) -> Shape {
    Shape::Spots(vec![Spot { at: site.at, accuracy_m: site.sigma_m.max(site.extent_m) }])
}

fn likeliest(mut meant: Vec<Meant>) -> Vec<Meant> {
    meant.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    meant.truncate(MOST_PLACES);
    meant
}

fn origins(from: &Origin, world: &dyn World) -> Vec<Point> {
    match from {
        Origin::At(at) => vec![*at],
        Origin::Named(name) => likeliest(world.named(name)).into_iter().map(|place| place.at).collect(),
    }
}

/// Kilometres an hour as the crow flies, stops included.
fn kmh(mode: Mode) -> f64 {
    match mode {
        Mode::Road => 36.0,
        Mode::Boat => 13.0,
        Mode::Foot => 3.0,
        Mode::Unknown => 31.0,
    }
}
