//! What handlers answer with, beside [`Page`](super::page::Page).

use std::future::{Ready, ready};

use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, body::BoxBody, dev::Payload};
use serde::Serialize;

use crate::app::Services;
use crate::authz::{Authorized, Permission};
use crate::db::types::Id;
use crate::error::{Error, Result};

/// 200 with a body.
#[derive(Debug)]
pub struct Json<V>(pub V);

/// 200 with a body and the ETag to send back in `If-Match`.
#[derive(Debug)]
pub struct Versioned<V> {
    /// The row's version.
    pub version: i64,
    /// What is shown.
    pub view: V,
}

/// 204.
#[derive(Debug, Clone, Copy)]
pub struct NoContent;

/// 200 with an iCalendar file.
#[derive(Debug)]
pub struct CalendarFile(pub String);

/// 200 with a paper in Markdown, to be saved.
#[derive(Debug)]
pub struct MarkdownFile(pub String);
/// An answer that shows its reader the digest of the latest checkpoint of the audit log: whoever keeps it is a witness.
///
/// On signing in, refreshing, `/v1/me` and the audit log: every client passes there again and again, and no small
/// answer over a thin line gets longer.
#[derive(Debug)]
pub struct Witnessed<A> {
    digest: Option<String>,
    answer: A,
}

impl Witnessed<()> {
    /// For whoever asks.
    pub fn by<P>(auth: &Authorized<P>) -> Self
    where
        P: Permission,
    {
        Self::of(auth.services(), auth.claims().organisation_id)
    }

    /// For somebody of this organisation.
    pub fn of(services: &Services, organisation_id: Id) -> Self {
        Self { digest: services.checkpoints.of(organisation_id), answer: () }
    }

    /// With what they asked for.
    pub fn with<A>(self, answer: A) -> Witnessed<A> {
        Witnessed { digest: self.digest, answer }
    }
}

impl<A: Responder<Body = BoxBody>> Responder for Witnessed<A> {
    type Body = BoxBody;
    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = self.answer.respond_to(request);
        if let Some(digest) = self.digest.and_then(|digest| HeaderValue::try_from(digest).ok()) {
            response.headers_mut().insert(CHECKPOINT, digest);
        }
        response
    }
}

/// The digest of the latest checkpoint.
const CHECKPOINT: HeaderName = HeaderName::from_static("farlight-checkpoint");

/// `"v7"` for version 7.
pub fn etag(version: i64) -> String {
    format!("\"v{version}\"")
}

/// The version that an ETag of ours names.
pub fn version_of(etag: &str) -> Option<i64> {
    etag.strip_prefix("\"v")?.strip_suffix('"')?.parse().ok()
}

impl<V: Serialize> Responder for Json<V> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}

impl<V: Serialize> Responder for Versioned<V> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().insert_header((header::ETAG, etag(self.version))).json(self.view)
    }
}

impl Responder for CalendarFile {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().content_type("text/calendar; charset=utf-8").body(self.0)
    }
}

impl Responder for MarkdownFile {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        // No name of a place: it ends up in lists of downloads.
        HttpResponse::Ok()
            .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"dossier.md\""))
            .content_type("text/markdown; charset=utf-8")
            .body(self.0)
    }
}

impl Responder for NoContent {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

/// The version that the caller has read; required on every update.
#[derive(Debug, Clone)]
pub struct IfMatch(String);

impl IfMatch {
    /// Of a version that came otherwise than in a header.
    pub fn version(version: i64) -> Self {
        Self(etag(version))
    }

    /// Refuses when the row is not the one that was read.
    ///
    /// # Errors
    /// 412 `stale`.
    pub fn check(&self, version: i64) -> Result<()> {
        let current = etag(version);
        let fits = self.0.split(',').map(str::trim).any(|tag| tag == "*" || tag == current);
        if fits { Ok(()) } else { Err(Error::stale()) }
    }
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sent = request.headers().get(header::IF_MATCH).and_then(|value| value.to_str().ok());
        ready(sent.map(|tag| Self(tag.to_owned())).ok_or_else(Error::precondition_required))
    }
}
