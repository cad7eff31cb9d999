//! The map of where a team goes to: the ground, the stops and nothing else.

use super::frame::{self, Grid};
use super::labels::Placer;
use super::pen::Pen;
use super::view::{Rect, View};
use super::{MARGIN, SOURCES, answer, ground, open_sheet};
use crate::location::geo::Point;
use crate::location::map::route::{Route, Stop, StopKind};
use crate::location::map::words;
use crate::location::map::xml::Xml;

/// Upright, as a phone is held.
const SHEET: Rect = Rect::new(0.0, 0.0, 760.0, 860.0);
const MAP: Rect = Rect::new(64.0, 86.0, 680.0, 712.0);
/// From edge to edge at least: enough to know the place by what is around it.
const LEAST_M: f64 = 5_000.0;
/// A place that may be further off is shown as if it were not.
const FURTHEST_M: f64 = 100_000.0;
/// Half the width of what marks a stop.
const HALF: f64 = 8.0;

/// The route as a map: SVG, without anything that is fetched or run. Without a stop it is an empty sheet that says so.
#[must_use]
pub fn route_svg(route: &Route<'_>) -> String {
    let mut pen = Pen { xml: Xml::new() };
    pen.xml.line();
    let (title, note) = (route.title(), route.note());
    open_sheet(&mut pen, SHEET, &title, &note);
    pen.text("head", (MAP.x, 34.0), 22.0, &words::fitted(&title, 30.0));
    // A sentence to a line.
    for (line, sentence) in (0..2).map(f64::from).zip(note.split_inclusive(". ")) {
        pen.text("bestlabel", (MAP.x, 56.0 + 17.0 * line), 13.0, &words::fitted(sentence, 50.0));
    }
    pen.text("quiet", (MAP.x, SHEET.bottom() - 12.0), 10.0, SOURCES);
    let stops = route.shown();
    match View::around(&edges(&stops), MAP, MARGIN, LEAST_M) {
        Some(view) => map(&mut pen, route, &stops, &view),
        None => pen.text("middle", MAP.middle(), 14.0, "The plan names no place in numbers."),
    }
    pen.xml.finish()
}

/// The stops, and how far each may be off to all sides.
fn edges(stops: &[Stop]) -> Vec<Point> {
    let around = |stop: &Stop| {
        let (at, metres) =
            (stop.at, if stop.within_m.is_finite() { stop.within_m.min(FURTHEST_M) } else { 0.0 });
        [at].into_iter().chain([0.0, 90.0, 180.0, 270.0].map(|side| at.towards(side, metres)))
    };
    stops.iter().flat_map(around).collect()
}

fn map(pen: &mut Pen, route: &Route<'_>, stops: &[Stop], view: &View) {
    let grid = Grid::new(view);
    pen.within("farlight-route", MAP);
    let mut placer = Placer::new(MAP.grown(-3.0));
    frame::reserve(&mut placer, MAP);
    ground::draw(pen, &ground::land(route.borders, view), view);
    grid.draw_crosses(pen);
    // What matters most is drawn last and named first.
    for stop in stops.iter().rev() {
        draw_stop(pen, stop, view);
    }
    for stop in stops {
        placer.reserve(Rect::around(view.xy(stop.at), 2.0 * HALF, 2.0 * HALF));
    }
    for stop in stops {
        let class = if stop.kind == StopKind::Target { "bestlabel" } else { "badgelabel" };
        placer.beside(class, stop.name.clone(), 12.0, view.xy(stop.at), HALF + 3.0);
    }
    ground::write_countries(&mut placer, route.borders, view, 15.0);
    ground::write_towns(&mut placer, pen, route.towns, view);
    placer.labels.iter().for_each(|label| pen.label(label));
    frame::draw_scale(pen, view);
    frame::draw_north(pen, MAP);
    pen.end();
    grid.draw_edge(pen, MAP);
}

fn draw_stop(pen: &mut Pen, stop: &Stop, view: &View) {
    let dot = view.xy(stop.at);
    let radius = stop.within_m / view.metres();
    if radius > HALF && radius.is_finite() {
        pen.circle("error", dot, radius);
    }
    match stop.kind {
        StopKind::Target => answer::draw_best(pen, dot),
        StopKind::Site => answer::draw_site(pen, dot),
        StopKind::Waypoint => pen.circle("badge", dot, HALF * 0.75),
    }
}
