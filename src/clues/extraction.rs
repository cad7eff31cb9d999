//! Clues that a text holds, proposed for somebody to decide on.
//!
//! The reading itself is pure ([`crate::location::extraction`]); here its proposals become clues of a case, once each,
//! and never again what somebody has rejected.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::data::{ClueData, ClueKind};
use super::model::{ClueSource, ClueStatus, NewClue, QUOTED, Reliability, propose};
use super::source::Quote;
use super::store;
use crate::authz::Tx;
use crate::cases::model::OpenCase;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::heavy::heavy;
use crate::http::number::{Credibility, Latitude, Longitude};
use crate::location::borders::Borders;
use crate::location::extraction::{
    Candidate, Context, Mode, Origin, Proposal, Relation, Statement, SunEvent,
};
use crate::location::gazetteer::Gazetteer;
use crate::location::geo::Point;
use crate::messages::store::MessageRow;

/// Places of one name that a clue carries.
const MOST_CANDIDATES: usize = 50;

/// A place that a case points to already.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalPlace {
    /// Degrees north.
    lat: Latitude,
    /// Degrees east.
    lon: Longitude,
}

/// What a text says, as clues without ids.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProposalList {
    /// In the order of the words.
    items: Vec<ProposalView>,
}

/// A clue without an id.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProposalView {
    /// What kind of statement it is.
    kind: ClueKind,
    /// Always `proposed`.
    status: ClueStatus,
    /// What it says, in the shape that belongs to `kind`.
    data: ClueData,
    /// When it held, as far as the text tells: when it was written.
    observed_at: Time,
    /// The suggested grade of the source.
    reliability: Reliability,
    /// The suggested grade of the information.
    credibility: i32,
    /// The words it rests on.
    quote: Quote,
}

/// What a text says of where its writer is.
pub fn of_text(text: &str, at: Time, near: Option<Point>) -> Vec<Proposal> {
    let near = near.into_iter().map(|point| (point, 1.0)).collect();
    let context = Context { at: Some(at.timestamp()), near };
    crate::location::extraction::extract(text, &context, Gazetteer::active(), Borders::embedded())
}

/// Bytes of a text that is read where the request is: to hand it over would take longer.
const SHORT: usize = 1_000;

/// As [`of_text`], beside the threads that serve requests unless it is short.
///
/// # Errors
/// `busy` when too much is being read.
pub async fn read(text: String, at: Time, near: Option<Point>) -> Result<Vec<Proposal>> {
    if text.len() <= SHORT {
        return Ok(of_text(&text, at, near));
    }
    heavy(move || Ok(of_text(&text, at, near))).await
}

/// What `POST /v1/location/extract` answers.
///
/// # Errors
/// `busy` when too much is being read.
pub async fn extract(text: String, near: Option<ProposalPlace>, at: Time) -> Result<ProposalList> {
    let near = near.and_then(|near| Point::new(near.lat.get(), near.lon.get()));
    let proposals = read(text, at, near).await?;
    let items = proposals.iter().filter_map(|proposal| {
        Some(ProposalView {
            kind: kind(&proposal.says),
            status: ClueStatus::Proposed,
            data: data(&proposal.says)?,
            observed_at: at,
            reliability: reliability(proposal.reliability),
            credibility: i32::from(proposal.credibility),
            quote: quote(proposal)?,
        })
    });
    Ok(ProposalList { items: items.collect() })
}

/// What is not to be proposed for a case: what is there already, and what somebody has rejected.
pub struct Known {
    /// Kind and folded words of what was rejected.
    rejected: HashSet<(ClueKind, String)>,
    /// Message, kind and place of the words of every clue.
    there: HashSet<(Id, ClueKind, i32, i32)>,
}

impl Known {
    /// Loads it.
    ///
    /// # Errors
    /// `internal` when a column was changed or moved.
    pub fn load(tx: &mut Tx<'_, '_>, case: &OpenCase) -> Result<Self> {
        Self::of(tx, case, &[])
    }

    /// Loads what was rejected alone: of a new message nothing can be there.
    ///
    /// # Errors
    /// `internal` when a column was changed or moved.
    pub fn rejected(tx: &mut Tx<'_, '_>, case: &OpenCase) -> Result<Self> {
        Self::of(tx, case, &[ClueStatus::Rejected])
    }

    fn of(tx: &mut Tx<'_, '_>, case: &OpenCase, statuses: &[ClueStatus]) -> Result<Self> {
        let mut known = Self { rejected: HashSet::new(), there: HashSet::new() };
        for row in store::quoted(&tx.scope, tx.conn, case.row.id, statuses)? {
            let Some(quote) = case.access.open_opt(&QUOTED, row.id, row.quote.as_ref())? else { continue };
            if row.status == ClueStatus::Rejected {
                known.rejected.insert((row.kind, folded(quote.text.as_str())));
            }
            if let Some(message) = row.source_ref {
                known.there.insert((message, row.kind, quote.start.get(), quote.end.get()));
            }
        }
        Ok(known)
    }

    fn has(&self, message: Id, kind: ClueKind, quote: &Quote) -> bool {
        self.rejected.contains(&(kind, folded(quote.text.as_str())))
            || self.there.contains(&(message, kind, quote.start.get(), quote.end.get()))
    }
}

fn folded(words: &str) -> String {
    words.split_whitespace().flat_map(|word| word.chars().flat_map(char::to_lowercase)).collect()
}

/// Adds what was found in a message to its case; gives how many clues were proposed.
///
/// # Errors
/// Of the database.
pub fn add(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    message: &MessageRow,
    proposals: &[Proposal],
    known: &Known,
) -> Result<u64> {
    let mut added = 0;
    for proposal in proposals {
        let kind = kind(&proposal.says);
        let (Some(data), Some(quote)) = (data(&proposal.says), quote(proposal)) else { continue };
        let Ok(credibility) = Credibility::new(i32::from(proposal.credibility)) else { continue };
        if known.has(message.id, kind, &quote) {
            continue;
        }
        let clue = NewClue {
            id: Id::at(tx.now()),
            data,
            observed_at: message.placed_at,
            observed_until: None,
            reported_at: message.placed_at,
            source: ClueSource::message(message.id),
            reliability: reliability(proposal.reliability),
            credibility,
            status: ClueStatus::Proposed,
            quote: Some(quote),
            note: None,
        };
        propose(tx, case, clue)?;
        added += 1;
    }
    Ok(added)
}

fn quote(proposal: &Proposal) -> Option<Quote> {
    Quote::new(&proposal.quote.text, proposal.quote.start, proposal.quote.end)
}

const fn reliability(letter: char) -> Reliability {
    match letter {
        'A' => Reliability::A,
        'B' => Reliability::B,
        'C' => Reliability::C,
        'D' => Reliability::D,
        'E' => Reliability::E,
        _ => Reliability::F,
    }
}

const fn kind(says: &Statement) -> ClueKind {
    match says {
        Statement::Point { .. } => ClueKind::Point,
        Statement::Place { .. } => ClueKind::Place,
        Statement::DistanceFrom { .. } => ClueKind::DistanceFrom,
        Statement::TravelTime { .. } => ClueKind::TravelTime,
        Statement::Sun { .. } => ClueKind::Sun,
        Statement::Border { .. } => ClueKind::Border,
        Statement::Country { .. } => ClueKind::Country,
        Statement::Bearing { .. } => ClueKind::Bearing,
        Statement::Landmark { .. } => ClueKind::Landmark,
        Statement::Cell { .. } => ClueKind::Cell,
    }
}

/// In the shape of the contract; none for what does not fit into it, such as a name that is too long.
fn data(says: &Statement) -> Option<ClueData> {
    let value = match says {
        Statement::Point { point, accuracy_m, datum: _, via } => {
            json!({"lat": point.lat, "lon": point.lon, "accuracy_m": accuracy_m, "datum": "wgs84", "via": via.word()})
        }
        Statement::Place { name, relation, candidates } => {
            let relation = match relation {
                Relation::In => "in",
                Relation::Near => "near",
                Relation::Opposite => "opposite",
            };
            let candidates: Vec<Value> = candidates.iter().take(MOST_CANDIDATES).map(candidate).collect();
            let mut value = json!({"name": line(name), "relation": relation});
            if !candidates.is_empty() {
                value["candidates"] = candidates.into();
            }
            value
        }
        Statement::DistanceFrom { from, km, sigma_km } => {
            json!({"from": origin(from), "km": km, "sigma_km": sigma_km})
        }
        Statement::TravelTime { from, hours, mode, border_crossed } => {
            let mode = match mode {
                Mode::Road => "road",
                Mode::Boat => "boat",
                Mode::Foot => "foot",
                Mode::Unknown => "unknown",
            };
            given(
                json!({"from": origin(from), "hours": hours, "mode": mode, "border_crossed": border_crossed}),
            )
        }
        Statement::Sun { event, date, local_time, utc_offset_minutes } => {
            let event = match event {
                SunEvent::Rise => "sunrise",
                SunEvent::Set => "sunset",
            };
            let time = format!("{:02}:{:02}", local_time.hour(), local_time.minute());
            let date = date.to_string();
            given(
                json!({"event": event, "date": date, "local_time": time, "utc_offset_minutes": utc_offset_minutes}),
            )
        }
        Statement::Border { country, within_km } => {
            given(json!({"country": country.code(), "within_km": within_km}))
        }
        Statement::Country { country } => json!({"country": country.code()}),
        Statement::Bearing { from, degrees, sigma_degrees } => {
            json!({"from": origin(from), "degrees": degrees, "sigma_degrees": sigma_degrees})
        }
        Statement::Landmark { point, name, within_km } => {
            json!({"lat": point.lat, "lon": point.lon, "name": line(name), "within_km": within_km})
        }
        Statement::Cell { mcc, mnc } => given(json!({"mcc": mcc, "mnc": mnc})),
    };
    ClueData::parse(kind(says), value).ok()
}

/// Without what is null: the contract leaves out what is not known.
fn given(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

fn line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect::<String>().trim().to_owned()
}

fn origin(from: &Origin) -> Value {
    match from.point() {
        Some(point) => json!({"lat": point.lat, "lon": point.lon}),
        None => json!({"name": line(&from.name)}),
    }
}

fn candidate(candidate: &Candidate) -> Value {
    json!({
        "name": line(&candidate.name),
        "lat": candidate.point.lat,
        "lon": candidate.point.lon,
        "kind": candidate.kind,
        "country": candidate.country.code(),
        "weight": candidate.weight,
    })
}
