//! What an e-mail says and carries: its parts taken apart.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8};
use mailparse::DispositionType;
use mailparse::ParsedMail;
use mailparse::body::Body as Encoded;

use super::super::inline::{Files, from_base64};
use super::super::shape::file_name;
use super::super::text::{self, LONGEST_LINE};
use super::html;
use super::message::reaches_end;

/// Bytes of a page that are read as text: taking it apart needs many times its memory.
const MOST_HTML: usize = 2 << 20;
/// Files of one message.
const MOST_FILES: usize = 1000;
/// Names of encodings that the standard of the web does not know.
const ALIASES: [(&str, &str); 6] = [
    ("cp936", "gbk"),
    ("ms936", "gbk"),
    ("cp950", "big5"),
    ("cp949", "euc-kr"),
    ("cp874", "windows-874"),
    ("cp65001", "utf-8"),
];

/// What was found so far.
pub(super) struct Body<'a> {
    text: String,
    /// The files.
    pub(super) files: Files,
    /// What is missing.
    pub(super) told: Vec<&'static str>,
    /// The message, if its end was cut off.
    cut: Option<&'a [u8]>,
}

impl<'a> Body<'a> {
    /// Of a message; `cut` is what there is of one that was cut off.
    pub(super) fn new(cut: Option<&'a [u8]>) -> Self {
        Self { text: String::new(), files: Files::default(), told: Vec::new(), cut }
    }

    /// Says what is missing, once.
    pub(super) fn tell(&mut self, reason: &'static str) {
        if !self.told.contains(&reason) {
            self.told.push(reason);
        }
    }

    /// The text, bounded.
    pub(super) fn take_text(&mut self) -> String {
        let mut text = std::mem::take(&mut self.text);
        if text.len() > LONGEST_LINE {
            let end = (0..=LONGEST_LINE).rev().find(|at| text.is_char_boundary(*at));
            text.truncate(end.unwrap_or_default());
            self.tell("message kept without the end of its text, which is too long");
        }
        text
    }

    /// Takes a message apart.
    pub(super) fn walk(&mut self, mail: &ParsedMail<'_>) {
        self.part(mail, false, 0);
    }

    /// `is_said` where the same was said in another form already, so that only files are wanted.
    fn part(&mut self, part: &ParsedMail<'_>, is_said: bool, depth: usize) {
        if part.subparts.is_empty() {
            return self.leaf(part, is_said);
        }
        // At the top this is a word to programs that know no parts.
        if depth > 0 && part.get_body_raw().is_ok_and(|before| !before.trim_ascii().is_empty()) {
            self.tell("message kept without text that stands before its parts, where none belongs");
        }
        if !after(part).trim_ascii().is_empty() {
            self.tell("message kept without text that stands behind its parts, where none belongs");
        }
        if part.ctype.mimetype != "multipart/alternative" {
            return part.subparts.iter().for_each(|inner| self.part(inner, is_said, depth + 1));
        }
        let chosen = part.subparts.iter().position(|inner| is_text(inner, "text/plain") && !is_blank(inner));
        let chosen = chosen.or_else(|| part.subparts.iter().position(has_html)).filter(|_| !is_said);
        for (number, inner) in part.subparts.iter().enumerate() {
            self.part(inner, is_said || (chosen.is_some() && chosen != Some(number)), depth + 1);
        }
    }

    fn leaf(&mut self, part: &ParsedMail<'_>, is_said: bool) {
        let kind = part.ctype.mimetype.as_str();
        let is_html = is_text(part, "text/html");
        // One without parts, for which its boundary is missing or wrong.
        let is_words =
            is_text(part, "text/plain") || (kind.starts_with("multipart/") && name(part).is_none());
        if !is_html && !is_words {
            return self.file(part);
        }
        if is_said {
            return;
        }
        let (words, is_sound) = if kind.starts_with("multipart/") { undivided(part) } else { words(part) };
        if !is_sound {
            self.tell("message kept with text that could not be decoded fully");
        }
        let is_flowed =
            part.ctype.params.get("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed"));
        let words = if is_html {
            if words.len() > MOST_HTML {
                self.tell("message kept without the end of its text: the page is longer than any mail program writes");
            }
            html::text(words.get(..words.floor_char_boundary(MOST_HTML)).unwrap_or(&words))
        } else if is_flowed {
            let deletes =
                part.ctype.params.get("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes"));
            flowed(&words, deletes)
        } else {
            words
        };
        let words = words.trim_end().trim_start_matches('\n');
        if !words.is_empty() {
            if !self.text.is_empty() {
                self.text.push_str("\n\n");
            }
            self.text.push_str(words);
        }
    }

    fn file(&mut self, part: &ParsedMail<'_>) {
        if self.files.found.len() >= MOST_FILES {
            return self.tell("message kept without all of its files: there are too many");
        }
        let is_cut = self.cut.is_some_and(|whole| reaches_end(part, whole));
        let bytes = if is_cut { None } else { bytes(part) };
        if bytes.is_none() && !is_cut {
            self.tell("message kept without the bytes of a file that is damaged");
        }
        self.files.add(name(part), &part.ctype.mimetype, bytes);
    }
}

/// Whether this is words of the message itself, and no file of them.
fn is_text(part: &ParsedMail<'_>, kind: &str) -> bool {
    // Some programs leave out what kind of text it is.
    let found = if part.ctype.mimetype == "text" { "text/plain" } else { &part.ctype.mimetype };
    let is_kind = part.subparts.is_empty() && found == kind;
    is_kind
        && part.get_content_disposition().disposition != DispositionType::Attachment
        && name(part).is_none()
}

fn is_blank(part: &ParsedMail<'_>) -> bool {
    words(part).0.trim().is_empty()
}

fn has_html(part: &ParsedMail<'_>) -> bool {
    is_text(part, "text/html") || part.subparts.iter().any(has_html)
}

fn name(part: &ParsedMail<'_>) -> Option<String> {
    let disposition = part.get_content_disposition();
    let name = disposition.params.get("filename").or_else(|| part.ctype.params.get("name"))?;
    file_name(name)
}

/// What follows the last part.
fn after<'a>(part: &ParsedMail<'a>) -> &'a [u8] {
    let Some(last) = part.subparts.last() else { return &[] };
    let (start, end) = (part.raw_bytes.as_ptr() as usize, last.raw_bytes.as_ptr_range().end as usize);
    let rest = part.raw_bytes.get(end.saturating_sub(start)..).unwrap_or_default();
    // The line that ends the parts.
    let rest = rest.trim_ascii_start();
    let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
    rest.get(line..).unwrap_or_default()
}

/// All that stands in a message which is said to have parts and has none.
fn undivided(part: &ParsedMail<'_>) -> (String, bool) {
    let body = part.raw_bytes.get(part.get_headers().get_raw_bytes().len()..).unwrap_or_default();
    let (text, is_sound) = decode(body, "");
    (text.replace("\r\n", "\n"), is_sound)
}

/// The bytes of a part; none where they are damaged.
fn bytes(part: &ParsedMail<'_>) -> Option<Vec<u8>> {
    match part.get_body_encoded() {
        Encoded::Base64(body) => {
            from_base64(body.get_raw()).or_else(|| body.get_raw().trim_ascii().is_empty().then(Vec::new))
        }
        Encoded::QuotedPrintable(body) => body.get_decoded().ok(),
        Encoded::SevenBit(body) | Encoded::EightBit(body) => Some(body.get_raw().to_vec()),
        Encoded::Binary(body) => Some(body.get_raw().to_vec()),
    }
}

/// The body of a part as it stands in the message.
fn raw(part: &ParsedMail<'_>) -> Vec<u8> {
    match part.get_body_encoded() {
        Encoded::Base64(body) | Encoded::QuotedPrintable(body) => body.get_raw().to_vec(),
        Encoded::SevenBit(body) | Encoded::EightBit(body) => body.get_raw().to_vec(),
        Encoded::Binary(body) => body.get_raw().to_vec(),
    }
}

/// The text of a part, with plain line ends; and whether nothing of it is damaged.
fn words(part: &ParsedMail<'_>) -> (String, bool) {
    let label = part.ctype.charset.trim().to_ascii_lowercase();
    let found = bytes(part);
    let is_sound = found.is_some();
    // What cannot be taken out of its encoding may still be read as it is.
    let bytes = found.unwrap_or_else(|| raw(part));
    let (text, decoded) = match label.as_str() {
        // Known to the parser alone.
        "utf-7" | "unicode-1-1-utf-7" | "utf7" => (part.get_body().unwrap_or_default(), true),
        _ => decode(&bytes, &label),
    };
    (text.replace("\r\n", "\n").replace('\r', "\n"), is_sound && decoded)
}

fn decode(bytes: &[u8], label: &str) -> (String, bool) {
    let label = ALIASES.iter().find(|(alias, _)| *alias == label).map_or(label, |(_, name)| *name);
    let named = match label {
        // What says this has often something else in it, and what has nothing else is UTF-8 too.
        "" | "us-ascii" | "ascii" | "unknown" | "x-unknown" | "unknown-8bit" | "x-user-defined" => None,
        _ => Encoding::for_label_no_replacement(label.as_bytes()),
    };
    if let Some(encoding) = named {
        let (text, had_errors) = encoding.decode_with_bom_removal(bytes);
        if !had_errors || encoding != UTF_8 {
            return (text.into_owned(), !had_errors);
        }
    }
    let guessed = text::encoding(bytes);
    let (text, had_errors) = guessed.decode_with_bom_removal(bytes);
    // Such as that of HZ or ISO-2022-KR, which nothing decodes: their bytes stay as they are.
    let is_hopeless = Encoding::for_label(label.as_bytes()) == Some(REPLACEMENT);
    (text.into_owned(), !had_errors && !is_hopeless)
}

/// Lines that a program broke put together again (RFC 3676): a line that ends with a blank goes on in the next one of
/// the same quote.
fn flowed(text: &str, deletes: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for (number, line) in text.split('\n').enumerate() {
        let quotes = line.bytes().take_while(|byte| *byte == b'>').count();
        let rest = line.get(quotes..).unwrap_or_default();
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        let is_signature = rest == "-- ";
        let goes_on = open == Some(quotes) && !is_signature;
        if !goes_on {
            if number > 0 {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', quotes));
            if quotes > 0 && !rest.is_empty() {
                out.push(' ');
            }
        }
        let is_open = rest.ends_with(' ') && !is_signature;
        out.push_str(if is_open && deletes { rest.strip_suffix(' ').unwrap_or(rest) } else { rest });
        open = is_open.then_some(quotes);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_put_together() {
        let text = "one \ntwo\n\n  stuffed\n> did \n> you \nno\n-- \nLina";
        assert_eq!(flowed(text, false), "one two\n\n stuffed\n> did you \nno\n-- \nLina");
        assert_eq!(flowed("你好 \n吗", true), "你好吗");
    }

    #[test]
    fn text_is_decoded_by_its_label_or_by_what_it_is() {
        let said = "你在哪里？我在缅甸，快来救我。";
        for (label, encoding) in [
            ("gb18030", encoding_rs::GB18030),
            ("cp936", encoding_rs::GBK),
            ("us-ascii", encoding_rs::GBK),
            ("utf-8", encoding_rs::GBK),
        ] {
            let (bytes, _, _) = encoding.encode(said);
            assert_eq!(decode(&bytes, label), (said.to_owned(), true), "{label}");
        }
        let (bytes, _, _) = encoding_rs::WINDOWS_874.encode("ช่วยด้วย");
        assert_eq!(decode(&bytes, "tis-620").0, "ช่วยด้วย");
        let (bytes, _, _) = encoding_rs::KOI8_R.encode("помогите");
        assert_eq!(decode(&bytes, "koi8-r").0, "помогите");
        assert_eq!(decode(b"\x1b$B$?$9$1$F\x1b(B", "iso-2022-jp").0, "たすけて");
        assert_eq!(decode("ជួយ".as_bytes(), "").0, "ជួយ");
        assert_eq!(decode(b"~{VP~}", "hz-gb-2312"), ("~{VP~}".to_owned(), false));
        assert!(!decode(b"\xFF\xFF\xE4 broken \x81", "gbk").1);
    }
}
