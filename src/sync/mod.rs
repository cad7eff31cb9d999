//! Weak links: what a device needs to work without one, and to make up for it afterwards.
//!
//! **Changes.** A device holds a copy of what its user needs in the field. The server remembers, session by session, what
//! it sent ([`store`]: kind, id, keyed hash), and an answer is the difference between that and what is in reach now
//! ([`model`]). There is no clock and no sequence in it, so that a row which is committed late, a right that is taken
//! away, a name that is corrected elsewhere and a moment that passes are all found alike. A cursor names what was sent;
//! whoever asks with the same cursor again gets the difference again.
//!
//! **Batches.** What was done offline is sent as a list of items, each a unit of work of its own, through the handler of
//! its endpoint ([`routes::batch`]). An item is done once for ever ([`crate::http::idempotency::once`]).

pub mod carried;
pub mod model;
pub mod routes;
pub mod store;
