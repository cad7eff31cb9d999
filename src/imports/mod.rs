//! Imports: a chat that was exported from a phone or a computer becomes messages of the contact log, in two steps.
//!
//! The **preview** ([`routes::preview`]) reads the file and says what is in it, what was skipped and what only a
//! person can tell: whose export it is, the time zone of its clock. The file waits, sealed under its case, for some
//! hours. The **commit** ([`routes::commit`]) answers those questions and names a conversation; its messages are
//! added in one transaction, each once however often the same or an overlapping export is committed, and the places
//! that were sent with them become proposed clues.
//!
//! Reading is pure and knows no database: [`detect`] tries each format's reader, all of which give one [`shape`].
//! [`plan`] decides, purely too, what a commit would add; [`target`] finds the channel it goes to.

pub mod detect;
pub mod model;
pub mod plan;
pub mod preview;
pub mod routes;
pub mod shape;
pub mod store;
pub mod target;
pub mod telegram_json;
