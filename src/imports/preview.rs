//! What is told of a file before anything of it is added.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::plan::Need;
use crate::messages::model::Sender;

/// Things skipped that are listed one by one; of more there is only the count.
pub const SKIPPED_LISTED: usize = 200;
/// Messages of the sample.
pub const SAMPLE: usize = 10;
/// Characters of a message in the sample.
pub const SAMPLE_CHARS: usize = 500;

/// Something of the file that did not come in, or not whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SkippedView {
    /// The line of the file on which it starts, from 1.
    pub line: u32,
    /// Why, and whether the message itself was kept.
    pub reason: String,
}

impl SkippedView {
    /// Something that starts on a line of the file, from 1.
    #[must_use]
    pub fn new(line: u32, reason: &str) -> Self {
        Self { line, reason: reason.to_owned() }
    }
}

/// One chat of a file, as it is shown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConversationView {
    /// Names it in the commit.
    key: String,
    /// Its name as the exporter saw it, if the file has one.
    title: Option<String>,
    /// Everyone who wrote, in the order of their first message.
    participants: Vec<ParticipantView>,
    /// How many messages it has.
    messages: u64,
    /// When the first was sent: UTC with a `Z`, or the exporter's local time without an offset.
    first_at: Option<String>,
    /// When the last was sent, likewise.
    last_at: Option<String>,
    /// What the commit of this conversation must say.
    needs: Vec<&'static str>,
}

impl From<&Conversation> for ConversationView {
    fn from(chat: &Conversation) -> Self {
        Self {
            key: chat.key.clone(),
            title: chat.title.clone(),
            participants: chat.participants.clone(),
            messages: chat.messages,
            first_at: chat.first_at.clone(),
            last_at: chat.last_at.clone(),
            needs: chat.needs.iter().map(|need| need.as_str()).collect(),
        }
    }
}

/// Someone who wrote in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ParticipantView {
    /// Names them in `me`.
    pub key: String,
    /// Their name; null for a deleted account.
    pub name: Option<String>,
    /// How many messages are theirs.
    pub count: u64,
}

/// A message of the sample.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SampleView {
    /// When it was sent: UTC with a `Z`, or the exporter's local time without an offset.
    pub at: String,
    /// Who wrote.
    pub sender: Sender,
    /// The beginning of what was written.
    pub body: String,
}

/// One chat of a file, as it is kept for the commit.
#[derive(Clone, Serialize, Deserialize)]
pub struct Conversation {
    /// Names it.
    pub key: String,
    /// Its name as the exporter saw it.
    pub title: Option<String>,
    /// What the platform calls the other side, in every export of the chat.
    pub handle: Option<String>,
    /// Whether the file begins with the newest message.
    pub newest_first: bool,
    /// Everyone who wrote.
    pub participants: Vec<ParticipantView>,
    /// How many messages it has.
    pub messages: u64,
    /// When the first was sent.
    pub first_at: Option<String>,
    /// When the last was sent.
    pub last_at: Option<String>,
    /// What a commit must say.
    pub needs: Vec<Need>,
}

/// What was found in a file, as it is kept for the commit.
#[derive(Clone, Serialize, Deserialize)]
pub struct Preview {
    /// Its conversations, in the order of the file.
    pub conversations: Vec<Conversation>,
    /// The order of day, month and year for the file as a whole.
    pub date_order: String,
    /// The order for each way of writing dates that it has.
    pub orders: Vec<(u8, String)>,
    /// What those were found by.
    pub evidence: Vec<String>,
    /// What does not come in: the first of it.
    pub skipped: Vec<SkippedView>,
    /// How much of that there is.
    pub skipped_count: u64,
    /// The first messages.
    pub sample: Vec<SampleView>,
    /// What was done so that it could be read.
    pub notes: Vec<String>,
}

impl Preview {
    /// What a commit must say for one conversation or another.
    pub fn needs(&self) -> Vec<String> {
        let any = |need: &&Need| self.conversations.iter().any(|chat| chat.needs.contains(need));
        Need::ALL.iter().filter(any).map(|need| need.as_str().to_owned()).collect()
    }
}
