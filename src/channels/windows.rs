//! When a person may be written to: windows on the clock of their zone, cut by pauses.
//!
//! An instant is *open* when the wall clock then stands within `[from, to)` of a window that began on one of its days.
//! A window whose `to` is before its `from` ends on the next day. Without windows every instant is open. An hour that
//! the wall clock shows twice is open both times; one that it skips never comes, and what began in it begins when the
//! clock has moved on. Whatever a pause `[from, to)` holds is not open.
//!
//! [`Schedule::next`] does not reckon with any of that. It gathers every instant at which the answer could change,
//! asks of each whether it is open, and takes the first: it is right if [`Schedule::is_open`] is.

use jiff::civil::{Date, Time as ClockTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;
use utoipa::ToSchema;

use super::model::{Rules, Window};
use crate::db::types::Time;

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ContactSpan)]
pub struct Span {
    /// Its first instant (UTC).
    pub from: Time,
    /// The first instant after it (UTC); absent when nothing ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<Time>,
}

impl Span {
    /// Whether `at` is in it.
    pub fn holds(&self, at: Time) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

const DAY_SECONDS: i64 = 86_400;
/// How far a search looks back: a window may have begun yesterday, on a clock that is a day ahead of ours.
const BACK_SECONDS: i64 = 2 * DAY_SECONDS;
/// How far a search looks on: each weekday comes twice, so that a window which one change of the clock swallows is
/// found a week later.
const AHEAD_SECONDS: i64 = 15 * DAY_SECONDS;

/// One window, read.
struct Opening {
    /// Bit `n` is ISO day `n`.
    days: u8,
    from: ClockTime,
    to: ClockTime,
}

/// Windows that were read from rules, and the pauses that cut them.
pub struct Schedule {
    /// `None` for a zone that this machine does not know: with windows, nothing is open then.
    zone: Option<TimeZone>,
    openings: Vec<Opening>,
    has_windows: bool,
    blocked: Vec<Span>,
}

fn opening(window: &Window) -> Option<Opening> {
    let days = window.days.iter().filter(|day| (1..=7).contains(*day)).fold(0, |bits, day| bits | 1 << day);
    let (from, to) = (window.from.parse().ok()?, window.to.parse().ok()?);
    Some(Opening { days, from, to })
}

impl Schedule {
    /// Reads the windows of `rules`. A window or zone that cannot be read opens nothing: who writes at a wrong hour
    /// may have somebody beaten.
    pub fn new(rules: &Rules, blocked: &[Span]) -> Self {
        Self {
            zone: jiff::tz::db().get(&rules.time_zone).ok(),
            openings: rules.windows.iter().filter_map(opening).collect(),
            has_windows: !rules.windows.is_empty(),
            blocked: merge(blocked),
        }
    }

    /// Whether `at` is in a window, whatever is paused.
    pub fn in_window(&self, at: Time) -> bool {
        if !self.has_windows {
            return true;
        }
        let Some(zone) = &self.zone else { return false };
        let local = zone.to_datetime(at.timestamp());
        let (date, clock) = (local.date(), local.time());
        let on =
            |opening: &Opening, date: Date| opening.days & (1 << date.weekday().to_monday_one_offset()) != 0;
        let mut yesterday = None;
        self.openings.iter().any(|opening| {
            if opening.from < opening.to {
                return on(opening, date) && opening.from <= clock && clock < opening.to;
            }
            if opening.from == opening.to {
                return false;
            }
            (on(opening, date) && opening.from <= clock)
                || (clock < opening.to
                    && on(opening, *yesterday.get_or_insert_with(|| day_before(zone, at.timestamp(), date))))
        })
    }

    /// Whether `at` is in a pause.
    fn is_blocked(&self, at: Time) -> bool {
        // They are in order and do not overlap: only the last that has begun may hold it.
        let begun = self.blocked.partition_point(|span| span.from <= at);
        begun.checked_sub(1).and_then(|last| self.blocked.get(last)).is_some_and(|span| span.holds(at))
    }

    /// Whether `at` is in a window and in no pause.
    pub fn is_open(&self, at: Time) -> bool {
        !self.is_blocked(at) && self.in_window(at)
    }

    /// The first open stretch that has not ended by `at`, from `at` on; `None` when none comes.
    pub fn next(&self, at: Time) -> Option<Span> {
        // After each pause anew: it may have been longer than a search looks on.
        let ends = self.blocked.iter().filter_map(|span| span.to).filter(|end| *end > at);
        let from = [at].into_iter().chain(ends).find_map(|start| {
            self.edges(start, AHEAD_SECONDS).into_iter().find(|edge| self.is_open(*edge))
        })?;
        Some(Span { from, to: self.end(from) })
    }

    /// The open stretches that begin, or have begun, between `from` and `until`, at most `most`.
    pub fn between(&self, from: Time, until: Time, most: usize) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut open: Option<Time> = None;
        // Gathered once: each span by itself would gather them again. As far beyond as one by itself would look.
        let ahead = until.as_seconds().saturating_sub(from.as_seconds()).saturating_add(1 + AHEAD_SECONDS);
        for edge in self.edges(from, ahead) {
            if spans.len() == most || open.is_none() && edge >= until {
                return spans;
            }
            match (open, self.is_open(edge)) {
                (None, true) => open = Some(edge),
                (Some(from), false) => {
                    spans.push(Span { from, to: Some(edge) });
                    open = None;
                }
                _ => {}
            }
        }
        spans.extend(open.map(|from| Span { from, to: self.end(from) }));
        spans
    }

    /// The first instant after `from`, which is open, that is not.
    fn end(&self, from: Time) -> Option<Time> {
        let far = self.blocked.iter().map(|span| span.from).filter(|start| *start > from);
        let mut edges = self.edges(from, AHEAD_SECONDS);
        edges.extend(far);
        edges.sort_unstable();
        edges.into_iter().find(|edge| !self.is_open(*edge))
    }

    /// Every instant from `start` until `ahead` seconds later at which [`Self::is_open`] may change, and `start`
    /// itself; sorted.
    fn edges(&self, start: Time, ahead: i64) -> Vec<Time> {
        let until = start.plus_seconds(ahead);
        let mut edges = vec![start];
        edges.extend(self.blocked.iter().flat_map(|span| [Some(span.from), span.to]).flatten());
        if let Some(zone) = &self.zone {
            let back = start.plus_seconds(-BACK_SECONDS);
            let changes = zone.following(back.timestamp()).map(|change| Time::from(change.timestamp()));
            edges.extend(changes.take_while(|change| *change <= until));
            let last = zone.to_datetime(until.timestamp()).date();
            let mut day = zone.to_datetime(back.timestamp()).date();
            while day <= last {
                for clock in self.openings.iter().flat_map(|opening| [opening.from, opening.to]) {
                    // The clock may show it twice; when it never does, the change of the clock is an edge itself.
                    let ambiguous = zone.to_ambiguous_timestamp(day.to_datetime(clock));
                    edges.extend(ambiguous.earlier().ok().map(Time::from));
                    edges.extend(ambiguous.later().ok().map(Time::from));
                }
                let Ok(next) = day.tomorrow() else { break };
                day = next;
            }
        }
        edges.retain(|edge| start <= *edge && *edge <= until);
        edges.sort_unstable();
        edges.dedup();
        edges
    }
}

/// The first open stretch from `at` on under these rules, cut by `blocked`; see [`Schedule::next`].
pub fn next_window(rules: &Rules, blocked: &[Span], at: Time) -> Option<Span> {
    Schedule::new(rules, blocked).next(at)
}

/// The day that came before `date` on the clock of the zone. Not always the one before it in the calendar: some
/// islands have skipped a day.
fn day_before(zone: &TimeZone, at: Timestamp, date: Date) -> Date {
    let first = at.to_zoned(zone.clone()).start_of_day().ok();
    first
        .and_then(|first| first.timestamp().checked_sub(1.nanosecond()).ok())
        .map(|last| zone.to_datetime(last).date())
        .filter(|day| *day < date)
        .or_else(|| date.yesterday().ok())
        .unwrap_or(date)
}

/// The same spans in order, those that touch or overlap as one, those of no length dropped.
fn merge(spans: &[Span]) -> Vec<Span> {
    let mut sorted: Vec<Span> =
        spans.iter().copied().filter(|span| span.to.is_none_or(|to| span.from < to)).collect();
    sorted.sort_unstable_by_key(|span| span.from);
    let mut merged: Vec<Span> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match merged.last_mut() {
            Some(last) if last.to.is_none_or(|to| span.from <= to) => {
                last.to = last.to.zip(span.to).map(|(one, other)| one.max(other));
            }
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests;
