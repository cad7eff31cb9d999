//! `/v1/operations/{id}/reports`

use serde::Deserialize;
use utoipa::ToSchema;

use super::findings::{self, Concerned, FINDINGS, Findings, Searched};
use super::model::{self, POSITION, ReportView, SEEN};
use super::observed::{self, Observed};
use super::store::{self, ReportRow};
use crate::authz::action::may;
use crate::authz::{Authorized, Tx};
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::number::{Latitude, Longitude};
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{ClientId, PathId, Query};
use crate::http::text::Prose;
use crate::{attachments, operations};

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
    /// Places searched, one by one, at most 50. Each becomes a clue of the operation's cases.
    #[serde(default)]
    #[schema(max_items = 50)]
    searched: Vec<Searched>,
    /// Files that were brought to the operation, at most 100.
    #[serde(default)]
    #[schema(max_items = 100)]
    attachments: Vec<Id>,
    /// What was seen of sites, one by one, at most 50. Each becomes an observation of its site.
    #[serde(default)]
    #[schema(max_items = 50)]
    observed: Vec<Observed>,
}

/// Writes a report down, and the clues that follow from it, in the caller's transaction.
///
/// # Errors
/// 404 when the operation is not in reach; 409 `id-taken`; 422 with a pointer.
pub fn record(tx: &mut Tx<'_, '_>, operation_id: Id, body: ReportIn) -> Result<Created<ReportView>> {
    let operation = operations::model::open(tx, operation_id)?;
    let ReportIn { id, at, lat, lon, seen, searched, attachments, observed } = body;
    model::check_time(at, tx.now())?;
    let position = model::position(lat, lon)?;
    let id = ClientId::or_new(id, tx.now());
    tx.about(id);
    tx.note(format!("on operation {operation_id}"));
    let concerned = Concerned::open(tx, operation_id)?;
    let findings = Findings { searched, attachments, observed };
    let access = &operation.access;
    let row = ReportRow {
        organisation_id: tx.scope.organisation_id,
        id,
        operation_id,
        author_id: tx.scope.user_id,
        at,
        recorded_at: tx.now(),
        seen: access.seal(&SEEN, id, &seen.into_inner())?,
        position: access.seal_opt(&POSITION, id, position.as_ref())?,
        findings: access.seal_opt(&FINDINGS, id, (!findings.is_empty()).then_some(&findings))?,
    };
    store::insert(tx.conn, &row)?;
    attachments::model::name_in_report(tx, &concerned.case_ids(), &findings.attachments)?;
    observed::record(tx, (id, at), &findings.observed)?;
    findings::conclude(tx, &concerned, (id, at), &findings.searched)?;
    Ok(Created { location: None, version: None, view: model::show(access, &row)? })
}

/// `POST /v1/operations/{id}/reports`
pub async fn create(
    auth: Authorized<may::ReportCreate>,
    id: PathId,
    body: Valid<ReportIn>,
) -> Result<Creation<ReportView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| record(tx, id.0, body)).await
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
