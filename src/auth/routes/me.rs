//! `/v1/me`: one's own account and sessions

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::model::{self, DEVICE, PASSWORD_HASH};
use crate::auth::store::{self, SessionRow};
use crate::authz::action::may;
use crate::authz::policy::decide;
use crate::authz::{Action, Authorized, Class, Decision, Grants, Role, Scope};
use crate::crypto::Access;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::{Json, NoContent, Witnessed};
use crate::http::body::Valid;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Query};
use crate::{users, view};

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
        Ok(Json(MeOut {
            id: me.id,
            name,
            email,
            role: tx.scope.role,
            organisation_id: tx.scope.organisation_id,
            organisation_name,
            permissions,
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
    let (user, phc, email) = auth
        .prepare(|tx| {
            let access = tx.organisation_access(STAFF)?;
            let user = users::store::find(&tx.scope, tx.conn, tx.scope.user_id)?;
            store::check_not_waiting(tx.conn, &user.email_hash, tx.scope.now)?;
            let phc = access.open_opt(&PASSWORD_HASH, user.id, user.password_hash.as_ref())?;
            let (_, email) = users::model::open(&access, &user)?;
            Ok((user, phc, email))
        })
        .await?;
    model::check_password("/new_password", &new_password, &email, services.settings.auth.password_min_chars)?;
    if !services.hasher.verify(current_password, phc).await? {
        let now = services.clock.now();
        services.db.write(move |conn| store::count_failure(conn, &user.email_hash, now)).await?;
        return Err(Error::invalid("/current_password", "is not your password"));
    }
    let hash = services.hasher.hash(new_password).await?;
    auth.write(move |tx| {
        let access = tx.organisation_access(STAFF)?;
        let (organisation, user, now) = (tx.scope.organisation_id, tx.scope.user_id, tx.scope.now);
        store::set_password(tx.conn, organisation, user, &access.seal(&PASSWORD_HASH, user, &hash)?, now)?;
        store::revoke_sessions(&tx.scope, tx.conn, user, tx.scope.session_id)?;
        Ok(NoContent)
    })
    .await
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
