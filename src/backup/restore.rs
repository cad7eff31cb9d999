//! The way back: into an empty place, whole or not at all.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use diesel::connection::Connection;
use tokio::runtime::Handle;

use super::aftermath::{self, Ended};
use super::archive::{Stop, Unpacked, unpack};
use super::inspect::Expected;
use super::manifest::{Manifest, Seal};
use super::private::{Private, at, beside, create_file, create_folder, sync_folder};
use super::take::DATABASE;
use super::{Opening, store};
use crate::config::Settings;
use crate::crypto::Keyring;
use crate::db::types::Time;
use crate::db::{Conn, Direct, Location};
use crate::files::{self, Files, Name};
use crate::start::StartError;

fn failed(reason: impl Into<String>) -> StartError {
    StartError::Failed(reason.into())
}

fn there(what: &str) -> StartError {
    failed(format!("{what}: a backup is restored into an empty place only, so that nothing is overwritten"))
}

/// The files in the archive.
fn files_of(manifest: &Manifest) -> impl Iterator<Item = Name> {
    manifest.parts.iter().filter_map(|part| Name::parse(part.name.strip_prefix("files/")?))
}

/// A backup, and what it is compared with.
pub(super) struct Given<'a> {
    pub(super) file: &'a Path,
    pub(super) opening: &'a Opening,
    pub(super) witnesses: &'a [PathBuf],
    pub(super) keyring: Option<&'a Keyring>,
    /// Whether one without a signature is taken.
    pub(super) unsigned: bool,
    pub(super) now: Time,
    pub(super) stop: &'a Stop,
}

/// Where the parts of an archive are put for a while.
struct Staging<'a> {
    database: Option<PathBuf>,
    /// With `tables` in it.
    pieces: Option<&'a Path>,
    files: Option<&'a Path>,
    folders: BTreeSet<PathBuf>,
}

impl Staging<'_> {
    /// Where a part goes; what is named wrongly goes nowhere.
    fn place(&mut self, name: &str) -> Result<Option<File>, StartError> {
        let strange = || failed(format!("the backup holds {name:?}, which belongs to no backup"));
        let path = if name == DATABASE {
            self.database.clone()
        } else if let Some(piece) = name.strip_prefix("tables/") {
            let is_plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.".contains(&byte);
            if piece.starts_with('.') || !piece.ends_with(".copy") || !piece.bytes().all(is_plain) {
                return Err(strange());
            }
            self.pieces.map(|folder| folder.join(name))
        } else if let Some(object) = name.strip_prefix("files/") {
            let object = Name::parse(object).ok_or_else(strange)?;
            self.files.map(|folder| folder.join(object.to_string()))
        } else if name == "READ-ME.txt" {
            None
        } else {
            return Err(strange());
        };
        let Some(path) = path else { return Ok(None) };
        if let Some(folder) = path.parent() {
            create_folder(folder).map_err(at(folder))?;
            self.folders.insert(folder.to_owned());
        }
        create_file(&path, false).map(Some).map_err(at(&path))
    }

    /// Makes the names durable, too.
    fn settle(&self) -> Result<(), StartError> {
        for folder in &self.folders {
            // With those above it that were made for it.
            for folder in folder.ancestors().take(4) {
                sync_folder(folder).map_err(at(folder))?;
            }
        }
        Ok(())
    }
}

impl<'a> Given<'a> {
    fn unpack(&self, staging: &mut Staging<'_>) -> Result<Unpacked, StartError> {
        let sealed = self.opening.open(self.file)?;
        let unpacked = unpack(sealed, self.stop, |name| staging.place(name))?;
        staging.settle()?;
        self.check_signature(&unpacked)?;
        Ok(unpacked)
    }

    fn check_signature(&self, unpacked: &Unpacked) -> Result<(), StartError> {
        if !unpacked.is_signed() {
            return if self.unsigned {
                Ok(())
            } else {
                Err(failed(
                    "the backup is not signed, as it was made without the root key: anybody who knows for whom it is \
                     sealed could have made it. --unsigned takes it all the same",
                ))
            };
        }
        match self.keyring {
            Some(keyring) if !unpacked.is_of(&Seal::of(keyring)?) => Err(failed(
                "the backup is signed with another root key than the one here: it is of another installation",
            )),
            _ => Ok(()),
        }
    }

    fn expected<'e>(&'e self, manifest: &'e Manifest) -> Expected<'e> {
        Expected { manifest, keyring: self.keyring, witnesses: self.witnesses }
    }

    /// How old the backup is.
    pub(super) fn age_seconds(&self, manifest: &Manifest) -> i64 {
        self.now.as_seconds() - manifest.began_at.as_seconds()
    }
}

/// What a drill found.
pub(super) struct Drill {
    pub(super) manifest: Manifest,
    pub(super) is_signed: bool,
    /// Whether the audit logs were recomputed.
    pub(super) is_recomputed: bool,
}

/// Does all that a restoration does, and leaves nothing.
pub(super) fn drill(given: &Given<'_>, temporary: &Path, scratch: Option<&str>) -> Result<Drill, StartError> {
    let private = Private::fresh(temporary)?;
    let database = private.path().join(DATABASE);
    let mut staging = Staging {
        database: Some(database.clone()),
        pieces: scratch.map(|_| private.path()),
        files: None,
        folders: BTreeSet::new(),
    };
    let unpacked = given.unpack(&mut staging)?;
    let is_signed = unpacked.is_signed();
    let manifest = unpacked.manifest;
    let expected = given.expected(&manifest);
    let silent = |_: &str| {};
    let mut is_recomputed = true;
    match (manifest.engine.as_str(), scratch) {
        ("sqlite", _) => expected.sqlite(&database, &silent, |_| Ok(()))?,
        (_, None) => is_recomputed = false,
        (_, Some(url)) => {
            let Direct::Postgres(mut connection) = Direct::open(&Location::parse(url)?)? else {
                return Err(failed("--scratch must name a PostgreSQL database: postgres://..."));
            };
            let mut outcome = Ok(());
            // Rolled back either way: the database is as empty afterwards as it was before.
            let undone: Result<(), StartError> = connection.transaction(|connection| {
                outcome = expected.postgres(connection, private.path(), &silent);
                Err(diesel::result::Error::RollbackTransaction.into())
            });
            drop(undone);
            outcome?;
        }
    }
    Ok(Drill { manifest, is_signed, is_recomputed })
}

/// Where an installation is to lie.
pub(super) struct Place<'a> {
    pub(super) settings: &'a Settings,
    database: Location,
    files: files::Location,
    runtime: Handle,
}

impl<'a> Place<'a> {
    /// Where the settings say, if nothing is there.
    pub(super) fn empty(settings: &'a Settings, runtime: Handle) -> Result<Self, StartError> {
        let database = Location::parse(&settings.database.url)?;
        let files = files::Location::of(settings)?;
        let place = Self { settings, database, files, runtime };
        place.check()?;
        Ok(place)
    }

    fn check(&self) -> Result<(), StartError> {
        match &self.database {
            Location::Sqlite(path) => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                    return Err(crate::db::OpenError::Folder(folder.to_owned()).into());
                }
                for word in ["", "-wal", "-shm", "-journal"] {
                    let mut name = path.as_os_str().to_owned();
                    name.push(word);
                    let found = PathBuf::from(name);
                    if found.exists() {
                        return Err(there(&format!("{} is there", found.display())));
                    }
                }
            }
            Location::Postgres(_) => {
                let mut direct = Direct::open(&self.database)?;
                if let Some(table) = store::tables(&mut direct.conn())?.first() {
                    return Err(there(&format!("the database has a table {table}")));
                }
            }
        }
        Ok(())
    }

    /// Whether files can be put where they belong; where they were left out, they lie there already.
    fn check_files(&self, manifest: &Manifest) -> Result<(), StartError> {
        if files_of(manifest).next().is_none() {
            return Ok(());
        }
        let place = match &self.files {
            files::Location::Folder(folder) => {
                let found = fs::read_dir(folder).ok().and_then(|mut found| found.next());
                found.map(|_| folder.display().to_string())
            }
            files::Location::Bucket(bucket, prefix) => {
                let is_empty = self.runtime.block_on(Files::open(self.settings)?.is_empty())?;
                (!is_empty).then(|| format!("s3://{bucket}/{prefix}"))
            }
        };
        place.map_or(Ok(()), |place| Err(there(&format!("there are files in {place}"))))
    }

    /// Where files are staged: so that a rename brings them into place, or else where there is room.
    fn files_staging(&self, temporary: &Path) -> Result<Private, StartError> {
        match &self.files {
            files::Location::Folder(folder) => Private::begin(beside(folder, "restore")),
            files::Location::Bucket(..) => Private::fresh(temporary),
        }
    }

    /// Restores, and gives the manifest and what was ended.
    pub(super) fn restore(
        &self,
        given: &Given<'_>,
        temporary: &Path,
        say: &impl Fn(&str),
    ) -> Result<(Manifest, Ended, bool), StartError> {
        let beside_files = self.files_staging(temporary)?;
        let staged = beside_files.path().join("files");
        let work = match &self.database {
            Location::Sqlite(path) => Private::begin(beside(path, "restore"))?,
            Location::Postgres(_) => Private::fresh(temporary)?,
        };
        let database = work.path().join(DATABASE);
        let mut staging = Staging {
            database: Some(database.clone()),
            pieces: Some(work.path()),
            files: Some(&staged),
            folders: BTreeSet::new(),
        };
        let unpacked = given.unpack(&mut staging)?;
        let is_signed = unpacked.is_signed();
        let manifest = unpacked.manifest;
        self.check_files(&manifest)?;
        let expected = given.expected(&manifest);
        let ended = match (&self.database, manifest.engine.as_str()) {
            (Location::Sqlite(path), "sqlite") => {
                let ended = expected.sqlite(&database, say, |conn| {
                    Ok(aftermath::end(conn, &manifest.unfinished, given.now)?)
                })?;
                let placed = self.place_files(&staged, &manifest)?;
                let moved = fs::rename(&database, path).map_err(at(path));
                let folder = path.parent().unwrap_or_else(|| Path::new("."));
                let durable = moved.and_then(|()| sync_folder(folder).map_err(at(folder)));
                undo_unless(durable, placed)?;
                ended
            }
            (Location::Postgres(_), "postgres") => {
                let Direct::Postgres(mut connection) = Direct::open(&self.database)? else {
                    return Err(failed("the database is of another engine"));
                };
                let mut placed = Placed::default();
                let outcome = connection.transaction(|connection| {
                    expected.postgres(connection, work.path(), say)?;
                    let ended =
                        aftermath::end(&mut Conn::postgres(connection), &manifest.unfinished, given.now)?;
                    placed = self.place_files(&staged, &manifest)?;
                    Ok::<_, StartError>(ended)
                });
                undo_unless(outcome, placed)?
            }
            (_, engine) => {
                return Err(failed(format!(
                    "the backup is of {engine}, and database.url names another engine: restore it where it came from"
                )));
            }
        };
        Ok((manifest, ended, is_signed))
    }

    /// Brings the files to where they belong: by one rename, or object by object.
    fn place_files(&self, staged: &Path, manifest: &Manifest) -> Result<Placed, StartError> {
        if files_of(manifest).next().is_none() {
            return Ok(Placed::default());
        }
        match &self.files {
            files::Location::Folder(folder) => {
                if folder.exists() {
                    // Empty, or it stays.
                    fs::remove_dir(folder).map_err(at(folder))?;
                }
                fs::rename(staged, folder).map_err(at(folder))?;
                let parent = folder.parent().unwrap_or_else(|| Path::new("."));
                sync_folder(parent).map_err(at(parent))?;
                Ok(Placed(Some(Box::new({
                    let folder = folder.clone();
                    move || drop(fs::remove_dir_all(folder))
                }))))
            }
            files::Location::Bucket(..) => {
                let store = Files::open(self.settings)?;
                let mut put: Vec<Name> = Vec::new();
                let outcome = files_of(manifest).try_for_each(|name| {
                    let path = staged.join(name.to_string());
                    let mut file = File::open(&path).map_err(at(&path))?;
                    self.runtime.block_on(store.put_back(&name, &mut file))?;
                    put.push(name);
                    Ok(())
                });
                let runtime = self.runtime.clone();
                let placed = Placed(Some(Box::new(move || {
                    for name in put {
                        drop(runtime.block_on(store.remove(&name)));
                    }
                })));
                match outcome {
                    Ok(()) => Ok(placed),
                    Err(error) => undo_unless(Err(error), placed),
                }
            }
        }
    }

    /// How many of the files that were left out are not in the store as they were.
    pub(super) fn absent(&self, manifest: &Manifest) -> Result<usize, StartError> {
        if manifest.left_out.is_empty() {
            return Ok(0);
        }
        let store = Files::open(self.settings)?;
        let mut absent = 0;
        for file in &manifest.left_out {
            let name =
                Name::parse(&file.name).ok_or_else(|| failed("the backup names a file that is none"))?;
            let lying = self.runtime.block_on(store.lying(&name))?;
            absent += usize::from(lying.is_none_or(|lying| lying.size != file.size));
        }
        Ok(absent)
    }
}

/// How to take files away again that were put in place.
#[derive(Default)]
struct Placed(Option<Box<dyn FnOnce()>>);

/// Half of a restoration must not stay.
fn undo_unless<T>(outcome: Result<T, StartError>, placed: Placed) -> Result<T, StartError> {
    if let (Err(_), Placed(Some(undo))) = (&outcome, placed) {
        undo();
    }
    outcome
}
