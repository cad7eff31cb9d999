//! Where the engines differ: addresses, opening, pragmas, migrations.

use std::path::{Path, PathBuf};

use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use diesel::migration::MigrationSource;
use diesel::pg::{Pg, PgConnection};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Conn;
use super::kept::Words;
use super::pool::Owned;
use crate::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Why the database could not be opened, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// `database.url` is neither `sqlite:PATH` nor `postgres://...`.
    #[error("database.url must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME")]
    Address,
    /// The file does not exist and may not be created.
    #[error(
        "there is no database at {0}. If the path is right and this is a first start, create it with \
         `farlight migrate --create` or set database.create = true"
    )]
    Missing(PathBuf),
    /// The folder of the file does not exist.
    #[error("the folder {0} does not exist; create it first, or correct database.url")]
    Folder(PathBuf),
    /// The engine refused.
    #[error("the database cannot be opened: {0}")]
    Refused(String),
    /// A migration failed.
    #[error("the schema cannot be brought up to date: {0}")]
    Migration(String),
}

/// A parsed `database.url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file.
    Sqlite(PathBuf),
    /// A libpq connection string.
    Postgres(String),
}

impl Location {
    /// Parses `sqlite:PATH`, `postgres://...` or `postgresql://...`.
    ///
    /// # Errors
    /// [`OpenError::Address`] for anything else; `:memory:` too, since each pooled connection would get its own.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        match path {
            Some(path) if !path.is_empty() && path != ":memory:" => Ok(Self::Sqlite(PathBuf::from(path))),
            _ => Err(OpenError::Address),
        }
    }
}

/// Per connection. `secure_delete`: a deleted row must not linger in free pages of a seized disk.
/// `synchronous=FULL`: what was acknowledged survives a power cut. `busy_timeout` covers other processes, such as
/// a backup; within this process only one connection writes. `wal_autocheckpoint`: pages of the log until it is written
/// back; those that every commit changes, the ends of indexes, are then written once for four times as many commits.
const PRAGMAS: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; \
     PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY; \
     PRAGMA wal_autocheckpoint=4000;";

pub(super) fn sqlite_connection(path: &Path) -> Result<SqliteConnection, OpenError> {
    let mut connection = SqliteConnection::establish(&path.to_string_lossy())
        .map_err(|error| OpenError::Refused(format!("{}: {error}", path.display())))?;
    connection.batch_execute(PRAGMAS).map_err(|error| OpenError::Refused(error.to_string()))?;
    Ok(connection)
}

/// Runs a unit of work that changes nothing, on one snapshot. As Diesel's `transaction`, which has SQLite parse both words
/// each time.
pub(super) fn on_snapshot<T>(
    connection: &mut SqliteConnection,
    work: impl FnOnce(&mut SqliteConnection) -> Result<T>,
) -> Result<T> {
    Words("BEGIN").execute(connection)?;
    let result = work(connection);
    Words("COMMIT").execute(connection)?;
    result
}

/// A connection that changes nothing. What it keeps of the file, half a megabyte, is of use within one snapshot: whatever
/// anybody writes makes it worthless, and every request writes a row of the log.
pub(super) fn sqlite_reader(path: &Path) -> Result<SqliteConnection, OpenError> {
    let mut connection = sqlite_connection(path)?;
    connection
        .batch_execute("PRAGMA query_only=ON; PRAGMA cache_size=-512;")
        .map_err(|error| OpenError::Refused(error.to_string()))?;
    Ok(connection)
}

impl Owned for SqliteConnection {
    fn is_alive(&mut self) -> bool {
        // Ends with an error where a snapshot is still open.
        self.batch_execute("BEGIN; SELECT * FROM sqlite_schema LIMIT 1; COMMIT").is_ok()
    }
}

impl Owned for PgConnection {
    fn is_alive(&mut self) -> bool {
        let status = AnsiTransactionManager::transaction_manager_status_mut(self);
        // The next unit of work would be part of one that failed to end.
        let is_outside = status.transaction_depth().is_ok_and(|depth| depth.is_none());
        is_outside && self.batch_execute("SELECT 1").is_ok()
    }
}

pub(super) fn postgres_connection(url: &str) -> Result<PgConnection, OpenError> {
    PgConnection::establish(&patient(url))
        .map_err(|error| OpenError::Refused(format!("PostgreSQL says: {}", first_line(&error))))
}

/// Writes SQLite's log back into the database and cuts it to nothing. A connection that may only read may do this.
pub(super) fn cut_log(connection: &mut SqliteConnection) -> Result<()> {
    #[derive(diesel::QueryableByName)]
    struct Outcome {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        busy: i32,
    }
    // It holds the writer off while it waits for readers: not for as long as the writer itself would wait.
    connection.batch_execute("PRAGMA busy_timeout=500")?;
    let outcome: Result<Outcome, _> = sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(connection);
    connection.batch_execute("PRAGMA busy_timeout=5000")?;
    let outcome = outcome?;
    if outcome.busy == 0 { Ok(()) } else { Err(Error::busy("the log of SQLite is in use")) }
}

/// Cuts the log, and has it written back four times for each megabyte from now on: it must not take the room that is left.
pub(super) fn keep_log_short(connection: &mut SqliteConnection) -> Result<()> {
    connection.batch_execute("PRAGMA wal_autocheckpoint=64")?;
    cut_log(connection)
}

/// What libpq is told unless the address says otherwise: how soon a server that is gone is noticed. Its own defaults
/// are hours, or never.
const PATIENCE: &[(&str, &str)] = &[
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "20000"),
];

fn patient(url: &str) -> String {
    let mut patient = url.to_owned();
    for (name, value) in PATIENCE {
        let said = [format!("?{name}="), format!("&{name}=")];
        if !said.iter().any(|said| patient.contains(said)) {
            patient.push(if patient.contains('?') { '&' } else { '?' });
            patient.push_str(&format!("{name}={value}"));
        }
    }
    patient
}

/// Per connection. `lock_timeout`: as SQLite's `busy_timeout`. `idle_in_transaction_session_timeout`: a node whose link
/// was cut holds no locks for hours. No `statement_timeout`: it would end the wait of a commit for a synchronous standby,
/// and the server would then call durable what the standby does not have.
const SESSION: &str = "SET lock_timeout = '5s'; SET idle_in_transaction_session_timeout = '60s'";

/// A connection of a node that serves.
pub(super) fn postgres_session(url: &str) -> Result<PgConnection, OpenError> {
    let mut connection = postgres_connection(url)?;
    connection.batch_execute(SESSION).map_err(|error| OpenError::Refused(error.to_string()))?;
    Ok(connection)
}

/// Runs what is pending and names it.
pub(super) fn migrate(location: &Location, create: bool) -> Result<Vec<String>, OpenError> {
    match location {
        Location::Sqlite(path) => {
            if !path.exists() {
                if !create {
                    return Err(OpenError::Missing(path.clone()));
                }
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                    return Err(OpenError::Folder(folder.to_owned()));
                }
            }
            run_pending(&mut sqlite_connection(path)?, SQLITE)
        }
        Location::Postgres(url) => {
            let mut connection = postgres_connection(url)?;
            // Several nodes may start at once; the second waits and then finds nothing pending.
            connection
                .batch_execute("SELECT pg_advisory_lock(7203719)")
                .map_err(|error| OpenError::Refused(error.to_string()))?;
            run_pending(&mut connection, POSTGRES)
        }
    }
}

fn run_pending<C, DB>(connection: &mut C, migrations: EmbeddedMigrations) -> Result<Vec<String>, OpenError>
where
    C: MigrationHarness<DB>,
    DB: diesel::backend::Backend,
{
    connection
        .run_pending_migrations(migrations)
        .map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|error| OpenError::Migration(error.to_string()))
}

/// Runs what is pending and `wanted`, in a transaction that is under way as well as outside of one.
pub(super) fn migrate_some(conn: &mut Conn<'_>, wanted: impl Fn(&str) -> bool) -> Result<(), OpenError> {
    match conn {
        Conn::Sqlite(connection) => run_some(*connection, SQLITE, wanted),
        Conn::Postgres(session) => run_some(session.now(), POSTGRES, wanted),
    }
}

fn run_some<C, DB>(
    connection: &mut C,
    migrations: EmbeddedMigrations,
    wanted: impl Fn(&str) -> bool,
) -> Result<(), OpenError>
where
    C: MigrationHarness<DB>,
    DB: diesel::backend::Backend,
{
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| OpenError::Migration(error.to_string());
    for migration in connection.pending_migrations(migrations).map_err(failed)? {
        if wanted(&migration.name().version().to_string()) {
            connection.run_migration(&*migration).map_err(failed)?;
        }
    }
    Ok(())
}

pub(super) fn known_versions(conn: &Conn<'_>) -> Result<Vec<String>, OpenError> {
    match conn {
        Conn::Sqlite(_) => versions::<Sqlite>(&SQLITE),
        Conn::Postgres(_) => versions::<Pg>(&POSTGRES),
    }
}

fn versions<DB: diesel::backend::Backend>(migrations: &EmbeddedMigrations) -> Result<Vec<String>, OpenError> {
    let migrations = MigrationSource::<DB>::migrations(migrations)
        .map_err(|error| OpenError::Migration(error.to_string()))?;
    let mut versions: Vec<_> =
        migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    versions.sort();
    Ok(versions)
}

fn first_line(error: &diesel::ConnectionError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_address_says_of_patience_stays() {
        let said = patient("postgres://a@h1:1,h2:2/d?target_session_attrs=read-write&connect_timeout=9");
        assert!(
            said.starts_with("postgres://a@h1:1,h2:2/d?target_session_attrs=read-write&connect_timeout=9&")
        );
        assert_eq!(said.matches("connect_timeout").count(), 1);
        assert!(
            patient("postgres://h/d").starts_with("postgres://h/d?connect_timeout=5&keepalives_idle=10&")
        );
    }
}
