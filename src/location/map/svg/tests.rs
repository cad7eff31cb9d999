use super::*;
use crate::location::map::tests::{MIDDLE, drawing, estimate, marks, towns};

#[test]
fn no_label_lies_over_another_at_any_scale() {
    for metres in [50.0, 300.0, 4_000.0, 60_000.0, 900_000.0] {
        let (estimate, clues, towns) = (estimate(metres), marks(metres), towns(metres));
        let drawing = drawing(&estimate, &clues, &towns);
        let view = window(&drawing).unwrap();
        let mut pen = Pen { xml: Xml::new() };
        let scene = Scene { drawing: &drawing, land: ground::land(drawing.borders, &view), view };
        let labels = contents(&mut pen, &scene, &Grid::new(&view), None).labels;
        assert!(labels.len() >= 6, "{metres} {}", labels.len());
        for (index, label) in labels.iter().enumerate() {
            assert!(MAP.encloses(&label.rect), "{metres} {}", label.text);
            for other in labels.iter().skip(index + 1) {
                assert!(!label.rect.overlaps(&other.rect), "{metres} {} {}", label.text, other.text);
            }
        }
    }
}

#[test]
fn the_window_holds_the_largest_region_with_a_margin_and_is_never_tiny() {
    for metres in [5.0, 300.0, 4_000.0, 60_000.0, 900_000.0] {
        let estimate = estimate(metres);
        let view = window(&drawing(&estimate, &[], &[])).unwrap();
        let across = view.metres() * MAP.width;
        assert!(across >= LEAST_M && (metres < 500.0 || across < 4.0 * metres), "{metres} {across}");
        let inner = MAP.grown(-0.04 * MAP.width);
        for bearing in 0..36 {
            let edge = MIDDLE.towards(f64::from(bearing) * 10.0, metres * 0.9);
            assert!(inner.holds(view.xy(edge)), "{metres} {bearing}");
        }
    }
}

#[test]
fn the_column_ends_above_the_bottom_of_the_sheet() {
    for metres in [300.0, 60_000.0, 900_000.0] {
        let (estimate, clues) = (estimate(metres), marks(metres));
        let picture = svg(&drawing(&estimate, &clues, &[]));
        let heights =
            picture.split(" y=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok());
        let lowest = heights.fold(0.0, f64::max);
        assert!(lowest < SHEET.height - 6.0, "{metres} {lowest}");
    }
}

#[test]
fn a_route_shows_its_stops_and_hides_nothing_behind_another() {
    use crate::location::borders::Borders;
    use crate::location::map::{Route, Stop, StopKind, route_gpx};
    let stop = |kind, name: &str, at| Stop { kind, name: name.to_owned(), at, within_m: 300.0 };
    let stops = [
        stop(StopKind::Target, "Target", MIDDLE),
        stop(StopKind::Site, "<b>Towers</b>\u{202e}", MIDDLE.towards(90.0, 900.0)),
        stop(StopKind::Waypoint, "Petrol station", MIDDLE.towards(200.0, 4_000.0)),
        stop(StopKind::Waypoint, "nowhere", Point { lat: f64::NAN, lon: 0.0 }),
    ];
    let towns = towns(4_000.0);
    let route = Route {
        title: "Boats",
        note: "Delete by noon.",
        stops: &stops,
        towns: &towns,
        borders: Borders::embedded(),
    };
    let picture = route_svg(&route);
    for shown in ["Boats", "Delete by noon.", ">Target<", "&lt;b&gt;Towers", ">Petrol station<"] {
        assert!(picture.contains(shown), "{shown}");
    }
    assert!(!picture.contains("nowhere") && !picture.contains('\u{202e}'));
    assert_eq!(route_gpx(&route).matches("<wpt ").count(), 3);
    let empty = route_svg(&Route { stops: &[], ..route });
    assert!(empty.contains("names no place") && empty.ends_with("</svg>"));
}
