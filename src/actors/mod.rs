//! Actors: the people, companies and groups behind sites, and the officials who protect them.
//!
//! An actor belongs to no case and is nobody of a case. A link says what an actor is to a site, since when, by whose word
//! and how good that is; it is ended or retracted, never deleted. Names and identifiers are sealed under the
//! organisation's own key and are for those who seek: caseworkers may read them, field officers and partners never.

pub mod links;
pub mod model;
pub mod routes;
pub mod store;
