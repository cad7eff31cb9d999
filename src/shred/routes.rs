//! `/v1/cases/{id}/shred` and `/v1/shreds`

use std::time::Duration;

use serde::Deserialize;
use utoipa::ToSchema;

use super::cleanup;
use super::model::{self, ShredGround, ShredView};
use super::store;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::body::{Given, Valid};
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{ClientId, PathId, Query};
use crate::http::text::Prose;

/// How long whoever carries it out waits for the files to be gone as well.
const PATIENCE: Duration = Duration::from_secs(10);

/// `GET /v1/shreds`
pub async fn list(auth: Authorized<may::ShredList>, query: Query<PageQuery>) -> Result<Page<ShredView>> {
    auth.read(move |tx| {
        let keyset = Keyset::plain(tx, "shred.list", &query)?;
        let rows = store::list(&tx.scope, tx.conn, &keyset)?;
        keyset.page(tx, rows, |row| (row.asked_at, row.id), |tx, row| model::show(tx, &row))
    })
    .await
}

/// What `POST /v1/cases/{id}/shred` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShredIn {
    /// A UUIDv7 made by the client.
    #[serde(default)]
    id: Option<ClientId>,
    /// On what ground; it stays on record. `retention_over` if not said.
    #[serde(default = "usual_ground")]
    ground: ShredGround,
    /// Why, for whoever is to approve it; it goes with the case.
    reason: Prose<5_000>,
}

const fn usual_ground() -> ShredGround {
    ShredGround::RetentionOver
}

/// `POST /v1/cases/{id}/shred`
pub async fn ask(
    auth: Authorized<may::ShredAsk>,
    id: PathId,
    body: Valid<ShredIn>,
) -> Result<Creation<ShredView>> {
    let (ShredIn { id: client_id, ground, reason }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let shred = ClientId::or_new(client_id, tx.now());
        tx.about(shred);
        let (_, row) = model::ask(tx, (shred, id.0), ground, &reason.into_inner())?;
        Ok(Created { location: None, version: None, view: model::show(tx, &row)? })
    })
    .await
}

/// What a step of which nothing needs to be said takes.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NothingMoreIn {}

/// `POST /v1/cases/{id}/shred/approve`
pub async fn approve(
    auth: Authorized<may::ShredApprove>,
    id: PathId,
    _body: Given<NothingMoreIn>,
) -> Result<Json<ShredView>> {
    let services = std::sync::Arc::clone(auth.services());
    let view = auth
        .write(move |tx| {
            let row = model::carry_out(tx, id.0)?;
            Ok(Json(model::show(tx, &row)?))
        })
        .await?;
    // The case is gone with its key. What is left to be removed housekeeping removes too, if this fails or takes long.
    services.estimates.forget();
    match tokio::time::timeout(PATIENCE, cleanup::run(&services)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(
                ?error,
                "what a shredded case left is not all removed yet; it will be tried again"
            );
        }
        Err(_) => tracing::info!("a shredded case left many files; housekeeping goes on removing them"),
    }
    Ok(view)
}

/// `DELETE /v1/cases/{id}/shred`
pub async fn withdraw(auth: Authorized<may::ShredWithdraw>, id: PathId) -> Result<Json<ShredView>> {
    auth.write(move |tx| {
        let (_, row) = model::withdraw(tx, id.0)?;
        Ok(Json(model::show(tx, &row)?))
    })
    .await
}
