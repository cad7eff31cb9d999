//! How good the extraction is, on messages of which one knows what they say.

use std::fmt;

use jiff::Timestamp;
use serde::Deserialize;

use super::super::borders::Borders;
use super::super::gazetteer::Gazetteer;
use super::super::geo::Point;
use super::{Context, Proposal, Statement, extract};

/// The messages that come with the program: invented, in six languages, about half of them with nothing to propose.
pub const CORPUS: &str = include_str!("../../../assets/corpus/extraction.jsonl");

/// Messages that were scored once before anybody looked at what was missed in them; that score is in docs/location.md.
pub const FIRST_LOOK: &str = include_str!("../../../assets/corpus/first-look.jsonl");

/// At how many kilometres a position counts as right.
pub const RADII_KM: [f64; 3] = [1.0, 5.0, 25.0];

/// A message and what it says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// Its language.
    pub language: String,
    /// What was written.
    pub text: String,
    /// When.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Where it says that its writer is: latitude and longitude.
    #[serde(default)]
    pub positions: Vec<[f64; 2]>,
    /// What else it says: a kind and what it is of, such as `country MM` or `travel_time Mae Sot`.
    #[serde(default)]
    pub others: Vec<String>,
}

/// Reads messages, one to a line, as JSON.
///
/// # Errors
/// The number of the first line that is no message.
pub fn messages(lines: &str) -> Result<Vec<Message>, usize> {
    let lines = lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, line)| serde_json::from_str(line).map_err(|_| number + 1)).collect()
}

/// What was proposed, expected and right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// How many were proposed.
    pub proposed: usize,
    /// How many should have been.
    pub expected: usize,
    /// How many proposals were right.
    pub right: usize,
    /// How many of what should have been were.
    pub found: usize,
}

impl Count {
    /// Of what was proposed, how much was right; 1 when nothing was.
    #[must_use]
    pub fn precision(self) -> f64 {
        share(self.right, self.proposed)
    }

    /// Of what was to be proposed, how much was; 1 when there was nothing.
    #[must_use]
    pub fn recall(self) -> f64 {
        share(self.found, self.expected)
    }

    fn add(&mut self, other: Self) {
        self.proposed += other.proposed;
        self.expected += other.expected;
        self.right += other.right;
        self.found += other.found;
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// The score of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// The language, or `all`.
    pub language: String,
    /// How many messages there were.
    pub messages: usize,
    /// How many of them have nothing to propose, and of those for how many something was.
    pub silent: (usize, usize),
    /// Positions, at each of [`RADII_KM`].
    pub positions: [Count; 3],
    /// All other kinds of clue.
    pub others: Count,
}

/// The scores of all languages, and of all together at the end.
#[must_use]
pub fn score(messages: &[Message], gazetteer: &Gazetteer, borders: &Borders) -> Vec<Score> {
    let mut scores: Vec<Score> = Vec::new();
    for message in messages {
        let one = of_message(message, gazetteer, borders);
        match scores.iter_mut().find(|score| score.language == one.language) {
            Some(score) => add(score, &one),
            None => scores.push(one),
        }
    }
    let mut all = empty("all");
    scores.iter().for_each(|score| add(&mut all, score));
    scores.push(all);
    scores
}

fn empty(language: &str) -> Score {
    let counts = Count::default();
    Score {
        language: language.to_owned(),
        messages: 0,
        silent: (0, 0),
        positions: [counts; 3],
        others: counts,
    }
}

fn add(score: &mut Score, other: &Score) {
    score.messages += other.messages;
    score.silent.0 += other.silent.0;
    score.silent.1 += other.silent.1;
    score.positions.iter_mut().zip(other.positions).for_each(|(count, other)| count.add(other));
    score.others.add(other.others);
}

fn of_message(message: &Message, gazetteer: &Gazetteer, borders: &Borders) -> Score {
    let context = Context { at: message.at, near: Vec::new() };
    let proposals = extract(&message.text, &context, gazetteer, borders);
    let silent = message.positions.is_empty() && message.others.is_empty();
    let mut score = empty(&message.language);
    score.messages = 1;
    score.silent = (usize::from(silent), usize::from(silent && !proposals.is_empty()));
    score.positions = RADII_KM.map(|radius| positions(message, &proposals, radius));
    score.others = others(message, &proposals);
    score
}

/// A proposal is right when an expected position is within reach of it, and found when one of the proposals is.
fn positions(message: &Message, proposals: &[Proposal], radius_km: f64) -> Count {
    let proposed: Vec<Point> = proposals.iter().filter_map(|proposal| proposal.says.point()).collect();
    let expected: Vec<Point> =
        message.positions.iter().filter_map(|[lat, lon]| Point::new(*lat, *lon)).collect();
    let near = |a: &Point, others: &[Point]| others.iter().any(|b| a.distance_m(*b) <= radius_km * 1_000.0);
    Count {
        proposed: proposed.len(),
        expected: expected.len(),
        right: proposed.iter().filter(|point| near(point, &expected)).count(),
        found: expected.iter().filter(|point| near(point, &proposed)).count(),
    }
}

fn others(message: &Message, proposals: &[Proposal]) -> Count {
    let proposed: Vec<String> = proposals.iter().filter_map(|proposal| key(&proposal.says)).collect();
    let mut open = message.others.clone();
    let mut right = 0;
    for key in &proposed {
        if let Some(index) = open.iter().position(|expected| expected == key) {
            open.swap_remove(index);
            right += 1;
        }
    }
    Count { proposed: proposed.len(), expected: message.others.len(), right, found: right }
}

/// A statement without a position, as the corpus writes it.
fn key(says: &Statement) -> Option<String> {
    let of = match says {
        Statement::DistanceFrom { from, .. }
        | Statement::TravelTime { from, .. }
        | Statement::Bearing { from, .. } => from.name.clone(),
        Statement::Border { country, .. } | Statement::Country { country } => country.code().to_owned(),
        Statement::Cell { mcc, .. } => mcc.to_string(),
        Statement::Sun { .. } => return Some("sun".to_owned()),
        Statement::Point { .. } | Statement::Place { .. } | Statement::Landmark { .. } => return None,
    };
    Some(format!("{} {of}", says.kind()))
}

/// A row of the table that a command prints.
impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<4} {:>4} messages", self.language, self.messages)?;
        for (radius, count) in RADII_KM.iter().zip(self.positions) {
            write!(f, "  {radius:>2} km {:.2}/{:.2}", count.precision(), count.recall())?;
        }
        let (silent, spoken) = self.silent;
        write!(
            f,
            "  other clues {:.2}/{:.2}  proposals where none belongs {spoken}/{silent}",
            self.others.precision(),
            self.others.recall()
        )
    }
}
