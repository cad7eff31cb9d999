//! The dossier of a site: all that stands on record of it, in one paper, with grades and sources.
//!
//! It is made for those who keep sites, and for what they hand on. It names no case, nobody of a case and none of the
//! staff: remarks of the staff's and reasons of retractions, which may, are left out, and of cases there are numbers alone.
//! It has no rows of its own: it is put together out of what the slices of sites, observations, actors and estimates know.

pub mod model;
pub mod routes;
