//! The one shape that every chat format is read into.
//!
//! What people wrote is sealed at rest. None of the types that carry it has `Debug` outside tests, so that it
//! cannot slip into a log.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::dates::{DateOrder, Written};

/// The chat formats that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The text that WhatsApp exports, alone or in a zip with its media.
    Whatsapp,
    /// `result.json` of Telegram Desktop: a single chat or a whole account.
    TelegramJson,
    /// `messages.html` and its further pages, of Telegram Desktop.
    TelegramHtml,
    /// Signal's own export, or the text of signal-export.
    Signal,
    /// The text that LINE exports.
    Line,
    /// A table of WeChatMsg, or text that was copied out of WeChat.
    Wechat,
    /// "Download your information" of Facebook, encrypted chats included.
    Messenger,
    /// "Download your information" of Instagram.
    Instagram,
    /// The XML of SMS Backup & Restore: messages, multimedia messages and calls.
    Sms,
    /// E-mail: one message or a mailbox.
    Email,
    /// Farlight's own interchange JSON.
    Farlight,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 11] = [
        Self::Whatsapp,
        Self::TelegramJson,
        Self::TelegramHtml,
        Self::Signal,
        Self::Line,
        Self::Wechat,
        Self::Messenger,
        Self::Instagram,
        Self::Sms,
        Self::Email,
        Self::Farlight,
    ];

    /// The name in the HTTP contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::TelegramJson => "telegram_json",
            Self::TelegramHtml => "telegram_html",
            Self::Signal => "signal",
            Self::Line => "line",
            Self::Wechat => "wechat",
            Self::Messenger => "messenger",
            Self::Instagram => "instagram",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Farlight => "farlight",
        }
    }
}

/// Who wrote one message.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, PartialEq, Eq)]
pub struct Sender {
    /// Names the sender within the file: the platform's id where the file has one, else the name.
    pub key: String,
    /// Their name as it stands at this message; none for a deleted account.
    pub name: Option<String>,
}

impl Sender {
    /// Somebody of whom the file has nothing but a name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { key: name.to_owned(), name: Some(name.to_owned()) }
    }
}

/// One message or call.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, PartialEq)]
pub struct Entry {
    /// The platform's id of the message, where the file has one.
    pub native_id: Option<String>,
    /// Who wrote or called.
    pub sender: Sender,
    /// When it was sent.
    pub at: Moment,
    /// What the sender wrote, exactly, and nothing else: it is what makes a message the same as one of another
    /// export. Empty where they sent something instead of words.
    pub text: String,
    /// What they sent besides, in the reader's words, a line each: a contact card, a poll, a sticker. Calls, places
    /// and files are described by [`Entry::body`] and not here.
    pub described: Vec<String>,
    /// Text or call.
    pub form: Form,
    /// The place that was sent with it, in fields of its own. A link to a map in the text is found later.
    pub place: Option<Place>,
    /// What became of it since it was sent.
    pub revision: Revision,
    /// The `native_id` of the message it answers; `chat/id` where that one is in another conversation.
    pub reply_to: Option<String>,
    /// The files that were sent with it.
    pub attachments: Vec<Attachment>,
    /// Who wrote it first, if the sender only passed it on; `unknown` where the file does not say who.
    pub forwarded_from: Option<String>,
    /// The line of the file on which it starts, from 1.
    pub line: u32,
}

impl Entry {
    /// A message with nothing but text.
    #[must_use]
    pub fn text(sender: Sender, at: Moment, text: impl Into<String>, line: u32) -> Self {
        Self {
            native_id: None,
            sender,
            at,
            text: text.into(),
            described: Vec::new(),
            form: Form::Text,
            place: None,
            revision: Revision::Original,
            reply_to: None,
            attachments: Vec::new(),
            forwarded_from: None,
            line,
        }
    }

    /// What the log shows: the sender's words, then what they sent besides, a line each. Never empty.
    #[must_use]
    pub fn body(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        if !self.text.trim().is_empty() {
            lines.push(self.text.clone());
        }
        lines.extend(self.form.words());
        lines.extend(self.place.as_ref().map(Place::words));
        lines.extend(self.described.iter().cloned());
        if lines.is_empty() {
            lines.extend(self.attachments.iter().map(Attachment::words));
        }
        if lines.is_empty() {
            let words = if self.revision == Revision::Deleted {
                "message deleted by its sender"
            } else {
                "message without text"
            };
            lines.push(words.to_owned());
        }
        lines.join("\n")
    }
}

/// What became of a message after it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// It stands as it was sent.
    Original,
    /// Its sender changed it.
    Edited {
        /// When, where the file says so.
        at: Option<Moment>,
    },
    /// Its sender took it back. The text is empty unless the file kept it.
    Deleted,
}

/// A point in time as a file gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Known to the second whatever the time zone.
    Utc(Timestamp),
    /// What a clock of unknown time zone showed.
    Local(DateTime),
    /// Likewise, and which number is the day is for the whole file to say.
    Written(Written),
}

impl Moment {
    /// The moment in UTC. A local time needs the zone of the clock that wrote it: one that the clock showed
    /// twice is taken as the first, one that it jumped over as shortly after the jump. None without a zone, or where
    /// the numbers are no date in this order.
    #[must_use]
    pub fn resolve(&self, order: DateOrder, zone: Option<&TimeZone>) -> Option<Timestamp> {
        match self {
            Self::Utc(at) => Some(*at),
            Self::Local(at) => zone?.to_timestamp(*at).ok(),
            Self::Written(written) => zone?.to_timestamp(written.read(order)?).ok(),
        }
    }

    /// What the moment is called, and by what it is ranked among others that may be of another kind: local times rank
    /// as if they were UTC.
    #[must_use]
    pub fn shown(&self, order: DateOrder) -> Option<Shown> {
        Some(match self {
            Self::Utc(at) => Shown { at: TimeZone::UTC.to_datetime(*at), is_utc: true },
            Self::Local(at) => Shown { at: *at, is_utc: false },
            Self::Written(written) => Shown { at: written.read(order)?, is_utc: false },
        })
    }

    /// Whether it can only be placed in time once the time zone is known.
    #[must_use]
    pub const fn is_local(&self) -> bool {
        !matches!(self, Self::Utc(_))
    }
}

/// A moment to be shown: RFC 3339, with a `Z` for UTC and without offset for a local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    at: DateTime,
    is_utc: bool,
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.at, if self.is_utc { "Z" } else { "" })
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

impl Form {
    fn words(&self) -> Option<String> {
        let Self::Call { seconds, outcome } = self else { return None };
        Some(match (seconds, outcome.as_deref()) {
            (Some(seconds), _) => format!("call, {seconds} s"),
            (None, Some("missed")) => "missed call".to_owned(),
            (None, Some("busy")) => "call, not taken: busy".to_owned(),
            (None, Some(outcome)) => format!("call, no duration: {outcome}"),
            (None, None) => "call, no duration".to_owned(),
        })
    }
}

/// A place that somebody sent: a pin, a live location, a venue.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, Default, PartialEq)]
pub struct Place {
    /// WGS-84 latitude and longitude in degrees; none for a venue of which only the name was sent.
    pub point: Option<(f64, f64)>,
    /// For a shared live location: for how many seconds it was shared.
    pub live_seconds: Option<u32>,
    /// The name of the place, as sent with it.
    pub name: Option<String>,
    /// Its address, as sent with it.
    pub address: Option<String>,
}

impl Place {
    /// A bare point; none where the numbers are no place on earth, or nowhere: 0, 0 is what a phone without a position
    /// sends.
    #[must_use]
    pub fn at(lat: f64, lon: f64) -> Option<Self> {
        // A range holds no NaN.
        let on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        (on_earth && (lat, lon) != (0.0, 0.0)).then_some(Self { point: Some((lat, lon)), ..Self::default() })
    }

    /// As a line of the log.
    #[must_use]
    pub fn words(&self) -> String {
        let kind = if self.live_seconds.is_some() { "live location" } else { "location" };
        let point = match self.point {
            Some((lat, lon)) => format!("{kind} {lat:.5}, {lon:.5}"),
            None => format!("{kind}, no coordinates"),
        };
        let parts = [self.name.as_deref(), self.address.as_deref(), Some(&point)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// A file that was sent with a message.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Its name without folders.
    pub file_name: Option<String>,
    /// Its media type, such as `image/jpeg`, where the export tells.
    pub media_type: Option<String>,
    /// What it is, in words: `photo`, `voice message, 12 s`. `file` if empty.
    pub what: String,
    /// Where its bytes are.
    pub bytes: Bytes,
}

impl Attachment {
    fn words(&self) -> String {
        let what = if self.what.is_empty() { "file" } else { &self.what };
        match &self.file_name {
            Some(name) if what == "file" => format!("{what} {name}"),
            _ => what.to_owned(),
        }
    }
}

/// Where the bytes of a file are.
#[cfg_attr(test, derive(Debug))]
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Bytes {
    /// They did not come with the export.
    #[default]
    Missing,
    /// In the archive, under this name, or where that is not there under the same name in another folder.
    Member(String),
    /// In the export itself.
    Inline(Vec<u8>),
}

/// The last part of a path; none for a path without one.
#[must_use]
pub fn file_name(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next().map(str::trim).unwrap_or_default();
    (!matches!(name, "" | "." | "..")).then(|| name.to_owned())
}
