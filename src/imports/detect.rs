//! Finds out which chat format a file is in, by trying each reader on it.

use std::borrow::Cow;

use super::shape::{Export, ParseError};
use super::telegram_json;

type Reader = fn(&[u8]) -> Result<Export, ParseError>;

/// Every reader. Each refuses what is not its format with [`ParseError::NotThisFormat`], and quickly.
const READERS: &[Reader] = &[telegram_json::parse];

/// Reads a file of unknown format. What is in the file decides; its name is only a hint, and no format
/// that is read so far needs one.
///
/// # Errors
///
/// [`ParseError::NotThisFormat`] with all that was looked for if no reader knows the file, and the reader's
/// own [`ParseError::Malformed`] if one knows it and cannot read it.
pub fn parse(_file_name: Option<&str>, bytes: &[u8]) -> Result<Export, ParseError> {
    let (bytes, note) = from_utf16(bytes);
    let mut looked_for = Vec::new();
    for read in READERS {
        match read(&bytes) {
            Err(ParseError::NotThisFormat { looked_for: one }) => looked_for.push(one),
            Ok(mut export) => {
                export.notes.extend(note);
                return Ok(export);
            }
            malformed @ Err(ParseError::Malformed { .. }) => return malformed,
        }
    }
    Err(ParseError::NotThisFormat { looked_for: looked_for.join("; ") })
}

/// The bytes in UTF-8, if they begin as some Windows programs begin a text that they save again.
fn from_utf16(bytes: &[u8]) -> (Cow<'_, [u8]>, Option<String>) {
    let (rest, unit): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => (rest, u16::from_be_bytes),
        _ => return (Cow::Borrowed(bytes), None),
    };
    let (pairs, odd) = rest.as_chunks();
    let decoded = char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
    let mut text: String = decoded.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    if !odd.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    (Cow::Owned(text.into_bytes()), Some("the file was in UTF-16".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::shape::Format;

    const CHAT: &str = r#"{"id": 5, "messages": [
        {"type": "message", "date_unixtime": "1767225600", "from": "Dara", "from_id": "user5",
         "text": "សួស្តី 😀"}
    ]}"#;

    #[test]
    fn a_telegram_file_is_known_whatever_it_is_called() {
        for name in [None, Some("result.json"), Some("chat.txt"), Some("")] {
            let export = parse(name, CHAT.as_bytes()).unwrap();
            assert_eq!((export.format, export.format.as_str()), (Format::TelegramJson, "telegram_json"));
            assert!(export.notes.is_empty());
        }
    }

    #[test]
    fn utf16_reads_like_utf8() {
        let expected = parse(None, CHAT.as_bytes()).unwrap().conversations;
        let units: Vec<u16> = CHAT.encode_utf16().collect();
        let little = units.iter().flat_map(|unit| unit.to_le_bytes());
        let big = units.iter().flat_map(|unit| unit.to_be_bytes());
        let files: [Vec<u8>; 2] =
            [[0xFF, 0xFE].into_iter().chain(little).collect(), [0xFE, 0xFF].into_iter().chain(big).collect()];
        for file in files {
            let export = parse(None, &file).unwrap();
            assert_eq!(export.conversations, expected);
            assert_eq!(export.notes, ["the file was in UTF-16"]);
            assert!(parse(None, &file[..file.len() - 3]).is_err());
        }
    }

    #[test]
    fn what_is_no_chat_is_told_what_was_looked_for() {
        let files: [&[u8]; 14] = [
            b"",
            b" \n",
            b"\xEF\xBB\xBF",
            b"\xFF\xFE",
            b"PK\x03\x04\x00\x00",
            b"\x89PNG\r\n\x1a\n",
            b"Dear all, please find the minutes below.",
            b"[1, 2, 3]",
            b"{}",
            br#"{"name": "package", "version": "1.0.0"}"#,
            br#"{"model": "x", "messages": [{"role": "user", "content": "hello"}]}"#,
            br#"{"participants": [{"name": "A"}], "messages": [{"sender_name": "A", "timestamp_ms": 1}]}"#,
            b"{\"version\": 1}\n{\"chatItem\": {}}\n",
            br#"{"chats": [1], "messages": 3}"#,
        ];
        for file in files {
            let error = parse(Some("result.json"), file).unwrap_err();
            assert!(matches!(&error, ParseError::NotThisFormat { .. }), "{error}");
            assert!(error.to_string().contains("Telegram Desktop JSON"), "{error}");
        }
    }

    #[test]
    fn a_cut_chat_is_not_taken_for_something_else() {
        let error = parse(None, &CHAT.as_bytes()[..CHAT.len() - 2]).unwrap_err();
        let ParseError::Malformed { line, detail } = error else { panic!("{error}") };
        assert_eq!(line, 4);
        assert!(detail.contains("cut short"), "{detail}");
    }
}
