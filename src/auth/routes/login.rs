//! `POST /v1/auth/login`

use actix_web::HttpRequest;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{TokenType, TokensOut, device, issue_refresh_token};
use crate::app::Services;
use crate::audit::{self, AuditEvent, Outcome};
use crate::auth::guessing::{self, Guesses};
use crate::auth::hashing::Told;
use crate::auth::model::{self, Account, DEVICE, PASSWORD_HASH, UserStatus};
use crate::auth::proof::{Offered as OfferedProof, Proof};
use crate::auth::store::{self, SessionRow, guesses};
use crate::authz::action::may;
use crate::authz::{Action, Class, Grants, Public, Scope};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::factors::model::{Checked, Factor, Offered};
use crate::http::answer::{Json, Witnessed};
use crate::http::body::Valid;
use crate::http::client;
use crate::http::text::Email;
use crate::{duress, factors};

/// What `POST /v1/auth/login` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginIn {
    /// The address that the account was made with.
    email: Email,
    /// The password.
    #[schema(value_type = String, format = Password)]
    password: SecretString,
    /// A code of the authenticator app, for accounts that have one; others need none. Without it they are answered 401
    /// `totp-required` once the password is right.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    totp: Option<SecretString>,
    /// A recovery code in its place; it is used up.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    recovery_code: Option<SecretString>,
    /// The `device_token` that the last sign-in on this device gave, so that wrong guesses elsewhere do not delay this one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    device_token: Option<SecretString>,
}

/// What is found behind an address. Everything is looked up for an address that nobody has as well.
struct Door {
    account: Option<Account>,
    phc: Option<String>,
    duress: Option<Vec<u8>>,
    /// The token that came, if it is one of a device of this account.
    device_token: Option<SecretString>,
    guesses: Guesses,
}

/// `POST /v1/auth/login`
pub async fn login(
    public: Public<may::Login>,
    request: HttpRequest,
    proof: OfferedProof,
    body: Valid<LoginIn>,
) -> Result<Witnessed<Json<TokensOut>>> {
    let services = public.services();
    services.limits.admit_sign_in(client::address(&request))?;
    let proof = proof.check(services)?;
    let key = proof.as_ref().map(Proof::key);
    let LoginIn { email, password, totp, recovery_code, device_token } = body.into_inner();
    let device = device(&request);
    let now = services.clock.now();
    let email_hash = model::email_hash(&services.email_key()?, email.as_str());

    let inner = services.clone();
    let door = services.db.read(move |conn| Door::find(&inner, conn, &email_hash, device_token, now)).await?;
    let Door { account, phc, duress, device_token, guesses } = door;
    guesses.take_turn(services).await?;
    let told = services.hasher.tell(password, phc, duress).await?;
    let tried = account.as_ref().map(|account| (account.organisation_id, account.user_id));
    let account = account.filter(|account| account.status == UserStatus::Active);
    let Some(account) = account.filter(|_| told != Told::Neither) else {
        let event = tried.map(|tried| refused(tried, now));
        guessing::count(services, guesses.key().to_vec(), event, now).await?;
        return Err(Error::invalid_credentials());
    };

    let arrival = Arrival {
        account: (account.organisation_id, account.user_id),
        is_coerced: told == Told::Duress,
        offered: Offered::from(totp, recovery_code),
        device,
        device_token,
        guesses,
        proof,
        now,
    };
    let inner = services.clone();
    let (session, refresh_token, device_token) =
        services.db.write_first(move |conn| arrival.enter(&inner, conn)).await??;
    let (access_token, expires_in) =
        services.tokens.issue(session.organisation_id, session.user_id, session.id, key, now)?;
    let device_token = Some(device_token);
    let token_type = TokenType::of(key);
    let tokens = Json(TokensOut { access_token, token_type, expires_in, refresh_token, device_token });
    Ok(Witnessed::of(services, session.organisation_id).with(tokens))
}

impl Door {
    fn find(
        services: &Services,
        conn: &mut Conn<'_>,
        email_hash: &[u8],
        device_token: Option<SecretString>,
        now: Time,
    ) -> Result<Self> {
        let account = store::account_by_email(conn, email_hash)?;
        let (organisation, user) = account
            .as_ref()
            .map_or((Id::NOWHERE, Id::NOWHERE), |account| (account.organisation_id, account.user_id));
        let device = device_token.as_ref().map(|token| factors::codes::device_hash(token.expose_secret()));
        let owner = match &device {
            Some(hash) => guesses::owner_of_device(conn, organisation, hash)?,
            None => None,
        };
        let device = device.filter(|_| owner == Some(user));
        let guesses = Guesses::at_the_door(services, conn, email_hash, device.as_deref(), now)?;
        let sealed_duress = duress::store::find(conn, organisation, user)?;
        let (phc, duress) = match &account {
            Some(Account { password_hash: Some(sealed), .. }) => {
                let keys = services.keyring.organisation(conn, organisation)?;
                let access = keys.vault().granted(Grants::of(&[Class::Outline]));
                let duress = match sealed_duress {
                    Some(sealed) => access.open_bytes(&duress::model::HASH, user, &sealed)?,
                    None => None,
                };
                (access.open(&PASSWORD_HASH, user, sealed)?, duress.map(|bytes| bytes.to_vec()))
            }
            _ => (None, None),
        };
        let device_token = device_token.filter(|_| device.is_some());
        Ok(Self { account, phc, duress, device_token, guesses })
    }
}

/// Somebody with a right password.
struct Arrival {
    account: (Id, Id),
    is_coerced: bool,
    offered: Option<Offered>,
    /// What the client calls itself.
    device: String,
    device_token: Option<SecretString>,
    guesses: Guesses,
    /// What the session is bound to.
    proof: Option<Proof>,
    now: Time,
}

/// A session, its refresh token and the token of its device; or a refusal that is put on record and commits.
type Entered = Result<(SessionRow, String, String)>;

impl Arrival {
    fn enter(self, services: &Services, conn: &mut Conn<'_>) -> Result<Entered> {
        let (organisation_id, user_id) = self.account;
        let now = self.now;
        // Read again inside the transaction: the account may have been suspended while the hash was computed.
        let account = store::account_by_id(conn, organisation_id, user_id)?
            .filter(|account| account.status == UserStatus::Active)
            .ok_or_else(Error::invalid_credentials)?;
        // Said only to whoever knows the password, and before a code is used up.
        if self.proof.is_none() && services.settings.auth.proof_required_for.contains(&account.role) {
            audit::store::insert(conn, &[refused(self.account, now)])?;
            return Ok(Err(Error::proof_required()));
        }
        let vault = services.keyring.organisation(conn, organisation_id)?.vault();
        let access = vault.granted(Grants::of(&[Class::Outline, Class::Source]));
        let checked = factors::model::check(conn, &access, self.account, self.offered.as_ref(), now)?;
        let factor = match checked {
            Checked::NotNeeded => Factor::Password,
            Checked::Right(factor) => factor,
            Checked::Missing => {
                audit::store::insert(conn, &[refused(self.account, now)])?;
                return Ok(Err(Error::totp_required()));
            }
            Checked::Wrong => {
                guesses::count_failure(conn, self.guesses.key(), now)?;
                audit::store::insert(conn, &[refused(self.account, now)])?;
                return Ok(Err(Error::invalid_credentials()));
            }
        };
        if let Some(proof) = &self.proof {
            proof.spend(conn, organisation_id)?;
        }
        guesses::clear_failures(conn, self.guesses.key())?;
        let id = Id::at(now);
        let session = SessionRow {
            organisation_id,
            id,
            user_id,
            device: access.seal(&DEVICE, id, &self.device)?,
            created_at: now,
            last_used_at: now,
            expires_at: now.plus_seconds(services.settings.auth.session_days * 86_400),
            revoked_at: None,
            factor_at: Some(now),
            factor: Some(factor),
            coerced_at: self.is_coerced.then_some(now),
            seal_epoch: services.seal_epoch,
            key_thumbprint: self.proof.as_ref().map(|proof| proof.key().as_bytes().to_vec()),
        };
        store::insert_session(conn, &session)?;
        let refresh_token = issue_refresh_token(services, conn, organisation_id, id, now)?;
        let (device_token, hash) = match self.device_token {
            Some(token) => {
                let hash = factors::codes::device_hash(token.expose_secret());
                (token.expose_secret().to_owned(), hash)
            }
            None => factors::codes::new_device_token()?,
        };
        guesses::remember_device(conn, organisation_id, user_id, &hash, now)?;
        let scope = Scope {
            organisation_id,
            user_id,
            role: account.role,
            session_id: Some(id),
            now,
            coerced_at_home: None,
            glass: None,
        };
        let mut event = AuditEvent::new(&scope, Action::Login, Outcome::Done);
        let note = if self.is_coerced { "by the duress password" } else { factor.as_str() };
        let note = match self.proof {
            Some(_) => format!("{note}, bound to a key of the device"),
            None => note.to_owned(),
        };
        let detail = audit::Detail { note: Some(note), ..Default::default() };
        event.detail = Some(access.seal(&audit::DETAIL, event.id, &detail)?);
        audit::store::insert(conn, &[event])?;
        if self.is_coerced {
            duress::model::signed_in(services, conn, &scope)?;
        }
        Ok(Ok((session, refresh_token, device_token)))
    }
}

/// For the log of the organisation whose account a wrong guess was aimed at: whoever it was, they have not shown to be the
/// user.
fn refused((organisation, user): (Id, Id), now: Time) -> AuditEvent {
    AuditEvent::on_account(organisation, user, None, Action::Login, now)
}
