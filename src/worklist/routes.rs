//! `/v1/me/worklist`

use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{self, WorklistView};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::params::Query;
use crate::http::text::ZoneName;

/// The query of `GET /v1/me/worklist`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorklistQuery {
    /// Where your day ends: an IANA time zone. UTC if not said.
    #[param(value_type = Option<String>)]
    time_zone: Option<ZoneName>,
}

/// `GET /v1/me/worklist`
pub async fn show(
    auth: Authorized<may::WorklistShow>,
    query: Query<WorklistQuery>,
) -> Result<Json<WorklistView>> {
    let Query(WorklistQuery { time_zone }) = query;
    auth.read(move |tx| model::worklist(tx, time_zone.as_ref().map_or("UTC", ZoneName::as_str)).map(Json))
        .await
}
