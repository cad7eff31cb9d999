//! Consents: what somebody agreed to, in whose favour, how they said it, and until when it holds.
//!
//! A consent is evidence: it is recorded once and never rewritten. What changes is that it is withdrawn, and from that
//! moment on it no longer holds. Whether one holds is asked of a moment ([`model::holds_at`]). Those for a rescue are
//! among what an operation's [gates](crate::gates) are decided by.

pub mod model;
pub mod routes;
pub mod store;
