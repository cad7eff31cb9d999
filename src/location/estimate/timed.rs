//! The parts of an answer, each with its time, for the cost table. The caller brings the clock.

use std::time::Duration;

use super::answer::Asked;
use super::fuse::posterior;
use super::layer::{Layers, Ready};
use super::problem::Problem;
use super::sketch::Sketch;
use super::space::Space;
use super::world::World;

/// Times of the parts.
#[derive(Debug, Clone, Copy)]
pub struct Timed {
    /// The layer of one clue, on average.
    pub layer: Duration,
    /// The slowest one.
    pub slowest_layer: Duration,
    /// Who lies and when they moved.
    pub sketch: Duration,
    /// The sum over all states from kept layers.
    pub fused: Duration,
    /// The same when no layer has a flat part.
    pub fused_dense: Duration,
}

/// Measures the parts of an answer.
#[must_use]
pub fn timed(world: &dyn World, space: &Space, asked: &Asked<'_>, clock: &dyn Fn() -> Duration) -> Timed {
    let (mut all, mut slowest) = (Duration::ZERO, Duration::ZERO);
    for clue in asked.clues {
        // The better of two: the first may wait for memory that another had.
        let once = || {
            let start = clock();
            std::hint::black_box(Ready::new(world, space, &clue.statement));
            clock() - start
        };
        let time = once().min(once());
        all += time;
        slowest = slowest.max(time);
    }
    let mut problem = Problem::new(world, space, &Layers::new(1 << 30), asked.clues, asked.events, asked.day);
    let best = |run: &mut dyn FnMut()| {
        let times = (0..5).map(|_| {
            let start = clock();
            run();
            clock() - start
        });
        times.min().unwrap_or_default()
    };
    let sketch = Sketch::new(&mut problem);
    let sketched = best(&mut || {
        std::hint::black_box(Sketch::new(&mut problem));
    });
    let fused = best(&mut || {
        std::hint::black_box(posterior(&problem, &sketch.stays, sketch.ln_total));
    });
    let dense = problem.dense();
    let fused_dense = best(&mut || {
        std::hint::black_box(posterior(&dense, &sketch.stays, sketch.ln_total));
    });
    let count = u32::try_from(asked.clues.len().max(1)).unwrap_or(1);
    Timed { layer: all / count, slowest_layer: slowest, sketch: sketched, fused, fused_dense }
}
