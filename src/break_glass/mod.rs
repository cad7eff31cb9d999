//! Break-glass: access to one case in an emergency, for somebody who is not on it.
//!
//! A caseworker at night asks for a case with a reason. It opens at once or after a coordinator's word, as the settings
//! say; either way every coordinator is alerted. It covers one case, the classes that a caseworker sees, and of what can
//! be done only [reading, logging a message and taking an alert on](crate::authz::policy::under_break_glass). It closes by
//! comparison with the clock, so that nothing has to notice that its time is over, and cannot be widened, extended or
//! pointed at another case. It stays on the list of what is to be looked at until somebody who neither asked for it nor
//! approved it has done so, and who leaves too many there is refused the next.
//!
//! What it opens is decided in the one place that decides reach: `cases::store::within_reach`.

pub mod model;
pub mod routes;
pub mod store;
