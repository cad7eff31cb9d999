use proptest::prelude::*;

use super::*;

fn vectors(kind: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    include_str!("vectors.csv")
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(move |row| row.first() == Some(&kind))
}

fn number(text: &str) -> f64 {
    text.parse().unwrap()
}

#[test]
fn public_codes_cover_what_they_should() {
    let mut count = 0;
    for row in vectors("cell") {
        let cell = PlusCode::parse(row[1]).unwrap().cell();
        let edges = [cell.south, cell.west, cell.south + cell.height, cell.west + cell.width];
        for (edge, expected) in edges.iter().zip(&row[2..]) {
            assert!((edge - number(expected)).abs() < 1e-9, "{} {edge} {expected}", row[1]);
        }
        count += 1;
    }
    assert_eq!(count, 20);
}

#[test]
fn public_codes_are_valid_where_they_should_be() {
    let mut count = 0;
    for row in vectors("form") {
        let code = PlusCode::parse(row[1]);
        assert_eq!(code.is_some(), row[2] == "true", "{}", row[1]);
        assert_eq!(code.is_some_and(|code| !code.is_full()), row[3] == "true", "{}", row[1]);
        assert_eq!(code.is_some_and(|code| code.is_full()), row[4] == "true", "{}", row[1]);
        count += 1;
    }
    assert_eq!(count, 23);
}

#[test]
fn public_short_codes_are_found_near_their_references() {
    let mut count = 0;
    for row in vectors("near") {
        let reference = Point::new(number(row[2]), number(row[3])).unwrap();
        let short = PlusCode::parse(row[1]).unwrap();
        let (found, full) = (short.near(reference).unwrap(), PlusCode::parse(row[4]).unwrap());
        assert!(found.point.distance_m(full.position().unwrap().point) < 0.01, "{}", row[1]);
        count += 1;
    }
    assert_eq!(count, 14);
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in any::<String>(), lat in -90.0..=90.0, lon in -180.0..=180.0) {
        if let Some(code) = PlusCode::parse(&text) {
            let near = code.near(Point { lat, lon });
            prop_assert!(near.is_some());
        }
    }

    #[test]
    fn codes_are_read_back(code in "[2-9C][2-9CFGHJMPQRV][2-9CFGHJMPQRVWX]{6}\\+[2-9CFGHJMPQRVWX]{2,4}") {
        let full = PlusCode::parse(&code).unwrap().position().unwrap();
        let short = PlusCode::parse(&code[4..]).unwrap();
        prop_assert!(!short.is_full());
        let near = short.near(full.point.towards(45.0, 15_000.0)).unwrap();
        if full.point.lat.abs() < 60.0 {
            prop_assert!(near.point.distance_m(full.point) < 1.0);
        }
    }
}
