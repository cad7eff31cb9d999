//! How a place is joined to what is said of it.

use super::super::lexicon::{Marker, Role};
use super::super::reading::Reading;
use super::group::Group;

/// What joins a name to the rest of its clause.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Link {
    /// In it.
    In,
    /// Near it.
    Near,
    /// Across from it.
    Opposite,
    /// Between it and the next one.
    Between,
    /// They were moved there.
    Brought,
    /// They are in this direction from it.
    Towards(f64),
    /// It is at its border.
    Border,
    /// It can be seen.
    Sees,
    /// It is what their place is called.
    Here,
    /// Nothing.
    Bare,
    /// Something that does not say where they are: a way through it, an origin, a goal.
    Other,
}

/// How much may stand between a name and what is said before it.
const REACH_BEFORE: f64 = 6.0;
/// How much may stand between a name and what is said behind it.
const REACH_AFTER: f64 = 1.2;

/// The link of a group.
pub fn link(reading: &Reading<'_>, group: &Group<'_, '_>) -> Link {
    let before = before(reading, group).map(|found| found.0);
    let after = after(reading, group).map(|found| found.0);
    match (before, after) {
        (_, Some(link @ (Link::Opposite | Link::Between | Link::Border | Link::Towards(_)))) => link,
        (Some(link @ (Link::Opposite | Link::Between | Link::Border | Link::Towards(_))), _) => link,
        (Some(Link::Brought), Some(Link::Near)) | (_, Some(Link::Near)) => Link::Near,
        (Some(link), None | Some(Link::Other)) => link,
        (Some(Link::In | Link::Here) | None, Some(link)) => link,
        (Some(link), Some(_)) => link,
        (None, None) => Link::Bare,
    }
}

/// The words that carry the link, with the name.
pub fn quote(reading: &Reading<'_>, group: &Group<'_, '_>) -> (usize, usize) {
    let start = before(reading, group).map_or(group.start, |found| found.1.start);
    let end = after(reading, group).map_or(group.end, |found| found.1.end);
    (start.min(group.start), end.max(group.end))
}

/// What is said before the name.
fn before<'m>(reading: &'m Reading<'_>, group: &Group<'_, '_>) -> Option<(Link, &'m Marker)> {
    let clause = reading.clause(group.start);
    let previous = group.first.checked_sub(1).and_then(|index| reading.subjects.get(index));
    // What is said before another name is said of that one, unless the two are joined.
    let from = previous.map_or(clause.start, |previous| previous.end.max(clause.start));
    let mut best: Option<(Link, &Marker)> = None;
    for marker in reading.markers_in(from, group.start).rev() {
        if best.is_some_and(|best| best.1.start != marker.start) {
            break;
        }
        if reading.gap(marker.end, group.start) > REACH_BEFORE {
            break;
        }
        let Some(link) = link_before(marker.role) else { continue };
        if best.is_none_or(|best| rank(link) > rank(best.0)) {
            best = Some((link, marker));
        }
    }
    let found = best.or_else(|| joined(reading, group, previous.map(|previous| previous.start)))?;
    Some(sharpened(reading, (clause.start, from), found))
}

/// `in Myawaddy and Shwe Kokko`: what is said before the first is said of the second.
fn joined<'m>(
    reading: &'m Reading<'_>,
    group: &Group<'_, '_>,
    previous: Option<usize>,
) -> Option<(Link, &'m Marker)> {
    let clause = reading.clause(group.start);
    let previous = previous.filter(|previous| *previous >= clause.start)?;
    let and =
        reading.markers_in(previous, group.start).next_back().filter(|marker| marker.role == Role::And)?;
    let near = reading.gap(and.end, group.start) < 0.6;
    let markers = reading.markers_in(clause.start, previous).rev();
    let found = markers.take_while(|marker| reading.gap(marker.end, previous) <= 2.0);
    let mut links = found.filter_map(|marker| link_before(marker.role).map(|link| (link, marker)));
    links.next().filter(|found| near && matches!(found.0, Link::In | Link::Near))
}

/// What other phrases further ahead make of a link: `brought us by car to`, `across the river one sees`.
fn sharpened<'m>(
    reading: &'m Reading<'_>,
    (clause_start, from): (usize, usize),
    found: (Link, &'m Marker),
) -> (Link, &'m Marker) {
    let (link, marker) = found;
    let mut ahead = reading.markers_in(clause_start, marker.start).rev();
    let near = |other: &Marker, most: f64| reading.gap(other.end, marker.start) <= most;
    match link {
        Link::Other if marker.role == Role::To => {
            let brought = ahead.find(|other| other.role == Role::Brought && near(other, 12.0));
            brought.map_or(found, |other| (Link::Brought, other))
        }
        Link::Other if marker.role == Role::From => {
            let across = ahead
                .filter(|other| other.start >= from)
                .find(|other| matches!(other.role, Role::Opposite | Role::OppositeAfter) && near(other, 4.0));
            across.map_or(found, |other| (Link::Opposite, other))
        }
        Link::Sees => {
            let across = ahead
                .filter(|other| other.start >= from)
                .find(|other| matches!(other.role, Role::Opposite | Role::OppositeAfter) && near(other, 6.0));
            across.map_or(found, |other| (Link::Opposite, other))
        }
        _ => found,
    }
}

/// What is said behind the name.
fn after<'m>(reading: &'m Reading<'_>, group: &Group<'_, '_>) -> Option<(Link, &'m Marker)> {
    let clause = reading.clause(group.start);
    let mut best: Option<(Link, &Marker)> = None;
    for marker in reading.markers_in(group.end, clause.end) {
        let gap = reading.gap(group.end, marker.start);
        if gap > REACH_AFTER || best.is_some_and(|best| best.1.start != marker.start) {
            break;
        }
        let Some(mut link) = link_after(marker.role) else { continue };
        if marker.role == Role::FromAfter && is_part_of_address(reading, marker, clause.end) {
            link = Link::In;
        }
        if best.is_none_or(|best| rank(link) > rank(best.0)) {
            best = Some((link, marker));
        }
    }
    let seen = || seen_after(reading, group, clause.end).map(|marker| (Link::Sees, marker));
    let said = best.filter(|best| best.0 != Link::Other).or_else(seen).or(best);
    between_after(reading, group).map(|marker| (Link::Between, marker)).or(said)
}

/// Burmese `Muse's hotel-in`: what is of a place is in it, where `in` comes at the end.
fn is_part_of_address(reading: &Reading<'_>, marker: &Marker, limit: usize) -> bool {
    reading.string(marker.start, marker.end) == "က"
        && reading
            .markers_in(marker.end, limit)
            .any(|other| other.role == Role::InAfter && reading.gap(marker.end, other.start) <= 14.0)
}

/// Burmese sees at the end of a clause.
fn seen_after<'m>(reading: &'m Reading<'_>, group: &Group<'_, '_>, limit: usize) -> Option<&'m Marker> {
    let mut after = reading.markers_in(group.end, limit);
    let burmese = |marker: &&Marker| {
        reading.chars.get(marker.start).is_some_and(|c| ('\u{1000}'..='\u{109f}').contains(c))
    };
    after.find(|marker| {
        marker.role == Role::Sees && burmese(marker) && reading.gap(group.end, marker.start) <= 12.0
    })
}

/// `X和Y之间`: what comes behind the second name is said of the first as well.
fn between_after<'m>(reading: &'m Reading<'_>, group: &Group<'_, '_>) -> Option<&'m Marker> {
    let next = reading.subjects.partition_point(|subject| subject.start < group.end);
    let next = reading.subjects.get(next).filter(|next| reading.gap(group.end, next.start) <= 2.0)?;
    let and = reading.has(group.end, next.start, Role::And);
    let limit = reading.clause(next.start).end;
    let mut after = reading
        .markers_in(next.end, limit)
        .take_while(|marker| reading.gap(next.end, marker.start) <= REACH_AFTER);
    after.find(|marker| and && marker.role == Role::BetweenAfter)
}

fn link_before(role: Role) -> Option<Link> {
    Some(match role {
        Role::In => Link::In,
        Role::Near => Link::Near,
        Role::Opposite => Link::Opposite,
        Role::Between => Link::Between,
        Role::Brought => Link::Brought,
        Role::Towards(degrees) => Link::Towards(degrees),
        Role::Border => Link::Border,
        Role::Sees => Link::Sees,
        Role::Here => Link::Here,
        Role::Via | Role::From | Role::To | Role::Away | Role::ThingBefore => Link::Other,
        _ => return None,
    })
}

fn link_after(role: Role) -> Option<Link> {
    Some(match role {
        Role::InAfter => Link::In,
        Role::NearAfter => Link::Near,
        Role::OppositeAfter => Link::Opposite,
        Role::BetweenAfter => Link::Between,
        Role::BroughtAfter => Link::Brought,
        Role::TowardsAfter(degrees) => Link::Towards(degrees),
        Role::Border => Link::Border,
        Role::ViaAfter | Role::FromAfter | Role::ToAfter => Link::Other,
        _ => return None,
    })
}

/// Which of two roles of one phrase counts.
fn rank(link: Link) -> u8 {
    match link {
        Link::Opposite => 9,
        Link::Between => 8,
        Link::Border => 7,
        Link::Near => 6,
        Link::Towards(_) => 5,
        Link::Brought => 4,
        Link::In => 3,
        Link::Sees => 2,
        Link::Here => 1,
        Link::Other | Link::Bare => 0,
    }
}
