//! Lines with a look at those that come after.

use std::collections::VecDeque;
use std::io::{self, BufRead};

use super::super::text::Lines;

/// Lines among which the end of a quotation is looked for.
const LONGEST_QUOTE: usize = 1000;
/// Bytes of lines that are read ahead.
const MOST_BYTES: usize = 4 << 20;

/// A line that is kept.
pub(super) struct Owned {
    pub(super) number: u32,
    pub(super) text: String,
    pub(super) is_cut: bool,
}

/// The lines of a file.
pub(super) struct Ahead<'a> {
    lines: Lines<'a>,
    seen: VecDeque<Owned>,
    bytes: usize,
    ended: bool,
}

impl<'a> Ahead<'a> {
    pub(super) fn new(bytes: &'a mut dyn BufRead) -> io::Result<Self> {
        Ok(Self { lines: Lines::new(bytes)?, seen: VecDeque::new(), bytes: 0, ended: false })
    }

    pub(super) fn note(&self) -> Option<String> {
        self.lines.note()
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Owned>> {
        self.look(1)?;
        let line = self.seen.pop_front();
        self.bytes -= line.as_ref().map_or(0, |line| line.text.len());
        Ok(line)
    }

    /// Reads ahead, so that the next `count` lines are seen if there are so many and they are not too long.
    pub(super) fn look(&mut self, count: usize) -> io::Result<()> {
        while self.seen.len() < count && !self.ended && (self.bytes < MOST_BYTES || self.seen.is_empty()) {
            match self.lines.next()? {
                Some(line) => {
                    self.bytes += line.text.len();
                    let (number, is_cut) = (line.number, line.is_cut);
                    self.seen.push_back(Owned { number, text: line.text.to_owned(), is_cut });
                }
                None => self.ended = true,
            }
        }
        Ok(())
    }

    /// The lines that were read ahead.
    pub(super) fn seen(&self) -> impl Iterator<Item = &Owned> {
        self.seen.iter()
    }

    /// How many of the next lines belong to a text because a quotation mark before it says so. Phones put a text of
    /// several lines in them and double those within, so that of all its lines only the first and the last have an odd
    /// number. Where the mark ends nowhere, or in a line that `is_message` of its own, somebody wrote it.
    pub(super) fn quoted(&mut self, text: &str, is_message: impl Fn(&str) -> bool) -> io::Result<usize> {
        if !text.starts_with('"') || !is_odd(text) {
            return Ok(0);
        }
        for count in 1..=LONGEST_QUOTE {
            self.look(count)?;
            let Some(line) = self.seen.get(count - 1) else { break };
            if is_odd(&line.text) {
                let closes = line.text.trim_end().ends_with('"') && !is_message(&line.text);
                return Ok(if closes { count } else { 0 });
            }
        }
        Ok(0)
    }
}

fn is_odd(text: &str) -> bool {
    memchr::memchr_iter(b'"', text.as_bytes()).count() % 2 == 1
}
