//! `/v1/cases/{id}/legal-hold`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{self, HoldView};
use super::store;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::cases;
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::body::Valid;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Query};
use crate::http::text::{Line, Prose};

/// `GET /v1/cases/{id}/legal-hold`
pub async fn list(
    auth: Authorized<may::LegalHoldList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<HoldView>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("legal_hold.list {}", id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &keyset)?;
        keyset.page(tx, rows, |row| (row.placed_at, row.id), |_, row| model::show(&case.access, &row))
    })
    .await
}

/// What `PUT /v1/cases/{id}/legal-hold` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldIn {
    /// Why the case must be kept.
    reason: Prose<5_000>,
    /// Who ordered it: a court, a prosecutor, a lawyer.
    #[serde(default)]
    authority: Option<Line<200>>,
}

/// `PUT /v1/cases/{id}/legal-hold`
pub async fn place(
    auth: Authorized<may::LegalHoldPlace>,
    id: PathId,
    body: Valid<HoldIn>,
) -> Result<Json<HoldView>> {
    let HoldIn { reason, authority } = body.into_inner();
    auth.write(move |tx| {
        let authority = authority.map(Line::into_inner);
        let (case, row) = model::place(tx, id.0, &reason.into_inner(), authority.as_ref())?;
        Ok(Json(model::show(&case.access, &row)?))
    })
    .await
}

/// What `DELETE /v1/cases/{id}/legal-hold` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldEndIn {
    /// Why it need not be kept any more.
    reason: Prose<5_000>,
}

/// `DELETE /v1/cases/{id}/legal-hold`
pub async fn end(
    auth: Authorized<may::LegalHoldEnd>,
    id: PathId,
    body: Valid<HoldEndIn>,
) -> Result<Json<HoldView>> {
    let HoldEndIn { reason } = body.into_inner();
    auth.write(move |tx| {
        let (case, row) = model::end(tx, id.0, &reason.into_inner())?;
        Ok(Json(model::show(&case.access, &row)?))
    })
    .await
}
