//! One message of Telegram Desktop's JSON.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::Value;

use super::describe::description;
use super::raw::{Fields, text_of};
use crate::imports::shape::{Attachment, Entry, Form, Moment, Point, Sender};

/// A message, and what of it could not be taken over.
pub(super) struct Read {
    pub(super) entry: Entry,
    /// Each in words, without anything of the message.
    pub(super) losses: Vec<String>,
}

/// Reads one message. The error is the reason why there is none, in words, without anything of the message.
pub(super) fn read(fields: &Fields<'_>, ordinal: u32, line: u32) -> Result<Read, String> {
    let kind = fields.text("type").unwrap_or_default();
    if kind == "unsupported" {
        return Err("message that the exporter does not support: the file holds nothing of it".to_owned());
    }
    let mut losses = Vec::new();
    let typed = typed_text(fields, &mut losses);
    let service = kind == "service";
    let form = form(fields, service);
    // A service message with text carries words of a person, such as those that go with a gift.
    if service && form == Form::Text && typed.trim().is_empty() {
        return Err(format!(
            "service message: {}",
            word(fields.text("action")).unwrap_or_else(|| "unnamed".to_owned())
        ));
    }
    let at = moment(fields, "date").ok_or("message without a usable date")?;
    for (name, what) in [("poll", "poll"), ("contact_information", "contact")] {
        if fields.says(name) && fields.object(name).is_none() {
            losses.push(format!("message kept without its {what}, which could not be read"));
        }
    }
    let point = point(fields, &mut losses);
    let attachments = attachments(fields);

    let described = description(fields, &form, point.as_ref(), typed.trim().is_empty());
    let mut is_described = !described.is_empty();
    let typed = Some(typed).filter(|typed| !typed.trim().is_empty());
    let mut body = typed.into_iter().chain(described).collect::<Vec<_>>().join("\n");
    if body.is_empty() {
        is_described = true;
        body.push_str("message without readable text");
        if losses.is_empty() {
            losses.push("message kept without text: it holds nothing that is known here".to_owned());
        }
    }

    let entry = Entry {
        ordinal,
        native_id: fields.text("id"),
        sender: sender(fields, service),
        at,
        body,
        described: is_described,
        form,
        point,
        edited_at: moment(fields, "edited"),
        reply_to: reply_to(fields),
        attachments,
        forwarded_from: forwarded_from(fields),
        line,
    };
    Ok(Read { entry, losses })
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
            // A link or a person behind other words must not be lost.
            let shown = out.get(start..).unwrap_or_default().to_owned();
            let behind = piece.get("href").and_then(text_of).filter(|href| *href != shown);
            let person = piece.get("user_id").and_then(text_of).map(|id| user_key(&id));
            for hidden in behind.into_iter().chain(person) {
                out.extend([" (", &hidden, ")"]);
            }
            whole
        }
    }
}

/// The form of the contact. Only a call between two is one; calls of a group are service messages.
fn form(fields: &Fields<'_>, service: bool) -> Form {
    if service && fields.text("action").as_deref() == Some("phone_call") {
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
fn user_key(id: &str) -> String {
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
        Some(chat) => format!("{chat}/{id}"),
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

fn point(fields: &Fields<'_>, losses: &mut Vec<String>) -> Option<Point> {
    let bare = coordinates(fields).and_then(|(lat, lon)| Point::new(lat, lon));
    if bare.is_none() && fields.has("location_information") {
        losses.push("message kept without its point: it has no valid coordinates".to_owned());
    }
    Some(Point {
        live_seconds: fields.count("live_location_period_seconds"),
        place_name: fields.text("place_name"),
        address: fields.text("address"),
        ..bare?
    })
}

/// The fields that hold a file; the pictures made from one are left out.
pub(super) const FILES: [&str; 3] = ["photo", "file", "contact_vcard"];

fn attachments(fields: &Fields<'_>) -> Vec<Attachment> {
    let held = FILES.into_iter().filter_map(|field| Some((field, fields.text(field)?)));
    held.map(|(field, path)| {
        let stated = fields.text("file_name").filter(|_| field == "file");
        let media_type = match field {
            // Telegram turns every photo into one.
            "photo" => Some("image/jpeg".to_owned()),
            "contact_vcard" => Some("text/vcard".to_owned()),
            _ => fields.text("mime_type"),
        };
        Attachment {
            file_name: stated.or(Some(path)).and_then(|path| file_name(&path)),
            media_type,
            missing: true,
        }
    })
    .collect()
}

/// The last part of a path; none for the note in brackets that stands for a file that was not exported.
pub(super) fn file_name(path: &str) -> Option<String> {
    if path.starts_with('(') && path.ends_with(')') {
        return None;
    }
    let name = path.rsplit(['/', '\\']).next().map(str::trim).unwrap_or_default();
    (!matches!(name, "" | "." | "..")).then(|| name.to_owned())
}
