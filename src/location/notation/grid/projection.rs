//! The universal transverse Mercator projection by Krueger's series, good to a millimetre within a zone.

use super::super::super::geo::Point;

/// Half axis and flattening of WGS-84.
const AXIS_M: f64 = 6_378_137.0;
const FLATTENING: f64 = 1.0 / 298.257_223_563;
/// The third flattening, in which the series run.
const N: f64 = FLATTENING / (2.0 - FLATTENING);
/// The scale along the middle of a zone.
const SCALE: f64 = 0.9996;
/// What is added to eastings, so that none is negative.
const FALSE_EASTING_M: f64 = 500_000.0;

/// The point so many metres east and north in a zone; northings of the southern half are negative.
pub fn to_point(zone: u8, easting: f64, northing: f64) -> Option<Point> {
    let (n2, n3, n4) = (N * N, N * N * N, N * N * N * N);
    let radius = AXIS_M / (1.0 + N) * (1.0 + n2 / 4.0 + n4 / 64.0) * SCALE;
    let to_sphere = [
        N / 2.0 - 2.0 / 3.0 * n2 + 37.0 / 96.0 * n3 - n4 / 360.0,
        n2 / 48.0 + n3 / 15.0 - 437.0 / 1440.0 * n4,
        17.0 / 480.0 * n3 - 37.0 / 840.0 * n4,
        4397.0 / 161_280.0 * n4,
    ];
    let to_ellipsoid = [
        2.0 * N - 2.0 / 3.0 * n2 - 2.0 * n3 + 116.0 / 45.0 * n4,
        7.0 / 3.0 * n2 - 8.0 / 5.0 * n3 - 227.0 / 45.0 * n4,
        56.0 / 15.0 * n3 - 136.0 / 35.0 * n4,
        4279.0 / 630.0 * n4,
    ];
    let (north, east) = (northing / radius, (easting - FALSE_EASTING_M) / radius);
    let (mut xi, mut eta) = (north, east);
    for (factor, times) in to_sphere.iter().zip([2.0, 4.0, 6.0, 8.0]) {
        xi -= factor * (times * north).sin() * (times * east).cosh();
        eta -= factor * (times * north).cos() * (times * east).sinh();
    }
    let conformal = (xi.sin() / eta.cosh()).asin();
    let waves = to_ellipsoid.iter().zip([2.0, 4.0, 6.0, 8.0]);
    let lat = conformal + waves.map(|(factor, times)| factor * (times * conformal).sin()).sum::<f64>();
    let middle = f64::from(zone) * 6.0 - 183.0;
    Point::new(lat.to_degrees(), middle + eta.sinh().atan2(xi.cos()).to_degrees())
}
