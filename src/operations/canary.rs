//! Details by which the copies of a plan differ, so that it can be told whose copy went astray.
//!
//! They follow from operation and user by a keyed hash and are kept nowhere. None of them changes what anybody does: a
//! position moves by less than 1.5 m, a sentence ends with one space or two, and a line asks to confirm with a word of
//! one's own. Coordinators, who write plans, see them plain; of theirs only the word is their own.
//!
//! What somebody retells in their own words carries none of it.

mod trace;

use super::plan::{Plan, Target};
use super::view::OperationSite;
use crate::authz::{Role, Tx};
use crate::crypto::Secret;
use crate::db::types::Id;
use crate::error::Result;
use crate::http::number::{Latitude, Longitude};

pub use self::trace::{CanaryDetail, Original, trace};

/// A position moves by so many ten-millionths of a degree at the most, in each direction: a metre.
const STEPS: i64 = 90;
/// Degrees in a step.
const STEP: f64 = 1e-7;

/// Said on the radio all over the world, and in neither code names nor pseudonyms.
const LETTERS: [&str; 26] = [
    "Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett", "Kilo",
    "Lima", "Mike", "November", "Oscar", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Uniform", "Victor",
    "Whiskey", "X-ray", "Yankee", "Zulu",
];
/// So many numbers follow them, from 10.
const NUMBERS: u64 = 90;
/// So many words there are.
const WORDS: u64 = 26 * 26 * NUMBERS;

/// Ways to say the same, before the word. None is a part of another, or it would be found with it.
const SENTENCES: [&str; 8] = [
    "Confirm receipt with",
    "Confirm that you have read this with",
    "Once you have read this, say",
    "When you have read this, answer with",
    "Acknowledge this plan with",
    "Your word of receipt is",
    "After reading this, report",
    "Tell us that you have it with",
];

/// The copies that one user gets.
pub struct Copies {
    key: Secret,
    user_id: Id,
    role: Role,
}

impl Copies {
    /// Those of the caller.
    ///
    /// # Errors
    /// Never in practice.
    pub fn of(tx: &Tx<'_, '_>) -> Result<Self> {
        let key = tx.services.keyring.lookup(tx.scope.organisation_id, "operations.canary")?;
        Ok(Self { key, user_id: tx.scope.user_id, role: tx.scope.role })
    }

    fn copy(&self, operation: Id) -> Result<Copy> {
        self.copy_of(operation, self.user_id, self.role)
    }

    fn copy_of(&self, operation: Id, user_id: Id, role: Role) -> Result<Copy> {
        let seed = self.key.derive(&[operation.as_bytes(), user_id.as_bytes()])?;
        Ok(Copy { seed, is_plain: role == Role::Coordinator })
    }
}

/// Which of the positions of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Target,
    Site,
}

/// One user's copy of one plan.
struct Copy {
    seed: Secret,
    /// Whether it is the plan as it was written.
    is_plain: bool,
}

impl Copy {
    fn number(&self, what: &[&[u8]]) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.seed.mac(what);
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// The word of one's own: two letters of the radio alphabet and a number.
    fn word(&self) -> String {
        let number = self.number(&[b"word"]);
        let letter =
            |index: u64| usize::try_from(index % 26).ok().and_then(|index| LETTERS.get(index)).copied();
        let (first, second) = (letter(number), letter(number / 26));
        let (first, second) = (first.unwrap_or_default(), second.unwrap_or_default());
        format!("{first} {second} {}", 10 + number / 676 % NUMBERS)
    }

    /// The sentence before the word; none in a plain copy.
    fn sentence(&self) -> Option<&'static str> {
        let index = self.number(&[b"sentence"]) % SENTENCES.len() as u64;
        SENTENCES.get(usize::try_from(index).ok()?).copied().filter(|_| !self.is_plain)
    }

    /// How far a place moves north and east, in steps.
    fn offset(&self, place: Place) -> [i64; 2] {
        if self.is_plain {
            return [0, 0];
        }
        let label: &[u8] = match place {
            Place::Target => b"target",
            Place::Site => b"site",
        };
        let steps = |direction: &[u8]| {
            let number = self.number(&[b"offset", label, direction]) % (2 * STEPS.unsigned_abs() + 1);
            i64::try_from(number).unwrap_or(0) - STEPS
        };
        [steps(b"north"), steps(b"east")]
    }

    fn moved(&self, place: Place, (lat, lon): (Latitude, Longitude)) -> (Latitude, Longitude) {
        let [north, east] = self.offset(place);
        // At the very edge of the earth it stays.
        (
            Latitude::new(shifted(lat.get(), north)).unwrap_or(lat),
            Longitude::new(shifted(lon.get(), east)).unwrap_or(lon),
        )
    }

    /// Whether the sentence that ends there, counted within its part of the plan, is followed by two spaces.
    fn is_wide(&self, part: &str, index: usize) -> bool {
        let bits = self.seed.mac(&[b"spaces", part.as_bytes()]);
        let byte = bits.get(index / 8 % bits.len()).copied().unwrap_or(0);
        !self.is_plain && byte >> (index % 8) & 1 == 1
    }

    fn spaced(&self, part: &str, words: &str) -> String {
        let mut spaced = String::with_capacity(words.len() + 8);
        let mut from = 0;
        for (index, at) in ends(words).enumerate() {
            spaced.push_str(words.get(from..at).unwrap_or_default());
            if self.is_wide(part, index) {
                spaced.push(' ');
            }
            from = at;
        }
        spaced.push_str(words.get(from..).unwrap_or_default());
        spaced
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few steps")]
fn shifted(degrees: f64, steps: i64) -> f64 {
    degrees + steps as f64 * STEP
}

/// Where the single space after a sentence begins, in bytes.
fn ends(words: &str) -> impl Iterator<Item = usize> {
    let letters: Vec<(usize, char)> = words.char_indices().collect();
    let end = |window: &[(usize, char)]| match window {
        [(_, mark), (at, ' '), (_, next)] if is_end(*mark) && !next.is_whitespace() => Some(*at),
        _ => None,
    };
    letters.windows(3).filter_map(end).collect::<Vec<_>>().into_iter()
}

const fn is_end(mark: char) -> bool {
    matches!(mark, '.' | '!' | '?' | '။' | '។')
}

/// The parts of a plan that are written in sentences.
fn parts(plan: &mut Plan) -> [(&'static str, &mut String); 5] {
    let Plan {
        objective,
        approach,
        routes,
        communications,
        abort_criteria,
        risks: _,
        check_ins: _,
        exit_documents: _,
        receiving: _,
    } = plan;
    [
        ("objective", objective),
        ("approach", approach),
        ("routes", routes),
        ("communications", communications),
        ("abort_criteria", abort_criteria),
    ]
}

/// What of an operation is marked.
#[derive(Debug, Default)]
pub struct Marked<'a> {
    /// How it is meant to go.
    pub plan: Option<&'a mut Plan>,
    /// Where it goes to.
    pub target: Option<&'a mut Target>,
    /// The site that it goes to.
    pub site: Option<&'a mut OperationSite>,
}

/// Makes the plan of an operation the copy of one user; gives the word by which this copy is known.
///
/// # Errors
/// Never in practice.
pub fn mark(copies: &Copies, operation: Id, marked: Marked<'_>) -> Result<String> {
    let copy = copies.copy(operation)?;
    let word = copy.word();
    if let Some(plan) = marked.plan {
        for (part, words) in parts(plan) {
            *words = copy.spaced(part, words);
        }
        if let Some(sentence) = copy.sentence() {
            if !plan.communications.is_empty() {
                plan.communications.push('\n');
            }
            plan.communications.push_str(&format!("{sentence} {word}."));
        }
    }
    if let Some(target) = marked.target {
        (target.lat, target.lon) = copy.moved(Place::Target, (target.lat, target.lon));
    }
    if let Some(site) = marked.site {
        (site.lat, site.lon) = copy.moved(Place::Site, (site.lat, site.lon));
    }
    Ok(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::db::types::Time;
    use crate::location::geo::Point;
    use crate::text;

    pub(super) fn copies(user: u128, role: Role) -> Copies {
        let user_id = Id::from_slice(&user.to_be_bytes()).unwrap();
        Copies { key: Secret::from_slice(&[5; 32]).unwrap(), user_id, role }
    }

    pub(super) fn plan() -> Plan {
        Plan {
            objective: "Receive two men at the river. Bring them to the farm.".to_owned(),
            approach: "From our bank only. No lights! Is the dog there? Then wait.".to_owned(),
            ..Plan::default()
        }
    }

    proptest! {
        #[test]
        fn no_copy_leads_anybody_elsewhere(user in 0..10_000_u128, lat in -80.0..80.0_f64, lon in -179.0..179.0_f64) {
            let true_target = Target { lat: Latitude::new(lat).unwrap(), lon: Longitude::new(lon).unwrap() };
            let (mut target, mut words) = (true_target, plan());
            let marked = Marked { plan: Some(&mut words), target: Some(&mut target), site: None };
            let word = mark(&copies(user, Role::FieldOfficer), Id::at(Time::from_micros(0)), marked).unwrap();
            let point = |at: Target| Point { lat: at.lat.get(), lon: at.lon.get() };
            prop_assert!(point(target).distance_m(point(true_target)) < 1.5);
            let squeezed = |words: &str| words.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(squeezed(&words.objective), plan().objective);
            prop_assert_eq!(squeezed(&words.approach), plan().approach);
            prop_assert_eq!(&words.routes, "");
            let ending = format!(" {word}.");
            prop_assert!(words.communications.ends_with(&ending), "{}", words.communications);
        }

        #[test]
        fn a_coordinators_copy_is_the_plan(user in 0..1_000_u128) {
            let mut words = plan();
            let marked = Marked { plan: Some(&mut words), ..Marked::default() };
            mark(&copies(user, Role::Coordinator), Id::at(Time::from_micros(0)), marked).unwrap();
            prop_assert_eq!(words, plan());
        }
    }

    #[test]
    fn no_sentence_is_found_in_another() {
        let plain = SENTENCES.map(|sentence| format!(" {} ", text::name(sentence)));
        for (index, sentence) in plain.iter().enumerate() {
            let holding = plain.iter().filter(|other| other.contains(sentence.trim_end())).count();
            assert_eq!(holding, 1, "{}", SENTENCES[index]);
        }
    }

    #[test]
    fn sentences_end_where_a_reader_would_say() {
        assert_eq!(ends("One. Two!  Three? Four.5 v. Six.").collect::<Vec<_>>(), [4, 17, 27]);
        assert_eq!(ends("ယခု။ နောက်").count(), 1);
        assert_eq!(ends(".").count() + ends("").count() + ends(". ").count(), 0);
    }
}
