//! The coarse answer: one cell of a fixed grid, and the words for it.
//!
//! The grid is H3's and the same for everybody, so that the same truth always gives the same cell: whoever asks a
//! thousand times has learnt what they had learnt the first time. [`settle`] keeps an answer that wavers from telling
//! more than one that stands still.

use std::collections::BTreeMap;

use h3o::{CellIndex, LatLng, Resolution};

use super::borders::{Borders, Country};
use super::estimate::{Estimate, Polygon, Region, Site};
use super::gazetteer::{Gazetteer, Place, PlaceKind};
use super::geo::Point;

/// An area in which they are less probable than this is no answer.
const LEAST: f64 = 0.2;
/// So many times as probable as the area that was told before must another one be to take its place.
const CLEARLY: f64 = 2.0;
/// A town farther away than this does not say in which province a place lies.
const SAME_PROVINCE_M: f64 = 60_000.0;
/// Inhabitants of a town that is known far and wide.
const MAJOR: u32 = 100_000;
/// The distance to such a town is told in steps of so many kilometres.
const STEP_KM: u32 = 50;

/// How large a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// Some 250 square kilometres, 20 km across: H3's resolution 5.
    Township,
    /// Some 12,000 square kilometres, 130 km across: H3's resolution 3.
    Province,
}

impl Grain {
    const fn resolution(self) -> Resolution {
        match self {
            Self::Township => Resolution::Five,
            Self::Province => Resolution::Three,
        }
    }
}

/// A cell of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell(CellIndex);

impl Cell {
    /// The cell with this number, if there is one.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        CellIndex::try_from(number).ok().map(Self)
    }

    /// The cell that holds a point.
    #[must_use]
    pub fn of(at: Point, grain: Grain) -> Option<Self> {
        LatLng::new(at.lat, at.lon).ok().map(|at| Self(at.to_cell(grain.resolution())))
    }

    /// Its number, 64 bits.
    #[must_use]
    pub fn number(self) -> u64 {
        u64::from(self.0)
    }

    /// Its middle.
    #[must_use]
    pub fn middle(self) -> Point {
        point(LatLng::from(self.0))
    }

    /// The line around it; the first point comes again at the end.
    #[must_use]
    pub fn ring(self) -> Vec<Point> {
        let corners: Vec<Point> = self.0.boundary().iter().copied().map(point).collect();
        corners.iter().chain(corners.first()).copied().collect()
    }

    /// Square kilometres.
    #[must_use]
    pub fn area_km2(self) -> f64 {
        self.0.area_km2()
    }
}

impl std::fmt::Display for Cell {
    /// As H3 writes it: 15 hexadecimal digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

fn point(at: LatLng) -> Point {
    Point { lat: at.lat(), lon: at.lng() }
}

/// A cell, and how probable it is that they are in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Which.
    pub cell: Cell,
    /// How probable, 0 to 1.
    pub probability: f64,
}

/// The cells that an answer points at, the most probable first.
#[must_use]
pub fn areas(estimate: &Estimate, grain: Grain) -> Vec<Area> {
    let mut sums: BTreeMap<CellIndex, f64> = BTreeMap::new();
    for (township, mass) in &estimate.footprint {
        let cell = CellIndex::try_from(*township).ok().and_then(|cell| cell.parent(grain.resolution()));
        if let Some(cell) = cell {
            *sums.entry(cell).or_default() += f64::from(*mass);
        }
    }
    let mut areas: Vec<Area> =
        sums.into_iter().map(|(cell, probability)| Area { cell: Cell(cell), probability }).collect();
    areas.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.cell.cmp(&b.cell)));
    areas
}

/// Which of the areas is told, if `before` was told last.
///
/// An answer near the edge of two cells moves back and forth between them with every clue, and each change would say
/// that they are near that edge. So the old cell stays until another one is clearly more probable.
#[must_use]
pub fn settle(areas: &[Area], before: Option<Cell>) -> Option<Area> {
    let leader = areas.first().filter(|area| area.probability >= LEAST)?;
    let held = areas.iter().find(|area| Some(area.cell) == before);
    let stays = held.filter(|held| leader.probability < CLEARLY * held.probability);
    Some(*stays.unwrap_or(leader))
}

/// Where in an area they most probably are: at a known site, else in the middle of a township.
#[must_use]
pub fn place(estimate: &Estimate, sites: &[Site], area: &Area) -> Point {
    let within = |cell: CellIndex| cell.parent(area.cell.0.resolution()) == Some(area.cell.0);
    let probable =
        |site: &Site| estimate.sites.iter().find(|(id, _)| *id == site.id).map(|(_, found)| *found);
    let listed = sites.iter().filter_map(|site| {
        let cell = Cell::of(site.at, Grain::Township)?;
        within(cell.0).then_some((site.at, probable(site)?))
    });
    let site = listed.max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((at, _)) = site.filter(|(_, probability)| *probability >= area.probability / 2.0) {
        return at;
    }
    let townships = estimate.footprint.iter().filter_map(|(cell, _)| CellIndex::try_from(*cell).ok());
    // The footprint begins with the most probable.
    townships
        .into_iter()
        .find(|cell| within(*cell))
        .map_or_else(|| area.cell.middle(), |cell| Cell(cell).middle())
}

/// Where a place is, in words that many places share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// In which country; none at sea.
    pub country: Option<Country>,
    /// In which state or province, as far as the towns around tell: outlines of provinces are not known here.
    pub province: Option<String>,
    /// A major town and within how many kilometres of it.
    pub near: Option<(String, u32)>,
}

/// The words for a place. A town is named only where no province can be.
#[must_use]
pub fn words(at: Point) -> Words {
    let country = Borders::embedded().country(at);
    let nearest = |fits: &dyn Fn(&Place<'_>) -> bool| {
        let known = Gazetteer::active().places();
        let here =
            known.filter(|place| country.is_none_or(|country| place.country == country) && fits(place));
        here.map(|place| (place, at.distance_m(place.point))).min_by(|a, b| a.1.total_cmp(&b.1))
    };
    let settled = |place: &Place<'_>| matches!(place.kind, PlaceKind::Town | PlaceKind::Village);
    let province = nearest(&|place| settled(place) && place.province.is_some())
        .filter(|(_, metres)| *metres <= SAME_PROVINCE_M)
        .and_then(|(place, _)| place.province.map(str::to_owned));
    let near = if province.is_some() {
        None
    } else {
        nearest(&|place| settled(place) && place.population >= MAJOR)
            .map(|(town, metres)| (town.name.to_owned(), in_steps(metres)))
    };
    Words { country, province, near }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "half the earth's girth at most")]
fn in_steps(metres: f64) -> u32 {
    let steps = (metres / 1_000.0 / f64::from(STEP_KM)).ceil().max(1.0) as u32;
    steps * STEP_KM
}

/// A cell as an answer that can be drawn: one region that holds the person with a probability of `level`, and of
/// everything finer nothing. Numbers that are not told are not finite.
#[must_use]
pub fn drawn(day: f64, area: Option<(Cell, f64)>) -> Estimate {
    let region = area.map(|(cell, level)| {
        let face: Polygon = vec![cell.ring()];
        Region { level, area_km2: cell.area_km2(), polygons: vec![face] }
    });
    Estimate {
        day,
        clues_used: Vec::new(),
        candidates: Vec::new(),
        sites: Vec::new(),
        unlisted: f64::NAN,
        outside: f64::NAN,
        regions: region.into_iter().collect(),
        expected_error_km: f64::NAN,
        best: Point { lat: f64::NAN, lon: f64::NAN },
        contributions: Vec::new(),
        next_questions: Vec::new(),
        history: Vec::new(),
        footprint: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RIVER: Point = Point { lat: 16.69, lon: 98.51 };

    fn area(number: usize, probability: f64) -> Area {
        let at = Point { lat: 10.0 + f64::from(u8::try_from(number).unwrap()), lon: 100.0 };
        Area { cell: Cell::of(at, Grain::Township).unwrap(), probability }
    }

    #[test]
    fn a_wavering_answer_stays_and_a_clear_one_moves() {
        let (a, b) = (area(1, 0.0).cell, area(2, 0.0).cell);
        let told = |first: f64, second: f64, before| {
            let mut areas = vec![area(1, first), area(2, second)];
            areas.sort_by(|a, b| b.probability.total_cmp(&a.probability));
            settle(&areas, before).map(|area| area.cell)
        };
        assert_eq!(told(0.55, 0.45, None), Some(a));
        let mut before = None;
        for step in 0..100 {
            let first = if step % 2 == 0 { 0.55 } else { 0.42 };
            before = told(first, 0.97 - first, before);
            assert_eq!(before, Some(a), "it wavers");
        }
        assert_eq!(told(0.3, 0.65, Some(a)), Some(b), "it is clear");
        assert_eq!(told(0.19, 0.1, Some(b)), None, "nothing is known well enough");
    }

    #[test]
    fn a_cell_comes_back_from_its_number_and_holds_its_points() {
        for grain in [Grain::Township, Grain::Province] {
            let cell = Cell::of(RIVER, grain).unwrap();
            assert_eq!(Cell::from_number(cell.number()), Some(cell));
            assert_eq!(cell.ring().first(), cell.ring().last());
            assert_eq!(Cell::of(cell.middle(), grain), Some(cell));
            assert_eq!(cell.to_string().len(), 15);
        }
        let km2 = |grain| Cell::of(RIVER, grain).unwrap().area_km2();
        assert!((150.0..400.0).contains(&km2(Grain::Township)), "{}", km2(Grain::Township));
        assert!((8_000.0..18_000.0).contains(&km2(Grain::Province)), "{}", km2(Grain::Province));
        assert_eq!(Cell::from_number(7), None);
    }

    #[test]
    fn words_name_the_province_of_the_right_side_of_the_river() {
        let words = words(RIVER);
        assert_eq!((words.country, words.province.as_deref()), (Some(Country::MM), Some("Kayin")));
        assert_eq!(words.near, None);
    }

    #[test]
    fn where_no_province_is_known_a_major_town_is_named_in_steps() {
        let gulf = words(Point { lat: 9.0, lon: 101.9 });
        assert_eq!((gulf.country, &gulf.province), (None, &None));
        let (_, km) = gulf.near.unwrap();
        assert!(km >= 100 && km.is_multiple_of(STEP_KM), "{km}");
        assert_eq!([0.0, 1.0, 50_000.0, 50_001.0].map(in_steps), [50, 50, 50, 100]);
    }

    proptest! {
        #[test]
        fn what_is_within_a_cell_gives_the_same_cell(bearing in 0.0..360.0_f64, metres in 0.0..5_000.0_f64) {
            for grain in [Grain::Township, Grain::Province] {
                let cell = Cell::of(RIVER, grain).unwrap();
                let near = cell.middle().towards(bearing, metres);
                prop_assert_eq!(Cell::of(near, grain), Some(cell));
            }
        }
    }
}
