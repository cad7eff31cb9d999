//! Gates: what must hold before an operation begins.
//!
//! Which gates there are follows from the kind of the operation ([`model::gates_of`]). Whether one is open is never
//! stored: it is decided when it is asked ([`model::judge`]), from what the database says at that moment
//! ([`facts::read`]), and once more in the transaction of the start. A coordinator who had no hand in the plan can
//! answer for a gate that is closed: a waiver ([`waivers`]), which holds for that exact plan.

pub mod facts;
pub mod model;
pub mod routes;
pub mod store;
pub mod waivers;
