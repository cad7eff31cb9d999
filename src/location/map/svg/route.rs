//! The map of where a team goes to: the ground, the stops and nothing else.

use super::frame::{self, Grid};
use super::labels::Placer;
use super::pen::Pen;
use super::view::{Rect, View};
use super::{LEAST_M, MARGIN, SOURCES, answer, ground, open_sheet};
use crate::location::map::route::{Route, Stop, StopKind};
use crate::location::map::words;
use crate::location::map::xml::Xml;

/// Upright, as a phone is held.
const SHEET: Rect = Rect::new(0.0, 0.0, 760.0, 860.0);
const MAP: Rect = Rect::new(64.0, 86.0, 680.0, 712.0);
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
    pen.text("bestlabel", (MAP.x, 60.0), 13.0, &words::fitted(&note, 52.0));
    pen.text("quiet", (MAP.x, SHEET.bottom() - 12.0), 10.0, SOURCES);
    let stops = route.shown();
    let points: Vec<_> = stops.iter().map(|stop| stop.at).collect();
    match View::around(&points, MAP, MARGIN, LEAST_M) {
        Some(view) => map(&mut pen, route, &stops, &view),
        None => pen.text("middle", MAP.middle(), 14.0, "The plan names no place in numbers."),
    }
    pen.xml.finish()
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
