//! Land, borders, and the names by which a reader finds the way.

use super::labels::Placer;
use super::path::{self, Dot};
use super::pen::Pen;
use super::view::{Rect, View};
use crate::location::borders::{Borders, Country, Outline};
use crate::location::gazetteer::{Place, PlaceKind};
use crate::location::map::words;

/// Dots by which lines may be off.
const DETAIL: f64 = 0.7;
/// Smaller islands are not drawn, in square dots.
const SMALLEST: f64 = 3.0;
/// So many towns at most.
const MOST_TOWNS: usize = 24;

/// The countries in view.
pub(super) fn land(borders: &Borders, view: &View) -> Vec<Outline> {
    // Beyond the frame, so that the cuts at the edge are not seen.
    let (south_west, north_east) = view.corners(24.0);
    borders.outlines(south_west, north_east, view.metres() * DETAIL)
}

/// Sea and land with coasts and borders.
pub(super) fn draw(pen: &mut Pen, outlines: &[Outline], view: &View) {
    let mut land = String::new();
    for outline in outlines {
        let ring: Vec<Dot> = outline.ring.iter().map(|at| view.xy(*at)).collect();
        if path::area(&ring).abs() > SMALLEST {
            path::write(&mut land, &ring, true);
        }
    }
    pen.rect("sea", view.frame);
    pen.path("land", &land);
}

/// The name of a country in English.
pub(super) fn country_name(country: Country) -> String {
    let name = match country.code() {
        "BD" => "Bangladesh",
        "BN" => "Brunei",
        "CN" => "China",
        "HK" => "Hong Kong",
        "ID" => "Indonesia",
        "IN" => "India",
        "KH" => "Cambodia",
        "LA" => "Laos",
        "MM" => "Myanmar",
        "MO" => "Macau",
        "MY" => "Malaysia",
        "PH" => "Philippines",
        "SG" => "Singapore",
        "TH" => "Thailand",
        "TW" => "Taiwan",
        "VN" => "Vietnam",
        code => code,
    };
    name.to_owned()
}

/// Steps from edge to edge in which land is looked at for names.
const STEPS: u32 = 26;

/// A country in fewer places than these is not named.
const FEWEST: usize = 4;

/// Writes the names of the countries in view, each where it has most room.
pub(super) fn write_countries(placer: &mut Placer, borders: &Borders, view: &View, size: f64) {
    let frame = view.frame;
    let mut looked: Vec<(Dot, Option<Country>)> = Vec::new();
    for row in 0..STEPS {
        for column in 0..STEPS {
            let part = |step: u32| (f64::from(step) + 0.5) / f64::from(STEPS);
            let dot = (frame.x + part(column) * frame.width, frame.y + part(row) * frame.height);
            looked.push((dot, borders.country(view.at(dot))));
        }
    }
    let mut countries: Vec<Country> = looked.iter().filter_map(|(_, country)| *country).collect();
    countries.sort();
    countries.dedup();
    for country in countries {
        // A speck or a corner needs no name.
        if looked.iter().filter(|(_, of)| *of == Some(country)).count() < FEWEST {
            continue;
        }
        let mut own: Vec<(Dot, f64)> = looked
            .iter()
            .filter(|(_, of)| *of == Some(country))
            .map(|(dot, _)| (*dot, room(&looked, frame, *dot, country)))
            .collect();
        own.sort_by(|a, b| b.1.total_cmp(&a.1));
        let most = own.first().map_or(0.0, |(_, room)| *room);
        let size = if most < 4.0 * size { size * 0.8 } else { size };
        let name = country_name(country).to_uppercase();
        placer.write("country", name, size, own.into_iter().map(|(dot, _)| dot));
    }
}

/// Dots to the nearest place that is not of the country, or to the edge.
fn room(looked: &[(Dot, Option<Country>)], frame: Rect, dot: Dot, country: Country) -> f64 {
    let edge = (dot.0 - frame.x).min(frame.right() - dot.0).min(dot.1 - frame.y).min(frame.bottom() - dot.1);
    let others = looked.iter().filter(|(_, of)| *of != Some(country));
    // Names are wider than high.
    others.map(|(other, _)| ((other.0 - dot.0) * 0.6).hypot(other.1 - dot.1)).fold(edge, f64::min)
}

/// How much a reader is helped by a place, where so many metres are in view; nothing where it would mislead.
fn importance(place: &Place<'_>, across_m: f64) -> Option<u32> {
    let least = if across_m > 900_000.0 {
        100_000
    } else if across_m > 300_000.0 {
        15_000
    } else if across_m > 60_000.0 {
        1_000
    } else {
        0
    };
    let worth = match place.kind {
        PlaceKind::Town => place.population.max(500),
        PlaceKind::Village => place.population,
        PlaceKind::Crossing | PlaceKind::Airport if across_m < 120_000.0 => 5_000,
        PlaceKind::Bridge | PlaceKind::Landmark | PlaceKind::Station if across_m < 60_000.0 => 900,
        _ => return None,
    };
    // An entry that may lie elsewhere in the window is no landmark.
    let is_sure =
        matches!(place.kind, PlaceKind::Town | PlaceKind::Village) || place.sigma_m < across_m / 20.0;
    (worth >= least && is_sure).then_some(worth)
}

/// Marks and names the most important towns, as far as there is room.
pub(super) fn write_towns(placer: &mut Placer, pen: &mut Pen, towns: &[Place<'_>], view: &View) {
    let across_m = view.frame.width * view.metres();
    let inside = view.frame.grown(-6.0);
    let mut all: Vec<(u32, Dot, String)> = Vec::new();
    for town in towns {
        let dot = view.xy(town.point);
        let Some(worth) = importance(town, across_m).filter(|_| inside.holds(dot)) else { continue };
        all.push((worth, dot, words::fitted(&words::clean(town.name, 40), 18.0)));
    }
    all.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.2.cmp(&b.2)).then(a.1.0.total_cmp(&b.1.0)));
    let mut written: Vec<(String, Dot)> = Vec::new();
    for (worth, dot, name) in all {
        if written.len() >= MOST_TOWNS {
            break;
        }
        let twice = |(other, at): &(String, Dot)| {
            (at.0 - dot.0).hypot(at.1 - dot.1) < if *other == name { 60.0 } else { 14.0 }
        };
        let size = if worth >= 500_000 { 12.0 } else { 10.5 };
        if name.is_empty() || written.iter().any(twice) {
            continue;
        }
        if placer.beside("town", name.clone(), size, dot, 5.0) {
            placer.reserve(Rect::around(dot, 6.0, 6.0));
            pen.rect("dot", Rect::around(dot, 4.0, 4.0));
            written.push((name, dot));
        }
    }
}
