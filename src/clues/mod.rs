//! Location clues: graded statements about where the person of a case was at a time, each with its provenance.
//!
//! What a clue says is one of twelve kinds with a shape of its own ([`data`], pure). Beside it stand two grades that
//! are kept apart, the reliability of the source (A-F) and the credibility of the information (1-6), when it was
//! observed and when it was reported, and where it comes from. A clue is `proposed` by whoever, or whatever, found
//! it; a coordinator or an analyst confirms or rejects it, and a rejected clue stays, with the reason. Other slices
//! add clues with [`model::propose`].
//!
//! Coordinates, names of places, quotes and notes are sealed under the case; nothing of a place is indexed.

pub mod again;
pub mod data;
pub mod extraction;
pub mod model;
pub mod routes;
pub mod source;
pub mod store;
