//! From words to a place: pure functions, no database, no HTTP, no clock.
//!
//! [`notation`] finds positions in a text, [`extraction`] everything that it says of where its writer is; [`gazetteer`]
//! knows places by name and [`borders`] countries by place; [`estimate`] makes one answer of many weak clues;
//! [`simulation`] tests that answer against cases whose truth is known. This folder compiles alone, which is how it is
//! fuzzed and measured.

pub mod borders;
pub mod estimate;
pub mod extraction;
pub mod gazetteer;
pub mod geo;
pub mod map;
pub mod notation;
mod packed;
pub mod ring;
pub mod simulation;
