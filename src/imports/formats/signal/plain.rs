//! The text of signal-export: `[2026-01-31 18:05:00] Name: text`, older `[2026-01-31, 18:05] Name: text`, and further
//! lines of a message as they are. The one who exported is `Me`; times are those of the computer that exported.

use jiff::civil::{Date, DateTime};

use super::super::dates::{is_mark, time};
use super::super::reading::{Chat, Halt, Head, Sink};
use super::super::shape::{Entry, Moment, Sender, file_name};
use super::super::text::{Line, add_line};
use super::wording::Wording;

/// The one who exported, as the exporter writes it.
pub(super) const ME: &str = "Me";
const CUT: &str = "message kept without the end of a line that is too long";
/// Bytes of a name; what is longer is a sentence with a colon in it.
const LONGEST_NAME: usize = 200;

/// How many lines begin a message, and how many have what only this exporter writes.
pub(super) fn recognise(head: &Head<'_>) -> u32 {
    let mut found = 0;
    for line in head.lines() {
        // WhatsApp writes its lines alike in some countries, and these into some of them.
        let others = ["\u{200e}", "<attached: ", "<Media omitted>", "end-to-end encrypted"];
        if others.iter().any(|sign| line.contains(sign)) {
            return 0;
        }
        let Some(begun) = Begun::of(line) else { continue };
        if begun.style != Style::Foreign && begun.sender.is_some_and(|name| !is_of_log(name)) {
            found += 1;
            found += u32::from(begun.text.ends_with("  ") || begun.text.contains("](./media/"));
        }
    }
    found
}

/// Whether a name is what programs write into their logs.
fn is_of_log(name: &str) -> bool {
    let levels = ["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL"];
    name.rsplit(['.', ' ', ']']).next().is_some_and(|last| levels.contains(&last))
}

/// Which way of writing the date.
#[derive(PartialEq, Eq)]
enum Style {
    /// `2026-01-31 18:05:00`, or the older `2026-01-31, 18:05`.
    Known,
    /// Anything between, which other apps write.
    Foreign,
}

/// The first line of a message.
struct Begun<'a> {
    at: DateTime,
    style: Style,
    /// None where no colon follows a name.
    sender: Option<&'a str>,
    text: &'a str,
}

impl<'a> Begun<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let inner = line.trim_start_matches(is_mark).strip_prefix('[')?;
        let (date, rest) = inner.split_once(']')?;
        let (at, style) = date_time(date)?;
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let named = rest.split_once(": ").or_else(|| Some((rest.trim_end().strip_suffix(':')?, "")));
        let named = named.map(|(name, text)| (name.trim(), text));
        let named = named.filter(|(name, _)| !name.is_empty() && name.len() <= LONGEST_NAME);
        let (sender, text) = named.map_or((None, rest), |(name, text)| (Some(name), text));
        Some(Self { at, style, sender, text })
    }
}

fn date_time(text: &str) -> Option<(DateTime, Style)> {
    let (date, clock) = text.split_once([',', ' ', 'T'])?;
    let has_comma = text.get(date.len()..)?.starts_with(',');
    let is_date = date.len() == 10 && date.bytes().filter(|byte| *byte == b'-').count() == 2;
    let date: Date = date.parse().ok().filter(|_| is_date)?;
    let numbers: Option<Vec<u16>> = clock.trim().split(':').map(|number| number.parse().ok()).collect();
    let (hour, minute, second) = match numbers?.as_slice() {
        [hour, minute] => (*hour, *minute, None),
        [hour, minute, second] => (*hour, *minute, Some(*second)),
        _ => return None,
    };
    let style = if has_comma && second.is_some() { Style::Foreign } else { Style::Known };
    Some((DateTime::from_parts(date, time(hour, minute, second.unwrap_or(0), None)?), style))
}

/// One file, as far as it was read.
pub(super) struct Plain {
    key: String,
    title: Option<String>,
    chat: Option<u32>,
    current: Option<Pending>,
}

/// A message of which more lines may come.
struct Pending {
    line: u32,
    at: DateTime,
    sender: String,
    text: String,
    is_cut: bool,
}

impl Plain {
    /// At the beginning of a file. Its chat is called like its folder, where the exporter put it into one.
    pub(super) fn new(name: &str) -> Self {
        let file = file_name(name).unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file.as_str(), |(stem, _)| stem).to_owned();
        let usual = ["chat", "index", "data", ""].contains(&stem.to_lowercase().as_str());
        let folder = name.rsplit(['/', '\\']).nth(1).map(str::trim).filter(|folder| !folder.is_empty());
        let title = if usual { folder.map(str::to_owned) } else { Some(stem) };
        Self { key: title.clone().unwrap_or_else(|| "chat".to_owned()), title, chat: None, current: None }
    }

    /// Takes a line.
    pub(super) fn line(&mut self, line: Line<'_>, sink: &mut dyn Sink) -> Result<(), Halt> {
        let Some(begun) = Begun::of(line.text) else {
            self.further(line, sink);
            return Ok(());
        };
        self.end(sink)?;
        if line.is_cut && begun.sender.is_some() {
            sink.skip(line.number, CUT);
        }
        match begun.sender {
            Some(sender) => {
                let (sender, text) = (sender.to_owned(), begun.text.to_owned());
                self.current = Some(Pending { line: line.number, at: begun.at, sender, text, is_cut: false });
            }
            None => sink.skip(line.number, "line with a date and without a sender"),
        }
        Ok(())
    }

    fn further(&mut self, line: Line<'_>, sink: &mut dyn Sink) {
        match &mut self.current {
            Some(current) => {
                if line.is_cut && !current.is_cut {
                    sink.skip(line.number, CUT);
                }
                if !add_line(&mut current.text, line.text) && !current.is_cut {
                    current.is_cut = true;
                    sink.skip(line.number, "message kept without the lines from here on: it is too long");
                }
            }
            None if line.text.trim().is_empty() => {}
            None => sink.skip(line.number, "line that belongs to no message"),
        }
    }

    /// Gives away the message that was being read.
    pub(super) fn end(&mut self, sink: &mut dyn Sink) -> Result<(), Halt> {
        let Some(pending) = self.current.take() else { return Ok(()) };
        let chat = *self.chat.get_or_insert_with(|| {
            sink.chat(Chat {
                key: &self.key,
                title: self.title.as_deref(),
                handle: None,
                newest_first: false,
            })
        });
        let wording = Wording::of(&pending.text);
        // Older exporters name the other side whoever called.
        let sender = if wording.is_own_call { ME } else { &pending.sender };
        let moment = Moment::Local(pending.at);
        let mut entry = Entry::text(Sender::named(sender), moment, wording.text, pending.line);
        entry.described = wording.described;
        entry.attachments = wording.attachments;
        entry.form = wording.form;
        entry.revision = wording.revision;
        sink.entry(chat, entry)
    }
}
