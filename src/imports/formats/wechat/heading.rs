//! Which line of copied text begins a message. Versions of the app and of exporters write
//! `老王 2026-10-05 21:40:12` or `2026-10-05 21:40:12 老王` over each message, or a date in a line of dashes and then
//! `老王  21:40`, or nothing but `老王:`.

use super::super::dates::is_mark;
use super::super::shape::Moment;
use super::stamp::{Stamp, read, whole};

/// Bytes of a line that can be a heading.
const LONGEST: usize = 240;
/// Bytes of a date with all that may stand beside it.
const LONGEST_STAMP: usize = 72;

/// What a line is.
pub(super) enum Heading<'a> {
    /// A name with date and time; none where the date only says how long ago it was.
    Full(&'a str, Option<Moment>),
    /// A name with a time of day.
    Timed(&'a str, jiff::civil::Time),
    /// A name with a colon.
    Bare(&'a str),
    /// A date alone, with a time or without.
    Stamp(Stamp),
    /// Anything else.
    None,
}

impl<'a> Heading<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        let line = line.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
        if line.is_empty() || line.len() > LONGEST {
            return Self::None;
        }
        let bare = line.trim_matches(['-', '—', '–', '─', '=', ' ', '\u{a0}', '\u{3000}']);
        let stamp = if has_number(bare) && bare.len() <= LONGEST_STAMP { whole(bare) } else { None };
        match stamp {
            Some(Stamp::Time(_)) if bare.len() < line.len() => return Self::None,
            Some(stamp) => return Self::Stamp(stamp),
            None => {}
        }
        if !has_clock(line) {
            return Self::unstamped(line);
        }
        if let Some((stamp, rest)) = read(line)
            && rest.starts_with(char::is_whitespace)
            && let Some(heading) = Self::dated(rest, stamp)
        {
            return heading;
        }
        if let Some(heading) = Self::ending(line) {
            return heading;
        }
        Self::unstamped(line)
    }

    fn unstamped(line: &'a str) -> Self {
        match line.strip_suffix([':', '：']).map(str::trim_end) {
            // `“家人”的聊天记录如下：` stands over a copy that was sent by mail.
            Some(name) if is_name(name) && is_plain(name) && !name.contains("聊天记录") => {
                Self::Bare(name)
            }
            _ => Self::None,
        }
    }

    fn dated(name: &'a str, stamp: Stamp) -> Option<Self> {
        let name = name.trim();
        if !is_name(name) {
            return None;
        }
        match stamp {
            Stamp::At(moment) => Some(Self::Full(name, Some(moment))),
            Stamp::Relative => Some(Self::Full(name, None)),
            Stamp::Time(_) | Stamp::Day(_) => None,
        }
    }

    /// A line that ends with a date, in brackets or without.
    fn ending(line: &'a str) -> Option<Self> {
        if let Some((name, date)) =
            line.strip_suffix([')', '）']).and_then(|line| line.rsplit_once(['(', '（']))
        {
            return whole(date).and_then(|stamp| Self::dated(name, stamp));
        }
        // The first blank behind which all is a date: names may end with numbers.
        for (at, blank) in line.match_indices(char::is_whitespace) {
            let (name, date) = (line.get(..at)?, line.get(at + blank.len()..)?);
            if date.len() > LONGEST_STAMP {
                continue;
            }
            match whole(date) {
                Some(Stamp::Time(time)) => {
                    // Another app writes the time first, and what was said may end with one.
                    let is_sender = is_name(name.trim()) && is_plain(name) && read(name).is_none();
                    return is_sender.then(|| Self::Timed(name.trim(), time));
                }
                Some(stamp) => return Self::dated(name, stamp),
                None => {}
            }
        }
        None
    }

    /// Whether it begins a message by itself, in a way that other files have not.
    pub(super) fn is_telling(&self) -> bool {
        matches!(self, Self::Full(name, _) if is_plain(name))
    }
}

/// Whether a text can be a name, and not a sentence or a label.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().count() <= 48
        && name.split_whitespace().count() <= 6
        && !name.ends_with([':', '：', ',', '，'])
        && !name.contains('\t')
}

/// Whether a name has none of the signs that the lines of other apps and of programs have: names may have them, but a
/// file is not known by those.
pub(super) fn is_plain(name: &str) -> bool {
    !name.starts_with(['-', '[', '<', '#', '*', '|', '{', '>', '/', '='])
        && !name.contains(['=', ';', '"', '{', '}'])
        && !name.contains(": ")
}

/// Whether a text has numbers in it: most lines have none and are no headings.
fn has_number(text: &str) -> bool {
    text.contains(char::is_numeric)
}

/// Whether a text has a number with a sign behind it as in a time of day: looking for all else takes long.
fn has_clock(text: &str) -> bool {
    let mut after_number = false;
    text.chars().any(|c| {
        let found = after_number && matches!(c, ':' | '：' | '点' | '點' | '时' | '時');
        after_number = c.is_numeric();
        found
    })
}
