//! What the estimate is made from: graded statements, with what is known of who made them and when.
//!
//! The shapes mirror the clues of the contract, freed of JSON, database and privacy classes.

use crate::location::borders::Country;
use crate::location::geo::Point;
use crate::location::ring::Ring;

/// The Admiralty grade of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reliability {
    /// Completely reliable.
    A,
    /// Usually reliable.
    B,
    /// Fairly reliable.
    C,
    /// Not usually reliable.
    D,
    /// Unreliable.
    E,
    /// Cannot be judged.
    F,
}

/// A place that somebody may have meant.
#[derive(Clone, Copy, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub struct Meant {
    /// Its middle.
    pub at: Point,
    /// In which country, if that is known.
    pub country: Option<Country>,
    /// How far from there a person "in" it may be, in metres.
    pub sigma_m: f64,
    /// How likely it is meant, relative to the others.
    pub weight: f64,
}

/// From where a distance, a time or a direction counts.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub enum Origin {
    /// From a position.
    At(Point),
    /// From a place of this name, looked up in the [`World`](super::World).
    Named(String),
}

/// How somebody was to a named place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// In it.
    In,
    /// Near it.
    Near,
    /// On the other side of a river, a road or a border from it.
    Opposite,
}

/// How somebody travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// By road.
    Road,
    /// By boat.
    Boat,
    /// On foot.
    Foot,
    /// Not known.
    Unknown,
}

/// What was searched in vain.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub enum Searched {
    /// A circle.
    Circle {
        /// Its centre.
        at: Point,
        /// Its radius.
        radius_km: f64,
    },
    /// An area with a bent edge.
    Area(Ring),
    /// A known site.
    Site(u128),
}

/// What a clue says.
#[derive(Clone, PartialEq)]
#[cfg_attr(test, derive(Debug))]
pub enum Statement {
    /// At this position, WGS-84.
    Point {
        /// The position.
        at: Point,
        /// How far off it may be: the accuracy told, the rounding of its digits, the shift of an unknown datum.
        accuracy_m: f64,
        /// Whether it is only where a map was centred.
        viewport: bool,
    },
    /// At a place of this name.
    Place {
        /// The name; looked up where there are no candidates.
        name: String,
        /// How they were to it.
        relation: Relation,
        /// The places of that name.
        candidates: Vec<Meant>,
    },
    /// At this known site.
    Site(u128),
    /// So far from somewhere.
    DistanceFrom {
        /// From where.
        from: Origin,
        /// How far.
        km: f64,
        /// How far off that may be.
        sigma_km: Option<f64>,
    },
    /// So long a way from somewhere.
    TravelTime {
        /// From where.
        from: Origin,
        /// How long.
        hours: f64,
        /// How.
        mode: Mode,
        /// Whether a border was crossed.
        border_crossed: Option<bool>,
    },
    /// When the sun rose or set.
    Sun {
        /// Whether it rose.
        rises: bool,
        /// The day, counted from 1970-01-01.
        day: i64,
        /// The time of their clock, in minutes since midnight.
        minutes: f64,
        /// How far their clock was ahead of UTC, if that is known.
        utc_offset_minutes: Option<f64>,
    },
    /// At the border with a country.
    Border {
        /// The country on the other side.
        country: Country,
        /// At most so far from it.
        within_km: Option<f64>,
    },
    /// In a country.
    Country(Country),
    /// In a direction from somewhere.
    Bearing {
        /// From where.
        from: Origin,
        /// Clockwise from north.
        degrees: f64,
        /// How far off that may be.
        sigma_degrees: Option<f64>,
    },
    /// Near something.
    Landmark {
        /// Where that is.
        at: Point,
        /// At most so far from it.
        within_km: f64,
    },
    /// Their phone was in a network of this country.
    Network(Country),
    /// Somebody looked, and they were not there.
    Absence {
        /// Where.
        searched: Searched,
        /// How probably they would have been found.
        detection: f64,
    },
    /// Says nothing of a place (a network code that no country has).
    Nothing,
}

/// One clue.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct Evidence {
    /// The id of the clue.
    pub id: u128,
    /// What it says.
    pub statement: Statement,
    /// When it held, in days since 1970-01-01 with the part of the day.
    pub from_day: f64,
    /// Until when it held; `from_day` for a moment.
    pub until_day: f64,
    /// Whose word it is: equal keys are one source, whose clues stand and fall together.
    pub source: String,
    /// The grade of the source.
    pub reliability: Reliability,
    /// The grade of the information, 1 to 6.
    pub credibility: u8,
    /// Whether somebody else may have written it.
    pub suspect: bool,
    /// What it was copied or forwarded from, by whatever the caller knows equal originals by.
    pub original: Option<String>,
}

impl Evidence {
    /// The moment of its time that is nearest to a day. A statement over a span counts once, when it bears most.
    #[must_use]
    pub fn day_near(&self, day: f64) -> f64 {
        let (from, until) = (finite(self.from_day), finite(self.until_day));
        finite(day).clamp(from, until.max(from))
    }
}

/// Days that can be reckoned with: what is not a number is the first of them, and none is 10,000 years away.
pub(super) fn finite(day: f64) -> f64 {
    if day.is_finite() { day.clamp(-3.6e6, 3.6e6) } else { 0.0 }
}

/// How probably a clue is wrong although its source is sound, by its digit. Our choice: no public figures exist;
/// closed cases should replace it.
#[must_use]
pub fn wrong(credibility: u8) -> f64 {
    match credibility {
        1 => 0.08,
        2 => 0.18,
        3 => 0.30,
        4 => 0.45,
        5 => 0.65,
        _ => 0.32,
    }
}

/// How probably a source lies or is deceived as a whole, by its letter. Our choice, as [`wrong`].
#[must_use]
pub fn unsound(reliability: Reliability, suspect: bool) -> f64 {
    let by_letter = match reliability {
        Reliability::A => 0.05,
        Reliability::B => 0.15,
        Reliability::C => 0.26,
        Reliability::D => 0.50,
        Reliability::E => 0.80,
        Reliability::F => 0.33,
    };
    // A message that somebody else may have written was written to be believed.
    if suspect { f64::max(by_letter, 0.75) } else { by_letter }
}

/// Which of the clues count: of exact copies and forwards the first alone, since the second adds no eyes.
#[must_use]
pub fn once_each(clues: &[Evidence]) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::with_capacity(clues.len());
    let mut originals = std::collections::HashSet::new();
    let mut said: std::collections::HashMap<(&str, i64), Vec<usize>> = std::collections::HashMap::new();
    for (index, clue) in clues.iter().enumerate() {
        if clue.original.as_deref().is_some_and(|original| !originals.insert(original)) {
            continue;
        }
        let key = (clue.source.as_str(), finite(clue.from_day).floor() as i64);
        let same_day = said.entry(key).or_default();
        let copy = same_day.iter().any(|&earlier| {
            clues.get(earlier).is_some_and(|earlier: &Evidence| earlier.statement == clue.statement)
        });
        if !copy {
            same_day.push(index);
            kept.push(index);
        }
    }
    kept
}
