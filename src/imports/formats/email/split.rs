//! The messages of a mailbox, one after the other; a file of one message is a mailbox without its `From ` line.

use std::io::{self, BufRead, Read};

/// Bytes of a message that are kept.
pub(super) const LONGEST: usize = 32 << 20;
/// Bytes that are taken at a time of a line without end.
const PIECE: u64 = 64 * 1024;
/// Bytes of a line by which its kind is told.
const TOLD_BY: usize = 1024;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// One message as it stands in the file, without the quoting of the mailbox.
pub(super) struct Mail {
    /// The line on which it starts.
    pub(super) line: u32,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Whether there is more of it than is kept.
    pub(super) is_cut: bool,
}

/// A cursor on the messages of a file.
pub(super) struct Mails<'a> {
    bytes: &'a mut dyn BufRead,
    line: u32,
    starts_line: bool,
    /// A line that was read ahead and is the first of the next message, and the line on which that starts.
    ahead: Option<(u32, Vec<u8>)>,
    /// A line that was read ahead and is none of a header.
    left: Option<Piece>,
    is_mailbox: bool,
    has_begun: bool,
}

/// A line, or a piece of one that is very long.
struct Piece {
    bytes: Vec<u8>,
    line: u32,
    starts_line: bool,
}

impl<'a> Mails<'a> {
    /// At the beginning of a file.
    pub(super) fn new(bytes: &'a mut dyn BufRead) -> Self {
        Self {
            bytes,
            line: 1,
            starts_line: true,
            ahead: None,
            left: None,
            is_mailbox: false,
            has_begun: false,
        }
    }

    /// The next message.
    pub(super) fn next(&mut self) -> io::Result<Option<Mail>> {
        let mut mail = Mail { line: self.line, bytes: Vec::new(), is_cut: false };
        match self.ahead.take() {
            // The `From ` line went before it.
            Some((line, first)) => {
                mail.line = line;
                mail.keep(&first);
            }
            None if self.has_begun => return Ok(None),
            None => {
                self.has_begun = true;
                let Some(first) = self.first()? else { return Ok(None) };
                mail.line = first.line;
                self.is_mailbox = is_from_line(&first.bytes);
                if !self.is_mailbox {
                    mail.keep(&first.bytes);
                }
            }
        }
        while let Some(piece) = self.piece()? {
            if !self.is_mailbox || !piece.starts_line {
                mail.keep(&piece.bytes);
                continue;
            }
            if is_from_line(&piece.bytes)
                && let Some(next) = self.header()?
            {
                self.ahead = Some((piece.line, next));
                return Ok(Some(mail));
            }
            mail.keep(unquoted(&piece.bytes));
        }
        Ok(Some(mail))
    }

    /// The first line that is not blank, without a byte order mark.
    fn first(&mut self) -> io::Result<Option<Piece>> {
        while let Some(mut piece) = self.piece()? {
            if let Some(rest) = piece.bytes.strip_prefix(b"\xEF\xBB\xBF") {
                piece.bytes = rest.to_vec();
            }
            if !piece.bytes.trim_ascii().is_empty() {
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }

    /// The next line, if it is one of a header; else it is left where it is. A `From ` line without a header behind it
    /// is a sentence of somebody's.
    fn header(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some(next) = self.piece()? else { return Ok(None) };
        let name = next.bytes.iter().take_while(|byte| byte.is_ascii_graphic() && **byte != b':').count();
        let is_header = (1..=76).contains(&name) && next.bytes.get(name) == Some(&b':');
        if is_header || next.bytes.starts_with(b">From ") {
            return Ok(Some(next.bytes));
        }
        self.left = Some(next);
        Ok(None)
    }

    fn piece(&mut self) -> io::Result<Option<Piece>> {
        if let Some(left) = self.left.take() {
            return Ok(Some(left));
        }
        let mut bytes = Vec::new();
        (&mut *self.bytes).take(PIECE).read_until(b'\n', &mut bytes)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let (line, starts_line) = (self.line, self.starts_line);
        self.starts_line = bytes.ends_with(b"\n");
        self.line = self.line.saturating_add(u32::from(self.starts_line));
        Ok(Some(Piece { bytes, line, starts_line }))
    }
}

impl Mail {
    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST.saturating_sub(self.bytes.len()).min(bytes.len());
        self.bytes.extend_from_slice(bytes.get(..room).unwrap_or_default());
        self.is_cut |= room < bytes.len();
    }
}

/// `From lina@example.org Thu Jan  1 10:00:00 2026`: a mailbox writes it before each message. Somebody may begin a
/// line with the word, but not with a month, a time of day and a year on it.
pub(super) fn is_from_line(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let rest =
        String::from_utf8_lossy(rest.get(..rest.len().min(TOLD_BY)).unwrap_or_default()).to_ascii_lowercase();
    let words = || rest.split_ascii_whitespace();
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_time = |word: &str| {
        let mut parts = word.split(':');
        let is_number =
            |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.clone().count() >= 2 && parts.all(is_number)
    };
    words().any(|word| MONTHS.contains(&word)) && words().any(is_year) && words().any(is_time)
}

/// A line that a mailbox wrote `>` before, so that it is not taken for the beginning of a message.
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    let is_quoted = marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(b"From "));
    if is_quoted { line.get(1..).unwrap_or_default() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mails(text: &str, buffer: usize) -> Vec<(u32, String)> {
        let mut reader = io::BufReader::with_capacity(buffer, text.as_bytes());
        let mut mails = Mails::new(&mut reader);
        let mut all = Vec::new();
        while let Some(mail) = mails.next().unwrap() {
            all.push((mail.line, String::from_utf8(mail.bytes).unwrap()));
        }
        all
    }

    #[test]
    fn a_mailbox_is_split_where_messages_begin() {
        let text = "\nFrom a@x Thu Jan  1 10:00:00 2026\nSubject: 1\n\n>From here\n>>From there\n>quoted\n\
            From now on Jan 1 10:00 2026\n it is free\n\nFrom 12@x Fri Jan 02 10:00:00 +0000 2026\r\nSubject: 2\r\n\r\nb";
        let first =
            "Subject: 1\n\nFrom here\n>From there\n>quoted\nFrom now on Jan 1 10:00 2026\n it is free\n\n";
        for buffer in 1..50 {
            let expected = [(2, first.to_owned()), (11, "Subject: 2\r\n\r\nb".to_owned())];
            assert_eq!(mails(text, buffer), expected, "{buffer}");
        }
    }

    #[test]
    fn one_message_is_a_mailbox_of_one() {
        let text = "\u{feff}\r\nSubject: x\n\nFrom a@x Thu Jan  1 10:00:00 2026\nA: b\n>From c";
        assert_eq!(mails(text, 8), [(2, text.trim_start_matches("\u{feff}\r\n").to_owned())]);
        assert!(mails("", 8).is_empty() && mails("\n \n", 8).is_empty());
    }

    #[test]
    fn what_is_too_long_is_cut_and_the_next_still_found() {
        let from = "From a@x Thu Jan  1 10:00:00 2026\n";
        let text = format!("{from}A: 1\n\n{}\n{from}A: 2\n", "x".repeat(LONGEST));
        let mut bytes = text.as_bytes();
        let mut mails = Mails::new(&mut bytes);
        let first = mails.next().unwrap().unwrap();
        assert!(first.is_cut && first.bytes.len() == LONGEST);
        assert_eq!(mails.next().unwrap().unwrap().bytes, b"A: 2\n");
    }
}
