//! One message of Telegram Desktop's JSON.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::Value;

use super::super::shape::{Attachment, Bytes, Entry, Form, Moment, Place, Revision, Sender, file_name};
use super::describe::description;
use super::raw::{Fields, text_of};
use super::words;

/// A message, and what of it could not be taken over.
pub(super) struct Read {
    pub(super) entry: Entry,
    /// Each in words, without anything of the message.
    pub(super) losses: Vec<String>,
}

/// Reads one message. The error is the reason why there is none, in words, without anything of the message.
pub(super) fn read(fields: &Fields<'_>, line: u32) -> Result<Read, String> {
    let kind = fields.text("type").unwrap_or_default();
    if kind == "unsupported" {
        return Err(words::UNSUPPORTED.to_owned());
    }
    let mut losses = Vec::new();
    let text = typed_text(fields, &mut losses);
    let service = kind == "service";
    let form = form(fields, service);
    // A service message with text carries words of a person, such as those that go with a gift.
    if service && form == Form::Text && text.trim().is_empty() {
        let action = word(fields.text("action"));
        return Err(format!("service line: {}", action.unwrap_or_else(|| "unnamed".to_owned())));
    }
    let at = moment(fields, "date").ok_or("message without a usable date")?;
    for (name, what) in [("poll", "poll"), ("contact_information", "contact")] {
        if fields.says(name) && fields.object(name).is_none() {
            losses.push(format!("message kept without its {what}, which could not be read"));
        }
    }
    let entry = Entry {
        native_id: fields.text("id"),
        described: description(fields),
        form,
        place: place(fields, &mut losses),
        revision: moment(fields, "edited").map_or(Revision::Original, |at| Revision::Edited { at: Some(at) }),
        reply_to: reply_to(fields),
        attachments: attachments(fields),
        forwarded_from: forwarded_from(fields),
        ..Entry::text(sender(fields, service), at, text, line)
    };
    if losses.is_empty() && holds_nothing(&entry) {
        losses.push(words::EMPTY.to_owned());
    }
    Ok(Read { entry, losses })
}

/// Whether a message is left with neither words nor anything else.
pub fn holds_nothing(entry: &Entry) -> bool {
    entry.text.trim().is_empty()
        && entry.described.is_empty()
        && entry.form == Form::Text
        && entry.place.is_none()
        && entry.attachments.is_empty()
}

/// One of the app's own words. Anything else is none, so that nothing that a person wrote passes for one.
pub(super) fn word(text: Option<String>) -> Option<String> {
    let plain = |text: &String| text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    text.filter(plain)
}

/// What the sender typed. It is a string or an array of strings and of objects with their look.
fn typed_text(fields: &Fields<'_>, losses: &mut Vec<String>) -> String {
    let mut typed = String::new();
    let name = if fields.has("text") { "text" } else { "text_entities" };
    if !fields.value(name).is_ok_and(|text| text.is_none_or(|text| add_text(&text, &mut typed))) {
        losses.push("message kept without a part of its text that could not be read".to_owned());
    }
    typed
}

/// Adds a piece of text; false if something of it cannot be read.
pub(super) fn add_text(piece: &Value, out: &mut String) -> bool {
    match piece {
        Value::Null => true,
        Value::Bool(_) => false,
        Value::Number(number) => {
            out.push_str(&number.to_string());
            true
        }
        Value::String(text) => {
            out.push_str(text);
            true
        }
        Value::Array(pieces) => {
            let unread = pieces.iter().filter(|piece| !add_text(piece, out)).count();
            unread == 0
        }
        Value::Object(piece) => {
            let start = out.len();
            let whole = piece.get("text").is_some_and(|text| add_text(text, out));
            let shown = out.get(start..).unwrap_or_default();
            let href = piece.get("href").and_then(text_of);
            if let Some(hidden) = href.as_deref().and_then(|href| words::hidden_link(shown, href)) {
                out.extend([" (", hidden, ")"]);
            }
            whole
        }
    }
}

/// The form of the contact. Only a call between two is one; calls of a group are service messages.
fn form(fields: &Fields<'_>, service: bool) -> Form {
    let is_call = matches!(fields.text("action").as_deref(), Some("phone_call" | "conference_call"));
    if service && is_call {
        let outcome = word(fields.text("discard_reason"));
        Form::Call { seconds: fields.count("duration_seconds"), outcome }
    } else {
        Form::Text
    }
}

/// When something happened. What lies before 1971 is how the exporter writes "never".
fn moment(fields: &Fields<'_>, name: &str) -> Option<Moment> {
    const YEAR_1971: i64 = 31_536_000;
    let stamp = fields.integer(&format!("{name}_unixtime")).filter(|seconds| *seconds >= YEAR_1971);
    if let Some(at) = stamp.and_then(|seconds| Timestamp::from_second(seconds).ok()) {
        return Some(Moment::Utc(at));
    }
    let text = fields.text(name)?;
    let utc = text.parse().ok().filter(|at: &Timestamp| at.as_second() >= YEAR_1971).map(Moment::Utc);
    utc.or_else(|| text.parse().ok().filter(|at: &DateTime| at.year() >= 1971).map(Moment::Local))
}

/// Ids were numbers first and have a word before the number since; one person keeps one key.
pub(super) fn user_key(id: &str) -> String {
    let id = id.trim();
    if id.bytes().all(|byte| byte.is_ascii_digit()) { format!("user{id}") } else { id.to_owned() }
}

fn sender(fields: &Fields<'_>, service: bool) -> Sender {
    let (name, id) = if service { ("actor", "actor_id") } else { ("from", "from_id") };
    let name = fields.text(name);
    let key = fields.text(id).map(|id| user_key(&id)).or_else(|| name.clone());
    Sender { key: key.unwrap_or_else(|| "unknown".to_owned()), name }
}

fn reply_to(fields: &Fields<'_>) -> Option<String> {
    let id = fields.text("reply_to_message_id")?;
    Some(match fields.text("reply_to_peer_id") {
        // The id of a chat is the number alone.
        Some(chat) => format!("{}/{id}", chat.trim_start_matches(|c: char| c.is_ascii_alphabetic())),
        None => id,
    })
}

/// A deleted account forwards as `null`: that it was forwarded is still told.
fn forwarded_from(fields: &Fields<'_>) -> Option<String> {
    let names = ["forwarded_from", "forwarded_from_id", "saved_from"];
    let known = names.into_iter().find_map(|name| fields.text(name));
    known.or_else(|| names.into_iter().any(|name| fields.has(name)).then(|| "unknown".to_owned()))
}

/// The numbers of a place as they stand in the file.
pub(super) fn coordinates(fields: &Fields<'_>) -> Option<(f64, f64)> {
    let place = fields.object("location_information")?;
    let degrees = |name| place.text(name)?.trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    Some((degrees("latitude")?, degrees("longitude")?))
}

fn place(fields: &Fields<'_>, losses: &mut Vec<String>) -> Option<Place> {
    let (name, address) = (fields.text("place_name"), fields.text("address"));
    let sent = fields.has("location_information");
    let on_earth = coordinates(fields).and_then(|(lat, lon)| Place::at(lat, lon));
    if on_earth.is_none() && sent {
        losses.push(words::NO_POINT.to_owned());
    }
    let known = sent || name.is_some() || address.is_some();
    let live_seconds = fields.count("live_location_period_seconds");
    known.then(|| Place { live_seconds, name, address, ..on_earth.unwrap_or_default() })
}

/// The fields that hold a file; the pictures made from one are left out.
const FILES: [&str; 3] = ["photo", "file", "contact_vcard"];

fn attachments(fields: &Fields<'_>) -> Vec<Attachment> {
    let held = FILES.into_iter().filter_map(|field| Some((field, fields.text(field)?)));
    held.map(|(field, path)| {
        let stated = fields.text("file_name").filter(|_| field == "file");
        // A note in brackets stands for a file that was not exported.
        let path = Some(path).filter(|path| !(path.starts_with('(') && path.ends_with(')')));
        let media_type = match field {
            // Telegram turns every photo into one.
            "photo" => Some("image/jpeg".to_owned()),
            "contact_vcard" => Some("text/vcard".to_owned()),
            _ => fields.text("mime_type"),
        };
        Attachment {
            file_name: stated.as_deref().or(path.as_deref()).and_then(file_name),
            media_type,
            what: what(fields, field),
            bytes: path.map_or(Bytes::Missing, Bytes::Member),
        }
    })
    .collect()
}

/// What a file is, in words.
fn what(fields: &Fields<'_>, field: &str) -> String {
    let media = fields.text("media_type");
    let kind = match (field, media.as_deref()) {
        ("photo", _) => "photo".to_owned(),
        ("contact_vcard", _) => "contact card".to_owned(),
        (_, Some("video_file")) => "video".to_owned(),
        (_, Some("audio_file")) => "audio".to_owned(),
        _ => word(media).map_or_else(|| "file".to_owned(), |media| media.replace('_', " ")),
    };
    let (performer, title) = (fields.text("performer"), fields.text("title"));
    let song = words::joined([performer.as_deref(), title.as_deref()], " - ").filter(|_| kind == "audio");
    let emoji = fields.text("sticker_emoji").filter(|_| kind == "sticker");
    let seconds = fields.count("duration_seconds").filter(|_| field == "file" && kind != "sticker");
    words::file(&kind, song.or(emoji).as_deref(), seconds)
}
