//! Everything through HTTP, on a real port, on either engine. Files mirror URLs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test that fails should stop and say where"
)]

mod support;

mod accounts;
mod assignments;
mod audit;
mod bad_input;
mod canaries;
mod cases;
mod command_line;
mod matrix;
mod migrations;
mod openapi;
mod sessions;
mod users;
