//! 503: why something cannot be done now, and what is known of what was begun.

use std::fmt;

use actix_web::http::StatusCode;

use super::Error;
use crate::db::Failure;

pub(super) const OVERLOADED: &str = "overloaded";
pub(super) const SEALED: &str = "sealed";

impl Error {
    /// 503 with `Retry-After`; `cause` is logged and never sent.
    fn unavailable(
        code: &'static str,
        detail: &'static str,
        retry_after_seconds: u64,
        cause: impl fmt::Display,
    ) -> Self {
        let mut error = Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail);
        error.0.retry_after_seconds = Some(retry_after_seconds);
        error.0.cause = Some(cause.to_string());
        error
    }

    /// 503 with `Retry-After`, before anything was read: more comes than can be done.
    pub fn overloaded() -> Self {
        let detail =
            "More is asked for than can be done right now. Nothing was changed; send it again shortly.";
        let mut error = Self::unavailable(OVERLOADED, detail, 2, "");
        error.0.cause = None;
        error
    }

    /// 503: the service is about to stop; ask another node.
    pub fn stopping() -> Self {
        Self::unavailable("stopping", "This node is about to stop. Ask another.", 2, "about to stop")
    }

    /// 503 with `Retry-After`: nothing was changed, the same request may be sent again.
    pub fn busy(cause: impl fmt::Display) -> Self {
        let detail = "The service cannot take this right now. Nothing was changed; send it again shortly.";
        Self::unavailable("busy", detail, 2, cause)
    }

    /// 503 with `Retry-After`: it was begun, and it is not known whether it was done.
    pub fn unsettled(cause: impl fmt::Display) -> Self {
        let detail = "It is not known whether this was done. Send it again with the same Idempotency-Key, or look \
                      whether it is there before you send it again.";
        Self::unavailable("outcome-unknown", detail, 2, cause)
    }

    /// 503 with `Retry-After`: what lies under the database, or the store of files, failed. Nothing was changed.
    pub fn of_failure(failure: Failure, cause: impl fmt::Display) -> Self {
        let full = "There is no room left to write. Nothing was changed; tell whoever runs the service, and send it \
                    again later.";
        let broken = "The disk under the service fails. Nothing was changed; tell whoever runs the service, and send \
                      it again later.";
        match failure {
            Failure::Full => Self::unavailable("storage-full", full, 30, cause),
            Failure::Broken => Self::unavailable("storage-failed", broken, 10, cause),
            Failure::Waited => Self::busy(cause),
        }
    }

    /// Whether it was the storage under the database that failed: then its transaction may be gone, too.
    pub fn is_of_storage(&self) -> bool {
        matches!(self.0.code, "storage-full" | "storage-failed")
    }

    /// 503: there are no keys in memory, so nothing can be read or written.
    pub fn sealed() -> Self {
        let detail = "The service is sealed: nothing can be read or written until those who keep its key open it again.";
        let mut error = Self::unavailable(SEALED, detail, 30, "");
        error.0.cause = None;
        error
    }
}
