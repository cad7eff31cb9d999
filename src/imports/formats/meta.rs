//! The JSON of Meta's "download your information", in which Facebook and Instagram hand out their conversations.
//!
//! A thread is a folder of files `message_1.json`, `message_2.json`..., the newest first, each with the newest message
//! first. Texts are bytes of UTF-8 written as if each byte were a character. Encrypted chats of Messenger come apart
//! from the others, a file each, under other names and as proper text.

use std::io::BufRead;

use super::json::{Json, Kind};
use super::reading::{Halt, Head, Parts, Sink};

use super::text::Decoded;

mod link;
mod message;
mod repair;
#[cfg(test)]
mod tests;
mod thread;

use message::Outcome;
pub(super) use repair::repaired;
use repair::with_whole_emoji;
use serde_json::Value;
use thread::Thread;

/// Whose export a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Platform {
    /// Messenger.
    Facebook,
    /// Instagram.
    Instagram,
}

/// What only files of Facebook hold.
const FACEBOOKS: [&str; 12] = [
    "your_facebook_activity",
    "your_activity_across_facebook",
    "e2ee_cutover",
    "stickers_used",
    "bumped_message_metadata",
    "\"senderName\"",
    "\"ip\"",
    "\"missed\"",
    "\"Facebook user\"",
    "l.facebook.com",
    "www.facebook.com",
    "pc=FACEBK",
];
/// What only files of Instagram hold.
const INSTAGRAMS: [&str; 5] = [
    "your_instagram_activity",
    "\"Instagram User\"",
    "\"Instagram user\"",
    "\"Liked a message\"",
    "www.instagram.com/",
];

/// How many messages of this platform a file begins with.
pub(super) fn recognise(head: &Head<'_>, platform: Platform) -> u32 {
    let found = messages(head);
    if found > 0 && told(head) == platform { found } else { 0 }
}

fn messages(head: &Head<'_>) -> u32 {
    let text = head.trimmed();
    if !text.starts_with(['{', '[']) {
        return 0;
    }
    let count = |name: &str| text.matches(name).count();
    let plain = count("\"sender_name\"").min(count("\"timestamp_ms\"").max(count("\"timestamp\"")));
    let encrypted = match count("\"isUnsent\"").max(count("\"threadName\"")) {
        0 => 0,
        _ => count("\"senderName\"").min(count("\"timestamp\"")),
    };
    // A thread of which everything was deleted, or one with more members than fit here.
    let frame = ["\"participants\"", "\"thread_path\"", "\"is_still_participant\""];
    let empty = usize::from(frame.iter().all(|name| count(name) > 0));
    u32::try_from(plain.max(encrypted).max(empty)).unwrap_or(u32::MAX)
}

/// Whose file this is. Both platforms write the same names: they are told apart by the folders that a file lies in or
/// names, by links to either, and by what only one of them has, whichever of the two there is more of. Where nothing
/// tells, it is Messenger, of which there is more. `is_geoblocked_for_viewer` and `joinable_mode` tell nothing: both
/// platforms write them.
fn told(head: &Head<'_>) -> Platform {
    // Links to either platform may be sent on both: they count once, and folders by the number of their files.
    let weight = |marks: &[&str]| -> usize {
        let count = |mark: &&str| {
            if mark.contains('_') {
                head.text.matches(*mark).count()
            } else {
                usize::from(head.text.contains(*mark))
            }
        };
        marks.iter().map(count).sum()
    };
    let (mut facebook, mut instagram) = (weight(&FACEBOOKS), weight(&INSTAGRAMS));
    let path = head.name.to_ascii_lowercase();
    // Where the file lies settles it.
    if path.contains("instagram") {
        instagram += head.text.len();
    }
    if path.contains("facebook") || path.contains("messenger") || path.contains("e2ee_cutover") {
        facebook += head.text.len();
    }
    if instagram > facebook { Platform::Instagram } else { Platform::Facebook }
}

/// Reads all files of an export.
pub(super) fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    while let Some(part) = parts.next()? {
        file(part.name, part.bytes, sink)?;
    }
    Ok(())
}

fn file(name: &str, bytes: &mut dyn BufRead, sink: &mut dyn Sink) -> Result<(), Halt> {
    let mut text = Decoded::new(bytes)?;
    let mut thread = Thread::new(name);
    let walked = walk(&mut Json::new(&mut text), &mut thread, sink);
    // Also where the file broke off: what was read before that is sound.
    thread.finish(sink)?;
    if let Some(note) = text.note() {
        sink.note(&note);
    }
    walked
}

fn walk(json: &mut Json<'_>, thread: &mut Thread, sink: &mut dyn Sink) -> Result<(), Halt> {
    match json.peek()? {
        None => {
            sink.skip(json.line(), "the file is empty");
            return Ok(());
        }
        Some(Kind::Object) => members(json, thread, sink)?,
        Some(Kind::Array) => all(json, thread, sink)?,
        Some(Kind::Scalar) => {
            let line = json.line();
            json.skip()?;
            sink.skip(line, "this is no conversation");
        }
    }
    if json.peek()?.is_some() {
        sink.skip(json.line(), "something follows after the end of the JSON and was not read");
    }
    Ok(())
}

/// The members of a thread's object, which may come in any order.
fn members(json: &mut Json<'_>, thread: &mut Thread, sink: &mut dyn Sink) -> Result<(), Halt> {
    json.enter()?;
    let mut has_messages = false;
    while let Some(name) = json.name()? {
        let is_array = json.peek()? == Some(Kind::Array);
        match name.as_str() {
            "messages" if is_array => {
                has_messages = true;
                all(json, thread, sink)?;
            }
            "messages" => {
                sink.skip(json.line(), "the messages are not a list and were not read");
                has_messages = true;
                json.skip()?;
            }
            "title" | "threadName" | "thread_path" | "participants" => {
                let line = json.line();
                match json.take()?.text.map(serde_json::from_str) {
                    Some(Ok(value)) => thread.learn(&name, &value),
                    _ => sink.skip(line, "what is said here of the conversation itself cannot be read"),
                }
            }
            _ => json.skip()?,
        }
    }
    if !has_messages {
        sink.skip(1, "there are no messages in this file");
    }
    Ok(())
}

fn all(json: &mut Json<'_>, thread: &mut Thread, sink: &mut dyn Sink) -> Result<(), Halt> {
    json.enter()?;
    while json.item()? {
        let raw = json.take()?;
        let line = raw.line;
        let value = match raw.text {
            Some(text) if text.len() <= message::LONGEST => value_of(text),
            Some(_) | None => {
                sink.skip(line, "a message that is too long to be one");
                continue;
            }
        };
        match value.map(|value| message::read(&value, line)) {
            Some(Outcome::Entry(entry)) => thread.entry(*entry, sink)?,
            Some(Outcome::Skip(reason)) => sink.skip(line, reason),
            None => sink.skip(line, "a message that is not valid JSON"),
        }
    }
    Ok(())
}

fn value_of(text: &str) -> Option<Value> {
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&with_whole_emoji(text))).ok()
}
