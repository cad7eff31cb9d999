//! Plus codes (open location codes): cells of a grid, written with 20 signs that do not spell words.

use super::super::geo::Point;
use super::{Datum, Folded, Found, Position, Says, Taken, Via};

#[cfg(test)]
mod tests;

/// The signs by value.
const SIGNS: [char; 20] =
    ['2', '3', '4', '5', '6', '7', '8', '9', 'C', 'F', 'G', 'H', 'J', 'M', 'P', 'Q', 'R', 'V', 'W', 'X'];
/// How many signs stand before the plus in a full code.
const BEFORE_PLUS: usize = 8;
/// How many signs come in pairs, latitude and longitude; after them one sign is a field in a grid of 5 rows and 4
/// columns.
const PAIRED: usize = 10;
/// Signs beyond this many say nothing that a phone could know.
const MOST: usize = 15;

/// A valid code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlusCode {
    values: [u8; MOST],
    len: usize,
    /// How many leading signs a short code leaves out.
    missing: usize,
}

/// A cell of the grid.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cell {
    south: f64,
    west: f64,
    height: f64,
    width: f64,
}

impl PlusCode {
    /// Reads a code, full or short.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let (head, tail) = code.split_once('+')?;
        let missing = BEFORE_PLUS.checked_sub(head.chars().count())?;
        if missing % 2 == 1 || tail.chars().nth(1).is_none() && !tail.is_empty() {
            return None;
        }
        let plain = head.trim_end_matches('0');
        let padded = head.len() - plain.len();
        // Padding is of whole pairs, in full codes alone, and nothing comes after it.
        if padded > 0 && (padded % 2 == 1 || plain.is_empty() || missing > 0 || !tail.is_empty()) {
            return None;
        }
        let mut read = Self { values: [0; MOST], len: 0, missing };
        for sign in plain.chars().chain(tail.chars()) {
            let value = SIGNS.iter().position(|known| *known == sign.to_ascii_uppercase())?;
            if let Some(slot) = read.values.get_mut(read.len) {
                *slot = u8::try_from(value).ok()?;
                read.len += 1;
            }
        }
        (read.len > 0 && read.is_on_earth()).then_some(read)
    }

    fn is_on_earth(&self) -> bool {
        let [lat, lon, ..] = self.values;
        self.missing > 0 || lat < 9 && lon < 18
    }

    /// Whether it says where without a reference.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.missing == 0
    }

    /// The cell, as if a short code began at the south-western corner of the world.
    fn cell(&self) -> Cell {
        let (mut height, mut width) = (400.0, 400.0);
        for _ in 0..self.missing / 2 {
            height /= 20.0;
            width /= 20.0;
        }
        let mut cell = Cell { south: -90.0, west: -180.0, height, width };
        for (index, value) in self.values.iter().take(self.len).enumerate() {
            let (value, index) = (f64::from(*value), index + self.missing);
            if index >= PAIRED {
                cell.height /= 5.0;
                cell.width /= 4.0;
                cell.south += (value / 4.0).floor() * cell.height;
                cell.west += value % 4.0 * cell.width;
            } else if index % 2 == 0 {
                cell.height /= 20.0;
                cell.south += value * cell.height;
            } else {
                cell.width /= 20.0;
                cell.west += value * cell.width;
            }
        }
        cell
    }

    /// Where a full code is.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.is_full().then(|| self.cell().position()).flatten()
    }

    /// Where a code is that was written near a place: the nearest cell that it fits.
    #[must_use]
    pub fn near(&self, reference: Point) -> Option<Position> {
        if self.is_full() {
            return self.position();
        }
        let step = (0..self.missing / 2).fold(400.0, |step, _| step / 20.0);
        let mut cell = self.cell();
        let half = (cell.height / 2.0, cell.width / 2.0);
        let times = |from: f64, to: f64| ((to - from) / step).round() * step;
        cell.south += times(cell.south + half.0, reference.lat);
        cell.west += times(cell.west + half.1, reference.lon);
        // Near the poles the nearest one may lie beyond them.
        if cell.south + half.0 > 90.0 {
            cell.south -= step;
        } else if cell.south + half.0 < -90.0 {
            cell.south += step;
        }
        cell.position()
    }
}

impl Cell {
    fn position(&self) -> Option<Position> {
        let lat = (self.south + self.height / 2.0).min(90.0);
        let lon = (self.west + self.width / 2.0 + 180.0).rem_euclid(360.0) - 180.0;
        let point = Point::new(lat, lon)?;
        let corner = Point::new((self.south + self.height).clamp(-90.0, 90.0), lon + self.width / 2.0);
        let accuracy_m = corner.map_or(0.0, |corner| point.distance_m(corner)).max(super::PHONE_M);
        Some(Position { point, accuracy_m, datum: Datum::Wgs84 })
    }
}

/// A code as a find.
pub fn says(code: PlusCode) -> Says {
    code.position().map_or(Says::NeedsReference(code), Says::Position)
}

/// The codes in a text.
pub fn find(text: &Folded, taken: &Taken) -> Vec<Found> {
    let pluses = (0..text.len()).filter(|index| text.get(*index) == Some('+') && !taken.at(*index));
    pluses.filter_map(|plus| around(text, plus)).filter(|found| !taken.any(found.start, found.end)).collect()
}

/// The code around a plus.
fn around(text: &Folded, plus: usize) -> Option<Found> {
    let before = text.slice(plus.saturating_sub(BEFORE_PLUS + 1), plus);
    let start = plus - before.iter().rev().take_while(|c| c.is_ascii_alphanumeric()).count();
    let end = text.run(plus + 1, MOST, |c| c.is_ascii_alphanumeric());
    let written = text.string(start, end);
    let code = PlusCode::parse(&written)?;
    // Sums and telephone numbers have no letters; who types a code by hand may use small ones.
    let letters = written.chars().any(|c| c.is_ascii_alphabetic());
    let mixed = letters && written.chars().any(|c| c.is_ascii_digit());
    let shouted = !written.chars().any(|c| c.is_ascii_lowercase());
    let plausible = mixed || letters && shouted && !code.is_full();
    let plausible = plausible && code.missing <= 4 && end - plus > 2;
    let alone = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '+');
    let alone = alone(text.before(start)) && alone(text.get(end));
    (plausible && alone).then(|| Found { start, end, says: says(code), via: Via::PlusCode, vendor: None })
}
