//! Imports: a chat that was exported from a phone or a computer becomes messages of the contact log, in two steps.
//!
//! The **preview** ([`routes::preview`]) puts the file, sealed, among the files of its case, reads it and says what is
//! in it, what is left out and what only a person can tell: whose export it is, the time zone of its clock. It waits
//! for some hours. The **commit** ([`routes::commit`]) answers those questions and names a conversation; its messages
//! are added chunk by chunk, each once however often the same or an overlapping export is committed, with the files
//! that came with them, and what they say of places becomes proposed clues.
//!
//! [`formats`] reads, purely, a file of any size into one shape. [`survey`] and [`commit`] are what the two steps make
//! of that; [`work`] runs them beside the requests and takes up what was left; [`job`] is one commit under way, and
//! [`adding`] what a chunk of it changes in the database; [`plan`] decides, purely, what a message means; [`target`] finds the channel.

pub mod adding;
pub mod clues;
pub mod command;
pub mod commit;
pub mod commits;
pub mod formats;
pub mod intake;
pub mod job;
pub mod model;
pub mod plan;
pub mod preview;
pub mod progress;
pub mod revisions;
pub mod routes;
pub mod source;
pub mod store;
pub mod survey;
pub mod target;
pub mod work;
