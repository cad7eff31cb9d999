//! One angle: a number, its minutes and seconds, its side of the world.

use super::tokens::{Axis, Kind, Number, Token};

/// How an angle was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// One number.
    Decimal,
    /// Degrees and minutes with their signs.
    Signed,
    /// Degrees and minutes with nothing but spaces, colons or dashes between them.
    Loose,
    /// All digits in one, `164124N` or `1641.4N`.
    Compact,
}

/// An angle.
#[derive(Debug, Clone, Copy)]
pub struct Angle {
    degrees: f64,
    negative: bool,
    /// What its last digit counts, in degrees.
    pub step: f64,
    /// Digits after the point of a decimal one.
    pub decimals: usize,
    /// How it was written.
    pub style: Style,
    /// Whether a sign or word for degrees follows the number.
    pub has_degree_sign: bool,
    /// Its side of the world, if one is written.
    pub side: Option<(Axis, i8)>,
    label: Option<Axis>,
}

impl Angle {
    /// Which of the two angles it is said to be.
    pub fn axis(&self) -> Option<Axis> {
        self.side.map(|side| side.0).or(self.label)
    }

    /// Degrees, south and west being negative.
    pub fn signed(&self) -> f64 {
        let towards = self.side.map_or(1.0, |side| f64::from(side.1));
        if self.negative { -self.degrees } else { self.degrees * towards }
    }

    /// Whether it has the zeros of a price.
    pub fn is_round(&self) -> bool {
        let tens = self.degrees * 10.0;
        (tens - tens.round()).abs() < 1e-9
    }
}

/// The angle that begins at a piece, and the piece after it.
pub fn angle(tokens: &[Token], from: usize) -> Option<(usize, Angle)> {
    let mut reader = Reader { tokens, at: from };
    let (label, before) = reader.words_before();
    let number = reader.number()?;
    let mut angle = reader.magnitude(number)?;
    angle.label = label;
    angle.side = before.or_else(|| reader.side_after());
    if angle.side.is_some() && angle.style == Style::Decimal && number.whole >= 4 {
        unpack(&mut angle, number)?;
    }
    let limit = if angle.axis() == Some(Axis::Lat) { 90.0 } else { 180.0 };
    (angle.degrees <= limit).then_some((reader.at, angle))
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Reader<'_> {
    fn kind(&self, ahead: usize) -> Option<Kind> {
        self.tokens.get(self.at + ahead).map(|token| token.kind)
    }

    fn eat(&mut self, kind: Kind) -> bool {
        let is_there = self.kind(0) == Some(kind);
        self.at += usize::from(is_there);
        is_there
    }

    fn number(&mut self) -> Option<Number> {
        let Some(Kind::Number(number)) = self.kind(0) else { return None };
        self.at += 1;
        Some(number)
    }

    /// A number of minutes or seconds, if one comes next.
    fn sixtieth(&mut self) -> Option<Number> {
        let Some(Kind::Number(number)) = self.kind(0) else { return None };
        let fits = number.value < 60.0 && !number.negative && number.whole <= 2;
        self.at += usize::from(fits);
        fits.then_some(number)
    }

    /// Whether the next two pieces touch.
    fn touches_next(&self) -> bool {
        let ends = self.at.checked_sub(1).and_then(|before| self.tokens.get(before)).map(|token| token.end);
        ends.is_some() && ends == self.tokens.get(self.at).map(|token| token.start)
    }

    /// What is said before the number: `lat:`, `vĩ độ`, `N`.
    fn words_before(&mut self) -> (Option<Axis>, Option<(Axis, i8)>) {
        let (mut label, mut side) = (None, None);
        for _ in 0..5 {
            match self.kind(0) {
                Some(Kind::Label(axis)) if label.is_none() => label = Some(axis),
                Some(Kind::Side(axis, sign)) if side.is_none() => side = Some((axis, sign)),
                Some(Kind::Degree | Kind::Filler | Kind::Colon) if label.is_some() || side.is_some() => {}
                _ => break,
            }
            self.at += 1;
        }
        (label, side)
    }

    fn side_after(&mut self) -> Option<(Axis, i8)> {
        // `1641.412,N` in the sentences of a receiver.
        let comma = self.kind(0) == Some(Kind::Separator) && self.touches_next();
        // `độ vĩ Bắc`, `lintang utara`.
        let label = matches!(self.kind(0), Some(Kind::Label(_)));
        let ahead = usize::from(comma || label);
        let Some(Kind::Side(axis, sign)) = self.kind(ahead) else { return None };
        let closes = !comma || matches!(self.kind(2), Some(Kind::Separator) | None);
        if !closes {
            return None;
        }
        self.at += ahead + 1;
        Some((axis, sign))
    }

    /// The number with its minutes and seconds.
    fn magnitude(&mut self, number: Number) -> Option<Angle> {
        let signed = self.eat(Kind::Degree);
        let start = self.at;
        let mut angle = Angle {
            degrees: number.value,
            negative: number.negative,
            step: 10_f64.powi(-i32::try_from(number.decimals).ok()?),
            decimals: number.decimals,
            style: Style::Decimal,
            has_degree_sign: signed,
            side: None,
            label: None,
        };
        if number.decimals > 0 || number.whole > 3 {
            return Some(angle);
        }
        let minutes = self.minutes(signed);
        let Some((minutes, marked)) = minutes else {
            self.at = start;
            return Some(angle);
        };
        let seconds = if minutes.decimals == 0 { self.seconds(marked) } else { None };
        let part = |number: Number, of: f64| (number.value / of, 0.1_f64.powi(small(number.decimals)) / of);
        let (value, step) = part(minutes, 60.0);
        let (more, step) = seconds.map_or((0.0, step), |seconds| part(seconds, 3600.0));
        angle.degrees += value + more;
        angle.step = step;
        angle.style = if signed && marked { Style::Signed } else { Style::Loose };
        Some(angle)
    }

    /// Minutes, and whether their sign or word follows.
    fn minutes(&mut self, signed: bool) -> Option<(Number, bool)> {
        if !signed && matches!(self.kind(0), Some(Kind::Colon | Kind::Dash)) && self.touches_next() {
            self.at += 1;
        }
        let minutes = self.sixtieth()?;
        let marked = self.eat(Kind::Minute);
        // In `13° 100°` the second number is an angle of its own.
        let another = !marked && self.kind(0) == Some(Kind::Degree);
        (!another).then_some((minutes, marked || signed && self.is_closed()))
    }

    /// Whether a side of the world ends the angle here.
    fn is_closed(&self) -> bool {
        matches!(self.kind(0), Some(Kind::Side(..)))
    }

    fn seconds(&mut self, marked: bool) -> Option<Number> {
        let start = self.at;
        if !marked && matches!(self.kind(0), Some(Kind::Colon | Kind::Dash)) && self.touches_next() {
            self.at += 1;
        }
        let seconds = self.sixtieth().filter(|_| {
            // Behind a marked minute, what has no mark and no side may be the other angle.
            self.eat(Kind::Second) || self.eat_two_minutes() || !marked || self.is_closed()
        });
        if seconds.is_none() {
            self.at = start;
        }
        seconds
    }

    /// Two single quotes with something between them that kept them apart.
    fn eat_two_minutes(&mut self) -> bool {
        let both = self.kind(0) == Some(Kind::Minute) && self.kind(1) == Some(Kind::Minute);
        self.at += if both { 2 } else { 0 };
        both
    }
}

fn small(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Takes `164124` or `1641.412` apart into degrees, minutes and seconds.
fn unpack(angle: &mut Angle, number: Number) -> Option<()> {
    let with_seconds = number.whole >= 6;
    let unit = if with_seconds { 3600.0 } else { 60.0 };
    let (degrees, rest) = if with_seconds {
        ((number.value / 10_000.0).floor(), number.value % 10_000.0)
    } else {
        ((number.value / 100.0).floor(), number.value % 100.0)
    };
    let (minutes, seconds) = if with_seconds { ((rest / 100.0).floor(), rest % 100.0) } else { (rest, 0.0) };
    if minutes >= 60.0 || seconds >= 60.0 {
        return None;
    }
    angle.degrees = degrees + minutes / 60.0 + seconds / 3600.0;
    angle.step /= unit;
    angle.style = Style::Compact;
    Some(())
}
