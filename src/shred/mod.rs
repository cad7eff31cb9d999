//! Shredding: a case is destroyed, for good and on purpose.
//!
//! One coordinator asks, another one carries it out, after a time in which anybody can object. In one transaction the
//! case's key is overwritten and deleted, and with it every row that hangs on the case; then its files leave the store. An
//! operation that is over, or was sent back, and was for this case alone goes with it. What stays is a row of its bare outline, to count
//! and to answer for, and the audit log, whose rows hold no content and whose proofs stay valid.
//!
//! Afterwards the case is not found, by anybody, by the same bytes as one that never was: 404, and not 410, which would
//! confirm to whoever holds an id that there had been something worth destroying. Coordinators and auditors find what was
//! done at `GET /v1/shreds`.
//!
//! What a backup that was made before still holds is told in `docs/data-protection.md`.

pub mod cleanup;
pub mod model;
pub mod routes;
pub mod store;
