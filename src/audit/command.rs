//! `farlight audit`: whether the log is what it was, without a server, and what a witness needs to say so.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::export::{self, Kept};
use super::reading::{self, Reading};
use super::store::tree as store;
use super::tree::Hash;
use super::verify::{Finding, Log, unknown_digest};
use crate::config::Settings;
use crate::crypto::Keyring;
use crate::db::Database;
use crate::db::types::Id;
use crate::seal;
use crate::start::StartError;

/// Recomputes every log of an installation, and compares it with what was signed and with files that somebody kept.
/// `say` prints a line for each log.
///
/// # Errors
/// [`StartError::Failed`] names the first bad index; the others say what cannot be read.
pub async fn verify(settings: Settings, witnesses: &[PathBuf], say: impl Fn(&str)) -> Result<(), StartError> {
    let kept = kept(witnesses)?;
    let installation = Installation::open(settings, &say)?;
    let mut verdict = Verdict::new(&kept);
    for organisation_id in installation.organisations().await? {
        let reading = installation.read(organisation_id).await?;
        verdict.weigh(&reading.log, reading.first_finding(), &say);
        let unordered = reading.unordered;
        if unordered > 0 {
            say(&format!("organisation {organisation_id}: {unordered} more rows wait for their place"));
        }
    }
    verdict.end(&say)
}

/// As [`verify`], for a file that [`export()`] wrote.
///
/// # Errors
/// As [`verify`].
pub fn verify_file(file: &Path, witnesses: &[PathBuf], say: impl Fn(&str)) -> Result<(), StartError> {
    let kept = kept(witnesses)?;
    let file = kept_in(file)?;
    let mut verdict = Verdict::new(&kept);
    for log in &file.logs {
        verdict.weigh(log, log.check(), &say);
    }
    verdict.end(&say)
}

/// Writes hashes and checkpoints of every log, or of one organisation's, to a new file.
///
/// # Errors
/// [`StartError::Failed`], also when a log does not verify or the file exists: what is kept must not be overwritten.
pub async fn export(
    settings: Settings,
    file: &Path,
    organisation_id: Option<Id>,
    say: impl Fn(&str),
) -> Result<(), StartError> {
    let failed = |error: std::io::Error| StartError::Failed(format!("{}: {error}", file.display()));
    let installation = Installation::open(settings, &say)?;
    let mut logs = Vec::new();
    for found in installation.organisations().await? {
        if organisation_id.is_some_and(|wanted| wanted != found) {
            continue;
        }
        let reading = installation.read(found).await?;
        if let Some(finding) = reading.first_finding() {
            return Err(StartError::Failed(format!("organisation {found}: {finding}")));
        }
        logs.push(reading.log);
    }
    if logs.is_empty() {
        return Err(StartError::Failed("there is no such organisation".to_owned()));
    }
    let mut out = BufWriter::new(File::create_new(file).map_err(failed)?);
    for log in &logs {
        export::write(log, &mut out).map_err(failed)?;
        say(&format!("wrote {}", outline(log)));
    }
    out.flush().and_then(|()| out.get_ref().sync_all()).map_err(failed)
}

struct Installation {
    db: Database,
    keyring: Arc<Keyring>,
}

impl Installation {
    fn open(mut settings: Settings, say: &impl Fn(&str)) -> Result<Self, StartError> {
        // A mistyped path must not become an empty log in perfect order.
        settings.database.create = false;
        let keyring = Arc::new(seal::command::keyring(&settings, say)?);
        Ok(Self { db: Database::open(&settings.database)?, keyring })
    }

    async fn organisations(&self) -> Result<Vec<Id>, StartError> {
        Ok(self.db.read(store::organisations).await?)
    }

    async fn read(&self, organisation_id: Id) -> Result<Reading, StartError> {
        let keyring = Arc::clone(&self.keyring);
        Ok(self.db.read(move |conn| reading::read(conn, &keyring, organisation_id)).await?)
    }
}

/// What is found of all logs together.
pub(super) struct Verdict<'k> {
    kept: &'k Kept,
    unseen: HashSet<Hash>,
    weighed: HashSet<Id>,
    first: Option<String>,
}

impl<'k> Verdict<'k> {
    pub(super) fn new(kept: &'k Kept) -> Self {
        let unseen = kept.digests.iter().copied().collect();
        Self { kept, unseen, weighed: HashSet::new(), first: None }
    }

    /// Adds what is wrong with one log: in itself, or else against what was kept.
    pub(super) fn weigh(&mut self, log: &Log, finding: Option<Finding>, say: &impl Fn(&str)) {
        self.weighed.insert(log.organisation_id);
        if !self.unseen.is_empty() {
            for checkpoint in &log.checkpoints {
                self.unseen.remove(&checkpoint.digest());
            }
        }
        let logs = self.kept.logs.iter().filter(|kept| kept.organisation_id == log.organisation_id);
        let finding = finding
            .or_else(|| logs.filter_map(|kept| log.check_against_log(kept)).min_by_key(|found| found.index))
            .or_else(|| log.check_against(&self.kept.checkpoints));
        match finding {
            None => say(&format!("{}: sound", outline(log))),
            Some(finding) => self.complain(format!("organisation {}: {finding}", log.organisation_id), say),
        }
    }

    fn complain(&mut self, complaint: String, say: &impl Fn(&str)) {
        say(&complaint);
        self.first.get_or_insert(complaint);
    }

    pub(super) fn end(mut self, say: &impl Fn(&str)) -> Result<(), StartError> {
        let logs = self.kept.logs.iter().map(|log| log.organisation_id);
        let checkpoints = self.kept.checkpoints.iter().map(|checkpoint| checkpoint.organisation_id);
        let gone: HashSet<Id> = logs.chain(checkpoints).filter(|id| !self.weighed.contains(id)).collect();
        for organisation_id in gone {
            self.complain(
                format!("organisation {organisation_id}: somebody kept its log, and it is not here"),
                say,
            );
        }
        for digest in std::mem::take(&mut self.unseen) {
            self.complain(unknown_digest(&digest), say);
        }
        match self.first {
            None => Ok(()),
            Some(first) => Err(StartError::Failed(format!("the audit log is not what it was: {first}"))),
        }
    }
}

fn outline(log: &Log) -> String {
    let (rows, checkpoints) = (log.leaves.len(), log.checkpoints.len());
    let signed = log.checkpoints.last().map_or_else(
        || "none".to_owned(),
        |last| format!("{checkpoints}, the last of {} over {} rows", last.at, last.size),
    );
    format!("organisation {}: {rows} rows, checkpoints: {signed}", log.organisation_id)
}

/// What is in files that somebody kept, each of which fits itself.
///
/// # Errors
/// [`StartError::Failed`] names the file and the line.
pub fn kept(files: &[PathBuf]) -> Result<Kept, StartError> {
    let mut all = Kept::default();
    for file in files {
        let kept = kept_in(file)?;
        for log in &kept.logs {
            if let Some(finding) = log.check() {
                let file = file.display();
                return Err(StartError::Failed(format!("{file} does not fit itself: {finding}")));
            }
        }
        all.extend(kept);
    }
    Ok(all)
}

fn kept_in(file: &Path) -> Result<Kept, StartError> {
    let failed = |reason: String| StartError::Failed(format!("{}: {reason}", file.display()));
    let open = File::open(file).map_err(|error| failed(error.to_string()))?;
    match export::read(BufReader::new(open)).map_err(|error| failed(error.to_string()))? {
        Ok(kept) => Ok(kept),
        Err(line) => {
            Err(failed(format!("line {line} is neither a checkpoint, a digest nor part of an export")))
        }
    }
}
