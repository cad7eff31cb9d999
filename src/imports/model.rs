//! What an import is, what is kept of it, and what is shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::plan::Answers;
use super::preview::{ConversationView, Preview, SampleView, SkippedView};
use super::store::ImportRow;
use super::store::commits::CommitRow;
use crate::authz::{Class, Tx};
use crate::cases;
use crate::cases::model::OpenCase;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::view;

/// The name of the uploaded file.
pub const FILE_NAME: Field<Option<String>> = Field::new("imports.file_name", Class::Content);
/// What was found in it.
pub const PREVIEW: Field<Preview> = Field::new("imports.preview", Class::Content);
/// Why it could not be read.
pub const FAILURE: Field<Failure> = Field::new("imports.failure", Class::Outline);
/// What a person said about the file for a commit.
pub const ANSWERS: Field<Answers> = Field::new("import_commits.answers", Class::Content);
/// How far a commit is.
pub const PROGRESS: Field<Progress> = Field::new("import_commits.progress", Class::Content);

crate::words! {
    /// How far an import is.
    pub enum ImportState {
        /// The file is still coming.
        Receiving = "receiving",
        /// The file is being read.
        Reading = "reading",
        /// The preview is there, and conversations can be committed.
        Ready = "ready",
        /// The file could not be read; `failure` says why.
        Failed = "failed",
        /// Somebody gave it up; what was committed by then stays.
        Cancelled = "cancelled",
        /// Its time is over, and the file is gone.
        Expired = "expired",
    }
}

crate::words! {
    /// How far a commit is.
    pub enum CommitState {
        /// Messages are being added.
        Running = "running",
        /// All is added.
        Done = "done",
        /// It could not go on; `failure` says why. What was added by then stays.
        Failed = "failed",
        /// Somebody gave the import up. What was added by then stays.
        Cancelled = "cancelled",
    }
}

/// Why something could not be done, as it would be told at once.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Failure {
    /// The stable code of the error.
    pub code: String,
    /// What to do about it.
    pub detail: String,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self { code: error.code().to_owned(), detail: error.detail().to_owned() }
    }
}

/// How far a commit is. It is written with every chunk of messages, in the transaction that adds them, so that what is
/// begun again goes on exactly there.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Messages of the conversation that were looked at, in the order of the file.
    pub position: u64,
    /// Where they go, once that is known.
    pub channel_id: Option<Id>,
    /// Whose channel it is.
    pub person_id: Option<Id>,
    /// Messages that were added.
    pub messages_added: u64,
    /// Messages that had been added before.
    pub messages_already_there: u64,
    /// Of those: how many were edited or taken back since, and were corrected.
    pub messages_corrected: u64,
    /// Files that were added.
    pub attachments_added: u64,
    /// Clues that were proposed.
    pub clues_proposed: u64,
    /// What did not come in, or not whole: the first of it.
    pub skipped: Vec<SkippedView>,
    /// How much of that there is.
    pub skipped_count: u64,
    /// Of each kind of alert, when the newest message that asks for it was sent, and which it is.
    pub minded: Vec<(crate::alerts::model::AlertKind, Time, Id)>,
    /// Why it could not go on.
    pub failure: Option<Failure>,
}

view! {
    /// What a commit added.
    pub struct CommitView from CommitFields {
        /// The id of the commit.
        outline id: Id,
        /// How far it is.
        outline state: CommitState,
        /// Bytes of the file that were read for it so far.
        outline read_bytes: i64,
        /// The channel that the messages are on; absent when there were none.
        outline_maybe channel_id: Id,
        /// Whose channel it is.
        outline_maybe person_id: Id,
        /// Messages that were added.
        outline messages_added: u64,
        /// Messages that had been added before.
        outline messages_already_there: u64,
        /// Messages that had been added before and were corrected: this file has them edited or taken back, or with
        /// a file that was missing.
        outline messages_corrected: u64,
        /// Files that were added as attachments.
        outline attachments_added: u64,
        /// Location clues that were proposed from what the other side sent.
        outline clues_proposed: u64,
        /// What of the file did not come in, or not whole; the first 200.
        outline skipped: Vec<SkippedView>,
        /// How many there are of those.
        outline skipped_count: u64,
        /// Why it could not go on.
        outline_maybe failure: Failure,
        /// When it began, UTC.
        outline created_at: Time,
        /// When it ended, UTC.
        outline_maybe finished_at: Time,
    }
}

impl CommitView {
    /// In a few words for the audit log.
    pub fn summary(&self) -> String {
        let count = |count: Option<u64>| count.unwrap_or_default();
        format!("{} messages, {} clues in all", count(self.messages_added), count(self.clues_proposed))
    }
}

view! {
    /// A file that waits to be committed, or is being read.
    pub struct ImportView from ImportFields {
        /// The id, for the commit.
        outline id: Id,
        /// For which case.
        outline case_id: Id,
        /// How far it is. All that is told of the file's content is there once it is `ready`.
        outline state: ImportState,
        /// Who brought it.
        outline author_id: Id,
        /// Bytes of the file.
        outline size: i64,
        /// How many of them were read.
        outline read_bytes: i64,
        /// What the file was called.
        content file_name: String,
        /// The attachment that it is read from, if it was not uploaded by itself.
        outline_maybe attachment_id: Id,
        /// The format that it is in.
        outline_maybe format: String,
        /// Its conversations.
        content conversations: Vec<ConversationView>,
        /// The order of day, month and year in its dates: `dmy`, `mdy`, `ymd` or `ambiguous`.
        outline_maybe date_order: String,
        /// What that was found by.
        outline_maybe date_order_evidence: Vec<String>,
        /// What a commit must say for one conversation or another of the file: `time_zone`, `me`, `date_order`.
        outline_maybe needs: Vec<String>,
        /// What did not come in, or not whole; the first 200.
        outline_maybe skipped: Vec<SkippedView>,
        /// How many there are of those.
        outline_maybe skipped_count: u64,
        /// The first few messages of the first conversation that has any.
        content sample: Vec<SampleView>,
        /// What was done to the file so that it could be read.
        outline_maybe notes: Vec<String>,
        /// Why it could not be read.
        outline_maybe failure: Failure,
        /// Its commits, oldest first.
        outline commits: Vec<CommitView>,
        /// When it was uploaded, UTC.
        outline created_at: Time,
        /// When the preview, and the file with it, is forgotten, UTC.
        outline expires_at: Time,
    }
}

/// Opens the case of an import: the one way to a single import.
///
/// # Errors
/// 404 when there is none in the caller's reach.
pub fn open(tx: &mut Tx<'_, '_>, id: Id) -> Result<(OpenCase, ImportRow)> {
    let row = super::store::find(&tx.scope, tx.conn, id)?;
    let case = cases::model::open(tx, row.case_id)?;
    tx.about(id);
    Ok((case, row))
}

/// The preview of an import whose case was opened, if its file is still there to be committed.
///
/// # Errors
/// 409 `preview-expired`, `import-not-ready` or `import-failed`.
pub fn preview(access: &Access, row: &ImportRow, now: Time) -> Result<Preview> {
    match row.state_at(now) {
        ImportState::Ready => {}
        ImportState::Receiving | ImportState::Reading => {
            return Err(Error::conflict(
                "import-not-ready",
                "The file is still being read. Look at GET /v1/imports/{id} until its state is `ready`.",
            ));
        }
        ImportState::Failed => {
            return Err(Error::conflict(
                "import-failed",
                "This file could not be read; GET /v1/imports/{id} says why.",
            ));
        }
        ImportState::Cancelled | ImportState::Expired => {
            return Err(Error::conflict(
                "preview-expired",
                "This preview has expired or was given up, and the file is gone. Upload it again.",
            ));
        }
    }
    access.open_opt(&PREVIEW, row.id, row.preview.as_ref())?.ok_or_else(Error::forbidden)
}

/// What the caller may see of an import.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &ImportRow, commits: &[CommitRow], now: Time) -> Result<ImportView> {
    let preview = access.open_opt(&PREVIEW, row.id, row.preview.as_ref())?;
    let failure = access.open_opt(&FAILURE, row.id, row.failure.as_ref())?;
    let commits = commits.iter().map(|row| show_commit(access, row)).collect::<Result<_>>()?;
    let mut fields = ImportFields {
        id: row.id,
        case_id: row.case_id,
        state: row.state_at(now),
        author_id: row.author_id,
        size: row.size,
        read_bytes: row.read_bytes,
        file_name: access.open(&FILE_NAME, row.id, &row.file_name)?.flatten(),
        attachment_id: row.attachment_id,
        format: None,
        conversations: None,
        date_order: None,
        date_order_evidence: None,
        needs: None,
        skipped: None,
        skipped_count: None,
        sample: None,
        notes: None,
        failure,
        commits,
        created_at: row.created_at,
        expires_at: row.expires_at,
    };
    if let Some(preview) = preview {
        fields.needs = Some(preview.needs());
        fields.format = Some(row.format.clone());
        fields.date_order = Some(preview.date_order);
        fields.date_order_evidence = Some(preview.evidence);
        fields.conversations = Some(preview.conversations.iter().map(ConversationView::from).collect());
        fields.skipped = Some(preview.skipped);
        fields.skipped_count = Some(preview.skipped_count);
        fields.sample = Some(preview.sample);
        fields.notes = Some(preview.notes);
    }
    Ok(fields.redact(access.grants()))
}

/// What the caller may see of a commit.
///
/// # Errors
/// 403 where what was written is not granted; `internal` when a column was changed or moved.
pub fn show_commit(access: &Access, row: &CommitRow) -> Result<CommitView> {
    let progress = access.open(&PROGRESS, row.id, &row.progress)?.ok_or_else(Error::forbidden)?;
    let fields = CommitFields {
        id: row.id,
        state: row.state,
        read_bytes: row.read_bytes,
        channel_id: progress.channel_id,
        person_id: progress.person_id,
        messages_added: progress.messages_added,
        messages_already_there: progress.messages_already_there,
        messages_corrected: progress.messages_corrected,
        attachments_added: progress.attachments_added,
        clues_proposed: progress.clues_proposed,
        skipped: progress.skipped,
        skipped_count: progress.skipped_count,
        failure: progress.failure,
        created_at: row.created_at,
        finished_at: row.finished_at,
    };
    Ok(fields.redact(access.grants()))
}
