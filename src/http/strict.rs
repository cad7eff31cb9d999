//! Requests that two readers could read differently are read by neither.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{ConnectionType, Version};
use actix_web::middleware::Next;

use crate::error::{Error, Result};

/// Headers that mean one thing, and nothing sure when they come twice: what stands in front of us may have looked at the
/// other one.
const ONCE: &[&str] = &[
    "authorization",
    "content-encoding",
    "content-type",
    "expect",
    "host",
    "idempotency-key",
    "if-match",
    "last-event-id",
    "range",
    "upload-length",
    "upload-offset",
];

/// The middleware.
///
/// # Errors
/// What is inside says.
pub async fn unambiguous(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    match check(request.version(), request.headers()) {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_left_body),
        Err(error) => {
            let mut response = request.error_response(error).map_into_right_body();
            response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
            Ok(response)
        }
    }
}

fn check(version: Version, headers: &HeaderMap) -> Result<()> {
    if let Some(name) = ONCE.iter().find(|name| headers.get_all(**name).count() > 1) {
        let detail = format!("The header `{name}` came more than once.");
        return Err(Error::bad_request("ambiguous-request", detail));
    }
    if version == Version::HTTP_11 && !headers.contains_key(header::HOST) {
        return Err(Error::bad_request("ambiguous-request", "The header `host` is missing."));
    }
    Ok(())
}
