//! Of several places, the ones that are left when each has been heard.

use super::super::super::gazetteer::PlaceKind;
use super::super::{Proposal, Relation, Statement};
use super::Draft;
use super::group::{precision, reach_m};
use super::relation::Link;

/// Beyond so many metres two places are not the same stay.
const SAME_STAY_M: f64 = 30_000.0;

/// So far apart are at most the middles of two towns on either side of a border.
const TWIN_TOWNS_M: f64 = 15_000.0;

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
    if drafts.iter().any(|other| is_across(draft, other) || is_pinned_down(draft, other)) {
        return false;
    }
    let mut others = drafts.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
    !others.any(|other| is_inside(other, draft))
}

/// `In Myawaddy, opposite Mae Sot`: all of the one town is opposite the other, which so says nothing new.
fn is_across(opposite: &Draft, home: &Draft) -> bool {
    let Statement::Place { relation: Relation::Opposite, .. } = opposite.proposal.says else { return false };
    let is_in = matches!(home.proposal.says, Statement::Place { relation: Relation::In, .. });
    let is_town = precision(opposite.kind) <= precision(PlaceKind::Town);
    let points = opposite.proposal.says.point().zip(home.proposal.says.point());
    is_in
        && is_town
        && country(&opposite.proposal.says) != country(&home.proposal.says)
        && points.is_some_and(|(a, b)| a.distance_m(b) <= TWIN_TOWNS_M)
}

/// `In Koh Kong, near the Cham Yeam crossing`: what is in or at the edge of a town says where in it.
fn is_pinned_down(town: &Draft, spot: &Draft) -> bool {
    let is_in = matches!(town.proposal.says, Statement::Place { relation: Relation::In, .. });
    let is_at =
        matches!(spot.proposal.says, Statement::Place { relation: Relation::In | Relation::Near, .. });
    let is_finer = town.kind == PlaceKind::Town && precision(spot.kind) >= precision(PlaceKind::Crossing);
    let points = town.proposal.says.point().zip(spot.proposal.says.point());
    is_in && is_at && is_finer && points.is_some_and(|(a, b)| a.distance_m(b) <= TWIN_TOWNS_M)
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
