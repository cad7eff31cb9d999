//! Who counts as a second person: somebody who had no hand in what they are to decide on, neither by that account nor by
//! another one of theirs.

use std::collections::HashSet;

use super::store::{self, Standing};
use crate::auth::model::UserStatus;
use crate::authz::{Role, Tx};
use crate::db::types::Id;
use crate::error::{Error, Result};

/// Why somebody does not count as a second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objection {
    /// They, or whoever is behind their account, had a hand in it.
    Own,
    /// Nobody has verified who they are, and here that is asked for.
    NotVerified,
    /// They are no active coordinator.
    NoCoordinator,
}

/// Everybody who had a hand in something, as accounts and as the human beings behind them.
pub struct Hands {
    accounts: HashSet<Id>,
    people: HashSet<Vec<u8>>,
}

impl Hands {
    /// Of these accounts.
    ///
    /// # Errors
    /// Of the database.
    pub fn of(tx: &mut Tx<'_, '_>, accounts: &[Id]) -> Result<Self> {
        let standings = store::standings(&tx.scope, tx.conn, accounts)?;
        let people = standings.into_iter().filter_map(|account| account.verified_person_hash).collect();
        Ok(Self { accounts: accounts.iter().copied().collect(), people })
    }

    /// What stands against somebody as the second person, read now: an account may have been found to be another's, or
    /// suspended, after its word was given.
    ///
    /// # Errors
    /// Of the database.
    pub fn objection(&self, tx: &mut Tx<'_, '_>, user: Id) -> Result<Option<Objection>> {
        let must_be_verified = tx.services.settings.operations.approvers_are_verified_people;
        let standing = store::standings(&tx.scope, tx.conn, &[user])?.pop();
        Ok(standing.map_or(Some(Objection::NoCoordinator), |user| self.object_to(&user, must_be_verified)))
    }

    /// Whether the caller, by whichever account, is one of them; for what needs no coordinator.
    ///
    /// # Errors
    /// Of the database.
    pub fn include_caller(&self, tx: &mut Tx<'_, '_>) -> Result<bool> {
        let me = tx.scope.user_id;
        let standing = store::standings(&tx.scope, tx.conn, &[me])?.pop();
        Ok(standing.is_none_or(|me| self.include(&me)))
    }

    fn include(&self, user: &Standing) -> bool {
        let person = user.verified_person_hash.as_ref();
        self.accounts.contains(&user.id) || person.is_some_and(|person| self.people.contains(person))
    }

    fn object_to(&self, user: &Standing, must_be_verified: bool) -> Option<Objection> {
        if self.include(user) {
            Some(Objection::Own)
        } else if must_be_verified && user.verified_person_hash.is_none() {
            Some(Objection::NotVerified)
        } else if user.role != Role::Coordinator || user.status != UserStatus::Active {
            Some(Objection::NoCoordinator)
        } else {
            None
        }
    }

    /// Refuses the caller, if they do not count as the second person. `own` is the code for what is their own, and what to
    /// do about it.
    ///
    /// # Errors
    /// 409 `own`, `approver-not-verified`; 403.
    pub fn check(&self, tx: &mut Tx<'_, '_>, own: (&'static str, &'static str)) -> Result<()> {
        match self.objection(tx, tx.scope.user_id)? {
            None => Ok(()),
            Some(Objection::Own) => Err(Error::conflict(own.0, own.1)),
            Some(Objection::NotVerified) => Err(Error::conflict(
                "approver-not-verified",
                "Here only people whom an admin has verified count as a second person. Ask an admin to verify you.",
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

    fn hands(accounts: &[&Standing]) -> Hands {
        Hands {
            accounts: accounts.iter().map(|account| account.id).collect(),
            people: accounts.iter().filter_map(|account| account.verified_person_hash.clone()).collect(),
        }
    }

    #[test]
    fn a_second_person_is_another_human_being() {
        let (first, again, other, unknown) =
            (account(Some(1)), account(Some(1)), account(Some(2)), account(None));
        let hands = hands(&[&first]);
        for must_be_verified in [false, true] {
            let objection = |user| hands.object_to(user, must_be_verified);
            assert_eq!(objection(&first), Some(Objection::Own));
            assert_eq!(objection(&again), Some(Objection::Own));
            assert_eq!(objection(&other), None);
            assert_eq!(objection(&unknown), must_be_verified.then_some(Objection::NotVerified));
        }
    }

    #[test]
    fn two_accounts_that_nobody_verified_are_two_people() {
        let hands = hands(&[&account(None)]);
        assert_eq!(hands.object_to(&account(None), false), None);
    }

    #[test]
    fn whoever_no_longer_coordinates_no_longer_counts() {
        let hands = hands(&[]);
        let suspended = Standing { status: UserStatus::Suspended, ..account(Some(1)) };
        let moved_on = Standing { role: Role::Analyst, ..account(Some(1)) };
        for user in [suspended, moved_on] {
            assert_eq!(hands.object_to(&user, true), Some(Objection::NoCoordinator));
        }
    }
}
