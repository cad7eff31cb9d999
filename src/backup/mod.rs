//! Backups: everything that must outlive this machine, in one sealed file, and the way back.
//!
//! A backup is a tar archive sealed with age, so that `age -d | tar x` opens it where this program does not run. In it,
//! in this order: a word on how to open it, a snapshot of the database (an SQLite file, or for PostgreSQL each table in
//! the text format of `COPY`), the files that the snapshot names, as they lie: sealed already; and a manifest with
//! the digest of each part, signed with a key that only this installation's root key yields. The root key itself is
//! never in it: what is unsealed is no more than what a thief finds on the disk.
//!
//! The snapshot comes before the files. A file is in the store before a row names it and leaves after no row does, so
//! that whatever an earlier snapshot names is still there; the other way round, what came in between would be missing.
//!
//! Restoring unpacks and checks everything beside its place, and moves it there last. What must not come to life
//! again with an old state is ended: see [`aftermath`]. `docs/backup.md` is for whoever has to do it.

pub mod aftermath;
mod archive;
pub mod command;
mod copy;
mod inspect;
mod manifest;
mod output;
mod private;
mod restore;
mod rotation;
mod sealing;
mod store;
mod take;

pub use sealing::{Opening, Sealing};
