//! In which country a point lies: a grid of cells, of which most lie wholly in one country.

use super::atlas::{Atlas, Corner, SCALE, Sides};
use crate::location::geo::Point;

/// Side of a cell in units of the atlas: 0.05 degrees.
const CELL: i32 = 5_000;
/// A cell in which nobody's land lies.
const NOBODY: u8 = 254;
/// A cell through which a border runs.
const MIXED: u8 = 255;

/// A straight piece of a border.
#[derive(Clone, Copy)]
struct Edge {
    from: Corner,
    to: Corner,
    sides: Sides,
}

impl Edge {
    /// How far east it crosses a latitude, if it does. The lower end counts and the upper one does not, so that a
    /// corner is crossed once.
    fn crossing(&self, y: f64) -> Option<f64> {
        let ((x1, y1), (x2, y2)) = (float(self.from), float(self.to));
        ((y1 > y) != (y2 > y)).then(|| x1 + (y - y1) / (y2 - y1) * (x2 - x1))
    }
}

/// Looks up the country of a point.
#[derive(Default)]
pub(super) struct Grid {
    west: i32,
    south: i32,
    columns: usize,
    /// Row by row from the south: the index of a country, [`NOBODY`] or [`MIXED`].
    cells: Vec<u8>,
    /// The edges that touch each row.
    rows: Vec<Vec<Edge>>,
}

impl Grid {
    /// Sorts the edges into rows and paints the cells.
    pub(super) fn new(atlas: &Atlas) -> Self {
        let corners = || atlas.lines.iter().flat_map(|line| line.corners.iter().copied());
        let bounds = (
            corners().map(|c| c.0).min(),
            corners().map(|c| c.0).max(),
            corners().map(|c| c.1).min(),
            corners().map(|c| c.1).max(),
        );
        let (Some(west), Some(east), Some(south), Some(north)) = bounds else { return Self::default() };
        let cells_in = |length: i32| usize::try_from(length / CELL + 1).unwrap_or_default();
        let (columns, row_count) = (cells_in(east - west), cells_in(north - south));
        let mut rows = vec![Vec::new(); row_count];
        for (from, to, sides) in atlas.edges() {
            let (low, high) = (from.1.min(to.1), from.1.max(to.1));
            let (first, last) = ((low - south) / CELL, (high - south) / CELL);
            for row in first..=last {
                if let Some(row) = usize::try_from(row).ok().and_then(|row| rows.get_mut(row)) {
                    row.push(Edge { from, to, sides });
                }
            }
        }
        let mut grid = Self { west, south, columns, cells: Vec::with_capacity(columns * row_count), rows };
        for row in 0..row_count {
            let painted = grid.paint(row);
            grid.cells.extend(painted);
        }
        grid
    }

    /// The cells of one row.
    fn paint(&self, row: usize) -> Vec<u8> {
        let mut cells = vec![NOBODY; self.columns];
        let edges = self.rows.get(row).map(Vec::as_slice).unwrap_or_default();
        let bottom = self.south + i32::try_from(row).unwrap_or_default() * CELL;
        let middle = f64::from(bottom) + f64::from(CELL) / 2.0;
        let mut crossings: Vec<(f64, Sides)> =
            edges.iter().filter_map(|edge| Some((edge.crossing(middle)?, edge.sides))).collect();
        crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut crossings = crossings.into_iter().peekable();
        let mut inside: Sides = 0;
        let mut x = f64::from(self.west) + f64::from(CELL) / 2.0;
        for cell in &mut cells {
            while let Some((_, sides)) = crossings.next_if(|crossing| crossing.0 <= x) {
                inside ^= sides;
            }
            *cell = first_of(inside).unwrap_or(NOBODY);
            x += f64::from(CELL);
        }
        for edge in edges {
            let (first, last) = self.columns_touched(edge, bottom);
            if let Some(touched) = cells.get_mut(first..=last) {
                touched.fill(MIXED);
            }
        }
        cells
    }

    /// The columns that an edge touches within a row.
    fn columns_touched(&self, edge: &Edge, bottom: i32) -> (usize, usize) {
        let (low, high) = (f64::from(bottom), f64::from(bottom + CELL));
        let ends = [edge.from, edge.to]
            .map(float)
            .into_iter()
            .filter(|(_, y)| (low..=high).contains(y))
            .map(|(x, _)| x);
        let sides = [low, high].into_iter().filter_map(|y| edge.crossing(y));
        let (mut west, mut east) = (f64::INFINITY, f64::NEG_INFINITY);
        for x in ends.chain(sides) {
            west = west.min(x);
            east = east.max(x);
        }
        let last = self.columns.saturating_sub(1);
        let column = |x: f64| ((x - f64::from(self.west)) / f64::from(CELL)).clamp(0.0, last as f64) as usize;
        (column(west), column(east))
    }

    /// Index of the country whose land holds a point.
    pub(super) fn country(&self, point: Point) -> Option<u8> {
        let (x, y) = (point.lon * SCALE, point.lat * SCALE);
        let (column, row) = (self.offset(x, self.west)?, self.offset(y, self.south)?);
        if column >= self.columns {
            return None;
        }
        match *self.cells.get(row * self.columns + column)? {
            NOBODY => None,
            MIXED => first_of(self.rows.get(row)?.iter().fold(0, |inside, edge| {
                if edge.crossing(y).is_some_and(|crossing| crossing <= x) {
                    inside ^ edge.sides
                } else {
                    inside
                }
            })),
            country => Some(country),
        }
    }

    /// Whether land lies in the cell of a point or one beside it.
    pub(super) fn near_land(&self, point: Point) -> bool {
        let around = |value: f64, origin: i32| {
            let cell = (value * SCALE - f64::from(origin)) / f64::from(CELL);
            [cell - 1.0, cell, cell + 1.0].into_iter().filter(|cell| *cell >= 0.0).map(|cell| cell as usize)
        };
        around(point.lat, self.south).any(|row| {
            around(point.lon, self.west)
                .filter(|column| *column < self.columns)
                .any(|column| self.cells.get(row * self.columns + column).is_some_and(|cell| *cell != NOBODY))
        })
    }

    fn offset(&self, value: f64, origin: i32) -> Option<usize> {
        let cells = (value - f64::from(origin)) / f64::from(CELL);
        // Far less than what usize holds: the earth has 7,200 columns.
        (cells >= 0.0).then_some(cells as usize)
    }
}

fn float((x, y): Corner) -> (f64, f64) {
    (f64::from(x), f64::from(y))
}

/// The lowest bit that is set.
fn first_of(sides: Sides) -> Option<u8> {
    (sides != 0).then(|| u8::try_from(sides.trailing_zeros()).unwrap_or(NOBODY))
}
