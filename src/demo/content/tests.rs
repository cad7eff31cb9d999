use std::collections::BTreeSet;

use super::*;

/// A day on which every placeholder is filled.
fn filled(text: &str) -> String {
    fill(text, 2026, 2, 14)
}

fn clues() -> impl Iterator<Item = (&'static DemoCase, &'static DemoClue)> {
    CASES.iter().flat_map(|case| case.clues.iter().map(move |clue| (*case, clue)))
}

fn messages() -> impl Iterator<Item = (&'static DemoCase, &'static DemoMessage)> {
    CASES.iter().flat_map(|case| case.thread.iter().map(move |message| (*case, message)))
}

fn set<'a>(values: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    values.into_iter().collect()
}

/// Every number that follows this key in a piece of JSON.
fn numbers(json: &str, key: &str) -> Vec<f64> {
    json.split(&format!("\"{key}\":"))
        .skip(1)
        .map(|rest| rest.split([',', '}']).next().unwrap_or("").parse().expect(json))
        .collect()
}

fn in_region(lat: f64, lon: f64) -> bool {
    (5.0..=29.0).contains(&lat) && (92.0..=127.0).contains(&lon)
}

#[test]
fn there_are_thirty_and_ten_cases_over_seven_months() {
    assert_eq!(CASES.iter().filter(|case| case.organisation == 0).count(), 30);
    assert_eq!(CASES.iter().filter(|case| case.organisation == 1).count(), 10);
    let oldest = CASES.iter().map(|case| case.opened_days_ago).max();
    assert!(oldest.is_some_and(|days| (195..=215).contains(&days)));
    assert!(CASES.iter().filter(|case| case.thread.len() >= 12).count() >= 16);
    for case in CASES {
        assert!((3..=25).contains(&case.thread.len()), "{}", case.summary);
        assert!(!case.people.is_empty(), "{}", case.summary);
        for person in case.people {
            assert!(!person.names.is_empty(), "{}", case.summary);
            assert!(person.languages.iter().all(|code| code.len() == 2), "{}", person.names[0].full);
        }
    }
    assert_eq!(set(CASES.iter().map(|case| case.summary)).len(), 40);
    assert_eq!(set(CASES.iter().map(|case| case.channel.handle)).len(), 40);
}

#[test]
fn every_word_is_used_and_no_other() {
    let statuses = ["intake", "active", "located", "rescue_planned", "recovered", "in_care", "closed"];
    assert_eq!(set(CASES.iter().map(|case| case.status)), set(statuses));
    for case in CASES {
        assert_eq!(case.status == "closed", case.closing_reason.is_some(), "{}", case.summary);
    }
    let reasons = set(CASES.iter().filter_map(|case| case.closing_reason));
    assert_eq!(
        reasons,
        set(["no_contact", "self_exited", "recovered_home", "duplicate", "unfounded", "referred"])
    );
    assert_eq!(set(CASES.iter().map(|case| case.risk)), set(["low", "medium", "high", "critical"]));
    let people = || CASES.iter().flat_map(|case| case.people);
    let roles = ["victim", "family", "informant", "companion", "suspect"];
    assert_eq!(set(people().map(|person| person.role)), set(roles));
    assert_eq!(set(people().map(|person| person.sex)), set(["female", "male"]));
    let names = || people().flat_map(|person| person.names);
    assert_eq!(set(names().map(|name| name.kind)), set(["given", "legal", "nickname"]));
    assert_eq!(set(names().map(|name| name.script)), set(["Latn", "Hans", "Thai", "Khmr", "Mymr", "Deva"]));
    let platforms = ["telegram", "whatsapp", "wechat", "line", "signal", "messenger", "sms"];
    assert_eq!(set(CASES.iter().map(|case| case.channel.platform)), set(platforms));
    let owners = ["self", "companion", "captors", "family"];
    assert_eq!(set(CASES.iter().map(|case| case.channel.device_owner)), set(owners));
    let spoken = ["en", "zh", "vi", "th", "km", "my", "id", "tl", "hi"];
    assert_eq!(set(messages().map(|(_, message)| message.language)), set(spoken));
    let authenticity = ["verified", "unverified", "suspect"];
    assert_eq!(set(messages().map(|(_, message)| message.authenticity)), set(authenticity));
    let kinds = [
        "point",
        "place",
        "site",
        "distance_from",
        "travel_time",
        "sun",
        "border",
        "country",
        "bearing",
        "landmark",
        "cell",
        "absence",
    ];
    assert_eq!(set(clues().map(|(_, clue)| clue.kind)), set(kinds));
    assert_eq!(set(clues().map(|(_, clue)| clue.status)), set(["proposed", "confirmed", "rejected"]));
    assert_eq!(set(SITES.iter().map(|site| site.verification)), set(["suspected", "confirmed", "ruled_out"]));
    assert_eq!(
        set(SITES.iter().map(|site| site.activity)),
        set(["active", "evacuated", "dormant", "unknown"])
    );
}

#[test]
fn threads_run_forward_and_start_after_the_case_was_opened() {
    for case in CASES {
        let times: Vec<u32> = case.thread.iter().map(|message| message.minutes_ago).collect();
        assert!(times.is_sorted_by(|earlier, later| earlier > later), "{}", case.summary);
        assert!(times[0] <= u32::from(case.opened_days_ago) * 1440, "{}", case.summary);
        assert!(case.thread[0].inbound, "{}", case.summary);
    }
}

#[test]
fn every_message_has_words_and_every_foreign_one_a_translation() {
    for (case, message) in messages() {
        assert!(!message.body.is_empty(), "{}", case.summary);
        assert_eq!(message.language != "en", message.translation.is_some(), "{}", message.body);
        assert!(case.languages.contains(&message.language), "{}", message.body);
        assert!(message.inbound || message.authenticity == "verified", "{}", message.body);
    }
}

#[test]
fn quotes_occur_in_their_message_before_and_after_filling() {
    for (case, clue) in clues() {
        let Some(quote) = clue.quote else { continue };
        let DemoSource::Message(index) = clue.source else { panic!("a quote without a message: {quote}") };
        let message = &case.thread[index];
        assert!(message.inbound, "{quote}");
        assert!(message.body.contains(quote), "{quote} | {}", message.body);
        assert!(filled(message.body).contains(&filled(quote)), "{quote}");
    }
}

#[test]
fn clues_are_whole() {
    for (case, clue) in clues() {
        let data = filled(clue.data);
        assert!(data.starts_with('{') && data.ends_with('}'), "{data}");
        for (open, close) in [('{', '}'), ('[', ']')] {
            assert_eq!(data.matches(open).count(), data.matches(close).count(), "{data}");
        }
        assert_eq!(data.matches('"').count() % 2, 0, "{data}");
        assert_eq!(clue.kind == "site", clue.site.is_some(), "{data}");
        assert_eq!(clue.kind == "site", data == "{}", "{data}");
        assert!(clue.site.is_none_or(|site| site < SITES.len()), "{data}");
        assert!(('A'..='F').contains(&clue.reliability) && (1..=6).contains(&clue.credibility), "{data}");
        assert_eq!(clue.status == "rejected", clue.reason.is_some(), "{data}");
        match clue.source {
            DemoSource::Message(index) => assert!(index < case.thread.len(), "{data}"),
            DemoSource::Person(index) => assert!(index < case.people.len(), "{data}"),
            DemoSource::OpenSource(label) => assert!(!label.is_empty(), "{data}"),
        }
        let observed = case.observed_minutes_ago(clue).expect("a time");
        assert!(observed <= u32::from(case.opened_days_ago) * 1440 + 14 * 1440, "{data}");
    }
}

#[test]
fn all_coordinates_lie_in_the_region() {
    for site in &SITES {
        assert!(in_region(site.lat, site.lon), "{}", site.name);
        assert!((3000..=5000).contains(&site.sigma_m), "{}", site.name);
        assert!(
            site.provenance.to_lowercase().contains("publicly reported, town precision"),
            "{}",
            site.name
        );
    }
    for report in OPERATIONS.iter().filter_map(|operation| operation.report.as_ref()) {
        assert!(in_region(report.lat, report.lon), "{}", report.text);
    }
    for (_, clue) in clues() {
        let (lats, lons) = (numbers(clue.data, "lat"), numbers(clue.data, "lon"));
        assert_eq!(lats.len(), lons.len(), "{}", clue.data);
        assert!(lats.iter().zip(&lons).all(|(&lat, &lon)| in_region(lat, lon)), "{}", clue.data);
    }
}

/// Minutes ahead of UTC of the zones in use; none of them has summer time.
fn offset(time_zone: &str) -> i64 {
    match time_zone {
        "Asia/Yangon" => 390,
        "Asia/Manila" | "Asia/Shanghai" => 480,
        "Asia/Kolkata" => 330,
        "Asia/Dhaka" => 360,
        "Asia/Bangkok" | "Asia/Phnom_Penh" | "Asia/Vientiane" | "Asia/Jakarta" | "Asia/Ho_Chi_Minh" => 420,
        other => panic!("{other}"),
    }
}

#[test]
fn what_we_wrote_kept_to_the_rules_of_the_channel() {
    let minutes = |clock: &str| {
        let (hours, minutes) = clock.split_once(':').expect(clock);
        hours.parse::<i64>().expect(clock) * 60 + minutes.parse::<i64>().expect(clock)
    };
    for case in CASES {
        let channel = &case.channel;
        for (index, message) in case.thread.iter().enumerate().filter(|(_, message)| !message.inbound) {
            let local =
                i64::from(NOW_UTC_HOUR) * 60 - i64::from(message.minutes_ago) + offset(channel.time_zone);
            let local = local.rem_euclid(1440);
            let inside = |&(from, to): &(&str, &str)| (minutes(from)..=minutes(to)).contains(&local);
            assert!(channel.windows.is_empty() || channel.windows.iter().any(inside), "{}", message.body);
            let body = message.body.to_lowercase();
            assert!(!channel.forbidden_words.iter().any(|word| body.contains(word)), "{}", message.body);
            let answers = case.thread[..index]
                .iter()
                .any(|earlier| earlier.inbound && earlier.minutes_ago < message.minutes_ago + 1440);
            assert!(channel.initiate || answers, "{}", message.body);
        }
    }
}

#[test]
fn one_message_carries_its_duress_word_and_one_account_is_in_other_hands() {
    let under_duress = messages().filter(|(case, message)| {
        message.inbound && case.channel.duress_words.iter().any(|word| message.body.contains(word))
    });
    assert_eq!(under_duress.count(), 1);
    let taken_over = CASES
        .iter()
        .filter(|case| case.thread.iter().filter(|message| message.authenticity == "suspect").count() > 1);
    assert_eq!(taken_over.count(), 1);
}

#[test]
fn handles_are_fictitious() {
    for case in CASES {
        let handle = case.channel.handle;
        let is_number = matches!(case.channel.platform, "whatsapp" | "signal" | "sms");
        if is_number {
            assert!(handle.starts_with("+44 7700 900") || handle.starts_with("+1 202 555 01"), "{handle}");
        } else {
            assert!(handle.trim_start_matches('@').starts_with("invented"), "{handle}");
        }
    }
}

#[test]
fn placeholders_are_all_filled() {
    let bodies = messages().flat_map(|(_, message)| [message.body, message.translation.unwrap_or("")]);
    let data = clues().flat_map(|(_, clue)| [clue.data, clue.quote.unwrap_or("")]);
    for text in bodies.chain(data) {
        assert!(!filled(text).contains(['<', '>']), "{text}");
    }
}
