//! One log line, one observation and the same headers for every request.
//!
//! What never gets logged: query strings (they hold search words), bodies, header values, names, addresses.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest};
use bytes::Bytes;
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder};

use super::limits::Allowance;
use super::overload::Shed;
use super::transport::line::{Answering, Traffic};
use super::transport::stop::Stop;
use crate::auth::proof::NextNonce;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::watch::model::WatchState;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names one request in the answer, the log and the audit row.
#[derive(Debug, Clone)]
pub struct RequestId(String);

impl RequestId {
    /// The id of `request`.
    pub fn of(request: &HttpRequest) -> Option<String> {
        request.extensions().get::<Self>().map(|id| id.0.clone())
    }
}

/// Counters of this node.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: HistogramVec,
    watched: IntGaugeVec,
    overloaded: IntCounterVec,
}

impl Metrics {
    /// An empty registry.
    ///
    /// # Errors
    /// Never, unless two metrics share a name.
    pub fn new() -> Result<Self> {
        let failed = |error: prometheus::Error| Error::internal(format!("metrics: {error}"));
        let requests = HistogramVec::new(
            HistogramOpts::new(
                "farlight_http_request_duration_seconds",
                "Time to answer, by route and status.",
            )
            .buckets(vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0]),
            &["method", "route", "status"],
        )
        .map_err(failed)?;
        let watched = IntGaugeVec::new(
            Opts::new("farlight_watched_cases", "Cases with a running contact watch, by how they stand."),
            &["state"],
        )
        .map_err(failed)?;
        let overloaded = IntCounterVec::new(
            Opts::new("farlight_overloaded_total", "Requests that there was no place for, by share."),
            &["share"],
        )
        .map_err(failed)?;
        let registry = Registry::new();
        registry.register(Box::new(overloaded.clone())).map_err(failed)?;
        registry.register(Box::new(watched.clone())).map_err(failed)?;
        registry.register(Box::new(requests.clone())).map_err(failed)?;
        Ok(Self { registry, requests, watched, overloaded })
    }

    /// Counts a request that there was no place for.
    pub fn count_overloaded(&self, share: &'static str) {
        self.overloaded.with_label_values(&[share]).inc();
    }

    /// The text format of Prometheus, with how many watched cases stand how just now.
    ///
    /// # Errors
    /// Never in practice.
    pub fn text(&self, watched: &[(WatchState, i64)]) -> Result<String> {
        for (state, count) in watched {
            self.watched.with_label_values(&[state.as_str()]).set(*count);
        }
        TextEncoder::new()
            .encode_to_string(&self.registry.gather())
            .map_err(|error| Error::internal(format!("metrics: {error}")))
    }
}

/// A client's own id is taken over when it is one token, so that both sides can search their logs for it.
fn request_id(request: &ServiceRequest) -> String {
    let sent = request.headers().get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    sent.filter(|id| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
    .map_or_else(|| Id::at(Time::from_micros(0)).to_string(), str::to_owned)
}

/// The outermost middleware.
///
/// # Errors
/// What is inside says.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id.clone()));
    let metrics = request.app_data::<Metrics>().cloned();
    let assurances = request.app_data::<Assurances>().cloned();
    let traffic = request.conn_data::<Rc<Traffic>>().cloned();
    if traffic.as_ref().is_some_and(|traffic| traffic.refuses_more()) {
        return std::future::pending().await;
    }
    let answering = traffic.as_ref().map(|traffic| traffic.answer(body_length(&request)));
    let asked_to_close = request.head().connection_type() == ConnectionType::Close;
    let method = request.method().clone();
    let mut response = next.call(request).await?;

    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let status = response.status().as_u16();
    let elapsed = started.elapsed();
    let allowance = response.request().extensions().get::<Allowance>().copied();
    let nonce = response.request().extensions_mut().remove::<NextNonce>();
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    for (name, value) in fixed(headers.get(header::CONTENT_TYPE)) {
        // A page of ours may set its own policy.
        if !headers.contains_key(*name) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    super::tus::answer(&route, headers);
    if let Some(nonce) = nonce.and_then(|nonce| HeaderValue::try_from(nonce.0).ok()) {
        headers.insert(HeaderName::from_static("dpop-nonce"), nonce);
    }
    if assurances.as_ref().is_some_and(|assurances| assurances.tls) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if let Some(allowance) = allowance {
        rate_limit_headers(headers, allowance);
    }
    if let Some(metrics) = metrics {
        metrics
            .requests
            .with_label_values(&[known_method(&method), &route, &status.to_string()])
            .observe(elapsed.as_secs_f64());
    }
    let duration_ms = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX) as f64 / 1_000.0;
    // A log that grows with a flood feeds it.
    if !response.request().extensions().contains::<Shed>() {
        tracing::info!(request_id = %id, method = known_method(&method), route, status, duration_ms, "request");
    }
    if assurances.is_some_and(|assurances| assurances.stop.is_leaving()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    let closes = response.response().head().connection_type() == ConnectionType::Close;
    if let Some(traffic) = traffic.filter(|_| closes || asked_to_close) {
        traffic.close();
    }
    Ok(response.map_body(|_, body| Sent { body, _answering: answering }))
}

/// What every answer depends on beside its request; app data.
#[derive(Debug, Clone)]
pub struct Assurances {
    /// Whether the service is about to stop.
    pub stop: Stop,
    /// Whether TLS is spoken here.
    pub tls: bool,
}

/// The length of a request's body, where it is known.
fn body_length(request: &ServiceRequest) -> Option<u64> {
    let headers = request.headers();
    if headers.contains_key(header::TRANSFER_ENCODING) || headers.contains_key(header::UPGRADE) {
        return None;
    }
    headers.get(header::CONTENT_LENGTH).map_or(Some(0), |length| length.to_str().ok()?.parse().ok())
}

pin_project_lite::pin_project! {
    /// The body of an answer; until it is sent or given up, its connection is busy.
    struct Sent<B> {
        #[pin]
        body: B,
        _answering: Option<Answering>,
    }
}

impl<B: MessageBody> MessageBody for Sent<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.project().body.poll_next(cx)
    }
}

/// An invented method must not become a new time series or a log line of the caller's choice.
fn known_method(method: &actix_web::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// What every answer says; of an answer without a body there is nothing to sniff.
const ALWAYS: (&str, &str) = ("cache-control", "no-store");
const WITH_A_BODY: (&str, &str) = ("x-content-type-options", "nosniff");
/// What is said of anything that a browser could show, run or embed. JSON it does neither with: it has no credentials of
/// ours to send by itself, and over a weak link each of these bytes would be paid for with every answer.
const TO_BE_SHOWN: &[(&str, &str)] = &[
    ALWAYS,
    WITH_A_BODY,
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
];

fn fixed(content_type: Option<&HeaderValue>) -> &'static [(&'static str, &'static str)] {
    match content_type.map(HeaderValue::as_bytes) {
        None => &[ALWAYS],
        Some(b"application/json" | b"application/problem+json") => &[ALWAYS, WITH_A_BODY],
        Some(_) => TO_BE_SHOWN,
    }
}

/// `RateLimit` and `RateLimit-Policy` as in the IETF draft of that name.
fn rate_limit_headers(headers: &mut header::HeaderMap, allowance: Allowance) {
    let Allowance { burst, remaining, window_seconds } = allowance;
    let policy = format!("\"user\";q={burst};w={window_seconds}");
    let state = format!("\"user\";r={remaining};t={window_seconds}");
    for (name, value) in [("ratelimit-policy", policy), ("ratelimit", state)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}
