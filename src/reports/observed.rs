//! What a team saw of sites, as observations that their state is worked out from.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::findings::SEEN_BY_US;
use crate::authz::Tx;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::number::Credibility;
use crate::observations::data::{ObservationData, ObservationKind};
use crate::observations::model::{self as observations, New};
use crate::observations::witness::Witness;
use crate::sites;

/// The most that one report may tell of sites.
const MAX_OBSERVED: usize = 50;

/// Something that was seen of a site.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// Of which site.
    pub site_id: Id,
    /// What kind of thing was seen; an `assessment` is for those who weigh all that is known.
    pub kind: ObservationKind,
    /// What was seen, in the shape that belongs to `kind`.
    #[schema(value_type = ObservationData)]
    pub data: Value,
    /// When (UTC); at the moment of the report if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub at: Option<Time>,
}

impl std::fmt::Debug for Observed {
    /// Without what was seen: a body that is logged by mistake must not tell it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Observed(..)")
    }
}

/// Records what a report says of sites, with the report as its source. Before the clues of the report: a site is held
/// before the estimates that it changes.
///
/// # Errors
/// 422 below `/observed`.
pub fn record(tx: &mut Tx<'_, '_>, (report_id, at): (Id, Time), observed: &[Observed]) -> Result<()> {
    if observed.len() > MAX_OBSERVED {
        return Err(Error::invalid("/observed", format!("must have at most {MAX_OBSERVED} entries")));
    }
    for (index, one) in observed.iter().enumerate() {
        if !sites::store::exists(&tx.scope, tx.conn, one.site_id)? {
            let pointer = format!("/observed/{index}/site_id");
            return Err(Error::invalid(pointer, "is no site of your organisation"));
        }
    }
    // In order of their ids, so that two reports on the same sites cannot wait for each other.
    let held: BTreeSet<Id> = observed.iter().map(|one| one.site_id).collect();
    for site in held {
        sites::store::find_alone(&tx.scope, tx.conn, site)?;
    }
    for (index, one) in observed.iter().enumerate() {
        let below = |error: Error| error.below(&format!("/observed/{index}"));
        if one.kind == ObservationKind::Assessment {
            return Err(below(Error::invalid("/kind", "is a judgement; a report tells what was seen")));
        }
        let data = ObservationData::parse(one.kind, one.data.clone()).map_err(below)?;
        let seen_at = one.at.unwrap_or(at);
        see(tx, one.site_id, data, seen_at, Witness::report(report_id)).map_err(below)?;
    }
    Ok(())
}

/// Records what a team of ours saw of a site.
///
/// # Errors
/// As [`observations::record`].
pub fn see(tx: &mut Tx<'_, '_>, site_id: Id, data: ObservationData, at: Time, source: Witness) -> Result<()> {
    let (reliability, credibility) = SEEN_BY_US;
    let new = New {
        id: Id::at(tx.now()),
        at,
        data,
        source,
        reliability,
        credibility: Credibility::new(credibility).map_err(Error::internal)?,
        note: None,
    };
    observations::record(tx, site_id, new).map(drop)
}
