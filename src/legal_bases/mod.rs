//! Legal bases: on what ground a case is kept. What was said once stays; a change is a new row.

pub mod model;
pub mod routes;
pub mod store;
