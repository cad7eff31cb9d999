//! What the service does when something under it fails: the process is killed, the power goes, the disk is full or
//! broken, the database server dies or is far away, the clock jumps. The real binary is started, loaded over HTTP and
//! hurt; docs/faults.md tells what is promised and what was measured.
//!
//! The short versions run with the suite; `scripts/faults --long` runs them many times.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a test that fails should stop and say where, and one that cannot run should say so"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "threads of a proxy and of a test may sleep, and the runner says by the environment what to run"
)]
#![allow(clippy::cloned_ref_to_slice_refs, reason = "one of several reads like several")]

mod check;
mod disk;
mod engine;
mod load;
mod party;
mod proxy;
mod report;
mod server;

mod audit;
mod clock;
mod failover;
mod full;
mod kill;
mod network;
mod nodes;
mod power;
