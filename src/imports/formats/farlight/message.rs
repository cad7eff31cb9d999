//! One message of the interchange JSON.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::value::RawValue;

use super::super::shape::{Attachment, Bytes, Entry, Form, Moment, Place, Revision, Sender, file_name};
use super::fields::Fields;

/// A message, and what of it could not be taken over.
pub(super) struct Read {
    pub(super) entry: Entry,
    /// Each in words, without anything of the message.
    pub(super) losses: Vec<String>,
}

const FIELDS: [&str; 13] = [
    "id",
    "sender",
    "sent_at",
    "text",
    "described",
    "reply_to",
    "edited",
    "edited_at",
    "deleted",
    "location",
    "call",
    "attachments",
    "forwarded_from",
];
/// More attachments than any app sends with one message.
const MOST_ATTACHMENTS: usize = 1000;
/// Bytes of a list: what is longer would take many times as much memory.
const LONGEST_LIST: usize = 1 << 20;

/// Reads one. The error is the reason why there is none, in words, without anything of the message.
pub(super) fn read(text: &str, line: u32) -> Result<Read, &'static str> {
    let fields = Fields::of(text).ok_or("message that is no sound JSON object")?;
    let sent = fields.get("sent_at").ok_or("message without `sent_at`")?;
    let at = moment(sent).ok_or("message whose `sent_at` is no date and time as in RFC 3339")?;
    let sender = fields.get("sender").ok_or("message without `sender`")?;
    let mut losses = Losses(Vec::new());
    let sender =
        sender_of(sender, &mut losses).ok_or("message whose `sender` has neither `key` nor `name`")?;
    let mut message = Message { fields: &fields, losses };
    let mut entry = Entry::text(sender, at, "", line);
    entry.text = message.words();
    entry.native_id = message.text("id");
    entry.reply_to = message.text("reply_to");
    entry.forwarded_from = message.text("forwarded_from");
    entry.described = message.described();
    entry.revision = message.revision();
    entry.place = message.place();
    entry.form = message.form();
    entry.attachments = message.attachments();
    if fields.has_others(&FIELDS) {
        message.losses.without("a field that is not part of the format");
    }
    Ok(Read { entry, losses: message.losses.0 })
}

/// RFC 3339; without an offset it is the time of the clock that the app ran on.
fn moment(raw: &str) -> Option<Moment> {
    let text: String = serde_json::from_str(raw).ok()?;
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(Moment::Utc(at));
    }
    // A day alone would become midnight.
    let has_time = text.get(10..).is_some_and(|time| time.starts_with(['T', 't', ' ']));
    // An offset that is none on earth is not read over.
    let has_offset = text.get(10..).is_some_and(|time| time.contains(['Z', 'z', '+', '-', '[']));
    text.parse::<DateTime>().ok().filter(|_| has_time && !has_offset).map(Moment::Local)
}

fn list<'a, T: serde::Deserialize<'a>>(raw: &'a str) -> Option<Vec<T>> {
    if raw.len() <= LONGEST_LIST { serde_json::from_str(raw).ok() } else { None }
}

fn sender_of(raw: &str, losses: &mut Losses) -> Option<Sender> {
    let fields = Fields::of(raw)?;
    let (key, name) = (fields.text("key"), fields.text("name"));
    if fields.has_others(&["key", "name"]) {
        losses.without("a field of its sender that is not part of the format");
    }
    Some(Sender { key: key.or_else(|| name.clone())?, name })
}

/// What was lost, in words.
struct Losses(Vec<String>);

impl Losses {
    fn without(&mut self, what: &str) {
        let loss = format!("message kept without {what}");
        if !self.0.contains(&loss) {
            self.0.push(loss);
        }
    }
}

struct Message<'f, 'a> {
    fields: &'f Fields<'a>,
    losses: Losses,
}

impl<'a> Message<'_, 'a> {
    /// A field that is read in one way or not at all.
    fn read<T>(&mut self, name: &str, read: impl Fn(&'a str) -> Option<T>) -> Option<T> {
        let raw = self.fields.get(name)?;
        let found = read(raw);
        if found.is_none() {
            self.losses.without(&format!("its `{name}`, which could not be read"));
        }
        found
    }

    fn text(&mut self, name: &str) -> Option<String> {
        // An empty one is none, and no fault.
        self.fields.get(name).filter(|raw| *raw != "\"\"")?;
        self.read(name, super::fields::text)
    }

    fn flag(&mut self, name: &str) -> bool {
        self.read(name, |raw| serde_json::from_str(raw).ok()).unwrap_or(false)
    }

    /// The sender's words, blanks included.
    fn words(&mut self) -> String {
        self.read("text", |raw| serde_json::from_str(raw).ok()).unwrap_or_default()
    }

    fn described(&mut self) -> Vec<String> {
        let mut lines: Vec<String> = self.read("described", list).unwrap_or_default();
        lines.retain(|line| !line.trim().is_empty());
        lines
    }

    fn revision(&mut self) -> Revision {
        let (edited, at) = (self.flag("edited"), self.read("edited_at", moment));
        if self.flag("deleted") {
            Revision::Deleted
        } else if edited || self.fields.get("edited_at").is_some() {
            Revision::Edited { at }
        } else {
            Revision::Original
        }
    }

    fn place(&mut self) -> Option<Place> {
        let fields = self.read("location", Fields::of)?;
        let degrees = |name: &str| fields.text(name).and_then(|text| text.parse::<f64>().ok());
        let point = degrees("lat").zip(degrees("lon")).and_then(|(lat, lon)| Place::at(lat, lon));
        let has_point = fields.get("lat").is_some() || fields.get("lon").is_some();
        if has_point && point.is_none() {
            self.losses.without("its point: `lat` and `lon` are no place on earth, in degrees");
        }
        if fields.has_others(&["lat", "lon", "name", "address", "live_seconds"]) {
            self.losses.without("a field of its location that is not part of the format");
        }
        let place = Place {
            name: fields.text("name"),
            address: fields.text("address"),
            live_seconds: self.count(&fields, "live_seconds"),
            ..point.unwrap_or_default()
        };
        (place != Place::default()).then_some(place)
    }

    fn form(&mut self) -> Form {
        let Some(fields) = self.read("call", Fields::of) else { return Form::Text };
        if fields.has_others(&["seconds", "outcome"]) {
            self.losses.without("a field of its call that is not part of the format");
        }
        Form::Call { seconds: self.count(&fields, "seconds"), outcome: fields.text("outcome") }
    }

    fn count(&mut self, fields: &Fields<'_>, name: &str) -> Option<u32> {
        let count = serde_json::from_str(fields.get(name)?).ok();
        if count.is_none() {
            self.losses.without(&format!("its `{name}`, which is no whole number"));
        }
        count
    }

    fn attachments(&mut self) -> Vec<Attachment> {
        let Some(list) = self.read("attachments", list::<&RawValue>) else { return Vec::new() };
        if list.len() > MOST_ATTACHMENTS {
            self.losses.without("the attachments after the first thousand");
        }
        let mut attachments = Vec::new();
        for raw in list.into_iter().take(MOST_ATTACHMENTS) {
            let Some(fields) = Fields::of(raw.get()) else {
                self.losses.without("an attachment that is no object");
                continue;
            };
            if fields.has_others(&["file_name", "media_type", "path", "what"]) {
                self.losses.without("a field of an attachment that is not part of the format");
            }
            let path = fields.text("path");
            let named = fields.text("file_name").or_else(|| path.clone());
            attachments.push(Attachment {
                file_name: named.and_then(|name| file_name(&name)),
                media_type: fields.text("media_type"),
                what: fields.text("what").unwrap_or_default(),
                bytes: path.map_or(Bytes::Missing, Bytes::Member),
            });
        }
        attachments
    }
}
