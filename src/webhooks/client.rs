//! The client that calls webhooks: no redirects, no proxies, no names that resolve to the inside.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::address;
use crate::config::WebhookSettings;
use crate::error::{Error, Result};

/// Calls webhooks. Cheap to clone.
#[derive(Clone)]
pub struct Caller {
    client: Client,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// 2xx.
    Accepted,
    /// 410: the endpoint wants no more.
    Gone,
    /// Anything else: a stable code, and how many seconds the endpoint asked to be left alone.
    Failed {
        /// Such as `timeout`, `refused-address` or `http-500`.
        code: String,
        /// From `Retry-After`.
        retry_after_seconds: Option<i64>,
    },
}

impl Caller {
    /// A client with its own connections.
    ///
    /// # Errors
    /// `internal` when the system has no certificates to trust.
    pub fn new(settings: &WebhookSettings) -> Result<Self> {
        let mut builder = Client::builder()
            .user_agent(concat!("farlight/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .retry(reqwest::retry::never())
            .connect_timeout(Duration::from_millis(settings.connect_timeout_ms))
            .timeout(Duration::from_millis(settings.timeout_ms))
            .pool_max_idle_per_host(2)
            .pool_idle_timeout(Duration::from_secs(30));
        if !settings.allow_private {
            builder = builder.dns_resolver(Outside);
        }
        let client = builder
            .build()
            .map_err(|error| Error::internal(format!("the client for webhooks: {}", error.without_url())))?;
        Ok(Self { client })
    }

    /// POSTs a signed body. `url` has passed [`address::check`] just before: a literal address in it never comes to
    /// the resolver below. Nothing of the answer's body is read.
    pub async fn post(&self, url: Url, headers: HeaderMap, body: Vec<u8>) -> Answer {
        let sent = self
            .client
            .post(url)
            .headers(headers)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await;
        match sent {
            Ok(response) => judge(response.status().as_u16(), response.headers()),
            Err(error) => Answer::Failed { code: code_of(&error).to_owned(), retry_after_seconds: None },
        }
    }
}

fn judge(status: u16, headers: &HeaderMap) -> Answer {
    match status {
        200..=299 => Answer::Accepted,
        410 => Answer::Gone,
        _ => Answer::Failed {
            code: format!("http-{status}"),
            // In seconds; the form with a date is rare enough to be ignored.
            retry_after_seconds: headers
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok())
                .and_then(|text| text.trim().parse().ok())
                .filter(|seconds| *seconds >= 0),
        },
    }
}

fn code_of(error: &reqwest::Error) -> &'static str {
    if caused_by::<InsideError>(error) {
        "refused-address"
    } else if error.is_timeout() {
        "timeout"
    } else if caused_by::<UnknownNameError>(error) {
        "unknown-name"
    } else if error.is_connect() {
        "connect"
    } else {
        "broken-connection"
    }
}

fn caused_by<E: std::error::Error + 'static>(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(error.source(), |error| error.source()).any(|error| error.is::<E>())
}

/// A name that has no address outside.
#[derive(Debug, thiserror::Error)]
#[error("the name resolves to no address that may be called")]
struct InsideError;

/// A name that has no address.
#[derive(Debug, thiserror::Error)]
#[error("the name does not resolve")]
struct UnknownNameError;

/// Asks the system, and keeps what is outside: what is connected to is what was checked, so that a name that answers
/// differently the second time gains nothing.
struct Outside;

impl Resolve for Outside {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| UnknownNameError)?.collect();
            let outside: Vec<SocketAddr> =
                found.iter().copied().filter(|found| address::is_outside(found.ip())).collect();
            match (found.is_empty(), outside.is_empty()) {
                (true, _) => Err(UnknownNameError.into()),
                (false, true) => Err(InsideError.into()),
                (false, false) => Ok(Box::new(outside.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(allow_private: bool) -> WebhookSettings {
        WebhookSettings {
            allow_http: true,
            allow_private,
            ..crate::config::Settings::defaults().unwrap().webhooks
        }
    }

    /// Says yes to whoever connects, and tells how many did.
    async fn receiver() -> (u16, tokio::sync::mpsc::UnboundedReceiver<()>) {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("localhost:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, calls) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                seen.send(()).unwrap();
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            }
        });
        (port, calls)
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_the_inside_is_never_connected_to() {
        let (port, mut calls) = receiver().await;
        let url: Url = format!("http://localhost:{port}/").parse().unwrap();
        let strict = Caller::new(&settings(false)).unwrap();
        let refused = Answer::Failed { code: "refused-address".to_owned(), retry_after_seconds: None };
        assert_eq!(strict.post(url.clone(), HeaderMap::new(), Vec::new()).await, refused);
        assert!(calls.try_recv().is_err(), "somebody connected");

        let lax = Caller::new(&settings(true)).unwrap();
        assert_eq!(lax.post(url, HeaderMap::new(), Vec::new()).await, Answer::Accepted);
        assert!(calls.recv().await.is_some());
    }

    #[test]
    fn answers_are_judged_by_their_status_alone() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "120".parse().unwrap());
        assert_eq!(judge(204, &headers), Answer::Accepted);
        assert_eq!(judge(410, &headers), Answer::Gone);
        for status in [301, 302, 307, 400, 429, 500, 503] {
            let failed = Answer::Failed { code: format!("http-{status}"), retry_after_seconds: Some(120) };
            assert_eq!(judge(status, &headers), failed);
        }
        for odd in ["-5", "soon", "Fri, 31 Dec 2027 23:59:59 GMT", ""] {
            headers.insert(RETRY_AFTER, odd.parse().unwrap());
            let Answer::Failed { retry_after_seconds, .. } = judge(503, &headers) else { panic!() };
            assert_eq!(retry_after_seconds, None, "{odd}");
        }
    }
}
