//! HTTP habits, once: bodies, queries, paths, pages, versions, idempotency, OpenAPI, telemetry.

pub mod answer;
pub mod body;
pub mod client;
pub mod describe;
pub mod download;
pub mod heavy;
pub mod idempotency;
pub mod incoming;
pub mod kinds;
pub mod limits;
pub mod number;
mod objects;
pub mod openapi;
pub mod overload;
pub mod page;
pub mod params;
pub mod patch;
pub mod strict;
pub mod telemetry;
pub mod text;
pub mod transport;
pub mod tus;

use crate::error::{Error, Result};

/// Runs to its end even if the caller goes away, so that what was begun is also put away.
///
/// # Errors
/// What the work says; `internal` when it panics.
pub async fn own_task<T: 'static>(work: impl Future<Output = Result<T>> + 'static) -> Result<T> {
    actix_web::rt::spawn(work).await.unwrap_or_else(|_| Err(Error::internal("work of its own panicked")))
}
