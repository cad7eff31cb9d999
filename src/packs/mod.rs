//! Packs: what a member of an operation needs where there is no network, as one file.
//!
//! A pack is made of the plan as it is shown to whoever asks ([`contents`]), and of a map, a route and phrases. It
//! comes as JSON, or sealed with age, so that any of age's own tools opens it. Who took which copy, of which state of
//! the plan, is on record; a copy on a phone that was lost is marked `burnt`. Nothing can be forced on a phone that is
//! in other hands: a pack says until when it may be kept, and no more. `docs/packs.md` tells members how to use one.

pub mod archive;
pub mod contents;
pub mod model;
mod page;
pub mod phrases;
pub mod routes;
pub mod sealing;
pub mod store;
