//! WeChat, which exports no text itself.
//!
//! Its messages come as a table that WeChatMsg and its successors write (`table`: which column is what; `record`: how
//! rows are split; `kinds`: what a message's type means; `contents` and `markup`: what it holds), or as text that
//! somebody copied out of the app into a file or a box (`pasted`, with its lines in `heading` and their dates in
//! `stamp`). `phrases` are the app's own words in both.

mod contents;
mod heading;
mod kinds;
mod markup;
mod pasted;
mod phrases;
mod record;
mod stamp;
mod table;

use self::pasted::Pasted;
use self::table::Table;
use super::reading::{Halt, Head, Importer, Parts, Sink};
use super::shape::{Format, file_name};
use super::text::{Line, Lines};

/// Reads tables of WeChatMsg and text that was copied out of WeChat.
pub const IMPORTER: Importer = Importer {
    format: Format::Wechat,
    looked_for: "WeChat (a CSV table of WeChatMsg, or copied text: a name with date and time on a line, the message \
                 below)",
    recognise,
    read,
};

fn recognise(head: &Head<'_>) -> u32 {
    match table::recognise(head) {
        0 => pasted::recognise(head),
        rows => rows,
    }
}

fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    while let Some(part) = parts.next()? {
        let name = named_after(part.name);
        let mut lines = Lines::new(part.bytes)?;
        let mut reader: Option<Reader> = None;
        while let Some(line) = lines.next()? {
            if reader.is_none() && line.text.trim().is_empty() {
                continue;
            }
            reader.get_or_insert_with(|| Reader::of(line, name.clone())).line(line, sink)?;
        }
        match &mut reader {
            Some(Reader::Table(table)) => table.end(sink)?,
            Some(Reader::Pasted(pasted)) => pasted.end(sink)?,
            None => {}
        }
        if let Some(note) = lines.note() {
            sink.note(&note);
        }
    }
    Ok(())
}

/// What a file is called without its ending: exporters name it after the chat.
fn named_after(path: &str) -> Option<String> {
    let file = file_name(path)?;
    let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem).trim();
    (!["", "chat", "messages", "message"].contains(&stem)).then(|| stem.to_owned())
}

/// What reads the lines of one file.
enum Reader {
    Table(Box<Table>),
    Pasted(Box<Pasted>),
}

impl Reader {
    fn of(first: Line<'_>, name: Option<String>) -> Self {
        match Table::new(first.text, name.clone()) {
            Some(table) => Self::Table(Box::new(table)),
            None => Self::Pasted(Box::new(Pasted::new(name))),
        }
    }

    fn line(&mut self, line: Line<'_>, sink: &mut dyn Sink) -> Result<(), Halt> {
        match self {
            Self::Table(table) => table.line(line, sink),
            Self::Pasted(pasted) => pasted.line(line, sink),
        }
    }
}

#[cfg(test)]
mod tests;
