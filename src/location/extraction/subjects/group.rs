//! Names that stand side by side as one address.

use super::super::super::borders::Country;
use super::super::super::gazetteer::PlaceKind;
use super::super::super::geo::Point;
use super::super::reading::{Reading, Subject};

/// A name, or several that are one address.
pub struct Group<'r, 'a> {
    /// The name that says most.
    pub main: &'r Subject<'a>,
    /// Where the first begins.
    pub start: usize,
    /// Where the last ends.
    pub end: usize,
    /// The index of the first.
    pub first: usize,
    /// How sure one can be of the surest of them.
    pub confidence: f64,
}

/// Names that stand side by side as in an address: `KK Park, Myawaddy, Kayin State`, `缅甸妙瓦底KK园区`.
pub fn groups<'r, 'a>(reading: &'r Reading<'a>) -> Vec<Group<'r, 'a>> {
    let mut groups: Vec<Group<'r, 'a>> = Vec::new();
    for (index, subject) in reading.subjects.iter().enumerate() {
        let joined = groups.last_mut().filter(|group| is_one_address(reading, group, subject));
        if let Some(group) = joined {
            if closeness(subject) > closeness(group.main) {
                group.main = subject;
            }
            group.end = subject.end;
            group.confidence = group.confidence.max(subject.confidence());
        } else {
            let confidence = subject.confidence();
            groups.push(Group {
                main: subject,
                start: subject.start,
                end: subject.end,
                first: index,
                confidence,
            });
        }
    }
    groups
}

/// How closely a name says where somebody is: some areas are smaller than a town.
fn closeness(subject: &Subject<'_>) -> u8 {
    let first = subject.mention().and_then(|mention| mention.candidates.first());
    let is_small =
        first.is_some_and(|first| first.place.kind == PlaceKind::Area && first.place.sigma_m <= 20_000.0);
    if is_small { precision(PlaceKind::Village) } else { precision(subject.kind()) }
}

/// How closely a kind of place says where somebody is.
pub fn precision(kind: PlaceKind) -> u8 {
    match kind {
        PlaceKind::Country => 0,
        PlaceKind::Area | PlaceKind::River => 1,
        PlaceKind::Province => 2,
        PlaceKind::District => 3,
        PlaceKind::Island => 4,
        PlaceKind::Town => 5,
        PlaceKind::Commune | PlaceKind::Mountain => 6,
        PlaceKind::Village => 7,
        PlaceKind::Crossing
        | PlaceKind::Bridge
        | PlaceKind::Airport
        | PlaceKind::Station
        | PlaceKind::Landmark => 8,
        PlaceKind::Casino | PlaceKind::Compound => 9,
    }
}

/// How far apart the middles of a place and of one that holds it may be.
pub fn reach_m(kind: PlaceKind) -> f64 {
    match kind {
        PlaceKind::Country => 2_500_000.0,
        PlaceKind::Area | PlaceKind::Province => 250_000.0,
        PlaceKind::District | PlaceKind::Island => 80_000.0,
        _ => 40_000.0,
    }
}

fn is_one_address(reading: &Reading<'_>, group: &Group<'_, '_>, next: &Subject<'_>) -> bool {
    let between = reading.string(group.end, next.start);
    let blank = between.chars().all(|c| c.is_whitespace() || ",，、၊的-/".contains(c));
    let words = [
        "province",
        "state",
        "district",
        "city",
        "town",
        "in",
        "of",
        "township",
        "จังหวัด",
        "อำเภอ",
        "เมือง",
        "ประเทศ",
        "จ.",
        "อ.",
        "tỉnh",
        "núi",
        "khu",
        "khu vực",
        "phường",
        "quận",
        "ភ្នំ",
        "山",
        "huyện",
        "ខេត្ត",
        "ក្រុង",
        "ស្រុក",
        "ប្រទេស",
        "នៃប្រទេស",
        "မြို့",
        "ပြည်နယ်",
        "省",
        "市",
        "县",
        "镇",
        "在",
        "ที่",
        "ở",
    ];
    let word = between.trim().trim_matches(',').trim().to_lowercase();
    let known = words.contains(&word.as_str());
    if !(blank || known) || between.chars().count() > 14 {
        return false;
    }
    let (a, b) = (group.main.kind(), next.kind());
    let wide = if precision(a) < precision(b) { a } else { b };
    match (place(reading, group.main), place(reading, next)) {
        // Two of the same size in a row are a list, not an address, unless they are two names of one place.
        (Some((one, _)), Some((other, _))) if precision(a) == precision(b) => {
            one.distance_m(other) <= 6_000.0
        }
        (Some((one, _)), Some((other, _))) => one.distance_m(other) <= reach_m(wide),
        _ => is_in_nation(reading, group.main, next),
    }
}

/// The likeliest place of a name, and its country.
pub fn place(reading: &Reading<'_>, subject: &Subject<'_>) -> Option<(Point, Country)> {
    let candidates = reading.candidates(subject.mention()?);
    candidates.first().map(|first| (first.point, first.country))
}

/// Whether one is a country and the other is, or may be, a place in it.
fn is_in_nation(reading: &Reading<'_>, a: &Subject<'_>, b: &Subject<'_>) -> bool {
    let within = |nation: &Subject<'_>, other: &Subject<'_>| {
        nation.nation().is_some() && place(reading, other).map(|place| place.1) == nation.nation()
    };
    within(a, b) || within(b, a)
}
