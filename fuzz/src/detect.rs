//! Finding the reader, for any files.

use std::collections::HashSet;

use crate::cut::Export;
use crate::formats::detect::{self, Beginning, natural};
use crate::formats::reading::HEAD;

/// Chooses among the readers by the files of an input, and sorts names that are cut out of it.
pub fn check(input: &[u8]) {
    let Some(export) = Export::of(input) else { return };
    let mut known = 0;
    for (name, bytes) in &export.files {
        let scores = detect::recognise(name, bytes, true);
        assert_eq!(scores, detect::recognise(name, bytes, true));
        known += usize::from(scores.iter().any(|score| *score > 0));
        if detect::is_binary(&bytes[..bytes.len().min(HEAD)]) {
            assert!(scores.iter().all(|score| *score == 0), "a picture is taken for a chat");
        }
    }
    let choice = detect::choose(export.files.iter().map(|(name, bytes)| Beginning {
        name,
        bytes: bytes.as_ref(),
        is_whole: true,
    }));
    assert_eq!(choice.is_some(), known > 0, "a chat is known and not chosen, or chosen and not known");
    if let Some(choice) = choice {
        let members: HashSet<_> = choice.members.iter().collect();
        assert!(!members.is_empty() && members.len() == choice.members.len(), "no file, or one twice");
        assert!(choice.members.iter().all(|member| *member < export.files.len()), "a file that is not there");
        let told = choice.told.iter().filter_map(|told| told.split(' ').next()?.parse::<usize>().ok());
        assert_eq!(members.len() + told.sum::<usize>(), known, "a chat that is neither read nor told");
    }
    names(&input[1..]);
}

/// Any names have one order.
fn names(input: &[u8]) {
    let text = String::from_utf8_lossy(&input[..input.len().min(256)]);
    let mut names: Vec<_> = text.split('\n').take(8).collect();
    names.sort_by(|a, b| natural(a, b));
    for (place, name) in names.iter().enumerate() {
        for later in &names[place..] {
            let order = natural(name, later);
            assert!(order.is_le() && order.reverse() == natural(later, name), "names in no order");
            assert_eq!(order.is_eq(), name == later, "two names in one place");
        }
    }
}
