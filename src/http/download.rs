//! Files that are sent: always to be saved, never to be shown by a browser.

use std::future::{Ready, ready};
use std::ops::Range;
use std::pin::Pin;

use actix_web::body::{BoxBody, SizedStream};
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, dev::Payload};
use bytes::Bytes;
use futures_util::Stream;

use crate::error::{Error, Result};

/// A file, or a range of it, on its way out.
pub struct Download {
    /// Its bytes, those of `range`; an error in it breaks the connection, so that a short file is not taken for whole.
    pub bytes: Pin<Box<dyn Stream<Item = Result<Bytes>>>>,
    /// Bytes of the whole file.
    pub size: u64,
    /// What is sent of it, if not all.
    pub range: Option<Range<u64>>,
    /// Of a list of types that no browser runs.
    pub media_type: String,
    /// What to save it as.
    pub file_name: Option<String>,
    /// Names its content; quoted.
    pub etag: String,
}

impl Responder for Download {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let Self { bytes, size, range, media_type, file_name, etag } = self;
        let mut response = HttpResponse::Ok();
        if let Some(range) = &range {
            response.status(StatusCode::PARTIAL_CONTENT);
            let last = range.end.saturating_sub(1);
            response.insert_header((header::CONTENT_RANGE, format!("bytes {}-{last}/{size}", range.start)));
        }
        let length = range.map_or(size, |range| range.end - range.start);
        response
            .insert_header((header::CONTENT_DISPOSITION, disposition(file_name.as_deref())))
            .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
            .insert_header((header::ACCEPT_RANGES, "bytes"))
            .insert_header((header::ETAG, etag))
            // What is said of its length and its ranges must hold: nothing on the way may pack it.
            .insert_header(header::ContentEncoding::Identity)
            .insert_header((header::CONTENT_TYPE, media_type))
            .body(SizedStream::new(length, bytes))
    }
}

/// RFC 6266: a name of harmless ASCII for old programs, the whole name for others.
fn disposition(file_name: Option<&str>) -> String {
    let name = file_name.unwrap_or_default().trim_matches(|c: char| c == '.' || c.is_whitespace());
    let name = if name.is_empty() { "attachment" } else { name };
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ');
    let plain: String = name.chars().map(|c| if harmless(c) { c } else { '_' }).collect();
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// The `Range` and `If-Range` of a request, for a download that goes on where it broke off.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    range: Option<String>,
    if_range: Option<String>,
}

impl FromRequest for Wanted {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text =
            |name| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        ready(Ok(Self { range: text(header::RANGE), if_range: text(header::IF_RANGE) }))
    }
}

impl Wanted {
    /// Which bytes of a file of `size` bytes are wanted, if not all. What is no single range is ignored, as RFC 9110
    /// has it.
    ///
    /// # Errors
    /// 416 when the range begins after the end.
    pub fn of(&self, size: u64, etag: &str) -> Result<Option<Range<u64>>> {
        if self.if_range.as_deref().is_some_and(|tag| tag != etag) {
            return Ok(None);
        }
        let Some((first, last)) = self.range.as_deref().and_then(single) else { return Ok(None) };
        let range = match (first, last) {
            (Some(first), last) => first..last.map_or(size, |last| last.saturating_add(1)).min(size),
            (None, Some(last)) => size.saturating_sub(last)..size,
            (None, None) => return Ok(None),
        };
        if range.is_empty() { Err(Error::range_not_satisfiable(size)) } else { Ok(Some(range)) }
    }
}

type Ends = (Option<u64>, Option<u64>);

fn single(text: &str) -> Option<Ends> {
    let (first, last) = text.strip_prefix("bytes=")?.trim().split_once('-')?;
    let end = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if text.is_empty() { Some(None) } else { Some(Some(text.parse().ok().filter(|_: &u64| digits)?)) }
    };
    let (first, last) = (end(first)?, end(last)?);
    let reversed = matches!((first, last), (Some(first), Some(last)) if last < first);
    (!reversed).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wanted(range: &str) -> Result<Option<Range<u64>>> {
        Wanted { range: Some(range.to_owned()), if_range: None }.of(100, "\"x\"")
    }

    #[test]
    fn ranges_are_those_of_rfc_9110() {
        assert_eq!(wanted("bytes=0-9").unwrap(), Some(0..10));
        assert_eq!(wanted("bytes=90-").unwrap(), Some(90..100));
        assert_eq!(wanted("bytes=90-1000").unwrap(), Some(90..100));
        assert_eq!(wanted("bytes=-10").unwrap(), Some(90..100));
        assert_eq!(wanted("bytes=-1000").unwrap(), Some(0..100));
        for ignored in ["bytes=5-2", "bytes=0-1,5-6", "lines=0-1", "bytes=+1-2", "bytes=-", "", "bytes=a-b"] {
            assert_eq!(wanted(ignored).unwrap(), None, "{ignored}");
        }
        for none in ["bytes=100-", "bytes=-0", "bytes=18446744073709551615-"] {
            assert!(wanted(none).is_err(), "{none}");
        }
        let changed = Wanted { range: Some("bytes=0-1".to_owned()), if_range: Some("\"y\"".to_owned()) };
        assert_eq!(changed.of(100, "\"x\"").unwrap(), None);
    }

    proptest! {
        #[test]
        fn a_name_cannot_leave_its_place(name in ".{0,60}") {
            let value = disposition(Some(&name));
            let rest = value.strip_prefix("attachment; filename=\"").unwrap();
            let (plain, encoded) = rest.split_once("\"; filename*=UTF-8''").unwrap();
            prop_assert!(plain.bytes().all(|b| b.is_ascii_graphic() || b == b' '));
            prop_assert!(!plain.contains(['"', '\\', ';', '/', '%']));
            prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"%.-_".contains(&b)));
            prop_assert!(!plain.starts_with('.'));
        }

        #[test]
        fn a_range_lies_within_the_file(range in "bytes=[0-9]{0,4}-[0-9]{0,4}", size in 0_u64..3_000) {
            if let Ok(Some(range)) = (Wanted { range: Some(range), if_range: None }).of(size, "\"x\"") {
                prop_assert!(range.start < range.end && range.end <= size);
            }
        }
    }
}
