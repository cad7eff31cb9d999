//! One message of LINE, put together from its lines.

use super::super::dates::is_mark;
use super::super::shape::{Attachment, Bytes, Entry, Form, Moment, Place, Revision, Sender, file_name};
use super::words::{Call, Sent, Unsent, call, is_service, sent, unsent};

/// A message whose lines are not all read yet.
pub(super) struct Pending {
    pub(super) line: u32,
    /// Its last line so far.
    pub(super) last: u32,
    /// None where the app itself writes.
    pub(super) name: Option<String>,
    pub(super) at: Moment,
    pub(super) text: String,
    /// Whether words of the app stand where a text does: no column tells them apart.
    pub(super) is_spaced: bool,
}

impl Pending {
    /// The message, or why it is none. `other` is who the chat is with.
    pub(super) fn entry(self, other: Option<&str>) -> Result<Entry, &'static str> {
        let text = unquoted(without_blank_end(&self.text));
        let (name, words) = match self.name.as_deref() {
            // Where blanks alone part the columns, the app's own words may have run into the name.
            Some(all) if self.is_spaced && text.is_empty() => (None, all),
            name => (name, text.as_str()),
        };
        match (unsent(words), name) {
            (Some(Unsent::By(of)), None) => return Ok(self.taken_back(of)),
            (Some(Unsent::By(of)), Some(name)) if of == name => return Ok(self.taken_back(name)),
            (Some(Unsent::BySelf), Some(name)) if self.is_spaced => return Ok(self.taken_back(name)),
            (Some(Unsent::BySelf), None) => {
                return Err("service line: a message that was taken back, by the one who exported");
            }
            _ => {}
        }
        if self.is_spaced && is_service(words) {
            return Err("service line: what the app wrote");
        }
        let form = called(&text);
        let sender = match (self.name.as_deref(), &form, other) {
            (Some(name), ..) => Sender::named(name),
            // Who exports misses the calls of the other side.
            (None, Some(Form::Call { outcome: Some(outcome), .. }), Some(other)) if outcome == "missed" => {
                Sender::named(other)
            }
            (None, Some(_), _) => return Err("call left out: the file does not say who called"),
            (None, None, _) => return Err("service line: what the app wrote"),
        };
        let mut entry = Entry::text(sender, self.at, "", self.line);
        match form {
            Some(form) => entry.form = form,
            None => fill(&mut entry, &text, self.is_spaced),
        }
        Ok(entry)
    }

    fn taken_back(&self, name: &str) -> Entry {
        let mut entry = Entry::text(Sender::named(name), self.at, "", self.line);
        entry.revision = Revision::Deleted;
        entry
    }
}

/// A text without the blank lines that part it from what follows.
fn without_blank_end(mut text: &str) -> &str {
    while let Some((before, last)) = text.rsplit_once('\n')
        && last.trim().is_empty()
    {
        text = before;
    }
    text
}

/// A text of several lines without the quotation marks around it.
fn unquoted(text: &str) -> String {
    let inside =
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|text| text.contains('\n'));
    inside.map_or_else(|| text.to_owned(), |inside| inside.replace("\"\"", "\""))
}

/// Puts what a text stands for into the fields that are for it.
fn fill(entry: &mut Entry, text: &str, is_spaced: bool) {
    let (what, rest) = match bracketed(text) {
        Some((what, rest)) => (what, rest),
        // The programs for computers write the bare word.
        None => match sent(text).filter(|_| is_spaced && text.chars().next().is_some_and(is_capital)) {
            Some(what) => (what, ""),
            None => {
                text.clone_into(&mut entry.text);
                return;
            }
        },
    };
    match what {
        Sent::Place => place(entry, rest),
        Sent::File(what) => {
            entry.attachments.push(Attachment {
                file_name: file_name(rest),
                what: what.to_owned(),
                bytes: Bytes::Missing,
                ..Attachment::default()
            });
        }
        Sent::Other(what) => {
            let words = if rest.is_empty() { what.to_owned() } else { format!("{what}: {rest}") };
            entry.described.push(words);
        }
    }
}

/// A word as the app writes it, which a person seldom does on a phone alone in a line.
fn is_capital(c: char) -> bool {
    c.is_uppercase() || !c.is_ascii()
}

/// What a text that begins with a known word in brackets stands for, and what follows the bracket. Behind a photo or a
/// sticker nothing follows: then a person wrote it.
fn bracketed(text: &str) -> Option<(Sent, &str)> {
    let (word, rest) = text.trim_start_matches(is_mark).strip_prefix(['[', '【'])?.split_once([']', '】'])?;
    let (what, rest) = (sent(word)?, rest.trim());
    let takes_more = match what {
        Sent::Place => true,
        Sent::File(what) => what == "file" && !rest.contains('\n'),
        Sent::Other(what) => !matches!(what, "sticker" | "emoji") && !rest.contains('\n'),
    };
    (rest.is_empty() || takes_more).then_some((what, rest))
}

/// A place: name, address and a link to a map, in a line or several.
fn place(entry: &mut Entry, rest: &str) {
    let url = rest.find("http").and_then(|at| rest.get(at..));
    let url =
        url.and_then(|url| url.split(|c: char| c.is_whitespace() || c == ')').next()).unwrap_or_default();
    let written = if url.is_empty() { rest.to_owned() } else { rest.replace(url, "\n") };
    let pair = pair_in(&written);
    let point = point_of_link(url).or(pair.map(|(point, _)| point));
    let words = pair.map_or(written.clone(), |(_, numbers)| written.replace(numbers, ""));
    let lines = words.lines().map(|line| line.trim_matches([' ', '(', ')', '\t', ',']));
    let mut lines = lines.filter(|line| !line.is_empty());
    let name = lines.next().map(str::to_owned);
    let address = Some(lines.collect::<Vec<_>>().join(", ")).filter(|address| !address.is_empty());
    let place = point.and_then(|(lat, lon)| Place::at(lat, lon));
    if place.is_none() {
        // A link without numbers may still lead to the place.
        url.clone_into(&mut entry.text);
    }
    entry.place = Some(Place { name, address, ..place.unwrap_or_default() });
}

/// The point in a link to a map.
fn point_of_link(url: &str) -> Option<(f64, f64)> {
    let (_, query) = url.split_once('?').unwrap_or_default();
    let named = |name: &str| matches!(name, "q" | "ll" | "query" | "daddr" | "center" | "sll");
    let mut values =
        form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| named(name)).map(|(_, value)| value);
    let point = |text: &str| pair_in(text).map(|(point, _)| point);
    values.find_map(|value| point(&value)).or_else(|| url.split_once('@').and_then(|(_, path)| point(path)))
}

/// The first two numbers with a point in them and a comma between, and the text that they are.
fn pair_in(text: &str) -> Option<((f64, f64), &str)> {
    let is_number = |c: char| c.is_ascii_digit() || c == '.' || c == '-';
    text.match_indices(',').find_map(|(at, _)| {
        let before = text.get(..at)?;
        let behind = text.get(at + 1..)?;
        let lat = before.get(before.trim_end_matches(is_number).len()..)?;
        let lon = behind.trim_start();
        let lon = lon.get(..lon.find(|c| !is_number(c)).unwrap_or(lon.len()))?;
        if !lat.contains('.') || !lon.contains('.') {
            return None;
        }
        let end = at + 1 + (behind.len() - behind.trim_start().len()) + lon.len();
        Some(((lat.parse().ok()?, lon.trim_end_matches('.').parse().ok()?), text.get(at - lat.len()..end)?))
    })
}

/// The call that a text tells of.
fn called(text: &str) -> Option<Form> {
    let words = text.trim_start_matches(is_mark).strip_prefix(['☎', '☏', '📞', '📹'])?;
    let words = words.trim_start_matches(['\u{fe0f}', '\u{fe0e}']).trim();
    let time = words.rfind(|c: char| !c.is_ascii_digit() && c != ':').map_or(words, |at| {
        let rest = words.get(at..).unwrap_or_default();
        rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default()
    });
    let seconds = seconds(time);
    let words = if seconds.is_some() { words.strip_suffix(time)? } else { words };
    let (seconds, outcome) = match call(words.trim_end_matches([' ', ':', '：']))? {
        Call::Taken => (seconds, None),
        Call::Not(outcome) => (None, Some(outcome.to_owned())),
    };
    Some(Form::Call { seconds, outcome })
}

/// Seconds of `1:23` or `1:02:03`.
fn seconds(time: &str) -> Option<u32> {
    let numbers: Option<Vec<u32>> = time.split(':').map(|number| number.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| matches!(numbers.len(), 2 | 3))?;
    numbers.iter().try_fold(0_u32, |all, number| all.checked_mul(60)?.checked_add(*number))
}
