use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn rules(zone: &str, windows: &[(&[u8], &str, &str)]) -> Rules {
    Rules {
        time_zone: zone.to_owned(),
        windows: windows
            .iter()
            .map(|(days, from, to)| Window {
                days: days.to_vec(),
                from: (*from).to_owned(),
                to: (*to).to_owned(),
            })
            .collect(),
        initiate: true,
        languages: Vec::new(),
        persona: None,
        forbidden_words: Vec::new(),
    }
}

#[test]
fn a_zone_or_window_that_cannot_be_read_opens_nothing() {
    let every: &[u8] = &[1, 2, 3, 4, 5, 6, 7];
    let now = at("2026-03-04T12:00:00Z");
    for (zone, from, to) in [
        ("Moon/Tranquility", "00:00", "23:59"),
        ("UTC", "0:0", "23:59"),
        ("UTC", "11:00", "25:00"),
        ("UTC", "12:00", "12:00"),
    ] {
        assert_eq!(next_window(&rules(zone, &[(every, from, to)]), &[], now), None, "{zone} {from} {to}");
    }
    assert_eq!(next_window(&rules("UTC", &[(&[0, 8, 200], "00:00", "23:59")]), &[], now), None);
    // Any time is any time on whatever clock.
    assert_eq!(next_window(&rules("Moon/Tranquility", &[]), &[], now), Some(Span { from: now, to: None }));
}

#[test]
fn the_ends_of_time_are_survived() {
    let rules = rules("Asia/Yangon", &[(&[1, 2, 3, 4, 5, 6, 7], "23:00", "01:00")]);
    for micros in [i64::MIN, i64::MAX, 0] {
        next_window(&rules, &[], Time::from_micros(micros));
    }
}

#[test]
fn between_gives_each_stretch_once() {
    let rules = rules("UTC", &[(&[1, 2], "22:00", "01:00"), (&[2], "01:00", "02:00")]);
    let pause = Span { from: at("2026-03-03T22:30:00Z"), to: Some(at("2026-03-03T23:00:00Z")) };
    let schedule = Schedule::new(&rules, &[pause]);
    let spans = schedule.between(at("2026-03-02T00:00:00Z"), at("2026-03-09T00:00:00Z"), 100);
    let text: Vec<String> = spans.iter().map(|span| format!("{} {}", span.from, span.to.unwrap())).collect();
    assert_eq!(
        text,
        [
            "2026-03-02T22:00:00Z 2026-03-03T02:00:00Z",
            "2026-03-03T22:00:00Z 2026-03-03T22:30:00Z",
            "2026-03-03T23:00:00Z 2026-03-04T01:00:00Z",
        ]
    );
    assert_eq!(schedule.between(at("2026-03-02T00:00:00Z"), at("2026-03-09T00:00:00Z"), 2), spans[..2]);
}

fn any_zone() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "UTC",
        "Asia/Yangon",
        "Asia/Kathmandu",
        "Asia/Bangkok",
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",
        "America/Santiago",
        "Pacific/Apia",
        "America/Havana",
        "Africa/Casablanca",
        "Pacific/Chatham",
        "Asia/Beirut",
        "America/St_Johns",
    ])
}

fn clock() -> impl Strategy<Value = String> {
    (0..24_u8, proptest::sample::select(vec![0_u8, 1, 15, 30, 45, 59]))
        .prop_map(|(h, m)| format!("{h:02}:{m:02}"))
}

fn any_window() -> impl Strategy<Value = Window> {
    (proptest::collection::btree_set(1..=7_u8, 1..=7), clock(), clock()).prop_map(|(days, from, to)| Window {
        days: days.into_iter().collect(),
        from,
        to,
    })
}

/// A moment near a change of some clock, or any, in whole minutes.
fn any_moment() -> impl Strategy<Value = Time> {
    let special = proptest::sample::select(vec![
        "2011-12-29T20:00:00Z",
        "2026-03-08T06:00:00Z",
        "2026-11-01T05:00:00Z",
        "2026-03-29T00:00:00Z",
        "2026-10-25T00:00:00Z",
        "2026-04-04T14:00:00Z",
        "2026-10-03T15:00:00Z",
        "2026-04-05T03:00:00Z",
    ]);
    let near =
        (special, -14_400..1_440_i64).prop_map(|(moment, minutes)| at(moment).plus_seconds(minutes * 60));
    let any = (0..2_000_000_i64).prop_map(|m| at("2008-01-01T00:00:00Z").plus_seconds(m * 6 * 60));
    prop_oneof![3 => near, 1 => any]
}

/// Pauses as minutes from the moment and lengths.
fn any_pauses() -> impl Strategy<Value = Vec<(i64, Option<i64>)>> {
    proptest::collection::vec((-3_000..20_000_i64, proptest::option::weighted(0.95, 0..12_000_i64)), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]
    #[test]
    fn the_next_window_is_where_a_walk_from_minute_to_minute_finds_it(
        zone in any_zone(), windows in proptest::collection::vec(any_window(), 0..4), start in any_moment(),
        pauses in any_pauses(),
    ) {
        let mut rules = rules(zone, &[]);
        rules.windows = windows;
        let minute = |n: i64| start.plus_seconds(n * 60);
        let pauses: Vec<Span> = pauses
            .iter()
            .map(|(from, length)| Span { from: minute(*from), to: length.map(|length| minute(from + length)) })
            .collect();
        // The walk asks the definition, with the pauses as they were given.
        let schedule = Schedule::new(&rules, &[]);
        let open = |n: i64| schedule.in_window(minute(n)) && !pauses.iter().any(|span| span.holds(minute(n)));
        let far = 45 * 1_440;
        let first = (0..far).find(|n| open(*n));
        let next = next_window(&rules, &pauses, start);
        match (first, next) {
            (Some(first), Some(next)) => {
                prop_assert_eq!(next.from, minute(first));
                let end = (first..first + far).find(|n| !open(*n)).map(minute);
                match next.to {
                    Some(to) if to < minute(first + far) => prop_assert_eq!(end, Some(to)),
                    _ => prop_assert_eq!(end, None),
                }
            }
            (None, Some(next)) => prop_assert!(next.from >= minute(far), "{} is not open", next.from),
            (Some(first), None) => prop_assert!(false, "nothing found, but {} is open", minute(first)),
            (None, None) => {}
        }
    }

    #[test]
    fn between_finds_what_one_search_after_the_other_finds(
        zone in any_zone(), windows in proptest::collection::vec(any_window(), 0..4), start in any_moment(),
        pauses in any_pauses(), minutes in 1..20_000_i64, most in 1..30_usize,
    ) {
        let mut rules = rules(zone, &[]);
        rules.windows = windows;
        let minute = |n: i64| start.plus_seconds(n * 60);
        let pauses: Vec<Span> = pauses
            .iter()
            .map(|(from, length)| Span { from: minute(*from), to: length.map(|length| minute(from + length)) })
            .collect();
        let schedule = Schedule::new(&rules, &pauses);
        let (mut one_by_one, mut at) = (Vec::new(), start);
        while one_by_one.len() < most
            && let Some(span) = schedule.next(at)
            && span.from < minute(minutes)
        {
            one_by_one.push(span);
            let Some(to) = span.to else { break };
            at = to;
        }
        prop_assert_eq!(schedule.between(start, minute(minutes), most), one_by_one);
    }
}
