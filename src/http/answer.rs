//! What handlers answer with, beside [`Page`](super::page::Page).

use std::future::{Ready, ready};

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, body::BoxBody, dev::Payload};
use serde::Serialize;

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
