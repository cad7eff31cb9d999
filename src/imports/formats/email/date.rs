//! When an e-mail was sent: the standard's dates first, then what programs write instead.

use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::Offset;
use jiff::{Timestamp, Zoned};

use super::super::dates::{self, Half};
use super::super::shape::Moment;

const PARSER: DateTimeParser = DateTimeParser::new().relaxed_weekday(true);
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Zones that have a name in the standard, in hours.
const ZONES: [(&str, i8); 13] = [
    ("gmt", 0),
    ("ut", 0),
    ("utc", 0),
    ("z", 0),
    ("est", -5),
    ("edt", -4),
    ("cst", -6),
    ("cdt", -5),
    ("mst", -7),
    ("mdt", -6),
    ("pst", -8),
    ("pdt", -7),
    ("ict", 7),
];

/// The moment that a `Date` header gives: in UTC where it has a zone.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    let standard = PARSER.parse_zoned(text).ok().map(|zoned: Zoned| zoned.timestamp());
    if let Some(at) = standard.or_else(|| text.parse::<Timestamp>().ok()) {
        return Some(Moment::Utc(at));
    }
    if text.as_bytes().get(4) == Some(&b'-')
        && let Ok(at) = text.parse::<DateTime>()
    {
        return Some(Moment::Local(at));
    }
    Words::of(text).moment()
}

/// What the words of a date say, in whatever order.
#[derive(Default)]
struct Words {
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
    time: Option<[u16; 3]>,
    half: Option<Half>,
    zone: Option<Offset>,
}

impl Words {
    fn of(text: &str) -> Self {
        // Comments stand in brackets.
        let bare = text.split('(').next().unwrap_or_default();
        let mut words = Self::default();
        for word in bare.split([' ', '\t', ',', '\r', '\n']).filter(|word| !word.is_empty()).take(16) {
            match word.as_bytes() {
                // `2-Jan-2026`
                [first, ..] if first.is_ascii_digit() && word.contains('-') => {
                    word.split('-').for_each(|part| words.word(part));
                }
                _ => words.word(word),
            }
        }
        words
    }

    fn word(&mut self, word: &str) {
        let small = word.trim_end_matches('.').to_ascii_lowercase();
        if self.time.is_some()
            && let Some(zone) = zone(&small)
        {
            self.zone = Some(zone);
        } else if small.contains(':') {
            self.time = self.time.or_else(|| time(&small));
        } else if let Some(half) = dates::half(&small) {
            self.half = Some(half);
        } else if let Ok(number) = small.parse::<i16>() {
            match (self.day, self.year) {
                (None, _) if (1..=31).contains(&number) => self.day = i8::try_from(number).ok(),
                (_, None) => self.year = year(number, small.len()),
                _ => {}
            }
        } else if let Some(month) = month(&small) {
            self.month = self.month.or(Some(month));
        }
    }

    fn moment(&self) -> Option<Moment> {
        let date = Date::new(self.year?, self.month?, self.day?).ok()?;
        let [hour, minute, second] = self.time?;
        let at = DateTime::from_parts(date, dates::time(hour, minute, second.min(59), self.half)?);
        match self.zone {
            Some(zone) => zone.to_timestamp(at).ok().map(Moment::Utc),
            None => Some(Moment::Local(at)),
        }
    }
}

fn month(word: &str) -> Option<i8> {
    let begin = word.get(..3)?;
    let place = MONTHS.iter().position(|month| *month == begin)?;
    i8::try_from(place + 1).ok()
}

fn year(number: i16, digits: usize) -> Option<i16> {
    match (digits, number) {
        (2, 0..=49) => Some(number + 2000),
        (2 | 3, 50..=999) => Some(number + 1900),
        (4, 1970..=2099) => Some(number),
        _ => None,
    }
}

fn time(word: &str) -> Option<[u16; 3]> {
    let word = word.split('.').next().unwrap_or_default();
    let mut numbers = word.split(':').map(|part| part.parse::<u16>().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next().flatten().unwrap_or(0)])
}

/// `+0700`, `+07:00`, `+7`, `GMT+0700` or a zone's name.
fn zone(word: &str) -> Option<Offset> {
    if let Some((_, hours)) = ZONES.iter().find(|(name, _)| *name == word) {
        return Offset::from_hours(*hours).ok();
    }
    let bare = word.strip_prefix("gmt").or_else(|| word.strip_prefix("utc")).unwrap_or(word);
    let sign = match bare.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = bare.chars().skip(1).filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let minutes = if digits.len() > 2 { number / 100 * 60 + number % 100 } else { number * 60 };
    Offset::from_seconds(sign * minutes * 60).ok()
}

#[cfg(test)]
mod tests {
    use super::super::super::dates::DateOrder;
    use super::*;

    #[test]
    fn dates_are_read_however_they_are_written() {
        for (text, expected) in [
            ("Thu, 01 Jan 2026 10:00:00 +0700", "2026-01-01T03:00:00Z"),
            ("Mon, 01 Jan 2026 10:00:00 +0700 (ICT)", "2026-01-01T03:00:00Z"),
            ("1 Jan 26 10:00 GMT", "2026-01-01T10:00:00Z"),
            ("Thu, 1 January 2026 10:00:00 GMT+07:00", "2026-01-01T03:00:00Z"),
            ("Thu Jan  1 10:00:00 2026 +0700", "2026-01-01T03:00:00Z"),
            ("Thu Jan  1 10:00:00 2026", "2026-01-01T10:00:00"),
            ("Jan 1, 2026 10:00 PM -05:00", "2026-01-02T03:00:00Z"),
            ("01-Jan-2026 10:00:00 UTC", "2026-01-01T10:00:00Z"),
            ("2026-01-01T10:00:00+07:00", "2026-01-01T03:00:00Z"),
            ("2026-01-01 10:00:00", "2026-01-01T10:00:00"),
            ("Thu, 1 Jan 2026 10:00:00", "2026-01-01T10:00:00"),
            ("Fri, 07 Oct 1994 16:15:05 -0700 (PDT)", "1994-10-07T23:15:05Z"),
            ("Thu, 1 Jan 2026 10.00:00 x", "none"),
            ("soon", "none"),
            ("", "none"),
            ("32 Jan 2026 10:00:00 +0000", "none"),
        ] {
            let found = moment(text).and_then(|at| at.shown(DateOrder::Ymd));
            assert_eq!(found.map_or("none".to_owned(), |at| at.to_string()), expected, "{text}");
        }
    }
}
