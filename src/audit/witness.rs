//! Logs that came from elsewhere, such as out of a backup: how they stood when they left, and whether they are that.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::checkpoint::{self, Checkpoint};
use super::command::Verdict;
use super::export::Kept;
use super::note::Verifier;
use super::reading;
use super::store::tree as store;
use crate::crypto::Keyring;
use crate::crypto::secret::hex;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::start::StartError;

/// How a log stood: enough to say later whether it is the same one. It holds no content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stand {
    /// Whose log.
    pub organisation_id: Id,
    /// What checks its checkpoints; empty when it left without the root key.
    pub verifiers: Vec<String>,
    /// The latest signed checkpoint; none in the first seconds of an organisation.
    pub checkpoint: Option<String>,
}

/// How every log stands.
///
/// # Errors
/// Of the database, or when the root key does not fit it.
pub fn stands(conn: &mut Conn<'_>, keyring: Option<&Keyring>) -> Result<Vec<Stand>> {
    let mut stands = Vec::new();
    for organisation_id in store::organisations(conn)? {
        let verifiers = match keyring {
            None => Vec::new(),
            Some(keyring) => {
                of_keyring(conn, keyring, organisation_id)?.iter().map(ToString::to_string).collect()
            }
        };
        let checkpoint = store::latest(conn, organisation_id)?.map(|checkpoint| checkpoint.note());
        stands.push(Stand { organisation_id, verifiers, checkpoint });
    }
    Ok(stands)
}

fn of_keyring(conn: &mut Conn<'_>, keyring: &Keyring, organisation_id: Id) -> Result<Vec<Verifier>> {
    checkpoint::verifiers(&*keyring.organisation(conn, organisation_id)?, organisation_id)
}

/// Recomputes every log from its rows, and compares it with how it stood and with what somebody kept of the time until
/// `until`, when it left. `say` prints lines for each. Without a root key, what checks signatures is what the stands name.
///
/// # Errors
/// [`StartError::Failed`] names the first bad index.
pub fn compare(
    conn: &mut Conn<'_>,
    keyring: Option<&Keyring>,
    (stands, until): (&[Stand], Time),
    mut kept: Kept,
    say: &impl Fn(&str),
) -> std::result::Result<(), StartError> {
    let unreadable =
        || StartError::Failed("what the backup says of its audit logs cannot be read".to_owned());
    let later = forget_later(&mut kept, until);
    if later > 0 {
        say(&format!(
            "{later} checkpoints that somebody kept are of after {until}: what they were signed over is not here"
        ));
    }
    let mut named = HashMap::new();
    let mut signed: HashMap<Id, Checkpoint> = HashMap::new();
    for stand in stands {
        let verifiers: Option<Vec<_>> = stand.verifiers.iter().map(|text| Verifier::parse(text)).collect();
        named.insert(stand.organisation_id, verifiers.ok_or_else(unreadable)?);
        if let Some(note) = &stand.checkpoint {
            let checkpoint = Checkpoint::parse(note).ok_or_else(unreadable)?;
            signed.insert(stand.organisation_id, checkpoint.clone());
            kept.checkpoints.push(checkpoint);
        }
    }
    let mut verdict = Verdict::new(&kept);
    for organisation_id in store::organisations(conn)? {
        let verifiers = match keyring {
            Some(keyring) => of_keyring(conn, keyring, organisation_id)?,
            None => named.remove(&organisation_id).unwrap_or_default(),
        };
        let reading = reading::read_with(conn, verifiers, organisation_id)?;
        verdict.weigh(&reading.log, reading.first_finding(), say);
        if let Some(Checkpoint { at, size, root, .. }) = signed.get(&organisation_id) {
            let root = hex(root);
            say(&format!(
                "organisation {organisation_id}: the audit root over {size} rows, signed at {at}, is {root}"
            ));
        }
    }
    verdict.end(say)
}

/// Leaves out what was signed after a moment, and says how many checkpoints that were: a state of before cannot hold it.
fn forget_later(kept: &mut Kept, until: Time) -> usize {
    let mut later = 0;
    let mut is_of_then = |checkpoint: &Checkpoint| {
        later += usize::from(checkpoint.at > until);
        checkpoint.at <= until
    };
    kept.checkpoints.retain(&mut is_of_then);
    for log in &mut kept.logs {
        log.checkpoints.retain(&mut is_of_then);
        // Rows that no checkpoint of then covers may be of either time.
        let size = log.checkpoints.last().map_or(0, |checkpoint| checkpoint.size);
        log.leaves.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    }
    later
}
