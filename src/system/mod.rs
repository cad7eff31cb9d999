//! The service itself: is it alive, can it serve, what does it count, what does it offer.

pub mod routes;
mod store;
