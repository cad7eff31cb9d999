//! `/v1/me/pack-key`: the key that my packs are sealed to unless I name another.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::authz::action::may;
use crate::authz::{Authorized, Class, Grants, Tx};
use crate::db::types::Time;
use crate::error::{Error, Result};
use crate::http::answer::{Json, NoContent};
use crate::http::body::Valid;
use crate::http::text::Line;
use crate::packs::model::{self, PACK_KEY};
use crate::packs::store::{self, KeyRow};
use crate::view;

const STAFF: Grants = Grants::of(&[Class::Outline]);

/// What `PUT /v1/me/pack-key` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PackKeyIn {
    /// A public key of age, `age1...`; its other half stays on the device.
    recipient: Line<200>,
}

view! {
    /// The key that my packs are sealed to.
    pub struct PackKeyView from PackKeyFields {
        /// The public key.
        outline recipient: String,
        /// What coordinators tell it apart by: the first eight bytes of its SHA-256.
        outline fingerprint: String,
        /// Since when (UTC).
        outline set_at: Time,
    }
}

fn show(recipient: String, set_at: Time) -> PackKeyView {
    PackKeyFields { fingerprint: model::fingerprint(&recipient), recipient, set_at }.redact(STAFF)
}

/// `PUT /v1/me/pack-key`
pub async fn put(auth: Authorized<may::PackKeyPut>, body: Valid<PackKeyIn>) -> Result<Json<PackKeyView>> {
    let recipient = model::recipient("/recipient", body.into_inner().recipient.as_str())?.to_string();
    auth.write(move |tx| {
        about_me(tx);
        tx.note(format!("fingerprint {}", model::fingerprint(&recipient)));
        let (user_id, set_at) = (tx.scope.user_id, tx.now());
        let row = KeyRow {
            organisation_id: tx.scope.organisation_id,
            user_id,
            recipient: tx.organisation_access(STAFF)?.seal(&PACK_KEY, user_id, &recipient)?,
            session_id: tx.scope.session_id,
            set_at,
        };
        store::put_key(tx.conn, &row)?;
        Ok(Json(show(recipient, set_at)))
    })
    .await
}

/// `GET /v1/me/pack-key`
pub async fn get(auth: Authorized<may::PackKeyShow>) -> Result<Json<PackKeyView>> {
    auth.read(|tx| {
        about_me(tx);
        let row = store::my_key(&tx.scope, tx.conn)?;
        let recipient = tx.organisation_access(STAFF)?.open(&PACK_KEY, row.user_id, &row.recipient)?;
        Ok(Json(show(recipient.unwrap_or_default(), row.set_at)))
    })
    .await
}

/// `DELETE /v1/me/pack-key`
pub async fn end(auth: Authorized<may::PackKeyEnd>) -> Result<NoContent> {
    auth.write(|tx| {
        about_me(tx);
        if store::forget_key(&tx.scope, tx.conn, tx.scope.user_id, None)? {
            Ok(NoContent)
        } else {
            Err(Error::not_found())
        }
    })
    .await
}

fn about_me(tx: &mut Tx<'_, '_>) {
    tx.about(tx.scope.user_id);
}
