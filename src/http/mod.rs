//! HTTP habits, once: bodies, queries, paths, pages, versions, idempotency, OpenAPI, telemetry.

pub mod answer;
pub mod body;
pub mod describe;
pub mod download;
pub mod heavy;
pub mod idempotency;
pub mod incoming;
pub mod limits;
pub mod multipart;
pub mod number;
pub mod openapi;
pub mod page;
pub mod params;
pub mod patch;
pub mod telemetry;
pub mod text;
pub mod tus;
