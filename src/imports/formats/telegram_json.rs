//! `result.json` of Telegram Desktop, "Machine-readable JSON".
//!
//! Either one chat (`{name,type,id,messages}`, all but the messages optional) or an account
//! (`{chats:{list:[chat]},left_chats:{list:[chat]}}`). Since mid-2022 every message has its time in UTC; files from
//! before have only the local time of the computer that exported them.
//!
//! `walk` finds the chats, `chat` keeps the one that is open, `repair` mends a message that is not JSON, `raw` takes
//! it apart, `message` reads it, and `describe` puts into words what it holds besides text.

mod chat;
mod describe;
pub(super) mod message;
mod raw;
mod repair;
mod walk;
pub(super) mod words;

use super::json::{Json, Kind};
use super::reading::{Halt, Head, Importer};
use super::shape::Format;

use self::raw::Fields;

/// Reads `result.json`.
pub const IMPORTER: Importer = Importer {
    format: Format::TelegramJson,
    looked_for: "Telegram Desktop JSON (result.json: an object with `messages`, or with `chats` and their `list`)",
    recognise,
    read: walk::read,
};

/// Counts the messages of a file's beginning. A frame that nothing else has counts as one.
fn recognise(head: &Head<'_>) -> u32 {
    let mut bytes = head.trimmed().as_bytes();
    let mut seen = Seen::default();
    // Where the head is cut there is nothing more to see.
    let _cut = seen.file(&mut Json::new(&mut bytes));
    seen.count()
}

/// What the beginning of a file holds.
#[derive(Default)]
struct Seen {
    messages: u32,
    frame: bool,
    /// Whether another program's `messages` were met.
    foreign: bool,
    /// Whether this is about the account that a whole export begins with.
    account: u32,
}

impl Seen {
    fn count(&self) -> u32 {
        let frame = self.frame || self.account > 1;
        if self.foreign && self.messages == 0 { 0 } else { self.messages.max(u32::from(frame)) }
    }

    fn file(&mut self, json: &mut Json<'_>) -> Result<(), Halt> {
        match json.peek()? {
            Some(Kind::Object) => self.object(json, true),
            Some(Kind::Array) => self.messages(json),
            _ => Ok(()),
        }
    }

    /// A chat, or the frame of an account.
    fn object(&mut self, json: &mut Json<'_>, top: bool) -> Result<(), Halt> {
        json.enter()?;
        let (mut known_kind, mut list) = (false, false);
        while let Some(name) = json.name()? {
            match (name.as_str(), json.peek()?) {
                ("messages", Some(Kind::Array)) => {
                    list = true;
                    self.frame |= known_kind;
                    self.messages(json)?;
                }
                ("chats" | "left_chats", Some(Kind::Object)) if top => self.chats(json)?,
                ("type", Some(Kind::Scalar)) => {
                    let kind = json.take()?.text.and_then(text);
                    known_kind = kind.is_some_and(|kind| chat::is_kind(&kind));
                    self.frame |= known_kind && list;
                }
                (name, _) => {
                    self.foreign |= name == "participants";
                    let about_account =
                        ["personal_information", "profile_pictures", "contacts", "frequent_contacts"];
                    self.account += u32::from(about_account.contains(&name));
                    json.skip()?;
                }
            }
        }
        Ok(())
    }

    fn chats(&mut self, json: &mut Json<'_>) -> Result<(), Halt> {
        json.enter()?;
        while let Some(name) = json.name()? {
            if name != "list" || json.peek()? != Some(Kind::Array) {
                json.skip()?;
                continue;
            }
            self.frame = true;
            json.enter()?;
            while json.item()? {
                match json.peek()? {
                    Some(Kind::Object) => self.object(json, false)?,
                    _ => json.skip()?,
                }
            }
        }
        Ok(())
    }

    fn messages(&mut self, json: &mut Json<'_>) -> Result<(), Halt> {
        json.enter()?;
        while json.item()? {
            let Some(raw) = json.take()?.text else { continue };
            let mended = walk::mend(raw);
            let message = mended.as_ref().map_or(raw, |mended| &mended.text);
            match serde_json::from_str(message) {
                Ok(fields) if is_message(&fields) => self.messages += 1,
                Ok(_) => self.foreign = true,
                Err(_) => {}
            }
        }
        Ok(())
    }
}

/// Whether an object is a message of Telegram's and not one of another program's.
fn is_message(fields: &Fields<'_>) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| fields.has(name));
    let kind = fields.text("type").unwrap_or_default();
    let dated = has(&["date", "date_unixtime"]);
    match kind.as_str() {
        "message" => dated && has(&["from", "from_id", "text"]),
        "service" => has(&["actor", "actor_id", "action"]),
        "unsupported" => fields.has("id"),
        _ => fields.has("date_unixtime") && has(&["from", "from_id"]),
    }
}

/// The text of a part that is a string or a number.
fn text(raw: &str) -> Option<String> {
    serde_json::from_str(raw).ok().and_then(|value| raw::text_of(&value))
}

#[cfg(test)]
mod tests;
