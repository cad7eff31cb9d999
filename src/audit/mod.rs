//! Who did, saw or was refused what.
//!
//! A mutation's row is written in the mutation's own transaction. The row of a read is flushed, in a batch with
//! others, before the response leaves: if it cannot be written, the request fails. Detail is sealed; the leaf hash
//! is over ciphertext, so that shredding a case keeps the log provable. The [`sequencer`] takes the rows of each
//! organisation, in the order of their places (`seq`), into a [`tree`] and signs a [`checkpoint`]; writers never touch a chain
//! head. `docs/audit.md` tells what that proves, and what it does not.

pub mod checkpoint;
pub mod command;
pub mod export;
mod model;
pub mod note;
mod reading;
pub mod routes;
pub mod sequencer;
pub mod store;
pub mod tree;
pub mod verify;
pub mod witness;

pub use checkpoint::Latest;
pub use model::{AuditEvent, DETAIL, Detail, Outcome};
