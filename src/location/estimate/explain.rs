//! Why the answer is what it is: each clue and each source is left out once.

use super::answer::{Leader, Moment};
use super::evidence::Evidence;
use super::problem::Problem;
use super::sketch::Sketch;

/// More clues or sources than this are not left out one by one; the first are.
const MAX_LEFT_OUT: usize = 80;

/// What was left out.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub enum Part {
    /// A clue, by its id.
    Clue(u128),
    /// All clues of a source, by its key.
    Source(String),
}

/// What a clue or a source is worth.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct Contribution {
    /// Which.
    pub part: Part,
    /// What it adds to the odds of the leading place against the next one, in tenths of a power of ten.
    pub decibans: f64,
    /// What would lead without it.
    pub top_without: Leader,
    /// How probable that would be.
    pub probability_without: f64,
    /// How much the answer with it tells over the one without it, in bits.
    pub kl: f64,
}

/// What states are told apart by: their site, or for unlisted places their area.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Site(usize),
    Unlisted(usize),
    Outside,
}

fn kind(problem: &Problem<'_>, state: usize, area: usize) -> Kind {
    let space = problem.space;
    if state < space.first_node {
        return Kind::Unlisted(area);
    }
    space.node_site.get(state - space.first_node).map_or(Kind::Outside, |site| Kind::Site(*site))
}

/// Probabilities by what states are told apart by.
fn by_kind(
    problem: &Problem<'_>,
    sketch: &Sketch,
    probabilities: &[f64],
) -> std::collections::BTreeMap<Kind, f64> {
    let mut sums = std::collections::BTreeMap::new();
    for ((state, area), probability) in sketch.states.iter().zip(&sketch.areas).zip(probabilities) {
        *sums.entry(kind(problem, *state, *area)).or_insert(0.0) += probability;
    }
    sums
}

fn leader(problem: &Problem<'_>, sums: &std::collections::BTreeMap<Kind, f64>) -> (Leader, f64) {
    let (mut unlisted, mut top) = (0.0, (Leader::Outside, 0.0));
    for (kind, probability) in sums {
        let leader = match kind {
            Kind::Unlisted(_) => {
                unlisted += probability;
                continue;
            }
            Kind::Outside => Leader::Outside,
            Kind::Site(site) => {
                problem.space.sites.get(*site).map_or(Leader::Outside, |site| Leader::Site(site.id))
            }
        };
        if *probability > top.1 {
            top = (leader, *probability);
        }
    }
    if unlisted > top.1 { (Leader::Unlisted, unlisted) } else { top }
}

/// What led at each time at which something was heard, by what had been heard.
pub(super) fn history(problem: &Problem<'_>, sketch: &Sketch) -> Vec<Moment> {
    let moment = |(day, probabilities): &(f64, Vec<f64>)| {
        let (top, probability) = leader(problem, &by_kind(problem, sketch, probabilities));
        Moment { day: *day, top, probability }
    };
    sketch.filtered.iter().map(moment).collect()
}

/// The leader and the next one that is another place: what is unlisted around a site is hardly told from it.
fn pair(problem: &Problem<'_>, order: &[(Kind, f64)]) -> Option<(Kind, Kind)> {
    let (first, _) = order.first()?;
    let around = match first {
        Kind::Site(site) => {
            let node = problem.space.node_site.iter().position(|of| of == site)?;
            Some(Kind::Unlisted(problem.space.area_of(problem.space.first_node + node)))
        }
        _ => None,
    };
    let second = order.iter().skip(1).find(|(kind, _)| Some(*kind) != around)?;
    Some((*first, second.0))
}

fn compare(
    problem: &Problem<'_>,
    sketch: &Sketch,
    with: &std::collections::BTreeMap<Kind, f64>,
    part: Part,
    skip: &dyn Fn(usize) -> bool,
) -> Contribution {
    const TINY: f64 = 1e-12;
    let without = by_kind(problem, sketch, &sketch.without(problem, skip));
    let of = |sums: &std::collections::BTreeMap<Kind, f64>, kind: Kind| {
        sums.get(&kind).copied().unwrap_or(0.0).max(TINY)
    };
    let mut order: Vec<(Kind, f64)> = with.iter().map(|(kind, probability)| (*kind, *probability)).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let pair = pair(problem, &order);
    let odds =
        |sums: &std::collections::BTreeMap<Kind, f64>| pair.map_or(1.0, |(a, b)| of(sums, a) / of(sums, b));
    let kl: f64 = with
        .iter()
        .filter(|(_, probability)| **probability > TINY)
        .map(|(kind, probability)| probability * (probability / of(&without, *kind)).log2())
        .sum();
    let (top_without, probability_without) = leader(problem, &without);
    Contribution {
        part,
        decibans: 10.0 * (odds(with) / odds(&without)).log10(),
        top_without,
        probability_without,
        kl: kl.max(0.0),
    }
}

/// What each clue is worth, then each source of more than one clue.
pub(super) fn contributions(problem: &Problem<'_>, sketch: &Sketch, clues: &[Evidence]) -> Vec<Contribution> {
    let with = by_kind(problem, sketch, &sketch.without(problem, &|_| false));
    let mut all = Vec::new();
    for (number, term) in problem.terms.iter().enumerate().take(MAX_LEFT_OUT) {
        let Some(clue) = clues.get(term.clue) else { continue };
        all.push(compare(problem, sketch, &with, Part::Clue(clue.id), &|other| other == number));
    }
    for (source, voice) in problem.voices.iter().enumerate().take(MAX_LEFT_OUT) {
        let of_it = |number: usize| problem.terms.get(number).is_some_and(|term| term.source == source);
        if (0..problem.terms.len()).filter(|number| of_it(*number)).count() > 1 {
            all.push(compare(problem, sketch, &with, Part::Source(voice.name.clone()), &of_it));
        }
    }
    all
}
