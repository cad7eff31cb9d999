//! A dossier's words: what was seen, in a line of plain text for a table.

use crate::db::types::Time;
use crate::http::patch::Patch;
use crate::observations::data::{Count, ObservationData};
use crate::observations::witness::{WitnessKind, WitnessView};

/// `12 May 2026`.
pub(super) fn day(at: Time) -> String {
    at.timestamp().strftime("%-d %B %Y").to_string()
}

/// `12 May 2026, 09:00 UTC`.
pub(super) fn moment(at: Time) -> String {
    at.timestamp().strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// A word of the API as it is read: `under_construction` with spaces.
pub(super) fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// `120`, or `100 to 300`.
pub(super) fn between(low: i32, high: i32) -> String {
    if low == high { low.to_string() } else { format!("{low} to {high}") }
}

fn many(Count { low, high }: Count) -> String {
    between(low.get(), high.get())
}

/// Text as Markdown shows it: whatever it holds, it stays text and in its cell.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => safe.push(' '),
            c if c.is_ascii_punctuation() && !matches!(c, ',' | '.' | ';' | '\'' | '"' | '/' | '%' | '?') => {
                safe.push('\\');
                safe.push(c);
            }
            c => safe.push(c),
        }
    }
    safe
}

/// Whose word something is.
pub(super) fn source(source: &WitnessView) -> String {
    let kind = match source.kind {
        WitnessKind::Staff => "own judgement".to_owned(),
        kind => plain(kind.as_str()),
    };
    match &source.label {
        Some(label) => format!("{kind}: {}", escaped(label)),
        None => kind,
    }
}

/// What was seen.
pub(super) fn seen(data: &ObservationData, destination: Option<&str>) -> String {
    let warned = |tipped_off: Option<bool>| match tipped_off {
        Some(true) => ", those who run it had been warned",
        Some(false) => ", without warning",
        None => "",
    };
    match data {
        ObservationData::Lights(lights) => format!("lights {}", lights.state),
        ObservationData::Buildings(buildings) => {
            let state =
                buildings.state.map_or_else(String::new, |state| format!(", {}", plain(state.as_str())));
            format!("{} buildings{state}", many(buildings.count))
        }
        ObservationData::AccessRoad(road) => format!("access road: {}", road.state),
        ObservationData::Guards(guards) => {
            let armed = match guards.armed {
                Some(true) => ", armed",
                Some(false) => ", unarmed",
                None => "",
            };
            format!("{} guards{armed}", many(guards.count))
        }
        ObservationData::PeopleSeen(people) => {
            let held = if people.under_guard == Some(true) { ", under guard" } else { "" };
            format!("{} people{held}", many(people.count))
        }
        ObservationData::Power(power) => format!("power: {}", power.state),
        ObservationData::Vehicles(vehicles) => {
            let what = vehicles
                .what
                .as_ref()
                .map_or_else(String::new, |what| format!(": {}", escaped(what.as_str())));
            format!("{} vehicles{what}", many(vehicles.count))
        }
        ObservationData::Dishes(dishes) => format!("{} satellite dishes", many(dishes.count)),
        ObservationData::Raid(raid) => {
            let by = raid.by.as_ref().map_or_else(String::new, |by| format!(" by {}", escaped(by.as_str())));
            let freed = raid.freed.map_or_else(String::new, |freed| format!(", {} came free", many(freed)));
            format!("raid{by}{freed}{}", warned(raid.tipped_off))
        }
        ObservationData::Evacuated(evacuated) => {
            let left = evacuated
                .people_left
                .map_or_else(String::new, |left| format!(", {} stayed behind", many(left)));
            format!("evacuated{left}{}", warned(evacuated.tipped_off))
        }
        ObservationData::MovedTo(moved) => {
            let people =
                moved.people.map_or_else(|| "people".to_owned(), |people| format!("{} people", many(people)));
            let there = destination.map_or_else(|| "another known site".to_owned(), escaped);
            format!("{people} taken to {there}")
        }
        ObservationData::Assessment(assessment) => {
            let mut judged = Vec::new();
            judged.extend(assessment.verification.map(|word| plain(word.as_str())));
            judged.extend(assessment.activity.map(|word| word.to_string()));
            match assessment.capacity {
                Patch::Leave => {}
                Patch::Clear => judged.push("capacity not known".to_owned()),
                Patch::Set(capacity) => judged.push(format!("holds up to {}", capacity.get())),
            }
            format!("judged: {}", judged.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_stays_text() {
        assert_eq!(escaped("a|b\n# c <i>*d*</i>"), "a\\|b \\# c &lt;i&gt;\\*d\\*&lt;/i&gt;");
        assert_eq!(escaped("妙瓦底, KK园区"), "妙瓦底, KK园区");
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_cell(text in "\\PC{0,40}|[|\\\\`<>\n\r]{0,10}") {
            let safe = escaped(&text);
            prop_assert!(!safe.contains(['\n', '\r', '<', '>']));
            // Every bar has an odd number of backslashes before it: one of its own after whole pairs.
            for (at, _) in safe.match_indices('|') {
                let before = safe[..at].chars().rev().take_while(|c| *c == '\\').count();
                prop_assert!(before % 2 == 1, "{safe}");
            }
        }
    }
}
