//! Named places as proposals: which of them is where the writer is, and how they are to it.

mod choice;
mod group;
mod relation;

use self::choice::keep_the_last;
use self::group::{Group, groups, place};
use self::relation::{Link, link};
use super::super::gazetteer::{Mention, PlaceKind};
use super::frame::{Frame, Speaker, frame};
use super::lexicon::Role;
use super::reading::{Reading, What};
use super::{Proposal, Relation, Statement, ways};

/// A proposal and how it came about.
struct Draft {
    proposal: Proposal,
    link: Link,
    kind: PlaceKind,
    /// Whether it is said to be so now.
    now: bool,
}

/// The proposals that named places make.
pub fn proposals(reading: &Reading<'_>, written: &[Proposal]) -> Vec<Proposal> {
    let ways = ways::ways(reading);
    let groups = groups(reading);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut skip = None;
    for (index, group) in groups.iter().enumerate() {
        if skip == Some(index)
            || ways.iter().any(|way| way.origin.start >= group.start && way.origin.end <= group.end)
        {
            continue;
        }
        if is_beside_position(reading, group, written) || is_of_a_network(reading, group) {
            continue;
        }
        let link = link(reading, group);
        let crossed = matches!(link, Link::Brought | Link::Other)
            && groups.len() == index + 1
            && is_crossed(reading, group);
        let link = if crossed { Link::Opposite } else { link };
        let Some(speaker) = here(reading, group, link) else { continue };
        if link == Link::Between
            && let Some(other) = groups.get(index + 1)
            && let Some(draft) = between(reading, group, other, speaker)
        {
            drafts.push(draft);
            skip = Some(index + 1);
            continue;
        }
        drafts.extend(draft(reading, group, link, speaker));
    }
    keep_the_last(drafts)
}

/// Whether they went on across a river or a border from the last place that is named.
fn is_crossed(reading: &Reading<'_>, group: &Group<'_, '_>) -> bool {
    let mut after = reading.markers_in(group.end, reading.chars.len());
    group.main.nation().is_none()
        && after.any(|marker| marker.role == Role::Cross && reading.gap(group.end, marker.start) <= 20.0)
}

/// A name right beside a position that is written out says no more than the position.
fn is_beside_position(reading: &Reading<'_>, group: &Group<'_, '_>, written: &[Proposal]) -> bool {
    written.iter().any(|proposal| {
        let quote = &proposal.quote;
        let beside = |from: usize, to: usize| from <= to && reading.gap(from, to) <= 1.0;
        beside(quote.end, group.start)
            || beside(group.end, quote.start)
            || quote.start < group.end && group.start < quote.end
    })
}

/// `Thai signal`, `SIM from Cambodia` speak of a network.
fn is_of_a_network(reading: &Reading<'_>, group: &Group<'_, '_>) -> bool {
    let clause = reading.clause(group.start);
    group.main.nation().is_some()
        && reading
            .markers_in(clause.start, clause.end)
            .filter(|marker| matches!(marker.role, Role::Signal | Role::Sim))
            .any(|marker| {
                let after = marker.start >= group.end && reading.gap(group.end, marker.start) <= 1.5;
                after || marker.end <= group.start && reading.gap(marker.end, group.start) <= 1.5
            })
}

/// Who says that they are there, if that is said.
fn here(reading: &Reading<'_>, group: &Group<'_, '_>, link: Link) -> Option<Speaker> {
    let Frame::Here(speaker) = frame(reading, group.start, group.end) else { return None };
    let confidence = group.confidence;
    let enough = match link {
        Link::In | Link::Near | Link::Opposite | Link::Between | Link::Border | Link::Here => {
            confidence >= 0.3
        }
        Link::Towards(_) | Link::Sees | Link::Brought => confidence >= 0.4,
        Link::Bare if is_all(reading, group) => confidence >= 0.4,
        Link::Bare => confidence >= 0.8 && is_nearly_all(reading, group),
        Link::Other => false,
    };
    if group.main.nation().is_some() && is_adjective(reading, group.start, group.end) {
        return None;
    }
    enough.then_some(speaker)
}

/// `Chinese company`, `中国城`: a country that only says what kind of thing it is.
fn is_adjective(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    const THINGS: [&str; 14] = [
        "公司",
        "城",
        "超市",
        "餐",
        "园区",
        "赌场",
        "酒店",
        "ကုမ္ပဏီ",
        "company",
        "companies",
        "restaurant",
        "compound",
        "casino",
        "mafia",
    ];
    // Where the adjective comes last.
    const BEFORE: [&str; 9] = ["ตึก", "อาคาร", "บริษัท", "โซน", "ทุน", "អគារ", "ក្រុមហ៊ុន", "công ty", "tòa nhà"];
    let before = reading.string(start.saturating_sub(12), start).trim_end().to_lowercase();
    let behind = reading.string(end, (end + 12).min(reading.chars.len())).trim_start().to_lowercase();
    THINGS.iter().any(|thing| behind.starts_with(thing)) || BEFORE.iter().any(|thing| before.ends_with(thing))
}

/// Whether the whole text is the name.
fn is_all(reading: &Reading<'_>, group: &Group<'_, '_>) -> bool {
    reading.gap(0, group.start) + reading.gap(group.end, reading.chars.len()) < 0.6
}

/// Whether a clause says nothing but the name.
fn is_nearly_all(reading: &Reading<'_>, group: &Group<'_, '_>) -> bool {
    let clause = reading.clause(group.start);
    let mut rest =
        reading.gap(clause.start, group.start) + reading.gap(group.end, clause.end.min(reading.chars.len()));
    for marker in reading.markers_in(clause.start, clause.end) {
        let neutral = matches!(
            marker.role,
            Role::Us | Role::UsAre | Role::Here | Role::Now | Role::And | Role::Border | Role::Building
        );
        if neutral && (marker.end <= group.start || marker.start >= group.end) {
            rest -= reading.gap(marker.start, marker.end);
        }
    }
    let is_compound = matches!(group.main.kind(), PlaceKind::Compound | PlaceKind::Casino);
    let in_building = reading.has(clause.start, clause.end, Role::Building);
    let most = if is_compound {
        12.0
    } else if in_building {
        5.0
    } else {
        3.0
    };
    group.main.nation().is_none() && group.main.kind() != PlaceKind::River && rest <= most
}

fn draft(reading: &Reading<'_>, group: &Group<'_, '_>, link: Link, speaker: Speaker) -> Option<Draft> {
    let kind = group.main.kind();
    let (says, credibility) = match &group.main.what {
        What::Nation(country) => match link {
            Link::In | Link::Brought if is_of_the_region(*country) => {
                (Statement::Country { country: *country }, 3)
            }
            Link::Near | Link::Opposite | Link::Sees => {
                (Statement::Border { country: *country, within_km: Some(5.0) }, 3)
            }
            Link::Border => (Statement::Border { country: *country, within_km: None }, 3),
            _ => return None,
        },
        What::Place(mention) if is_too_long(mention) => return None,
        What::Place(mention) => {
            let name = reading.string(group.main.start, group.main.end);
            let candidates = reading.candidates(mention);
            let first = candidates.first()?;
            match link {
                Link::Sees if is_seen(kind) => {
                    (Statement::Landmark { point: first.point, name, within_km: seen_km(kind) }, 3)
                }
                Link::Towards(degrees) => {
                    let from = super::Origin { name, candidates };
                    (Statement::Bearing { from, degrees, sigma_degrees: 30.0 }, 3)
                }
                _ => {
                    let relation = match link {
                        Link::Near | Link::Sees | Link::Between => Relation::Near,
                        Link::Opposite => Relation::Opposite,
                        // A border is beside a town, not in it.
                        Link::Border => Relation::Near,
                        _ => Relation::In,
                    };
                    let credibility =
                        if link == Link::Bare { 4 } else { 3 - u8::from(relation == Relation::In) };
                    (Statement::Place { name, relation, candidates }, credibility)
                }
            }
        }
    };
    let (start, end) = relation::quote(reading, group);
    let (reliability, worse) = grade(link, speaker);
    let proposal = reading.proposal(says, start, end, reliability, (credibility + worse).min(5));
    Some(Draft { proposal, link, kind, now: is_now(reading, group.start) })
}

/// Whether the clause says that it is so now.
fn is_now(reading: &Reading<'_>, at: usize) -> bool {
    let clause = reading.clause(at);
    reading.has(clause.start, at, Role::Now) || reading.has(clause.start, at, Role::Still)
}

/// Whether people are held in such places there; other countries are homes, jobs and lies.
fn is_of_the_region(country: super::Country) -> bool {
    ["KH", "LA", "MM", "TH", "VN", "PH", "CN", "MY"].contains(&country.code())
}

/// The letter, and by how much the number is worse.
fn grade(link: Link, speaker: Speaker) -> (char, u8) {
    match speaker {
        Speaker::Us => ('C', 0),
        Speaker::Told => ('D', 1),
        Speaker::Nobody if link == Link::Bare => ('F', 0),
        Speaker::Nobody => ('C', 0),
    }
}

/// What one sees from afar.
fn is_seen(kind: PlaceKind) -> bool {
    matches!(
        kind,
        PlaceKind::Bridge
            | PlaceKind::Airport
            | PlaceKind::Casino
            | PlaceKind::Landmark
            | PlaceKind::Mountain
            | PlaceKind::Crossing
            | PlaceKind::Island
            | PlaceKind::Station
            | PlaceKind::River
    )
}

/// A river along which one may be anywhere between two countries is no place.
fn is_too_long(mention: &Mention<'_>) -> bool {
    let first = mention.candidates.first().map(|first| first.place);
    first.is_some_and(|place| place.kind == PlaceKind::River && place.sigma_m >= 100_000.0)
}

/// From how far.
fn seen_km(kind: PlaceKind) -> f64 {
    match kind {
        PlaceKind::Mountain | PlaceKind::Island => 20.0,
        PlaceKind::Airport | PlaceKind::River => 8.0,
        _ => 4.0,
    }
}

/// Between two places: around the middle, where both are clear and not far apart.
fn between(reading: &Reading<'_>, a: &Group<'_, '_>, b: &Group<'_, '_>, speaker: Speaker) -> Option<Draft> {
    if reading.gap(a.end, b.start) > 3.0 {
        return None;
    }
    let name = reading.string(a.start, b.end);
    let (start, end) = relation::quote(reading, a);
    let (start, end) = (start.min(a.start), end.max(b.end));
    let (reliability, worse) = grade(Link::Between, speaker);
    let says = match (place(reading, a.main), place(reading, b.main)) {
        (Some((one, _)), Some((other, _))) if one.distance_m(other) < 200_000.0 => {
            let (metres, bearing) = (one.distance_m(other), one.bearing_to(other));
            let within_km = (metres / 2_000.0 + 2.0).round();
            Statement::Landmark { point: one.towards(bearing, metres / 2.0), name, within_km }
        }
        // Between two countries is at their border.
        (None, None) => {
            Statement::Border { country: further(a.main.nation()?, b.main.nation()?), within_km: None }
        }
        _ => return None,
    };
    let proposal = reading.proposal(says, start, end, reliability, 3 + worse);
    Some(Draft { proposal, link: Link::Between, kind: PlaceKind::Landmark, now: is_now(reading, a.start) })
}

/// Of the two countries at a border the one on the other side: compounds stand on the side of the poorer.
fn further(a: super::Country, b: super::Country) -> super::Country {
    let order = ["TH", "CN", "VN", "MY", "IN", "BD", "KH", "MM", "LA"];
    let rank = |country: super::Country| {
        order.iter().position(|code| *code == country.code()).unwrap_or(order.len())
    };
    if rank(a) <= rank(b) { a } else { b }
}
