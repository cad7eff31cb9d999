//! `/v1/operations/{id}/gates`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::Gate;
use super::waivers::{self, GateView};
use crate::authz::action::may;
use crate::authz::{Authorized, Tx};
use crate::error::{Error, Result};
use crate::http::answer::Json;
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::Page;
use crate::http::params::{ClientId, PathId, PathWord};
use crate::http::text::Prose;
use crate::operations::model::{self as operations, OpenOperation};

/// `GET /v1/operations/{id}/gates`
pub async fn list(auth: Authorized<may::OperationGates>, id: PathId) -> Result<Page<GateView>> {
    auth.read(move |tx| {
        let operation = operations::open(tx, id.0)?;
        Ok(Page { items: waivers::show(tx, &operation)?, next_cursor: None })
    })
    .await
}

/// What `POST /v1/operations/{id}/gates/{gate}/waiver` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WaiverIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// Why the operation may begin although the gate is closed.
    reason: Prose<2_000>,
}

/// `POST /v1/operations/{id}/gates/{gate}/waiver`
pub async fn waive(
    auth: Authorized<may::OperationWaive>,
    path: PathWord<Gate>,
    body: Valid<WaiverIn>,
) -> Result<Creation<GateView>> {
    let PathWord(id, gate) = path;
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let operation = operations::open_to_change(tx, id)?;
        let waiver = ClientId::or_new(body.id, tx.now());
        waivers::waive(tx, &operation, gate, waiver, body.reason.into_inner())?;
        Ok(Created { location: None, version: None, view: shown(tx, &operation, gate)? })
    })
    .await
}

/// `DELETE /v1/operations/{id}/gates/{gate}/waiver`
pub async fn end_waiver(
    auth: Authorized<may::OperationWaiverEnd>,
    path: PathWord<Gate>,
) -> Result<Json<GateView>> {
    let PathWord(id, gate) = path;
    auth.write(move |tx| {
        let operation = operations::open_to_change(tx, id)?;
        waivers::end_waiver(tx, &operation, gate)?;
        Ok(Json(shown(tx, &operation, gate)?))
    })
    .await
}

fn shown(tx: &mut Tx<'_, '_>, operation: &OpenOperation, gate: Gate) -> Result<GateView> {
    let gates = waivers::show(tx, operation)?;
    gates.into_iter().find(|view| view.is(gate)).ok_or_else(Error::not_found)
}
