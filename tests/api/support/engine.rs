//! A fresh database per test, on the engine that `FARLIGHT_TEST_ENGINE` names.

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;
use farlight::config::DatabaseSettings;
use farlight::db::Database;

/// Removes its database when dropped.
pub enum Engine {
    Sqlite { folder: tempfile::TempDir },
    Postgres { maintenance: String, url: String, name: String },
}

/// `sqlite` or `postgres`.
#[expect(clippy::disallowed_methods, reason = "the test runner says which engine")]
pub fn engine_name() -> String {
    std::env::var("FARLIGHT_TEST_ENGINE").unwrap_or_else(|_| "sqlite".to_owned())
}

#[expect(clippy::disallowed_methods, reason = "the test runner says where the throw-away cluster is")]
fn maintenance() -> String {
    std::env::var("FARLIGHT_TEST_POSTGRES")
        .expect("FARLIGHT_TEST_POSTGRES must name a throw-away cluster; run scripts/test")
}

impl Engine {
    pub fn prepare(settings: &mut DatabaseSettings) -> Self {
        settings.create = true;
        match engine_name().as_str() {
            "postgres" => Self::postgres(settings),
            "sqlite" => {
                let folder = tempfile::tempdir().unwrap();
                settings.url = format!("sqlite:{}", folder.path().join("test.db").display());
                settings.readers = 4;
                Self::Sqlite { folder }
            }
            other => panic!("FARLIGHT_TEST_ENGINE must be sqlite or postgres, not {other}"),
        }
    }

    fn postgres(settings: &mut DatabaseSettings) -> Self {
        let maintenance = maintenance();
        let at = |name: &str| {
            let (base, _) = maintenance.rsplit_once('/').unwrap();
            format!("{base}/{name}")
        };
        let name = format!("test_{}", super::unknown_id().replace('-', ""));
        let mut connection = PgConnection::establish(&maintenance).unwrap();
        // One test at a time makes the template or copies it: a template with a connection cannot be copied.
        connection.batch_execute("SELECT pg_advisory_lock(1)").unwrap();
        let template = "farlight_template";
        if connection.batch_execute(&format!("CREATE DATABASE {template}_made")).is_ok() {
            connection.batch_execute(&format!("CREATE DATABASE {template}")).unwrap();
            settings.url = at(template);
            Database::migrate(settings).unwrap();
        }
        connection.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
        connection.batch_execute("SELECT pg_advisory_unlock(1)").unwrap();
        settings.url = at(&name);
        settings.connections = 8;
        Self::Postgres { url: settings.url.clone(), maintenance, name }
    }

    /// A place for a database on the same engine where nothing is yet, and its address.
    pub fn vacant() -> (Self, String) {
        if engine_name() == "sqlite" {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}", folder.path().join("test.db").display());
            return (Self::Sqlite { folder }, url);
        }
        let (maintenance, name) = (maintenance(), format!("test_{}", super::unknown_id().replace('-', "")));
        let mut connection = PgConnection::establish(&maintenance).unwrap();
        connection.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let url = format!("{}/{name}", maintenance.rsplit_once('/').unwrap().0);
        (Self::Postgres { url: url.clone(), maintenance, name }, url)
    }

    /// Everything that the database has on disk, as bytes: the files of SQLite, every row of PostgreSQL as text.
    pub fn everything(&self) -> Vec<u8> {
        match self {
            Self::Sqlite { folder } => std::fs::read_dir(folder.path())
                .unwrap()
                .flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
                .collect(),
            Self::Postgres { url, .. } => dump(url),
        }
    }

    /// The longest value of a column, in bytes; 0 when every row has none.
    pub fn longest(&self, table: &str, column: &str) -> i64 {
        use diesel::prelude::*;

        #[derive(QueryableByName)]
        struct Longest {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            longest: i64,
        }
        let length = if matches!(self, Self::Sqlite { .. }) {
            format!("length({column})")
        } else {
            format!("length({column}::text)")
        };
        let query = diesel::sql_query(format!(
            "SELECT CAST(COALESCE(MAX({length}), 0) AS BIGINT) AS longest FROM {table}"
        ));
        let found: Longest = match self {
            Self::Sqlite { .. } => query.get_result(&mut self.sqlite()).unwrap(),
            Self::Postgres { url, .. } => {
                query.get_result(&mut PgConnection::establish(url).unwrap()).unwrap()
            }
        };
        found.longest
    }

    /// Runs SQL behind the application's back, as a thief or a tamperer would.
    pub fn execute(&self, sql: &str) {
        match self {
            Self::Sqlite { .. } => self.sqlite().batch_execute(sql).unwrap(),
            Self::Postgres { url, .. } => PgConnection::establish(url).unwrap().batch_execute(sql).unwrap(),
        }
    }

    /// Where the database is, if it is PostgreSQL.
    pub fn postgres_url(&self) -> Option<&str> {
        match self {
            Self::Sqlite { .. } => None,
            Self::Postgres { url, .. } => Some(url),
        }
    }

    /// The one number that a query gives.
    pub fn number(&self, sql: &str) -> i64 {
        use diesel::prelude::*;

        #[derive(QueryableByName)]
        struct Number {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            number: i64,
        }
        let query = diesel::sql_query(format!("SELECT CAST(({sql}) AS BIGINT) AS number"));
        let found: Number = match self {
            Self::Sqlite { .. } => query.get_result(&mut self.sqlite()).unwrap(),
            Self::Postgres { url, .. } => {
                query.get_result(&mut PgConnection::establish(url).unwrap()).unwrap()
            }
        };
        found.number
    }

    /// The texts that a query gives, as a column named `text`.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        use diesel::prelude::*;

        #[derive(QueryableByName)]
        struct Text {
            #[diesel(sql_type = diesel::sql_types::Text)]
            text: String,
        }
        let found: Vec<Text> = match self {
            Self::Sqlite { .. } => diesel::sql_query(sql).load(&mut self.sqlite()).unwrap(),
            Self::Postgres { url, .. } => {
                diesel::sql_query(sql).load(&mut PgConnection::establish(url).unwrap()).unwrap()
            }
        };
        found.into_iter().map(|row| row.text).collect()
    }

    /// How a column's bytes are shown in hexadecimal digits.
    pub fn hex(&self, column: &str) -> String {
        match self {
            Self::Sqlite { .. } => format!("lower(hex({column}))"),
            Self::Postgres { .. } => format!("encode({column}, 'hex')"),
        }
    }

    /// How an id is shown in hexadecimal digits, without hyphens.
    pub fn hex_id(&self, column: &str) -> String {
        match self {
            Self::Sqlite { .. } => format!("lower(hex({column}))"),
            Self::Postgres { .. } => format!("replace({column}::text, '-', '')"),
        }
    }

    /// An id as it is written in SQL.
    pub fn id(&self, id: &str) -> String {
        match self {
            Self::Sqlite { .. } => format!("x'{}'", id.replace('-', "")),
            Self::Postgres { .. } => format!("'{id}'"),
        }
    }

    /// Every table and column, as `table.column`.
    pub fn columns(&self) -> Vec<String> {
        self.texts(match self {
            Self::Sqlite { .. } => {
                "SELECT m.name || '.' || c.name AS text FROM sqlite_master m, pragma_table_info(m.name) c
                 WHERE m.type = 'table' ORDER BY 1"
            }
            Self::Postgres { .. } => {
                "SELECT table_name || '.' || column_name AS text FROM information_schema.columns
                 WHERE table_schema = 'public' ORDER BY 1"
            }
        })
    }

    /// Bytes as they are written in SQL.
    pub fn bytes(&self, hex: &str) -> String {
        match self {
            Self::Sqlite { .. } => format!("x'{hex}'"),
            Self::Postgres { .. } => format!("decode('{hex}', 'hex')"),
        }
    }

    fn sqlite(&self) -> SqliteConnection {
        let Self::Sqlite { folder } = self else { unreachable!() };
        let mut connection =
            SqliteConnection::establish(&folder.path().join("test.db").to_string_lossy()).unwrap();
        connection.batch_execute("PRAGMA busy_timeout=5000").unwrap();
        connection
    }
}

fn dump(url: &str) -> Vec<u8> {
    use diesel::prelude::*;
    use diesel::sql_types::Text;

    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let mut connection = PgConnection::establish(url).unwrap();
    let tables: Vec<Line> =
        diesel::sql_query("SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public'")
            .load(&mut connection)
            .unwrap();
    let mut out = Vec::new();
    for table in tables {
        let rows: Vec<Line> = diesel::sql_query(format!("SELECT t::text AS line FROM {} t", table.line))
            .load(&mut connection)
            .unwrap();
        for row in rows {
            // bytea shows as hexadecimal: put the bytes themselves beside it.
            out.extend(decode_hex_runs(&row.line));
            out.extend(row.line.into_bytes());
        }
    }
    out
}

fn decode_hex_runs(line: &str) -> Vec<u8> {
    line.split("\\x")
        .skip(1)
        .flat_map(|run| {
            let hex: Vec<u8> = run.bytes().take_while(u8::is_ascii_hexdigit).collect();
            hex.chunks_exact(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect::<Vec<_>>()
        })
        .collect()
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Self::Postgres { maintenance, name, .. } = self
            && let Ok(mut connection) = PgConnection::establish(maintenance)
        {
            let _ = connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
