//! A symbol for each kind of clue: told apart by form, not by colour.

use super::path::{self, Dot};
use super::pen::Pen;
use crate::location::map::mark::Kind;

/// Half the width of a symbol.
pub(super) const HALF: f64 = 6.0;

/// The closed and the open lines of a symbol, in units of half its width.
fn lines(kind: Kind) -> (&'static [Dot], &'static [&'static [Dot]]) {
    match kind {
        // A pin.
        Kind::Point => (&[(0.0, 1.2), (-0.7, 0.0), (-0.7, -0.6), (0.0, -1.1), (0.7, -0.6), (0.7, 0.0)], &[]),
        Kind::Place => (&[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)], &[]),
        // A house.
        Kind::Site => (&[(-0.8, 0.9), (-0.8, -0.2), (0.0, -1.1), (0.8, -0.2), (0.8, 0.9)], &[]),
        // A stretch between two ends.
        Kind::DistanceFrom => (
            &[(-0.3, -0.3), (0.3, -0.3), (0.3, 0.3), (-0.3, 0.3)],
            &[&[(-1.0, 0.0), (1.0, 0.0)], &[(-1.0, -0.7), (-1.0, 0.7)], &[(1.0, -0.7), (1.0, 0.7)]],
        ),
        // An hourglass.
        Kind::TravelTime => (&[(-0.8, -1.0), (0.8, -1.0), (-0.8, 1.0), (0.8, 1.0)], &[]),
        // A half sun with rays.
        Kind::Sun => (
            &[(-0.6, 0.6), (-0.45, 0.1), (0.0, -0.1), (0.45, 0.1), (0.6, 0.6)],
            &[
                &[(-1.1, 0.6), (1.1, 0.6)],
                &[(0.0, -1.1), (0.0, -0.5)],
                &[(-0.9, -0.6), (-0.6, -0.2)],
                &[(0.9, -0.6), (0.6, -0.2)],
            ],
        ),
        // A barrier.
        Kind::Border => (
            &[(-1.0, -0.5), (1.0, -0.5), (1.0, 0.1), (-1.0, 0.1)],
            &[&[(-0.7, 0.1), (-0.7, 1.0)], &[(0.7, 0.1), (0.7, 1.0)]],
        ),
        // A flag.
        Kind::Country => {
            (&[(-0.6, -1.0), (0.9, -1.0), (0.9, 0.0), (-0.6, 0.0)], &[&[(-0.6, 0.0), (-0.6, 1.1)]])
        }
        // An arrow.
        Kind::Bearing => (&[(0.0, -1.1), (0.7, 0.0), (-0.7, 0.0)], &[&[(0.0, 0.0), (0.0, 1.1)]]),
        Kind::Landmark => (&[(0.0, -1.0), (1.0, 0.8), (-1.0, 0.8)], &[]),
        // A mast.
        Kind::Cell => (
            &[(0.0, -0.5), (0.5, 1.1), (-0.5, 1.1)],
            &[&[(-0.9, -1.1), (-0.5, -0.6), (-0.9, -0.1)], &[(0.9, -1.1), (0.5, -0.6), (0.9, -0.1)]],
        ),
        Kind::Absence => (&[], &[&[(-0.9, -0.9), (0.9, 0.9)], &[(-0.9, 0.9), (0.9, -0.9)]]),
    }
}

/// Draws a symbol, filled when the clue is confirmed.
pub(super) fn draw(pen: &mut Pen, kind: Kind, confirmed: bool, at: Dot) {
    let placed =
        |dots: &[Dot]| -> Vec<Dot> { dots.iter().map(|(x, y)| (at.0 + x * HALF, at.1 + y * HALF)).collect() };
    let (face, strokes) = lines(kind);
    let mut data = String::new();
    path::write(&mut data, &placed(face), true);
    for stroke in strokes {
        path::write(&mut data, &placed(stroke), false);
    }
    // Where there is no face to fill, broken lines tell that it is proposed.
    let class = match (confirmed, face.is_empty()) {
        (true, _) => "clue",
        (false, false) => "clue open",
        (false, true) => "clue guess",
    };
    pen.path(class, &data);
}
