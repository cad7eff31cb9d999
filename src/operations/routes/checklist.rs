//! `/v1/operations/{id}/checklist`

use serde::Deserialize;
use utoipa::ToSchema;

use super::answer;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::error::{Error, Result};
use crate::http::answer::Versioned;
use crate::http::body::Valid;
use crate::http::params::PathId;
use crate::operations::approval;
use crate::operations::model::{self, CHECKLIST, EventNote, OperationEventKind};
use crate::operations::plan::{ChecklistItemIn, MAX_ITEMS, tick as tick_items};
use crate::operations::view::OperationView;

/// What `POST /v1/operations/{id}/checklist` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicksIn {
    /// Items of the checklist, each with how it now stands; the others stay as they are. At most 100.
    #[schema(max_items = 100)]
    ticks: Vec<ChecklistItemIn>,
}

/// `POST /v1/operations/{id}/checklist`
///
/// It asks for no version: of two who tick different items at once, neither has to wait for the other, and a tick that
/// comes twice is one.
pub async fn tick(
    auth: Authorized<may::OperationChecklist>,
    id: PathId,
    body: Valid<TicksIn>,
) -> Result<Versioned<OperationView>> {
    let TicksIn { ticks } = body.into_inner();
    auth.write(move |tx| {
        if ticks.len() > MAX_ITEMS {
            return Err(Error::invalid("/ticks", format!("must have at most {MAX_ITEMS} entries")));
        }
        let mut operation = model::open_to_change(tx, id.0)?;
        let access = &operation.access;
        let before = access.open(&CHECKLIST, id.0, &operation.row.checklist)?.ok_or_else(Error::forbidden)?;
        let after = tick_items(before.clone(), ticks)?;
        if after != before {
            operation.row.checklist = access.seal(&CHECKLIST, id.0, &after)?;
            // Ticks are no part of what is approved, so that the plan after them is the plan before.
            let plan = approval::before(tx, &operation)?;
            let told = (OperationEventKind::Checked, EventNote::default());
            approval::settle(tx, &mut operation, &plan, Some(told))?;
        }
        answer(tx, &operation, None)
    })
    .await
}
