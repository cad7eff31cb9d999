//! Channels: one way to reach one person, a handle on a platform, with what keeps them safe while it is used.
//!
//! The platform is in clear; handle and safety rules are sealed as class `contact`. Handles are looked up by
//! a keyed hash over platform and normalised handle, then opened and compared, so that a handle that turns up
//! on a second case is noticed, and told only to those who have both cases in reach.
//!
//! Safety rules are acted on, never enforced: [`advice`] says whether the person may be written to now and when
//! next, and judges what was written by the rules of its time, so that a message that has been sent is always
//! logged, with what was wrong about it. [`windows`] and [`words`] are its two pure halves: the clock and the text.
//! What the safety was before each change is kept.

pub mod advice;
pub mod handle;
mod lookalikes;
pub mod model;
pub mod routes;
pub mod store;
pub mod windows;
pub mod words;
