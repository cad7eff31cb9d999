//! What is told of a file before anything of it is added.

use serde::Serialize;
use utoipa::ToSchema;

use super::shape::{Conversation, Entry, Export, Need, ParseError, Skipped};
use crate::db::types::{Id, Time};
use crate::error::Error;
use crate::messages::model::Sender;
use crate::view;

/// Things skipped that are listed one by one; of more there is only the count.
const SKIPPED_LISTED: usize = 200;
/// Messages of the sample.
const SAMPLE: usize = 10;
/// Characters of a message in the sample.
const SAMPLE_CHARS: usize = 500;

/// Something of the file that did not come in, or not whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SkippedView {
    /// The line of the file on which it starts, from 1.
    line: u32,
    /// Why, and whether the message itself was kept.
    reason: String,
}

/// One chat of a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConversationView {
    /// Names it in the commit.
    key: String,
    /// Its name as the exporter saw it, if the file has one.
    title: Option<String>,
    /// Everyone who wrote, in the order of their first message.
    participants: Vec<ParticipantView>,
    /// How many messages it has.
    messages: usize,
    /// When the first was sent: UTC with a `Z`, or the exporter's local time without an offset.
    first_at: Option<String>,
    /// When the last was sent, likewise.
    last_at: Option<String>,
    /// What the commit of this conversation must say.
    needs: Vec<&'static str>,
}

/// Someone who wrote in a conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ParticipantView {
    /// Names them in `me`.
    key: String,
    /// Their name; null for a deleted account.
    name: Option<String>,
    /// How many messages are theirs.
    count: u32,
}

/// A message of the sample.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SampleView {
    /// When it was sent: UTC with a `Z`, or the exporter's local time without an offset.
    at: String,
    /// Who wrote it.
    sender: Sender,
    /// Its beginning.
    body: String,
}

view! {
    /// What is in an uploaded chat export. Nothing of it is added yet.
    pub struct ImportView from ImportFields {
        /// Names the import in the commit.
        outline id: Id,
        /// The format it was read as.
        outline format: &'static str,
        /// The chats in it.
        contact conversations: Vec<ConversationView>,
        /// The order of day, month and year in its dates: `dmy`, `mdy`, `ymd` or `ambiguous`.
        outline date_order: &'static str,
        /// What the commit must say, for any conversation of the file: `time_zone`, `me`, `date_order`.
        outline needs: Vec<&'static str>,
        /// What did not come in, or not whole; the first 200.
        outline skipped: Vec<SkippedView>,
        /// How many there are of those.
        outline skipped_count: usize,
        /// The first few messages of the first conversation that has any.
        content sample: Vec<SampleView>,
        /// What was done to the file so that it could be read.
        outline notes: Vec<String>,
        /// When the preview, and the file with it, is forgotten.
        outline expires_at: Time,
    }
}

/// What is told of a file that was read.
pub fn preview(id: Id, export: &Export, expires_at: Time) -> ImportFields {
    let needs = [Need::TimeZone, Need::Me, Need::DateOrder];
    let any = |need: &Need| export.conversations.iter().any(|chat| export.needs(chat).contains(need));
    let first = export.conversations.iter().find(|chat| !chat.messages.is_empty());
    ImportFields {
        id,
        format: export.format.as_str(),
        conversations: Some(export.conversations.iter().map(|chat| conversation(export, chat)).collect()),
        date_order: export.date_order.as_str(),
        needs: needs.iter().filter(|need| any(need)).map(|need| need.as_str()).collect(),
        skipped: skipped(&export.skipped),
        skipped_count: export.skipped.len(),
        sample: Some(
            first.map_or_else(Vec::new, |chat| chat.messages.iter().take(SAMPLE).map(sample).collect()),
        ),
        notes: export.notes.clone(),
        expires_at,
    }
}

fn conversation(export: &Export, chat: &Conversation) -> ConversationView {
    let participants = chat.participants.iter().map(|participant| ParticipantView {
        key: participant.key.clone(),
        name: participant.name.clone(),
        count: participant.count,
    });
    ConversationView {
        key: chat.key.clone(),
        title: chat.title.clone(),
        participants: participants.collect(),
        messages: chat.messages.len(),
        first_at: chat.first().map(|moment| moment.to_string()),
        last_at: chat.last().map(|moment| moment.to_string()),
        needs: export.needs(chat).into_iter().map(Need::as_str).collect(),
    }
}

fn sample(entry: &Entry) -> SampleView {
    SampleView {
        at: entry.at.to_string(),
        sender: Sender { key: entry.sender.key.clone(), name: entry.sender.name.clone() },
        body: entry.body.chars().take(SAMPLE_CHARS).collect(),
    }
}

/// The first of what was skipped.
pub fn skipped(skipped: &[Skipped]) -> Vec<SkippedView> {
    let listed = skipped.iter().take(SKIPPED_LISTED);
    listed.map(|skipped| SkippedView { line: skipped.line, reason: skipped.reason.clone() }).collect()
}

/// The answer for a file that could not be read.
pub fn refusal(error: &ParseError) -> Error {
    match error {
        ParseError::NotThisFormat { looked_for } => Error::unsupported_media(format!(
            "This is no chat export that can be read here. Looked for: {looked_for}."
        )),
        ParseError::Malformed { line, detail } => {
            Error::unprocessable("malformed-file", format!("The file is broken at line {line}: {detail}."))
        }
    }
}
