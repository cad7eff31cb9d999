//! Puts into words what was sent besides text, where the entry has no field for it.

use serde_json::Value;
use serde_json::value::RawValue;

use super::super::shape::Place;
use super::message::{add_text, coordinates, user_key};
use super::raw::{Fields, Items};
use super::words;

/// What a message holds besides text, its place and its files; a line or more for each thing.
pub(super) fn description(fields: &Fields<'_>) -> Vec<String> {
    let mut lines: Vec<_> = no_place_on_earth(fields).into_iter().collect();
    lines.extend(contact(fields));
    lines.extend(poll(fields));
    lines.extend(list(fields));
    for (name, prefix) in [("game", "game_"), ("invoice", "")] {
        lines.extend(offer(fields, name, prefix));
    }
    if fields.says("giveaway_information") || fields.says("giveaway_results") {
        lines.push("giveaway".to_owned());
    }
    lines.extend(mentions(fields));
    lines.extend(buttons(fields));
    lines.extend(fields.text("author").map(|author| format!("signed: {author}")));
    lines
}

/// The numbers of a place that is none, as they stand in the file.
fn no_place_on_earth(fields: &Fields<'_>) -> Option<String> {
    let (lat, lon) = coordinates(fields)?;
    Place::at(lat, lon).is_none().then(|| format!("location as sent: {lat}, {lon}"))
}

fn contact(fields: &Fields<'_>) -> Option<String> {
    let contact = fields.object("contact_information")?;
    let (first, last) = (contact.text("first_name"), contact.text("last_name"));
    let name = words::joined([first.as_deref(), last.as_deref()], " ");
    Some(words::contact(name.as_deref(), contact.text("phone_number").as_deref()))
}

fn poll(fields: &Fields<'_>) -> Option<String> {
    let poll = fields.object("poll")?;
    let mut lines = vec![format!("poll: {}", spoken(&poll, "question"))];
    lines.extend(objects(poll.all("answers")).map(|answer| {
        let chosen = matches!(answer.value("chosen"), Ok(Some(Value::Bool(true))));
        words::answer(&spoken(&answer, "text"), answer.text("voters").as_deref(), chosen)
    }));
    Some(lines.join("\n"))
}

/// A list of things to do.
fn list(fields: &Fields<'_>) -> Option<String> {
    let list = fields.object("todo_list")?;
    let mut lines = vec![format!("list: {}", spoken(&list, "title"))];
    let things = list.all("answers").chain(list.all("items"));
    lines.extend(objects(things).map(|thing| words::answer(&spoken(&thing, "text"), None, false)));
    Some(lines.join("\n"))
}

/// A game or an invoice.
fn offer(fields: &Fields<'_>, name: &str, prefix: &str) -> Option<String> {
    let part = |of: &Fields<'_>, what: &str| of.text(&format!("{prefix}{what}"));
    let whole = |of: &Fields<'_>| {
        let parts = [part(of, "title"), part(of, "description"), part(of, "link"), part(of, "amount")];
        words::joined(parts.each_ref().map(Option::as_deref), ", ")
    };
    let told = if prefix.is_empty() { whole(&fields.object("invoice_information")?) } else { whole(fields) };
    told.map(|told| format!("{name}: {told}"))
}

/// Who is meant by a name that is no name of the platform.
fn mentions(fields: &Fields<'_>) -> Vec<String> {
    let pieces = fields.all("text").filter_map(|raw| Items::of(raw).ok()).flat_map(|items| items.0);
    let users = pieces.filter_map(Fields::of).filter_map(|piece| piece.text("user_id"));
    users.map(|user| format!("mentions {}", user_key(&user))).collect()
}

/// The buttons that a bot puts under a message.
fn buttons(fields: &Fields<'_>) -> Vec<String> {
    let rows = fields.all("inline_bot_buttons").filter_map(|raw| Items::of(raw).ok()).flat_map(|rows| rows.0);
    let told = |button: Fields<'_>| {
        words::button(&button.text("text").unwrap_or_default(), button.text("data").as_deref())
    };
    objects(rows).map(told).collect()
}

/// A text of several pieces. What cannot be read of it leaves the rest.
fn spoken(fields: &Fields<'_>, name: &str) -> String {
    let mut spoken = String::new();
    if let Ok(Some(value)) = fields.value(name) {
        let _ = add_text(&value, &mut spoken);
    }
    spoken
}

/// The objects in these arrays.
fn objects<'a>(arrays: impl Iterator<Item = &'a RawValue>) -> impl Iterator<Item = Fields<'a>> {
    arrays.filter_map(|raw| Items::of(raw).ok()).flat_map(|items| items.0).filter_map(Fields::of)
}
