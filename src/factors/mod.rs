//! What somebody proves themselves with beside a session: an authenticator app, recovery codes, the password once more.
//!
//! A session carries when its user last gave a proof, and which; [`crate::authz::obligations`] asks for a fresh one before
//! what must not be done with a stolen session. Refreshing a session renews nothing of it.

pub mod model;
pub mod routes;
pub mod store;
