//! Farlight: case management for organisations that free people held in online-scam compounds.
//!
//! How a request flows: [`routes`] maps a URL to a handler. The handler's first argument,
//! [`authz::Authorized`], holds a verified token and the one action the handler may do; `http` reads body, query
//! and path into checked types. The handler passes one closure to `read` or `write`; inside its transaction the
//! session is looked up, the role is decided on, and every `store` function starts from the caller's
//! [`authz::Scope`]. What comes back is a view made by the redactor, from columns that were unsealed only if their
//! class was granted. The audit row is durable before the answer leaves.

pub mod actors;
pub mod alerts;
pub mod app;
pub mod assignments;
pub mod attachments;
pub mod audit;
pub mod auth;
pub mod authz;
pub mod backup;
pub mod bench;
pub mod board;
pub mod break_glass;
pub mod calendar;
pub mod cases;
pub mod channels;
pub mod check_ins;
pub mod clues;
pub mod config;
pub mod consents;
pub mod crypto;
pub mod db;
pub mod deliveries;
pub mod demo;
pub mod devices;
pub mod do_not_share;
pub mod dossier;
pub mod durable;
pub mod duress;
pub mod error;
pub mod estimates;
pub mod events;
pub mod factors;
pub mod files;
pub mod gates;
pub mod house;
pub mod http;
pub mod imports;
pub mod jobs;
pub mod legal_bases;
pub mod legal_holds;
pub mod location;
pub mod messages;
pub mod observations;
pub mod operations;
pub mod packs;
pub mod people;
pub mod places;
pub mod referrals;
pub mod reports;
pub mod retention;
pub mod routes;
pub mod schema;
pub mod seal;
pub mod search;
pub mod shred;
mod signals;
pub mod sites;
pub mod start;
pub mod subject_access;
pub mod sync;
pub mod system;
pub mod tasks;
pub mod text;
pub mod timeline;
pub mod users;
pub mod watch;
pub mod webhooks;
pub mod worklist;
