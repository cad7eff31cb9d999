//! What a file is, by its content and never by its name; and what of it may be called by its type.

/// For everything that could do something where it is opened.
pub const INERT: &str = "application/octet-stream";

/// Bytes of the beginning that are looked at.
pub const HEAD: usize = 4_096;

/// Types that no program runs: pictures of pixels, sound, moving pictures, PDF.
const KNOWN: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/tiff",
    "image/bmp",
    "image/heif",
    "image/avif",
    "image/jxl",
    "video/mp4",
    "video/x-m4v",
    "video/quicktime",
    "video/x-matroska",
    "video/webm",
    "video/x-msvideo",
    "video/mpeg",
    "audio/mpeg",
    "audio/m4a",
    "audio/opus",
    "audio/ogg",
    "audio/x-flac",
    "audio/x-wav",
    "audio/amr",
    "audio/aac",
    "application/pdf",
];

/// The type of what begins with `head`; [`INERT`] for what is not on the list, SVG, HTML, XML and text among it.
pub fn sniff(head: &[u8]) -> &'static str {
    let found = infer::get(head).map(|kind| kind.mime_type());
    KNOWN.iter().copied().find(|known| Some(*known) == found).unwrap_or(INERT)
}

/// Whether there may be metadata in it.
pub fn is_picture_or_track(media_type: &str) -> bool {
    ["image/", "video/", "audio/"].iter().any(|kind| media_type.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_active_has_a_type_of_its_own() {
        for text in [
            "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "<!DOCTYPE html><script>alert(1)</script>",
            "  <html>",
            "<?xml version='1.0'?><svg/>",
            "#!/bin/sh\n",
            "just words",
            "",
            "MZ\u{0}\u{0}",
            "PK\u{3}\u{4}",
        ] {
            assert_eq!(sniff(text.as_bytes()), INERT, "{text}");
        }
        assert_eq!(sniff(b"\xff\xd8\xff\xe0<script>"), "image/jpeg");
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n"), "image/png");
        assert_eq!(sniff(b"\0\0\0\x18ftypheic\0\0\0\0heicmif1"), "image/heif");
        assert_eq!(sniff(b"%PDF-1.7"), "application/pdf");
    }
}
