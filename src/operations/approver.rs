//! Who counts as a second person for a plan: at its approval, at the waiver of a gate, and again at the start.

use super::model::PLANNING;
use super::store::{self, OperationRow};
use crate::authz::Tx;
use crate::db::types::Id;
use crate::error::Result;
use crate::users::second_person::Hands;
pub use crate::users::second_person::Objection;

const OWN: &str = "Nobody judges a plan that they made, changed, submitted or lead, through whichever account. Ask another \
                   coordinator.";

/// Everybody who had a hand in a plan.
pub struct Planners(Hands);

impl Planners {
    /// Who planned, changed, submitted or leads an operation.
    ///
    /// # Errors
    /// Of the database.
    pub fn load(tx: &mut Tx<'_, '_>, row: &OperationRow) -> Result<Self> {
        let mut accounts: Vec<Id> = store::actors(&tx.scope, tx.conn, row.id, &PLANNING)?;
        accounts.extend([row.created_by, row.lead_id]);
        accounts.extend(row.submitted_by);
        Ok(Self(Hands::of(tx, &accounts)?))
    }

    /// What stands against somebody as the second person, read now.
    ///
    /// # Errors
    /// Of the database.
    pub fn objection(&self, tx: &mut Tx<'_, '_>, user: Id) -> Result<Option<Objection>> {
        self.0.objection(tx, user)
    }

    /// Refuses the caller, if they do not count as the second person. `own` is the code for their own plan.
    ///
    /// # Errors
    /// 409 `own`, `approver-not-verified`; 403.
    pub fn check(&self, tx: &mut Tx<'_, '_>, own: &'static str) -> Result<()> {
        self.0.check(tx, (own, OWN))
    }
}
