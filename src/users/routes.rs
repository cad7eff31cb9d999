//! `/v1/users`

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{self, AFFILIATION, EMAIL, NAME, NewUser};
use super::store::{self, UserRow};
use crate::auth;
use crate::auth::model::{OneTimeKind, UserStatus, one_time_token};
use crate::authz::action::may;
use crate::authz::{Authorized, Class, Grants, Role};
use crate::crypto::Access;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::answer::{IfMatch, Versioned};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Query};
use crate::http::patch::Patch;
use crate::http::text::{Email, Line};
use crate::referrals::store::Live;
use crate::{do_not_share, view};

view! {
    /// Somebody who works here.
    pub struct UserView from UserFields {
        /// The id.
        outline id: Id,
        /// What colleagues call them.
        outline name: String,
        /// What they sign in with.
        outline email: String,
        /// What they may do.
        outline role: Role,
        /// Which organisation outside of this one a partner belongs to; absent if nobody said.
        outline_maybe affiliation: String,
        /// Whether they may sign in.
        outline status: UserStatus,
        /// Whether an admin has verified which human being is behind the account.
        outline is_verified: bool,
        /// When they were invited.
        outline created_at: Time,
        /// When the record last changed.
        outline updated_at: Time,
        /// Counts changes; also in the ETag.
        outline version: i64,
    }
}

const STAFF: Grants = Grants::of(&[Class::Outline]);

fn show(access: &Access, row: &UserRow) -> Result<UserView> {
    let fields = UserFields {
        id: row.id,
        name: access.open(&NAME, row.id, &row.name)?.unwrap_or_default(),
        email: access.open(&EMAIL, row.id, &row.email)?.unwrap_or_default(),
        role: row.role,
        affiliation: access.open_opt(&AFFILIATION, row.id, row.affiliation.as_ref())?,
        status: row.status,
        is_verified: row.verified_person_hash.is_some(),
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    };
    Ok(fields.redact(STAFF))
}

/// `GET /v1/users`
pub async fn list(auth: Authorized<may::UserList>, query: Query<PageQuery>) -> Result<Page<UserView>> {
    auth.read(move |tx| {
        let keyset = Keyset::plain(tx, "user.list", &query)?;
        let rows = store::list(&tx.scope, tx.conn, &keyset)?;
        let access = tx.organisation_access(STAFF)?;
        keyset.page(tx, rows, |row| (row.created_at, row.id), |_, row| show(&access, &row))
    })
    .await
}

/// What `POST /v1/users` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserIn {
    /// What colleagues call them.
    name: Line<200>,
    /// What they will sign in with.
    email: Email,
    /// What they may do.
    role: Role,
    /// Which organisation outside of this one they belong to; for partners. It is held against the lists of those with
    /// whom a case is not shared.
    #[serde(default)]
    affiliation: Option<Line<200>>,
}

/// An invitation: shown once, to be handed over by a safe way.
#[derive(Serialize, ToSchema)]
pub struct InvitationOut {
    /// For `POST /v1/invitations/accept`.
    token: String,
    /// A page that asks for the password and sends it.
    url: String,
    /// Until when it works.
    expires_at: Time,
}

/// A new user with their invitation.
#[derive(Serialize, ToSchema)]
pub struct InvitedOut {
    #[serde(flatten)]
    user: UserView,
    invitation: InvitationOut,
}

/// `POST /v1/users`
pub async fn invite(auth: Authorized<may::UserInvite>, body: Valid<UserIn>) -> Result<Creation<InvitedOut>> {
    let (UserIn { name, email, role, affiliation }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        model::check_affiliation(role, affiliation.is_some())?;
        let affiliation = affiliation.map(Line::into_inner);
        let user = NewUser { name: name.into_inner(), email, role, affiliation };
        let now = tx.now();
        let row = model::add(tx.services, tx.conn, tx.scope.organisation_id, &user, None, now)?;
        tx.about(row.id);
        let (token, hash) = one_time_token()?;
        let expires_at = now.plus_seconds(tx.services.settings.auth.invitation_hours * 3_600);
        let owner = Some((row.organisation_id, row.id));
        auth::store::insert_one_time_token(tx.conn, OneTimeKind::Invitation, &hash, owner, now, expires_at)?;
        let access = tx.organisation_access(STAFF)?;
        let server = &tx.services.settings;
        let url = format!("{}/welcome#invitation={token}", server.public_url(server.server.port));
        Ok(Created {
            location: Some(format!("/v1/users/{}", row.id)),
            version: Some(row.version),
            view: InvitedOut {
                user: show(&access, &row)?,
                invitation: InvitationOut { token, url, expires_at },
            },
        })
    })
    .await
}

/// `GET /v1/users/{id}`
pub async fn show_one(auth: Authorized<may::UserShow>, id: PathId) -> Result<Versioned<UserView>> {
    auth.read(move |tx| {
        tx.about(id.0);
        let row = store::find(&tx.scope, tx.conn, id.0)?;
        let access = tx.organisation_access(STAFF)?;
        Ok(Versioned { version: row.version, view: show(&access, &row)? })
    })
    .await
}

/// What `PATCH /v1/users/{id}` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    /// A new name.
    #[serde(default)]
    name: Option<Line<200>>,
    /// A new role.
    #[serde(default)]
    role: Option<Role>,
    /// `suspended` or `active`.
    #[serde(default)]
    status: Option<UserStatus>,
    /// What identifies the human being behind the account: a staff number, the number of a document. It is kept sealed
    /// and never shown; two accounts with the same one count as one person. Null: nobody knows.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200)]
    verified_person: Patch<Line<200>>,
    /// Which organisation outside of this one they belong to; for partners. Null clears.
    #[serde(default)]
    #[schema(value_type = Option<Line<200>>)]
    affiliation: Patch<Line<200>>,
}

/// `PATCH /v1/users/{id}`
pub async fn update(
    auth: Authorized<may::UserUpdate>,
    id: PathId,
    if_match: IfMatch,
    body: Valid<UserPatch>,
) -> Result<Versioned<UserView>> {
    let UserPatch { name, role, status, verified_person, affiliation } = body.into_inner();
    auth.write(move |tx| {
        tx.about(id.0);
        let others = store::other_admins(&tx.scope, tx.conn, id.0)?;
        let mut row = store::find(&tx.scope, tx.conn, id.0)?;
        if_match.check(row.version)?;
        let role = role.unwrap_or(row.role);
        let status = model::next_status(&row, status)?;
        model::check_an_admin_remains(&row, role, status, others)?;
        let rights_changed = role != row.role || status != row.status;
        if rights_changed || verified_person != Patch::Leave {
            model::check_somebody_else(&tx.scope, &row)?;
        }
        let access = tx.organisation_access(STAFF)?;
        let is_known_anew = name.is_some() || affiliation != Patch::Leave;
        if let Some(name) = name {
            row.name = access.seal(&NAME, row.id, &name.into_inner())?;
        }
        let mut changes = Vec::new();
        if role != row.role {
            changes.push(format!("role {} to {role}", row.role));
        }
        if status != row.status {
            changes.push(format!("status {} to {status}", row.status));
        }
        match verified_person {
            Patch::Leave => {}
            Patch::Clear => {
                model::verify(tx, &access, &mut row, None)?;
                changes.push("no longer verified".to_owned());
            }
            Patch::Set(person) => {
                model::verify(tx, &access, &mut row, Some(person.into_inner()))?;
                changes.push("verified".to_owned());
            }
        }
        if !changes.is_empty() {
            tx.note(changes.join("; "));
        }
        model::check_affiliation(role, matches!(affiliation, Patch::Set(_)))?;
        row.affiliation = match affiliation {
            Patch::Set(name) => Some(access.seal(&AFFILIATION, row.id, &name.into_inner())?),
            Patch::Leave if role == Role::Partner => row.affiliation.take(),
            Patch::Leave | Patch::Clear => None,
        };
        row.role = role;
        row.status = status;
        store::update(&tx.scope, tx.conn, &row)?;
        if rights_changed {
            auth::store::revoke_sessions(&tx.scope, tx.conn, row.id, None)?;
        }
        if is_known_anew {
            // What was shared while they went by another name, or nobody said where they belong, is held against the
            // lists now. How much that is tells of cases, which an admin does not see.
            do_not_share::model::end_named(tx, Live::To(row.id))?;
        }
        let row = store::find(&tx.scope, tx.conn, row.id)?;
        Ok(Versioned { version: row.version, view: show(&access, &row)? })
    })
    .await
}
