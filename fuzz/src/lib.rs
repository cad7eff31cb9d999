//! What fuzzing checks of every reader of a chat export, of what reads words for a place and of what reads proofs of
//! possession, beyond that it does not panic.
//!
//! The first byte of an input says how the rest becomes the files of an export ([`cut`]); [`sink`] takes what a reader
//! tells and fails where that is more, less or other than a reader may tell; [`reader`], [`archive`] and [`detect`] are
//! the checks themselves. [`words`] and [`proof`] need none of that: their inputs are texts.
//!
//! A run begins with `seeds`: the files that the tests of each reader invent, named after those tests, with the first
//! byte before them, where each of them brought something that no other did.

pub mod archive;
pub mod cut;
pub mod detect;
pub mod proof;
pub mod reader;
pub mod sink;
pub mod words;

/// The folder as it stands in Farlight: it compiles alone.
#[path = "../../src/imports/formats/mod.rs"]
pub mod formats;

/// As above.
#[path = "../../src/location/mod.rs"]
pub mod location;

/// As above.
#[path = "../../src/auth/proof/reading.rs"]
pub mod reading;
