//! Positions written in a text, in every notation that people and their phones use.
//!
//! Precision over recall: a price, a telephone number, a date or a version is no position. What nothing but its
//! digits speaks for has to lie in South-East or East Asia and to be as precise as a phone writes it.

mod datum;
mod degrees;
mod folded;
mod grid;
mod links;
pub(super) mod numerals;
mod plus_code;
#[cfg(test)]
mod tests;

pub use self::datum::{Datum, to_wgs84};
pub use self::links::Vendor;
pub use self::plus_code::PlusCode;
use super::geo::Point;

pub(super) use self::folded::Folded;

/// How a position was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A pin that somebody set or shared.
    Pin,
    /// The centre of a map on somebody's screen.
    Viewport,
    /// A plus code.
    PlusCode,
    /// A military grid reference, or its civil twin UTM.
    Mgrs,
    /// Written out.
    Text,
}

impl Via {
    /// The word of the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Viewport => "viewport",
            Self::PlusCode => "plus_code",
            Self::Mgrs => "mgrs",
            Self::Text => "text",
        }
    }
}

/// A position as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Where, in WGS-84.
    pub point: Point,
    /// How far off it may be for what was written alone: the digits left out, the size of a cell or of a screen.
    pub accuracy_m: f64,
    /// In which datum it was written.
    pub datum: Datum,
}

/// What a find says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Says {
    /// A position.
    Position(Position),
    /// A position within half a degree of a place that the text does not give in numbers.
    NeedsReference(PlusCode),
    /// That a position lies behind a link. Only the vendor can tell it, and is not asked: that would tell the vendor
    /// who looks for whom.
    Hidden,
}

/// A notation found in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Where it begins, in Unicode scalar values of the text.
    pub start: usize,
    /// Where it ends, the first one after it.
    pub end: usize,
    /// What it says.
    pub says: Says,
    /// How it was written.
    pub via: Via,
    /// Whose link it is, if it is one.
    pub vendor: Option<Vendor>,
}

impl Found {
    /// The position, if it says one.
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        match self.says {
            Says::Position(position) => Some(position),
            Says::NeedsReference(_) | Says::Hidden => None,
        }
    }
}

/// Every position in a text, in order, none inside another.
///
/// `in_china` tells where Chinese maps shift what they show.
#[must_use]
pub fn find(text: &str, in_china: &dyn Fn(Point) -> bool) -> Vec<Found> {
    let text = Folded::new(text);
    let (mut found, urls) = links::find(&text, in_china);
    let mut taken = Taken(vec![false; text.len()]);
    // The numbers in a link that is none to a map are anything but positions.
    urls.into_iter().for_each(|(start, end)| taken.add(start, end));
    for finder in [plus_code::find, grid::find, degrees::find] {
        let more = finder(&text, &taken);
        more.iter().for_each(|found| taken.add(found.start, found.end));
        found.extend(more);
    }
    found.sort_by_key(|found| found.start);
    for found in &mut found {
        (found.start, found.end) = text.span(found.start, found.end);
    }
    found
}

/// Which characters belong to a find already, so that no second notation reads them.
struct Taken(Vec<bool>);

impl Taken {
    fn add(&mut self, start: usize, end: usize) {
        if let Some(part) = self.0.get_mut(start..end) {
            part.fill(true);
        }
    }

    fn at(&self, index: usize) -> bool {
        self.0.get(index).copied().unwrap_or(false)
    }

    fn any(&self, start: usize, end: usize) -> bool {
        self.0.get(start..end).is_some_and(|part| part.contains(&true))
    }
}

/// Whether a point lies where the people are whom this is about. Its longitudes are no latitudes, which is how the
/// order of two bare numbers is told.
fn in_region(point: Point) -> bool {
    (-12.0..=54.0).contains(&point.lat) && (88.0..=146.0).contains(&point.lon)
}

/// The least error of a position: phones themselves are off by that much.
const PHONE_M: f64 = 10.0;

/// Metres of one degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// What may have been rounded away from a position of which the last digit counts so many degrees.
fn rounding_m(step_degrees: f64) -> f64 {
    (step_degrees / 2.0 * DEGREE_M).max(PHONE_M)
}
