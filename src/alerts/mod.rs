//! Alerts: what somebody must look at, and who is called when nobody does.
//!
//! An alert has a key that says what it is about, so that raising it twice leaves one. It is open from `since` until
//! `open_until`; both may lie ahead. The contact watch writes its alerts before their time and takes them back when a
//! sign of life comes, so every reader that compares with the clock agrees: the list, the worklist, the case, the
//! metrics. What must happen once, when the time has come, is done by [`dispatch`]: late after a downtime, never
//! lost, never twice. Who may see an alert is decided again whenever it is read or sent.

pub mod dispatch;
pub mod model;
pub mod routes;
pub mod store;
