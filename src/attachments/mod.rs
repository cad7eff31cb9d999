//! Attachments: photos, videos and voice notes of a case.
//!
//! The original is stored as it came and never rewritten; what it is called, what it is and its SHA-256 are sealed
//! beside it. A photo also gets a working copy without metadata. A position in the metadata becomes one proposed
//! clue. Who received, read or linked a file is its custody, written before the first byte leaves.
//!
//! A file comes in one request, or piece by piece over a weak link (the tus protocol). Either way there is an
//! `uploads` row first: whatever breaks off, [`cleanup`] finds by it what lies in the store and belongs to nothing.

pub mod arrival;
pub mod cleanup;
pub mod media;
pub mod metadata;
pub mod model;
mod pieces;
pub mod routes;
pub mod store;
mod strip;
pub mod taking;
