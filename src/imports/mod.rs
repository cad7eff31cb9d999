//! Imports.

pub mod detect;
pub mod shape;
pub mod store;
pub mod telegram_json;
