//! With whom a case, or what concerns a site, is never shared: organisations, people, authorities.
//!
//! An entry names a party and says why. A case is not referred to a partner whom an entry names, by their affiliation or
//! their own name, whether it stands on the case's list or on that of a site that the case points to; referrals that are
//! live when the entry is made end at once. There is no waiver: an entry is removed, with a reason, and stays on record.
//! Entries are sealed with the class `source`, so that no partner can ever read one.
//!
//! Names are compared as they are written, but for case, spaces and punctuation: a party with two names needs two
//! entries. Who works on an operation is the organisation's own matter, and is not asked for here.

pub mod model;
pub mod routes;
pub mod store;
