//! Search in the messages of a case: their texts, translations, and what either was before a correction.

use super::model::{self, CONTENT, CORRECTION};
use super::store::{self, CorrectionRow, MessageRow};
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::Access;
use crate::db::types::Id;
use crate::db::window::Window;
use crate::error::Result;
use crate::search::{Found, Words, look_through};

/// A message with its corrections.
pub type Corrected = (MessageRow, Vec<CorrectionRow>);

/// The messages of a window.
///
/// # Errors
/// Of the database.
pub fn list(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    channel_id: Option<Id>,
    window: Window,
) -> Result<Vec<Corrected>> {
    let rows = store::list(&tx.scope, tx.conn, case.row.id, channel_id, window)?;
    let mut corrections = model::corrections(tx, &rows)?;
    let with = |row: MessageRow| {
        let of_this = corrections.remove(&row.id).unwrap_or_default();
        (row, of_this)
    };
    Ok(rows.into_iter().map(with).collect())
}

/// Looks for the messages of a window. Nothing is found where content is not granted.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn search(
    tx: &mut Tx<'_, '_>,
    case: &OpenCase,
    channel_id: Option<Id>,
    words: &Words,
    window: Window,
) -> Result<Found<Corrected>> {
    if !case.access.grants().has(Class::Content) {
        return Ok(Found::all(Vec::new()));
    }
    look_through(
        tx,
        window,
        |tx, window| list(tx, case, channel_id, window),
        |(row, _)| row.place(),
        |(row, corrections)| holds(&case.access, row, corrections, words),
    )
}

fn holds(access: &Access, row: &MessageRow, corrections: &[CorrectionRow], words: &Words) -> Result<bool> {
    let Some(content) = access.open(&CONTENT, row.id, &row.content)? else {
        return Ok(false);
    };
    let mut corrected = Vec::new();
    for row in corrections {
        corrected.extend(access.open(&CORRECTION, row.id, &row.content)?);
    }
    let corrected =
        corrected.iter().flat_map(|correction| [correction.body.as_ref(), correction.translation.as_ref()]);
    let texts = [Some(&content.body), content.translation.as_ref()].into_iter().chain(corrected);
    let texts: Vec<&str> = texts.flatten().map(String::as_str).collect();
    Ok(words.all_in(&texts))
}
