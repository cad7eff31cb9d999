//! Makes JSON out of what Telegram Desktop writes when it does not write JSON.
//!
//! Some versions escape control characters as `\x01`, and some leave out the quotes around the file name that
//! `document_id` holds. One scan mends both and leaves everything else as it is, the line breaks included, so
//! that line numbers still hold.

use serde_json::value::RawValue;

/// A mended text and what was done to it.
pub(super) struct Repaired {
    /// The text, mended.
    pub(super) text: String,
    /// What was done.
    pub(super) faults: Faults,
}

/// How often each fault was mended.
#[derive(Default)]
pub(super) struct Faults {
    escapes: usize,
    surrogates: usize,
    unquoted: usize,
}

impl Faults {
    /// Counts those of a further text.
    pub(super) const fn add(&mut self, other: &Self) {
        self.escapes += other.escapes;
        self.surrogates += other.surrogates;
        self.unquoted += other.unquoted;
    }

    /// One line for each kind of repair that was needed; none if the text is as it was.
    pub(super) fn notes(&self) -> Vec<String> {
        let kinds = [
            (self.escapes, "invalid escape", "repaired"),
            (self.surrogates, "half of a character", "replaced"),
            (self.unquoted, "unquoted document_id", "quoted"),
        ];
        let counted = kinds.iter().filter(|(count, _, _)| *count > 0);
        counted.map(|(count, what, done)| format!("{count} x {what} {done}")).collect()
    }
}

/// Mends a text in one pass.
pub(super) fn repair(text: &str) -> Repaired {
    let mut scan = Scan {
        rest: text,
        out: Repaired { text: String::with_capacity(text.len() + 64), faults: Faults::default() },
    };
    while let Some(quote) = scan.rest.find('"') {
        scan.copy(quote + 1);
        let start = scan.out.text.len();
        scan.string();
        if scan.out.text.get(start..) == Some("document_id\"") {
            scan.document_id();
        }
    }
    scan.copy(scan.rest.len());
    scan.out
}

struct Scan<'a> {
    /// What is still to be read.
    rest: &'a str,
    out: Repaired,
}

impl Scan<'_> {
    /// Takes so many bytes over as they are.
    fn copy(&mut self, bytes: usize) {
        let (done, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.out.text.push_str(done);
        self.rest = rest;
    }

    /// Takes so many bytes away and puts something else in their place.
    fn replace(&mut self, bytes: usize, by: &str) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
        self.out.text.push_str(by);
    }

    /// The inside of a string and its closing quote.
    fn string(&mut self) {
        while let Some(stop) = self.rest.find(['"', '\\']) {
            self.copy(stop);
            if self.rest.starts_with('"') {
                self.copy(1);
                return;
            }
            self.escape();
        }
        self.copy(self.rest.len());
    }

    /// One escape, from its backslash on.
    fn escape(&mut self) {
        match self.rest.as_bytes().get(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.copy(2),
            Some(b'u') if hex(self.rest, 2, 4).is_some() => self.code_unit(),
            Some(b'x') => {
                let by = hex(self.rest, 2, 2).map(|code| format!("\\u{code:04x}"));
                let bytes = if by.is_some() { 4 } else { 1 };
                self.replace(bytes, by.as_deref().unwrap_or("\\\\"));
                self.out.faults.escapes += 1;
            }
            Some(_) => {
                self.replace(1, "\\\\");
                self.out.faults.escapes += 1;
            }
            None => self.copy(1),
        }
    }

    /// A `\uXXXX`, and the second one where two make one character.
    fn code_unit(&mut self) {
        let first = hex(self.rest, 2, 4).unwrap_or_default();
        let second = self.rest.get(6..8).filter(|lead| *lead == "\\u").and_then(|_| hex(self.rest, 8, 4));
        let paired = second.is_some_and(|unit| (0xDC00..=0xDFFF).contains(&unit));
        match first {
            0xD800..=0xDBFF if paired => self.copy(12),
            0xD800..=0xDFFF => {
                self.replace(6, "\\ufffd");
                self.out.faults.surrogates += 1;
            }
            _ => self.copy(6),
        }
    }

    /// What follows the name `document_id`: a value that is neither a string nor any other JSON is quoted.
    fn document_id(&mut self) {
        let value = self.rest.trim_start().strip_prefix(':').map(str::trim_start);
        let Some(value) = value.filter(|value| !value.starts_with(['"', '{', '['])) else {
            return;
        };
        let bare = value.get(..end_of_bare(value)).unwrap_or_default().trim_end();
        if serde_json::from_str::<&RawValue>(bare).is_ok() {
            return;
        }
        self.copy(self.rest.len() - value.len());
        let quoted = format!("\"{}\"", bare.replace('\\', "\\\\").replace('"', "\\\""));
        self.replace(bare.len(), &quoted);
        self.out.faults.unquoted += 1;
    }
}

/// Where an unquoted value ends: at its line, its object, or the comma before the next name.
fn end_of_bare(value: &str) -> usize {
    value
        .match_indices(['\n', '\r', '}', ','])
        .find(|(at, stop)| {
            let next = value.get(at + 1..).unwrap_or_default();
            *stop != "," || next.trim_start().starts_with(['"', '}'])
        })
        .map_or(value.len(), |(at, _)| at)
}

/// The number that these hexadecimal digits write.
fn hex(text: &str, from: usize, digits: usize) -> Option<u32> {
    let digits = text.get(from..from + digits)?;
    let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn mended(text: &str) -> (Value, Vec<String>) {
        let repaired = repair(text);
        assert_eq!(repaired.text.matches('\n').count(), text.matches('\n').count(), "lines must hold");
        (serde_json::from_str(&repaired.text).unwrap(), repaired.faults.notes())
    }

    #[test]
    fn valid_json_stays_as_it_is() {
        let text = r#"{"a": "x \"y\" \\ \/ \n A 😀", "document_id": "b", "c": [{"document_id": 12}, null]}"#;
        let repaired = repair(text);
        assert_eq!(repaired.text, text);
        assert!(repaired.faults.notes().is_empty());
    }

    #[test]
    fn control_characters_get_a_valid_escape() {
        let (value, notes) = mended(r#"{"data": "1=412\x012=97\x0C", "path": "C:\\x01", "odd": "\q \xZZ"}"#);
        assert_eq!(value, json!({"data": "1=412\u{1}2=97\u{c}", "path": "C:\\x01", "odd": "\\q \\xZZ"}));
        assert_eq!(notes, ["4 x invalid escape repaired"]);
    }

    #[test]
    fn half_characters_are_replaced_and_whole_ones_kept() {
        let (value, notes) = mended(r#"["\ud83d", "\ude00 \ud83d\u0041", "\ud83d\ude00", "\u12"]"#);
        assert_eq!(value, json!(["\u{fffd}", "\u{fffd} \u{fffd}A", "\u{1f600}", "\\u12"]));
        assert_eq!(notes, ["1 x invalid escape repaired", "3 x half of a character replaced"]);
    }

    #[test]
    fn an_unquoted_document_id_is_quoted_and_nothing_else() {
        let text = r#"[{
            "document_id": stickers/one (2).webp
            }, {"document_id" : a, b.webp, "text": "document_id: not me"},
            {"document_id": (File not included.)}, {"document_id": 7},
            {"document_id":
            }, {"document_id": 12ab}]"#;
        let (value, notes) = mended(text);
        let expected = json!([
            {"document_id": "stickers/one (2).webp"},
            {"document_id": "a, b.webp", "text": "document_id: not me"},
            {"document_id": "(File not included.)"},
            {"document_id": 7},
            {"document_id": ""},
            {"document_id": "12ab"}
        ]);
        assert_eq!(value, expected);
        assert_eq!(notes, ["5 x unquoted document_id quoted"]);
    }

    #[test]
    fn a_string_called_document_id_is_not_a_name() {
        let text = r#"{"text": "document_id", "list": ["document_id", 1], "x": "\"document_id\": y"}"#;
        assert_eq!(repair(text).text, text);
    }

    #[test]
    fn any_cut_of_a_broken_text_is_survived() {
        let text = r#"{"a": "\x01é\ud83d\ude00\q", "document_id": stickers/é.webp, "b": 1}"#;
        for cut in (0..text.len()).filter_map(|at| text.get(..at)) {
            repair(cut);
        }
    }
}
