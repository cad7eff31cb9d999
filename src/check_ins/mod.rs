//! Check-ins: a team in the field says that it is well, or that it is not.
//!
//! A plan may say how often; from the start of the operation on, a check-in of anybody on the team is due after each
//! interval. Nothing is stored of what is due: it follows from the plan, the start and the last check-in
//! ([`model::moments`]), and the alert stands ahead of its time, as that of the contact watch does. What counts is when a
//! check-in was made, not when it arrived: one that was kept on a phone for hours is not taken for the newest.
//!
//! `help` and `duress` alert the coordinators at once, and stay open until somebody answers for whoever sent them
//! ([`model::is_answered`]). To the team a `duress` reads `ok`: whoever looks over a shoulder must not see that it was
//! noticed.

pub mod model;
pub mod routes;
pub mod store;
