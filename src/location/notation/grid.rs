//! Military grid references (MGRS) and UTM coordinates, as field teams and some map apps write them.

use super::super::geo::Point;
use super::{Datum, Folded, Found, PHONE_M, Position, Says, Taken, Via, in_region};

mod projection;
#[cfg(test)]
mod tests;

/// The bands of latitude from 80 degrees south, eight degrees each.
const BANDS: &str = "CDEFGHJKLMNPQRSTUVWX";
/// The letters of rows, repeated every 2,000 km.
const ROWS: &str = "ABCDEFGHJKLMNPQRSTUV";
/// The letters of columns, eight to a zone, repeated every three zones.
const COLUMNS: &str = "ABCDEFGHJKLMNPQRSTUVWXYZ";
/// The side of a lettered square.
const SQUARE_M: f64 = 100_000.0;
/// After so many metres the letters of rows repeat.
const ROWS_M: f64 = 2_000_000.0;
/// What is added to northings of the southern half, so that none is negative.
const FALSE_NORTHING_M: f64 = 10_000_000.0;

/// The references in a text.
pub fn find(text: &Folded, taken: &Taken) -> Vec<Found> {
    let mut found = Vec::new();
    let mut next = 0;
    for start in 0..text.len() {
        let begins = text.get(start).is_some_and(|c| c.is_ascii_digit())
            && !text.before(start).is_some_and(|c| c.is_ascii_alphanumeric() || c == '.');
        if start < next || !begins || taken.at(start) {
            continue;
        }
        let read = Reader::new(text, start).and_then(|reader| reader.mgrs().or_else(|| reader.utm()));
        if let Some((end, position)) = read
            && !taken.any(start, end)
        {
            next = end;
            found.push(Found { start, end, says: Says::Position(position), via: Via::Mgrs, vendor: None });
        }
    }
    found
}

/// What stands after a zone and its letter.
struct Reader<'a> {
    text: &'a Folded,
    at: usize,
    zone: u8,
    letter: char,
    small: bool,
}

impl<'a> Reader<'a> {
    /// Reads the zone and the letter.
    fn new(text: &'a Folded, start: usize) -> Option<Self> {
        let digits = text.run(start, 2, |c| c.is_ascii_digit());
        let zone: u8 = text.string(start, digits).parse().ok()?;
        let at = skip_spaces(text, digits);
        let written = text.get(at)?;
        let letter = written.to_ascii_uppercase();
        let known = (1..=60).contains(&zone) && BANDS.contains(letter);
        known.then_some(Self { text, at: at + 1, zone, letter, small: written != letter })
    }

    /// A square of two letters, then an even number of digits.
    fn mgrs(&self) -> Option<(usize, Position)> {
        let at = skip_spaces(self.text, self.at);
        let [column, row] = *self.text.slice(at, at + 2) else { return None };
        let small = self.small || column.is_ascii_lowercase() || row.is_ascii_lowercase();
        let (end, digits) = self.digits(at + 2)?;
        if small && digits.len() < 8 || digits.len() < 4 {
            return None;
        }
        let (east, north) = digits.split_at_checked(digits.len() / 2)?;
        let cell = 10_f64.powi(5 - i32::try_from(east.len()).ok()?);
        let inside = |digits: &str| digits.parse::<f64>().ok().map(|value| (value + 0.5) * cell);
        let (column, row) = (column.to_ascii_uppercase(), row.to_ascii_uppercase());
        let easting = column_m(self.zone, column)? + inside(east)?;
        let northing = row_m(self.zone, row)? + inside(north)?;
        let point = (0..5).find_map(|times| self.in_band(easting, northing + f64::from(times) * ROWS_M))?;
        let accuracy_m = (cell / 2.0 * std::f64::consts::SQRT_2).max(PHONE_M);
        in_region(point).then_some((end, Position { point, accuracy_m, datum: Datum::Wgs84 }))
    }

    /// An even number of digits, in one group or in two of the same length, and where they end.
    fn digits(&self, start: usize) -> Option<(usize, String)> {
        let first = skip_spaces(self.text, start);
        let first_end = self.text.run(first, 11, |c| c.is_ascii_digit());
        let second = skip_spaces(self.text, first_end);
        let second_end = self.text.run(second, 6, |c| c.is_ascii_digit());
        let paired = second > first_end && second_end - second == first_end - first;
        let mut digits = self.text.string(first, first_end);
        let end = if paired { second_end } else { first_end };
        if paired {
            digits.push_str(&self.text.string(second, second_end));
        }
        let whole = digits.len().is_multiple_of(2) && digits.len() <= 10 && is_end(self.text, end);
        whole.then_some((end, digits))
    }

    /// Two numbers: metres east and north.
    fn utm(&self) -> Option<(usize, Position)> {
        let (at, first) = self.number(self.at)?;
        let (end, second) = self.number(at)?;
        let (easting, northing) = if first.0 > second.0 { (second, first) } else { (first, second) };
        if !(100_000.0..900_000.0).contains(&easting.0)
            || !(100_000.0..FALSE_NORTHING_M).contains(&northing.0)
        {
            return None;
        }
        // N is both the northern half and a band of it; S is the southern half and a band of the northern one.
        let point = match self.letter {
            'N' => self.in_half(easting.0, northing.0, true),
            'S' => self.in_half(easting.0, northing.0, false).filter(|point| in_region(*point)),
            _ => None,
        }
        .or_else(|| self.in_band(easting.0, northing.0))?;
        let accuracy_m = easting.1.max(northing.1).max(PHONE_M);
        in_region(point).then_some((end, Position { point, accuracy_m, datum: Datum::Wgs84 }))
    }

    /// The next number of six or seven digits, what its last digit counts, and where what belongs to it ends.
    fn number(&self, start: usize) -> Option<(usize, (f64, f64))> {
        let between = |c: char| " :=,;/".contains(c) || "eastinorghm".contains(c.to_ascii_lowercase());
        let from = self.text.run(start, 16, between);
        if from == start {
            return None;
        }
        let whole = self.text.run(from, 8, |c| c.is_ascii_digit());
        if !(6..=7).contains(&(whole - from)) {
            return None;
        }
        let mut end = whole;
        if self.text.get(whole) == Some('.') {
            let fraction = self.text.run(whole + 1, 6, |c| c.is_ascii_digit());
            end = if fraction > whole + 1 { fraction } else { whole };
        }
        let value: f64 = self.text.string(from, end).parse().ok()?;
        // Round hundreds were rounded.
        let step = if value % 1_000.0 == 0.0 {
            1_000.0
        } else if value % 100.0 == 0.0 {
            100.0
        } else {
            1.0
        };
        let unit = self.text.run(end, 2, |c| "mMeEnN".contains(c));
        is_end(self.text, unit).then_some((unit, (value, step / 2.0)))
    }

    /// The point, if it lies in the band that the letter names.
    fn in_band(&self, easting: f64, northing: f64) -> Option<Point> {
        let band = u32::try_from(BANDS.find(self.letter)?).ok()?;
        let south = f64::from(band) * 8.0 - 80.0;
        let north = if self.letter == 'X' { 84.0 } else { south + 8.0 };
        let point = self.in_half(easting, northing, south >= 0.0)?;
        (south - 0.05..=north + 0.05).contains(&point.lat).then_some(point)
    }

    fn in_half(&self, easting: f64, northing: f64, northern: bool) -> Option<Point> {
        let northing = if northern { northing } else { northing - FALSE_NORTHING_M };
        projection::to_point(self.zone, easting, northing)
    }
}

fn skip_spaces(text: &Folded, start: usize) -> usize {
    text.run(start, 2, |c| c == ' ' || c == ',')
}

/// Whether nothing that belongs to a longer word or number follows.
fn is_end(text: &Folded, end: usize) -> bool {
    !text.get(end).is_some_and(|c| c.is_ascii_alphanumeric())
}

/// The western edge of a column of squares.
fn column_m(zone: u8, letter: char) -> Option<f64> {
    let index = u32::try_from(COLUMNS.find(letter)?).ok()?;
    let first = (u32::from(zone) - 1) % 3 * 8;
    let column = index.checked_sub(first).filter(|column| *column < 8)?;
    Some(f64::from(column + 1) * SQUARE_M)
}

/// The southern edge of a row of squares; in zones of an even number the letters begin five rows further south.
fn row_m(zone: u8, letter: char) -> Option<f64> {
    let index = u32::try_from(ROWS.find(letter)?).ok()?;
    let shift = if zone.is_multiple_of(2) { 15 } else { 0 };
    Some(f64::from((index + shift) % 20) * SQUARE_M)
}
