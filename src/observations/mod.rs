//! Observations: what was seen of a site, when, and by whom.
//!
//! Lights, people, guards, a raid, an evacuation, where its people were taken, and what somebody judges a site to be. Each
//! is graded, is never changed and outlives what it says: a wrong one is retracted, with the reason, stays on record and
//! counts no more. The state of a site is worked out from them ([`crate::sites::state`]) and written nowhere else.
//! Whoever has something to record inside of a transaction of theirs calls [`model::record`].

pub mod data;
pub mod model;
pub mod routes;
pub mod scale;
pub mod seen;
pub mod store;
pub mod witness;
