//! `/v1/board`

use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{self, BoardView};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::db::types::Time;
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::params::Query;

/// The query of `GET /v1/board`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BoardQuery {
    /// From when teams are wanted (UTC); now if not said.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Time>,
    /// Until when (UTC); three days after `from` if not said, 31 at most.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
}

/// `GET /v1/board`
pub async fn show(auth: Authorized<may::BoardShow>, query: Query<BoardQuery>) -> Result<Json<BoardView>> {
    let Query(BoardQuery { from, until }) = query;
    auth.read(move |tx| {
        let span = model::span(from, until, tx.now())?;
        model::board(tx, span).map(Json)
    })
    .await
}
