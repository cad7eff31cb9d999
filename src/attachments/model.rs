//! What an attachment is, how it is recorded, and who held it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::arrival::Arrived;
use super::metadata::{Metadata, Taken};
use super::store::{self, AttachmentRow, CustodyRow, uploads, uploads::UploadRow};
use crate::app::Services;
use crate::authz::{Class, Role, Tx};
use crate::cases::model::OpenCase;
use crate::clues::data::{ClueData, ClueKind, Via};
use crate::clues::model::{ClueSource, ClueStatus, NewClue, Reliability};
use crate::crypto::secret::hex;
use crate::crypto::{Access, Field, FileKeys};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::number::Credibility;
use crate::messages::model::AttachmentNote;
use crate::{cases, clues, view};

/// What is told of a file beside its bytes.
pub const PARTICULARS: Field<Particulars> = Field::new("attachments.particulars", Class::Content);
/// What is told of a file that is still arriving.
pub const INCOMING: Field<Incoming> = Field::new("uploads.particulars", Class::Content);

/// The grade of what a file says of itself: anybody can write it, and few do.
const POSSIBLY_TRUE: i32 = 3;
/// Files that one message or one report may name.
const MOST_NAMED: usize = 100;

crate::words! {
    /// Whether there is a copy without metadata.
    pub enum Working {
        /// There is one.
        Stored = "stored",
        /// The type has none, or the picture is too large or broken.
        None = "none",
    }
}

crate::words! {
    /// What somebody did with a file.
    pub enum Custody {
        /// Brought it here.
        Received = "received",
        /// Had position and time read from it.
        MetadataRead = "metadata_read",
        /// Had the working copy made.
        WorkingCopyMade = "working_copy_made",
        /// Read the original.
        OriginalRead = "original_read",
        /// Read the working copy.
        WorkingCopyRead = "working_copy_read",
        /// Named it in a message.
        LinkedToMessage = "linked_to_message",
        /// Named it in a report from the field.
        LinkedToReport = "linked_to_report",
    }
}

/// The sealed particulars of a file.
#[derive(Serialize, Deserialize)]
pub struct Particulars {
    /// SHA-256 of the original, in hexadecimal digits.
    pub sha256: String,
    /// What it is, by its content.
    pub media_type: String,
    /// What it was called: a label, never a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// When it was made (UTC), where the file says so with a zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Time>,
    /// What made it, as the file says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// Bytes of the working copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub working_size: Option<u64>,
}

/// The sealed particulars of a file that is still arriving.
#[derive(Serialize, Deserialize)]
pub struct Incoming {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
}

view! {
    /// One file of a case.
    pub struct AttachmentView from AttachmentFields {
        /// The id.
        outline id: Id,
        /// Of which case.
        outline case_id: Id,
        /// SHA-256 of the original, in hexadecimal digits.
        content sha256: String,
        /// What it is, by its content; `application/octet-stream` for what could be active.
        content media_type: String,
        /// Bytes of the original.
        outline size: i64,
        /// What it was called.
        content file_name: String,
        /// When it was made (UTC), where the file says so with a zone.
        content taken_at: Time,
        /// Whether there is a copy without metadata: `GET /v1/attachments/{id}?copy=working`.
        outline working_copy: bool,
        /// The clues that rest on it.
        outline clue_ids: Vec<Id>,
        /// When it was recorded, UTC.
        outline created_at: Time,
        /// Who brought it.
        outline author_id: Id,
    }
}

/// Something that was done with a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustodyView {
    /// The id.
    id: Id,
    /// When, UTC.
    at: Time,
    /// By whom.
    actor_id: Id,
    /// What.
    action: Custody,
}

impl From<CustodyRow> for CustodyView {
    fn from(row: CustodyRow) -> Self {
        Self { id: row.id, at: row.at, actor_id: row.actor_id, action: row.action }
    }
}

/// The keys of a case's files.
///
/// # Errors
/// 404 where what was written is not granted: for such a caller there are no files.
pub fn keys(case: &OpenCase) -> Result<FileKeys> {
    case.access.files(Class::Content)?.ok_or_else(Error::not_found)
}

/// Opens the case of an attachment: the one way to a single attachment.
///
/// # Errors
/// 404 when there is none in the caller's reach.
pub fn open(tx: &mut Tx<'_, '_>, id: Id) -> Result<(OpenCase, AttachmentRow)> {
    let row = store::find(&tx.scope, tx.conn, id)?;
    let case = cases::model::open(tx, row.case_id)?;
    keys(&case)?;
    tx.about(id);
    Ok((case, row))
}

/// The particulars of an attachment whose case was opened.
///
/// # Errors
/// 404 where what was written is not granted.
pub fn particulars(access: &Access, row: &AttachmentRow) -> Result<Particulars> {
    access.open(&PARTICULARS, row.id, &row.particulars)?.ok_or_else(Error::not_found)
}

/// Bytes of the working copy, none if there is none; counted in what the organisation keeps.
///
/// # Errors
/// As [`particulars`].
pub fn working_bytes(access: &Access, row: &AttachmentRow) -> Result<i64> {
    signed(particulars(access, row)?.working_size.unwrap_or(0))
}

/// What the caller may see of an attachment.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &AttachmentRow, clue_ids: Vec<Id>) -> Result<AttachmentView> {
    let Particulars { sha256, media_type, file_name, taken_at, .. } = particulars(access, row)?;
    let fields = AttachmentFields {
        id: row.id,
        case_id: row.case_id,
        sha256: Some(sha256),
        media_type: Some(media_type),
        size: row.size,
        file_name,
        taken_at,
        working_copy: row.working == Working::Stored,
        clue_ids,
        created_at: row.created_at,
        author_id: row.author_id,
    };
    Ok(fields.redact(access.grants()))
}

/// Writes down what the caller does with a file.
///
/// # Errors
/// Of the database.
pub fn hold(tx: &mut Tx<'_, '_>, case_id: Id, attachment_id: Id, action: Custody) -> Result<()> {
    let row = CustodyRow {
        organisation_id: tx.scope.organisation_id,
        // In the order of the words: what is written down together happened in that order.
        id: Id::sequence(tx.now(), action as u32),
        case_id,
        attachment_id,
        at: tx.now(),
        actor_id: tx.scope.user_id,
        action,
    };
    store::insert_custody(tx.conn, &row)
}

/// Records a file whose bytes are in the store: the row, its custody, the clue that it gives, the quota. All of it or
/// nothing; and only once, because the upload that it came by is closed with it.
///
/// # Errors
/// 409 `upload-ended`; 413 `quota-exceeded`.
pub fn record(tx: &mut Tx<'_, '_>, case: &OpenCase, id: Id, arrived: &Arrived) -> Result<AttachmentView> {
    tx.about(id);
    let case_id = case.row.id;
    // The case first: nobody is to hold the organisation's usage while they wait for a case.
    cases::store::touch(&tx.scope, tx.conn, case_id)?;
    let set_aside = uploads::settle(&tx.scope, tx.conn, id)?;
    let size = signed(arrived.size)?;
    let quota = signed(tx.services.settings.files.quota_bytes)?;
    let (organisation, now) = (tx.scope.organisation_id, tx.scope.now);
    uploads::add_usage(tx.conn, organisation, size - set_aside, quota, now)?;
    // Counted but never refused: a file that was let in must not fail at its copy.
    uploads::add_usage(tx.conn, organisation, signed(arrived.working_size.unwrap_or(0))?, i64::MAX, now)?;
    let taken_at = when(tx, &arrived.metadata);
    let particulars = Particulars {
        sha256: hex(&arrived.sha256),
        media_type: arrived.media_type.to_owned(),
        file_name: arrived.file_name.clone(),
        taken_at,
        camera: arrived.metadata.camera.clone(),
        working_size: arrived.working_size,
    };
    let row = AttachmentRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id,
        object_id: arrived.object_id,
        size,
        particulars: case.access.seal(&PARTICULARS, id, &particulars)?,
        working: if arrived.working_size.is_some() { Working::Stored } else { Working::None },
        author_id: tx.scope.user_id,
        created_at: tx.now(),
    };
    store::insert(tx.conn, &row)?;
    hold(tx, case_id, id, Custody::Received)?;
    if arrived.was_searched {
        hold(tx, case_id, id, Custody::MetadataRead)?;
    }
    if arrived.working_size.is_some() {
        hold(tx, case_id, id, Custody::WorkingCopyMade)?;
    }
    let clue = propose(tx, case, id, &arrived.metadata, taken_at)?;
    show(&case.access, &row, clue.into_iter().collect())
}

/// The row of an upload that begins now; `length` is 0 for a file that comes in one request.
///
/// # Errors
/// `internal` when the system has no randomness to give.
pub fn new_upload(
    tx: &Tx<'_, '_>,
    case: &OpenCase,
    id: Id,
    length: i64,
    file_name: Option<String>,
) -> Result<UploadRow> {
    Ok(UploadRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id: case.row.id,
        author_id: tx.scope.user_id,
        particulars: case.access.seal(&INCOMING, id, &Incoming { file_name })?,
        length,
        received: 0,
        parts: 0,
        created_at: tx.now(),
        expires_at: expiry(tx.services, tx.now()),
    })
}

/// When an upload is given up that goes on now.
pub(super) fn expiry(services: &Services, now: Time) -> Time {
    now.plus_seconds(services.settings.files.upload_hours.saturating_mul(3_600))
}

/// A number of bytes as the database counts them.
pub(super) fn signed(bytes: u64) -> Result<i64> {
    i64::try_from(bytes).map_err(Error::internal)
}

/// When it was made, if that can be believed.
fn when(tx: &Tx<'_, '_>, metadata: &Metadata) -> Option<Time> {
    match metadata.taken {
        Some(Taken::At(at)) => Some(at).filter(|at| *at <= tx.now().with_leeway()),
        _ => None,
    }
}

/// Proposes the one clue that a file can give.
fn propose(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    attachment: Id,
    metadata: &Metadata,
    taken_at: Option<Time>,
) -> Result<Option<Id>> {
    let Some(position) = metadata.position else { return Ok(None) };
    let mut data = json!({"lat": position.lat, "lon": position.lon, "via": Via::Exif});
    if let Some(accuracy) = position.accuracy_m {
        data["accuracy_m"] = json!(accuracy);
    }
    // What a stranger's file says is no reason to refuse the file.
    let Ok(data) = ClueData::parse(ClueKind::Point, data) else { return Ok(None) };
    let note = match (&metadata.taken, taken_at) {
        (_, Some(_)) => None,
        (Some(Taken::Local(shown)), None) => Some(format!(
            "The camera's clock showed {shown}, in a zone that is not known. As time stands that of the upload."
        )),
        (Some(Taken::At(shown)), None) => Some(format!(
            "The camera's clock showed {shown}, which had not come yet. As time stands that of the upload."
        )),
        (None, None) => {
            Some("The file does not say when it was made. As time stands that of the upload.".to_owned())
        }
    };
    let clue = NewClue {
        id: Id::at(tx.now()),
        data,
        observed_at: taken_at.unwrap_or(tx.now()),
        observed_until: None,
        reported_at: tx.now(),
        source: ClueSource::attachment(attachment),
        reliability: Reliability::C,
        credibility: Credibility::new(POSSIBLY_TRUE).map_err(|_| Error::internal("3 is no grade"))?,
        status: ClueStatus::Proposed,
        quote: None,
        note,
    };
    clues::model::propose(tx, case, clue).map(|row| Some(row.id))
}

/// The attachments of these cases that a body names, in its order.
fn named(tx: &mut Tx<'_, '_>, case_ids: &[Id], ids: &[Id]) -> Result<Vec<Option<AttachmentRow>>> {
    if ids.len() > MOST_NAMED {
        return Err(Error::invalid("/attachments", format!("must have at most {MOST_NAMED} entries")));
    }
    if let Some(index) = ids.iter().enumerate().position(|(index, id)| ids[..index].contains(id)) {
        return Err(Error::invalid(format!("/attachments/{index}"), "is named twice"));
    }
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = store::of_cases(&tx.scope, tx.conn, case_ids, ids)?;
    let mut rows: HashMap<Id, AttachmentRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(ids.iter().map(|id| rows.remove(id)).collect())
}

/// What a message tells of the files that are sent with it.
///
/// # Errors
/// 422 on `/attachments` or one of its members.
pub fn notes(tx: &mut Tx<'_, '_>, case: &OpenCase, ids: &[Id]) -> Result<Vec<AttachmentNote>> {
    let mut notes = Vec::with_capacity(ids.len());
    for (index, row) in named(tx, &[case.row.id], ids)?.into_iter().enumerate() {
        let row = row.ok_or_else(|| {
            Error::invalid(format!("/attachments/{index}"), "is no attachment of this case")
        })?;
        let Particulars { file_name, media_type, .. } = particulars(&case.access, &row)?;
        notes.push(AttachmentNote {
            id: Some(row.id),
            file_name,
            media_type: Some(media_type),
            missing: false,
        });
    }
    Ok(notes)
}

/// Notes that a report names these files, which lie with the cases of its operation. A field officer names only what
/// they brought themselves: what else is in a case, they do not know.
///
/// # Errors
/// 422 on `/attachments` or one of its members.
pub fn name_in_report(tx: &mut Tx<'_, '_>, case_ids: &[Id], ids: &[Id]) -> Result<()> {
    let (me, role) = (tx.scope.user_id, tx.scope.role);
    for (index, row) in named(tx, case_ids, ids)?.into_iter().enumerate() {
        let row = row.filter(|row| role != Role::FieldOfficer || row.author_id == me).ok_or_else(|| {
            Error::invalid(format!("/attachments/{index}"), "is no file that you brought to this operation")
        })?;
        hold(tx, row.case_id, row.id, Custody::LinkedToReport)?;
    }
    Ok(())
}

/// Binds the files of [`notes`] to a message that is stored now.
///
/// # Errors
/// Of the database.
pub fn link(tx: &mut Tx<'_, '_>, case_id: Id, message_id: Id, ids: &[Id]) -> Result<()> {
    store::link(&tx.scope, tx.conn, message_id, ids)?;
    ids.iter().try_for_each(|id| hold(tx, case_id, *id, Custody::LinkedToMessage))
}
