//! Users: who works here. A user belongs to exactly one organisation and has exactly one role in it.
//!
//! An admin invites; the invitation is used once, to set a password. Names and addresses of staff are sealed under
//! the organisation's key: a seized disk must not betray rescuers.

pub mod model;
pub mod routes;
pub mod second_person;
pub mod store;
