//! `result.json` of Telegram Desktop, "Machine-readable JSON".
//!
//! Either one chat (`{name,type,id,messages}`, all but the messages optional) or an account
//! (`{chats:{list:[chat]},left_chats:{list:[chat]}}`). Since mid-2022 every message has its time in UTC;
//! files from before have only the local time of the computer that exported them.
//!
//! `repair` mends what is not JSON, `raw` takes it apart, `message` reads one message, `describe` puts into
//! words what it holds besides text.

mod describe;
mod message;
mod raw;
mod repair;

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::value::RawValue;

use self::raw::{Fields, Items, Lines, MOST_PARTS};
use super::shape::{Conversation, DateOrder, Export, Format, ParseError, Skipped};

/// What [`parse`] recognises, in words for a person.
pub const LOOKED_FOR: &str =
    "Telegram Desktop JSON (result.json: an object with `messages`, or with `chats` and their `list`)";

/// Reads the bytes of a `result.json`.
///
/// # Errors
///
/// [`ParseError::NotThisFormat`] for anything that is no such file, [`ParseError::Malformed`] for one that is
/// cut short or broken beyond the repairs known here.
pub fn parse(bytes: &[u8]) -> Result<Export, ParseError> {
    let mut notes = Vec::new();
    let decoded = decode(bytes, &mut notes);
    let text = decoded.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with('{') {
        return Err(not_this_format());
    }
    let text = mend(text, &mut notes);
    let top: Fields<'_> = serde_json::from_str(&text).map_err(|error| broken(&text, &error))?;
    if !is_telegram(&top) {
        return Err(not_this_format());
    }
    let mut reader = Reader::new(&text);
    reader.file(&top)?;
    Ok(Export {
        format: Format::TelegramJson,
        conversations: reader.conversations,
        skipped: reader.skipped,
        date_order: DateOrder::Ymd,
        notes,
    })
}

fn not_this_format() -> ParseError {
    ParseError::NotThisFormat { looked_for: LOOKED_FOR.to_owned() }
}

/// The bytes as text; what is no UTF-8 is replaced, so that one bad byte does not cost the file.
fn decode<'a>(bytes: &'a [u8], notes: &mut Vec<String>) -> Cow<'a, str> {
    let bad = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    if bad > 0 {
        notes.push(format!("{bad} x bytes that are not UTF-8 replaced"));
    }
    String::from_utf8_lossy(bytes)
}

/// The text as it is where it is sound JSON, else mended as far as the known faults of the exporter go.
fn mend<'a>(text: &'a str, notes: &mut Vec<String>) -> Cow<'a, str> {
    // Half of a character passes for sound until its string is read; Telegram itself escapes none.
    let halves = text.contains("\\ud") || text.contains("\\uD");
    if !halves && serde_json::from_str::<&RawValue>(text).is_ok() {
        return Cow::Borrowed(text);
    }
    let repaired = repair::repair(text);
    notes.extend(repaired.notes());
    Cow::Owned(repaired.text)
}

/// The error for a text that is no JSON even after repair.
fn broken(text: &str, error: &serde_json::Error) -> ParseError {
    // Another messenger's export has `messages` too, under a participant's name and in milliseconds.
    let other =
        ["\"sender_name\"", "\"senderName\"", "\"timestamp_ms\""].iter().any(|name| text.contains(name));
    let chats = text.contains("\"chats\"") || text.contains("\"left_chats\"");
    if !chats && (other || !text.contains("\"messages\"")) {
        return not_this_format();
    }
    let detail = if error.is_eof() {
        "the file ends here, in the middle of the JSON: it was cut short; copy or export it again".to_owned()
    } else {
        // The parser's words for a fault of syntax are fixed ones; only its words for data quote the data.
        let words =
            if error.is_syntax() { error.to_string() } else { format!("more than {MOST_PARTS} parts") };
        let words = words.split(" at line ").next().unwrap_or_default();
        format!("this is not valid JSON (column {}: {words}); export the chat again", error.column())
    };
    ParseError::Malformed { line: u32::try_from(error.line()).unwrap_or(u32::MAX).max(1), detail }
}

/// Whether this is Telegram's and not one of the other programs' objects with `messages`.
fn is_telegram(top: &Fields<'_>) -> bool {
    let is_array = |raw: &RawValue| raw.get().starts_with('[');
    let mut lists = ["chats", "left_chats"].into_iter().filter_map(|name| top.object(name));
    if lists.any(|chats| chats.all("list").any(is_array)) {
        return true;
    }
    let mut arrays = top.all("messages").filter(|raw| is_array(raw)).peekable();
    if arrays.peek().is_none() || top.has("participants") {
        return false;
    }
    let messages: Vec<_> = arrays.filter_map(|raw| Items::of(raw).ok()).flat_map(|items| items.0).collect();
    if messages.is_empty() {
        return top.has("type") || top.has("id") || top.has("name");
    }
    let chat = top.text("type").unwrap_or_default();
    if ["_chat", "group", "_channel", "saved_messages", "replies"].iter().any(|end| chat.ends_with(end)) {
        return true;
    }
    messages.into_iter().take(100).filter_map(Fields::of).any(|message| {
        let kind = message.text("type").unwrap_or_default();
        let known_kind = matches!(kind.as_str(), "message" | "service" | "unsupported");
        known_kind || message.has("date_unixtime") || message.has("from_id")
    })
}

/// Walks the chats of a file in its order.
struct Reader<'a> {
    lines: Lines<'a>,
    parts: usize,
    keys: HashSet<String>,
    conversations: Vec<Conversation>,
    skipped: Vec<Skipped>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            lines: Lines::new(text),
            parts: 0,
            keys: HashSet::new(),
            conversations: Vec::new(),
            skipped: Vec::new(),
        }
    }

    fn skip(&mut self, line: u32, reason: impl Into<String>) {
        self.skipped.push(Skipped { line, reason: reason.into() });
    }

    fn file(&mut self, top: &Fields<'_>) -> Result<(), ParseError> {
        for chats in ["chats", "left_chats"].into_iter().flat_map(|name| top.all(name)) {
            let line = self.lines.of(chats);
            let Some(fields) = Fields::of(chats) else {
                self.skip(line, "list of chats that is no object");
                continue;
            };
            for list in fields.all("list") {
                for chat in self.items(list, "list of chats that is no array")? {
                    self.chat_of_list(chat)?;
                }
            }
        }
        if top.has("messages") {
            self.chat(top)?;
        }
        Ok(())
    }

    fn chat_of_list(&mut self, raw: &RawValue) -> Result<(), ParseError> {
        let line = self.lines.of(raw);
        match Fields::of(raw) {
            Some(chat) if chat.has("messages") => self.chat(&chat)?,
            Some(_) => self.skip(line, "chat without a list of messages"),
            None => self.skip(line, "chat that is no object"),
        }
        Ok(())
    }

    fn chat(&mut self, chat: &Fields<'_>) -> Result<(), ParseError> {
        let mut entries = Vec::new();
        let mut ordinal = 0;
        for list in chat.all("messages") {
            for raw in self.items(list, "list of messages that is no array")? {
                let line = self.lines.of(raw);
                match Fields::of(raw).map(|fields| message::read(&fields, ordinal, line)) {
                    Some(Ok(read)) => {
                        entries.push(read.entry);
                        read.losses.into_iter().for_each(|loss| self.skip(line, loss));
                    }
                    Some(Err(reason)) => self.skip(line, reason),
                    None => self.skip(line, "message that is no readable object"),
                }
                ordinal += 1;
            }
        }
        let title = chat.text("name").or_else(|| match chat.text("type")?.as_str() {
            "saved_messages" => Some("Saved Messages".to_owned()),
            "replies" => Some("Replies".to_owned()),
            _ => None,
        });
        let key = self.free_key(chat.text("id"));
        self.conversations.push(Conversation::new(key, title, entries));
        Ok(())
    }

    /// The chat's id, else its number in the file. Ids are only unique among chats of one type, so a second
    /// chat of the same id gets a suffix.
    fn free_key(&mut self, id: Option<String>) -> String {
        let number = self.conversations.len() + 1;
        let wanted = id.unwrap_or_else(|| format!("chat-{number}"));
        let mut key = wanted.clone();
        while !self.keys.insert(key.clone()) {
            // Ends: every round is longer than the one before.
            key = format!("{key}-{number}");
        }
        key
    }

    fn items<'r>(&mut self, raw: &'r RawValue, fault: &str) -> Result<Vec<&'r RawValue>, ParseError> {
        let line = self.lines.of(raw);
        if !raw.get().starts_with('[') {
            self.skip(line, fault);
            return Ok(Vec::new());
        }
        // The text is sound JSON by now, so an array that cannot be taken apart has too many parts.
        let items = Items::of(raw).map(|items| items.0).ok();
        self.parts += items.as_ref().map_or(MOST_PARTS, Vec::len);
        if let Some(items) = items.filter(|_| self.parts <= MOST_PARTS) {
            return Ok(items);
        }
        let detail = format!(
            "from here on there are more than {MOST_PARTS} messages; export fewer chats or a shorter time"
        );
        Err(ParseError::Malformed { line, detail })
    }
}

#[cfg(test)]
mod tests;
