//! The files of a message. The export keeps each under the digest of its own digest and its key, in a folder named after
//! the first two digits.

use serde_json::Value;

use super::super::shape::{Attachment, Bytes, file_name};
use super::people::hex;
use super::values::{bytes, text};

/// A file that was attached.
pub(super) fn attachment(value: &Value) -> Option<Attachment> {
    let pointer = value.get("pointer").filter(|pointer| pointer.is_object())?;
    let media_type = text(pointer, "contentType");
    let what = match value.get("flag").and_then(Value::as_str) {
        Some("VOICE_MESSAGE") => "voice message",
        Some("GIF") => "GIF",
        _ => kind(media_type.as_deref()),
    };
    Some(file(pointer, what))
}

/// A file that something else than an attachment points to, such as a sticker.
pub(super) fn file(pointer: &Value, what: &str) -> Attachment {
    let media_type = text(pointer, "contentType");
    let bytes = member(pointer, media_type.as_deref()).map_or(Bytes::Missing, Bytes::Member);
    let file_name = text(pointer, "fileName").and_then(|name| file_name(&name));
    Attachment { file_name, media_type, what: what.to_owned(), bytes }
}

fn kind(media_type: Option<&str>) -> &'static str {
    match media_type.and_then(|media_type| media_type.split('/').next()) {
        Some("image") => "photo",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "file",
    }
}

/// Where the export keeps a file; none where it was not on the device. What stands after the point differs between the
/// apps, so it is no more than likely.
fn member(pointer: &Value, media_type: Option<&str>) -> Option<String> {
    let locator = pointer.get("locatorInfo")?;
    let check = locator.get("integrityCheck").filter(|check| check.is_object()).unwrap_or(locator);
    let digest = bytes(check, "plaintextHash")?;
    let name = hex(sha256(&[digest, bytes(locator, "localKey")?].concat()).iter());
    let folder = name.get(..2)?;
    let ending = ending(media_type).map(|ending| format!(".{ending}")).unwrap_or_default();
    Some(format!("files/{folder}/{name}{ending}"))
}

/// What a file of this type ends with.
fn ending(media_type: Option<&str>) -> Option<&str> {
    let subtype = media_type?.split(';').next()?.split_once('/')?.1.trim();
    Some(match subtype {
        "plain" | "x-signal-plain" => "txt",
        "mpeg" => "mp3",
        "quicktime" => "mov",
        "x-m4a" | "m4a" => "m4a",
        "octet-stream" => "bin",
        known if known.len() <= 5 && known.bytes().all(|byte| byte.is_ascii_alphanumeric()) => known,
        _ => return None,
    })
}

/// SHA-256 (FIPS 180-4). Only names of files and keys of groups are made with it, nothing is kept secret by it, and so it
/// is worth no dependency that would have to be built with this folder.
pub(super) fn sha256(message: &[u8]) -> [u8; 32] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
    let mut state: [u32; 8] = [
        0x6a09_e667,
        0xbb67_ae85,
        0x3c6e_f372,
        0xa54f_f53a,
        0x510e_527f,
        0x9b05_688c,
        0x1f83_d9ab,
        0x5be0_cd19,
    ];
    for block in padded.as_chunks::<64>().0 {
        compress(&mut state, block);
    }
    let mut digest = [0; 32];
    for (place, word) in digest.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *place = word.to_be_bytes();
    }
    digest
}

fn compress(state: &mut [u32; 8], block: &[u8; 64]) {
    let mut words = [0_u32; 64];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks::<4>().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    for at in 16..64 {
        let (near, far) = (words[at - 2], words[at - 15]);
        let near = near.rotate_right(17) ^ near.rotate_right(19) ^ (near >> 10);
        let far = far.rotate_right(7) ^ far.rotate_right(18) ^ (far >> 3);
        words[at] = words[at - 16].wrapping_add(far).wrapping_add(words[at - 7]).wrapping_add(near);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (word, constant) in words.into_iter().zip(CONSTANTS) {
        let mixed = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let chosen = (e & f) ^ (!e & g);
        let one = h.wrapping_add(mixed).wrapping_add(chosen).wrapping_add(constant).wrapping_add(word);
        let mixed = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let two = mixed.wrapping_add((a & b) ^ (a & c) ^ (b & c));
        (h, g, f, e) = (g, f, e, d.wrapping_add(one));
        (d, c, b, a) = (c, b, a, one.wrapping_add(two));
    }
    for (place, word) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *place = place.wrapping_add(word);
    }
}

#[rustfmt::skip]
const CONSTANTS: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_sha256() {
        let digest = |text: &str| hex(sha256(text.as_bytes()).iter());
        assert_eq!(digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let two_blocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(digest(two_blocks), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    }
}
