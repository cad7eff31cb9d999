//! SQLite's one writer, with group commit.
//!
//! One thread owns the only writing connection. It drains its queue into one transaction, a savepoint per unit
//! of work, and answers all of them after the one `COMMIT`: the cost of making a write durable is shared, and
//! nobody ever sees `SQLITE_BUSY`.
//!
//! When the disk is full or fails, SQLite may end the whole transaction in the middle of a unit of work. What came after
//! it would then be committed by itself, so the group is given up there, all of it. A connection that has seen a failure
//! is opened again: nothing of what it believed is believed any longer. Until there is room again the log is kept short.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use diesel::connection::{AnsiTransactionManager, Connection, TransactionManager};
use diesel::sqlite::SqliteConnection;
use tokio::sync::oneshot;

use super::room::Room;
use super::{Conn, Failure, dialect};
use crate::error::{Error, Result};

/// Units of work that share one commit at the most: measured to be past the knee of the curve.
const GROUP: usize = 64;
/// Units of work that may wait; more are refused at once so that the wait stays bounded.
const QUEUE: usize = 4096;

/// A unit of work.
struct Job {
    run: Box<dyn FnOnce(Turn<'_>) -> Ran + Send>,
    /// Whether it goes on in the room that is kept back.
    must_go_on: bool,
}

/// How it comes to a unit of work.
enum Turn<'a> {
    /// In an open transaction.
    Open(&'a mut SqliteConnection),
    /// There is none, or no longer.
    GivenUp,
    /// The disk is full.
    NoRoom,
}

/// Called when it is known what became of the group.
type Answer = Box<dyn FnOnce(Fate) + Send>;

struct Ran {
    answer: Answer,
    /// Why the transaction is no longer to be believed, if it is not.
    failed: Option<End>,
}

/// What became of a group.
#[derive(Clone, Copy)]
enum Fate {
    Committed,
    /// Rolled back, or never begun.
    Undone,
    /// The commit failed after all of it was written: a crash before the next one may bring it back.
    Unknown,
}

#[derive(Clone)]
pub(super) struct Writer {
    queue: SyncSender<Job>,
    kept_back: Arc<AtomicU64>,
}

impl Writer {
    pub(super) fn start(connection: SqliteConnection, path: PathBuf) -> Self {
        let (queue, jobs) = sync_channel(QUEUE);
        let kept_back = Arc::default();
        let room = Room::beside(&path, Arc::clone(&kept_back));
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(connection, &path, room, &jobs))
            .map_or_else(|error| tracing::error!(%error, "the writer thread did not start"), drop);
        Self { queue, kept_back }
    }

    /// From its next group on.
    pub(super) fn keep_room(&self, bytes: u64) {
        self.kept_back.store(bytes, Ordering::Relaxed);
    }

    pub(super) async fn run<T, F>(&self, must_go_on: bool, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        // The caller may have gone away; what was committed stays committed.
        self.submit(must_go_on, work, |result| drop(reply.send(result)))?;
        outcome.await.unwrap_or_else(|_| Err(Error::unsettled("the writer dropped a unit of work")))
    }

    /// As [`Self::run`], for whoever does not wait: `answer` is called on the writer's thread when it is known what became
    /// of the group.
    pub(super) fn submit<T, F>(
        &self,
        must_go_on: bool,
        work: F,
        answer: impl FnOnce(Result<T>) + Send + 'static,
    ) -> Result<()>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<T> + Send + 'static,
    {
        let run = Box::new(move |turn: Turn<'_>| {
            let result = match turn {
                Turn::Open(connection) => catch_unwind(AssertUnwindSafe(|| {
                    connection.transaction(|connection| work(&mut Conn::Sqlite(connection)))
                }))
                .unwrap_or_else(|_| Err(Error::internal("a unit of work panicked"))),
                Turn::GivenUp => Err(Error::busy("the group was given up")),
                Turn::NoRoom => Err(Error::of_failure(Failure::Full, "only what must go on is written")),
            };
            let failed = result.as_ref().err().filter(|error| error.is_of_storage()).map(end_of);
            let answer: Answer = Box::new(move |fate| {
                answer(match (fate, result) {
                    (Fate::Committed, result) => result,
                    (_, Err(error)) if error.is_of_storage() => Err(error),
                    (Fate::Unknown, Ok(_)) => Err(Error::unsettled("the group may not have been committed")),
                    // A refusal, too, may rest on what another unit of the group had written.
                    _ => Err(Error::busy("the group was not committed")),
                });
            });
            Ran { answer, failed }
        });
        self.queue.try_send(Job { run, must_go_on }).map_err(|error| match error {
            TrySendError::Full(_) => Error::busy("the write queue is full"),
            TrySendError::Disconnected(_) => Error::internal("the writer thread has stopped"),
        })
    }
}

fn serve(mut connection: SqliteConnection, path: &Path, mut room: Room, jobs: &Receiver<Job>) {
    let mut is_ample = true;
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(job) = jobs.try_recv()
        {
            group.push(job);
        }
        match (std::mem::replace(&mut is_ample, room.is_ample()), is_ample) {
            (true, false) => keep_log_short(&mut connection),
            (false, true) => reopen(&mut connection, path),
            _ => {}
        }
        if !is_ample {
            let (goes_on, refused): (Vec<_>, Vec<_>) = group.into_iter().partition(|job| job.must_go_on);
            group = goes_on;
            for job in refused {
                ((job.run)(Turn::NoRoom).answer)(Fate::Undone);
            }
        }
        let end = if group.is_empty() { End::Committed } else { commit(&mut connection, group) };
        if end == End::NoRoom {
            room.give_back();
        }
        if end != End::Committed {
            reopen(&mut connection, path);
        }
        if end == End::NoRoom {
            is_ample = false;
            keep_log_short(&mut connection);
        }
    }
}

fn keep_log_short(connection: &mut SqliteConnection) {
    if let Err(error) = dialect::keep_log_short(connection) {
        tracing::warn!(?error, "the log of SQLite was not cut");
    }
}

/// How a group ended, as far as the writer is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Committed,
    NoRoom,
    Failed,
}

fn commit(connection: &mut SqliteConnection, group: Vec<Job>) -> End {
    if let Err(error) = AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN IMMEDIATE") {
        tracing::error!(?error, "a group of writes was not begun");
        for job in group {
            ((job.run)(Turn::GivenUp).answer)(Fate::Undone);
        }
        return end_of(&Error::from(error));
    }
    let mut answers = Vec::with_capacity(group.len());
    let mut broken = None;
    for job in group {
        let turn = if broken.is_none() { Turn::Open(&mut *connection) } else { Turn::GivenUp };
        let ran = (job.run)(turn);
        answers.push(ran.answer);
        if broken.is_none() && (ran.failed.is_some() || !is_open(connection)) {
            broken = Some(ran.failed.unwrap_or(End::Failed));
        }
    }
    let (fate, end) = match broken {
        None => finish(connection),
        Some(end) => (undo(connection), end),
    };
    for answer in answers {
        answer(fate);
    }
    end
}

fn end_of(error: &Error) -> End {
    if error.code() == "storage-full" { End::NoRoom } else { End::Failed }
}

/// Whether the transaction of the group, and none within it, is open.
fn is_open(connection: &mut SqliteConnection) -> bool {
    let status = AnsiTransactionManager::transaction_manager_status_mut(connection);
    status.transaction_depth().is_ok_and(|depth| depth.is_some_and(|depth| depth.get() == 1))
}

fn finish(connection: &mut SqliteConnection) -> (Fate, End) {
    match AnsiTransactionManager::commit_transaction(connection) {
        Ok(()) => (Fate::Committed, End::Committed),
        Err(error) => {
            tracing::error!(?error, "a group of writes was not committed");
            let end = end_of(&Error::from(error));
            // Where there was no room, the end of what was to be committed was not written.
            (if end == End::NoRoom { Fate::Undone } else { Fate::Unknown }, end)
        }
    }
}

fn undo(connection: &mut SqliteConnection) -> Fate {
    tracing::error!("a group of writes was given up");
    // Where it is gone already there is nothing to roll back; else closing the connection does.
    drop(AnsiTransactionManager::rollback_transaction(connection));
    Fate::Undone
}

/// Keeps the old one where that fails: its next group is refused, and it is tried again.
fn reopen(connection: &mut SqliteConnection, path: &Path) {
    // To close a connection that has seen a failure may panic, in Diesel, and the thread must live.
    let opened = catch_unwind(AssertUnwindSafe(|| match dialect::sqlite_connection(path) {
        Ok(opened) => *connection = opened,
        Err(error) => tracing::error!(%error, "the writer could not open the database again"),
    }));
    if opened.is_err() {
        tracing::error!("a connection could not be closed");
    }
}
