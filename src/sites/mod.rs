//! Sites: compounds and other places of interest that the organisation knows of, whatever the case.
//!
//! Public coordinates of compounds are poor, so that every site carries how far off its own may be (`sigma_m`) and
//! where the entry comes from. `verification` (suspected, confirmed, ruled out) says what is believed of it,
//! `activity` (active, evacuated, dormant, unknown) what is going on there; both are worked out from what was seen
//! ([`state`], [`crate::observations`]) and never overwritten. A site belongs to no case: it is sealed under the organisation's own key. Nothing of its place or its names is indexed, since compounds cluster and
//! equality would tell; who searches opens the names and looks ([`search`]).

pub mod model;
pub mod routes;
pub mod search;
pub mod state;
pub mod store;
