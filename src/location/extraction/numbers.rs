//! Numbers with units: hours and kilometres, in digits and in words.

use super::super::notation::numerals::{counted, is_numeral};
use super::lexicon::{Marker, Role};
use super::reading::Reading;

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// Hours of a way.
    Hours(f64),
    /// Kilometres.
    Km(f64),
}

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it says.
    pub amount: Amount,
}

/// A number without a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Its value; the middle of a range.
    pub value: f64,
}

/// So many measures are no message but a table.
const MOST: usize = 200;

/// The measures of a text, in order.
pub fn measures(reading: &Reading<'_>) -> Vec<Measure> {
    let mut measures: Vec<Measure> = Vec::new();
    for (index, unit) in reading.markers.iter().enumerate() {
        if measures.len() >= MOST {
            break;
        }
        let Some(factor) = factor(unit.role) else { continue };
        let Some(measure) = measure(reading, index, unit, factor) else { continue };
        match measures.last_mut() {
            Some(last) if measure.start < last.end => {}
            // `1 hour and 30 minutes` is one time.
            Some(last) if reading.gap(last.end, measure.start) <= 1.0 && joins(last, &measure) => {
                last.amount = sum(last.amount, measure.amount);
                last.end = measure.end;
            }
            _ => measures.push(measure),
        }
    }
    measures
}

fn joins(a: &Measure, b: &Measure) -> bool {
    match (a.amount, b.amount) {
        (Amount::Hours(a), Amount::Hours(b)) => b < 1.0 && a >= 1.0,
        (Amount::Km(a), Amount::Km(b)) => b < 1.0 && a >= 1.0,
        _ => false,
    }
}

fn sum(a: Amount, b: Amount) -> Amount {
    match (a, b) {
        (Amount::Hours(a), Amount::Hours(b)) => Amount::Hours(a + b),
        (Amount::Km(a), Amount::Km(b)) => Amount::Km(a + b),
        _ => a,
    }
}

/// What one unit is in hours or kilometres.
fn factor(role: Role) -> Option<Amount> {
    Some(match role {
        Role::Hour => Amount::Hours(1.0),
        Role::Minute => Amount::Hours(1.0 / 60.0),
        Role::Kilometre => Amount::Km(1.0),
        Role::Metre => Amount::Km(0.001),
        Role::Mile => Amount::Km(1.609),
        Role::Li => Amount::Km(0.5),
        _ => return None,
    })
}

fn measure(reading: &Reading<'_>, index: usize, unit: &Marker, factor: Amount) -> Option<Measure> {
    let before = number_before(reading, unit.start);
    // Burmese counts tens behind the unit.
    let after = || number_after(reading, unit.end).filter(|_| is_burmese(reading, unit.start));
    let number = before.or_else(after)?;
    let half = half_in_unit(reading, unit) + half_after(reading, index, unit.end);
    let count = number.value + half;
    let amount = match factor {
        Amount::Hours(hours) => Amount::Hours(hours * count),
        Amount::Km(km) => Amount::Km(km * count),
    };
    Some(Measure { start: number.start.min(unit.start), end: number.end.max(unit.end), amount })
}

fn is_burmese(reading: &Reading<'_>, at: usize) -> bool {
    reading.chars.get(at).is_some_and(|c| ('\u{1000}'..='\u{109f}').contains(c))
}

/// `2个半小时` and `၂ နာရီခွဲ` have the half in the unit.
fn half_in_unit(reading: &Reading<'_>, unit: &Marker) -> f64 {
    let written = reading.string(unit.start, unit.end);
    if written.contains("个半") || written.contains("個半") || written.contains("ခွဲ") {
        0.5
    } else {
        0.0
    }
}

/// `2 tiếng rưỡi`, `2 hours and a half`.
fn half_after(reading: &Reading<'_>, index: usize, end: usize) -> f64 {
    let mut after = reading.markers.iter().skip(index + 1).skip_while(|marker| marker.start < end).take(3);
    let half = after.any(|marker| {
        marker.role == Role::Half && reading.gap(end, marker.start) < 0.3 && marker.start < end + 3
    });
    if half { 0.5 } else { 0.0 }
}

/// The number that ends where a unit begins.
pub fn number_before(reading: &Reading<'_>, end: usize) -> Option<Number> {
    let blank = reading
        .chars
        .get(..end)?
        .iter()
        .rev()
        .take(3)
        .take_while(|c| c.is_whitespace() || **c == '-')
        .count();
    let end = end - blank;
    digits_before(reading, end)
        .or_else(|| chinese_before(reading, end))
        .or_else(|| words_before(reading, end))
}

/// The number that begins where a unit ends.
fn number_after(reading: &Reading<'_>, start: usize) -> Option<Number> {
    let rest = reading.chars.get(start..)?;
    let blank = rest.iter().take(2).take_while(|c| c.is_whitespace()).count();
    let from = start + blank;
    let length = rest.iter().skip(blank).take_while(|c| plain_digit(**c).is_some()).count();
    if length > 0 {
        return Some(Number { start: from, end: from + length, value: value(reading, from, from + length)? });
    }
    let word =
        reading.markers.iter().skip(reading.markers.partition_point(|marker| marker.start < from)).take(3);
    word.into_iter().find_map(|marker| match marker.role {
        Role::Count(value) if marker.start == from => Some(Number { start: from, end: marker.end, value }),
        _ => None,
    })
}

fn digits_before(reading: &Reading<'_>, end: usize) -> Option<Number> {
    let start = number_start(reading, end)?;
    let last = value(reading, start, end)?;
    // The lower end of `2-3`, `2~3`, `2 to 3`, `2到3`.
    let before = reading.chars.get(start.saturating_sub(4)..start)?;
    let between: String = before.iter().rev().take_while(|c| plain_digit(**c).is_none()).collect();
    let joins = ["-", "~", "–", "到", "至", " - ", " ot ", " to ", "or", " ro "].contains(&between.as_str());
    let low_end = start - between.chars().count();
    let low = if joins { number_start(reading, low_end) } else { None };
    let low = low.and_then(|low_start| value(reading, low_start, low_end).map(|low| (low_start, low)));
    Some(match low {
        Some((start, low)) if low < last => Number { start, end, value: f64::midpoint(low, last) },
        _ => Number { start, end, value: last },
    })
}

/// Where the digits begin that end at a position.
fn number_start(reading: &Reading<'_>, end: usize) -> Option<usize> {
    let before = reading.chars.get(..end)?;
    let is_part = |c: &&char| plain_digit(**c).is_some() || matches!(**c, '.' | ',');
    let length = before.iter().rev().take(8).take_while(is_part).count();
    let digits = before.get(end - length..)?;
    let leading = digits.iter().take_while(|c| plain_digit(**c).is_none()).count();
    (leading < length && plain_digit(*digits.last()?).is_some()).then_some(end - length + leading)
}

/// The digit that a character is, in any of the scripts of the region.
pub fn plain_digit(c: char) -> Option<u32> {
    const ZEROS: [char; 6] = ['0', '０', '๐', '໐', '០', '၀'];
    ZEROS.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|digit| *digit < 10))
}

/// The value of some digits.
pub fn value(reading: &Reading<'_>, start: usize, end: usize) -> Option<f64> {
    let digits = reading.chars.get(start..end)?.iter().map(|c| match plain_digit(*c) {
        Some(digit) => char::from_digit(digit, 10),
        None => Some('.'),
    });
    let digits: String = digits.collect::<Option<String>>()?;
    digits.parse().ok().filter(|value: &f64| value.is_finite())
}

/// `三十五公里`, `十八个小时`.
fn chinese_before(reading: &Reading<'_>, end: usize) -> Option<Number> {
    let measured = end
        .checked_sub(1)
        .filter(|last| matches!(reading.chars.get(*last), Some('个' | '個')))
        .unwrap_or(end);
    let before = reading.chars.get(..measured)?;
    let length = before.iter().rev().take(8).take_while(|c| is_numeral(**c)).count();
    let start = measured - length;
    Some(Number { start, end, value: counted(before.get(start..)?)? })
}

/// A number in words that ends at a position: tens and ones stand side by side.
fn words_before(reading: &Reading<'_>, end: usize) -> Option<Number> {
    let last = count_ending(reading, end)?;
    let tens = count_ending(reading, last.start).filter(|tens| tens.value >= 20.0 && last.value < 10.0);
    Some(match tens {
        Some(tens) => Number { start: tens.start, end, value: tens.value + last.value },
        None => last,
    })
}

fn count_ending(reading: &Reading<'_>, end: usize) -> Option<Number> {
    let first = reading.markers.partition_point(|marker| marker.end < end.saturating_sub(1));
    let near = reading.markers.iter().skip(first).take_while(|marker| marker.start < end);
    near.filter_map(|marker| match marker.role {
        Role::Count(value) if marker.end <= end && marker.end + 1 >= end => {
            Some(Number { start: marker.start, end: marker.end, value })
        }
        _ => None,
    })
    .last()
}
