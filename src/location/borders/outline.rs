//! Outlines for drawing: thinned and cut to a window.

use super::atlas::{Atlas, Corner, SCALE, Step};
use super::{Country, Outline};
use crate::location::geo::Point;

/// A rectangle in units of the atlas.
#[derive(Clone, Copy)]
pub(super) struct Window {
    /// Its western edge.
    pub(super) west: f64,
    /// Its southern edge.
    pub(super) south: f64,
    /// Its eastern edge.
    pub(super) east: f64,
    /// Its northern edge.
    pub(super) north: f64,
}

/// The rings that reach into a window, without detail below a length in units of the atlas.
pub(super) fn outlines(atlas: &Atlas, window: Window, detail: f64) -> Vec<Outline> {
    let lines: Vec<Option<Vec<Corner>>> = vec![None; atlas.lines.len()];
    let mut drawing = Drawing { atlas, lines, detail };
    let mut found = Vec::new();
    for (country, rings) in atlas.countries.iter().zip(&atlas.rings) {
        found.extend(rings.iter().filter_map(|ring| drawing.ring(*country, ring, window)));
    }
    found
}

/// Lines are thinned once, so that neighbours stay seamless.
struct Drawing<'a> {
    atlas: &'a Atlas,
    lines: Vec<Option<Vec<Corner>>>,
    detail: f64,
}

impl Drawing<'_> {
    fn ring(&mut self, country: Country, steps: &[Step], window: Window) -> Option<Outline> {
        let mut corners: Vec<(f64, f64)> = Vec::new();
        for step in steps {
            let line = self.thinned(*step);
            corners.extend(
                line.iter().take(line.len().saturating_sub(1)).map(|&(x, y)| (f64::from(x), f64::from(y))),
            );
        }
        let span = |values: &dyn Fn(&(f64, f64)) -> f64| {
            corners.iter().map(values).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            })
        };
        let ((west, east), (south, north)) = (span(&|c| c.0), span(&|c| c.1));
        let outside =
            west > window.east || east < window.west || south > window.north || north < window.south;
        let too_small = (east - west).max(north - south) < self.detail;
        if corners.len() < 3 || outside || too_small {
            return None;
        }
        let ring: Vec<Point> =
            cut(corners, window).into_iter().filter_map(|(x, y)| Point::new(y / SCALE, x / SCALE)).collect();
        (ring.len() >= 3).then_some(Outline { country, ring })
    }

    fn thinned(&mut self, step: Step) -> Vec<Corner> {
        let mut line = match self.lines.get(step.line) {
            Some(Some(line)) => line.clone(),
            _ => {
                let forwards = Step { backwards: false, ..step };
                let line = thin(&self.atlas.walk(forwards), self.detail);
                if let Some(slot) = self.lines.get_mut(step.line) {
                    *slot = Some(line.clone());
                }
                line
            }
        };
        if step.backwards {
            line.reverse();
        }
        line
    }
}

/// Douglas and Peucker: keeps each corner without which the line would move by more than `detail`.
fn thin(line: &[Corner], detail: f64) -> Vec<Corner> {
    let Some(last) = line.len().checked_sub(1) else { return Vec::new() };
    let mut kept = vec![false; line.len()];
    for end in [0, last] {
        if let Some(slot) = kept.get_mut(end) {
            *slot = true;
        }
    }
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let Some((at, off)) = farthest(line, from, to) else { continue };
        if off > detail {
            if let Some(slot) = kept.get_mut(at) {
                *slot = true;
            }
            open.extend([(from, at), (at, to)]);
        }
    }
    line.iter().zip(kept).filter_map(|(corner, kept)| kept.then_some(*corner)).collect()
}

/// The corner between two others that is farthest from the straight line between them.
fn farthest(line: &[Corner], from: usize, to: usize) -> Option<(usize, f64)> {
    let (&(ax, ay), &(bx, by)) = (line.get(from)?, line.get(to)?);
    let (dx, dy) = (f64::from(bx - ax), f64::from(by - ay));
    let length = dx.hypot(dy);
    let between = line.iter().enumerate().take(to).skip(from + 1);
    between
        .map(|(at, &(x, y))| {
            let (px, py) = (f64::from(x - ax), f64::from(y - ay));
            // A ring begins and ends at one corner: there is no line to measure from.
            let off = if length > 0.0 { (px * dy - py * dx).abs() / length } else { px.hypot(py) };
            (at, off)
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Cuts a ring to a window, one edge of it after the other (Sutherland and Hodgman).
fn cut(ring: Vec<(f64, f64)>, window: Window) -> Vec<(f64, f64)> {
    let ring = cut_at(ring, |c| c.0 - window.west);
    let ring = cut_at(ring, |c| window.east - c.0);
    let ring = cut_at(ring, |c| c.1 - window.south);
    cut_at(ring, |c| window.north - c.1)
}

fn cut_at(ring: Vec<(f64, f64)>, inside: impl Fn((f64, f64)) -> f64) -> Vec<(f64, f64)> {
    let Some(mut before) = ring.last().copied() else { return ring };
    let mut kept = Vec::with_capacity(ring.len());
    for corner in ring {
        let (a, b) = (inside(before), inside(corner));
        if (a < 0.0) != (b < 0.0) {
            let part = a / (a - b);
            kept.push((before.0 + part * (corner.0 - before.0), before.1 + part * (corner.1 - before.1)));
        }
        if b >= 0.0 {
            kept.push(corner);
        }
        before = corner;
    }
    kept
}
