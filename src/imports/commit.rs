//! The second reading of a file: the messages of one conversation, chunk by chunk into the log.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::formats::archive::Upload;
use super::formats::reading::{Chat, Halt, Sink};
use super::formats::shape::{Attachment, Bytes, Entry};
use super::job::{Arrival, Chunk, Job};
use super::plan::{Equals, Planned};
use super::preview::{SKIPPED_LISTED, SkippedView};
use super::source::{Outcome, Source};
use crate::attachments::arrival::{Arrived, Intake};
use crate::attachments::taking::{self, Begun};
use crate::clues::extraction;
use crate::db::types::Time;
use crate::error::{Error, Result};
use crate::files::Seeking;
use crate::location::extraction::Proposal;
use crate::messages::model::Direction;

/// Messages that are sealed and added at a time.
const CHUNK: usize = 1_000;
/// Bytes of text and of files in the export itself that may wait for that.
const CHUNK_BYTES: usize = 8 << 20;
/// Characters of a text that are kept: far more than any of the apps sends in one message.
const TEXT_CHARS: usize = 100_000;

/// Gathers chunks, and adds each when it is full.
pub struct Committing {
    job: Arc<Job>,
    runtime: Handle,
    media: Media,
    /// Whether the export holds files beside the chat.
    has_media: bool,
    /// Messages of the conversation that came by.
    seen: u64,
    /// How many of them were looked at before, by whoever did this first.
    done: u64,
    equals: Equals,
    chunk: Vec<Planned>,
    weight: usize,
    /// Of a file that begins with the newest message: a full chunk that waits for the next, which is older.
    newer: Option<Vec<Planned>>,
    skipped: Vec<SkippedView>,
    skipped_count: u64,
    failure: Option<Error>,
}

/// The files that an export holds, opened when the first is wanted.
struct Media {
    source: Source,
    upload: Option<Upload<Seeking>>,
}

impl Sink for Committing {
    fn chat(&mut self, chat: Chat<'_>) -> u32 {
        if chat.key == self.job.plan.chat.key { 0 } else { 1 }
    }

    fn entry(&mut self, chat: u32, mut entry: Entry) -> Result<(), Halt> {
        if chat != 0 {
            return Ok(());
        }
        let ordinal = u32::try_from(self.seen).unwrap_or(u32::MAX);
        self.seen += 1;
        let line = entry.line;
        if let Some((end, _)) = entry.text.char_indices().nth(TEXT_CHARS) {
            self.skip(line, "message kept without the end of its text: it is longer than any app sends");
            entry.text.truncate(end);
        }
        let Some(planned) = self.job.plan.message(entry, ordinal, &mut self.equals) else {
            self.skip(line, "message left out: its time cannot be right");
            return Ok(());
        };
        if self.seen <= self.done {
            return Ok(());
        }
        if self.is_full(&planned) {
            self.flush().map_err(|error| {
                self.failure = Some(error);
                Halt::Stopped
            })?;
        }
        self.weight += weight(&planned.entry);
        self.chunk.push(planned);
        Ok(())
    }

    fn skip(&mut self, line: u32, reason: &str) {
        self.skipped_count += 1;
        if self.skipped.len() < SKIPPED_LISTED {
            self.skipped.push(SkippedView::new(line, reason));
        }
    }

    fn note(&mut self, _: &str) {}
}

/// What the other side's texts say of places. Before the transaction: reading takes longer than writing.
fn proposals(messages: &[Planned]) -> HashMap<usize, Vec<Proposal>> {
    let inbound = messages.iter().enumerate().filter(|(_, planned)| planned.direction == Direction::Inbound);
    let said =
        inbound.map(|(place, planned)| (place, extraction::of_text(&planned.entry.text, planned.at, None)));
    said.filter(|(_, proposals)| !proposals.is_empty()).collect()
}

fn weight(entry: &Entry) -> usize {
    let inline = |file: &Attachment| match &file.bytes {
        Bytes::Inline(bytes) => bytes.len(),
        Bytes::Member(_) | Bytes::Missing => 0,
    };
    entry.text.len() + entry.attachments.iter().map(inline).sum::<usize>()
}

impl Committing {
    /// For a commit of which `done` messages were looked at before.
    pub fn new(job: Arc<Job>, runtime: Handle, (source, has_media): (Source, bool), done: u64) -> Self {
        Self {
            job,
            runtime,
            media: Media { source, upload: None },
            has_media,
            seen: 0,
            done,
            equals: Equals::default(),
            chunk: Vec::new(),
            weight: 0,
            newer: None,
            skipped: Vec::new(),
            skipped_count: 0,
            failure: None,
        }
    }

    /// Whether the chunk is to be added before this message. Those of one moment stay together as far as memory
    /// allows: which of them was edited since is told by the others.
    fn is_full(&self, next: &Planned) -> bool {
        let holds = |times: usize| self.chunk.len() >= CHUNK * times || self.weight >= CHUNK_BYTES * times;
        let goes_on = self.chunk.last().is_some_and(|last| last.at == next.at);
        holds(if goes_on { 2 } else { 1 })
    }

    /// Adds what is left, and closes the commit.
    ///
    /// # Errors
    /// Why it could not go on.
    pub fn finish(mut self, outcome: Result<Outcome>) -> Result<()> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        if let Outcome::Stopped = outcome? {
            return Ok(());
        }
        self.flush()?;
        if let Some(last) = self.newer.take() {
            self.add(last, None)?;
        }
        let (skipped, count) = (std::mem::take(&mut self.skipped), self.skipped_count);
        self.runtime.block_on(self.job.finish(skipped, count))
    }

    fn flush(&mut self) -> Result<()> {
        self.weight = 0;
        let chunk = std::mem::take(&mut self.chunk);
        if !self.job.plan.chat.newest_first {
            return if chunk.is_empty() { Ok(()) } else { self.add(chunk, None) };
        }
        // Whether an outbound message was an answer is told by the inbound one before it, which comes later in the file.
        let inbound = |planned: &&Planned| planned.direction == Direction::Inbound;
        let older = chunk.iter().filter(inbound).map(|planned| planned.at).max();
        let newer = self.newer.replace(chunk);
        newer.map_or(Ok(()), |newer| self.add(newer, older))
    }

    /// Adds a chunk; `older` is when the other side had last written before it, as far as the file tells.
    fn add(&mut self, messages: Vec<Planned>, older: Option<Time>) -> Result<()> {
        let position = messages.last().map_or(self.done, |last| u64::from(last.ordinal) + 1);
        let proposals = proposals(&messages);
        let mut chunk = Chunk { messages, older, position, files: Vec::new(), told: Vec::new(), proposals };
        self.bring(&mut chunk)?;
        let brought: Vec<_> = chunk.files.iter().map(|file| file.id).collect();
        let added = self.runtime.block_on(self.job.add(chunk));
        for id in brought {
            let organisation = self.job.author.organisation_id;
            self.runtime.block_on(taking::put_away(&self.job.services, organisation, id));
        }
        added
    }

    /// Stores the files of messages that are new, or that came before without them.
    fn bring(&mut self, chunk: &mut Chunk) -> Result<()> {
        let has_bytes = |planned: &Planned| {
            let mut files = planned.entry.attachments.iter();
            files.any(|file| match file.bytes {
                Bytes::Missing => false,
                Bytes::Member(_) => self.has_media,
                Bytes::Inline(_) => true,
            })
        };
        // An export without its media names them all the same; each message shows that they are missing.
        if !chunk.messages.iter().any(has_bytes) {
            return Ok(());
        }
        let wanted = self.runtime.block_on(self.job.wanting(&chunk.messages))?;
        for (message, planned) in
            chunk.messages.iter().enumerate().filter(|(place, _)| wanted.contains(place))
        {
            for (place, file) in planned.entry.attachments.iter().enumerate() {
                let arrived = match &file.bytes {
                    Bytes::Missing => continue,
                    Bytes::Member(_) if !self.has_media => continue,
                    Bytes::Inline(bytes) => self.store(bytes.as_slice(), file),
                    Bytes::Member(name) => match self.media.take() {
                        Ok(mut upload) => {
                            let stored = self.store_member(&mut upload, name, file);
                            self.media.upload = Some(upload);
                            stored
                        }
                        Err(error) => Err(error),
                    },
                };
                match arrived {
                    Ok(Some(arrival)) => chunk.files.push(Arrival { message, place, ..arrival }),
                    Ok(None) => chunk.told.push((planned.entry.line, NOT_THERE.to_owned())),
                    // A file that cannot be kept must not cost the messages.
                    Err(error) if error.code() != "internal" => {
                        let reason = format!("message kept without a file: {}", error.detail());
                        chunk.told.push((planned.entry.line, reason));
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    fn store_member(
        &self,
        upload: &mut Upload<Seeking>,
        name: &str,
        file: &Attachment,
    ) -> Result<Option<Arrival>> {
        let most = self.job.services.settings.files.max_bytes;
        let refused = |refusal| match super::source::refused(&refusal) {
            error if error.code() == "internal" => error,
            _ => Error::unprocessable("malformed-file", refusal.to_string()),
        };
        match upload.media(name, most).map_err(refused)? {
            Some(media) => self.store(media, file),
            None => Ok(None),
        }
    }

    /// Stores one file.
    fn store(&self, mut bytes: impl Read, file: &Attachment) -> Result<Option<Arrival>> {
        let (job, runtime) = (&self.job, &self.runtime);
        let Begun { owner, room, row } = runtime.block_on(job.begin_file())?;
        let id = owner.id;
        runtime.block_on(taking::announce(&job.services, row))?;
        let stored = (|| -> Result<Option<Arrived>> {
            let mut intake = Intake::begin(&job.services, &owner, room)?;
            let mut piece = vec![0; 64 * 1024];
            loop {
                let taken = match bytes.read(&mut piece) {
                    Ok(0) => break,
                    Ok(count) => runtime.block_on(intake.take(piece.get(..count).unwrap_or_default())),
                    Err(error) => {
                        Err(Error::unprocessable("malformed-file", format!("it cannot be read: {error}")))
                    }
                };
                if let Err(error) = taken {
                    runtime.block_on(intake.abandon());
                    return Err(error);
                }
            }
            if intake.is_empty() {
                runtime.block_on(intake.abandon());
                return Ok(None);
            }
            runtime.block_on(intake.finish(&job.services, &owner, file.file_name.clone())).map(Some)
        })();
        match stored {
            Ok(Some(arrived)) => Ok(Some(Arrival { message: 0, place: 0, id, arrived })),
            other => {
                runtime.block_on(taking::put_away(&job.services, owner.organisation, id));
                other.map(|_| None)
            }
        }
    }
}

const NOT_THERE: &str = "message kept without a file: the export does not hold it, or holds it empty";

impl Media {
    fn take(&mut self) -> Result<Upload<Seeking>> {
        match self.upload.take() {
            Some(upload) => Ok(upload),
            None => self.source.open(Handle::current()),
        }
    }
}
