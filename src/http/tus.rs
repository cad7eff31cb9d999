//! The tus protocol 1.0.0 (tus.io): uploads that go on where they broke off.
//!
//! Headers are read here without an opinion and checked by [`Tus`]'s methods once the gates have been passed, so that
//! an upload that is out of reach is 404 whatever is wrong with the request.

use std::future::{Ready, ready};

use actix_web::body::BoxBody;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, dev};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::StreamExt;

use super::body::BodyLimits;
use super::incoming::label;
use super::incoming::{Pace, declared};
use super::overload::transfer;
use crate::db::types::Time;
use crate::error::{Error, Result};

/// The version that is spoken.
pub const VERSION: &str = "1.0.0";
/// What is spoken beside the core.
const EXTENSIONS: &str = "creation,termination,expiration";

/// The headers of tus.
#[derive(Debug, Clone)]
pub struct Tus {
    version: Option<String>,
    length: Option<String>,
    offset: Option<String>,
    metadata: Option<String>,
    content_type: Option<String>,
}

impl FromRequest for Tus {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

impl Tus {
    fn of(request: &HttpRequest) -> Self {
        let text = |name: &str| {
            let mut values = request.headers().get_all(name);
            let first = values.next()?.to_str().ok()?.to_owned();
            values.next().is_none().then_some(first)
        };
        Self {
            version: text("tus-resumable"),
            length: text("upload-length"),
            offset: text("upload-offset"),
            metadata: text("upload-metadata"),
            content_type: text("content-type"),
        }
    }

    /// Refuses other versions.
    ///
    /// # Errors
    /// 412 `tus-version`.
    pub fn check(&self) -> Result<()> {
        if self.version.as_deref() == Some(VERSION) {
            return Ok(());
        }
        Err(Error::precondition_failed(
            "tus-version",
            "Send `Tus-Resumable: 1.0.0`: the only version spoken here.",
        ))
    }

    /// How long the file will be.
    ///
    /// # Errors
    /// 422 on `Upload-Length`.
    pub fn length(&self) -> Result<u64> {
        number("Upload-Length", self.length.as_deref()).and_then(|length| {
            if length == 0 { Err(Error::invalid("Upload-Length", "must not be 0")) } else { Ok(length) }
        })
    }

    /// Where the bytes of this request belong.
    ///
    /// # Errors
    /// 415 for another type of body; 422 on `Upload-Offset`.
    pub fn offset(&self) -> Result<u64> {
        let is_offset = self
            .content_type
            .as_deref()
            .is_some_and(|text| text.eq_ignore_ascii_case("application/offset+octet-stream"));
        if !is_offset {
            return Err(Error::unsupported_media("Send `Content-Type: application/offset+octet-stream`."));
        }
        number("Upload-Offset", self.offset.as_deref())
    }

    /// What the client calls the file, from `Upload-Metadata`.
    ///
    /// # Errors
    /// 422 on `Upload-Metadata`.
    pub fn file_name(&self) -> Result<Option<String>> {
        let refused =
            || Error::invalid("Upload-Metadata", "must be pairs of a key and a value in base64, with commas");
        let mut file_name = None;
        for pair in self.metadata.as_deref().unwrap_or_default().split(',').map(str::trim) {
            let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
            let value = STANDARD.decode(value.trim()).map_err(|_| refused())?;
            if key == "filename" {
                let name = String::from_utf8(value).map_err(|_| refused())?;
                file_name = Some(label(&name)).filter(|name| !name.is_empty());
            }
        }
        Ok(file_name)
    }
}

fn number(name: &str, text: Option<&str>) -> Result<u64> {
    text.filter(|text| !text.is_empty() && text.len() <= 19 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::invalid(name, "must be a whole number of bytes"))
}

/// The body of a PATCH, while it comes.
pub struct Piece {
    /// The headers.
    pub tus: Tus,
    /// The length it claims to have.
    pub declared: Option<u64>,
    payload: dev::Payload,
    pace: Pace,
}

impl FromRequest for Piece {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let payload = payload.take();
        ready(BodyLimits::of(request).and_then(|limits| {
            transfer()?;
            Ok(Self { tus: Tus::of(request), declared: declared(request), payload, pace: Pace::new(limits) })
        }))
    }
}

impl Piece {
    /// The next bytes; `None` when there are no more, for whatever reason: what has come is kept, and the client asks
    /// how much that was.
    pub async fn next(&mut self) -> Option<Bytes> {
        let bytes = self.pace.wait(self.payload.next()).await.ok()??.ok()?;
        self.pace.count(&bytes);
        Some(bytes)
    }

    /// Reads a little of what is still coming, so that a caller who is refused gets to read why.
    pub async fn refuse(mut self) {
        let drain = async {
            let mut left = 1_usize << 20;
            while let Some(bytes) = self.next().await {
                match left.checked_sub(bytes.len()) {
                    Some(less) => left = less,
                    None => return,
                }
            }
        };
        drop(tokio::time::timeout(std::time::Duration::from_secs(2), drain).await);
    }
}

/// How far an upload is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Bytes that are here.
    pub offset: u64,
    /// Bytes in all.
    pub length: u64,
    /// When it is given up; `None` once it is whole.
    pub expires_at: Option<Time>,
}

impl Progress {
    fn respond(self, mut response: actix_web::HttpResponseBuilder) -> HttpResponse {
        response
            .insert_header(("upload-offset", self.offset.to_string()))
            .insert_header(("upload-length", self.length.to_string()));
        if let Some(expires_at) = self.expires_at {
            response.insert_header(("upload-expires", http_date(expires_at)));
        }
        response.finish()
    }
}

/// The answer of a HEAD.
#[derive(Debug)]
pub struct Found(pub Progress);

/// The answer of a PATCH.
#[derive(Debug)]
pub struct Appended(pub Progress);

/// The answer of an OPTIONS: what can be done.
#[derive(Debug)]
pub struct Abilities {
    /// Largest file, in bytes.
    pub max_bytes: u64,
}

impl Responder for Found {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0.respond(HttpResponse::Ok())
    }
}

impl Responder for Appended {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.0.respond(HttpResponse::NoContent())
    }
}

impl Responder for Abilities {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent()
            .insert_header(("tus-extension", EXTENSIONS))
            .insert_header(("tus-max-size", self.max_bytes.to_string()))
            .finish()
    }
}

/// Adds what every answer of tus carries, refusals too.
pub(super) fn answer(route: &str, headers: &mut HeaderMap) {
    if !route.starts_with("/v1/uploads") && route != "/v1/cases/{id}/uploads" {
        return;
    }
    headers.insert(HeaderName::from_static("tus-resumable"), HeaderValue::from_static(VERSION));
    headers.insert(HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION));
}

/// `Tue, 15 Nov 1994 08:12:31 GMT`.
fn http_date(at: Time) -> String {
    at.timestamp().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
