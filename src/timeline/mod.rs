//! The timeline: everything that happened on a case, in one order.
//!
//! Messages, clues, status changes, assignments, corrections and field reports each stay in their own table; this
//! slice merges them by the time of the event and shows the time it was recorded beside it, so that what was known
//! when can be told apart from what happened when. It adds nothing and grants nothing: of each source the caller
//! sees what its own list would show them, and sources whose list they may not read are left out.

pub mod model;
pub mod routes;
pub mod store;
