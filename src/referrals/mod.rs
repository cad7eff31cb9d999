//! Referrals: a case offered to a partner, with the field classes that consent covers and an end.
//!
//! A referral is what brings a case into a partner's reach: from acceptance until it expires, is returned by
//! the partner or is withdrawn by the organisation, and from the very next request no longer. What the
//! partner sees of the case is the outline and the classes of their referrals of it, together. Plans and
//! sources are never referred. Before acceptance the partner sees the offer and its note, and nothing of the
//! case.

pub mod model;
pub mod routes;
pub mod sharing;
pub mod store;
