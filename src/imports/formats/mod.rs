//! The chat formats: pure functions from the bytes of an export to one [`shape`], a stream of messages.
//!
//! No database, no HTTP, no clock, and nothing of the rest of Farlight: this folder compiles alone, which is how it is
//! fuzzed. Every reader takes the [`reading::Parts`] of an export one after the other and tells a [`reading::Sink`]
//! what it finds, so that a file of gigabytes passes through a few buffers.
//!
//! One file for each format, which gives one [`reading::Importer`]; [`detect`] lists them and finds the right one, and
//! [`archive`] opens an export as it was uploaded. They share [`text`] (bytes to lines, whatever the encoding), [`dates`]
//! (what phones write for a date) and [`json`] (JSON taken apart while it comes in, and mended).

pub mod archive;
pub mod dates;
pub mod detect;
pub mod email;
pub mod farlight;
mod inline;
pub mod instagram;
pub mod json;
pub mod line;
pub mod messenger;
mod meta;
mod order;
pub mod reading;
pub mod shallow;
pub mod shape;
pub mod signal;
pub mod sms;
pub mod telegram_html;
pub mod telegram_json;
pub mod text;
pub mod wechat;
pub mod whatsapp;

#[cfg(test)]
pub(crate) mod damage;
#[cfg(test)]
pub(crate) mod testing;
