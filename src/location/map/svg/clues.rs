//! The clues on the map.

use super::labels::Placer;
use super::path::{self, Dot};
use super::pen::Pen;
use super::symbols;
use super::view::{Rect, View};
use crate::location::borders::Outline;
use crate::location::geo::Point;
use crate::location::map::mark::{Mark, Shape};
use crate::location::map::outline::{circle, drawable, faces};
use crate::location::map::{on_earth, words};

/// So many labels at most: more would say nothing.
const MOST_LABELS: usize = 12;

/// Corners that make a circle round to the eye.
fn corners(view: &View, metres: f64) -> u32 {
    let dots = (metres / view.metres()).max(1.0);
    // A corner may be off by a quarter of a dot; a million suffices for whoever looks at 2 km of a circle of 5,000.
    let count = std::f64::consts::PI / (0.5 / dots).min(1.0).sqrt();
    (count as u32).clamp(16, 6_000)
}

/// More of the map than this is not shaded: a shade over everything tells nothing apart.
const MOST_SHADED: f64 = 0.5;
/// Around smaller islands a line would be a blot, in square dots.
const SMALLEST_ISLAND: f64 = 60.0;

/// Rings of a shape in view.
#[derive(Default)]
pub(super) struct Rings {
    /// As a path.
    pub(super) data: String,
    /// Square dots within, holes taken off.
    area: f64,
    /// Dots along the lines in view, where a symbol can stand.
    along: Vec<Dot>,
}

impl Rings {
    /// Adds a ring, cut to what is in view and a little more.
    pub(super) fn add(&mut self, view: &View, points: &[Point]) {
        // Its first point comes again at the end.
        let open = points.split_last().map_or(points, |(_, rest)| rest);
        self.add_dots(view, open.iter().map(|at| view.xy(*at)).collect());
    }

    fn add_dots(&mut self, view: &View, dots: Vec<Dot>) {
        let cut = path::cut(dots, view.frame.grown(20.0));
        if cut.len() >= 3 {
            self.area += path::area(&cut);
            path::write(&mut self.data, &path::thin(&cut, 0.2), true);
            self.add_along(view, &cut);
        }
    }

    fn add_along(&mut self, view: &View, dots: &[Dot]) {
        let inside = view.frame.grown(-2.0 * symbols::HALF);
        for (a, b) in dots.iter().zip(dots.iter().skip(1)) {
            let steps = ((b.0 - a.0).hypot(b.1 - a.1) / APART).clamp(1.0, 100.0) as u32;
            let between = (0..steps).map(|step| f64::from(step) / f64::from(steps));
            let places = between.map(|part| (a.0 + part * (b.0 - a.0), a.1 + part * (b.1 - a.1)));
            self.along.extend(places.filter(|dot| inside.holds(*dot)));
        }
    }

    fn add_faces(&mut self, view: &View, shape: &Shape, metres: f64) {
        for face in faces(shape, corners(view, metres)) {
            face.iter().for_each(|points| self.add(view, points));
        }
    }

    fn shade(&self, pen: &mut Pen, view: &View) {
        if self.area.abs() < MOST_SHADED * view.frame.width * view.frame.height {
            pen.path("reach", &self.data);
        }
    }
}

/// Faces and lines of all clues, under everything else that is said of them. Tells for each where along its lines a
/// symbol can stand.
pub(super) fn draw_shapes<'a>(
    pen: &mut Pen,
    marks: impl Iterator<Item = &'a Mark>,
    land: &[Outline],
    view: &View,
) -> Vec<Vec<Dot>> {
    let mut along = Vec::new();
    for mark in marks {
        let (reach, rim) = shape(mark, land, view);
        reach.shade(pen, view);
        if let Shape::Country { within_km: Some(km), .. } = mark.shape {
            draw_near(pen, view, km, &rim.data);
        }
        pen.path(if mark.confirmed { "rim" } else { "rim guess" }, &rim.data);
        along.push(rim.along);
    }
    along
}

/// Whether any of a clue can be seen.
pub(super) fn is_in_view(mark: &Mark, land: &[Outline], view: &View) -> bool {
    let places = mark.places();
    places.iter().any(|at| view.frame.holds(view.xy(*at))) || !shape(mark, land, view).1.along.is_empty()
}

/// The faces to shade and the lines to draw.
fn shape(mark: &Mark, land: &[Outline], view: &View) -> (Rings, Rings) {
    let (mut reach, mut rim) = (Rings::default(), Rings::default());
    match &mark.shape {
        Shape::Spots(spots) => {
            // A circle no larger than the symbol would only smudge it.
            for spot in spots.iter().filter(|spot| spot.accuracy_m / view.metres() > symbols::HALF) {
                if let Some(points) = circle(spot.at, spot.accuracy_m, corners(view, spot.accuracy_m)) {
                    reach.add(view, &points);
                }
            }
        }
        Shape::Ring { km, between_km, .. } => {
            reach.add_faces(view, &mark.shape, between_km.1 * 1_000.0);
            for at in mark.places() {
                if let Some(points) = circle(at, km * 1_000.0, corners(view, km * 1_000.0)) {
                    rim.add(view, &points);
                }
            }
        }
        Shape::Disc { radius_km: km, .. } | Shape::Sector { reach_km: km, .. } => {
            reach.add_faces(view, &mark.shape, km * 1_000.0);
        }
        Shape::Area(ring) => reach.add_faces(view, &mark.shape, ring.radius_m()),
        Shape::Band { lines, sigma_km } => band(view, lines, *sigma_km, &mut reach, &mut rim),
        Shape::Country { country, .. } => {
            for outline in land.iter().filter(|outline| outline.country == *country) {
                let dots: Vec<Dot> = outline.ring.iter().map(|at| view.xy(*at)).collect();
                if path::area(&dots).abs() > SMALLEST_ISLAND {
                    path::write(&mut rim.data, &dots, true);
                    rim.add_along(view, &dots);
                }
            }
        }
        Shape::Nowhere => {}
    }
    let is_face =
        matches!(mark.shape, Shape::Spots(_) | Shape::Disc { .. } | Shape::Area(_) | Shape::Sector { .. });
    if is_face {
        rim = Rings { data: reach.data.clone(), along: std::mem::take(&mut reach.along), area: 0.0 };
    }
    (reach, rim)
}

/// A broad line along a country's edge, where it leaves some of the map free.
fn draw_near(pen: &mut Pen, view: &View, within_km: f64, rim: &str) {
    let Some(metres) = drawable(within_km * 1_000.0) else { return };
    let width = 2.0 * metres / view.metres();
    if rim.is_empty() || width > MOST_SHADED * view.frame.width {
        return;
    }
    // As a style, for the style sheet would win over an attribute.
    let style = format!("stroke-width:{};stroke-opacity:.1", path::number(width));
    pen.xml.empty("path", &[("class", "rim"), ("d", rim), ("style", &style)]);
    pen.xml.line();
}

/// Lines with so much room to either side.
fn band(view: &View, lines: &[Vec<Point>], sigma_km: f64, reach: &mut Rings, rim: &mut Rings) {
    for line in lines {
        let dots: Vec<Dot> = line.iter().copied().filter_map(on_earth).map(|at| view.xy(at)).collect();
        // Far dots may be anything, but steps of a path must stay small.
        let near = |dot: &Dot| dot.0.abs() < 1e7 && dot.1.abs() < 1e7;
        if dots.len() < 2 || !dots.iter().all(near) {
            continue;
        }
        path::write(&mut rim.data, &dots, false);
        // There and back is a ring.
        let ring = dots.iter().chain(dots.iter().rev()).copied().collect();
        rim.add_along(view, &path::cut(ring, view.frame.grown(20.0)));
        let Some(metres) = drawable(sigma_km * 1_000.0) else { continue };
        let wide = metres / view.metres();
        let side = |wide: f64| dots.iter().map(move |(x, y)| (x + wide, *y));
        reach.add_dots(view, side(-wide).chain(side(wide).rev()).collect());
    }
}

/// Dots between the places for symbols along a line.
const APART: f64 = 16.0;

/// Symbols where clues are, in view and not twice at one dot, and on lines that are not known by them.
pub(super) fn draw_symbols<'a>(
    pen: &mut Pen,
    placer: &mut Placer,
    marks: impl Iterator<Item = &'a Mark>,
    along: &[Vec<Dot>],
    view: &View,
) -> Vec<(String, Dot)> {
    let inside = view.frame.grown(-symbols::HALF);
    let mut drawn: Vec<(Mark, Dot)> = Vec::new();
    let mut named = Vec::new();
    let mut unknown = Vec::new();
    for (mark, along) in marks.zip(along) {
        let before = drawn.len();
        for at in mark.places() {
            let dot = view.xy(at);
            let same = |(other, there): &(Mark, Dot)| {
                other.kind == mark.kind
                    && other.confirmed == mark.confirmed
                    && (there.0 - dot.0).hypot(there.1 - dot.1) < 3.0
            };
            if !inside.holds(dot) || drawn.iter().any(same) {
                continue;
            }
            symbols::draw(pen, mark.kind, mark.confirmed, dot);
            placer.reserve(Rect::around(dot, 2.0 * symbols::HALF, 2.0 * symbols::HALF));
            let plain = Mark { label: String::new(), shape: Shape::Nowhere, ..mark.clone() };
            drawn.push((plain, dot));
            named.push((mark.name(), dot));
        }
        if drawn.len() == before || matches!(mark.shape, Shape::Ring { .. }) {
            unknown.push((mark, along));
        }
    }
    for (mark, along) in unknown {
        named.extend(draw_on_line(pen, placer, mark, along, view).map(|dot| (mark.name(), dot)));
    }
    named
}

/// A symbol on a line, away from the middle of the map, where most is.
fn draw_on_line(pen: &mut Pen, placer: &mut Placer, mark: &Mark, along: &[Dot], view: &View) -> Option<Dot> {
    let middle = view.frame.middle();
    let away = |dot: &Dot| (dot.0 - middle.0).hypot(dot.1 - middle.1);
    let mut places = along.to_vec();
    places.sort_by(|a, b| away(b).total_cmp(&away(a)));
    let wide = 2.0 * symbols::HALF + 4.0;
    let dot = placer.place(places.into_iter().map(|dot| Rect::around(dot, wide, wide)))?.middle();
    pen.circle("paper", dot, symbols::HALF + 2.0);
    symbols::draw(pen, mark.kind, mark.confirmed, dot);
    Some(dot)
}

/// The labels of clues, as far as there is room.
pub(super) fn write_labels(placer: &mut Placer, named: Vec<(String, Dot)>) {
    let mut written = 0;
    for (name, dot) in named.into_iter().filter(|(name, _)| !name.is_empty()) {
        if written >= MOST_LABELS {
            break;
        }
        let text = words::fitted(&name, 16.0);
        written += usize::from(placer.beside("cluelabel", text, 10.0, dot, symbols::HALF + 3.0));
    }
}
