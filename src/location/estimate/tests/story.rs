//! What the estimate makes of what people say.

use super::super::problem::Problem;
use super::super::sketch::Sketch;
use super::*;
use crate::location::ring::Ring;

#[test]
fn without_clues_the_answer_is_wide_and_forces_nobody_onto_a_list() {
    let answer = answer(&[]);
    assert!(answer.unlisted > 0.15 && answer.outside > 0.02);
    assert!(area(&answer, 0) > 100.0 && area(&answer, 2) > 2_000.0);
    assert!(answer.clues_used.is_empty() && answer.contributions.is_empty());
    assert!(
        answer.next_questions.iter().any(|question| question.kind == "country" || question.kind == "place")
    );
}

#[test]
fn a_pin_that_two_sources_share_finds_the_place() {
    let at = NEAR_BORDER.towards(45.0, 900.0);
    let answer = answer(&[pin(1, "a", DAY, at), pin(2, "b", DAY - 1.0, at.towards(90.0, 60.0))]);
    assert!(answer.best.distance_m(at) < 300.0, "{:?}", answer.best);
    assert!(area(&answer, 0) < 1.0, "{}", area(&answer, 0));
    assert!(within(&answer.regions[1].polygons, at));
    assert_eq!(answer.candidates[0].site, Some(1));
    assert!(area(&answer, 0) <= area(&answer, 1) && area(&answer, 1) <= area(&answer, 2));
}

#[test]
fn a_precise_pin_away_from_all_sites_is_an_unlisted_place() {
    let at = Point { lat: 16.95, lon: 98.10 };
    let answer = answer(&[pin(1, "a", DAY, at), pin(2, "b", DAY, at), pin(3, "c", DAY, at)]);
    assert_eq!(answer.leader().0, Leader::Unlisted);
    assert!(answer.candidates[0].site.is_none() && answer.candidates[0].at.distance_m(at) < 3_000.0);
}

#[test]
fn ten_pins_of_one_source_do_not_outvote_three_sources() {
    let liar = (0..10).map(|n| pin(n, "liar", DAY - 0.1, INLAND));
    let others =
        [("x", 20), ("y", 21), ("z", 22)].map(|(source, id)| pin(id, source, DAY - 0.1, NEAR_BORDER));
    let answer = answer(&liar.chain(others).collect::<Vec<_>>());
    assert!(of(&answer, 1) > 2.0 * of(&answer, 3), "{} {}", of(&answer, 1), of(&answer, 3));
}

#[test]
fn clues_that_contradict_each_other_shake_the_faith_in_their_grades() {
    let doubt = |places: &[Point]| {
        let clues: Vec<Evidence> =
            (1..).zip(places).map(|(id, at)| pin(id, &format!("source {id}"), DAY, *at)).collect();
        let mut problem = Problem::new(toy(), space(), &Layers::new(64 << 20), &clues, &[], DAY);
        Sketch::new(&mut problem);
        problem.voices[0].unsound / problem.voices[0].graded
    };
    let agreeing = doubt(&[NEAR_BORDER; 6]);
    let aside = |degrees: f64| INLAND.towards(degrees, 20_000.0);
    let contradicting = doubt(&[NEAR_BORDER, FURTHER_NORTH, INLAND, aside(0.0), aside(120.0), aside(240.0)]);
    assert!((1.0..1.3).contains(&agreeing), "{agreeing}");
    assert!(contradicting > 1.8, "{contradicting}");
}

#[test]
fn a_suspect_message_counts_for_less() {
    let honest = pin(1, "a", DAY, NEAR_BORDER);
    let suspect = Evidence { suspect: true, ..honest.clone() };
    assert!(of(&answer(&[honest]), 1) > 1.5 * of(&answer(&[suspect]), 1));
}

#[test]
fn copies_and_forwards_count_once() {
    let first = pin(1, "a", DAY, NEAR_BORDER);
    let copy = Evidence { id: 2, ..first.clone() };
    let original = Some("message 9".to_owned());
    let told = Evidence { original: original.clone(), ..pin(3, "b", DAY, NEAR_BORDER) };
    let forward = Evidence { original, ..pin(4, "c", DAY + 3.0, NEAR_BORDER.towards(0.0, 5.0)) };
    let answer = answer(&[first, copy, told, forward]);
    assert_eq!(answer.clues_used, [1, 3]);
}

#[test]
fn whoever_was_moved_was_there_before_and_is_here_now() {
    let clues: Vec<Evidence> = (0..4)
        .map(|n| pin(n, ["a", "b"][n as usize % 2], DAY - 90.0 + n as f64, INLAND))
        .chain((10..14).map(|n| pin(n, ["a", "b"][n as usize % 2], DAY - 14.0 + n as f64, NEAR_BORDER)))
        .collect();
    let (before, now) = (answer_at(&clues, &[], DAY - 88.0), answer_at(&clues, &[], DAY));
    assert!(of(&before, 3) > 0.7 && of(&before, 1) < 0.1, "{} {}", of(&before, 3), of(&before, 1));
    assert!(of(&now, 1) > 0.7 && of(&now, 3) < 0.1, "{} {}", of(&now, 1), of(&now, 3));
    // The history tells what was known then: nobody knew of the other place.
    assert_eq!(now.history.first().map(|moment| moment.top), Some(Leader::Site(3)));
    assert_eq!(now.history.last().map(|moment| moment.top), Some(Leader::Site(1)));
}

#[test]
fn what_was_said_long_ago_says_less_of_today() {
    let clues = [pin(1, "a", DAY - 300.0, NEAR_BORDER), pin(2, "b", DAY - 300.0, NEAR_BORDER)];
    let (then, now) = (answer_at(&clues, &[], DAY - 300.0), answer_at(&clues, &[], DAY));
    assert!(of(&then, 1) > 1.3 * of(&now, 1), "{} {}", of(&then, 1), of(&now, 1));
    assert!(area(&now, 2) > 10.0 * area(&then, 2));
}

/// Something that happened at the site near the border.
fn event(day: f64, what: Happening, weight: f64) -> SiteEvent {
    SiteEvent { at: NEAR_BORDER, day, what, site: Some(1), weight }
}

#[test]
fn whoever_is_taken_to_a_site_that_has_a_name_is_there_and_was_not_before() {
    let clues = [pin(1, "a", DAY - 20.0, NEAR_BORDER), pin(2, "b", DAY - 20.0, NEAR_BORDER)];
    let at = |events: &[SiteEvent], day: f64| {
        let answer = answer_at(&clues, events, day);
        (of(&answer, 1), of(&answer, 3))
    };
    let taken = |weight| event(DAY - 10.0, Happening::MovedTo(3), weight);
    let calm = at(&[], DAY);
    let (stayed, there) = at(&[taken(0.87)], DAY);
    assert!(there > 0.5 && there > 2.0 * stayed, "{stayed} {there}, calm {calm:?}");
    let (stayed_then, there_then) = at(&[taken(0.87)], DAY - 15.0);
    assert!(stayed_then > 0.8 * calm.0 && there_then < 0.1, "{stayed_then} {there_then}");
    // By how good the word on it is, and how many it is about.
    let (more_stayed, fewer_there) = at(&[taken(0.3)], DAY);
    assert!(more_stayed > stayed && fewer_there < there, "{more_stayed} {fewer_there}");
    let known: f64 = more_stayed + fewer_there;
    assert!(known > 0.7 * (calm.0 + calm.1), "who was not taken is where they were: {known} {calm:?}");
    // Somebody who was elsewhere is not reached, and a site that is not reckoned with is anywhere.
    let inland = [pin(1, "a", DAY - 20.0, INLAND), pin(2, "b", DAY - 20.0, INLAND)];
    assert!((of(&answer_at(&inland, &[taken(0.87)], DAY), 3) - of(&answer(&inland), 3)).abs() < 0.05);
    let nowhere = at(&[event(DAY - 10.0, Happening::MovedTo(99), 0.87)], DAY);
    assert!(nowhere.0 < 0.6 * calm.0 && nowhere.1 < 0.2, "{nowhere:?}");
}

#[test]
fn what_was_heard_after_people_were_taken_away_tells_where_they_were_before() {
    // Somebody heard of at the far site after the move was probably among those who were taken there.
    let after = [pin(1, "a", DAY, INLAND), pin(2, "b", DAY, INLAND)];
    let taken = event(DAY - 10.0, Happening::MovedTo(3), 0.87);
    let before = |events: &[SiteEvent]| of(&answer_at(&after, events, DAY - 20.0), 1);
    assert!(before(&[taken]) > 2.0 * before(&[]), "{} {}", before(&[taken]), before(&[]));
}

#[test]
fn an_evacuation_moves_whom_it_reaches() {
    let clues = [pin(1, "a", DAY - 20.0, NEAR_BORDER), pin(2, "b", DAY - 20.0, NEAR_BORDER)];
    let evacuation = event(DAY - 10.0, Happening::Evacuation, 1.0);
    let elsewhere = SiteEvent { at: INLAND, site: Some(3), ..evacuation };
    let (calm, after) = (answer(&clues), answer_at(&clues, &[evacuation], DAY));
    assert!(of(&after, 1) < 0.6 * of(&calm, 1), "{} {}", of(&after, 1), of(&calm, 1));
    assert!((of(&answer_at(&clues, &[elsewhere], DAY), 1) - of(&calm, 1)).abs() < 0.05);
    // It says nothing of the time before.
    assert!(of(&answer_at(&clues, &[evacuation], DAY - 20.0), 1) > 0.8 * of(&calm, 1));
}

#[test]
fn a_raid_makes_a_move_likelier() {
    let clues = [pin(1, "a", DAY - 40.0, NEAR_BORDER), pin(2, "b", DAY - 40.0, NEAR_BORDER)];
    let raid = event(DAY - 35.0, Happening::Raid, 1.0);
    assert!(of(&answer_at(&clues, &[raid], DAY), 1) < of(&answer(&clues), 1) - 0.1);
}

#[test]
fn who_looked_in_vain_rules_a_site_out_for_that_time() {
    let place = says(1, "a", DAY, Statement::Border { country: Country::TH, within_km: Some(20.0) });
    let searched = Searched::Site(1);
    let looked = says(2, "team", DAY, Statement::Absence { searched, detection: 0.95 });
    let (with, without) = (answer(&[place.clone(), looked.clone()]), answer(std::slice::from_ref(&place)));
    assert!(of(&with, 1) < 0.6 * of(&without, 1), "{} {}", of(&with, 1), of(&without, 1));
    // A year ago it said nothing of whoever came since.
    let long_ago = Evidence { from_day: DAY - 700.0, until_day: DAY - 700.0, ..looked };
    assert!(of(&answer(&[place, long_ago]), 1) > 0.8 * of(&without, 1));
}

#[test]
fn an_area_that_was_searched_counts_as_the_circle_that_it_nearly_is() {
    let place = says(1, "a", DAY, Statement::Border { country: Country::TH, within_km: Some(20.0) });
    let corners: Vec<Point> = (0..24).map(|n| NEAR_BORDER.towards(f64::from(n) * 15.0, 8_000.0)).collect();
    let searched = Searched::Area(Ring::through(&corners).unwrap());
    let area = says(2, "team", DAY, Statement::Absence { searched, detection: 0.9 });
    let searched = Searched::Circle { at: NEAR_BORDER, radius_km: 8.0 };
    let circle = says(2, "team", DAY, Statement::Absence { searched, detection: 0.9 });
    let before = of(&answer(std::slice::from_ref(&place)), 1);
    let (area, circle) = (of(&answer(&[place.clone(), area]), 1), of(&answer(&[place, circle]), 1));
    assert!(area < 0.6 * before, "{area} {before}");
    assert!((area - circle).abs() < 0.1 * before, "{area} {circle} {before}");
}

#[test]
fn a_name_of_two_places_means_both() {
    let meant = |at, weight| Meant { at, country: Some(Country::MM), sigma_m: 2_000.0, weight };
    let candidates = vec![meant(NEAR_BORDER, 1.0), meant(INLAND, 1.0)];
    let name =
        says(1, "a", DAY, Statement::Place { name: "Thmei".into(), relation: Relation::In, candidates });
    let alone = answer(std::slice::from_ref(&name));
    assert!(of(&alone, 1) > 0.1 && of(&alone, 3) > 0.1 && of(&alone, 2) < 0.1);
    let border = says(2, "b", DAY, Statement::Border { country: Country::TH, within_km: None });
    let both = answer(&[name, border]);
    assert!(of(&both, 1) > 2.0 * of(&both, 3), "{} {}", of(&both, 1), of(&both, 3));
}

#[test]
fn a_known_site_is_itself_and_not_its_neighbour() {
    let answer = answer(&[says(1, "a", DAY, Statement::Site(3)), says(2, "b", DAY, Statement::Site(3))]);
    assert_eq!(answer.candidates[0].site, Some(3));
    assert!(of(&answer, 3) > 5.0 * of(&answer, 4), "{} {}", of(&answer, 3), of(&answer, 4));
}

#[test]
fn each_kind_prefers_what_it_says() {
    let at = |point: Point| Origin::At(point);
    let south = NEAR_BORDER.towards(180.0, 40_000.0);
    let km = south.distance_m(NEAR_BORDER) / 1_000.0;
    let way =
        Statement::TravelTime { from: at(INLAND), hours: 2.0, mode: Mode::Road, border_crossed: Some(false) };
    let cases = [
        (Statement::DistanceFrom { from: at(south), km, sigma_km: Some(3.0) }, 1, 3),
        (way, 1, 3),
        (Statement::Bearing { from: at(south), degrees: 0.0, sigma_degrees: Some(10.0) }, 1, 3),
        (Statement::Landmark { at: NEAR_BORDER, within_km: 3.0 }, 1, 2),
        (Statement::Border { country: Country::TH, within_km: None }, 1, 3),
        (Statement::Network(Country::TH), 1, 3),
        (Statement::Point { at: NEAR_BORDER, accuracy_m: 10.0, viewport: true }, 1, 2),
    ];
    for (statement, likely, unlikely) in cases {
        let answer = answer(&[says(1, "a", DAY, statement.clone())]);
        assert!(of(&answer, likely) > 1.5 * of(&answer, unlikely), "{statement:?}");
    }
}

#[test]
fn a_country_that_is_not_looked_in_leads_outside() {
    let cambodia = |id, source| says(id, source, DAY, Statement::Country(Country::KH));
    let far = Point { lat: 25.2, lon: 55.3 };
    let pins = [pin(1, "a", DAY, far), pin(2, "b", DAY, far), pin(3, "c", DAY, far)];
    assert_eq!(answer(&pins).leader().0, Leader::Outside);
    assert!(answer(&[cambodia(1, "a"), cambodia(2, "b"), cambodia(3, "c")]).outside > 0.5);
}

#[test]
fn what_speaks_for_the_leader_has_positive_decibans() {
    let clues = [pin(1, "a", DAY, NEAR_BORDER), pin(2, "b", DAY, NEAR_BORDER), pin(3, "c", DAY, INLAND)];
    let answer = answer(&clues);
    let of_clue = |id: u128| answer.contributions.iter().find(|part| part.part == Part::Clue(id)).unwrap();
    assert!(of_clue(1).decibans > 3.0 && of_clue(3).decibans < -3.0);
    assert!(of_clue(1).kl > 0.0);
    assert_eq!(of_clue(3).top_without, Leader::Site(1));
    // A source of one clue is that clue.
    assert!(answer.contributions.iter().all(|part| matches!(part.part, Part::Clue(_))));
}

#[test]
fn a_source_is_left_out_as_a_whole() {
    let clues = [pin(1, "a", DAY, NEAR_BORDER), pin(2, "a", DAY - 2.0, NEAR_BORDER.towards(0.0, 20.0))];
    let answer = answer(&clues);
    let whole = answer.contributions.iter().find(|part| part.part == Part::Source("a".into())).unwrap();
    let single = answer.contributions.iter().find(|part| part.part == Part::Clue(1)).unwrap();
    assert!(whole.decibans > single.decibans && whole.probability_without < 0.8);
}

#[test]
fn cases_that_point_at_one_place_are_alike() {
    let here = answer(&[pin(1, "a", DAY, NEAR_BORDER), pin(2, "b", DAY, NEAR_BORDER)]);
    let there = answer(&[pin(1, "a", DAY, INLAND), pin(2, "b", DAY, INLAND)]);
    let (same, apart) = (overlap(&here, &here), overlap(&here, &there));
    assert!(same.alike > 0.9 && same.same_site > 0.5 && same.shared[0].0 == 1, "{same:?}");
    assert!(apart.alike < 0.5 && apart.same_site < 0.2, "{apart:?}");
}

#[test]
fn kept_layers_give_the_same_answer_and_stay_within_their_bytes() {
    let clues: Vec<Evidence> = (0..12)
        .map(|n| pin(n, "a", DAY - f64::from(n as u32), NEAR_BORDER.towards(30.0 * n as f64, 2_000.0)))
        .collect();
    let asked = Asked { clues: &clues, events: &[], day: DAY, explain: false };
    let (large, small) = (Layers::new(64 << 20), Layers::new(200_000));
    let first = estimate(toy(), space(), &large, &asked);
    for layers in [&large, &small] {
        let again = estimate(toy(), space(), layers, &asked);
        assert_eq!(again.sites, first.sites);
        assert_eq!(again.best, first.best);
    }
    assert!(small.bytes() <= 200_000 && large.bytes() > small.bytes());
    // What a clue says may be corrected: its id stays.
    let moved = [pin(0, "a", DAY, INLAND)];
    let asked = Asked { clues: &moved, ..asked };
    assert!(of(&estimate(toy(), space(), &large, &asked), 3) > 0.3);
}
