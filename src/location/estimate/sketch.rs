//! The whole reckoning on a sample of states: who lies, how far the grades can be believed, when a person was moved, what
//! each clue is worth.
//!
//! Sites and the outside are all in the sample; cells are drawn from the prior and from what each clue favours, and
//! weighted so that sums over the sample are sums over all cells (the balance heuristic of multiple importance
//! sampling). A few thousand states do for the few numbers that are needed; the map itself is worked out in full.

use std::collections::BTreeMap;

use super::layer::DRAWN;
use super::problem::{DOUBTS, Problem};
use super::product::{Running, Values};
use super::stay::{Bound, Reached, Stay, scaled, summed};
use super::timeline::Spot;

/// So many draws are shared by all clues.
const DRAWS: usize = 3_072;
/// A stay less probable than this is left out.
const NEGLIGIBLE: f64 = 0.01;
/// At most so many stays are worked out in full.
const MAX_STAYS: usize = 5;
/// How often a source that is unsound says things that agree with no place at all.
const INCOHERENT: f64 = 0.2;

/// The clues from one group to another, on the sample.
struct Segment {
    /// Likelihoods up to a factor; none where all are alike.
    values: Option<Vec<f32>>,
    ln: f64,
    ln_decoys: Vec<f64>,
}

impl Segment {
    fn at(&self, index: usize) -> f64 {
        self.values.as_ref().and_then(|values| values.get(index)).map_or(1.0, |value| f64::from(*value))
    }
}

/// The sample and what was worked out on it.
pub(super) struct Sketch {
    /// The numbers of the states.
    pub(super) states: Vec<usize>,
    /// The share of the prior that each stands for.
    pub(super) weights: Vec<f64>,
    pub(super) areas: Vec<usize>,
    positions: Vec<Option<[f32; 3]>>,
    /// The number of the site that each stands for.
    sites: Vec<Option<usize>>,
    /// What each clue says of each.
    pub(super) said: Vec<Vec<f32>>,
    /// The stays that are not negligible, the most probable first.
    pub(super) stays: Vec<Stay>,
    /// Logarithm of what all states and stays sum to.
    pub(super) ln_total: f64,
    /// For each group up to the one asked for: the day, and the probability of each state by what was known then.
    pub(super) filtered: Vec<(f64, Vec<f64>)>,
}

fn sample(problem: &Problem<'_>) -> (Vec<usize>, Vec<f64>) {
    let space = problem.space;
    let each = DRAWS.checked_div(problem.terms.len()).unwrap_or(0).clamp(16, DRAWN);
    let mut times: BTreeMap<usize, f64> = BTreeMap::new();
    for cell in &space.drawn {
        *times.entry(*cell as usize).or_default() += 1.0;
    }
    for term in &problem.terms {
        for cell in term.ready.layer.drawn.iter().take(each) {
            *times.entry(*cell as usize).or_default() += 1.0;
        }
    }
    let on_cells: f64 = space.prior.iter().take(space.first_node).map(|prior| f64::from(*prior)).sum();
    let (mut states, mut weights) = (Vec::new(), Vec::new());
    for (state, times) in times {
        let expected = space.drawn.len() as f64 / on_cells.max(1e-300)
            + problem
                .terms
                .iter()
                .map(|term| {
                    let layer = &term.ready.layer;
                    let draws = layer.drawn.len().min(each) as f64;
                    if draws > 0.0 {
                        draws * f64::from(layer.at(state)) / layer.on_cells.max(1e-300)
                    } else {
                        0.0
                    }
                })
                .sum::<f64>();
        states.push(state);
        weights.push(times / expected);
    }
    let sum: f64 = weights.iter().sum();
    for weight in &mut weights {
        *weight *= on_cells / sum;
    }
    for state in space.first_node..=space.outside() {
        states.push(state);
        weights.push(space.prior_of(state));
    }
    (states, weights)
}

impl Sketch {
    /// Works it out, and settles how far the grades of the problem are believed.
    pub(super) fn new(problem: &mut Problem<'_>) -> Self {
        let (states, weights) = sample(problem);
        let space = problem.space;
        let said = problem
            .terms
            .iter()
            .map(|term| states.iter().map(|state| term.ready.layer.at(*state)).collect())
            .collect();
        let positions = states.iter().map(|state| {
            let at = super::places::Direction::of(space.point_of(*state)?);
            Some([at.x, at.y, at.z])
        });
        let mut sketch = Self {
            areas: states.iter().map(|state| space.area_of(*state)).collect(),
            positions: positions.collect(),
            sites: states.iter().map(|state| space.site_of(*state)).collect(),
            states,
            weights,
            said,
            stays: Vec::new(),
            ln_total: 0.0,
            filtered: Vec::new(),
        };
        sketch.settle_doubts(problem);
        sketch.work_out(problem);
        sketch
    }

    /// How well the clues agree tells how many of them are wrong: each degree of doubt counts by how well it explains
    /// what was said, and what follows is worked out with their mean.
    fn settle_doubts(&mut self, problem: &mut Problem<'_>) {
        let tried: Vec<(f64, f64)> = DOUBTS
            .iter()
            .map(|(odds, share)| {
                problem.doubt(&[(*odds, 1.0)]);
                self.work_out(problem);
                (*odds, self.ln_total + share.ln())
            })
            .collect();
        let top = tried.iter().map(|(_, ln)| *ln).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = tried.iter().map(|(_, ln)| (ln - top).exp()).sum();
        let shares: Vec<(f64, f64)> =
            tried.into_iter().map(|(odds, ln)| (odds, (ln - top).exp() / sum)).collect();
        problem.doubt(&shares);
    }

    /// The logarithm of what a source would say if it were about a decoy: the mean over the prior.
    fn ln_decoy(&self, said: &Running) -> f64 {
        let (values, ln) = said.get();
        let Some(values) = values else { return ln };
        let all: f64 = self.weights.iter().sum();
        let mean: f64 =
            values.iter().zip(&self.weights).map(|(value, weight)| f64::from(*value) * weight).sum();
        let coherent = ln + (mean / all).max(1e-300).ln();
        // Two terms of a sum, of which one may be beyond any number.
        let top = coherent.max(0.0);
        top + ((1.0 - INCOHERENT) * (coherent - top).exp() + INCOHERENT * (-top).exp()).ln()
    }

    /// Multiplies in the clues of some groups, one after the other, and gives the state after each.
    fn segments(&self, problem: &Problem<'_>, first: usize, skip: &dyn Fn(usize) -> bool) -> Vec<Segment> {
        let mut said: Vec<Option<Running>> = problem.voices.iter().map(|_| None).collect();
        let mut ln_decoys = vec![0.0; problem.voices.len()];
        let mut product = Running::new(self.states.len());
        let mut segments = Vec::new();
        for group in problem.timeline.groups.iter().skip(first) {
            let mut heard = std::collections::BTreeSet::new();
            for clue in group.clues.iter().copied().filter(|clue| !skip(*clue)) {
                let (Some(term), Some(values)) = (problem.terms.get(clue), self.said.get(clue)) else {
                    continue;
                };
                if let Some(said) = said.get_mut(term.source) {
                    let said = said.get_or_insert_with(|| Running::new(self.states.len()));
                    said.clue(&Values::Each(values), term.wrong);
                    heard.insert(term.source);
                }
            }
            for source in heard {
                if let (Some(Some(said)), Some(decoy)) = (said.get(source), ln_decoys.get_mut(source)) {
                    *decoy = self.ln_decoy(said);
                }
            }
            product.reset();
            for ((said, voice), decoy) in said.iter_mut().zip(&problem.voices).zip(&ln_decoys) {
                if let Some(said) = said {
                    product.source(said, voice.unsound, *decoy);
                }
            }
            let (values, ln) = product.get();
            segments.push(Segment { values: values.map(<[f32]>::to_vec), ln, ln_decoys: ln_decoys.clone() });
        }
        segments
    }

    /// Sums of a value over the sample by area.
    fn by_area(&self, problem: &Problem<'_>, value: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut sums = vec![0.0; problem.space.grid.areas.len() + 1];
        for (index, area) in self.areas.iter().enumerate() {
            if let Some(sum) = sums.get_mut(*area) {
                *sum += value(index);
            }
        }
        sums
    }

    fn factor(&self, problem: &Problem<'_>, stay: &Stay, index: usize) -> f64 {
        let spot = Spot {
            area: self.areas.get(index).copied().unwrap_or(0),
            at: self.positions.get(index).copied().flatten(),
            site: self.sites.get(index).copied().flatten(),
        };
        self.weights.get(index).copied().unwrap_or(0.0) * stay.factor(&problem.timeline, spot)
    }

    /// The sum of a value over the states of a site, and their share of the prior.
    fn at_site(&self, site: usize, value: impl Fn(usize) -> f64) -> (f64, f64) {
        let there = self.sites.iter().enumerate().filter(|(_, known)| **known == Some(site));
        there.fold((0.0, 0.0), |(sum, prior), (index, _)| {
            (sum + value(index), prior + self.weights.get(index).copied().unwrap_or(0.0))
        })
    }

    /// Forward over the gaps in which they may have come, backward over those in which they may have left.
    fn work_out(&mut self, problem: &Problem<'_>) {
        let timeline = &problem.timeline;
        let groups = timeline.groups.len();
        let segments: Vec<Vec<Segment>> =
            (0..groups).map(|first| self.segments(problem, first, &|_| false)).collect();
        let starts = self.forward(problem, &segments);
        let ends = self.backward(problem, &segments);
        let mut stays = Vec::new();
        for (first, start) in starts.iter().enumerate().take(timeline.asked + 1) {
            for last in timeline.asked..groups {
                let Some(segment) = segments.get(first).and_then(|later| later.get(last - first)) else {
                    continue;
                };
                let end = ends.get(last).cloned().flatten();
                let stay = Stay::new(timeline, first, last, (start.clone(), end), segment.ln_decoys.clone());
                let mass: f64 = (0..self.states.len())
                    .map(|index| self.factor(problem, &stay, index) * segment.at(index))
                    .sum();
                stays.push((mass.max(1e-300).ln() + segment.ln + stay.ln, stay));
            }
        }
        stays.sort_by(|a, b| b.0.total_cmp(&a.0));
        let top = stays.first().map_or(0.0, |(ln, _)| *ln);
        self.ln_total = top + stays.iter().map(|(ln, _)| (ln - top).exp()).sum::<f64>().max(1e-300).ln();
        stays.retain(|(ln, _)| *ln - top > f64::ln(NEGLIGIBLE));
        stays.truncate(MAX_STAYS);
        self.stays = stays.into_iter().map(|(_, stay)| stay).collect();
        self.filtered = self.history(problem, &segments, &starts);
    }

    /// For each group: the density of having just come there, relative to the prior, with its logarithm.
    fn forward(&self, problem: &Problem<'_>, segments: &[Vec<Segment>]) -> Vec<Bound> {
        let timeline = &problem.timeline;
        let groups = timeline.groups.len();
        let areas = problem.space.grid.areas.len() + 1;
        let mut starts: Vec<Bound> = vec![None];
        for next in 1..groups {
            // Whoever is moved in the gap before `next` came at some group before and left now.
            let named = timeline.destinations(next - 1);
            let mut parts = Vec::new();
            for (first, start) in starts.iter().enumerate() {
                let Some(segment) = segments.get(first).and_then(|later| later.get(next - 1 - first)) else {
                    continue;
                };
                let leaving = |anywhere: f32, sites: Vec<(usize, f32)>| {
                    let left = Reached { areas: vec![anywhere; areas], sites };
                    Stay::new(timeline, first, next - 1, (start.clone(), Some((left, 0.0))), Vec::new())
                };
                let going = leaving(1.0, Vec::new());
                let of = |stay: &Stay, index: usize| self.factor(problem, stay, index) * segment.at(index);
                let left = self.by_area(problem, |index| of(&going, index));
                let taken = named.iter().map(|site| {
                    let taken = leaving(0.0, vec![(*site, 1.0)]);
                    (0..self.states.len()).map(|index| of(&taken, index)).sum()
                });
                parts.push((left, taken.collect(), segment.ln + going.ln));
            }
            let (left, taken, top) = summed(&parts, areas, named.len());
            let arrived = named.iter().zip(taken).filter_map(|(site, taken)| {
                let (_, prior) = self.at_site(*site, |_| 0.0);
                (prior > 0.0).then_some((*site, taken / prior))
            });
            starts.push(scaled(&problem.space.relocation.arrive(&left), &arrived.collect::<Vec<_>>(), top));
        }
        starts
    }

    /// For each group: by what was left after it, the likelihood of all that follows.
    fn backward(&self, problem: &Problem<'_>, segments: &[Vec<Segment>]) -> Vec<Bound> {
        let timeline = &problem.timeline;
        let groups = timeline.groups.len();
        let areas = problem.space.grid.areas.len() + 1;
        let mut ends: Vec<Bound> = vec![None; groups];
        for last in (timeline.asked..groups.saturating_sub(1)).rev() {
            let first = last + 1;
            let named = timeline.destinations(last);
            let mut parts = Vec::new();
            for until in first..groups {
                let Some(segment) = segments.get(first).and_then(|later| later.get(until - first)) else {
                    continue;
                };
                let end = ends.get(until).cloned().flatten();
                let stay = Stay::new(timeline, first, until, (None, end), Vec::new());
                let of = |index: usize| self.factor(problem, &stay, index) * segment.at(index);
                let there = named.iter().map(|site| {
                    let (sum, prior) = self.at_site(*site, of);
                    if prior > 0.0 { sum / prior } else { 0.0 }
                });
                parts.push((self.by_area(problem, of), there.collect(), segment.ln + stay.ln));
            }
            let (reached, there, top) = summed(&parts, areas, named.len());
            if let Some(end) = ends.get_mut(last) {
                let sites: Vec<(usize, f64)> = named.into_iter().zip(there).collect();
                *end = scaled(&problem.space.relocation.leave(&reached), &sites, top);
            }
        }
        ends
    }

    fn history(
        &self,
        problem: &Problem<'_>,
        segments: &[Vec<Segment>],
        starts: &[Bound],
    ) -> Vec<(f64, Vec<f64>)> {
        let timeline = &problem.timeline;
        let one = |(last, group): (usize, &super::timeline::Group)| {
            let stays = starts.iter().enumerate().take(last + 1).filter_map(|(first, start)| {
                let segment = segments.get(first)?.get(last - first)?;
                let stay = Stay::new(timeline, first, last, (start.clone(), None), Vec::new());
                Some((stay, segment))
            });
            (group.last_day, self.mix(problem, stays))
        };
        timeline.groups.iter().enumerate().take(timeline.asked + 1).map(one).collect()
    }

    /// The probability of each state, over stays.
    fn mix<'a>(&self, problem: &Problem<'_>, stays: impl Iterator<Item = (Stay, &'a Segment)>) -> Vec<f64> {
        let stays: Vec<(Stay, &Segment)> = stays.collect();
        let top = stays.iter().map(|(stay, segment)| stay.ln + segment.ln).fold(f64::NEG_INFINITY, f64::max);
        let mut all = vec![0.0; self.states.len()];
        for (stay, segment) in &stays {
            let scale = (stay.ln + segment.ln - top).exp();
            if scale < 1e-12 {
                continue;
            }
            for (index, sum) in all.iter_mut().enumerate() {
                *sum += scale * self.factor(problem, stay, index) * segment.at(index);
            }
        }
        normalized(all)
    }

    /// The probability of each state of the sample at the day asked for, without some clues.
    pub(super) fn without(&self, problem: &Problem<'_>, skip: &dyn Fn(usize) -> bool) -> Vec<f64> {
        let mut by_first: BTreeMap<usize, Vec<Segment>> = BTreeMap::new();
        for stay in &self.stays {
            by_first.entry(stay.first).or_insert_with(|| self.segments(problem, stay.first, skip));
        }
        let pairs: Vec<(&Stay, &Segment)> = self
            .stays
            .iter()
            .filter_map(|stay| Some((stay, by_first.get(&stay.first)?.get(stay.last - stay.first)?)))
            .collect();
        let top = pairs.iter().map(|(stay, segment)| stay.ln + segment.ln).fold(f64::NEG_INFINITY, f64::max);
        let mut all = vec![0.0; self.states.len()];
        for (stay, segment) in pairs {
            let scale = (stay.ln + segment.ln - top).exp();
            for (index, sum) in all.iter_mut().enumerate() {
                *sum += scale * self.factor(problem, stay, index) * segment.at(index);
            }
        }
        normalized(all)
    }
}

fn normalized(mut all: Vec<f64>) -> Vec<f64> {
    let sum: f64 = all.iter().sum();
    if sum > 0.0 && sum.is_finite() {
        for value in &mut all {
            *value /= sum;
        }
    }
    all
}
