//! Puts into words what was sent instead of words.

use serde_json::Value;
use serde_json::value::RawValue;

use super::message::{FILES, add_text, coordinates, file_name, word};
use super::raw::{Fields, Items};
use crate::imports::shape::{Form, Point};

/// What a message holds besides typed text, a line or more for each thing. What the entry holds elsewhere too
/// (its point and its files) is only described where the sender typed nothing, so that no body stays empty.
pub(super) fn description(
    fields: &Fields<'_>,
    form: &Form,
    point: Option<&Point>,
    untyped: bool,
) -> Vec<String> {
    let mut lines = Vec::new();
    if let Form::Call { seconds, outcome } = form {
        lines.push(call(*seconds, outcome.as_deref()));
    }
    if untyped || point.is_none() {
        lines.extend(place(fields));
    }
    lines.extend(contact(fields));
    lines.extend(poll(fields));
    if let Some(emoji) = fields.text("sticker_emoji") {
        lines.push(format!("sticker {emoji}"));
    } else if untyped && !fields.has("contact_information") {
        lines.extend(file(fields));
    }
    lines.extend(buttons(fields));
    lines
}

fn call(seconds: Option<u32>, outcome: Option<&str>) -> String {
    match (seconds, outcome) {
        (Some(seconds), _) => format!("call, {seconds} s"),
        (None, Some("missed")) => "missed call".to_owned(),
        (None, Some("busy")) => "call, not taken: busy".to_owned(),
        (None, Some(outcome)) => format!("call, no duration: {outcome}"),
        (None, None) => "call, no duration".to_owned(),
    }
}

fn place(fields: &Fields<'_>) -> Option<String> {
    let live = if fields.has("live_location_period_seconds") { "live location" } else { "location" };
    let numbers = coordinates(fields).map(|(lat, lon)| format!("{live} {lat:.5}, {lon:.5}"));
    let unknown = fields.has("location_information").then(|| format!("{live}, no coordinates"));
    joined([fields.text("place_name"), fields.text("address"), numbers.or(unknown)], ", ")
}

fn contact(fields: &Fields<'_>) -> Option<String> {
    let contact = fields.object("contact_information")?;
    let name = joined([contact.text("first_name"), contact.text("last_name")], " ");
    Some(format!("contact: {}", joined([name, contact.text("phone_number")], ", ").unwrap_or_default()))
}

fn poll(fields: &Fields<'_>) -> Option<String> {
    let poll = fields.object("poll")?;
    let words = |fields: &Fields<'_>, name: &str| {
        let mut words = String::new();
        if let Ok(Some(value)) = fields.value(name) {
            // What cannot be read of it leaves the rest.
            let _ = add_text(&value, &mut words);
        }
        words
    };
    let mut text = format!("poll: {}", words(&poll, "question"));
    for answer in objects(poll.all("answers")) {
        let votes = answer.text("voters").map(|count| format!("votes: {count}"));
        let chosen = matches!(answer.value("chosen"), Ok(Some(Value::Bool(true))))
            .then(|| "chosen by the exporter".to_owned());
        let facts: Vec<_> = votes.into_iter().chain(chosen).collect();
        text.extend(["\n- ", &words(&answer, "text")]);
        if !facts.is_empty() {
            text.extend([" (", &facts.join(", "), ")"]);
        }
    }
    Some(text)
}

fn file(fields: &Fields<'_>) -> Option<String> {
    let (field, path) = FILES.into_iter().find_map(|field| Some((field, fields.text(field)?)))?;
    let media = fields.text("media_type");
    let kind = match (media.as_deref(), field) {
        (Some("video_file"), _) => "video".to_owned(),
        (Some("audio_file"), _) => "audio".to_owned(),
        (Some(_), _) => word(media).map_or_else(|| "file".to_owned(), |media| media.replace('_', " ")),
        (None, "photo") => "photo".to_owned(),
        (None, "contact_vcard") => "contact card".to_owned(),
        (None, _) => "file".to_owned(),
    };
    let song = joined([fields.text("performer"), fields.text("title")], " - ");
    let name = song.or_else(|| fields.text("file_name"));
    let name = name.or_else(|| file_name(&path).filter(|_| kind == "file"));
    let length = fields.count("duration_seconds").map(|seconds| format!("{seconds} s"));
    joined([joined([Some(kind), name], " "), length], ", ")
}

/// The parts that are there, as one text; none if none is.
fn joined<const N: usize>(parts: [Option<String>; N], by: &str) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(by))
}

/// The buttons that a bot puts under a message: their words, and the links behind them.
fn buttons(fields: &Fields<'_>) -> Vec<String> {
    let rows = fields.all("inline_bot_buttons").filter_map(|raw| Items::of(raw).ok()).flat_map(|rows| rows.0);
    objects(rows)
        .map(|button| {
            let link = button.text("data").filter(|data| data.starts_with("http"));
            let link = link.map(|link| format!(" ({link})")).unwrap_or_default();
            format!("button: {}{link}", button.text("text").unwrap_or_default())
        })
        .collect()
}

/// The objects in these arrays.
fn objects<'a>(arrays: impl Iterator<Item = &'a RawValue>) -> impl Iterator<Item = Fields<'a>> {
    arrays.filter_map(|raw| Items::of(raw).ok()).flat_map(|items| items.0).filter_map(Fields::of)
}
