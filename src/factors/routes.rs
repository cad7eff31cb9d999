//! `/v1/auth/step-up`

use actix_web::HttpRequest;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::Factor;
use super::store;
use crate::audit::{self, AuditEvent};
use crate::auth::model::{PASSWORD_HASH, guess_key};
use crate::authz::action::may;
use crate::authz::{Action, Authorized, Class, Grants};
use crate::db::types::Time;
use crate::error::{Error, Result};
use crate::http::answer::{Json, Witnessed};
use crate::http::body::Valid;
use crate::{auth, users};

/// What `POST /v1/auth/step-up` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUpIn {
    /// The password, for accounts without a second factor.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<SecretString>,
}

/// Until when the proof is fresh.
#[derive(Serialize, ToSchema)]
pub struct StepUpOut {
    /// What asks for a fresh proof is done until then (UTC).
    fresh_until: Time,
}

/// `POST /v1/auth/step-up`
pub async fn step_up(
    auth: Authorized<may::StepUp>,
    request: HttpRequest,
    body: Valid<StepUpIn>,
) -> Result<Witnessed<Json<StepUpOut>>> {
    let services = auth.services().clone();
    services.limits.admit_sign_in(request.peer_addr().map(|address| address.ip()))?;
    let shown = Witnessed::by(&auth);
    let password = body.into_inner().password.ok_or_else(|| Error::invalid("/password", "is missing"))?;
    let key = services.email_key.clone();
    let (guesses, owner, phc) = auth
        .prepare(move |tx| {
            let user = users::store::find(&tx.scope, tx.conn, tx.scope.user_id)?;
            let guesses = guess_key(&key, &user.email_hash, tx.scope.session_id);
            auth::store::check_not_waiting(tx.conn, &guesses, tx.scope.now)?;
            if store::has_factor(tx.conn, tx.scope.organisation_id, user.id)? {
                return Err(Error::invalid("/password", "is not enough: send a code of your authenticator app"));
            }
            let access = tx.organisation_access(Grants::of(&[Class::Outline]))?;
            let phc = access.open_opt(&PASSWORD_HASH, user.id, user.password_hash.as_ref())?;
            Ok((guesses, (user.organisation_id, user.id), phc))
        })
        .await?;
    if !services.hasher.verify(password, phc).await? {
        let now = services.clock.now();
        services
            .db
            .write(move |conn| {
                auth::store::count_failure(conn, &guesses, now)?;
                // Whoever it was, they have not shown to be the user.
                let (organisation, user) = owner;
                let event = AuditEvent::on_account(organisation, user, None, Action::StepUp, now);
                audit::store::insert(conn, &[event])
            })
            .await?;
        return Err(Error::invalid("/password", "is not your password"));
    }
    let fresh_seconds = services.settings.auth.step_up_seconds;
    let answer = auth.write(move |tx| {
        auth::store::clear_failures(tx.conn, &guesses)?;
        store::prove(&tx.scope, tx.conn, Factor::Password)?;
        Ok(Json(StepUpOut { fresh_until: tx.now().plus_seconds(fresh_seconds) }))
    });
    Ok(shown.with(answer.await?))
}
