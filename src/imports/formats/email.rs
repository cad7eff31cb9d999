//! E-mail: a message (`.eml`) or a mailbox of them (`.mbox`).
//!
//! A conversation is all mail among the same people, whichever of them wrote: everybody in From, To, Cc and Bcc. Who of
//! them owns the mailbox is not known while it is read, so the key names all. Whoever a provider says it delivered to is
//! the owner, and then the other of two people is the conversation's handle.

use std::io::{BufRead, Cursor, Read};

use super::order::Order;
use super::reading::{Chat, Halt, Head, Importer, Parts, Sink};
use super::shape::{Entry, Format};
use super::text::Decoded;

mod body;
mod date;
mod header;
mod html;
mod message;
mod split;
#[cfg(test)]
mod tests;

use message::{Place, Reader};
use split::Mails;

/// The reader.
pub const IMPORTER: Importer = Importer {
    format: Format::Email,
    looked_for: "e-mail (a message with its headers, or an mbox)",
    recognise,
    read,
};

/// Headers that nothing but mail has.
const OF_MAIL: [&str; 16] = [
    "from",
    "to",
    "cc",
    "bcc",
    "subject",
    "reply-to",
    "message-id",
    "in-reply-to",
    "references",
    "received",
    "return-path",
    "delivered-to",
    "mime-version",
    "dkim-signature",
    "x-mailer",
    "envelope-to",
];
/// Those that no letter begins with which somebody typed.
const BY_MACHINES: [&str; 12] = [
    "message-id",
    "in-reply-to",
    "references",
    "received",
    "return-path",
    "delivered-to",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "dkim-signature",
    "x-mailer",
    "envelope-to",
];

/// A file that begins like an e-mail is one to its end, whatever people quote in it.
fn recognise(head: &Head<'_>) -> u32 {
    let text = head.trimmed();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let is_mailbox = split::is_from_line(first.as_bytes());
    let Some(Headers { of_mail, by_machines, dated, addressed }) =
        headers(if is_mailbox { rest } else { text })
    else {
        return 0;
    };
    let lines = || u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    match of_mail {
        1.. if is_mailbox => lines(),
        1.. if by_machines > 0 && of_mail + by_machines + dated > 2 => lines(),
        2.. if addressed => 1,
        // All that some broken messages have.
        _ if by_machines > 0 && (first.contains("multipart/") || first.contains("message/rfc822")) => 1,
        _ => 0,
    }
}

#[derive(Default)]
struct Headers {
    of_mail: usize,
    by_machines: usize,
    dated: usize,
    /// Whether there is an address among them.
    addressed: bool,
}

/// The headers that a text begins with; none where something else stands between them.
fn headers(text: &str) -> Option<Headers> {
    let mut found = Headers::default();
    for line in text.lines().take_while(|line| !line.trim().is_empty()) {
        if line.starts_with([' ', '\t']) || line.starts_with(">From ") {
            continue;
        }
        let (name, value) = line.split_once(':')?;
        let name = name.trim_end().to_ascii_lowercase();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let is_of_mail = OF_MAIL.contains(&name.as_str());
        found.of_mail += usize::from(is_of_mail);
        found.by_machines += usize::from(BY_MACHINES.contains(&name.as_str()));
        found.dated += usize::from(name == "date");
        found.addressed |= is_of_mail && value.contains('@');
    }
    Some(found)
}

fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    let mut reader = Reader::default();
    while let Some(part) = parts.next()? {
        let mut mark = Vec::new();
        (&mut *part.bytes).take(2).read_to_end(&mut mark)?;
        let is_wide = matches!(mark.as_slice(), [0xFF, 0xFE] | [0xFE, 0xFF]);
        let mut bytes = Cursor::new(mark).chain(part.bytes);
        if !is_wide {
            mailbox(&mut bytes, &mut reader, sink)?;
            continue;
        }
        // An e-mail says of each part how it is encoded, so that only what an editor saved as UTF-16 is turned back.
        let mut decoded = Decoded::new(&mut bytes)?;
        mailbox(&mut decoded, &mut reader, sink)?;
        if let Some(note) = decoded.note() {
            sink.note(&note);
        }
    }
    Ok(())
}

fn mailbox(bytes: &mut dyn BufRead, reader: &mut Reader, sink: &mut dyn Sink) -> Result<(), Halt> {
    let mut order = Order::new(false);
    let mut mails = Mails::new(bytes);
    let mut any = false;
    while let Some(mail) = mails.next()? {
        any = true;
        match reader.read(&mail) {
            Ok((place, entry, told)) => {
                told.iter().for_each(|reason| sink.skip(mail.line, reason));
                let ready = order.add(place, entry);
                release(ready, order.newest_first(), sink)?;
            }
            Err(reason) => sink.skip(mail.line, reason),
        }
    }
    if !any {
        sink.skip(1, "the file is empty");
    }
    release(order.rest(), order.newest_first(), sink)
}

fn release(ready: Vec<(Place, Entry)>, newest_first: bool, sink: &mut dyn Sink) -> Result<(), Halt> {
    for (place, entry) in ready {
        let Place { key, title, handle } = &place;
        let chat = sink.chat(Chat { key, title: title.as_deref(), handle: handle.as_deref(), newest_first });
        sink.entry(chat, entry)?;
    }
    Ok(())
}
