//! Room that is kept back on the disk of an SQLite database.
//!
//! What is read must be put on record before it is shown, so a disk to which nothing can be written would end reading,
//! too. A file of zeros lies beside the database; when the disk is all but full it is removed, and the room goes to what
//! must go on: rows of reads, and sessions. Everything else is refused until the file fits again.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often it is tried whether the file fits again.
const AGAIN: Duration = Duration::from_secs(2);
/// What must be free beside the room that is kept back, as a share of that: more than a group of writes takes. A group that
/// finds the disk full in its midst is refused whole, with what must go on.
const BESIDE: u64 = 4;
/// Zeros that are written at once.
static BLOCK: [u8; 64 * 1024] = [0; 64 * 1024];

/// Belongs to the writer.
pub(super) struct Room {
    path: PathBuf,
    /// How much is kept back; 0 for none, which it is until somebody asks for some.
    bytes: Arc<AtomicU64>,
    is_kept: bool,
    tried: Option<Instant>,
}

impl Room {
    pub(super) fn beside(database: &Path, bytes: Arc<AtomicU64>) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-room");
        Self { path: path.into(), bytes, is_kept: false, tried: None }
    }

    /// Whether there is room for everything. Keeps some back where that was not done, and gives it back where the disk has
    /// become all but full.
    pub(super) fn is_ample(&mut self) -> bool {
        let bytes = self.bytes.load(Ordering::Relaxed);
        if bytes == 0 {
            return true;
        }
        if !self.is_kept && self.tried.is_none_or(|tried| tried.elapsed() >= AGAIN) {
            self.tried = Some(Instant::now());
            self.is_kept = self.keep(bytes);
        }
        if self.is_kept && !self.has_free(bytes / BESIDE) {
            self.give_back();
        }
        self.is_kept
    }

    /// The disk is full: gives back what was kept.
    pub(super) fn give_back(&mut self) {
        if self.bytes.load(Ordering::Relaxed) == 0 {
            return;
        }
        self.is_kept = false;
        self.tried = Some(Instant::now());
        match std::fs::remove_file(&self.path) {
            Ok(()) => tracing::error!(
                "the disk is full: only reads and sessions go on, in the room that was kept back"
            ),
            Err(error) => tracing::debug!(%error, "there was no room kept back"),
        }
    }

    fn keep(&self, bytes: u64) -> bool {
        if std::fs::metadata(&self.path).is_ok_and(|found| found.len() == bytes) {
            return true;
        }
        if !self.has_free(bytes.saturating_add(bytes / BESIDE)) {
            return false;
        }
        let filled = self.fill(bytes);
        if let Err(error) = &filled {
            tracing::warn!(%error, "there is no room to keep back on the disk of the database");
            drop(std::fs::remove_file(&self.path));
        }
        filled.is_ok()
    }

    /// What the disk does not tell, a quota for one, is found out by writing.
    fn has_free(&self, bytes: u64) -> bool {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        rustix::fs::statvfs(folder.unwrap_or(Path::new(".")))
            .map_or(true, |disk| disk.f_bavail.saturating_mul(disk.f_frsize) >= bytes)
    }

    fn fill(&self, bytes: u64) -> std::io::Result<()> {
        let mut file = std::fs::File::create(&self.path)?;
        let mut left = bytes;
        while left > 0 {
            let now = usize::try_from(left).map_or(BLOCK.len(), |left| left.min(BLOCK.len()));
            file.write_all(&BLOCK[..now])?;
            left -= now as u64;
        }
        file.sync_all()
    }
}
