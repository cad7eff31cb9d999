//! Signal.
//!
//! Its own export is a folder with `main.jsonl`, the frames of a backup as plain JSON, one a line, and `files` with what
//! was attached: `archive` goes through the lines, `people` knows who is who, `item` reads one message and `contents`
//! what it holds, `media` finds its files. Before there was such an export, community tools wrote the text that `plain`
//! reads, whose words `wording` takes apart.
//!
//! A dump of the database of Signal Desktop (`CREATE TABLE messages`) is read by nobody here: no menu of the app makes
//! one, and whoever can make one can use the app's export.

mod archive;
mod contents;
mod item;
mod media;
mod people;
mod plain;
mod values;
mod wording;

use self::archive::Archive;
use self::plain::Plain;
use super::reading::{Halt, Head, Importer, Parts, Sink};
use super::shape::Format;
use super::text::{Line, Lines};

/// Reads Signal's export and the text of signal-export.
pub const IMPORTER: Importer = Importer {
    format: Format::Signal,
    looked_for: "Signal export (main.jsonl: a JSON object a line, such as `chatItem`), or text with lines like \
                 `[2026-01-31 18:05:00] Name: text`",
    recognise,
    read,
};

fn recognise(head: &Head<'_>) -> u32 {
    if head.trimmed().starts_with('{') { archive::recognise(head) } else { plain::recognise(head) }
}

fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    let mut archives = 0;
    while let Some(part) = parts.next()? {
        let name = part.name;
        let mut lines = Lines::new(part.bytes)?;
        let mut reader: Option<Reader> = None;
        while let Some(line) = lines.next()? {
            if reader.is_none() && line.text.trim().is_empty() {
                continue;
            }
            reader.get_or_insert_with(|| Reader::of(line.text, name, &mut archives)).line(line, sink)?;
        }
        if let Some(Reader::Plain(plain)) = &mut reader {
            plain.end(sink)?;
        }
        if let Some(note) = lines.note() {
            sink.note(&note);
        }
    }
    Ok(())
}

/// What reads the lines of one file.
enum Reader {
    Archive(Box<Archive>),
    Plain(Plain),
}

impl Reader {
    fn of(first: &str, name: &str, archives: &mut u32) -> Self {
        if first.trim_start().starts_with('{') {
            *archives += 1;
            Self::Archive(Box::new(Archive::new(*archives)))
        } else {
            Self::Plain(Plain::new(name))
        }
    }

    fn line(&mut self, line: Line<'_>, sink: &mut dyn Sink) -> Result<(), Halt> {
        match self {
            Self::Archive(archive) => archive.line(line, sink),
            Self::Plain(plain) => plain.line(line, sink),
        }
    }
}

#[cfg(test)]
mod tests;
