//! Ways and distances from named places: two hours by car from Mae Sot, 20 km from the border.

use super::frame::{Frame, frame};
use super::lexicon::Role;
use super::numbers::{Amount, Measure, measures};
use super::reading::{Reading, Subject};
use super::{Mode, Origin, Proposal, Statement};

/// A measure and the place from which it counts.
pub struct Way<'r, 'a> {
    /// From where.
    pub origin: &'r Subject<'a>,
    measure: Measure,
    start: usize,
    end: usize,
}

/// How much may stand between a measure and its origin.
const REACH: f64 = 9.0;

/// The ways of a text.
pub fn ways<'r, 'a>(reading: &'r Reading<'a>) -> Vec<Way<'r, 'a>> {
    let measures = measures(reading);
    measures.iter().filter_map(|measure| way(reading, measure, &measures)).collect()
}

fn way<'r, 'a>(reading: &'r Reading<'a>, measure: &Measure, all: &[Measure]) -> Option<Way<'r, 'a>> {
    let (from, to) = reading.sentence(measure.start);
    let next = reading.subjects.partition_point(|subject| subject.start < measure.end);
    let after = reading.subjects.get(next).filter(|subject| subject.end <= to);
    let before = next
        .checked_sub(1)
        .and_then(|index| reading.subjects.get(index))
        .filter(|subject| subject.start >= from);
    // Another measure in between has the better claim.
    let free = |start: usize, end: usize| {
        !all.iter().any(|other| other.start >= start && other.end <= end && other != measure)
    };
    let behind = after
        .filter(|origin| free(measure.end, origin.start) && reading.gap(measure.end, origin.start) <= REACH);
    let ahead = before
        .filter(|origin| free(origin.end, measure.start) && reading.gap(origin.end, measure.start) <= REACH);
    // `2 hours from X` before `from X 2 hours`, and both before a name that just stands beside a measure.
    let named = |origin: &&Subject<'_>| is_from(reading, origin);
    let origin = behind
        .filter(|origin| is_from_after(reading, measure.end, origin.start))
        .or(ahead.filter(named))
        .or(behind.filter(|origin| named(origin) || is_to(reading, measure.end, origin.start)))
        .or(ahead.filter(|origin| is_beside(reading, origin.end, measure.start)))
        .or(ahead.filter(|origin| is_from_here(reading, origin.end, measure)))?;
    Some(Way {
        origin,
        measure: *measure,
        start: measure.start.min(origin.start),
        end: measure.end.max(origin.end),
    })
}

/// Whether `from` stands between a measure and the name behind it.
fn is_from_after(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    reading.markers_in(start, end).any(|marker| {
        matches!(marker.role, Role::From | Role::Towards(_) | Role::Opposite)
            && reading.gap(marker.end, end) <= 4.0
    }) || reading.string(start, end).to_lowercase().contains("outside")
}

/// Whether `to` does, as in `2 hours to Mae Sot`: a way is as long in both directions.
fn is_to(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    reading.gap(start, end) <= 2.0 && reading.markers_in(start, end).any(|marker| marker.role == Role::To)
}

/// Whether a name is said to be where a way begins.
fn is_from(reading: &Reading<'_>, origin: &Subject<'_>) -> bool {
    let clause = reading.clause(origin.start);
    let before = reading.markers_in(clause.start, origin.start).rev().take(4).any(|marker| {
        matches!(marker.role, Role::From | Role::Away | Role::Via)
            && reading.gap(marker.end, origin.start) <= 3.0
    });
    let limit = reading.chars.len();
    let after = reading.markers_in(origin.end, limit).take(4).any(|marker| {
        matches!(marker.role, Role::FromAfter | Role::TowardsAfter(_) | Role::ViaAfter)
            && reading.gap(origin.end, marker.start) <= 1.2
    });
    before || after
}

/// Whether a measure follows a name with nothing but words of a way between: `妙瓦底开车两小时`.
fn is_beside(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    let mut rest = reading.gap(start, end);
    let mut of_way = rest < 0.3;
    for marker in reading.markers_in(start, end) {
        if matches!(marker.role, Role::Road | Role::Boat | Role::Foot | Role::Away | Role::TowardsAfter(_)) {
            rest -= reading.gap(marker.start, marker.end);
            of_way = true;
        }
    }
    of_way && rest <= 1.0
}

/// `Mae Sot is 30 km from here`.
fn is_from_here(reading: &Reading<'_>, start: usize, measure: &Measure) -> bool {
    let limit = (measure.end + 24).min(reading.chars.len());
    let here = reading.markers_in(measure.end, limit).find(|marker| marker.role == Role::Here);
    let near = here.is_some_and(|marker| reading.gap(measure.end, marker.start) <= 2.5);
    near && reading.gap(start, measure.start) <= 2.0
}

/// The proposals that ways make.
pub fn proposals(reading: &Reading<'_>) -> Vec<Proposal> {
    ways(reading).iter().flat_map(|way| says(reading, way)).collect()
}

fn says(reading: &Reading<'_>, way: &Way<'_, '_>) -> Vec<Proposal> {
    let spoken = frame(reading, way.origin.start, way.origin.end);
    if spoken == Frame::Past || is_of_others(reading, way) {
        return Vec::new();
    }
    let mut statements = Vec::new();
    let mention = way.origin.mention();
    match (way.measure.amount, mention) {
        (Amount::Km(km), None) if km <= 500.0 && is_border(reading, way) => {
            let country = way.origin.nation();
            statements.extend(
                country.map(|country| Statement::Border { country, within_km: Some(rounded(km * 1.3)) }),
            );
        }
        (Amount::Km(km), Some(mention)) if (0.05..=1_500.0).contains(&km) => {
            let candidates = reading.candidates(mention);
            let from = Origin { name: reading.string(way.origin.start, way.origin.end), candidates };
            if let Some(degrees) = direction(reading, way) {
                statements.push(Statement::Bearing { from: from.clone(), degrees, sigma_degrees: 25.0 });
            }
            statements.push(Statement::DistanceFrom {
                from,
                km: rounded(km),
                sigma_km: rounded((km * 0.25).max(0.5)),
            });
        }
        (Amount::Hours(hours), Some(mention)) if (0.03..=72.0).contains(&hours) => {
            let (from, to) = reading.sentence(way.start);
            let flies = reading.markers_in(from, to).any(|marker| marker.role == Role::Plane);
            let mode = mode(reading, way, (from, to));
            if !flies || mode != Mode::Unknown {
                let candidates = reading.candidates(mention);
                let name = reading.string(way.origin.start, way.origin.end);
                let crossed = reading.markers.iter().any(|marker| marker.role == Role::Cross);
                statements.push(Statement::TravelTime {
                    from: Origin { name, candidates },
                    hours: rounded(hours),
                    mode,
                    border_crossed: crossed.then_some(true),
                });
            }
        }
        _ => {}
    }
    statements.into_iter().map(|says| reading.proposal(says, way.start, way.end, 'C', 3)).collect()
}

/// Whether somebody else's way is told, or one to home.
fn is_of_others(reading: &Reading<'_>, way: &Way<'_, '_>) -> bool {
    let clause = reading.clause(way.start);
    let first = reading.markers_in(clause.start, way.start.max(clause.start)).find(|marker| {
        matches!(
            marker.role,
            Role::Us | Role::UsAre | Role::Here | Role::Now | Role::Home | Role::Other | Role::Ask
        )
    });
    let asked = clause.asks
        && !reading.has(clause.start, clause.end, Role::Us)
        && !reading.has(clause.start, clause.end, Role::UsAre);
    asked || first.is_some_and(|marker| matches!(marker.role, Role::Home | Role::Other | Role::Ask))
}

fn is_border(reading: &Reading<'_>, way: &Way<'_, '_>) -> bool {
    let (start, end) = (way.start.saturating_sub(20), way.end + 20);
    reading.markers_in(start, end.min(reading.chars.len())).any(|marker| marker.role == Role::Border)
}

fn direction(reading: &Reading<'_>, way: &Way<'_, '_>) -> Option<f64> {
    let clause = reading.clause(way.origin.start);
    reading.markers_in(way.start, clause.end.max(way.end)).find_map(|marker| match marker.role {
        Role::Towards(degrees) if marker.end <= way.origin.start => Some(degrees),
        Role::TowardsAfter(degrees)
            if marker.start >= way.origin.end && reading.gap(way.origin.end, marker.start) <= 1.2 =>
        {
            Some(degrees)
        }
        _ => None,
    })
}

fn mode(reading: &Reading<'_>, way: &Way<'_, '_>, (from, to): (usize, usize)) -> Mode {
    let of = |role: Role| match role {
        Role::Road => Some(Mode::Road),
        Role::Boat => Some(Mode::Boat),
        Role::Foot => Some(Mode::Foot),
        _ => None,
    };
    let near = reading.markers_in(from, to).filter_map(|marker| of(marker.role).map(|mode| (mode, marker)));
    let distance = |start: usize| reading.gap(start.min(way.measure.start), start.max(way.measure.start));
    let mut best: Option<(Mode, f64)> = None;
    for (mode, marker) in near {
        let gap = distance(marker.start);
        if best.is_none_or(|best| gap < best.1) {
            best = Some((mode, gap));
        }
    }
    best.map_or(Mode::Unknown, |best| best.0)
}

/// To three digits: more was never said.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
