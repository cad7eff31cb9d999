//! Sealing: what makes a seized disk worthless.
//!
//! A root key, never in the database, wraps one random key per organisation and epoch; that wraps one random key
//! per case and per operation; HKDF splits each of those per field class. A class that was not granted is a key
//! that is never derived. See [`Field`] for how a column is bound to its class, and [`stream`] for files.

mod keyring;
mod sealed;
pub mod secret;
pub mod signing;
pub mod store;
pub mod stream;

pub use keyring::{Keyring, OrganisationKeys, RootKeyError, WrappedKey};
pub use sealed::{Access, Field, FileKeys, Sealed, Vault};
pub use secret::Secret;
pub use signing::{PublicKey, SigningKey};
