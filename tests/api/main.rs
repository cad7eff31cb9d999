//! Everything through HTTP, on a real port, on either engine. Files mirror URLs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that fails should stop and say where, and one that cannot run should say so"
)]

mod support;

mod accounts;
mod actors;
mod advice;
mod alerts;
mod assignments;
mod attachments;
mod audit;
mod bad_input;
mod calendar;
mod canaries;
mod cases;
mod channels;
mod clues;
mod command_line;
mod contact;
mod dossier;
mod events;
mod imports;
mod location;
mod mail;
mod main_job;
mod matrix;
mod messages;
mod migrations;
mod observations;
mod openapi;
mod operations;
mod people;
mod races;
mod referrals;
mod reports;
mod sessions;
mod simulation;
mod sites;
mod timeline;
mod users;
mod watch;
mod webhooks;
mod worklist;
