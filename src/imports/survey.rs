//! The first reading of a file: what is in it, and nothing of it kept but counts, names and a sample.

use std::collections::HashMap;

use super::formats::dates::{Basis, DateOrder, Order, Orders};
use super::formats::reading::{Chat, Halt, Sink};
use super::formats::shape::{Entry, Format, Moment, Shown};
use super::plan::Need;
use super::preview::{
    Conversation, ParticipantView, Preview, SAMPLE, SAMPLE_CHARS, SKIPPED_LISTED, SampleView, SkippedView,
};
use crate::error::{Error, Result};
use crate::messages::model::Sender;

/// How the reason begins by which the rest of a broken file is not read.
pub const REST: &str = "the rest of the file: ";

/// Conversations that are told apart in one file.
const MOST_CHATS: usize = 10_000;
/// Writers that are told apart in one conversation.
const MOST_PARTICIPANTS: usize = 5_000;

/// Gathers what a preview tells.
#[derive(Default)]
pub struct Survey {
    chats: Vec<Found>,
    numbers: HashMap<String, u32>,
    orders: Orders,
    skipped: Vec<SkippedView>,
    skipped_count: u64,
    notes: Vec<String>,
    sample: Vec<Sampled>,
    sampled_chat: Option<u32>,
}

struct Found {
    key: String,
    title: Option<String>,
    handle: Option<String>,
    newest_first: bool,
    participants: Vec<ParticipantView>,
    places: HashMap<String, usize>,
    messages: u64,
    /// The first and last moments in each way of writing: which is earlier may hang on the order of day and month.
    spans: Vec<Span>,
}

/// The first and last moment of one kind, in each of [`DateOrder::ALL`].
struct Span {
    style: Option<u8>,
    ends: [Option<(Shown, Shown)>; 3],
}

struct Sampled {
    at: Moment,
    sender: Sender,
    body: String,
}

impl Sink for Survey {
    fn chat(&mut self, chat: Chat<'_>) -> u32 {
        let known = self.numbers.get(chat.key).copied();
        let number = known.unwrap_or_else(|| self.add(&chat));
        if let Some(found) = self.chats.get_mut(number as usize) {
            let filled = |old: &mut Option<String>, new: Option<&str>| {
                if old.is_none() {
                    *old = new.map(str::to_owned);
                }
            };
            filled(&mut found.title, chat.title);
            filled(&mut found.handle, chat.handle);
        }
        number
    }

    fn entry(&mut self, chat: u32, entry: Entry) -> Result<(), Halt> {
        let Some(found) = self.chats.get_mut(chat as usize) else {
            self.skip(entry.line, "message left out: the file has more conversations than can be told apart");
            return Ok(());
        };
        if let Moment::Written(written) = &entry.at {
            self.orders.add(written);
        }
        found.count(&entry);
        let sampled = *self.sampled_chat.get_or_insert(chat);
        if sampled == chat && self.sample.len() < SAMPLE {
            self.sample.push(Sampled {
                at: entry.at,
                body: entry.body().chars().take(SAMPLE_CHARS).collect(),
                sender: Sender { key: entry.sender.key, name: entry.sender.name },
            });
        }
        Ok(())
    }

    fn skip(&mut self, line: u32, reason: &str) {
        self.skipped_count += 1;
        if self.skipped.len() < SKIPPED_LISTED {
            self.skipped.push(SkippedView::new(line, reason));
        }
    }

    fn note(&mut self, note: &str) {
        if self.notes.len() < SKIPPED_LISTED {
            self.notes.push(note.to_owned());
        }
    }
}

impl Survey {
    fn add(&mut self, chat: &Chat<'_>) -> u32 {
        let Some(number) = u32::try_from(self.chats.len()).ok().filter(|_| self.chats.len() < MOST_CHATS)
        else {
            return u32::MAX;
        };
        self.numbers.insert(chat.key.to_owned(), number);
        self.chats.push(Found {
            key: chat.key.to_owned(),
            title: None,
            handle: None,
            newest_first: chat.newest_first,
            participants: Vec::new(),
            places: HashMap::new(),
            messages: 0,
            spans: Vec::new(),
        });
        number
    }

    /// Refuses a file of which nothing could be read because it is broken: there is nothing to preview.
    ///
    /// # Errors
    /// 422 `malformed-file`.
    pub fn is_worth_something(&self) -> Result<()> {
        let broken = self.skipped.iter().find(|skipped| skipped.reason.starts_with(REST));
        match broken {
            Some(broken) if self.chats.iter().all(|chat| chat.messages == 0) => Err(Error::unprocessable(
                "malformed-file",
                format!("The file is broken at line {}: {}.", broken.line, &broken.reason[REST.len()..]),
            )),
            _ => Ok(()),
        }
    }

    /// What the file holds, once it is read.
    pub fn preview(self) -> Preview {
        let orders = self.orders.all();
        let order_of = |moment: &Moment| match moment {
            Moment::Written(written) => order_of(&orders, Some(written.style)),
            Moment::Utc(_) | Moment::Local(_) => DateOrder::Ymd,
        };
        let sample = self.sample.into_iter().map(|sampled| SampleView {
            at: shown(&sampled.at, order_of(&sampled.at)),
            sender: sampled.sender,
            body: sampled.body,
        });
        Preview {
            conversations: self.chats.into_iter().map(|chat| chat.conversation(&orders)).collect(),
            date_order: whole(&orders).as_str().to_owned(),
            orders: orders.iter().map(|order| (order.style, order.order.as_str().to_owned())).collect(),
            evidence: orders.iter().map(evidence).collect(),
            skipped: self.skipped,
            skipped_count: self.skipped_count,
            sample: sample.collect(),
            notes: self.notes,
        }
    }
}

/// The order for all ways of writing together: where they differ, or one is not known, a person should look.
fn whole(orders: &[Order]) -> DateOrder {
    match orders {
        [] => DateOrder::Ymd,
        [first, rest @ ..] if rest.iter().all(|order| order.order == first.order) => first.order,
        all if all.iter().any(|order| order.order == DateOrder::Ambiguous) => DateOrder::Ambiguous,
        // Each way of writing is read in its own; the first speaks for the file.
        [first, ..] => first.order,
    }
}

fn order_of(orders: &[Order], style: Option<u8>) -> DateOrder {
    let known = style.map(|style| orders.iter().find(|order| order.style == style));
    match known {
        None => DateOrder::Ymd,
        Some(order) => order.map_or(DateOrder::Ambiguous, |order| order.order),
    }
}

fn evidence(order: &Order) -> String {
    let Order { order: found, basis, dates, settling, against, .. } = order;
    let by = match basis {
        Basis::Dates => format!("{settling} of {dates} dates can be read in no other order"),
        Basis::Year => format!("in {dates} dates the number that hardly changes is the year"),
        Basis::Sequence => {
            format!("read otherwise, the {dates} dates of the file would jump to and fro in time")
        }
        Basis::Custom => format!("{dates} dates are written with a sign that is used in this order only"),
        Basis::Alike => format!("{dates} dates are written like others of the file that are in this order"),
        Basis::Same => format!("{dates} dates are the same day in every order"),
        Basis::Nothing => format!("{dates} dates can be read in more than one order"),
    };
    let against = if *against > 0 { format!("; {against} are no date in it") } else { String::new() };
    format!("{}: {by}{against}", found.as_str())
}

fn shown(moment: &Moment, order: DateOrder) -> String {
    moment.shown(order).map_or_else(String::new, |shown| shown.to_string())
}

impl Found {
    fn count(&mut self, entry: &Entry) {
        self.messages += 1;
        let place = self.places.get(&entry.sender.key).copied().or_else(|| {
            (self.participants.len() < MOST_PARTICIPANTS).then(|| {
                self.places.insert(entry.sender.key.clone(), self.participants.len());
                self.participants.push(ParticipantView {
                    key: entry.sender.key.clone(),
                    name: None,
                    count: 0,
                });
                self.participants.len() - 1
            })
        });
        if let Some(participant) = place.and_then(|place| self.participants.get_mut(place)) {
            participant.count += 1;
            if entry.sender.name.is_some() {
                participant.name.clone_from(&entry.sender.name);
            }
        }
        let style = match &entry.at {
            Moment::Written(written) => Some(written.style),
            Moment::Local(_) => None,
            // A way of its own, so that whether there are local times is known.
            Moment::Utc(_) => Some(u8::MAX),
        };
        let known = self.spans.iter().position(|span| span.style == style).unwrap_or_else(|| {
            self.spans.push(Span { style, ends: [None; 3] });
            self.spans.len() - 1
        });
        let Some(span) = self.spans.get_mut(known) else { return };
        for (ends, order) in span.ends.iter_mut().zip(DateOrder::ALL) {
            let Some(at) = entry.at.shown(order) else { continue };
            *ends = Some(ends.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
        }
    }

    fn conversation(self, orders: &[Order]) -> Conversation {
        let ends = self.spans.iter().flat_map(|span| {
            let order =
                if span.style == Some(u8::MAX) { DateOrder::Ymd } else { order_of(orders, span.style) };
            let wanted = DateOrder::ALL.into_iter().zip(span.ends);
            // Of an unknown order, as the preview's other moments are shown: the first in which there is a date.
            wanted
                .filter(move |(of, ends)| (*of == order || order == DateOrder::Ambiguous) && ends.is_some())
                .find_map(|(_, ends)| ends)
        });
        let (mut first, mut last): (Option<Shown>, Option<Shown>) = (None, None);
        for (from, to) in ends {
            first = Some(first.map_or(from, |first| first.min(from)));
            last = Some(last.map_or(to, |last| last.max(to)));
        }
        let local = self.spans.iter().any(|span| span.style != Some(u8::MAX));
        let ambiguous = self
            .spans
            .iter()
            .any(|span| span.style != Some(u8::MAX) && order_of(orders, span.style) == DateOrder::Ambiguous);
        let needs = [(local, Need::TimeZone), (true, Need::Me), (ambiguous, Need::DateOrder)];
        Conversation {
            key: self.key,
            title: self.title,
            handle: self.handle,
            newest_first: self.newest_first,
            participants: self.participants,
            messages: self.messages,
            first_at: first.map(|at| at.to_string()),
            last_at: last.map(|at| at.to_string()),
            needs: needs.into_iter().filter(|(needed, _)| *needed).map(|(_, need)| need).collect(),
        }
    }
}

/// The platform whose file this is.
#[must_use]
pub fn format_named(name: &str) -> Option<Format> {
    Format::ALL.into_iter().find(|format| format.as_str() == name)
}
