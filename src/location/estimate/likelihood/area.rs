//! An area with a bent edge that was searched in vain.

use super::super::places::Places;
use crate::location::geo::Point;
use crate::location::ring::Ring;

/// How probably somebody was missed by the search of an area.
pub(super) struct MissedArea {
    ring: Ring,
    detection: f64,
}

impl MissedArea {
    pub(super) fn new(ring: Ring, detection: f64) -> Self {
        Self { ring, detection }
    }

    /// The probability at some places in their order, from one on: of a place's own area only the part that was searched
    /// counts.
    pub(super) fn fill(&self, places: &Places, from: usize, out: &mut [f32]) {
        let columns = places.lat.iter().zip(&places.lon).skip(from);
        for ((index, (lat, lon)), out) in (from..).zip(columns).zip(out) {
            let at = Point { lat: f64::from(*lat), lon: f64::from(*lon) };
            // A square of side `a` has the variance `a²/12` along each axis.
            let half_m = (3.0 * places.spread(index)).sqrt();
            *out = (1.0 - self.detection * self.ring.share_of(at, half_m)) as f32;
        }
    }
}
