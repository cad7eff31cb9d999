//! `/v1/channels/{id}/advice` and `/v1/channels/{id}/rules-history`

use serde::Deserialize;
use utoipa::IntoParams;

use crate::authz::Authorized;
use crate::authz::action::may;
use crate::channels::advice::{self, AdviceView};
use crate::channels::model::{self, RuleChangeView};
use crate::channels::store;
use crate::db::types::Time;
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Query};

/// The query of `GET /v1/channels/{id}/advice`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdviceQuery {
    /// For which moment, RFC 3339; now if not said. For a moment that has passed, by the rules of that time.
    at: Option<Time>,
}

/// `GET /v1/channels/{id}/advice`
pub async fn show(
    auth: Authorized<may::ChannelAdvice>,
    id: PathId,
    query: Query<AdviceQuery>,
) -> Result<Json<AdviceView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let (case, row) = model::open(tx, id.0)?;
        let at = query.at.unwrap_or_else(|| tx.now());
        Ok(Json(advice::advise(tx, &case.access, &row, at)?))
    })
    .await
}

/// `GET /v1/channels/{id}/rules-history`
pub async fn history(
    auth: Authorized<may::ChannelHistory>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<RuleChangeView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let (case, row) = model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("channel.rules_history {}", row.id), &query)?;
        let rows = store::changes(&tx.scope, tx.conn, row.id, &keyset)?;
        let mut from = keyset.ascending().after.map(|(until, _)| until);
        keyset.page(
            tx,
            rows,
            |row| (row.until_at, row.id),
            |_, row| model::show_change(&case.access, &row, from.replace(row.until_at)),
        )
    })
    .await
}
