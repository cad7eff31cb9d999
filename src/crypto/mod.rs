//! Sealing: what makes a seized disk worthless.
//!
//! A root key, never in the database, wraps one random key per organisation and epoch, and one that look-ups hang on; that
//! of an organisation wraps one random key per case and per operation; HKDF splits each of those per field class. A class that was not granted is a key
//! that is never derived. See [`Field`] for how a column is bound to its class, and [`stream`] for files.

mod cache;
mod keyring;
mod organisation;
pub mod root;
pub mod rotation;
mod sealed;
pub mod secret;
pub mod shares;
pub mod signing;
pub mod store;
pub mod stream;

pub use keyring::Keyring;
pub use organisation::{OrganisationKeys, WrappedKey};
pub use root::RootKeyError;
pub use sealed::{Access, Field, FileKeys, Sealed, Vault};
pub use secret::Secret;
pub use signing::{PublicKey, SigningKey};
