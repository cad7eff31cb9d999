//! From what somebody wrote to clues of where they are.
//!
//! Nothing is decided here: each proposal quotes its words, and an analyst confirms or rejects it. A false proposal
//! costs that analyst time, so what is said of the past, of home, of others, of plans or not at all of a place where
//! the writer is makes no proposal.

mod clauses;
mod frame;
mod lexicon;
mod network;
mod numbers;
mod positions;
mod reading;
pub mod score;
mod subjects;
mod sun;
#[cfg(test)]
mod tests;
mod ways;
mod weigh;

use jiff::Timestamp;

use self::reading::Reading;
use super::borders::{Borders, Country};
use super::gazetteer::Gazetteer;
use super::geo::Point;
use super::notation::{Datum, Via};

/// What is known beside the text.
#[derive(Default)]
pub struct Context {
    /// When it was written.
    pub at: Option<Timestamp>,
    /// Places that the case points to already, and how much: they weigh places of the same name.
    pub near: Vec<(Point, f64)>,
}

/// One place that a name may mean.
#[derive(Clone, PartialEq)]
pub struct Candidate {
    /// The name of the gazetteer.
    pub name: String,
    /// Where.
    pub point: Point,
    /// What it is, in the word of the gazetteer.
    pub kind: &'static str,
    /// In which country.
    pub country: Country,
    /// How likely it is meant; those of a name sum to 1.
    pub weight: f64,
}

/// From where a distance, a time or a direction counts.
#[derive(Clone, PartialEq)]
pub struct Origin {
    /// The name as it was written.
    pub name: String,
    /// What it may mean, the likeliest first.
    pub candidates: Vec<Candidate>,
}

impl Origin {
    /// The position, where there is little doubt which place is meant.
    #[must_use]
    pub fn point(&self) -> Option<Point> {
        self.candidates.first().filter(|first| first.weight >= 0.6).map(|first| first.point)
    }
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

/// What the sun did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SunEvent {
    /// It rose.
    Rise,
    /// It set.
    Set,
}

/// What is said of where they are: the kinds of clue that a text can hold.
#[derive(Clone, PartialEq)]
pub enum Statement {
    /// At a position.
    Point {
        /// Where, in WGS-84.
        point: Point,
        /// How far off it may be.
        accuracy_m: f64,
        /// In which datum it was written.
        datum: Datum,
        /// How.
        via: Via,
    },
    /// At a place of this name.
    Place {
        /// The name as it was written.
        name: String,
        /// How they were to it.
        relation: Relation,
        /// What it may mean, the likeliest first.
        candidates: Vec<Candidate>,
    },
    /// So far from somewhere.
    DistanceFrom {
        /// From where.
        from: Origin,
        /// How far.
        km: f64,
        /// How far off that may be.
        sigma_km: f64,
    },
    /// So long a way from somewhere.
    TravelTime {
        /// From where.
        from: Origin,
        /// How long.
        hours: f64,
        /// How.
        mode: Mode,
        /// Whether a border was crossed, if that is said.
        border_crossed: Option<bool>,
    },
    /// When the sun rose or set.
    Sun {
        /// Which of the two.
        event: SunEvent,
        /// On which day of theirs.
        date: jiff::civil::Date,
        /// At what time of theirs.
        local_time: jiff::civil::Time,
        /// How far their clock was ahead of UTC, if that is said.
        utc_offset_minutes: Option<i32>,
    },
    /// At the border with a country.
    Border {
        /// The country on the other side.
        country: Country,
        /// At most so far from it.
        within_km: Option<f64>,
    },
    /// In a country.
    Country {
        /// Which.
        country: Country,
    },
    /// In a direction from somewhere.
    Bearing {
        /// From where.
        from: Origin,
        /// Clockwise from north.
        degrees: f64,
        /// How far off that may be.
        sigma_degrees: f64,
    },
    /// Near something that was seen or heard, or between two places.
    Landmark {
        /// Where that is.
        point: Point,
        /// What it is.
        name: String,
        /// At most so far from it.
        within_km: f64,
    },
    /// In a telephone network.
    Cell {
        /// The country of the network.
        mcc: u16,
        /// The network, where it has but one code.
        mnc: Option<u16>,
    },
}

impl Statement {
    /// The word of the contract for its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Point { .. } => "point",
            Self::Place { .. } => "place",
            Self::DistanceFrom { .. } => "distance_from",
            Self::TravelTime { .. } => "travel_time",
            Self::Sun { .. } => "sun",
            Self::Border { .. } => "border",
            Self::Country { .. } => "country",
            Self::Bearing { .. } => "bearing",
            Self::Landmark { .. } => "landmark",
            Self::Cell { .. } => "cell",
        }
    }

    /// The position that it says, or the likeliest one: what a map would show for it alone.
    #[must_use]
    pub fn point(&self) -> Option<Point> {
        match self {
            Self::Point { point, .. } | Self::Landmark { point, .. } => Some(*point),
            Self::Place { candidates, .. } => candidates.first().map(|first| first.point),
            _ => None,
        }
    }
}

/// Words of the text.
#[derive(Clone, PartialEq)]
pub struct Quote {
    /// The words.
    pub text: String,
    /// Where they begin, in Unicode scalar values.
    pub start: usize,
    /// Where they end, the first one after them.
    pub end: usize,
}

/// A proposed clue.
#[derive(Clone, PartialEq)]
pub struct Proposal {
    /// What is said.
    pub says: Statement,
    /// With which words.
    pub quote: Quote,
    /// The suggested grade of the source, A to F: C for who writes of themselves, D for what others told them, F where
    /// it stays open who speaks.
    pub reliability: char,
    /// The suggested grade of the information, 1 to 6.
    pub credibility: u8,
}

/// The longest text that is looked at, in characters: no message is longer, and pasted books hold no clues.
const LONGEST: usize = 60_000;

/// What a text says of where its writer is, in the order of its words.
#[must_use]
pub fn extract(text: &str, context: &Context, gazetteer: &Gazetteer, borders: &Borders) -> Vec<Proposal> {
    let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
    let text = text.get(..end).unwrap_or(text);
    let reading = Reading::new(text, context, gazetteer, borders);
    let mut proposals = positions::proposals(&reading);
    proposals.extend(subjects::proposals(&reading, &proposals));
    proposals.extend(ways::proposals(&reading));
    proposals.extend(sun::proposals(&reading));
    proposals.extend(network::proposals(&reading));
    proposals.sort_by_key(|proposal| (proposal.quote.start, proposal.quote.end));
    without_repeats(proposals)
}

/// What is said twice in one text is one clue.
fn without_repeats(proposals: Vec<Proposal>) -> Vec<Proposal> {
    let mut kept: Vec<Proposal> = Vec::new();
    for proposal in proposals {
        if !kept.iter().any(|known| says_the_same(&known.says, &proposal.says)) {
            kept.push(proposal);
        }
        // A list of places is no statement of where somebody is, and nobody would read the rest.
        if kept.len() >= 100 {
            break;
        }
    }
    kept
}

fn says_the_same(a: &Statement, b: &Statement) -> bool {
    match (a, b) {
        (
            Statement::Place { relation: one, candidates: a, .. },
            Statement::Place { relation: other, candidates: b, .. },
        ) => one == other && a.first().map(|first| first.point) == b.first().map(|first| first.point),
        (Statement::Border { country: one, .. }, Statement::Border { country: other, .. }) => one == other,
        _ => a == b,
    }
}
