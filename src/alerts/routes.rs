//! `/v1/alerts`

use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{self, AlertState, AlertView};
use super::store::{self, Filter};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::answer::Json;
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{PathId, Query, word_list};

/// The query of `GET /v1/alerts`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertQuery {
    /// One or more states, separated by commas. `open,acknowledged` if not said.
    state: Option<String>,
    /// One or more kinds, separated by commas.
    kind: Option<String>,
    /// Only those of this case.
    case_id: Option<Id>,
    /// `since`, or `-since` for newest first. `-since` if not said.
    sort: Option<String>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// `GET /v1/alerts`
pub async fn list(auth: Authorized<may::AlertList>, query: Query<AlertQuery>) -> Result<Page<AlertView>> {
    let Query(AlertQuery { state, kind, case_id, sort, limit, cursor }) = query;
    auth.read(move |tx| {
        let states = match state.as_deref() {
            None => vec![AlertState::Open, AlertState::Acknowledged],
            given => word_list("state", given)?,
        };
        let descending = match sort.as_deref() {
            None | Some("-since") => true,
            Some("since") => false,
            Some(_) => return Err(Error::invalid("sort", "must be since or -since")),
        };
        let kinds = model::kinds_for(tx, &word_list("kind", kind.as_deref())?);
        let filter = Filter { states, kinds, case_id, descending };
        let keyset = Keyset::new(tx, format!("alert.list {filter:?}"), limit, cursor.as_deref())?;
        let rows = store::list(&tx.scope, tx.conn, &filter, &keyset)?;
        keyset.page(
            tx,
            rows,
            |seen| (seen.row.since, seen.row.id),
            |tx, seen| Ok(model::show(&seen, tx.now())),
        )
    })
    .await
}

/// `POST /v1/alerts/{id}/acknowledge`
pub async fn acknowledge(auth: Authorized<may::AlertAcknowledge>, id: PathId) -> Result<Json<AlertView>> {
    auth.write(move |tx| {
        tx.about(id.0);
        model::acknowledge(tx, id.0).map(Json)
    })
    .await
}
