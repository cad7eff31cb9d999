//! Signing in and staying signed in; first passwords.

pub mod me;

use actix_web::HttpRequest;
use actix_web::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{self, Account, DEVICE, OneTimeKind, PASSWORD_HASH, UserStatus};
use super::store::{self, SessionRow};
use crate::app::Services;
use crate::audit::{self, AuditEvent, Outcome};
use crate::authz::action::may;
use crate::authz::{Action, Authorized, Class, Grants, Public, Role, Scope};
use crate::crypto::secret::{random_bytes, sha256};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::{Json, NoContent, Witnessed};
use crate::http::body::Valid;
use crate::http::text::{Email, Line};
use crate::users;

/// What `POST /v1/auth/login` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginIn {
    /// The address that the account was made with.
    email: Email,
    /// The password.
    #[schema(value_type = String, format = Password)]
    password: SecretString,
    /// The second factor, for accounts that have one. None can have one yet; it is accepted and not needed.
    #[serde(default, rename = "totp")]
    _totp: Option<Line<16>>,
}

/// What signing in and refreshing give.
#[derive(Serialize, ToSchema)]
pub struct TokensOut {
    /// Send it as `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token ends.
    expires_in: i64,
    /// Works once; the next one comes with the next access token.
    refresh_token: String,
}

/// `POST /v1/auth/login`
pub async fn login(
    public: Public<may::Login>,
    request: HttpRequest,
    body: Valid<LoginIn>,
) -> Result<Witnessed<Json<TokensOut>>> {
    let services = public.services();
    services.limits.admit_sign_in(request.peer_addr().map(|address| address.ip()))?;
    let LoginIn { email, password, .. } = body.into_inner();
    let device = device(&request);
    let now = services.clock.now();
    let email_hash = model::email_hash(&services.email_key()?, email.as_str());

    let (account, phc) = {
        let (hash, keyring) = (email_hash.clone(), services.keyring.clone());
        services
            .db
            .read(move |conn| {
                store::check_not_waiting(conn, &hash, now)?;
                let account = store::account_by_email(conn, &hash)?;
                let phc = match &account {
                    Some(Account { organisation_id, user_id, password_hash: Some(sealed), .. }) => keyring
                        .organisation(conn, *organisation_id)?
                        .vault()
                        .granted(Grants::of(&[Class::Outline]))
                        .open(&PASSWORD_HASH, *user_id, sealed)?,
                    _ => None,
                };
                Ok((account, phc))
            })
            .await?
    };
    let right = services.hasher.verify(password, phc).await?;
    let tried = account.as_ref().map(|account| (account.organisation_id, account.user_id));
    let account = account.filter(|account| account.status == UserStatus::Active);
    let Some(account) = account.filter(|_| right) else {
        services.db.write(move |conn| record_failure(conn, &email_hash, tried, now)).await?;
        return Err(Error::invalid_credentials());
    };

    let inner = services.clone();
    let (session, refresh_token) = services
        .db
        .write(move |conn| {
            store::clear_failures(conn, &email_hash)?;
            let (organisation_id, user_id) = (account.organisation_id, account.user_id);
            // Read again inside the transaction: the account may have been suspended while the hash was computed.
            let account = store::account_by_id(conn, organisation_id, user_id)?
                .filter(|account| account.status == UserStatus::Active)
                .ok_or_else(Error::invalid_credentials)?;
            let access = inner.keyring.organisation(conn, organisation_id)?.vault().granted(Grants::NONE);
            let id = Id::at(now);
            let session = SessionRow {
                organisation_id,
                id,
                user_id,
                device: access.seal(&DEVICE, id, &device)?,
                created_at: now,
                last_used_at: now,
                expires_at: now.plus_seconds(inner.settings.auth.session_days * 86_400),
                revoked_at: None,
                seal_epoch: inner.seal_epoch,
            };
            store::insert_session(conn, &session)?;
            let refresh_token = issue_refresh_token(&inner, conn, organisation_id, id, now)?;
            let scope = Scope { organisation_id, user_id, role: account.role, session_id: Some(id), now };
            audit::store::insert(conn, &[AuditEvent::new(&scope, Action::Login, Outcome::Done)])?;
            Ok((session, refresh_token))
        })
        .await?;
    let (access_token, expires_in) =
        services.tokens.issue(session.organisation_id, session.user_id, session.id, now)?;
    let tokens = Json(TokensOut { access_token, token_type: "Bearer", expires_in, refresh_token });
    Ok(Witnessed::of(services, session.organisation_id).with(tokens))
}

/// Counts a wrong guess, and puts it into the log of the organisation whose account it was aimed at.
fn record_failure(conn: &mut Conn<'_>, email_hash: &[u8], tried: Option<(Id, Id)>, now: Time) -> Result<()> {
    store::count_failure(conn, email_hash, now)?;
    let Some((organisation_id, user_id)) = tried else { return Ok(()) };
    // Whoever it was, they have not shown to be the user.
    let event = AuditEvent::on_account(organisation_id, user_id, None, Action::Login, now);
    audit::store::insert(conn, &[event])
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
    body: Valid<RefreshIn>,
) -> Result<Witnessed<Json<TokensOut>>> {
    let services = public.services();
    let now = services.clock.now();
    let (organisation, session, hash) = read_refresh_token(body.refresh_token.expose_secret())?;
    let inner = services.clone();
    let outcome = services
        .db
        .write(move |conn| {
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
            store::touch_session(conn, organisation, session, now)?;
            let token = issue_refresh_token(&inner, conn, organisation, session, now)?;
            let scope =
                Scope { organisation_id: organisation, user_id, role, session_id: Some(session), now };
            audit::store::insert(conn, &[AuditEvent::new(&scope, Action::Refresh, Outcome::Done)])?;
            Ok(Some((user_id, token)))
        })
        .await?;
    let (user, refresh_token) = outcome.ok_or_else(Error::invalid_refresh_token)?;
    let (access_token, expires_in) = services.tokens.issue(organisation, user, session, now)?;
    let tokens = Json(TokensOut { access_token, token_type: "Bearer", expires_in, refresh_token });
    Ok(Witnessed::of(services, organisation).with(tokens))
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
    model::check_password("/password", &password, email.as_str(), services.settings.auth.password_min_chars)?;
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
    model::check_password("/password", &password, "", services.settings.auth.password_min_chars)?;
    let hash = services.hasher.hash(password).await?;
    let now = services.clock.now();
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
            let accepted =
                AuditEvent::on_account(organisation, user, Some(user), Action::InvitationAccept, now);
            audit::store::insert(conn, &[accepted])?;
            Ok(NoContent)
        })
        .await
}
