//! One commit under way: what its chunks of messages change in the database, each in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::adding::Adding;
use super::model::{CommitState, PROGRESS, Progress};
use super::plan::{Plan, Planned};
use super::preview::{SKIPPED_LISTED, SkippedView};
use super::revisions;
use super::store::{self, commits};
use super::target::Target;
use crate::app::Services;
use crate::attachments::arrival::Arrived;
use crate::attachments::taking::{self, Begun};
use crate::authz::action::may;
use crate::authz::guard::{prepare_on_behalf, write_on_behalf};
use crate::authz::{Author, Tx};
use crate::cases;
use crate::cases::model::OpenCase;
use crate::crypto::Secret;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::location::extraction::Proposal;
use crate::messages::intake;
use crate::messages::model::Flag;
use crate::messages::store::{MessageRow, by_dedupe_keys};

/// One commit under way.
pub struct Job {
    /// Everything that it needs.
    pub services: Arc<Services>,
    /// On whose word.
    pub author: Author,
    /// Into which case.
    pub case_id: Id,
    /// Of which import.
    pub import_id: Id,
    /// Which commit.
    pub commit_id: Id,
    /// Under which lease.
    pub lease: Id,
    /// When it began: the ids of its messages count from then.
    pub begun_at: Time,
    /// What is known of the conversation.
    pub plan: Plan,
    /// Where the messages go.
    pub target: Target,
}

/// Some messages in the order of the file, and what came with them.
pub struct Chunk {
    /// The messages.
    pub messages: Vec<Planned>,
    /// When the other side had last written before them, as far as the file tells.
    pub older: Option<Time>,
    /// How many messages of the conversation were looked at once these are added.
    pub position: u64,
    /// Files of theirs that lie in the store.
    pub files: Vec<Arrival>,
    /// What does not come in, by line.
    pub told: Vec<(u32, String)>,
    /// What the texts of messages say of places, by the place of the message in the chunk.
    pub proposals: HashMap<usize, Vec<Proposal>>,
}

/// A file that lies in the store and belongs to a message of the chunk.
pub struct Arrival {
    /// The place of its message in the chunk.
    pub message: usize,
    /// Its place among the files of the message.
    pub place: usize,
    /// The upload, which becomes the attachment.
    pub id: Id,
    /// The file.
    pub arrived: Arrived,
}

impl Job {
    /// Prepares for a file of the case.
    ///
    /// # Errors
    /// As [`taking::begin`].
    pub async fn begin_file(&self) -> Result<Begun> {
        let case_id = self.case_id;
        prepare_on_behalf::<may::ImportCommit, _, _>(&self.services, self.author, move |tx| {
            let case = cases::model::open(tx, case_id)?;
            taking::begin(tx, &case)
        })
        .await
    }

    /// The places in the chunk of messages whose files are wanted: they are not in the log, or there without files.
    ///
    /// # Errors
    /// Of the gates and the database.
    pub async fn wanting(self: &Arc<Self>, messages: &[Planned]) -> Result<HashSet<usize>> {
        let keyed = |channel_id: Id, secret: &Secret| -> Vec<Vec<u8>> {
            messages.iter().map(|planned| planned.dedupe_key(secret, channel_id)).collect()
        };
        let job = Arc::clone(self);
        let known = prepare_on_behalf::<may::ImportCommit, _, _>(&self.services, self.author, move |tx| {
            let case = cases::model::open(tx, job.case_id)?;
            let progress = job.progress(tx, &case)?;
            let found = match progress.channel_id {
                Some(id) => Some(id),
                None => super::target::existing(tx, &case, &job.plan, &job.target)?,
            };
            Ok((found, tx.services.keyring.lookup(tx.scope.organisation_id, "messages.dedupe")?))
        })
        .await?;
        let (Some(channel_id), secret) = known else { return Ok((0..messages.len()).collect()) };
        let keys = keyed(channel_id, &secret);
        let (job, asked) = (Arc::clone(self), keys.clone());
        let complete: HashSet<Vec<u8>> =
            prepare_on_behalf::<may::ImportCommit, _, _>(&self.services, self.author, move |tx| {
                let case = cases::model::open(tx, job.case_id)?;
                let asked: Vec<&[u8]> = asked.iter().map(Vec::as_slice).collect();
                let rows = by_dedupe_keys(&tx.scope, tx.conn, channel_id, &asked)?;
                revisions::complete(tx, &case, rows)
            })
            .await?;
        Ok(keys
            .iter()
            .enumerate()
            .filter(|(_, key)| !complete.contains(*key))
            .map(|(place, _)| place)
            .collect())
    }

    /// Adds some messages, each once, with their files and the clues in them.
    ///
    /// # Errors
    /// 422 when the target does not fit the case; 409 when the commit is no longer wanted.
    pub async fn add(self: &Arc<Self>, chunk: Chunk) -> Result<()> {
        let job = Arc::clone(self);
        write_on_behalf::<may::ImportCommit, _, _>(&self.services, self.author, move |tx| {
            // First of all, since it locks the case: of two commits at once the second must see whom and which channel
            // the first one made, or the same chat would go to two channels.
            let case = cases::model::open(tx, job.case_id)?;
            tx.about(job.import_id);
            cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
            let mut adding = Adding::new(tx, &job, &case, &chunk)?;
            adding.add(tx, &chunk)?;
            let mut progress = adding.progress;
            progress.position = chunk.position;
            chunk.told.iter().for_each(|(line, reason)| progress.skip(*line, reason));
            job.advance(tx, &case, &progress, CommitState::Running)?;
            intake::settle(tx, case.row.id, adding.channel.id)
        })
        .await
    }

    /// Closes the commit: all messages were added.
    ///
    /// # Errors
    /// 409 when the commit is no longer wanted.
    pub async fn finish(self: &Arc<Self>, skipped: Vec<SkippedView>, skipped_count: u64) -> Result<()> {
        let job = Arc::clone(self);
        write_on_behalf::<may::ImportCommit, _, _>(&self.services, self.author, move |tx| {
            let case = cases::model::open(tx, job.case_id)?;
            tx.about(job.import_id);
            cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
            store::mark_committed(&tx.scope, tx.conn, job.import_id)?;
            let mut progress = job.progress(tx, &case)?;
            let minded: BTreeMap<_, _> =
                progress.minded.drain(..).map(|(kind, at, id)| (kind, (at, id))).collect();
            intake::alert_of_many(tx, &minded, case.row.id)?;
            progress.skipped.extend(skipped);
            progress.skipped.sort_by_key(|skipped| skipped.line);
            progress.skipped.truncate(SKIPPED_LISTED);
            progress.skipped_count += skipped_count;
            tx.note(format!(
                "{} messages, {} clues in all",
                progress.messages_added, progress.clues_proposed
            ));
            job.advance(tx, &case, &progress, CommitState::Done)
        })
        .await
    }

    pub(super) fn progress(&self, tx: &mut Tx<'_, '_>, case: &OpenCase) -> Result<Progress> {
        let row = commits::find(tx.conn, (tx.scope.organisation_id, self.commit_id))?;
        case.access.open(&PROGRESS, row.id, &row.progress)?.ok_or_else(Error::forbidden)
    }

    fn advance(
        &self,
        tx: &mut Tx<'_, '_>,
        case: &OpenCase,
        progress: &Progress,
        state: CommitState,
    ) -> Result<()> {
        let sealed = case.access.seal(&PROGRESS, self.commit_id, progress)?;
        let commit = (tx.scope.organisation_id, self.commit_id);
        if commits::advance(tx.conn, commit, self.lease, (&sealed, state, tx.scope.now))? {
            return Ok(());
        }
        Err(Error::conflict("import-cancelled", "The import was given up; what was added by then stays."))
    }
}

impl Progress {
    /// Notes that something does not come in, or not whole.
    pub fn skip(&mut self, line: u32, reason: &str) {
        self.skipped_count += 1;
        if self.skipped.len() < SKIPPED_LISTED {
            self.skipped.push(SkippedView::new(line, reason));
        }
    }

    pub(super) fn mind(&mut self, row: &MessageRow, flags: &[Flag]) {
        for kind in flags.iter().filter_map(|flag| intake::kind(*flag)) {
            let (at, id) = row.place();
            match self.minded.iter_mut().find(|(known, _, _)| *known == kind) {
                Some(known) if (known.1, known.2) < (at, id) => *known = (kind, at, id),
                Some(_) => {}
                None => self.minded.push((kind, at, id)),
            }
        }
    }
}
