//! Whether what was unpacked is what was backed up: of a drill and of a restoration alike.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use diesel::pg::PgConnection;

use super::manifest::Manifest;
use super::private::at;
use super::{copy, store};
use crate::audit;
use crate::audit::export::Kept;
use crate::crypto::Keyring;
use crate::db::{Conn, Direct, Location};
use crate::start::StartError;

fn failed(reason: impl Into<String>) -> StartError {
    StartError::Failed(reason.into())
}

/// What is compared with what is there.
pub(super) struct Expected<'a> {
    pub(super) manifest: &'a Manifest,
    pub(super) keyring: Option<&'a Keyring>,
    /// What somebody outside kept of the audit logs.
    pub(super) witnesses: &'a [PathBuf],
}

impl Expected<'_> {
    /// Whether this program can read such a schema.
    fn schema(&self, conn: &mut Conn<'_>) -> Result<(), StartError> {
        let known = conn.known_versions()?;
        match self.manifest.migrations.iter().find(|version| !known.contains(version)) {
            None => Ok(()),
            Some(newer) => Err(failed(format!(
                "the backup has a schema that this program does not know ({newer}; it was made by farlight {}): use \
                 the program that made it, or a newer one",
                self.manifest.program
            ))),
        }
    }

    fn rows(&self, conn: &mut Conn<'_>) -> Result<(), StartError> {
        let found = store::tables(conn)?;
        if !found.iter().eq(self.manifest.tables.keys()) {
            return Err(failed("the database in the backup has other tables than its manifest says"));
        }
        for (table, rows) in &self.manifest.tables {
            let count = store::count(conn, table)?;
            if count != *rows {
                return Err(failed(format!("table {table} has {count} rows, and the manifest says {rows}")));
            }
        }
        Ok(())
    }

    /// Whether every file that a row names is there, or said not to be.
    fn files(&self, conn: &mut Conn<'_>) -> Result<(), StartError> {
        let Manifest { parts, left_out, missing, unfinished, .. } = self.manifest;
        let parts = parts.iter().filter_map(|part| part.name.strip_prefix("files/"));
        let left_out = left_out.iter().map(|file| file.name.as_str());
        let said = missing.iter().chain(unfinished).map(String::as_str);
        let there: HashSet<&str> = parts.chain(left_out).chain(said).collect();
        match store::objects(conn)?.iter().find(|object| !there.contains(object.name.to_string().as_str())) {
            None => Ok(()),
            Some(object) => {
                Err(failed(format!("the database names {}, and it is not in the backup", object.name)))
            }
        }
    }

    fn logs(&self, conn: &mut Conn<'_>, say: &impl Fn(&str)) -> Result<(), StartError> {
        let kept: Kept = audit::command::kept(self.witnesses)?;
        audit::witness::compare(conn, self.keyring, (&self.manifest.logs, self.manifest.began_at), kept, say)
    }

    /// Looks at a database that was unpacked, brings its schema up to date, and hands it to `then`. When this returns,
    /// all of it is in the one file, and durable.
    pub(super) fn sqlite<T>(
        &self,
        path: &Path,
        say: &impl Fn(&str),
        then: impl FnOnce(&mut Conn<'_>) -> Result<T, StartError>,
    ) -> Result<T, StartError> {
        let mut direct = Direct::open(&Location::Sqlite(path.to_owned()))?;
        let conn = &mut direct.conn();
        self.schema(conn)?;
        if let Some(defect) = store::defects(conn)?.first() {
            return Err(failed(format!("the database in the backup is damaged: {defect}")));
        }
        if store::migrations(conn)? != self.manifest.migrations {
            return Err(failed("the database in the backup has another schema than its manifest says"));
        }
        self.rows(conn)?;
        conn.migrate(|_| true)?;
        self.files(conn)?;
        self.logs(conn, say)?;
        let Direct::Sqlite(connection) = &mut direct else {
            return Err(failed("the database is of another engine"));
        };
        let done = connection.immediate_transaction(|connection| then(&mut Conn::Sqlite(connection)))?;
        store::settle(connection)?;
        drop(direct);
        File::open(path).and_then(|file| file.sync_all()).map_err(at(path))?;
        Ok(done)
    }

    /// Fills an empty database within the transaction that is under way, and looks at it.
    pub(super) fn postgres(
        &self,
        connection: &mut PgConnection,
        pieces: &Path,
        say: &impl Fn(&str),
    ) -> Result<(), StartError> {
        let conn = &mut Conn::postgres(connection);
        self.schema(conn)?;
        if let Some(table) = store::tables(conn)?.first() {
            return Err(failed(format!(
                "the database is not empty, it has a table {table}: name a new one, as `createdb` makes it"
            )));
        }
        // The schema that its rows had, and only then what has changed since.
        conn.migrate(|version| self.manifest.migrations.iter().any(|known| known == version))?;
        fill(connection, self.manifest, pieces)?;
        let conn = &mut Conn::postgres(connection);
        self.rows(conn)?;
        conn.migrate(|_| true)?;
        self.files(conn)?;
        self.logs(conn, say)
    }
}

/// Rows that are inserted at a time.
const BATCH: usize = 256;

fn fill(connection: &mut PgConnection, manifest: &Manifest, pieces: &Path) -> Result<(), StartError> {
    store::speak_plainly(connection)?;
    let keys = store::drop_foreign_keys(connection)?;
    for (table, names) in &manifest.columns {
        let columns = store::columns(connection, table)?;
        if !columns.iter().map(|column| &column.name).eq(names) {
            return Err(failed(format!("table {table} has other columns than the manifest says")));
        }
        // What a migration has put there is in the backup as well, as it became since.
        store::empty(connection, table)?;
        let prefix = format!("tables/{table}.");
        for part in manifest.parts.iter().filter(|part| part.name.starts_with(&prefix)) {
            let unreadable = || failed(format!("{} holds a line that cannot be read", part.name));
            let path = pieces.join(&part.name);
            let mut values = vec![Vec::new(); columns.len()];
            for line in BufReader::new(File::open(&path).map_err(at(&path))?).lines() {
                let line = line.map_err(|_| unreadable())?;
                let row = copy::decode(&line, columns.len()).ok_or_else(unreadable)?;
                for (column, value) in values.iter_mut().zip(row) {
                    column.push(value);
                }
                if values.first().is_some_and(|column| column.len() == BATCH) {
                    store::insert_rows(connection, table, &columns, std::mem::take(&mut values))?;
                    values = vec![Vec::new(); columns.len()];
                }
            }
            if values.first().is_some_and(|column| !column.is_empty()) {
                store::insert_rows(connection, table, &columns, values)?;
            }
        }
    }
    Ok(store::add_foreign_keys(connection, &keys)?)
}
