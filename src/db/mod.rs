//! Two engines, one body of queries.
//!
//! [`Database::read`] and [`Database::write`] are the only ways in which requests and jobs run SQL. Each takes one closure, a unit of
//! work, and gives it a [`Conn`]. The [`on!`](crate::on) macro compiles a query for both engines. Everything in
//! which the engines differ is in `dialect.rs` (opening, migrating) and `writer.rs` (SQLite's group commit). Commands
//! that carry a whole database somewhere have a connection of their own, [`Direct`].

mod among;
mod dialect;
mod direct;
mod failure;
mod fragment;
mod journal;
mod kept;
mod literal;
mod pool;
mod room;
mod session;
pub mod stretch;
pub mod types;
pub mod window;
mod writer;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::Connection;
use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;

use crate::config::DatabaseSettings;
use crate::error::{Error, Result};
pub use among::among;
pub use dialect::{Location, OpenError};
pub use direct::Direct;
pub use failure::Failure;
pub use journal::{Entry, Journal};
pub use kept::{kept_update, kept_upsert};
pub use literal::literally;
use pool::Pool;
pub use session::Session;

/// A connection inside a unit of work, of either engine.
pub enum Conn<'a> {
    /// The embedded engine.
    Sqlite(&'a mut SqliteConnection),
    /// The server.
    Postgres(Session<'a>),
}

/// Compiles one query body for both engines; inside, `Backend` names the engine for `into_boxed`.
///
/// `on!(conn, c => cases::table.find(id).first::<CaseRow>(c))`
#[macro_export]
macro_rules! on {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::db::Conn::Sqlite(connection) => {
                #[allow(dead_code, reason = "only boxed queries name it")]
                type Backend = diesel::sqlite::Sqlite;
                let $c: &mut diesel::sqlite::SqliteConnection = connection;
                $body
            }
            $crate::db::Conn::Postgres(session) => {
                #[allow(dead_code, reason = "only boxed queries name it")]
                type Backend = diesel::pg::Pg;
                let $c: &mut diesel::pg::PgConnection = session.now();
                $body
            }
        }
    };
}

enum Engine {
    Sqlite { writer: writer::Writer, readers: Pool<SqliteConnection> },
    Postgres(Pool<PgConnection>),
}

/// Handle to the opened database; cheap to clone.
#[derive(Clone)]
pub struct Database {
    engine: Arc<Engine>,
    /// How long somebody waits for a unit of work.
    patience: Option<Duration>,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self.engine {
            Engine::Sqlite { .. } => "Database(sqlite)",
            Engine::Postgres(_) => "Database(postgres)",
        })
    }
}

impl Database {
    /// Opens pools, and brings the schema up to date.
    ///
    /// # Errors
    /// [`OpenError`] says which setting to look at.
    pub fn open(settings: &DatabaseSettings) -> Result<Self, OpenError> {
        let location = Location::parse(&settings.url)?;
        dialect::migrate(&location, settings.create)?;
        let timeout = Duration::from_millis(settings.acquire_timeout_ms);
        let engine = match &location {
            Location::Sqlite(path) => {
                let writer = writer::Writer::start(dialect::sqlite_connection(path)?, path.clone());
                let path = path.clone();
                let open = move || dialect::sqlite_reader(&path);
                Engine::Sqlite {
                    writer,
                    readers: Pool::start("sqlite-reader", settings.readers, timeout, open),
                }
            }
            Location::Postgres(url) => {
                let url = url.clone();
                let open = move || dialect::postgres_session(&url);
                Engine::Postgres(Pool::start("postgres", settings.connections, timeout, open))
            }
        };
        Ok(Self { engine: Arc::new(engine), patience: None })
    }

    /// The same, where nobody waits for longer than this: a server that has become silent must not hold up every
    /// request. Work that was begun goes on.
    #[must_use]
    pub fn answering_within(self, patience: Duration) -> Self {
        Self { patience: Some(patience), ..self }
    }

    /// Brings the schema of `settings.url` up to date and nothing else.
    ///
    /// # Errors
    /// [`OpenError`] says which setting to look at.
    pub fn migrate(settings: &DatabaseSettings) -> Result<Vec<String>, OpenError> {
        dialect::migrate(&Location::parse(&settings.url)?, settings.create)
    }

    /// `sqlite` or `postgres`.
    pub fn engine_name(&self) -> &'static str {
        match *self.engine {
            Engine::Sqlite { .. } => "sqlite",
            Engine::Postgres(_) => "postgres",
        }
    }

    /// Runs a unit of work that changes nothing. On SQLite it sees one snapshot.
    ///
    /// # Errors
    /// What the closure says; `busy` when no connection came free, or nothing came back, in time.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<T> + Send + 'static,
    {
        let answer = async {
            match &*self.engine {
                Engine::Sqlite { readers, .. } => {
                    let work = |connection: &mut SqliteConnection| work(&mut Conn::Sqlite(connection));
                    readers.run(|connection| dialect::on_snapshot(connection, work)).await
                }
                Engine::Postgres(pool) => pool.run(|connection| work(&mut Conn::postgres(connection))).await,
            }
        };
        self.in_time(answer).await.unwrap_or_else(|| Err(Error::busy("the database did not answer in time")))
    }

    /// Has the engine let go of what was deleted, as far as it can be told to: SQLite writes its log back and cuts it, so
    /// that no page of before lies in it. PostgreSQL keeps its own counsel: docs/data-protection.md.
    ///
    /// # Errors
    /// `busy` when a reader holds on to the log; try again.
    pub async fn settle(&self) -> Result<()> {
        match &*self.engine {
            Engine::Sqlite { readers, .. } => readers.run(dialect::cut_log).await,
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Runs a unit of work in a transaction: all of it is durable when this returns `Ok`, none of it otherwise, but for
    /// `outcome-unknown`.
    ///
    /// # Errors
    /// What the closure says; `busy` when it could not be carried out now; `outcome-unknown` when it was begun and
    /// nothing came back.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<T> + Send + 'static,
    {
        self.write_in_turn(false, work).await
    }

    /// As [`Self::write`], for what must go on when the disk is full: rows of reads, and sessions. Little of it.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn write_first<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<T> + Send + 'static,
    {
        self.write_in_turn(true, work).await
    }

    /// Keeps room back for [`Self::write_first`], on SQLite: a server for PostgreSQL has a disk of its own.
    pub fn keep_room(&self, bytes: u64) {
        if let Engine::Sqlite { writer, .. } = &*self.engine {
            writer.keep_room(bytes);
        }
    }

    async fn write_in_turn<T, F>(&self, must_go_on: bool, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<T> + Send + 'static,
    {
        let answer = async {
            match &*self.engine {
                Engine::Sqlite { writer, .. } => writer.run(must_go_on, work).await,
                Engine::Postgres(pool) => pool.run(|connection| commit(connection, work)).await,
            }
        };
        let late = || Err(Error::unsettled("the database did not answer in time"));
        self.in_time(answer).await.unwrap_or_else(late)
    }

    /// None where it took too long.
    async fn in_time<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        match self.patience {
            Some(patience) => tokio::time::timeout(patience, answer).await.ok(),
            None => Some(answer.await),
        }
    }
}

/// A transaction on PostgreSQL. Until all of it was sent, a failure undoes it; a commit that failed may have arrived.
fn commit<T>(connection: &mut PgConnection, work: impl FnOnce(&mut Conn<'_>) -> Result<T>) -> Result<T> {
    let mut is_committing = false;
    let result = connection.transaction(|connection| {
        let mut conn = Conn::Postgres(Session::of_transaction(connection));
        let result = work(&mut conn);
        let value = match conn {
            Conn::Sqlite(_) => result,
            Conn::Postgres(session) => session.end(result),
        }?;
        is_committing = true;
        Ok(value)
    });
    match result {
        Err(error) if is_committing => Err(Error::unsettled(format!("a commit failed: {error:?}"))),
        result => result,
    }
}
