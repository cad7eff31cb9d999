//! HTTP habits, once: bodies, queries, paths, pages, versions, idempotency, OpenAPI, telemetry.

pub mod answer;
pub mod body;
pub mod describe;
pub mod heavy;
pub mod idempotency;
pub mod limits;
pub mod multipart;
pub mod number;
pub mod openapi;
pub mod page;
pub mod params;
pub mod patch;
pub mod telemetry;
pub mod text;
