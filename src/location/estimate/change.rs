//! Whether an answer differs from an earlier one so much that somebody must hear of it.

use super::answer::{Estimate, Leader};
use crate::location::geo::Point;

/// What is compared of an answer: small enough to be kept beside the case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// What leads.
    pub top: Leader,
    /// How probable it is.
    pub probability: f64,
    /// The size of the 80% region.
    pub area_km2: f64,
    /// The best single point.
    pub best: Point,
    /// How far off that is on average.
    pub expected_error_km: f64,
}

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Another place leads.
    Leader,
    /// The same place leads, much more or less probable.
    Probability,
    /// The 80% region is much smaller or larger.
    Area,
    /// The best point lies far from where it was.
    Moved,
}

/// A place that leads with less than this leads by chance.
const LEADS_FROM: f64 = 0.25;
/// By so much the probability must differ.
const PROBABILITY_BY: f64 = 0.2;
/// By this factor the area must differ.
const AREA_FACTOR: f64 = 2.0;
/// The best point must have moved by more than this, and by more than it was off.
const MOVED_KM: f64 = 15.0;

impl Summary {
    /// What is compared of an answer.
    #[must_use]
    pub fn of(estimate: &Estimate) -> Self {
        let (top, probability) = estimate.leader();
        let region = estimate.regions.iter().find(|region| (region.level - 0.8).abs() < 1e-9);
        Self {
            top,
            probability,
            area_km2: region.map_or(0.0, |region| region.area_km2),
            best: estimate.best,
            expected_error_km: estimate.expected_error_km,
        }
    }
}

/// What changed materially from one answer to the next; the gravest first.
#[must_use]
pub fn material(before: &Summary, after: &Summary) -> Vec<Change> {
    let mut changes = Vec::new();
    let surer = before.probability.max(after.probability);
    if before.top != after.top && surer >= LEADS_FROM {
        changes.push(Change::Leader);
    }
    let moved = before.best.distance_m(after.best) / 1_000.0;
    if moved > MOVED_KM.max(before.expected_error_km.min(after.expected_error_km)) {
        changes.push(Change::Moved);
    }
    if before.top == after.top && (before.probability - after.probability).abs() >= PROBABILITY_BY {
        changes.push(Change::Probability);
    }
    let (small, large) =
        (before.area_km2.min(after.area_km2).max(1.0), before.area_km2.max(after.area_km2).max(1.0));
    if large / small >= AREA_FACTOR {
        changes.push(Change::Area);
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Summary = Summary {
        top: Leader::Site(1),
        probability: 0.5,
        area_km2: 400.0,
        best: Point { lat: 16.7, lon: 98.5 },
        expected_error_km: 20.0,
    };

    #[test]
    fn small_differences_are_none() {
        let after =
            Summary { probability: 0.6, area_km2: 350.0, best: BEFORE.best.towards(90.0, 9_000.0), ..BEFORE };
        assert_eq!(material(&BEFORE, &after), []);
    }

    #[test]
    fn each_kind_of_change_is_told() {
        let after = Summary { top: Leader::Site(2), ..BEFORE };
        assert_eq!(material(&BEFORE, &after), [Change::Leader]);
        let after = Summary { probability: 0.75, area_km2: 100.0, ..BEFORE };
        assert_eq!(material(&BEFORE, &after), [Change::Probability, Change::Area]);
        let after = Summary { best: BEFORE.best.towards(0.0, 60_000.0), ..BEFORE };
        assert_eq!(material(&BEFORE, &after), [Change::Moved]);
    }

    #[test]
    fn a_change_between_two_guesses_is_noise() {
        let (before, after) = (
            Summary { probability: 0.1, ..BEFORE },
            Summary { probability: 0.12, top: Leader::Site(2), ..BEFORE },
        );
        assert_eq!(material(&before, &after), []);
    }
}
