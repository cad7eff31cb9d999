//! The text that LINE exports: a line for each day, and below it `10:00`, name and text, with tabs between.
//!
//! Phones write tabs; copies on the way turn them into four blanks, and the programs for computers write one blank,
//! which does not tell where a name ends. `columns` takes lines apart, `words` knows what the app writes itself in many
//! languages, `message` puts one message together.

mod ahead;
mod columns;
mod message;
#[cfg(test)]
mod tests;
mod words;

use std::io;

use self::ahead::{Ahead, Owned};
use self::columns::{Columns, Day, Style};
use self::message::Pending;
use super::reading::{Chat, Halt, Head, Importer, Parts, Sink};
use super::shape::{Format, file_name};
use super::text::add_line;

/// The reader.
pub const IMPORTER: Importer = Importer {
    format: Format::Line,
    looked_for: "LINE text export (a line with a date, then lines such as \"10:00\", a tab, a name, a tab, a text)",
    recognise,
    read,
};

/// Lines that are looked at for the way in which a file is written.
const SAMPLE: usize = 400;
/// Lines below a day among which its first message begins.
const NEAR: usize = 4;

fn recognise(head: &Head<'_>) -> u32 {
    let lines: Vec<&str> = head.text.split(['\n', '\r']).collect();
    let has_title = head.trimmed().lines().next().is_some_and(|line| words::title(line).is_some());
    let style = Style::of(&lines);
    let mut day: Option<Day> = None;
    let mut count = u32::from(has_title);
    for line in lines {
        if let Some(found) = Day::of(line) {
            day = Some(found);
        } else if day.is_some_and(|day| has_title || style.is_sure() || day.is_of_computer())
            && style.columns(line).is_some_and(|columns| columns.name.is_some())
        {
            count += 1;
        }
    }
    count
}

fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    while let Some(part) = parts.next()? {
        let title = file_name(part.name).and_then(|name| words::title(name.trim_end_matches(".txt")));
        let mut file = File {
            sink,
            name: part.name,
            title,
            chat: None,
            style: Style::default(),
            day: None,
            needs_blank: false,
            after_blank: true,
            last: Last::Title,
        };
        let mut ahead = Ahead::new(part.bytes)?;
        file.read(&mut ahead)?;
    }
    Ok(())
}

/// What the last line belonged to, and a line belongs to that is no other.
enum Last {
    /// The lines above the first day.
    Title,
    Nothing,
    Message(Pending),
    /// A message above every day.
    Undated,
}

/// One file while it is read.
struct File<'a> {
    sink: &'a mut dyn Sink,
    name: &'a str,
    title: Option<String>,
    chat: Option<u32>,
    style: Style,
    day: Option<Day>,
    /// Whether a blank line comes before every day: then a date alone on a line of a message is no day.
    needs_blank: bool,
    after_blank: bool,
    last: Last,
}

impl File<'_> {
    fn read(&mut self, ahead: &mut Ahead<'_>) -> Result<(), Halt> {
        self.learn(ahead)?;
        while let Some(line) = ahead.next()? {
            self.line(&line, ahead)?;
            self.after_blank = line.text.trim().is_empty();
        }
        self.finish()?;
        self.number();
        if let Some(note) = ahead.note() {
            self.sink.note(&note);
        }
        Ok(())
    }

    /// Finds out how the lines that come are written.
    fn learn(&mut self, ahead: &mut Ahead<'_>) -> io::Result<()> {
        ahead.look(SAMPLE)?;
        let lines: Vec<&str> = ahead.seen().map(|line| line.text.as_str()).collect();
        self.style = Style::of(&lines);
        self.style.know(self.title.as_deref());
        Ok(())
    }

    fn line(&mut self, line: &Owned, ahead: &mut Ahead<'_>) -> Result<(), Halt> {
        if self.after_blank
            && let Some(title) = words::title(&line.text)
        {
            self.finish()?;
            self.begin(title, line, ahead)?;
        } else if let Some(day) = self.day_at(line, ahead)? {
            self.finish()?;
            self.needs_blank =
                if self.day.is_none() { self.after_blank && line.number > 1 } else { self.needs_blank };
            self.day = Some(day);
        } else if let Some(columns) = self.style.columns(&line.text) {
            self.finish()?;
            self.message(line, columns, ahead)?;
        } else {
            self.further(line);
        }
        Ok(())
    }

    /// The title of an export. Of several in one file each begins a conversation.
    fn begin(&mut self, title: String, line: &Owned, ahead: &mut Ahead<'_>) -> Result<(), Halt> {
        self.sink.skip(line.number, "service line: title of the export");
        (self.title, self.chat, self.day, self.last) = (Some(title), None, None, Last::Title);
        self.learn(ahead)?;
        Ok(())
    }

    /// The day that begins with a line, unless somebody wrote a date within a message.
    fn day_at(&self, line: &Owned, ahead: &mut Ahead<'_>) -> io::Result<Option<Day>> {
        let Some(day) = Day::of(&line.text) else { return Ok(None) };
        let in_message = matches!(self.last, Last::Message(_));
        let Some(before) = self.day.filter(|_| in_message) else { return Ok(Some(day)) };
        ahead.look(NEAR)?;
        let begins = |line: &Owned| self.style.columns(&line.text).is_some() || Day::of(&line.text).is_some();
        let next = ahead.seen().take(NEAR).find(|line| !line.text.trim().is_empty());
        let fits = before.is_like(day) && (self.after_blank || !self.needs_blank);
        Ok((fits && next.is_none_or(begins)).then_some(day))
    }

    fn message(&mut self, line: &Owned, columns: Columns<'_>, ahead: &mut Ahead<'_>) -> Result<(), Halt> {
        let Some(day) = self.day else {
            self.sink.skip(line.number, "message without a date: no line with a date comes before it");
            self.last = Last::Undated;
            return Ok(());
        };
        let mut message = Pending {
            line: line.number,
            last: line.number,
            name: columns.name.map(str::to_owned),
            at: day.at(columns.time),
            text: columns.text.to_owned(),
            is_spaced: self.style.is_one_blank(),
        };
        if line.is_cut {
            self.sink.skip(line.number, "message kept without its end: the line is too long");
        }
        let is_message = |line: &str| self.style.columns(line).is_some();
        for _ in 0..ahead.quoted(&message.text, is_message)? {
            let Some(further) = ahead.next()? else { break };
            self.add(&mut message, &further);
        }
        self.last = Last::Message(message);
        Ok(())
    }

    /// A line that begins nothing.
    fn further(&mut self, line: &Owned) {
        let is_blank = line.text.trim().is_empty();
        match std::mem::replace(&mut self.last, Last::Nothing) {
            Last::Message(mut message) => {
                self.add(&mut message, line);
                self.last = Last::Message(message);
                return;
            }
            last => self.last = last,
        }
        let reason = match self.last {
            _ if is_blank => return,
            Last::Title => "service line: above the first date",
            Last::Undated => "message without a date, continued",
            Last::Nothing | Last::Message(_) => "line outside any message",
        };
        self.sink.skip(line.number, reason);
    }

    fn add(&mut self, message: &mut Pending, line: &Owned) {
        if !line.text.trim().is_empty() {
            message.last = line.number;
        }
        if !add_line(&mut message.text, &line.text) || line.is_cut {
            self.sink.skip(line.number, "message kept without its end: it is too long");
        }
    }

    /// Hands on the message that ends here.
    fn finish(&mut self) -> Result<(), Halt> {
        let Last::Message(message) = std::mem::replace(&mut self.last, Last::Nothing) else { return Ok(()) };
        let lines = message.line..=message.last;
        match message.entry(self.title.as_deref()) {
            Ok(entry) => {
                let chat = self.number();
                self.sink.entry(chat, entry)
            }
            Err(reason) => {
                lines.for_each(|line| self.sink.skip(line, reason));
                Ok(())
            }
        }
    }

    fn number(&mut self) -> u32 {
        let (title, name) = (self.title.as_deref(), self.name);
        *self.chat.get_or_insert_with(|| {
            self.sink.chat(Chat { key: title.unwrap_or(name), title, ..Chat::default() })
        })
    }
}
