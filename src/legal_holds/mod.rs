//! Legal holds: that a case must not be destroyed, by whose order, and until when.
//!
//! While one is in force the case is neither shredded nor due for a decision on how long it is kept. A hold is never
//! rewritten: what was placed stays on record with its reason, and so does who ended it and why.

pub mod model;
pub mod routes;
pub mod store;
