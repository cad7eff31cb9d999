//! What makes a map of a drawing: its edge with degrees, the scale, the north.

use super::labels::Placer;
use super::path::{self, Dot};
use super::pen::Pen;
use super::view::{Rect, View};
use crate::location::geo::Point;
use crate::location::map::words;

/// Degrees between the lines of the grid.
const STEPS: [(f64, usize); 14] = [
    (20.0, 0),
    (10.0, 0),
    (5.0, 0),
    (2.0, 0),
    (1.0, 0),
    (0.5, 1),
    (0.2, 1),
    (0.1, 1),
    (0.05, 2),
    (0.02, 2),
    (0.01, 2),
    (0.005, 3),
    (0.002, 3),
    (0.001, 3),
];
/// Lines are at least so many dots apart.
const APART: f64 = 110.0;

/// The multiples of a step from one value to another, a screenful at most.
fn multiples(step: f64, from: f64, to: f64) -> impl Iterator<Item = f64> {
    let first = (from / step).ceil();
    (0..40).map(move |index| (first + f64::from(index)) * step).take_while(move |value| *value <= to)
}

/// Degrees with the letter of their side.
fn degrees(value: f64, digits: usize, sides: [char; 2]) -> String {
    let side = if value < 0.0 { sides[1] } else { sides[0] };
    format!("{:.digits$}°{side}", value.abs())
}

/// Lines of latitude and longitude: crosses in the map, ticks and numbers at its edge.
pub(super) struct Grid {
    /// Longitudes with their places from left to right.
    lons: Vec<(f64, f64)>,
    /// Latitudes with theirs from top to bottom.
    lats: Vec<(f64, f64)>,
    digits: usize,
}

impl Grid {
    /// The lines in view.
    pub(super) fn new(view: &View) -> Self {
        let (low, high) = view.corners(0.0);
        let dots_per_degree = view.frame.width / (high.lon - low.lon).max(1e-9);
        let step = STEPS.iter().rev().find(|(step, _)| step * dots_per_degree >= APART);
        let (step, digits) = step.copied().unwrap_or((30.0, 0));
        let frame = view.frame;
        let x = |lon: f64| (lon, view.xy(Point { lat: low.lat, lon }).0);
        let y = |lat: f64| (lat, view.xy(Point { lat, lon: low.lon }).1);
        let across = |(_, x): &(f64, f64)| (frame.x..=frame.right()).contains(x);
        let up = |(_, y): &(f64, f64)| (frame.y..=frame.bottom()).contains(y);
        Self {
            lons: multiples(step, low.lon, high.lon).map(x).filter(across).collect(),
            lats: multiples(step, low.lat, high.lat).map(y).filter(up).collect(),
            digits,
        }
    }

    /// Where lines cross.
    pub(super) fn draw_crosses(&self, pen: &mut Pen) {
        let mut crosses = String::new();
        for (_, x) in &self.lons {
            for (_, y) in &self.lats {
                path::write(&mut crosses, &[(x - 4.0, *y), (x + 4.0, *y)], false);
                path::write(&mut crosses, &[(*x, y - 4.0), (*x, y + 4.0)], false);
            }
        }
        pen.path("grid", &crosses);
    }

    /// The edge of the map with degrees.
    pub(super) fn draw_edge(&self, pen: &mut Pen, frame: Rect) {
        let mut ticks = String::new();
        for (lon, x) in &self.lons {
            path::write(&mut ticks, &[(*x, frame.bottom()), (*x, frame.bottom() + 5.0)], false);
            path::write(&mut ticks, &[(*x, frame.y), (*x, frame.y - 5.0)], false);
            let text = degrees(*lon, self.digits, ['E', 'W']);
            pen.text("middle quiet", (*x, frame.bottom() + 16.0), 10.0, &text);
        }
        for (lat, y) in &self.lats {
            path::write(&mut ticks, &[(frame.x - 5.0, *y), (frame.x, *y)], false);
            path::write(&mut ticks, &[(frame.right(), *y), (frame.right() + 5.0, *y)], false);
            pen.text("end quiet", (frame.x - 7.0, y + 3.5), 10.0, &degrees(*lat, self.digits, ['N', 'S']));
        }
        pen.path("tick", &ticks);
        pen.rect("frame", frame);
    }
}

/// The largest round length that is at most so long.
fn round_length(most_m: f64) -> f64 {
    let power = 10_f64.powf(most_m.max(1e-3).log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|digit| digit * power).find(|length| *length <= most_m).unwrap_or(power)
}

/// A length on a scale, which is round.
fn length(metres: f64) -> String {
    if metres >= 1_000.0 { format!("{} km", metres / 1_000.0) } else { format!("{metres} m") }
}

/// Takes room for scale and north before labels do.
pub(super) fn reserve(placer: &mut Placer, frame: Rect) {
    placer.reserve(scale_box(frame));
    placer.reserve(north_box(frame));
}

fn scale_box(frame: Rect) -> Rect {
    Rect::new(frame.x + 8.0, frame.bottom() - 40.0, 190.0, 32.0)
}

fn north_box(frame: Rect) -> Rect {
    Rect::new(frame.right() - 36.0, frame.y + 8.0, 28.0, 44.0)
}

/// The scale, in the middle of the map.
pub(super) fn draw_scale(pen: &mut Pen, view: &View) {
    let room = scale_box(view.frame);
    let metres = round_length(view.metres() * (room.width - 50.0));
    let dots = metres / view.metres();
    pen.rect("box", Rect { width: dots + 50.0, ..room });
    let (x, y) = (room.x + 12.0, room.y + 20.0);
    pen.rect("bar", Rect::new(x, y, dots / 2.0, 5.0));
    pen.rect("frame", Rect::new(x, y, dots, 5.0));
    pen.text("middle", (x, y - 5.0), 10.0, "0");
    pen.text("middle", (x + dots, y - 5.0), 10.0, &length(metres));
}

/// An arrow to the north.
pub(super) fn draw_north(pen: &mut Pen, frame: Rect) {
    let room = north_box(frame);
    pen.rect("box", room);
    let (x, y) = (room.middle().0, room.y + 4.0);
    let arrow: [Dot; 4] = [(x, y), (x + 7.0, y + 22.0), (x, y + 17.0), (x - 7.0, y + 22.0)];
    pen.line("bar", &arrow, true);
    pen.text("middle head", (x, room.bottom() - 4.0), 12.0, "N");
}

/// Says in words where a place off the map lies.
pub(super) fn off_map(view: &View, at: Point) -> Option<String> {
    if view.frame.holds(view.xy(at)) {
        return None;
    }
    let middle = view.at(view.frame.middle());
    Some(format!("{} {}", words::length(middle.distance_m(at)), side(middle.bearing_to(at))))
}

/// The name of a direction.
pub(super) fn side(bearing: f64) -> &'static str {
    const SIDES: [&str; 8] = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
    let side = (bearing / 45.0).round() as usize % 8;
    SIDES.get(side).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_and_degrees_are_round() {
        assert_eq!(
            [999.0, 1_000.0, 4_999.0, 7.3e5].map(round_length).map(length),
            ["500 m", "1 km", "2 km", "500 km"]
        );
        assert_eq!(degrees(98.5, 1, ['E', 'W']), "98.5°E");
        assert_eq!(degrees(-4.0, 0, ['N', 'S']), "4°S");
        assert_eq!(multiples(0.5, 98.1, 99.2).collect::<Vec<_>>(), [98.5, 99.0]);
    }
}
