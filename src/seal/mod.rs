//! Closing the house at once, and opening it again.
//!
//! Sealed, a server has no key: it tells that it lives and that it is sealed, and takes shares. [`gate`] stands before
//! everything else; [`anew`] lets the process begin again with an empty memory; docs/keys.md is for those who keep keys.

pub mod anew;
pub mod command;
pub mod gate;
pub mod model;
pub mod routes;
pub mod store;
