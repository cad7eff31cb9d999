//! `/v1/operations/{id}/reports`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{self, POSITION, ReportView, SEEN};
use super::store::{self, ReportRow};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::number::{Latitude, Longitude};
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{ClientId, PathId, Query};
use crate::http::text::Prose;
use crate::operations;

/// What `POST /v1/operations/{id}/reports` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportIn {
    /// A UUIDv7 made by the client, for what was written offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// When it was seen.
    at: Time,
    /// Seen from: degrees north, WGS-84. With `lon`, or not at all.
    #[serde(default)]
    lat: Option<Latitude>,
    /// Seen from: degrees east, WGS-84. With `lat`, or not at all.
    #[serde(default)]
    lon: Option<Longitude>,
    /// What was seen, and what was looked for and not there.
    seen: Prose<20_000>,
    /// Places searched, one by one. This version keeps them in words, in `seen`, so there is none to list.
    #[serde(default)]
    #[schema(max_items = 0)]
    searched: Vec<serde_json::Value>,
    /// Ids of attachments. This version stores no files, so there is none to name.
    #[serde(default)]
    #[schema(max_items = 0)]
    attachments: Vec<Id>,
}

/// `POST /v1/operations/{id}/reports`
pub async fn create(
    auth: Authorized<may::ReportCreate>,
    id: PathId,
    body: Valid<ReportIn>,
) -> Result<Creation<ReportView>> {
    let (ReportIn { id: client_id, at, lat, lon, seen, searched, attachments }, digest) = body.into_parts();
    // Dropped in silence, they would be believed to be on record.
    if !searched.is_empty() {
        return Err(Error::invalid("/searched", "is not kept yet; say in `seen` what was searched"));
    }
    if !attachments.is_empty() {
        return Err(Error::invalid("/attachments", "names files, and none are kept yet"));
    }
    auth.create(digest, move |tx| {
        let operation = operations::model::open(tx, id.0)?;
        model::check_time(at, tx.now())?;
        let position = model::position(lat, lon)?;
        let id = ClientId::or_new(client_id, tx.now());
        tx.about(id);
        tx.note(format!("on operation {}", operation.row.id));
        let row = ReportRow {
            organisation_id: tx.scope.organisation_id,
            id,
            operation_id: operation.row.id,
            author_id: tx.scope.user_id,
            at,
            recorded_at: tx.now(),
            seen: operation.access.seal(&SEEN, id, &seen.into_inner())?,
            position: operation.access.seal_opt(&POSITION, id, position.as_ref())?,
        };
        store::insert(tx.conn, &row)?;
        operations::approval::touch_cases(tx, operation.row.id)?;
        Ok(Created { location: None, version: None, view: model::show(&operation.access, &row)? })
    })
    .await
}

/// `GET /v1/operations/{id}/reports`
pub async fn list(
    auth: Authorized<may::ReportList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<ReportView>> {
    auth.read(move |tx| {
        let operation = operations::model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("report.list {}", id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &keyset)?;
        keyset.page(tx, rows, |row| (row.at, row.id), |_, row| model::show(&operation.access, &row))
    })
    .await
}
