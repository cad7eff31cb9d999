//! The worklist: what waits for the caller, oldest first, each with its reason.
//!
//! It keeps no state of its own. Silent, overdue and due come from the moments of the watch, by the same comparison
//! as everywhere; duress from the open alerts; unanswered from the channels; tasks from the tasks.

pub mod model;
pub mod routes;
pub mod store;
