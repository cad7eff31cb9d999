//! `main.jsonl`, line by line: recipients and chats are learnt, messages go to the sink.

use std::collections::HashMap;

use serde_json::Value;

use super::super::reading::{Chat, Halt, Head, Sink};
use super::super::text::Line;
use super::item;
use super::people::{People, Recipient};
use super::values::text;

/// More chats than this are no account but an attempt to fill the memory.
const MOST: usize = 100_000;

/// How many lines of a file's beginning are frames of the export.
pub(super) fn recognise(head: &Head<'_>) -> u32 {
    let frames = head.lines().filter(|line| is_frame(line.trim())).count();
    u32::try_from(frames).unwrap_or(u32::MAX)
}

fn is_frame(line: &str) -> bool {
    // A line that goes on beyond the head tells by how it begins.
    if line.starts_with("{\"chatItem\":{\"chatId\":") {
        return true;
    }
    let Ok(Value::Object(frame)) = serde_json::from_str(line) else { return false };
    let has = |name: &str, field: &str| frame.get(name).is_some_and(|inner| inner.get(field).is_some());
    (has("chatItem", "chatId") && (has("chatItem", "dateSent") || has("chatItem", "authorId")))
        || (has("chat", "recipientId") && has("chat", "id"))
        || (has("recipient", "id") && frame.len() == 1)
        || (frame.contains_key("backupTimeMs") && frame.contains_key("version"))
}

/// One file, as far as it was read.
pub(super) struct Archive {
    /// What tells the chats of a further file from those of the first: they are numbered from one in each.
    prefix: String,
    people: People,
    chats: HashMap<String, Known>,
}

/// A chat that messages refer to.
struct Known {
    peer: Recipient,
    number: u32,
}

impl Archive {
    /// At the beginning of a file, the how-manieth of the import.
    pub(super) fn new(number: u32) -> Self {
        let prefix = if number > 1 { format!("{number}/") } else { String::new() };
        Self { prefix, people: People::default(), chats: HashMap::new() }
    }

    /// Takes a line.
    pub(super) fn line(&mut self, line: Line<'_>, sink: &mut dyn Sink) -> Result<(), Halt> {
        if line.text.trim().is_empty() {
            return Ok(());
        }
        let number = line.number;
        if line.is_cut {
            sink.skip(number, "line that is too long to be a message");
            return Ok(());
        }
        let Ok(Value::Object(frame)) = serde_json::from_str(line.text) else {
            sink.skip(number, "line that is no whole JSON object: it was cut or changed");
            return Ok(());
        };
        if let Some(item) = frame.get("chatItem") {
            return self.item(item, number, sink);
        }
        let fault = if let Some(recipient) = frame.get("recipient") {
            (!self.people.add(recipient)).then_some("recipient without a number, or too many of them")
        } else if let Some(chat) = frame.get("chat") {
            (!self.chat(chat, sink)).then_some("chat without a number, or too many of them")
        } else if let Some(account) = frame.get("account") {
            self.people.account(account);
            None
        } else if frame.contains_key("backupTimeMs") {
            None
        } else if frame.contains_key("adHocCall") {
            Some("call over a link: the file does not say who took part")
        } else if ["stickerPack", "notificationProfile", "chatFolder"]
            .iter()
            .any(|name| frame.contains_key(*name))
        {
            Some("service line: a setting of the app")
        } else {
            Some("line of a kind that is not known")
        };
        if let Some(fault) = fault {
            sink.skip(number, fault);
        }
        Ok(())
    }

    /// Learns of a chat; false where it cannot be one.
    fn chat(&mut self, chat: &Value, sink: &mut dyn Sink) -> bool {
        let Some(id) = text(chat, "id").filter(|_| self.chats.len() < MOST) else { return false };
        let peer = text(chat, "recipientId").unwrap_or_default();
        let peer = self.people.get(&peer).cloned().unwrap_or_else(|| Recipient::unknown(&peer));
        self.add(id, peer, sink);
        true
    }

    fn add(&mut self, id: String, peer: Recipient, sink: &mut dyn Sink) {
        let key = format!("{}{id}", self.prefix);
        let (title, handle) = (peer.title.as_deref(), peer.handle.as_deref());
        let number = sink.chat(Chat { key: &key, title, handle, newest_first: false });
        self.chats.insert(id, Known { peer, number });
    }

    fn item(&mut self, value: &Value, line: u32, sink: &mut dyn Sink) -> Result<(), Halt> {
        let Some(id) = text(value, "chatId") else {
            sink.skip(line, "message that belongs to no chat");
            return Ok(());
        };
        if !self.chats.contains_key(&id) {
            if self.chats.len() >= MOST {
                sink.skip(line, "message of one chat too many");
                return Ok(());
            }
            // The line that introduced it is missing or broken.
            let peer = Recipient { key: format!("chat-{id}"), ..Recipient::unknown(&id) };
            self.add(id.clone(), peer, sink);
        }
        let Some(chat) = self.chats.get(&id) else { return Ok(()) };
        match item::read(value, &chat.peer, &self.people, line) {
            Ok(read) => {
                for loss in read.losses {
                    sink.skip(line, &loss);
                }
                sink.entry(chat.number, read.entry)
            }
            Err(reason) => {
                sink.skip(line, &reason);
                Ok(())
            }
        }
    }
}
