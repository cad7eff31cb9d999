//! Signing in and staying signed in; first passwords.

pub mod login;
pub mod me;

use actix_web::HttpRequest;
use actix_web::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{OneTimeKind, PASSWORD_HASH, UserStatus};
use super::passwords::{self, Context};
use super::proof::{Offered, Proof, Thumbprint};
use super::store;
use crate::app::Services;
use crate::audit::{self, AuditEvent, Outcome};
use crate::authz::action::may;
use crate::authz::{Action, Authorized, Class, Grants, Public, Role, Scope};
use crate::crypto::Keyring;
use crate::crypto::secret::{random_bytes, sha256};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::{Json, NoContent, Witnessed};
use crate::http::body::Valid;
use crate::http::text::{Email, Line};
use crate::{duress, users};

/// What signing in and refreshing give.
#[derive(Serialize, ToSchema)]
pub struct TokensOut {
    /// Send it as `Authorization: Bearer`, or as `Authorization: DPoP` with a proof: as `token_type` says.
    access_token: String,
    /// `DPoP` for a session that began with a proof of possession, `Bearer` for any other.
    token_type: TokenType,
    /// Seconds until the access token ends.
    expires_in: i64,
    /// Works once; the next one comes with the next access token.
    refresh_token: String,
    /// Only in the answer to a sign-in: to be kept on the device, and sent with the next sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    device_token: Option<String>,
}

crate::words! {
    /// How an access token is sent.
    pub enum TokenType {
        /// Alone.
        Bearer = "Bearer",
        /// With a proof that the key of the device has made for the request (RFC 9449).
        Dpop = "DPoP",
    }
}

impl TokenType {
    /// Of a token that is bound to this key.
    fn of(key: Option<Thumbprint>) -> Self {
        if key.is_some() { Self::Dpop } else { Self::Bearer }
    }
}

/// What `POST /v1/auth/refresh` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshIn {
    /// The latest refresh token of the session.
    #[schema(value_type = String)]
    refresh_token: SecretString,
}

/// `POST /v1/auth/refresh`
pub async fn refresh(
    public: Public<may::Refresh>,
    proof: Offered,
    body: Valid<RefreshIn>,
) -> Result<Witnessed<Json<TokensOut>>> {
    let services = public.services();
    let now = services.clock.now();
    let (organisation, session, hash) = read_refresh_token(body.refresh_token.expose_secret())?;
    let proof = proof.check(services)?;
    let key = proof.as_ref().map(Proof::key);
    let inner = services.clone();
    let outcome = services
        .db
        .write_first(move |conn| {
            let Some(bound_to) = store::key_of_refresh_token(conn, organisation, session, &hash)? else {
                return Ok(None);
            };
            // Before the token is used up: who has it and not the key cannot even end the session with it.
            check_holder(bound_to.as_deref(), key)?;
            if let Some(proof) = proof {
                proof.spend(conn, organisation)?;
            }
            let Some(fresh) = store::use_refresh_token(conn, organisation, session, &hash, now)? else {
                return Ok(None);
            };
            if !fresh {
                // Used twice: one of the two holders is a thief, and nobody knows which. This commits.
                store::kill_family(conn, organisation, session, now)?;
                return Ok(None);
            }
            let Some((user_id, role)) = store::live_session(conn, organisation, session, now)? else {
                return Ok(None);
            };
            if key.is_none() && inner.settings.auth.proof_required_for.contains(&role) {
                return Err(Error::proof_required());
            }
            store::touch_session(conn, organisation, session, now)?;
            let token = issue_refresh_token(&inner, conn, organisation, session, now)?;
            let scope = Scope {
                organisation_id: organisation,
                user_id,
                role,
                session_id: Some(session),
                now,
                coerced_at_home: None,
                glass: None,
            };
            audit::store::insert(conn, &[AuditEvent::new(&scope, Action::Refresh, Outcome::Done)])?;
            Ok(Some((user_id, token)))
        })
        .await?;
    let (user, refresh_token) = outcome.ok_or_else(Error::invalid_refresh_token)?;
    let (access_token, expires_in) = services.tokens.issue(organisation, user, session, key, now)?;
    let (token_type, device_token) = (TokenType::of(key), None);
    let tokens = Json(TokensOut { access_token, token_type, expires_in, refresh_token, device_token });
    Ok(Witnessed::of(services, organisation).with(tokens))
}

/// Refuses whoever is not the holder of the key that a session is bound to. It is bound when it begins, or never: otherwise
/// whoever finds a token could make it theirs.
fn check_holder(bound_to: Option<&[u8]>, key: Option<Thumbprint>) -> Result<()> {
    match (bound_to, key) {
        (None, None) => Ok(()),
        (Some(bound_to), Some(key)) if bound_to == key.as_bytes() => Ok(()),
        (Some(_), None) => Err(Error::proof_required()),
        (Some(_), Some(_)) => Err(Error::invalid_proof("it is of another key than the session")),
        (None, Some(_)) => Err(Error::invalid_proof("this session is bound to no key; sign in with a proof")),
    }
}

/// Organisation, session and 32 random bytes; only the hash of the whole is stored.
fn issue_refresh_token(
    services: &Services,
    conn: &mut Conn<'_>,
    organisation: Id,
    session: Id,
    now: Time,
) -> Result<String> {
    let secret: [u8; 32] = random_bytes()?;
    let bytes = [organisation.as_bytes().as_slice(), session.as_bytes(), &secret].concat();
    let expires_at = now.plus_seconds(services.settings.auth.refresh_token_days * 86_400);
    store::insert_refresh_token(conn, organisation, session, &sha256(&bytes), now, expires_at)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

fn read_refresh_token(token: &str) -> Result<(Id, Id, [u8; 32])> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == 64);
    let bytes = bytes.ok_or_else(Error::invalid_refresh_token)?;
    match (Id::from_slice(&bytes[..16]), Id::from_slice(&bytes[16..32])) {
        (Some(organisation), Some(session)) => Ok((organisation, session, sha256(&bytes))),
        _ => Err(Error::invalid_refresh_token()),
    }
}

fn device(request: &HttpRequest) -> String {
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    agent.unwrap_or("unnamed").chars().take(200).collect()
}

/// `POST /v1/auth/logout`
pub async fn logout(auth: Authorized<may::Logout>) -> Result<NoContent> {
    auth.write(|tx| {
        let session = tx.scope.session_id.ok_or_else(Error::unauthenticated)?;
        store::revoke_session(&tx.scope, tx.conn, tx.scope.user_id, session)?;
        Ok(NoContent)
    })
    .await
}

/// What `POST /v1/setup` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupIn {
    /// From the link that the server printed.
    #[schema(value_type = String)]
    token: SecretString,
    /// What the organisation calls itself.
    organisation: Line<200>,
    /// The first admin's name.
    name: Line<200>,
    /// The first admin's address.
    email: Email,
    /// The first admin's password.
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// `POST /v1/setup`
pub async fn setup(public: Public<may::Setup>, body: Valid<SetupIn>) -> Result<NoContent> {
    let services = public.services();
    let SetupIn { token, organisation, name, email, password } = body.into_inner();
    let context = Context::of(&[organisation.as_str(), name.as_str(), email.as_str()]);
    passwords::check("/password", &password, &context, services.settings.auth.password_min_chars)?;
    let hash = services.hasher.hash(password).await?;
    let now = services.clock.now();
    let inner = services.clone();
    services
        .db
        .write(move |conn| {
            store::use_one_time_token(
                conn,
                OneTimeKind::Setup,
                &sha256(token.expose_secret().as_bytes()),
                now,
            )?;
            let organisation_id = users::model::found_organisation(&inner, conn, organisation.as_str(), now)?;
            let admin = users::model::NewUser {
                name: name.into_inner(),
                email,
                role: Role::Admin,
                affiliation: None,
            };
            let admin = users::model::add(&inner, conn, organisation_id, &admin, Some(&hash), now)?;
            let founded =
                AuditEvent::on_account(organisation_id, admin.id, Some(admin.id), Action::Setup, now);
            audit::store::insert(conn, &[founded])?;
            Ok(NoContent)
        })
        .await
}

/// What `POST /v1/invitations/accept` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptIn {
    /// From the invitation.
    #[schema(value_type = String)]
    token: SecretString,
    /// The password to sign in with from now on.
    #[schema(value_type = String, format = Password)]
    password: SecretString,
}

/// `POST /v1/invitations/accept`
pub async fn accept_invitation(
    public: Public<may::InvitationAccept>,
    body: Valid<AcceptIn>,
) -> Result<NoContent> {
    let services = public.services();
    let AcceptIn { token, password } = body.into_inner();
    let now = services.clock.now();
    let context = {
        let (hash, keyring) = (sha256(token.expose_secret().as_bytes()), services.keyring.clone());
        services.db.read(move |conn| context_of_invitation(conn, &keyring, &hash, now)).await?
    };
    passwords::check("/password", &password, &context, services.settings.auth.password_min_chars)?;
    let hash = services.hasher.hash(password).await?;
    let keyring = services.keyring.clone();
    services
        .db
        .write(move |conn| {
            let hash_of_token = sha256(token.expose_secret().as_bytes());
            let owner = store::use_one_time_token(conn, OneTimeKind::Invitation, &hash_of_token, now)?;
            let (organisation, user) =
                owner.ok_or_else(|| Error::internal("an invitation belongs to nobody"))?;
            let account = store::account_by_id(conn, organisation, user)?;
            if account.is_none_or(|account| account.status != UserStatus::Invited) {
                return Err(Error::unprocessable(
                    "invalid-token",
                    "This account is not waiting for an invitation.",
                ));
            }
            let access = keyring.organisation(conn, organisation)?.vault().granted(Grants::NONE);
            let sealed = access.seal(&PASSWORD_HASH, user, &hash)?;
            store::set_password(conn, organisation, user, &sealed, now)?;
            // One from before has another salt, and opens nothing.
            duress::store::forget(conn, organisation, user)?;
            let accepted =
                AuditEvent::on_account(organisation, user, Some(user), Action::InvitationAccept, now);
            audit::store::insert(conn, &[accepted])?;
            Ok(NoContent)
        })
        .await
}

/// What is known of whoever was invited; nothing for a token that is none.
fn context_of_invitation(conn: &mut Conn<'_>, keyring: &Keyring, hash: &[u8], now: Time) -> Result<Context> {
    let owner = store::owner_of_one_time_token(conn, OneTimeKind::Invitation, hash, now)?;
    let Some((organisation, user)) = owner else { return Ok(Context::default()) };
    let access = keyring.organisation(conn, organisation)?.vault().granted(Grants::of(&[Class::Outline]));
    let (name, email, organisation_name) = store::names_around(conn, organisation, user)?;
    let known = [
        access.open(&users::model::NAME, user, &name)?,
        access.open(&users::model::EMAIL, user, &email)?,
        access.open(&users::model::ORGANISATION_NAME, organisation, &organisation_name)?,
    ];
    Ok(Context::of(&known.iter().flatten().map(String::as_str).collect::<Vec<_>>()))
}
