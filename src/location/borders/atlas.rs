//! The lines of the asset, each shared by the countries on its sides.

use super::Country;
use crate::location::packed::{Reader, unpack};

/// Parts of a degree in which the asset counts: about a metre.
pub(super) const SCALE: f64 = 100_000.0;

/// A corner in units of [`SCALE`]: east, north.
pub(super) type Corner = (i32, i32);

/// The countries on the two sides of a line, as bits by their index.
pub(super) type Sides = u32;

/// More would not fit [`Sides`].
const MOST_COUNTRIES: usize = 32;

/// A line between two places where another neighbour begins, or around an island.
pub(super) struct Line {
    /// Its corners in order.
    pub(super) corners: Vec<Corner>,
    /// Whose border it is.
    pub(super) sides: Sides,
}

/// A line as part of a ring.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// Index of the line.
    pub(super) line: usize,
    /// Whether it is walked from its end.
    pub(super) backwards: bool,
}

/// All lines and the rings that are made of them.
#[derive(Default)]
pub(super) struct Atlas {
    /// The countries; their index is what [`Sides`] speaks of.
    pub(super) countries: Vec<Country>,
    /// The rings of each country.
    pub(super) rings: Vec<Vec<Vec<Step>>>,
    /// The lines.
    pub(super) lines: Vec<Line>,
}

impl Atlas {
    /// Reads the asset; nothing when it is broken.
    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let bytes = unpack(data, b"FLBORDERS1")?;
        let mut reader = Reader::new(&bytes);
        let mut atlas = Self { lines: read_lines(&mut reader)?, ..Self::default() };
        for index in 0..reader.count()?.min(MOST_COUNTRIES) {
            atlas.countries.push(Country::new(str::from_utf8(reader.raw(2)?).ok()?)?);
            let rings =
                (0..reader.count()?).map(|_| atlas.read_ring(&mut reader, index)).collect::<Option<_>>()?;
            atlas.rings.push(rings);
        }
        reader.is_done().then_some(atlas)
    }

    fn read_ring(&mut self, reader: &mut Reader<'_>, country: usize) -> Option<Vec<Step>> {
        (0..reader.count()?)
            .map(|_| {
                let value = reader.number()?;
                let line = usize::try_from(value >> 1).ok()?;
                self.lines.get_mut(line)?.sides |= 1 << country;
                Some(Step { line, backwards: value & 1 == 1 })
            })
            .collect()
    }

    /// The corners of a step in the order in which it is walked.
    pub(super) fn walk(&self, step: Step) -> Vec<Corner> {
        let mut corners = self.lines.get(step.line).map(|line| line.corners.clone()).unwrap_or_default();
        if step.backwards {
            corners.reverse();
        }
        corners
    }

    /// Every straight piece of every line.
    pub(super) fn edges(&self) -> impl Iterator<Item = (Corner, Corner, Sides)> {
        self.lines.iter().flat_map(|line| pieces(&line.corners).map(|(a, b)| (a, b, line.sides)))
    }
}

/// The straight pieces of a line.
pub(super) fn pieces(corners: &[Corner]) -> impl Iterator<Item = (Corner, Corner)> {
    corners.iter().zip(corners.iter().skip(1)).map(|(a, b)| (*a, *b))
}

fn read_lines(reader: &mut Reader<'_>) -> Option<Vec<Line>> {
    let (mut x, mut y) = (0_i32, 0_i32);
    let mut lines = Vec::new();
    for _ in 0..reader.count()? {
        let mut corners = Vec::new();
        for _ in 0..reader.count()? {
            x = x.checked_add(reader.signed()?)?;
            y = y.checked_add(reader.signed()?)?;
            // On earth: so that differences never overflow.
            let on_earth = x.unsigned_abs() <= 18_000_000 && y.unsigned_abs() <= 9_000_000;
            on_earth.then(|| corners.push((x, y)))?;
        }
        lines.push(Line { corners, sides: 0 });
    }
    Some(lines)
}
