//! Who did, saw or was refused what.
//!
//! A mutation's row is written in the mutation's own transaction. The row of a read is flushed, in a batch with
//! others, before the response leaves: if it cannot be written, the request fails. Detail is sealed; the leaf hash
//! is over ciphertext, so that shredding a case keeps the log provable. `seq` stays null until a sequencer orders
//! the rows into a tree; writers never touch a chain head.

mod model;
mod recorder;
pub mod routes;
pub mod store;

pub use model::{AuditEvent, DETAIL, Detail, Outcome};
pub use recorder::Recorder;
