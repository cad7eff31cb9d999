//! The sum over everything, for every state: what this is about and what costs.
//!
//! Block by block, so that all that is touched stays in the cache: the clues of a stay are multiplied by source, the
//! sources mixed with their decoys and multiplied, the stays added. Of a layer, only what differs is read.

use super::layer::Part;
use super::places::{CHUNK, Places};
use super::problem::Problem;
use super::product::{Running, Values, ln_most};
use super::stay::Stay;
use super::timeline::Spot;

/// A stay that can add no more than this part of everything to a block is not worked out there: its bound is taken.
const NEGLIGIBLE: f64 = 1e-7;

/// Room for the work on one block.
pub(super) struct Bench {
    said: Vec<(bool, Running)>,
    product: Running,
    sum: Vec<f32>,
    factors: Vec<f32>,
}

/// What is particular to a block.
trait Block {
    /// What a clue says of it.
    fn values(&self, clue: usize) -> Values<'_>;
    /// The prior of its states, and their sum.
    fn prior(&self) -> (&[f32], f64);
    /// What a stay says of its states: for the first so many one number, for the next so many another; or nothing,
    /// and all of them written out.
    fn factors(&self, stay: &Stay, out: &mut [f32]) -> Option<Vec<(usize, f32)>>;
}

impl Bench {
    pub(super) fn new(sources: usize, length: usize) -> Self {
        Self {
            said: (0..sources).map(|_| (false, Running::new(length))).collect(),
            product: Running::new(length),
            sum: vec![0.0; length],
            factors: vec![1.0; length],
        }
    }

    /// The posterior of a block up to `exp` of the number returned, which goes with `sum`. `ln_total` is about what
    /// all blocks sum to.
    fn block(&mut self, problem: &Problem<'_>, stays: &[&Stay], block: &impl Block, ln_total: f64) -> f64 {
        let mut scale = f64::NEG_INFINITY;
        let (prior, prior_sum) = block.prior();
        let least = ln_total + (NEGLIGIBLE / prior_sum.max(1e-30)).ln();
        self.sum.fill(0.0);
        let mut reached: Option<(usize, usize)> = None;
        for stay in stays {
            // Stays come sorted: with the same end each holds the one before it.
            let until = match reached {
                Some((last, first)) if last == stay.last && stay.first <= first => first,
                _ => {
                    for (heard, said) in &mut self.said {
                        *heard = false;
                        said.reset();
                    }
                    stay.last + 1
                }
            };
            reached = Some((stay.last, stay.first));
            let groups = problem.timeline.groups.get(stay.first..until).unwrap_or_default();
            for clue in groups.iter().flat_map(|group| &group.clues) {
                let Some(term) = problem.terms.get(*clue) else { continue };
                if let Some((heard, said)) = self.said.get_mut(term.source) {
                    *heard = true;
                    said.clue(&block.values(*clue), term.wrong);
                }
            }
            let ln = stay.ln + self.mix_sources(problem, stay, least - stay.ln);
            let runs = block.factors(stay, &mut self.factors);
            let top = scale.max(ln);
            let (old, new) = ((scale - top).exp() as f32, (ln - top).exp() as f32);
            scale = top;
            if old < 1.0 {
                for sum in &mut self.sum {
                    *sum *= old;
                }
            }
            self.add(prior, runs.as_deref(), new);
        }
        scale
    }

    /// Multiplies the sources into `product`, whose factor is returned; only their bound when that is below `least`.
    fn mix_sources(&mut self, problem: &Problem<'_>, stay: &Stay, least: f64) -> f64 {
        self.product.reset();
        let heard =
            self.said.iter_mut().zip(&problem.voices).zip(&stay.ln_decoys).filter(|((said, _), _)| said.0);
        let bound: f64 = heard.map(|(((_, said), voice), decoy)| ln_most(said, voice.unsound, *decoy)).sum();
        if bound < least {
            return bound;
        }
        let heard =
            self.said.iter_mut().zip(&problem.voices).zip(&stay.ln_decoys).filter(|((said, _), _)| said.0);
        for (((_, said), voice), decoy) in heard {
            self.product.source(said, voice.unsound, *decoy);
        }
        self.product.get().1
    }

    /// Adds prior times factor times product.
    fn add(&mut self, prior: &[f32], runs: Option<&[(usize, f32)]>, scale: f32) {
        let (product, _) = self.product.get();
        let Some(runs) = runs else {
            let factors = self.sum.iter_mut().zip(prior).zip(&self.factors);
            match product {
                Some(product) => {
                    for (((sum, prior), factor), product) in factors.zip(product) {
                        *sum += scale * factor * prior * product;
                    }
                }
                None => factors.for_each(|((sum, prior), factor)| *sum += scale * factor * prior),
            }
            return;
        };
        let (mut sum, mut prior, mut product) = (&mut self.sum[..], prior, product);
        for (count, factor) in runs {
            let scale = scale * factor;
            let Some((sum_here, sum_after)) = sum.split_at_mut_checked(*count) else { return };
            let Some((prior_here, prior_after)) = prior.split_at_checked(*count) else { return };
            let pairs = sum_here.iter_mut().zip(prior_here);
            match product.and_then(|product| product.split_at_checked(*count)) {
                Some((product_here, product_after)) => {
                    for ((sum, prior), product) in pairs.zip(product_here) {
                        *sum += scale * prior * product;
                    }
                    product = Some(product_after);
                }
                None => pairs.for_each(|(sum, prior)| *sum += scale * prior),
            }
            (sum, prior) = (sum_after, prior_after);
        }
    }
}

/// In the order in which one stay holds the one before it.
fn nested(stays: &[Stay]) -> Vec<&Stay> {
    let mut order: Vec<&Stay> = stays.iter().collect();
    order.sort_by_key(|stay| (stay.last, usize::MAX - stay.first));
    order
}

fn factor(problem: &Problem<'_>, stay: &Stay, spot: Spot) -> f32 {
    stay.factor(&problem.timeline, spot) as f32
}

/// A chunk of states.
struct Chunk<'a> {
    problem: &'a Problem<'a>,
    number: usize,
}

impl Block for Chunk<'_> {
    fn values(&self, clue: usize) -> Values<'_> {
        match self.problem.terms.get(clue).and_then(|term| term.ready.layer.parts.get(self.number)) {
            Some(Part::Each(values)) => Values::Each(values.as_slice()),
            Some(Part::Flat(value)) => Values::Flat(*value),
            None => Values::Flat(1.0),
        }
    }

    fn prior(&self) -> (&[f32], f64) {
        let space = self.problem.space;
        let from = self.number * CHUNK;
        let prior = space.prior.get(from..from + CHUNK).unwrap_or_default();
        (prior, space.prior_sums.get(self.number).copied().unwrap_or(0.0))
    }

    fn factors(&self, stay: &Stay, out: &mut [f32]) -> Option<Vec<(usize, f32)>> {
        let (problem, space) = (self.problem, self.problem.space);
        if stay.is_plain(&problem.timeline) {
            return Some(vec![(CHUNK, 1.0)]);
        }
        let from = self.number * CHUNK;
        if problem.timeline.raised.is_empty() {
            // By area alone: one look-up for a run of states.
            let runs = space.area_runs.get(self.number)?;
            let of = |area: usize| factor(problem, stay, Spot { area, at: None, site: None });
            return Some(runs.iter().map(|(count, area)| (*count, of(*area))).collect());
        }
        for (state, out) in (from..).zip(out.iter_mut()) {
            let (places, index) = match state.checked_sub(space.first_node) {
                None => (&space.grid.places, state),
                Some(node) => (&space.nodes, node),
            };
            let (area, site) = (space.area_of(state), space.site_of(state));
            *out = factor(problem, stay, Spot { area, at: places.xyz(index), site });
        }
        None
    }
}

/// The probability of every state. `ln_total` from the sketch.
pub(super) fn posterior(problem: &Problem<'_>, stays: &[Stay], ln_total: f64) -> Vec<f32> {
    let space = problem.space;
    let stays = nested(stays);
    let mut bench = Bench::new(problem.voices.len(), CHUNK);
    let mut all = vec![0.0_f32; space.states()];
    let mut scales = Vec::with_capacity(space.states() / CHUNK);
    for (number, out) in all.chunks_mut(CHUNK).enumerate() {
        scales.push(bench.block(problem, &stays, &Chunk { problem, number }, ln_total));
        out.copy_from_slice(&bench.sum);
    }
    normalize(&mut all, &scales, &space.prior);
    all
}

fn normalize(all: &mut [f32], scales: &[f64], prior: &[f32]) {
    let logs = all.chunks(CHUNK).zip(scales).map(|(values, scale)| {
        let sum: f64 = values.iter().map(|value| f64::from(*value)).sum();
        (sum, *scale)
    });
    let sums: Vec<(f64, f64)> = logs.collect();
    let top =
        sums.iter().filter(|(sum, _)| *sum > 0.0).map(|(_, scale)| *scale).fold(f64::NEG_INFINITY, f64::max);
    let total: f64 =
        sums.iter().map(|(sum, scale)| if *sum > 0.0 { sum * (scale - top).exp() } else { 0.0 }).sum();
    if !total.is_finite() || total <= 0.0 {
        // Nothing was left of anything: what was believed before is the honest answer.
        all.copy_from_slice(prior);
        return;
    }
    for (values, (_, scale)) in all.chunks_mut(CHUNK).zip(&sums) {
        let factor = ((scale - top).exp() / total) as f32;
        for value in values {
            *value *= factor;
        }
    }
}

/// Places beyond the grid's own: what each clue says of them, and their prior.
pub(super) struct Elsewhere<'a> {
    pub(super) problem: &'a Problem<'a>,
    pub(super) places: &'a Places,
    pub(super) said: Vec<Vec<f32>>,
    pub(super) prior: Vec<f32>,
}

impl Block for Elsewhere<'_> {
    fn values(&self, clue: usize) -> Values<'_> {
        self.said.get(clue).map_or(Values::Flat(1.0), |said| Values::Each(said))
    }

    fn prior(&self) -> (&[f32], f64) {
        (&self.prior, 1.0)
    }

    fn factors(&self, stay: &Stay, out: &mut [f32]) -> Option<Vec<(usize, f32)>> {
        let problem = self.problem;
        for (index, (out, cell)) in out.iter_mut().zip(&self.places.cell).enumerate() {
            let area = problem.space.area_of(*cell as usize);
            *out = factor(problem, stay, Spot { area, at: self.places.xyz(index), site: None });
        }
        None
    }
}

impl Elsewhere<'_> {
    /// The posterior of the places up to a common factor.
    pub(super) fn posterior(&self, stays: &[Stay]) -> Vec<f32> {
        let mut bench = Bench::new(self.problem.voices.len(), self.places.len());
        bench.block(self.problem, &nested(stays), self, f64::NEG_INFINITY);
        bench.sum
    }
}
