//! Text of which every byte was written as a character.

/// The text as it was meant: where each character stands for a byte, and the bytes are UTF-8, what they spell; else
/// as it is.
pub fn repaired(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| text.to_owned())
}

/// JSON in which halves of an emoji that stand alone are replaced: no parser takes them, and an emoji that was cut in
/// two would cost its message.
pub fn with_whole_emoji(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let (here, next) = (unit(from), from.get(6..).and_then(unit));
        let (kept, count) = match (here, next) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (from.get(..12), 12),
            (Some(0xD800..=0xDFFF), _) => (Some("\\ufffd"), 6),
            // Two at a time, so that an escaped backslash is not taken for the beginning of an escape.
            _ => {
                let count = 1 + from.chars().nth(1).map_or(0, char::len_utf8);
                (from.get(..count), count)
            }
        };
        out.push_str(kept.unwrap_or_default());
        rest = from.get(count..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The number in an escape such as `\ud83d` at the beginning of a text.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::proptest;

    use super::*;

    proptest! {
        #[test]
        fn what_was_taken_apart_is_put_together(text in "\\PC*") {
            let apart: String = text.bytes().map(char::from).collect();
            assert_eq!(repaired(&apart), text);
        }
    }

    #[test]
    fn proper_text_stays() {
        for text in ["Größe", "សួស្តី", "é", "plain", "Ã© 你"] {
            assert_eq!(repaired(text), text);
        }
        assert_eq!(repaired("Ã©"), "é");
    }

    #[test]
    fn half_an_emoji_costs_only_itself() {
        for (json, expected) in [
            (r#""a \ud83d\ude00 \ud83d b""#, "a 😀 \u{fffd} b"),
            (r#""\ude00\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\\ud83d \n""#, "\\ud83d \n"),
        ] {
            assert_eq!(serde_json::from_str::<String>(&with_whole_emoji(json)).unwrap(), expected);
        }
        for broken in ["\\", "\\u", "\\ud83", "\\é", "\\ud83d\\"] {
            with_whole_emoji(broken);
        }
    }
}
