//! `/v1/me/calendar` and `/v1/calendar/{token}.ics`

use std::sync::Arc;

use actix_web::HttpRequest;
use serde::Serialize;
use utoipa::ToSchema;

use super::{model, store};
use crate::audit::AuditEvent;
use crate::authz::action::may;
use crate::authz::{Action, Authorized, Public};
use crate::db::types::Time;
use crate::error::Result;
use crate::http::answer::{CalendarFile, Json, NoContent};
use crate::http::client;
use crate::http::idempotency::{Created, Creation};
use crate::http::params::PathToken;

/// A new calendar address.
#[derive(Serialize, ToSchema)]
pub struct CalendarAddressOut {
    /// Subscribe to it in a calendar. Shown this once; whoever knows it sees your contact times until you end it.
    url: String,
}

/// The calendar address that is in use.
#[derive(Serialize, ToSchema)]
pub struct CalendarOut {
    /// When it was made (UTC).
    created_at: Time,
}

/// `POST /v1/me/calendar`
pub async fn create(auth: Authorized<may::CalendarCreate>) -> Result<Creation<CalendarAddressOut>> {
    // There is no body to tell from another.
    auth.create([0; 32], |tx| {
        let (token, hash) = model::new_token(tx.scope.organisation_id)?;
        store::put(&tx.scope, tx.conn, &hash)?;
        let settings = &tx.services.settings;
        let url = format!("{}/v1/calendar/{token}.ics", settings.public_url(settings.server.port));
        Ok(Created { location: None, version: None, view: CalendarAddressOut { url } })
    })
    .await
}

/// `GET /v1/me/calendar`
pub async fn show(auth: Authorized<may::CalendarShow>) -> Result<Json<CalendarOut>> {
    auth.read(|tx| Ok(Json(CalendarOut { created_at: store::created_at(&tx.scope, tx.conn)? }))).await
}

/// `DELETE /v1/me/calendar`
pub async fn end(auth: Authorized<may::CalendarEnd>) -> Result<NoContent> {
    auth.write(|tx| {
        store::end(&tx.scope, tx.conn)?;
        Ok(NoContent)
    })
    .await
}

/// `GET /v1/calendar/{token}.ics`
pub async fn feed(
    public: Public<may::CalendarFeed>,
    request: HttpRequest,
    token: PathToken,
) -> Result<CalendarFile> {
    let services = public.services();
    services.limits.admit_sign_in(client::address(&request))?;
    let now = services.clock.now();
    let inner = Arc::clone(services);
    let feed = services.audit.read(move |conn| {
        let (scope, text) = model::feed(&inner, conn, &token.0, now)?;
        let (organisation, user) = (scope.organisation_id, scope.user_id);
        let read = AuditEvent::on_account(organisation, user, Some(user), Action::CalendarFeed, now);
        Ok((text, Some(read)))
    });
    feed.await.map(CalendarFile)
}
