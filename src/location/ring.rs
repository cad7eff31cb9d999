//! A small polygon on the ground: one ring, seen on the plane that touches the earth in its middle.
//!
//! Meant for what a team can search, some tens of kilometres at most: over that distance the plane is off by less than a
//! thousandth.

use super::geo::{EARTH_RADIUS_M, Point};

/// East and north of the middle, in metres.
type Spot = [f64; 2];

/// A ring that does not cross itself and has an area.
#[derive(Debug, Clone, PartialEq)]
pub struct Ring {
    middle: Point,
    /// Its corners, the first not again at the end.
    corners: Vec<Spot>,
    area_m2: f64,
    radius_m: f64,
}

/// Why some points are no ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRing {
    /// Fewer than three corners, or all on one line.
    Flat,
    /// It crosses itself, so that inside and outside are not told apart.
    Crossed,
    /// It is too large for a plane.
    Large,
}

/// The largest ring: from its middle to its farthest corner, in metres.
pub const LARGEST_M: f64 = 50_000.0;
/// The smallest area, in square metres: a room.
const SMALLEST_M2: f64 = 10.0;

impl Ring {
    /// A ring through some positions on earth, in order; the first may stand again at the end.
    ///
    /// # Errors
    /// Says why there is none.
    pub fn through(points: &[Point]) -> Result<Self, NoRing> {
        let points = match points {
            [first, inner @ .., last] if first == last => &points[..=inner.len()],
            points => points,
        };
        let Some(first) = points.first().filter(|_| points.len() >= 3) else { return Err(NoRing::Flat) };
        if points.iter().any(|point| first.distance_m(*point) > 2.0 * LARGEST_M) {
            return Err(NoRing::Large);
        }
        let around = plane(*first, points);
        let [east, north] = centroid(&around).ok_or(NoRing::Flat)?;
        let middle = back(*first, [east, north]);
        let corners = plane(middle, points);
        let area_m2 = area(&corners).abs();
        if area_m2 < SMALLEST_M2 {
            return Err(NoRing::Flat);
        }
        if crosses_itself(&corners) {
            return Err(NoRing::Crossed);
        }
        let radius_m = corners.iter().map(|[east, north]| east.hypot(*north)).fold(0.0, f64::max);
        if radius_m > LARGEST_M {
            return Err(NoRing::Large);
        }
        Ok(Self { middle, corners, area_m2, radius_m })
    }

    /// The middle of its area; for a bent one it may lie outside.
    #[must_use]
    pub const fn middle(&self) -> Point {
        self.middle
    }

    /// From the middle to the farthest corner, in metres.
    #[must_use]
    pub const fn radius_m(&self) -> f64 {
        self.radius_m
    }

    /// Its area in square metres.
    #[must_use]
    pub const fn area_m2(&self) -> f64 {
        self.area_m2
    }

    /// Its corners, the first again at the end.
    #[must_use]
    pub fn outline(&self) -> Vec<Point> {
        self.corners.iter().chain(self.corners.first()).map(|spot| back(self.middle, *spot)).collect()
    }

    /// How much of a square around a position lies within it, from 0 to 1; `half_m` is half of the square's side.
    #[must_use]
    pub fn share_of(&self, at: Point, half_m: f64) -> f64 {
        let half = half_m.max(0.5);
        let [east, north] = spot(self.middle, at);
        if east.hypot(north) > self.radius_m + 1.5 * half {
            return 0.0;
        }
        let mut kept: Vec<Spot> = self.corners.iter().map(|[x, y]| [x - east, y - north]).collect();
        // Cut along each side of the square in turn (Sutherland and Hodgman). Where the rest falls into several pieces
        // they stay joined by lines without width, which add no area.
        for axis in [0, 1] {
            for sign in [1.0, -1.0] {
                kept = cut(&kept, |point| sign * point[axis] + half);
            }
        }
        (area(&kept).abs() / (4.0 * half * half)).min(1.0)
    }
}

fn spot(middle: Point, at: Point) -> Spot {
    let radians = std::f64::consts::PI / 180.0;
    let east = (at.lon - middle.lon) * radians * (middle.lat * radians).cos() * EARTH_RADIUS_M;
    [east, (at.lat - middle.lat) * radians * EARTH_RADIUS_M]
}

fn back(middle: Point, [east, north]: Spot) -> Point {
    let degrees = 180.0 / std::f64::consts::PI;
    let lon = middle.lon + east / EARTH_RADIUS_M * degrees / middle.lat.to_radians().cos().max(1e-6);
    Point { lat: middle.lat + north / EARTH_RADIUS_M * degrees, lon }
}

fn plane(middle: Point, points: &[Point]) -> Vec<Spot> {
    points.iter().map(|at| spot(middle, *at)).collect()
}

/// The corners, each with the next.
fn sides(corners: &[Spot]) -> impl Iterator<Item = (Spot, Spot)> + '_ {
    corners.iter().copied().zip(corners.iter().copied().cycle().skip(1))
}

fn cross([ax, ay]: Spot, [bx, by]: Spot) -> f64 {
    ax * by - ay * bx
}

/// Twice nothing where they turn left, negative where they turn right.
fn area(corners: &[Spot]) -> f64 {
    sides(corners).map(|(a, b)| cross(a, b)).sum::<f64>() / 2.0
}

fn centroid(corners: &[Spot]) -> Option<Spot> {
    let area = area(corners);
    if area.abs() < SMALLEST_M2 {
        return None;
    }
    let (mut east, mut north) = (0.0, 0.0);
    for (a, b) in sides(corners) {
        let weight = cross(a, b) / (6.0 * area);
        east += (a[0] + b[0]) * weight;
        north += (a[1] + b[1]) * weight;
    }
    Some([east, north])
}

fn cut(corners: &[Spot], within: impl Fn(Spot) -> f64) -> Vec<Spot> {
    let mut kept = Vec::with_capacity(corners.len() + 4);
    for (a, b) in sides(corners) {
        let (inside, next) = (within(a), within(b));
        if inside >= 0.0 {
            kept.push(a);
        }
        if (inside >= 0.0) != (next >= 0.0) {
            let part = inside / (inside - next);
            kept.push([a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])]);
        }
    }
    kept
}

fn crosses_itself(corners: &[Spot]) -> bool {
    let sides: Vec<(Spot, Spot)> = sides(corners).collect();
    let last = sides.len().saturating_sub(1);
    let turn = |a: Spot, b: Spot, c: Spot| cross([b[0] - a[0], b[1] - a[1]], [c[0] - a[0], c[1] - a[1]]);
    for (index, (a, b)) in sides.iter().enumerate() {
        // Neighbours share a corner.
        for (other, (c, d)) in sides.iter().enumerate().skip(index + 2) {
            if index == 0 && other == last {
                continue;
            }
            let apart =
                turn(*a, *b, *c) * turn(*a, *b, *d) > 0.0 || turn(*c, *d, *a) * turn(*c, *d, *b) > 0.0;
            let beside = |axis: usize| {
                a[axis].max(b[axis]) < c[axis].min(d[axis]) || c[axis].max(d[axis]) < a[axis].min(b[axis])
            };
            if !apart && !beside(0) && !beside(1) {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: Point = Point { lat: 16.7, lon: 98.5 };

    fn at(spots: &[Spot]) -> Vec<Point> {
        spots.iter().map(|spot| back(START, *spot)).collect()
    }

    #[test]
    fn a_square_has_its_area_and_its_middle() {
        let ring = Ring::through(&at(&[[0.0, 0.0], [400.0, 0.0], [400.0, 200.0], [0.0, 200.0]])).unwrap();
        assert!((ring.area_m2() - 80_000.0).abs() < 1.0, "{}", ring.area_m2());
        assert!(ring.middle().distance_m(back(START, [200.0, 100.0])) < 0.1);
        assert!((ring.radius_m() - 200.0_f64.hypot(100.0)).abs() < 0.1);
        assert_eq!(ring.outline().len(), 5);
        // All of it lies in a large square, and half of a square that stands on its edge lies in it.
        let share = ring.share_of(ring.middle(), 1_000.0);
        assert!((share - 80_000.0 / 4e6).abs() < 1e-6, "{share}");
        assert!((ring.share_of(back(START, [400.0, 100.0]), 20.0) - 0.5).abs() < 1e-3);
        assert!((ring.share_of(ring.middle(), 20.0) - 1.0).abs() < 1e-9);
        assert!(ring.share_of(back(START, [900.0, 100.0]), 20.0) == 0.0);
    }

    #[test]
    fn a_bent_one_leaves_out_what_it_goes_around() {
        let horseshoe = [
            [0.0, 0.0],
            [300.0, 0.0],
            [300.0, 300.0],
            [200.0, 300.0],
            [200.0, 100.0],
            [100.0, 100.0],
            [100.0, 300.0],
            [0.0, 300.0],
        ];
        let ring = Ring::through(&at(&horseshoe)).unwrap();
        assert!((ring.area_m2() - 70_000.0).abs() < 1.0);
        assert!(ring.share_of(back(START, [150.0, 220.0]), 40.0) < 1e-6);
        let both = ring.share_of(back(START, [150.0, 250.0]), 100.0);
        assert!((both - 0.375).abs() < 1e-3, "two pieces of one cut: {both}");
    }

    #[test]
    fn what_is_no_ring_says_why() {
        let line = [[0.0, 0.0], [100.0, 100.0], [200.0, 200.0]];
        assert_eq!(Ring::through(&at(&line)), Err(NoRing::Flat));
        assert_eq!(Ring::through(&at(&line[..2])), Err(NoRing::Flat));
        let bow = [[0.0, 0.0], [300.0, 200.0], [300.0, 0.0], [0.0, 100.0]];
        assert_eq!(Ring::through(&at(&bow)), Err(NoRing::Crossed));
        let large = [[0.0, 0.0], [90_000.0, 0.0], [0.0, 90_000.0]];
        assert_eq!(Ring::through(&at(&large)), Err(NoRing::Large));
    }

    proptest! {
        #[test]
        fn the_shares_of_all_squares_are_the_area(
            spots in proptest::collection::vec((0.0..900.0_f64, 0.0..900.0_f64), 3..9),
        ) {
            let spots: Vec<Spot> = spots.into_iter().map(|(east, north)| [east, north]).collect();
            if let Ok(ring) = Ring::through(&at(&spots)) {
                let mut total = 0.0;
                for east in 0..10 {
                    for north in 0..10 {
                        let middle = [f64::from(east) * 100.0 + 50.0, f64::from(north) * 100.0 + 50.0];
                        let share = ring.share_of(back(START, middle), 50.0);
                        prop_assert!((0.0..=1.0).contains(&share));
                        total += share * 10_000.0;
                    }
                }
                prop_assert!((total - ring.area_m2()).abs() < 0.005 * 1e6, "{total} {}", ring.area_m2());
            }
        }
    }
}
