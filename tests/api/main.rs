//! Everything through HTTP, on a real port, on either engine. Files mirror URLs.

mod support;

mod accounts;
mod assignments;
mod audit;
mod bad_input;
mod canaries;
mod cases;
mod matrix;
mod migrations;
mod openapi;
mod sessions;
mod users;
