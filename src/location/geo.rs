//! Points, distances and directions on the sphere.
//!
//! A sphere of the mean radius is off by at most 0.5% against the ellipsoid, far less than what any clue is off by.

/// Mean radius of the earth in metres (IUGG).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A position in degrees, WGS-84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

impl Point {
    /// A position that is one: finite numbers in their ranges.
    #[must_use]
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        // A range holds no NaN.
        let on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        on_earth.then_some(Self { lat, lon })
    }

    /// Metres to another point along a great circle (haversine formula).
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let (a, b) = (self.lat.to_radians(), other.lat.to_radians());
        let half = |angle: f64| (angle / 2.0).sin().powi(2);
        let h = half(b - a) + a.cos() * b.cos() * half((other.lon - self.lon).to_radians());
        2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
    }

    /// The direction in which another point lies, in degrees clockwise from north, 0 to 360.
    #[must_use]
    pub fn bearing_to(self, other: Self) -> f64 {
        let (a, b) = (self.lat.to_radians(), other.lat.to_radians());
        let turn = (other.lon - self.lon).to_radians();
        let east = turn.sin() * b.cos();
        let north = a.cos() * b.sin() - a.sin() * b.cos() * turn.cos();
        east.atan2(north).to_degrees().rem_euclid(360.0)
    }

    /// Where one arrives who goes so many metres in a direction, degrees clockwise from north.
    #[must_use]
    pub fn towards(self, bearing: f64, metres: f64) -> Self {
        let (lat, angle, way) = (self.lat.to_radians(), bearing.to_radians(), metres / EARTH_RADIUS_M);
        let sine = (lat.sin() * way.cos() + lat.cos() * way.sin() * angle.cos()).clamp(-1.0, 1.0);
        let east = (angle.sin() * way.sin() * lat.cos()).atan2(way.cos() - lat.sin() * sine);
        let lon = (self.lon + east.to_degrees() + 180.0).rem_euclid(360.0) - 180.0;
        Self { lat: sine.asin().to_degrees(), lon }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_lead_where_they_should() {
        let start = Point::new(16.69, 98.51).unwrap();
        for (bearing, metres) in [(0.0, 1.0), (90.0, 5_000.0), (213.0, 250_000.0), (359.0, 900_000.0)] {
            let end = start.towards(bearing, metres);
            assert!((start.distance_m(end) - metres).abs() < metres * 1e-9 + 1e-6);
            let turn = (start.bearing_to(end) - bearing).rem_euclid(360.0);
            assert!(turn.min(360.0 - turn) < 1e-6, "{bearing}");
        }
    }

    #[test]
    fn a_degree_of_latitude_is_111_km() {
        let metres = Point::new(10.0, 100.0).unwrap().distance_m(Point::new(11.0, 100.0).unwrap());
        assert!((metres - 111_195.0).abs() < 5.0, "{metres}");
        assert_eq!(Point::new(91.0, 0.0), None);
        assert_eq!(Point::new(f64::NAN, 0.0), None);
    }
}
