use std::sync::{Arc, LazyLock};

use ::geojson::{FeatureCollection, GeometryValue};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

use super::*;
use crate::location::borders::Country;
use crate::location::estimate::{self, Asked, Candidate, Grid, Layers, Polygon, Region, Space};
use crate::location::gazetteer::PlaceKind;
use crate::location::simulation::Toy;

/// What nobody should call a place.
const HOSTILE: &str = "<script>alert('x')</script>\u{0}\u{202e} \"&amp;\" ]]> --> \u{ffff}កខ";

/// An invented place near a border.
pub(super) const MIDDLE: Point = Point { lat: 16.7, lon: 98.5 };

/// A circle of so many corners with the zigzag of cells.
fn ragged(at: Point, metres: f64, corners: u32) -> Polygon {
    let corner = |index: u32| {
        let out = if index.is_multiple_of(2) { 1.0 } else { 0.97 };
        at.towards(-f64::from(index) * 360.0 / f64::from(corners), metres * out)
    };
    let mut ring: Vec<Point> = (0..corners).map(corner).collect();
    ring.extend(ring.first().copied());
    vec![ring]
}

/// Any estimate, for what is not drawn.
static BASE: LazyLock<Estimate> = LazyLock::new(|| {
    let toy = Toy::small();
    let space = Space::new(&toy, &Arc::new(Grid::new(&toy, &toy.extent())), &[]);
    let asked = Asked { clues: &[], events: &[], day: 20_585.0, explain: false };
    estimate::estimate(&toy, &space, &Layers::new(1 << 20), &asked)
});

/// An estimate whose 95% region is so many metres from the middle to the edge.
pub(super) fn estimate(metres: f64) -> Estimate {
    let region = |level: f64| {
        let radius = metres * level * level;
        let polygons =
            vec![ragged(MIDDLE, radius, 400), ragged(MIDDLE.towards(90.0, metres * 0.99), metres / 99.0, 6)];
        Region { level, area_km2: std::f64::consts::PI * radius * radius / 1e6, polygons }
    };
    let candidate = |number: u32| Candidate {
        site: (!number.is_multiple_of(3)).then_some(u128::from(number)),
        name: (!number.is_multiple_of(3)).then(|| format!("Invented Park {number}")),
        at: MIDDLE.towards(f64::from(number) * 77.0, metres * f64::from(number) / 11.0),
        probability: 0.5 / f64::from(number + 1),
    };
    Estimate {
        candidates: (0..12).map(candidate).collect(),
        unlisted: 0.23,
        outside: 0.031,
        regions: [0.5, 0.8, 0.95].map(region).to_vec(),
        expected_error_km: metres / 2_000.0,
        best: MIDDLE,
        ..BASE.clone()
    }
}

/// A clue of each kind and shape.
pub(super) fn marks(metres: f64) -> Vec<Mark> {
    let km = metres / 1_000.0;
    let at = MIDDLE.towards(200.0, metres / 3.0);
    let spots = vec![Spot { at, accuracy_m: metres / 10.0 }, Spot { at: MIDDLE, accuracy_m: metres / 8.0 }];
    let shape = |kind: Kind| match kind {
        Kind::Point | Kind::Place | Kind::Site => Shape::Spots(spots.clone()),
        Kind::DistanceFrom | Kind::TravelTime => {
            Shape::Ring { from: vec![at], km, between_km: (km * 0.7, km * 1.3) }
        }
        Kind::Sun => sun::band(false, 20_585, 1_100.0, None),
        Kind::Border => Shape::Country { country: Country::TH, within_km: Some(10.0) },
        Kind::Country | Kind::Cell => Shape::Country { country: Country::MM, within_km: None },
        Kind::Bearing => {
            Shape::Sector { from: vec![at], degrees: 80.0, sigma_degrees: 20.0, reach_km: 150.0 }
        }
        Kind::Landmark | Kind::Absence => Shape::Disc { at, radius_km: km / 4.0 },
    };
    let mark = |kind: Kind| Mark {
        kind,
        label: format!("{} of May", kind as u8),
        confirmed: (kind as u8).is_multiple_of(2),
        shape: shape(kind),
    };
    Kind::ALL.into_iter().map(mark).collect()
}

/// Towns all over the window.
pub(super) fn towns(metres: f64) -> Vec<Place<'static>> {
    const NAMES: [&str; 6] = ["Ban Nowhere", "Myo", "A town with a long name", "ဗမာမြို့", "假城", HOSTILE];
    let town = |index: u32| Place {
        name: NAMES[index as usize % NAMES.len()],
        kind: if index.is_multiple_of(5) { PlaceKind::Crossing } else { PlaceKind::Town },
        country: Country::TH,
        point: MIDDLE.towards(f64::from(index) * 137.5, metres * f64::from(index).sqrt() / 18.0),
        sigma_m: 500.0,
        population: index * 997 % 400_000,
        province: None,
        source: "invented",
    };
    (0..400).map(town).collect()
}

pub(super) fn drawing<'a>(estimate: &'a Estimate, clues: &'a [Mark], towns: &'a [Place<'a>]) -> Drawing<'a> {
    let borders = Borders::embedded();
    Drawing { title: "AMBER HERON 42", as_of: "12 May 2026", estimate, clues, sites: &[], towns, borders }
}

/// All elements with their attributes, and all texts; fails where it is no XML.
fn read(xml: &str) -> (Vec<String>, Vec<String>) {
    let mut reader = Reader::from_str(xml);
    let (mut elements, mut texts, mut depth) = (Vec::new(), Vec::new(), 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) | Event::Empty(element) if element.attributes().any(|a| a.is_err()) => {
                panic!("bad attribute")
            }
            Event::Start(element) => {
                depth += 1;
                elements.push(element.name().as_ref().to_owned());
            }
            Event::Empty(element) => elements.push(element.name().as_ref().to_owned()),
            Event::End(_) => depth -= 1,
            Event::Text(text) => texts.push(text.xml10_content().into_owned()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    let fits = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(xml.chars().all(fits));
    (elements, texts)
}

fn count(elements: &[String], name: &str) -> usize {
    elements.iter().filter(|element| *element == name).count()
}

/// Whatever a drawing holds, it is well formed and fetches nothing.
fn check(drawing: &Drawing<'_>) -> String {
    let picture = svg(drawing);
    let (elements, _) = read(&picture);
    assert!(!picture.contains("NaN") && !picture.contains("inf "), "a number that is none");
    for banned in ["script", "image", "foreignObject", "a", "iframe", "use"] {
        assert_eq!(count(&elements, banned), 0, "{banned}");
    }
    assert_eq!(picture.matches("http").count(), 1, "only the name space");
    assert!(!picture.contains("@import") && !picture.contains("@font-face"));
    for other in [gpx(drawing), kml(drawing)] {
        read(&other);
        assert!(!other.contains("NaN"));
        assert_eq!(other.matches("http").count(), 1);
    }
    geojson(drawing).parse::<FeatureCollection>().unwrap();
    picture
}

#[test]
fn every_scale_is_well_formed_small_and_the_same_twice() {
    for metres in [5.0, 50.0, 300.0, 4_000.0, 60_000.0, 900_000.0, 3_000_000.0] {
        let (estimate, clues, towns) = (estimate(metres), marks(metres), towns(metres));
        let drawing = drawing(&estimate, &clues, &towns);
        let picture = check(&drawing);
        assert!(picture.len() < 150_000, "{metres} {}", picture.len());
        assert_eq!(picture, svg(&drawing));
        for wanted in
            ["50%", "95%", "Probability at no known site 23%, outside the region 3%.", "12 May 2026"]
        {
            assert!(picture.contains(wanted), "{metres} {wanted}");
        }
    }
}

#[test]
fn only_kinds_that_occur_are_in_the_legend() {
    let estimate = estimate(20_000.0);
    let all = marks(20_000.0);
    let one: Vec<Mark> = all.iter().filter(|mark| mark.kind == Kind::Bearing).cloned().collect();
    let picture = svg(&drawing(&estimate, &one, &[]));
    for kind in Kind::ALL {
        assert_eq!(picture.contains(kind.phrase()), kind == Kind::Bearing, "{kind:?}");
        assert!(svg(&drawing(&estimate, &all, &[])).contains(kind.phrase()));
        assert_eq!(Kind::from_word(kind.word()), Some(kind));
    }
}

#[test]
fn hostile_names_stay_text() {
    let mut estimate = estimate(4_000.0);
    for candidate in &mut estimate.candidates {
        candidate.name = Some(HOSTILE.to_owned());
    }
    let mut clues = marks(4_000.0);
    for mark in &mut clues {
        mark.label = HOSTILE.to_owned();
    }
    let towns = towns(4_000.0);
    let drawing = Drawing { title: HOSTILE, as_of: HOSTILE, ..drawing(&estimate, &clues, &towns) };
    check(&drawing);
    for xml in [svg(&drawing), gpx(&drawing), kml(&drawing)] {
        assert!(xml.contains("&lt;script&gt;") && !xml.contains("<script") && !xml.contains('\u{202e}'));
    }
    assert!(!geojson(&drawing).contains('\u{202e}'));
}

#[test]
fn geojson_turns_left_and_tells_levels() {
    let (estimate, clues) = (estimate(4_000.0), marks(4_000.0));
    let collection: FeatureCollection = geojson(&drawing(&estimate, &clues, &[])).parse().unwrap();
    let of = |what: &str| {
        let features = collection.features.iter();
        features.filter(|feature| feature.property("feature").unwrap() == what).collect::<Vec<_>>()
    };
    assert_eq!(
        [of("region").len(), of("best").len(), of("candidate").len(), of("clue").len()],
        [3, 1, 12, 12]
    );
    assert_eq!(of("region")[2].property("level").unwrap(), 0.5);
    assert_eq!(of("candidate")[1].property("site_id").unwrap(), "00000000-0000-0000-0000-000000000001");
    let areas = collection.features.iter().filter_map(|feature| match &feature.geometry.as_ref()?.value {
        GeometryValue::MultiPolygon { coordinates } => Some(coordinates),
        _ => None,
    });
    let mut rings = 0;
    for polygon in areas.flatten() {
        for (index, ring) in polygon.iter().enumerate() {
            rings += 1;
            assert!(ring.len() >= 4 && ring.first() == ring.last());
            let area: f64 =
                ring.windows(2).map(|pair| pair[0][0] * pair[1][1] - pair[1][0] * pair[0][1]).sum();
            assert_eq!(area > 0.0, index == 0, "outer rings turn left, holes right");
        }
    }
    assert!(rings > 10);
}

#[test]
fn gpx_and_kml_hold_what_was_found() {
    let (estimate, clues) = (estimate(4_000.0), marks(4_000.0));
    let drawing = drawing(&estimate, &clues, &[]);
    let (elements, texts) = read(&gpx(&drawing));
    // The best point, 12 candidates, and two places each for a position, a name and a site.
    assert_eq!(
        [count(&elements, "wpt"), count(&elements, "trk"), count(&elements, "trkseg")],
        [1 + 12 + 6, 1, 2]
    );
    assert!(texts.iter().any(|text| text.starts_with("80% region, ")));
    let (elements, _) = read(&kml(&drawing));
    assert_eq!([count(&elements, "Folder"), count(&elements, "Style")], [4, 7]);
    assert!(count(&elements, "Placemark") > 3 + 1 + 12 + 6 && count(&elements, "innerBoundaryIs") > 0);
}

#[test]
fn an_empty_estimate_is_an_empty_map() {
    let mut empty = estimate(1_000.0);
    (empty.regions, empty.candidates) = (Vec::new(), Vec::new());
    (empty.best, empty.expected_error_km) = (Point { lat: f64::NAN, lon: 0.0 }, f64::NAN);
    let drawing = drawing(&empty, &[], &[]);
    let picture = check(&drawing);
    assert!(picture.contains("none that can be named") && picture.contains("THAILAND"));
}

fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(0.0),
        Just(1e300),
        -200.0..200.0_f64,
        -1.0..1.0_f64,
        1.0..1e7_f64
    ]
}

fn any_point() -> impl Strategy<Value = Point> {
    let wild = (any_number(), any_number()).prop_map(|(lat, lon)| Point { lat, lon });
    prop_oneof![wild, (-90.0..=90.0, -180.0..=180.0).prop_map(|(lat, lon)| Point { lat, lon })]
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let points = || proptest::collection::vec(any_point(), 0..4);
    let numbers = || (any_number(), any_number(), any_number());
    prop_oneof![
        (points(), any_number()).prop_map(|(points, accuracy_m)| {
            Shape::Spots(points.into_iter().map(|at| Spot { at, accuracy_m }).collect())
        }),
        (points(), numbers()).prop_map(|(from, (km, a, b))| Shape::Ring { from, km, between_km: (a, b) }),
        (any_point(), any_number()).prop_map(|(at, radius_km)| Shape::Disc { at, radius_km }),
        (points(), numbers()).prop_map(|(from, (degrees, sigma_degrees, reach_km))| Shape::Sector {
            from,
            degrees,
            sigma_degrees,
            reach_km
        }),
        (points(), any_number()).prop_map(|(line, sigma_km)| Shape::Band { lines: vec![line], sigma_km }),
        any_number().prop_map(|km| Shape::Country { country: Country::TH, within_km: Some(km) }),
        Just(Shape::Nowhere),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_breaks_a_drawing(
        regions in proptest::collection::vec((any_number(), any_number(), proptest::collection::vec(any_point(), 0..6)), 0..4),
        candidates in proptest::collection::vec((any_point(), any_number(), ".{0,30}"), 0..30),
        shapes in proptest::collection::vec((any_shape(), any::<bool>(), ".{0,20}"), 0..6),
        best in any_point(),
        numbers in (any_number(), any_number(), any_number()),
        title in ".{0,80}",
    ) {
        let mut estimate = estimate(1_000.0);
        estimate.regions = regions
            .into_iter()
            .map(|(level, area_km2, ring)| Region { level, area_km2, polygons: vec![vec![ring], Vec::new()] })
            .collect();
        estimate.candidates = candidates
            .into_iter()
            .map(|(at, probability, name)| Candidate { site: None, name: Some(name), at, probability })
            .collect();
        estimate.best = best;
        (estimate.unlisted, estimate.outside, estimate.expected_error_km) = numbers;
        let clues: Vec<Mark> = shapes
            .into_iter()
            .zip(Kind::ALL)
            .map(|((shape, confirmed, label), kind)| Mark { kind, label, confirmed, shape })
            .collect();
        let towns = towns(50_000.0);
        let drawing = Drawing { title: &title, ..drawing(&estimate, &clues, &towns) };
        let picture = svg(&drawing);
        read(&picture);
        prop_assert!(picture.len() < 2_000_000, "{}", picture.len());
        read(&gpx(&drawing));
        read(&kml(&drawing));
        geojson(&drawing).parse::<FeatureCollection>().unwrap();
    }
}
