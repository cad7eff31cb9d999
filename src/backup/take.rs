//! Making a backup while everybody works.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use age::stream::StreamWriter;
use bytes::{Buf, Bytes};
use diesel::pg::PgConnection;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::runtime::Handle;

use super::archive::{Stop, Writing};
use super::manifest::{LeftOut, Manifest, Seal, VERSION};
use super::private::{Private, at, beside, create_file};
use super::store::{self, Object};
use crate::audit::witness::stands;
use crate::crypto::Keyring;
use crate::db::types::Time;
use crate::db::{Conn, Direct, Location};
use crate::error::Error;
use crate::files::Files;
use crate::start::StartError;

/// The word on how to open it, first in the archive.
const READ_ME: &str = "\
A backup of Farlight.

To put it back:  farlight restore FILE --identity KEYS  (see docs/backup.md)

Where the program does not run, this archive is all there is to it:
  database.sqlite      an SQLite database, or
  tables/*.copy        PostgreSQL: the rows of each table, in pieces, in the text format of COPY
  files/               attachments, as they lie in the store
  manifest.json        the digest of each part, counts, and the signed checkpoints of the audit logs
  manifest.sig         a signed note (c2sp.org/signed-note) over the manifest
What identifies anybody is sealed once more, in the database and in the files. Only the root key opens that, and it is
not in here.
";

/// A table is cut into pieces of this size: its length must be known before it is written, and memory is small.
const PIECE: usize = 4 * 1024 * 1024;

pub(super) const DATABASE: &str = "database.sqlite";

/// What a backup is taken of, and how.
pub(super) struct Source {
    pub(super) location: Location,
    pub(super) files: Files,
    pub(super) keyring: Option<Keyring>,
    /// Where the snapshot lies until it is written; beside the database unless said.
    pub(super) temporary: Option<PathBuf>,
    pub(super) without_files: bool,
    pub(super) now: Time,
    pub(super) runtime: Handle,
    pub(super) stop: Stop,
}

impl Source {
    /// Writes all of it, and gives the manifest that ended it.
    pub(super) fn write<W: Write>(&self, out: StreamWriter<W>) -> Result<(W, Manifest), StartError> {
        let seal = self.keyring.as_ref().map(Seal::of).transpose()?;
        let mut archive = Writing::new(out, self.now, self.stop.clone());
        add(&mut archive, "READ-ME.txt", READ_ME.len() as u64, READ_ME.as_bytes())?;
        let (mut manifest, objects) = match &self.location {
            Location::Sqlite(path) => self.sqlite(path, &mut archive)?,
            Location::Postgres(_) => self.postgres(&mut archive)?,
        };
        self.objects(&objects, &mut archive, &mut manifest)?;
        archive
            .finish(manifest, seal.as_ref())
            .map_err(|error| StartError::Failed(format!("the backup could not be ended: {error}")))
    }

    fn sqlite<W: Write>(
        &self,
        path: &Path,
        archive: &mut Writing<W>,
    ) -> Result<(Manifest, Vec<Object>), StartError> {
        let Direct::Sqlite(mut live) = Direct::open(&self.location)? else {
            return Err(StartError::Failed("the database is of another engine".to_owned()));
        };
        let private = match &self.temporary {
            Some(folder) => Private::fresh(folder)?,
            None => Private::begin(beside(path, "backup"))?,
        };
        let copy = private.path().join(DATABASE);
        // Empty, and for us alone, before SQLite writes into it.
        drop(create_file(&copy, false).map_err(at(&copy))?);
        store::vacuum_into(&mut live, &copy).map_err(|error| {
            StartError::Failed(format!(
                "the snapshot could not be made in {}, which needs as much room as the database; --temporary names \
                 another folder: {error:?}",
                private.path().display()
            ))
        })?;
        drop(live);
        let mut snapshot = Direct::read_only(&copy)?;
        let survey = survey(&mut snapshot.conn(), self)?;
        drop(snapshot);
        let file = File::open(&copy).map_err(at(&copy))?;
        let size = file.metadata().map_err(at(&copy))?.len();
        add(archive, DATABASE, size, file)?;
        Ok(survey)
    }

    fn postgres<W: Write>(&self, archive: &mut Writing<W>) -> Result<(Manifest, Vec<Object>), StartError> {
        let Direct::Postgres(mut connection) = Direct::open(&self.location)? else {
            return Err(StartError::Failed("the database is of another engine".to_owned()));
        };
        // One snapshot for all tables, that neither waits for writers nor makes them wait.
        connection.build_transaction().repeatable_read().read_only().run(|connection| {
            store::speak_plainly(connection)?;
            let (mut manifest, objects) = survey(&mut Conn::postgres(connection), self)?;
            for table in manifest.tables.keys() {
                let columns = dump(connection, table, archive)?;
                manifest.columns.insert(table.clone(), columns);
            }
            Ok((manifest, objects))
        })
    }

    fn objects<W: Write>(
        &self,
        objects: &[Object],
        archive: &mut Writing<W>,
        manifest: &mut Manifest,
    ) -> Result<(), StartError> {
        for Object { name, is_kept } in objects {
            let gone = if self.without_files {
                let lying = self.runtime.block_on(self.files.lying(name))?;
                let there =
                    lying.map(|lying| LeftOut { name: name.to_string(), size: lying.size, tag: lying.tag });
                let gone = there.is_none();
                manifest.left_out.extend(there);
                gone
            } else {
                match self.runtime.block_on(self.files.carry(name))? {
                    None => true,
                    Some((size, stream)) => {
                        let carried = Carried { stream, runtime: &self.runtime, rest: Bytes::new() };
                        add(archive, &format!("files/{name}"), size, carried)?;
                        false
                    }
                }
            };
            if gone {
                let list = if *is_kept { &mut manifest.missing } else { &mut manifest.unfinished };
                list.push(name.to_string());
            }
        }
        Ok(())
    }
}

fn add<W: Write>(archive: &mut Writing<W>, name: &str, size: u64, from: impl Read) -> Result<(), StartError> {
    archive
        .add(name, size, from)
        .map_err(|error| StartError::Failed(format!("{name} could not be written: {error}")))
}

/// What the snapshot holds, and the files that it names.
fn survey(conn: &mut Conn<'_>, source: &Source) -> Result<(Manifest, Vec<Object>), StartError> {
    let migrations = store::migrations(conn)?;
    if migrations != conn.known_versions()? {
        return Err(StartError::Failed(
            "the schema of the database is not this program's: take the backup with the program that serves it, or \
             run `farlight migrate` first"
                .to_owned(),
        ));
    }
    let mut tables = BTreeMap::new();
    for table in store::tables(conn)? {
        let rows = store::count(conn, &table)?;
        tables.insert(table, rows);
    }
    let engine = match conn {
        Conn::Sqlite(_) => "sqlite",
        Conn::Postgres(_) => "postgres",
    };
    let manifest = Manifest {
        farlight_backup: VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        engine: engine.to_owned(),
        began_at: source.now,
        migrations,
        tables,
        columns: BTreeMap::new(),
        logs: stands(conn, source.keyring.as_ref())?,
        parts: Vec::new(),
        left_out: Vec::new(),
        missing: Vec::new(),
        unfinished: Vec::new(),
    };
    Ok((manifest, store::objects(conn)?))
}

/// The name of a piece of a table.
fn piece(table: &str, number: usize) -> String {
    format!("tables/{table}.{number:06}.copy")
}

/// Writes a table in pieces, and gives its columns.
fn dump<W: Write>(
    connection: &mut PgConnection,
    table: &str,
    archive: &mut Writing<W>,
) -> Result<Vec<String>, StartError> {
    let columns = store::columns(connection, table)?;
    let mut lines = Vec::new();
    let mut number = 0;
    store::read_rows(connection, table, &columns, |line| {
        super::copy::encode(line, &mut lines);
        if lines.len() >= PIECE {
            add(archive, &piece(table, number), lines.len() as u64, lines.as_slice())?;
            lines.clear();
            number += 1;
        }
        Ok::<_, StartError>(())
    })?;
    if !lines.is_empty() {
        add(archive, &piece(table, number), lines.len() as u64, lines.as_slice())?;
    }
    Ok(columns.into_iter().map(|column| column.name).collect())
}

/// The sealed bytes of an object as they come from the store.
struct Carried<'r> {
    stream: BoxStream<'static, crate::error::Result<Bytes>>,
    runtime: &'r Handle,
    rest: Bytes,
}

impl Read for Carried<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            let next = self.runtime.block_on(self.stream.next());
            match next.transpose().map_err(|error: Error| io::Error::other(format!("{error:?}")))? {
                None => return Ok(0),
                Some(bytes) => self.rest = bytes,
            }
        }
        let read = self.rest.len().min(buffer.len());
        self.rest.copy_to_slice(&mut buffer[..read]);
        Ok(read)
    }
}
