//! A statement made ready: how likely it is at each of many places.

mod area;
mod kinds;

use std::sync::Arc;

use self::area::MissedArea;
use super::grid::Grid;
use super::kernel::{Kernel, Table};
use super::places::{CHUNK, Direction, Places, ground_m};
use super::space::Space;
use super::sun::SunTimes;
use crate::location::geo::Point;

/// One place that a statement may be about.
struct Bump {
    from: Direction,
    kernel: Kernel,
    weight: f64,
    /// Square of a straight line in earth radii, beyond which it is nothing.
    reach2: f32,
    /// In a country of this number the first factor, elsewhere the second.
    by_country: Option<(u8, f32, f32)>,
    direction: Option<Heading>,
}

/// A direction from a place.
struct Heading {
    east: [f32; 3],
    north: [f32; 3],
    sine: f32,
    cosine: f32,
    /// Density by the sine of half the angle off.
    by_angle: Vec<f32>,
}

enum Shape {
    Flat,
    Bumps(Vec<Bump>),
    Sun(Box<SunTimes>),
    Missed(Box<MissedArea>),
    /// By the distance to a country, in it and out of it.
    Country {
        number: u8,
        inside: f32,
        by_distance: Vec<f32>,
        distances: Arc<Vec<u16>>,
    },
    /// One thing where the country is the one named, another elsewhere; for countries that have no cells.
    Nowhere,
}

/// What a statement is about, if it is a site.
struct AtSite {
    site: usize,
    own: f64,
    other: f64,
    unlisted: f64,
}

/// A statement made ready.
pub(super) struct Likelihood {
    shape: Shape,
    /// The likelihood anywhere else.
    pub(super) outside: f64,
    /// Whether the likelihood is a probability of having been missed, which is about 1 where nobody looked.
    pub(super) missed: bool,
    at_site: Option<AtSite>,
}

impl Likelihood {
    fn of(shape: Shape, outside: f64) -> Self {
        Self { shape, outside, missed: false, at_site: None }
    }

    /// The likelihood at some places in their order, from one on. `tables` from [`Likelihood::tables`] when all have
    /// the same area around them.
    pub(super) fn fill(&self, places: &Places, from: usize, tables: Option<&[Table]>, out: &mut [f32]) {
        match &self.shape {
            Shape::Flat => out.fill(1.0),
            Shape::Nowhere => out.fill(0.002),
            Shape::Sun(sun) => sun.fill(places, from, out),
            Shape::Missed(area) => area.fill(places, from, out),
            Shape::Country { number, inside, by_distance, distances } => {
                let columns = places.country.iter().zip(&places.cell).skip(from);
                for ((country, cell), out) in columns.zip(out) {
                    let steps = distances.get(*cell as usize).copied().unwrap_or(u16::MAX);
                    let off = by_distance.get(usize::from(steps) / 20).or(by_distance.last());
                    *out = if country == number { *inside } else { off.copied().unwrap_or(0.0) };
                }
            }
            Shape::Bumps(bumps) => {
                out.fill(0.0);
                let mut tables = tables.map(<[Table]>::iter);
                for bump in bumps {
                    match tables.as_mut().and_then(Iterator::next) {
                        Some(table) => bump.add(places, from, out, |chord2, _| table.at(chord2)),
                        None => bump.add(places, from, out, |chord2, index| {
                            if chord2 > bump.reach2 {
                                return 0.0;
                            }
                            let value = bump.kernel.value(ground_m(f64::from(chord2)), places.spread(index));
                            (bump.weight * value) as f32
                        }),
                    }
                }
            }
        }
    }

    /// The likelihood in one chunk of the grid; `false` and nothing written where it is nothing throughout.
    pub(super) fn fill_chunk(&self, grid: &Grid, chunk: usize, tables: &[Table], out: &mut [f32]) -> bool {
        let (Shape::Bumps(bumps), Some(ball)) = (&self.shape, grid.balls.get(chunk)) else {
            self.fill(&grid.places, chunk * CHUNK, None, out);
            return true;
        };
        out.fill(0.0);
        let mut any = false;
        let spread = grid.places.spread(0);
        for (bump, table) in bumps.iter().zip(tables) {
            let away = ground_m(f64::from(bump.from.chord2(ball.middle.x, ball.middle.y, ball.middle.z)));
            let (near, far) = ((away - ball.radius_m).max(0.0), away + ball.radius_m);
            if let Some(level) = bump.kernel.level(near, far) {
                any = true;
                bump.add(&grid.places, chunk * CHUNK, out, |_, _| level * bump.weight_f32());
            } else if near <= bump.kernel.reach_m(spread) || self.missed {
                any = true;
                bump.add(&grid.places, chunk * CHUNK, out, |chord2, _| table.at(chord2));
            }
        }
        any
    }

    /// Tables for places with this area around them.
    pub(super) fn tables(&self, spread_m2: f64) -> Vec<Table> {
        match &self.shape {
            // A name with two hundred homonyms has few different sizes, but a table is made in 0.1 ms.
            Shape::Bumps(bumps) => {
                bumps.iter().map(|bump| Table::new(&bump.kernel, spread_m2, bump.weight)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What must be known of a site to say whether a statement about a site means it.
    pub(super) fn correct_nodes(&self, space: &Space, out: &mut [f32]) {
        let Some(rule) = &self.at_site else { return };
        for (site, out) in space.node_site.iter().zip(out) {
            let value = if *site == rule.site { rule.own } else { f64::from(*out) * rule.other };
            *out = value as f32;
        }
    }

    /// The same for cells.
    pub(super) fn correct_cells(&self, out: &mut [f32]) {
        let Some(rule) = &self.at_site else { return };
        let factor = rule.unlisted as f32;
        for out in out {
            // For one that was missed the factor tells how much of the search counts.
            *out = if self.missed { 1.0 - factor * (1.0 - *out) } else { *out * factor };
        }
    }
}

impl Bump {
    fn weight_f32(&self) -> f32 {
        self.weight as f32
    }

    fn add(&self, places: &Places, from: usize, out: &mut [f32], value: impl Fn(f32, usize) -> f32) {
        let columns = places.x.iter().zip(&places.y).zip(&places.z).skip(from);
        let countries = places.country.iter().skip(from);
        for ((index, (((x, y), z), country)), out) in (from..).zip(columns.zip(countries)).zip(out) {
            let mut likelihood = value(self.from.chord2(*x, *y, *z), index);
            if let Some((number, same, other)) = self.by_country {
                likelihood *= if *country == number { same } else { other };
            }
            if let Some(heading) = &self.direction {
                likelihood *= heading.at(x - self.from.x, y - self.from.y, z - self.from.z);
            }
            *out += likelihood;
        }
    }
}

impl Heading {
    fn new(from: Point, degrees: f64, sigma: f64) -> Self {
        let (lat, lon) = (from.lat.to_radians(), from.lon.to_radians());
        let bins = 512_u32;
        let density = |bin: u32| {
            let off = 2.0 * (f64::from(bin) / f64::from(bins)).asin();
            // People mistake directions altogether now and then.
            ((-(off / sigma).powi(2) / 2.0).exp() / (sigma * 2.507) + 0.02) as f32
        };
        Self {
            east: [-lon.sin() as f32, lon.cos() as f32, 0.0],
            north: [(-lat.sin() * lon.cos()) as f32, (-lat.sin() * lon.sin()) as f32, lat.cos() as f32],
            sine: degrees.to_radians().sin() as f32,
            cosine: degrees.to_radians().cos() as f32,
            by_angle: (0..=bins).map(density).collect(),
        }
    }

    fn at(&self, dx: f32, dy: f32, dz: f32) -> f32 {
        let along = |axis: &[f32; 3]| axis[0] * dx + axis[1] * dy + axis[2] * dz;
        let (east, north) = (along(&self.east), along(&self.north));
        let length = (east * east + north * north).sqrt();
        // At the place itself every direction is as good.
        if length < 2e-4 {
            return 0.16;
        }
        let cosine = (east * self.sine + north * self.cosine) / length;
        let bin = (((1.0 - cosine) / 2.0).max(0.0).sqrt() * 512.0 + 0.5) as usize;
        self.by_angle.get(bin).or(self.by_angle.last()).copied().unwrap_or(0.0)
    }
}
