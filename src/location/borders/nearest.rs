//! The nearest piece of a set of lines.

use super::atlas::{Corner, SCALE, Sides, pieces};
use crate::location::geo::{EARTH_RADIUS_M, Point};

/// Corners in a run: a run is skipped as a whole when its box is too far away.
const RUN: usize = 24;
/// Runs in a group, which is skipped alike.
const GROUP: usize = 24;

/// Lines cut into short runs with a box around each.
#[derive(Default)]
pub(super) struct Lines(Vec<Group>);

struct Group {
    bounds: Bounds,
    runs: Vec<Run>,
}

struct Run {
    bounds: Bounds,
    corners: Box<[Corner]>,
    sides: Sides,
}

/// The nearest point of the lines.
#[derive(Clone, Copy)]
pub(super) struct Nearest {
    /// Metres to it.
    pub(super) metres: f64,
    /// Whose border it is on.
    pub(super) sides: Sides,
}

impl Lines {
    /// Takes lines, each with the countries on its sides, in an order in which neighbours follow each other.
    pub(super) fn new<'a>(lines: impl Iterator<Item = (&'a [Corner], Sides)>) -> Self {
        let mut runs = Vec::new();
        for (corners, sides) in lines {
            // Runs share their end corners.
            let mut rest = corners;
            while rest.len() >= 2 {
                let (head, _) = rest.split_at(rest.len().min(RUN));
                runs.push(Run { bounds: Bounds::around(head), corners: head.into(), sides });
                rest = rest.get(head.len() - 1..).unwrap_or_default();
            }
        }
        let mut groups = Vec::with_capacity(runs.len() / GROUP + 1);
        let mut runs = runs.into_iter().peekable();
        while runs.peek().is_some() {
            let runs: Vec<Run> = runs.by_ref().take(GROUP).collect();
            let bounds = runs.iter().fold(Bounds::EMPTY, |all, run| all.with(&run.bounds));
            groups.push(Group { bounds, runs });
        }
        Self(groups)
    }

    /// The nearest point within so many metres.
    pub(super) fn nearest(&self, point: Point, within_m: f64) -> Option<Nearest> {
        let at = At::new(point);
        // The likeliest group first: what it yields rules out most others.
        let first =
            self.0.iter().map(|group| (group.bounds.metres(&at), group)).min_by(|a, b| a.0.total_cmp(&b.0));
        let mut best: Option<Nearest> = None;
        for group in first.map(|(_, group)| group).into_iter().chain(&self.0) {
            let limit = best.map_or(within_m, |best| best.metres);
            best = group.nearest(&at, limit).or(best);
        }
        best
    }
}

impl Group {
    fn nearest(&self, at: &At, within_m: f64) -> Option<Nearest> {
        if self.bounds.metres(at) > within_m {
            return None;
        }
        let mut best: Option<Nearest> = None;
        for run in &self.runs {
            let limit = best.map_or(within_m, |best| best.metres);
            if run.bounds.metres(at) <= limit {
                let metres = run.metres(at);
                if metres <= limit {
                    best = Some(Nearest { metres, sides: run.sides });
                }
            }
        }
        best
    }
}

impl Run {
    fn metres(&self, at: &At) -> f64 {
        // Midway between the two latitudes: right to 1% over 1,000 km.
        let stretch = cosine(f64::midpoint(
            at.y,
            f64::midpoint(f64::from(self.bounds.south), f64::from(self.bounds.north)),
        ));
        let squares = pieces(&self.corners).map(|(a, b)| square_to_piece(at, stretch, a, b));
        squares.fold(f64::INFINITY, f64::min).sqrt() * UNIT_M
    }
}

/// Metres in a unit of the atlas, along a meridian.
const UNIT_M: f64 = EARTH_RADIUS_M * (std::f64::consts::PI / 180.0) / SCALE;

/// How much shorter a degree of longitude is at a latitude in units of the atlas.
fn cosine(latitude: f64) -> f64 {
    (latitude / SCALE).to_radians().cos()
}

/// Where one measures from, in units of the atlas.
struct At {
    x: f64,
    y: f64,
    cosine: f64,
}

impl At {
    fn new(point: Point) -> Self {
        let y = point.lat * SCALE;
        Self { x: point.lon * SCALE, y, cosine: cosine(y) }
    }
}

/// The square of the units between a point and a piece, on a surface taken as flat.
fn square_to_piece(at: &At, stretch: f64, from: Corner, to: Corner) -> f64 {
    let (ax, ay) = ((f64::from(from.0) - at.x) * stretch, f64::from(from.1) - at.y);
    let (dx, dy) = (f64::from(to.0 - from.0) * stretch, f64::from(to.1 - from.1));
    let square = dx * dx + dy * dy;
    let along = if square > 0.0 { (-(ax * dx + ay * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    let (x, y) = (ax + along * dx, ay + along * dy);
    x * x + y * y
}

/// A box in units of the atlas.
struct Bounds {
    west: i32,
    east: i32,
    south: i32,
    north: i32,
    /// The shortest that a degree of longitude is in it.
    cosine: f64,
}

impl Bounds {
    const EMPTY: Self =
        Self { west: i32::MAX, east: i32::MIN, south: i32::MAX, north: i32::MIN, cosine: 1.0 };

    fn around(corners: &[Corner]) -> Self {
        corners.iter().fold(Self::EMPTY, |all, &(x, y)| {
            all.with(&Self { west: x, east: x, south: y, north: y, cosine: cosine(f64::from(y)) })
        })
    }

    fn with(&self, other: &Self) -> Self {
        Self {
            west: self.west.min(other.west),
            east: self.east.max(other.east),
            south: self.south.min(other.south),
            north: self.north.max(other.north),
            cosine: self.cosine.min(other.cosine),
        }
    }

    /// No more than the metres to anything inside.
    fn metres(&self, at: &At) -> f64 {
        let east = (f64::from(self.west) - at.x).max(at.x - f64::from(self.east)).max(0.0);
        let north = (f64::from(self.south) - at.y).max(at.y - f64::from(self.north)).max(0.0);
        let east = east * self.cosine.min(at.cosine);
        (east * east + north * north).sqrt() * UNIT_M
    }
}
