//! `/v1/me`: one's own account and sessions

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::audit::AuditEvent;
use crate::auth::guessing::{self, Guesses};
use crate::auth::hashing::Told;
use crate::auth::model::{DEVICE, PASSWORD_HASH};
use crate::auth::passwords;
use crate::auth::store::{self, SessionRow};
use crate::authz::action::may;
use crate::authz::policy::decide;
use crate::authz::{Action, Authorized, Class, Decision, Grants, Role, Scope};
use crate::crypto::Access;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::factors::model::{FactorView, Notice, NoticeKind};
use crate::http::answer::{Json, NoContent, Witnessed};
use crate::http::body::Valid;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Query};
use crate::{duress, factors, users, view};

/// What colleagues see of each other.
const STAFF: Grants = Grants::of(&[Class::Outline]);

/// Me.
#[derive(Serialize, ToSchema)]
pub struct MeOut {
    id: Id,
    name: String,
    email: String,
    role: Role,
    organisation_id: Id,
    organisation_name: String,
    /// The actions that my role may do at all.
    permissions: Vec<Action>,
    /// How I stand with my second factor.
    second_factor: FactorView,
    /// What happened to my account within 30 days, newest first. What I have not done myself, I report.
    notices: Vec<Notice>,
}

/// `GET /v1/me`
pub async fn show(auth: Authorized<may::MeShow>) -> Result<Witnessed<Json<MeOut>>> {
    let shown = Witnessed::by(&auth);
    let answer = auth.read(|tx| {
        let access = tx.organisation_access(STAFF)?;
        let me = users::store::find(&tx.scope, tx.conn, tx.scope.user_id)?;
        let (name, email) = users::model::open(&access, &me)?;
        let organisation_name = users::store::organisation_name(&tx.scope, tx.conn, &access)?;
        let permissions = Action::ALL
            .iter()
            .copied()
            .filter(|action| decide(tx.scope.role, *action) == Decision::Allow)
            .collect();
        let (second_factor, notices) = factors::model::mine(tx)?;
        Ok(Json(MeOut {
            id: me.id,
            name,
            email,
            role: tx.scope.role,
            organisation_id: tx.scope.organisation_id,
            organisation_name,
            permissions,
            second_factor,
            notices,
        }))
    });
    Ok(shown.with(answer.await?))
}

/// What `POST /v1/me/password` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordIn {
    /// The password as it is.
    #[schema(value_type = String, format = Password)]
    current_password: SecretString,
    /// The password as it shall be.
    #[schema(value_type = String, format = Password)]
    new_password: SecretString,
}

/// `POST /v1/me/password`
pub async fn change_password(
    auth: Authorized<may::MePassword>,
    body: Valid<PasswordIn>,
) -> Result<NoContent> {
    let PasswordIn { current_password, new_password } = body.into_inner();
    let services = auth.services().clone();
    // Whoever found a signed-in device must not be able to guess here faster than at the door.
    let known = auth
        .prepare(|tx| {
            let access = tx.organisation_access(STAFF)?;
            let user = users::store::find(&tx.scope, tx.conn, tx.scope.user_id)?;
            Ok(Known {
                owner: (user.organisation_id, user.id),
                guesses: Guesses::in_session(tx, &user.email_hash)?,
                phc: access.open_opt(&PASSWORD_HASH, user.id, user.password_hash.as_ref())?,
                duress: duress::model::hash_of(tx.conn, &access, user.organisation_id, user.id)?,
                context: passwords::context_of(tx, &access, &user)?,
                is_coerced: tx.scope.is_coerced(),
            })
        })
        .await?;
    let Known { owner, guesses, phc, duress, context, is_coerced } = known;
    passwords::check("/new_password", &new_password, &context, services.settings.auth.password_min_chars)?;
    guesses.take_turn(&services).await?;
    // Whoever came in with one of the two passwords knows that one, and changes that one.
    let wanted = if is_coerced { Told::Duress } else { Told::Password };
    if services.hasher.tell(current_password, phc.clone(), duress.clone()).await? != wanted {
        let (organisation, user, now) = (owner.0, owner.1, services.clock.now());
        // Whoever it was, they have not shown to be the user.
        let event = AuditEvent::on_account(organisation, user, None, Action::MePassword, now);
        guessing::count(&services, guesses.key().to_vec(), Some(event), now).await?;
        return Err(Error::invalid("/current_password", "is not your password"));
    }
    let phc = phc.ok_or_else(|| Error::internal("an account without a password is signed in"))?;
    let change = if is_coerced {
        Change::Duress(services.hasher.bare_hash_like(new_password, phc).await?)
    } else if duress.is_some() {
        let told = services.hasher.tell(new_password.clone(), Some(phc.clone()), duress).await?;
        if told == Told::Duress {
            return Err(Error::invalid("/new_password", "is known for another use; choose another"));
        }
        Change::Password(services.hasher.hash_like(new_password, phc).await?)
    } else {
        Change::Password(services.hasher.hash(new_password).await?)
    };
    auth.write(move |tx| {
        let access = tx.organisation_access(STAFF)?;
        let (organisation, user, now) = (tx.scope.organisation_id, tx.scope.user_id, tx.scope.now);
        match change {
            Change::Password(hash) => {
                let sealed = access.seal(&PASSWORD_HASH, user, &hash)?;
                store::set_password(tx.conn, organisation, user, &sealed, now)?;
            }
            Change::Duress(hash) => {
                let sealed = access.seal_bytes(&duress::model::HASH, user, &hash)?;
                duress::store::put(tx.conn, organisation, user, &sealed, now)?;
            }
        }
        // Told of both: whoever looks after it would miss it.
        factors::store::notice(tx.conn, organisation, user, NoticeKind::PasswordChanged, now)?;
        store::guesses::clear_failures(tx.conn, guesses.key())?;
        store::guesses::forget_devices(tx.conn, organisation, user)?;
        store::revoke_sessions(&tx.scope, tx.conn, user, tx.scope.session_id)?;
        Ok(NoContent)
    })
    .await
}

/// What a change of a password is decided by.
struct Known {
    owner: (Id, Id),
    guesses: Guesses,
    phc: Option<String>,
    duress: Option<Vec<u8>>,
    context: passwords::Context,
    is_coerced: bool,
}

/// Which of the two passwords is changed, and its hash.
enum Change {
    Password(String),
    Duress(Vec<u8>),
}

view! {
    /// One session, which is one device.
    pub struct SessionView from SessionFields {
        /// The id, to end it by.
        outline id: Id,
        /// What the client called itself.
        outline device: String,
        /// When it began.
        outline created_at: Time,
        /// When it was last refreshed.
        outline last_used_at: Time,
        /// When it ends at the latest.
        outline expires_at: Time,
        /// Whether it is the one of this request.
        outline current: bool,
        /// Whether its tokens work only with a proof of the device's key.
        outline proof_of_possession: bool,
    }
}

/// What is shown of a session: never where it came from.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show_session(scope: &Scope, access: &Access, row: &SessionRow) -> Result<SessionView> {
    let fields = SessionFields {
        id: row.id,
        device: access.open(&DEVICE, row.id, &row.device)?.unwrap_or_default(),
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
        current: Some(row.id) == scope.session_id,
        proof_of_possession: row.key_thumbprint.is_some(),
    };
    Ok(fields.redact(STAFF))
}

/// `GET /v1/me/sessions`
pub async fn sessions(
    auth: Authorized<may::SessionList>,
    query: Query<PageQuery>,
) -> Result<Page<SessionView>> {
    auth.read(move |tx| {
        let keyset = Keyset::plain(tx, "session.list", &query)?;
        let rows = store::sessions_of(&tx.scope, tx.conn, tx.scope.user_id, &keyset)?;
        let access = tx.organisation_access(STAFF)?;
        keyset.page(
            tx,
            rows,
            |row| (row.created_at, row.id),
            |tx, row| show_session(&tx.scope, &access, &row),
        )
    })
    .await
}

/// `DELETE /v1/me/sessions/{id}`
pub async fn revoke_session(auth: Authorized<may::SessionRevoke>, id: PathId) -> Result<NoContent> {
    auth.write(move |tx| {
        tx.about(id.0);
        store::revoke_session(&tx.scope, tx.conn, tx.scope.user_id, id.0)?;
        Ok(NoContent)
    })
    .await
}
