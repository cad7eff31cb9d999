//! Takes a text apart into what a position may be written with.

use super::super::numerals::{is_numeral, parsed};
use super::super::{Folded, Taken};
use super::words;

/// Which of the two angles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// North or south.
    Lat,
    /// East or west.
    Lon,
}

/// What a piece of text may be to a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A number.
    Number(Number),
    /// The sign or word for degrees.
    Degree,
    /// The sign or word for minutes.
    Minute,
    /// The sign or word for seconds.
    Second,
    /// A side of the world, and the sign of its angles.
    Side(Axis, i8),
    /// A word for one of the angles.
    Label(Axis),
    /// What may stand between the angles.
    Separator,
    /// A colon, which also stands between degrees and minutes.
    Colon,
    /// A dash, which also stands between degrees and minutes.
    Dash,
    /// What may stand anywhere around them.
    Filler,
    /// A word that says that a position is spoken of.
    Topic,
    /// What makes a number something else.
    Unit,
    /// Anything else.
    Other,
}

/// A number as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// Its value without a sign.
    pub value: f64,
    /// Whether a minus stands before it.
    pub negative: bool,
    /// Digits before the decimal point.
    pub whole: usize,
    /// Digits after it.
    pub decimals: usize,
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Token {
    /// What it may be.
    pub kind: Kind,
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// The pieces of a text; spaces are left out.
pub fn tokens(text: &Folded, taken: &Taken) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at) {
        if c == ' ' {
            at += 1;
            continue;
        }
        let (kind, end) = if taken.at(at) { (Kind::Other, at + 1) } else { token(text, at, c) };
        match tokens.last_mut() {
            // A book of words that mean nothing here is one piece.
            Some(last) if last.kind == Kind::Other && kind == Kind::Other => last.end = end,
            _ => tokens.push(Token { kind, start: at, end }),
        }
        at = end;
    }
    tokens
}

fn token(text: &Folded, at: usize, c: char) -> (Kind, usize) {
    let signed = matches!(c, '+' | '-') && text.get(at + 1).is_some_and(|c| c.is_ascii_digit());
    // Right after a digit or a letter, a dash joins two numbers.
    let joins = text.before(at).is_some_and(|c| c.is_alphanumeric() || c == '°');
    if c.is_ascii_digit() || signed && (c == '+' || !joins) {
        return number(text, at);
    }
    if is_spaced(c) {
        let end = text.run(at, 40, is_spaced);
        let kind = words::spaced(&text.string(at, end)).unwrap_or(Kind::Other);
        // `16d41m24s` are words of one letter between digits; a longer run is no word of ours.
        return (kind, text.run(end, usize::MAX, is_spaced));
    }
    if is_numeral(c)
        && let Some(number) = chinese(text, at)
    {
        return number;
    }
    words::unspaced(text.from(at)).map_or((Kind::Other, at + 1), |(kind, length)| (kind, at + length))
}

/// A number in Chinese characters, where it is one of degrees, minutes or seconds: elsewhere they are in many words.
fn chinese(text: &Folded, at: usize) -> Option<(Kind, usize)> {
    let end = text.run(at, 12, is_numeral);
    let counts = matches!(words::unspaced(text.from(end))?.0, Kind::Degree | Kind::Minute | Kind::Second);
    let numeral: Vec<char> = text.from(at).iter().take(end - at).copied().collect();
    let (value, decimals) = parsed(&numeral).filter(|_| counts)?;
    let whole = if value < 10.0 {
        1
    } else if value < 100.0 {
        2
    } else {
        3
    };
    (value < 1_000.0).then_some((Kind::Number(Number { value, negative: false, whole, decimals }), end))
}

/// Letters of scripts with spaces.
fn is_spaced(c: char) -> bool {
    c.is_alphabetic() && (c < '\u{590}' || ('\u{1e00}'..='\u{1fff}').contains(&c))
}

/// A number, or what looks like one and is a date, a version, an address, a sum with separators.
fn number(text: &Folded, at: usize) -> (Kind, usize) {
    let negative = text.get(at) == Some('-');
    let from = if matches!(text.get(at), Some('+' | '-')) { at + 1 } else { at };
    let is_digit = |c: char| c.is_ascii_digit();
    let whole = text.run(from, usize::MAX, is_digit);
    let mark = text.get(whole).filter(|c| matches!(c, '.' | ','));
    let end = if mark.is_some() { text.run(whole + 1, usize::MAX, is_digit) } else { whole };
    let decimals = (end - whole).saturating_sub(1);
    let next = (text.get(end), text.get(end + 1).is_some_and(is_digit));
    let point = mark == Some('.') && decimals > 0;
    // `16,6912` is written with a decimal comma; `16,691` may be thousands and `16,98.5` two numbers.
    let comma = mark == Some(',') && decimals >= 4 && next != (Some('.'), true) && whole - from <= 3;
    let dotted = point && next == (Some('.'), true);
    let thousands = mark == Some(',') && decimals == 3 && !matches!(next, (Some('.'), true));
    if dotted || thousands {
        return (Kind::Other, text.run(end, usize::MAX, |c| is_digit(c) || c == '.' || c == ','));
    }
    let (end, decimals) = if point || comma { (end, decimals) } else { (whole, 0) };
    if whole - from > 7 || decimals > 18 {
        return (Kind::Other, end);
    }
    let written = text.string(from, end).replace(',', ".");
    let kind = written
        .parse()
        .map_or(Kind::Other, |value| Kind::Number(Number { value, negative, whole: whole - from, decimals }));
    (kind, end)
}
