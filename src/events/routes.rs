//! `/v1/events`

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, dev::Payload};

use super::hub::Frames;
use super::model;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::error::{Error, Result};

/// Where a client was when it lost its stream: `Last-Event-ID`.
#[derive(Debug, Clone)]
pub struct LastEventId(Option<String>);

impl FromRequest for LastEventId {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // What is no text names no place, as does what is too long to be one.
        let text = request.headers().get("last-event-id").map(|value| match value.to_str() {
            Ok(text) if text.len() <= 100 => text.to_owned(),
            _ => String::new(),
        });
        ready(Ok(Self(text)))
    }
}

/// A stream of events.
pub struct EventStream(Frames);

impl Responder for EventStream {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/event-stream"))
            // Keeps the compression away, which would hold back small frames, and tells nginx to do the same.
            .insert_header((CONTENT_ENCODING, "identity"))
            .insert_header(("x-accel-buffering", "no"))
            .streaming(self.0)
    }
}

/// `GET /v1/events`
pub async fn stream(auth: Authorized<may::EventStream>, last: LastEventId) -> Result<EventStream> {
    let hub = Arc::clone(&auth.services().events);
    let session = (auth.claims().session_id, auth.claims().expires_at());
    let place = hub.admit(auth.claims().user_id)?;
    let (organisation_id, start) = auth
        .read(move |tx| {
            let start = model::start(tx, last.0.as_deref())?;
            tx.note(if last.0.is_some() { "came back" } else { "began" });
            Ok((tx.scope.home(), start))
        })
        .await?;
    Ok(EventStream(hub.open(place, organisation_id, session, start)))
}
