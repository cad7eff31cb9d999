//! One message of a page, and what becomes of it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use super::super::shape::{Entry, Moment, Revision, Sender};
use super::super::telegram_json::{message::holds_nothing, words};
use super::tags::Tag;

/// The name that stands for everybody whose account is gone.
const DELETED: &str = "Deleted Account";

/// A message as it stands on the page.
#[derive(Default)]
pub(super) struct Message {
    pub(super) line: u32,
    id: String,
    pub(super) is_service: bool,
    is_joined: bool,
    /// When, as the page writes it.
    pub(super) date: String,
    pub(super) service: String,
    pub(super) from: Option<String>,
    pub(super) is_forwarded: bool,
    pub(super) forwarded_from: Option<String>,
    pub(super) reply_to: Option<String>,
    pub(super) is_reply_elsewhere: bool,
    pub(super) text: Option<String>,
    pub(super) media: Vec<Media>,
    pub(super) buttons: Vec<String>,
    /// Where the button leads whose words come next.
    pub(super) button_link: Option<String>,
    pub(super) signature: Option<String>,
    pub(super) has_reactions: bool,
    /// Words in a place that is not known here, a line each.
    pub(super) other: String,
    pub(super) is_edited: bool,
    /// Whether its start is not there.
    is_damaged: bool,
    /// How much it holds.
    pub(super) size: usize,
    /// Whether something of it was too long.
    pub(super) is_cut: bool,
}

/// A photo, a file, a place, a call, a poll.
#[derive(Default)]
pub(super) struct Media {
    /// Says what kind.
    pub(super) class: String,
    pub(super) href: String,
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) status: Option<String>,
    pub(super) question: String,
    pub(super) is_list: bool,
    pub(super) answers: Vec<String>,
    /// How many voted for the answer that comes next.
    pub(super) votes: Option<String>,
}

/// Who wrote the message before, whom a joined one is from too.
#[derive(Default)]
pub(super) struct Before {
    sender: Option<Sender>,
    forwarded_from: Option<String>,
}

/// What becomes of a message.
pub(super) enum Outcome {
    /// It comes in, without these.
    Entry(Box<Entry>, Vec<String>),
    /// It does not, for this reason.
    Skip(String),
    /// It only says which day it is, which its messages say too.
    Day,
}

impl Message {
    pub(super) fn new(tag: &Tag) -> Self {
        Self {
            line: tag.line,
            id: tag.id.trim_start_matches("message").to_owned(),
            is_service: tag.has("service"),
            is_joined: tag.has("joined"),
            ..Self::default()
        }
    }

    /// A message whose start tag is not there.
    pub(super) fn without_start(line: u32) -> Self {
        Self { line, is_damaged: true, ..Self::default() }
    }

    /// Takes the link to the message that it answers.
    pub(super) fn answers(&mut self, href: &str) {
        let id = href.rsplit_once("message").map(|(_, id)| id).filter(|id| is_number(id));
        self.reply_to = self.reply_to.take().or_else(|| id.map(str::to_owned));
    }

    /// What becomes of it.
    pub(super) fn read(mut self, before: &mut Before) -> Outcome {
        if self.is_service {
            return self.service_line();
        }
        let mut losses = Vec::new();
        let sender = self.sender(before);
        let forwarded_from = self.forwarded(before);
        let Some(at) = moment(&self.date) else {
            return Outcome::Skip("message without a usable date".to_owned());
        };
        if sender.is_none() {
            losses.push("message kept without its sender, whom the page does not name".to_owned());
        }
        let unknown = || Sender { key: "unknown".to_owned(), name: None };
        let text = self.text.take().unwrap_or_default();
        let mut entry = Entry {
            native_id: Some(self.id).filter(|id| is_number(id)),
            reply_to: self.reply_to,
            forwarded_from,
            ..Entry::text(sender.unwrap_or_else(unknown), at, text, self.line)
        };
        for media in self.media {
            losses.extend(media.put(&mut entry).map(str::to_owned));
        }
        if self.is_reply_elsewhere {
            entry.described.push("answers a message in another chat".to_owned());
        }
        entry.described.extend(self.buttons);
        entry.described.extend(self.signature.map(|signature| format!("signed: {signature}")));
        entry.described.extend(Some(self.other.trim_end().to_owned()).filter(|other| !other.is_empty()));
        if self.is_cut {
            losses.push("message kept without the end of a part that is too long".to_owned());
        }
        if self.is_damaged {
            losses.push("message kept without its id: its beginning is damaged".to_owned());
        }
        if self.is_edited {
            entry.revision = Revision::Edited { at: None };
        }
        if losses.is_empty() && holds_nothing(&entry) {
            losses.push(words::EMPTY.to_owned());
        }
        Outcome::Entry(Box::new(entry), losses)
    }

    fn sender(&mut self, before: &mut Before) -> Option<Sender> {
        if let Some(name) = self.from.take() {
            let name = without_bot(&name);
            before.sender = Some(Sender {
                key: name.to_owned(),
                name: Some(name.to_owned()).filter(|name| name != DELETED),
            });
        } else if !self.is_joined {
            before.sender = None;
        }
        before.sender.clone()
    }

    fn forwarded(&mut self, before: &mut Before) -> Option<String> {
        if !self.is_forwarded {
            before.forwarded_from = None;
            return None;
        }
        if let Some(name) = self.forwarded_from.take() {
            let name = without_bot(&name);
            before.forwarded_from = Some(name.to_owned()).filter(|name| name != DELETED);
        } else if !self.is_joined {
            before.forwarded_from = None;
        }
        Some(before.forwarded_from.get_or_insert_with(|| "unknown".to_owned()).clone())
    }

    fn service_line(self) -> Outcome {
        if is_day(self.service.trim()) {
            return Outcome::Day;
        }
        Outcome::Skip(if self.service.contains("is not supported by this version of Telegram") {
            words::UNSUPPORTED.to_owned()
        } else {
            format!("service line: {}", kind_of_service(&self.service))
        })
    }
}

/// What service lines say, and what the machine-readable export calls it.
const SERVICE: [(&str, &str); 23] = [
    (" created group ", "create_group"),
    (" changed group title ", "edit_group_title"),
    ("Channel title changed", "edit_group_title"),
    (" changed group photo", "edit_group_photo"),
    ("Channel photo changed", "edit_group_photo"),
    (" removed group photo", "delete_group_photo"),
    ("Channel photo removed", "delete_group_photo"),
    (" to the voice chat", "invite_to_group_call"),
    (" started voice chat", "group_call"),
    ("Voice chat", "group_call"),
    (" invited ", "invite_members"),
    (" joined group by link ", "join_group_by_link"),
    (" joined group by request", "join_group_by_request"),
    (" joined Telegram", "joined_telegram"),
    (" converted ", "migrate_to_supergroup"),
    (" pinned ", "pin_message"),
    ("History cleared", "clear_history"),
    (" took a screenshot", "take_screenshot"),
    ("auto-delete", "set_messages_ttl"),
    (" chat theme", "edit_chat_theme"),
    (" a gift", "send_gift"),
    (" background for this chat", "set_chat_wallpaper"),
    (" removed ", "remove_members"),
];

/// A service line by what is said in it, without the names in it.
fn kind_of_service(text: &str) -> &'static str {
    SERVICE.into_iter().find(|(said, _)| text.contains(said)).map_or("unnamed", |(_, kind)| kind)
}

/// Whether a line is nothing but a day: `1 August 2026`.
fn is_day(text: &str) -> bool {
    let parts: Vec<_> = text.split(' ').collect();
    let [day, month, year] = parts.as_slice() else { return false };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(day) && (1..=2).contains(&day.len()) && digits(year) && year.len() == 4 && !month.is_empty()
}

/// Whether this is the id of a message.
pub(super) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (1..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A name without the bot by which its owner sent the message.
fn without_bot(name: &str) -> &str {
    let is_bot = |bot: &str| bot.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match name.rsplit_once(" via @") {
        Some((name, bot)) if is_bot(bot) => name.trim_end(),
        _ => name,
    }
}

/// `01.08.2026 10:00:00`, and since 2022 ` UTC+07:00` after it.
fn moment(text: &str) -> Option<Moment> {
    let mut parts = text.split_whitespace();
    let [day, month, year] = numbers(parts.next()?, '.')?;
    let [hour, minute, second] = numbers(parts.next()?, ':')?;
    let small = |number: i16| i8::try_from(number).ok();
    let date = Date::new(year, small(month)?, small(day)?).ok()?;
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    let local = DateTime::from_parts(date, time);
    if local.year() < 1971 {
        return None;
    }
    let Some(zone) = parts.next() else { return Some(Moment::Local(local)) };
    let offset = zone.strip_prefix("UTC").or_else(|| zone.strip_prefix("GMT")).and_then(offset)?;
    let at: Timestamp = TimeZone::fixed(offset).to_timestamp(local).ok()?;
    Some(Moment::Utc(at))
}

fn numbers(text: &str, by: char) -> Option<[i16; 3]> {
    let numbers: Option<Vec<_>> = text.split(by).map(|part| part.parse().ok()).collect();
    numbers?.try_into().ok()
}

/// `+07:00`, or nothing.
fn offset(text: &str) -> Option<Offset> {
    if text.is_empty() {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "0"));
    let seconds =
        hours.parse::<u8>().ok().map(i32::from)? * 3600 + minutes.parse::<u8>().ok().map(i32::from)? * 60;
    Offset::from_seconds(sign * seconds).ok()
}
