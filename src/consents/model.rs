//! What a consent is, and when it holds.

use serde::{Deserialize, Serialize};

use super::store::{self, ConsentRow};
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::{cases, messages, people, view};

/// To what exactly somebody agreed.
pub const TERMS: Field<Terms> = Field::new("consents.terms", Class::Content);
/// Who stood between them and us.
pub const INTERPRETER: Field<String> = Field::new("consents.interpreter", Class::Identity);
/// Why it was taken back.
pub const WITHDRAWAL: Field<String> = Field::new("consents.withdrawal", Class::Content);

crate::words! {
    /// What somebody agrees to.
    pub enum Purpose {
        /// That they are brought out.
        Rescue = "rescue",
        /// That what is known of them is given to somebody.
        Share = "share",
        /// That what they tell is kept.
        Record = "record",
        /// That what happened to them is made public.
        Publish = "publish",
    }
}

crate::words! {
    /// How somebody agreed.
    pub enum Method {
        /// In words that were heard.
        Spoken = "spoken",
        /// In writing, a message included.
        Written = "written",
        /// In words that were recorded.
        Recorded = "recorded",
        /// Through whoever is entitled to speak for them.
        Guardian = "guardian",
    }
}

/// To what exactly somebody agreed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// In whose favour.
    pub recipient: Option<String>,
    /// The language in which they were asked: BCP 47.
    pub language: Option<String>,
    /// What else was said.
    pub note: Option<String>,
}

/// A consent to record.
pub struct NewConsent {
    /// The id.
    pub id: Id,
    /// To what.
    pub purpose: Purpose,
    /// How they said so.
    pub method: Method,
    /// To what exactly.
    pub terms: Terms,
    /// Who stood between them and us.
    pub interpreter: Option<String>,
    /// When they said so (UTC).
    pub given_at: Time,
    /// When it ends by itself (UTC).
    pub expires_at: Option<Time>,
    /// The message in which they said so.
    pub message_id: Option<Id>,
}

/// Records a consent of somebody on a case in the caller's reach.
///
/// # Errors
/// 404 when the person is out of reach; 409 `id-taken`; 422 with a pointer.
pub fn record(tx: &mut Tx<'_, '_>, person_id: Id, consent: NewConsent) -> Result<(OpenCase, ConsentRow)> {
    let (case, person) = people::model::open(tx, person_id)?;
    let NewConsent { id, purpose, method, terms, interpreter, given_at, expires_at, message_id } = consent;
    if given_at > tx.now().with_leeway() {
        return Err(Error::invalid("/given_at", "must not be in the future"));
    }
    if expires_at.is_some_and(|end| end <= given_at) {
        return Err(Error::invalid("/expires_at", "must be after given_at"));
    }
    if purpose == Purpose::Share && terms.recipient.is_none() {
        return Err(Error::invalid("/recipient", "is needed: a consent to share names with whom"));
    }
    if let Some(message) = message_id
        && !messages::store::exists(&tx.scope, tx.conn, person.case_id, message)?
    {
        return Err(Error::invalid("/message_id", "is no message of this person's case"));
    }
    // The case before what hangs on it: see `cases::model::open_alone`.
    cases::store::touch(&tx.scope, tx.conn, person.case_id)?;
    let row = ConsentRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id: person.case_id,
        person_id,
        purpose,
        method,
        given_at,
        expires_at,
        message_id,
        terms: case.access.seal(&TERMS, id, &terms)?,
        interpreter: case.access.seal_opt(&INTERPRETER, id, interpreter.as_ref())?,
        recorded_by: tx.scope.user_id,
        recorded_at: tx.now(),
        withdrawn_at: None,
        withdrawn_by: None,
        withdrawal: None,
    };
    store::insert(tx.conn, &row)?;
    Ok((case, row))
}

/// Takes a consent back from `at` on, which is now if not said.
///
/// # Errors
/// 404 when it is out of reach; 409 `already-withdrawn`; 422 on `/at`.
pub fn withdraw(
    tx: &mut Tx<'_, '_>,
    id: Id,
    at: Option<Time>,
    reason: Option<&String>,
) -> Result<(OpenCase, ConsentRow)> {
    let case_id = store::find(&tx.scope, tx.conn, id)?.case_id;
    // Alone: whoever begins an operation on this consent must either be done before this, or see it.
    let case = cases::model::open_alone(tx, case_id)?;
    let mut row = store::find(&tx.scope, tx.conn, id)?;
    if row.withdrawn_at.is_some() {
        return Err(Error::conflict("already-withdrawn", "This consent was withdrawn before."));
    }
    if at.is_some_and(|at| at > tx.scope.now.with_leeway()) {
        return Err(Error::invalid("/at", "must not be in the future: withdraw it when they do"));
    }
    if at.is_some_and(|at| at < row.given_at) {
        return Err(Error::invalid("/at", "must not be before the consent was given"));
    }
    // A phone's clock may be ahead of ours, and what is taken back must not hold until then.
    row.withdrawn_at = Some(at.unwrap_or(tx.scope.now).min(tx.scope.now));
    row.withdrawn_by = Some(tx.scope.user_id);
    row.withdrawal = case.access.seal_opt(&WITHDRAWAL, id, reason)?;
    store::withdraw(&tx.scope, tx.conn, &row)?;
    Ok((case, row))
}

/// Whether a consent holds at a moment: it was given, has not ended, and was not taken back by then. The queries of
/// `store.rs` say the same.
pub fn holds_at(row: &ConsentRow, at: Time) -> bool {
    let ends = row.expires_at.into_iter().chain(row.withdrawn_at);
    row.given_at <= at && ends.min().is_none_or(|end| at < end)
}

view! {
    /// What somebody agreed to.
    pub struct ConsentView from ConsentFields {
        /// The id.
        outline id: Id,
        /// On which case they are.
        outline case_id: Id,
        /// Who agreed.
        outline person_id: Id,
        /// To what.
        outline purpose: Purpose,
        /// How they said so.
        outline method: Method,
        /// Whether it holds: now, or at the moment that was asked about.
        outline valid: bool,
        /// When they said so, UTC.
        outline given_at: Time,
        /// When it ends by itself, UTC; absent if it does not.
        outline_maybe expires_at: Time,
        /// The message in which they said so.
        outline_maybe message_id: Id,
        /// Who recorded it.
        outline recorded_by: Id,
        /// When, UTC.
        outline recorded_at: Time,
        /// From when on it is taken back, UTC; absent if it is not.
        outline_maybe withdrawn_at: Time,
        /// Who wrote down that it is.
        outline_maybe withdrawn_by: Id,
        /// In whose favour.
        content recipient: String,
        /// The language in which they were asked: BCP 47.
        content language: String,
        /// What else was said.
        content note: String,
        /// Why it was taken back.
        content withdrawal_reason: String,
        /// Who stood between them and us.
        identity interpreter: String,
    }
}

/// What the caller may see of a consent, and whether it holds at `at`.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &ConsentRow, at: Time) -> Result<ConsentView> {
    let Terms { recipient, language, note } = access.open(&TERMS, row.id, &row.terms)?.unwrap_or_default();
    let fields = ConsentFields {
        id: row.id,
        case_id: row.case_id,
        person_id: row.person_id,
        purpose: row.purpose,
        method: row.method,
        valid: holds_at(row, at),
        given_at: row.given_at,
        expires_at: row.expires_at,
        message_id: row.message_id,
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
        withdrawn_at: row.withdrawn_at,
        withdrawn_by: row.withdrawn_by,
        recipient,
        language,
        note,
        withdrawal_reason: access.open_opt(&WITHDRAWAL, row.id, row.withdrawal.as_ref())?,
        interpreter: access.open_opt(&INTERPRETER, row.id, row.interpreter.as_ref())?,
    };
    Ok(fields.redact(access.grants()))
}
