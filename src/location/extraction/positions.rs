//! Positions that are written out, as proposals.

use super::super::notation::{Found, Position, Says, Via};
use super::frame::{Frame, Speaker, frame};
use super::reading::Reading;
use super::{Proposal, Statement};

/// How far from a short plus code the name of its town may stand.
const REACH: f64 = 4.0;

/// The proposals that written positions make.
pub fn proposals(reading: &Reading<'_>) -> Vec<Proposal> {
    reading.found.iter().filter_map(|found| proposal(reading, found)).collect()
}

fn proposal(reading: &Reading<'_>, found: &Found) -> Option<Proposal> {
    let speaker = match frame(reading, found.start, found.end) {
        Frame::Here(speaker) => speaker,
        // A position that somebody else sent is still one of the case.
        Frame::Other => Speaker::Told,
        Frame::Past | Frame::Elsewhere => return None,
    };
    let (Position { point, accuracy_m, datum }, end) = match found.says {
        Says::Position(position) => (position, found.end),
        Says::NeedsReference(code) => {
            let (reference, end) = reference(reading, found)?;
            (code.near(reference)?, end)
        }
        Says::Hidden => return None,
    };
    let says = Statement::Point { point, accuracy_m, datum, via: found.via };
    // A pin is where somebody was or pointed at; a screen may show anything.
    let credibility = if found.via == Via::Viewport { 4 } else { 2 };
    let reliability = if speaker == Speaker::Told { 'D' } else { 'C' };
    Some(reading.proposal(says, found.start, end, reliability, credibility))
}

/// The place near which a short plus code was written: the name beside it, or where the case points to.
fn reference(reading: &Reading<'_>, found: &Found) -> Option<(super::super::geo::Point, usize)> {
    let next = reading.subjects.partition_point(|subject| subject.start < found.end);
    let after = reading.subjects.get(next).filter(|subject| reading.gap(found.end, subject.start) <= REACH);
    let before = next.checked_sub(1).and_then(|index| reading.subjects.get(index));
    let before =
        before.filter(|subject| subject.end <= found.start && reading.gap(subject.end, found.start) <= REACH);
    let named = after.into_iter().chain(before).find_map(|subject| {
        let candidates = reading.candidates(subject.mention()?);
        candidates.first().map(|first| (first.point, subject.end.max(found.end)))
    });
    named.or_else(|| reading.context.near.first().map(|(point, _)| (*point, found.end)))
}
