//! What goes over the wire, and where in the order a client is.

use actix_web::web::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;

use super::store::{self, EventRow};
use crate::alerts::model::{AlertChange, AlertKind, AlertView};
use crate::authz::Tx;
use crate::crypto::Secret;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};

/// Milliseconds after which a client that lost its stream comes back.
const RETRY_MS: u32 = 2_000;

/// The `data` of an event; its `event` is the kind of the alert, its `id` the id of this.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlertEvent {
    /// The id of the event; `Last-Event-ID` when the client comes back.
    pub id: Id,
    /// What happened to the alert.
    pub change: AlertChange,
    /// When, UTC.
    pub at: Time,
    /// The alert as it is now, as `GET /v1/alerts` shows it.
    pub alert: AlertView,
}

/// Something that only moves through the connection, and keeps it open on its way.
pub fn heartbeat() -> Bytes {
    Bytes::from_static(b":\n\n")
}

/// One event as it is sent.
///
/// # Errors
/// Never in practice.
pub fn frame(row: &EventRow, kind: AlertKind, alert: AlertView) -> Result<Bytes> {
    let data = AlertEvent { id: row.id, change: row.change, at: row.at, alert };
    let data = serde_json::to_string(&data).map_err(|_| Error::internal("an event cannot be written"))?;
    Ok(Bytes::from(format!("event: {kind}\nid: {}\ndata: {data}\n\n", row.id)))
}

/// Where a stream begins.
#[derive(Debug, Clone)]
pub struct Start {
    /// The last event that the client has heard, or need not hear.
    pub seq: i64,
    /// What is sent first: how to come back to here, and whether something was missed.
    pub greeting: Bytes,
}

/// Finds the place that `last_event_id` names; now, if it names none.
///
/// # Errors
/// Of the database.
pub fn start(tx: &mut Tx<'_, '_>, last_event_id: Option<&str>) -> Result<Start> {
    let organisation_id = tx.scope.organisation_id;
    let head = store::head(&tx.scope, tx.conn)?;
    let key = tx.services.cursor_key()?;
    let known = match last_event_id {
        None => None,
        Some(text) => match text.parse() {
            Ok(id) => store::seq_of(&tx.scope, tx.conn, id)?,
            // Where nothing was heard yet there is no event to name: the greeting named the place.
            Err(_) => match read_place(&key, organisation_id, text) {
                Some(seq) if store::is_kept_after(&tx.scope, tx.conn, seq)? => Some(seq),
                _ => None,
            },
        },
    };
    let seq = known.unwrap_or(head);
    let missed = last_event_id.is_some() && known.is_none();
    let place = place(&key, organisation_id, seq)?;
    let greeting = if missed {
        format!("retry: {RETRY_MS}\nevent: reset\nid: {place}\ndata: {{}}\n\n")
    } else if last_event_id.is_some() {
        format!("retry: {RETRY_MS}\n\n")
    } else {
        format!("retry: {RETRY_MS}\nid: {place}\n\n")
    };
    Ok(Start { seq, greeting: Bytes::from(greeting) })
}

/// A place between events. Encrypted: the number would tell how many alerts an organisation has, the id of the event
/// before it when the last one was, to people who may see neither.
fn place(key: &Secret, organisation_id: Id, seq: i64) -> Result<String> {
    let sealed = key.encrypt(&associated(organisation_id), &seq.to_be_bytes())?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

fn read_place(key: &Secret, organisation_id: Id, text: &str) -> Option<i64> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let bytes = key.decrypt(&associated(organisation_id), &sealed).ok()?;
    Some(i64::from_be_bytes(bytes.as_slice().try_into().ok()?))
}

fn associated(organisation_id: Id) -> Vec<u8> {
    [b"events ".as_slice(), organisation_id.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_place_comes_back_to_its_organisation_alone(seq in any::<i64>(), ours in any::<[u8; 16]>(), theirs in any::<[u8; 16]>()) {
            prop_assume!(ours != theirs);
            let key = Secret::from_slice(&[7; 32]).unwrap();
            let (ours, theirs) = (Id::from_slice(&ours).unwrap(), Id::from_slice(&theirs).unwrap());
            let text = place(&key, ours, seq).unwrap();
            prop_assert_eq!(read_place(&key, ours, &text), Some(seq));
            prop_assert_eq!(read_place(&key, theirs, &text), None);
            prop_assert!(text.parse::<Id>().is_err(), "a place is no id");
        }

        #[test]
        fn nothing_else_is_a_place(text in ".{0,80}") {
            let key = Secret::from_slice(&[7; 32]).unwrap();
            prop_assert_eq!(read_place(&key, Id::at(Time::from_micros(0)), &text), None);
        }
    }
}
