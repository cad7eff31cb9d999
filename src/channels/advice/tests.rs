//! Advice worked out by hand, with a calendar and the tables of the time zones.

use super::*;
use crate::channels::model::Window;

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// `ZONE; DAYS HH:MM-HH:MM, ...; reply` where the last says that we may not write first; empty when not settled.
fn rules(text: &str) -> Option<Rules> {
    let mut parts = text.split("; ");
    let time_zone = parts.next().filter(|zone| !zone.is_empty())?.to_owned();
    let windows = parts.next().unwrap_or_default();
    let windows = windows.split(", ").filter(|window| !window.is_empty()).map(|window| {
        let (days, hours) = window.split_once(' ').unwrap();
        let (from, to) = hours.split_once('-').unwrap();
        let days = days.bytes().map(|digit| digit - b'0').collect();
        Window { days, from: from.to_owned(), to: to.to_owned() }
    });
    Some(Rules {
        time_zone,
        windows: windows.collect(),
        initiate: parts.next() != Some("reply"),
        languages: Vec::new(),
        persona: None,
        forbidden_words: Vec::new(),
    })
}

/// `pause FROM..TO; heard AT; doubted`, any of them.
fn situation(text: &str) -> Situation {
    let mut situation = Situation::default();
    for part in text.split("; ").filter(|part| !part.is_empty()) {
        match part.split_once(' ') {
            Some(("pause", span)) => {
                let (from, to) = span.split_once("..").unwrap();
                situation.pauses.push(Span { from: at(from), to: Some(at(to)) });
            }
            Some(("heard", moment)) => situation.last_inbound_at = Some(at(moment)),
            _ => situation.doubted = true,
        }
    }
    situation
}

const YANGON: &str = "Asia/Yangon; 1234567 22:00-23:30";
const ALWAYS: &str = "UTC";
const REPLY: &str = "UTC; ; reply";
const OK: &str = "";
const UNSAFE: &str = "unsafe_window";

/// Name, rules, situation, moment, reasons, next window (`FROM TO`, `FROM` when nothing ends it, or nothing).
#[rustfmt::skip]
const CASES: &[(&str, &str, &str, &str, &str, &str)] = &[
    // The edges of one window, half an hour off the full hours of UTC.
    ("inside", YANGON, "", "2026-03-03T15:45:00Z", OK, "2026-03-03T15:45:00Z 2026-03-03T17:00:00Z"),
    ("before", YANGON, "", "2026-03-03T12:00:00Z", UNSAFE, "2026-03-03T15:30:00Z 2026-03-03T17:00:00Z"),
    ("first instant", YANGON, "", "2026-03-03T15:30:00Z", OK, "2026-03-03T15:30:00Z 2026-03-03T17:00:00Z"),
    ("a microsecond early", YANGON, "", "2026-03-03T15:29:59.999999Z", UNSAFE, "2026-03-03T15:30:00Z 2026-03-03T17:00:00Z"),
    ("last instant", YANGON, "", "2026-03-03T16:59:59.999999Z", OK, "2026-03-03T16:59:59.999999Z 2026-03-03T17:00:00Z"),
    ("its end is not in it", YANGON, "", "2026-03-03T17:00:00Z", UNSAFE, "2026-03-04T15:30:00Z 2026-03-04T17:00:00Z"),
    // Other odd offsets.
    ("Kathmandu, Friday to Monday", "Asia/Kathmandu; 12345 08:00-09:00", "", "2026-03-06T03:30:00Z", UNSAFE, "2026-03-09T02:15:00Z 2026-03-09T03:15:00Z"),
    ("Kathmandu, inside", "Asia/Kathmandu; 12345 08:00-09:00", "", "2026-03-06T02:15:00Z", OK, "2026-03-06T02:15:00Z 2026-03-06T03:15:00Z"),
    ("Kolkata, at the weekend", "Asia/Kolkata; 12345 18:00-19:00", "", "2026-03-07T13:00:00Z", UNSAFE, "2026-03-09T12:30:00Z 2026-03-09T13:30:00Z"),
    ("St John's in summer", "America/St_Johns; 3 20:00-21:00", "", "2026-07-01T22:00:00Z", UNSAFE, "2026-07-01T22:30:00Z 2026-07-01T23:30:00Z"),
    ("Marquesas", "Pacific/Marquesas; 1 06:00-07:00", "", "2026-03-02T15:00:00Z", UNSAFE, "2026-03-02T15:30:00Z 2026-03-02T16:30:00Z"),
    ("Kiritimati is a day ahead", "Pacific/Kiritimati; 1 00:00-01:00", "", "2026-03-08T10:30:00Z", OK, "2026-03-08T10:30:00Z 2026-03-08T11:00:00Z"),
    // New York, 8 March 2026: 02:00 becomes 03:00 at 07:00Z. 1 November: 02:00 becomes 01:00 at 06:00Z.
    ("a gap swallows the window", "America/New_York; 7 02:15-02:45", "", "2026-03-07T12:00:00Z", UNSAFE, "2026-03-15T06:15:00Z 2026-03-15T06:45:00Z"),
    ("a gap inside of the window", "America/New_York; 7 01:30-03:30", "", "2026-03-08T06:00:00Z", UNSAFE, "2026-03-08T06:30:00Z 2026-03-08T07:30:00Z"),
    ("a window that begins in the gap", "America/New_York; 7 02:30-04:00", "", "2026-03-08T06:00:00Z", UNSAFE, "2026-03-08T07:00:00Z 2026-03-08T08:00:00Z"),
    ("a window that ends in the gap", "America/New_York; 7 01:00-02:30", "", "2026-03-08T06:10:00Z", OK, "2026-03-08T06:10:00Z 2026-03-08T07:00:00Z"),
    ("the first of two same hours", "America/New_York; 7 01:00-01:30", "", "2026-11-01T05:10:00Z", OK, "2026-11-01T05:10:00Z 2026-11-01T05:30:00Z"),
    ("the second of two same hours", "America/New_York; 7 01:00-01:30", "", "2026-11-01T05:45:00Z", UNSAFE, "2026-11-01T06:00:00Z 2026-11-01T06:30:00Z"),
    ("a fold inside of the window", "America/New_York; 7 00:30-02:00", "", "2026-11-01T05:59:00Z", OK, "2026-11-01T05:59:00Z 2026-11-01T07:00:00Z"),
    ("a fold ends what began in it", "America/New_York; 7 01:30-03:00", "", "2026-11-01T05:00:00Z", UNSAFE, "2026-11-01T05:30:00Z 2026-11-01T06:00:00Z"),
    ("and it begins again", "America/New_York; 7 01:30-03:00", "", "2026-11-01T06:10:00Z", UNSAFE, "2026-11-01T06:30:00Z 2026-11-01T08:00:00Z"),
    // London, 25 October: 02:00 becomes 01:00 at 01:00Z. 29 March: 01:00 becomes 02:00 at 01:00Z.
    ("London, fold", "Europe/London; 7 01:15-01:45", "", "2026-10-25T00:50:00Z", UNSAFE, "2026-10-25T01:15:00Z 2026-10-25T01:45:00Z"),
    ("London, gap", "Europe/London; 7 00:30-01:30", "", "2026-03-29T00:00:00Z", UNSAFE, "2026-03-29T00:30:00Z 2026-03-29T01:00:00Z"),
    ("London in summer", "Europe/London; 1 09:00-10:00", "", "2026-07-06T08:30:00Z", OK, "2026-07-06T08:30:00Z 2026-07-06T09:00:00Z"),
    ("London in winter", "Europe/London; 1 09:00-10:00", "", "2026-01-05T08:30:00Z", UNSAFE, "2026-01-05T09:00:00Z 2026-01-05T10:00:00Z"),
    // Lord Howe moves by half an hour: 4 October 02:00 becomes 02:30 at 15:30Z the day before, 5 April 02:00 becomes
    // 01:30 at 15:00Z the day before.
    ("Lord Howe, half an hour is swallowed", "Australia/Lord_Howe; 7 02:00-02:30", "", "2026-10-03T15:00:00Z", UNSAFE, "2026-10-10T15:00:00Z 2026-10-10T15:30:00Z"),
    ("Lord Howe, half an hour twice", "Australia/Lord_Howe; 7 01:30-01:45", "", "2026-04-04T14:50:00Z", UNSAFE, "2026-04-04T15:00:00Z 2026-04-04T15:15:00Z"),
    ("Lord Howe, the clock goes back into the window", "Australia/Lord_Howe; 7 01:00-01:50", "", "2026-04-04T14:55:00Z", UNSAFE, "2026-04-04T15:00:00Z 2026-04-04T15:20:00Z"),
    // The southern hemisphere. Sydney, 5 April: 03:00 becomes 02:00 at 16:00Z the day before.
    ("Sydney, to the first 02:30", "Australia/Sydney; 6 22:00-02:30", "", "2026-04-04T12:00:00Z", OK, "2026-04-04T12:00:00Z 2026-04-04T15:30:00Z"),
    ("Sydney, and to the second", "Australia/Sydney; 6 22:00-02:30", "", "2026-04-04T15:45:00Z", UNSAFE, "2026-04-04T16:00:00Z 2026-04-04T16:30:00Z"),
    ("Chatham, 45 minutes off and a fold", "Pacific/Chatham; 7 03:00-03:30", "", "2026-04-04T13:50:00Z", UNSAFE, "2026-04-04T14:15:00Z 2026-04-04T14:45:00Z"),
    // Santiago changes at midnight: 6 September 00:00 becomes 01:00 at 04:00Z, 5 April 00:00 becomes 23:00 at 03:00Z.
    ("a gap at midnight cuts the evening off", "America/Santiago; 6 23:30-00:30", "", "2026-09-06T03:00:00Z", UNSAFE, "2026-09-06T03:30:00Z 2026-09-06T04:00:00Z"),
    ("a gap at midnight delays the morning", "America/Santiago; 7 00:15-01:30", "", "2026-09-06T03:00:00Z", UNSAFE, "2026-09-06T04:00:00Z 2026-09-06T04:30:00Z"),
    ("a Saturday evening twice", "America/Santiago; 6 23:15-23:45", "", "2026-04-05T02:50:00Z", UNSAFE, "2026-04-05T03:15:00Z 2026-04-05T03:45:00Z"),
    ("Sunday comes after the second evening", "America/Santiago; 7 00:00-01:00", "", "2026-04-05T02:59:00Z", UNSAFE, "2026-04-05T04:00:00Z 2026-04-05T05:00:00Z"),
    ("Havana, the first half hour of a day twice", "America/Havana; 7 00:30-00:45", "", "2026-11-01T04:50:00Z", UNSAFE, "2026-11-01T05:30:00Z 2026-11-01T05:45:00Z"),
    // Apia had no Friday 30 December 2011: Thursday ended at 10:00Z.
    ("a day that was skipped", "Pacific/Apia; 5 10:00-11:00", "", "2011-12-29T20:00:00Z", UNSAFE, "2012-01-05T20:00:00Z 2012-01-05T21:00:00Z"),
    ("Thursday night ends on Saturday", "Pacific/Apia; 4 23:00-01:00", "", "2011-12-30T10:30:00Z", OK, "2011-12-30T10:30:00Z 2011-12-30T11:00:00Z"),
    ("Friday night never began", "Pacific/Apia; 5 23:00-01:00", "", "2011-12-30T10:30:00Z", UNSAFE, "2012-01-06T09:00:00Z 2012-01-06T11:00:00Z"),
    ("Saturday follows at once", "Pacific/Apia; 6 00:00-01:00", "", "2011-12-30T09:59:00Z", UNSAFE, "2011-12-30T10:00:00Z 2011-12-30T11:00:00Z"),
    // Days of the week.
    ("after midnight, of Saturday", "Asia/Bangkok; 6 23:00-01:00", "", "2026-03-07T17:30:00Z", OK, "2026-03-07T17:30:00Z 2026-03-07T18:00:00Z"),
    ("it does not begin on Sunday", "Asia/Bangkok; 6 23:00-01:00", "", "2026-03-08T16:30:00Z", UNSAFE, "2026-03-14T16:00:00Z 2026-03-14T18:00:00Z"),
    ("nor in the first hour of Saturday", "Asia/Bangkok; 6 23:00-01:00", "", "2026-03-06T17:30:00Z", UNSAFE, "2026-03-07T16:00:00Z 2026-03-07T18:00:00Z"),
    ("Monday morning, of Sunday", "Asia/Bangkok; 7 22:00-02:00", "", "2026-03-08T18:00:00Z", OK, "2026-03-08T18:00:00Z 2026-03-08T19:00:00Z"),
    ("Sunday night, from Saturday", "Asia/Bangkok; 7 22:00-02:00", "", "2026-03-07T05:00:00Z", UNSAFE, "2026-03-08T15:00:00Z 2026-03-08T19:00:00Z"),
    ("a week later", "UTC; 1 10:00-11:00", "", "2026-03-02T11:00:00Z", UNSAFE, "2026-03-09T10:00:00Z 2026-03-09T11:00:00Z"),
    ("the last minute of a day", "UTC; 1 00:00-23:59", "", "2026-03-02T23:59:30Z", UNSAFE, "2026-03-09T00:00:00Z 2026-03-09T23:59:00Z"),
    ("over New Year", "UTC; 4 23:30-00:30", "", "2027-01-01T00:10:00Z", OK, "2027-01-01T00:10:00Z 2027-01-01T00:30:00Z"),
    ("on a leap day", "UTC; 2 12:00-13:00", "", "2028-02-29T12:30:00Z", OK, "2028-02-29T12:30:00Z 2028-02-29T13:00:00Z"),
    // Several windows.
    ("the next of three", "Asia/Phnom_Penh; 1234567 06:00-06:30, 1234567 12:00-12:30, 1234567 21:00-21:15", "", "2026-03-03T00:00:00Z", UNSAFE, "2026-03-03T05:00:00Z 2026-03-03T05:30:00Z"),
    ("in whatever order", "Asia/Phnom_Penh; 1234567 21:00-21:15, 1234567 06:00-06:30", "", "2026-03-03T06:00:00Z", UNSAFE, "2026-03-03T14:00:00Z 2026-03-03T14:15:00Z"),
    ("touching ones are one", "Asia/Phnom_Penh; 1234567 20:00-21:00, 1234567 21:00-22:00", "", "2026-03-03T13:30:00Z", OK, "2026-03-03T13:30:00Z 2026-03-03T15:00:00Z"),
    ("touching at midnight", "Asia/Phnom_Penh; 1234567 22:00-00:00, 1234567 00:00-02:00", "", "2026-03-03T15:30:00Z", OK, "2026-03-03T15:30:00Z 2026-03-03T19:00:00Z"),
    ("overlapping ones are one", "Asia/Phnom_Penh; 1234567 20:00-22:00, 1234567 21:00-23:00", "", "2026-03-03T13:30:00Z", OK, "2026-03-03T13:30:00Z 2026-03-03T16:00:00Z"),
    ("one inside of another", "Asia/Phnom_Penh; 1234567 18:00-23:00, 1234567 20:00-21:00", "", "2026-03-03T13:30:00Z", OK, "2026-03-03T13:30:00Z 2026-03-03T16:00:00Z"),
    ("the whole week", "America/New_York; 1234567 00:00-12:00, 1234567 12:00-00:00", "", "2026-03-07T00:00:00Z", OK, "2026-03-07T00:00:00Z"),
    ("no window is any time", ALWAYS, "", "2026-03-03T03:04:05Z", OK, "2026-03-03T03:04:05Z"),
    // Pauses.
    ("paused", ALWAYS, "pause 2026-03-03T00:00:00Z..2026-03-10T00:00:00Z", "2026-03-05T00:00:00Z", "paused", "2026-03-10T00:00:00Z"),
    ("before a pause", ALWAYS, "pause 2026-03-03T00:00:00Z..2026-03-10T00:00:00Z", "2026-03-01T00:00:00Z", OK, "2026-03-01T00:00:00Z 2026-03-03T00:00:00Z"),
    ("long before a pause", ALWAYS, "pause 2026-09-03T00:00:00Z..2026-09-10T00:00:00Z", "2026-03-01T00:00:00Z", OK, "2026-03-01T00:00:00Z 2026-09-03T00:00:00Z"),
    ("a pause begins at its first instant", ALWAYS, "pause 2026-03-03T00:00:00Z..2026-03-10T00:00:00Z", "2026-03-03T00:00:00Z", "paused", "2026-03-10T00:00:00Z"),
    ("a pause is over at its end", ALWAYS, "pause 2026-03-03T00:00:00Z..2026-03-10T00:00:00Z", "2026-03-10T00:00:00Z", OK, "2026-03-10T00:00:00Z"),
    ("a pause that was ended at once", ALWAYS, "pause 2026-03-03T00:00:00Z..2026-03-03T00:00:00Z", "2026-03-03T00:00:00Z", OK, "2026-03-03T00:00:00Z"),
    ("a pause inside of the window ahead", YANGON, "pause 2026-03-03T16:00:00Z..2026-03-03T16:30:00Z", "2026-03-03T15:45:00Z", OK, "2026-03-03T15:45:00Z 2026-03-03T16:00:00Z"),
    ("in a pause inside of the window", YANGON, "pause 2026-03-03T16:00:00Z..2026-03-03T16:30:00Z", "2026-03-03T16:10:00Z", "paused", "2026-03-03T16:30:00Z 2026-03-03T17:00:00Z"),
    ("a pause over its beginning", YANGON, "pause 2026-03-03T15:00:00Z..2026-03-03T15:45:00Z", "2026-03-03T15:20:00Z", "unsafe_window paused", "2026-03-03T15:45:00Z 2026-03-03T17:00:00Z"),
    ("a pause over all of it", YANGON, "pause 2026-03-03T15:00:00Z..2026-03-03T18:00:00Z", "2026-03-03T15:00:00Z", "unsafe_window paused", "2026-03-04T15:30:00Z 2026-03-04T17:00:00Z"),
    ("a pause of months", YANGON, "pause 2026-03-03T00:00:00Z..2026-06-01T00:00:00Z", "2026-03-03T15:45:00Z", "paused", "2026-06-01T15:30:00Z 2026-06-01T17:00:00Z"),
    ("a pause that ends in a window", YANGON, "pause 2026-03-03T00:00:00Z..2026-06-01T16:00:00Z", "2026-03-03T15:45:00Z", "paused", "2026-06-01T16:00:00Z 2026-06-01T17:00:00Z"),
    ("two pauses that touch", YANGON, "pause 2026-03-03T15:30:00Z..2026-03-03T16:00:00Z; pause 2026-03-03T16:00:00Z..2026-03-03T16:30:00Z", "2026-03-03T15:50:00Z", "paused", "2026-03-03T16:30:00Z 2026-03-03T17:00:00Z"),
    ("a pause inside of another", YANGON, "pause 2026-03-03T00:00:00Z..2026-03-20T00:00:00Z; pause 2026-03-05T00:00:00Z..2026-03-06T00:00:00Z", "2026-03-04T00:00:00Z", "unsafe_window paused", "2026-03-20T15:30:00Z 2026-03-20T17:00:00Z"),
    ("a pause that is over", YANGON, "pause 2026-03-01T00:00:00Z..2026-03-02T00:00:00Z", "2026-03-03T15:45:00Z", OK, "2026-03-03T15:45:00Z 2026-03-03T17:00:00Z"),
    // Who writes first.
    ("we may not write first", REPLY, "", "2026-03-03T12:00:00Z", "may_not_initiate", "2026-03-03T12:00:00Z"),
    ("an answer", REPLY, "heard 2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z", OK, "2026-03-03T12:00:00Z"),
    ("an answer after a day", REPLY, "heard 2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z", OK, "2026-03-03T12:00:00Z"),
    ("no answer any more", REPLY, "heard 2026-03-02T11:59:59.999999Z", "2026-03-03T12:00:00Z", "may_not_initiate", "2026-03-03T12:00:00Z"),
    ("nothing is answered before it came", REPLY, "heard 2026-03-03T12:00:01Z", "2026-03-03T12:00:00Z", "may_not_initiate", "2026-03-03T12:00:00Z"),
    ("an answer at a wrong hour", "Asia/Yangon; 1234567 22:00-23:30; reply", "heard 2026-03-03T11:00:00Z", "2026-03-03T12:00:00Z", UNSAFE, "2026-03-03T15:30:00Z 2026-03-03T17:00:00Z"),
    ("neither first nor now", "Asia/Yangon; 1234567 22:00-23:30; reply", "", "2026-03-03T12:00:00Z", "unsafe_window may_not_initiate", "2026-03-03T15:30:00Z 2026-03-03T17:00:00Z"),
    ("the window is told to who may not write first", "Asia/Yangon; 1234567 22:00-23:30; reply", "", "2026-03-03T16:00:00Z", "may_not_initiate", "2026-03-03T16:00:00Z 2026-03-03T17:00:00Z"),
    // Who reads.
    ("somebody else may read", YANGON, "doubted", "2026-03-03T15:45:00Z", "assume_someone_else_reads", ""),
    ("everything at once", "Asia/Yangon; 1234567 22:00-23:30; reply", "doubted; pause 2026-03-03T00:00:00Z..2026-03-10T00:00:00Z", "2026-03-03T12:00:00Z", "unsafe_window may_not_initiate paused assume_someone_else_reads", ""),
    ("nothing is settled", "", "", "2026-03-03T15:45:00Z", "rules_not_settled", ""),
    ("nothing is settled, and paused, and doubted", "", "doubted; pause 2026-03-03T00:00:00Z..2026-03-10T00:00:00Z", "2026-03-03T15:45:00Z", "paused assume_someone_else_reads rules_not_settled", ""),
    // A zone that is not known any more.
    ("an unknown zone with a window", "Moon/Base; 1234567 00:00-23:59", "", "2026-03-03T12:00:00Z", UNSAFE, ""),
    ("an unknown zone without", "Moon/Base", "", "2026-03-03T12:00:00Z", OK, "2026-03-03T12:00:00Z"),
];

#[test]
fn advice_is_what_was_worked_out_by_hand() {
    assert!(CASES.len() >= 60);
    let mut wrong = Vec::new();
    for (name, rules_text, situation_text, moment, reasons, window) in CASES {
        let (rules, situation, moment) = (rules(rules_text), situation(situation_text), at(moment));
        let found: Vec<_> =
            judge(rules.as_ref(), &situation, moment).iter().map(|one| one.as_str()).collect();
        let next = next_window(rules.as_ref(), &situation, moment).map(|span| match span.to {
            Some(to) => format!("{} {to}", span.from),
            None => span.from.to_string(),
        });
        let (found, next) = (found.join(" "), next.unwrap_or_default());
        if (found.as_str(), next.as_str()) != (*reasons, *window) {
            wrong.push(format!("{name}: [{found}] {next}\n  instead of [{reasons}] {window}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn doubt_lasts_until_somebody_proves_who_they_are() {
    let (early, late) = (at("2026-03-03T12:00:00Z"), at("2026-03-03T12:00:01Z"));
    let rows = [
        (None, None, false),
        (None, Some(early), false),
        (Some(early), None, true),
        (Some(early), Some(late), false),
        (Some(late), Some(early), true),
        (Some(early), Some(early), true),
    ];
    for (suspect, verified, doubted) in rows {
        assert_eq!(Situation::doubts(suspect, verified), doubted, "{suspect:?} {verified:?}");
    }
}

fn safety(rules_text: &str, duress: &str, forbidden: &str) -> Safety {
    let word = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let rules = rules(rules_text).map(|rules| Rules { forbidden_words: word(forbidden), ..rules });
    Safety { rules, duress_words: word(duress), ..Safety::unsettled() }
}

/// Direction, texts, moment, when the person was heard last, flags.
type Row<'a> = (Direction, &'a [&'a str], &'a str, Option<&'a str>, &'a [Flag]);

#[test]
fn a_message_is_judged_by_the_rules_of_its_time() {
    let before = [
        (at("2026-03-01T00:00:00Z"), safety("", "rain", "")),
        (at("2026-03-02T00:00:00Z"), safety("UTC; 1234567 10:00-11:00; reply", "umbrella", "police")),
    ];
    let pause = Span { from: at("2026-03-04T00:00:00Z"), to: Some(at("2026-03-05T00:00:00Z")) };
    let judge = Judge::new(&before, &safety(YANGON, "kite", "army"), vec![pause]);
    let everything = ["rain, umbrella, kite", "police and army"];
    let (inbound, outbound) = (Direction::Inbound, Direction::Outbound);
    let heard = Some("2026-03-01T09:00:00Z");
    let rows: &[Row] = &[
        // Nothing was settled yet, but a duress word was agreed on. The first rules hold for the time before them.
        (outbound, &everything, "2020-01-01T00:00:00Z", None, &[]),
        (inbound, &["it rains"], "2020-01-01T00:00:00Z", None, &[Flag::Duress]),
        (inbound, &["my umbrella"], "2026-02-28T23:59:59Z", None, &[]),
        (inbound, &["my umbrella"], "2026-03-01T00:00:00Z", None, &[Flag::Duress]),
        (inbound, &["no", "the umbrella"], "2026-03-01T12:00:00Z", None, &[Flag::Duress]),
        (inbound, &everything[1..], "2026-03-01T12:00:00Z", None, &[]),
        (outbound, &["hello"], "2026-03-01T10:30:00Z", heard, &[]),
        (outbound, &["hello"], "2026-03-01T10:30:00Z", None, &[Flag::MayNotInitiate]),
        (
            outbound,
            &everything,
            "2026-03-01T12:00:00Z",
            None,
            &[Flag::UnsafeWindow, Flag::ForbiddenWord, Flag::MayNotInitiate],
        ),
        (outbound, &["the army"], "2026-03-01T10:30:00Z", heard, &[]),
        // What holds now.
        (outbound, &["the army"], "2026-03-02T15:30:00Z", None, &[Flag::ForbiddenWord]),
        (outbound, &["the police"], "2026-03-02T00:00:00Z", None, &[Flag::UnsafeWindow]),
        (inbound, &["a kite"], "2026-03-02T00:00:00Z", None, &[Flag::Duress]),
        (outbound, &["hello"], "2026-03-04T16:00:00Z", None, &[Flag::Paused]),
        (
            outbound,
            &["the army"],
            "2026-03-04T00:00:00Z",
            None,
            &[Flag::UnsafeWindow, Flag::ForbiddenWord, Flag::Paused],
        ),
        // Nobody tells the person when to write.
        (inbound, &["hello"], "2026-03-04T00:00:00Z", None, &[]),
    ];
    for (direction, texts, moment, heard, flags) in rows {
        let verdict = judge.verdict(*direction, texts, at(moment), heard.map(at));
        assert_eq!(
            (&verdict.flags[..], verdict.duress),
            (*flags, flags.contains(&Flag::Duress)),
            "{texts:?} {moment}"
        );
    }
}
