//! What is in the file, and what is put on record of it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::store::{self, AccessRow};
use super::tables::{TABLES, Treatment, WITHIN};
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::channels::store::ChannelRow;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::people::model::PersonRole;
use crate::people::store::PersonRow;
use crate::{cases, channels, clues, consents, legal_bases, messages, people, view};

/// What is told of a file that left.
pub const PARTICULARS: Field<Particulars> = Field::new("subject_accesses.particulars", Class::Content);

/// What is told of a file that left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Particulars {
    /// SHA-256 of the sealed file, in hexadecimal digits.
    pub sha256: String,
    /// By what the key that it is sealed to is told apart.
    pub recipient_fingerprint: String,
    /// How it was made sure that they ask for it themselves, and freely.
    pub verified_how: String,
}

/// Everything that is kept of somebody on a case in the caller's reach, fit to be given to them.
///
/// # Errors
/// 404; 409 `not-for-suspects`.
pub fn gather(tx: &mut Tx<'_, '_>, person_id: Id) -> Result<Value> {
    let (case, person) = open(tx, person_id)?;
    let channels = store::channels(&tx.scope, tx.conn, person_id)?;
    let ids: Vec<Id> = channels.iter().map(|row| row.id).collect();
    let mut out = Map::new();
    out.insert("made_at".to_owned(), json!(tx.now()));
    out.insert("person".to_owned(), told(&people::model::show(tx, &case.access, &person)?, PERSON)?);
    out.insert("case".to_owned(), of_case(tx, &case)?);
    out.insert("history".to_owned(), Value::Array(history(tx, &case)?));
    out.insert("channels".to_owned(), of_channels(&case.access, &channels)?);
    let (written, message_ids) = of_messages(tx, &case, &ids)?;
    out.insert("messages".to_owned(), written);
    out.insert("places".to_owned(), of_clues(tx, &case, &person, &message_ids)?);
    let mut agreed = Vec::new();
    for row in store::consents(&tx.scope, tx.conn, person_id)? {
        agreed.push(told(&consents::model::show(&case.access, &row, tx.scope.now)?, CONSENT)?);
    }
    out.insert("consents".to_owned(), Value::Array(agreed));
    let mut grounds = Vec::new();
    for row in store::bases(&tx.scope, tx.conn, case.row.id)? {
        grounds.push(told(&legal_bases::model::show(&case.access, &row)?, BASIS)?);
    }
    out.insert("legal_basis".to_owned(), Value::Array(grounds));
    let shared = store::referrals(&tx.scope, tx.conn, case.row.id)?.into_iter().map(|(status, classes, at, until)| {
        json!({"with": "a partner organisation", "status": status, "what": classes, "at": at, "until": until})
    });
    out.insert("shared".to_owned(), Value::Array(shared.collect()));
    let earlier = store::of_person(&tx.scope, tx.conn, person_id)?;
    out.insert("earlier_answers".to_owned(), earlier.iter().map(|row| json!({"at": row.made_at})).collect());
    out.insert("left_out".to_owned(), omissions());
    Ok(Value::Object(out))
}

/// The person and their case, if what is kept of them is for them.
fn open(tx: &mut Tx<'_, '_>, person_id: Id) -> Result<(OpenCase, PersonRow)> {
    tx.about(person_id);
    let (case, person) = people::model::open(tx, person_id)?;
    if person.role == PersonRole::Suspect {
        return Err(Error::conflict(
            "not-for-suspects",
            "What is kept of a suspect names those who speak against them. Take advice, and answer by hand.",
        ));
    }
    Ok((case, person))
}

const PERSON: &[&str] = &[
    "role",
    "names",
    "documents",
    "birth_year",
    "nationalities",
    "sex",
    "languages",
    "description",
    "needs",
    "created_at",
    "updated_at",
];
const CASE: &[&str] = &["status", "risk", "closing_reason", "country", "languages", "created_at"];
const CHANNEL: &[&str] = &["platform", "handle", "device_owner", "created_at"];
const MESSAGE: &[&str] = &[
    "direction",
    "form",
    "sent_at",
    "original_sent_at",
    "recorded_at",
    "body",
    "original_body",
    "language",
    "translation",
    "original_translation",
    "duration_seconds",
    "edited_at",
    "attachments",
];
const CLUE: &[&str] = &["kind", "status", "observed_at", "observed_until", "recorded_at", "data", "quote"];
const CONSENT: &[&str] = &[
    "purpose",
    "method",
    "valid",
    "given_at",
    "expires_at",
    "recorded_at",
    "withdrawn_at",
    "recipient",
    "language",
    "note",
    "withdrawal_reason",
];
const BASIS: &[&str] = &["basis", "from", "note", "recorded_at"];

/// Those members of a view that are to be told: a list of what goes in, so that what is new stays out until it is decided
/// on.
fn told(view: &impl Serialize, members: &[&str]) -> Result<Value> {
    let Value::Object(mut all) = serde_json::to_value(view).map_err(Error::internal)? else {
        return Err(Error::internal("a view is no object"));
    };
    all.retain(|name, _| members.contains(&name.as_str()));
    let mut value = Value::Object(all);
    without_ids(&mut value);
    Ok(value)
}

/// Takes out what names a record of ours, however deep.
fn without_ids(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|name, _| name != "id" && !name.ends_with("_id") && !name.ends_with("_ids"));
            members.values_mut().for_each(without_ids);
        }
        Value::Array(items) => items.iter_mut().for_each(without_ids),
        _ => {}
    }
}

/// The case; what was written of it only if they are alone on it, since it may speak of all.
fn of_case(tx: &mut Tx<'_, '_>, case: &OpenCase) -> Result<Value> {
    let view = cases::model::show(tx, case)?;
    let mut value = told(&view, CASE)?;
    let people = people::store::of_cases(&tx.scope, tx.conn, &[case.row.id])?;
    value["summary"] = if people.len() == 1 {
        told(&view, &["summary"])?["summary"].take()
    } else {
        json!("left out: it speaks of others on the case too, and is handed over by hand")
    };
    Ok(value)
}

fn history(tx: &mut Tx<'_, '_>, case: &OpenCase) -> Result<Vec<Value>> {
    let moves = store::moves(&tx.scope, tx.conn, case.row.id)?;
    Ok(moves.into_iter().map(|(at, from, to)| json!({"at": at, "from": from, "to": to})).collect())
}

fn of_channels(access: &Access, rows: &[ChannelRow]) -> Result<Value> {
    rows.iter().map(|row| told(&channels::model::show(access, row, None)?, CHANNEL)).collect()
}

/// What was written on their channels, and the ids of it.
fn of_messages(tx: &mut Tx<'_, '_>, case: &OpenCase, channels: &[Id]) -> Result<(Value, Vec<Id>)> {
    let rows = store::messages(&tx.scope, tx.conn, channels)?;
    let corrections = messages::model::corrections(tx, &rows)?;
    let mut written = Vec::with_capacity(rows.len());
    for row in &rows {
        let corrected = corrections.get(&row.id).map_or(&[][..], Vec::as_slice);
        written.push(told(&messages::model::show(&case.access, row, corrected)?, MESSAGE)?);
    }
    Ok((Value::Array(written), rows.iter().map(|row| row.id).collect()))
}

/// What they told themselves of where they are.
fn of_clues(tx: &mut Tx<'_, '_>, case: &OpenCase, person: &PersonRow, written: &[Id]) -> Result<Value> {
    let mut sources = store::files_of(&tx.scope, tx.conn, written)?;
    sources.extend_from_slice(written);
    sources.push(person.id);
    sources.sort_unstable();
    let mut rows = store::clues(&tx.scope, tx.conn, case.row.id)?;
    rows.retain(|row| row.source_ref.is_some_and(|source| sources.binary_search(&source).is_ok()));
    let doubts = clues::model::doubts(tx, &rows)?;
    rows.iter().map(|row| told(&clues::model::show(&case.access, row, &doubts)?, CLUE)).collect()
}

fn omissions() -> Value {
    let tables = TABLES.iter().filter_map(|(table, treatment)| match treatment {
        Treatment::In(_) => None,
        Treatment::Left(why) => Some((*table, *why)),
    });
    tables.chain(WITHIN.iter().copied()).map(|(what, why)| json!({"what": what, "why": why})).collect()
}

/// Puts on record what leaves, before it does. Whoever lost the right to it while it was made does not get it.
///
/// # Errors
/// As [`gather`].
pub fn record(tx: &mut Tx<'_, '_>, person_id: Id, particulars: &Particulars) -> Result<()> {
    let (case, person) = open(tx, person_id)?;
    cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
    let id = Id::at(tx.now());
    tx.note(format!("sha256 {}, sealed to {}", particulars.sha256, particulars.recipient_fingerprint));
    let row = AccessRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id: person.case_id,
        person_id,
        particulars: case.access.seal(&PARTICULARS, id, particulars)?,
        made_by: tx.scope.user_id,
        made_at: tx.now(),
    };
    store::insert(tx.conn, &row)
}

view! {
    /// That somebody was given what is kept of them.
    pub struct SubjectAccessView from SubjectAccessFields {
        /// The id.
        outline id: Id,
        /// On which case they are.
        outline case_id: Id,
        /// Who.
        outline person_id: Id,
        /// Who made it.
        outline made_by: Id,
        /// When, UTC.
        outline made_at: Time,
        /// SHA-256 of the file that left, in hexadecimal digits.
        content sha256: String,
        /// By what the key that it is sealed to is told apart.
        content recipient_fingerprint: String,
        /// How it was made sure that they ask for it themselves, and freely.
        content verified_how: String,
    }
}

/// What the caller may see of it.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &AccessRow) -> Result<SubjectAccessView> {
    let told = access.open(&PARTICULARS, row.id, &row.particulars)?;
    let (sha256, recipient_fingerprint, verified_how) = match told {
        None => (None, None, None),
        Some(told) => (Some(told.sha256), Some(told.recipient_fingerprint), Some(told.verified_how)),
    };
    let fields = SubjectAccessFields {
        id: row.id,
        case_id: row.case_id,
        person_id: row.person_id,
        made_by: row.made_by,
        made_at: row.made_at,
        sha256,
        recipient_fingerprint,
        verified_how,
    };
    Ok(fields.redact(access.grants()))
}
