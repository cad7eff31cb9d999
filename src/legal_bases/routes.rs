//! `/v1/cases/{id}/legal-basis`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{self, Basis, BasisView, Terms};
use super::store;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::cases;
use crate::db::types::Time;
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::body::Valid;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Query};
use crate::http::text::{Line, Prose};

/// `GET /v1/cases/{id}/legal-basis`
pub async fn list(
    auth: Authorized<may::LegalBasisList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<BasisView>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("legal_basis.list {}", id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &keyset)?;
        keyset.page(tx, rows, |row| (row.recorded_at, row.id), |_, row| model::show(&case.access, &row))
    })
    .await
}

/// What `PUT /v1/cases/{id}/legal-basis` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BasisIn {
    /// The ground.
    basis: Basis,
    /// From when on; now if not said.
    #[serde(default)]
    from: Option<Time>,
    /// Who decided on it: a data protection officer, a lawyer.
    #[serde(default)]
    decided_by: Option<Line<200>>,
    /// What they said.
    #[serde(default)]
    note: Option<Prose<5_000>>,
}

/// `PUT /v1/cases/{id}/legal-basis`
pub async fn put(
    auth: Authorized<may::LegalBasisPut>,
    id: PathId,
    body: Valid<BasisIn>,
) -> Result<Json<BasisView>> {
    let BasisIn { basis, from, decided_by, note } = body.into_inner();
    auth.write(move |tx| {
        let terms = Terms { decided_by: decided_by.map(Line::into_inner), note: note.map(Prose::into_inner) };
        let (case, row) = model::record(tx, id.0, basis, &terms, from)?;
        Ok(Json(model::show(&case.access, &row)?))
    })
    .await
}
