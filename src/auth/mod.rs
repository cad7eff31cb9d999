//! From a password or a token to somebody.
//!
//! `hashing` bounds what argon2id may cost, `passwords` says which are good enough, `guessing` slows guesses down, `tokens` signs and checks access tokens,
//! `proof` binds them to the key of a device, `store` keeps sessions and rotating refresh tokens. Nothing here decides what somebody may do: see [`crate::authz`].

pub mod guessing;
pub mod hashing;
pub mod model;
pub mod passwords;
pub mod proof;
pub mod routes;
pub mod store;
pub mod tokens;
