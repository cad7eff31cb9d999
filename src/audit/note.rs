//! Signed notes, as <https://c2sp.org/signed-note> has them: text, an empty line, and who signed it. Ed25519 alone.
//!
//! By hand, since the crates that do it bring a second library of cryptography along.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::secret::{from_hex, hex, sha256};
use crate::crypto::{PublicKey, SigningKey};

/// The number of Ed25519 among the kinds of signature.
const ED25519: u8 = 1;
/// What a line with a signature begins with.
const DASH: &str = "\u{2014} ";

/// What checks notes: a name and a key. Written as `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: PublicKey,
}

impl Verifier {
    /// The verifier of whoever signs under this name, which has neither spaces nor a plus sign.
    pub fn new(name: impl Into<String>, key: PublicKey) -> Self {
        Self { name: name.into(), key }
    }

    /// Reads `name+id+key`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let key = STANDARD.decode(key).ok()?;
        let (ED25519, key) = key.split_first().map(|(kind, key)| (*kind, key))? else {
            return None;
        };
        let verifier = Self::new(name, PublicKey::from_slice(key)?);
        let is_named = !name.is_empty() && !name.contains(char::is_whitespace);
        (is_named && from_hex(id)? == verifier.id()).then_some(verifier)
    }

    /// The first bytes of a hash over name and key, so that a signature says what checks it.
    fn id(&self) -> [u8; 4] {
        let parts = [self.name.as_bytes(), b"\n", &[ED25519], self.key.as_bytes()].concat();
        let [a, b, c, d, ..] = sha256(&parts);
        [a, b, c, d]
    }

    /// Whether `signature`, with the id it begins with, is of `text` and by this key.
    pub fn accepts(&self, name: &str, text: &str, signature: &[u8]) -> bool {
        let Some((id, signature)) = signature.split_at_checked(4) else {
            return false;
        };
        name == self.name && id == self.id() && self.key.verifies(text.as_bytes(), signature)
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode([&[ED25519], self.key.as_bytes().as_slice()].concat());
        write!(f, "{}+{}+{key}", self.name, hex(&self.id()))
    }
}

/// A text and one signature of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Ends in a newline.
    pub text: String,
    /// Who signed.
    pub name: String,
    /// The id of the key, four bytes, then the signature.
    pub signature: Vec<u8>,
}

impl Note {
    /// Signs a text, which must end in a newline.
    pub fn sign(text: String, name: String, key: &SigningKey) -> Self {
        let id = Verifier::new(name.as_str(), key.public()).id();
        let signature = [id.as_slice(), &key.sign(text.as_bytes())].concat();
        Self { text, name, signature }
    }

    /// Reads a note; of several signatures the first, which is the log's own.
    pub fn parse(note: &str) -> Option<Self> {
        let (text, signatures) = note.rsplit_once("\n\n")?;
        let line = signatures.strip_suffix('\n')?.lines().next()?.strip_prefix(DASH)?;
        let (name, signature) = line.split_once(' ')?;
        let signature = STANDARD.decode(signature).ok()?;
        Some(Self { text: format!("{text}\n"), name: name.to_owned(), signature })
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{DASH}{} {}", self.text, self.name, STANDARD.encode(&self.signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Secret;

    // The example of the format's first implementation, golang.org/x/mod/sumdb/note.
    const NAME: &str = "PeterNeumann";
    const SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const VERIFIER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const SIGNED: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn a_note_is_byte_for_byte_what_others_make() {
        let seed = STANDARD.decode(SEED).unwrap();
        let key = SigningKey::from_seed(&Secret::from_slice(&seed[1..]).unwrap()).unwrap();
        let note = Note::sign(TEXT.to_owned(), NAME.to_owned(), &key);
        assert_eq!(note.to_string(), SIGNED);
        assert_eq!(Verifier::new(NAME, key.public()).to_string(), VERIFIER);
        assert_eq!(Note::parse(SIGNED).unwrap(), note);
    }

    #[test]
    fn only_the_text_and_the_key_that_were_signed_are_accepted() {
        let verifier = Verifier::parse(VERIFIER).unwrap();
        let note = Note::parse(SIGNED).unwrap();
        assert!(verifier.accepts(NAME, TEXT, &note.signature));
        assert!(!verifier.accepts(NAME, &TEXT.replace("you", "You"), &note.signature));
        assert!(!verifier.accepts("EnochRoot", TEXT, &note.signature));
        for at in 0..note.signature.len() {
            let mut bent = note.signature.clone();
            bent[at] ^= 1;
            assert!(!verifier.accepts(NAME, TEXT, &bent), "{at}");
        }
        assert!(!verifier.accepts(NAME, TEXT, &[]));
        // The example of the specification, by another key.
        let other = Verifier::parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
        assert!(!other.unwrap().accepts(NAME, TEXT, &note.signature));
        for end in 0..VERIFIER.len() {
            assert_eq!(Verifier::parse(&VERIFIER[..end]), None);
        }
        for broken in ["", "\n\n", "text\n\n\u{2014} x\n", "text\n\u{2014} x eA==\n", "text\n\n- x eA==\n"] {
            assert_eq!(Note::parse(broken), None, "{broken:?}");
        }
    }
}
