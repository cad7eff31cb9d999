//! Cuts a text into clauses, each of which speaks of one thing.

use super::super::notation::Found;
use super::lexicon::{Marker, Role, is_spaced};
use super::reading::Subject;

/// The most characters of a clause.
const LONGEST: usize = 300;

/// A clause of so few characters only ends the one before.
const SHORT: usize = 8;

/// A clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Which sentence it is of.
    pub sentence: usize,
    /// Whether a question mark ends it.
    pub asks: bool,
}

/// The clauses of a text; they cover all of it.
pub fn clauses(chars: &[char], marks: &[Marker], subjects: &[Subject<'_>], found: &[Found]) -> Vec<Clause> {
    let mut cutter = Cutter { clauses: Vec::new(), start: 0, sentence: 0, length: chars.len() };
    let mut mark = 0;
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        // Neither a name nor a position is cut.
        if let Some(end) = covered(subjects, found, at) {
            at = end;
            continue;
        }
        while marks.get(mark).is_some_and(|marker| marker.start < at) {
            mark += 1;
        }
        let begins = marks.get(mark..).unwrap_or_default().iter().take_while(|marker| marker.start == at);
        let before = at.checked_sub(1).and_then(|before| chars.get(before)).copied();
        let cuts = begins.into_iter().any(|marker| match marker.role {
            Role::Break | Role::Now => true,
            // Thai, Khmer and Burmese put a space where others put a comma.
            Role::UsAre | Role::Us => before.is_some_and(char::is_whitespace) && !is_spaced(c),
            _ => false,
        });
        if cuts {
            cutter.cut(at, false);
        }
        // Nobody writes such a clause; without an end, all of a long text would be looked at for each of its names.
        if at - cutter.start >= LONGEST {
            cutter.cut(at, false);
            cutter.sentence += 1;
        }
        match c {
            '?' | '？' | '!' | '！' | '。' | '\n' | '\r' | '…' | '।' | '។' | '။' | ';' | '；' => {
                cutter.cut(at + 1, matches!(c, '?' | '？'));
                cutter.sentence += 1;
            }
            '.' if !is_inside_number(chars, at) && !is_abbreviation(chars, at) => {
                cutter.cut(at + 1, false);
                cutter.sentence += 1;
            }
            ',' | '，' | '、' | '၊' | '៖' | '(' | ')' | '（' | '）' | ':' | '：' | '–' | '—'
                if !is_inside_number(chars, at) && !joins_names(chars, subjects, at) =>
            {
                cutter.cut(at + 1, false);
            }
            _ => {}
        }
        at += 1;
    }
    cutter.cut(chars.len(), false);
    cutter.clauses
}

struct Cutter {
    clauses: Vec<Clause>,
    start: usize,
    sentence: usize,
    length: usize,
}

impl Cutter {
    fn cut(&mut self, end: usize, asks: bool) {
        let end = end.min(self.length);
        if end > self.start {
            self.clauses.push(Clause { start: self.start, end, sentence: self.sentence, asks });
            self.start = end;
            // `in Yangon now?`: a short end of a question is no clause of its own.
            let [.., before, last] = self.clauses.as_mut_slice() else { return };
            before.asks |= asks && last.end - last.start <= SHORT && before.sentence == last.sentence;
        } else if asks && let Some(last) = self.clauses.last_mut() {
            last.asks = true;
        }
    }
}

/// The end of the name or position that covers a character.
fn covered(subjects: &[Subject<'_>], found: &[Found], at: usize) -> Option<usize> {
    let subject = subjects.get(subjects.partition_point(|subject| subject.end <= at));
    let found = found.get(found.partition_point(|found| found.end <= at));
    let subject = subject.filter(|subject| subject.start < at).map(|subject| subject.end);
    subject.or(found.filter(|found| found.start < at).map(|found| found.end))
}

fn is_inside_number(chars: &[char], at: usize) -> bool {
    let digit =
        |index: Option<usize>| index.and_then(|index| chars.get(index)).is_some_and(|c| c.is_numeric());
    digit(at.checked_sub(1)) && digit(Some(at + 1))
}

/// `p.m.`, `กม.`, `น.`: a point after one or two letters ends no sentence.
fn is_abbreviation(chars: &[char], at: usize) -> bool {
    let before = chars.get(at.saturating_sub(3)..at).unwrap_or_default();
    let letters = before.iter().rev().take_while(|c| c.is_alphabetic()).count();
    let follows = chars.get(at + 1).is_some_and(|c| c.is_alphabetic());
    (1..=2).contains(&letters) && (follows || !before.iter().all(|c| is_spaced(*c)))
}

/// Whether a comma stands between two names, as in an address.
fn joins_names(chars: &[char], subjects: &[Subject<'_>], at: usize) -> bool {
    let next = subjects.partition_point(|subject| subject.end <= at);
    let after = subjects.get(next);
    let before = next.checked_sub(1).and_then(|before| subjects.get(before));
    let blank = |from: usize, to: usize| {
        chars
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .all(|c| c.is_whitespace() || matches!(c, ',' | '，' | '、' | '၊'))
    };
    let joined =
        before.zip(after).is_some_and(|(before, after)| blank(before.end, at) && blank(at, after.start));
    matches!(chars.get(at), Some(',' | '，' | '、' | '၊')) && joined
}
