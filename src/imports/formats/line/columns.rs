//! What one line is: a day, or a time with a name and a text.

use std::collections::HashMap;

use jiff::civil::{Time, Weekday};

use super::super::dates::{Number, Written, clock_at, date_at, is_mark};
use super::super::shape::Moment;

/// Words that a name has at most.
const LONGEST_NAME: usize = 5;

/// A line that gives the day of all that follow.
#[derive(Clone, Copy)]
pub(super) struct Day {
    parts: [Number; 3],
    weekday: Option<Weekday>,
    style: u8,
    has_weekday: bool,
    has_points: bool,
}

impl Day {
    /// The day of a line that holds nothing else.
    pub(super) fn of(line: &str) -> Option<Self> {
        // A date with all the words for it is shorter.
        if line.len() > 120 || line.contains('\t') {
            return None;
        }
        let date = date_at(line)?;
        if !is_bare(date.rest) {
            return None;
        }
        let has_weekday = date.weekday.is_some();
        let has_points = line.contains('.');
        let day =
            Self { parts: date.parts, weekday: date.weekday, style: date.style, has_weekday, has_points };
        // A day of the week that fits no order of the numbers was misread, or miswritten; the numbers stand.
        let day = if day.exists() { day } else { Self { weekday: None, ..day } };
        day.exists().then_some(day)
    }

    fn exists(self) -> bool {
        self.written(Time::midnight()).orders().next().is_some()
    }

    const fn written(self, time: Time) -> Written {
        Written { parts: self.parts, time, weekday: self.weekday, style: self.style }
    }

    /// The moment at a time of this day.
    pub(super) fn at(self, time: Time) -> Moment {
        let written = self.written(time);
        // Behind a year there is no other order than month and day.
        let local = self.parts.first().filter(|first| first.is_year()).and_then(|_| written.orders().next());
        local.and_then(|order| written.read(order)).map_or(Moment::Written(written), Moment::Local)
    }

    /// Whether it is written in the same way as another.
    pub(super) const fn is_like(self, other: Self) -> bool {
        self.has_weekday == other.has_weekday && self.style == other.style
    }

    /// `2025.12.10 Wednesday`, as the programs for computers write.
    pub(super) const fn is_of_computer(self) -> bool {
        self.has_weekday && self.has_points
    }
}

/// The columns of a line that begins a message.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) time: Time,
    /// None where the app itself writes.
    pub(super) name: Option<&'a str>,
    pub(super) text: &'a str,
}

/// What stands between the columns.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Gap {
    #[default]
    Tab,
    FourBlanks,
    OneBlank,
}

/// How the lines of a file are written.
#[derive(Default)]
pub(super) struct Style {
    gap: Gap,
    /// Names of more than one word, where nothing but the file itself tells how far they go; the longest first.
    names: Vec<String>,
}

impl Style {
    /// The style that lines are in.
    pub(super) fn of(lines: &[&str]) -> Self {
        for gap in [Gap::Tab, Gap::FourBlanks] {
            let style = Self { gap, names: Vec::new() };
            if lines.iter().any(|line| style.columns(line).is_some_and(|columns| columns.name.is_some())) {
                return style;
            }
        }
        let rests: Vec<&str> =
            lines.iter().filter_map(|line| one_blank(line)).map(|(_, rest)| rest).collect();
        let gap = if rests.is_empty() { Gap::Tab } else { Gap::OneBlank };
        Self { gap, names: long_names(&rests) }
    }

    /// Learns the name in the title.
    pub(super) fn know(&mut self, name: Option<&str>) {
        self.names.extend(name.filter(|name| name.contains(' ')).map(str::to_owned));
        self.names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    }

    /// Whether its lines cannot be taken for something else.
    pub(super) fn is_sure(&self) -> bool {
        self.gap != Gap::OneBlank
    }

    /// Whether only one blank stands between the columns.
    pub(super) fn is_one_blank(&self) -> bool {
        self.gap == Gap::OneBlank
    }

    /// The columns of a line that begins a message.
    pub(super) fn columns<'a>(&self, line: &'a str) -> Option<Columns<'a>> {
        let gap = match self.gap {
            Gap::Tab => "\t",
            Gap::FourBlanks => "    ",
            Gap::OneBlank => {
                let (time, rest) = one_blank(line)?;
                let (name, text) = self.split_name(rest);
                return Some(Columns { time, name: Some(name), text });
            }
        };
        let (clock, rest) = line.split_once(gap)?;
        let time = whole_clock(clock)?;
        match rest.split_once(gap) {
            Some((name, text)) if !is_bare(name) => Some(Columns { time, name: Some(bare(name)), text }),
            Some((_, text)) => Some(Columns { time, name: None, text }),
            None => Some(Columns { time, name: None, text: rest }),
        }
    }

    fn split_name<'a>(&self, rest: &'a str) -> (&'a str, &'a str) {
        let known = |name: &String| {
            let text = rest.strip_prefix(name.as_str())?;
            let text = if text.is_empty() { text } else { text.strip_prefix(' ')? };
            Some((rest.get(..name.len())?, text))
        };
        self.names.iter().find_map(known).unwrap_or_else(|| rest.split_once(' ').unwrap_or((rest, "")))
    }
}

/// A text that is nothing but a time of day.
fn whole_clock(text: &str) -> Option<Time> {
    if text.len() > 40 {
        return None;
    }
    let clock = clock_at(text)?;
    (is_bare(clock.rest) && !clock.has_seconds).then_some(clock.time)
}

/// Time and rest of a line with one blank behind the time.
fn one_blank(line: &str) -> Option<(Time, &str)> {
    let (clock, rest) = line.split_once(' ')?;
    // Other words for the halves of the day are names too.
    let half = |word: &str| matches!(word, "AM" | "PM" | "am" | "pm");
    let (clock, rest) = match rest.split_once(' ') {
        Some((word, behind)) if half(word) => (line.get(..clock.len() + 1 + word.len())?, behind),
        _ => (clock, rest),
    };
    let is_name = rest.chars().next().is_some_and(|c| !c.is_whitespace());
    whole_clock(clock).filter(|_| is_name).map(|time| (time, rest))
}

/// The names of more than one word at the beginning of lines: words of which one always follows on the other, while
/// after the last of them everything may.
fn long_names(lines: &[&str]) -> Vec<String> {
    let mut next: HashMap<String, HashMap<&str, usize>> = HashMap::new();
    for line in lines {
        let mut before = String::new();
        for word in line.split(' ').take(LONGEST_NAME) {
            if !before.is_empty() {
                *next.entry(before.clone()).or_default().entry(word).or_default() += 1;
                before.push(' ');
            }
            before.push_str(word);
        }
    }
    let only = |name: &str| {
        let words = next.get(name)?;
        let mut all = words.iter();
        let (word, count) = all.next()?;
        (all.next().is_none() && *count > 2).then_some(*word)
    };
    let firsts = next.keys().filter(|words| !words.contains(' '));
    let mut names: Vec<String> = firsts
        .filter_map(|first| {
            let mut name = first.clone();
            while let Some(word) = only(&name) {
                name = format!("{name} {word}");
            }
            (name.len() > first.len()).then_some(name)
        })
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names
}

fn is_bare(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_mark(c))
}

fn bare(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || is_mark(c))
}
