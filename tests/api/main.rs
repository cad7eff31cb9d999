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
mod audience;
mod audit;
mod backup;
mod bad_input;
mod batch;
mod board;
mod break_glass;
mod calendar;
mod canaries;
mod canary;
mod cases;
mod changes;
mod channels;
mod check_ins;
mod checklist;
mod clues;
mod command_line;
mod consents;
mod contact;
mod database;
mod do_not_share;
mod dossier;
mod duress;
mod events;
mod factors;
mod gates;
mod imports;
mod legal_bases;
mod legal_holds;
mod location;
mod lost_phone;
mod mail;
mod main_job;
mod matrix;
mod messages;
mod migrations;
mod night;
mod nodes;
mod observations;
mod openapi;
mod operations;
mod outcomes;
mod packs;
mod people;
mod plan_reads;
mod plans;
mod privilege;
mod proof;
mod races;
mod referrals;
mod reports;
mod retention;
mod seal;
mod sessions;
mod shred;
mod simulation;
mod sites;
mod subject_access;
mod timeline;
mod transport;
mod users;
mod watch;
mod weak_link;
mod webhooks;
mod worklist;
