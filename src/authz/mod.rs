//! Who may do what: four gates, deny by default.
//!
//! 1. **Function**: may this role do this action at all? `policy.rs`, one exhaustive match.
//! 2. **Relationship**: is this row in the caller's reach? [`Scope`], the first argument of every store function.
//! 3. **Field class**: which fields of it? `fields.rs`; a class not granted is a key not derived.
//! 4. **Obligation**: a fresh second factor, `obligations.rs`. A second person, a reason, a consent are rules of the slice,
//!    in its `model.rs`.
//!
//! All are decided inside the executing transaction, by [`guard::Authorized`].

pub mod action;
pub mod fields;
pub mod guard;
pub mod obligations;
pub mod policy;
mod scope;
mod tx;

pub use action::{Action, Permission};
pub use fields::{Class, Grants};
pub use guard::{AtGate, Author, Authorized, Public};
pub use policy::{Decision, Reach, Role};
pub use scope::Scope;
pub use tx::Tx;
