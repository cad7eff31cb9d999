//! A second password, for whoever is forced to sign in.
//!
//! Signing in with it looks the same in every way. The session's [`Scope`](crate::authz::Scope) then begins nowhere: in an
//! organisation that has no rows, so that every store function finds nothing whatever it asks for. What would be written is
//! refused as to somebody whose role does not do it. Coordinators are alerted. Whether somebody has such a password is told
//! to nobody, not even to themselves: whoever holds their phone would read it.

pub mod model;
pub mod routes;
pub mod store;
