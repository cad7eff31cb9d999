//! Dates and times of day at the start of a text.

use jiff::civil::{Time, Weekday};

use super::words::{Half, half_at, is_blank, weekday_at};
use super::{Era, Number, Written, digit, is_mark, time};

/// A date at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateAt<'a> {
    /// Its numbers in the order of the file.
    pub parts: [Number; 3],
    /// The day of the week, where it stands beside it.
    pub weekday: Option<Weekday>,
    /// The way it is written: the sign between the numbers, and where the year is if that can be seen. Below
    /// [`STYLES`], so that a reader may add bits of its own.
    pub style: u8,
    /// What follows it.
    pub rest: &'a str,
}

/// Every style of [`DateAt`] is below this.
pub const STYLES: u8 = 32;

impl DateAt<'_> {
    /// The date with a time of day.
    #[must_use]
    pub const fn with(&self, time: Time) -> Written {
        Written { parts: self.parts, time, weekday: self.weekday, style: self.style }
    }
}

/// A time of day at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockAt<'a> {
    /// It.
    pub time: Time,
    /// Whether seconds are written.
    pub has_seconds: bool,
    /// The half of the day that stands before or behind it.
    pub half: Option<Half>,
    /// What follows it.
    pub rest: &'a str,
}

/// A date of three numbers at the start of a text, after blanks and marks: `1/30/26`, `R7/02/09(日)`, `Fri, 1/30/2026`,
/// `١٨‏/٣‏/٢٠٢٢`, `2023년 5월 3일`, `24/8/2569 BE`.
#[must_use]
pub fn date_at(text: &str) -> Option<DateAt<'_>> {
    let mut at = skip(text);
    let mut weekday = None;
    if let Some((day, rest)) = weekday_at(at) {
        weekday = Some(day);
        at = skip(skip(rest).trim_start_matches([',', '،', '、']));
    }
    let (first, at) = number(at)?;
    let (sign, at) = separator(at)?;
    let (second, at) = number(at)?;
    let (again, at) = separator(at)?;
    let (mut third, rest) = number(at)?;
    let same = sign == again || (matches!(sign, Sign::Cjk) && matches!(again, Sign::Cjk));
    if !same || second.is_year() {
        return None;
    }
    let rest = after_number(rest, sign)?;
    let (era, rest) = era_behind(rest);
    third.era = third.era.or(era.filter(|_| !first.is_year()));
    if first.is_year() == third.is_year() && first.is_year() {
        return None;
    }
    // Numbers with blanks between are anything but a date, unless one looks like a year.
    if sign == Sign::Blank && !first.is_year() && !third.is_year() {
        return None;
    }
    let mut rest = rest;
    if weekday.is_none()
        && let Some((day, behind)) = weekday_at(skip(rest))
    {
        weekday = Some(day);
        rest = behind;
    }
    let shape = match (first.is_year(), third.is_year()) {
        (true, _) => 1,
        (_, true) if third.digits > 2 => 2,
        (_, true) => 3,
        _ => 0,
    };
    Some(DateAt { parts: [first, second, third], weekday, style: sign as u8 * 4 + shape, rest })
}

/// A time of day at the start of a text, after blanks and marks: `14:56`, `2:56:01 p. m.`, `下午1:54`, `14.56.01`,
/// `14時56分`.
#[must_use]
pub fn clock_at(text: &str) -> Option<ClockAt<'_>> {
    let mut at = skip(text);
    let mut half = None;
    if let Some((before, rest)) = half_at(at) {
        half = Some(before);
        at = skip(rest);
    }
    let (hour, at) = digits(at, 2)?;
    let (sign, at) = clock_sign(at)?;
    let (minute, at) = digits(at, 2)?;
    if sign != ClockSign::Words && minute.digits != 2 {
        return None;
    }
    let (second, at) = match clock_sign(at).filter(|(again, _)| *again == sign) {
        Some((_, behind)) => match digits(behind, 2) {
            Some((second, rest)) if second.digits == 2 || sign == ClockSign::Words => {
                (Some(second.value), rest)
            }
            _ if sign == ClockSign::Words => (None, behind),
            _ => (None, at),
        },
        None => (None, at),
    };
    let mut rest = if sign == ClockSign::Words { after_words(at) } else { at };
    if rest.chars().next().is_some_and(|c| digit(c).is_some()) {
        return None;
    }
    if half.is_none()
        && let Some((after, behind)) = half_at(skip(rest))
    {
        half = Some(after);
        rest = behind;
    }
    let time = time(hour.value, minute.value, second.unwrap_or(0), half)?;
    Some(ClockAt { time, has_seconds: second.is_some(), half, rest })
}

/// Without the blanks and marks at its start.
fn skip(text: &str) -> &str {
    text.trim_start_matches(|c| is_blank(c) || is_mark(c))
}

fn digits(text: &str, most: u8) -> Option<(Number, &str)> {
    let (mut value, mut count, mut rest) = (0_u16, 0_u8, text);
    while let Some((c, digit)) = rest.chars().next().and_then(|c| digit(c).map(|digit| (c, digit))) {
        count += 1;
        if count > most {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u16::from(digit))?;
        rest = rest.get(c.len_utf8()..)?;
    }
    (count > 0).then_some((Number { value, digits: count, era: None }, rest))
}

/// One number of a date, with the era before it.
fn number(text: &str) -> Option<(Number, &str)> {
    let text = skip(text);
    let (era, at) = prefixed(text, ERAS_BEFORE).map_or((None, text), |(era, rest)| (Some(era), skip(rest)));
    if let Some(rest) = at.strip_prefix('元').filter(|_| era.is_some()) {
        return Some((Number { value: 1, digits: 1, era }, rest));
    }
    let (number, rest) = digits(at, 4)?;
    Some((Number { era, ..number }, rest))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Slash,
    Dot,
    Dash,
    Blank,
    Cjk,
}

fn separator(text: &str) -> Option<(Sign, &str)> {
    let at = skip(text);
    let sign = match at.chars().next()? {
        '/' | '／' | '⁄' | '∕' => Sign::Slash,
        '.' | '．' | '。' | '·' => Sign::Dot,
        '-' | '\u{2010}'..='\u{2015}' | '−' | '－' => Sign::Dash,
        '年' | '月' | '년' | '월' => Sign::Cjk,
        _ if text.chars().next().is_some_and(is_blank) => return Some((Sign::Blank, at)),
        _ => return None,
    };
    let rest = at.chars().next().and_then(|c| at.get(c.len_utf8()..))?;
    Some((sign, skip(rest)))
}

/// What stands behind the last number and still belongs to it: `日`, or the point of `2023. 5. 3.`. None where the
/// number goes on, as in a longer chain of numbers.
fn after_number(text: &str, sign: Sign) -> Option<&str> {
    let at = skip(text);
    let rest = match sign {
        Sign::Cjk => at.strip_prefix(['日', '号', '號', '일']).unwrap_or(text),
        Sign::Dot => at.strip_prefix('.').unwrap_or(text),
        _ => text,
    };
    let goes_on = |c: char| digit(c).is_some() || (matches!(c, '/' | '-') && sign != Sign::Dot);
    let next = rest.chars().next();
    let chained =
        next.is_some_and(goes_on) && (rest.len() == text.len() || next.is_some_and(|c| digit(c).is_some()));
    let chain = chained && {
        let mut ahead = rest.chars();
        let first = ahead.next().is_some_and(|c| digit(c).is_some());
        first || ahead.next().is_some_and(|c| digit(c).is_some())
    };
    (!chain).then_some(rest)
}

const ERAS_BEFORE: &[(&str, Era)] = &[
    ("令和", Era::Reiwa),
    ("平成", Era::Heisei),
    ("民國", Era::Minguo),
    ("民国", Era::Minguo),
    ("중화민국", Era::Minguo),
    ("西暦", Era::Common),
    ("西元", Era::Common),
    ("公元", Era::Common),
    ("佛曆", Era::Buddhist),
    ("佛历", Era::Buddhist),
    ("仏暦", Era::Buddhist),
    ("พุทธศักราช", Era::Buddhist),
    ("พ.ศ.", Era::Buddhist),
    ("พ.ศ", Era::Buddhist),
    ("ค.ศ.", Era::Common),
    ("ព.ស.", Era::Buddhist),
    ("គ.ស.", Era::Common),
    ("BE", Era::Buddhist),
    ("R", Era::Reiwa),
    ("H", Era::Heisei),
];

const ERAS_BEHIND: &[(&str, Era)] = &[
    ("B.E.", Era::Buddhist),
    ("BE", Era::Buddhist),
    ("พ.ศ.", Era::Buddhist),
    ("พ.ศ", Era::Buddhist),
    ("ព.ស.", Era::Buddhist),
    ("PL", Era::Buddhist),
    ("ค.ศ.", Era::Common),
    ("គ.ស.", Era::Common),
    ("C.E.", Era::Common),
    ("CE", Era::Common),
    ("A.D.", Era::Common),
    ("AD", Era::Common),
    ("н.э.", Era::Common),
    ("г.", Era::Common),
    ("م", Era::Common),
    ("CN", Era::Common),
    ("Minguo", Era::Minguo),
    ("R.O.C.", Era::Minguo),
    ("ROC", Era::Minguo),
    ("Reiwa", Era::Reiwa),
    ("Heisei", Era::Heisei),
];

fn prefixed<'a>(text: &'a str, eras: &[(&str, Era)]) -> Option<(Era, &'a str)> {
    eras.iter().find_map(|(word, era)| text.strip_prefix(word).map(|rest| (*era, rest)))
}

/// An era behind a date. A word that only begins like one is none.
fn era_behind(text: &str) -> (Option<Era>, &str) {
    match prefixed(skip(text), ERAS_BEHIND) {
        Some((era, rest)) if !rest.chars().next().is_some_and(char::is_alphanumeric) => (Some(era), rest),
        _ => (None, text),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ClockSign {
    Colon,
    Dot,
    Words,
}

fn clock_sign(text: &str) -> Option<(ClockSign, &str)> {
    let at = skip(text);
    if let Some(rest) = at.strip_prefix("min") {
        return Some((ClockSign::Words, skip(rest)));
    }
    let c = at.chars().next()?;
    let sign = match c {
        ':' | '：' | '٫' | '∶' => ClockSign::Colon,
        '.' | '．' => ClockSign::Dot,
        '時' | '时' | '点' | '點' | '分' | '시' | '분' | 'h' => ClockSign::Words,
        _ => return None,
    };
    let rest = at.get(c.len_utf8()..)?;
    // `10 . 30` is no time of day.
    let tight = text.trim_start_matches(is_mark).len() == at.len();
    match sign {
        ClockSign::Words => Some((sign, skip(rest))),
        _ => tight.then(|| (sign, rest.trim_start_matches(is_mark))),
    }
}

/// Behind hours and minutes that have words between: `分`, `min`, `秒`, `s`.
fn after_words(text: &str) -> &str {
    let at = skip(text);
    let unit = ["分", "秒", "분", "초", "min", "s"].into_iter().find_map(|unit| at.strip_prefix(unit));
    unit.filter(|rest| !rest.chars().next().is_some_and(char::is_alphabetic)).unwrap_or(text)
}
