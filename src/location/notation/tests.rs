use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// Pieces of which texts are put together that look like something.
const PIECES: &[&str] = &[
    "16.6912",
    "98.5123",
    "๑๖",
    ",",
    "，",
    " ",
    "\n",
    "°",
    "'",
    "\"",
    "N",
    "E",
    "北纬",
    "东经",
    "度",
    "lat",
    "lon",
    "47Q",
    "MU",
    "12345",
    "67890",
    "7MFV67R8+FM",
    "+",
    "https://maps.google.com/?q=",
    "https://www.google.com/maps/@",
    "!3d",
    "!4d",
    "geo:",
    "%2C",
    "%",
    "///",
    "a.b.c",
    "#map=",
    "-",
    ":",
    "ที่",
    "ខ",
    "မြောက်",
    "\u{200b}",
    "\u{301}",
    "💥",
    "0",
    "9999999999",
];

fn assert_sound(text: &str) {
    let found = find(text, &|point| point.lat > 20.0);
    let length = text.chars().count();
    let mut before = 0;
    for found in found {
        assert!(before <= found.start && found.start < found.end && found.end <= length);
        before = found.end;
        if let Some(position) = found.position() {
            assert!(Point::new(position.point.lat, position.point.lon).is_some());
            assert!(position.accuracy_m.is_finite() && position.accuracy_m > 0.0);
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        assert_sound(&text);
    }

    #[test]
    fn any_mixture_of_notations_is_survived(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24),
    ) {
        assert_sound(&pieces.concat());
    }

    #[test]
    fn any_point_that_is_written_is_read(lat in -11.0..53.0_f64, lon in 89.0..145.0_f64) {
        let text = format!("xin chào {lat:.6}, {lon:.6} nhé");
        let found = find(&text, &|_| false);
        prop_assert_eq!(found.len(), 1);
        let position = found[0].position().unwrap();
        prop_assert!(position.point.distance_m(Point::new(lat, lon).unwrap()) < 1.0);
    }
}

/// A stranger may send anything: what takes a second for one text takes the service down with many.
#[test]
fn long_texts_take_no_longer_than_their_length() {
    for piece in PIECES {
        let text = piece.repeat(100_000 / piece.len());
        let start = Instant::now();
        assert_sound(&text);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(4), "{piece:?} {took:?}");
    }
}
