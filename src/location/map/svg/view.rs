//! Where on the sheet a place is.

use crate::location::geo::{EARTH_RADIUS_M, Point};

/// Near the poles the projection has no end.
const HIGHEST: f64 = 84.0;

/// A rectangle on the sheet, in dots from the top left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Rect {
    pub(super) const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }

    /// Around a middle.
    pub(super) fn around((x, y): (f64, f64), width: f64, height: f64) -> Self {
        Self { x: x - width / 2.0, y: y - height / 2.0, width, height }
    }

    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    pub(super) fn middle(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// Wider by so much on each side.
    pub(super) fn grown(&self, by: f64) -> Self {
        Self::new(self.x - by, self.y - by, self.width + 2.0 * by, self.height + 2.0 * by)
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    pub(super) fn holds(&self, (x, y): (f64, f64)) -> bool {
        (self.x..=self.right()).contains(&x) && (self.y..=self.bottom()).contains(&y)
    }

    pub(super) fn encloses(&self, other: &Self) -> bool {
        self.holds((other.x, other.y)) && self.holds((other.right(), other.bottom()))
    }
}

/// A part of the earth on a part of the sheet, in the projection of Mercator: shapes are true, north is up.
#[derive(Clone, Copy)]
pub(super) struct View {
    pub(super) frame: Rect,
    /// The longitude in the middle.
    lon: f64,
    /// The height in the middle, in radians of the projection.
    height: f64,
    /// Dots to a radian.
    scale: f64,
}

fn height_of(lat: f64) -> f64 {
    let lat = lat.clamp(-HIGHEST, HIGHEST).to_radians();
    (std::f64::consts::FRAC_PI_4 + lat / 2.0).tan().ln()
}

fn lat_of(height: f64) -> f64 {
    (2.0 * height.exp().atan() - std::f64::consts::FRAC_PI_2).to_degrees()
}

fn wrapped(degrees: f64) -> f64 {
    (degrees + 180.0).rem_euclid(360.0) - 180.0
}

impl View {
    /// Shows all of some points with a margin, and at least so many metres from edge to edge.
    pub(super) fn around(points: &[Point], frame: Rect, margin: f64, least_m: f64) -> Option<Self> {
        let first = points.first()?;
        // Counted from one of them, so that the date line cuts nothing.
        let east = points.iter().map(|at| wrapped(at.lon - first.lon));
        let north = points.iter().map(|at| height_of(at.lat));
        let span = |values: &mut dyn Iterator<Item = f64>| {
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            })
        };
        let ((west, east), (south, north)) = (span(&mut east.into_iter()), span(&mut north.into_iter()));
        let height = (south + north) / 2.0;
        let least = least_m / EARTH_RADIUS_M / lat_of(height).to_radians().cos().max(0.05);
        let room = 1.0 - 2.0 * margin;
        let across = ((east - west).to_radians() / room).max(least);
        let up = ((north - south) / room).max(least);
        let scale = (frame.width / across).min(frame.height / up);
        let view = Self { frame, lon: wrapped(first.lon + (west + east) / 2.0), height, scale };
        scale.is_finite().then_some(view)
    }

    /// Where a place is on the sheet.
    pub(super) fn xy(&self, at: Point) -> (f64, f64) {
        let (x, y) = self.frame.middle();
        let east = wrapped(at.lon - self.lon).to_radians();
        (x + east * self.scale, y - (height_of(at.lat) - self.height) * self.scale)
    }

    /// What place is there.
    pub(super) fn at(&self, (x, y): (f64, f64)) -> Point {
        let middle = self.frame.middle();
        let lon = wrapped(self.lon + ((x - middle.0) / self.scale).to_degrees());
        Point { lat: lat_of(self.height + (middle.1 - y) / self.scale), lon }
    }

    /// Metres to a dot, in the middle.
    pub(super) fn metres(&self) -> f64 {
        EARTH_RADIUS_M * lat_of(self.height).to_radians().cos() / self.scale
    }

    /// The corners of the window, wider by so many dots: south west and north east.
    pub(super) fn corners(&self, wider: f64) -> (Point, Point) {
        let frame = self.frame.grown(wider);
        let (mut low, mut high) = (self.at((frame.x, frame.bottom())), self.at((frame.right(), frame.y)));
        if frame.width / self.scale > std::f64::consts::TAU || low.lon > high.lon {
            (low.lon, high.lon) = (-180.0, 180.0);
        }
        (low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Rect = Rect::new(40.0, 60.0, 700.0, 680.0);

    #[test]
    fn what_is_shown_is_found_again() {
        let points = [Point { lat: 16.6, lon: 98.4 }, Point { lat: 16.8, lon: 98.6 }];
        let view = View::around(&points, FRAME, 0.12, 3_000.0).unwrap();
        for at in points {
            let (x, y) = view.xy(at);
            assert!(FRAME.holds((x, y)));
            assert!(view.at((x, y)).distance_m(at) < 0.01);
        }
        let (a, b) = (view.xy(points[0]), view.xy(points[1]));
        let metres = (a.0 - b.0).hypot(a.1 - b.1) * view.metres();
        assert!((metres / points[0].distance_m(points[1]) - 1.0).abs() < 0.01);
    }

    #[test]
    fn one_point_has_a_window_and_the_date_line_is_no_edge() {
        let at = Point { lat: 16.6, lon: 98.4 };
        let view = View::around(&[at], FRAME, 0.12, 3_000.0).unwrap();
        assert!((view.metres() * 680.0 - 3_000.0).abs() < 1.0, "{}", view.metres());
        let across = [Point { lat: 1.0, lon: 179.9 }, Point { lat: 1.1, lon: -179.9 }];
        let view = View::around(&across, FRAME, 0.12, 3_000.0).unwrap();
        assert!(view.metres() < 60.0 && across.iter().all(|at| FRAME.holds(view.xy(*at))));
        assert!(View::around(&[], FRAME, 0.12, 3_000.0).is_none());
    }
}
