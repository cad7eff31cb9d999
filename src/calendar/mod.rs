//! The calendar feed: contact windows and due dates of one's own cases, in whatever calendar somebody already uses.
//!
//! Calendars cannot sign in, so the address itself is the secret: 256 random bits, shown once, kept only as a hash,
//! replaced and revoked by its owner, never logged. Whoever comes by it acts as that user: with the role, the
//! assignments and the classes of this very moment, so that a suspended user or an assignment that has ended takes
//! everything out at once.
//!
//! Phones are looked through at roadblocks. So a feed names nobody and no place, no code name, and no id of ours.

pub mod model;
pub mod routes;
pub mod store;
