//! How a previewed file becomes messages and clues.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;
use zeroize::Zeroizing;

use super::plan::{Plan, Planned};
use super::preview::{SkippedView, skipped};
use super::shape::{Attachment, Form, Point};
use super::store;
use super::target::{Target, channel};
use crate::alerts::model::AlertKind;
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::channels::advice::Judge;
use crate::clues::data::{ClueData, ClueKind, Via};
use crate::clues::model::{ClueSource, ClueStatus, NewClue, Reliability};
use crate::crypto::{Field, Secret};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::number::Credibility;
use crate::messages::intake;
use crate::messages::model::{
    AttachmentNote, Authenticity, CONTENT, CORRECTION, Content, Direction, Flag, MessageForm, ORIGIN, Origin,
    Sender, seal_flags,
};
use crate::messages::store::{MessageRow, by_dedupe_keys, corrections_of, insert_batch};
use crate::{cases, channels, clues, view};

/// The uploaded file.
pub const FILE: Field<Vec<u8>> = Field::new("imports.file", Class::Content);
/// Its name.
pub const FILE_NAME: Field<Option<String>> = Field::new("imports.file_name", Class::Content);

/// Messages that are sealed and added at a time.
const CHUNK: usize = 1_000;
/// What a phone's position in a chat is off by, in metres, as a rule.
const PIN_ACCURACY_M: f64 = 50.0;
/// The grade of the information of a pin: possibly true. Somebody may have been made to send it.
const POSSIBLY_TRUE: i32 = 3;

/// A file that waits to be committed.
pub struct Waiting {
    /// Its name.
    pub name: Option<String>,
    /// Its bytes.
    pub bytes: Zeroizing<Vec<u8>>,
}

view! {
    /// What a commit added.
    pub struct CommitView from CommitFields {
        /// The channel that the messages are on; absent when there were none.
        outline_maybe channel_id: Id,
        /// Whose channel it is.
        outline_maybe person_id: Id,
        /// Messages that were added.
        outline messages_added: usize,
        /// Messages that had been added before.
        outline messages_already_there: usize,
        /// Files that were added. This version keeps names of files and not their bytes.
        outline attachments_added: usize,
        /// Location clues that were proposed, from places that the other side sent.
        outline clues_proposed: usize,
        /// What of the file did not come in, or not whole; the first 200.
        outline skipped: Vec<SkippedView>,
        /// How many there are of those.
        outline skipped_count: usize,
    }
}

/// Opens the file of an import in the caller's reach.
///
/// # Errors
/// 404; 409 `preview-expired`.
pub fn file(tx: &mut Tx<'_, '_>, id: Id) -> Result<Waiting> {
    let row = store::find(&tx.scope, tx.conn, id)?;
    let case = cases::model::open(tx, row.case_id)?;
    let file = row.file.as_ref().filter(|_| row.expires_at > tx.now()).ok_or_else(|| {
        Error::conflict("preview-expired", "This preview has expired and the file is gone. Upload it again.")
    })?;
    let bytes = case.access.open_bytes(&FILE, id, file)?.ok_or_else(Error::forbidden)?;
    Ok(Waiting { name: case.access.open(&FILE_NAME, id, &row.file_name)?.flatten(), bytes })
}

/// Adds what is planned to the log of a case, each message once, and proposes clues from the places in it.
///
/// # Errors
/// 422 when the target does not fit the case.
pub fn commit(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    import_id: Id,
    mut plan: Plan,
    target: &Target,
) -> Result<CommitFields> {
    // First of all, since it locks the case: of two commits at once the second must see whom and which channel the
    // first one made, or the same chat would go to two channels.
    cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
    store::mark_committed(&tx.scope, tx.conn, import_id)?;
    let planned = std::mem::take(&mut plan.messages);
    let mut fields = CommitFields {
        channel_id: None,
        person_id: None,
        messages_added: 0,
        messages_already_there: 0,
        attachments_added: 0,
        clues_proposed: 0,
        skipped: Vec::new(),
        skipped_count: 0,
    };
    if let Some(first) = planned.first() {
        let channel = channel(tx, case, &plan, target)?;
        fields.channel_id = Some(channel.id);
        fields.person_id = Some(channel.person_id);
        let secret = tx.services.keyring.lookup(tx.scope.organisation_id, "messages.dedupe")?;
        let judge = Judge::load(tx, &case.access, &channel)?;
        // An export may begin with our answer to what is in the log already.
        let last_inbound_at = channels::store::last_inbound(&tx.scope, tx.conn, channel.id, first.at, None)?;
        let mut job = Job {
            case,
            import_id,
            channel_id: channel.id,
            secret,
            judge,
            last_inbound_at,
            minded: BTreeMap::new(),
        };
        for chunk in planned.chunks(CHUNK) {
            let (added, proposed) = job.add(tx, &mut plan, chunk)?;
            fields.messages_added += added;
            fields.messages_already_there += chunk.len() - added;
            fields.clues_proposed += proposed;
        }
        intake::alert_of_many(tx, &job.minded, case.row.id)?;
        intake::settle(tx, case.row.id, channel.id)?;
    }
    fields.skipped = skipped(&plan.skipped);
    fields.skipped_count = plan.skipped.len();
    tx.note(format!("{} messages, {} clues", fields.messages_added, fields.clues_proposed));
    Ok(fields)
}

/// One commit under way.
struct Job<'a> {
    case: &'a OpenCase,
    import_id: Id,
    channel_id: Id,
    secret: Secret,
    judge: Judge,
    /// When the other side last wrote, of what was looked at so far: who is answered is not written to first.
    last_inbound_at: Option<Time>,
    /// Of each kind of alert, the newest message that asks for it.
    minded: BTreeMap<AlertKind, (Time, Id)>,
}

impl Job<'_> {
    /// Adds some messages; gives how many were new, and how many clues were proposed from those.
    fn add(&mut self, tx: &mut Tx<'_, '_>, plan: &mut Plan, messages: &[Planned]) -> Result<(usize, usize)> {
        let mut flags = HashMap::new();
        let mut rows = Vec::with_capacity(messages.len());
        for message in messages {
            let (row, minded) = self.row(tx, plan, message)?;
            flags.insert(row.id, minded);
            rows.push(row);
        }
        let added: HashSet<Id> = insert_batch(tx.conn, &rows)?.into_iter().collect();
        let mut proposed = 0;
        let mut there = Vec::new();
        for (message, row) in messages.iter().zip(rows) {
            if added.contains(&row.id) {
                for kind in flags.remove(&row.id).into_iter().flatten().filter_map(intake::kind) {
                    let newest = self.minded.entry(kind).or_insert(row.place());
                    *newest = row.place().max(*newest);
                }
            }
            if !added.contains(&row.id) {
                there.extend(row.dedupe_key.map(|key| (key, message)));
            } else if let Some(point) = &message.entry.point
                // A pin that our side sent says where somebody else is, or where to meet.
                && row.direction == Direction::Inbound
            {
                if row.sent_at > tx.now().with_leeway() {
                    plan.skip(
                        message,
                        "message kept, its place not proposed as a clue: its time has not come yet",
                    );
                } else {
                    self.propose(tx, &row, point)?;
                    proposed += 1;
                }
            }
        }
        self.tell_edited(tx, plan, &there)?;
        Ok((added.len(), proposed))
    }

    /// The row of a message, and what is to be minded about it.
    fn row(&mut self, tx: &Tx<'_, '_>, plan: &Plan, message: &Planned) -> Result<(MessageRow, Vec<Flag>)> {
        let entry = &message.entry;
        // Numbered, so that messages of the same second stay in the order of the file.
        let id = Id::sequence(tx.now(), entry.ordinal);
        let (form, duration_seconds) = match entry.form {
            Form::Text => (MessageForm::Text, None),
            Form::Call { seconds: None, .. } => (MessageForm::MissedCall, None),
            Form::Call { seconds, .. } => (MessageForm::Call, seconds),
        };
        let content = Content {
            body: entry.body.clone(),
            language: None,
            translation: None,
            duration_seconds,
            edited_at: message.edited_at,
            attachments: entry.attachments.iter().map(attachment).collect(),
        };
        let origin = Origin {
            sender: Sender { key: entry.sender.key.clone(), name: entry.sender.name.clone() },
            forwarded_from: entry.forwarded_from.clone(),
        };
        let direction = if plan.is_mine(message) { Direction::Outbound } else { Direction::Inbound };
        let verdict = self.judge.verdict(direction, &content.texts(), message.at, self.last_inbound_at);
        if direction == Direction::Inbound {
            self.last_inbound_at = self.last_inbound_at.max(Some(message.at));
        }
        let access = &self.case.access;
        let row = MessageRow {
            organisation_id: tx.scope.organisation_id,
            id,
            case_id: self.case.row.id,
            channel_id: self.channel_id,
            direction,
            form,
            sent_at: message.at,
            recorded_at: tx.now(),
            author_id: tx.scope.user_id,
            authenticity: Authenticity::Unverified,
            ordinal: i32::try_from(entry.ordinal).ok(),
            import_id: Some(self.import_id),
            dedupe_key: Some(plan.dedupe_key(&self.secret, self.channel_id, message)),
            content: access.seal(&CONTENT, id, &content)?,
            sender: Some(access.seal(&ORIGIN, id, &origin)?),
            placed_at: message.at,
            judged: if verdict.duress { Authenticity::Suspect } else { Authenticity::Unverified },
            flags: seal_flags(access, id, &verdict.flags)?,
        };
        Ok((row, verdict.flags))
    }

    fn propose(&self, tx: &mut Tx<'_, '_>, row: &MessageRow, point: &Point) -> Result<()> {
        let credibility = Credibility::new(POSSIBLY_TRUE).map_err(|_| Error::internal("3 is no grade"))?;
        let data = json!({"lat": point.lat, "lon": point.lon, "accuracy_m": PIN_ACCURACY_M, "via": Via::Pin});
        let clue = NewClue {
            id: Id::at(tx.now()),
            data: ClueData::parse(ClueKind::Point, data)?,
            observed_at: row.sent_at,
            observed_until: None,
            reported_at: row.sent_at,
            source: ClueSource::message(row.id),
            reliability: Reliability::C,
            credibility,
            status: ClueStatus::Proposed,
            quote: None,
            note: note(point),
        };
        clues::model::propose(tx, self.case, clue).map(drop)
    }

    /// Tells of messages that are in the log with another text than in this file: they were edited in between. The
    /// log keeps what it had; the text of an edit made under duress must not take the place of the first.
    fn tell_edited(&self, tx: &mut Tx<'_, '_>, plan: &mut Plan, there: &[(Vec<u8>, &Planned)]) -> Result<()> {
        let keys: Vec<&[u8]> = there.iter().map(|(key, _)| key.as_slice()).collect();
        let rows = by_dedupe_keys(&tx.scope, tx.conn, self.channel_id, &keys)?;
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        let access = &self.case.access;
        let mut known: HashMap<Vec<u8>, Vec<String>> = HashMap::new();
        let mut corrected: HashMap<Id, Vec<String>> = HashMap::new();
        for row in corrections_of(&tx.scope, tx.conn, &ids)? {
            let body = access.open(&CORRECTION, row.id, &row.content)?.and_then(|correction| correction.body);
            corrected.entry(row.message_id).or_default().extend(body);
        }
        for row in rows {
            let mut bodies = corrected.remove(&row.id).unwrap_or_default();
            bodies.extend(access.open(&CONTENT, row.id, &row.content)?.map(|content| content.body));
            known.extend(row.dedupe_key.map(|key| (key, bodies)));
        }
        for (key, message) in there {
            if known.get(key).is_some_and(|bodies| !bodies.contains(&message.entry.body)) {
                plan.skip(
                    message,
                    "message in the log already, with another text: it was edited after it was imported; the log \
                     keeps the first text",
                );
            }
        }
        Ok(())
    }
}

fn attachment(file: &Attachment) -> AttachmentNote {
    // Even where the export holds the bytes, they are not stored yet.
    AttachmentNote {
        id: None,
        file_name: file.file_name.clone(),
        media_type: file.media_type.clone(),
        missing: true,
    }
}

fn note(point: &Point) -> Option<String> {
    let live = point.live_seconds.map(|seconds| {
        format!("live location, shared for {seconds} s: this is the last position that the export has")
    });
    let parts: Vec<String> =
        [live, point.place_name.clone(), point.address.clone()].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
