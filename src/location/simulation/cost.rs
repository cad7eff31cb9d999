//! What an answer costs, beside what the memory could do: the caller brings the clock.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::case::{Trouble, case};
use super::random::Random;
use super::universe::{Shape, Universe};
use super::{Named, case::Case};
use crate::location::estimate::{Asked, Extent, Grid, Layers, Space, Timed, World, estimate, timed};

/// Times of one run on one thread.
#[derive(Debug, Clone)]
pub struct Cost {
    /// Cells of the grid.
    pub cells: usize,
    /// Clues.
    pub clues: usize,
    /// Bytes a second that one thread reads from memory, measured.
    pub bandwidth: f64,
    /// What reading one 32-bit number for each clue and cell would take.
    pub floor: Duration,
    /// The sum over all cells from kept layers, as they are.
    pub fused: Duration,
    /// The same where every clue differs in every cell: the worst that can come.
    pub fused_dense: Duration,
    /// One new clue: its layer, on average.
    pub layer: Duration,
    /// The slowest layer.
    pub slowest_layer: Duration,
    /// Who lies and when they moved, on the sample.
    pub sketch: Duration,
    /// The whole answer from kept layers, regions included, without explanation.
    pub answer: Duration,
    /// With explanation and questions.
    pub explained: Duration,
    /// Bytes of all layers.
    pub layer_bytes: usize,
    /// Bytes of the grid.
    pub grid_bytes: usize,
}

/// Reads much more than a cache holds, once.
fn bandwidth(clock: &dyn Fn() -> Duration) -> f64 {
    let numbers = vec![1.0_f32; 48 << 20];
    let mut best = f64::MAX;
    for _ in 0..3 {
        let start = clock();
        let mut lanes = [0.0_f32; 32];
        for many in numbers.chunks_exact(32) {
            for (lane, number) in lanes.iter_mut().zip(many) {
                *lane += number;
            }
        }
        std::hint::black_box(lanes);
        best = best.min((clock() - start).as_secs_f64());
    }
    let bytes = (numbers.len() * 4) as f64;
    bytes / best.max(1e-9)
}

/// A case with so many clues.
fn long_case(
    random: &mut Random,
    world: &dyn World,
    extent: &Extent,
    universe: &Universe,
    clues: usize,
) -> Case {
    let mut all: Option<Case> = None;
    for round in 0..200_u128 {
        let Some(mut next) = case(random, world, extent, universe, Trouble::USUAL) else { continue };
        for clue in &mut next.clues {
            clue.id += 1_000 * (round + 1);
        }
        match &mut all {
            None => all = Some(next),
            Some(all) => all.clues.append(&mut next.clues),
        }
        if all.as_ref().is_some_and(|all| all.clues.len() >= clues) {
            break;
        }
    }
    let mut all = all.unwrap_or(Case {
        clues: Vec::new(),
        day: 0.0,
        at: crate::location::geo::Point { lat: 0.0, lon: 0.0 },
        site: None,
    });
    all.clues.truncate(clues);
    all
}

/// Measures.
#[must_use]
pub fn cost(
    world: &dyn World,
    extent: &Extent,
    grid: &Arc<Grid>,
    clues: usize,
    clock: &dyn Fn() -> Duration,
) -> Cost {
    let mut random = Random::new(7);
    let shape = Shape { sites: 80, missing: 0.2, towns: 600 };
    let universe = Universe::new(&mut random, world, extent, shape);
    let named = Named { world, universe: &universe };
    let space = Space::new(&named, grid, &universe.list);
    let case = long_case(&mut random, world, extent, &universe, clues);
    let asked = Asked { clues: &case.clues, events: &[], day: case.day, explain: false };
    // Once before, so that distances to borders are there.
    let layers = Layers::new(512 << 20);
    let _ = estimate(&named, &space, &layers, &asked);
    let Timed { layer, slowest_layer, sketch, fused, fused_dense } = timed(&named, &space, &asked, clock);
    let best = |run: &dyn Fn()| {
        let times = (0..3).map(|_| {
            let start = clock();
            run();
            clock() - start
        });
        times.min().unwrap_or_default()
    };
    let answer = best(&|| {
        std::hint::black_box(estimate(&named, &space, &layers, &asked));
    });
    let explained = best(&|| {
        std::hint::black_box(estimate(&named, &space, &layers, &Asked { explain: true, ..asked }));
    });
    let bandwidth = bandwidth(clock);
    let bytes = (clues * grid.len() * 4) as f64;
    Cost {
        cells: grid.len(),
        clues: case.clues.len(),
        bandwidth,
        floor: Duration::from_secs_f64(bytes / bandwidth),
        fused,
        fused_dense,
        layer,
        slowest_layer,
        sketch,
        answer,
        explained,
        layer_bytes: layers.bytes(),
        grid_bytes: grid.bytes(),
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        let mb = |bytes: usize| bytes as f64 / 1e6;
        writeln!(f, "{} cells, {} clues, one thread", self.cells, self.clues)?;
        writeln!(f, "memory reads                     {:>8.2} GB/s", self.bandwidth / 1e9)?;
        writeln!(f, "floor: one number a clue a cell  {:>8.2} ms", ms(self.floor))?;
        writeln!(
            f,
            "all cells from kept layers       {:>8.2} ms  {:.2} of the floor",
            ms(self.fused),
            self.fused.as_secs_f64() / self.floor.as_secs_f64().max(1e-12)
        )?;
        writeln!(
            f,
            "  if no layer had a flat part    {:>8.2} ms  {:.2} of the floor",
            ms(self.fused_dense),
            self.fused_dense.as_secs_f64() / self.floor.as_secs_f64().max(1e-12)
        )?;
        writeln!(f, "one new clue's layer, mean       {:>8.2} ms", ms(self.layer))?;
        writeln!(f, "  slowest                        {:>8.2} ms", ms(self.slowest_layer))?;
        writeln!(f, "who lies and when they moved     {:>8.2} ms", ms(self.sketch))?;
        writeln!(f, "an answer with its regions       {:>8.2} ms", ms(self.answer))?;
        writeln!(f, "  with explanation and questions {:>8.2} ms", ms(self.explained))?;
        writeln!(f, "layers of these clues            {:>8.2} MB", mb(self.layer_bytes))?;
        write!(f, "grid                             {:>8.2} MB", mb(self.grid_bytes))
    }
}
