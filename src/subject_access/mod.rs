//! Subject access: what is kept of somebody, given to them on their request.
//!
//! Everything about one person in one file, as JSON for programs and as a paper to read, sealed with age to a key that they,
//! or whoever they trust, hold. What concerns others is left out or said of "somebody else"; what would show how they are
//! protected, or who told of them, is left out too, and the file says what and why. It holds no id and no key of ours.
//! [`tables::TABLES`] says of every table that names a case or a person whether it is in the file; a test fails until a new
//! table is decided on.
//!
//! Each file that leaves is on record: when, by whom, sealed to which key, its hash, and how it was made sure that they
//! ask for it themselves and freely.

pub mod model;
pub mod paper;
pub mod routes;
pub mod store;
pub mod tables;
