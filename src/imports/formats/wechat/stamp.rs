//! Dates and times as WeChat shows them: whole ones, those that only say how long ago something was, and times alone.

use jiff::civil::{Date, Time};

use super::super::dates::{ClockAt, DateOrder, clock_at, date_at, is_blank, weekday_at};
use super::super::shape::Moment;

/// What a date and a time say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// A point in time.
    At(Moment),
    /// A day.
    Day(Date),
    /// A time of day.
    Time(Time),
    /// `昨天 21:40`, `星期三 21:40`, `10月5日 21:40`: no day without knowing when it was shown.
    Relative,
}

/// Days by their distance from the one on which they were shown.
const RELATIVE: [&str; 8] = ["昨天", "前天", "今天", "刚刚", "Yesterday", "yesterday", "Today", "today"];

/// Reads a stamp at the beginning of a text, and gives what follows it.
pub(super) fn read(text: &str) -> Option<(Stamp, &str)> {
    if let Some(found) = dated(text) {
        return Some(found);
    }
    // The day alone is a word of everyday language.
    if let Some(clock) = relative(text).and_then(clock) {
        return Some((Stamp::Relative, clock.rest));
    }
    clock(text).map(|clock| (Stamp::Time(clock.time), clock.rest))
}

/// A time of day. WeChat writes none with a point, which is what every number with a fraction looks like.
fn clock(text: &str) -> Option<ClockAt<'_>> {
    let clock = clock_at(text)?;
    let written = text.get(..text.len() - clock.rest.len())?;
    written.contains([':', '：', '点', '點', '时', '時']).then_some(clock)
}

/// Reads a text that is a stamp and nothing else.
pub(super) fn whole(text: &str) -> Option<Stamp> {
    read(text.trim()).filter(|(_, rest)| rest.is_empty()).map(|(stamp, _)| stamp)
}

fn dated(text: &str) -> Option<(Stamp, &str)> {
    let date = date_at(text)?;
    let clock = clock(date.rest.trim_start_matches(is_blank).trim_start_matches([',', '，', 'T']));
    let written = date.with(clock.map_or(Time::midnight(), |clock| clock.time));
    let begins_with_year = date.parts.first().is_some_and(|first| first.digits == 4);
    match (begins_with_year, clock) {
        (true, Some(clock)) => Some((Stamp::At(Moment::Local(written.read(DateOrder::Ymd)?)), clock.rest)),
        (true, None) => Some((Stamp::Day(written.read(DateOrder::Ymd)?.date()), date.rest)),
        (false, Some(clock)) => {
            written.orders().next()?;
            Some((Stamp::At(Moment::Written(written)), clock.rest))
        }
        // A day whose numbers may be turned around is no help for what follows it.
        (false, None) => None,
    }
}

/// What follows a day that is told by its distance, by its name, or without its year.
fn relative(text: &str) -> Option<&str> {
    let word = RELATIVE.iter().find_map(|word| text.strip_prefix(word));
    word.or_else(|| weekday_at(text).map(|(_, rest)| rest)).or_else(|| without_year(text))
}

fn without_year(text: &str) -> Option<&str> {
    let is_number =
        |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let (month, rest) = text.split_once('月')?;
    let (day, rest) = rest.split_once(['日', '号', '號'])?;
    (is_number(month) && is_number(day)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match whole(text) {
            Some(Stamp::At(moment)) => moment.shown(DateOrder::Ambiguous).unwrap().to_string(),
            Some(Stamp::Day(day)) => day.to_string(),
            Some(Stamp::Time(at)) => at.to_string(),
            Some(Stamp::Relative) => "relative".to_owned(),
            None => "none".to_owned(),
        }
    }

    #[test]
    fn dates_of_all_versions_are_read() {
        for (text, expected) in [
            ("2026-10-05 21:40:12", "2026-10-05T21:40:12"),
            ("2026-10-05 21:40", "2026-10-05T21:40:00"),
            ("2026/9/6 2:51 PM", "2026-09-06T14:51:00"),
            ("2026年3月5日 21:40", "2026-03-05T21:40:00"),
            ("2026年3月5日 下午9:40", "2026-03-05T21:40:00"),
            ("2026年3月5日 星期四 晚上9：40", "2026-03-05T21:40:00"),
            ("2026-03-05", "2026-03-05"),
            ("２０２６-03-05 00:01", "2026-03-05T00:01:00"),
            ("13/5/26 9:40 AM", "2026-05-13T09:40:00"),
            ("21:40", "21:40:00"),
            ("下午9:40", "21:40:00"),
            ("昨天 21:40", "relative"),
            ("星期三 下午9:40", "relative"),
            ("Yesterday 9:40 PM", "relative"),
            ("10月5日 21:40", "relative"),
            ("5/13/26", "none"),
            ("昨天", "none"),
            ("2026-13-05 21:40", "none"),
            ("2026-10-05 25:40", "none"),
            ("3.14", "none"),
            ("99999-1-1", "none"),
            ("", "none"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_follows_is_given_back() {
        assert_eq!(read("2026-10-05 21:40:12 老王").map(|(_, rest)| rest), Some(" 老王"));
        assert_eq!(read("2026-10-05 9:40 PMs").map(|(_, rest)| rest), Some(" PMs"));
    }
}
