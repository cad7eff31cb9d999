//! `/v1/users/{id}/sessions`, `/v1/users/{id}/lost-phone`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{self, LostPhoneView, Report, STAFF};
use super::store;
use crate::auth::routes::me::{SessionView, show_session};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::db::types::Id;
use crate::error::Result;
use crate::http::answer::NoContent;
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{ClientId, PathId, PathIds, Query};
use crate::http::text::Prose;
use crate::{auth, packs, users};

/// `GET /v1/users/{id}/sessions`
pub async fn sessions(
    auth: Authorized<may::UserSessionList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<SessionView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let user = users::store::find(&tx.scope, tx.conn, id.0)?.id;
        let keyset = Keyset::plain(tx, format!("user.session_list {user}"), &query)?;
        let rows = auth::store::sessions_of(&tx.scope, tx.conn, user, &keyset)?;
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

/// `DELETE /v1/users/{id}/sessions/{session_id}`
pub async fn revoke(auth: Authorized<may::UserSessionRevoke>, ids: PathIds) -> Result<NoContent> {
    let PathIds(user, session) = ids;
    auth.write(move |tx| {
        tx.about(user);
        auth::store::revoke_session(&tx.scope, tx.conn, user, session)?;
        let burnt = packs::model::burn(tx, user, Some(session))?;
        tx.note(format!("session {session}, {} packs burnt", burnt.len()));
        Ok(NoContent)
    })
    .await
}

/// What `POST /v1/users/{id}/lost-phone` takes. Nothing of it is needed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LostPhoneIn {
    /// A UUIDv7 made by the client.
    #[serde(default)]
    id: Option<ClientId>,
    /// The session that was on the phone, if it is known; all of theirs end if not.
    #[serde(default)]
    session_id: Option<Id>,
    /// What is known of it: where, since when, whether it was unlocked.
    #[serde(default)]
    note: Option<Prose<2_000>>,
}

/// `POST /v1/users/{id}/lost-phone`
pub async fn report(
    auth: Authorized<may::LostPhoneReport>,
    id: PathId,
    body: Valid<LostPhoneIn>,
) -> Result<Creation<LostPhoneView>> {
    let (LostPhoneIn { id: client_id, session_id, note }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        tx.about(id.0);
        let user_id = users::store::find(&tx.scope, tx.conn, id.0)?.id;
        let id = ClientId::or_new(client_id, tx.now());
        let report = Report { id, user_id, session_id, note: note.map(Prose::into_inner) };
        Ok(Created { location: None, version: None, view: model::report(tx, report)? })
    })
    .await
}

/// `GET /v1/users/{id}/lost-phone`
pub async fn reports(
    auth: Authorized<may::LostPhoneList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<LostPhoneView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let user = users::store::find(&tx.scope, tx.conn, id.0)?.id;
        let keyset = Keyset::plain(tx, format!("lost_phone.list {user}"), &query)?;
        let rows = store::of_user(&tx.scope, tx.conn, user, &keyset)?;
        keyset.page(tx, rows, |row| (row.at, row.id), |tx, row| model::show(tx, &row))
    })
    .await
}
