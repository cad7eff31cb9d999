//! What phones write for a date and a time of day: digits of many scripts, years of three calendars, halves of the day
//! in words, and days and months in an order that only the whole file tells.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime, Time, Weekday};

// The paths are for crates that take this file by its path.
#[path = "dates/orders.rs"]
mod orders;
#[path = "dates/persian.rs"]
mod persian;
#[path = "dates/scan.rs"]
mod scan;
#[cfg(test)]
#[path = "dates/tests.rs"]
mod tests;
#[path = "dates/words.rs"]
mod words;

pub use orders::{Basis, Order, Orders};
pub use scan::{ClockAt, DateAt, STYLES, clock_at, date_at};
pub use words::{Half, half, half_at, is_blank, weekday, weekday_at};

/// The order of day, month and year in a file's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// Year, month, day: also every format whose dates leave nothing to guess.
    Ymd,
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// More than one order fits the file: a person has to say.
    Ambiguous,
}

impl DateOrder {
    /// Those that a date can be read in.
    pub const ALL: [Self; 3] = [Self::Dmy, Self::Mdy, Self::Ymd];

    /// The name in the HTTP contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ymd => "ymd",
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// A date of three numbers as it was written, and a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The numbers in the order of the file.
    pub parts: [Number; 3],
    /// The time of day.
    pub time: Time,
    /// The day of the week, where it was written too: it settles which number is the day.
    pub weekday: Option<Weekday>,
    /// Which way of writing dates this is, if a file uses several: anything that tells them apart, such as the sign
    /// between the numbers. The order of the numbers is found for each way on its own.
    pub style: u8,
}

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// Its value.
    pub value: u16,
    /// With how many digits.
    pub digits: u8,
    /// The era that it was written with, such as `R` or `BE`, which makes it a year.
    pub era: Option<Era>,
}

/// How years are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Thai and Khmer: 2569 is 2026.
    Buddhist,
    /// Japan since May 2019: 8 is 2026.
    Reiwa,
    /// Japan from 1989 to April 2019.
    Heisei,
    /// Taiwan: 115 is 2026.
    Minguo,
    /// As everywhere else.
    Common,
}

impl Number {
    /// The number as a year of the common era; none where it can be none. No chat is older than 1990, which tells what
    /// two digits mean: `69` is the Buddhist year 2569.
    #[must_use]
    pub fn year(self) -> Option<i16> {
        let value = i32::from(self.value);
        let year = match (self.era, self.digits) {
            (Some(Era::Buddhist), 0..=2) => value + 2500 - 543,
            (Some(Era::Buddhist), _) => value - 543,
            (Some(Era::Reiwa), _) => value + 2018,
            (Some(Era::Heisei), _) => value + 1988,
            (Some(Era::Minguo), _) => value + 1911,
            (_, 0..=2) if value < 50 => value + 2000,
            (_, 0..=2) if self.era.is_none() => value + 2500 - 543,
            (_, 3) if self.era.is_none() && (90..200).contains(&value) => value + 1911,
            (_, 4) if self.era.is_none() && value > 2400 => value - 543,
            _ => value,
        };
        i16::try_from(year).ok().filter(|year| (1990..2100).contains(year))
    }

    /// Whether this can be nothing but a year.
    #[must_use]
    pub const fn is_year(self) -> bool {
        self.era.is_some() || self.digits > 2 || self.value > 31
    }

    fn small(self, most: u16) -> Option<i8> {
        if self.is_year() || self.value == 0 || self.value > most {
            return None;
        }
        i8::try_from(self.value).ok()
    }
}

impl Written {
    /// The date and time in this order; none where the numbers are no date in it, or on another day of the week than
    /// was written.
    #[must_use]
    pub fn read(&self, order: DateOrder) -> Option<DateTime> {
        let [a, b, c] = self.parts;
        let (year, month, day) = match order {
            DateOrder::Ymd => (a, b, c),
            DateOrder::Dmy => (c, b, a),
            DateOrder::Mdy => (c, a, b),
            // Whichever there is, so that what is ambiguous can be shown.
            DateOrder::Ambiguous => {
                return DateOrder::ALL.into_iter().find_map(|order| self.read(order));
            }
        };
        let (month, day) = (month.small(12)?, day.small(31)?);
        let date = match persian::year(year) {
            Some(year) => persian::date(year, month, day)?,
            None => Date::new(year.year()?, month, day).ok()?,
        };
        let is_day = self.weekday.is_none_or(|weekday| date.weekday() == weekday);
        is_day.then(|| DateTime::from_parts(date, self.time))
    }

    /// The orders in which this is a date.
    pub fn orders(&self) -> impl Iterator<Item = DateOrder> + '_ {
        DateOrder::ALL.into_iter().filter(|order| self.read(*order).is_some())
    }
}

/// The first code point of every run of ten decimal digits in the scripts that phones write dates in.
const ZEROS: [char; 19] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}', '\u{c66}',
    '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{1810}', '\u{1090}',
    '\u{ff10}',
];

/// The value of a decimal digit of any of these scripts.
#[must_use]
pub fn digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    }
    let from = |zero: char| u32::from(c).checked_sub(u32::from(zero)).filter(|value| *value < 10);
    ZEROS.into_iter().find_map(from).and_then(|digit| u8::try_from(digit).ok())
}

/// The text with every digit as one of ASCII's.
#[must_use]
pub fn ascii_digits(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c.is_ascii() || digit(c).is_none()) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|c| digit(c).map_or(c, |digit| char::from(b'0' + digit))).collect()
}

/// The time of day; an hour over twelve stands for itself, whatever half was written beside it.
#[must_use]
pub fn time(hour: u16, minute: u16, second: u16, half: Option<Half>) -> Option<Time> {
    let hour = match (half, hour) {
        (Some(Half::Am | Half::Evening | Half::Night), 12) => 0,
        (Some(Half::Pm | Half::Evening), 1..=11) | (Some(Half::Night), 6..=11) => hour + 12,
        (Some(Half::Midday), 1..=3) => hour + 12,
        // Some clocks write the hour after midnight as the 24th.
        (_, 24) => 0,
        _ => hour,
    };
    let small = |number: u16| i8::try_from(number).ok();
    Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()
}

/// Whether a character has no shape of its own: marks of direction, and joiners, that apps put around names and dates.
#[must_use]
pub const fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}'
    )
}
