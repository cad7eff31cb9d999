//! The head of a message: date and time in brackets or before a dash, then who wrote it.

use super::super::dates::{self, ClockAt, DateAt, clock_at, date_at, is_blank, is_mark};
use super::super::shape::Moment;

/// How the heads of a file are framed. An app writes all of a file in one frame; another one within it was pasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// iOS: `[date, time] `.
    Brackets,
    /// Android: `date, time - `.
    Dash,
    /// iOS of old: `date time: `.
    Colon,
    /// What copying messages within the app gives: `[time, date] ` without seconds.
    Pasted,
}

/// The head of a message.
#[derive(Clone, Copy)]
pub(super) struct Header<'a> {
    pub(super) frame: Frame,
    /// None where the numbers are a date of no calendar that is read.
    pub(super) at: Option<Moment>,
    /// Whether date and time alone are no sign of this app: `[2026-02-09 10:00:00] `.
    pub(super) is_plain: bool,
    /// What follows it: `name: text`, or a service line.
    pub(super) rest: &'a str,
}

/// Bits that [`DateAt::style`] leaves free: a clock of twelve hours belongs to another region than one of 24.
const TWELVE_HOURS: u8 = dates::STYLES;

/// The head at the beginning of a line.
pub(super) fn header(line: &str) -> Option<Header<'_>> {
    let at = skip(line);
    let found = match at.strip_prefix(['[', '［']) {
        Some(inside) => bracketed(inside)?,
        // Most lines of most files go on with a message: do not look for names of days in each.
        None if at.chars().next().is_some_and(begins_date) => bare(at)?,
        None => return None,
    };
    // `1/2/26, 10:00 - 11:00 lunch: bring bread` is somebody's plan.
    let is_span = found.rest.chars().next().is_some_and(|c| dates::digit(c).is_some());
    (!is_span || clock_at(found.rest).is_none()).then_some(found)
}

fn begins_date(c: char) -> bool {
    dates::digit(c).is_some() || !c.is_ascii() || matches!(c, 'R' | 'H' | 'B')
}

fn bracketed(inside: &str) -> Option<Header<'_>> {
    let (date, clock, time_first, rest) = date_and_clock(inside)?;
    let rest = skip(rest).strip_prefix([']', '］'])?;
    let frame = if time_first && !clock.has_seconds { Frame::Pasted } else { Frame::Brackets };
    Some(Header { frame, at: moment(&date, &clock)?, is_plain: is_plain(inside), rest: skip_blanks(rest) })
}

fn bare(line: &str) -> Option<Header<'_>> {
    let (date, clock, _, rest) = date_and_clock(line)?;
    let rest = skip(rest);
    let behind = rest.strip_prefix(['-', '–', '—']);
    let (frame, rest) = match behind {
        Some(behind) if behind.is_empty() || behind.starts_with(|c| is_blank(c) || is_mark(c)) => {
            (Frame::Dash, behind)
        }
        Some(_) => return None,
        None => (Frame::Colon, rest.strip_prefix(": ").filter(|_| clock.has_seconds)?),
    };
    Some(Header { frame, at: moment(&date, &clock)?, is_plain: false, rest: skip_blanks(rest) })
}

/// Whether it is written as computers and not as people write it.
fn is_plain(inside: &str) -> bool {
    let sign = |at: usize, sign: u8| inside.as_bytes().get(at) == Some(&sign);
    sign(4, b'-') && sign(7, b'-') && sign(13, b':') && (sign(10, b' ') || sign(10, b'T'))
}

fn date_and_clock(text: &str) -> Option<(DateAt<'_>, ClockAt<'_>, bool, &str)> {
    if let Some(date) = date_at(text) {
        let clock = clock_at(between(date.rest))?;
        return Some((date, clock, false, after_clock(clock.rest)));
    }
    let clock = clock_at(text)?;
    let date = date_at(between(after_clock(clock.rest)))?;
    Some((date, clock, true, date.rest))
}

/// Words that some languages put before a time of day.
const BEFORE_TIME: [&str; 12] =
    ["klo ", "kl. ", "kl ", "at ", "à ", "às ", "um ", "u ", "a las ", "alle ", "в ", "o "];

/// Without what stands between date and time.
fn between(text: &str) -> &str {
    let text = text.trim_start_matches(|c| is_blank(c) || is_mark(c) || matches!(c, ',' | '،' | '、' | '，'));
    BEFORE_TIME.into_iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text)
}

fn after_clock(text: &str) -> &str {
    let at = skip(text);
    ["ч.", "Uhr", "г."].into_iter().find_map(|word| at.strip_prefix(word)).unwrap_or(text)
}

/// When the message was sent; none where this is no date at all.
fn moment(date: &DateAt<'_>, clock: &ClockAt<'_>) -> Option<Option<Moment>> {
    let mut written = date.with(clock.time);
    if clock.half.is_some() {
        written.style |= TWELVE_HOURS;
    }
    let [first, _, last] = written.parts;
    if written.orders().next().is_none() {
        // Islamic years.
        let is_other =
            [first, last].iter().any(|year| year.digits == 4 && (1300..1500).contains(&year.value));
        return is_other.then_some(None);
    }
    let year_first = first.is_year().then(|| written.read(dates::DateOrder::Ymd)).flatten();
    Some(Some(year_first.map_or(Moment::Written(written), Moment::Local)))
}

fn skip(text: &str) -> &str {
    text.trim_start_matches(|c| is_blank(c) || is_mark(c))
}

/// Without the blanks and marks before a name, up to the mark that may say that the app wrote the line.
fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches(is_blank)
}

/// A name without the marks and blanks around it; none where it can be no name.
pub(super) fn name(text: &str) -> Option<String> {
    let shown = text.trim_matches(|c: char| c.is_whitespace() || is_mark(c));
    // Emoji are joined by a mark within the name.
    let name: String = shown
        .chars()
        .filter(|c| !is_mark(*c) || matches!(c, '\u{200c}' | '\u{200d}'))
        .map(|c| if is_blank(c) { ' ' } else { c })
        .collect();
    let is_name = !name.is_empty() && name.chars().count() <= LONGEST_NAME && quotes_match(&name);
    is_name.then_some(name)
}

/// Characters in a name; the longest that the app itself allows are shorter.
const LONGEST_NAME: usize = 120;

/// A service line quotes the names of groups, which may hold a colon: `Linh changed the name to "Team: night"`.
fn quotes_match(text: &str) -> bool {
    let count = |signs: &[char]| text.chars().filter(|c| signs.contains(c)).count();
    let low = count(&['„']);
    let (opened, closed) =
        if low > 0 { (low, count(&['“', '”'])) } else { (count(&['“']), count(&['”'])) };
    count(&['"']) % 2 == 0 && opened == closed && count(&['«', '「', '『']) == count(&['»', '」', '』'])
}

/// Where a line may be parted into name and text: before and behind each colon that a blank, a mark or the end
/// follows. Without any, at the first colon that can be one.
pub(super) fn partings(line: &str) -> Vec<(&str, &str)> {
    let part = |at: usize| Some((line.get(..at)?, line.get(at + 1..)?));
    let colons =
        || memchr::memchr_iter(b':', line.as_bytes().get(..line.len().min(MOST)).unwrap_or_default());
    let parts =
        |(_, text): &(&str, &str)| text.chars().next().is_none_or(|c| c.is_whitespace() || is_mark(c));
    let all: Vec<(&str, &str)> = colons().filter_map(part).filter(parts).take(4).collect();
    if !all.is_empty() {
        return all;
    }
    let may = |(_, text): &(&str, &str)| !text.starts_with(|c: char| c == '/' || dates::digit(c).is_some());
    colons().filter_map(part).filter(may).take(1).collect()
}

/// Bytes of a line in which its name must end.
const MOST: usize = 600;
