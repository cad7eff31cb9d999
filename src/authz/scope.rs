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
    /// The moment at which a break-glass access must be open to count for what is being done; none where it does not
    /// count at all: [`super::policy::under_break_glass`].
    pub glass: Option<Time>,
}

impl Scope {
    /// Which cases are in reach.
    pub fn reach(&self) -> Reach {
        reach(self.role)
    }
}
