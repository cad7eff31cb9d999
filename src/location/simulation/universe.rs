//! An invented truth: sites that exist, of which a list knows some, roughly where they are; towns, of which some
//! share a name.
//!
//! Nothing here uses the numbers of the estimate: what it assumes must not be what it is tested on.

use super::random::Random;
use crate::location::borders::Country;
use crate::location::estimate::{Extent, Meant, Site, World};
use crate::location::geo::Point;

/// A place where people are held, listed or not.
pub struct TrueSite {
    /// Where it really is.
    pub at: Point,
    /// In which country.
    pub country: Country,
    /// Its id on the list, if it is on it.
    pub listed: Option<u128>,
    /// How many are held there, relative to others.
    pub size: f64,
}

/// A town.
pub struct Town {
    /// Its name, which others may have too.
    pub name: String,
    /// Where it is.
    pub at: Point,
    /// In which country.
    pub country: Country,
    /// Inhabitants.
    pub people: f64,
}

/// Everything that is true, and what is known of it.
pub struct Universe {
    /// All sites.
    pub sites: Vec<TrueSite>,
    /// The list of them, with its errors and gaps.
    pub list: Vec<Site>,
    /// All towns.
    pub towns: Vec<Town>,
    /// Countries that a person could be in.
    pub countries: Vec<Country>,
}

/// How a universe is made.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// How many sites there are.
    pub sites: usize,
    /// How many of them the list lacks.
    pub missing: f64,
    /// How many towns.
    pub towns: usize,
}

/// Any point on land in the countries looked at.
pub(super) fn anywhere(random: &mut Random, world: &dyn World, extent: &Extent) -> Option<(Point, Country)> {
    for _ in 0..2_000 {
        let (south_west, north_east) = *random.one(&extent.windows)?;
        let at = Point {
            lat: random.between(south_west.lat, north_east.lat),
            lon: random.between(south_west.lon, north_east.lon),
        };
        let country = world.country(at);
        if let Some(country) = country.filter(|of| extent.countries.iter().any(|(country, _)| country == of))
        {
            return Some((at, country));
        }
    }
    None
}

/// A point around another, in the countries looked at.
pub(super) fn around(
    random: &mut Random,
    world: &dyn World,
    extent: &Extent,
    at: Point,
    mean_m: f64,
) -> Option<(Point, Country)> {
    (0..200).find_map(|_| {
        let (turn, metres) = (random.between(0.0, 360.0), random.off(mean_m));
        let at = at.towards(turn, metres);
        let country = world.country(at)?;
        extent.countries.iter().any(|(of, _)| *of == country).then_some((at, country))
    })
}

impl Universe {
    /// Makes one.
    #[must_use]
    pub fn new(random: &mut Random, world: &dyn World, extent: &Extent, shape: Shape) -> Self {
        let mut universe = Self {
            sites: Vec::new(),
            list: Vec::new(),
            towns: Vec::new(),
            countries: extent.countries.iter().map(|(country, _)| *country).collect(),
        };
        universe.add_towns(random, world, extent, shape.towns);
        universe.add_sites(random, world, extent, shape);
        universe
    }

    fn add_towns(&mut self, random: &mut Random, world: &dyn World, extent: &Extent, count: usize) {
        for number in 0..count {
            let Some((at, country)) = anywhere(random, world, extent) else { return };
            // A third share a name with an earlier one.
            let shared = if random.chance(0.35) {
                random.one(&self.towns).map(|town| town.name.clone())
            } else {
                None
            };
            let name = shared.unwrap_or_else(|| format!("Town {number}"));
            self.towns.push(Town { name, at, country, people: 500.0 * random.length(1.0).exp().min(400.0) });
        }
    }

    fn add_sites(&mut self, random: &mut Random, world: &dyn World, extent: &Extent, shape: Shape) {
        // In bunches near borders, and some near towns in the country.
        let mut hubs = Vec::new();
        for _ in 0..(shape.sites / 5).max(3) {
            let near_border = random.chance(0.7);
            let found = (0..400).find_map(|_| {
                let (at, country) = anywhere(random, world, extent)?;
                let fits = !near_border || world.border_m(at).is_some_and(|metres| metres < 12_000.0);
                fits.then_some((at, country))
            });
            hubs.extend(found);
        }
        for number in 0..shape.sites {
            let Some((hub, _)) = random.one(&hubs).copied() else { return };
            let Some((at, country)) = around(random, world, extent, hub, 7_000.0) else { continue };
            let listed = (!random.chance(shape.missing)).then_some(number as u128 + 1);
            let size = random.length(1.0) + 0.1;
            self.sites.push(TrueSite { at, country, listed, size });
            let Some(id) = listed else { continue };
            // Most entries are better than they say, and one in ten is far worse; the mean is as said.
            let sigma_m = *random.one(&[2_000.0, 3_000.0, 4_000.0, 5_000.0]).unwrap_or(&4_000.0);
            let off = sigma_m * if random.chance(0.1) { random.between(2.0, 5.0) } else { random.off(1.1) };
            let turn = random.between(0.0, 360.0);
            self.list.push(Site {
                id,
                name: format!("Site {number}"),
                at: at.towards(turn, off),
                sigma_m,
                extent_m: 400.0,
                country: Some(country),
                weight: *random.one(&[0.5, 0.7, 1.0, 1.0]).unwrap_or(&1.0),
            });
        }
    }

    /// The town that people would name for a point, more often a large one and a near one.
    pub(super) fn town_near(&self, random: &mut Random, at: Point) -> Option<&Town> {
        let weight = |town: &Town| {
            let km = at.distance_m(town.at) / 1_000.0;
            if km > 60.0 { 0.0 } else { town.people.sqrt() / (3.0 + km).powi(2) }
        };
        let weights: Vec<f64> = self.towns.iter().map(weight).collect();
        if weights.iter().sum::<f64>() > 0.0 { self.towns.get(random.weighted(&weights)) } else { None }
    }

    /// What a name may mean.
    pub(super) fn meant(&self, name: &str) -> Vec<Meant> {
        let meant = |town: &Town| Meant {
            at: town.at,
            country: Some(town.country),
            sigma_m: if town.people > 5_000.0 { 4_000.0 } else { 2_000.0 },
            weight: town.people.sqrt(),
        };
        self.towns.iter().filter(|town| town.name == name).map(meant).collect()
    }

    /// A site in proportion to how many are held there.
    pub(super) fn site(&self, random: &mut Random) -> Option<usize> {
        let weights: Vec<f64> = self.sites.iter().map(|site| site.size).collect();
        (!weights.is_empty()).then(|| random.weighted(&weights))
    }
}
