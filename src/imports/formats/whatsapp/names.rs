//! Names with a colon in them: `Dr: Linh: hello` was written by `Dr: Linh`, and `Linh: note: hello` by `Linh`. Only
//! several messages together tell.

use std::collections::HashMap;

use super::super::dates::is_mark;
use super::header;

/// What the first messages of a file tell about names.
#[derive(Default)]
pub(super) struct Names {
    /// For what stands before the first colon, how often it does, and what stands between it and the second.
    seen: HashMap<String, Seen>,
    /// The letters and digits of the chat's title: signs may be replaced in the names of files.
    title: String,
}

#[derive(Default)]
struct Seen {
    lines: u32,
    /// How often each follows, and in how many lines a mark of the app stands behind it.
    second: HashMap<String, (u32, u32)>,
}

/// Lines before a name is taken to hold a colon.
const ENOUGH: u32 = 3;
/// Names that are kept apart.
const MOST: usize = 2000;

impl Names {
    /// Nothing is known but the title of the chat.
    pub(super) fn new(title: Option<&str>) -> Self {
        Self { seen: HashMap::new(), title: letters(title.unwrap_or_default()) }
    }

    /// Learns from the first line of a message.
    pub(super) fn learn(&mut self, line: &str) {
        let parts = header::partings(line);
        let Some(first) = parts.first().and_then(|(name, _)| header::name(name)) else { return };
        if self.seen.len() >= MOST && !self.seen.contains_key(&first) {
            return;
        }
        let seen = self.seen.entry(first).or_default();
        seen.lines += 1;
        let Some((whole, text)) = parts.get(1) else { return };
        if let Some(whole) = header::name(whole)
            && (seen.second.len() < MOST || seen.second.contains_key(&whole))
        {
            let (lines, marked) = seen.second.entry(whole).or_default();
            *lines += 1;
            *marked += u32::from(text.trim_start_matches(' ').starts_with(is_mark));
        }
    }

    /// The name and the text of a line; none where it has no name.
    pub(super) fn part<'a>(&self, line: &'a str) -> Option<(String, &'a str)> {
        let parts = header::partings(line);
        let (first, text) = parts.first()?;
        let name = header::name(first)?;
        let longer = parts.get(1).and_then(|(whole, text)| Some((header::name(whole)?, *text)));
        match longer.filter(|(whole, _)| self.is_name(&name, whole)) {
            Some((whole, text)) => Some((whole, text)),
            None => Some((name, text)),
        }
    }

    /// Whether the name goes on after its first colon: every line of it has a second one, and what stands between
    /// comes again and again. What somebody writes before a colon varies.
    fn is_name(&self, first: &str, whole: &str) -> bool {
        if !self.title.is_empty() && self.title == letters(whole) {
            return true;
        }
        let Some(seen) = self.seen.get(first) else { return false };
        let Some((lines, marked)) = seen.second.get(whole) else { return false };
        let all: u32 = seen.second.values().map(|(lines, _)| lines).sum();
        let kinds = u32::try_from(seen.second.len()).unwrap_or(u32::MAX);
        if all < seen.lines || first.starts_with('+') {
            return false;
        }
        (*marked > 0 && kinds == 1) || (*lines >= 2 && all >= ENOUGH && kinds.saturating_mul(2) <= all)
    }
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}
