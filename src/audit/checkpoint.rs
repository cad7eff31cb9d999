//! What is signed: how many rows an organisation's log has, and the root of the tree over them.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::note::{Note, Verifier};
use super::tree::Hash;
use crate::crypto::secret::sha256;
use crate::crypto::{OrganisationKeys, SigningKey};
use crate::db::types::{Id, Time};
use crate::error::Result;

/// What the signing keys are derived for.
const PURPOSE: &str = "audit checkpoints";

/// A tree head in the form of <https://c2sp.org/tlog-checkpoint>, with a fourth line that says when.
///
/// That line makes each one differ from the one before even when nothing happened, so that whoever is shown no more
/// than its digest does not learn whether anything did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log.
    pub organisation_id: Id,
    /// When: a multiple of the cadence.
    pub at: Time,
    /// Rows.
    pub size: u64,
    /// The root over their leaf hashes.
    pub root: Hash,
    /// The id of the key, four bytes, then the signature.
    pub signature: Vec<u8>,
}

impl Checkpoint {
    /// Signs a tree head.
    pub fn sign(organisation_id: Id, at: Time, (size, root): (u64, Hash), key: &SigningKey) -> Self {
        let mut checkpoint = Self { organisation_id, at, size, root, signature: Vec::new() };
        checkpoint.signature = Note::sign(checkpoint.text(), origin(organisation_id), key).signature;
        checkpoint
    }

    /// Reads a signed note, without a word on whether the signature is right.
    pub fn parse(note: &str) -> Option<Self> {
        let Note { text, name, signature } = Note::parse(note)?;
        let lines: Vec<&str> = text.lines().collect();
        let [log, size, root, at] = lines[..] else {
            return None;
        };
        let organisation_id = log.strip_prefix(ORIGIN)?.parse().ok()?;
        let checkpoint = Self {
            organisation_id,
            at: at.strip_prefix(AT)?.parse().ok()?,
            size: size.parse().ok()?,
            root: STANDARD.decode(root).ok()?.try_into().ok()?,
            signature,
        };
        // One checkpoint has one text.
        (checkpoint.text() == text && name == log).then_some(checkpoint)
    }

    fn text(&self) -> String {
        let Self { organisation_id, at, size, root, .. } = self;
        format!("{}\n{size}\n{}\n{AT}{at}\n", origin(*organisation_id), STANDARD.encode(root))
    }

    /// The signed note.
    pub fn note(&self) -> String {
        let (text, name) = (self.text(), origin(self.organisation_id));
        Note { text, name, signature: self.signature.clone() }.to_string()
    }

    /// SHA-256 of the note: enough to know it again, too little to learn anything from.
    pub fn digest(&self) -> Hash {
        sha256(self.note().as_bytes())
    }

    /// Whether one of these signed it.
    pub fn is_signed_by(&self, verifiers: &[Verifier]) -> bool {
        let (name, text) = (origin(self.organisation_id), self.text());
        verifiers.iter().any(|verifier| verifier.accepts(&name, &text, &self.signature))
    }
}

const ORIGIN: &str = "farlight/audit/";
const AT: &str = "at ";

/// The name of an organisation's log, and of whoever signs for it.
fn origin(organisation_id: Id) -> String {
    format!("{ORIGIN}{organisation_id}")
}

/// The key that signs an organisation's checkpoints now.
///
/// # Errors
/// Never in practice.
pub fn signing_key(keys: &OrganisationKeys) -> Result<SigningKey> {
    keys.signing_key(PURPOSE)
}

/// What checks an organisation's checkpoints, old ones included.
///
/// # Errors
/// Never in practice.
pub fn verifiers(keys: &OrganisationKeys, organisation_id: Id) -> Result<Vec<Verifier>> {
    let keys = keys.public_keys(PURPOSE)?;
    Ok(keys.into_iter().map(|key| Verifier::new(origin(organisation_id), key)).collect())
}

/// A digest as it stands in headers, answers and files.
pub fn digest_text(digest: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest)
}

/// The reverse of [`digest_text`].
pub fn parse_digest(text: &str) -> Option<Hash> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// The digest of each organisation's latest checkpoint, kept on this node: whoever signs in is shown it, and no request
/// asks the database.
#[derive(Default)]
pub struct Latest(RwLock<HashMap<Id, String>>);

impl Latest {
    /// The digest, as in the header; `None` before the first.
    pub fn of(&self, organisation_id: Id) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&organisation_id).cloned()
    }

    pub(super) fn replace(&self, digests: impl Iterator<Item = (Id, Vec<u8>)>) {
        let digests = digests.map(|(organisation_id, digest)| (organisation_id, digest_text(&digest)));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = digests.collect();
    }
}
