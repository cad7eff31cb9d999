//! What nobody should send, and what somebody will.

use proptest::prelude::*;

use super::*;
use crate::location::ring::Ring;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(0.0),
        Just(-1.0),
        Just(1e-300),
        Just(1e300),
        -400.0..400.0_f64,
        0.0..50.0_f64,
    ]
}

fn position() -> impl Strategy<Value = Point> {
    prop_oneof![
        (number(), number()).prop_map(|(lat, lon)| Point { lat, lon }),
        (16.0..17.4_f64, 97.8..99.4_f64).prop_map(|(lat, lon)| Point { lat, lon }),
    ]
}

fn country() -> impl Strategy<Value = Country> {
    prop_oneof![
        Just(Country::MM),
        Just(Country::TH),
        Just(Country::KH),
        "[A-Z]{2}".prop_map(|code| Country::new(&code).unwrap())
    ]
}

fn origin() -> impl Strategy<Value = Origin> {
    prop_oneof![position().prop_map(Origin::At), Just(Origin::Named("nowhere".into()))]
}

fn statement() -> impl Strategy<Value = Statement> {
    let meant = (position(), proptest::option::of(country()), number(), number())
        .prop_map(|(at, country, sigma_m, weight)| Meant { at, country, sigma_m, weight });
    let maybe = || proptest::option::of(number());
    prop_oneof![
        (position(), number(), any::<bool>()).prop_map(|(at, accuracy_m, viewport)| Statement::Point {
            at,
            accuracy_m,
            viewport
        }),
        proptest::collection::vec(meant, 0..4).prop_map(|candidates| Statement::Place {
            name: "x".into(),
            relation: Relation::Opposite,
            candidates
        }),
        (0..7_u128).prop_map(Statement::Site),
        (origin(), number(), maybe()).prop_map(|(from, km, sigma_km)| Statement::DistanceFrom {
            from,
            km,
            sigma_km
        }),
        (origin(), number(), proptest::option::of(any::<bool>())).prop_map(
            |(from, hours, border_crossed)| {
                Statement::TravelTime { from, hours, mode: Mode::Unknown, border_crossed }
            }
        ),
        (any::<bool>(), any::<i64>(), number(), maybe()).prop_map(
            |(rises, day, minutes, utc_offset_minutes)| {
                Statement::Sun { rises, day, minutes, utc_offset_minutes }
            }
        ),
        (country(), maybe()).prop_map(|(country, within_km)| Statement::Border { country, within_km }),
        country().prop_map(Statement::Country),
        country().prop_map(Statement::Network),
        (origin(), number(), maybe()).prop_map(|(from, degrees, sigma_degrees)| Statement::Bearing {
            from,
            degrees,
            sigma_degrees
        }),
        (position(), number()).prop_map(|(at, within_km)| Statement::Landmark { at, within_km }),
        (position(), number(), number()).prop_map(|(at, radius_km, detection)| Statement::Absence {
            searched: Searched::Circle { at, radius_km },
            detection
        }),
        (position(), 1.0..60_000.0, number()).prop_map(|(at, metres, detection)| {
            let corners: Vec<Point> =
                (0..5).map(|n| at.towards(f64::from(n) * 72.0, metres / f64::from(n + 1))).collect();
            let searched = Ring::through(&corners).map(Searched::Area);
            searched.map_or(Statement::Nothing, |searched| Statement::Absence { searched, detection })
        }),
        ((0..7_u128), number())
            .prop_map(|(id, detection)| Statement::Absence { searched: Searched::Site(id), detection }),
        Just(Statement::Nothing),
    ]
}

fn clue() -> impl Strategy<Value = Evidence> {
    let day = prop_oneof![number(), DAY - 400.0..DAY + 400.0];
    (any::<u128>(), statement(), day.clone(), day, "[ab]", 0..9_u8, any::<bool>()).prop_map(
        |(id, statement, from_day, until_day, source, credibility, suspect)| Evidence {
            from_day,
            until_day,
            credibility,
            suspect,
            reliability: [Reliability::A, Reliability::E, Reliability::F][usize::from(credibility) % 3],
            ..says(id, &source, 0.0, statement)
        },
    )
}

fn event() -> impl Strategy<Value = SiteEvent> {
    let what = prop_oneof![
        Just(Happening::Raid),
        Just(Happening::Evacuation),
        (0..6_u128).prop_map(Happening::MovedTo),
    ];
    let site = proptest::option::of(0..6_u128);
    (position(), DAY - 400.0..DAY + 400.0, what, site, number())
        .prop_map(|(at, day, what, site, weight)| SiteEvent { at, day, what, site, weight })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_said_breaks_the_answer(
        clues in proptest::collection::vec(clue(), 0..8),
        events in proptest::collection::vec(event(), 0..3),
        day in prop_oneof![number(), DAY - 400.0..DAY + 400.0],
    ) {
        let answer = answer_at(&clues, &events, day);
        prop_assert!(answer.sites.iter().all(|(_, probability)| (0.0..=1.0).contains(probability)));
    }

    #[test]
    fn no_list_of_sites_breaks_the_answer(
        ats in proptest::collection::vec((position(), number(), number(), number()), 0..6),
    ) {
        let sites: Vec<Site> = (0..).zip(ats).map(|(id, (at, sigma_m, extent_m, weight))| {
            Site { sigma_m, extent_m, weight, ..site(id, at) }
        }).collect();
        let space = Space::new(toy(), grid(), &sites);
        let clues = [pin(1, "a", DAY, NEAR_BORDER)];
        let asked = Asked { clues: &clues, events: &[], day: DAY, explain: true };
        assert_sound(&estimate(toy(), &space, &Layers::new(1 << 20), &asked));
    }
}

#[test]
fn clues_that_contradict_each_other_make_a_wide_answer() {
    let corners = [NEAR_BORDER, FURTHER_NORTH, INLAND, Point { lat: 16.9, lon: 99.2 }];
    let all_over: Vec<Evidence> = (0..)
        .zip(["a", "b", "c", "d"])
        .zip(corners)
        .map(|((id, source), at)| pin(id, source, DAY, at))
        .collect();
    let agreed: Vec<Evidence> =
        (0..).zip(["a", "b", "c", "d"]).map(|(id, source)| pin(id, source, DAY, INLAND)).collect();
    let (torn, sure) = (answer(&all_over), answer(&agreed));
    assert!(torn.candidates[0].probability < 0.6, "{}", torn.candidates[0].probability);
    assert!(torn.expected_error_km > 20.0 && sure.expected_error_km < 2.0);
}

#[test]
fn thousands_of_clues_are_answered_from_the_best_of_them() {
    let clues: Vec<Evidence> = (0..3_000_u32)
        .map(|n| {
            let at = NEAR_BORDER.towards(f64::from(n), f64::from(n % 50) * 400.0);
            let source = ["a", "b", "c", "d", "e"][n as usize % 5];
            pin(u128::from(n), source, DAY - f64::from(n) / 10.0, at)
        })
        .collect();
    let answer = answer(&clues);
    assert_eq!(answer.clues_used.len(), MAX_CLUES);
    assert!(answer.best.distance_m(NEAR_BORDER) < 15_000.0);
}

#[test]
fn no_cells_and_no_sites_are_an_answer_too() {
    let nowhere = Extent { windows: Vec::new(), countries: Vec::new() };
    let grid = Arc::new(Grid::new(toy(), &nowhere));
    let space = Space::new(toy(), &grid, &[]);
    let clues = [pin(1, "a", DAY, NEAR_BORDER)];
    let asked = Asked { clues: &clues, events: &[], day: DAY, explain: true };
    let answer = estimate(toy(), &space, &Layers::new(1 << 20), &asked);
    assert!((answer.outside - 1.0).abs() < 1e-6);
}
