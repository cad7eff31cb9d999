//! Where the sun rises or sets at a given time: lines across the map.

use super::mark::Shape;
use crate::location::geo::Point;

/// Clocks that are usual in the region, in minutes ahead of UTC.
const CLOCKS: [f64; 3] = [390.0, 420.0, 480.0];
/// Eight minutes, which is how well a time is told, turn the earth so far.
const SIGMA_KM: f64 = 210.0;
/// Days from 1970-01-01 to 2000-01-01.
const TO_2000: f64 = 10_957.0;

/// The lines on which a clock shows this time when the sun rises or sets. A common approximation, good to two
/// minutes: a tenth of what the band is wide.
pub(super) fn band(rises: bool, day: i64, minutes: f64, offset: Option<f64>) -> Shape {
    if !minutes.is_finite() || day.abs() > 200_000 {
        return Shape::Nowhere;
    }
    let year = std::f64::consts::TAU * (day as f64 - TO_2000) / 365.2425;
    let tilt = (-23.44_f64).to_radians() * (year + 0.172).cos();
    let turn = year - 1.387;
    let ahead = 9.87 * (2.0 * turn).sin() - 7.53 * turn.cos() - 1.5 * turn.sin();
    let line = |clock: f64| -> Vec<Point> {
        let at = |lat: i32| {
            let lat = f64::from(lat) * 2.0;
            let (sine, cosine) = lat.to_radians().sin_cos();
            let horizon = (-0.0145 - sine * tilt.sin()) / (cosine * tilt.cos());
            let half_day = 4.0 * horizon.clamp(-1.0, 1.0).acos().to_degrees();
            let noon = if rises { minutes + half_day } else { minutes - half_day };
            let lon = (720.0 - ahead - noon + clock) / 4.0;
            Point::new(lat, (lon + 180.0).rem_euclid(360.0) - 180.0)
        };
        (-5..=20).filter_map(at).collect()
    };
    let told = offset.filter(|offset| offset.abs() <= 900.0).map(|offset| vec![offset]);
    let lines = told.unwrap_or(CLOCKS.to_vec()).into_iter().map(line);
    // A clock by which they would be on another continent is not theirs.
    let lines: Vec<Vec<Point>> =
        lines.filter(|line| line.iter().any(|at| (80.0..140.0).contains(&at.lon))).collect();
    if lines.is_empty() { Shape::Nowhere } else { Shape::Band { lines, sigma_km: SIGMA_KM } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lon_at(shape: &Shape, lat: f64) -> f64 {
        let Shape::Band { lines, .. } = shape else { panic!("no band") };
        lines[0].iter().find(|at| (at.lat - lat).abs() < 0.01).unwrap().lon
    }

    #[test]
    fn lines_run_where_almanacs_say() {
        // Bangkok, 13.75 N 100.5 E, 21 June 2024 (day 19,895): sunset 18:47 and sunrise 05:51, UTC+7.
        let evening = band(false, 19_895, 18.0 * 60.0 + 47.0, Some(420.0));
        let morning = band(true, 19_895, 5.0 * 60.0 + 51.0, Some(420.0));
        assert!((lon_at(&evening, 14.0) - 100.5).abs() < 0.8, "{}", lon_at(&evening, 14.0));
        assert!((lon_at(&morning, 14.0) - 100.5).abs() < 0.8, "{}", lon_at(&morning, 14.0));
        // 21 December 2024 (day 20,078): sunset 17:56, sunrise 06:36.
        let evening = band(false, 20_078, 17.0 * 60.0 + 56.0, Some(420.0));
        assert!((lon_at(&evening, 14.0) - 100.5).abs() < 0.8, "{}", lon_at(&evening, 14.0));
    }

    #[test]
    fn an_unknown_clock_leaves_several_lines_and_nonsense_none() {
        let Shape::Band { lines, .. } = band(false, 19_895, 1_127.0, None) else { panic!("no band") };
        assert!(lines.len() > 1);
        assert_eq!(band(false, 19_895, f64::NAN, None), Shape::Nowhere);
        assert_eq!(band(true, i64::MIN + 1, 360.0, None), Shape::Nowhere);
        assert_eq!(band(true, 19_895, 1_127.0, Some(0.0)), Shape::Nowhere);
    }
}
