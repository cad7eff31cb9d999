//! What the XML parser is given in place of a backup. Pictures stand in attributes, of any size, and a parser keeps
//! all of a tag: each value ends at its bound. References to half an emoji are no XML: the halves become one. A tag
//! that is not closed is, so that it costs itself and no other.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use quick_xml::escape::resolve_predefined_entity;

use super::super::text::{Decoded, LONGEST_LINE};

/// Bytes of the attribute that carries a file, in base64, and of all attributes of a tag together.
const LONGEST_DATA: usize = 24 << 20;
const LONGEST_TAG: usize = 28 << 20;
/// Bytes that are looked at together: two references, or the beginning of a message.
const AHEAD: usize = 128;

/// What stands for text between tags, of whatever length.
const LOOSE: &str = "<?loose?>";

/// A file as XML that a parser can take. It is handed out in pieces that never go beyond the end of a tag, so that what
/// is told of the tag here is of the one that the parser has just read.
pub(super) struct Bounded<'a> {
    text: Decoded<'a>,
    ahead: String,
    at: usize,
    out: String,
    given: usize,
    place: Place,
    is_loose: bool,
    /// The line that has been reached.
    pub(super) line: u32,
    /// What is told of the tag.
    pub(super) tag: Told,
}

/// What a parser does not tell of a tag.
#[derive(Default)]
pub(super) struct Told {
    /// The line on which it starts.
    pub(super) line: u32,
    /// Whether the next tag starts before it ends.
    pub(super) is_broken: bool,
    /// Its attributes of which the end was left out.
    pub(super) cut: Vec<String>,
    /// The attribute that is being read, and whether its value comes next.
    name: String,
    is_named: bool,
    /// Bytes that its value may still have.
    room: usize,
    /// Bytes of all values, and of all else.
    values: usize,
    markup: usize,
}

#[derive(Clone, Copy)]
enum Place {
    Between,
    Tag,
    /// In the value that this quote ends.
    Value(u8),
    /// In a comment or a declaration that this ends.
    Aside(&'static str),
}

impl<'a> Bounded<'a> {
    /// At the beginning of a file.
    pub(super) fn new(bytes: &'a mut dyn BufRead) -> io::Result<Self> {
        Ok(Self {
            text: Decoded::new(bytes)?,
            ahead: String::new(),
            at: 0,
            out: String::new(),
            given: 0,
            place: Place::Between,
            is_loose: false,
            line: 1,
            tag: Told::default(),
        })
    }

    /// As [`Decoded::note`].
    pub(super) fn note(&self) -> Option<String> {
        self.text.note()
    }

    fn look_ahead(&mut self) -> io::Result<()> {
        while self.ahead.len() - self.at < AHEAD {
            let piece = self.text.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            self.ahead.drain(..self.at);
            self.at = 0;
            self.ahead.push_str(&String::from_utf8_lossy(piece));
            let count = piece.len();
            self.text.consume(count);
        }
        Ok(())
    }

    /// Hands out something of the text; how many bytes of it that took.
    fn mend(&mut self, text: &str) -> usize {
        match self.place {
            Place::Between => self.between(text),
            Place::Tag => self.tag(text),
            Place::Value(quote) => self.value(quote, text),
            Place::Aside(end) => {
                if let Some(at) = text.find(end) {
                    self.out.push_str("-->");
                    self.place = Place::Between;
                    at + end.len()
                } else if text.len() < AHEAD {
                    text.len()
                } else {
                    text.floor_char_boundary(text.len() - end.len())
                }
            }
        }
    }

    fn between(&mut self, text: &str) -> usize {
        let blanks = text.len() - text.trim_ascii_start().len();
        if blanks > 0 {
            return blanks;
        }
        self.tag = Told { line: self.line, ..Told::default() };
        if !text.starts_with('<') {
            if !std::mem::replace(&mut self.is_loose, true) {
                self.out.push_str(LOOSE);
            }
            return text.find('<').unwrap_or(text.len());
        }
        self.is_loose = false;
        let (given, place, taken) = match text.as_bytes() {
            [_, b'!', b'-', b'-', ..] => ("<!--", Place::Aside("-->"), 4),
            [_, b'!', ..] => ("<!--", Place::Aside(">"), 1),
            [_, b'?', ..] => ("<!--", Place::Aside("?>"), 1),
            _ => ("<", Place::Tag, 1),
        };
        self.out.push_str(given);
        self.place = place;
        taken
    }

    fn tag(&mut self, text: &str) -> usize {
        let ends_word = |c: char| c.is_ascii_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '=' | '&');
        let word = text.get(..text.find(ends_word).unwrap_or(text.len())).unwrap_or_default();
        let taken = word.len().max(1);
        self.tag.markup += taken;
        if self.tag.markup > LONGEST_LINE || text.starts_with('<') {
            self.break_off();
            return 0;
        }
        if !word.is_empty() {
            // The value before is missing, and this is the next attribute.
            if self.tag.is_named && text.get(word.len()..).is_some_and(|rest| rest.starts_with('=')) {
                self.out.push_str("'' ");
            }
            self.out.push_str(word);
            word.clone_into(&mut self.tag.name);
            self.tag.is_named = false;
            return taken;
        }
        match text.as_bytes().first() {
            Some(b'>') => {
                self.out.push('>');
                self.place = Place::Between;
            }
            Some(b'=') => {
                self.out.push('=');
                self.tag.is_named = true;
            }
            Some(quote @ (b'"' | b'\'')) if self.tag.is_named => {
                self.out.push(char::from(*quote));
                self.place = Place::Value(*quote);
                let most = if self.tag.name == "data" { LONGEST_DATA } else { LONGEST_LINE };
                self.tag.room = most.min(LONGEST_TAG - self.tag.values);
            }
            Some(b'&') => {
                let (mended, taken) = mended(text);
                self.out.push_str(&mended);
                self.tag.is_named = false;
                return taken;
            }
            // Blanks, and quotes where none belong.
            _ => self.out.push(' '),
        }
        taken
    }

    fn value(&mut self, quote: u8, text: &str) -> usize {
        match memchr::memchr3(quote, b'<', b'&', text.as_bytes()).unwrap_or(text.len()) {
            0 if text.as_bytes().first() == Some(&quote) => {
                self.out.push(char::from(quote));
                self.place = Place::Tag;
                self.tag.is_named = false;
                1
            }
            0 if begins_message(text) => {
                self.out.push(char::from(quote));
                self.break_off();
                0
            }
            0 => {
                let (mended, taken) = mended(text);
                // Half a reference is none.
                if mended.len() > self.tag.room {
                    self.tag.room = 0;
                }
                self.keep(&mended);
                taken
            }
            run => {
                self.keep(text.get(..run).unwrap_or_default());
                run
            }
        }
    }

    fn keep(&mut self, part: &str) {
        let kept = part.get(..part.floor_char_boundary(self.tag.room)).unwrap_or_default();
        self.out.push_str(kept);
        self.tag.values += kept.len();
        self.tag.room -= kept.len();
        if kept.len() < part.len() {
            self.tag.room = 0;
            if self.tag.cut.last() != Some(&self.tag.name) {
                self.tag.cut.push(self.tag.name.clone());
            }
        }
    }

    fn break_off(&mut self) {
        self.out.push('>');
        self.place = Place::Between;
        self.tag.is_broken = true;
    }
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Bounded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.given >= self.out.len() {
            self.out.clear();
            self.given = 0;
            self.look_ahead()?;
            if self.at == self.ahead.len() {
                break;
            }
            let ahead = std::mem::take(&mut self.ahead);
            let text = ahead.get(self.at..).unwrap_or_default();
            let taken = self.mend(text);
            let breaks = memchr::memchr_iter(b'\n', text.as_bytes().get(..taken).unwrap_or_default()).count();
            self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            self.at += taken;
            self.ahead = ahead;
        }
        Ok(self.out.as_bytes().get(self.given..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.given += amount;
    }
}

/// Whether a message's tag and its first attribute begin here: the quote of the value before it is missing then.
fn begins_message(text: &str) -> bool {
    let inside = ["<sms ", "<mms ", "<call "].iter().find_map(|begin| text.strip_prefix(begin));
    let name = |c: char| c.is_ascii_lowercase() || c == '_';
    let value = inside.and_then(|inside| inside.trim_start_matches(name).strip_prefix('='));
    value.is_some_and(|value| value.starts_with(['"', '\'']))
}

/// What stands in XML for the `<` or `&` here, and how many bytes it takes the place of.
fn mended(text: &str) -> (Cow<'static, str>, usize) {
    if text.starts_with('<') {
        return (Cow::Borrowed("<"), 1);
    }
    let name = reference(text).unwrap_or_default();
    let taken = name.len() + 2;
    if resolve_predefined_entity(name).is_some() {
        return (Cow::Owned(format!("&{name};")), taken);
    }
    let Some(unit) = number(name) else { return (Cow::Borrowed("&amp;"), 1) };
    let other = text.get(taken..).and_then(reference).unwrap_or_default();
    let (code, taken) = match (unit, number(other)) {
        (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) => {
            (0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), taken + other.len() + 2)
        }
        _ => (unit, taken),
    };
    let is_sound = char::from_u32(code).is_some_and(|c| c >= ' ' || matches!(c, '\t' | '\n' | '\r'));
    (if is_sound { Cow::Owned(format!("&#{code};")) } else { Cow::Borrowed("\u{fffd}") }, taken)
}

/// The name of the reference at the beginning of a text.
fn reference(text: &str) -> Option<&str> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    text.get(..end)?.strip_prefix('&')
}

fn number(name: &str) -> Option<u32> {
    let number = name.strip_prefix('#')?;
    match number.strip_prefix(['x', 'X']) {
        Some(number) => u32::from_str_radix(number, 16).ok(),
        None => number.parse().ok(),
    }
}
