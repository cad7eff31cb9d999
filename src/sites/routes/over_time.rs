//! `/v1/sites/{id}/history` and `/v1/sites/{id}/scale`

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::authz::action::may;
use crate::authz::{Authorized, Grants};
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::answer::Json;
use crate::http::number::Capacity;
use crate::http::params::{PathId, Query};
use crate::observations::scale::{CountView, Measure, series};
use crate::observations::seen::When;
use crate::sites::model::{self, Activity, Verification};
use crate::sites::state::{self, Change};
use crate::sites::store;
use crate::view;

/// The query of what is told of a site over time.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct KnownQuery {
    /// By what had been recorded by then; all that stands now if not said.
    known_at: Option<Time>,
}

impl KnownQuery {
    fn when(&self) -> When {
        When { at: None, known_at: self.known_at }
    }
}

view! {
    /// What a site was since some moment.
    pub struct StateView from StateFields {
        /// Since when, UTC.
        outline at: Time,
        /// What was believed of it.
        outline verification: Verification,
        /// What was going on there.
        outline activity: Activity,
        /// How far the activity was believed then, 0 to 1; 0 when nobody had said anything of it.
        outline weight: f64,
        /// The observations that made it so; none for what its entry began with.
        outline because: Vec<Id>,
        /// How many people it might hold.
        location_precise capacity_estimate: Capacity,
    }
}

/// What the caller may see of a change.
pub fn show(change: &Change, grants: Grants) -> StateView {
    let fields = StateFields {
        at: change.at,
        verification: change.state.verification,
        activity: change.state.activity,
        weight: change.state.weight,
        because: change.state.because.clone(),
        capacity_estimate: change.state.capacity,
    };
    fields.redact(grants)
}

/// What a site was, over time.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SiteHistory {
    /// Each change of its state, the oldest first. The first is what its entry began with.
    items: Vec<StateView>,
}

/// `GET /v1/sites/{id}/history`
pub async fn history(
    auth: Authorized<may::SiteHistory>,
    id: PathId,
    query: Query<KnownQuery>,
) -> Result<Json<SiteHistory>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let row = store::find(&tx.scope, tx.conn, id.0)?;
        let grants = model::access(tx)?.grants();
        let (base, seen) = model::on_record(tx, &row)?;
        let changes = state::history(&base, &seen, query.when());
        Ok(Json(SiteHistory { items: changes.iter().map(|change| show(change, grants)).collect() }))
    })
    .await
}

view! {
    /// How many people and buildings were reported of a site, over time.
    pub struct ScaleView from ScaleFields {
        /// The site.
        outline site_id: Id,
        /// How many people were there, the oldest first: who were seen, and who stayed behind when it was evacuated.
        location_precise people: Vec<CountView>,
        /// How many buildings there were, the oldest first.
        location_precise buildings: Vec<CountView>,
    }
}

/// `GET /v1/sites/{id}/scale`
pub async fn scale(
    auth: Authorized<may::SiteScale>,
    id: PathId,
    query: Query<KnownQuery>,
) -> Result<Json<ScaleView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let row = store::find(&tx.scope, tx.conn, id.0)?;
        let grants = model::access(tx)?.grants();
        let (_, seen) = model::on_record(tx, &row)?;
        let fields = ScaleFields {
            site_id: row.id,
            people: Some(series(&seen, Measure::People, query.when())),
            buildings: Some(series(&seen, Measure::Buildings, query.when())),
        };
        Ok(Json(fields.redact(grants)))
    })
    .await
}
