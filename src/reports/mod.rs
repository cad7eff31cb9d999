//! Field reports: what a team saw on an operation, and from where.
//!
//! The members of an operation report while it is live, coordinators also before and after. A report is written by
//! weak links: the client makes its id and sends it again with the same `Idempotency-Key` until it gets an answer.
//! Reports are never changed. What was seen is sealed under the operation's key, the position as precise location.
//!
//! What a report says of the places that were searched becomes clues of the operation's cases ([`findings`]), so that a
//! search in vain moves the estimate as much as its probability of detection is worth. What it says of sites becomes
//! observations of them ([`observed`]).

pub mod findings;
pub mod model;
pub mod observed;
pub mod routes;
pub mod store;
