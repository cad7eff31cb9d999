//! The text that WhatsApp exports: `_chat.txt` of iOS, `WhatsApp Chat with X.txt` of Android.
//!
//! Every language has its own words and every region its own dates, so what a line is shows by its form first: the
//! head (`header`), the marks of direction that the app puts before its own words, names of files, links to maps.
//! Words (`words`, `service`, `calls`) only where the form says too little.

mod body;
mod calls;
mod header;
mod media;
mod names;
mod place;
mod service;
mod title;
mod words;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::dates::is_mark;
use super::reading::{Chat, Halt, Head, Importer, Part, Parts, Sink};
use super::shape::{Entry, Format, Moment, Sender};
use super::text::{Lines, add_line};
use body::Content;
use header::{Frame, Header};
use names::Names;

/// Reads WhatsApp's exports.
pub const IMPORTER: Importer = Importer {
    format: Format::Whatsapp,
    looked_for: "lines such as `1/30/26, 14:56 - Name: text` or `[30.01.26, 14:56:01] Name: text`",
    recognise,
    read,
};

fn recognise(head: &Head<'_>) -> u32 {
    let (mut known, mut plain, mut signs) = (0_u32, 0_u32, false);
    for line in head.lines() {
        let Some(header) = header::header(line) else { continue };
        if header.frame == Frame::Pasted {
            signs = true;
        }
        match Names::default().part(header.rest) {
            Some((name, _)) if is_log_level(&name) => {}
            Some((_, text)) => {
                let marked = text.trim_start().starts_with(is_mark) || line.starts_with('\u{200e}');
                signs |=
                    marked || body::is_typical(text.trim_start_matches(|c: char| c == ' ' || is_mark(c)));
                if header.is_plain { plain += 1 } else { known += 1 }
            }
            None => {
                let class = service::class(header.rest);
                let is_ours = class.is_some_and(|class| !header.is_plain || class == service::NOTICE);
                known += u32::from(is_ours);
            }
        }
    }
    // Other programs write such a head too, and theirs are the better readers of it.
    known + if signs { plain } else { plain / 2 }
}

/// What programs write where people have names.
fn is_log_level(name: &str) -> bool {
    let levels = [
        "trace", "debug", "info", "notice", "warn", "warning", "error", "critical", "fatal", "main", "stdout",
    ];
    let word = name.split([' ', '[', ']', '(']).find(|word| !word.is_empty()).unwrap_or_default();
    levels.iter().any(|level| word.eq_ignore_ascii_case(level))
}

fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    while let Some(part) = parts.next()? {
        read_part(part, sink)?;
    }
    Ok(())
}

fn read_part(part: Part<'_>, sink: &mut dyn Sink) -> Result<(), Halt> {
    let Part { name, bytes } = part;
    let mut lines = Lines::new(bytes)?;
    let mut reading = Reading::new(name, sink);
    let broken = loop {
        match lines.next() {
            Ok(Some(line)) => match header::header(line.text) {
                Some(header) => reading.head(&header, line.text, line.number, line.is_cut)?,
                None => reading.further(line.text, line.number, line.is_cut),
            },
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    // Of a file that cannot be read to its end all is given that came before, also what waits for names to be learnt.
    reading.end()?;
    if let Some(note) = lines.note() {
        sink.note(&note);
    }
    broken.map_or(Ok(()), |error| Err(error.into()))
}

/// A message as it is being put together.
struct Raw {
    line: u32,
    frame: Frame,
    at: Option<Moment>,
    /// The head as it was written, so that it can go back into the message in which it was pasted.
    head: String,
    /// What follows the head, further lines included.
    text: String,
    /// How many lines it has.
    lines: u32,
    /// Where something of it was left out for its length.
    cut_at: Option<u32>,
}

/// Messages from which names are learnt before the first is given on.
const AHEAD: usize = 400;
/// Bytes of them.
const AHEAD_BYTES: usize = 2 << 20;
/// So many messages in another frame without one in the file's own are not pasted: the file goes on in that frame.
const PASTED: usize = 60;

struct Reading<'s> {
    sink: &'s mut dyn Sink,
    part: String,
    title: Option<String>,
    chat: Option<u32>,
    frame: Option<Frame>,
    current: Option<Raw>,
    /// Messages in another frame than the file's: pasted, or the file goes on in theirs.
    foreign: Vec<Raw>,
    foreign_bytes: usize,
    waiting: VecDeque<Raw>,
    waiting_bytes: usize,
    learning: bool,
    names: Names,
    people: title::People,
    /// Lines before the first message: how many, and where they begin.
    before: Option<(u32, u32)>,
}

impl<'s> Reading<'s> {
    fn new(part: &str, sink: &'s mut dyn Sink) -> Self {
        let title = title::title(part);
        Self {
            sink,
            part: part.to_owned(),
            names: Names::new(title.as_deref()),
            title,
            chat: None,
            frame: None,
            current: None,
            foreign: Vec::new(),
            foreign_bytes: 0,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            learning: true,
            people: title::People::default(),
            before: None,
        }
    }

    fn head(&mut self, header: &Header<'_>, whole: &str, line: u32, is_cut: bool) -> Result<(), Halt> {
        let head = whole.len().saturating_sub(header.rest.len());
        let raw = Raw {
            line,
            frame: header.frame,
            at: header.at,
            head: whole.get(..head).unwrap_or_default().to_owned(),
            text: header.rest.to_owned(),
            lines: 1,
            cut_at: is_cut.then_some(line),
        };
        if self.frame.is_none_or(|frame| frame == header.frame) {
            self.put_back();
            return self.follow(raw);
        }
        self.foreign_bytes += raw.text.len();
        self.foreign.push(raw);
        if self.foreign.len() >= PASTED || self.foreign_bytes > AHEAD_BYTES { self.release() } else { Ok(()) }
    }

    /// Makes this the message that further lines belong to.
    fn follow(&mut self, raw: Raw) -> Result<(), Halt> {
        // A service line in front says little about the frame of what comes.
        if self.frame.is_some() || !header::partings(&raw.text).is_empty() {
            self.frame = Some(raw.frame);
        }
        match self.current.replace(raw) {
            Some(complete) => self.complete(complete),
            None => Ok(()),
        }
    }

    /// What looked like messages was pasted into the current one.
    fn put_back(&mut self) {
        self.foreign_bytes = 0;
        for raw in self.foreign.drain(..) {
            let Some(current) = &mut self.current else { return };
            current.lines += raw.lines;
            if !add_line(&mut current.text, &(raw.head + &raw.text)) {
                current.cut_at = current.cut_at.or(Some(raw.line));
            }
            current.cut_at = current.cut_at.or(raw.cut_at);
        }
    }

    /// The file goes on in another frame.
    fn release(&mut self) -> Result<(), Halt> {
        self.foreign_bytes = 0;
        for raw in std::mem::take(&mut self.foreign) {
            self.frame = Some(raw.frame);
            self.follow(raw)?;
        }
        Ok(())
    }

    fn further(&mut self, text: &str, line: u32, is_cut: bool) {
        let Some(raw) = self.foreign.last_mut().or(self.current.as_mut()) else {
            if !text.trim().is_empty() {
                let (from, count) = self.before.unwrap_or((line, 0));
                self.before = Some((from, count + 1));
            }
            return;
        };
        raw.lines = raw.lines.saturating_add(1);
        if !add_line(&mut raw.text, text) || is_cut {
            raw.cut_at = raw.cut_at.or(Some(line));
        }
        if !self.foreign.is_empty() {
            self.foreign_bytes += text.len();
        }
    }

    fn complete(&mut self, raw: Raw) -> Result<(), Halt> {
        if !self.learning {
            return self.give(&raw);
        }
        self.names.learn(first_line(&raw.text));
        self.waiting_bytes += raw.text.len();
        self.waiting.push_back(raw);
        if self.waiting.len() >= AHEAD || self.waiting_bytes > AHEAD_BYTES {
            self.stop_learning()
        } else {
            Ok(())
        }
    }

    fn stop_learning(&mut self) -> Result<(), Halt> {
        self.learning = false;
        while let Some(raw) = self.waiting.pop_front() {
            self.give(&raw)?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Halt> {
        if self.foreign.iter().all(|raw| raw.frame == Frame::Pasted) {
            self.put_back();
        } else {
            self.release()?;
        }
        if let Some(last) = self.current.take() {
            self.complete(last)?;
        }
        self.stop_learning()?;
        self.tell_before();
        if self.chat.is_some() {
            let title = self.title.as_deref().or(self.people.title());
            let handle = self.people.handle(title);
            self.sink.chat(Chat { key: &self.part, title, handle: handle.as_deref(), newest_first: false });
        }
        Ok(())
    }

    fn tell_before(&mut self) {
        if let Some((line, count)) = self.before.take() {
            self.sink
                .skip(line, &format!("no message: {count} line(s) before the first message of the file"));
        }
    }

    fn give(&mut self, raw: &Raw) -> Result<(), Halt> {
        self.tell_before();
        let first = first_line(&raw.text);
        let named = self.names.part(first).filter(|(name, _)| !is_sentence(name));
        let Some((name, rest)) = named else { return self.without_name(raw) };
        let more = raw.text.get(first.len()..).unwrap_or_default();
        let text = format!("{rest}{more}");
        let Some(at) = raw.at else { return self.undated(raw) };
        match body::read(&name, &text, &self.people) {
            Content::Service(class) => {
                self.people.service(Some(&name), class);
                self.skip_service(raw, class);
                Ok(())
            }
            Content::Message(found) => {
                self.people.wrote(&name, found.is_marked);
                let entry = Entry {
                    described: found.described,
                    form: found.form,
                    place: found.place,
                    revision: found.revision,
                    attachments: found.attachments,
                    ..Entry::text(Sender::named(&name), at, found.text, raw.line)
                };
                self.send(raw, entry)
            }
        }
    }

    /// A service line, or a call that the app tells like one.
    fn without_name(&mut self, raw: &Raw) -> Result<(), Halt> {
        let Some(at) = raw.at else { return self.undated(raw) };
        let call = calls::call(&raw.text, true);
        match (call, self.title.clone()) {
            (Some(form), Some(title)) => {
                let entry = Entry { form, ..Entry::text(Sender::named(&title), at, "", raw.line) };
                self.send(raw, entry)
            }
            (Some(_), None) => {
                self.sink.skip(raw.line, "service line: a call of which the file does not say who called");
                Ok(())
            }
            (None, _) => {
                let class = service::class(&raw.text).unwrap_or("without a sender");
                self.people.service(None, class);
                self.skip_service(raw, class);
                Ok(())
            }
        }
    }

    fn undated(&mut self, raw: &Raw) -> Result<(), Halt> {
        self.sink
            .skip(raw.line, &with_lines("message left out: its date is of a calendar that is not read", raw));
        Ok(())
    }

    fn skip_service(&mut self, raw: &Raw, class: &str) {
        self.sink.skip(raw.line, &with_lines(&format!("service line: {class}"), raw));
    }

    fn send(&mut self, raw: &Raw, entry: Entry) -> Result<(), Halt> {
        let chat = match self.chat {
            Some(chat) => chat,
            None => {
                let title = self.title.clone();
                let handle = title.as_deref().and_then(title::phone);
                let chat = Chat {
                    key: &self.part,
                    title: title.as_deref(),
                    handle: handle.as_deref(),
                    newest_first: false,
                };
                *self.chat.insert(self.sink.chat(chat))
            }
        };
        if let Some(line) = raw.cut_at {
            self.sink.skip(line, "message kept without its end: it is longer than any that the app sends");
        }
        self.sink.entry(chat, entry)
    }
}

/// Whether what stands before a colon is no name but the beginning of a service line that goes on behind it.
fn is_sentence(name: &str) -> bool {
    name.split_whitespace().nth(4).is_some() && service::class(name).is_some()
}

fn with_lines(reason: &str, raw: &Raw) -> String {
    let further = raw.text.lines().skip(1).filter(|line| !line.trim().is_empty()).count();
    if further == 0 { reason.to_owned() } else { format!("{reason}, with {further} further line(s)") }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
