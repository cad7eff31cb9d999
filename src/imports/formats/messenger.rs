//! Messenger, out of Facebook's "download your information": both the plain archive and that of encrypted chats.

use super::meta::{self, Platform};
use super::reading::{Halt, Head, Importer, Parts, Sink};
use super::shape::Format;

/// The reader.
pub const IMPORTER: Importer = Importer {
    format: Format::Messenger,
    looked_for: "Messenger JSON (message_1.json of Facebook's \"download your information\", or an encrypted chat)",
    recognise,
    read,
};

fn recognise(head: &Head<'_>) -> u32 {
    meta::recognise(head, Platform::Facebook)
}

fn read(parts: &mut dyn Parts, sink: &mut dyn Sink) -> Result<(), Halt> {
    meta::read(parts, sink)
}
