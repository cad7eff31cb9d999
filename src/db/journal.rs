//! Rows that are durable before an answer leaves, written many at a time.
//!
//! Whoever adds a row and finds nobody at work on those that wait takes all of them in hand: on PostgreSQL on the
//! connection that it holds already, on SQLite by the writer. What comes meanwhile is the next turn's.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::connection::Connection;
use diesel::pg::PgConnection;

use super::pool::{Belief, Reply};
use super::{Conn, Database, Engine, dialect, writer::Writer};
use crate::error::{Error, Result};

/// Rows that may wait; more are refused at once.
const QUEUE: usize = 4_096;

/// A row of a journal.
pub trait Entry: Sized + Send + 'static {
    /// Writes rows.
    ///
    /// # Errors
    /// Of the database.
    fn insert(conn: &mut Conn<'_>, entries: &[Self]) -> Result<()>;
}

/// Handle; cheap to clone.
pub struct Journal<E> {
    db: Database,
    waiting: Arc<Mutex<Waiting<E>>>,
}

impl<E> Clone for Journal<E> {
    fn clone(&self) -> Self {
        Self { db: self.db.clone(), waiting: Arc::clone(&self.waiting) }
    }
}

/// Called when it is known whether a row is durable.
type Answer = Box<dyn FnOnce(bool) + Send>;

struct Waiting<E> {
    rows: Vec<(E, Answer)>,
    is_in_hand: bool,
}

impl<E: Entry> Journal<E> {
    /// An empty one.
    pub fn of(db: Database) -> Self {
        Self { db, waiting: Arc::new(Mutex::new(Waiting { rows: Vec::new(), is_in_hand: false })) }
    }

    /// Returns once the row is durable.
    ///
    /// # Errors
    /// `busy` when it could not be written: what it is about must then not be done.
    pub async fn record(&self, entry: E) -> Result<()> {
        let journal = self.clone();
        let answer = async {
            match &*self.db.engine {
                Engine::Sqlite { writer, .. } => {
                    let (reply, answer) = tokio::sync::oneshot::channel();
                    journal.add_to(writer, entry, (), reply);
                    answer.await.unwrap_or_else(|_| Err(unwritten()))
                }
                Engine::Postgres(pool) => {
                    pool.ask(move |connection, reply| journal.add_on(connection, entry, (), reply)).await
                }
            }
        };
        self.db.in_time(answer).await.unwrap_or_else(|| Err(unwritten()))
    }

    /// As [`Database::read`], for work that says what of it is to be put on record: that is durable before this returns.
    ///
    /// # Errors
    /// As [`Database::read`], and as [`Self::record`].
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<(T, Option<E>)> + Send + 'static,
    {
        let (engine, journal) = (Arc::clone(&self.db.engine), self.clone());
        let answer = async {
            match &*self.db.engine {
                Engine::Sqlite { readers, .. } => {
                    readers
                        .ask(move |connection, reply: Reply<T>| {
                            let result = dialect::on_snapshot(connection, |connection| {
                                work(&mut Conn::Sqlite(connection))
                            });
                            let belief = Belief::after(&result);
                            match (result, &*engine) {
                                (Ok((value, Some(entry))), Engine::Sqlite { writer, .. }) => {
                                    journal.add_to(writer, entry, value, reply);
                                }
                                (result, _) => drop(reply.send(result.map(|(value, _)| value))),
                            }
                            belief
                        })
                        .await
                }
                Engine::Postgres(pool) => {
                    pool.ask(move |connection, reply: Reply<T>| match work(&mut Conn::postgres(connection)) {
                        Ok((value, Some(entry))) => journal.add_on(connection, entry, value, reply),
                        result => {
                            let belief = Belief::after(&result);
                            drop(reply.send(result.map(|(value, _)| value)));
                            belief
                        }
                    })
                    .await
                }
            }
        };
        self.db
            .in_time(answer)
            .await
            .unwrap_or_else(|| Err(Error::busy("the database did not answer in time")))
    }

    /// Answers with `value` once the row is written, by SQLite's writer.
    fn add_to<T: Send + 'static>(&self, writer: &Writer, entry: E, value: T, reply: Reply<T>) {
        if !self.add(entry, value, reply) {
            return;
        }
        let taken: Arc<Mutex<Vec<Answer>>> = Arc::default();
        let (journal, inner) = (self.clone(), Arc::clone(&taken));
        let work = move |conn: &mut Conn<'_>| {
            let (entries, answers) = journal.take();
            *lock(&inner) = answers;
            E::insert(conn, &entries)
        };
        let journal = self.clone();
        let submitted = writer.submit(true, work, move |result| {
            if let Err(error) = &result {
                tracing::error!(?error, "rows of reads were not written");
            }
            let mut answers = std::mem::take(&mut *lock(&taken));
            if answers.is_empty() {
                // It was refused before it had begun.
                answers = journal.take().1;
            }
            answers.into_iter().for_each(|answer| answer(result.is_ok()));
        });
        if submitted.is_err() {
            self.take().1.into_iter().for_each(|answer| answer(false));
        }
    }

    /// Answers with `value` once the row is written, here or by whoever is at work already.
    fn add_on<T: Send + 'static>(
        &self,
        connection: &mut PgConnection,
        entry: E,
        value: T,
        reply: Reply<T>,
    ) -> Belief {
        let mut belief = Belief::Sound;
        let mut is_ours = self.add(entry, value, reply);
        while is_ours {
            let (entries, answers) = self.take_on();
            is_ours = !entries.is_empty();
            let write = || match entries.len() {
                0 => Ok(()),
                1 => E::insert(&mut Conn::postgres(connection), &entries),
                _ => {
                    connection.transaction(|connection| E::insert(&mut Conn::postgres(connection), &entries))
                }
            };
            // Whoever has them in hand must let go of them, whatever happens: the rows that come later wait for it.
            let written = catch_unwind(AssertUnwindSafe(write))
                .unwrap_or_else(|_| Err(Error::internal("to write rows of reads panicked")));
            if let Err(error) = &written {
                tracing::error!(?error, "rows of reads were not written");
                belief = Belief::Doubtful;
            }
            answers.into_iter().for_each(|answer| answer(written.is_ok()));
        }
        belief
    }

    /// Whether whoever adds it must take in hand what waits.
    fn add<T: Send + 'static>(&self, entry: E, value: T, reply: Reply<T>) -> bool {
        let mut waiting = lock(&self.waiting);
        if waiting.rows.len() >= QUEUE {
            drop(reply.send(Err(Error::busy("the journal's queue is full"))));
            return false;
        }
        // The caller may have gone away; the row stays.
        let answer =
            Box::new(move |written| drop(reply.send(if written { Ok(value) } else { Err(unwritten()) })));
        waiting.rows.push((entry, answer));
        !std::mem::replace(&mut waiting.is_in_hand, true)
    }

    /// What waits; the next to add a row takes that in hand.
    fn take(&self) -> (Vec<E>, Vec<Answer>) {
        let mut waiting = lock(&self.waiting);
        waiting.is_in_hand = false;
        std::mem::take(&mut waiting.rows).into_iter().unzip()
    }

    /// What waits; whoever asks goes on until there is nothing.
    fn take_on(&self) -> (Vec<E>, Vec<Answer>) {
        let mut waiting = lock(&self.waiting);
        waiting.is_in_hand = !waiting.rows.is_empty();
        std::mem::take(&mut waiting.rows).into_iter().unzip()
    }
}

fn unwritten() -> Error {
    Error::busy("what was to be put on record was not written")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
