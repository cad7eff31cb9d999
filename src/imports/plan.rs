//! What a person says about a file, and what follows from it for each message: pure functions.

use std::collections::HashMap;

use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::formats::dates::DateOrder;
use super::formats::shape::{Entry, Format, Moment, Revision};
use super::preview::{Conversation, Preview};
use crate::crypto::Secret;
use crate::crypto::secret::sha256;
use crate::db::types::{Id, Time};
use crate::error::{Error, FieldError, Result};
use crate::http::patch::Patch;
use crate::messages::model::Direction;

/// 2200-01-01T00:00:00Z in seconds: what lies after it is a fault of the file.
const LATEST_SECONDS: i64 = 7_258_118_400;
/// Messages of which it is remembered how many like them came before: those that are alike stand close together.
const REMEMBERED: usize = 100_000;

crate::words! {
    /// What a person has to say before a conversation can be imported.
    pub enum Need {
        /// The zone of the clock that wrote the file's local times.
        TimeZone = "time_zone",
        /// Which participant is the one who exported, or that none is.
        Me = "me",
        /// Whether the day or the month comes first.
        DateOrder = "date_order",
    }
}

crate::words! {
    /// The order of day, month and year, as a person says it.
    pub enum SaidDateOrder {
        /// Day, month, year.
        Dmy = "dmy",
        /// Month, day, year.
        Mdy = "mdy",
        /// Year, month, day.
        Ymd = "ymd",
    }
}

impl From<SaidDateOrder> for DateOrder {
    fn from(said: SaidDateOrder) -> Self {
        match said {
            SaidDateOrder::Dmy => Self::Dmy,
            SaidDateOrder::Mdy => Self::Mdy,
            SaidDateOrder::Ymd => Self::Ymd,
        }
    }
}

/// What a person said about the file.
#[derive(Clone, Serialize, Deserialize)]
pub struct Answers {
    /// The key of the conversation to add.
    pub conversation: String,
    /// The key of the participant who exported it; none when none of them did.
    pub me: Option<String>,
    /// The zone of the clock that wrote its local times: IANA name or offset.
    pub time_zone: Option<String>,
    /// The order of the parts of its dates.
    pub date_order: Option<SaidDateOrder>,
    /// Whose channel the messages go to, if no channel is named.
    pub person_id: Option<Id>,
    /// The channel that they go to.
    pub channel_id: Option<Id>,
}

/// A conversation of which all is known that adding its messages needs.
pub struct Plan {
    /// The format that it comes from.
    pub format: Format,
    /// The conversation.
    pub chat: Conversation,
    /// The key of the one who exported.
    pub me: Option<String>,
    zone: Option<TimeZone>,
    orders: HashMap<u8, DateOrder>,
    said: Option<DateOrder>,
}

/// A message, ready to be added.
pub struct Planned {
    /// As the file has it.
    pub entry: Entry,
    /// Its place within the conversation of the file, from 0.
    pub ordinal: u32,
    /// Which way it went.
    pub direction: Direction,
    /// When it was sent.
    pub at: Time,
    /// When it was last edited, if the file says so.
    pub edited_at: Option<Time>,
    /// How many messages before it in the file say the same by the same sender at the same moment.
    pub equals_before: u32,
}

/// Checks what was said against the file; `me` is [`Patch::Leave`] when it was not said.
///
/// # Errors
/// 422 that names everything the file needs and the answers lack, or that does not fit the file.
pub fn check(preview: &Preview, answers: &Answers, me: &Patch<String>) -> Result<()> {
    let chat = conversation(preview, answers)?;
    let zone = answers.time_zone.as_deref().map(zone).transpose()?;
    let missing: Vec<FieldError> = chat
        .needs
        .iter()
        .filter_map(|need| match need {
            Need::TimeZone if zone.is_none() => {
                Some(("/time_zone", "is needed: the file has local times only"))
            }
            Need::Me if *me == Patch::Leave => Some((
                "/me",
                "is needed: the key of the participant who exported the chat, or null if none of them did",
            )),
            Need::DateOrder if answers.date_order.is_none() => {
                Some(("/date_order", "is needed: the dates of the file can be read in two ways"))
            }
            _ => None,
        })
        .map(|(pointer, detail)| FieldError { pointer: pointer.to_owned(), detail: detail.to_owned() })
        .collect();
    if !missing.is_empty() {
        return Err(Error::invalid_fields(missing));
    }
    if let Some(me) = &answers.me
        && chat.participants.iter().all(|participant| participant.key != *me)
    {
        return Err(Error::invalid("/me", "is no participant of this conversation; see the preview"));
    }
    Ok(())
}

fn conversation<'a>(preview: &'a Preview, answers: &Answers) -> Result<&'a Conversation> {
    let mut chats = preview.conversations.iter();
    chats
        .find(|chat| chat.key == answers.conversation)
        .ok_or_else(|| Error::invalid("/conversation", "is no conversation of this file; see the preview"))
}

/// `Asia/Yangon`, or `+06:30` where the name is not known.
fn zone(said: &str) -> Result<TimeZone> {
    DateTimeParser::new().parse_time_zone(said).map_err(|_| {
        Error::invalid("/time_zone", "must be an IANA name such as Asia/Yangon, or an offset such as +06:30")
    })
}

fn order_named(name: &str) -> DateOrder {
    DateOrder::ALL.into_iter().find(|order| order.as_str() == name).unwrap_or(DateOrder::Ambiguous)
}

impl Plan {
    /// What answers that were checked mean for a conversation.
    ///
    /// # Errors
    /// As [`check`].
    pub fn new(format: Format, preview: &Preview, answers: &Answers) -> Result<Self> {
        Ok(Self {
            format,
            chat: conversation(preview, answers)?.clone(),
            me: answers.me.clone(),
            zone: answers.time_zone.as_deref().map(zone).transpose()?,
            orders: preview.orders.iter().map(|(style, order)| (*style, order_named(order))).collect(),
            said: answers.date_order.map(DateOrder::from),
        })
    }

    /// When a moment of the file was; none where its numbers are no date, or one that no phone can have written.
    fn time(&self, moment: &Moment) -> Option<Time> {
        let order = match moment {
            Moment::Written(written) => {
                let found = self.orders.get(&written.style).copied().unwrap_or(DateOrder::Ambiguous);
                // What the file itself tells is not overruled: one that uses several ways of writing has several orders.
                if found == DateOrder::Ambiguous { self.said? } else { found }
            }
            Moment::Utc(_) | Moment::Local(_) => DateOrder::Ymd,
        };
        let time: Time = moment.resolve(order, self.zone.as_ref())?.into();
        (0..LATEST_SECONDS).contains(&time.as_seconds()).then_some(time)
    }

    /// A message as it is to be added; none where its time cannot be right.
    pub fn message(&self, entry: Entry, ordinal: u32, equals: &mut Equals) -> Option<Planned> {
        let at = self.time(&entry.at)?;
        let edited_at = match entry.revision {
            Revision::Edited { at: Some(moment) } => self.time(&moment),
            _ => None,
        };
        let is_mine = Some(&entry.sender.key) == self.me.as_ref();
        let direction = if is_mine { Direction::Outbound } else { Direction::Inbound };
        let equals_before = equals.before(&entry, at);
        Some(Planned { entry, ordinal, direction, at, edited_at, equals_before })
    }

    /// The handle of the other side on the platform: the same for every export of the same chat, whoever has written
    /// by then.
    pub fn handle(&self) -> String {
        let mut others = self.others();
        match (&self.chat.handle, others.next(), others.next()) {
            (Some(handle), _, _) => handle.clone(),
            (None, Some(only), None) => only.key.clone(),
            // So far only the exporter wrote; or a group.
            (None, _, _) => self.chat.key.clone(),
        }
    }

    /// A name for the other side.
    pub fn other_name(&self) -> String {
        let handle = self.handle();
        let named = self.others().find(|other| other.key == handle).and_then(|other| other.name.clone());
        let mut others = self.others();
        let only = others.next().filter(|_| others.next().is_none()).and_then(|only| only.name.clone());
        let names = [named, self.chat.title.clone(), only];
        names.into_iter().flatten().find(|name| !name.trim().is_empty()).unwrap_or(handle)
    }

    fn others(&self) -> impl Iterator<Item = &super::preview::ParticipantView> {
        self.chat.participants.iter().filter(|other| Some(&other.key) != self.me.as_ref())
    }
}

impl Planned {
    /// What makes a message the same as one of another export of the same chat: the platform's own id, else who said
    /// what when, and as the how manieth to say it.
    pub fn dedupe_key(&self, secret: &Secret, channel: Id) -> Vec<u8> {
        if let Some(native) = &self.entry.native_id {
            return secret.lookup(&[channel.as_bytes(), b"id", native.as_bytes()]);
        }
        secret.lookup(&[
            channel.as_bytes(),
            b"text",
            self.entry.sender.key.as_bytes(),
            &self.at.as_micros().to_be_bytes(),
            &sha256(self.entry.text.as_bytes()),
            &self.equals_before.to_be_bytes(),
        ])
    }

    /// Who sent it when, where that is all there is to find a copy by that was edited since.
    pub fn slot_key(&self, secret: &Secret, channel: Id) -> Option<Vec<u8>> {
        let sender = self.entry.sender.key.as_bytes();
        let moment = self.at.as_micros().to_be_bytes();
        let has_none = self.entry.native_id.is_none();
        has_none.then(|| secret.lookup(&[channel.as_bytes(), b"slot", sender, &moment]))
    }

    /// Whether its sender changed or took it back since it was sent.
    pub fn is_revised(&self) -> bool {
        self.entry.revision != Revision::Original
    }
}

/// Counts messages that say the same by the same sender at the same moment. What was forgotten is counted anew: only
/// the last `REMEMBERED` are kept, so that a file of any size needs the same memory.
#[derive(Default)]
pub struct Equals {
    now: HashMap<[u8; 16], u32>,
    before: HashMap<[u8; 16], u32>,
}

impl Equals {
    fn before(&mut self, entry: &Entry, at: Time) -> u32 {
        if entry.native_id.is_some() {
            return 0;
        }
        let parts = [entry.sender.key.as_bytes(), &at.as_micros().to_be_bytes(), entry.text.as_bytes()];
        let digest = sha256(&parts.join(&0));
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        let count = self.now.get(&key).or_else(|| self.before.get(&key)).copied().unwrap_or(0);
        if self.now.len() >= REMEMBERED / 2 {
            self.before = std::mem::take(&mut self.now);
        }
        self.now.insert(key, count + 1);
        count
    }
}
