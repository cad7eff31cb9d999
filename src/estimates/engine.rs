//! What is costly to make and kept: the grid, the space of an organisation's sites, the layers of clues, answers.
//!
//! All of it is bounded, and none of it is ever written anywhere.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::inputs::Inputs;
use crate::config::EstimateSettings;
use crate::error::Result;
use crate::http::heavy::heavy;
use crate::jobs::pace;
use crate::location::estimate::{Asked, Earth, Estimate, Extent, Grid, Layers, Space, estimate};
use crate::location::geo::Point;

/// Spaces that are kept: one for each list of sites that was asked for lately.
const SPACES: usize = 3;
/// Bytes of layers that each of them keeps.
const LAYER_BYTES: usize = 24 << 20;
/// Answers that are kept.
const ANSWERS: usize = 128;

/// Keeps what is costly to make.
pub struct Engine {
    /// Corners of where people are looked for; all of the region if there are none.
    windows: Vec<(Point, Point)>,
    grid: OnceLock<Arc<Grid>>,
    spaces: Mutex<VecDeque<(Digest, Arc<Ground>)>>,
    answers: Mutex<VecDeque<(Key, Arc<Estimate>)>>,
}

type Digest = [u8; 32];

/// What an answer is known by: its inputs and the hour.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key {
    digest: Digest,
    hour: i64,
    explain: bool,
}

/// A space and the layers that were made for it.
struct Ground {
    space: Space,
    layers: Layers,
}

/// What is asked of the engine beside the inputs.
#[derive(Debug, Clone, Copy)]
pub struct When {
    /// For which hour, counted since 1970-01-01T00:00:00Z.
    pub hour: i64,
    /// Whether contributions and questions are wanted.
    pub explain: bool,
}

impl When {
    /// In days since 1970-01-01.
    #[must_use]
    pub fn day(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "hours of a few thousand years")]
        let hours = self.hour as f64;
        hours / 24.0
    }
}

impl Engine {
    /// With nothing kept yet.
    pub fn new(settings: &EstimateSettings) -> Self {
        let windows = settings.windows.iter().filter_map(|[south, west, north, east]| {
            Some((Point::new(*south, *west)?, Point::new(*north, *east)?))
        });
        Self {
            windows: windows.collect(),
            grid: OnceLock::new(),
            spaces: Mutex::default(),
            answers: Mutex::default(),
        }
    }

    /// The answer for these inputs, kept or made now.
    ///
    /// # Errors
    /// `busy` when too much is being reckoned.
    pub async fn answer(self: &Arc<Self>, inputs: Arc<Inputs>, when: When) -> Result<Arc<Estimate>> {
        let key = Key { digest: inputs.digest, hour: when.hour, explain: when.explain };
        if let Some(answer) = self.kept(&key) {
            return Ok(answer);
        }
        let engine = Arc::clone(self);
        heavy(move || Ok(engine.make(&inputs, key, when))).await
    }

    /// As [`Self::answer`], for nobody who waits.
    ///
    /// # Errors
    /// `internal` when there is no thread to reckon on.
    pub async fn answer_aside(self: &Arc<Self>, inputs: Arc<Inputs>, when: When) -> Result<Arc<Estimate>> {
        let key = Key { digest: inputs.digest, hour: when.hour, explain: when.explain };
        if let Some(answer) = self.kept(&key) {
            return Ok(answer);
        }
        let engine = Arc::clone(self);
        pace::aside(move || Ok(engine.make(&inputs, key, when))).await
    }

    fn kept(&self, wanted: &Key) -> Option<Arc<Estimate>> {
        let answers = lock(&self.answers);
        // An explained answer is also one that is not.
        let fits = |key: &Key| {
            key.digest == wanted.digest && key.hour == wanted.hour && key.explain >= wanted.explain
        };
        answers.iter().find(|(key, _)| fits(key)).map(|(_, answer)| Arc::clone(answer))
    }

    /// Forgets every answer.
    pub fn forget(&self) {
        lock(&self.answers).clear();
    }

    fn make(&self, inputs: &Inputs, key: Key, when: When) -> Arc<Estimate> {
        if let Some(answer) = self.kept(&key) {
            return answer;
        }
        let earth = Earth::active();
        let ground = self.ground(&earth, inputs);
        let asked =
            Asked { clues: &inputs.clues, events: &inputs.events, day: when.day(), explain: when.explain };
        let answer = Arc::new(estimate(&earth, &ground.space, &ground.layers, &asked));
        let mut answers = lock(&self.answers);
        answers.push_front((key, Arc::clone(&answer)));
        answers.truncate(ANSWERS);
        answer
    }

    fn grid(&self, earth: &Earth) -> &Arc<Grid> {
        self.grid.get_or_init(|| Arc::new(Grid::new(earth, &self.extent())))
    }

    /// Makes names, borders and grid in the background, so that the first question need not wait for them.
    pub fn warm(self: &Arc<Self>) {
        let engine = Arc::clone(self);
        // A thread of its own, since a server that is told to stop waits for those of its runtime. Without one the first
        // question does the same work.
        let started = std::thread::Builder::new().name("warm".to_owned()).spawn(move || {
            engine.grid(&Earth::active());
        });
        if let Err(error) = started {
            tracing::debug!(%error, "nothing is made ready");
        }
    }

    fn extent(&self) -> Extent {
        let mut extent = Extent::region();
        if !self.windows.is_empty() {
            extent.windows.clone_from(&self.windows);
        }
        extent
    }

    fn ground(&self, earth: &Earth, inputs: &Inputs) -> Arc<Ground> {
        let digest = inputs.sites_digest;
        let find = |spaces: &mut VecDeque<(Digest, Arc<Ground>)>| {
            let place = spaces.iter().position(|(known, _)| *known == digest)?;
            let found = spaces.remove(place)?;
            let ground = Arc::clone(&found.1);
            spaces.push_front(found);
            Some(ground)
        };
        if let Some(ground) = find(&mut lock(&self.spaces)) {
            return ground;
        }
        let space = Space::new(earth, self.grid(earth), &inputs.sites);
        let made = Arc::new(Ground { space, layers: Layers::new(LAYER_BYTES) });
        let mut spaces = lock(&self.spaces);
        if let Some(ground) = find(&mut spaces) {
            return ground;
        }
        spaces.push_front((digest, Arc::clone(&made)));
        spaces.truncate(SPACES);
        made
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
