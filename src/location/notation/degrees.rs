//! Positions written as two angles: decimal degrees, degrees with minutes and seconds, with or without the sides of
//! the world and words for the angles, in the languages of the region.

mod angle;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

use self::angle::{Angle, Style, angle};
use self::tokens::{Axis, Kind, Token, tokens};
use super::super::geo::Point;
use super::{Datum, Folded, Found, Position, Says, Taken, Via, in_region, rounding_m};

/// How many pieces may stand between two angles.
const BETWEEN: usize = 4;
/// How far before a pair a word may say that a position is spoken of, in pieces.
const TOPIC_REACH: usize = 6;

/// The positions in a text.
pub fn find(text: &Folded, taken: &Taken) -> Vec<Found> {
    let tokens = tokens(text, taken);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match pair(&tokens, at).and_then(|pair| pair.found(text, &tokens)) {
            Some((next, position)) => {
                at = next;
                found.push(position);
            }
            None => at += 1,
        }
    }
    found
}

/// Two angles that may be a position.
struct Pair {
    first: Angle,
    second: Angle,
    /// The pieces that they take.
    from: usize,
    to: usize,
}

fn pair(tokens: &[Token], from: usize) -> Option<Pair> {
    let (at, first) = angle(tokens, from)?;
    let between = tokens.get(at..)?.iter().take(BETWEEN).take_while(|token| is_between(token.kind)).count();
    let (to, second) = (0..=between).find_map(|skipped| angle(tokens, at + skipped))?;
    Some(Pair { first, second, from, to })
}

fn is_between(kind: Kind) -> bool {
    matches!(kind, Kind::Separator | Kind::Filler | Kind::Colon | Kind::Dash)
}

impl Pair {
    /// The find, and the piece after it.
    fn found(&self, text: &Folded, tokens: &[Token]) -> Option<(usize, Found)> {
        let (start, end) = (tokens.get(self.from)?.start, tokens.get(self.to.checked_sub(1)?)?.end);
        if is_glued(text, start, end) || self.is_something_else(tokens) {
            return None;
        }
        let point = self.point(tokens)?;
        let accuracy_m = rounding_m(self.first.step.max(self.second.step));
        let position = Position { point, accuracy_m, datum: Datum::Wgs84 };
        Some((self.to, Found { start, end, says: Says::Position(position), via: Via::Text, vendor: None }))
    }

    /// Whether a unit or another number of the same row says that these are no angles.
    fn is_something_else(&self, tokens: &[Token]) -> bool {
        let kind = |index: Option<usize>| index.and_then(|index| tokens.get(index)).map(|token| token.kind);
        let sided = self.first.side.is_some() && self.second.side.is_some();
        let after = kind(Some(self.to));
        let before = kind(self.from.checked_sub(1));
        !sided && (after == Some(Kind::Unit) || before == Some(Kind::Unit) || after == Some(Kind::Degree))
    }

    fn point(&self, tokens: &[Token]) -> Option<Point> {
        let (lat, lon, explicit) = match (self.first.axis(), self.second.axis()) {
            (Some(Axis::Lat), Some(Axis::Lon)) => (&self.first, &self.second, true),
            (Some(Axis::Lon), Some(Axis::Lat)) => (&self.second, &self.first, true),
            (None, None) | (Some(Axis::Lat), None) | (None, Some(Axis::Lon)) => {
                (&self.first, &self.second, false)
            }
            (Some(Axis::Lon), None) | (None, Some(Axis::Lat)) => (&self.second, &self.first, false),
            (Some(_), Some(_)) => return None,
        };
        let labelled = self.first.axis().is_some() || self.second.axis().is_some();
        let written = Point::new(lat.signed(), lon.signed());
        let turned = || Point::new(lon.signed(), lat.signed()).filter(|point| in_region(*point) && !labelled);
        let point = written.filter(|point| in_region(*point)).or_else(turned).or(written)?;
        self.is_plausible(explicit, labelled, in_region(point), tokens).then_some(point)
    }

    /// Whether enough speaks for a position rather than for two numbers.
    fn is_plausible(&self, explicit: bool, labelled: bool, here: bool, tokens: &[Token]) -> bool {
        let both = |style: Style| self.first.style == style && self.second.style == style;
        let decimals = self.first.decimals.min(self.second.decimals);
        let round = self.first.is_round() && self.second.is_round() && decimals <= 3;
        let signed = self.first.has_degree_sign && self.second.has_degree_sign;
        if explicit && (both(Style::Signed) || both(Style::Compact)) {
            return true;
        }
        if both(Style::Loose) || both(Style::Compact) {
            // `16 41 24` could be anything, and 16:41 is a time of day.
            return explicit && self.first.side.is_some() && self.second.side.is_some() && here;
        }
        if explicit {
            return decimals >= 1 || here && signed;
        }
        if labelled || signed {
            return here && decimals >= 2 && !round || decimals >= 4;
        }
        match decimals {
            0 | 1 => false,
            2 => here && (self.is_on_topic(tokens) || !round && self.is_alone(tokens)),
            3 => here && (self.is_on_topic(tokens) || !round),
            _ => true,
        }
    }

    /// Whether nothing else is said at all.
    fn is_alone(&self, tokens: &[Token]) -> bool {
        self.from == 0 && self.to == tokens.len()
    }

    /// Whether a word before it says that a position is spoken of.
    fn is_on_topic(&self, tokens: &[Token]) -> bool {
        let reach = self.from.saturating_sub(TOPIC_REACH)..self.from;
        tokens.get(reach).is_some_and(|near| near.iter().any(|token| token.kind == Kind::Topic))
    }
}

/// Whether the digits are part of a longer name or number.
fn is_glued(text: &Folded, start: usize, end: usize) -> bool {
    let joins =
        |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '#' | '@'));
    let goes_on = text.get(end) == Some('.') && text.get(end + 1).is_some_and(|c| c.is_ascii_digit());
    joins(text.before(start)) || text.before(start) == Some('.') || joins(text.get(end)) || goes_on
}
