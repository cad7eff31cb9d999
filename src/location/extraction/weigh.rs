//! Which of the places of one name is meant, by what else the text and the case say.

use super::super::borders::Country;
use super::super::gazetteer::{Mention, PlaceKind};
use super::super::geo::Point;
use super::super::notation::Found;
use super::reading::Subject;
use super::{Candidate, Context};

/// Within so many metres one place speaks for another.
const REACH_M: f64 = 60_000.0;
/// So many candidates are enough for anybody.
const MOST: usize = 20;

/// Words for a province or state.
const PROVINCE: [&str; 9] = ["province", "state", "ខេត្ត", "tỉnh", "จังหวัด", "省", "邦", "ပြည်နယ်", "ခရိုင်"];

/// What weighs.
pub struct Weigher {
    points: Vec<(Point, f64)>,
    countries: Vec<Country>,
    /// Whether the text has a word for provinces; else a town is meant that has the name of one.
    says_province: bool,
}

impl Weigher {
    /// From the context, and from what in the text has one meaning only.
    pub fn new(lower: &str, context: &Context, subjects: &[Subject<'_>], found: &[Found]) -> Self {
        let mut points: Vec<(Point, f64)> = context.near.iter().copied().take(50).collect();
        let written = found.iter().filter_map(Found::position).map(|position| (position.point, 1.0));
        points.extend(written.take(10));
        let clear = subjects.iter().filter_map(Subject::mention).filter_map(|mention| {
            let first = mention.candidates.first()?;
            (first.weight > 0.8 && mention.confidence > 0.6).then_some((first.place.point, 0.5))
        });
        points.extend(clear.take(20));
        let mut countries: Vec<Country> = subjects.iter().filter_map(Subject::nation).collect();
        countries.sort();
        countries.dedup();
        let says_province = PROVINCE.iter().any(|word| lower.contains(word));
        Self { points, countries, says_province }
    }

    /// The candidates of a mention with their weights.
    pub fn weigh(&self, mention: &Mention<'_>) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = mention
            .candidates
            .iter()
            .map(|candidate| {
                let place = candidate.place;
                let near = self.nearness(place.point);
                let size = if place.kind == PlaceKind::Province && !self.says_province { 0.2 } else { 1.0 };
                let country = if self.countries.contains(&place.country) { 4.0 } else { 1.0 };
                Candidate {
                    name: place.name.to_owned(),
                    point: place.point,
                    kind: place.kind.word(),
                    country: place.country,
                    weight: candidate.weight * country * near * size,
                }
            })
            .collect();
        candidates.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let total: f64 = candidates.iter().map(|candidate| candidate.weight).sum();
        if total > 0.0 {
            candidates.iter_mut().for_each(|candidate| candidate.weight /= total);
        }
        let mut index = 0;
        candidates.retain(|candidate| {
            index += 1;
            index == 1 || index <= MOST && candidate.weight >= 0.005
        });
        let kept: f64 = candidates.iter().map(|candidate| candidate.weight).sum();
        if kept > 0.0 {
            candidates.iter_mut().for_each(|candidate| candidate.weight /= kept);
        }
        candidates
    }

    fn nearness(&self, point: Point) -> f64 {
        let pull = self.points.iter().map(|(other, weight)| {
            let distance = point.distance_m(*other);
            // A clear name is one of its own candidates; that says nothing of another place of the name.
            if distance < 1.0 { 0.0 } else { weight.clamp(0.0, 1.0) * 8.0 * (-distance / REACH_M).exp() }
        });
        1.0 + pull.sum::<f64>()
    }
}
