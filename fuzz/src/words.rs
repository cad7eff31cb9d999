//! What is found in words: positions, clues, an organisation's own places.

use crate::location::borders::{Borders, Country};
use crate::location::extraction::{Context, Statement, extract};
use crate::location::gazetteer::{Gazetteer, additions};
use crate::location::geo::Point;
use crate::location::notation;

/// The words of an input, as a service has them: whole characters only.
fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

fn on_earth(point: Point) {
    assert!(Point::new(point.lat, point.lon).is_some(), "{point:?}");
}

/// Every find is in the text, after the one before, and on earth.
pub fn notation(input: &[u8]) {
    let text = text(input);
    let length = text.chars().count();
    let mut before = 0;
    for found in notation::find(&text, &|point| Borders::embedded().in_china(point)) {
        assert!(before <= found.start && found.start < found.end && found.end <= length, "{found:?}");
        before = found.end;
        if let Some(position) = found.position() {
            on_earth(position.point);
            assert!(position.accuracy_m.is_finite() && position.accuracy_m > 0.0, "{found:?}");
        }
    }
}

/// Every proposal quotes the text it is from, is graded, and its readings share one certainty.
pub fn extraction(input: &[u8]) {
    let text = text(input);
    let proposals = extract(&text, &Context::default(), Gazetteer::embedded(), Borders::embedded());
    for proposal in proposals {
        let quote = &proposal.quote;
        assert!(quote.start < quote.end, "an empty quote");
        let quoted: String = text.chars().skip(quote.start).take(quote.end - quote.start).collect();
        assert_eq!(quoted, quote.text);
        assert!(('A'..='F').contains(&proposal.reliability) && (1..=6).contains(&proposal.credibility));
        if let Some(point) = proposal.says.point() {
            on_earth(point);
        }
        if let Statement::Place { candidates, .. } = &proposal.says {
            let sum: f64 = candidates.iter().map(|candidate| candidate.weight).sum();
            assert!((sum - 1.0).abs() < 1e-6, "{sum}");
        }
    }
}

/// What a file adds is on earth and comes back from the file that is written of it.
pub fn places_file(input: &[u8]) {
    let Ok(read) = additions::read(&text(input), Some(Country::MM), "fuzz") else { return };
    for place in &read.places {
        on_earth(place.point);
    }
    let written = additions::write(&read.places).expect("memory takes any file");
    let again = additions::read(&text(&written), None, "").expect("a form of our own");
    assert_eq!((again.places.len(), again.refused), (read.places.len(), 0));
}
