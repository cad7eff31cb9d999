//! The one shape that every chat format is read into.
//!
//! A format's reader is a pure function from the bytes of a file to an [`Export`]: no database, no HTTP, no
//! clock. The rest of an import (preview, commit, what is already there) works on this shape alone.
//!
//! What people wrote is sealed at rest. None of the types that carry it has `Debug` outside tests, so that it
//! cannot slip into a log.

use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use thiserror::Error;

/// The chat formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `result.json` of Telegram Desktop: a single chat or a whole account.
    TelegramJson,
}

impl Format {
    /// The name in the HTTP contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TelegramJson => "telegram_json",
        }
    }
}

/// The order of day, month and year in a file's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// Year, month, day: also every format whose dates leave nothing to guess.
    Ymd,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Both day first and month first fit every date of the file: a person has to say.
    Ambiguous,
}

impl DateOrder {
    /// The name in the HTTP contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ymd => "ymd",
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// What a person has to say before a conversation can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The zone of the clock that wrote the file's local times.
    TimeZone,
    /// Which participant is the one who exported, or that none is.
    Me,
    /// Whether the day or the month comes first.
    DateOrder,
}

impl Need {
    /// The name in the HTTP contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TimeZone => "time_zone",
            Self::Me => "me",
            Self::DateOrder => "date_order",
        }
    }
}

/// All that one file holds.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, PartialEq)]
pub struct Export {
    /// The format it was read as.
    pub format: Format,
    /// The conversations in the order of the file; a conversation without messages stays in.
    pub conversations: Vec<Conversation>,
    /// What did not come in, and what came in without a part of itself, in the order of the file.
    pub skipped: Vec<Skipped>,
    /// The order of the parts of a date in this file.
    pub date_order: DateOrder,
    /// What was done to the file as a whole so that it could be read, such as repairs. No message text.
    pub notes: Vec<String>,
}

impl Export {
    /// What must be known before this conversation of the file can be imported, in the order to ask for it.
    #[must_use]
    pub fn needs(&self, conversation: &Conversation) -> Vec<Need> {
        let mut needs = Vec::new();
        if conversation.has_local_times() {
            needs.push(Need::TimeZone);
        }
        needs.push(Need::Me);
        if self.date_order == DateOrder::Ambiguous {
            needs.push(Need::DateOrder);
        }
        needs
    }
}

/// One chat of a file.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, PartialEq)]
pub struct Conversation {
    /// Names the conversation within its file: the chat's own id, else a derived key. The same file always
    /// gives the same key.
    pub key: String,
    /// The chat's name as the exporter saw it.
    pub title: Option<String>,
    /// Everyone who wrote, in the order of their first message in the file.
    pub participants: Vec<Participant>,
    /// The messages in the order of the file, which is not always the order of time.
    pub messages: Vec<Entry>,
}

impl Conversation {
    /// A conversation of these messages; who took part is counted from them.
    #[must_use]
    pub fn new(key: String, title: Option<String>, messages: Vec<Entry>) -> Self {
        let participants = count_participants(&messages);
        Self { key, title, participants, messages }
    }

    /// The earliest moment of the conversation. Local times rank as if they were UTC, so where a conversation
    /// mixes both kinds this may be off by the zone's offset; resolve every message where that matters.
    #[must_use]
    pub fn first(&self) -> Option<Moment> {
        self.messages.iter().map(|entry| entry.at).min_by_key(Moment::rank)
    }

    /// The latest moment of the conversation, ranked as in [`Self::first`].
    #[must_use]
    pub fn last(&self) -> Option<Moment> {
        self.messages.iter().map(|entry| entry.at).max_by_key(Moment::rank)
    }

    /// Whether a message of it can only be placed in time once the time zone is known.
    #[must_use]
    pub fn has_local_times(&self) -> bool {
        self.messages.iter().any(|entry| matches!(entry.at, Moment::Local(_)))
    }
}

fn count_participants(messages: &[Entry]) -> Vec<Participant> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut participants: Vec<Participant> = Vec::new();
    for Sender { key, name } in messages.iter().map(|entry| &entry.sender) {
        let place = *places.entry(key).or_insert(participants.len());
        if let Some(participant) = participants.get_mut(place) {
            participant.count += 1;
            if name.is_some() {
                participant.name.clone_from(name);
            }
        } else {
            participants.push(Participant { key: key.clone(), name: name.clone(), count: 1 });
        }
    }
    participants
}

/// Someone who wrote in a conversation.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, PartialEq, Eq)]
pub struct Participant {
    /// Names the participant within the file: the platform's id where the file has one, else the name.
    pub key: String,
    /// The last name the file gives them; none for a deleted account.
    pub name: Option<String>,
    /// How many messages are theirs.
    pub count: u32,
}

/// Who wrote one message.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, PartialEq, Eq)]
pub struct Sender {
    /// The key of the [`Participant`].
    pub key: String,
    /// Their name as it stands at this message.
    pub name: Option<String>,
}

/// One message or call.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, PartialEq)]
pub struct Entry {
    /// The place of the message within its conversation of the file, from 0; what was skipped has one too.
    pub ordinal: u32,
    /// The platform's id of the message, where the file has one.
    pub native_id: Option<String>,
    /// Who wrote or called.
    pub sender: Sender,
    /// When it was sent.
    pub at: Moment,
    /// What the sender wrote; what they sent instead of words is described on lines of its own.
    pub body: String,
    /// Whether part of the body is such a description, in the reader's words and not in the sender's.
    pub described: bool,
    /// Text or call.
    pub form: Form,
    /// The place that was sent with it.
    pub point: Option<Point>,
    /// When it was last edited.
    pub edited_at: Option<Moment>,
    /// The `native_id` of the message it answers; `chat/id` where that one is in another conversation.
    pub reply_to: Option<String>,
    /// The files that were sent with it.
    pub attachments: Vec<Attachment>,
    /// Who wrote it first, if the sender only passed it on; `unknown` where the file does not say who.
    pub forwarded_from: Option<String>,
    /// The line of the file on which it starts, from 1.
    pub line: u32,
}

/// A point in time as a file gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Known to the second whatever the time zone.
    Utc(Timestamp),
    /// What a clock of unknown time zone showed.
    Local(DateTime),
}

impl Moment {
    /// The moment in UTC. A local time needs the zone of the clock that wrote it: one that the clock showed
    /// twice is taken as the first, one that it jumped over as shortly after the jump. None without a zone.
    #[must_use]
    pub fn resolve(&self, zone: Option<&TimeZone>) -> Option<Timestamp> {
        match self {
            Self::Utc(at) => Some(*at),
            Self::Local(at) => zone?.to_timestamp(*at).ok(),
        }
    }

    fn rank(&self) -> DateTime {
        match self {
            Self::Utc(at) => TimeZone::UTC.to_datetime(*at),
            Self::Local(at) => *at,
        }
    }
}

/// RFC 3339, with a `Z` for UTC and without offset for a local time.
impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utc(at) => at.fmt(formatter),
            Self::Local(at) => at.fmt(formatter),
        }
    }
}

/// What kind of contact an entry was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Something written or sent.
    Text,
    /// A voice or video call.
    Call {
        /// How long they spoke; none where the call was not taken or the file does not say.
        seconds: Option<u32>,
        /// How it ended, in the platform's own word, such as `missed`, `busy`, `hangup`.
        outcome: Option<String>,
    },
}

/// A place on earth that somebody sent.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, PartialEq)]
pub struct Point {
    /// WGS-84 latitude in degrees, -90 to 90.
    pub lat: f64,
    /// WGS-84 longitude in degrees, -180 to 180.
    pub lon: f64,
    /// For a shared live location: for how many seconds it was shared.
    pub live_seconds: Option<u32>,
    /// The name of the place, as sent with it.
    pub place_name: Option<String>,
    /// Its address, as sent with it.
    pub address: Option<String>,
}

impl Point {
    /// A bare point; none where the numbers are no place on earth.
    #[must_use]
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        // A range holds no NaN.
        let on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        on_earth.then_some(Self { lat, lon, live_seconds: None, place_name: None, address: None })
    }
}

/// A file that was sent with a message.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name without folders.
    pub file_name: Option<String>,
    /// Its media type, such as `image/jpeg`, where the export tells.
    pub media_type: Option<String>,
    /// Whether its bytes did not come with the export.
    pub missing: bool,
}

/// Something of the file that did not come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The line of the file on which it starts, from 1.
    pub line: u32,
    /// Why, and whether the message itself was kept. Never quotes what people wrote.
    pub reason: String,
}

/// Why a file could not be read at all. Never quotes what people wrote.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseError {
    /// The file is something else.
    #[error("this is no chat export that can be read; looked for {looked_for}")]
    NotThisFormat {
        /// What would have been recognised, in words.
        looked_for: String,
    },
    /// The file is of the format, and broken beyond repair.
    #[error("line {line}: {detail}")]
    Malformed {
        /// The line on which reading stopped, from 1.
        line: u32,
        /// What is wrong there and what to do about it.
        detail: String,
    },
}

#[cfg(test)]
mod tests;
