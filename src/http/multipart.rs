//! One uploaded file, limited in size and time, in memory. [`super::incoming`] is for files that are larger.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::{Multipart, MultipartError};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::StreamExt;

use super::body::BodyLimits;
use crate::crypto::secret::sha256;
use crate::error::{Error, Result};

/// The part named `file` of a `multipart/form-data` body.
pub struct Upload {
    /// The name that the client gave it: a label, never a path.
    pub file_name: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256.
    pub digest: [u8; 32],
}

impl FromRequest for Upload {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limits = BodyLimits::of(request);
        let content_type = request
            .headers()
            .get(actix_web::http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let is_multipart = content_type.to_ascii_lowercase().starts_with("multipart/form-data");
        let multipart = Multipart::new(request.headers(), payload.take());
        Box::pin(async move {
            let limits = limits?;
            if !is_multipart {
                return Err(Error::unsupported_media("Send `multipart/form-data` with a part named `file`."));
            }
            // An upload on a bad link is slow and still worth waiting for: ten times the deadline of a JSON body.
            let reading = read(multipart, limits.upload_bytes);
            tokio::time::timeout(limits.deadline * 10, reading).await.map_err(|_| Error::body_timeout())?
        })
    }
}

async fn read(mut multipart: Multipart, limit: usize) -> Result<Upload> {
    let mut upload = None;
    let mut total = 0;
    while let Some(field) = multipart.next().await {
        let mut field = field.map_err(|error| broken(&error))?;
        let is_file = field.name() == Some("file");
        let file_name =
            field.content_disposition().and_then(|disposition| disposition.get_filename()).map(label);
        let mut bytes = Vec::new();
        while let Some(chunk) = field.next().await {
            let chunk = chunk.map_err(|error| broken(&error))?;
            // Counted over all parts, so that a part that is not wanted cannot fill the memory either.
            total += chunk.len();
            if total > limit {
                return Err(Error::too_large(limit));
            }
            if is_file {
                bytes.extend_from_slice(&chunk);
            }
        }
        if !is_file {
            return Err(Error::invalid("", "only one part, named `file`, is expected"));
        }
        if upload.is_some() {
            return Err(Error::invalid("/file", "must be sent once"));
        }
        let digest = sha256(&bytes);
        upload = Some(Upload { file_name, bytes, digest });
    }
    let upload = upload.ok_or_else(|| Error::invalid("/file", "is missing: send a part named `file`"))?;
    if upload.bytes.is_empty() {
        return Err(Error::invalid("/file", "is empty"));
    }
    Ok(upload)
}

/// The last component, without control characters, cut to a length that can be shown.
pub(super) fn label(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // What turns the direction of writing round makes `fdp.exe` of `exe.pdf`.
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    last.chars().filter(|c| !c.is_control() && !turns(*c)).take(200).collect()
}

pub(super) fn broken(error: &MultipartError) -> Error {
    tracing::debug!(%error, "broken multipart");
    Error::bad_request(
        "malformed-multipart",
        "The multipart body is broken: check the boundary and that every part is closed.",
    )
}
