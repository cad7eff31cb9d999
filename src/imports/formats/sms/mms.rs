//! One multimedia message: its parts and addresses come in tags of their own.

use super::super::inline::{Files, from_base64};
use super::super::shape::{Entry, Moment, Sender, file_name};
use super::super::text::add_line;
use super::people::People;
use super::tag::Tag;
use super::{DRAFT, Direction, Place, UNKNOWN, direction, me, moment, name, single, subject};

/// What stands for the phone's own number.
const OWN: &str = "insert-address-token";
/// Parts and addresses of one message.
const MOST: usize = 256;

const NO_DATE: &str = "a message or call without a date";
const NO_DIRECTION: &str = "a message of which the file does not say whether it was sent or received";

/// A message while its parts come.
pub(super) struct Mms {
    line: u32,
    at: Option<Moment>,
    direction: Option<Direction>,
    is_notice: bool,
    others: Option<String>,
    title: Option<String>,
    subject: Option<String>,
    text: String,
    files: Files,
    from: Option<String>,
    to: Vec<String>,
    told: Vec<&'static str>,
}

impl Mms {
    /// Of the tag that it begins with.
    pub(super) fn new(tag: &Tag<'_>) -> Self {
        let kind = tag.number("m_type");
        let by_kind = match kind {
            Some(128) => Some(Direction::Out),
            Some(130 | 132) => Some(Direction::In),
            _ => None,
        };
        Self {
            line: tag.line,
            at: moment(tag.number("date")),
            direction: direction(tag.number("msg_box")).or(by_kind),
            is_notice: kind == Some(130),
            others: tag.get("address").filter(|address| !address.trim().is_empty() && address != OWN),
            title: name(tag, "contact_name"),
            subject: subject(tag, "sub"),
            text: String::new(),
            files: Files::default(),
            from: None,
            to: Vec::new(),
            told: Vec::new(),
        }
    }

    /// The line on which it starts.
    pub(super) const fn line(&self) -> u32 {
        self.line
    }

    /// Takes a part: words, a file, or the order in which a phone shows them.
    pub(super) fn part(&mut self, tag: &Tag<'_>) {
        let media_type = tag.get("ct").unwrap_or_default().trim().to_ascii_lowercase();
        if media_type == "application/smil" {
            return;
        }
        let words = tag.get("text");
        let written = tag.value("data");
        let data = written.as_deref().filter(|_| !tag.is_cut("data"));
        let data = data.and_then(|data| from_base64(data.as_bytes()));
        if media_type == "text/plain" && tag.get("cd").as_deref() != Some("attachment") {
            let words = words.or_else(|| data.map(|data| String::from_utf8_lossy(&data).into_owned()));
            self.words(&words.unwrap_or_default(), tag.is_cut("text"));
            return;
        }
        if self.files.found.len() >= MOST {
            self.tell("message kept without all of its files: there are too many");
            return;
        }
        let called =
            ["fn", "name", "cl"].iter().find_map(|name| tag.get(name).and_then(|name| file_name(&name)));
        if tag.is_cut("data") {
            self.tell("message kept without the bytes of a file that is too large");
        } else if data.is_none() && written.is_some() {
            self.tell("message kept without the bytes of a file that is damaged");
        }
        self.files.add(called, &media_type, data.or_else(|| words.map(String::into_bytes)));
    }

    /// Takes an address: the sender's, or one of those it was sent to.
    pub(super) fn address(&mut self, tag: &Tag<'_>) {
        let Some(address) = tag.get("address").filter(|address| !address.trim().is_empty() && address != OWN)
        else {
            return;
        };
        match tag.number("type") {
            Some(137) => self.from = Some(address),
            _ if self.to.len() < MOST => self.to.push(address),
            _ => self.tell("message kept without all of the addresses that it was sent to"),
        }
    }

    fn words(&mut self, words: &str, is_cut: bool) {
        let fits = if self.text.is_empty() {
            words.clone_into(&mut self.text);
            true
        } else {
            words.is_empty() || add_line(&mut self.text, words)
        };
        if is_cut || !fits {
            self.tell("message kept without the end of its text, which is too long");
        }
    }

    fn tell(&mut self, reason: &'static str) {
        if !self.told.contains(&reason) {
            self.told.push(reason);
        }
    }

    /// The message, where it belongs, and what is missing of it; or why there is none.
    pub(super) fn close(
        mut self,
        people: &mut People,
    ) -> Result<(Place, Entry, Vec<&'static str>), (u32, &'static str)> {
        let at = self.at.ok_or((self.line, NO_DATE))?;
        let direction = self.direction.ok_or((self.line, NO_DIRECTION))?;
        if direction == Direction::Draft {
            return Err((self.line, DRAFT));
        }
        let (place, sender) = self.people(direction, people);
        if self.files.is_over {
            self.tell("message kept without the bytes of a file that is too large");
        }
        let mut entry = Entry::text(sender, at, self.text, self.line);
        entry.described.extend(self.subject);
        entry.described.extend(direction.words().map(str::to_owned));
        if self.is_notice {
            entry.described.push("multimedia message that the phone did not fetch".to_owned());
        }
        entry.attachments = self.files.found;
        Ok((place, entry, self.told))
    }

    /// Of a group, the file names all others in one attribute; which of them wrote stands among the addresses.
    fn people(&self, direction: Direction, people: &mut People) -> (Place, Sender) {
        let named = self.others.as_deref().map(|others| others.split('~').collect::<Vec<_>>());
        let (from, to) = (self.from.as_deref(), self.to.iter().map(String::as_str));
        let others = match (named, direction) {
            (Some(named), _) => named,
            // The phone's own number is among those it was sent to, and nothing says which one it is.
            (None, Direction::In) => from.into_iter().collect(),
            (None, _) => to.collect(),
        };
        let mut others: Vec<&str> = others.into_iter().filter(|other| !other.trim().is_empty()).collect();
        others.truncate(MOST);
        if let [] | [_] = others.as_slice() {
            let (place, other) =
                single(people, others.first().copied().unwrap_or_default(), self.title.as_deref());
            return (place, if direction == Direction::In { other } else { me() });
        }
        let mut keys: Vec<String> = others.iter().map(|other| people.key(other, None)).collect();
        keys.sort_unstable();
        keys.dedup();
        let sender = match (direction, from) {
            (Direction::In, Some(from)) => {
                let key = people.key(from, None);
                Sender { name: people.name(&key), key }
            }
            (Direction::In, None) => Sender { key: UNKNOWN.to_owned(), name: None },
            _ => me(),
        };
        (Place { key: keys.join("~"), title: self.title.clone(), handle: None }, sender)
    }
}
