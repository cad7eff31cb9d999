//! Cases: one matter about one or more persons.
//!
//! A case has a random **code name** (two words and two digits: running numbers would leak volume), a status that
//! moves along `intake -> active -> located -> rescue_planned -> recovered -> in_care -> closed`, a risk, and a key
//! of its own under which everything that hangs on it is sealed. Being silent is not a status: it is what the
//! contact watch says. Everything inside a case (people, channels, messages, clues) is reached through
//! [`model::open`], which is where reach and field classes are decided.

pub mod code_name;
pub mod model;
pub mod routes;
pub mod store;
