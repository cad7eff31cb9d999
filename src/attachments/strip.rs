//! Working copies: the picture and nothing that tells where, when or with what it was made.
//!
//! Nothing is decoded, so no pixel changes and no picture can be too large to unpack. What is kept is named; what is
//! not named goes, thumbnails and whatever stands behind the end of the picture too.

use bytes::Bytes;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::Png;
use img_parts::riff::RiffContent;
use img_parts::webp::WebP;
use img_parts::{ImageEXIF, ImageICC};

/// Largest picture that gets a working copy: it is held in memory to make one.
pub const LARGEST: u64 = 24 * 1024 * 1024;

/// Whether this type gets a working copy.
pub fn has_working_copy(media_type: &str) -> bool {
    matches!(media_type, "image/jpeg" | "image/png" | "image/webp")
}

/// The picture alone, still turned as it was; `None` for what is broken.
pub fn strip(media_type: &str, picture: Bytes, orientation: Option<u16>) -> Option<Vec<u8>> {
    let exif = orientation.map(upright);
    let bytes = match media_type {
        "image/jpeg" => jpeg(picture, exif)?,
        "image/png" => png(picture, exif)?,
        "image/webp" => webp(picture, exif)?,
        _ => return None,
    };
    Some(bytes.to_vec())
}

/// A TIFF directory with the one entry that says how to turn the picture.
fn upright(orientation: u16) -> Bytes {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff.extend_from_slice(&orientation.to_le_bytes());
    tiff.extend_from_slice(&[0; 6]);
    tiff.into()
}

fn jpeg(picture: Bytes, exif: Option<Bytes>) -> Option<Bytes> {
    let mut jpeg = Jpeg::from_bytes(picture).ok()?;
    let icc = jpeg.icc_profile();
    let segments = jpeg.segments_mut();
    // APP14 says how Adobe's programs stored the colours; a picture without it may come out in wrong ones.
    segments.retain(|segment| {
        let marker = segment.marker();
        let is_application = (markers::APP0..=markers::APP15).contains(&marker);
        (!is_application && marker != markers::COM) || marker == markers::APP14
    });
    let scan = segments.last_mut().filter(|segment| segment.has_entropy())?;
    let entropy = scans(&segment_entropy(scan))?;
    *scan = JpegSegment::new_with_entropy(scan.marker(), scan.contents().clone(), entropy.into());
    jpeg.set_icc_profile(icc);
    jpeg.set_exif(exif);
    Some(jpeg.encoder().bytes())
}

/// What follows the header of a scan, as img-parts keeps it: everything to the end of the file.
fn segment_entropy(segment: &JpegSegment) -> Bytes {
    let all = segment.clone().encoder().bytes();
    all.slice((4 + segment.contents().len()).min(all.len())..)
}

/// The scans of a picture up to its end, without what other programs put between them.
fn scans(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    loop {
        let byte = *data.get(at)?;
        if byte != 0xff {
            out.push(byte);
            at += 1;
            continue;
        }
        let marker = *data.get(at + 1)?;
        match marker {
            // A stuffed byte, or a restart marker: part of the scan.
            0 | 0xd0..=0xd7 => {
                out.extend_from_slice(&[0xff, marker]);
                at += 2;
            }
            0xff => at += 1,
            markers::EOI => {
                out.extend_from_slice(&[0xff, markers::EOI]);
                return Some(out);
            }
            _ => {
                let length = usize::from(u16::from_be_bytes([*data.get(at + 2)?, *data.get(at + 3)?]));
                let segment = data.get(at..at + 2 + length).filter(|_| length >= 2)?;
                // Tables and further scans of a progressive picture.
                if !(markers::APP0..=markers::APP15).contains(&marker) && marker != markers::COM {
                    out.extend_from_slice(segment);
                }
                at += 2 + length;
            }
        }
    }
}

fn png(picture: Bytes, exif: Option<Bytes>) -> Option<Bytes> {
    const KEPT: &[&[u8; 4]] = &[
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT",
        b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
    ];
    let mut png = Png::from_bytes(picture).ok()?;
    png.chunks_mut().retain(|chunk| KEPT.contains(&&chunk.kind()));
    png.chunk_by_type(*b"IEND")?;
    png.set_exif(exif);
    Some(png.encoder().bytes())
}

fn webp(picture: Bytes, exif: Option<Bytes>) -> Option<Bytes> {
    const KEPT: &[&[u8; 4]] = &[b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];
    /// "Has EXIF" and "has XMP" in the flags of the extended header.
    const METADATA: u8 = 0x08 | 0x04;
    let mut webp = WebP::from_bytes(picture).ok()?;
    webp.chunks_mut().retain(|chunk| KEPT.contains(&&chunk.id()));
    for chunk in webp.chunks_mut().iter_mut().filter(|chunk| chunk.id() == *b"VP8X") {
        if let RiffContent::Data(data) = chunk.content_mut() {
            let mut changed = data.to_vec();
            if let Some(flags) = changed.first_mut() {
                *flags &= !METADATA;
            }
            *data = changed.into();
        }
    }
    if let Some(exif) = exif {
        webp.set_exif(Some(exif));
    }
    Some(webp.encoder().bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A JPEG by its structure: comment, EXIF, tables, two scans with an application segment between them, a tail.
    fn jpeg_file() -> Vec<u8> {
        let segment = |marker: u8, data: &[u8]| {
            let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
            [&[0xff, marker], &length[..], data].concat()
        };
        [
            vec![0xff, 0xd8],
            segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            segment(0xe1, b"Exif\0\0secret place"),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0secret place"),
            segment(0xfe, b"secret place"),
            segment(0xdb, &[1; 65]),
            segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
            segment(0xda, &[1, 1, 0, 0, 63, 0]),
            vec![1, 2, 0xff, 0, 3, 0xff, 0xd0, 4],
            segment(0xe1, b"secret place"),
            segment(0xc4, &[0xff, 0xd9, 7]),
            segment(0xda, &[1, 1, 0, 0, 63, 0]),
            vec![5, 6, 0xff, 0xd9],
            b"<script>secret place</script>PK\x03\x04".to_vec(),
        ]
        .concat()
    }

    #[test]
    fn a_jpeg_keeps_its_scans_and_nothing_else() {
        let out = strip("image/jpeg", jpeg_file().into(), None).unwrap();
        let has = |needle: &[u8]| out.windows(needle.len()).any(|window| window == needle);
        assert!(!has(b"secret") && !has(b"script") && !has(b"Exif"));
        assert!(has(&[1, 2, 0xff, 0, 3, 0xff, 0xd0, 4]) && has(&[0xff, 0xc4, 0, 5, 0xff, 0xd9, 7]));
        assert!(out.ends_with(&[5, 6, 0xff, 0xd9]));
        let turned = strip("image/jpeg", jpeg_file().into(), Some(6)).unwrap();
        let exif = Jpeg::from_bytes(turned.into()).unwrap().exif().unwrap();
        assert_eq!(exif, upright(6));
    }

    proptest! {
        #[test]
        fn broken_pictures_are_refused_and_not_worse(
            place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
        ) {
            let mut file = jpeg_file();
            let place = place.index(file.len());
            file[place] = byte;
            file.truncate(cut.index(file.len()) + 1);
            strip("image/jpeg", file.clone().into(), None);
            strip("image/png", [b"\x89PNG\r\n\x1a\n", &file[..]].concat().into(), Some(3));
            strip("image/webp", [b"RIFF\x40\0\0\0WEBP", &file[..]].concat().into(), Some(3));
        }
    }
}
