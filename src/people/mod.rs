//! People: everybody a case is about or hears from, with what they are on it: `victim`, `family`,
//! `informant`, `companion` or `suspect`.
//!
//! What is known of a person is sealed in two halves under two keys. Who they are (names, documents, year of
//! birth, nationalities) is class `identity`. How to know and address them (sex, year of birth, languages,
//! description, needs) is class `recognition`: a field officer's card opens with a key that opens no name.
//! Who may see neither speaks of a person by their pseudonym, two plain words that follow from the id by
//! a keyed hash.
//!
//! A person belongs to one case and is reached through [`model::open`]; other slices add one with
//! [`model::add`].

pub mod model;
mod pseudonym;
pub mod routes;
pub mod store;
