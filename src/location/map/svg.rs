//! The picture: a map with its legend on one landscape page.

mod answer;
mod clues;
mod frame;
mod ground;
mod inset;
mod labels;
mod path;
mod pen;
mod route;
mod side;
mod style;
mod symbols;
#[cfg(test)]
mod tests;
mod view;

use self::frame::Grid;
use self::inset::Inset;
use self::labels::Placer;
use self::path::Dot;
use self::pen::Pen;
pub use self::route::route_svg;
use self::view::{Rect, View};
use super::outline::solid;
use super::xml::Xml;
use super::{Drawing, NOTE, words};
use crate::location::borders::Outline;
use crate::location::geo::Point;

/// The proportions of A4 on its side.
const SHEET: Rect = Rect::new(0.0, 0.0, 1_120.0, 792.0);
const MAP: Rect = Rect::new(64.0, 60.0, 696.0, 680.0);
const SIDE: Rect = Rect::new(784.0, 60.0, 320.0, 692.0);
/// The part of the window that stays free at each edge; less where the window is wide anyway.
const MARGIN: f64 = 0.12;
const WIDE_MARGIN: f64 = 0.05;
const WIDE_M: f64 = 700_000.0;
/// A candidate that a reader will look for on the map.
const PROBABLE: f64 = 0.1;
/// Less than this around a pin would show nothing to know it by.
const LEAST_M: f64 = 1_200.0;

/// More sites than these are not drawn.
const MOST_SITES: usize = 1_000;

/// What the data asks of whoever shows it.
const SOURCES: &str =
    "Borders: © OpenStreetMap contributors (ODbL). Places: GeoNames (CC BY 4.0) and others.";

/// The estimate as a map: SVG, without anything that is fetched or run.
#[must_use]
pub fn svg(drawing: &Drawing<'_>) -> String {
    let mut pen = Pen { xml: Xml::new() };
    pen.xml.line();
    begin(&mut pen, drawing);
    if let Some(view) = window(drawing) {
        let scene = Scene { drawing, land: ground::land(drawing.borders, &view), view };
        let free = side::draw(&mut pen, &scene, SIDE);
        let inset = free.and_then(|free| Some((Inset::beside(drawing, &view, free)?, free)));
        map(&mut pen, &scene, inset.as_ref().and_then(|(inset, _)| inset.outline(&view)));
        if let Some((inset, frame)) = inset {
            side::draw_inset(&mut pen, drawing, &view, &inset, frame);
        }
    }
    pen.xml.finish()
}

/// What is drawn, and what of the earth is in view.
struct Scene<'a> {
    drawing: &'a Drawing<'a>,
    view: View,
    land: Vec<Outline>,
}

fn begin(pen: &mut Pen, drawing: &Drawing<'_>) {
    let (title, as_of) = (drawing.title(), words::clean(drawing.as_of, 60));
    let about = format!("{} {NOTE}", drawing.elsewhere());
    open_sheet(pen, SHEET, &format!("{title}: probable location, {as_of}"), &about);
    pen.text("head", (MAP.x, 34.0), 22.0, &words::fitted(&title, 24.0));
    let about = format!("Where the person probably is, as of {as_of}");
    pen.text("end", (SIDE.right(), 34.0), 14.0, &words::fitted(&about, 46.0));
    pen.text("quiet", (MAP.x, SHEET.bottom() - 12.0), 10.0, SOURCES);
}

/// Begins a document with an empty sheet.
fn open_sheet(pen: &mut Pen, sheet: Rect, title: &str, about: &str) {
    let [width, height] = [sheet.width, sheet.height].map(path::number);
    let box_ = format!("0 0 {width} {height}");
    let attributes = [
        ("xmlns", "http://www.w3.org/2000/svg"),
        ("viewBox", &*box_),
        ("width", &width),
        ("height", &height),
        ("role", "img"),
    ];
    pen.xml.open("svg", &attributes);
    pen.xml.text("title", &[], title);
    pen.xml.text("desc", &[], about);
    pen.xml.text("style", &[], style::CSS);
    pen.xml.line();
    pen.rect("paper", sheet);
}

/// Shows the 95% region, or what else there is.
fn window(drawing: &Drawing<'_>) -> Option<View> {
    let rings = drawing.estimate.regions.iter().flat_map(|region| solid(&region.polygons)).flatten();
    let mut points: Vec<Point> = rings.flatten().collect();
    points.extend(drawing.best());
    if let Some(view) = View::around(&points, MAP, MARGIN, LEAST_M) {
        let across_m = view.metres() * MAP.width;
        if across_m > WIDE_M {
            return View::around(&points, MAP, WIDE_MARGIN, WIDE_M);
        }
        // Where a probable site is listed belongs in the picture, although the clues may say better where it is.
        let best = drawing.best();
        let sites = drawing.candidates().into_iter().filter(|found| found.probability > PROBABLE);
        let near = sites.filter(|found| best.is_some_and(|best| best.distance_m(found.at) < across_m));
        points.extend(near.map(|found| found.at));
        return View::around(&points, MAP, MARGIN, LEAST_M);
    }
    // Nothing is known: the countries that are looked at.
    let region = [Point { lat: 5.0, lon: 92.0 }, Point { lat: 28.0, lon: 110.0 }];
    View::around(&region, MAP, WIDE_MARGIN, LEAST_M)
}

/// The map; `enlarged` is what the small one shows of it.
fn map(pen: &mut Pen, scene: &Scene<'_>, enlarged: Option<Rect>) {
    pen.within("farlight-map", MAP);
    let grid = Grid::new(&scene.view);
    let placer = contents(pen, scene, &grid, enlarged);
    placer.labels.iter().for_each(|label| pen.label(label));
    frame::draw_scale(pen, &scene.view);
    frame::draw_north(pen, MAP);
    pen.end();
    grid.draw_edge(pen, MAP);
}

/// Everything in the map but its labels, which found their places on the way: what matters most came first.
fn contents(pen: &mut Pen, scene: &Scene<'_>, grid: &Grid, enlarged: Option<Rect>) -> Placer {
    let Scene { drawing, view, land } = scene;
    let regions = &drawing.estimate.regions;
    let mut placer = Placer::new(MAP.grown(-3.0));
    frame::reserve(&mut placer, MAP);
    ground::draw(pen, land, view);
    grid.draw_crosses(pen);
    let along = clues::draw_shapes(pen, drawing.marks(), land, view);
    answer::draw_regions(pen, regions, view);
    answer::draw_error(pen, drawing, view);
    shown_sites(drawing, view).for_each(|dot| answer::draw_site(pen, dot));
    let best = answer::reserve_best(&mut placer, drawing, view);
    let named = clues::draw_symbols(pen, &mut placer, drawing.marks(), &along, view);
    answer::draw_candidates(pen, &mut placer, drawing, view);
    if let Some(rect) = enlarged {
        pen.rect("here around", rect);
    }
    if let Some(dot) = best {
        answer::draw_best(pen, dot);
        placer.beside("bestlabel", "best point".to_owned(), 11.0, dot, 12.0);
    }
    answer::write_regions(&mut placer, regions, view);
    ground::write_countries(&mut placer, drawing.borders, view, 15.0);
    clues::write_labels(&mut placer, named);
    ground::write_towns(&mut placer, pen, drawing.towns, view);
    placer
}

/// The organisation's sites in view that have no number.
fn shown_sites<'a>(drawing: &'a Drawing<'_>, view: &'a View) -> impl Iterator<Item = Dot> {
    let named = drawing.estimate.candidates.iter().take(answer::ROWS);
    let numbered: Vec<u128> = named.filter_map(|candidate| candidate.site).collect();
    let others = drawing.sites.iter().take(MOST_SITES).filter(move |site| !numbered.contains(&site.id));
    let dots = others.filter_map(|site| super::on_earth(site.at)).map(|at| view.xy(at));
    dots.filter(|dot| MAP.grown(-4.0).holds(*dot))
}
