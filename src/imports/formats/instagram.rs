//! Instagram, out of its "download your information".

use super::meta::{self, Platform};
use super::reading::{Halt, Head, Importer, Parts, Sink};
use super::shape::Format;

/// The reader.
pub const IMPORTER: Importer = Importer {
    format: Format::Instagram,
    looked_for: "Instagram JSON (message_1.json of Instagram's \"download your information\")",
    recognise,
    read,
};

fn recognise(head: &Head<'_>) -> u32 {
    meta::recognise(head, Platform::Instagram)
}

fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    meta::read(parts, sink)
}
