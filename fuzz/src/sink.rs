//! Takes what a reader tells, and fails where a reader may not tell that.

use std::collections::HashMap;

use crate::formats::reading::{Chat, Halt, Sink};
use crate::formats::shape::{Attachment, Bytes, Entry};

/// Bytes of words that may come out of one byte of a file: a byte that is no text becomes three, a row of a table or a
/// tag becomes a phrase.
const WORDS_PER_BYTE: usize = 24;
/// Bytes of ids and names that may come with one message, besides what is in proportion to the file.
const NAMES_PER_ENTRY: usize = 24 << 10;
/// Bytes that may be told of a file of no bytes.
const FREE: usize = 4096;
/// Bytes of a reason or a note: they are a reader's words and not the file's.
const LONGEST_REASON: usize = 512;

/// What was first told of a conversation.
#[derive(PartialEq)]
pub struct Known {
    key: String,
    title: Option<String>,
    handle: Option<String>,
    newest_first: bool,
}

/// All that a reader told.
#[derive(Default)]
pub struct Checked {
    numbers: HashMap<String, usize>,
    /// Conversations by their numbers.
    pub chats: Vec<Known>,
    times_told: usize,
    /// Messages and their conversations.
    pub entries: Vec<(u32, Entry)>,
    /// What did not come in.
    pub skipped: Vec<(u32, String)>,
    /// What was said of files.
    pub notes: Vec<String>,
    /// After so many messages no more are wanted.
    most: Option<usize>,
    length: usize,
    words: usize,
    names: usize,
}

impl Checked {
    /// For files of so many bytes together.
    #[must_use]
    pub fn new(length: usize, most: Option<usize>) -> Self {
        Self { length, most, ..Self::default() }
    }

    fn has_stopped(&self) -> bool {
        self.most.is_some_and(|most| self.entries.len() >= most)
    }

    fn weigh(&mut self, entry: &Entry) {
        let bytes = |file: &Attachment| match &file.bytes {
            Bytes::Missing => 0,
            Bytes::Member(name) => name.len(),
            Bytes::Inline(bytes) => bytes.len(),
        };
        self.words += entry.body().len() + entry.attachments.iter().map(bytes).sum::<usize>();
        let of_files = entry.attachments.iter().flat_map(|file| [&file.file_name, &file.media_type]);
        let of_entry =
            [&entry.native_id, &entry.sender.name, &entry.reply_to, &entry.forwarded_from].into_iter();
        let names = of_entry.chain(of_files).flatten().map(String::len).sum::<usize>();
        self.names += names + entry.sender.key.len();
        let (length, entries) = (self.length, self.entries.len() + 1);
        assert!(
            self.words <= length * WORDS_PER_BYTE + FREE,
            "{} bytes of words out of {length}, in {entries} messages",
            self.words
        );
        assert!(
            self.names <= length * WORDS_PER_BYTE + entries * NAMES_PER_ENTRY + FREE,
            "{} bytes of names out of {length}, in {entries} messages",
            self.names
        );
    }
}

impl Sink for Checked {
    fn chat(&mut self, chat: Chat<'_>) -> u32 {
        self.times_told += 1;
        assert!(self.times_told <= self.length + FREE, "{} times a conversation", self.times_told);
        let number = *self.numbers.entry(chat.key.to_owned()).or_insert(self.chats.len());
        if number == self.chats.len() {
            let newest_first = chat.newest_first;
            self.chats.push(Known { key: chat.key.to_owned(), title: None, handle: None, newest_first });
        }
        let known = &mut self.chats[number];
        known.title = known.title.take().or_else(|| chat.title.map(str::to_owned));
        known.handle = known.handle.take().or_else(|| chat.handle.map(str::to_owned));
        u32::try_from(number).unwrap()
    }

    fn entry(&mut self, chat: u32, entry: Entry) -> Result<(), Halt> {
        assert!(!self.has_stopped(), "a message after the sink wanted no more");
        assert!((chat as usize) < self.chats.len(), "a message of a conversation that was not told");
        assert!(!entry.body().trim().is_empty(), "a message without a body");
        assert!(!entry.sender.key.is_empty(), "a sender without a key");
        assert!(entry.line > 0, "a message on line 0");
        if let Some((lat, lon)) = entry.place.as_ref().and_then(|place| place.point) {
            assert!((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon), "a place not on earth");
        }
        for file in &entry.attachments {
            let is_path = file.file_name.as_ref().is_some_and(|name| name.contains('/'));
            assert!(!is_path, "a file name with folders");
        }
        self.weigh(&entry);
        self.entries.push((chat, entry));
        if self.has_stopped() { Err(Halt::Stopped) } else { Ok(()) }
    }

    fn skip(&mut self, line: u32, reason: &str) {
        assert!(line > 0, "skipped on line 0: {reason}");
        assert!(!reason.is_empty() && reason.len() <= LONGEST_REASON, "{} bytes of reason", reason.len());
        self.skipped.push((line, reason.to_owned()));
        assert!(self.skipped.len() <= self.length + FREE, "{} skips: {reason}", self.skipped.len());
    }

    fn note(&mut self, note: &str) {
        assert!(!note.is_empty() && note.len() <= LONGEST_REASON, "{} bytes of note", note.len());
        self.notes.push(note.to_owned());
        assert!(self.notes.len() <= self.length + FREE, "{} notes: {note}", self.notes.len());
    }
}
