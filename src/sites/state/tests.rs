use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::clues::model::Reliability;
use crate::observations::data::ObservationKind;

const DAY: i64 = 86_400;

fn day(days: i64) -> Time {
    Time::constant(1_760_000_000).plus_seconds(days * DAY)
}

fn base(verification: Verification, activity: Activity) -> Base {
    Base { verification, activity, capacity: None, since: day(0) }
}

const fn unknown() -> (Verification, Activity) {
    (Verification::Suspected, Activity::Unknown)
}

/// An observation of a day, told the same day, graded as `B2`, by somebody of its own.
fn seen(days: i64, grades: &str, kind: &str, data: Value) -> Seen {
    let (letter, digit) = grades.split_at(1);
    let kind: ObservationKind = kind.parse().unwrap();
    let id = Id::at(day(days));
    Seen {
        id,
        site_id: Id::at(day(0)),
        at: day(days),
        recorded_at: day(days),
        retracted_at: None,
        voice: format!("person:{id}"),
        reliability: letter.parse::<Reliability>().unwrap(),
        credibility: digit.parse().unwrap(),
        data: ObservationData::parse(kind, data).unwrap(),
    }
}

fn by(voice: &str, seen: Seen) -> Seen {
    Seen { voice: voice.to_owned(), ..seen }
}

fn now((verification, activity): (Verification, Activity), seen: &[Seen]) -> State {
    derive(&base(verification, activity), seen, When::default())
}

fn activity(seen: &[Seen]) -> Activity {
    now(unknown(), seen).activity
}

#[test]
fn the_newer_word_of_equal_grade_holds_and_a_much_worse_one_does_not() {
    let active = seen(1, "B2", "people_seen", json!({"count": 100}));
    let gone = |days, grades| seen(days, grades, "evacuated", json!({}));
    assert_eq!(activity(std::slice::from_ref(&active)), Activity::Active);
    assert_eq!(activity(&[active.clone(), gone(2, "B2")]), Activity::Evacuated);
    assert_eq!(activity(&[active.clone(), gone(2, "C3")]), Activity::Evacuated);
    assert_eq!(activity(&[active.clone(), gone(2, "D4")]), Activity::Active, "a rumour");
    // Told after many months in which nothing was seen, it is the best that is known.
    assert_eq!(activity(&[active.clone(), gone(120, "D4")]), Activity::Evacuated);
    assert_eq!(activity(&[active, gone(120, "E5")]), Activity::Active, "worth nothing at any time");
    assert_eq!(activity(&[]), Activity::Unknown);
}

#[test]
fn it_does_not_matter_in_which_order_things_were_told() {
    let before = seen(1, "B2", "people_seen", json!({"count": 100}));
    let gone = seen(5, "B2", "evacuated", json!({}));
    let late = Seen { recorded_at: day(9), ..before.clone() };
    assert_eq!(activity(&[gone.clone(), late]), Activity::Evacuated);
    assert_eq!(activity(&[before, gone]), Activity::Evacuated);
}

#[test]
fn an_evacuated_site_stays_so_until_people_lights_or_guards_are_seen_with_enough_weight() {
    let gone = seen(1, "A1", "evacuated", json!({}));
    let lights = |days| seen(days, "B2", "lights", json!({"state": "on"}));
    assert_eq!(activity(&[gone.clone(), lights(3)]), Activity::Evacuated, "somebody looks after the place");
    assert_eq!(activity(&[gone.clone(), lights(3), lights(4)]), Activity::Active);
    let people = seen(3, "B2", "people_seen", json!({"count": {"low": 20, "high": 60}}));
    assert_eq!(activity(&[gone.clone(), people]), Activity::Active);
    let dark = |days| seen(days, "B2", "lights", json!({"state": "off"}));
    assert_eq!(activity(&[gone, dark(3), dark(4), dark(5)]), Activity::Evacuated, "and not dormant");
    assert_eq!(activity(&[dark(3), dark(4)]), Activity::Dormant);
}

#[test]
fn who_repeats_themselves_is_heard_once() {
    let people = by("a", seen(1, "B2", "people_seen", json!({"count": 100})));
    let rumour = |days, voice: &str| by(voice, seen(days, "D4", "evacuated", json!({})));
    let one: Vec<Seen> =
        std::iter::once(people.clone()).chain((2..6).map(|days| rumour(days, "x"))).collect();
    assert_eq!(activity(&one), Activity::Active);
    let many: Vec<Seen> =
        std::iter::once(people).chain((2..6).map(|days| rumour(days, &days.to_string()))).collect();
    assert_eq!(activity(&many), Activity::Evacuated);
}

#[test]
fn a_judgement_of_the_staffs_holds_whatever_was_seen_before() {
    let mut all: Vec<Seen> =
        (1..8).map(|days| seen(days, "A1", "people_seen", json!({"count": 9}))).collect();
    let judged = |days, data| by("staff:a", seen(days, "B2", "assessment", data));
    all.push(judged(8, json!({"activity": "dormant"})));
    assert_eq!(activity(&all), Activity::Dormant);
    all.push(seen(9, "A1", "people_seen", json!({"count": 9})));
    assert_eq!(activity(&all), Activity::Active);
    all.push(judged(10, json!({"activity": "dormant"})));
    assert_eq!(activity(&all), Activity::Dormant, "said again after it was contradicted");
    all.push(judged(11, json!({"activity": "unknown"})));
    assert_eq!(activity(&all), Activity::Unknown);
}

#[test]
fn people_who_were_taken_elsewhere_are_gone_in_full_or_in_part() {
    let elsewhere = Id::at(day(0)).to_string();
    let people = seen(1, "B2", "people_seen", json!({"count": 400}));
    let moved = |people| {
        let data = match people {
            None => json!({"site_id": elsewhere}),
            Some(people) => json!({"site_id": elsewhere, "people": people}),
        };
        seen(2, "B2", "moved_to", data)
    };
    assert_eq!(activity(&[people.clone(), moved(None)]), Activity::Evacuated);
    assert_eq!(activity(&[people.clone(), moved(Some(380))]), Activity::Evacuated);
    assert_eq!(activity(&[people.clone(), moved(Some(100))]), Activity::Active);
    let left = |left| seen(2, "B2", "evacuated", json!({"people_left": left}));
    assert_eq!(activity(&[people.clone(), left(20)]), Activity::Evacuated);
    assert_eq!(activity(&[people, left(300)]), Activity::Active);
}

#[test]
fn only_a_judgement_rules_out_and_two_eyewitnesses_confirm() {
    let verification = |seen: &[Seen]| now(unknown(), seen).verification;
    let held = |days, grades| seen(days, grades, "people_seen", json!({"count": 5, "under_guard": true}));
    let judged = |days, grades, word: &str| seen(days, grades, "assessment", json!({"verification": word}));
    assert_eq!(verification(&[held(1, "A1")]), Verification::Suspected, "one is never enough");
    assert_eq!(verification(&[held(1, "C3"), held(2, "C3")]), Verification::Suspected);
    assert_eq!(verification(&[held(1, "B2"), held(2, "B2")]), Verification::Confirmed);
    let twice = [by("a", held(1, "A1")), by("a", held(2, "A1"))];
    assert_eq!(verification(&twice), Verification::Suspected, "one voice");
    let free = |days| seen(days, "A1", "people_seen", json!({"count": 500}));
    assert_eq!(verification(&[free(1), free(2), free(3)]), Verification::Suspected, "anybody's house");
    assert_eq!(
        verification(&[judged(1, "D4", "ruled_out")]),
        Verification::Suspected,
        "a doubtful judgement"
    );
    let out = [held(1, "B2"), held(2, "B2"), judged(3, "B2", "ruled_out")];
    assert_eq!(verification(&out), Verification::RuledOut);
    let mut after = out.to_vec();
    after.extend([held(4, "A1"), held(5, "A1")]);
    assert_eq!(verification(&after), Verification::RuledOut, "nothing but a judgement brings it back");
    // Who judges it suspected has looked at what was there; only what comes after counts.
    let doubted = [held(1, "B2"), held(2, "B2"), judged(3, "B2", "suspected"), held(4, "B2")];
    assert_eq!(verification(&doubted), Verification::Suspected);
}

#[test]
fn what_is_retracted_counts_no_more_and_did_before() {
    let people = seen(1, "B2", "people_seen", json!({"count": 100}));
    let gone = Seen { retracted_at: Some(day(6)), ..seen(4, "A1", "evacuated", json!({})) };
    let all = [people, gone];
    let at = |at, known_at| {
        let (verification, activity) = unknown();
        derive(&base(verification, activity), &all, When { at, known_at }).activity
    };
    assert_eq!(at(None, None), Activity::Active);
    assert_eq!(at(None, Some(day(5))), Activity::Evacuated);
    assert_eq!(at(Some(day(2)), Some(day(5))), Activity::Active);
    assert_eq!(at(None, Some(day(0))), Activity::Unknown, "nothing had been told");
}

#[test]
fn the_history_tells_each_change_and_what_made_it() {
    let active = seen(2, "B2", "people_seen", json!({"count": 10}));
    let again = seen(3, "B2", "people_seen", json!({"count": 12}));
    let gone = seen(7, "B2", "evacuated", json!({}));
    let capacity = seen(9, "B2", "assessment", json!({"capacity": 40}));
    let all = [gone.clone(), again, capacity.clone(), active.clone()];
    let (verification, word) = unknown();
    let changes = history(&base(verification, word), &all, When::default());
    let told: Vec<(Time, Activity)> =
        changes.iter().map(|change| (change.at, change.state.activity)).collect();
    let evacuated = (day(9), Activity::Evacuated);
    assert_eq!(
        told,
        [(day(0), Activity::Unknown), (day(2), Activity::Active), (day(7), Activity::Evacuated), evacuated]
    );
    assert_eq!(changes[0].state.because, []);
    assert_eq!(changes[1].state.because, [active.id]);
    assert_eq!(changes[2].state.because, [gone.id]);
    assert_eq!(changes[3].state.because, [gone.id, capacity.id]);
    assert_eq!(changes[3].state.capacity.map(Capacity::get), Some(40));
}

#[test]
fn a_site_that_was_known_before_begins_with_what_its_entry_said() {
    let known = (Verification::Confirmed, Activity::Active);
    assert_eq!(now(known, &[]).activity, Activity::Active);
    assert_eq!(now(known, &[seen(1, "D4", "evacuated", json!({}))]).activity, Activity::Active);
    assert_eq!(now(known, &[seen(1, "B2", "evacuated", json!({}))]).activity, Activity::Evacuated);
    assert_eq!(now(known, &[]).verification, Verification::Confirmed);
}

fn any_seen() -> impl Strategy<Value = Seen> {
    let grades = ("[A-F]", 1..=6_i32).prop_map(|(letter, digit)| format!("{letter}{digit}"));
    let what = proptest::sample::select(vec![
        ("people_seen", json!({"count": 30, "under_guard": true})),
        ("people_seen", json!({"count": 0})),
        ("lights", json!({"state": "off"})),
        ("guards", json!({"count": {"low": 0, "high": 3}})),
        ("evacuated", json!({"people_left": 7})),
        ("evacuated", json!({})),
        ("raid", json!({})),
        ("assessment", json!({"activity": "dormant", "verification": "confirmed"})),
    ]);
    (0..900_i64, grades, what, 0..4_u8).prop_map(|(days, grades, (kind, data), voice)| {
        by(&voice.to_string(), seen(days, &grades, kind, data))
    })
}

proptest! {
    #[test]
    fn the_state_is_that_of_the_last_change_and_beliefs_are_shares(
        seen in proptest::collection::vec(any_seen(), 0..40), at in 0..900_i64,
    ) {
        let (verification, activity) = unknown();
        let base = base(verification, activity);
        let when = When { at: Some(day(at)), known_at: None };
        let state = derive(&base, &seen, when);
        prop_assert!((0.0..=1.0 + 1e-9).contains(&state.weight));
        let changes = history(&base, &seen, When::default());
        let then = changes.iter().rev().find(|change| change.at <= day(at)).map(|change| &change.state);
        prop_assert!(then.is_none_or(|then| then.same(&state)));
        let mut turned = seen;
        turned.reverse();
        prop_assert!(derive(&base, &turned, when).same(&state));
    }
}
