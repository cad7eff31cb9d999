//! Search in sealed names: the sites of the organisation are opened and looked through.

use super::model::NAMES;
use super::store::{self, Filter, SiteRow};
use crate::authz::Tx;
use crate::crypto::Access;
use crate::db::types::{Id, Time};
use crate::db::window::Window;
use crate::error::Result;
use crate::messages::search::Words;

/// Sites that are loaded at the same time.
const BATCH: i64 = 500;
/// Sites that one request looks through; a longer list is searched over several pages.
const MOST: usize = 20_000;

/// What a search found.
pub(super) struct Found {
    /// The sites with all words in their names, in the order of the list.
    pub sites: Vec<SiteRow>,
    /// The last site that was looked at, when the search gave up before the end of the list.
    pub stopped_at: Option<(Time, Id)>,
}

/// Looks for the sites of a window. Nothing is found where names are not granted.
pub(super) fn search(
    tx: &mut Tx<'_, '_>,
    access: &Access,
    filter: &Filter,
    words: &Words,
    window: Window,
) -> Result<Found> {
    let wanted = usize::try_from(window.limit).unwrap_or(usize::MAX);
    let mut batches = Window { limit: BATCH, ..window };
    let mut found = Found { sites: Vec::new(), stopped_at: None };
    let mut looked_at = 0;
    loop {
        let batch = store::list(&tx.scope, tx.conn, filter, batches)?;
        looked_at += batch.len();
        batches.after = batch.last().map(SiteRow::place_in_list);
        let is_last = i64::try_from(batch.len()).is_ok_and(|length| length < BATCH);
        for row in batch {
            let Some(names) = access.open(&NAMES, row.id, &row.names)? else {
                continue;
            };
            let names: Vec<&str> =
                std::iter::once(&names.name).chain(&names.names).map(String::as_str).collect();
            if words.all_in(&names) {
                found.sites.push(row);
                if found.sites.len() == wanted {
                    return Ok(found);
                }
            }
        }
        if is_last {
            return Ok(found);
        }
        if looked_at >= MOST {
            found.stopped_at = batches.after;
            return Ok(found);
        }
    }
}
