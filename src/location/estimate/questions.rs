//! What to ask next: the answer that is expected to tell most, less the danger of asking.

use super::problem::Problem;
use super::sketch::Sketch;
use super::space::draw;
use super::sun::sunset;
use super::world::World;
use crate::location::borders::Country;
use crate::location::geo::Point;

/// So many states stand for all.
const DRAWN: usize = 384;
/// So many questions are told.
const MAX_QUESTIONS: usize = 6;
/// What tells less than this is not worth a message.
const LEAST_BITS: f64 = 0.03;
/// Danger costs in proportion: the most dangerous question must tell twenty times as much.
const DANGER_WEIGHT: f64 = 0.95;

/// A question that would help.
#[derive(Clone)]
#[cfg_attr(test, derive(Debug))]
pub struct Question {
    /// In plain words, for staff to put into theirs.
    pub question: String,
    /// The kind of clue that an answer makes, in the words of the contract.
    pub kind: &'static str,
    /// How many bits the answer is expected to tell, times the chance that they can answer.
    pub gain_bits: f64,
    /// How dangerous it is to ask or to find out: 0 to 1.
    pub danger: f64,
}

/// One of the answers that a question may get, for a person at some place.
struct Seen {
    at: Point,
    site: Option<usize>,
    country: Option<Country>,
    border_m: f64,
}

struct Draft {
    question: String,
    kind: &'static str,
    /// How probably they can answer.
    can: f64,
    danger: f64,
    /// How probably the answer says something else.
    noise: f64,
}

/// Where many ways began. Facts of geography, to a kilometre or two.
const STARTS: [(&str, f64, f64); 6] = [
    ("Bangkok", 13.75, 100.52),
    ("Phnom Penh", 11.56, 104.92),
    ("Yangon", 16.80, 96.16),
    ("Vientiane", 17.97, 102.61),
    ("Ho Chi Minh City", 10.78, 106.70),
    ("Manila", 14.59, 120.98),
];

/// `H(answer) - E[H(answer | place)]` in bits, when answers fall into classes and one in so many is any of them.
fn gain(classes: &[u64], noise: f64) -> f64 {
    let mut counts: std::collections::BTreeMap<u64, f64> = std::collections::BTreeMap::new();
    for class in classes {
        *counts.entry(*class).or_default() += 1.0;
    }
    let (all, kinds) = (classes.len() as f64, counts.len() as f64);
    if kinds < 2.0 {
        return 0.0;
    }
    let entropy = |probability: f64| if probability > 0.0 { -probability * probability.log2() } else { 0.0 };
    let of_answer: f64 =
        counts.values().map(|count| entropy((1.0 - noise) * count / all + noise / kinds)).sum();
    let other = noise / kinds;
    let given_place = entropy(1.0 - noise + other) + (kinds - 1.0) * entropy(other);
    (of_answer - given_place).max(0.0)
}

/// A class for a number: steps as wide as what people are off by.
fn step(value: f64, width: f64) -> u64 {
    (value / width + 1_000.0).max(0.0) as u64
}

fn seen(world: &dyn World, problem: &Problem<'_>, sketch: &Sketch) -> Vec<Seen> {
    let now = sketch.without(problem, &|_| false);
    let space = problem.space;
    let one = |index: u32| {
        let state = *sketch.states.get(index as usize)?;
        let at = space.point_of(state)?;
        let country = match state.checked_sub(space.first_node) {
            None => space.grid.places.country.get(state),
            Some(node) => space.nodes.country.get(node),
        };
        let site = state.checked_sub(space.first_node).and_then(|node| space.node_site.get(node)).copied();
        Some(Seen {
            at,
            site,
            country: country.and_then(|number| space.grid.countries.get(*number)),
            border_m: world.border_m(at).unwrap_or(1e6),
        })
    };
    draw(now.iter().copied(), DRAWN).into_iter().filter_map(one).collect()
}

fn draft(question: impl Into<String>, kind: &'static str, can: f64, danger: f64, noise: f64) -> Draft {
    Draft { question: question.into(), kind, can, danger, noise }
}

/// The questions that would tell most, the best first.
pub(super) fn next(world: &dyn World, problem: &Problem<'_>, sketch: &Sketch, day: f64) -> Vec<Question> {
    let seen = seen(world, problem, sketch);
    let classes = |class: &dyn Fn(&Seen) -> u64| -> Vec<u64> { seen.iter().map(class).collect() };
    let country = classes(&|seen| seen.country.map_or(0, code));
    let township = classes(&|seen| place(seen, h3o::Resolution::Five));
    let fine = classes(&|seen| place(seen, h3o::Resolution::Seven));
    let border = classes(&|seen| u64::from(seen.border_m < 3_000.0));
    let sun = classes(&|seen| step(sunset(day, seen.at), 12.0));
    let name =
        classes(&|seen| seen.site.map_or_else(|| place(seen, h3o::Resolution::Four), |site| site as u64));
    let mut drafts = vec![
        (
            draft("Which network does the phone show at the top of its screen?", "cell", 0.7, 0.10, 0.25),
            &country,
        ),
        (
            draft(
                "Which money, which writing on signs and goods, which language do guards and cooks speak?",
                "country",
                0.7,
                0.05,
                0.12,
            ),
            &country,
        ),
        (
            draft("What do people there call the place, and the town next to it?", "place", 0.4, 0.20, 0.25),
            &name,
        ),
        (
            draft(
                "Can they see a border river, a fence or a crossing from a window?",
                "border",
                0.5,
                0.15,
                0.2,
            ),
            &border,
        ),
        (
            draft(
                "At which time of the phone does the sun go down today, seen from a window?",
                "sun",
                0.5,
                0.15,
                0.35,
            ),
            &sun,
        ),
        (
            draft(
                "Which large thing can they see or hear from inside: a tower, a casino sign, an airfield, a bridge?",
                "landmark",
                0.35,
                0.20,
                0.3,
            ),
            &township,
        ),
        (
            draft(
                "Can the phone share its position or a screen of its map, from indoors and unseen?",
                "point",
                0.12,
                0.70,
                0.05,
            ),
            &fine,
        ),
    ];
    let ways: Vec<(Draft, Vec<u64>)> = STARTS.iter().map(|start| way(start, &seen)).collect();
    let best_way = ways.iter().max_by(|a, b| gain(&a.1, a.0.noise).total_cmp(&gain(&b.1, b.0.noise)));
    if let Some((way, classes)) = best_way {
        drafts.push((draft(way.question.clone(), way.kind, way.can, way.danger, way.noise), classes));
    }
    let mut questions: Vec<Question> = drafts
        .into_iter()
        .map(|(draft, classes)| Question {
            gain_bits: draft.can * gain(classes, draft.noise),
            question: draft.question,
            kind: draft.kind,
            danger: draft.danger,
        })
        .filter(|question| question.gain_bits >= LEAST_BITS)
        .collect();
    let worth = |question: &Question| question.gain_bits * (1.0 - DANGER_WEIGHT * question.danger);
    questions.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
    questions.truncate(MAX_QUESTIONS);
    questions
}

fn way((name, lat, lon): &(&str, f64, f64), seen: &[Seen]) -> (Draft, Vec<u64>) {
    let start = Point { lat: *lat, lon: *lon };
    // Steps as wide as the error of a time told: half as long again.
    let class = |seen: &Seen| step((0.2 + seen.at.distance_m(start) / 35_000.0).ln(), 0.4);
    let question =
        format!("How many hours was the way from {name}, if they came from there, and with which stops?");
    (draft(question, "travel_time", 0.4, 0.05, 0.3), seen.iter().map(class).collect())
}

fn code(country: Country) -> u64 {
    country.code().bytes().fold(0, |code, letter| code << 8 | u64::from(letter))
}

fn place(seen: &Seen, resolution: h3o::Resolution) -> u64 {
    super::grid::cell_at(seen.at, resolution).map_or(0, u64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_tells_most_when_it_is_open_and_clear() {
        let even: Vec<u64> = (0..400).map(|state| state % 4).collect();
        assert!((gain(&even, 0.0) - 2.0).abs() < 1e-9);
        assert!(gain(&even, 0.3) < 1.2);
        assert!(gain(&[7; 100], 0.1).abs() < 1e-9);
        assert!(gain(&[], 0.1).abs() < 1e-9);
    }
}
