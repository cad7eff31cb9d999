//! The XML of SMS Backup & Restore: text messages, multimedia messages and calls of a phone.
//!
//! A conversation is a number, or the set of numbers of a group. What the phone's owner sent has the sender `me`: the
//! file does not say their number. Home and foreign ways of writing a number are joined as `people` tells.

use jiff::Timestamp;
use quick_xml::events::Event;

use super::order::Order;
use super::reading::{Chat, Halt, Head, Importer, Parts, Sink};
use super::shape::{Entry, Form, Format, Moment, Sender};

mod bounded;
mod mms;
mod people;
mod tag;
#[cfg(test)]
mod tests;

use bounded::Bounded;
use mms::Mms;
use people::People;
use tag::Tag;

/// The reader.
pub const IMPORTER: Importer = Importer {
    format: Format::Sms,
    looked_for: "SMS Backup & Restore XML (messages or calls)",
    recognise,
    read,
};

/// Where a number is withheld.
const UNKNOWN: &str = "unknown";

fn recognise(head: &Head<'_>) -> u32 {
    let text = head.trimmed();
    if !text.starts_with('<') {
        return 0;
    }
    let count = |begin: &str, names: [&str; 2]| {
        let tags = text.match_indices(begin).filter_map(|(at, _)| text.get(at..));
        let has = |tag: &&str| {
            let end = tag.get(1..).and_then(|rest| rest.find('<')).map_or(tag.len(), |at| at + 1);
            let tag = tag.get(..end).unwrap_or_default();
            names.iter().all(|name| tag.contains(name))
        };
        tags.filter(has).count()
    };
    let messages = count("<sms ", [" address=", " date="]) + count("<mms ", [" date=", " msg_box="]);
    let calls = count("<call ", [" number=", " date="]);
    let is_frame = ["<smses", "<calls count"].iter().any(|frame| text.contains(frame));
    u32::try_from((messages + calls).max(usize::from(is_frame))).unwrap_or(u32::MAX)
}

fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    let mut people = People::default();
    while let Some(part) = parts.next()? {
        let mut text = Bounded::new(part.bytes)?;
        let mut backup =
            Backup { sink, people: &mut people, order: Order::new(false), mms: None, said: None, found: 0 };
        let walked = backup.walk(&mut text);
        backup.finish(walked.is_ok())?;
        if let Some(note) = text.note() {
            sink.note(&note);
        }
        walked?;
    }
    Ok(())
}

/// A conversation that a message belongs to.
struct Place {
    key: String,
    title: Option<String>,
    handle: Option<String>,
}

/// A file while it is read.
struct Backup<'a> {
    sink: &'a mut dyn Sink,
    people: &'a mut People,
    order: Order<Place>,
    /// The multimedia message whose parts are coming.
    mms: Option<Mms>,
    /// How many messages the file says that it holds, and how many it does.
    said: Option<i64>,
    found: i64,
}

impl Backup<'_> {
    fn walk(&mut self, text: &mut Bounded<'_>) -> Result<(), Halt> {
        let (mut is_open, mut buffer) = (false, Vec::new());
        loop {
            let event = tag::next(text, &mut buffer)?;
            match event {
                Event::Eof => break,
                Event::PI(_) => self.sink.skip(text.tag.line, "text between the messages"),
                _ => {}
            }
            let Some(tag) = Tag::new(&event, text) else { continue };
            match (tag.name, tag.is_end) {
                ("smses" | "calls" | "allsms", false) => {
                    is_open = !tag.is_empty;
                    self.said = tag.number("count");
                }
                ("smses" | "calls" | "allsms", true) => is_open = false,
                _ => self.tag(&tag)?,
            }
        }
        if is_open || self.mms.is_some() { Err(Halt::cut_short(text.line)) } else { Ok(()) }
    }

    fn tag(&mut self, tag: &Tag<'_>) -> Result<(), Halt> {
        let is_message = matches!(tag.name, "sms" | "call" | "mms");
        // One whose end is missing ends where the next begins.
        if is_message {
            self.close_mms()?;
        }
        if tag.is_broken {
            self.sink.skip(tag.line, "a tag that is not closed");
            return Ok(());
        }
        self.found += i64::from(is_message && !tag.is_end);
        match (tag.name, tag.is_end) {
            ("sms", false) => self.sms(tag),
            ("call", false) => self.call(tag),
            ("mms", false) => {
                self.mms = Some(Mms::new(tag));
                if tag.is_empty { self.close_mms() } else { Ok(()) }
            }
            ("sms" | "call" | "mms", true) | ("parts" | "addrs" | "part" | "addr", true) => Ok(()),
            ("parts" | "addrs", false) if self.mms.is_some() => Ok(()),
            (name @ ("part" | "addr"), false) => {
                match &mut self.mms {
                    Some(mms) if name == "part" => mms.part(tag),
                    Some(mms) => mms.address(tag),
                    None => self.sink.skip(tag.line, "a part of a message without the message"),
                }
                Ok(())
            }
            _ => {
                self.sink.skip(tag.line, "something that is neither message nor call");
                Ok(())
            }
        }
    }

    fn sms(&mut self, tag: &Tag<'_>) -> Result<(), Halt> {
        let Some(direction) = direction(tag.number("type")) else { return self.no_direction(tag) };
        let Some(at) = moment(tag.number("date")) else { return self.no_date(tag) };
        if direction == Direction::Draft {
            return self.draft(tag);
        }
        let name = name(tag, "contact_name");
        let address = tag.get("address").unwrap_or_default();
        let (place, other) = self.single(&address, name.as_deref());
        let sender = if direction == Direction::In { other } else { me() };
        let mut entry = Entry::text(sender, at, tag.get("body").unwrap_or_default(), tag.line);
        entry.described.extend(subject(tag, "subject"));
        entry.described.extend(direction.words().map(str::to_owned));
        if tag.is_cut("body") {
            self.sink.skip(tag.line, "message kept without the end of its text, which is too long");
        }
        self.give(place, entry)
    }

    fn call(&mut self, tag: &Tag<'_>) -> Result<(), Halt> {
        let Some(at) = moment(tag.number("date")) else { return self.no_date(tag) };
        let name = name(tag, "contact_name");
        // Withheld numbers are written as -1 and the like.
        let number = tag.get("number").filter(|number| !number.trim().starts_with('-')).unwrap_or_default();
        let (place, other) = self.single(&number, name.as_deref());
        let kind = tag.number("type");
        let outcome = match kind {
            Some(3) => Some("missed"),
            Some(4) => Some("voicemail"),
            Some(5) => Some("rejected"),
            Some(6) => Some("blocked"),
            Some(7) => Some("answered on another device"),
            _ => None,
        };
        let seconds = tag.number("duration").filter(|seconds| *seconds > 0 && outcome.is_none());
        let seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok());
        let is_own = kind == Some(2);
        let outcome = outcome.or_else(|| (is_own && seconds.is_none()).then_some("not answered"));
        if !matches!(kind, Some(1..=7)) {
            self.sink
                .skip(tag.line, "call kept without who called: the file does not say; taken as incoming");
        }
        let mut entry = Entry::text(if is_own { me() } else { other }, at, "", tag.line);
        entry.form = Form::Call { seconds, outcome: outcome.map(str::to_owned) };
        self.give(place, entry)
    }

    fn close_mms(&mut self) -> Result<(), Halt> {
        let Some(mms) = self.mms.take() else { return Ok(()) };
        match mms.close(self.people) {
            Ok((place, entry, told)) => {
                told.into_iter().for_each(|reason| self.sink.skip(entry.line, reason));
                self.give(place, entry)
            }
            Err((line, reason)) => {
                self.sink.skip(line, reason);
                Ok(())
            }
        }
    }

    /// The conversation with a single number, and whoever has it.
    fn single(&mut self, address: &str, name: Option<&str>) -> (Place, Sender) {
        single(self.people, address, name)
    }

    fn no_date(&mut self, tag: &Tag<'_>) -> Result<(), Halt> {
        self.sink.skip(tag.line, "a message or call without a date");
        Ok(())
    }

    fn no_direction(&mut self, tag: &Tag<'_>) -> Result<(), Halt> {
        self.sink.skip(tag.line, "a message of which the file does not say whether it was sent or received");
        Ok(())
    }

    fn draft(&mut self, tag: &Tag<'_>) -> Result<(), Halt> {
        self.sink.skip(tag.line, DRAFT);
        Ok(())
    }

    fn give(&mut self, place: Place, entry: Entry) -> Result<(), Halt> {
        let ready = self.order.add(place, entry);
        self.release(ready)
    }

    fn release(&mut self, ready: Vec<(Place, Entry)>) -> Result<(), Halt> {
        let newest_first = self.order.newest_first();
        for (place, entry) in ready {
            let Place { key, title, handle } = &place;
            let chat = Chat { key, title: title.as_deref(), handle: handle.as_deref(), newest_first };
            let chat = self.sink.chat(chat);
            self.sink.entry(chat, entry)?;
        }
        Ok(())
    }

    /// Hands over what waits. What was read of a multimedia message that was cut off is told and no more.
    fn finish(mut self, is_whole: bool) -> Result<(), Halt> {
        if let Some(mms) = self.mms.take() {
            self.sink.skip(mms.line(), "a multimedia message of which the end is missing");
        }
        let rest = self.order.rest();
        self.release(rest)?;
        if let Some(said) = self.said.filter(|said| is_whole && *said != self.found) {
            self.sink.note(&format!(
                "the file says that it holds {said} messages or calls, and holds {}",
                self.found
            ));
        }
        Ok(())
    }
}

const DRAFT: &str = "a draft, which was never sent";

fn single(people: &mut People, address: &str, name: Option<&str>) -> (Place, Sender) {
    if address.trim().is_empty() {
        let place = Place { key: UNKNOWN.to_owned(), title: None, handle: None };
        return (place, Sender { key: UNKNOWN.to_owned(), name: None });
    }
    let key = people.key(address, name);
    let name = people.name(&key);
    let sender = Sender { key: key.clone(), name: name.clone() };
    (Place { handle: Some(key.clone()), title: name, key }, sender)
}

/// Whoever made the backup.
fn me() -> Sender {
    Sender { key: "me".to_owned(), name: None }
}

/// Which way a message went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    In,
    Out,
    Draft,
    Waiting,
    Failed,
}

impl Direction {
    const fn words(self) -> Option<&'static str> {
        match self {
            Self::In | Self::Out | Self::Draft => None,
            Self::Waiting => Some("not sent yet when the backup was made"),
            Self::Failed => Some("not sent: sending it failed"),
        }
    }
}

const fn direction(number: Option<i64>) -> Option<Direction> {
    match number {
        Some(1) => Some(Direction::In),
        Some(2) => Some(Direction::Out),
        Some(3) => Some(Direction::Draft),
        Some(4 | 6) => Some(Direction::Waiting),
        Some(5) => Some(Direction::Failed),
        _ => None,
    }
}

/// A date in milliseconds; some versions wrote those of multimedia messages in seconds.
fn moment(number: Option<i64>) -> Option<Moment> {
    let number = number.filter(|number| *number > 0)?;
    let millis = if number < 100_000_000_000 { number.checked_mul(1000)? } else { number };
    Timestamp::from_millisecond(millis).ok().map(Moment::Utc)
}

fn name(tag: &Tag<'_>, attribute: &str) -> Option<String> {
    tag.get(attribute).filter(|name| !matches!(name.trim(), "" | "(Unknown)"))
}

/// A subject is not part of the text. RCS keeps something of its own there.
fn subject(tag: &Tag<'_>, attribute: &str) -> Option<String> {
    let subject = super::meta::repaired(&tag.get(attribute)?);
    let is_said = !matches!(subject.trim(), "" | "NoSubject") && !subject.starts_with("proto:");
    is_said.then(|| format!("subject: {subject}"))
}
