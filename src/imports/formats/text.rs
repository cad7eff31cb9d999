//! Bytes to text, and text to lines, whatever the encoding and in little memory.

use std::io::{self, BufRead, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::reading::HEAD;

/// Bytes of a line that are kept; no app sends a message that is longer.
pub const LONGEST_LINE: usize = 1 << 20;
/// Bytes that are decoded at a time.
const PIECE: usize = 64 * 1024;

/// A file as UTF-8. Its encoding is told by a byte order mark, else by how its beginning reads; what is no text in it
/// is replaced, so that one bad byte does not cost the file.
pub struct Decoded<'a> {
    bytes: &'a mut dyn BufRead,
    /// What was read ahead to find the encoding.
    head: io::Cursor<Vec<u8>>,
    decoder: Decoder,
    encoding: &'static Encoding,
    out: Vec<u8>,
    at: usize,
    ended: bool,
    replaced: bool,
}

impl<'a> Decoded<'a> {
    /// Looks at the beginning of a file.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    pub fn new(bytes: &'a mut dyn BufRead) -> io::Result<Self> {
        let mut head = Vec::new();
        (&mut *bytes).take(HEAD as u64).read_to_end(&mut head)?;
        let encoding = encoding(&head);
        Ok(Self {
            bytes,
            head: io::Cursor::new(head),
            decoder: encoding.new_decoder_with_bom_removal(),
            encoding,
            out: Vec::new(),
            at: 0,
            ended: false,
            replaced: false,
        })
    }

    /// What there is to say of the encoding, once all is read; nothing if the file is sound UTF-8.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        let other = (self.encoding != UTF_8).then(|| format!("the file was in {}", self.encoding.name()));
        let bad = self.replaced.then(|| "bytes that are no text were replaced".to_owned());
        match (other, bad) {
            (Some(other), Some(bad)) => Some(format!("{other}; {bad}")),
            (other, bad) => other.or(bad),
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        while self.at >= self.out.len() && !self.ended {
            self.at = 0;
            self.out.resize(PIECE, 0);
            let from_head = self.head.position() < self.head.get_ref().len() as u64;
            let source: &mut dyn BufRead = if from_head { &mut self.head } else { &mut *self.bytes };
            let input = source.fill_buf()?;
            let last = input.is_empty();
            // Fewer than fit, so that a piece never grows over what it is decoded into.
            let input = input.get(..input.len().min(PIECE)).unwrap_or_default();
            let (result, read, written, replaced) = self.decoder.decode_to_utf8(input, &mut self.out, last);
            source.consume(read);
            self.replaced |= replaced;
            self.out.truncate(written);
            self.ended = last && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let here = self.fill_buf()?;
        let count = here.len().min(buffer.len());
        buffer[..count].copy_from_slice(&here[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Decoded<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.refill()?;
        Ok(self.out.get(self.at..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount;
    }
}

/// The encoding of a file that begins like this.
#[must_use]
pub fn encoding(head: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    // Every other byte of UTF-16 is zero in much of what apps themselves write: digits, colons, line ends.
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if head.len() >= 8
        && (even + odd) * 8 > head.len()
        && (even == 0 || odd == 0 || even / 4 > odd || odd / 4 > even)
    {
        return if even > odd { UTF_16BE } else { UTF_16LE };
    }
    let (mut good, mut bad) = (0, 0);
    for chunk in head.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        // What is cut off at the end of the head is not bad.
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if bad <= 1 + good / 4 && (good > 0 || bad == 0) {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// The beginning of a file as text, for finding out what it is.
#[must_use]
pub fn head(bytes: &[u8]) -> String {
    let (text, _) = encoding(bytes).decode_with_bom_removal(bytes);
    let text = text.trim_start_matches('\u{feff}');
    // A character that was cut at the end of the head.
    text.strip_suffix('\u{fffd}').unwrap_or(text).to_owned()
}

/// The lines of a text, whichever way they end: LF, CR LF or CR, also mixed.
pub struct Lines<'a> {
    text: Decoded<'a>,
    number: u32,
    line: Vec<u8>,
    shown: String,
    after_cr: bool,
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Its number, from 1.
    pub number: u32,
    /// Its text without its end, and without a byte order mark.
    pub text: &'a str,
    /// Whether the end of it was left out: it is longer than [`LONGEST_LINE`].
    pub is_cut: bool,
}

impl<'a> Lines<'a> {
    /// The lines of a file.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    pub fn new(bytes: &'a mut dyn BufRead) -> io::Result<Self> {
        Ok(Self {
            text: Decoded::new(bytes)?,
            number: 0,
            line: Vec::new(),
            shown: String::new(),
            after_cr: false,
        })
    }

    /// The next line.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    #[expect(clippy::should_implement_trait, reason = "it lends the line, which an iterator cannot")]
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let (mut is_cut, mut any) = (false, false);
        loop {
            let piece = self.text.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            // The second half of a line end whose first half ended the last line.
            if std::mem::take(&mut self.after_cr) && piece.first() == Some(&b'\n') {
                self.text.consume(1);
                continue;
            }
            any = true;
            let end = memchr::memchr2(b'\n', b'\r', piece);
            let part = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
            let room = LONGEST_LINE.saturating_sub(self.line.len()).min(part.len());
            self.line.extend_from_slice(part.get(..room).unwrap_or_default());
            is_cut |= room < part.len();
            self.after_cr = end.and_then(|at| piece.get(at)) == Some(&b'\r');
            let consumed = part.len() + usize::from(end.is_some());
            self.text.consume(consumed);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        self.shown.clear();
        for chunk in self.line.utf8_chunks() {
            // All is UTF-8 by now, but for a character that the longest line ends within.
            self.shown.push_str(chunk.valid());
        }
        Ok(Some(Line { number: self.number, text: self.shown.trim_start_matches('\u{feff}'), is_cut }))
    }

    /// As [`Decoded::note`].
    #[must_use]
    pub fn note(&self) -> Option<String> {
        self.text.note()
    }
}

/// Adds a further line to a message of several. What goes over the longest line that is kept is left out; false then.
pub fn add_line(text: &mut String, line: &str) -> bool {
    if text.len() + line.len() >= LONGEST_LINE {
        return false;
    }
    text.push('\n');
    text.push_str(line);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> (Vec<String>, Option<String>) {
        let mut bytes = bytes;
        let mut lines = Lines::new(&mut bytes).unwrap();
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            assert_eq!(line.number as usize, all.len() + 1);
            all.push(line.text.to_owned());
        }
        (all, lines.note())
    }

    fn utf16(text: &str, mark: bool, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mark = mark.then_some(0xFEFF_u16);
        mark.into_iter().chain(text.encode_utf16()).flat_map(order).collect()
    }

    #[test]
    fn line_ends_may_be_mixed() {
        let (all, note) = lines("a\nb\r\nc\rd\n\n\r\n\re".as_bytes());
        assert_eq!(all, ["a", "b", "c", "d", "", "", "", "e"]);
        assert_eq!(note, None);
        assert_eq!(lines(b"").0, Vec::<String>::new());
        assert_eq!(lines(b"\r\n").0, [""]);
    }

    #[test]
    fn marks_at_the_beginning_of_any_line_go_away() {
        assert_eq!(lines("\u{feff}a\n\u{feff}b".as_bytes()).0, ["a", "b"]);
    }

    #[test]
    fn encodings_are_told_apart() {
        let text = "[1/2/2026, 10:00:00] Linh: xin chào\nสวัสดี 你好\n";
        let expected = ["[1/2/2026, 10:00:00] Linh: xin chào", "สวัสดี 你好"];
        for mark in [true, false] {
            assert_eq!(lines(&utf16(text, mark, u16::to_le_bytes)).0, expected);
            assert_eq!(lines(&utf16(text, mark, u16::to_be_bytes)).0, expected);
        }
        assert_eq!(
            lines(&utf16(text, true, u16::to_le_bytes)).1.as_deref(),
            Some("the file was in UTF-16LE")
        );
        for (encoding, text) in [
            (encoding_rs::GBK, "2026-10-05 21:40:12 老王\n你在哪里？我在缅甸，快来救我。外面有很多灯。\n"),
            (
                encoding_rs::SHIFT_JIS,
                "2026/02/09(月)\n10:00\tさくら\tこんにちは、元気ですか。写真を送ります\n",
            ),
            (encoding_rs::WINDOWS_874, "24/8/2569 10:00 สมชาย: ผมอยู่ที่ไหนไม่รู้ ช่วยด้วย มีไฟเยอะมาก\n"),
        ] {
            let (bytes, _, _) = encoding.encode(text);
            let (all, note) = lines(&bytes);
            assert_eq!(all.join("\n") + "\n", text);
            assert_eq!(note, Some(format!("the file was in {}", encoding.name())));
        }
        let (all, note) = lines(b"ok \xFF here, \xE4\xBD\xA0\xE5\xA5\xBD\xE5\xA5\xBD\xE5\xA5\xBD");
        assert_eq!(all, ["ok \u{fffd} here, 你好好好"]);
        assert_eq!(note.as_deref(), Some("bytes that are no text were replaced"));
    }

    #[test]
    fn a_line_is_bounded_and_the_next_one_still_there() {
        let long = "é".repeat(3 << 20) + "\nshort\n";
        let mut bytes = long.as_bytes();
        let mut lines = Lines::new(&mut bytes).unwrap();
        let first = lines.next().unwrap().unwrap();
        assert!(first.is_cut && first.text.len() <= LONGEST_LINE && first.text.chars().all(|c| c == 'é'));
        let second = lines.next().unwrap().unwrap();
        assert!(!second.is_cut && second.text == "short" && second.number == 2);
        assert!(lines.next().unwrap().is_none());
    }

    #[test]
    fn a_character_on_the_edge_of_a_piece_stays_whole() {
        for shift in 0..4 {
            let text = "x".repeat(shift) + &"水".repeat(200_000);
            let (all, note) = lines(text.as_bytes());
            assert_eq!((all, note), (vec![text], None));
        }
    }
}
