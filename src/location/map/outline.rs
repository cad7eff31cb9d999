//! Lines around shapes, as points on the earth.

use super::mark::Shape;
use super::on_earth;
use crate::location::estimate::{Estimate, Polygon, Region};
use crate::location::geo::Point;

/// Wider circles than this reach around the pole or the back of the earth.
const WIDEST_M: f64 = 5_000_000.0;

/// A length that can be drawn.
pub(super) fn drawable(metres: f64) -> Option<f64> {
    (metres.is_finite() && metres > 0.0 && metres <= WIDEST_M).then_some(metres)
}

/// A circle, counter-clockwise, its first point again at the end.
pub(super) fn circle(at: Point, metres: f64, corners: u32) -> Option<Vec<Point>> {
    let metres = drawable(metres)?;
    Some(arc(on_earth(at)?, metres, 360.0, 0.0, corners))
}

/// The points of an arc from one direction to another.
fn arc(at: Point, metres: f64, from: f64, to: f64, corners: u32) -> Vec<Point> {
    let step = (to - from) / f64::from(corners.max(1));
    let mut points: Vec<Point> =
        (0..corners).map(|corner| at.towards(from + step * f64::from(corner), metres)).collect();
    // The last of a whole circle is its first, to the last digit.
    let whole = (to - from).abs() >= 360.0;
    points.extend(if whole { points.first().copied() } else { Some(at.towards(to, metres)) });
    points
}

/// A sector, counter-clockwise, its first point again at the end.
pub(super) fn sector(at: Point, degrees: f64, sigma: f64, metres: f64, corners: u32) -> Option<Vec<Point>> {
    let (metres, at) = (drawable(metres)?, on_earth(at)?);
    if !degrees.is_finite() || !sigma.is_finite() {
        return None;
    }
    let sigma = sigma.clamp(1.0, 179.0);
    let mut points = vec![at];
    points.extend(arc(at, metres, degrees + sigma, degrees - sigma, corners));
    points.push(at);
    Some(points)
}

/// The faces of a shape that has any, each as rings: the outer first, counter-clockwise, holes clockwise.
pub(super) fn faces(shape: &Shape, corners: u32) -> Vec<Vec<Vec<Point>>> {
    match shape {
        Shape::Ring { from, between_km: (least, most), .. } => {
            let face = |at: &Point| {
                let outer = circle(*at, most * 1_000.0, corners)?;
                let mut hole = circle(*at, least * 1_000.0, corners);
                if let Some(hole) = &mut hole {
                    hole.reverse();
                }
                let hole = hole.filter(|_| least < most);
                Some([outer].into_iter().chain(hole).collect())
            };
            from.iter().take(super::mark::MOST_PLACES).filter_map(face).collect()
        }
        Shape::Disc { at, radius_km } => {
            circle(*at, radius_km * 1_000.0, corners).map(|ring| vec![ring]).into_iter().collect()
        }
        Shape::Area(ring) => closed(&ring.outline()).map(|ring| vec![ring]).into_iter().collect(),
        Shape::Sector { from, degrees, sigma_degrees, reach_km } => {
            let face = |at: &Point| {
                sector(*at, *degrees, *sigma_degrees, reach_km * 1_000.0, corners).map(|ring| vec![ring])
            };
            from.iter().take(super::mark::MOST_PLACES).filter_map(face).collect()
        }
        Shape::Spots(_) | Shape::Band { .. } | Shape::Country { .. } | Shape::Nowhere => Vec::new(),
    }
}

/// Rings of at least a triangle, closed, of points on earth: what files may hold.
fn closed(ring: &[Point]) -> Option<Vec<Point>> {
    let mut kept: Vec<Point> = ring.iter().copied().filter_map(on_earth).collect();
    kept.dedup();
    if kept.first() != kept.last() {
        kept.extend(kept.first().copied());
    }
    (kept.len() >= 4).then_some(kept)
}

/// The faces of a region's polygons that a file may hold.
pub(super) fn solid(polygons: &[Polygon]) -> Vec<Vec<Vec<Point>>> {
    let face = |rings: &Polygon| {
        let mut rings = rings.iter();
        let outer = closed(rings.next()?)?;
        Some([outer].into_iter().chain(rings.filter_map(|ring| closed(ring))).collect())
    };
    polygons.iter().filter_map(face).collect()
}

/// The region for a level, or the next larger one.
pub(super) fn region_for(estimate: &Estimate, level: f64) -> Option<&Region> {
    estimate.regions.iter().find(|region| region.level >= level - 1e-9)
}
