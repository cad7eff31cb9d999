use proptest::prelude::*;

use super::super::super::geo::Point;
use super::super::{Found, Via};
use super::projection::to_point;

fn one(text: &str) -> Option<Found> {
    let found = super::super::find(text, &|_| false);
    assert!(found.len() < 2, "{text}: {found:?}");
    found.first().copied()
}

/// What other programs make of points, for several zones, bands and halves of the earth.
const KNOWN: [(f64, f64, &str, u8, f64, f64); 9] = [
    (16.6912, 98.5123, "47QMU4800245458", 47, 448_002.8, 1_845_458.1),
    (13.6586, 102.5634, "48PTA3641411293", 48, 236_414.8, 1_511_293.7),
    (10.6093, 103.5297, "48PUS3915473160", 48, 339_154.4, 1_173_160.1),
    (20.4433, 99.8812, "47QNC9192060785", 47, 591_920.1, 2_260_785.0),
    (24.0123, 97.8523, "47RLG8327256064", 47, 383_272.0, 2_656_064.1),
    (15.1234, 120.5678, "51PTS3860273422", 51, 238_602.6, 1_673_422.8),
    (-6.2, 106.8, "48MXU9916314348", 48, 699_163.4, 9_314_349.0 - 10_000_000.0),
    (16.0, 96.001, "47QJT7900771252", 47, 179_007.1, 1_771_252.5),
    (23.999, 102.01, "48QSM9578857346", 48, 195_788.5, 2_657_346.2),
];

#[test]
fn references_are_read() {
    for (lat, lon, mgrs, zone, easting, northing) in KNOWN {
        let point = Point::new(lat, lon).unwrap();
        assert!(to_point(zone, easting, northing).unwrap().distance_m(point) < 0.2, "{mgrs}");
        let spaced = format!("grid {} {} {} {}.", &mgrs[..3], &mgrs[3..5], &mgrs[5..10], &mgrs[10..]);
        for text in [mgrs.to_owned(), spaced, format!("在{}附近", mgrs.to_lowercase())] {
            let found = one(&text).unwrap();
            assert_eq!(found.via, Via::Mgrs);
            assert!(found.position().unwrap().point.distance_m(point) < 2.0, "{text} {found:?}");
        }
    }
}

#[test]
fn fewer_digits_mean_larger_cells() {
    let point = Point::new(16.6912, 98.5123).unwrap();
    for (text, most) in [("47QMU48004545", 15.0), ("47Q MU 480 454", 150.0), ("MGRS 47QMU4845", 1_500.0)] {
        let position = one(text).unwrap().position().unwrap();
        assert!(position.point.distance_m(point) <= position.accuracy_m * 1.1, "{text}");
        assert!(position.accuracy_m < most);
    }
}

#[test]
fn metres_east_and_north_are_read() {
    let point = Point::new(16.6912, 98.5123).unwrap();
    for text in [
        "47Q 448003 1845458",
        "UTM 47N 448003mE 1845458mN",
        "utm zone 47 N, Easting: 448003, Northing: 1845458",
        "47Q N 1845458 E 448003",
        "47Q 448002.8, 1845458.1",
    ] {
        assert!(one(text).unwrap().position().unwrap().point.distance_m(point) < 2.0, "{text}");
    }
}

#[test]
fn other_codes_are_no_references() {
    for text in [
        "flight 47QR 123456",
        "order 48PTA36414112931",
        "47QMU480024545",
        "47 QM 12",
        "room 12B 4455",
        "48PAA3641411293",
        "my id is 47QMU12",
        "1.47QMU4800245458",
        "31UDQ4825111932",
        "1845458 448003",
        "99X AB 1234 5678",
    ] {
        assert_eq!(one(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn no_zone_breaks_the_projection(zone in 0_u8..=255, east in any::<f64>(), north in any::<f64>()) {
        to_point(zone, east, north);
    }
}
