//! A sink for the tests of readers: keeps everything.

use std::collections::VecDeque;
use std::io::BufReader;

use super::dates::DateOrder;
use super::reading::{Chat, Halt, Importer, Part, Parts, Sink};
use super::shape::Entry;

/// All that a reader told.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) chats: Vec<Gathering>,
    pub(crate) skipped: Vec<(u32, String)>,
    pub(crate) notes: Vec<String>,
    /// After so many messages no more are wanted.
    pub(crate) most: Option<usize>,
}

/// One conversation.
#[derive(Debug, PartialEq)]
pub(crate) struct Gathering {
    pub(crate) key: String,
    pub(crate) title: Option<String>,
    pub(crate) handle: Option<String>,
    pub(crate) newest_first: bool,
    pub(crate) entries: Vec<Entry>,
}

impl Gathered {
    /// The messages of the only conversation.
    pub(crate) fn only(&self) -> &[Entry] {
        assert_eq!(self.chats.len(), 1, "one conversation was expected");
        &self.chats[0].entries
    }

    /// The reasons for what did not come in.
    pub(crate) fn reasons(&self) -> Vec<&str> {
        self.skipped.iter().map(|(_, reason)| reason.as_str()).collect()
    }

    /// When the messages of the only conversation were sent, in an order of day and month.
    pub(crate) fn times(&self, order: DateOrder) -> Vec<String> {
        let shown =
            |entry: &Entry| entry.at.shown(order).map_or("none".to_owned(), |shown| shown.to_string());
        self.only().iter().map(shown).collect()
    }
}

impl Sink for Gathered {
    fn chat(&mut self, chat: Chat<'_>) -> u32 {
        let place = self.chats.iter().position(|known| known.key == chat.key).unwrap_or_else(|| {
            self.chats.push(Gathering {
                key: chat.key.to_owned(),
                title: None,
                handle: None,
                newest_first: chat.newest_first,
                entries: Vec::new(),
            });
            self.chats.len() - 1
        });
        let known = &mut self.chats[place];
        known.title = known.title.take().or_else(|| chat.title.map(str::to_owned));
        known.handle = known.handle.take().or_else(|| chat.handle.map(str::to_owned));
        u32::try_from(place).unwrap()
    }

    fn entry(&mut self, chat: u32, entry: Entry) -> Result<(), Halt> {
        assert!(!entry.body().is_empty());
        self.chats[chat as usize].entries.push(entry);
        let count: usize = self.chats.iter().map(|chat| chat.entries.len()).sum();
        if self.most.is_some_and(|most| count >= most) { Err(Halt::Stopped) } else { Ok(()) }
    }

    fn skip(&mut self, line: u32, reason: &str) {
        self.skipped.push((line, reason.to_owned()));
    }

    fn note(&mut self, note: &str) {
        self.notes.push(note.to_owned());
    }
}

struct Files<'a> {
    files: VecDeque<(&'a str, &'a [u8])>,
    open: Option<(&'a str, BufReader<&'a [u8]>)>,
}

impl Parts for Files<'_> {
    fn next(&mut self) -> Result<Option<Part<'_>>, Halt> {
        self.open = self.files.pop_front().map(|(name, bytes)| (name, BufReader::with_capacity(997, bytes)));
        Ok(self.open.as_mut().map(|(name, bytes)| Part { name, bytes }))
    }
}

/// Reads files with one reader, and gives what it told until it ended or halted.
pub(crate) fn read(importer: &Importer, files: &[(&str, &[u8])]) -> (Gathered, Result<(), Halt>) {
    let mut gathered = Gathered::default();
    let result =
        (importer.read)(&mut Files { files: files.iter().copied().collect(), open: None }, &mut gathered);
    (gathered, result)
}

/// Reads one file that must be read to its end.
pub(crate) fn whole(importer: &Importer, bytes: &[u8]) -> Gathered {
    let (gathered, result) = read(importer, &[("chat", bytes)]);
    result.unwrap();
    gathered
}

/// How many things of a file's beginning a reader knows.
pub(crate) fn recognised(importer: &Importer, name: &str, bytes: &[u8]) -> u32 {
    let head = &bytes[..bytes.len().min(super::reading::HEAD)];
    let text = super::text::head(head);
    (importer.recognise)(&super::reading::Head { name, text: &text, is_whole: head.len() == bytes.len() })
}

/// Cuts a file at every place: each cut must be recognised or not, and read or told, and never panic or loop.
pub(crate) fn cut_everywhere(importer: &Importer, bytes: &[u8]) {
    for at in 0..bytes.len() {
        let cut = &bytes[..at];
        recognised(importer, "chat", cut);
        let (gathered, result) = read(importer, &[("chat", cut)]);
        match result {
            Ok(()) | Err(Halt::Malformed { .. }) => drop(gathered),
            Err(other) => panic!("cut at {at}: {other}"),
        }
    }
}

/// Where the real exports are that readers are tried on; none on a machine without them, and then a line says so.
pub(crate) fn samples() -> Option<std::path::PathBuf> {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let found =
        here.ancestors().map(|folder| folder.join("shared/samples/chats")).find(|folder| folder.is_dir());
    if found.is_none() {
        #[expect(clippy::print_stdout, reason = "a test that does not run must say so")]
        {
            println!("skipped: there are no samples of chats on this machine");
        }
    }
    found
}
