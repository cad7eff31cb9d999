//! `/v1/auth/step-up`, `/v1/me/totp`, `/v1/me/recovery-codes`, `/v1/users/{id}/totp`

use actix_web::HttpRequest;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{self, Checked, Factor, NoticeKind, Offered};
use super::store;
use crate::audit::AuditEvent;
use crate::auth::guessing::{self, Guesses};
use crate::auth::hashing::Told;
use crate::auth::model::PASSWORD_HASH;
use crate::authz::action::may;
use crate::authz::{Action, Authorized, Class, Grants};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::{Json, NoContent, Witnessed};
use crate::http::body::Valid;
use crate::http::client;
use crate::http::params::PathId;
use crate::http::text::Line;
use crate::{auth, duress, users};

/// What `POST /v1/auth/step-up` takes: exactly one of the three.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUpIn {
    /// A code of the authenticator app.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    totp: Option<SecretString>,
    /// A recovery code; it is used up.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    recovery_code: Option<SecretString>,
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

/// What was offered, and where in the body it stood.
enum Proof {
    Password(SecretString),
    Second(Offered),
}

impl StepUpIn {
    fn into_proof(self) -> Result<(&'static str, Proof)> {
        match (self.totp, self.recovery_code, self.password) {
            (Some(code), None, None) => Ok(("/totp", Proof::Second(Offered::Totp(code)))),
            (None, Some(code), None) => Ok(("/recovery_code", Proof::Second(Offered::RecoveryCode(code)))),
            (None, None, Some(password)) => Ok(("/password", Proof::Password(password))),
            _ => Err(Error::invalid("", "must have exactly one of `totp`, `recovery_code` and `password`")),
        }
    }
}

/// `POST /v1/auth/step-up`
pub async fn step_up(
    auth: Authorized<may::StepUp>,
    request: HttpRequest,
    body: Valid<StepUpIn>,
) -> Result<Witnessed<Json<StepUpOut>>> {
    let services = auth.services().clone();
    services.limits.admit_sign_in(client::address(&request))?;
    let shown = Witnessed::by(&auth);
    let (pointer, proof) = body.into_inner().into_proof()?;
    let is_password = matches!(proof, Proof::Password(_));
    let (guesses, owner, phc, other) = auth
        .prepare(move |tx| {
            let user = users::store::find(&tx.scope, tx.conn, tx.scope.user_id)?;
            let guesses = Guesses::in_session(tx, &user.email_hash)?;
            let owner = (user.organisation_id, user.id);
            if is_password && store::has_factor(tx.conn, owner.0, owner.1)? {
                return Err(Error::invalid(pointer, "is not enough: send a code of your authenticator app"));
            }
            let access = tx.organisation_access(Grants::of(&[Class::Outline]))?;
            let phc = access.open_opt(&PASSWORD_HASH, user.id, user.password_hash.as_ref())?;
            let other = duress::model::hash_of(tx.conn, &access, owner.0, owner.1)?;
            Ok((guesses, (owner, tx.scope.is_coerced()), phc, other))
        })
        .await?;
    guesses.take_turn(&services).await?;
    let (account, is_coerced) = owner;
    let second = match proof {
        Proof::Second(offered) => Some(offered),
        Proof::Password(password) => {
            // Whoever came in with one of the two passwords knows that one, and is asked for it again.
            let wanted = if is_coerced { Told::Duress } else { Told::Password };
            if services.hasher.tell(password, phc, other).await? != wanted {
                return Err(wrong(&services, &guesses, account, pointer).await?);
            }
            None
        }
    };
    let fresh_seconds = services.settings.auth.step_up_seconds;
    let (key, now) = (guesses.key().to_vec(), services.clock.now());
    let proven = auth
        .write(move |tx| {
            let factor = match second {
                None => Factor::Password,
                Some(offered) => {
                    let access = tx.organisation_access(Grants::of(&[Class::Outline]))?;
                    match model::check(tx.conn, &access, account, Some(&offered), now)? {
                        Checked::Right(factor) => factor,
                        Checked::NotNeeded | Checked::Missing | Checked::Wrong => {
                            return Ok(None);
                        }
                    }
                }
            };
            auth::store::guesses::clear_failures(tx.conn, &key)?;
            store::prove(&tx.scope, tx.conn, factor)?;
            tx.note(factor.as_str());
            Ok(Some(StepUpOut { fresh_until: tx.now().plus_seconds(fresh_seconds) }))
        })
        .await?;
    match proven {
        Some(answer) => Ok(shown.with(Json(answer))),
        None => Err(wrong(&services, &guesses, account, pointer).await?),
    }
}

/// Counts a wrong proof, puts it on record, and says so.
async fn wrong(
    services: &crate::app::Services,
    guesses: &Guesses,
    (organisation, user): (Id, Id),
    pointer: &'static str,
) -> Result<Error> {
    let now = services.clock.now();
    // Whoever it was, they have not shown to be the user.
    let event = AuditEvent::on_account(organisation, user, None, Action::StepUp, now);
    guessing::count(services, guesses.key().to_vec(), Some(event), now).await?;
    Ok(Error::invalid(pointer, "is not right, or was used before"))
}

/// What `POST /v1/me/totp` takes. Nothing of it is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpIn {
    /// What the app shows beside the code, to whoever looks at the phone: `Account` if not said. Neither this service nor
    /// the address is named.
    #[serde(default)]
    label: Option<Line<40>>,
}

/// A new secret, shown once.
#[derive(Serialize, ToSchema)]
pub struct TotpOut {
    /// To type into an authenticator app: base32.
    secret: String,
    /// The same for a QR code: `otpauth://totp/...`.
    uri: String,
    /// Until when its first code is to be sent to `POST /v1/me/totp/confirm` (UTC).
    expires_at: Time,
}

/// `POST /v1/me/totp`
pub async fn enrol(auth: Authorized<may::TotpEnrol>, body: Valid<TotpIn>) -> Result<Json<TotpOut>> {
    let label = body.into_inner().label.map_or_else(|| "Account".to_owned(), Line::into_inner);
    auth.write(move |tx| {
        let (secret, uri) = model::begin(tx, &label)?;
        Ok(Json(TotpOut { secret, uri, expires_at: tx.now().plus_seconds(model::PENDING_SECONDS) }))
    })
    .await
}

/// What `POST /v1/me/totp/confirm` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmIn {
    /// The code that the app shows for the new secret.
    #[schema(value_type = String)]
    code: SecretString,
}

/// Recovery codes, shown once.
#[derive(Serialize, ToSchema)]
pub struct CodesOut {
    /// Each is good once, in the place of a code of the app. Keep them on paper, apart from the phone.
    recovery_codes: Vec<String>,
}

/// `POST /v1/me/totp/confirm`
pub async fn confirm(auth: Authorized<may::TotpConfirm>, body: Valid<ConfirmIn>) -> Result<Json<CodesOut>> {
    let code = body.into_inner().code;
    let services = auth.services().clone();
    let (guesses, account) = auth
        .prepare(|tx| {
            let user = users::store::find(&tx.scope, tx.conn, tx.scope.user_id)?;
            Ok((Guesses::in_session(tx, &user.email_hash)?, (user.organisation_id, user.id)))
        })
        .await?;
    guesses.take_turn(&services).await?;
    let made = auth.write(move |tx| model::confirm(tx, &code)).await?;
    match made {
        Some(recovery_codes) => Ok(Json(CodesOut { recovery_codes })),
        None => Err(wrong(&services, &guesses, account, "/code").await?),
    }
}

/// `DELETE /v1/me/totp`
pub async fn remove(auth: Authorized<may::TotpRemove>) -> Result<NoContent> {
    auth.write(|tx| {
        let (organisation, user, now) = (tx.scope.organisation_id, tx.scope.user_id, tx.scope.now);
        if tx.services.settings.auth.second_factor_required_for.contains(&tx.scope.role) {
            return Err(Error::conflict(
                "factor-required",
                "Your role needs a second factor. POST /v1/me/totp replaces the one you have.",
            ));
        }
        if !store::forget(tx.conn, organisation, user)? {
            return Err(Error::not_found());
        }
        store::notice(tx.conn, organisation, user, NoticeKind::FactorRemoved, now)?;
        Ok(NoContent)
    })
    .await
}

/// `POST /v1/me/recovery-codes`
pub async fn renew_codes(auth: Authorized<may::RecoveryCodesMake>) -> Result<Json<CodesOut>> {
    auth.write(|tx| {
        let (organisation, user, now) = (tx.scope.organisation_id, tx.scope.user_id, tx.scope.now);
        if !store::has_factor(tx.conn, organisation, user)? {
            return Err(Error::conflict("no-factor", "There is no authenticator app to recover from."));
        }
        store::notice(tx.conn, organisation, user, NoticeKind::RecoveryCodesMade, now)?;
        Ok(Json(CodesOut { recovery_codes: model::new_recovery_codes(tx)? }))
    })
    .await
}

/// `DELETE /v1/users/{id}/totp`
pub async fn reset(auth: Authorized<may::UserTotpReset>, id: PathId) -> Result<NoContent> {
    auth.write(move |tx| {
        tx.about(id.0);
        if id.0 == tx.scope.user_id {
            return Err(Error::conflict("own-account", "Another admin resets yours."));
        }
        let user = users::store::find(&tx.scope, tx.conn, id.0)?;
        let (organisation, now) = (tx.scope.organisation_id, tx.scope.now);
        if !store::forget(tx.conn, organisation, user.id)? {
            return Err(Error::not_found());
        }
        let ended = auth::store::revoke_sessions(&tx.scope, tx.conn, user.id, None)?;
        auth::store::guesses::forget_devices(tx.conn, organisation, user.id)?;
        store::notice(tx.conn, organisation, user.id, NoticeKind::FactorReset, now)?;
        tx.note(format!("{ended} sessions ended"));
        Ok(NoContent)
    })
    .await
}
