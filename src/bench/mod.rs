//! `farlight bench`: how good and how fast it is, measured on this machine and printed.

pub mod accounts;
pub mod ceiling;
pub mod device;
pub mod extraction;
pub mod fill;
pub mod imports;
mod installation;
pub mod jobs;
pub mod location;
mod possession;
