//! `/v1/break-glass`

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{self, Ask, BreakGlassView, GlassOutcome, GlassState};
use super::store;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::db::types::Id;
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::body::{Given, Valid};
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{ClientId, PathId, Query};
use crate::http::text::Prose;

/// The query of `GET /v1/break-glass`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BreakGlassQuery {
    /// Only those that stand there; all if not said.
    #[param(value_type = Option<String>)]
    state: Option<GlassState>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// `GET /v1/break-glass`
pub async fn list(
    auth: Authorized<may::BreakGlassList>,
    query: Query<BreakGlassQuery>,
) -> Result<Page<BreakGlassView>> {
    auth.read(move |tx| {
        let context = format!("break_glass.list {:?}", query.state);
        let keyset = Keyset::new(tx, context, query.limit, query.cursor.as_deref())?;
        let rows = store::list(&tx.scope, tx.conn, query.state, &keyset)?;
        keyset.page(tx, rows, |row| (row.asked_at, row.id), |tx, row| model::show(tx, &row))
    })
    .await
}

/// What `POST /v1/break-glass` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlassIn {
    /// A UUIDv7 made by the client.
    #[serde(default)]
    id: Option<ClientId>,
    /// Which case.
    case_id: Id,
    /// Why it cannot wait for somebody who is on it. Auditors read it: name nobody.
    reason: Prose<2_000>,
    /// For how many hours; 4 if not said.
    #[serde(default = "usual_hours")]
    #[schema(minimum = 1)]
    hours: i32,
}

const fn usual_hours() -> i32 {
    4
}

/// `POST /v1/break-glass`
pub async fn ask(
    auth: Authorized<may::BreakGlassAsk>,
    body: Valid<BreakGlassIn>,
) -> Result<Creation<BreakGlassView>> {
    let (BreakGlassIn { id, case_id, reason, hours }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let id = ClientId::or_new(id, tx.now());
        tx.about(id);
        let row = model::ask(tx, Ask { id, case_id, reason: reason.into_inner(), hours })?;
        Ok(Created { location: None, version: None, view: model::show(tx, &row)? })
    })
    .await
}

/// What a step of which nothing needs to be said takes.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NothingIn {}

/// `POST /v1/break-glass/{id}/approve`
pub async fn approve(
    auth: Authorized<may::BreakGlassApprove>,
    id: PathId,
    _body: Given<NothingIn>,
) -> Result<Json<BreakGlassView>> {
    auth.write(move |tx| {
        let row = model::approve(tx, id.0)?;
        Ok(Json(model::show(tx, &row)?))
    })
    .await
}

/// `POST /v1/break-glass/{id}/end`
pub async fn end(
    auth: Authorized<may::BreakGlassEnd>,
    id: PathId,
    _body: Given<NothingIn>,
) -> Result<Json<BreakGlassView>> {
    auth.write(move |tx| {
        let row = model::finish(tx, id.0)?;
        Ok(Json(model::show(tx, &row)?))
    })
    .await
}

/// What `POST /v1/break-glass/{id}/review` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviewIn {
    /// What was found.
    outcome: GlassOutcome,
    /// What there is to say of it.
    #[serde(default)]
    note: Option<Prose<5_000>>,
}

/// `POST /v1/break-glass/{id}/review`
pub async fn review(
    auth: Authorized<may::BreakGlassReview>,
    id: PathId,
    body: Valid<ReviewIn>,
) -> Result<Json<BreakGlassView>> {
    let ReviewIn { outcome, note } = body.into_inner();
    auth.write(move |tx| {
        let note = note.map(Prose::into_inner);
        let row = model::review(tx, id.0, outcome, note.as_ref())?;
        Ok(Json(model::show(tx, &row)?))
    })
    .await
}
