//! The contact watch of a case: how often a sign of life is expected, and what it means when none comes.
//!
//! A sign of life is an inbound message from a victim of the case, or a call that was taken, that nobody judged
//! suspect. It alone resets the watch: a message that we send, a missed call, a word from the family do not.
//!
//! From the terms, the last sign and the pauses follow three moments: `due_at`, `overdue_at`, `silent_at`. They are
//! worked out by [`model::refresh`] in the transaction that changes any of these, and stored; everything that asks
//! how a case stands compares them with the clock, by [`model::state`] or by the same comparison in SQL. The alerts
//! of the watch are written at the same time, ahead of their own. So no job has to find out that time has passed,
//! and no two pages can disagree.

pub mod model;
pub mod routes;
pub mod store;
