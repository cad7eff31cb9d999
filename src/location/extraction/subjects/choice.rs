//! Of several places, the ones that are left when each has been heard.

use super::super::super::gazetteer::PlaceKind;
use super::super::{Proposal, Relation, Statement};
use super::Draft;
use super::group::{precision, reach_m};
use super::relation::Link;

/// Beyond so many metres two places are not the same stay.
const SAME_STAY_M: f64 = 30_000.0;

/// Of a chain of places that they were moved to the last; of places inside each other the inner.
pub fn keep_the_last(drafts: Vec<Draft>) -> Vec<Proposal> {
    let keeps: Vec<bool> = (0..drafts.len()).map(|index| is_kept(&drafts, index)).collect();
    drafts.into_iter().zip(keeps).filter(|(_, keep)| *keep).map(|(draft, _)| draft.proposal).collect()
}

fn is_kept(drafts: &[Draft], index: usize) -> bool {
    // A text that names hundreds of places is no message: its places are not compared.
    const MOST: usize = 60;
    let Some(draft) = drafts.get(index).filter(|_| drafts.len() <= MOST) else { return index < MOST };
    let passed = |later: &Draft| later.now && !draft.now && is_far(draft, later) && !is_inside(draft, later);
    if matches!(draft.link, Link::Brought | Link::In | Link::Bare)
        && drafts.iter().skip(index + 1).any(passed)
    {
        return false;
    }
    if draft.link == Link::Brought && drafts.iter().skip(index + 1).any(|later| is_another_stay(draft, later))
    {
        return false;
    }
    let mut others = drafts.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
    !others.any(|other| is_inside(other, draft))
}

/// Whether a later statement says that they are somewhere else now.
fn is_another_stay(draft: &Draft, later: &Draft) -> bool {
    if !matches!(later.link, Link::Brought | Link::In | Link::Here | Link::Near | Link::Opposite) {
        return false;
    }
    match (draft.proposal.says.point(), later.proposal.says.point()) {
        (Some(a), Some(b)) => {
            a.distance_m(b) > SAME_STAY_M
                || later.link == Link::Brought
                || precision(later.kind) > precision(draft.kind)
        }
        // A country is left for a place in another one.
        (None, Some(_)) => country(&draft.proposal.says) != country(&later.proposal.says),
        _ => false,
    }
}

/// Whether two places are not the same stay.
fn is_far(draft: &Draft, later: &Draft) -> bool {
    let points = draft.proposal.says.point().zip(later.proposal.says.point());
    points.is_some_and(|(a, b)| a.distance_m(b) > SAME_STAY_M)
}

/// Whether one place lies in another that so says nothing new.
fn is_inside(inner: &Draft, outer: &Draft) -> bool {
    let same_country = country(&inner.proposal.says).is_some()
        && country(&inner.proposal.says) == country(&outer.proposal.says);
    if !same_country || inner.link == Link::Border {
        return false;
    }
    if matches!(outer.proposal.says, Statement::Country { .. }) {
        return !matches!(inner.proposal.says, Statement::Country { .. } | Statement::Border { .. });
    }
    let wide = matches!(outer.kind, PlaceKind::Province | PlaceKind::District | PlaceKind::Area);
    let is_in = matches!(outer.proposal.says, Statement::Place { relation: Relation::In, .. });
    match (inner.proposal.says.point(), outer.proposal.says.point()) {
        (Some(a), Some(b)) => {
            wide && is_in
                && precision(inner.kind) > precision(outer.kind)
                && a.distance_m(b) < reach_m(outer.kind)
        }
        _ => false,
    }
}

fn country(says: &Statement) -> Option<super::super::Country> {
    match says {
        Statement::Country { country } => Some(*country),
        Statement::Place { candidates, .. } => candidates.first().map(|first| first.country),
        _ => None,
    }
}
