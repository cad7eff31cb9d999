//! The statements one by one: what each kind says of a place.

use super::super::evidence::{Meant, Mode, Origin, Relation, Searched, Statement};
use super::super::grid::{Grid, metres};
use super::super::kernel::Kernel;
use super::super::places::Direction;
use super::super::space::{Space, positive};
use super::super::sun::SunTimes;
use super::super::world::World;
use super::area::MissedArea;
use super::{AtSite, Bump, Heading, Likelihood, Shape};
use crate::location::borders::Country;
use crate::location::geo::{EARTH_RADIUS_M, Point};

/// Homonyms beyond this many add nothing that the floor for wrong clues does not.
const MAX_MEANT: usize = 200;

/// How far off "near" is: people name the town that others know, not the next one. Our choice.
const NEAR_M: f64 = 15_000.0;

/// A name looked up for a distance or a way: its likeliest places.
const MAX_ORIGINS: usize = 8;

/// The area of everywhere else, in square kilometres, if a position is there.
const ELSEWHERE_KM2: f64 = 3e6;

impl Likelihood {
    /// Makes a statement ready. What cannot be reckoned with says nothing.
    pub(in super::super) fn new(world: &dyn World, space: &Space, statement: &Statement) -> Self {
        let grid = &space.grid;
        match statement {
            Statement::Point { at, accuracy_m, viewport } => point(space, *at, *accuracy_m, *viewport),
            Statement::Place { name, relation, candidates } => {
                let meant = if candidates.is_empty() { world.named(name) } else { candidates.clone() };
                place(grid, *relation, meant)
            }
            Statement::Site(id) => at_site(space, *id),
            Statement::DistanceFrom { from, km, sigma_km } => distance(world, from, *km, *sigma_km),
            Statement::TravelTime { from, hours, mode, border_crossed } => {
                way(world, grid, from, *hours, *mode, *border_crossed)
            }
            Statement::Sun { rises, day, minutes, utc_offset_minutes } => {
                sun(grid, *rises, *day, *minutes, *utc_offset_minutes)
            }
            Statement::Border { country, within_km } => border(world, grid, *country, *within_km),
            Statement::Country(country) => {
                in_country(world, grid, *country, 1.0, |metres| 0.05 * (-metres / 10_000.0).exp() + 0.002)
            }
            // Masts serve phones across borders: 30 km on flat land.
            Statement::Network(country) => {
                in_country(world, grid, *country, 1.0, |metres| 0.6 * (-metres / 30_000.0).exp() + 0.01)
            }
            Statement::Bearing { from, degrees, sigma_degrees } => {
                bearing(world, from, *degrees, *sigma_degrees)
            }
            Statement::Landmark { at, within_km } => {
                let radius_m = positive(*within_km * 1_000.0, 3_000.0).max(100.0);
                // "Within" is somebody's guess.
                let kernel = Kernel::Within { radius_m: 1.2 * radius_m };
                by_position(space, *at, &[(1.0, kernel)])
            }
            Statement::Absence { searched, detection } => absence(space, searched, *detection),
            Statement::Nothing => Self::of(Shape::Flat, 1.0),
        }
    }
}

fn bump(at: Point, kernel: Kernel, weight: f64) -> Bump {
    // For the largest area that a place stands for. Beyond a quarter of the earth nothing is left out.
    let reach = kernel.reach_m(1e8) / EARTH_RADIUS_M;
    let reach2 =
        if reach < 1.0 && !matches!(kernel, Kernel::Missed { .. }) { (reach * reach) as f32 } else { 5.0 };
    Bump { from: Direction::of(at), kernel, weight, reach2, by_country: None, direction: None }
}

/// Whether any cell or site is near enough for a position to be meant for it.
fn in_reach(space: &Space, at: Point) -> bool {
    let near = |metres: f64| {
        (0..8).any(|turn| space.grid.cell_of(at.towards(f64::from(turn) * 45.0, metres)).is_some())
    };
    near(0.0) || near(10_000.0) || space.sites.iter().any(|site| site.at.distance_m(at) < 30_000.0)
}

fn by_position(space: &Space, at: Point, kernels: &[(f64, Kernel)]) -> Likelihood {
    if Point::new(at.lat, at.lon).is_none() {
        return Likelihood::of(Shape::Flat, 1.0);
    }
    let outside = if in_reach(space, at) { 0.0 } else { 1.0 / ELSEWHERE_KM2 };
    let bumps = kernels.iter().map(|(weight, kernel)| bump(at, *kernel, *weight));
    Likelihood::of(Shape::Bumps(bumps.collect()), outside)
}

/// So often a pin is set by hand, shared from across the yard or from before a walk, and is off by about so much
/// whatever the phone says of its accuracy.
const LOOSE_PIN: (f64, f64) = (0.15, 800.0);

fn point(space: &Space, at: Point, accuracy_m: f64, viewport: bool) -> Likelihood {
    let accuracy = positive(accuracy_m, 100.0);
    // Where a map was centred is near what somebody looked at, not where they are.
    let sigma = if viewport { accuracy.hypot(3_000.0) } else { accuracy };
    // A phone's circle holds it two times in three.
    let scale2 = (0.7 * sigma).powi(2) + 15.0 * 15.0;
    let (loose, by) = LOOSE_PIN;
    let around = |scale2_m2| Kernel::Around { scale2_m2 };
    by_position(space, at, &[(1.0 - loose, around(scale2)), (loose, around(scale2 + by * by))])
}

fn place(grid: &Grid, relation: Relation, mut meant: Vec<Meant>) -> Likelihood {
    meant.retain(|place| {
        Point::new(place.at.lat, place.at.lon).is_some() && place.weight.is_finite() && place.weight >= 0.0
    });
    meant.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    meant.truncate(MAX_MEANT);
    let total: f64 = meant.iter().map(|place| place.weight).sum();
    if meant.is_empty() || total <= 0.0 {
        return Likelihood::of(Shape::Flat, 1.0);
    }
    let one = |place: &Meant| {
        let sigma = positive(place.sigma_m, 5_000.0).max(300.0);
        let sigma = match relation {
            Relation::In => sigma,
            Relation::Near => sigma.hypot(NEAR_M),
            Relation::Opposite => sigma.hypot(4_000.0),
        };
        let mut bump = bump(place.at, Kernel::Around { scale2_m2: sigma * sigma }, place.weight / total);
        let number = place.country.and_then(|country| grid.countries.find(country));
        bump.by_country = number.map(|number| match relation {
            Relation::In => (number, 1.0, 0.2),
            Relation::Near => (number, 1.0, 0.6),
            // Across a river that is a border, most often; a road has another side too.
            Relation::Opposite => (number, 0.25, 1.75),
        });
        bump
    };
    Likelihood::of(Shape::Bumps(meant.iter().map(one).collect()), 0.0)
}

fn at_site(space: &Space, id: u128) -> Likelihood {
    let Some((index, site)) = space.site(id).and_then(|index| Some((index, space.sites.get(index)?))) else {
        return Likelihood::of(Shape::Flat, 1.0);
    };
    let kernel = Kernel::Around { scale2_m2: site.scale2_m2() + 1_000.0 * 1_000.0 };
    let mut likelihood = by_position(space, site.at, &[(1.0, kernel)]);
    // Names of neighbours are mixed up, and an unlisted place goes by the name of the next known one.
    likelihood.at_site = Some(AtSite { site: index, own: kernel.value(0.0, 0.0), other: 0.1, unlisted: 0.3 });
    likelihood.outside = 0.0;
    likelihood
}

/// Where a distance, a way or a direction may count from: position, error, weight, country.
fn origins(world: &dyn World, from: &Origin) -> Vec<Meant> {
    match from {
        Origin::At(at) => {
            let known = Point::new(at.lat, at.lon).is_some();
            let country = world.country(*at);
            known.then_some(Meant { at: *at, country, sigma_m: 1_000.0, weight: 1.0 }).into_iter().collect()
        }
        Origin::Named(name) => {
            let mut meant = world.named(name);
            meant.retain(|place| place.weight.is_finite() && place.weight > 0.0);
            meant.sort_by(|a, b| b.weight.total_cmp(&a.weight));
            meant.truncate(MAX_ORIGINS);
            let total: f64 = meant.iter().map(|place| place.weight).sum();
            for place in &mut meant {
                place.weight /= total;
            }
            meant
        }
    }
}

fn bumps(origins: &[Meant], one: impl Fn(&Meant) -> Bump, outside: f64) -> Likelihood {
    if origins.is_empty() {
        return Likelihood::of(Shape::Flat, 1.0);
    }
    Likelihood::of(Shape::Bumps(origins.iter().map(one).collect()), outside)
}

fn distance(world: &dyn World, from: &Origin, km: f64, sigma_km: Option<f64>) -> Likelihood {
    let m = positive(km * 1_000.0, 0.0);
    // A guess is off by a quarter; distances by road are told as if they were straight.
    let told = sigma_km.filter(|sigma| sigma.is_finite() && *sigma > 0.0).map(|sigma| sigma * 1_000.0);
    let sigma = told.unwrap_or(0.25 * m).max(500.0);
    let one = |place: &Meant| {
        let sigma_m = sigma.hypot(positive(place.sigma_m, 3_000.0).min(30_000.0));
        bump(place.at, Kernel::Ring { m, sigma_m }, place.weight)
    };
    bumps(&origins(world, from), one, 2e-4)
}

fn way(
    world: &dyn World,
    grid: &Grid,
    from: &Origin,
    hours: f64,
    mode: Mode,
    crossed: Option<bool>,
) -> Likelihood {
    if !hours.is_finite() || hours <= 0.0 {
        return Likelihood::of(Shape::Flat, 1.0);
    }
    // Kilometres an hour on the way, with stops; the way is 1.35 times as long as the straight line.
    let (kmh, sigma) = match mode {
        Mode::Road => (48.0, 0.40),
        Mode::Boat => (18.0, 0.50),
        Mode::Foot => (4.0, 0.40),
        Mode::Unknown => (42.0, 0.60),
    };
    let kernel = Kernel::Way { hours: hours.clamp(0.02, 2_000.0), speed: kmh * 1_000.0 / 1.35, sigma };
    let one = |place: &Meant| {
        let mut bump = bump(place.at, kernel, place.weight);
        let number = place.country.and_then(|country| grid.countries.find(country));
        bump.by_country = number
            .zip(crossed)
            .map(|(number, crossed)| if crossed { (number, 0.15, 1.0) } else { (number, 1.0, 0.15) });
        bump
    };
    bumps(&origins(world, from), one, 0.05)
}

fn sun(grid: &Grid, rises: bool, day: i64, minutes: f64, offset: Option<f64>) -> Likelihood {
    let known = minutes.is_finite() && (0.0..1_440.0).contains(&minutes) && day.abs() < 200_000;
    if !known {
        return Likelihood::of(Shape::Flat, 1.0);
    }
    let offset = offset.filter(|offset| offset.abs() <= 900.0);
    let day = day as f64;
    Likelihood::of(
        Shape::Sun(Box::new(SunTimes::new(&grid.countries, rises, day, minutes, offset))),
        1.0 / 400.0,
    )
}

/// By the distance to a country. Twenty steps of [`metres`] share one entry.
fn in_country(
    world: &dyn World,
    grid: &Grid,
    country: Country,
    inside: f32,
    off: impl Fn(f64) -> f64,
) -> Likelihood {
    let outside = if grid.looks_in(country) { 0.002 } else { 0.5 };
    let Some(number) = grid.countries.find(country) else {
        return Likelihood::of(Shape::Nowhere, outside);
    };
    let entry = |twenty: u16| off(metres(twenty * 20 + 10)) as f32;
    let by_distance = (0..1_600).map(entry).collect();
    let distances = grid.distances(world, country);
    Likelihood::of(Shape::Country { number, inside, by_distance, distances }, outside)
}

fn border(world: &dyn World, grid: &Grid, country: Country, within_km: Option<f64>) -> Likelihood {
    let within = within_km.filter(|km| km.is_finite() && *km > 0.0).map(|km| km * 1_000.0);
    // On the far side of it only by mistake.
    let mut likelihood = in_country(world, grid, country, 0.01, |metres| {
        let near = (-metres / 7_000.0).exp();
        within.map_or(near, |within| near.max(0.3) / (1.0 + (metres / (1.2 * within).max(500.0)).powi(4)))
            + 1e-4
    });
    likelihood.outside = 1e-3;
    likelihood
}

fn bearing(world: &dyn World, from: &Origin, degrees: f64, sigma: Option<f64>) -> Likelihood {
    if !degrees.is_finite() {
        return Likelihood::of(Shape::Flat, 1.0);
    }
    let sigma = sigma.filter(|sigma| sigma.is_finite() && *sigma > 0.0).unwrap_or(22.5).clamp(1.0, 180.0);
    let one = |place: &Meant| {
        // What one sees or knows the direction of is rarely further than 150 km.
        let mut bump = bump(place.at, Kernel::Within { radius_m: 150_000.0 }, place.weight);
        bump.direction = Some(Heading::new(place.at, degrees, sigma.to_radians()));
        bump
    };
    bumps(&origins(world, from), one, 0.0)
}

fn absence(space: &Space, searched: &Searched, detection: f64) -> Likelihood {
    let detection = if detection.is_finite() { detection.clamp(0.0, 0.999) } else { 0.0 };
    let (mut likelihood, site) = match searched {
        Searched::Circle { at, radius_km } => {
            let radius_m = positive(radius_km * 1_000.0, 0.0);
            (by_position(space, *at, &[(1.0, Kernel::Missed { radius_m, detection })]), None)
        }
        Searched::Area(ring) => {
            (Likelihood::of(Shape::Missed(Box::new(MissedArea::new(ring.clone(), detection))), 1.0), None)
        }
        Searched::Site(id) => {
            let Some((index, site)) =
                space.site(*id).and_then(|index| Some((index, space.sites.get(index)?)))
            else {
                return Likelihood::of(Shape::Flat, 1.0);
            };
            let radius_m = positive(site.extent_m, 0.0).max(500.0);
            (by_position(space, site.at, &[(1.0, Kernel::Missed { radius_m, detection })]), Some(index))
        }
    };
    likelihood.outside = 1.0;
    likelihood.missed = !matches!(likelihood.shape, Shape::Flat);
    // Whoever searched the site was where it really is; a cell around its listed position may be elsewhere.
    likelihood.at_site = site.map(|site| AtSite { site, own: 1.0 - detection, other: 1.0, unlisted: 0.5 });
    likelihood
}
