//! `/v1/cases/{id}/timeline`

use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{self, Event, Shower, TimelineItem, TimelineKind};

use crate::authz::Authorized;
use crate::authz::action::may;
use crate::cases;
use crate::error::{Error, Result};
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{PathId, Query};

/// The query of `GET /v1/cases/{id}/timeline`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// One or more kinds, separated by commas: `opened`, `status`, `assignment`, `message`, `correction`, `clue`,
    /// `report`. All that you may see if not said.
    kind: Option<String>,
    /// `at`, or `-at` for newest first. `at` if not said.
    sort: Option<String>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

fn kinds(text: Option<&str>) -> Result<Vec<TimelineKind>> {
    let Some(text) = text else {
        return Ok(TimelineKind::ALL.to_vec());
    };
    text.split(',')
        .map(|word| word.trim().parse().map_err(|detail: String| Error::invalid("kind", detail)))
        .collect()
}

/// `GET /v1/cases/{id}/timeline`
pub async fn list(
    auth: Authorized<may::CaseTimeline>,
    id: PathId,
    query: Query<TimelineQuery>,
) -> Result<Page<TimelineItem>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let mut kinds = kinds(query.kind.as_deref())?;
        kinds.sort_unstable();
        kinds.dedup();
        kinds.retain(|kind| model::is_visible(&tx.scope, *kind));
        let descending = match query.sort.as_deref() {
            None | Some("at") => false,
            Some("-at") => true,
            Some(_) => return Err(Error::invalid("sort", "must be at or -at")),
        };
        let context = format!("case.timeline {} {descending} {kinds:?}", id.0);
        let keyset = Keyset::new(tx, context, query.limit, query.cursor.as_deref())?;
        let window = keyset.window(descending);
        let events = model::events(tx, id.0, &kinds, window)?;
        let shower = Shower::new(tx, case, &events)?;
        keyset.page(tx, events, Event::place, |_, event| shower.show(&event))
    })
    .await
}
