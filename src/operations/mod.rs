//! Operations: planned acts in the field, about one or more cases.
//!
//! A plan moves `draft -> submitted -> approved -> in_progress -> completed`, or is `rejected` or `aborted`. Nobody
//! approves what they planned or lead. What is approved is one exact plan: a keyed hash of all that it consists of
//! is stored when it is submitted and compared at approval and at the start, and any change of it makes it a draft
//! again. Title, plan, checklist, target and outcome are sealed under a key of the operation's own.
//!
//! Members see the plan, the target and the recognition cards of its people while the operation is
//! [`model::LIVE`], and before and after that it does not exist for them. A caseworker sees that an operation
//! concerns their case, and no more. Everything on an operation is reached through [`model::open`].
//!
//! Its steps move its cases ([`outcomes`]): an approved rescue is a way out, and what came of it for each person is where
//! the case stands, a clue, or something to be done.

pub mod approval;
pub mod model;
pub mod outcomes;
pub mod plan;
pub mod routes;
pub mod store;
pub mod view;
