//! One connection outside of the pools: for commands that take a database away whole, or put one in place.

use std::path::Path;

use diesel::connection::{Connection, SimpleConnection};
use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;

use super::Conn;
use super::dialect::{self, Location, OpenError};

/// A connection of either engine. The schema is left as it is found.
pub enum Direct {
    /// A file.
    Sqlite(SqliteConnection),
    /// The server.
    Postgres(PgConnection),
}

impl Direct {
    /// Connects. A file that is not there is not made.
    ///
    /// # Errors
    /// [`OpenError`] says which setting to look at.
    pub fn open(location: &Location) -> Result<Self, OpenError> {
        match location {
            Location::Sqlite(path) if !path.exists() => Err(OpenError::Missing(path.clone())),
            Location::Sqlite(path) => Ok(Self::Sqlite(dialect::sqlite_connection(path)?)),
            Location::Postgres(url) => Ok(Self::Postgres(dialect::postgres_connection(url)?)),
        }
    }

    /// Opens a file that nobody else has, to read it and to leave it byte for byte as it is.
    ///
    /// # Errors
    /// [`OpenError::Refused`].
    pub fn read_only(path: &Path) -> Result<Self, OpenError> {
        let refused = |error: &dyn std::fmt::Display| OpenError::Refused(error.to_string());
        let mut connection =
            SqliteConnection::establish(&path.to_string_lossy()).map_err(|error| refused(&error))?;
        connection
            .batch_execute("PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;")
            .map_err(|error| refused(&error))?;
        Ok(Self::Sqlite(connection))
    }

    /// The connection, for the functions of a store.
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(connection) => Conn::Sqlite(connection),
            Self::Postgres(connection) => Conn::postgres(connection),
        }
    }
}

impl Conn<'_> {
    /// Runs those pending migrations whose version is `wanted`.
    ///
    /// # Errors
    /// [`OpenError::Migration`].
    pub fn migrate(&mut self, wanted: impl Fn(&str) -> bool) -> Result<(), OpenError> {
        dialect::migrate_some(self, wanted)
    }

    /// The versions of the schema that this program knows, oldest first.
    ///
    /// # Errors
    /// [`OpenError::Migration`].
    pub fn known_versions(&self) -> Result<Vec<String>, OpenError> {
        dialect::known_versions(self)
    }
}
