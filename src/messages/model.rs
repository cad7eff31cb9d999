//! What a message is, how it is corrected, and what is shown of it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::intake;
use super::store::{self, CorrectionRow, MessageRow};
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::channels::advice::judge_message;
use crate::channels::store::ChannelRow;
use crate::crypto::{Access, Field, Sealed};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::{cases, channels, estimates, view};

/// What was written, and what was sent with it.
pub const CONTENT: Field<Content> = Field::new("messages.content", Class::Content);
/// Who wrote it, as the exported chat names them.
pub const ORIGIN: Field<Origin> = Field::new("messages.sender", Class::Contact);
/// What to mind about it, beside that it was corrected: it tells of the safety rules of its channel.
pub const FLAGS: Field<Vec<Flag>> = Field::new("messages.flags", Class::Contact);
/// What a correction says.
pub const CORRECTION: Field<Correction> = Field::new("message_corrections.content", Class::Content);

crate::words! {
    /// Which way a message went.
    pub enum Direction {
        /// From the channel's person to us.
        Inbound = "inbound",
        /// From us, or from whoever exported the chat, to the channel's person.
        Outbound = "outbound",
    }
}

crate::words! {
    /// What kind of contact it was.
    pub enum MessageForm {
        /// Something written or sent.
        Text = "text",
        /// A voice or video call that was taken.
        Call = "call",
        /// One that was not: nobody spoke to anybody.
        MissedCall = "missed_call",
    }
}

crate::words! {
    /// Whether it comes from whom it seems to come from.
    pub enum Authenticity {
        /// The person proved it, for instance by answering a challenge.
        Verified = "verified",
        /// Nobody knows.
        Unverified = "unverified",
        /// Somebody else may hold the phone, or stand behind them.
        Suspect = "suspect",
    }
}

crate::words! {
    /// What to mind about a message.
    pub enum Flag {
        /// It was corrected: the original is beside it.
        Corrected = "corrected",
        /// It holds a word by which the person says that they are not free to write.
        Duress = "duress",
        /// It was sent outside of the times at which the person may be written to.
        UnsafeWindow = "unsafe_window",
        /// It holds a word that must never be sent there.
        ForbiddenWord = "forbidden_word",
        /// We wrote first where only the person may.
        MayNotInitiate = "may_not_initiate",
        /// It was sent while no contact was to be made.
        Paused = "paused",
    }
}

/// The sealed content of a message.
#[derive(Serialize, Deserialize)]
pub struct Content {
    /// What was written.
    pub body: String,
    /// Its language, BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The same in a language of the staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<String>,
    /// For a call that was taken: its length in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u32>,
    /// When the sender last edited it, UTC; what they wrote before is not in the export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Time>,
    /// The files that were sent with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentNote>,
}

impl Content {
    /// Every text of it that a person reads.
    pub fn texts(&self) -> Vec<&str> {
        [Some(&self.body), self.translation.as_ref()].into_iter().flatten().map(String::as_str).collect()
    }
}

/// A file that was sent with a message: one of the case's attachments, or one that an export names and that is not
/// stored.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AttachmentNote {
    /// The attachment, where its bytes are here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<Id>,
    /// Its name without folders.
    pub file_name: Option<String>,
    /// Its media type, where the export tells.
    pub media_type: Option<String>,
    /// Whether its bytes are not here.
    pub missing: bool,
}

/// The sealed sender of an imported message.
#[derive(Serialize, Deserialize)]
pub struct Origin {
    /// Who sent it.
    pub sender: Sender,
    /// Who wrote it first, if the sender only passed it on; `unknown` where the export does not say who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarded_from: Option<String>,
}

/// Who wrote, as the exported chat names them.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Sender {
    /// The platform's id of them where the export has one, else the name.
    pub key: String,
    /// Their name at the time; null for a deleted account.
    pub name: Option<String>,
}

/// The sealed content of a correction: what is in it replaces what was there.
#[derive(Serialize, Deserialize)]
pub struct Correction {
    /// Why.
    pub reason: String,
    /// What was written, rightly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The translation, rightly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<String>,
    /// The files that were sent with it, once their bytes came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<AttachmentNote>,
}

/// One correction of a message.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectionView {
    /// The id.
    id: Id,
    /// When it was made.
    at: Time,
    /// By whom.
    author_id: Id,
    /// Why.
    reason: String,
    /// What was written, rightly.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    body: Option<String>,
    /// The translation, rightly.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    translation: Option<String>,
    /// When it was sent, rightly.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sent_at: Option<Time>,
    /// What it was judged to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    authenticity: Option<Authenticity>,
}

view! {
    /// One message of the contact log, as corrected.
    pub struct MessageView from MessageFields {
        /// The id.
        outline id: Id,
        /// Of which case.
        outline case_id: Id,
        /// On which channel.
        outline channel_id: Id,
        /// Which way it went.
        outline direction: Direction,
        /// Text or call.
        outline form: MessageForm,
        /// When it was sent, UTC.
        outline sent_at: Time,
        /// When it was sent as first written down, if that was corrected.
        outline_maybe original_sent_at: Time,
        /// When it was written down here, UTC.
        outline recorded_at: Time,
        /// Who wrote it down.
        outline author_id: Id,
        /// Whether it comes from whom it seems to come from, as it is judged now.
        outline authenticity: Authenticity,
        /// What it was first said to be, if it was judged otherwise: by a correction, or for a duress word in it.
        outline_maybe original_authenticity: Authenticity,
        /// Its place in the exported conversation, from 0.
        outline_maybe ordinal: i32,
        /// The import it came with.
        outline_maybe import_id: Id,
        /// What to mind about it.
        outline flags: Vec<Flag>,
        /// What was written.
        content body: String,
        /// What was first written down, if that was corrected.
        content original_body: String,
        /// Its language, BCP 47.
        content language: String,
        /// The same in a language of the staff.
        content translation: String,
        /// The first translation, if that was corrected.
        content original_translation: String,
        /// For a call that was taken: its length in seconds.
        content duration_seconds: u32,
        /// When the sender last edited it, UTC.
        content edited_at: Time,
        /// The files that were sent with it.
        content attachments: Vec<AttachmentNote>,
        /// Every correction, oldest first.
        content corrections: Vec<CorrectionView>,
        /// Who wrote it, as the exported chat names them.
        contact sender: Sender,
        /// Who wrote it first, if the sender only passed it on.
        contact forwarded_from: String,
    }
}

/// Opens the case of a message: the one way to a single message.
///
/// # Errors
/// 404 when there is none in the caller's reach.
pub fn open(tx: &mut Tx<'_, '_>, id: Id) -> Result<(OpenCase, MessageRow)> {
    let row = store::find(&tx.scope, tx.conn, id)?;
    let case = cases::model::open(tx, row.case_id)?;
    tx.about(id);
    Ok((case, row))
}

/// What the caller has logged on a case that is still in reach.
///
/// # Errors
/// 404 when there is none, or it is another's.
pub fn recorded(tx: &mut Tx<'_, '_>, case_id: Id, id: Id) -> Result<MessageView> {
    let (case, row) = open(tx, id)?;
    if row.case_id != case_id || row.author_id != tx.scope.user_id {
        return Err(Error::not_found());
    }
    let corrections = store::corrections_of(&tx.scope, tx.conn, &[id])?;
    show(&case.access, &row, &corrections)
}

/// The channel that a body names, which must be one of the case.
///
/// # Errors
/// 422 on `/channel_id`, the same for a channel that does not exist and for one of another case.
pub fn channel_of(tx: &mut Tx<'_, '_>, case_id: Id, channel_id: Id) -> Result<ChannelRow> {
    channels::model::open_in(tx, case_id, channel_id).map_err(|error| match error.code() {
        "not-found" => Error::invalid("/channel_id", "is no channel of this case"),
        _ => error,
    })
}

/// Refuses a time that has not come.
///
/// # Errors
/// 422 on `/sent_at`.
pub fn check_sent_at(tx: &Tx<'_, '_>, sent_at: Time) -> Result<()> {
    if sent_at > tx.now().with_leeway() {
        return Err(Error::invalid("/sent_at", "must not be in the future"));
    }
    Ok(())
}

/// Adds a correction of a message, and judges the message anew as it stands then. A flag that it had stays: what was
/// minded once is on record.
///
/// # Errors
/// Of the database.
pub fn correct(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    message_id: Id,
    (sent_at, authenticity): (Option<Time>, Option<Authenticity>),
    correction: &Correction,
) -> Result<()> {
    // Read once nobody else can correct it: what is not corrected now stays as others left it.
    cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
    let mut message = store::find(&tx.scope, tx.conn, message_id)?;
    let id = Id::at(tx.now());
    let access = &case.access;
    let row = CorrectionRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id: case.row.id,
        message_id: message.id,
        author_id: tx.scope.user_id,
        at: tx.now(),
        sent_at,
        content: access.seal(&CORRECTION, id, correction)?,
        authenticity,
    };
    store::insert_correction(tx.conn, &row)?;
    message.placed_at = sent_at.unwrap_or(message.placed_at);
    let channel = channel_of(tx, case.row.id, message.channel_id)?;
    let texts: Vec<&str> =
        correction.body.iter().chain(&correction.translation).map(String::as_str).collect();
    let verdict = judge_message(tx, access, &channel, message.direction, &texts, message.placed_at)?;
    let mut flags = access.open_opt(&FLAGS, message.id, message.flags.as_ref())?.unwrap_or_default();
    let fresh: Vec<Flag> = verdict.flags.into_iter().filter(|flag| !flags.contains(flag)).collect();
    flags.extend(&fresh);
    let found = fresh.contains(&Flag::Duress).then_some(Authenticity::Suspect);
    let before = message.judged;
    message.judged = authenticity.or(found).unwrap_or(before);
    message.flags = seal_flags(access, message.id, &flags)?;
    store::restate(&tx.scope, tx.conn, &message)?;
    intake::alert(tx, &message, &fresh)?;
    if message.judged != before {
        estimates::watch::mark(tx, case.row.id)?;
    }
    intake::settle(tx, case.row.id, message.channel_id)
}

/// The sealed flags of a message; nothing where there is nothing to mind.
///
/// # Errors
/// `internal` when they cannot be sealed.
pub fn seal_flags(access: &Access, id: Id, flags: &[Flag]) -> Result<Option<Sealed<Vec<Flag>>>> {
    let flags = flags.to_vec();
    access.seal_opt(&FLAGS, id, Some(&flags).filter(|flags| !flags.is_empty()))
}

/// Corrections by the message they are of, each list oldest first.
pub type Corrections = HashMap<Id, Vec<CorrectionRow>>;

/// The corrections of these messages.
///
/// # Errors
/// Of the database.
pub fn corrections(tx: &mut Tx<'_, '_>, messages: &[MessageRow]) -> Result<Corrections> {
    let ids: Vec<Id> = messages.iter().map(|row| row.id).collect();
    let mut corrections = Corrections::new();
    for row in store::corrections_of(&tx.scope, tx.conn, &ids)? {
        corrections.entry(row.message_id).or_default().push(row);
    }
    Ok(corrections)
}

/// What the caller may see of a message. `corrections` are those of this message, oldest first.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &MessageRow, corrections: &[CorrectionRow]) -> Result<MessageView> {
    let content = access.open(&CONTENT, row.id, &row.content)?;
    let origin = access.open_opt(&ORIGIN, row.id, row.sender.as_ref())?;
    let (sender, forwarded_from) =
        origin.map_or((None, None), |origin| (Some(origin.sender), origin.forwarded_from));
    let mut flags = access.open_opt(&FLAGS, row.id, row.flags.as_ref())?.unwrap_or_default();
    if !corrections.is_empty() {
        flags.push(Flag::Corrected);
    }
    // Without a correction it was a duress word in it that changed what it is judged to be, and which words those are
    // is for who may read the channel's safety: the same as the flag.
    let tells =
        access.grants().has(Class::Contact) || corrections.iter().any(|row| row.authenticity.is_some());
    let original_authenticity = (tells && row.judged != row.authenticity).then_some(row.authenticity);
    let sent_at = corrections.iter().rev().find_map(|correction| correction.sent_at);
    let mut fields = MessageFields {
        id: row.id,
        case_id: row.case_id,
        channel_id: row.channel_id,
        direction: row.direction,
        form: row.form,
        sent_at: sent_at.unwrap_or(row.sent_at),
        original_sent_at: sent_at.map(|_| row.sent_at),
        recorded_at: row.recorded_at,
        author_id: row.author_id,
        authenticity: row.judged,
        original_authenticity,
        ordinal: row.ordinal,
        import_id: row.import_id,
        flags,
        body: None,
        original_body: None,
        language: None,
        translation: None,
        original_translation: None,
        duration_seconds: None,
        edited_at: None,
        attachments: None,
        corrections: None,
        sender,
        forwarded_from,
    };
    if let Some(content) = content {
        let mut views = Vec::with_capacity(corrections.len());
        let (mut body, mut translation) = (None, None);
        let mut attachments = content.attachments;
        for row in corrections {
            let Some(correction) = access.open(&CORRECTION, row.id, &row.content)? else {
                continue;
            };
            body = correction.body.clone().or(body);
            translation = correction.translation.clone().or(translation);
            if !correction.attachments.is_empty() {
                attachments = correction.attachments;
            }
            views.push(CorrectionView {
                id: row.id,
                at: row.at,
                author_id: row.author_id,
                reason: correction.reason,
                body: correction.body,
                translation: correction.translation,
                sent_at: row.sent_at,
                authenticity: row.authenticity,
            });
        }
        fields.original_body = body.is_some().then(|| content.body.clone());
        fields.body = Some(body.unwrap_or(content.body));
        fields.original_translation = content.translation.clone().filter(|_| translation.is_some());
        fields.translation = translation.or(content.translation);
        fields.language = content.language;
        fields.duration_seconds = content.duration_seconds;
        fields.edited_at = content.edited_at;
        fields.attachments = Some(attachments);
        fields.corrections = Some(views);
    }
    Ok(fields.redact(access.grants()))
}
