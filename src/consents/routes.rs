//! `/v1/people/{id}/consents` and `/v1/consents/{id}/withdraw`

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{self, ConsentView, Method, NewConsent, Purpose, Terms};
use super::store;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::body::{Given, Valid};
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{ClientId, PathId, Query, word_list};
use crate::http::text::{Language, Line, Prose};
use crate::people;

/// The query of `GET /v1/people/{id}/consents`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConsentQuery {
    /// One or more purposes, separated by commas.
    purpose: Option<String>,
    /// The moment that `valid` is about; now if not said.
    at: Option<Time>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// `GET /v1/people/{id}/consents`
pub async fn list(
    auth: Authorized<may::ConsentList>,
    id: PathId,
    query: Query<ConsentQuery>,
) -> Result<Page<ConsentView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let (case, _) = people::model::open(tx, id.0)?;
        let purposes: Vec<Purpose> = word_list("purpose", query.purpose.as_deref())?;
        let at = query.at.unwrap_or(tx.scope.now);
        let context = format!("consent.list {} {purposes:?}", id.0);
        let keyset = Keyset::new(tx, context, query.limit, query.cursor.as_deref())?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &purposes, &keyset)?;
        keyset.page(tx, rows, |row| (row.given_at, row.id), |_, row| model::show(&case.access, &row, at))
    })
    .await
}

/// What `POST /v1/people/{id}/consents` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// To what they agree.
    purpose: Purpose,
    /// In whose favour; needed for `share`.
    #[serde(default)]
    recipient: Option<Line<200>>,
    /// How they said so.
    method: Method,
    /// The language in which they were asked.
    #[serde(default)]
    language: Option<Language>,
    /// Who stood between them and us.
    #[serde(default)]
    interpreter: Option<Line<200>>,
    /// When they said so.
    given_at: Time,
    /// When it ends by itself.
    #[serde(default)]
    expires_at: Option<Time>,
    /// The message in which they said so: one of their case.
    #[serde(default)]
    message_id: Option<Id>,
    /// What else was said.
    #[serde(default)]
    note: Option<Prose<5_000>>,
}

/// `POST /v1/people/{id}/consents`
pub async fn create(
    auth: Authorized<may::ConsentCreate>,
    id: PathId,
    body: Valid<ConsentIn>,
) -> Result<Creation<ConsentView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let consent = NewConsent {
            id: ClientId::or_new(body.id, tx.now()),
            purpose: body.purpose,
            method: body.method,
            terms: Terms {
                recipient: body.recipient.map(Line::into_inner),
                language: body.language.map(Language::into_inner),
                note: body.note.map(Prose::into_inner),
            },
            interpreter: body.interpreter.map(Line::into_inner),
            given_at: body.given_at,
            expires_at: body.expires_at,
            message_id: body.message_id,
        };
        tx.about(consent.id);
        let (case, row) = model::record(tx, id.0, consent)?;
        Ok(Created { location: None, version: None, view: model::show(&case.access, &row, tx.scope.now)? })
    })
    .await
}

/// What `POST /v1/consents/{id}/withdraw` takes; nothing needs to be said, and then no body is needed.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalIn {
    /// Why.
    #[serde(default)]
    reason: Option<Prose<5_000>>,
    /// When they took it back; now if not said.
    #[serde(default)]
    at: Option<Time>,
}

/// `POST /v1/consents/{id}/withdraw`
pub async fn withdraw(
    auth: Authorized<may::ConsentWithdraw>,
    id: PathId,
    body: Given<WithdrawalIn>,
) -> Result<Json<ConsentView>> {
    let WithdrawalIn { reason, at } = body.0;
    auth.write(move |tx| {
        tx.about(id.0);
        let reason = reason.map(Prose::into_inner);
        let (case, row) = model::withdraw(tx, id.0, at, reason.as_ref())?;
        Ok(Json(model::show(&case.access, &row, tx.scope.now)?))
    })
    .await
}
