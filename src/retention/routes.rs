//! `/v1/retention/due` and `/v1/cases/{id}/retention`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{self, DecisionView, DueView};
use super::store;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::cases;
use crate::db::types::Time;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{ClientId, PathId, Query};
use crate::http::text::Prose;

/// `GET /v1/retention/due`
pub async fn due(auth: Authorized<may::RetentionDue>, query: Query<PageQuery>) -> Result<Page<DueView>> {
    auth.read(move |tx| {
        let keyset = Keyset::plain(tx, "retention.due", &query)?;
        let rows = model::due(tx, &keyset)?;
        keyset.page(tx, rows, |row| (row.created_at, row.id), model::show_due)
    })
    .await
}

/// `GET /v1/cases/{id}/retention`
pub async fn list(
    auth: Authorized<may::RetentionList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<DecisionView>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("retention.list {}", id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &keyset)?;
        keyset.page(tx, rows, |row| (row.decided_at, row.id), |_, row| model::show(&case.access, &row))
    })
    .await
}

/// What `POST /v1/cases/{id}/retention` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepIn {
    /// A UUIDv7 made by the client.
    #[serde(default)]
    id: Option<ClientId>,
    /// Until when the case is kept; then it is due again.
    keep_until: Time,
    /// Why.
    reason: Prose<5_000>,
}

/// `POST /v1/cases/{id}/retention`
pub async fn keep(
    auth: Authorized<may::RetentionKeep>,
    id: PathId,
    body: Valid<KeepIn>,
) -> Result<Creation<DecisionView>> {
    let (KeepIn { id: client_id, keep_until, reason }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let decision = ClientId::or_new(client_id, tx.now());
        tx.about(decision);
        let (case, row) = model::keep(tx, (decision, id.0), keep_until, &reason.into_inner())?;
        Ok(Created { location: None, version: None, view: model::show(&case.access, &row)? })
    })
    .await
}
