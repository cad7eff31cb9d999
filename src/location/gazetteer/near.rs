//! The nearest town, to say where a point lies in words.

use super::layer::Layer;
use super::{PlaceKind, Point};

/// Farther towns say nothing about a point.
const FARTHEST_M: f64 = 60_000.0;
/// Degrees of latitude in that, and a little more.
const FARTHEST_DEGREES: f64 = 0.55;

/// Index of a layer, and of a place in it.
pub(super) type Index = (usize, u32);

/// Towns and villages from south to north.
pub(super) struct Towns(Vec<(Point, Index)>);

impl Towns {
    /// Sorts the towns of some layers.
    pub(super) fn new<'a>(layers: impl Iterator<Item = &'a Layer>) -> Self {
        let mut towns = Vec::new();
        for (index, layer) in layers.enumerate() {
            let named = (0..).zip(&layer.entries);
            let named = named.filter(|(_, entry)| matches!(entry.kind, PlaceKind::Town | PlaceKind::Village));
            towns.extend(named.map(|(item, entry)| (entry.point, (index, item))));
        }
        towns.sort_by(|a, b| a.0.lat.total_cmp(&b.0.lat));
        Self(towns)
    }

    /// The nearest one, and the metres to it.
    pub(super) fn nearest(&self, point: Point) -> Option<(Index, f64)> {
        let from = self.0.partition_point(|town| town.0.lat < point.lat - FARTHEST_DEGREES);
        let near = self.0.iter().skip(from).take_while(|town| town.0.lat <= point.lat + FARTHEST_DEGREES);
        let measured = near.map(|(town, index)| (*index, point.distance_m(*town)));
        measured.filter(|(_, metres)| *metres <= FARTHEST_M).min_by(|a, b| a.1.total_cmp(&b.1))
    }
}
