//! Whose copy some words or a position came from.

use std::collections::HashMap;

use super::{Copies, Copy, Place, SENTENCES, STEPS, WORDS, ends, is_end, parts, shifted};
use crate::authz::Role;
use crate::db::types::Id;
use crate::error::Result;
use crate::operations::plan::Plan;
use crate::text;

/// Letters on each side of the end of a sentence by which it is known again.
const AROUND: usize = 8;

crate::words! {
    /// In what a copy and a text agree.
    pub enum CanaryDetail {
        /// The word of one's own.
        Word = "word",
        /// How the sentence around the word is put.
        Wording = "wording",
        /// A latitude or longitude, to the digits that were given.
        Position = "position",
        /// One space or two after a sentence.
        Spaces = "spaces",
    }
}

/// A plan as it was written.
pub struct Original<'a> {
    /// The operation.
    pub id: Id,
    /// Its words.
    pub plan: &'a Plan,
    /// Latitude and longitude of the target.
    pub target: Option<[f64; 2]>,
    /// Latitude and longitude of the site.
    pub site: Option<[f64; 2]>,
}

/// How well a copy agrees with a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// In how many details.
    pub matches: u32,
    /// Of which kinds.
    pub kinds: Vec<CanaryDetail>,
    /// How probable it is that a copy drawn at random has all of these, 0 to 1.
    pub chance: f64,
}

/// What a text says of the details of a plan, whoever's.
pub struct Trace {
    found: Vec<Found>,
    id: Id,
}

/// A detail on which the text says something.
enum Found {
    /// The text itself, with one space between words: whether a word of one's own is in it is asked for each copy.
    Words(String),
    /// One of the sentences.
    Wording(&'static str),
    /// A number, and how it was written.
    Number { place: Place, axis: usize, truth: f64, seen: Vec<Written> },
    /// The end of a sentence.
    End { part: &'static str, index: usize, is_wide: bool },
}

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Written {
    value: f64,
    /// What its last digit counts.
    unit: f64,
}

impl Written {
    /// Whether somebody wrote `value` like this: rounded, or cut off.
    fn is(self, value: f64) -> bool {
        let off = value - self.value;
        let slack = 1e-10;
        off.abs() <= self.unit / 2.0 + slack
            || (off * value.signum() >= -slack && off.abs() < self.unit - slack)
    }
}

/// Finds in a text whatever tells copies of a plan apart.
pub fn trace(original: &Original<'_>, leaked: &str) -> Trace {
    let plain = format!(" {} ", text::name(leaked));
    let mut found = Vec::new();
    for sentence in SENTENCES {
        if plain.contains(&format!(" {} ", text::name(sentence))) {
            found.push(Found::Wording(sentence));
        }
    }
    let numbers = numbers(leaked);
    for (place, at) in [(Place::Target, original.target), (Place::Site, original.site)] {
        for (axis, truth) in at.into_iter().flatten().enumerate() {
            let near =
                |written: &&Written| (written.value - truth).abs() <= written.unit + shifted(0.0, STEPS);
            let seen: Vec<Written> = numbers.iter().filter(near).copied().collect();
            // So few digits tell no copy from another.
            if !seen.is_empty() && chance_of_number(truth, &seen) < 1.0 {
                found.push(Found::Number { place, axis, truth, seen });
            }
        }
    }
    let seen = ends_seen(leaked);
    let mut plan = original.plan.clone();
    for (part, words) in parts(&mut plan) {
        for (index, at) in ends(words).enumerate() {
            let (before, after) = words.split_at_checked(at).unwrap_or_default();
            if let Some(is_wide) = seen.get(&surroundings(before, after.trim_start_matches(' '))) {
                found.push(Found::End { part, index, is_wide: *is_wide });
            }
        }
    }
    found.push(Found::Words(plain));
    Trace { found, id: original.id }
}

impl Trace {
    /// On how many details the text says anything.
    pub fn tested(&self) -> usize {
        self.found.len()
    }

    /// How well somebody's copy agrees with it.
    ///
    /// # Errors
    /// Never in practice.
    pub fn against(&self, copies: &Copies, user_id: Id, role: Role) -> Result<Agreement> {
        let copy = copies.copy_of(self.id, user_id, role)?;
        let mut agreement = Agreement { matches: 0, kinds: Vec::new(), chance: 1.0 };
        for (kind, chance) in self.found.iter().filter_map(|found| found.chance(&copy)) {
            agreement.matches += 1;
            agreement.chance *= chance;
            if !agreement.kinds.contains(&kind) {
                agreement.kinds.push(kind);
            }
        }
        Ok(agreement)
    }
}

impl Found {
    /// If a copy has it: of which kind it is, and how probable that is for a copy drawn at random.
    fn chance(&self, copy: &Copy) -> Option<(CanaryDetail, f64)> {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let one_of = |many: u64| 1.0 / many as f64;
        let (kind, agrees, chance) = match self {
            Self::Words(plain) => {
                let word = format!(" {} ", text::name(&copy.word()));
                (CanaryDetail::Word, plain.contains(&word), one_of(WORDS))
            }
            Self::Wording(sentence) => {
                let agrees = copy.sentence() == Some(*sentence);
                (CanaryDetail::Wording, agrees, one_of(SENTENCES.len() as u64))
            }
            Self::Number { place, axis, truth, seen } => {
                let steps = copy.offset(*place).get(*axis).copied().unwrap_or(0);
                let agrees = is_seen(shifted(*truth, steps), seen);
                (CanaryDetail::Position, agrees, chance_of_number(*truth, seen))
            }
            Self::End { part, index, is_wide } => {
                (CanaryDetail::Spaces, copy.is_wide(part, *index) == *is_wide, 0.5)
            }
        };
        agrees.then_some((kind, chance))
    }
}

fn is_seen(value: f64, seen: &[Written]) -> bool {
    seen.iter().any(|written| written.is(value))
}

/// The part of all offsets that would be written like this.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn chance_of_number(truth: f64, seen: &[Written]) -> f64 {
    let all = -STEPS..=STEPS;
    let fitting = all.clone().filter(|steps| is_seen(shifted(truth, *steps), seen)).count();
    fitting as f64 / all.count() as f64
}

/// What stands before and after the end of a sentence, whatever the spaces in between.
type Surroundings = (String, String);

fn surroundings(before: &str, after: &str) -> Surroundings {
    let squeezed = |letters: Vec<char>| {
        let mut kept: Vec<char> = Vec::with_capacity(letters.len());
        kept.extend(
            letters.iter().zip(letters.iter().skip(1)).filter(|pair| *pair != (&' ', &' ')).map(|(c, _)| *c),
        );
        kept.extend(letters.last());
        kept
    };
    // Twice as many as are kept, since spaces will go.
    let mut before: Vec<char> = before.chars().rev().take(2 * AROUND).collect();
    before.reverse();
    let before = squeezed(before);
    let after = squeezed(after.chars().take(2 * AROUND).collect());
    (before.iter().skip(before.len().saturating_sub(AROUND)).collect(), after.iter().take(AROUND).collect())
}

/// The ends of sentences in a text, and whether two spaces follow.
fn ends_seen(text: &str) -> HashMap<Surroundings, bool> {
    let mut seen = HashMap::new();
    for (at, mark) in text.char_indices().filter(|(_, c)| is_end(*c)) {
        let Some((before, rest)) = text.split_at_checked(at + mark.len_utf8()) else { continue };
        let after = rest.trim_start_matches(' ');
        let spaces = rest.len() - after.len();
        if (1..=2).contains(&spaces) && after.chars().next().is_some_and(|c| !c.is_whitespace()) {
            seen.insert(surroundings(before, after), spaces == 2);
        }
    }
    seen
}

/// The numbers of a text that have at least four decimals, after a point or a comma.
fn numbers(text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
        let whole = digits(at);
        if whole == 0 {
            at += 1;
            continue;
        }
        let point = at + whole;
        let decimals = if matches!(bytes.get(point), Some(b'.' | b',')) { digits(point + 1) } else { 0 };
        if (1..=3).contains(&whole) && (4..=15).contains(&decimals) {
            let digits = |from: usize, count: usize| text.get(from..from + count).unwrap_or_default();
            let sign = if at > 0 && bytes.get(at - 1) == Some(&b'-') { "-" } else { "" };
            let number = format!("{sign}{}.{}", digits(at, whole), digits(point + 1, decimals));
            let unit = format!("1e-{decimals}").parse();
            if let (Ok(value), Ok(unit)) = (number.parse(), unit) {
                found.push(Written { value, unit });
            }
        }
        at = point + if decimals > 0 { 1 + decimals } else { 0 };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::{copies, plan};
    use super::super::{Marked, mark};
    use super::*;
    use crate::http::number::{Latitude, Longitude};
    use crate::operations::plan::Target;

    const TARGET: [f64; 2] = [16.687_1, 98.512_9];
    const STAFF: u128 = 40;

    fn operation() -> Id {
        Id::from_slice(&[9; 16]).unwrap()
    }

    /// What a user would see: plan, position and word.
    fn seen(user: u128, role: Role) -> (Plan, Target, String) {
        let [lat, lon] = TARGET;
        let (mut words, mut target) =
            (plan(), Target { lat: Latitude::new(lat).unwrap(), lon: Longitude::new(lon).unwrap() });
        let marked = Marked { plan: Some(&mut words), target: Some(&mut target), site: None };
        let word = mark(&copies(user, role), operation(), marked).unwrap();
        (words, target, word)
    }

    /// Everybody by how many details they share with a text.
    fn ranked(leaked: &str) -> Vec<(u128, Agreement)> {
        let words = plan();
        let original = Original { id: operation(), plan: &words, target: Some(TARGET), site: None };
        let trace = trace(&original, leaked);
        let one = |user: u128| {
            let copies = copies(user, Role::FieldOfficer);
            (user, trace.against(&copies, copies.user_id, copies.role).unwrap())
        };
        let mut all: Vec<_> = (0..STAFF).map(one).collect();
        all.sort_by(|a, b| b.1.matches.cmp(&a.1.matches).then(a.1.chance.total_cmp(&b.1.chance)));
        all
    }

    #[test]
    fn each_detail_alone_points_at_its_copy() {
        let (words, target, word) = seen(17, Role::FieldOfficer);
        let (lat, lon) = (target.lat.get(), target.lon.get());
        for (leaked, kind) in [
            (format!("he said {} to me", word.to_uppercase()), CanaryDetail::Word),
            (format!("they wait at {lat:.7}, {lon:.7} tonight"), CanaryDetail::Position),
            (format!("{lat:.6} {lon:.6}").replace('.', ","), CanaryDetail::Position),
        ] {
            let all = ranked(&leaked);
            assert_eq!((all[0].0, all[0].1.kinds.as_slice()), (17, &[kind][..]), "{leaked}");
            assert!(
                all[0].1.matches > all[1].1.matches && all[0].1.chance < 0.01,
                "{leaked}: {:?}",
                &all[..2]
            );
        }
        // Four sentences tell sixteen copies apart, not forty.
        let pasted = format!("fwd: {}\n{}", words.objective, words.approach);
        let all = ranked(&pasted);
        let best: Vec<u128> = all
            .iter()
            .take_while(|(_, found)| found.matches == all[0].1.matches)
            .map(|(user, _)| *user)
            .collect();
        assert!(best.contains(&17) && best.len() < 10, "{best:?}");
        let all = ranked(&format!("{pasted} {}", words.communications));
        assert_eq!((all[0].0, all[0].1.kinds.len()), (17, 3));
    }

    #[test]
    fn what_tells_nothing_points_at_nobody() {
        for leaked in ["they go to the river", "16.6871 98.5129", "16.69, 98.51", "call 16.12345678 now", ""]
        {
            assert!(ranked(leaked).iter().all(|(_, found)| found.matches == 0), "{leaked}");
        }
    }

    #[test]
    fn the_plan_as_it_was_written_points_at_who_wrote_it() {
        let (words, ..) = seen(3, Role::Coordinator);
        let original = Original { id: operation(), plan: &words, target: Some(TARGET), site: None };
        let leaked = format!("{} {} 16.6871000 98.5129000", words.objective, words.approach);
        let trace = trace(&original, &leaked);
        let plain = copies(3, Role::Coordinator);
        assert_eq!(trace.against(&plain, plain.user_id, plain.role).unwrap().matches, 6);
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let read = |text: &str| numbers(text).into_iter().map(|number| number.value).collect::<Vec<_>>();
        assert_eq!(read("at 16.68712N,98,51234E -7.12345"), [16.687_12, 98.512_34, -7.123_45]);
        assert_eq!(read("1.234 2026.12345 1.2345678901234567 v1.2.3 16.6871.5"), [16.687_1]);
        let written = Written { value: 16.687_12, unit: 1e-5 };
        assert!(written.is(16.687_124) && written.is(16.687_116) && written.is(16.687_129));
        assert!(!written.is(16.687_131) && !written.is(16.687_114));
    }
}
