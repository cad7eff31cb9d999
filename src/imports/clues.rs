//! The places in an imported message, as clues to propose.

use serde_json::{Value, json};

use super::formats::shape::{Entry, Place};
use crate::clues::data::{ClueData, ClueKind, Via};
use crate::clues::model::{ClueSource, ClueStatus, NewClue, Reliability};
use crate::clues::source::Quote;
use crate::db::types::Id;
use crate::http::number::Credibility;
use crate::messages::store::MessageRow;

/// What a phone's position in a chat is off by, in metres, as a rule.
const PIN_ACCURACY_M: f64 = 50.0;
/// The grade of the information of a pin: possibly true. Somebody may have been made to send it.
const POSSIBLY_TRUE: i32 = 3;
/// Characters of a place's name.
const NAME_CHARS: usize = 200;

/// The clues in a message that is stored as `row`.
pub fn of_entry(row: &MessageRow, entry: &Entry) -> Vec<NewClue> {
    entry.place.as_ref().and_then(|place| of_place(row, entry, place)).into_iter().collect()
}

/// A pin is a point; a venue without coordinates is a place by its name.
fn of_place(row: &MessageRow, entry: &Entry, place: &Place) -> Option<NewClue> {
    let (kind, data) = match place.point {
        Some((lat, lon)) => {
            let data = json!({"lat": lat, "lon": lon, "accuracy_m": PIN_ACCURACY_M, "via": Via::Pin});
            (ClueKind::Point, data)
        }
        None => (ClueKind::Place, json!({"name": name(place)?, "relation": "in"})),
    };
    clue(row, kind, data, Quote::of(&entry.body(), &place.words()), note(place))
}

fn name(place: &Place) -> Option<String> {
    let said = place.name.as_deref().or(place.address.as_deref())?;
    let name: String = said.chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn clue(
    row: &MessageRow,
    kind: ClueKind,
    data: Value,
    quote: Option<Quote>,
    note: Option<String>,
) -> Option<NewClue> {
    Some(NewClue {
        id: Id::at(row.recorded_at),
        // What a stranger's file says is no reason to refuse the file.
        data: ClueData::parse(kind, data).ok()?,
        observed_at: row.sent_at,
        observed_until: None,
        reported_at: row.sent_at,
        source: ClueSource::message(row.id),
        reliability: Reliability::C,
        credibility: Credibility::new(POSSIBLY_TRUE).ok()?,
        status: ClueStatus::Proposed,
        quote,
        note,
    })
}

fn note(place: &Place) -> Option<String> {
    let live = place.live_seconds.map(|seconds| {
        format!("live location, shared for {seconds} s: this is the last position that the export has")
    });
    let parts: Vec<String> =
        [live, place.name.clone(), place.address.clone()].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
