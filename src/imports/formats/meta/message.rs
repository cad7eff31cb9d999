//! One message of a thread.

use jiff::Timestamp;
use serde_json::Value;

use super::super::shape::{Attachment, Bytes, Entry, Form, Moment, Revision, Sender, file_name};
use super::link;
use super::repaired;

/// Bytes of a message; those with hundreds of reactions stay far below.
pub(super) const LONGEST: usize = 4 << 20;

/// Lists of files, and what they hold.
const FILES: [(&str, &str); 6] = [
    ("photos", "photo"),
    ("videos", "video"),
    ("audio_files", "audio message"),
    ("gifs", "GIF"),
    ("files", ""),
    ("media", ""),
];

/// What a message comes to.
pub(super) enum Outcome {
    /// A message.
    Entry(Box<Entry>),
    /// None, and why.
    Skip(&'static str),
}

/// A message as it stands in the file, in either of the two sets of names.
struct Fields<'a> {
    value: &'a Value,
    /// Encrypted chats come in proper text.
    is_encrypted: bool,
}

impl Fields<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.value.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, value: Option<&Value>) -> Option<String> {
        let text = value?.as_str()?;
        Some(if self.is_encrypted { text.to_owned() } else { repaired(text) })
    }

    fn is(&self, names: [&str; 2]) -> bool {
        names.iter().any(|name| self.get(name).and_then(Value::as_bool) == Some(true))
    }

    fn at(&self) -> Option<Moment> {
        let value = self.get("timestamp_ms").or_else(|| self.get("timestamp"))?;
        let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
        // The first archives counted seconds.
        let millis = if number.abs() < 100_000_000_000 { number.checked_mul(1000)? } else { number };
        Timestamp::from_millisecond(millis).ok().map(Moment::Utc)
    }
}

/// Reads a message.
pub(super) fn read(value: &Value, line: u32) -> Outcome {
    if !value.is_object() {
        return Outcome::Skip("something that is no message");
    }
    let fields = Fields { value, is_encrypted: value.get("senderName").is_some() };
    let kind = fields.get("type").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    if matches!(kind.as_str(), "subscribe" | "unsubscribe") {
        return Outcome::Skip("service line: somebody joined or left");
    }
    let Some(at) = fields.at() else { return Outcome::Skip("a message without a date") };
    let name = fields.text(fields.get("sender_name").or_else(|| fields.get("senderName")));
    let sender = match name.filter(|name| !name.trim().is_empty()) {
        Some(name) => Sender::named(&name),
        None => Sender { key: "unknown".to_owned(), name: None },
    };
    let text = fields.text(fields.get("content").or_else(|| fields.get("text"))).unwrap_or_default();
    let mut entry = Entry::text(sender, at, text, line);
    entry.form = match call(&fields, &kind) {
        Form::Text => called(&entry),
        call @ Form::Call { .. } => call,
    };
    if entry.form != Form::Text {
        // The app's words for the call, in the language of whoever exported it.
        entry.text.clear();
    }
    attachments(&fields, &mut entry);
    share(&fields, &kind, &mut entry);
    if fields.is(["is_unsent", "isUnsent"]) {
        entry.revision = Revision::Deleted;
    }
    described(&fields, &kind, &mut entry);
    if is_placeholder(&entry) {
        entry.text.clear();
    }
    Outcome::Entry(Box::new(entry))
}

/// A call has a duration, is said to be missed, or goes by its type.
fn call(fields: &Fields<'_>, kind: &str) -> Form {
    let duration = fields.get("call_duration").or_else(|| fields.get("callDuration"));
    let missed = fields.get("missed").and_then(Value::as_bool);
    let is_call = kind == "call" || kind.ends_with("_call") || duration.is_some() || missed.is_some();
    if !is_call {
        return Form::Text;
    }
    let seconds = duration.and_then(Value::as_u64).filter(|seconds| *seconds > 0);
    let seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok()).filter(|_| missed != Some(true));
    // A call that lasted no time was not taken.
    let is_missed = missed == Some(true) || (seconds.is_none() && duration.is_some());
    Form::Call { seconds, outcome: is_missed.then(|| "missed".to_owned()) }
}

/// Instagram writes of some calls nothing but a sentence. Only the English one is known.
fn called(entry: &Entry) -> Form {
    let text = entry.text.trim_end_matches('.');
    let name = entry.sender.name.as_deref().unwrap_or_default();
    let rest = text.strip_prefix("You").or_else(|| text.strip_prefix(name)).unwrap_or_default();
    let (outcome, what) =
        match (rest.strip_prefix(" started "), rest.strip_prefix(" missed "), text.strip_suffix(" ended")) {
            (Some(what), _, _) => ("started", what),
            (_, Some(what), _) => ("missed", what),
            (_, _, Some(what)) => ("ended", what),
            _ => return Form::Text,
        };
    let what = ["a ", "an ", "your "].iter().find_map(|article| what.strip_prefix(article)).unwrap_or(what);
    let is_call =
        ["audio call", "video call", "video chat"].iter().any(|call| what.eq_ignore_ascii_case(call));
    if is_call { Form::Call { seconds: None, outcome: Some(outcome.to_owned()) } } else { Form::Text }
}

fn attachments(fields: &Fields<'_>, entry: &mut Entry) {
    for (name, what) in FILES {
        let files = fields.get(name).and_then(Value::as_array).into_iter().flatten();
        entry.attachments.extend(files.filter_map(|file| attachment(fields, file, what)));
    }
    let sticker = fields.get("sticker").and_then(|sticker| attachment(fields, sticker, "sticker"));
    entry.attachments.extend(sticker);
}

fn attachment(fields: &Fields<'_>, file: &Value, what: &str) -> Option<Attachment> {
    let path = fields.text(file.get("uri").or_else(|| file.get("path")).or(Some(file)))?;
    let what = if what.is_empty() { by_ending(&path) } else { what };
    let name = file_name(path.split('?').next().unwrap_or_default());
    // Not in the archive, but on a server of Meta's.
    let is_remote = path.contains("://");
    let bytes = if is_remote || path.is_empty() { Bytes::Missing } else { Bytes::Member(path) };
    Some(Attachment { file_name: name, media_type: None, what: what.to_owned(), bytes })
}

fn by_ending(path: &str) -> &'static str {
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "jpg" | "jpeg" | "png" | "webp" | "heic" => "photo",
        "gif" => "GIF",
        "mp4" | "mov" | "webm" | "3gp" => "video",
        "aac" | "m4a" | "mp3" | "ogg" | "opus" | "wav" => "audio message",
        _ => "",
    }
}

fn share(fields: &Fields<'_>, kind: &str, entry: &mut Entry) {
    let Some(share) = fields.get("share") else {
        let is_bare = kind == "share" && entry.text.is_empty() && entry.attachments.is_empty();
        entry.described.extend(is_bare.then(|| "something shared that is not in the export".to_owned()));
        return;
    };
    let part = |name: &str| fields.text(share.get(name)).filter(|text| !text.trim().is_empty());
    if let Some(link) = part("link").or_else(|| part("href")) {
        entry.place = link::place(&link);
        entry.described.push(format!("shared link: {link}"));
    }
    let text = part("share_text").filter(|text| *text != entry.text);
    entry.described.extend(text.map(|text| format!("shared text: {text}")));
    for (name, what) in [
        ("original_content_owner", "by"),
        ("profile_share_name", "profile"),
        ("profile_share_username", "profile"),
    ] {
        entry.described.extend(part(name).map(|text| format!("{what} {text}")));
    }
}

fn described(fields: &Fields<'_>, kind: &str, entry: &mut Entry) {
    for file in
        fields.get("photos").or_else(|| fields.get("videos")).and_then(Value::as_array).into_iter().flatten()
    {
        let remote = file.get("uri").and_then(Value::as_str).filter(|uri| uri.contains("://"));
        entry.described.extend(remote.map(|uri| format!("file at {uri}")));
    }
    if matches!(kind, "plan" | "payment" | "poll") {
        entry.described.push(kind.to_owned());
    }
    entry
        .described
        .extend(fields.text(fields.get("ip")).map(|address| format!("sent from the address {address}")));
    for reaction in fields.get("reactions").and_then(Value::as_array).into_iter().flatten() {
        let sign = fields.text(reaction.get("reaction")).unwrap_or_default();
        let actor = fields.text(reaction.get("actor")).unwrap_or_else(|| "unknown".to_owned());
        entry.described.push(format!("reaction of {actor}: {sign}"));
    }
}

/// What Facebook writes itself beside something that was shared.
fn is_placeholder(entry: &Entry) -> bool {
    let Some(rest) = entry.text.strip_suffix(" sent an attachment.") else { return false };
    let is_sender = rest == "You" || entry.sender.name.as_deref() == Some(rest);
    is_sender && (!entry.described.is_empty() || !entry.attachments.is_empty())
}
