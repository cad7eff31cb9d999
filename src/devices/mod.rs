//! Devices: the sessions of colleagues, and what is done when a phone is lost.
//!
//! A device is known by its session and by nothing else. Coordinators and admins end one of them; the copies of plans
//! that it took count as burnt from then on. Any colleague may report a phone as lost, in one request and at once,
//! because whoever is called from a roadside may be anybody; the alert names who made the report, and nobody makes
//! many. The person signs in anew, from whatever they have.

pub mod model;
pub mod routes;
pub mod store;
