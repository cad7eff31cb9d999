//! Who counts as a second person: for the approval of a plan, and for the waiver of a gate.

use std::collections::HashSet;

use super::model::PLANNING;
use super::store::{self, OperationRow};
use crate::auth::model::UserStatus;
use crate::authz::{Role, Tx};
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::users;
use crate::users::store::Standing;

/// Why somebody does not count as a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// They, or whoever is behind their account, had a hand in the plan or lead it.
    Own,
    /// Nobody has verified who they are, and here that is asked for.
    NotVerified,
    /// They are no active coordinator.
    NoCoordinator,
}

/// Everybody who had a hand in a plan, as accounts and as the human beings behind them.
pub struct Planners {
    accounts: HashSet<Id>,
    people: HashSet<Vec<u8>>,
}

impl Planners {
    /// Who planned, changed, submitted or leads an operation.
    ///
    /// # Errors
    /// Of the database.
    pub fn load(tx: &mut Tx<'_, '_>, row: &OperationRow) -> Result<Self> {
        let mut accounts: Vec<Id> = store::actors(&tx.scope, tx.conn, row.id, &PLANNING)?;
        accounts.extend([row.created_by, row.lead_id]);
        accounts.extend(row.submitted_by);
        let standings = users::store::standings(&tx.scope, tx.conn, &accounts)?;
        let people = standings.into_iter().filter_map(|planner| planner.verified_person_hash).collect();
        Ok(Self { accounts: accounts.into_iter().collect(), people })
    }

    /// What stands against somebody as the second person, read now: an account may have been found to be another's, or
    /// suspended, after its word was given.
    ///
    /// # Errors
    /// Of the database.
    pub fn objection(&self, tx: &mut Tx<'_, '_>, user: Id) -> Result<Option<Objection>> {
        let must_be_verified = tx.services.settings.operations.approvers_are_verified_people;
        let standing = users::store::standings(&tx.scope, tx.conn, &[user])?.pop();
        Ok(standing.map_or(Some(Objection::NoCoordinator), |user| self.object_to(&user, must_be_verified)))
    }

    fn object_to(&self, user: &Standing, must_be_verified: bool) -> Option<Objection> {
        let person = user.verified_person_hash.as_ref();
        if self.accounts.contains(&user.id) || person.is_some_and(|person| self.people.contains(person)) {
            Some(Objection::Own)
        } else if must_be_verified && person.is_none() {
            Some(Objection::NotVerified)
        } else if user.role != Role::Coordinator || user.status != UserStatus::Active {
            Some(Objection::NoCoordinator)
        } else {
            None
        }
    }

    /// Refuses somebody who does not count as the second person. `own` is the code for their own plan.
    ///
    /// # Errors
    /// 409 `own`, `approver-not-verified`; 403.
    pub fn check(&self, tx: &mut Tx<'_, '_>, user: Id, own: &'static str) -> Result<()> {
        match self.objection(tx, user)? {
            None => Ok(()),
            Some(Objection::Own) => Err(Error::conflict(
                own,
                "Nobody judges a plan that they made, changed, submitted or lead, through whichever account. Ask another \
                 coordinator.",
            )),
            Some(Objection::NotVerified) => Err(Error::conflict(
                "approver-not-verified",
                "Here only people whom an admin has verified approve plans and waive gates. Ask an admin to verify you.",
            )),
            Some(Objection::NoCoordinator) => Err(Error::forbidden()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Clock;

    fn account(person: Option<u8>) -> Standing {
        Standing {
            id: Id::at(Clock::system().now()),
            role: Role::Coordinator,
            status: UserStatus::Active,
            verified_person_hash: person.map(|person| vec![person]),
        }
    }

    fn planners(accounts: &[&Standing]) -> Planners {
        Planners {
            accounts: accounts.iter().map(|account| account.id).collect(),
            people: accounts.iter().filter_map(|account| account.verified_person_hash.clone()).collect(),
        }
    }

    #[test]
    fn a_second_person_is_another_human_being() {
        let (planner, again, other, unknown) =
            (account(Some(1)), account(Some(1)), account(Some(2)), account(None));
        let planners = planners(&[&planner]);
        for must_be_verified in [false, true] {
            let objection = |user| planners.object_to(user, must_be_verified);
            assert_eq!(objection(&planner), Some(Objection::Own));
            assert_eq!(objection(&again), Some(Objection::Own));
            assert_eq!(objection(&other), None);
            assert_eq!(objection(&unknown), must_be_verified.then_some(Objection::NotVerified));
        }
    }

    #[test]
    fn two_accounts_that_nobody_verified_are_two_people() {
        let planners = planners(&[&account(None)]);
        assert_eq!(planners.object_to(&account(None), false), None);
    }

    #[test]
    fn whoever_no_longer_coordinates_no_longer_counts() {
        let planners = planners(&[]);
        let suspended = Standing { status: UserStatus::Suspended, ..account(Some(1)) };
        let moved_on = Standing { role: Role::Analyst, ..account(Some(1)) };
        for user in [suspended, moved_on] {
            assert_eq!(planners.object_to(&user, true), Some(Objection::NoCoordinator));
        }
    }
}
