//! Tasks: what somebody has to do on a case, and by when. An open task stands on the worklist of whom it was given
//! to, for as long as they reach the case.

pub mod model;
pub mod routes;
pub mod store;
