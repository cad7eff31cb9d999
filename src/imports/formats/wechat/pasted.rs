//! Text that was copied out of WeChat, or that an exporter wrote like it.

use std::collections::HashSet;

use jiff::civil::{Date, DateTime};

use super::super::reading::{Chat, Halt, Head, Sink};
use super::super::shape::{Entry, Form, Moment, Revision, Sender};
use super::super::text::{Line, add_line};
use super::contents::fill_placeholder;
use super::heading::Heading;
use super::phrases::{call, is_service, recall};
use super::stamp::Stamp;

/// Names that are remembered, to know a heading by.
const MOST_NAMES: usize = 1000;
const CUT: &str = "message kept without the end of a line that is too long";

/// How many headings with a message below them a file begins with.
pub(super) fn recognise(head: &Head<'_>) -> u32 {
    let (mut all, mut with_text, mut waits, mut has_date, mut is_timed) = (0_u32, 0_u32, false, false, false);
    let mut after_text = false;
    for line in head.lines() {
        let was_after_text = std::mem::replace(&mut after_text, !line.trim().is_empty());
        let heading = Heading::of(line);
        let begins = match &heading {
            // The first stands at the beginning of a paragraph; within one it is a sentence that ends with a date.
            Heading::Full(..) => heading.is_telling() && (all > 0 || !was_after_text),
            Heading::Timed(..) => has_date && !waits,
            Heading::Bare(_) => has_date && !waits && !is_timed,
            Heading::Stamp(_) | Heading::None => false,
        };
        if begins {
            is_timed |= matches!(heading, Heading::Timed(..));
            all += 1;
            waits = true;
        } else if matches!(heading, Heading::Stamp(Stamp::Day(_) | Stamp::At(_))) {
            has_date = true;
        } else if !line.trim().is_empty() {
            with_text += u32::from(std::mem::take(&mut waits));
        }
    }
    // A program's log has a date on every line.
    if with_text * 2 < all && all > 1 { 0 } else { with_text }
}

/// One file, as far as it was read.
pub(super) struct Pasted {
    name: Option<String>,
    chat: Option<u32>,
    style: Style,
    /// The last date or time that stood on a line of its own.
    clock: Option<Stamp>,
    names: HashSet<String>,
    current: Option<Pending>,
    /// Whether the line before was blank, or there was none.
    after_blank: bool,
    /// Headings behind a blank line, and others.
    separate: u32,
    joined: u32,
}

/// How the messages of a file begin.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Style {
    Unknown,
    /// Each with its date: a line without one is text.
    Dated,
    /// Each with its time, and the day on a line of its own.
    Timed,
    /// With a name alone.
    Bare,
}

/// A message of which more lines may come.
struct Pending {
    line: u32,
    name: String,
    when: When,
    text: String,
    is_cut: bool,
}

/// When a message was sent, as far as the text says.
#[derive(Clone, Copy)]
enum When {
    At(Moment),
    /// Only how long before the text was copied.
    Relative,
    Unknown,
}

impl Pasted {
    /// At the beginning of a file.
    pub(super) fn new(name: Option<String>) -> Self {
        Self {
            name,
            chat: None,
            style: Style::Unknown,
            clock: None,
            names: HashSet::new(),
            current: None,
            after_blank: true,
            separate: 0,
            joined: 0,
        }
    }

    /// Takes a line.
    pub(super) fn line(&mut self, line: Line<'_>, sink: &mut dyn Sink) -> Result<(), Halt> {
        let is_blank = line.text.trim().is_empty();
        let after_blank = std::mem::replace(&mut self.after_blank, is_blank);
        match Heading::of(line.text) {
            Heading::Full(name, at) if self.begins(name, after_blank) => {
                self.style = if self.style == Style::Unknown { Style::Dated } else { self.style };
                self.begin(name, at.map_or(When::Relative, When::At), line.number, sink)
            }
            Heading::Timed(name, time) if self.style != Style::Dated && self.may_begin(name, after_blank) => {
                self.style = Style::Timed;
                let at = self.day().map(|day| Moment::Local(DateTime::from_parts(day, time)));
                self.begin(name, at.map_or(When::Relative, When::At), line.number, sink)
            }
            Heading::Bare(name)
                if matches!(self.style, Style::Unknown | Style::Bare)
                    && self.may_begin(name, after_blank) =>
            {
                self.style = Style::Bare;
                let when = match self.clock {
                    Some(Stamp::At(moment)) => When::At(moment),
                    Some(Stamp::Relative | Stamp::Time(_)) => When::Relative,
                    Some(Stamp::Day(_)) | None => When::Unknown,
                };
                self.begin(name, when, line.number, sink)
            }
            Heading::Stamp(stamp)
                if self.style != Style::Dated
                    && (after_blank || self.current.is_none())
                    && !self.waits_for_text() =>
            {
                self.end(sink)?;
                // A time alone belongs to the day that was shown before it.
                let at =
                    |time| self.day().map(|day| Stamp::At(Moment::Local(DateTime::from_parts(day, time))));
                self.clock =
                    Some(if let Stamp::Time(time) = stamp { at(time).unwrap_or(stamp) } else { stamp });
                // What follows is not in the same paragraph.
                self.after_blank = true;
                Ok(())
            }
            _ => {
                self.text(line, is_blank, after_blank, sink);
                Ok(())
            }
        }
    }

    /// Whether a name with a date begins a message: in a file with blank lines between its messages, a line within a
    /// paragraph that ends with a date is a sentence, unless its name is known.
    fn begins(&mut self, name: &str, after_blank: bool) -> bool {
        let fits = after_blank || self.joined > 0 || self.separate < 3 || self.is_known(name);
        if fits {
            *(if after_blank { &mut self.separate } else { &mut self.joined }) += 1;
        }
        fits
    }

    /// Whether a name without a date begins a message. What comes first below a heading is its message, whatever it
    /// looks like.
    fn may_begin(&self, name: &str, after_blank: bool) -> bool {
        (after_blank || self.is_known(name)) && !self.waits_for_text()
    }

    fn waits_for_text(&self) -> bool {
        self.current.as_ref().is_some_and(|current| current.text.trim().is_empty())
    }

    fn is_known(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    fn day(&self) -> Option<Date> {
        match self.clock? {
            Stamp::Day(day) => Some(day),
            Stamp::At(Moment::Local(at)) => Some(at.date()),
            _ => None,
        }
    }

    fn begin(&mut self, name: &str, when: When, line: u32, sink: &mut dyn Sink) -> Result<(), Halt> {
        self.end(sink)?;
        if self.names.len() < MOST_NAMES {
            self.names.insert(name.to_owned());
        }
        self.current =
            Some(Pending { line, name: name.to_owned(), when, text: String::new(), is_cut: false });
        Ok(())
    }

    fn text(&mut self, line: Line<'_>, is_blank: bool, after_blank: bool, sink: &mut dyn Sink) {
        // The app's own lines stand between messages, where a sentence that reads like one would be in a paragraph.
        if is_service(line.text) && after_blank {
            sink.skip(line.number, "service line: notice of the app");
            return;
        }
        let Some(current) = &mut self.current else {
            if !is_blank {
                sink.skip(line.number, "line that belongs to no message");
            }
            return;
        };
        if line.is_cut && !current.is_cut {
            sink.skip(line.number, CUT);
        }
        if !add_line(&mut current.text, line.text) && !current.is_cut {
            current.is_cut = true;
            sink.skip(line.number, "message kept without the lines from here on: it is too long");
        }
    }

    /// Gives away the message that was being read.
    pub(super) fn end(&mut self, sink: &mut dyn Sink) -> Result<(), Halt> {
        let Some(pending) = self.current.take() else { return Ok(()) };
        let moment = match pending.when {
            When::At(moment) => moment,
            When::Relative => {
                let reason = "message whose date only says how long ago it was, such as yesterday: write the date into \
                              its line, or copy it where the app shows the whole date";
                sink.skip(pending.line, reason);
                return Ok(());
            }
            When::Unknown => {
                sink.skip(pending.line, "message without a date and time: write them behind the name");
                return Ok(());
            }
        };
        let chat = *self.chat.get_or_insert_with(|| {
            let key = self.name.as_deref().unwrap_or("chat");
            sink.chat(Chat { key, title: self.name.as_deref(), handle: None, newest_first: false })
        });
        let mut entry = Entry::text(Sender::named(&pending.name), moment, "", pending.line);
        let mut losses = Vec::new();
        fill(&pending.text, &mut entry, &mut losses);
        for loss in losses {
            sink.skip(pending.line, loss);
        }
        sink.entry(chat, entry)
    }
}

/// Puts the lines below a heading into an entry.
fn fill(text: &str, entry: &mut Entry, losses: &mut Vec<&'static str>) {
    let text = text.trim_matches(['\n', '\r', ' ', '\t']);
    let (quoted, text) = quote(text).map_or((None, text), |(quoted, text)| (Some(quoted), text));
    entry.described.extend(quoted.map(|quoted| format!("answers: {quoted}")));
    if recall(text, false).is_some() {
        entry.revision = Revision::Deleted;
        return;
    }
    if let Some(form @ Form::Call { seconds: Some(_), .. }) =
        call(text).filter(|_| text.starts_with("通话时长"))
    {
        entry.form = form;
        return;
    }
    let mut words = Vec::new();
    for line in text.split('\n') {
        if !fill_placeholder(line, entry, losses) {
            words.push(line);
        }
    }
    entry.text = words.join("\n").trim_matches('\n').to_owned();
}

/// The answer to a message: `「Name：text」`, a line of dashes, then the words.
fn quote(text: &str) -> Option<(&str, &str)> {
    let (quoted, rest) = text.strip_prefix('「')?.split_once("」\n")?;
    let (dashes, words) = rest.split_once('\n')?;
    let is_line = dashes.contains('-') && dashes.chars().all(|c| c == '-' || c.is_whitespace());
    is_line.then(|| (quoted, words.trim_start_matches('\n')))
}
