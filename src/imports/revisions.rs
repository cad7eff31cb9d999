//! Messages that are in the log already, and that this file has otherwise: edited, taken back, or with a file that was
//! missing. The log keeps what it had; what changed becomes a correction beside it.

use std::collections::{HashMap, HashSet};

use super::adding::here;
use super::formats::shape::{Entry, Form, Revision};
use super::job::Chunk;
use super::model::Progress;
use super::plan::Planned;
use crate::attachments;
use crate::authz::Tx;
use crate::cases::model::OpenCase;
use crate::crypto::Secret;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::messages::model::{AttachmentNote, CONTENT, CORRECTION, Content, Correction, correct};
use crate::messages::store::{MessageRow, by_dedupe_keys, by_slot_keys, corrections_of};

const EDITED: &str = "edited by its sender, as a later export has it";
const TAKEN_BACK: &str = "taken back by its sender, as a later export has it";
const FILE_CAME: &str = "the file came with a later export";

/// Messages of a chunk that were found in the log by who sent them when, by their place in the chunk.
pub type Revised = HashMap<usize, Id>;

/// Finds the messages in the log that some of a chunk are edited copies of, and that can be known by nothing else: the
/// platform gives no ids, and the text is another one. What this very import added is no copy of what is in it.
///
/// # Errors
/// Of the database.
pub fn found(
    tx: &mut Tx<'_, '_>,
    (import_id, channel_id): (Id, Id),
    secret: &Secret,
    messages: &[Planned],
    keys: &[Vec<u8>],
) -> Result<Revised> {
    let mut revised = Revised::new();
    let slots: Vec<(usize, Vec<u8>)> = messages
        .iter()
        .enumerate()
        .filter(|(_, planned)| planned.is_revised())
        .filter_map(|(place, planned)| Some((place, planned.slot_key(secret, channel_id)?)))
        .collect();
    if slots.is_empty() {
        return Ok(revised);
    }
    let wanted: Vec<&[u8]> = slots.iter().map(|(_, slot)| slot.as_slice()).collect();
    let rows = by_slot_keys(&tx.scope, tx.conn, channel_id, &wanted)?;
    let known: HashSet<&[u8]> = rows.iter().filter_map(|row| row.dedupe_key.as_deref()).collect();
    // What the file has unchanged is its own message.
    let mut taken: HashSet<&[u8]> = keys.iter().map(Vec::as_slice).collect();
    for (place, slot) in &slots {
        if keys.get(*place).is_some_and(|key| known.contains(key.as_slice())) {
            continue;
        }
        let free = rows.iter().find(|row| {
            row.slot_key.as_ref() == Some(slot)
                && row.import_id != Some(import_id)
                && row.dedupe_key.as_deref().is_some_and(|key| !taken.contains(key))
        });
        if let Some(row) = free {
            taken.extend(row.dedupe_key.as_deref());
            revised.insert(*place, row.id);
        }
    }
    Ok(revised)
}

/// The keys of those messages that have all their files.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn complete(tx: &mut Tx<'_, '_>, case: &OpenCase, rows: Vec<MessageRow>) -> Result<HashSet<Vec<u8>>> {
    let log = Log::load(tx, case, &rows)?;
    let whole = |row: &MessageRow| {
        log.0.get(&row.id).is_some_and(|state| state.attachments.iter().all(|file| !file.missing))
    };
    Ok(rows.into_iter().filter(|row| whole(row)).filter_map(|row| row.dedupe_key).collect())
}

/// What the log has of some messages.
struct Log(HashMap<Id, State>);

struct State {
    bodies: Vec<String>,
    reasons: Vec<String>,
    edited_at: Option<Time>,
    attachments: Vec<AttachmentNote>,
}

impl Log {
    fn load(tx: &mut Tx<'_, '_>, case: &OpenCase, rows: &[MessageRow]) -> Result<Self> {
        let mut log = HashMap::new();
        for row in rows {
            let Some(content) = case.access.open(&CONTENT, row.id, &row.content)? else { continue };
            let Content { body, edited_at, attachments, .. } = content;
            log.insert(row.id, State { bodies: vec![body], reasons: Vec::new(), edited_at, attachments });
        }
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        for row in corrections_of(&tx.scope, tx.conn, &ids)? {
            let (Some(correction), Some(state)) =
                (case.access.open(&CORRECTION, row.id, &row.content)?, log.get_mut(&row.message_id))
            else {
                continue;
            };
            state.bodies.extend(correction.body);
            state.reasons.push(correction.reason);
            if !correction.attachments.is_empty() {
                state.attachments = correction.attachments;
            }
        }
        Ok(Self(log))
    }
}

/// Corrects what was edited, taken back or completed since it came into the log. `there` are the messages that were
/// known by their keys, `revised` those of [`found`].
///
/// # Errors
/// Of the database.
pub fn tell(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    progress: &mut Progress,
    chunk: &Chunk,
    (there, revised): (Vec<(usize, Vec<u8>)>, Revised),
    channel_id: Id,
) -> Result<()> {
    if there.is_empty() && revised.is_empty() {
        return Ok(());
    }
    let keys: Vec<&[u8]> = there.iter().map(|(_, key)| key.as_slice()).collect();
    let mut rows = by_dedupe_keys(&tx.scope, tx.conn, channel_id, &keys)?;
    let ids: Vec<Id> = revised.values().copied().collect();
    rows.extend(crate::messages::store::by_ids(&tx.scope, tx.conn, &ids)?);
    let by_key: HashMap<&[u8], Id> =
        rows.iter().filter_map(|row| Some((row.dedupe_key.as_deref()?, row.id))).collect();
    let log = Log::load(tx, case, &rows)?;
    let known = there.iter().filter_map(|(place, key)| Some((*place, *by_key.get(key.as_slice())?)));
    let mut pairs: Vec<(usize, Id)> = known.chain(revised).collect();
    pairs.sort_unstable();
    for (place, id) in pairs {
        let (Some(planned), Some(state)) = (chunk.messages.get(place), log.0.get(&id)) else { continue };
        let mut correction = Correction {
            reason: String::new(),
            body: None,
            translation: None,
            attachments: files(tx, case, (chunk, place), id, state, progress)?,
        };
        match change(planned, state) {
            Change::None => {}
            Change::Edited(body) => {
                EDITED.clone_into(&mut correction.reason);
                correction.body = Some(body);
            }
            Change::TakenBack => TAKEN_BACK.clone_into(&mut correction.reason),
            Change::Unclear => progress.skip(
                planned.entry.line,
                "message in the log already, with another text, and nothing says which is the later one: the log \
                 keeps its own",
            ),
        }
        if correction.reason.is_empty() && !correction.attachments.is_empty() {
            FILE_CAME.clone_into(&mut correction.reason);
        }
        if !correction.reason.is_empty() {
            correct(tx, case, id, (None, None), &correction)?;
            progress.messages_corrected += 1;
        }
    }
    Ok(())
}

enum Change {
    None,
    Edited(String),
    TakenBack,
    Unclear,
}

fn change(planned: &Planned, state: &State) -> Change {
    let body = planned.entry.body();
    match planned.entry.revision {
        Revision::Deleted if state.reasons.iter().any(|reason| reason == TAKEN_BACK) => Change::None,
        // Of what the log has as taken back already, it has the words for that.
        Revision::Deleted if state.bodies.contains(&body) => Change::None,
        Revision::Deleted => Change::TakenBack,
        _ if state.bodies.contains(&body) => Change::None,
        // Its body only names its files, in other words where one export has them and the other lacks them.
        Revision::Original if is_files_alone(&planned.entry) => Change::None,
        Revision::Edited { .. } if planned.edited_at.is_none() || planned.edited_at > state.edited_at => {
            Change::Edited(body)
        }
        Revision::Edited { .. } | Revision::Original => Change::Unclear,
    }
}

/// Whether a message's body says nothing but which files were sent.
fn is_files_alone(entry: &Entry) -> bool {
    let is_silent = entry.text.trim().is_empty() && entry.described.is_empty() && entry.place.is_none();
    is_silent && entry.form == Form::Text && !entry.attachments.is_empty()
}

/// Makes attachments of the files that were missing so far; gives all files of the message then, or none if nothing
/// came.
fn files(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    (chunk, place): (&Chunk, usize),
    message: Id,
    state: &State,
    progress: &mut Progress,
) -> Result<Vec<AttachmentNote>> {
    let mut notes = state.attachments.clone();
    let mut ids = Vec::new();
    for file in chunk.files.iter().filter(|file| file.message == place) {
        // Where the earlier export named no file at all there is none to be missing.
        while notes.len() <= file.place {
            notes.push(AttachmentNote { id: None, file_name: None, media_type: None, missing: true });
        }
        let Some(note) = notes.get_mut(file.place).filter(|note| note.missing) else { continue };
        attachments::model::record(tx, case, file.id, &file.arrived)?;
        *note = here(file);
        ids.push(file.id);
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    progress.attachments_added += ids.len() as u64;
    attachments::model::link(tx, case.row.id, message, &ids)?;
    Ok(notes)
}
