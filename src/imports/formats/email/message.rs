//! One e-mail: who wrote it to whom, when, and what.

use std::borrow::Cow;

use mailparse::{MailHeader, ParsedMail, parse_headers, parse_mail};

use super::super::shape::{Entry, Sender};
use super::body::Body;
use super::date;
use super::header::{self, Person};
use super::split::Mail;

/// Parts of a message, and headers before a body, that no program writes more of.
const MOST_PARTS: usize = 20_000;
const MOST_HEADERS: usize = 10_000;
const LONGEST_HEADERS: usize = 1 << 20;
/// People that a conversation is named after.
const MOST_PEOPLE: usize = 100;
/// People in its title.
const MOST_NAMES: usize = 4;
/// Headers in which providers say to whom they delivered.
const OWNERS: [&str; 4] = ["delivered-to", "x-original-to", "envelope-to", "x-delivered-to"];

/// A message, where it belongs, and what is missing of it; or why there is none.
pub(super) type Read = Result<(Place, Entry, Vec<&'static str>), &'static str>;

/// The conversation that a message belongs to.
pub(super) struct Place {
    /// Names it.
    pub(super) key: String,
    /// The people in it.
    pub(super) title: Option<String>,
    /// The other's address, if there is one other and it is known which.
    pub(super) handle: Option<String>,
}

/// Reads the messages of an export.
#[derive(Default)]
pub(super) struct Reader {
    /// The address of whoever the mailbox belongs to, once a message tells.
    owner: Option<String>,
}

impl Reader {
    /// Reads a message.
    pub(super) fn read(&mut self, mail: &Mail) -> Read {
        let bytes = with_line_ends(&mail.bytes);
        let (is_sane, headers_end) = measure(&bytes);
        let head = bytes.get(..headers_end).unwrap_or(&bytes);
        let (headers, _) =
            parse_headers(head).map_err(|_| "an e-mail of which the headers cannot be read")?;
        let parsed = if is_sane { parse_mail(&bytes).ok() } else { None };
        let (place, mut entry) = self.envelope(&headers, mail.line)?;
        let mut body = Body::new(mail.is_cut.then_some(bytes.as_ref()));
        match &parsed {
            Some(parsed) => body.walk(parsed),
            None => body
                .tell("message kept without its text and files: it has more parts or headers than an e-mail can have"),
        }
        if mail.is_cut {
            body.tell("message kept without its end: it is too large");
        }
        entry.text = body.take_text();
        entry.attachments = body.files.found;
        if body.files.is_over {
            body.told.push("message kept without the bytes of a file that is too large");
        }
        Ok((place, entry, body.told))
    }

    fn envelope(&mut self, headers: &[MailHeader<'_>], line: u32) -> Result<(Place, Entry), &'static str> {
        let date = header::value(headers, "date").ok_or("an e-mail without a date")?;
        let at = date::moment(&date).ok_or("an e-mail with a date that cannot be read")?;
        let from = ["from", "sender", "reply-to", "return-path"];
        let from = from.iter().find_map(|name| header::people(headers, &[name]).into_iter().next());
        let mut people = header::people(headers, &["to", "cc", "bcc"]);
        let owner = header::people(headers, &OWNERS).into_iter().next();
        if people.is_empty() {
            people.extend(owner.clone());
        }
        if let Some(owner) = owner {
            self.owner = Some(owner.address);
        }
        let sender = match &from {
            Some(Person { address, name }) => Sender { key: address.clone(), name: name.clone() },
            None => Sender { key: "unknown".to_owned(), name: None },
        };
        people.splice(0..0, from);
        let mut entry = Entry::text(sender, at, "", line);
        entry.native_id = header::id(headers, "message-id");
        entry.reply_to = header::id(headers, "in-reply-to");
        entry
            .described
            .extend(header::value(headers, "subject").map(|subject| format!("subject: {subject}")));
        Ok((self.place(people), entry))
    }

    fn place(&self, mut people: Vec<Person>) -> Place {
        let names = |people: &[Person]| {
            let mut names: Vec<&str> = Vec::new();
            for person in people {
                let name = person.name.as_deref().unwrap_or(&person.address);
                if !names.contains(&name) && names.len() < MOST_NAMES {
                    names.push(name);
                }
            }
            (!names.is_empty()).then(|| names.join(", "))
        };
        people.sort_by(|one, other| one.address.cmp(&other.address));
        people.dedup_by(|one, other| one.address == other.address);
        let title = names(&people);
        let (one, other) = (people.first(), people.get(1));
        let owner = self.owner.as_deref();
        let handle = match (one, other, people.len()) {
            (Some(one), Some(other), 2) if owner == Some(&one.address) => Some(&other.address),
            (Some(one), Some(other), 2) if owner == Some(&other.address) => Some(&one.address),
            _ => None,
        };
        let mut key: Vec<&str> = people.iter().take(MOST_PEOPLE).map(|one| one.address.as_str()).collect();
        let more = people.len().saturating_sub(MOST_PEOPLE);
        let more = format!("and {more} more");
        if people.len() > MOST_PEOPLE {
            key.push(&more);
        }
        let key = if key.is_empty() { "unknown".to_owned() } else { key.join(", ") };
        Place { handle: handle.cloned(), title, key }
    }
}

/// A message of which the lines end as on an old Macintosh, with line ends that are known.
fn with_line_ends(bytes: &[u8]) -> Cow<'_, [u8]> {
    if bytes.contains(&b'\n') || !bytes.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect())
}

/// Whether a message has as many parts and headers as one can have, so that taking it apart needs little memory; and
/// where its own headers end.
fn measure(bytes: &[u8]) -> (bool, usize) {
    let (mut parts, mut headers, mut size, mut encoded) = (0, 0, 0, 0);
    let (mut in_headers, mut is_sane) = (true, true);
    let (mut at, mut end) = (0, None);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line.starts_with(b"--") {
            parts += 1;
            (headers, size, encoded, in_headers) = (0, 0, 0, true);
        } else if line.trim_ascii().is_empty() {
            in_headers = false;
            end = end.or(Some(at));
        } else if in_headers {
            headers += 1;
            size += line.len();
            encoded += memchr::memmem::find_iter(line, b"=?").count();
            if end.is_none() && headers > MOST_HEADERS {
                end = Some(at);
            }
        }
        is_sane &= parts <= MOST_PARTS && headers <= MOST_HEADERS;
        is_sane &= size <= LONGEST_HEADERS && encoded <= header::MOST_ENCODED;
    }
    (is_sane, end.unwrap_or(bytes.len()))
}

/// Whether a part reaches to the end of a message that was cut off, so that it is cut off itself.
pub(super) fn reaches_end(part: &ParsedMail<'_>, whole: &[u8]) -> bool {
    part.raw_bytes.as_ptr_range().end == whole.as_ptr_range().end
}
