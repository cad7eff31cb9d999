//! Lines for the `d` of a path: cut to the window, thinned to what can be seen, written short.

use std::fmt::Write;

use super::view::Rect;

/// A place on the sheet.
pub(super) type Dot = (f64, f64);

/// Cuts a ring to a window, one edge of it after the other (Sutherland and Hodgman).
pub(super) fn cut(ring: Vec<Dot>, window: Rect) -> Vec<Dot> {
    let ring = cut_at(ring, |dot| dot.0 - window.x);
    let ring = cut_at(ring, |dot| window.right() - dot.0);
    let ring = cut_at(ring, |dot| dot.1 - window.y);
    cut_at(ring, |dot| window.bottom() - dot.1)
}

fn cut_at(ring: Vec<Dot>, inside: impl Fn(&Dot) -> f64) -> Vec<Dot> {
    let Some(mut before) = ring.last().copied() else { return ring };
    let mut kept = Vec::with_capacity(ring.len());
    for dot in ring {
        let (a, b) = (inside(&before), inside(&dot));
        if (a < 0.0) != (b < 0.0) {
            let part = a / (a - b);
            kept.push((before.0 + part * (dot.0 - before.0), before.1 + part * (dot.1 - before.1)));
        }
        if b >= 0.0 {
            kept.push(dot);
        }
        before = dot;
    }
    kept
}

/// So many dots in a row are left out at most, which keeps the work in proportion to the line.
const LONGEST_GAP: usize = 48;

/// Leaves out dots without which the line moves by no more than a distance, in one pass.
pub(super) fn thin(dots: &[Dot], by: f64) -> Vec<Dot> {
    let mut kept: Vec<Dot> = dots.iter().take(1).copied().collect();
    let mut gap = 0;
    for (index, dot) in dots.iter().enumerate().skip(1) {
        gap += 1;
        let skipped = dots.get(index + 1 - gap..=index).unwrap_or_default();
        let straight = kept.last().zip(dots.get(index + 1)).is_some_and(|(before, next)| {
            gap < LONGEST_GAP && skipped.iter().all(|dot| off(*dot, *before, *next) <= by)
        });
        if !straight {
            kept.push(*dot);
            gap = 0;
        }
    }
    kept
}

/// How far a dot is from the straight line between two others.
fn off(dot: Dot, from: Dot, to: Dot) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (px, py) = (dot.0 - from.0, dot.1 - from.1);
    let along = ((px * dx + py * dy) / (dx * dx + dy * dy).max(1e-12)).clamp(0.0, 1.0);
    (px - along * dx).hypot(py - along * dy)
}

/// The middles of a ring's edges: the zigzag around hexagons becomes the straight line it stands for.
pub(super) fn smooth(ring: &[Dot]) -> Vec<Dot> {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0)).collect()
}

/// The area in square dots; its sign tells which way the ring turns.
pub(super) fn area(ring: &[Dot]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum::<f64>() / 2.0
}

/// A number with at most one decimal.
pub(super) fn number(value: f64) -> String {
    tenths((value * 10.0).round() as i64)
}

fn tenths(tenths: i64) -> String {
    let (sign, whole, part) = (if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10);
    match (whole, part) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, part) => format!("{sign}.{part}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}

/// Adds a line to a path. Steps from dot to dot are written, which is shorter than places.
pub(super) fn write(path: &mut String, dots: &[Dot], closed: bool) {
    let mut before: Option<(i64, i64)> = None;
    for (x, y) in dots {
        let (x, y) = ((x * 10.0).round() as i64, (y * 10.0).round() as i64);
        let Some((px, py)) = before.replace((x, y)) else {
            write!(path, "M{} {}", tenths(x), tenths(y)).unwrap_or_default();
            continue;
        };
        if (x, y) != (px, py) {
            let (dx, dy) = (tenths(x - px), tenths(y - py));
            let gap = if dy.starts_with('-') { "" } else { " " };
            write!(path, "l{dx}{gap}{dy}").unwrap_or_default();
        }
    }
    if closed && before.is_some() {
        path.push('z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_ends_at_the_window() {
        let window = Rect::new(0.0, 0.0, 10.0, 10.0);
        let cut_ring = cut(vec![(-1e7, -1e7), (5.0, 5.0), (1e7, -1e7)], window.grown(1.0));
        assert!(!cut_ring.is_empty() && cut_ring.iter().all(|dot| window.grown(1.001).holds(*dot)));
        assert!(cut(vec![(20.0, 20.0), (30.0, 20.0), (30.0, 30.0)], window).is_empty());
        assert!(cut(Vec::new(), window).is_empty());
    }

    #[test]
    fn paths_are_short_and_true() {
        let mut path = String::new();
        write(&mut path, &[(1.0, 2.0), (1.5, 1.96), (1.5, 1.96), (0.75, 3.0)], true);
        assert_eq!(path, "M1 2l.5 0l-.7 1z");
        assert_eq!([number(-0.04), number(10.25), number(-3.0)], ["0", "10.3", "-3"]);
    }

    #[test]
    fn thinning_keeps_corners_and_smoothing_flattens_zigzags() {
        let line = [(0.0, 0.0), (1.0, 0.01), (2.0, 0.0), (2.0, 5.0)];
        assert_eq!(thin(&line, 0.3), [(0.0, 0.0), (2.0, 0.0), (2.0, 5.0)]);
        // Each corner of a fine circle is near the line between its neighbours, but not all of them go.
        let circle: Vec<Dot> = (0..720)
            .map(|step| f64::from(step).to_radians() / 2.0)
            .map(|a| (99.0 * a.cos(), 99.0 * a.sin()))
            .collect();
        let thinned = thin(&circle, 0.3);
        assert!(thinned.len() < 80, "{}", thinned.len());
        assert!(circle.iter().all(|dot| thinned.windows(2).any(|pair| off(*dot, pair[0], pair[1]) < 0.31)));
        let zigzag = [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (3.0, 1.0), (4.0, 0.0)];
        assert!(smooth(&zigzag).iter().take(4).all(|dot| (dot.1 - 0.5).abs() < 1e-9));
        assert!(smooth(&[]).is_empty() && thin(&[], 1.0).is_empty());
    }
}
