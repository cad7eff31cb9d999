//! One conversation while its file is read: what it is called, and which way its messages run.

use serde_json::Value;

use super::super::order::Order;
use super::super::reading::{Chat, Halt, Sink};
use super::super::shape::{Entry, file_name};
use super::repaired;

/// The folders in which threads lie.
const BOXES: [&str; 6] =
    ["inbox", "archived_threads", "filtered_threads", "message_requests", "e2ee_cutover", "legacy_threads"];

/// A conversation.
pub(super) struct Thread {
    /// Where its file lies, if that says which thread it is.
    folder: Option<String>,
    /// What its file is called, or the folder it lies in: the last resort.
    file: String,
    path: Option<String>,
    title: Option<String>,
    members: Vec<String>,
    order: Order<()>,
    chat: Option<u32>,
}

impl Thread {
    /// Of a file that was not read yet.
    pub(super) fn new(name: &str) -> Self {
        let file = fallback(name);
        let (path, title, members) = (None, None, Vec::new());
        Self { folder: thread_of(name), file, path, title, members, order: Order::new(true), chat: None }
    }

    /// Takes a member of the thread's object.
    pub(super) fn learn(&mut self, name: &str, value: &Value) {
        match (name, value) {
            ("title", Value::String(text)) => {
                self.title = Some(repaired(text)).filter(|title| !title.trim().is_empty());
            }
            ("thread_path", Value::String(text)) => {
                self.path = Some(repaired(text)).filter(|path| !path.is_empty());
            }
            ("threadName", Value::String(text)) => {
                // Only encrypted chats have this name, and they begin with the oldest message.
                self.order.presume(false);
                self.path.get_or_insert_with(|| text.clone());
                // Facebook numbers the files, and calls the thread after its file.
                let bare =
                    text.rsplit_once('_').filter(|(_, end)| end.bytes().all(|byte| byte.is_ascii_digit()));
                self.title = Some(bare.map_or(text.as_str(), |(bare, _)| bare).to_owned());
            }
            ("participants", Value::Array(members)) => {
                self.members = members.iter().filter_map(member).take(16).collect();
            }
            _ => {}
        }
    }

    /// Takes a message.
    pub(super) fn entry(&mut self, entry: Entry, sink: &mut dyn Sink) -> Result<(), Halt> {
        let ready = self.order.add((), entry);
        if ready.is_empty() { Ok(()) } else { self.release(ready, sink) }
    }

    /// Hands over what waits, and what was learnt after the first message.
    pub(super) fn finish(&mut self, sink: &mut dyn Sink) -> Result<(), Halt> {
        let rest = self.order.rest();
        // The name of a thread comes after its messages. What is given as one stays: the members stand in for it only
        // once it is sure that there is none.
        if self.title.is_none() && !self.members.is_empty() {
            self.title = Some(self.members.join(", "));
        }
        let is_known = self.title.is_some() || self.path.is_some() || self.chat.is_some();
        if rest.is_empty() && !is_known {
            return Ok(());
        }
        self.chat = None;
        self.release(rest, sink)
    }

    fn release(&mut self, ready: Vec<((), Entry)>, sink: &mut dyn Sink) -> Result<(), Halt> {
        let chat = match self.chat {
            Some(chat) => chat,
            None => self.open(sink),
        };
        ready.into_iter().try_for_each(|((), entry)| sink.entry(chat, entry))
    }

    fn open(&mut self, sink: &mut dyn Sink) -> u32 {
        let title = self.title.clone();
        let (key, newest_first) = (self.key(), self.order.newest_first());
        let chat = sink.chat(Chat { key: &key, title: title.as_deref(), handle: None, newest_first });
        self.chat = Some(chat);
        chat
    }

    /// The same for all files of a thread. Its path comes after the messages and may not be known yet when it is
    /// needed, but the folders say the same. Never changes once a message was handed over.
    fn key(&mut self) -> String {
        let key = self.folder.clone().or_else(|| self.path.clone()).unwrap_or_else(|| self.file.clone());
        self.folder = Some(key.clone());
        key
    }
}

fn member(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => Some(name.clone()),
        other => other.get("name").and_then(Value::as_str).map(repaired),
    }
}

/// `inbox/lina_123` of `.../messages/inbox/lina_123/message_1.json`.
fn thread_of(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split(['/', '\\']).collect();
    let place = parts.iter().rposition(|part| BOXES.contains(part))?;
    // The last part is the file.
    let thread = parts.get(place + 1).filter(|_| place + 2 < parts.len())?;
    Some(format!("{}/{thread}", parts.get(place)?))
}

/// What tells one file's thread from another's where there is nothing better: the folder of files that are called
/// `message_1.json` everywhere, else the file's name.
fn fallback(name: &str) -> String {
    let file = file_name(name).unwrap_or_default();
    let stem = file.strip_suffix(".json").unwrap_or(&file);
    let numbered =
        stem.strip_prefix("message_").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let folder = name.rsplit(['/', '\\']).nth(1).filter(|folder| !folder.is_empty());
    match folder {
        Some(folder) if numbered => folder.to_owned(),
        _ if numbered || stem.is_empty() => "thread".to_owned(),
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_of_a_thread_have_one_key() {
        let key = |name: &str| Thread::new(name).key();
        let path = "your_facebook_activity/messages/inbox/lina_77/message_1.json";
        assert_eq!(key(path), "inbox/lina_77");
        assert_eq!(key(path), key(&path.replace("_1.json", "_12.json")));
        assert_ne!(key(path), key(&path.replace("inbox", "archived_threads")));
        assert_eq!(
            (key("lina_77/message_3.json"), key("message_3.json")),
            ("lina_77".into(), "thread".into())
        );
        assert_eq!((key("messages/Lina_2.json"), key("")), ("Lina_2".into(), "thread".into()));
        assert_eq!(key("messages/e2ee_cutover/Lina_2.json"), "Lina_2");
    }

    #[test]
    fn the_path_in_the_file_counts_only_where_the_folders_say_nothing() {
        let path = Value::from("inbox/lina_77");
        for (name, expected) in
            [("message_1.json", "inbox/lina_77"), ("inbox/omar_1/message_1.json", "inbox/omar_1")]
        {
            let mut thread = Thread::new(name);
            thread.learn("thread_path", &path);
            assert_eq!(thread.key(), expected);
        }
    }
}
