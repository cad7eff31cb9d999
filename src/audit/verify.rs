//! Whether a log is what was signed, and what somebody kept: pure, without a database.

use std::fmt;

use super::checkpoint::{Checkpoint, digest_text};
use super::note::Verifier;
use super::tree::{Accumulator, Hash};
use crate::db::types::{Id, Time};

/// One organisation's log without any content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Whose.
    pub organisation_id: Id,
    /// What checks its checkpoints.
    pub verifiers: Vec<Verifier>,
    /// The hash of each row, by its place.
    pub leaves: Vec<Hash>,
    /// Oldest first.
    pub checkpoints: Vec<Checkpoint>,
}

/// What is wrong with a log, from its first bad index on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The first place that is not what it was; for a history that differs, the first that nothing vouches for.
    pub index: u64,
    /// What is wrong there.
    pub wrong: Wrong,
}

/// How a log can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The row was changed and its hash was not.
    #[error("edited: the row is not what its hash says")]
    Edited,
    /// The row and its hash were changed, and not the tree.
    #[error("replaced: this is not the row whose hash is in the tree")]
    Replaced,
    /// The row is there, and lies elsewhere.
    #[error("reordered: the row that belongs here is at index {0}")]
    Reordered(i64),
    /// Later rows are there.
    #[error("deleted: there is no row here, and there are later ones")]
    Deleted,
    /// Two rows claim one place.
    #[error("doubled: there are two rows here")]
    Doubled,
    /// The end is missing.
    #[error("truncated: the log ends here, and had {0} rows")]
    Truncated(u64),
    /// The tree itself was changed, of which proofs are made.
    #[error(
        "the tree was changed: tile {position} of level {level} is missing or is not what the rows make it"
    )]
    Tile {
        /// Its level.
        level: u32,
        /// Its number within the level.
        position: u64,
    },
    /// Made up, or changed.
    #[error("forged: the checkpoint of {0} is not signed by a key of this log")]
    Signature(Time),
    /// Two histories.
    #[error(
        "forked: the checkpoint of {at} was signed over other rows; its history of {size} rows differs here or later"
    )]
    Forked {
        /// Of which checkpoint.
        at: Time,
        /// How many rows it was signed over.
        size: u64,
    },
    /// What was there once is not there now.
    #[error("rolled back: the checkpoint of {at} has {size} rows, and the log ends here")]
    RolledBack {
        /// Of which checkpoint.
        at: Time,
        /// How many rows it was signed over.
        size: u64,
    },
    /// As [`Self::RolledBack`], by a file with every hash.
    #[error("rolled back: a file that somebody kept has {0} rows, and the log ends here")]
    Shorter(u64),
    /// A file that somebody kept has another row.
    #[error("replaced: a file that somebody kept has another row here")]
    Different,
    /// It was signed by somebody else.
    #[error("another log: a file that somebody kept names a key that is none of this log's: {0}")]
    OtherKey(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "index {}: {}", self.index, self.wrong)
    }
}

/// Says what a missing checkpoint means: it was shown to somebody, so it was made.
pub fn unknown_digest(digest: &Hash) -> String {
    format!(
        "a checkpoint that somebody was shown, {}, is in none of these logs: rolled back or forked",
        digest_text(digest)
    )
}

impl Log {
    /// The first thing that is wrong between the rows and what was signed over them.
    pub fn check(&self) -> Option<Finding> {
        self.follow(self.checkpoints.iter(), |checkpoint| Wrong::Truncated(checkpoint.size))
    }

    /// The first thing that is wrong between the rows and checkpoints that somebody kept, in any order.
    pub fn check_against(&self, kept: &[Checkpoint]) -> Option<Finding> {
        let mut kept: Vec<_> =
            kept.iter().filter(|checkpoint| checkpoint.organisation_id == self.organisation_id).collect();
        kept.sort_by_key(|checkpoint| checkpoint.size);
        self.follow(kept.into_iter(), |checkpoint| Wrong::RolledBack {
            at: checkpoint.at,
            size: checkpoint.size,
        })
    }

    /// The first thing that is wrong between this log and an earlier state of it that somebody kept.
    pub fn check_against_log(&self, kept: &Self) -> Option<Finding> {
        if let Some(other) = kept.verifiers.iter().find(|verifier| !self.verifiers.contains(verifier)) {
            return Some(Finding { index: 0, wrong: Wrong::OtherKey(other.to_string()) });
        }
        let differs = self.leaves.iter().zip(&kept.leaves).position(|(here, there)| here != there);
        if let Some(index) = differs {
            return Some(Finding { index: index as u64, wrong: Wrong::Different });
        }
        let (here, there) = (self.leaves.len() as u64, kept.leaves.len() as u64);
        let shorter = (here < there).then_some(Finding { index: here, wrong: Wrong::Shorter(there) });
        shorter.or_else(|| self.check_against(&kept.checkpoints))
    }

    fn follow<'c>(
        &self,
        checkpoints: impl Iterator<Item = &'c Checkpoint>,
        missing: impl Fn(&Checkpoint) -> Wrong,
    ) -> Option<Finding> {
        let mut tree = Accumulator::default();
        let mut leaves = self.leaves.iter();
        for checkpoint in checkpoints {
            let Checkpoint { at, size, .. } = *checkpoint;
            let vouched = tree.size();
            let found = |index, wrong| Some(Finding { index, wrong });
            if !checkpoint.is_signed_by(&self.verifiers) {
                return found(vouched, Wrong::Signature(at));
            }
            if size < vouched {
                return found(size, Wrong::RolledBack { at, size: vouched });
            }
            while tree.size() < size {
                match leaves.next() {
                    Some(leaf) => tree.push(*leaf),
                    None => return found(tree.size(), missing(checkpoint)),
                }
            }
            if tree.root() != checkpoint.root {
                return found(vouched.min(size.saturating_sub(1)), Wrong::Forked { at, size });
            }
        }
        None
    }
}
