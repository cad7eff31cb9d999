//! A reader, on any files.

use crate::cut::{Export, Files};
use crate::formats::reading::{HEAD, Halt, Head, Importer};
use crate::formats::text;
use crate::sink::Checked;

/// Recognises and reads an input, in different buffers and up to some message: all must agree.
pub fn check(importer: &Importer, input: &[u8]) {
    let Some(export) = Export::of(input) else { return };
    for (name, bytes) in &export.files {
        let bytes = &bytes[..bytes.len().min(HEAD)];
        let text = text::head(bytes);
        for is_whole in [true, false] {
            (importer.recognise)(&Head { name, text: &text, is_whole });
        }
    }
    let (whole, end) = read(importer, &export, export.buffers.0, None);
    let (again, same_end) = read(importer, &export, export.buffers.1, None);
    assert_same(&whole, &again);
    assert_eq!(end, same_end, "two readings end differently");
    stops(importer, &export, &whole);
}

/// A reading that is stopped somewhere gives what the whole one gave up to there.
fn stops(importer: &Importer, export: &Export<'_>, whole: &Checked) {
    let count = whole.entries.len();
    if count == 0 {
        return;
    }
    let most = 1 + export.len() % count;
    let (stopped, end) = read(importer, export, export.buffers.0, Some(most));
    assert_eq!(end.as_deref(), Some("stopped"), "after {most} of {count} messages");
    assert!(stopped.entries[..] == whole.entries[..most], "other messages where reading is stopped");
}

fn assert_same(one: &Checked, other: &Checked) {
    assert_eq!(
        one.entries.len(),
        other.entries.len(),
        "the size of the buffer changes how many messages there are"
    );
    assert!(one.entries == other.entries, "the size of the buffer changes messages");
    assert!(one.chats == other.chats, "the size of the buffer changes conversations");
    assert_eq!(one.skipped, other.skipped);
    assert_eq!(sound(&one.notes), sound(&other.notes));
}

/// Notes without what they say of bad bytes: where not all of a file is wanted, that depends on how far beyond what was
/// wanted it had been decoded.
fn sound(notes: &[String]) -> Vec<&str> {
    const BAD: &str = "bytes that are no text were replaced";
    let sound = notes.iter().map(|note| note.trim_end_matches(BAD).trim_end_matches("; "));
    sound.filter(|note| !note.is_empty()).collect()
}

/// What was told, and the words of what ended it.
fn read(
    importer: &Importer,
    export: &Export<'_>,
    buffer: usize,
    most: Option<usize>,
) -> (Checked, Option<String>) {
    let mut sink = Checked::new(export.len(), most);
    let result = (importer.read)(&mut Files::new(export, buffer), &mut sink);
    let end = result.err().map(|halt| match halt {
        Halt::Malformed { .. } => halt.to_string(),
        Halt::Stopped => {
            assert!(most.is_some(), "stopped by nobody");
            halt.to_string()
        }
        Halt::Unreadable(error) => panic!("bytes in memory could not be read: {error}"),
    });
    (sink, end)
}
