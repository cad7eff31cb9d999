//! Webhooks: where an organisation's alerts are announced to other programs of theirs.
//!
//! An announcement is a POST signed as Standard Webhooks asks (`webhook-id`, `webhook-timestamp`,
//! `webhook-signature`) and holds ids and nothing else; what the alert is about is read through the API by somebody
//! who may. Address and secret are sealed. An address is checked twice ([`address`]): as it is written when it is
//! saved, and as it resolves when it is connected to ([`client`]), so that no admin and no name server can make this
//! service talk to the network that it stands in. Admins keep webhooks and see how their deliveries went; they see
//! no case by it.

pub mod address;
pub mod client;
pub mod model;
pub mod routes;
pub mod store;
