//! Where somebody is: the estimate of a case, what it rests on, what to ask next, and who else is at the same place.
//!
//! The reckoning is pure and lies in [`crate::location`]. Here it gets its clues and sites out of the database ([`inputs`]),
//! keeps what is costly to make ([`engine`]), and notices when an answer changes so that somebody must hear of it
//! ([`watch`]). What is handed on to others is made coarse first ([`audience`]). Nothing that tells a place is kept but sealed under the case.

pub mod audience;
pub mod engine;
pub mod evidence;
pub mod inputs;
pub mod maps;
pub mod model;
pub mod related;
pub mod routes;
pub mod site_events;
pub mod store;
pub mod watch;
