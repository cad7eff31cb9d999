//! Files that come within an export itself, as those of multimedia messages and e-mail do.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::shape::{Attachment, Bytes};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Bytes of one file that are kept.
pub(super) const LONGEST: usize = 16 << 20;
/// Bytes that are kept of all files of one message.
const TOGETHER: usize = 32 << 20;

/// The files of one message.
#[derive(Default)]
pub(super) struct Files {
    /// Those found so far.
    pub(super) found: Vec<Attachment>,
    kept: usize,
    /// Whether the bytes of one were left out because there are too many.
    pub(super) is_over: bool,
}

impl Files {
    /// Adds a file. Its bytes are none where they are not there or cannot be read.
    pub(super) fn add(&mut self, file_name: Option<String>, media_type: &str, bytes: Option<Vec<u8>>) {
        let media_type = media_type.trim().to_ascii_lowercase();
        let what = what(&media_type).to_owned();
        let bytes = bytes.map_or(Bytes::Missing, |bytes| self.keep(bytes));
        let media_type = Some(media_type).filter(|name| !name.is_empty());
        self.found.push(Attachment { file_name, media_type, what, bytes });
    }

    fn keep(&mut self, bytes: Vec<u8>) -> Bytes {
        if bytes.len() > LONGEST || self.kept + bytes.len() > TOGETHER {
            self.is_over = true;
            return Bytes::Missing;
        }
        self.kept += bytes.len();
        Bytes::Inline(bytes)
    }
}

fn what(media_type: &str) -> &'static str {
    match media_type.split('/').next() {
        Some("image") => "photo",
        Some("video") => "video",
        Some("audio") => "audio",
        _ if media_type.contains("vcard") => "contact card",
        _ if media_type.contains("calendar") => "calendar entry",
        _ if media_type == "message/rfc822" => "e-mail",
        _ => "",
    }
}

/// Bytes out of base64, also where lines break it or its end is missing; none where it is something else.
pub(super) fn from_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bare: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    // A single character more than whole groups says nothing.
    let significant = bare.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    bare.truncate(if significant % 4 == 1 { significant - 1 } else { significant });
    (!bare.is_empty()).then(|| BASE64.decode(bare).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_with_its_end_missing_too() {
        for (text, expected) in [
            ("aGVs\r\nbG8=", Some("hello")),
            ("aGVsbG8", Some("hello")),
            ("aGVsb", Some("hel")),
            ("*", None),
            ("=", None),
            ("", None),
        ] {
            assert_eq!(from_base64(text.as_bytes()), expected.map(|text| text.as_bytes().to_vec()), "{text}");
        }
    }

    #[test]
    fn bytes_are_kept_up_to_a_bound() {
        let mut files = Files::default();
        for (size, is_kept) in [(LONGEST + 1, false), (LONGEST, true), (LONGEST, true), (1, false)] {
            files.add(None, "IMAGE/png", Some(vec![0; size]));
            let last = files.found.last().unwrap();
            assert_eq!(matches!(&last.bytes, Bytes::Inline(_)), is_kept);
            assert_eq!((last.media_type.as_deref(), last.what.as_str()), (Some("image/png"), "photo"));
        }
        assert!(files.is_over);
    }
}
