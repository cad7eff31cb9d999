//! What a witness keeps outside: hashes and checkpoints, no content. One JSON object a line.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use super::checkpoint::{Checkpoint, parse_digest};
use super::note::Verifier;
use super::tree::{Hash, TILE};
use super::verify::Log;
use crate::crypto::secret::{from_hex, hex};
use crate::db::types::Id;

/// The version of the format.
const VERSION: u8 = 1;

/// A line of a file. The answers of `GET /v1/audit/checkpoint` are lines, too: of an auditor with a note, of everybody
/// else with a digest.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    /// The log that the lines below belong to.
    Log { farlight_audit: u8, organisation_id: Id, verifiers: Vec<String> },
    /// The leaf hashes that come next, hexadecimal.
    Leaves { leaves: Vec<String> },
    /// A signed checkpoint.
    Note { note: String },
    /// What somebody was shown of one.
    Digest { digest: String },
}

/// What is in a file that somebody kept.
#[derive(Debug, Default)]
pub struct Kept {
    /// Whole logs.
    pub logs: Vec<Log>,
    /// Checkpoints by themselves.
    pub checkpoints: Vec<Checkpoint>,
    /// Digests.
    pub digests: Vec<Hash>,
}

/// Writes a log.
///
/// # Errors
/// Of the writer.
pub fn write(log: &Log, out: &mut impl Write) -> io::Result<()> {
    let mut line = |line: &Line| -> io::Result<()> {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")
    };
    let verifiers = log.verifiers.iter().map(ToString::to_string).collect();
    line(&Line::Log { farlight_audit: VERSION, organisation_id: log.organisation_id, verifiers })?;
    for leaves in log.leaves.chunks(TILE as usize) {
        line(&Line::Leaves { leaves: leaves.iter().map(|leaf| hex(leaf)).collect() })?;
    }
    for checkpoint in &log.checkpoints {
        line(&Line::Note { note: checkpoint.note() })?;
    }
    Ok(())
}

/// Reads what [`write()`] wrote, checkpoints as they are signed, answers of the API, and digests by themselves or at the
/// end of a line, as in a header.
///
/// # Errors
/// The number of the first line that is none of this, from 1.
pub fn read(file: impl BufRead) -> io::Result<Result<Kept, usize>> {
    let mut kept = Kept::default();
    // A checkpoint as it is signed takes several lines, the last of which begins with a dash.
    let mut note = String::new();
    let mut last = 0;
    for (number, line) in (1..).zip(file.lines()) {
        let line = line?;
        last = number;
        let taken = if note.is_empty() && (line.is_empty() || line.starts_with('{')) {
            line.is_empty() || kept.take(&line).is_some()
        } else if note.is_empty()
            && let Some(digest) = line.split(' ').next_back().and_then(parse_digest)
        {
            kept.digests.push(digest);
            true
        } else {
            note.push_str(&line);
            note.push('\n');
            let is_whole = line.starts_with('\u{2014}');
            !is_whole || kept.take_note(&std::mem::take(&mut note)).is_some()
        };
        if !taken {
            return Ok(Err(number));
        }
    }
    Ok(if note.is_empty() { Ok(kept) } else { Err(last) })
}

impl Kept {
    fn take(&mut self, line: &str) -> Option<()> {
        match serde_json::from_str(line).ok()? {
            Line::Log { farlight_audit: VERSION, organisation_id, verifiers } => {
                let verifiers = verifiers.iter().map(|text| Verifier::parse(text)).collect::<Option<_>>()?;
                self.logs.push(Log {
                    organisation_id,
                    verifiers,
                    leaves: Vec::new(),
                    checkpoints: Vec::new(),
                });
            }
            Line::Log { .. } => return None,
            Line::Leaves { leaves } => {
                let log = self.logs.last_mut()?;
                for leaf in leaves {
                    log.leaves.push(from_hex(&leaf)?.try_into().ok()?);
                }
            }
            Line::Note { note } => self.take_note(&note)?,
            Line::Digest { digest } => self.digests.push(parse_digest(&digest)?),
        }
        Some(())
    }

    fn take_note(&mut self, note: &str) -> Option<()> {
        let checkpoint = Checkpoint::parse(note)?;
        let own = self.logs.last_mut().filter(|log| log.organisation_id == checkpoint.organisation_id);
        own.map_or(&mut self.checkpoints, |log| &mut log.checkpoints).push(checkpoint);
        Some(())
    }

    /// Adds another file.
    pub fn extend(&mut self, other: Self) {
        self.logs.extend(other.logs);
        self.checkpoints.extend(other.checkpoints);
        self.digests.extend(other.digests);
    }
}
