//! SQLite's one writer, with group commit.
//!
//! One thread owns the only writing connection. It drains its queue into one transaction, a savepoint per unit
//! of work, and answers all of them after the one `COMMIT`: the cost of making a write durable is shared, and
//! nobody ever sees `SQLITE_BUSY`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use diesel::connection::Connection;
use diesel::sqlite::SqliteConnection;
use tokio::sync::oneshot;

use super::Conn;
use crate::error::{Error, Result};

/// Units of work that share one commit at the most: measured to be past the knee of the curve.
const GROUP: usize = 64;
/// Units of work that may wait; more are refused at once so that the wait stays bounded.
const QUEUE: usize = 4096;

type Job = Box<dyn FnOnce(&mut SqliteConnection) -> Answer + Send>;
/// Called after the commit, with whether it succeeded.
type Answer = Box<dyn FnOnce(bool) + Send>;

#[derive(Clone)]
pub(super) struct Writer {
    queue: SyncSender<Job>,
}

impl Writer {
    pub(super) fn start(connection: SqliteConnection) -> Self {
        let (queue, jobs) = sync_channel(QUEUE);
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(connection, &jobs))
            .map_or_else(|error| tracing::error!(%error, "the writer thread did not start"), drop);
        Self { queue }
    }

    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<T> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = catch_unwind(AssertUnwindSafe(|| {
                connection.transaction(|connection| work(&mut Conn::Sqlite(connection)))
            }))
            .unwrap_or_else(|_| Err(Error::internal("a unit of work panicked")));
            Box::new(move |committed| {
                let result = if committed || result.is_err() {
                    result
                } else {
                    Err(Error::busy("the group could not be committed"))
                };
                // The caller may have gone away; what was committed stays committed.
                drop(reply.send(result));
            })
        });
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::busy("the write queue is full"),
            TrySendError::Disconnected(_) => Error::internal("the writer thread has stopped"),
        })?;
        outcome.await.unwrap_or_else(|_| Err(Error::internal("the writer dropped a unit of work")))
    }
}

fn serve(mut connection: SqliteConnection, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(job) = jobs.try_recv()
        {
            group.push(job);
        }
        commit(&mut connection, group);
    }
}

fn commit(connection: &mut SqliteConnection, group: Vec<Job>) {
    let mut answers = Vec::with_capacity(group.len());
    let committed = connection.immediate_transaction(|connection| {
        answers.extend(group.into_iter().map(|job| job(connection)));
        Ok::<_, diesel::result::Error>(())
    });
    if let Err(error) = &committed {
        tracing::error!(?error, "a group of writes was not committed");
    }
    for answer in answers {
        answer(committed.is_ok());
    }
}
