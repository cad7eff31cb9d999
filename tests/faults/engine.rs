//! The database of one installation, and questions to it behind the application's back.

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::SqliteConnection;
use std::path::{Path, PathBuf};

/// A setting of the test runner.
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// `sqlite` or `postgres`.
pub fn name() -> String {
    setting("FARLIGHT_TEST_ENGINE").unwrap_or_else(|| "sqlite".to_owned())
}

/// Says so when a test is about the other engine.
pub fn is(engine: &str) -> bool {
    let is = name() == engine;
    if !is {
        println!("skipped: this is about {engine}");
    }
    is
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    words: String,
}

/// Where records lie.
#[derive(Clone)]
pub enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Database {
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    pub fn number(&self, sql: &str) -> i64 {
        let query = diesel::sql_query(format!("SELECT CAST(({sql}) AS BIGINT) AS number"));
        let found: Number = match self {
            Self::Sqlite(path) => query.get_result(&mut sqlite(path)).unwrap(),
            Self::Postgres(url) => query.get_result(&mut PgConnection::establish(url).unwrap()).unwrap(),
        };
        found.number
    }

    /// The first column, as text, of every row; it must be called `words`.
    pub fn words(&self, sql: &str) -> Vec<String> {
        let query = diesel::sql_query(sql);
        let found: Vec<Words> = match self {
            Self::Sqlite(path) => query.load(&mut sqlite(path)).unwrap(),
            Self::Postgres(url) => query.load(&mut PgConnection::establish(url).unwrap()).unwrap(),
        };
        found.into_iter().map(|row| row.words).collect()
    }

    pub fn execute(&self, sql: &str) {
        match self {
            Self::Sqlite(path) => sqlite(path).batch_execute(sql).unwrap(),
            Self::Postgres(url) => PgConnection::establish(url).unwrap().batch_execute(sql).unwrap(),
        }
    }
}

/// A connection of somebody else.
pub fn sqlite(path: &Path) -> SqliteConnection {
    let mut connection = SqliteConnection::establish(&path.display().to_string()).unwrap();
    connection.batch_execute("PRAGMA busy_timeout=10000").unwrap();
    connection
}

/// A PostgreSQL database of its own, dropped with this.
pub struct Dropped {
    maintenance: String,
    name: String,
    pub url: String,
}

impl Dropped {
    pub fn new() -> Self {
        let maintenance = setting("FARLIGHT_TEST_POSTGRES").expect(
            "FARLIGHT_TEST_POSTGRES must name a throw-away cluster; run scripts/test or scripts/faults",
        );
        let name = format!("faults_{}", uuid::Uuid::now_v7().simple());
        let mut connection = PgConnection::establish(&maintenance).unwrap();
        connection.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let url = format!("{}/{name}", maintenance.rsplit_once('/').unwrap().0);
        Self { maintenance, name, url }
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        if let Ok(mut connection) = PgConnection::establish(&self.maintenance) {
            let _ = connection.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}
