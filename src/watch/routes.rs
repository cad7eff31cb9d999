//! `/v1/cases/{id}/watch`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{self, MAX_ESCALATION, PauseView, Terms, WatchView};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::cases;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::{Json, NoContent};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::number::{GraceHours, IntervalHours};
use crate::http::params::{ClientId, PathId, PathIds};
use crate::http::text::Prose;

/// `GET /v1/cases/{id}/watch`
pub async fn show(auth: Authorized<may::WatchShow>, id: PathId) -> Result<Json<WatchView>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        model::show(tx, &case).map(Json)
    })
    .await
}

/// What `PUT /v1/cases/{id}/watch` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WatchIn {
    /// Hours between two signs of life: 1 to 8760.
    expected_every_hours: IntervalHours,
    /// Hours on top before anybody is alerted: 0 to 8760.
    grace_hours: GraceHours,
    /// Who is called in turn when nobody takes an alert on: coordinators and caseworkers.
    #[serde(default)]
    #[schema(max_items = 20)]
    escalate_to: Vec<Id>,
}

/// `PUT /v1/cases/{id}/watch`
pub async fn put(
    auth: Authorized<may::WatchPut>,
    id: PathId,
    body: Valid<WatchIn>,
) -> Result<Json<WatchView>> {
    let WatchIn { expected_every_hours, grace_hours, escalate_to } = body.into_inner();
    auth.write(move |tx| {
        let case = cases::model::open_alone(tx, id.0)?;
        if escalate_to.len() > MAX_ESCALATION {
            let detail = format!("must have at most {MAX_ESCALATION} entries");
            return Err(Error::invalid("/escalate_to", detail));
        }
        let terms =
            Terms { expected_every_hours: expected_every_hours.get(), grace_hours: grace_hours.get() };
        model::set(tx, &case, terms, &escalate_to)?;
        model::show(tx, &case).map(Json)
    })
    .await
}

/// What `POST /v1/cases/{id}/watch/pauses` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// Until when no contact is expected, and none is to be made. The next one is due then.
    until: Time,
    /// Why.
    reason: Prose<2_000>,
}

/// `POST /v1/cases/{id}/watch/pauses`
pub async fn pause(
    auth: Authorized<may::WatchPause>,
    id: PathId,
    body: Valid<PauseIn>,
) -> Result<Creation<PauseView>> {
    let (PauseIn { id: pause_id, until, reason }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let case = cases::model::open_alone(tx, id.0)?;
        let pause_id = ClientId::or_new(pause_id, tx.now());
        tx.about(pause_id);
        let row = model::pause(tx, &case, pause_id, until, &reason.into_inner())?;
        Ok(Created { location: None, version: None, view: model::show_pause(&case.access, &row)? })
    })
    .await
}

/// `DELETE /v1/cases/{id}/watch/pauses/{pause_id}`
pub async fn end_pause(auth: Authorized<may::WatchPauseEnd>, ids: PathIds) -> Result<NoContent> {
    let PathIds(id, pause_id) = ids;
    auth.write(move |tx| {
        let case = cases::model::open_alone(tx, id)?;
        tx.about(pause_id);
        model::end_pause(tx, &case, pause_id)?;
        Ok(NoContent)
    })
    .await
}
