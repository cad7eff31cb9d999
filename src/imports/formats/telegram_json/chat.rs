//! A chat while its messages come in.

use std::collections::HashSet;

use super::super::reading::{Chat, Halt, Sink};
use super::super::shape::Entry;

/// Messages that wait for what the chat is called, where the file says that last.
const MOST_WAITING: usize = 2_000;
/// Likewise, bytes of the file that they took.
const MOST_WAITING_BYTES: usize = 4 << 20;
/// Bytes of a name or an id that are believed.
const LONGEST_NAME: usize = 4096;

/// Whether this is Telegram's word for a kind of chat.
pub(super) fn is_kind(word: &str) -> bool {
    let ends = ["personal_chat", "bot_chat", "_group", "_supergroup", "_channel"];
    ends.iter().any(|end| word.ends_with(end))
        || matches!(word, "saved_messages" | "replies" | "verification_codes")
}

/// What is known of a chat so far.
#[derive(Default)]
pub(super) struct Open {
    name: Option<String>,
    kind: Option<String>,
    id: Option<String>,
    /// Whether there was a list of messages.
    pub(super) has_list: bool,
    /// Whether this is an account, with chats in it.
    pub(super) is_account: bool,
    opened: Option<Opened>,
    waiting: Vec<Entry>,
    waiting_bytes: usize,
}

/// A chat that the sink knows.
struct Opened {
    key: String,
    number: u32,
    /// What goes before the ids of its messages: they are unique within the chat only.
    prefix: Option<String>,
}

impl Open {
    /// Takes a member that describes the chat; false if this is none.
    pub(super) fn describe(&mut self, name: &str, text: Option<String>) -> bool {
        let field = match name {
            "name" => &mut self.name,
            "type" => &mut self.kind,
            "id" => &mut self.id,
            _ => return false,
        };
        let text = text.filter(|text| text.len() <= LONGEST_NAME);
        *field = field.take().or(text);
        true
    }

    /// Gives a message on, or keeps it until it is known which chat this is.
    pub(super) fn give(&mut self, entry: Entry, size: usize, home: &mut Home<'_>) -> Result<(), Halt> {
        if self.opened.is_some() || (self.id.is_some() && self.kind.is_some()) {
            return self.pass(entry, home);
        }
        self.waiting.push(entry);
        self.waiting_bytes += size;
        if self.waiting.len() >= MOST_WAITING || self.waiting_bytes >= MOST_WAITING_BYTES {
            self.settle(home)?;
        }
        Ok(())
    }

    /// Tells the sink of the chat, and gives on what waited for that. What is known by now may be more than when the
    /// chat was opened.
    pub(super) fn settle(&mut self, home: &mut Home<'_>) -> Result<(), Halt> {
        self.open(home);
        for entry in std::mem::take(&mut self.waiting) {
            self.pass(entry, home)?;
        }
        if let Some(opened) = &self.opened {
            home.sink.chat(self.as_chat(&opened.key, self.handle().as_deref()));
        }
        Ok(())
    }

    fn pass(&mut self, mut entry: Entry, home: &mut Home<'_>) -> Result<(), Halt> {
        let opened = self.open(home);
        if let Some(chat) = &opened.prefix {
            let within = |id: String| if id.contains('/') { id } else { format!("{chat}/{id}") };
            entry.native_id = entry.native_id.map(within);
            entry.reply_to = entry.reply_to.map(within);
        }
        home.sink.entry(opened.number, entry)
    }

    fn open(&mut self, home: &mut Home<'_>) -> &Opened {
        let opened = match self.opened.take() {
            Some(opened) => opened,
            None => {
                let key = home.free_key(self.id.as_deref());
                let number = home.sink.chat(self.as_chat(&key, self.handle().as_deref()));
                Opened { key, number, prefix: self.prefix() }
            }
        };
        self.opened.insert(opened)
    }

    fn as_chat<'c>(&'c self, key: &'c str, handle: Option<&'c str>) -> Chat<'c> {
        let own_name = match self.kind.as_deref() {
            Some("saved_messages") => Some("Saved Messages"),
            Some("replies") => Some("Replies"),
            _ => None,
        };
        Chat { key, title: self.name.as_deref().or(own_name), handle, newest_first: false }
    }

    /// A chat between two has the id of the other one.
    fn handle(&self) -> Option<String> {
        let id = self.id.as_deref()?;
        Some(match self.kind.as_deref()? {
            "personal_chat" | "bot_chat" => format!("user{id}"),
            _ => format!("chat{id}"),
        })
    }

    /// An account counts the messages of all its chats between two together, but a group counts its own.
    fn prefix(&self) -> Option<String> {
        let is_group =
            self.kind.as_deref().is_some_and(|kind| kind.ends_with("group") || kind.ends_with("channel"));
        self.id.clone().filter(|_| is_group)
    }
}

/// Where the chats of an export go.
pub(super) struct Home<'s> {
    pub(super) sink: &'s mut dyn Sink,
    /// Chats so far.
    pub(super) chats: usize,
    /// The keys that are taken in this file.
    pub(super) keys: HashSet<String>,
}

impl Home<'_> {
    /// The chat's id, else its number in the export. Ids are only unique among chats of one type, so a second chat of
    /// the same id gets a suffix. A further export of the same chat in another file goes on with the same key.
    fn free_key(&mut self, id: Option<&str>) -> String {
        self.chats += 1;
        let mut key = id.map_or_else(|| format!("chat-{}", self.chats), str::to_owned);
        let number = self.keys.len() + 1;
        while !self.keys.insert(key.clone()) {
            // Ends: every round is longer than the one before.
            key = format!("{key}-{number}");
        }
        key
    }
}
