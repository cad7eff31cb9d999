//! HTML taken apart while it comes in: tags and texts, in pieces that are bounded whatever the file holds.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, Read};
use std::rc::Rc;

use html5gum::{Emitter, Error, IoReader, Reader, State, Tokenizer};

use super::super::shallow::Shallow;

/// Bytes of a text that come at a time.
const PIECE: usize = 64 * 1024;
/// Bytes of the name of a tag or an attribute that are kept.
const LONGEST_NAME: usize = 32;
/// Bytes of a value that are kept.
const LONGEST_VALUE: usize = 16 * 1024;

/// What comes next.
pub(super) enum Token {
    /// A start tag.
    Start(Tag),
    /// The name of an end tag.
    End(String),
    /// A text, or a piece of a long one.
    Text(String),
}

/// A start tag with the attributes that are asked for; each is empty where it is not there.
#[derive(Default)]
pub(super) struct Tag {
    pub(super) name: String,
    /// The line on which it stands, from 1.
    pub(super) line: u32,
    pub(super) class: String,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) href: String,
}

impl Tag {
    /// Whether it is of a class.
    pub(super) fn has(&self, class: &str) -> bool {
        self.class.split_ascii_whitespace().any(|one| one == class)
    }
}

/// The tags and texts of a file.
pub(super) struct Tokens<R: Read> {
    tokenizer: Tokenizer<Shallow<Counted<R>>, Collector>,
    line: Rc<Cell<u32>>,
}

impl<R: Read> Tokens<R> {
    pub(super) fn new(text: R) -> Self {
        let line = Rc::new(Cell::new(1));
        let reader = Shallow::new(Counted { reader: IoReader::new(text), line: Rc::clone(&line) });
        let collector = Collector { line: Rc::clone(&line), ..Collector::default() };
        Self { tokenizer: Tokenizer::new_with_emitter(reader, collector), line }
    }

    /// The line that has been reached, from 1.
    pub(super) fn line(&self) -> u32 {
        self.line.get()
    }

    /// The next one; none at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Token>> {
        self.tokenizer.next().transpose()
    }
}

/// Counts the lines that were read.
struct Counted<R: Read> {
    reader: IoReader<R>,
    line: Rc<Cell<u32>>,
}

fn count(line: &Cell<u32>, bytes: &[u8]) {
    let breaks = memchr::memchr_iter(b'\n', bytes).count();
    line.set(line.get().saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX)));
}

impl<R: Read> Reader for Counted<R> {
    type Error = io::Error;

    fn read_byte(&mut self) -> io::Result<Option<u8>> {
        let byte = self.reader.read_byte()?;
        count(&self.line, byte.as_slice());
        Ok(byte)
    }

    fn try_read_string(&mut self, s: &[u8], case_sensitive: bool) -> io::Result<bool> {
        self.reader.try_read_string(s, case_sensitive)
    }

    fn read_until<'b>(&'b mut self, needle: &[u8], small: &'b mut [u8; 4]) -> io::Result<Option<&'b [u8]>> {
        let read = self.reader.read_until(needle, small)?;
        count(&self.line, read.unwrap_or_default());
        Ok(read)
    }
}

/// Makes tokens of what the tokenizer tells.
#[derive(Default)]
struct Collector {
    line: Rc<Cell<u32>>,
    ready: VecDeque<Token>,
    text: Vec<u8>,
    is_end: bool,
    tag_line: u32,
    name: Vec<u8>,
    tag: Tag,
    attribute: Vec<u8>,
    value: Vec<u8>,
}

impl Collector {
    /// Gives the text on; where more of it follows, without a character that is only there in part.
    fn flush(&mut self, more: bool) {
        let whole = match std::str::from_utf8(&self.text) {
            Err(error) if more && error.error_len().is_none() => error.valid_up_to(),
            _ => self.text.len(),
        };
        let rest = self.text.split_off(whole);
        let text = std::mem::replace(&mut self.text, rest);
        if !text.is_empty() {
            self.ready.push_back(Token::Text(String::from_utf8_lossy(&text).into_owned()));
        }
    }

    fn end_attribute(&mut self) {
        let field = match self.attribute.as_slice() {
            b"class" => Some(&mut self.tag.class),
            b"id" => Some(&mut self.tag.id),
            b"title" => Some(&mut self.tag.title),
            b"href" => Some(&mut self.tag.href),
            _ => None,
        };
        // The first of a name counts.
        if let Some(field) = field.filter(|field| field.is_empty()) {
            *field = String::from_utf8_lossy(&self.value).into_owned();
        }
        self.attribute.clear();
        self.value.clear();
    }

    fn begin_tag(&mut self, is_end: bool) {
        self.is_end = is_end;
        self.tag_line = self.line.get();
        self.tag = Tag::default();
        self.name.clear();
        self.attribute.clear();
        self.value.clear();
    }
}

fn push(to: &mut Vec<u8>, bytes: &[u8], most: usize) {
    let room = most.saturating_sub(to.len()).min(bytes.len());
    to.extend_from_slice(bytes.get(..room).unwrap_or_default());
}

impl Emitter for Collector {
    type Token = Token;

    fn pop_token(&mut self) -> Option<Token> {
        self.ready.pop_front()
    }

    fn emit_eof(&mut self) {
        self.flush(false);
    }

    fn emit_string(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
        if self.text.len() >= PIECE {
            self.flush(true);
        }
    }

    fn init_start_tag(&mut self) {
        self.begin_tag(false);
    }

    fn init_end_tag(&mut self) {
        self.begin_tag(true);
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.end_attribute();
        self.flush(false);
        let name = String::from_utf8_lossy(&self.name).into_owned();
        let tag = Tag { line: self.tag_line, ..std::mem::take(&mut self.tag) };
        if !self.is_end {
            self.ready.push_back(Token::Start(Tag { name, ..tag }));
            return None;
        }
        self.ready.push_back(Token::End(name));
        if !tag.class.is_empty() {
            // Ends have no class: this one is damaged and runs into the start tag that comes next.
            self.ready.push_back(Token::Start(Tag { name: "div".to_owned(), ..tag }));
        }
        None
    }

    fn push_tag_name(&mut self, text: &[u8]) {
        push(&mut self.name, text, LONGEST_NAME);
    }

    fn init_attribute(&mut self) {
        self.end_attribute();
    }

    fn push_attribute_name(&mut self, text: &[u8]) {
        push(&mut self.attribute, text, LONGEST_NAME);
    }

    fn push_attribute_value(&mut self, text: &[u8]) {
        push(&mut self.value, text, LONGEST_VALUE);
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    // Scripts are read like everything else: the exporter writes none into its pages.
    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        false
    }

    // Nothing of these is asked for.
    fn set_last_start_tag(&mut self, _: Option<&[u8]>) {}
    fn emit_error(&mut self, _: Error) {}
    fn set_self_closing(&mut self) {}
    fn init_comment(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn emit_current_comment(&mut self) {}
    fn init_doctype(&mut self) {}
    fn emit_current_doctype(&mut self) {}
    fn set_force_quirks(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(html: &[u8]) -> Vec<String> {
        let mut tokens = Tokens::new(html);
        let mut all = Vec::new();
        while let Some(token) = tokens.next().unwrap() {
            all.push(match token {
                Token::Start(tag) => {
                    format!("{}<{} {}|{}|{}|{}>", tag.line, tag.name, tag.class, tag.id, tag.title, tag.href)
                }
                Token::End(name) => format!("</{name}>"),
                Token::Text(text) => text,
            });
        }
        all
    }

    #[test]
    fn tags_texts_and_lines_are_told() {
        let html = "<!DOCTYPE html><!-- x --><DIV class=\"a b\" id='1'\n class=c>\n&lt;é&apos;&#x41;\r\n<br/>z<a href = \"u&amp;v\" title=t>";
        let expected = ["1<div a b|1||>", "\n<é'A\n", "4<br |||>", "z", "4<a ||t|u&v>"];
        assert_eq!(all(html.as_bytes()), expected);
    }

    #[test]
    fn long_texts_come_in_whole_characters_and_long_values_are_cut() {
        for shift in 0..4 {
            let long = format!("{}{}", "x".repeat(shift), "水".repeat(100_000));
            let pieces = all(long.as_bytes());
            assert!(pieces.len() > 1 && pieces.iter().all(|piece| piece.len() < 3 * PIECE));
            assert_eq!(pieces.concat(), long);
        }
        let tag = all(format!("<div class=\"{}\" id=a>", "x".repeat(1 << 20)).as_bytes()).remove(0);
        assert!(tag.len() < 2 * LONGEST_VALUE && tag.ends_with("|a||>"));
        assert_eq!(all(b"</di\n<div class=\"a\">"), ["</di>", "1<div a|||>"]);
        assert!(all(format!("<{}", "a".repeat(1 << 20)).as_bytes()).is_empty());
        let many = all(format!("<div {}id=\"x\">y", "a=\"b\"\n".repeat(200_000)).as_bytes());
        assert_eq!(many, ["1<div |x||>", "y"]);
    }
}
