//! Threads that own a connection each.
//!
//! A unit of work waits in one queue for whichever thread comes free, is run there from its beginning to its end, and is
//! answered from there: no connection is handed about, and no more threads run than there are connections.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tokio::sync::oneshot;

use super::dialect::OpenError;
use crate::error::{Error, Result};

/// Units of work that may wait; more are refused at once so that the wait stays bounded.
const QUEUE: usize = 4_096;
/// A connection that was unused for so long is asked whether it lives before it is used: its server, or a firewall in
/// between, may have closed it.
const UNASKED: Duration = Duration::from_secs(1);

/// A connection that a thread can own.
pub(super) trait Owned: 'static {
    /// One round trip; false when it is to be opened again.
    fn is_alive(&mut self) -> bool;
}

/// Where the answer of a unit of work goes.
pub(super) type Reply<T> = oneshot::Sender<Result<T>>;

/// What a unit of work says of the connection it ran on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Belief {
    Sound,
    /// Something failed: whether that was the connection is to be found out.
    Doubtful,
}

impl Belief {
    /// By what came of it: a refusal says nothing of the connection.
    pub(super) fn after<T>(result: &Result<T>) -> Self {
        match result {
            Err(error) if error.status() >= 500 => Self::Doubtful,
            _ => Self::Sound,
        }
    }
}

/// Gets none where no connection can be had.
type Work<C> = Box<dyn FnOnce(Option<&mut C>) -> Belief + Send>;

struct Job<C> {
    /// Set by whoever is first: the thread that begins it, or the caller who has waited long enough.
    taken: Arc<AtomicBool>,
    run: Work<C>,
}

/// Handle to the threads; they end with the last one.
pub(super) struct Pool<C> {
    queue: Sender<Job<C>>,
    patience: Duration,
}

impl<C: Owned> Pool<C> {
    /// Starts threads that open their connections when they first need them. Whoever has waited for `patience` to be begun
    /// is refused.
    pub(super) fn start(
        name: &str,
        threads: u32,
        patience: Duration,
        open: impl Fn() -> Result<C, OpenError> + Send + Sync + 'static,
    ) -> Self {
        let (queue, jobs) = bounded(QUEUE);
        let (open, doubts) = (Arc::new(open), Arc::new(AtomicU64::new(0)));
        for number in 0..threads.max(1) {
            let (open, doubts, jobs) = (Arc::clone(&open), Arc::clone(&doubts), jobs.clone());
            std::thread::Builder::new()
                .name(format!("{name}-{number}"))
                .spawn(move || Seat { open, doubts, held: None }.serve_all(&jobs))
                .map_or_else(|error| tracing::error!(%error, "a database thread did not start"), drop);
        }
        Self { queue, patience }
    }

    /// Runs a unit of work.
    ///
    /// # Errors
    /// What the work says; `busy` when no connection came free in time.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut C) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.ask(move |connection, reply| {
            let result = work(connection);
            let belief = Belief::after(&result);
            // The caller may have gone away.
            drop(reply.send(result));
            belief
        })
        .await
    }

    /// Runs a unit of work that sends its answer itself, or has it sent.
    ///
    /// # Errors
    /// What is sent; `busy` when no connection came free in time.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut C, Reply<T>) -> Belief + Send + 'static,
    ) -> Result<T> {
        let (reply, mut answer) = oneshot::channel();
        let taken = Arc::new(AtomicBool::new(false));
        let run: Work<C> = Box::new(move |connection| match connection {
            Some(connection) => work(connection, reply),
            None => {
                drop(reply.send(Err(Error::busy("the database cannot be reached"))));
                Belief::Doubtful
            }
        });
        self.queue.try_send(Job { taken: Arc::clone(&taken), run }).map_err(|error| match error {
            TrySendError::Full(_) => Error::busy("the database's queue is full"),
            TrySendError::Disconnected(_) => Error::internal("the database threads have stopped"),
        })?;
        let answer = match tokio::time::timeout(self.patience, &mut answer).await {
            Ok(answer) => answer,
            Err(_) if !taken.swap(true, Ordering::AcqRel) => {
                return Err(Error::busy("no database connection came free in time"));
            }
            // It was begun in time, and runs to its end.
            Err(_) => answer.await,
        };
        answer.unwrap_or_else(|_| Err(Error::internal("a unit of work gave no answer")))
    }
}

/// What one thread has.
struct Seat<C, F: ?Sized> {
    open: Arc<F>,
    /// Counts up when any thread's connection failed: what ended it has likely ended the others.
    doubts: Arc<AtomicU64>,
    held: Option<Held<C>>,
}

struct Held<C> {
    connection: C,
    used: Instant,
    /// Of how many doubts it was cleared.
    cleared: u64,
}

impl<C: Owned, F: Fn() -> Result<C, OpenError>> Seat<C, F> {
    fn serve_all(mut self, jobs: &Receiver<Job<C>>) {
        jobs.iter().for_each(|job| self.serve(job));
    }

    fn serve(&mut self, Job { taken, run }: Job<C>) {
        if taken.swap(true, Ordering::AcqRel) {
            return;
        }
        self.check();
        let held = self.held.as_mut();
        let connection = held.map(|held| &mut held.connection);
        let Ok(belief) = catch_unwind(AssertUnwindSafe(|| run(connection))) else {
            // The caller sees that no answer came. What the work had begun ends with its connection.
            return self.close();
        };
        if belief == Belief::Doubtful {
            self.doubts.fetch_add(1, Ordering::AcqRel);
        }
        if let Some(held) = &mut self.held {
            held.used = Instant::now();
        }
    }

    /// Has a connection that can be believed, if one can be had.
    fn check(&mut self) {
        let doubts = self.doubts.load(Ordering::Acquire);
        if let Some(held) = &mut self.held {
            if held.cleared == doubts && held.used.elapsed() < UNASKED {
                return;
            }
            if held.connection.is_alive() {
                held.cleared = doubts;
                return;
            }
            self.close();
        }
        match (self.open)() {
            Ok(connection) => self.held = Some(Held { connection, used: Instant::now(), cleared: doubts }),
            Err(error) => tracing::error!(%error, "a database connection could not be opened"),
        }
    }

    /// To close a connection that has seen a failure may panic, in Diesel, and the thread must live.
    fn close(&mut self) {
        let held = self.held.take();
        if catch_unwind(AssertUnwindSafe(|| drop(held))).is_err() {
            tracing::error!("a connection could not be closed");
        }
    }
}
