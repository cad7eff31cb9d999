//! `/v1/changes`; `/v1/batch` is in [`batch`].

pub mod batch;

use actix_web::{HttpRequest, HttpResponse, Responder, body::BoxBody};
use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{self, ChangesView};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::error::Result;
use crate::http::page::Limit;
use crate::http::params::Query;

/// The query of `GET /v1/changes`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangesQuery {
    /// `cursor` of the last answer that arrived; without one, or with one that is not known, everything is sent.
    after: Option<String>,
    /// Items per answer, 1 to 200; fewer if they are large.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
}

/// What has changed; nothing is 204, and the cursor stays what it was.
pub struct Changes(Option<ChangesView>);

impl Responder for Changes {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self.0 {
            Some(view) => HttpResponse::Ok().json(view),
            None => HttpResponse::NoContent().finish(),
        }
    }
}

/// `GET /v1/changes`
pub async fn changes(auth: Authorized<may::SyncChanges>, query: Query<ChangesQuery>) -> Result<Changes> {
    let Query(ChangesQuery { after, limit }) = query;
    let limit = Limit::or_usual(limit);
    // Found without holding the one writer up: most who ask learn that there is nothing new.
    let found = auth.prepare(move |tx| {
        // Who is shown a service without rows is told each time that this is all there is.
        let is_kept = !tx.scope.is_nowhere();
        Ok(model::changes(tx, after.as_deref(), limit)?.map(|answer| (answer, is_kept)))
    });
    match found.await {
        Ok(Some((answer, false))) => auth.read(move |_| Ok(Changes(Some(answer.view)))).await,
        Ok(Some((answer, true))) => {
            auth.write(move |tx| {
                answer.keep(tx)?;
                Ok(Changes(Some(answer.view)))
            })
            .await
        }
        // That there was nothing to send is on record, too, and so is a refusal.
        other => auth.read(move |_| other.map(|_| Changes(None))).await,
    }
}
