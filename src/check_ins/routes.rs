//! `/v1/operations/{id}/check-ins`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{self, CheckInStanding, CheckInStatus, CheckInView, NOTE, POSITION};
use super::store::{self, CheckInRow};
use crate::authz::action::may;
use crate::authz::{Authorized, Tx};
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::number::{Latitude, Longitude};
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{ClientId, PathId, Query};
use crate::http::text::Prose;
use crate::operations;
use crate::reports::model::{check_time, position};

/// What `POST /v1/operations/{id}/check-ins` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckInIn {
    /// A UUIDv7 made by the client, for what was written offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// When it was made. A clock that is a little fast counts as right: it is taken for now.
    at: Time,
    /// How you are.
    status: CheckInStatus,
    /// Degrees north, WGS-84. With `lon`, or not at all.
    #[serde(default)]
    lat: Option<Latitude>,
    /// Degrees east, WGS-84. With `lat`, or not at all.
    #[serde(default)]
    lon: Option<Longitude>,
    /// A few words.
    #[serde(default)]
    note: Option<Prose<2_000>>,
    /// With `delayed`: by when you will check in again, at most three intervals on.
    #[serde(default)]
    next_by: Option<Time>,
    /// For coordinators: of whom on the team this speaks.
    #[serde(default)]
    for_user: Option<Id>,
}

/// Writes a check-in down, and the alerts that follow from it, in the caller's transaction.
///
/// # Errors
/// 404 when the operation is not in reach; 409 `not-under-way`, `id-taken`; 422 with a pointer.
pub fn record(tx: &mut Tx<'_, '_>, operation_id: Id, body: CheckInIn) -> Result<Created<CheckInView>> {
    // Of two check-ins at once the second reckons with the first.
    let operation = operations::model::open_to_change(tx, operation_id)?;
    let CheckInIn { id, at, status, lat, lon, note, next_by, for_user } = body;
    model::check_under_way(tx.scope.role, operation.row.status)?;
    let now = tx.now();
    check_time(at, now)?;
    // A phone whose clock is fast must not hold the watch off.
    let at = at.min(now);
    let position = position(lat, lon)?;
    let user_id = model::subject(tx, operation_id, for_user)?;
    model::check_delay(tx, &operation, (status, at), next_by)?;
    let id = ClientId::or_new(id, now);
    tx.about(id);
    tx.note(format!("on operation {operation_id}"));
    let access = &operation.access;
    let row = CheckInRow {
        organisation_id: tx.scope.organisation_id,
        id,
        operation_id,
        user_id,
        author_id: tx.scope.user_id,
        at,
        recorded_at: now,
        status,
        next_by,
        position: access.seal_opt(&POSITION, id, position.as_ref())?,
        note: access.seal_opt(&NOTE, id, note.map(Prose::into_inner).as_ref())?,
    };
    store::insert(tx.conn, &row)?;
    model::refresh(tx, &operation)?;
    Ok(Created { location: None, version: None, view: model::show(access, tx.scope.role, &row)? })
}

/// `POST /v1/operations/{id}/check-ins`
pub async fn create(
    auth: Authorized<may::CheckInCreate>,
    id: PathId,
    body: Valid<CheckInIn>,
) -> Result<Creation<CheckInView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| record(tx, id.0, body)).await
}

/// `GET /v1/operations/{id}/check-ins`
pub async fn list(
    auth: Authorized<may::CheckInList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<CheckInView>> {
    auth.read(move |tx| {
        let operation = operations::model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("check_in.list {}", id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &keyset)?;
        keyset.page(
            tx,
            rows,
            |row| (row.at, row.id),
            |tx, row| model::show(&operation.access, tx.scope.role, &row),
        )
    })
    .await
}

/// `GET /v1/operations/{id}/check-ins/state`
pub async fn state(auth: Authorized<may::CheckInState>, id: PathId) -> Result<Json<CheckInStanding>> {
    auth.read(move |tx| {
        let operation = operations::model::open(tx, id.0)?;
        model::standing(tx, &operation).map(Json)
    })
    .await
}
