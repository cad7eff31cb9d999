//! `/v1/me/duress-password`

use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use super::model::HASH;
use super::store;
use crate::auth::hashing::Told;
use crate::auth::model::PASSWORD_HASH;
use crate::auth::passwords;
use crate::authz::action::may;
use crate::authz::{Authorized, Class, Grants};
use crate::error::{Error, Result};
use crate::http::answer::NoContent;
use crate::http::body::Valid;
use crate::users;

/// What `PUT /v1/me/duress-password` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DuressIn {
    /// The password to give when forced. It must be as good as any, and another than the password.
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// `PUT /v1/me/duress-password`
pub async fn put(auth: Authorized<may::DuressPut>, body: Valid<DuressIn>) -> Result<NoContent> {
    let password = body.into_inner().password;
    let services = auth.services().clone();
    let (phc, context) = auth
        .prepare(|tx| {
            let access = tx.organisation_access(Grants::of(&[Class::Outline]))?;
            let user = users::store::find(&tx.scope, tx.conn, tx.scope.user_id)?;
            let phc = access.open_opt(&PASSWORD_HASH, user.id, user.password_hash.as_ref())?;
            Ok((phc, passwords::context_of(tx, &access, &user)?))
        })
        .await?;
    passwords::check("/password", &password, &context, services.settings.auth.password_min_chars)?;
    let phc = phc.ok_or_else(|| Error::internal("an account without a password is signed in"))?;
    if services.hasher.tell(password.clone(), Some(phc.clone()), None).await? == Told::Password {
        return Err(Error::invalid("/password", "must be another than the password"));
    }
    let hash = services.hasher.bare_hash_like(password, phc).await?;
    auth.write(move |tx| {
        let access = tx.organisation_access(Grants::NONE)?;
        let (organisation, user) = (tx.scope.organisation_id, tx.scope.user_id);
        store::put(tx.conn, organisation, user, &access.seal_bytes(&HASH, user, &hash)?, tx.scope.now)?;
        Ok(NoContent)
    })
    .await
}

/// `DELETE /v1/me/duress-password`
pub async fn forget(auth: Authorized<may::DuressEnd>) -> Result<NoContent> {
    auth.write(|tx| {
        // Whether there was one is not told.
        store::forget(tx.conn, tx.scope.organisation_id, tx.scope.user_id)?;
        Ok(NoContent)
    })
    .await
}
