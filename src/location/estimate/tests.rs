//! The estimate as a whole, on a small made-up earth.

mod odd;
mod story;

use std::sync::{Arc, OnceLock};

use super::*;
use crate::location::borders::Country;
use crate::location::geo::Point;
use crate::location::simulation::Toy;

/// A day in 2024.
const DAY: f64 = 19_900.0;
/// The border of the small earth runs along 98.6 degrees east.
const NEAR_BORDER: Point = Point { lat: 16.70, lon: 98.52 };
const FURTHER_NORTH: Point = Point { lat: 17.20, lon: 98.50 };
const INLAND: Point = Point { lat: 16.30, lon: 98.00 };

fn toy() -> &'static Toy {
    static TOY: OnceLock<Toy> = OnceLock::new();
    TOY.get_or_init(Toy::small)
}

fn grid() -> &'static Arc<Grid> {
    static GRID: OnceLock<Arc<Grid>> = OnceLock::new();
    GRID.get_or_init(|| Arc::new(Grid::new(toy(), &toy().extent())))
}

fn site(id: u128, at: Point) -> Site {
    Site {
        id,
        name: format!("Site {id}"),
        at,
        sigma_m: 3_000.0,
        extent_m: 400.0,
        country: Some(Country::MM),
        weight: 1.0,
    }
}

fn sites() -> Vec<Site> {
    let far = INLAND.towards(200.0, 8_000.0);
    vec![site(1, NEAR_BORDER), site(2, FURTHER_NORTH), site(3, INLAND), site(4, far)]
}

fn space() -> &'static Space {
    static SPACE: OnceLock<Space> = OnceLock::new();
    SPACE.get_or_init(|| Space::new(toy(), grid(), &sites()))
}

fn says(id: u128, source: &str, day: f64, statement: Statement) -> Evidence {
    Evidence {
        id,
        statement,
        from_day: day,
        until_day: day,
        source: source.into(),
        reliability: Reliability::B,
        credibility: 2,
        suspect: false,
        original: None,
    }
}

fn pin(id: u128, source: &str, day: f64, at: Point) -> Evidence {
    says(id, source, day, Statement::Point { at, accuracy_m: 30.0, viewport: false })
}

fn answer(clues: &[Evidence]) -> Estimate {
    answer_at(clues, &[], DAY)
}

fn answer_at(clues: &[Evidence], events: &[SiteEvent], day: f64) -> Estimate {
    let layers = Layers::new(64 << 20);
    let answer = estimate(toy(), space(), &layers, &Asked { clues, events, day, explain: true });
    assert_sound(&answer);
    answer
}

fn of(answer: &Estimate, site: u128) -> f64 {
    answer.sites.iter().find(|(id, _)| *id == site).map_or(0.0, |(_, probability)| *probability)
}

fn area(answer: &Estimate, level: usize) -> f64 {
    answer.regions[level].area_km2
}

/// What holds for every answer.
fn assert_sound(answer: &Estimate) {
    let listed: f64 = answer.sites.iter().map(|(_, probability)| probability).sum();
    let total = listed + answer.unlisted + answer.outside;
    assert!((total - 1.0).abs() < 1e-4, "{total}");
    assert_eq!(answer.regions.len(), LEVELS.len());
    assert!(answer.regions.iter().all(|region| region.area_km2.is_finite() && !region.polygons.is_empty()));
    assert!(answer.expected_error_km.is_finite() && Point::new(answer.best.lat, answer.best.lon).is_some());
    assert!(answer.candidates.is_sorted_by(|a, b| a.probability >= b.probability));
    for contribution in &answer.contributions {
        assert!(contribution.decibans.is_finite() && contribution.kl.is_finite());
    }
    for question in &answer.next_questions {
        assert!(question.gain_bits.is_finite() && (0.0..=1.0).contains(&question.danger));
    }
}
