//! Telephone networks: whose signal a phone has tells a country, and near a border which side the mast stands on.

use super::frame::{Frame, frame};
use super::lexicon::Role;
use super::numbers::plain_digit;
use super::reading::{Reading, Subject};
use super::{Proposal, Statement};

/// The mobile country codes of the region, with the country and its telephone code.
const CODES: [(&str, &str, u16); 8] = [
    ("TH", "66", 520),
    ("MM", "95", 414),
    ("KH", "855", 456),
    ("LA", "856", 457),
    ("VN", "84", 452),
    ("PH", "63", 515),
    ("MY", "60", 502),
    ("CN", "86", 460),
];

/// The proposals that networks make, one for each country.
pub fn proposals(reading: &Reading<'_>) -> Vec<Proposal> {
    let mut found: Vec<Proposal> = Vec::new();
    let all = named(reading).into_iter().chain(of_nations(reading)).chain(dialled(reading));
    for (start, end, mcc, mnc) in all {
        let known =
            |known: &Proposal| matches!(known.says, Statement::Cell { mcc: other, .. } if other == mcc);
        if !found.iter().any(known) {
            found.push(reading.proposal(Statement::Cell { mcc, mnc }, start, end, 'C', 4));
        }
    }
    found
}

type Hit = (usize, usize, u16, Option<u16>);

/// Networks by their names.
fn named(reading: &Reading<'_>) -> Vec<Hit> {
    let networks = reading.networks.iter().filter(|(start, end, _, _, confidence)| {
        let (signal, sim) = said(reading, *start, *end);
        is_here(reading, *start, *end) && (signal || sim || *confidence > 0.9)
    });
    let mut hits: Vec<Hit> = Vec::new();
    for (start, end, mcc, mnc, _) in networks {
        // A name that networks of two countries have is that of a country that the text names, or the first.
        match hits.iter_mut().find(|hit| hit.0 < *end && *start < hit.1) {
            Some(hit) if is_named(reading, *mcc) => *hit = (*start, *end, *mcc, *mnc),
            Some(_) => {}
            None => hits.push((*start, *end, *mcc, *mnc)),
        }
    }
    hits
}

/// Whether the text names the country of a code.
fn is_named(reading: &Reading<'_>, mcc: u16) -> bool {
    let country = CODES.iter().find(|code| code.2 == mcc).map(|code| code.0);
    reading.subjects.iter().filter_map(Subject::nation).any(|nation| Some(nation.code()) == country)
}

/// `Thai signal`, `SIM Campuchia`.
fn of_nations(reading: &Reading<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for subject in &reading.subjects {
        let Some(country) = subject.nation() else { continue };
        let Some(code) = CODES.iter().find(|code| code.0 == country.code()) else { continue };
        let clause = reading.clause(subject.start);
        let near = reading.markers_in(clause.start, clause.end).find(|marker| {
            let after = marker.start >= subject.end && reading.gap(subject.end, marker.start) <= 1.5;
            let before = marker.end <= subject.start && reading.gap(marker.end, subject.start) <= 5.0;
            matches!(marker.role, Role::Signal | Role::Sim) && (after || before)
        });
        if let Some(marker) = near
            && is_here(reading, subject.start, subject.end)
        {
            hits.push((subject.start.min(marker.start), subject.end.max(marker.end), code.2, None));
        }
    }
    hits
}

/// `+855` beside a word for a card or a number.
fn dialled(reading: &Reading<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (at, _) in reading.chars.iter().enumerate().filter(|(_, c)| **c == '+' || **c == '＋') {
        let rest = reading.chars.get(at + 1..).unwrap_or_default();
        let digits: String = rest
            .iter()
            .take(4)
            .map_while(|c| plain_digit(*c))
            .filter_map(|digit| char::from_digit(digit, 10))
            .collect();
        let code = CODES
            .iter()
            .find(|code| digits.starts_with(code.1) && (digits.len() == code.1.len() || code.1.len() == 3));
        let Some(code) = code else { continue };
        let end = at + 1 + code.1.len();
        let (_, sim) = said(reading, at, end);
        if sim && is_here(reading, at, end) {
            hits.push((at, end, code.2, None));
        }
    }
    hits
}

/// Whether a signal, and whether a card is spoken of in the same clause.
fn said(reading: &Reading<'_>, start: usize, end: usize) -> (bool, bool) {
    let clause = reading.clause(start);
    let near = |role: Role| {
        reading.markers_in(clause.start, clause.end).any(|marker| {
            marker.role == role
                && (reading.gap(marker.end.min(start), start) <= 8.0
                    && reading.gap(end, marker.start.max(end)) <= 8.0)
        })
    };
    (near(Role::Signal), near(Role::Sim))
}

/// Whether it is the network that they have, and no other's and none that they lack.
fn is_here(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    let clause = reading.clause(start);
    let denied = reading
        .markers_in(clause.start, clause.end)
        .any(|marker| matches!(marker.role, Role::Not | Role::NotAfter));
    // `Thai signal` is a thing that carries the name of a country: only what is said before it counts.
    let framed = frame(reading, start, start);
    let elsewhere = matches!(framed, Frame::Past)
        || matches!(framed, Frame::Elsewhere | Frame::Other) && !is_thing(reading, end);
    !denied && !elsewhere && !lacks(reading, start)
}

fn is_thing(reading: &Reading<'_>, end: usize) -> bool {
    let clause = reading.clause(end);
    reading.markers_in(end.saturating_sub(1), clause.end).any(|marker| marker.role == Role::ThingAfter)
        || reading.markers_in(clause.start, end).any(|marker| marker.role == Role::ThingBefore)
}

/// `no Thai signal`.
fn lacks(reading: &Reading<'_>, start: usize) -> bool {
    let from = start.saturating_sub(14);
    let before = reading.string(from, start).to_lowercase();
    ["no ", "without ", "没有", "没", "無", "ไม่มี", "không có", "គ្មាន", "អត់មាន", "lost "]
        .iter()
        .any(|word| before.contains(word))
}
