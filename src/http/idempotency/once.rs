//! Items of a batch: each is done once for ever, whoever sends it again and however late.
//!
//! The id is claimed in the transaction of the effect, for all time, and nothing of the answer is kept: what was done is
//! looked at again where it is. A copy of the content would outlive the case that it belongs to.

use subtle::ConstantTimeEq;

use super::store;
use crate::authz::Tx;
use crate::db::types::Id;
use crate::error::{Error, Result};

/// One thing to be done once.
#[derive(Clone)]
pub struct Once {
    /// Made by the client.
    pub id: Id,
    /// What is to be done, to tell a repetition from another thing with its id.
    pub content: Vec<u8>,
}

impl Once {
    /// Claims the id for this content. On PostgreSQL a copy that is in flight is waited for here.
    ///
    /// # Errors
    /// `done-before` (see [`is_done_before`]); 422 `item-id-reused` when the id came before with other content.
    pub fn claim(&self, tx: &mut Tx<'_, '_>) -> Result<()> {
        let key = tx.services.keyring.lookup(tx.scope.organisation_id, "batch_items.digest")?;
        let digest = key.lookup(&[tx.scope.user_id.as_bytes(), &self.content]);
        if store::claim(&tx.scope, tx.conn, self.id, &digest)? {
            return Ok(());
        }
        let claimed = store::claimed(&tx.scope, tx.conn, self.id)?.unwrap_or_default();
        Err(if bool::from(claimed.ct_eq(&digest)) { done_before() } else { reused() })
    }
}

/// Whether the caller has done the item with this id.
///
/// # Errors
/// Of the database.
pub fn is_done(tx: &mut Tx<'_, '_>, id: Id) -> Result<bool> {
    Ok(store::claimed(&tx.scope, tx.conn, id)?.is_some())
}

const DONE_BEFORE: &str = "done-before";

/// Whether a unit of work was given up because it had been done before.
pub fn is_done_before(error: &Error) -> bool {
    error.code() == DONE_BEFORE
}

fn done_before() -> Error {
    Error::precondition_failed(DONE_BEFORE, "This was done before.")
}

fn reused() -> Error {
    Error::unprocessable(
        "item-id-reused",
        "This item id came before with other content. Use a new id for a new item.",
    )
}
