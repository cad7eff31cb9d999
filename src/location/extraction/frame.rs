//! Whether a place is spoken of as the one where the writer is.

use super::lexicon::{Marker, Role, is_spaced};
use super::reading::Reading;

/// How a place is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// As the one where they are; who says so is given.
    Here(Speaker),
    /// As one where they were.
    Past,
    /// As one where somebody else is.
    Other,
    /// As home, as a plan, in a question, or as one where they are not.
    Elsewhere,
}

/// Who says where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// They themselves.
    Us,
    /// They, but somebody told them.
    Told,
    /// Nobody in particular.
    Nobody,
}

/// What was last said of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Us,
    Told,
    Past,
    /// Some time ago, of which it is still to be said whether they were there or came.
    Ago,
    Home,
    Other,
    They,
    Plan,
    Not(usize),
    Ask,
    Pretence,
}

impl State {
    /// Whether somebody else is spoken of.
    fn is_other(self) -> bool {
        matches!(self, Self::Other | Self::They)
    }
}

/// How a range of the text, a name or a position, is spoken of.
pub fn frame(reading: &Reading<'_>, start: usize, end: usize) -> Frame {
    let index = reading.clause_index(start);
    let clause = *reading.clause(start);
    let mut state = inherited(reading, index);
    let mut speaks = state == State::Us;
    let mut past = state == State::Past;
    let mut left = clause.start;
    for marker in reading.markers_in(clause.start, start) {
        state = next(reading, state, marker, clause.start);
        if marker.role == Role::Past {
            left = marker.end;
        }
        // `Escaped from X and reached Y`: what was past is behind them.
        if past && marker.role == Role::Brought && is_name_in(reading, left, marker.start) {
            (state, past) = (State::Us, false);
        }
        speaks |= matches!(state, State::Us);
        past |= state == State::Past;
        past &= !matches!(marker.role, Role::Now | Role::Still | Role::Break);
    }
    if let State::Not(at) = state {
        // A denial reaches as far as the next words.
        if reading.gap(at, start) <= 6.0 {
            return Frame::Elsewhere;
        }
        state = State::Open;
    }
    let brought = is_followed(reading, end, clause.end, Role::BroughtAfter, 2.0);
    let came = brought || reading.has(clause.start, start, Role::Brought);
    let then = state == State::Ago || is_followed(reading, end, clause.end, Role::AgoAfter, 6.0);
    if past || then && !came || is_followed(reading, end, clause.end, Role::PastAfter, 6.0) {
        return Frame::Past;
    }
    if state == State::They && brought {
        state = State::Told;
    }
    if state.is_other() && !is_elsewhere_after(reading, start, end) {
        return Frame::Other;
    }
    if state.is_other()
        || matches!(state, State::Home | State::Plan | State::Ask | State::Pretence)
        || is_elsewhere_after(reading, start, end)
    {
        return Frame::Elsewhere;
    }
    let asked = clause.asks || is_followed(reading, end, clause.end, Role::AskAfter, 30.0);
    if asked && !speaks {
        return Frame::Elsewhere;
    }
    Frame::Here(match state {
        State::Told => Speaker::Told,
        _ if speaks => Speaker::Us,
        _ => Speaker::Nobody,
    })
}

/// Whether a name stands in a range.
fn is_name_in(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    let next = reading.subjects.partition_point(|subject| subject.start < start);
    reading.subjects.get(next).is_some_and(|subject| subject.end <= end)
}

/// What is still said when a clause begins.
fn inherited(reading: &Reading<'_>, index: usize) -> State {
    let Some(clause) = reading.clauses.get(index) else { return State::Open };
    let before = reading.clauses.get(..index).unwrap_or_default();
    let same = before.iter().rev().take(6).take_while(|other| other.sentence == clause.sentence).count();
    let mut state = State::Open;
    for other in before.iter().skip(index - same) {
        for marker in reading.markers_in(other.start, other.end) {
            state = next(reading, state, marker, other.start);
        }
        if matches!(state, State::Not(_) | State::Ask) {
            state = State::Open;
        }
    }
    state
}

/// What is said after a phrase.
fn next(reading: &Reading<'_>, state: State, marker: &Marker, clause_start: usize) -> State {
    if state == State::Pretence && !matches!(marker.role, Role::Break | Role::Now) {
        return state;
    }
    match marker.role {
        Role::Past => State::Past,
        // `They sold me last month to` tells when, not where they were.
        Role::Ago if state == State::Plan || reading.has(clause_start, marker.start, Role::Brought) => state,
        Role::Ago => State::Ago,
        Role::Pretence => State::Pretence,
        // `If not he sells us`: what is only thought of stays so, whoever does it.
        Role::Home | Role::Other | Role::They if state == State::Plan => state,
        Role::Home => State::Home,
        Role::Other if is_with_us(reading, state, marker, clause_start) => state,
        Role::Other => State::Other,
        // `My friend's boss`, `a friend whom they`: it is done to the friend.
        Role::They if state == State::Other => state,
        Role::They => State::They,
        // `Sold us from X to Y`: going there is what was done.
        Role::Plan if is_going(reading, marker) && reading.has(clause_start, marker.start, Role::Brought) => {
            state
        }
        Role::Plan => State::Plan,
        Role::Not => State::Not(marker.end),
        Role::Ask => State::Ask,
        Role::Break => State::Open,
        Role::Now if state.is_other() && is_said_of_person(reading, marker) => state,
        Role::Still if matches!(state, State::Past | State::Ago) => State::Open,
        Role::Now => {
            if state == State::Us {
                State::Us
            } else {
                State::Open
            }
        }
        Role::UsAre | Role::Us if matches!(state, State::Past | State::Ago) => state,
        // `My mother` in the languages that put the `my` behind.
        Role::UsAre | Role::Us
            if (state == State::Home || state.is_other()) && is_right_behind_person(reading, marker) =>
        {
            state
        }
        Role::UsAre => State::Us,
        // `They will move us`: the plan stays one.
        Role::Us if matches!(state, State::Plan | State::Not(_)) => state,
        Role::Us if state.is_other() || state == State::Told => State::Told,
        Role::Us => State::Us,
        Role::Brought if state.is_other() && names(reading, marker, &US) => State::Told,
        Role::Brought if state == State::They && !names(reading, marker, &SUFFERED) => State::Told,
        Role::Brought if state == State::Ago => State::Open,
        Role::Here if state.is_other() || state == State::Told => State::Told,
        Role::Here if state == State::Home => State::Open,
        _ => state,
    }
}

/// Whether a phrase is nothing but `go`, which is a plan where nobody was brought.
fn is_going(reading: &Reading<'_>, marker: &Marker) -> bool {
    ["去", "ទៅ", "đi", "sang"].contains(&reading.string(marker.start, marker.end).to_lowercase().as_str())
}

/// Who it was done to, in phrases such as `brought us to`.
const US: [&str; 11] = [" us", " me", "em", "tôi", "mình", "我", "ผม", "หนู", "เรา", "ខ្ញុំ", "យើង"];
/// What makes a phrase tell what was done to whom it speaks of.
const SUFFERED: [&str; 7] = ["bị", "được", "被", "ถูก", "โดน", "ត្រូវ", "ခံ"];

/// Whether one of some words is in a phrase.
fn names(reading: &Reading<'_>, marker: &Marker, words: &[&str]) -> bool {
    let phrase = reading.string(marker.start, marker.end).to_lowercase();
    words.iter().any(|word| phrase.contains(word))
}

/// `My friend is now in`, `朋友现在在`: the now is that of the person right before it.
fn is_said_of_person(reading: &Reading<'_>, marker: &Marker) -> bool {
    // `Deceived` is said of the writer as well.
    const VERBS: [&str; 1] = ["骗"];
    let next = reading.markers.partition_point(|other| other.start < marker.start);
    let before = next.checked_sub(1).and_then(|before| reading.markers.get(before));
    before.is_some_and(|person| {
        let between = reading.chars.get(person.end..marker.start).unwrap_or_default();
        let spaced = reading.chars.get(marker.start).copied().is_some_and(is_spaced);
        let joined = between.iter().all(|c| is_spaced(*c) || spaced && *c == ' ');
        let is_verb = VERBS.contains(&reading.string(person.start, person.end).as_str());
        person.role == Role::Other && joined && between.len() <= 4 && !is_verb
    })
}

/// Whether a word for the writer stands right behind one for a relative or a friend.
fn is_right_behind_person(reading: &Reading<'_>, marker: &Marker) -> bool {
    let from = reading.markers.partition_point(|other| other.end + 1 < marker.start);
    let mut before = reading.markers.iter().skip(from).take_while(|other| other.start < marker.start);
    before.any(|other| {
        let gap = marker.start.saturating_sub(other.end);
        let first = reading.chars.get(marker.start).copied().unwrap_or_default();
        // Thai, Lao and Khmer; Vietnamese.
        let behind = ('\u{e00}'..='\u{eff}').contains(&first) || ('\u{1780}'..='\u{17ff}').contains(&first);
        matches!(other.role, Role::Home | Role::Other | Role::They)
            && (behind && gap == 0 || is_spaced(first) && gap == 1)
    })
}

/// `I and my friend`: who is joined to the writer is where the writer is.
fn is_with_us(reading: &Reading<'_>, state: State, marker: &Marker, clause_start: usize) -> bool {
    let joined = reading
        .markers_in(clause_start, marker.start)
        .next_back()
        .is_some_and(|before| before.role == Role::And && reading.gap(before.end, marker.start) < 0.6);
    // `We are 11 people` are we.
    let counted = reading.string(marker.start, marker.end).to_lowercase().starts_with("people");
    (joined || counted) && state == State::Us
}

/// Whether something right behind the name says that it is not where they are.
fn is_elsewhere_after(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    let clause = reading.clause(start);
    let follows = |role: Role, gap: f64| is_followed(reading, end, clause.end, role, gap);
    let thing_before = reading
        .markers_in(clause.start, start)
        .rev()
        .any(|marker| marker.role == Role::ThingBefore && reading.gap(marker.end, start) < 0.3);
    thing_before
        || follows(Role::ThingAfter, 0.3)
        || follows(Role::HomeAfter, 1.0)
        || follows(Role::PlanAfter, 4.0)
        || follows(Role::NotAfter, 2.0)
        || follows(Role::OtherAfter, 4.0)
        || follows(Role::HearsayAfter, 40.0)
}

/// Whether a phrase of a role follows a name so closely that it is said of it.
fn is_followed(reading: &Reading<'_>, end: usize, limit: usize, role: Role, most: f64) -> bool {
    let next_name = reading.subjects.partition_point(|subject| subject.start < end);
    let next_name = reading.subjects.get(next_name).map_or(limit, |next| next.start);
    // Another way to be somewhere begins another statement.
    let begins = |marker: &&Marker| {
        matches!(
            marker.role,
            Role::UsAre
                | Role::In
                | Role::Near
                | Role::Opposite
                | Role::Between
                | Role::Brought
                | Role::Break
        )
    };
    let limit = limit.min(next_name);
    let limit = reading
        .markers_in(end, limit)
        .find(|marker| begins(marker) && most > 1.0)
        .map_or(limit, |m| m.end.max(end));
    let mut same = reading.markers_in(end, limit).filter(|marker| marker.role == role);
    same.any(|marker| reading.gap(end, marker.start) <= most)
}
