//! One chunk of messages being added, in a transaction: its rows, files and clues.

use std::collections::{HashMap, HashSet};

use super::formats::shape::{Attachment, Form};
use super::job::{Arrival, Chunk, Job};
use super::model::Progress;
use super::plan::Planned;
use super::revisions;
use super::target::channel;
use crate::authz::Tx;
use crate::cases::model::OpenCase;
use crate::channels::advice::Judge;
use crate::channels::store::ChannelRow;
use crate::clues::extraction;
use crate::crypto::Secret;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::location::extraction::Proposal;
use crate::messages::model::{
    AttachmentNote, Authenticity, CONTENT, Content, Direction, Flag, MessageForm, ORIGIN, Origin, Sender,
    seal_flags,
};
use crate::messages::store::{MessageRow, insert_batch};
use crate::{attachments, channels};

/// One chunk being added.
pub(super) struct Adding<'a> {
    job: &'a Job,
    case: &'a OpenCase,
    pub(super) channel: ChannelRow,
    secret: Secret,
    judge: Judge,
    /// When the other side last wrote, of what was looked at so far: who is answered is not written to first.
    last_inbound_at: Option<Time>,
    pub(super) progress: Progress,
}

impl<'a> Adding<'a> {
    pub(super) fn new(tx: &mut Tx<'_, '_>, job: &'a Job, case: &'a OpenCase, chunk: &Chunk) -> Result<Self> {
        let mut progress = job.progress(tx, case)?;
        let channel = match progress.channel_id {
            Some(id) => crate::messages::model::channel_of(tx, case.row.id, id)?,
            None => channel(tx, case, &job.plan, &job.target)?,
        };
        progress.channel_id = Some(channel.id);
        progress.person_id = Some(channel.person_id);
        let secret = tx.services.keyring.lookup(tx.scope.organisation_id, "messages.dedupe")?;
        let judge = Judge::load(tx, &case.access, &channel)?;
        // A chunk may begin with our answer to what is in the log already.
        let first = chunk.messages.iter().map(|planned| planned.at).min();
        let before = match first {
            Some(first) => channels::store::last_inbound(&tx.scope, tx.conn, channel.id, first, None)?,
            None => None,
        };
        Ok(Self { job, case, channel, secret, judge, last_inbound_at: before.max(chunk.older), progress })
    }

    pub(super) fn add(&mut self, tx: &mut Tx<'_, '_>, chunk: &Chunk) -> Result<()> {
        let keys: Vec<Vec<u8>> =
            chunk.messages.iter().map(|planned| planned.dedupe_key(&self.secret, self.channel.id)).collect();
        // What was edited since, and has no id to be known by, is not new.
        let revised = revisions::found(
            tx,
            (self.job.import_id, self.channel.id),
            &self.secret,
            &chunk.messages,
            &keys,
        )?;
        let mut rows = Vec::with_capacity(chunk.messages.len());
        let mut flags = HashMap::new();
        for place in self.in_time(&chunk.messages) {
            let (Some(planned), Some(key)) = (chunk.messages.get(place), keys.get(place)) else { continue };
            if revised.contains_key(&place) {
                continue;
            }
            let files = chunk.files.iter().filter(|file| file.message == place);
            let (row, minded) = self.row(tx, planned, key.clone(), files)?;
            flags.insert(row.id, minded);
            rows.push((place, row));
        }
        let added: HashSet<Id> =
            insert_batch(tx.conn, rows.iter().map(|(_, row)| row))?.into_iter().collect();
        let known = extraction::Known::rejected(tx, self.case)?;
        let proposed_before = self.progress.clues_proposed;
        let mut there: Vec<(usize, Vec<u8>)> = Vec::new();
        for (place, row) in &rows {
            let Some(planned) = chunk.messages.get(*place) else { continue };
            if !added.contains(&row.id) {
                there.extend(row.dedupe_key.clone().map(|key| (*place, key)));
                continue;
            }
            self.progress.messages_added += 1;
            self.progress.mind(row, flags.get(&row.id).map_or(&[][..], Vec::as_slice));
            self.record(tx, row, chunk.files.iter().filter(|file| file.message == *place))?;
            let said = chunk.proposals.get(place).map_or(&[][..], Vec::as_slice);
            self.propose(tx, row, planned, (said, &known))?;
        }
        self.progress.messages_already_there += (there.len() + revised.len()) as u64;
        there.sort_unstable_by_key(|(place, _)| *place);
        revisions::tell(tx, self.case, &mut self.progress, chunk, (there, revised), self.channel.id)?;
        let proposed = self.progress.clues_proposed - proposed_before;
        tx.note(format!("{} messages, {proposed} clues", added.len()));
        Ok(())
    }

    /// The places of messages in the order of time: who wrote before decides whether one was an answer.
    fn in_time(&self, messages: &[Planned]) -> Vec<usize> {
        let mut places: Vec<usize> = (0..messages.len()).collect();
        places.sort_by_key(|place| messages.get(*place).map(|planned| (planned.at, self.number(planned))));
        places
    }

    /// A number by which messages of the same second stay in the order in which they were sent.
    fn number(&self, planned: &Planned) -> u32 {
        if self.job.plan.chat.newest_first { u32::MAX - planned.ordinal } else { planned.ordinal }
    }

    /// The row of a message, and what is to be minded about it.
    fn row<'f>(
        &mut self,
        tx: &Tx<'_, '_>,
        planned: &Planned,
        dedupe_key: Vec<u8>,
        files: impl Iterator<Item = &'f Arrival>,
    ) -> Result<(MessageRow, Vec<Flag>)> {
        let entry = &planned.entry;
        let id = Id::sequence(self.job.begun_at, self.number(planned));
        let (form, duration_seconds) = match entry.form {
            Form::Text => (MessageForm::Text, None),
            Form::Call { seconds: None, .. } => (MessageForm::MissedCall, None),
            Form::Call { seconds, .. } => (MessageForm::Call, seconds),
        };
        let mut attachments: Vec<AttachmentNote> = entry.attachments.iter().map(missing).collect();
        for file in files {
            if let Some(note) = attachments.get_mut(file.place) {
                *note = here(file);
            }
        }
        let content = Content {
            body: entry.body(),
            language: None,
            translation: None,
            duration_seconds,
            edited_at: planned.edited_at,
            attachments,
        };
        let origin = Origin {
            sender: Sender { key: entry.sender.key.clone(), name: entry.sender.name.clone() },
            forwarded_from: entry.forwarded_from.clone(),
        };
        let verdict =
            self.judge.verdict(planned.direction, &content.texts(), planned.at, self.last_inbound_at);
        if planned.direction == Direction::Inbound {
            self.last_inbound_at = self.last_inbound_at.max(Some(planned.at));
        }
        let access = &self.case.access;
        let row = MessageRow {
            organisation_id: tx.scope.organisation_id,
            id,
            case_id: self.case.row.id,
            channel_id: self.channel.id,
            direction: planned.direction,
            form,
            sent_at: planned.at,
            recorded_at: tx.now(),
            author_id: tx.scope.user_id,
            authenticity: Authenticity::Unverified,
            ordinal: i32::try_from(planned.ordinal).ok(),
            import_id: Some(self.job.import_id),
            dedupe_key: Some(dedupe_key),
            content: access.seal(&CONTENT, id, &content)?,
            sender: Some(access.seal(&ORIGIN, id, &origin)?),
            placed_at: planned.at,
            judged: if verdict.duress { Authenticity::Suspect } else { Authenticity::Unverified },
            flags: seal_flags(access, id, &verdict.flags)?,
            slot_key: planned.slot_key(&self.secret, self.channel.id),
        };
        Ok((row, verdict.flags))
    }

    /// Makes attachments of the files of a message that was added.
    fn record<'f>(
        &mut self,
        tx: &mut Tx<'_, '_>,
        row: &MessageRow,
        files: impl Iterator<Item = &'f Arrival>,
    ) -> Result<()> {
        let mut ids = Vec::new();
        for file in files {
            attachments::model::record(tx, self.case, file.id, &file.arrived)?;
            ids.push(file.id);
        }
        self.progress.attachments_added += ids.len() as u64;
        attachments::model::link(tx, self.case.row.id, row.id, &ids)?;
        tx.about(self.job.import_id);
        Ok(())
    }

    /// Proposes the clues in a message that was added.
    fn propose(
        &mut self,
        tx: &mut Tx<'_, '_>,
        row: &MessageRow,
        planned: &Planned,
        (said, known): (&[Proposal], &extraction::Known),
    ) -> Result<()> {
        // What our side sent says where somebody else is, or where to meet.
        if planned.direction != Direction::Inbound {
            return Ok(());
        }
        let clues = super::clues::of_entry(row, &planned.entry);
        if clues.is_empty() && said.is_empty() {
            return Ok(());
        }
        if row.sent_at > tx.now().with_leeway() {
            let reason = "message kept, its place not proposed as a clue: its time has not come yet";
            self.progress.skip(planned.entry.line, reason);
            return Ok(());
        }
        for clue in clues {
            crate::clues::model::propose(tx, self.case, clue)?;
            self.progress.clues_proposed += 1;
        }
        self.progress.clues_proposed += extraction::add(tx, self.case, row, said, known)?;
        Ok(())
    }
}

/// What is told of a file whose bytes are not here.
fn missing(file: &Attachment) -> AttachmentNote {
    AttachmentNote {
        id: None,
        file_name: file.file_name.clone(),
        media_type: file.media_type.clone(),
        missing: true,
    }
}

/// What is told of a file that is recorded with its message.
pub fn here(file: &Arrival) -> AttachmentNote {
    AttachmentNote {
        id: Some(file.id),
        file_name: file.arrived.file_name.clone(),
        media_type: Some(file.arrived.media_type.to_owned()),
        missing: false,
    }
}
