//! What is read in a proof of possession.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::reading::{self, Key};

/// An input is a proof as it is; or, with a line break in it, a header and claims, which are put into base64 as a device
/// would, so that what lies behind it is reached.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    hold(&text);
    if let Some((header, claims)) = text.split_once('\n') {
        let signature = URL_SAFE_NO_PAD.encode([7; 64]);
        let (header, claims) = (URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        hold(&format!("{header}.{claims}.{signature}"));
    }
}

/// What is taken is bounded, has a key that can be one, and is all that came.
fn hold(proof: &str) {
    let Ok(read) = reading::read(proof) else { return };
    assert!(proof.len() <= reading::MOST_BYTES);
    assert_eq!(format!("{}.{}", read.signed, read.signature), proof);
    assert_eq!(read.signed.matches('.').count(), 1);
    assert_eq!(URL_SAFE_NO_PAD.decode(read.signature).map(|bytes| bytes.len()), Ok(64));
    assert!((1..=256).contains(&read.id.len()));
    assert!(read.nonce.is_none_or(|nonce| nonce.len() <= 256));
    assert!(read.made_at.abs() <= 1_000_000_000_000);
    let parts = match &read.key {
        Key::P256 { x, y } => vec![x, y],
        Key::Ed25519 { x } => vec![x],
    };
    for part in parts {
        let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64url");
        assert_eq!((bytes.len(), &URL_SAFE_NO_PAD.encode(&bytes)), (32, part));
    }
}
