//! One message, call or notice of a chat.

use jiff::Timestamp;
use serde_json::Value;

use super::super::shape::{Entry, Form, Moment, Revision, Sender};
use super::contents::Contents;
use super::people::{OWNER, People, Recipient};
use super::values::{items, number, text, word};

/// A message, and what of it could not be taken over.
pub(super) struct Read {
    pub(super) entry: Entry,
    /// Each in words, without anything of the message.
    pub(super) losses: Vec<String>,
}

/// Reads one. The error is the reason why there is none, in words, without anything of the message.
pub(super) fn read(item: &Value, peer: &Recipient, people: &People, line: u32) -> Result<Read, String> {
    if let Some(update) = item.get("updateMessage") {
        return call(item, update, peer, people, line);
    }
    let last = sent(item).ok_or("message without a usable date")?;
    // What was changed carries the time of the change; its first version, the time at which it was sent.
    let first = items(item, "revisions").filter_map(sent).chain([last]).min().unwrap_or(last);
    let mut losses = Vec::new();
    let sender = sender(item, peer, people, &mut losses);
    let mut contents = Contents::of(item, people);
    losses.append(&mut contents.losses);
    contents.add_earlier(item, people);

    let native_id = Some(native_id(peer, &sender.key, first));
    let mut entry = Entry::text(sender, moment(first)?, contents.text, line);
    entry.native_id = native_id;
    entry.described = contents.described;
    entry.attachments = contents.attachments;
    entry.reply_to =
        contents.answers.map(|(author, at)| self::native_id(peer, &people.sender(&author).key, at));
    entry.revision = if contents.deleted {
        Revision::Deleted
    } else if items(item, "revisions").next().is_some() {
        Revision::Edited { at: (last > first).then(|| moment(last).ok()).flatten() }
    } else {
        Revision::Original
    };
    Ok(Read { entry, losses })
}

/// When it was sent, in milliseconds; a message that was received has the time of its arrival too.
fn sent(item: &Value) -> Option<i64> {
    let received = || {
        let directions = ["incoming", "outgoing"].into_iter().filter_map(|direction| item.get(direction));
        directions.filter_map(|details| number(details, "dateReceived")).next()
    };
    number(item, "dateSent").or_else(received).filter(|ms| Timestamp::from_millisecond(*ms).is_ok())
}

fn moment(ms: i64) -> Result<Moment, String> {
    Timestamp::from_millisecond(ms).map(Moment::Utc).map_err(|_| "message without a usable date".to_owned())
}

/// Signal knows a message by its author and the millisecond; a forward to several chats may share both.
fn native_id(peer: &Recipient, author: &str, ms: i64) -> String {
    format!("{}/{author}/{ms}", peer.key)
}

/// Who wrote. What went out is the account's own, whatever number stands there.
fn sender(item: &Value, peer: &Recipient, people: &People, losses: &mut Vec<String>) -> Sender {
    if item.get("outgoing").is_some_and(|details| !details.is_null()) {
        return people.owner();
    }
    match text(item, "authorId") {
        Some(author) => people.sender(&author),
        None if peer.is_person && peer.key != OWNER => peer.sender(),
        None => {
            losses.push("message kept without its sender: the file does not say who wrote it".to_owned());
            Sender { key: "unknown".to_owned(), name: None }
        }
    }
}

/// A call; every other notice is a line of service.
fn call(item: &Value, update: &Value, peer: &Recipient, people: &People, line: u32) -> Result<Read, String> {
    let (details, is_group) = match (update.get("individualCall"), update.get("groupCall")) {
        (Some(call), _) => (call, false),
        (None, Some(call)) => (call, true),
        (None, None) => return Err(format!("service line: {}", notice(update))),
    };
    let started = number(details, "startedCallTimestamp");
    let at = sent(item).or(started).ok_or("call without a usable date")?;
    let mut losses = Vec::new();
    let caller =
        ["ringerRecipientId", "startedCallRecipientId"].into_iter().find_map(|name| text(details, name));
    let direction = details.get("direction").and_then(Value::as_str);
    let state = details.get("state").and_then(Value::as_str).unwrap_or_default();
    let sender = match (caller, direction) {
        (Some(caller), _) => people.sender(&caller),
        (None, Some("OUTGOING")) => people.owner(),
        (None, Some("INCOMING")) if peer.is_person => peer.sender(),
        (None, _) if state == "OUTGOING_RING" => people.owner(),
        (None, _) => sender(item, peer, people, &mut losses),
    };
    let native_id = format!("{}/call", native_id(peer, &sender.key, at));
    let mut entry = Entry::text(sender, moment(at)?, "", line);
    entry.native_id = Some(native_id);
    let ended = number(details, "endedCallTimestamp");
    let seconds = started.zip(ended).and_then(|(from, to)| u32::try_from(to.checked_sub(from)? / 1000).ok());
    entry.form = Form::Call { seconds, outcome: outcome(state) };
    if is_group {
        entry.described.push("group call".to_owned());
    } else if details.get("type").and_then(Value::as_str) == Some("VIDEO_CALL") {
        entry.described.push("video call".to_owned());
    }
    Ok(Read { entry, losses })
}

/// How a call ended. One that was kept away by a setting of the phone was missed like any other.
fn outcome(state: &str) -> Option<String> {
    match state {
        "MISSED" | "MISSED_NOTIFICATION_PROFILE" => Some("missed".to_owned()),
        "UNKNOWN_STATE" | "GENERIC" => None,
        _ => word(state),
    }
}

/// What a notice is about, in the app's own words.
fn notice(update: &Value) -> String {
    let simple = update.get("simpleUpdate").and_then(|simple| word(simple.get("type")?.as_str()?));
    let name = || word(update.as_object()?.keys().next()?);
    simple.or_else(name).unwrap_or_else(|| "notice without content".to_owned())
}
