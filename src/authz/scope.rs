use super::policy::{Reach, Role, reach};
use crate::db::types::{Id, Time};

/// Who asks, and when: the first argument of every store function, so that no query can forget it.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The only organisation whose rows exist for this caller.
    pub organisation_id: Id,
    /// The caller.
    pub user_id: Id,
    /// The caller's role, read in this transaction.
    pub role: Role,
    /// The session that the request came by; none for what goes on without one.
    pub session_id: Option<Id>,
    /// The moment of the request.
    pub now: Time,
    /// The organisation that the caller belongs to, where somebody forces them: `organisation_id` is then one that has no
    /// rows. Made by [`Scope::nowhere_if`] alone.
    pub coerced_at_home: Option<Id>,
    /// The moment at which a break-glass access must be open to count for what is being done; none where it does not
    /// count at all: [`super::policy::under_break_glass`].
    pub glass: Option<Time>,
}

impl Scope {
    /// The scope of somebody who was forced to sign in: every store function begins from it and finds nothing.
    #[must_use]
    pub fn nowhere_if(mut self, is_coerced: bool) -> Self {
        if is_coerced {
            self.coerced_at_home = Some(self.organisation_id);
            self.organisation_id = Id::NOWHERE;
        }
        self
    }

    /// The same caller in their own organisation, for what is about themselves alone.
    #[must_use]
    pub fn at_home(mut self) -> Self {
        self.organisation_id = self.home();
        self
    }

    /// The organisation that the caller belongs to: whose keys and whose log it is.
    pub fn home(&self) -> Id {
        self.coerced_at_home.unwrap_or(self.organisation_id)
    }

    /// Whether somebody forces the caller.
    pub fn is_coerced(&self) -> bool {
        self.coerced_at_home.is_some()
    }

    /// Whether the caller is shown a service without any rows.
    pub fn is_nowhere(&self) -> bool {
        self.organisation_id == Id::NOWHERE
    }

    /// Which cases are in reach.
    pub fn reach(&self) -> Reach {
        reach(self.role)
    }
}
