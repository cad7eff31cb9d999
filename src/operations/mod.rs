//! Operations: planned acts in the field.

pub mod model;
