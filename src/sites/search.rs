//! Search in sealed names: the sites of the organisation are opened and looked through.

use super::model::NAMES;
use super::store::{self, Filter, SiteRow};
use crate::authz::Tx;
use crate::crypto::Access;
use crate::db::window::Window;
use crate::error::Result;
use crate::search::{Found, Words, look_through};

/// Looks for the sites of a window. Nothing is found where names are not granted.
pub(super) fn search(
    tx: &mut Tx<'_, '_>,
    access: &Access,
    filter: &Filter,
    words: &Words,
    window: Window,
) -> Result<Found<SiteRow>> {
    look_through(
        tx,
        window,
        |tx, window| store::list(&tx.scope, tx.conn, filter, window),
        SiteRow::place_in_list,
        |row| {
            let Some(names) = access.open(&NAMES, row.id, &row.names)? else { return Ok(false) };
            let names: Vec<&str> =
                std::iter::once(&names.name).chain(&names.names).map(String::as_str).collect();
            Ok(words.all_in(&names))
        },
    )
}
