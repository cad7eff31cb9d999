//! Channels: one way to reach one person, a handle on a platform, with what keeps them safe while it is used.
//!
//! The platform is in clear; handle and safety rules are sealed as class `contact`. Handles are looked up by
//! a keyed hash over platform and normalised handle, then opened and compared, so that a handle that turns up
//! on a second case is noticed, and told only to those who have both cases in reach.
//!
//! Safety rules are checked, kept and shown. **Nothing acts on them yet**: no advice is given and no message
//! is held back or flagged because of them; whoever writes to a person must read them. Acting on them comes
//! in a later version.

pub mod handle;
mod lookalikes;
pub mod model;
pub mod routes;
pub mod store;
pub mod windows;
pub mod words;
