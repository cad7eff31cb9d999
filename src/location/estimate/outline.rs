//! The line around a set of cells.

use std::collections::HashMap;

use h3o::{CellIndex, LatLng, VertexIndex};

use crate::location::geo::Point;

/// A closed line: its first point comes again at the end.
pub type Ring = Vec<Point>;

/// A face: what is within the first ring, counter-clockwise, and not within the others, clockwise.
pub type Polygon = Vec<Ring>;

/// The polygons that cells of one size make up. An edge between two of them is gone through once in each direction,
/// which is how it is known to be inside.
#[must_use]
pub(super) fn polygons(cells: &[CellIndex]) -> Vec<Polygon> {
    let mut edges: HashMap<(VertexIndex, VertexIndex), ()> = HashMap::with_capacity(cells.len() * 6);
    let mut order = Vec::with_capacity(cells.len() * 6);
    for cell in cells {
        let corners: Vec<VertexIndex> = cell.vertexes().collect();
        for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            if edges.remove(&(*to, *from)).is_none() {
                edges.insert((*from, *to), ());
                order.push((*from, *to));
            }
        }
    }
    // Three cells meet in a corner, so that at most one edge of the border leaves it.
    let next: HashMap<VertexIndex, VertexIndex> = edges.keys().copied().collect();
    let mut seen = std::collections::HashSet::with_capacity(next.len());
    let mut rings = Vec::new();
    for (start, to) in order {
        if next.get(&start) != Some(&to) || seen.contains(&start) {
            continue;
        }
        let mut ring = Vec::new();
        let mut at = start;
        while seen.insert(at) {
            ring.push(position(at));
            let Some(to) = next.get(&at) else { break };
            at = *to;
        }
        ring.extend(ring.first().copied());
        rings.push(ring);
    }
    with_holes(rings)
}

fn position(corner: VertexIndex) -> Point {
    let at = LatLng::from(corner);
    Point { lat: at.lat(), lon: at.lng() }
}

/// Twice the area in square degrees, positive for a counter-clockwise ring.
fn area(ring: &[Point]) -> f64 {
    ring.iter().zip(ring.iter().skip(1)).map(|(a, b)| a.lon * b.lat - b.lon * a.lat).sum()
}

/// Whether a point is within a ring.
fn holds(ring: &[Point], at: Point) -> bool {
    let crosses = |(a, b): (&Point, &Point)| {
        (a.lat > at.lat) != (b.lat > at.lat)
            && at.lon < (b.lon - a.lon) * (at.lat - a.lat) / (b.lat - a.lat) + a.lon
    };
    ring.iter().zip(ring.iter().skip(1)).filter(|edge| crosses(*edge)).count() % 2 == 1
}

/// Whether a point is within any of some polygons.
#[must_use]
pub fn within(polygons: &[Polygon], at: Point) -> bool {
    polygons.iter().any(|rings| rings.iter().filter(|ring| holds(ring, at)).count() % 2 == 1)
}

fn with_holes(rings: Vec<Ring>) -> Vec<Polygon> {
    let (mut outer, holes): (Vec<Ring>, Vec<Ring>) = rings.into_iter().partition(|ring| area(ring) > 0.0);
    // The smallest that holds it: an island in a lake on an island has its own.
    outer.sort_by(|a, b| area(a).total_cmp(&area(b)));
    let mut polygons: Vec<Polygon> = outer.into_iter().map(|ring| vec![ring]).collect();
    for hole in holes {
        let Some(at) = hole.first().copied() else { continue };
        let around = polygons.iter_mut().find(|rings| {
            rings
                .first()
                .is_some_and(|ring| ring.contains(&at) || (area(ring) > -area(&hole) && holds(ring, at)))
        });
        if let Some(around) = around {
            around.push(hole);
        }
    }
    polygons.reverse();
    polygons
}

#[cfg(test)]
mod tests {
    use h3o::Resolution;

    use super::*;
    use crate::location::estimate::grid::cell_at;

    fn around(lat: f64, lon: f64, rings: u32) -> Vec<CellIndex> {
        cell_at(Point { lat, lon }, Resolution::Seven).unwrap().grid_disk_safe(rings).collect()
    }

    #[test]
    fn a_disc_is_one_ring_that_turns_left() {
        let polygons = polygons(&around(16.7, 98.5, 3));
        assert_eq!((polygons.len(), polygons[0].len()), (1, 1));
        // Six sides of four cells: 6 * (2 * 4 - 1) edges, and the first point again.
        assert_eq!(polygons[0][0].len(), 43);
        assert!(area(&polygons[0][0]) > 0.0);
        assert!(within(&polygons, Point { lat: 16.7, lon: 98.5 }));
        assert!(!within(&polygons, Point { lat: 16.9, lon: 98.5 }));
    }

    #[test]
    fn holes_are_holes_and_islands_in_them_are_land() {
        let (all, hole, island) = (around(16.7, 98.5, 6), around(16.7, 98.5, 3), around(16.7, 98.5, 1));
        let cells: Vec<CellIndex> =
            all.into_iter().filter(|cell| !hole.contains(cell) || island.contains(cell)).collect();
        let polygons = polygons(&cells);
        let mut rings: Vec<usize> = polygons.iter().map(Vec::len).collect();
        rings.sort_unstable();
        assert_eq!(rings, [1, 2]);
        for cell in &cells {
            let at = LatLng::from(*cell);
            assert!(within(&polygons, Point { lat: at.lat(), lon: at.lng() }));
        }
        for cell in hole.iter().filter(|cell| !island.contains(cell)) {
            let at = LatLng::from(*cell);
            assert!(!within(&polygons, Point { lat: at.lat(), lon: at.lng() }));
        }
    }

    #[test]
    fn no_cells_have_no_outline() {
        assert!(polygons(&[]).is_empty());
    }
}
