//! Retention: how long a case is kept once it is closed.
//!
//! The settings say after how many months a closed case is due; nothing is ever destroyed by that. It comes on a list, and a
//! coordinator decides: keep it until another day, with a reason, or [ask for it to be shredded](crate::shred). When a case
//! is due is worked out from when it was closed and what was decided, against the clock; no job finds out. A case under a
//! [legal hold](crate::legal_holds) is not due.

pub mod model;
pub mod routes;
pub mod store;
