//! How many people and buildings were reported of a site, and how many of its people a report says are gone.

use serde::Serialize;
use utoipa::ToSchema;

use super::data::{Count, ObservationData};
use super::seen::{Seen, When, counted};
use crate::clues::model::Reliability;
use crate::db::types::{Id, Time};

/// A head-count that is more probably wrong than this is not reckoned from. Our choice, as all numbers here.
const LEAST_WEIGHT: f64 = 0.25;
/// Who are gone when some stayed, or some were taken, and nobody knows of how many.
const MOST_OF_THEM: f64 = 0.7;
const HALF_OF_THEM: f64 = 0.5;

/// One number that was reported.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReportedCount)]
pub struct CountView {
    /// When it was so, UTC.
    pub at: Time,
    /// At least so many.
    pub low: i32,
    /// At most so many.
    pub high: i32,
    /// The grade of the source, A to F.
    pub reliability: Reliability,
    /// The grade of the information, 1 to 6.
    pub credibility: i32,
    /// The observation.
    pub observation_id: Id,
}

/// Of what a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// People who are there.
    People,
    /// Buildings.
    Buildings,
}

fn count(data: &ObservationData, measure: Measure) -> Option<Count> {
    match (measure, data) {
        (Measure::People, ObservationData::PeopleSeen(people)) => Some(people.count),
        (Measure::People, ObservationData::Evacuated(evacuated)) => evacuated.people_left,
        (Measure::Buildings, ObservationData::Buildings(buildings)) => Some(buildings.count),
        _ => None,
    }
}

/// The numbers reported of a site, oldest first.
pub fn series(seen: &[Seen], measure: Measure, when: When) -> Vec<CountView> {
    let one = |seen: &Seen| {
        let Count { low, high } = count(&seen.data, measure)?;
        Some(CountView {
            at: seen.at,
            low: low.get(),
            high: high.get(),
            reliability: seen.reliability,
            credibility: seen.credibility,
            observation_id: seen.id,
        })
    };
    counted(seen, when).into_iter().filter_map(one).collect()
}

/// How many people an observation says are at the site, if its word is good enough to reckon from.
pub fn heads(seen: &Seen) -> Option<f64> {
    let people = count(&seen.data, Measure::People)?.middle();
    (seen.weight() >= LEAST_WEIGHT).then_some(people)
}

/// The share of a site's people that an observation says are gone, from 0 to 1; `held` is how many there were. None for
/// one that says nothing of it.
pub fn share_gone(data: &ObservationData, held: Option<f64>) -> Option<f64> {
    let held = held.filter(|held| *held > 0.0);
    match data {
        ObservationData::Evacuated(evacuated) => Some(match evacuated.people_left {
            Some(left) if left.is_some() => {
                held.map_or(MOST_OF_THEM, |held| (1.0 - left.middle() / held).clamp(0.0, 1.0))
            }
            _ => 1.0,
        }),
        ObservationData::MovedTo(moved) => Some(match moved.people {
            Some(people) => held.map_or(HALF_OF_THEM, |held| (people.middle() / held).min(1.0)),
            None => 1.0,
        }),
        _ => None,
    }
}
