//! Files that are too large for memory: taken piece by piece, at a pace.

use std::future::{Future, Ready, ready};
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use super::body::BodyLimits;
use super::overload::transfer;
use crate::error::{Error, Result};

/// What a multipart body may have beside the file itself.
const FRAME: u64 = 64 * 1024;

/// How slowly a body may come: an average that is reckoned from its beginning, and no long silence. A body that
/// trickles is cut off however long it is, and one that is large may take as long as it needs.
#[derive(Debug)]
pub struct Pace {
    started: Instant,
    limits: BodyLimits,
    received: u64,
}

impl Pace {
    pub(super) fn new(limits: BodyLimits) -> Self {
        Self { started: Instant::now(), limits, received: 0 }
    }

    /// Waits for the next piece.
    pub(super) async fn wait<T>(&self, next: impl Future<Output = T>) -> Result<T> {
        let earned = Duration::from_secs(self.received / self.limits.file_rate.max(1));
        let average = self.started + self.limits.deadline * 10 + earned;
        let silence = Instant::now() + self.limits.deadline * 4;
        timeout_at(average.min(silence), next).await.map_err(|_| Error::body_timeout())
    }

    pub(super) fn count(&mut self, bytes: &Bytes) {
        self.received += bytes.len() as u64;
    }
}

/// The length that a body claims to have.
pub(super) fn declared(request: &HttpRequest) -> Option<u64> {
    request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The part named `file` of a `multipart/form-data` body, while it comes.
pub struct Incoming {
    multipart: Multipart,
    field: Option<Field>,
    pace: Pace,
    declared: Option<u64>,
    file_name: Option<String>,
    seen: bool,
    /// Whether there is no more to come.
    over: bool,
}

impl FromRequest for Incoming {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::new(request, payload))
    }
}

impl Incoming {
    fn new(request: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let limits = BodyLimits::of(request)?;
        let content_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !content_type.to_ascii_lowercase().starts_with("multipart/form-data") {
            return Err(Error::unsupported_media("Send `multipart/form-data` with a part named `file`."));
        }
        let declared = declared(request);
        // Before a byte is read.
        if declared.is_some_and(|length| length > limits.file_bytes.saturating_add(FRAME)) {
            return Err(Error::too_large(usize::try_from(limits.file_bytes).unwrap_or(usize::MAX)));
        }
        transfer()?;
        Ok(Self {
            multipart: Multipart::new(request.headers(), payload.take()),
            field: None,
            pace: Pace::new(limits),
            declared,
            file_name: None,
            seen: false,
            over: false,
        })
    }

    /// The fewest bytes that the file can have, by the length that was declared.
    pub fn at_least(&self) -> u64 {
        self.declared.unwrap_or(0).saturating_sub(FRAME)
    }

    /// What the client calls the file; known once it has begun.
    pub fn file_name(&self) -> Option<String> {
        self.file_name.clone().filter(|name| !name.is_empty())
    }

    /// The next piece of the file; `None` when the body ended as it should.
    ///
    /// # Errors
    /// 400 for a broken body; 408; 422 for other parts than one `file`.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        // The parser panics when it is asked again after it has said that there is no more, or nothing sound.
        if self.over {
            return Ok(None);
        }
        loop {
            if let Some(field) = &mut self.field {
                match self.pace.wait(field.next()).await? {
                    Some(piece) => {
                        self.over = piece.is_err();
                        let piece = piece.map_err(|error| broken(&error))?;
                        self.pace.count(&piece);
                        return Ok(Some(piece));
                    }
                    None => self.field = None,
                }
            }
            let Some(field) = self.pace.wait(self.multipart.next()).await? else {
                self.over = true;
                return if self.seen {
                    Ok(None)
                } else {
                    Err(Error::invalid("/file", "is missing: send a part named `file`"))
                };
            };
            self.over = field.is_err();
            let field = field.map_err(|error| broken(&error))?;
            if field.name() != Some("file") {
                return Err(Error::invalid("", "only one part, named `file`, is expected"));
            }
            if self.seen {
                return Err(Error::invalid("/file", "must be sent once"));
            }
            self.seen = true;
            self.file_name =
                field.content_disposition().and_then(|disposition| disposition.get_filename()).map(label);
            self.field = Some(field);
        }
    }

    /// Reads a little of what is still coming, so that a caller who is refused gets to read why: a connection that is
    /// closed on a sender loses the answer.
    pub async fn refuse(mut self) {
        let drain = async {
            let mut left = 1_u64 << 20;
            while let Ok(Some(piece)) = self.next().await {
                match left.checked_sub(piece.len() as u64) {
                    Some(less) => left = less,
                    None => return,
                }
            }
        };
        drop(tokio::time::timeout(Duration::from_secs(2), drain).await);
    }
}

/// The last component, without control characters, cut to a length that can be shown.
pub(super) fn label(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    // What turns the direction of writing round makes `fdp.exe` of `exe.pdf`.
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    last.chars().filter(|c| !c.is_control() && !turns(*c)).take(200).collect()
}

fn broken(error: &MultipartError) -> Error {
    tracing::debug!(%error, "broken multipart");
    Error::bad_request(
        "malformed-multipart",
        "The multipart body is broken: check the boundary and that every part is closed.",
    )
}
