//! `/v1/webhooks`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{
    self, DeliveryView, SECRETS, Secrets, URL, WebhookStatus, WebhookView, WebhookWithSecret,
};
use super::store::{self, WebhookRow};
use crate::authz::action::may;
use crate::authz::{Authorized, Tx};
use crate::crypto::Access;
use crate::db::types::Id;
use crate::deliveries;
use crate::error::{Error, Result};
use crate::http::answer::{IfMatch, NoContent, Versioned};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Query};
use crate::http::text::Line;

/// `GET /v1/webhooks`
pub async fn list(auth: Authorized<may::WebhookList>, query: Query<PageQuery>) -> Result<Page<WebhookView>> {
    auth.read(move |tx| {
        let keyset = Keyset::plain(tx, "webhook.list", &query)?;
        let rows = store::list(&tx.scope, tx.conn, &keyset)?;
        let access = model::access(tx)?;
        keyset.page(tx, rows, |row| (row.created_at, row.id), |_, row| model::show(&access, &row))
    })
    .await
}

/// What `POST /v1/webhooks` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookIn {
    /// Where: `https://`, reachable from the internet, without a user name.
    url: Line<2_000>,
}

/// `POST /v1/webhooks`
pub async fn create(
    auth: Authorized<may::WebhookCreate>,
    body: Valid<WebhookIn>,
) -> Result<Creation<WebhookWithSecret>> {
    let (WebhookIn { url }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let id = Id::at(tx.now());
        tx.about(id);
        let url = model::checked(&url, &tx.services.settings.webhooks)?;
        if store::count(&tx.scope, tx.conn)? >= model::MOST {
            return Err(Error::conflict(
                "too-many-webhooks",
                format!("An organisation may have {} webhooks. Delete one that is not needed.", model::MOST),
            ));
        }
        let access = model::access(tx)?;
        let secrets = Secrets::new()?;
        let row = WebhookRow {
            organisation_id: tx.scope.organisation_id,
            id,
            url: access.seal(&URL, id, &url)?,
            secret: access.seal(&SECRETS, id, &secrets)?,
            status: WebhookStatus::Active,
            created_by: tx.scope.user_id,
            created_at: tx.now(),
            updated_at: tx.now(),
            version: 1,
        };
        store::insert(tx.conn, &row)?;
        Ok(Created {
            location: Some(format!("/v1/webhooks/{id}")),
            version: Some(row.version),
            view: WebhookWithSecret::new(model::show(&access, &row)?, &secrets),
        })
    })
    .await
}

/// `GET /v1/webhooks/{id}`
pub async fn show(auth: Authorized<may::WebhookShow>, id: PathId) -> Result<Versioned<WebhookView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let row = store::find(&tx.scope, tx.conn, id.0)?;
        let access = model::access(tx)?;
        Ok(Versioned { version: row.version, view: model::show(&access, &row)? })
    })
    .await
}

fn changed(tx: &mut Tx<'_, '_>, access: &Access, row: &WebhookRow) -> Result<Versioned<WebhookView>> {
    store::update(&tx.scope, tx.conn, row)?;
    let row = store::find(&tx.scope, tx.conn, row.id)?;
    Ok(Versioned { version: row.version, view: model::show(access, &row)? })
}

/// What `PATCH /v1/webhooks/{id}` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookPatch {
    /// A new address.
    #[serde(default)]
    url: Option<Line<2_000>>,
    /// Whether to call it. What could not be delivered while it was off is not sent later.
    #[serde(default)]
    status: Option<WebhookStatus>,
}

/// `PATCH /v1/webhooks/{id}`
pub async fn update(
    auth: Authorized<may::WebhookUpdate>,
    id: PathId,
    if_match: IfMatch,
    body: Valid<WebhookPatch>,
) -> Result<Versioned<WebhookView>> {
    let WebhookPatch { url, status } = body.into_inner();
    auth.write(move |tx| {
        tx.about(id.0);
        let mut row = store::find(&tx.scope, tx.conn, id.0)?;
        if_match.check(row.version)?;
        let access = model::access(tx)?;
        if let Some(url) = url {
            let url = model::checked(&url, &tx.services.settings.webhooks)?;
            row.url = access.seal(&URL, row.id, &url)?;
            tx.note("address changed");
        }
        row.status = status.unwrap_or(row.status);
        changed(tx, &access, &row)
    })
    .await
}

/// `DELETE /v1/webhooks/{id}`
pub async fn delete(auth: Authorized<may::WebhookDelete>, id: PathId) -> Result<NoContent> {
    auth.write(move |tx| {
        tx.about(id.0);
        store::delete(&tx.scope, tx.conn, id.0)?;
        deliveries::store::abandon_target(&tx.scope, tx.conn, id.0, "endpoint-deleted")?;
        Ok(NoContent)
    })
    .await
}

/// `POST /v1/webhooks/{id}/rotate-secret`
pub async fn rotate(
    auth: Authorized<may::WebhookRotate>,
    id: PathId,
) -> Result<Versioned<WebhookWithSecret>> {
    auth.write(move |tx| {
        tx.about(id.0);
        let mut row = store::find(&tx.scope, tx.conn, id.0)?;
        let access = model::access(tx)?;
        let secrets = access
            .open(&SECRETS, row.id, &row.secret)?
            .ok_or_else(|| Error::internal("the secret of a webhook cannot be opened"))?
            .rotated(tx.now())?;
        row.secret = access.seal(&SECRETS, row.id, &secrets)?;
        let Versioned { version, view } = changed(tx, &access, &row)?;
        Ok(Versioned { version, view: WebhookWithSecret::new(view, &secrets) })
    })
    .await
}

/// `GET /v1/webhooks/{id}/deliveries`
pub async fn deliveries(
    auth: Authorized<may::WebhookDeliveries>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<DeliveryView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        store::find(&tx.scope, tx.conn, id.0)?;
        let keyset = Keyset::plain(tx, format!("webhook.deliveries {}", id.0), &query)?;
        let rows = deliveries::store::list(&tx.scope, tx.conn, id.0, &keyset)?;
        keyset.page(tx, rows, |row| (row.created_at, row.id), |_, row| Ok(model::show_delivery(row)))
    })
    .await
}
