//! The extractor, run over all messages of a case again.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::extraction::{Known, add, of_text};
use crate::app::Services;
use crate::authz::Author;
use crate::authz::action::may;
use crate::authz::guard::{prepare_on_behalf, write_on_behalf};
use crate::cases;
use crate::db::types::{Id, Time};
use crate::db::window::Window;
use crate::error::Result;
use crate::http::heavy;
use crate::location::extraction::Proposal;
use crate::messages;
use crate::messages::model::{CONTENT, CORRECTION, Direction};
use crate::messages::store::MessageRow;

/// Messages that are read at a time.
const CHUNK: i64 = 500;

/// What reading again has found.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct ExtractedView {
    /// Messages of the other side that were read.
    messages_read: u64,
    /// Clues that were proposed and were not there before.
    clues_proposed: u64,
}

impl ExtractedView {
    /// In a few words for the audit log.
    pub fn summary(&self) -> String {
        format!("{} messages read, {} clues proposed", self.messages_read, self.clues_proposed)
    }
}

/// Reads all messages of a case that the other side wrote, and proposes what was not proposed before. In chunks, each
/// in a transaction of its own, so that nobody waits for it.
///
/// # Errors
/// 404; `busy` when too much is being read.
pub async fn read(services: &Arc<Services>, author: Author, case_id: Id) -> Result<ExtractedView> {
    let mut found = ExtractedView::default();
    let mut after: Option<(Time, Id)> = None;
    loop {
        let (rows, texts) = prepare_on_behalf::<may::ClueExtract, _, _>(services, author, move |tx| {
            let case = cases::model::open(tx, case_id)?;
            let window = Window { descending: false, after, limit: CHUNK };
            let rows = messages::store::list(&tx.scope, tx.conn, case_id, None, window)?;
            let corrections = messages::model::corrections(tx, &rows)?;
            let mut texts = Vec::with_capacity(rows.len());
            for row in &rows {
                let content = case.access.open(&CONTENT, row.id, &row.content)?;
                let mut text = content.map(|content| content.body).unwrap_or_default();
                for correction in corrections.get(&row.id).into_iter().flatten() {
                    let opened = case.access.open(&CORRECTION, correction.id, &correction.content)?;
                    text = opened.and_then(|correction| correction.body).unwrap_or(text);
                }
                texts.push(text);
            }
            Ok((rows, texts))
        })
        .await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = Some(last.place());
        let read: Vec<(MessageRow, Vec<Proposal>)> = heavy::long(move || {
            let inbound = rows.into_iter().zip(texts).filter(|(row, _)| row.direction == Direction::Inbound);
            Ok(inbound
                .map(|(row, text)| (of_text(&text, row.placed_at, None), row))
                .map(|(p, row)| (row, p))
                .collect())
        })
        .await?;
        found.messages_read += read.len() as u64;
        if read.iter().all(|(_, proposals)| proposals.is_empty()) {
            continue;
        }
        found.clues_proposed += write_on_behalf::<may::ClueExtract, _, _>(services, author, move |tx| {
            let case = cases::model::open(tx, case_id)?;
            cases::store::touch(&tx.scope, tx.conn, case_id)?;
            let known = Known::load(tx, &case)?;
            let mut added = 0;
            for (row, proposals) in read {
                if row.placed_at <= tx.now().with_leeway() {
                    added += add(tx, &case, &row, &proposals, &known)?;
                }
            }
            tx.note(format!("{added} clues proposed"));
            Ok(added)
        })
        .await?;
    }
}
