//! `farlight bench`: how good and how fast it is, measured on this machine and printed.

pub mod accounts;
pub mod extraction;
pub mod imports;
pub mod location;
