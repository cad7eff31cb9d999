//! Assignments: who works on a case, as `lead` or `member`, from when until when.
//!
//! An assignment is what brings a case into a caseworker's reach; ending it takes the case out of reach at once.

pub mod model;
pub mod routes;
pub mod store;
