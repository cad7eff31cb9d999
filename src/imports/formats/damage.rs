//! Files that were damaged anywhere, for the tests of readers.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::{Index, select};

/// What breaks a grammar.
const PIECES: [&[u8]; 14] = [
    b"\"",
    b"<",
    b">",
    b"{",
    b"}",
    b"]",
    b"\n",
    b"\r",
    b"\0",
    b"--b1\n",
    b"From ",
    b"\xFF",
    b"\xEF\xBB\xBF",
    b"&#55357;",
];

/// The file with pieces of it left out, and others put in.
pub(crate) fn damaged(file: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let hits = vec((any::<Index>(), 0_usize..40, select(&PIECES[..])), 1..6);
    hits.prop_map(move |hits| {
        let mut bytes = file.to_vec();
        for (place, count, piece) in hits {
            let from = place.index(bytes.len() + 1);
            let to = (from + count).min(bytes.len());
            bytes.splice(from..to, piece.iter().copied());
        }
        bytes
    })
}
