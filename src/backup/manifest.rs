//! What a backup says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::audit::note::{Note, Verifier};
use crate::audit::witness::Stand;
use crate::crypto::secret::{hex, sha256};
use crate::crypto::{Keyring, SigningKey};
use crate::db::types::Time;
use crate::error::Result;

/// The version of the format.
pub(super) const VERSION: u8 = 1;
/// Who signs, as in the first line of the note.
const SIGNER: &str = "farlight/backup";

/// Written last, when all of it is known.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// The format's version.
    pub(super) farlight_backup: u8,
    /// The version of the program that made it.
    pub(super) program: String,
    /// `sqlite` or `postgres`.
    pub(super) engine: String,
    /// When it began (UTC): what was acknowledged before is in it.
    pub(super) began_at: Time,
    /// The migrations that made its schema, oldest first.
    pub(super) migrations: Vec<String>,
    /// The tables, and how many rows each has.
    pub(super) tables: BTreeMap<String, u64>,
    /// For PostgreSQL, the columns of each table, in the order of its lines.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) columns: BTreeMap<String, Vec<String>>,
    /// How the audit log of each organisation stood.
    pub(super) logs: Vec<Stand>,
    /// Everything else in the archive, in its order.
    pub(super) parts: Vec<Part>,
    /// Files that were left out on purpose: they lie in a store that is kept safe otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) left_out: Vec<LeftOut>,
    /// Files that the database names, and that were not in the store.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) missing: Vec<String>,
    /// Pieces of uploads and imports under way that were gone when their turn came: those begin again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unfinished: Vec<String>,
}

/// One file in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// Its path there.
    pub(super) name: String,
    /// Its bytes.
    pub(super) size: u64,
    /// Their SHA-256, hexadecimal.
    pub(super) sha256: String,
}

/// A file that is not in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LeftOut {
    /// Its name in the store.
    pub(super) name: String,
    /// Its sealed bytes.
    pub(super) size: u64,
    /// What the store called its state: an ETag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tag: Option<String>,
}

/// Signs and checks manifests. The recipients of a backup are no secret, so that anybody could seal one for them; that
/// it comes from here is what this says.
pub(super) struct Seal(SigningKey);

impl Seal {
    pub(super) fn of(keyring: &Keyring) -> Result<Self> {
        Ok(Self(SigningKey::from_seed(&keyring.installation("backup manifests")?)?))
    }

    fn text(manifest: &[u8]) -> String {
        format!("{SIGNER}\n{}\n", hex(&sha256(manifest)))
    }

    pub(super) fn sign(&self, manifest: &[u8]) -> String {
        Note::sign(Self::text(manifest), SIGNER.to_owned(), &self.0).to_string()
    }

    pub(super) fn accepts(&self, manifest: &[u8], note: &str) -> bool {
        let verifier = Verifier::new(SIGNER, self.0.public());
        Note::parse(note).is_some_and(|note| {
            note.text == Self::text(manifest) && verifier.accepts(&note.name, &note.text, &note.signature)
        })
    }
}
