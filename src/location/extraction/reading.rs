//! A text, read: what is named in it and what is said around the names. All positions are in characters of the text
//! as given.

use super::super::borders::{Borders, Country};
use super::super::gazetteer::{Gazetteer, Mention, PlaceKind};
use super::super::geo::Point;
use super::super::notation::{self, Folded, Found};
use super::clauses::{Clause, clauses};
use super::lexicon::{Marker, Role, is_spaced, markers, simplified};
use super::weigh::Weigher;
use super::{Candidate, Context, Proposal, Quote, Statement};

/// Somewhere that is named.
pub struct Subject<'a> {
    /// Where the name begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it names.
    pub what: What<'a>,
}

/// What a name names.
pub enum What<'a> {
    /// Places.
    Place(Mention<'a>),
    /// A country.
    Nation(Country),
}

impl Subject<'_> {
    /// The kind of the likeliest place.
    pub fn kind(&self) -> PlaceKind {
        match &self.what {
            What::Place(mention) => {
                mention.candidates.first().map_or(PlaceKind::Landmark, |first| first.place.kind)
            }
            What::Nation(_) => PlaceKind::Country,
        }
    }

    /// How sure one can be that it is a name of a place.
    pub fn confidence(&self) -> f64 {
        match &self.what {
            What::Place(mention) => mention.confidence,
            What::Nation(_) => 1.0,
        }
    }

    /// The country, if it is one.
    pub fn nation(&self) -> Option<Country> {
        match self.what {
            What::Place(_) => None,
            What::Nation(country) => Some(country),
        }
    }

    /// The mention, if it is of places.
    pub fn mention(&self) -> Option<&Mention<'_>> {
        match &self.what {
            What::Place(mention) => Some(mention),
            What::Nation(_) => None,
        }
    }
}

/// A text with all that was found in it.
pub struct Reading<'a> {
    /// Its characters as given.
    pub chars: Vec<char>,
    /// What is known beside it.
    pub context: &'a Context,
    /// Positions that are written out.
    pub found: Vec<Found>,
    /// Phrases, in order; none inside a name.
    pub markers: Vec<Marker>,
    /// Names, in order.
    pub subjects: Vec<Subject<'a>>,
    /// The clauses.
    pub clauses: Vec<Clause>,
    /// The networks named.
    pub networks: Vec<(usize, usize, u16, Option<u16>, f64)>,
    weigher: Weigher,
    /// What stands before each character, in the measure of a gap.
    weights: Vec<f64>,
}

impl<'a> Reading<'a> {
    /// Reads a text.
    pub fn new(text: &str, context: &'a Context, gazetteer: &'a Gazetteer, borders: &Borders) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let found = notation::find(text, &|point: Point| borders.in_china(point));
        let folded = Folded::new(text);
        let lower: Vec<char> = folded.from(0).iter().map(|c| simplified(lower(*c))).collect();
        let phrases = |letters: &[char]| -> Vec<Marker> {
            let span = |mark: Marker| {
                let (start, end) = folded.span(mark.start, mark.end);
                Marker { start, end, ..mark }
            };
            markers(letters).into_iter().map(span).collect()
        };
        let mentions = places(gazetteer.find(text), &phrases(&lower), &found);
        // No phrase begins inside of a name and ends behind it.
        let mut masked = lower;
        for (index, letter) in masked.iter_mut().enumerate() {
            let (start, end) = folded.span(index, index + 1);
            if overlaps(&mentions, start, end) {
                *letter = '\u{1}';
            }
        }
        let mut marks = phrases(&masked);
        let subjects = subjects(mentions, &mut marks, &found);
        let clauses = clauses(&chars, &marks, &subjects, &found);
        let networks = gazetteer.find_networks(text);
        let networks = networks.iter().map(|network| {
            let mnc = if let [only] = network.mncs { Some(*only) } else { None };
            (network.start, network.end, network.mcc, mnc, network.confidence)
        });
        let weigher = Weigher::new(&text.to_lowercase(), context, &subjects, &found);
        let networks = networks.collect();
        let sums = chars.iter().scan(0.0, |sum, c| {
            *sum += weight(*c);
            Some(*sum)
        });
        let weights = std::iter::once(0.0).chain(sums).collect();
        Self { chars, context, found, markers: marks, subjects, clauses, networks, weigher, weights }
    }

    /// The candidates of a mention, weighed by all that the text and the case say.
    pub fn candidates(&self, mention: &Mention<'_>) -> Vec<Candidate> {
        self.weigher.weigh(mention)
    }

    /// How much stands between two positions: about one for each syllable, spaces not counted.
    pub fn gap(&self, from: usize, to: usize) -> f64 {
        let before = |at: usize| self.weights.get(at).or(self.weights.last()).copied().unwrap_or(0.0);
        (before(to) - before(from)).max(0.0)
    }

    /// The clause at a position.
    pub fn clause(&self, at: usize) -> &Clause {
        const NONE: &Clause = &Clause { start: 0, end: usize::MAX, sentence: 0, asks: false };
        self.clauses.get(self.clause_index(at)).unwrap_or(NONE)
    }

    /// The index of the clause at a position.
    pub fn clause_index(&self, at: usize) -> usize {
        self.clauses.partition_point(|clause| clause.end <= at).min(self.clauses.len().saturating_sub(1))
    }

    /// The range of the sentence at a position.
    pub fn sentence(&self, at: usize) -> (usize, usize) {
        let here = self.clause_index(at);
        let sentence = self.clauses.get(here).map(|clause| clause.sentence);
        let same = |clause: &&Clause| Some(clause.sentence) == sentence;
        let before = self
            .clauses
            .get(..=here)
            .unwrap_or_default()
            .iter()
            .rev()
            .take(NEAR_CLAUSES)
            .take_while(same)
            .last();
        let after = self.clauses.iter().skip(here).take(NEAR_CLAUSES).take_while(same).last();
        (before.map_or(0, |clause| clause.start), after.map_or(self.chars.len(), |clause| clause.end))
    }

    /// The phrases that lie wholly in a range.
    pub fn markers_in(&self, start: usize, end: usize) -> impl DoubleEndedIterator<Item = &Marker> {
        let first = self.markers.partition_point(|marker| marker.start < start);
        let last = self.markers.partition_point(|marker| marker.start < end);
        let range = self.markers.get(first..last.max(first)).unwrap_or_default();
        range.iter().filter(move |marker| marker.end <= end)
    }

    /// Whether a phrase of a role lies in a range.
    pub fn has(&self, start: usize, end: usize, role: Role) -> bool {
        self.markers_in(start, end).any(|marker| marker.role == role)
    }

    /// A proposal that quotes a range, spaces at its ends left out.
    pub fn proposal(
        &self,
        says: Statement,
        start: usize,
        end: usize,
        reliability: char,
        credibility: u8,
    ) -> Proposal {
        let quoted = self.chars.get(start..end).unwrap_or_default();
        let is_outside = |c: &&char| c.is_whitespace() || matches!(**c, ',' | '.' | '，' | '。');
        let leading = quoted.iter().take_while(is_outside).count();
        let trailing = quoted.iter().rev().take_while(is_outside).count().min(quoted.len() - leading);
        let (start, end) = (start + leading, end - trailing);
        let text = self.chars.get(start..end).unwrap_or_default().iter().collect();
        Proposal { says, quote: Quote { text, start, end }, reliability, credibility }
    }

    /// A range as a string.
    pub fn string(&self, start: usize, end: usize) -> String {
        self.chars.get(start..end).unwrap_or_default().iter().collect()
    }
}

/// What a character weighs in a gap.
fn weight(c: char) -> f64 {
    // Vowels, tones and what else is written around a consonant.
    let is_mark = matches!(
        c,
        '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{eb1}' | '\u{eb4}'..='\u{ebc}' | '\u{102b}'..='\u{103e}'
        | '\u{17b4}'..='\u{17d3}' | '\u{17dd}'
    );
    if c.is_whitespace() || is_mark {
        0.0
    } else if is_spaced(c) || c.is_ascii_digit() {
        0.25
    } else if ('\u{e00}'..='\u{17ff}').contains(&c) {
        // Several letters to a syllable.
        0.6
    } else if c.is_alphanumeric() {
        1.0
    } else {
        0.5
    }
}

/// Lower case that keeps one character one.
fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    lower.next().filter(|_| lower.next().is_none()).unwrap_or(c)
}

/// The places named in a text that are no countries, no part of a position and no common words.
fn places<'a>(mentions: Vec<Mention<'a>>, marks: &[Marker], found: &[Found]) -> Vec<Subject<'a>> {
    let kept = mentions.into_iter().filter(|mention| {
        let is_country =
            mention.candidates.first().is_some_and(|first| first.place.kind == PlaceKind::Country);
        let doubtful = mention.confidence < 0.95 && is_in_phrase(marks, mention.start, mention.end);
        !is_country && !doubtful && !in_notation(found, mention.start, mention.end)
    });
    kept.map(|mention| Subject { start: mention.start, end: mention.end, what: What::Place(mention) })
        .collect()
}

/// Whether a range is part of a position.
fn in_notation(found: &[Found], start: usize, end: usize) -> bool {
    let next = found.partition_point(|found| found.end <= start);
    found.get(next).is_some_and(|found| found.start < end)
}

/// The names of a text, countries among them; what is left of the phrases are those that are no names.
fn subjects<'a>(places: Vec<Subject<'a>>, marks: &mut Vec<Marker>, found: &[Found]) -> Vec<Subject<'a>> {
    let nations: Vec<Subject<'a>> =
        marks.iter().filter_map(nation).filter(|mark| !overlaps(&places, mark.start, mark.end)).collect();
    let mut subjects = places;
    subjects.extend(nations);
    subjects.sort_by_key(|subject| subject.start);
    subjects.truncate(MOST_NAMES);
    marks.retain(|mark| {
        let is_nation = matches!(mark.role, Role::Nation(_));
        !is_nation && !overlaps(&subjects, mark.start, mark.end) && !in_notation(found, mark.start, mark.end)
    });
    subjects
}

fn nation<'a>(mark: &Marker) -> Option<Subject<'a>> {
    let Role::Nation(code) = mark.role else { return None };
    let country = str::from_utf8(&code).ok().and_then(Country::new)?;
    Some(Subject { start: mark.start, end: mark.end, what: What::Nation(country) })
}

/// Whether one of some names, which stand in order, covers a part of a range.
fn overlaps(subjects: &[Subject<'_>], start: usize, end: usize) -> bool {
    let next = subjects.partition_point(|subject| subject.end <= start);
    subjects.get(next).is_some_and(|subject| subject.start < end)
}

/// Whether a range is part of a phrase that is as long.
fn is_in_phrase(marks: &[Marker], start: usize, end: usize) -> bool {
    let first = marks.partition_point(|mark| mark.start + LONGEST_PHRASE < start);
    let near = marks.get(first..).unwrap_or_default().iter().take_while(|mark| mark.start < end);
    near.into_iter().any(|mark| start < mark.end && mark.end - mark.start >= end - start)
}

/// So many clauses to either side belong to a sentence at most.
const NEAR_CLAUSES: usize = 6;

/// A text with more names is no message but a list, and nobody is at all of its places.
const MOST_NAMES: usize = 400;

/// No phrase has more characters.
const LONGEST_PHRASE: usize = 80;
