//! The small map beside the large one: the surroundings of a small area, or the core of a large one.

use super::labels::Placer;
use super::path::Dot;
use super::pen::Pen;
use super::view::{Rect, View};
use super::{LEAST_M, answer, ground};
use crate::location::geo::Point;
use crate::location::map::outline::{region_for, solid};
use crate::location::map::{Drawing, words};

/// The clip path of the small map.
const ID: &str = "farlight-inset";
/// The core is drawn apart where it is less than this part of the map.
const SMALL: f64 = 0.2;
/// A window in the other map is drawn no smaller: it would not be found.
const LEAST_WINDOW: f64 = 10.0;

/// What the small map shows.
pub(super) enum Inset {
    /// Where on earth the map is.
    Surroundings(View),
    /// Where most of the probability is.
    Core(View),
}

impl Inset {
    /// What helps beside a map; nothing where that is neither too small nor too large to be understood.
    pub(super) fn beside(drawing: &Drawing<'_>, view: &View, frame: Rect) -> Option<Self> {
        let across_m = view.frame.width * view.metres();
        // Wide enough to know the coast by.
        let wide_m = (across_m * 3.0).clamp(900_000.0, 2_200_000.0);
        if across_m * 1.4 < wide_m {
            let middle = view.at(view.frame.middle());
            return View::around(&[middle], frame, 0.0, wide_m).map(Self::Surroundings);
        }
        let core = core(drawing);
        let inset = View::around(&core, frame, 0.2, LEAST_M)?;
        (inset.metres() * frame.width < across_m * SMALL).then_some(Self::Core(inset))
    }

    /// What is written over it.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Surroundings(_) => "Where this is".to_owned(),
            Self::Core(view) => {
                let across = words::length(view.frame.width * view.metres());
                format!("Enlarged: the frame, {across} across")
            }
        }
    }

    /// Draws it.
    pub(super) fn draw(&self, pen: &mut Pen, drawing: &Drawing<'_>, map: &View) {
        let (Self::Surroundings(view) | Self::Core(view)) = self;
        pen.within(ID, view.frame);
        let mut placer = Placer::new(view.frame.grown(-2.0));
        ground::draw(pen, &ground::land(drawing.borders, view), view);
        match self {
            Self::Surroundings(_) => {
                let window = window(map, view);
                placer.reserve(window.grown(2.0));
                ground::write_countries(&mut placer, drawing.borders, view, 9.5);
                pen.rect("here", window);
            }
            Self::Core(_) => {
                answer::draw_regions(pen, &drawing.estimate.regions, view);
                answer::draw_candidates(pen, &mut placer, drawing, view);
                ground::write_towns(&mut placer, pen, drawing.towns, view);
                ground::write_countries(&mut placer, drawing.borders, view, 9.5);
            }
        }
        placer.labels.iter().for_each(|label| pen.label(label));
        pen.end();
        pen.rect("frame", view.frame);
    }

    /// On the large map, the frame around what is enlarged.
    pub(super) fn outline(&self, map: &View) -> Option<Rect> {
        match self {
            Self::Surroundings(_) => None,
            Self::Core(view) => Some(window(view, map)),
        }
    }
}

/// The region of 50%, or of it the part around the best candidate where it is scattered.
fn core(drawing: &Drawing<'_>) -> Vec<Point> {
    let Some(region) = region_for(drawing.estimate, 0.5) else { return Vec::new() };
    let faces = solid(&region.polygons);
    let Some(top) = drawing.candidates().first().map(|candidate| candidate.at) else {
        return faces.into_iter().flatten().flatten().collect();
    };
    let near = |face: &&Vec<Vec<Point>>| face.iter().flatten().any(|at| at.distance_m(top) < NEAR_M);
    let mut points: Vec<Point> = faces.iter().filter(near).flatten().flatten().copied().collect();
    points.push(top);
    points
}

/// Faces farther from the best candidate are another place.
const NEAR_M: f64 = 40_000.0;

/// One view's window in another.
fn window(of: &View, on: &View) -> Rect {
    let corner = |dot: Dot| on.xy(of.at(dot));
    let (a, b) = (corner((of.frame.x, of.frame.y)), corner((of.frame.right(), of.frame.bottom())));
    let middle = ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
    Rect::around(middle, (b.0 - a.0).abs().max(LEAST_WINDOW), (b.1 - a.1).abs().max(LEAST_WINDOW))
}
