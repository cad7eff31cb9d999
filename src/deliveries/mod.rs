//! Deliveries: the outbox. What must leave the house (to a webhook, to a mailbox) is a row first, written in the
//! transaction that decided on it, and is sent afterwards by a [`worker`].
//!
//! A row is `pending` until it was taken in (`delivered`) or given up (`abandoned`). Whoever sends it holds a lease;
//! a node that dies in between loses the lease and nothing else: another attempt follows with the same id, so that
//! the receiver can tell the copy (at least once, never lost). One event reaches one target once, whoever plans it.
//! What is sent holds ids only; what they stand for is read by somebody who signs in.

pub mod mail;
pub mod model;
pub mod send;
pub mod store;
pub mod worker;
