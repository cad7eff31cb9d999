//! What a reader of a chat format is given, and where it puts what it finds.

use std::io::{self, BufRead};

use thiserror::Error;

use super::shape::{Entry, Format};

/// Bytes of a file by which its format is recognised.
pub const HEAD: usize = 64 * 1024;

/// The reader of one format.
#[derive(Clone, Copy)]
pub struct Importer {
    /// What it reads.
    pub format: Format,
    /// What it recognises, in words for a person.
    pub looked_for: &'static str,
    /// How many things in the beginning of a file are this format's: messages, or 1 for a frame that nothing else has.
    /// 0 is a file of something else. Where several formats know a file, the one that knows most of it reads it.
    pub recognise: fn(&Head<'_>) -> u32,
    /// Reads all files of an export that were recognised.
    pub read: fn(&mut dyn Parts, &mut dyn Sink) -> Result<(), Halt>,
}

/// The beginning of a file.
pub struct Head<'a> {
    /// What the file is called, folders included: a hint and no more.
    pub name: &'a str,
    /// Its first bytes, up to [`HEAD`], as text, without a byte order mark.
    pub text: &'a str,
    /// Whether that is all of it.
    pub is_whole: bool,
}

impl<'a> Head<'a> {
    /// Its lines; the last one may be cut.
    pub fn lines(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text.lines()
    }

    /// What it holds after blanks.
    #[must_use]
    pub fn trimmed(&self) -> &'a str {
        self.text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
    }
}

/// The files of an export that hold conversations, one after the other: all that were recognised, names in their
/// natural order (`messages2` before `messages10`).
pub trait Parts {
    /// The next file.
    ///
    /// # Errors
    /// [`Halt`] when it cannot be got at.
    fn next(&mut self) -> Result<Option<Part<'_>>, Halt>;
}

/// One file of an export.
pub struct Part<'a> {
    /// What it is called, folders included.
    pub name: &'a str,
    /// Its bytes as they are; [`super::text`] makes text of them.
    pub bytes: &'a mut dyn BufRead,
}

/// A conversation, as far as it is known when its first message comes.
#[derive(Clone, Copy, Default)]
pub struct Chat<'a> {
    /// Names it within the export: the chat's own id where there is one. The same file always gives the same key.
    pub key: &'a str,
    /// Its name as the exporter saw it.
    pub title: Option<&'a str>,
    /// What the platform calls the other side, the same in every export of the chat: an id, a number, an address. None
    /// where the file has only names.
    pub handle: Option<&'a str>,
    /// Whether the file begins with the newest message.
    pub newest_first: bool,
}

/// Takes what a reader finds, in the order of the file.
pub trait Sink {
    /// The number of a conversation, to name it by. The same key gives the same number; what was not known before is
    /// added. A conversation without messages stays in.
    fn chat(&mut self, chat: Chat<'_>) -> u32;

    /// Takes a message of a conversation.
    ///
    /// # Errors
    /// [`Halt::Stopped`] when no more is wanted: pass it on.
    fn entry(&mut self, chat: u32, entry: Entry) -> Result<(), Halt>;

    /// Notes that something of the file does not come in, or not whole. `line` is where it starts, from 1. The reason
    /// never quotes what people wrote, and says "message kept without ..." where the message itself came in.
    fn skip(&mut self, line: u32, reason: &str);

    /// Notes what was done to the file as a whole so that it could be read. No message text.
    fn note(&mut self, note: &str);
}

/// Why reading ended early. Never quotes what people wrote.
#[derive(Debug, Error)]
pub enum Halt {
    /// The file is broken here, or cut short; what came before was read.
    #[error("line {line}: {detail}")]
    Malformed {
        /// The line on which reading stopped, from 1.
        line: u32,
        /// What is wrong there and what to do about it.
        detail: String,
    },
    /// The sink wants no more.
    #[error("stopped")]
    Stopped,
    /// The bytes could not be read.
    #[error("the file could not be read: {0}")]
    Unreadable(#[from] io::Error),
}

impl Halt {
    /// Of a file that ends in the middle of something.
    #[must_use]
    pub fn cut_short(line: u32) -> Self {
        let detail = "the file ends here, in the middle: it was cut short; copy or export it again";
        Self::Malformed { line, detail: detail.to_owned() }
    }
}
