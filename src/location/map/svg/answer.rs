//! What the estimate says, on the map: regions, candidates, the best point.

use super::clues::Rings;
use super::labels::Placer;
use super::path::{self, Dot};
use super::pen::Pen;
use super::view::{Rect, View};
use crate::location::estimate::Region;
use crate::location::map::outline::{circle, solid};
use crate::location::map::{Drawing, words};

/// Half the width of a candidate's number.
pub(super) const BADGE: f64 = 9.0;

/// So many candidates have a number.
pub(super) const ROWS: usize = 8;

/// The class of a region's face and line.
pub(super) fn class(region: &Region) -> &'static str {
    match region.level {
        level if level < 0.65 => "region r50",
        level if level < 0.9 => "region r80",
        _ => "region r95",
    }
}

/// A region's rings on the sheet, smooth where its cells are small.
fn rings(region: &Region, view: &View) -> Vec<Vec<Dot>> {
    let all = solid(&region.polygons).into_iter().flatten();
    let on_sheet = all.map(|points| {
        let mut dots: Vec<Dot> = points.iter().map(|at| view.xy(*at)).collect();
        dots.pop();
        // A lone cell would shrink.
        if dots.len() > 12 { path::smooth(&dots) } else { dots }
    });
    let window = view.frame.grown(20.0);
    on_sheet
        .map(|dots| path::thin(&path::cut(dots, window), 0.35))
        .filter(|dots| dots.len() >= 3 && path::area(dots).abs() > 1.0)
        .collect()
}

/// Draws the regions, the largest first.
pub(super) fn draw_regions(pen: &mut Pen, regions: &[Region], view: &View) {
    for region in regions.iter().rev() {
        let mut data = String::new();
        rings(region, view).iter().for_each(|dots| path::write(&mut data, dots, true));
        pen.path(class(region), &data);
    }
}

/// A region that is larger can have its label on its line.
const LARGE: f64 = 90.0;
/// Where its largest part is smaller, a label there would seem to mean that part.
const SCATTERED: f64 = 12.0;
/// The size of its letters.
const SIZE: f64 = 12.0;

/// Writes level and area on the line of each region.
pub(super) fn write_regions(placer: &mut Placer, regions: &[Region], view: &View) {
    for region in regions {
        let largest = rings(region, view)
            .into_iter()
            .max_by(|a, b| path::area(a).abs().total_cmp(&path::area(b).abs()));
        let Some(dots) = largest else { continue };
        let text = format!("{}: {}", words::percent(region.level), words::area(region.area_km2));
        let span = |of: fn(&Dot) -> f64| {
            let values = dots.iter().map(of);
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            })
        };
        let ((west, east), (north, south)) = (span(|dot| dot.0), span(|dot| dot.1));
        let around = Rect::new(west, north, east - west, south - north);
        let across = around.width.max(around.height);
        if across < SCATTERED {
            continue;
        }
        if across > LARGE {
            // On the line itself, first where it is highest.
            let mut places = dots;
            places.sort_by(|a, b| a.1.total_cmp(&b.1));
            placer.write("regionlabel", text, SIZE, places.into_iter());
        } else {
            placer.beside("regionlabel", text, SIZE, around.middle(), across / 2.0 + 6.0);
        }
    }
}

/// The numbers of the candidates, the first on top, each at its place or beside it with a line to it.
pub(super) fn draw_candidates(pen: &mut Pen, placer: &mut Placer, drawing: &Drawing<'_>, view: &View) {
    let inside = view.frame.grown(-4.0);
    let mut badges: Vec<(usize, Dot, Option<Dot>)> = Vec::new();
    for candidate in drawing.candidates().iter().take(ROWS) {
        let dot = view.xy(candidate.at);
        if !inside.holds(dot) {
            continue;
        }
        let around = [16.0, 26.0, 38.0, 52.0, 70.0].into_iter().flat_map(|away| {
            (0..12).map(move |turn| {
                let angle = f64::from(turn) * std::f64::consts::FRAC_PI_6 - 0.8;
                (dot.0 + away * angle.cos(), dot.1 + away * angle.sin())
            })
        });
        let options = [dot].into_iter().chain(around);
        let found = placer.place(options.map(|middle| Rect::around(middle, 2.0 * BADGE, 2.0 * BADGE)));
        badges.push((candidate.number, dot, found.map(|rect| rect.middle())));
    }
    for (_, dot, badge) in badges.iter().rev() {
        if let Some(badge) = badge.filter(|badge| badge != dot) {
            pen.line("leader", &[*dot, badge], false);
        }
        pen.circle("spot", *dot, 2.5);
    }
    for (number, _, badge) in badges.iter().rev() {
        if let Some(badge) = badge {
            draw_badge(pen, *number, *badge);
        }
    }
}

/// A number in a circle.
pub(super) fn draw_badge(pen: &mut Pen, number: usize, at: Dot) {
    pen.circle("badge", at, BADGE);
    pen.text("middle badgelabel", (at.0, at.1 + 4.0), 11.0, &number.to_string());
}

/// The circle in which the truth lies on average.
pub(super) fn draw_error(pen: &mut Pen, drawing: &Drawing<'_>, view: &View) {
    let Some((at, metres)) = drawing.best().zip(drawing.error_m()) else { return };
    if metres / view.metres() < 4.0 {
        return;
    }
    let mut rings = Rings::default();
    if let Some(points) = circle(at, metres, 180) {
        rings.add(view, &points);
    }
    pen.path("error", &rings.data);
}

/// Takes the room of the best point, if it is in view.
pub(super) fn reserve_best(placer: &mut Placer, drawing: &Drawing<'_>, view: &View) -> Option<Dot> {
    let dot = view.xy(drawing.best()?);
    let shown = view.frame.grown(-4.0).holds(dot);
    if shown {
        placer.reserve(Rect::around(dot, 14.0, 14.0));
    }
    shown.then_some(dot)
}

/// The cross of the best point.
pub(super) fn draw_best(pen: &mut Pen, (x, y): Dot) {
    let mut cross = String::new();
    path::write(&mut cross, &[(x - 9.0, y), (x + 9.0, y)], false);
    path::write(&mut cross, &[(x, y - 9.0), (x, y + 9.0)], false);
    pen.path("best", &cross);
    pen.circle("best", (x, y), 4.5);
}

/// The diamond of a known site.
pub(super) fn draw_site(pen: &mut Pen, (x, y): Dot) {
    pen.line("site", &[(x, y - 4.0), (x + 4.0, y), (x, y + 4.0), (x - 4.0, y)], true);
}
