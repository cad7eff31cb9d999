//! The files of an export, out of the bytes of one input.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::BufReader;

use crate::formats::reading::{HEAD, Halt, Part, Parts};

/// What ends a file and begins the next one, where an input is several files.
const MARK: &[u8] = b"\n\x1d\n";
/// More files than any check needs.
const MOST_FILES: usize = 16;

/// What files are called: readers take titles and platforms out of names.
const NAMES: [&str; 16] = [
    "WhatsApp Chat with Mai.txt",
    "_chat.txt",
    "result.json",
    "ChatExport_2026-01-30/messages.html",
    "messages2.html",
    "[LINE] Mai.txt",
    "your_facebook_activity/messages/inbox/mai_17842/message_1.json",
    "your_instagram_activity/messages/inbox/mai_17842/message_2.json",
    "messages/e2ee_cutover/Mai_1.json",
    "sms-20260130.xml",
    "calls.xml",
    "letter.eml",
    "mailbox.mbox",
    "main.jsonl",
    "wechat/Mai.csv",
    "",
];
/// Bytes that are read at a time, in the two readings that must give the same.
const BUFFERS: [(usize, usize); 4] = [(8192, 997), (1, 4096), (64 * 1024, 7), (3, 61)];

/// Files and how they are read.
pub struct Export<'a> {
    /// Names and bytes.
    pub files: Vec<(&'static str, Cow<'a, [u8]>)>,
    /// Bytes that are read at a time, the first and the second time.
    pub buffers: (usize, usize),
}

impl<'a> Export<'a> {
    /// The first byte chooses: two of its bits the buffers, two how the rest is cut, four what files are called. ASCII
    /// digits, with which seeds begin, leave it whole. None of an empty input.
    #[must_use]
    pub fn of(input: &'a [u8]) -> Option<Self> {
        let (choice, rest) = input.split_first()?;
        let choice = usize::from(*choice);
        let pieces: Vec<Cow<'a, [u8]>> = match choice >> 4 & 3 {
            3 => vec![rest.into()],
            2 => pieces(rest),
            1 => vec![rest.into(), rest.into()],
            _ => vec![over_the_head(rest).into()],
        };
        let name = |place: usize| NAMES[(choice + place) % NAMES.len()];
        let files = pieces.into_iter().enumerate().map(|(place, bytes)| (name(place), bytes)).collect();
        Some(Self { files, buffers: BUFFERS[choice >> 6] })
    }

    /// Bytes of all files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.iter().map(|(_, bytes)| bytes.len()).sum()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn pieces(mut rest: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let mut pieces = Vec::new();
    while pieces.len() + 1 < MOST_FILES
        && let Some(at) = rest.windows(MARK.len()).position(|window| window == MARK)
    {
        pieces.push(rest[..at].into());
        rest = &rest[at + MARK.len()..];
    }
    pieces.push(rest.into());
    pieces
}

/// The file after so many line ends that what readers see of it first ends in its middle: only then is it read through
/// the buffers.
fn over_the_head(rest: &[u8]) -> Vec<u8> {
    let mut file = vec![b'\n'; HEAD - (rest.len() / 2).min(HEAD)];
    file.extend_from_slice(rest);
    file
}

/// The files one after the other, through buffers of one size.
pub struct Files<'a> {
    left: VecDeque<(&'a str, &'a [u8])>,
    buffer: usize,
    open: Option<(&'a str, BufReader<&'a [u8]>)>,
}

impl<'a> Files<'a> {
    /// All files of an export.
    #[must_use]
    pub fn new(export: &'a Export<'_>, buffer: usize) -> Self {
        let left = export.files.iter().map(|(name, bytes)| (*name, &**bytes)).collect();
        Self { left, buffer, open: None }
    }
}

impl Parts for Files<'_> {
    fn next(&mut self) -> Result<Option<Part<'_>>, Halt> {
        self.open =
            self.left.pop_front().map(|(name, bytes)| (name, BufReader::with_capacity(self.buffer, bytes)));
        Ok(self.open.as_mut().map(|(name, bytes)| Part { name, bytes }))
    }
}
