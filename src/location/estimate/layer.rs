//! What one clue says of every state, worked out once and kept.
//!
//! Values are relative to what a wrong clue of the same kind would say: above 1 speaks for a state, below 1 against
//! it. A clue that says the same of a whole chunk says it in one number; most clues do so of most chunks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::evidence::Statement;
use super::likelihood::Likelihood;
use super::places::CHUNK;
use super::space::Space;
use super::world::World;

/// So many states are drawn from what a clue favours; see `sketch.rs`.
pub(super) const DRAWN: usize = 256;
/// A chunk whose values differ by no more than this, absolutely or for its size, is flat. The floor for wrong clues
/// is a tenth at least.
const FLAT: (f32, f32) = (0.002, 0.01);

/// No clue speaks more for a state than this.
const MOST: f32 = 1e12;

/// One chunk of a layer.
pub(super) enum Part {
    /// The same throughout.
    Flat(f32),
    /// A value for each state.
    Each(Box<[f32; CHUNK]>),
}

impl Part {
    pub(super) fn at(&self, index: usize) -> f32 {
        match self {
            Self::Flat(value) => *value,
            Self::Each(values) => values.get(index).copied().unwrap_or(0.0),
        }
    }
}

/// What one clue says of every state of a space.
pub struct Layer {
    pub(super) parts: Vec<Part>,
    /// What the values were divided by: the density that a wrong clue has.
    pub(super) wrong_density: f64,
    /// Mean value over the prior on cells: what `drawn` is drawn in proportion to sums to this.
    pub(super) on_cells: f64,
    /// Cells drawn in proportion to prior times value; any beginning of the list is a fair draw.
    pub(super) drawn: Vec<u32>,
}

/// A statement made ready and its layer.
pub(super) struct Ready {
    pub(super) likelihood: Arc<Likelihood>,
    pub(super) layer: Layer,
}

/// Raw likelihoods of all states, with sums over the cells by chunk.
struct Raw {
    values: Vec<f32>,
    /// Of prior times likelihood, by chunk of cells.
    favoured: Vec<f64>,
    /// Whether a chunk holds anything.
    touched: Vec<bool>,
    /// Mean likelihood over cells.
    mean: f64,
}

fn raw(space: &Space, likelihood: &Likelihood) -> Raw {
    let grid = &space.grid;
    let tables = likelihood.tables(grid.places.spread(0));
    let mut values = vec![0.0_f32; space.states()];
    let mut favoured = vec![0.0_f64; space.states() / CHUNK];
    let mut touched = vec![true; space.states() / CHUNK];
    let mut sum = 0.0_f64;
    let (cells, rest) = values.split_at_mut(space.first_node);
    let chunks =
        cells.chunks_mut(CHUNK).zip(space.prior.chunks(CHUNK)).zip(favoured.iter_mut().zip(&mut touched));
    for (chunk, ((out, prior), (favoured, touched))) in chunks.enumerate() {
        if !likelihood.fill_chunk(grid, chunk, &tables, out) {
            *touched = false;
            continue;
        }
        likelihood.correct_cells(out);
        let (all, likely) = sums(out, prior);
        sum += all;
        *favoured = likely;
    }
    let nodes = space.nodes.len().min(rest.len());
    let (nodes, after) = rest.split_at_mut(nodes);
    likelihood.fill(&space.nodes, 0, None, nodes);
    likelihood.correct_nodes(space, nodes);
    let outside = likelihood.outside as f32;
    if let Some(first) = after.first_mut() {
        *first = outside;
    }
    let mean = sum / grid.len().max(1) as f64;
    Raw { values, favoured, touched, mean }
}

/// The sum of likelihoods, and of prior times likelihood. In eight lanes, which the compiler keeps in one register.
fn sums(likelihood: &[f32], prior: &[f32]) -> (f64, f64) {
    let mut lanes = [(0.0_f32, 0.0_f32); 8];
    // Chunks of the grid are full: nothing remains.
    for (likelihood, prior) in likelihood.as_chunks::<8>().0.iter().zip(prior.as_chunks::<8>().0) {
        for (lane, (likelihood, prior)) in lanes.iter_mut().zip(likelihood.iter().zip(prior)) {
            lane.0 += likelihood;
            lane.1 += likelihood * prior;
        }
    }
    lanes.iter().fold((0.0, 0.0), |sum, lane| (sum.0 + f64::from(lane.0), sum.1 + f64::from(lane.1)))
}

fn part(values: &[f32], scale: f32) -> Part {
    let mut all = [0.0_f32; CHUNK];
    // In lanes, as in `sums`. NaN fails every comparison and becomes 0, which the floor for wrong clues bounds.
    let (mut lows, mut highs) = ([f32::INFINITY; 8], [0.0_f32; 8]);
    for (out, value) in all.as_chunks_mut::<8>().0.iter_mut().zip(values.as_chunks::<8>().0) {
        let lanes = lows.iter_mut().zip(&mut highs);
        for ((out, value), (low, high)) in out.iter_mut().zip(value).zip(lanes) {
            let value = value * scale;
            let value = if value > 0.0 { value } else { 0.0 };
            let value = if value < MOST { value } else { MOST };
            *low = if value < *low { value } else { *low };
            *high = if value > *high { value } else { *high };
            *out = value;
        }
    }
    let low = lows.into_iter().fold(f32::INFINITY, f32::min);
    let high = highs.into_iter().fold(0.0, f32::max);
    if high - low <= FLAT.0 + FLAT.1 * low {
        Part::Flat(f32::midpoint(low, high))
    } else {
        Part::Each(Box::new(all))
    }
}

/// Cells in proportion to prior times likelihood, by equal steps through the sum.
fn draw(space: &Space, raw: &Raw) -> Vec<u32> {
    let total: f64 = raw.favoured.iter().sum();
    if !total.is_finite() || total <= 0.0 {
        return Vec::new();
    }
    let mut drawn = Vec::with_capacity(DRAWN);
    let step = total / DRAWN as f64;
    let (mut next, mut before) = (step / 2.0, 0.0);
    for (chunk, favoured) in raw.favoured.iter().enumerate() {
        if before + favoured < next {
            before += favoured;
            continue;
        }
        let from = chunk * CHUNK;
        let pairs = raw.values.iter().zip(&space.prior).skip(from).take(CHUNK);
        let mut within = before;
        for (index, (value, prior)) in (from..).zip(pairs) {
            within += f64::from(*value) * f64::from(*prior);
            while next < within && drawn.len() < DRAWN {
                drawn.extend(u32::try_from(index));
                next += step;
            }
        }
        before += favoured;
    }
    scatter(&drawn)
}

/// Reorders so that any beginning is spread over the whole.
fn scatter(drawn: &[u32]) -> Vec<u32> {
    // 101 shares no divisor with any length up to 256 but its own multiples, which are left as they are.
    let stride = if drawn.len().is_multiple_of(101) { 1 } else { 101 };
    (0..drawn.len()).filter_map(|index| drawn.get(index * stride % drawn.len()).copied()).collect()
}

impl Ready {
    /// Works out what a statement says of every state.
    pub(super) fn new(world: &dyn World, space: &Space, statement: &Statement) -> Self {
        let likelihood = Likelihood::new(world, space, statement);
        let raw = raw(space, &likelihood);
        let on_cells: f64 = raw.favoured.iter().sum();
        let elsewhere = raw.values.iter().zip(&space.prior).skip(space.first_node);
        let all =
            on_cells + elsewhere.map(|(value, prior)| f64::from(*value) * f64::from(*prior)).sum::<f64>();
        // A wrong clue names a place where people are held, or any place.
        let wrong = if likelihood.missed { 1.0 } else { f64::midpoint(all, raw.mean) };
        let wrong = if wrong.is_finite() && wrong > 0.0 { wrong } else { 1.0 };
        let scale = (1.0 / wrong).min(1e30) as f32;
        let parts = raw
            .values
            .chunks(CHUNK)
            .zip(&raw.touched)
            .map(|(values, touched)| if *touched { part(values, scale) } else { Part::Flat(0.0) })
            .collect();
        let drawn = if likelihood.missed { Vec::new() } else { draw(space, &raw) };
        let layer = Layer { parts, wrong_density: wrong, on_cells: on_cells / wrong, drawn };
        Self { likelihood: Arc::new(likelihood), layer }
    }
}

impl Layer {
    /// The value of a state.
    pub(super) fn at(&self, state: usize) -> f32 {
        self.parts.get(state / CHUNK).map_or(1.0, |part| part.at(state % CHUNK))
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let each = self.parts.iter().filter(|part| matches!(part, Part::Each(_))).count();
        self.parts.len() * size_of::<Part>() + each * CHUNK * 4 + self.drawn.len() * 4
    }
}

struct Kept {
    statement: Statement,
    version: u64,
    used: u64,
    ready: Arc<Ready>,
}

#[derive(Default)]
struct Shelf {
    by_clue: HashMap<u128, Kept>,
    bytes: usize,
    clock: u64,
}

/// Layers that were worked out, up to so many bytes. What was not used for longest goes first.
pub struct Layers {
    shelf: Mutex<Shelf>,
    limit: usize,
}

/// What [`Ready`] holds beside its layer, at most: the tables of a sun time.
const READY_BYTES: usize = 64_000;

impl Layers {
    /// An empty store.
    #[must_use]
    pub fn new(limit_bytes: usize) -> Self {
        Self { shelf: Mutex::default(), limit: limit_bytes }
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.shelf.lock().map_or(0, |shelf| shelf.bytes)
    }

    /// The layer of a clue, worked out if it is not there or says something else by now.
    pub(super) fn get(
        &self,
        world: &dyn World,
        space: &Space,
        id: u128,
        statement: &Statement,
    ) -> Arc<Ready> {
        if let Ok(mut shelf) = self.shelf.lock() {
            shelf.clock += 1;
            let clock = shelf.clock;
            if let Some(kept) = shelf.by_clue.get_mut(&id)
                && kept.version == space.version
                && kept.statement == *statement
            {
                kept.used = clock;
                return Arc::clone(&kept.ready);
            }
        }
        let ready = Arc::new(Ready::new(world, space, statement));
        if let Ok(mut shelf) = self.shelf.lock() {
            shelf.keep(id, statement, space.version, &ready, self.limit);
        }
        ready
    }
}

impl Shelf {
    fn keep(&mut self, id: u128, statement: &Statement, version: u64, ready: &Arc<Ready>, limit: usize) {
        let size = |ready: &Ready| ready.layer.bytes() + READY_BYTES;
        if size(ready) > limit {
            return;
        }
        self.bytes += size(ready);
        let kept = Kept { statement: statement.clone(), version, used: self.clock, ready: Arc::clone(ready) };
        if let Some(old) = self.by_clue.insert(id, kept) {
            self.bytes -= size(&old.ready);
        }
        while self.bytes > limit {
            let oldest = self.by_clue.iter().min_by_key(|(id, kept)| (kept.used, **id)).map(|(id, _)| *id);
            let Some(old) = oldest.and_then(|id| self.by_clue.remove(&id)) else { break };
            self.bytes -= size(&old.ready);
        }
    }
}

impl Ready {
    /// The same with a value for every state: what it would cost if nothing were flat.
    pub(super) fn dense(&self) -> Self {
        let each = |part: &Part| {
            let mut values = [0.0; CHUNK];
            for (index, value) in values.iter_mut().enumerate() {
                *value = part.at(index);
            }
            Part::Each(Box::new(values))
        };
        let layer = &self.layer;
        let layer = Layer {
            parts: layer.parts.iter().map(each).collect(),
            wrong_density: layer.wrong_density,
            on_cells: layer.on_cells,
            drawn: layer.drawn.clone(),
        };
        Self { likelihood: Arc::clone(&self.likelihood), layer }
    }
}
