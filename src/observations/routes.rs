//! `/v1/sites/{id}/observations` and `/v1/observations`

use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::data::{ObservationData, ObservationKind};
use super::model::{self, New, ObservationView};
use super::store;
use super::witness::WitnessIn;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::clues::model::Reliability;
use crate::db::types::Time;
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::number::Credibility;
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{ClientId, PathId, Query, word_list};
use crate::http::text::Prose;
use crate::sites;

/// The query of `GET /v1/sites/{id}/observations`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ObservationQuery {
    /// One or more kinds, separated by commas.
    kind: Option<String>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// `GET /v1/sites/{id}/observations`
pub async fn list(
    auth: Authorized<may::ObservationList>,
    id: PathId,
    query: Query<ObservationQuery>,
) -> Result<Page<ObservationView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let site = sites::store::find(&tx.scope, tx.conn, id.0)?;
        let kinds: Vec<ObservationKind> = word_list("kind", query.kind.as_deref())?;
        let context = format!("observation.list {} {kinds:?}", site.id);
        let keyset = Keyset::new(tx, context, query.limit, query.cursor.as_deref())?;
        let access = sites::model::access(tx)?;
        let rows = store::list(&tx.scope, tx.conn, site.id, &kinds, keyset.descending())?;
        keyset.page(tx, rows, |row| (row.at, row.id), |_, row| model::show(&access, &row))
    })
    .await
}

/// What `POST /v1/sites/{id}/observations` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObservationIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// When it was seen; not in the future.
    at: Time,
    /// What kind of thing was seen.
    kind: ObservationKind,
    /// What was seen, in the shape that belongs to `kind`.
    #[schema(value_type = ObservationData)]
    data: Value,
    /// Whose word it is.
    source: WitnessIn,
    /// The grade of the source.
    reliability: Reliability,
    /// The grade of the information.
    credibility: Credibility,
    /// A remark.
    #[serde(default)]
    note: Option<Prose<5_000>>,
}

/// `POST /v1/sites/{id}/observations`
pub async fn create(
    auth: Authorized<may::ObservationCreate>,
    id: PathId,
    body: Valid<ObservationIn>,
) -> Result<Creation<ObservationView>> {
    let (body, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let site = sites::store::find(&tx.scope, tx.conn, id.0)?;
        let ObservationIn { id, at, kind, data, source, reliability, credibility, note } = body;
        let data = ObservationData::parse(kind, data)?;
        let source = source.checked(tx)?;
        let id = ClientId::or_new(id, tx.now());
        tx.about(id);
        tx.note(format!("of site {}", site.id));
        let note = note.map(Prose::into_inner);
        let row = model::record(tx, site.id, New { id, at, data, source, reliability, credibility, note })?;
        let access = sites::model::access(tx)?;
        Ok(Created { location: None, version: None, view: model::show(&access, &row)? })
    })
    .await
}

/// Why something is retracted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetractionIn {
    /// Why.
    pub reason: Prose<2_000>,
}

/// `POST /v1/observations/{id}/retract`
pub async fn retract(
    auth: Authorized<may::ObservationRetract>,
    id: PathId,
    body: Valid<RetractionIn>,
) -> Result<Json<ObservationView>> {
    let RetractionIn { reason } = body.into_inner();
    auth.write(move |tx| {
        let row = model::retract(tx, id.0, &reason.into_inner())?;
        let access = sites::model::access(tx)?;
        Ok(Json(model::show(&access, &row)?))
    })
    .await
}
