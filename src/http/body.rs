//! JSON bodies: limited in size and time, strictly read, refused with a pointer to the field.

use std::future::Future;
use std::io::Read;
use std::ops::Deref;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use flate2::read::MultiGzDecoder;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::objects::Objects;
use super::overload::aside;
use crate::crypto::secret::sha256;
use crate::error::{Error, Result};

/// What bodies may cost; app data.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// Largest JSON body.
    pub json_bytes: usize,
    /// Largest file of a case.
    pub file_bytes: u64,
    /// Slowest average at which such a file may arrive, in bytes per second.
    pub file_rate: u64,
    /// A whole body must have arrived within this time. actix sets no such bound by itself.
    pub deadline: Duration,
}

impl BodyLimits {
    pub(super) fn of(request: &HttpRequest) -> Result<Self> {
        request.app_data::<Self>().copied().ok_or_else(|| Error::internal("no body limits are registered"))
    }
}

/// A JSON body that fits `T`, and its digest.
#[derive(Debug)]
pub struct Valid<T> {
    value: T,
    digest: [u8; 32],
}

impl<T: DeserializeOwned> Valid<T> {
    /// A body that came inside of another, such as one item of a batch.
    ///
    /// # Errors
    /// 422 with a pointer.
    pub fn inner(members: Map<String, Value>) -> Result<Self> {
        let value = Value::Object(members);
        let digest = sha256(value.to_string().as_bytes());
        Ok(Self { value: parse_value(value, "")?, digest })
    }
}

impl<T> Valid<T> {
    /// The value and the SHA-256 of the body it came from, which tells a repetition from a change.
    pub fn into_parts(self) -> (T, [u8; 32]) {
        (self.value, self.digest)
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Valid<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Valid<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let limits = BodyLimits::of(request);
        let is_json = request.content_type().eq_ignore_ascii_case("application/json");
        let has_type = request.headers().contains_key(CONTENT_TYPE);
        let is_compressed = is_compressed(request);
        let mut payload = payload.take();
        Box::pin(async move {
            let limits = limits?;
            if !is_json {
                let sent = if has_type { "another type was sent" } else { "no type was sent" };
                return Err(Error::unsupported_media(format!(
                    "Send JSON with `Content-Type: application/json`; {sent}."
                )));
            }
            let is_compressed = is_compressed?;
            let read = async {
                let mut body = BytesMut::new();
                while let Some(chunk) = payload.next().await {
                    let chunk = chunk.map_err(|_| broken())?;
                    if body.len() + chunk.len() > limits.json_bytes {
                        return Err(Error::too_large(limits.json_bytes));
                    }
                    body.extend_from_slice(&chunk);
                }
                Ok(body)
            };
            let mut body = aside(tokio::time::timeout(limits.deadline, read))
                .await?
                .map_err(|_| Error::body_timeout())??;
            if is_compressed {
                body = inflate(&body, limits.json_bytes)?;
            }
            Ok(Self { value: parse(&body)?, digest: sha256(&body) })
        })
    }
}

fn broken() -> Error {
    Error::bad_request("body-broken", "The body broke off or is not encoded as it claims.")
}

/// Whether a body comes in gzip, which a weak link is grateful for.
fn is_compressed(request: &HttpRequest) -> Result<bool> {
    match request.headers().get(CONTENT_ENCODING).map(|value| value.as_bytes().to_ascii_lowercase()) {
        None => Ok(false),
        Some(encoding) if encoding == b"identity" => Ok(false),
        Some(encoding) if encoding == b"gzip" => Ok(true),
        Some(_) => {
            Err(Error::unsupported_media("A body is sent as it is, or with `Content-Encoding: gzip`."))
        }
    }
}

/// What a body was before it was compressed: never more than `limit` bytes of it, whatever it claims to become.
fn inflate(compressed: &[u8], limit: usize) -> Result<BytesMut> {
    let mut body = Vec::new();
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(compressed).take(one_more).read_to_end(&mut body).map_err(|_| broken())?;
    if body.len() > limit { Err(Error::too_large(limit)) } else { Ok(BytesMut::from(&body[..])) }
}

/// As [`Valid`], for a body that may be left out: without one it is the default.
#[derive(Debug)]
pub struct Given<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for Given<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let headers = request.headers();
        let has_bytes = headers.get(CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0");
        if !has_bytes && !headers.contains_key(TRANSFER_ENCODING) && !headers.contains_key(CONTENT_TYPE) {
            return Box::pin(std::future::ready(Ok(Self(T::default()))));
        }
        let body = Valid::<T>::from_request(request, payload);
        Box::pin(async move { body.await.map(|body| Self(body.into_inner())) })
    }
}

/// Reads JSON strictly.
///
/// # Errors
/// 400 for what is no JSON, 422 with a pointer for JSON that does not fit.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    // Before it is read to its end: what is no JSON at all is told as that.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        let _: serde::de::IgnoredAny = serde_json::from_slice(body).map_err(|error| malformed(&error))?;
        return Err(Error::invalid("", "must be a JSON object"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(Objects(&mut deserializer)).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        if inner.is_data() { Error::invalid(pointer, explain(&inner.to_string())) } else { malformed(&inner) }
    })?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// Reads an already parsed value as `T`, with pointers below `prefix`.
///
/// # Errors
/// 422 with a pointer.
pub fn parse_value<T: DeserializeOwned>(value: Value, prefix: &str) -> Result<T> {
    serde_path_to_error::deserialize(Objects(value)).map_err(|error| {
        let pointer = format!("{prefix}{}", pointer(error.path()));
        Error::invalid(pointer, explain(&error.into_inner().to_string()))
    })
}

fn malformed(error: &serde_json::Error) -> Error {
    Error::bad_request(
        "malformed-json",
        format!("The body is not JSON: line {}, column {}.", error.line(), error.column()),
    )
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } => format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => pointer,
    })
}

/// serde's message without the position and without the value it quotes: the value may be somebody's secret. The name
/// of an unknown member is kept, cut short: without it nobody could find the mistake.
pub(super) fn explain(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    let expected = message.rsplit_once(", expected ").map(|(_, expected)| expected);
    let kind = message.split([':', '`']).next().unwrap_or_default().trim();
    match (kind, expected) {
        ("unknown field", _) => {
            let name: String = message.split('`').nth(1).unwrap_or_default().chars().take(40).collect();
            expected.map_or_else(
                || format!("has an unknown member `{name}`"),
                |expected| format!("has an unknown member `{name}`; expected {expected}"),
            )
        }
        ("unknown variant", Some(expected)) => format!("unknown value; expected {expected}"),
        ("invalid type" | "invalid value" | "invalid length", Some(expected)) => {
            format!("{kind}; expected {expected}")
        }
        ("invalid type" | "invalid value" | "invalid length" | "unknown variant", None) => kind.to_owned(),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::explain;

    #[test]
    fn explanations_name_what_is_expected_and_not_what_was_sent() {
        for (message, told) in [
            ("invalid type: string \"s3cret\", expected u8 at line 1 column 9", "invalid type; expected u8"),
            ("unknown variant `s3cret`, expected `low` or `high`", "unknown value; expected `low` or `high`"),
            (
                "unknown field `ages`, expected `age` at line 1",
                "has an unknown member `ages`; expected `age`",
            ),
            ("missing field `risk` at line 1 column 2", "missing field `risk`"),
        ] {
            assert_eq!(explain(message), told);
        }
    }
}
