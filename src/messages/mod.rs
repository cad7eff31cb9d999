//! The contact log: what was said to and by the people of a case, each message on one of its channels.
//!
//! It is append-only. A message is never changed; a correction is a row of its own that points at it, and what is
//! shown is the message with the latest correction of each field, the original beside it. So the log remains
//! evidence of what was written down, and when. Messages come in one by one ([`routes::create`]) or from a chat
//! export (`imports`), where a keyed hash keeps what is there already from being added again.
//!
//! Text is sealed, so the database cannot search it: [`search`] opens the messages of one case, inside the
//! caller's scope, and looks.

pub mod intake;
pub mod model;
pub mod routes;
pub mod search;
pub mod store;
