//! When the sun rose or set.

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan};

use super::frame::{Frame, frame};
use super::lexicon::{Marker, Role};
use super::numbers::{plain_digit, value};
use super::reading::Reading;
use super::{Proposal, Statement, SunEvent};

/// How much may stand between the sun and its time.
const REACH: f64 = 14.0;
/// The middle of the offsets of the region, for the day that a message is of.
const USUAL_OFFSET_MINUTES: i64 = 420;

/// The proposals that the sun makes. Without the time of the message its day is not known.
pub fn proposals(reading: &Reading<'_>) -> Vec<Proposal> {
    let Some(at) = reading.context.at else { return Vec::new() };
    let suns = reading.markers.iter().filter(|marker| matches!(marker.role, Role::Sunrise | Role::Sunset));
    suns.take(20).filter_map(|marker| proposal(reading, marker, at)).collect()
}

fn proposal(reading: &Reading<'_>, marker: &Marker, at: Timestamp) -> Option<Proposal> {
    let event = match marker.role {
        Role::Sunrise => SunEvent::Rise,
        Role::Sunset => SunEvent::Set,
        _ => return None,
    };
    if !matches!(frame(reading, marker.start, marker.end), Frame::Here(_)) {
        return None;
    }
    let (from, to) = reading.sentence(marker.start);
    let clock = clocks(reading, from, to).into_iter().find(|clock| {
        let (a, b) =
            if clock.start >= marker.end { (marker.end, clock.start) } else { (clock.end, marker.start) };
        a <= b && reading.gap(a, b) <= REACH
    })?;
    let local_time = clock.time(event)?;
    let utc_offset_minutes = offset(reading, from, to);
    let local = i64::from(utc_offset_minutes.unwrap_or(0));
    let local = if utc_offset_minutes.is_some() { local } else { USUAL_OFFSET_MINUTES };
    let there = at.checked_add(local.minutes()).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    // What is told before it has come happened the day before.
    let late =
        local_time > there.time() && local_time.since(there.time()).is_ok_and(|span| span.get_hours() >= 1);
    let date = if late { there.date().yesterday().ok()? } else { there.date() };
    let (start, end) = (marker.start.min(clock.start), marker.end.max(clock.end));
    let says = Statement::Sun { event, date, local_time, utc_offset_minutes };
    Some(reading.proposal(says, start, end, 'C', 3))
}

/// A time of day as it was written.
struct Clock {
    start: usize,
    end: usize,
    hour: i8,
    minute: i8,
    pm: bool,
}

impl Clock {
    /// The time, of the half of the day that the event has.
    fn time(&self, event: SunEvent) -> Option<Time> {
        let hour = match event {
            SunEvent::Set if self.hour < 12 && self.hour >= 4 => self.hour + 12,
            SunEvent::Rise if self.pm && self.hour < 12 => return None,
            _ => self.hour,
        };
        let usual = match event {
            SunEvent::Rise => 4..=8,
            SunEvent::Set => 16..=20,
        };
        usual.contains(&hour).then(|| Time::new(hour, self.minute, 0, 0).ok()).flatten()
    }
}

/// The times of day in a range: `18:12`, `6.12pm`, `6h12`, `6点12分`, `၆ နာရီ ၁၂ မိနစ်`, `หกโมงเย็น`.
fn clocks(reading: &Reading<'_>, from: usize, to: usize) -> Vec<Clock> {
    let mut clocks = Vec::new();
    let mut at = from;
    while at < to {
        match clock(reading, at, to) {
            Some(clock) => {
                at = clock.end.max(at + 1);
                clocks.push(clock);
            }
            None => at += 1,
        }
    }
    clocks
}

fn is_digit(reading: &Reading<'_>, at: usize) -> bool {
    reading.chars.get(at).is_some_and(|c| plain_digit(*c).is_some())
}

fn digits(reading: &Reading<'_>, start: usize) -> usize {
    start
        + reading
            .chars
            .get(start..)
            .unwrap_or_default()
            .iter()
            .take(3)
            .take_while(|c| plain_digit(**c).is_some())
            .count()
}

fn number(reading: &Reading<'_>, start: usize) -> Option<(i8, usize)> {
    let end = digits(reading, start);
    if end == start || end > start + 2 {
        return None;
    }
    let value = value(reading, start, end)?;
    (value < 60.0).then_some((value as i8, end))
}

fn clock(reading: &Reading<'_>, start: usize, limit: usize) -> Option<Clock> {
    if start > 0 && is_digit(reading, start - 1) {
        return None;
    }
    let (hour, end) = number(reading, start).or_else(|| counted(reading, start))?;
    if hour > 23 {
        return None;
    }
    let pm = reading
        .markers_in(start.saturating_sub(8), (end + 24).min(limit))
        .any(|marker| marker.role == Role::Pm);
    let clock = |minute: i8, end: usize| Some(Clock { start, end, hour, minute, pm });
    let sign = reading.chars.get(end).copied();
    if matches!(sign, Some(':' | '.' | '：' | 'h' | 'H' | '点' | '點' | '时' | '時' | 'g'))
        && let Some((minute, minute_end)) = number(reading, end + 1)
        && minute_end == end + 3
    {
        return clock(minute, minute_end);
    }
    let blank = |at: usize| {
        at + reading.chars.get(at..).unwrap_or_default().iter().take(1).filter(|c| c.is_whitespace()).count()
    };
    if let Some(clock) = behind_unit(reading, start, end, hour, pm) {
        return Some(clock);
    }
    let unit = reading.markers_in(end, (end + 16).min(limit)).find(|marker| {
        matches!(marker.role, Role::Clock | Role::Hour | Role::Am | Role::Pm) && marker.start <= end + 1
    })?;
    let after = blank(unit.end);
    if let Some((minute, minute_end)) = number(reading, after) {
        return clock(minute, minute_end);
    }
    let half = reading
        .markers_in(unit.end, (unit.end + 6).min(limit))
        .any(|marker| marker.role == Role::Half || matches!(marker.role, Role::Count(value) if value < 1.0));
    clock(if half { 30 } else { 0 }, unit.end)
}

/// Khmer: `ម៉ោង ៦ និង ១៥ នាទី`.
fn behind_unit(reading: &Reading<'_>, start: usize, end: usize, hour: i8, pm: bool) -> Option<Clock> {
    let from = reading.markers.partition_point(|marker| marker.end + 2 < start);
    let mut before = reading.markers.iter().skip(from).take_while(|marker| marker.start < start);
    let unit =
        before.find(|marker| marker.role == Role::Clock && marker.end <= start && marker.end + 1 >= start)?;
    let and =
        reading.markers_in(end, end + 8).find(|marker| marker.role == Role::And).map_or(end, |and| and.end);
    let blank =
        reading.chars.get(and..).unwrap_or_default().iter().take(1).filter(|c| c.is_whitespace()).count();
    let minute = number(reading, and + blank).filter(|(_, minute_end)| {
        reading.markers_in(*minute_end, minute_end + 8).any(|marker| marker.role == Role::Minute)
    });
    let (minute, end) = minute.unwrap_or((0, end));
    Some(Clock { start: unit.start, end, hour, minute, pm })
}

/// An hour in words.
fn counted(reading: &Reading<'_>, start: usize) -> Option<(i8, usize)> {
    let index = reading.markers.partition_point(|marker| marker.start < start);
    let here = reading.markers.iter().skip(index).take_while(|marker| marker.start == start);
    here.into_iter().find_map(|marker| match marker.role {
        Role::Count(value) if (1.0..=12.0).contains(&value) => Some((value as i8, marker.end)),
        _ => None,
    })
}

/// How far ahead of UTC the clock was, where that is said: `Thai time`, `UTC+6:30`.
fn offset(reading: &Reading<'_>, from: usize, to: usize) -> Option<i32> {
    let text = reading.string(from, to).to_lowercase();
    let written = ["utc+", "gmt+", "utc +", "gmt +"].iter().find_map(|mark| {
        let rest = text.split_once(mark)?.1;
        let hours: String = rest.chars().take_while(char::is_ascii_digit).collect();
        let half =
            rest.get(hours.len()..).is_some_and(|rest| rest.starts_with(":30") || rest.starts_with(".5"));
        hours
            .parse::<i32>()
            .ok()
            .filter(|hours| *hours <= 14)
            .map(|hours| hours * 60 + if half { 30 } else { 0 })
    });
    let spoken =
        reading.subjects.iter().filter(|subject| subject.start >= from && subject.end <= to).find_map(
            |subject| {
                let country = subject.nation()?;
                let around = reading
                    .string(subject.start.saturating_sub(8), (subject.end + 12).min(reading.chars.len()));
                let clock = ["time", "clock", "时间", "時間", "เวลา", "giờ", "ម៉ោង", "စံတော်ချိန်", "အချိန်"];
                let offset = match country.code() {
                    "TH" | "KH" | "LA" | "VN" => 420,
                    "MM" => 390,
                    "CN" | "PH" | "MY" | "SG" | "TW" | "HK" => 480,
                    _ => return None,
                };
                clock.iter().any(|word| around.to_lowercase().contains(word)).then_some(offset)
            },
        );
    let beijing = (text.contains("北京时间") || text.contains("beijing time")).then_some(480);
    written.or(beijing).or(spoken)
}
