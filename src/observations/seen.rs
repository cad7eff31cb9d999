//! An observation as the rules reckon with it: opened, weighed, and at its place in time.

use super::data::ObservationData;
use crate::clues::model::Reliability;
use crate::db::types::{Id, Time};
use crate::location::estimate::{unsound, wrong};

/// What the grades of an observation are worth: how probably it is right. The same numbers as the estimate of a case
/// reckons with.
pub fn weight(reliability: Reliability, credibility: i32) -> f64 {
    let digit = u8::try_from(credibility).unwrap_or(6);
    (1.0 - unsound(reliability.into(), false)) * (1.0 - wrong(digit))
}

/// Of what time, and by what was on record when.
#[derive(Debug, Clone, Copy, Default)]
pub struct When {
    /// What had been seen by then; all if not said.
    pub at: Option<Time>,
    /// What had been recorded, and not yet retracted, by then; all that stands now if not said.
    pub known_at: Option<Time>,
}

/// One observation.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct Seen {
    /// Its id.
    pub id: Id,
    /// Of which site.
    pub site_id: Id,
    /// When it was seen.
    pub at: Time,
    /// When it was recorded.
    pub recorded_at: Time,
    /// When it was retracted, if it was.
    pub retracted_at: Option<Time>,
    /// Whose word it is: see [`super::witness::Witness::voice`].
    pub voice: String,
    /// The grade of the source.
    pub reliability: Reliability,
    /// The grade of the information, 1 to 6.
    pub credibility: i32,
    /// What was seen.
    pub data: ObservationData,
}

impl Seen {
    /// How probably it is right.
    pub fn weight(&self) -> f64 {
        weight(self.reliability, self.credibility)
    }

    /// Whether it counts.
    pub fn counts(&self, when: When) -> bool {
        let known = match when.known_at {
            None => self.retracted_at.is_none(),
            Some(known_at) => {
                self.recorded_at <= known_at && self.retracted_at.is_none_or(|retracted| retracted > known_at)
            }
        };
        known && when.at.is_none_or(|at| self.at <= at)
    }

    /// What puts observations in order: when it was seen, then when that was told.
    pub fn place(&self) -> (Time, Time, Id) {
        (self.at, self.recorded_at, self.id)
    }
}

/// Those that count, in order.
pub fn counted(seen: &[Seen], when: When) -> Vec<&Seen> {
    let mut counted: Vec<&Seen> = seen.iter().filter(|seen| seen.counts(when)).collect();
    counted.sort_by_key(|seen| seen.place());
    counted
}
