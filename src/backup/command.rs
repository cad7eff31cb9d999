//! `farlight backup` and `farlight restore`, as the operator meets them.

use std::io::{BufWriter, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::connection::Connection;
use tokio::runtime::Handle;

use super::aftermath::end;
use super::archive::Stop;
use super::manifest::Manifest;
use super::output::Output;
use super::restore::{self, Given, Place};
use super::take::Source;
use super::{Opening, Sealing, rotation, sealing};
use crate::app::Clock;
use crate::config::Settings;
use crate::crypto::{Keyring, RootKeyError};
use crate::db::{Conn, Direct, Location};
use crate::files::Files;
use crate::signals::Signals;
use crate::start::{self, StartError};

/// How long it takes until a backup that failed is tried again, when there is to be one every so often.
const AGAIN: Duration = Duration::from_secs(300);

/// What to write, and for whom.
#[derive(Clone)]
pub struct Taking {
    /// The file, which must not exist; `-` for standard output; or a folder, in which it is named by the time.
    pub file: PathBuf,
    /// Who opens it.
    pub sealing: Sealing,
    /// Name the files instead of carrying them: for a bucket that is kept safe otherwise.
    pub without_files: bool,
    /// Where the snapshot lies meanwhile.
    pub temporary: Option<PathBuf>,
    /// In a folder: how many are kept.
    pub keep: Option<NonZeroUsize>,
    /// In a folder: take one again and again.
    pub every_hours: Option<u32>,
}

/// What to look at.
pub struct Looking {
    /// The backup; `-` for standard input.
    pub file: PathBuf,
    /// How it opens.
    pub opening: Opening,
    /// What somebody outside kept of the audit logs.
    pub witnesses: Vec<PathBuf>,
    /// Whether one without a signature is taken.
    pub unsigned: bool,
    /// Where it is unpacked.
    pub temporary: Option<PathBuf>,
}

/// How a drill goes.
pub struct Drilling {
    /// What to look at.
    pub looking: Looking,
    /// An empty PostgreSQL database, for backups of one; it is left empty.
    pub scratch: Option<String>,
    /// How old it may be.
    pub max_age_hours: Option<i64>,
}

/// How a restoration goes.
pub struct Restoring {
    /// What to restore.
    pub looking: Looking,
    /// Whether it goes on without a root key to check it with.
    pub without_key: bool,
}

/// Runs work that blocks beside the runtime that serves it, and stops it when the process is told to.
async fn beside<T: Send + 'static>(
    stop: &Stop,
    work: impl FnOnce(Handle, Stop) -> Result<T, StartError> + Send + 'static,
) -> Result<T, StartError> {
    let runtime = Handle::current();
    let inner = stop.clone();
    #[expect(
        clippy::disallowed_methods,
        reason = "a command of its own: there are no requests to keep waiting"
    )]
    let mut working = tokio::task::spawn_blocking(move || work(runtime, inner));
    let mut signals = Signals::listen();
    let done = tokio::select! {
        done = &mut working => done,
        _ = signals.next() => {
            stop.set();
            working.await
        }
    };
    done.map_err(|panic| StartError::Failed(format!("the work broke off: {panic}")))?
}

/// Writes a backup, while whoever works goes on; or one every so often, until it is told to stop.
///
/// # Errors
/// [`StartError`]: then nothing was written. [`StartError::Incomplete`]: it was, and files are missing in it.
pub async fn take(
    settings: Settings,
    order: Taking,
    say: impl Fn(&str) + Clone + Send + 'static,
) -> Result<(), StartError> {
    start::log(&settings.log);
    let (stop, mut signals) = (Stop::default(), Signals::listen());
    if !order.file.is_dir() && (order.keep.is_some() || order.every_hours.is_some()) {
        let file = order.file.display();
        return Err(StartError::Failed(format!(
            "{file} is no folder: --keep and --every-hours are for a folder of backups"
        )));
    }
    loop {
        let outcome = take_one(settings.clone(), order.clone(), &stop, say.clone()).await;
        let Some(hours) = order.every_hours.filter(|_| !stop.is_set()) else {
            return outcome;
        };
        let pause = match outcome {
            Ok(()) | Err(StartError::Incomplete(_)) => Duration::from_secs(u64::from(hours) * 3_600),
            Err(_) => AGAIN,
        };
        if let Err(error) = outcome {
            tracing::error!(%error, "a backup failed; it will be tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = signals.next() => return Ok(()),
        }
    }
}

async fn take_one(
    settings: Settings,
    order: Taking,
    stop: &Stop,
    say: impl Fn(&str) + Send + 'static,
) -> Result<(), StartError> {
    beside(stop, move |runtime, stop| {
        let Taking { file, sealing, without_files, temporary, keep, .. } = order;
        let now = Clock::system().now();
        let folder = file.is_dir().then(|| file.clone());
        let file = folder.as_ref().map_or(file, |folder| folder.join(rotation::name(now)));
        let encryptor = sealing.encryptor()?;
        let location = Location::parse(&settings.database.url)?;
        // Without the key nothing is lost but the signature: that must not be the reason for which there is no backup.
        let keyring = Keyring::from_settings(&settings.keys).map_err(|error| {
            say(&format!("not signed, and restored only with --unsigned: {error}"));
        });
        let source = Source {
            location,
            files: Files::open(&settings)?,
            keyring: keyring.ok(),
            temporary,
            without_files,
            now,
            runtime,
            stop,
        };
        let output = Output::create(&file)?;
        let sealed = sealing::seal(encryptor, BufWriter::with_capacity(1 << 17, output));
        let unwritten =
            |error: &dyn std::fmt::Display| StartError::Failed(format!("{}: {error}", file.display()));
        let (written, manifest) = source.write(sealed.map_err(|error| unwritten(&error))?)?;
        let mut output = written.into_inner().map_err(|error| unwritten(&error))?;
        output.flush().map_err(|error| unwritten(&error))?;
        output.keep()?;
        say(&format!("wrote {}: {}", file.display(), outline(&manifest)));
        if let (Some(folder), Some(keep)) = (&folder, keep) {
            for path in rotation::prune(folder, keep.get())? {
                say(&format!("removed {}: {keep} are kept", path.display()));
            }
        }
        for name in &manifest.missing {
            say(&format!("missing in the store, and so in the backup: {name}"));
        }
        match manifest.missing.len() {
            0 => Ok(()),
            count => Err(StartError::Incomplete(format!(
                "{} is written, without {count} files that the database names and the store does not have",
                file.display()
            ))),
        }
    })
    .await
}

fn outline(manifest: &Manifest) -> String {
    let rows: u64 = manifest.tables.values().sum();
    let files: Vec<_> = manifest.parts.iter().filter(|part| part.name.starts_with("files/")).collect();
    let bytes: u64 = manifest.parts.iter().map(|part| part.size).sum();
    let left_out = match manifest.left_out.len() {
        0 => String::new(),
        count => format!(" ({count} more are named only)"),
    };
    format!(
        "the {} database of {} with {rows} rows in {} tables, {} files{left_out}, {bytes} bytes",
        manifest.engine,
        manifest.began_at,
        manifest.tables.len(),
        files.len()
    )
}

/// Looks whether a backup could be restored, in one line.
///
/// # Errors
/// [`StartError`] says why it could not; [`StartError::Incomplete`], that it is too old or that files are missing in it.
pub async fn verify(
    settings: Settings,
    order: Drilling,
    say: impl Fn(&str) + Send + 'static,
) -> Result<(), StartError> {
    beside(&Stop::default(), move |_, stop| {
        let Drilling { looking, scratch, max_age_hours } = order;
        // A machine that holds no root key is the best one to try backups on.
        let keyring = Keyring::from_settings(&settings.keys).ok();
        let given = given(&looking, keyring.as_ref(), &stop);
        let temporary = looking.temporary.clone().unwrap_or_else(std::env::temp_dir);
        let drill = restore::drill(&given, &temporary, scratch.as_deref())?;
        let manifest = &drill.manifest;
        let rows: u64 = manifest.tables.values().sum();
        let files = manifest.parts.iter().filter(|part| part.name.starts_with("files/")).count();
        let age = given.age_seconds(manifest);
        let signed = match (drill.is_signed, &keyring) {
            (false, _) => "no",
            (true, None) => "unchecked",
            (true, Some(_)) => "yes",
        };
        let line = format!(
            "taken={} age_seconds={age} engine={} rows={rows} files={files} missing={} left_out={} logs={} audit={} \
             signed={signed} file={}",
            manifest.began_at,
            manifest.engine,
            manifest.missing.len(),
            manifest.left_out.len(),
            manifest.logs.len(),
            if drill.is_recomputed { "sound" } else { "unchecked" },
            looking.file.display()
        );
        let is_old = max_age_hours.is_some_and(|hours| age > hours.saturating_mul(3_600));
        let complaint = match (is_old, manifest.missing.len()) {
            (true, _) => Some("too old"),
            (false, 0) => None,
            (false, _) => Some("files are missing"),
        };
        match complaint {
            None => say(&format!("ok {line}")),
            Some(complaint) => return Err(StartError::Incomplete(format!("{complaint}: {line}"))),
        }
        Ok(())
    })
    .await
}

fn given<'a>(looking: &'a Looking, keyring: Option<&'a Keyring>, stop: &'a Stop) -> Given<'a> {
    Given {
        file: &looking.file,
        opening: &looking.opening,
        witnesses: &looking.witnesses,
        keyring,
        unsigned: looking.unsigned,
        now: Clock::system().now(),
        stop,
    }
}

/// Restores a backup into an empty place.
///
/// # Errors
/// [`StartError`]: then nothing was changed. [`StartError::Incomplete`]: it was restored, and files are missing.
pub async fn restore(
    settings: Settings,
    order: Restoring,
    say: impl Fn(&str) + Send + 'static,
) -> Result<(), StartError> {
    start::log(&settings.log);
    beside(&Stop::default(), move |runtime, stop| {
        let Restoring { looking, without_key } = order;
        let keyring = match Keyring::from_settings(&settings.keys) {
            Ok(keyring) => Some(keyring),
            Err(RootKeyError::Missing | RootKeyError::Unreadable(..)) if without_key => None,
            Err(error) => {
                return Err(StartError::Failed(format!(
                    "{error}. A backup does not hold the root key: put it there first. --without-key restores without, \
                     and checks the audit logs against keys that the backup itself names"
                )));
            }
        };
        let place = Place::empty(&settings, runtime)?;
        let temporary = looking.temporary.clone().unwrap_or_else(std::env::temp_dir);
        let given = given(&looking, keyring.as_ref(), &stop);
        let (manifest, ended, is_signed) = place.restore(&given, &temporary, &say)?;
        let (hours, minutes) = (given.age_seconds(&manifest) / 3_600, given.age_seconds(&manifest) / 60 % 60);
        say(&format!("restored {}", outline(&manifest)));
        say(&format!(
            "it is {hours} h {minutes} min old: what was entered since {} is not in it",
            manifest.began_at
        ));
        say(match (is_signed, keyring.is_some()) {
            (true, true) => "it is signed with the root key that is here",
            (true, false) => "its signature was not checked: there is no root key here",
            (false, _) => "it is not signed: it could be anybody's",
        });
        ended.tell(&say);
        let absent = place.absent(&manifest)?;
        if absent + manifest.missing.len() == 0 {
            return Ok(());
        }
        Err(StartError::Incomplete(format!(
            "restored, but for {} files that were missing already when the backup was made, and {absent} that were left \
             out of it and are not in the store of files.url",
            manifest.missing.len()
        )))
    })
    .await
}

/// Ends what [`restore()`] ends, in a database that was put back by other means: from the log of PostgreSQL, or as a
/// snapshot of a whole machine.
///
/// # Errors
/// [`StartError`]: then nothing was changed.
pub fn aftermath(settings: &Settings, say: impl Fn(&str)) -> Result<(), StartError> {
    let now = Clock::system().now();
    let ended = match Direct::open(&Location::parse(&settings.database.url)?)? {
        Direct::Sqlite(mut connection) => {
            connection.immediate_transaction(|c| Ok::<_, StartError>(end(&mut Conn::Sqlite(c), &[], now)?))?
        }
        Direct::Postgres(mut connection) => {
            connection.transaction(|c| Ok::<_, StartError>(end(&mut Conn::postgres(c), &[], now)?))?
        }
    };
    ended.tell(&say);
    Ok(())
}

/// Writes a new identity of age, for which backups can be sealed.
///
/// # Errors
/// [`StartError::Failed`], also when the file exists.
pub fn new_identity(file: &Path, say: impl Fn(&str)) -> Result<(), StartError> {
    let recipient = sealing::new_identity(file)?;
    say(&format!(
        "wrote {}: it opens every backup that is sealed for it, so keep it elsewhere",
        file.display()
    ));
    say(&format!("recipient {recipient}"));
    Ok(())
}
