//! Cases that point at the same place, and what they say together of how many are held there.

use std::collections::{BTreeSet, HashMap};

use super::answer::Estimate;

/// What two answers have in common.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct Overlap {
    /// How alike they are in space: 0 for apart, 1 for the same (Bhattacharyya coefficient over townships).
    pub alike: f64,
    /// How probable it is that both are at the same known site.
    pub same_site: f64,
    /// The sites at which both may be, with the probability of that, the most probable first.
    pub shared: Vec<(u128, f64)>,
}

/// A shared site is named from this on.
const NAMED_FROM: f64 = 0.02;
const MAX_SHARED: usize = 5;

/// Compares two answers.
#[must_use]
pub fn overlap(a: &Estimate, b: &Estimate) -> Overlap {
    let townships: HashMap<u64, f32> = b.footprint.iter().copied().collect();
    let alike: f64 = a
        .footprint
        .iter()
        .filter_map(|(cell, mass)| Some((f64::from(*mass) * f64::from(*townships.get(cell)?)).sqrt()))
        .sum();
    let sites: HashMap<u128, f64> = b.sites.iter().copied().collect();
    let mut shared: Vec<(u128, f64)> =
        a.sites.iter().filter_map(|(id, probability)| Some((*id, probability * sites.get(id)?))).collect();
    let same_site = shared.iter().map(|(_, probability)| probability).sum();
    shared.retain(|(_, probability)| *probability >= NAMED_FROM);
    shared.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shared.truncate(MAX_SHARED);
    Overlap { alike: alike.clamp(0.0, 1.0), same_site, shared }
}

/// A person who may be held at a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// Who, by an id that is the same wherever they are known.
    pub person: u128,
    /// How probable it is that they are there.
    pub probability: f64,
}

/// Names known to one source of names, such as the cases of one organisation, or the list of one survivor.
pub type List = BTreeSet<u128>;

/// How many are held.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct HeldCount {
    /// Expected number among the persons known.
    pub expected_known: f64,
    /// At least so many of the persons known are there, with a probability of 95%.
    pub at_least: usize,
    /// The largest and the median number that somebody reported, if anybody did.
    pub reported: Option<(u32, u32)>,
    /// How many there are in all, from how many two lists share; none without two lists that share a name.
    pub recapture: Option<Recapture>,
    /// What must hold for these numbers.
    pub assumptions: Vec<&'static str>,
}

/// An estimate from two lists of names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recapture {
    /// Chapman's estimator.
    pub estimate: f64,
    /// The lower end of a 95% interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// How many names both lists hold.
    pub shared: usize,
}

/// More persons than this are not told apart one by one.
const MAX_PERSONS: usize = 5_000;

/// The largest number that is reached with a probability of 95% when each is there independently.
fn at_least(held: &[Held]) -> usize {
    // The chance of each count, person by person; at most 5,000 squared additions.
    let mut chance = vec![1.0_f64];
    for held in held.iter().take(MAX_PERSONS) {
        let there = share(held.probability);
        let mut next = vec![0.0; chance.len() + 1];
        for (count, probability) in chance.iter().enumerate() {
            if let Some(same) = next.get_mut(count) {
                *same += probability * (1.0 - there);
            }
            if let Some(more) = next.get_mut(count + 1) {
                *more += probability * there;
            }
        }
        chance = next;
    }
    let mut reached = 0.0;
    for (count, probability) in chance.iter().enumerate().rev() {
        reached += probability;
        if reached >= 0.95 {
            return count;
        }
    }
    0
}

fn share(probability: f64) -> f64 {
    if probability.is_finite() { probability.clamp(0.0, 1.0) } else { 0.0 }
}

/// Chapman's estimate from two lists, with a log-normal interval that never falls below the names known.
#[must_use]
pub fn recapture(first: &List, second: &List) -> Option<Recapture> {
    let shared = first.intersection(second).count();
    if shared == 0 {
        return None;
    }
    let (a, b, both) = (first.len() as f64, second.len() as f64, shared as f64);
    let estimate = (a + 1.0) * (b + 1.0) / (both + 1.0) - 1.0;
    let variance = (a + 1.0) * (b + 1.0) * (a - both) * (b - both) / ((both + 1.0).powi(2) * (both + 2.0));
    let known = a + b - both;
    let unseen = estimate - known;
    if unseen <= 0.0 {
        return Some(Recapture { estimate, low: known, high: known, shared });
    }
    let spread = (1.96 * (1.0 + variance / (unseen * unseen)).ln().sqrt()).exp();
    Some(Recapture { estimate, low: known + unseen / spread, high: known + unseen * spread, shared })
}

/// How many are held at a site, from the cases that point there, reported numbers and lists of names.
#[must_use]
pub fn held_count(held: &[Held], reported: &[u32], lists: Option<(&List, &List)>) -> HeldCount {
    let mut by_person: HashMap<u128, f64> = HashMap::new();
    for held in held {
        // Two cases of one person are one person.
        let known = by_person.entry(held.person).or_default();
        *known = known.max(share(held.probability));
    }
    let mut once: Vec<Held> =
        by_person.into_iter().map(|(person, probability)| Held { person, probability }).collect();
    once.sort_by_key(|held| held.person);
    let mut reported = reported.to_vec();
    reported.sort_unstable();
    let recapture = lists.and_then(|(first, second)| recapture(first, second));
    let mut assumptions = vec!["Whether one person is there does not depend on whether another is."];
    if recapture.is_some() {
        assumptions.extend([
            "Nobody came or left between the two lists.",
            "Everybody there is as likely to be on a list, and being on one makes the other no likelier.",
            "The same person is recognised on both lists, and two persons are not taken for one.",
        ]);
    }
    if !reported.is_empty() {
        assumptions.push("Reported numbers are guesses, and may count staff or one another's guesses.");
    }
    HeldCount {
        expected_known: once.iter().map(|held| held.probability).sum(),
        at_least: at_least(&once),
        reported: reported.last().copied().zip(reported.get(reported.len() / 2).copied()),
        recapture,
        assumptions,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lists_tell_how_many_are_on_neither() {
        let (first, second): (List, List) = ((0..50).collect(), (30..90).collect());
        let found = recapture(&first, &second).unwrap();
        assert_eq!(found.shared, 20);
        // 51 * 61 / 21 - 1.
        assert!((found.estimate - 147.142_857).abs() < 1e-3);
        assert!(found.low >= 90.0 && found.low < found.estimate && found.high > found.estimate, "{found:?}");
        assert_eq!(recapture(&first, &(100..120).collect()), None);
        assert_eq!(recapture(&first, &first).unwrap().high, 50.0);
    }

    #[test]
    fn a_lower_bound_counts_a_person_once_and_is_careful() {
        let sure: Vec<Held> = (0..4).map(|person| Held { person, probability: 1.0 }).collect();
        assert_eq!(held_count(&sure, &[], None).at_least, 4);
        let twice: Vec<Held> = sure.iter().chain(&sure).copied().collect();
        assert_eq!(held_count(&twice, &[], None).at_least, 4);
        let half: Vec<Held> = (0..10).map(|person| Held { person, probability: 0.5 }).collect();
        let count = held_count(&half, &[200, 40, 3000], None);
        // P(X >= 2) = 0.989, P(X >= 3) = 0.945.
        assert_eq!(count.at_least, 2);
        assert_eq!(count.reported, Some((3000, 200)));
        assert_eq!(count.assumptions.len(), 2);
        assert_eq!(held_count(&[Held { person: 1, probability: f64::NAN }], &[], None).at_least, 0);
    }
}
