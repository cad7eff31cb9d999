//! `/v1/system`

use actix_web::HttpRequest;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::SealView;
use super::store;
use crate::authz::action::may;
use crate::authz::{AtGate, Authorized};
use crate::error::{Error, Result};
use crate::http::answer::Json;
use crate::http::body::Valid;
use crate::http::text::Line;

/// `GET /v1/system/seal`
pub async fn show(gate: AtGate<may::SealShow>) -> Result<Json<SealView>> {
    Ok(Json(gate.gate().view().await))
}

/// What `POST /v1/system/seal` takes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SealIn {
    /// Why, for those who open it again: it is in the audit log.
    reason: Line<500>,
}

/// `POST /v1/system/seal`
pub async fn seal(auth: Authorized<may::SystemSeal>, body: Valid<SealIn>) -> Result<Json<SealView>> {
    let services = auth.services().clone();
    let SealIn { reason } = body.into_inner();
    auth.write(move |tx| {
        tx.note(reason.into_inner());
        store::seal(tx.conn, Some(tx.scope.organisation_id), tx.scope.now)
    })
    .await?;
    services.seal();
    Ok(Json(SealView { sealed: true, ..SealView::OPEN }))
}

/// What `POST /v1/system/unseal` takes: exactly one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnsealIn {
    /// One share as it was printed, however it is spaced.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    share: Option<SecretString>,
    /// The passphrase, or the identity (`AGE-SECRET-KEY-1...`), that opens the root key file.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    passphrase: Option<SecretString>,
}

/// `POST /v1/system/unseal`
pub async fn unseal(
    gate: AtGate<may::SystemUnseal>,
    request: HttpRequest,
    body: Valid<UnsealIn>,
) -> Result<Json<SealView>> {
    let gate = gate.gate();
    gate.limits().admit_sign_in(request.peer_addr().map(|address| address.ip()))?;
    let UnsealIn { share, passphrase } = body.into_inner();
    let view = match (share, passphrase) {
        (Some(share), None) => gate.give_share(share.expose_secret()).await?,
        (None, Some(passphrase)) => gate.give_passphrase(passphrase.expose_secret().to_owned()).await?,
        _ => return Err(Error::invalid("/share", "Give a share or a passphrase, one of the two.")),
    };
    Ok(Json(view))
}
