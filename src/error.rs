//! Every answer that is not a success.
//!
//! Which constructor belongs where:
//! - the caller is nobody, or no longer somebody: [`Error::unauthenticated`];
//! - the role may never do this: [`Error::forbidden`];
//! - the row does not exist **or** is out of the caller's scope: [`Error::not_found`], always the same bytes;
//! - the request is malformed or breaks a rule on a field: [`Error::invalid`] with a JSON pointer;
//! - the request is well-formed, but the state of the row forbids it: [`Error::conflict`];
//! - our fault: [`Error::internal`]; its cause goes to the log and never to the caller.
//!
//! The body is `application/problem+json` (RFC 9457). `code` is stable: clients branch on it.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

mod database;
mod proof;
mod unavailable;

use unavailable::{OVERLOADED, SEALED};

/// The result of everything that can fail towards a caller.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong with one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    /// RFC 6901 pointer into the body, or the name of the query parameter.
    pub pointer: String,
    /// What would have been accepted.
    pub detail: String,
}

/// The body of every error answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// A URN made of `code`.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    kind: String,
    /// The status in words.
    title: &'static str,
    /// The HTTP status, repeated.
    status: u16,
    /// Stable, for programs.
    code: &'static str,
    /// What happened and what to do, for people.
    detail: String,
    /// The fields at fault, if it was about fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// The gates that are closed, if an operation cannot begin because of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    gates: Vec<&'static str>,
}

/// A refusal or a failure, on its way to becoming a [`Problem`].
pub struct Error(Box<Inner>);

struct Inner {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    gates: Vec<&'static str>,
    retry_after_seconds: Option<u64>,
    allow: Option<String>,
    challenge: Option<proof::Challenge>,
    cause: Option<String>,
}

impl Error {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            gates: Vec::new(),
            retry_after_seconds: None,
            allow: None,
            challenge: None,
            cause: None,
        }))
    }

    /// 404, the same bytes whether the row is missing, foreign or out of reach.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here for you.")
    }

    /// 424: what this was to follow was not done.
    pub fn dependency_failed() -> Self {
        Self::new(
            StatusCode::FAILED_DEPENDENCY,
            "dependency-failed",
            "Something that this depends on was not done, so this was not tried. Send both again.",
        )
    }

    /// 404 for a file that is there, and has no copy without metadata.
    pub fn no_working_copy() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "no-working-copy",
            "This file has no working copy: only JPEG, PNG and WebP pictures of moderate size have one.",
        )
    }

    /// 405 with the methods that this path does have.
    pub fn method_not_allowed(allow: String) -> Self {
        let mut error = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "This path does not answer that method; see the Allow header.",
        );
        error.0.allow = Some(allow);
        error
    }

    /// 401 for a missing, expired, forged or revoked access token.
    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "Sign in, or refresh the access token, and send it as `Authorization: Bearer <token>`.",
        )
    }

    /// 401 for a failed sign-in, whatever was wrong.
    pub fn invalid_credentials() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid-credentials",
            "The e-mail address or the password is not right, or the account is not active.",
        )
    }

    /// 401 for a right password of an account with a second factor that was not sent. Said only then: whoever knows the
    /// password learns that a code is missing, which the app must know in order to ask for it.
    pub fn totp_required() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "totp-required",
            "Send a code of your authenticator app in `totp`, or a recovery code in `recovery_code`.",
        )
    }

    /// 401 for a refresh token that is unknown, expired, used before or of a revoked session.
    pub fn invalid_refresh_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid-refresh-token",
            "This refresh token no longer works. Sign in again.",
        )
    }

    /// 403: the row may be in scope, but the caller's role does not do this.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Your role does not allow this.")
    }

    /// 403 for something else than the role.
    pub fn refused(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// 403: the role does this, after a proof that is not older than `seconds`.
    pub fn step_up_needed(seconds: i64) -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "step-up-needed",
            format!(
                "This needs a proof of who you are that is not older than {seconds} s. POST /v1/auth/step-up with a code of \
                 your authenticator app, or with your password if you have none, then send this again."
            ),
        )
    }

    /// 403: the role does this, and only with a second factor, which the account does not have.
    pub fn factor_needed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "factor-needed",
            "Your role needs a second factor for this. POST /v1/me/totp to set one up, then send this again.",
        )
    }

    /// 400 for a request that cannot be read at all.
    pub fn bad_request(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 422 for one field; `pointer` is an RFC 6901 pointer or the name of a query parameter.
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::invalid_fields(vec![FieldError { pointer: pointer.into(), detail: detail.into() }])
    }

    /// 422 for several fields at once.
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let mut error = Self::unprocessable("invalid", "Some fields cannot be accepted; see `errors`.");
        error.0.errors = errors;
        error
    }

    /// The same of a part of a body: every pointer begins with `prefix`.
    #[must_use]
    pub fn below(mut self, prefix: &str) -> Self {
        for field in &mut self.0.errors {
            field.pointer.insert_str(0, prefix);
        }
        self
    }

    /// 422 for a request that is readable but cannot be carried out as it is.
    pub fn unprocessable(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// 409: the state of the row forbids it.
    pub fn conflict(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 409 for an operation that cannot begin, with the gates that stand in its way.
    pub fn gate_closed(gates: Vec<&'static str>) -> Self {
        let mut error = Self::conflict(
            "gate-closed",
            format!(
                "These gates are closed: {}. Open them, or let a coordinator who had no hand in the plan waive them.",
                gates.join(", ")
            ),
        );
        error.0.gates = gates;
        error
    }

    /// 409 for a client-made id that is already in use.
    pub fn id_taken() -> Self {
        Self::conflict(
            "id-taken",
            "A record with this id exists already. If it is yours, this was sent before.",
        )
    }

    /// 428: an update without `If-Match`.
    pub fn precondition_required() -> Self {
        Self::new(
            StatusCode::PRECONDITION_REQUIRED,
            "precondition-required",
            "Send the ETag of the version you have read in `If-Match`.",
        )
    }

    /// 412: somebody changed the row in between.
    pub fn stale() -> Self {
        Self::new(
            StatusCode::PRECONDITION_FAILED,
            "stale",
            "This record was changed after you read it. Read it again, then repeat your change.",
        )
    }

    /// 413, naming the limit.
    pub fn too_large(limit_bytes: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            format!("The body is larger than the {limit_bytes} bytes accepted here."),
        )
    }

    /// 413: the organisation keeps as many bytes of files as it may.
    pub fn quota_exceeded() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "quota-exceeded",
            "Your organisation keeps as many bytes of files as it may. Ask who runs the service for more.",
        )
    }

    /// 412 for something other than a version.
    pub fn precondition_failed(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, code, detail)
    }

    /// 416: the range begins after the end.
    pub fn range_not_satisfiable(size: u64) -> Self {
        Self::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            "range-not-satisfiable",
            format!("The file has {size} bytes; the range begins after them."),
        )
    }

    /// 415, naming what is accepted.
    pub fn unsupported_media(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail)
    }

    /// 408: the body did not arrive in time.
    pub fn body_timeout() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "body-timeout",
            "The body did not arrive in time. Send it again.",
        )
    }

    /// 429 with `Retry-After`.
    pub fn too_many(code: &'static str, retry_after_seconds: u64) -> Self {
        let mut error = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            code,
            format!("Too many attempts. Try again in {retry_after_seconds} s."),
        );
        error.0.retry_after_seconds = Some(retry_after_seconds);
        error
    }

    /// 500; `cause` is logged and never sent.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let mut error = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something failed on our side. Quote the X-Request-Id header when you report it.",
        );
        error.0.cause = Some(cause.to_string());
        error
    }

    /// The stable code, for callers inside the program that branch on it.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What to do about it, in words that may be shown.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.0.status.as_u16()
    }

    /// What is wrong with which fields of a request.
    #[must_use]
    pub fn fields(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Whether somebody changed the row in between, or it stands where this is not possible.
    pub fn is_conflict(&self) -> bool {
        matches!(self.0.status, StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED)
    }

    /// What is sent. A failure of ours is logged with its cause.
    pub fn problem(&self) -> Problem {
        let inner = &self.0;
        // Being overloaded is counted, not told line by line: a log that grows with the flood feeds it. A sealed service
        // refuses everything: that is no failure.
        if inner.status.is_server_error() && ![OVERLOADED, SEALED].contains(&inner.code) {
            tracing::error!(
                code = inner.code,
                cause = inner.cause.as_deref().unwrap_or(""),
                "request failed"
            );
        }
        Problem {
            kind: format!("urn:farlight:problem:{}", inner.code),
            title: inner.status.canonical_reason().unwrap_or("Error"),
            status: inner.status.as_u16(),
            code: inner.code,
            detail: inner.detail.clone().into_owned(),
            errors: inner.errors.clone(),
            gates: inner.gates.clone(),
        }
    }

    /// Whether the caller was refused by role, reach, state or number of reads, as against a malformed request or a
    /// failure of ours.
    pub fn is_access_refusal(&self) -> bool {
        matches!(
            self.0.status,
            StatusCode::FORBIDDEN
                | StatusCode::NOT_FOUND
                | StatusCode::CONFLICT
                | StatusCode::TOO_MANY_REQUESTS
        )
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.status.as_u16(), self.0.code)?;
        self.0.cause.as_ref().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)
    }
}

impl std::error::Error for Error {}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let inner = &self.0;
        let mut response = HttpResponse::build(inner.status);
        if let Some(seconds) = inner.retry_after_seconds {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        if let Some(allow) = &inner.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        match &inner.challenge {
            Some(challenge) => challenge.put(&mut response),
            None if inner.status == StatusCode::UNAUTHORIZED => {
                response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
            }
            None => {}
        }
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .body(serde_json::to_vec(&self.problem()).unwrap_or_default())
    }
}
