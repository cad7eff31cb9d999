//! The coordinator's board: which cases are ready for a rescue and what the others lack, which teams are free when,
//! who carries how much, and where plans get in each other's way.
//!
//! It keeps no state of its own.

pub mod model;
pub mod routes;
pub mod store;
