//! Live events: what happens to alerts, as it happens, over Server-Sent Events.
//!
//! The events themselves are rows (`alert_events`), numbered in the order in which they were committed. A stream is a
//! place in that order that moves: a client that comes back says where it was (`Last-Event-ID`) and misses nothing and
//! hears nothing twice, on whichever node. One poller per node reads for all of its streams ([`poll`]); before
//! anything is sent, session, role and reach of every listener are read again, and twice a second even when there is
//! nothing to send. What waits for a listener that does not read is bounded ([`hub`]).

pub mod hub;
pub mod model;
pub mod poll;
pub mod routes;
pub mod store;
