//! `/healthz`, `/readyz`, `/metrics`, `/openapi.json`, `/docs`, `/welcome`

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;
use serde::Serialize;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;

use super::store;
use crate::authz::action::may;
use crate::authz::{AtGate, Public};
use crate::crypto::secret::sha256;
use crate::error::{Error, Result};
use crate::http::answer::Json;
use crate::http::client;
use crate::http::openapi::document;
use crate::{routes, watch};

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub struct HealthOut {
    /// Always `ok`.
    status: &'static str,
}

/// `GET /healthz`
pub async fn health(_gate: AtGate<may::Health>) -> Result<Json<HealthOut>> {
    Ok(Json(HealthOut { status: "ok" }))
}

/// `GET /readyz`
pub async fn ready(gate: AtGate<may::Ready>) -> Result<Json<HealthOut>> {
    let gate = gate.gate();
    if gate.house().stop.is_leaving() {
        return Err(Error::stopping());
    }
    gate.services()?.db.read(store::ping).await?;
    Ok(Json(HealthOut { status: "ok" }))
}

/// `GET /metrics`
pub async fn metrics(public: Public<may::Metrics>, request: HttpRequest) -> Result<String> {
    let services = public.services();
    let token = services.settings.server.metrics_token.expose_secret();
    let admitted = if token.is_empty() {
        client::address(&request).is_some_and(|address| address.is_loopback())
    } else {
        let sent = request.headers().get(header::AUTHORIZATION).map(header::HeaderValue::as_bytes);
        let sent = sent.and_then(|value| value.strip_prefix(b"Bearer ")).unwrap_or_default();
        bool::from(sent.ct_eq(token.as_bytes()))
    };
    if !admitted {
        return Err(Error::not_found());
    }
    let now = services.clock.now();
    let counts = services.db.read(move |conn| watch::store::counts(conn, now)).await?;
    services.house.metrics.text(&counts)
}

/// Pages and the document: nothing in them is worth a permission.
pub fn configure(app: &mut ServiceConfig) {
    let document = document(routes::table());
    let json = document.to_json().unwrap_or_default();
    app.service(web::resource("/openapi.json").route(web::get().to(move || {
        let json = json.clone();
        async move { HttpResponse::Ok().content_type("application/json").body(json) }
    })));
    app.service(web::resource("/welcome").route(web::get().to(welcome)));
    app.service(web::resource("/docs").route(web::get().to(async || {
        HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
    })));
    app.service(
        web::scope("/docs")
            .wrap(actix_web::middleware::DefaultHeaders::new().add((
                header::CONTENT_SECURITY_POLICY,
                "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
            )))
            .service(
                utoipa_swagger_ui::SwaggerUi::new("/{_:.*}")
                    .config(utoipa_swagger_ui::Config::from("/openapi.json")),
            ),
    );
}

/// Sets the first password, from a set-up link or an invitation. The token is behind the `#`, which no browser
/// sends and no log sees; the page posts it in a body.
const WELCOME: &str = include_str!("welcome.html");

/// Lets exactly the page's own script run.
static WELCOME_POLICY: LazyLock<String> = LazyLock::new(|| {
    let script = WELCOME.split_once("<script>").and_then(|(_, rest)| rest.split_once("</script>"));
    let hash = STANDARD.encode(sha256(script.map(|(script, _)| script).unwrap_or_default().as_bytes()));
    format!(
        "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; connect-src 'self'; \
         frame-ancestors 'none'"
    )
});

async fn welcome() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, WELCOME_POLICY.as_str()))
        .body(WELCOME)
}
