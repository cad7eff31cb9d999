//! The calendar of Iran and Afghanistan, which phones there write dates in: 12 Bahman 1404 is 1 February 2026.

use jiff::ToSpan;
use jiff::civil::{Date, date as civil};

use super::Number;

/// The number as a year of this calendar; none where it is one of another.
pub(super) fn year(number: Number) -> Option<i32> {
    let known = number.era.is_none() && number.digits == 4 && (1370..1420).contains(&number.value);
    known.then(|| i32::from(number.value))
}

/// The date; none where the month has no such day.
pub(super) fn date(year: i32, month: i8, day: i8) -> Option<Date> {
    let (month, day) = (i32::from(month), i32::from(day));
    let longest = match month {
        1..=6 => 31,
        7..=11 => 30,
        _ if days_before(year + 1) - days_before(year) == 366 => 30,
        _ => 29,
    };
    if day > longest {
        return None;
    }
    let of_year = (month - 1) * 30 + (month - 1).min(6) + day - 1;
    // The first day of 1399.
    let days = days_before(year) - days_before(1399) + of_year;
    civil(2020, 3, 20).checked_add(days.days()).ok()
}

/// Days before a year, counted from a fixed day. Eight years of 33 are leap years; in this century that is what the
/// equinox gives too.
const fn days_before(year: i32) -> i32 {
    365 * year + (8 * year + 21) / 33
}
