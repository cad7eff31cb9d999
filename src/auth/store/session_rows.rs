//! Sessions, and the tokens that renew them.

use diesel::prelude::*;

use crate::auth::model::UserStatus;
use crate::authz::{Role, Scope};
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::{Error, Result};
use crate::factors::model::Factor;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{installation, organisations, refresh_tokens, sessions, users};

/// A session row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct SessionRow {
    /// Whose organisation.
    pub organisation_id: Id,
    /// The `sid` of its tokens.
    pub id: Id,
    /// Whose.
    pub user_id: Id,
    /// What the client called itself.
    pub device: Sealed<String>,
    /// When it began.
    pub created_at: Time,
    /// When it was last refreshed.
    pub last_used_at: Time,
    /// When it ends at the latest.
    pub expires_at: Time,
    /// When it was ended.
    pub revoked_at: Option<Time>,
    /// When its user last showed to be who they are (UTC).
    pub factor_at: Option<Time>,
    /// By what.
    pub factor: Option<Factor>,
    /// Since when its user is known to be forced (UTC).
    pub coerced_at: Option<Time>,
    /// Between which seals it was begun.
    pub seal_epoch: i64,
    /// The thumbprint of the key that it is bound to.
    pub key_thumbprint: Option<Vec<u8>>,
}

/// Stores a new session.
pub(in crate::auth) fn insert_session(conn: &mut Conn<'_>, row: &SessionRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(sessions::table).values(row).execute(c))?;
    Ok(())
}

/// The live sessions of a user, newest first.
///
/// # Errors
/// Of the database.
pub fn sessions_of(scope: &Scope, conn: &mut Conn<'_>, user: Id, keyset: &Keyset) -> Result<Vec<SessionRow>> {
    Ok(on!(conn, c => {
        let query = sessions::table
            .filter(sessions::organisation_id.eq(scope.organisation_id))
            .filter(sessions::user_id.eq(user))
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::expires_at.gt(scope.now))
            .select(SessionRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), sessions::created_at, sessions::id).load(c)
    })?)
}

/// Whether this is, or was, a session of a user.
///
/// # Errors
/// Of the database.
pub fn is_session_of(scope: &Scope, conn: &mut Conn<'_>, user: Id, session: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => sessions::table
        .filter(sessions::organisation_id.eq(scope.organisation_id))
        .filter(sessions::id.eq(session))
        .filter(sessions::user_id.eq(user))
        .select(sessions::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// Holds the caller's session as it is until the transaction ends, for what must not come after its end: whoever ends it
/// meanwhile waits, and then sees what was done. On SQLite writes are serial anyway.
///
/// # Errors
/// 401 when it has ended since the transaction began.
pub fn hold_session(scope: &Scope, conn: &mut Conn<'_>) -> Result<()> {
    if let (Conn::Postgres(c), Some(session)) = (conn, scope.session_id) {
        let held: Option<Id> = sessions::table
            .filter(sessions::organisation_id.eq(scope.organisation_id))
            .filter(sessions::id.eq(session))
            .filter(sessions::revoked_at.is_null())
            .select(sessions::id)
            .for_share()
            .first(c.now())
            .optional()?;
        held.ok_or_else(Error::unauthenticated)?;
    }
    Ok(())
}

/// Ends one of a user's sessions, and the family of its refresh token with it.
///
/// # Errors
/// 404 when it is not a live session of theirs.
pub fn revoke_session(scope: &Scope, conn: &mut Conn<'_>, user: Id, session: Id) -> Result<()> {
    let ended = on!(conn, c => diesel::update(sessions::table
            .filter(sessions::organisation_id.eq(scope.organisation_id))
            .filter(sessions::id.eq(session))
            .filter(sessions::user_id.eq(user))
            .filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(scope.now))
        .execute(c))?;
    if ended == 0 { Err(Error::not_found()) } else { Ok(()) }
}

/// Ends every session of a user, except one if it is named, and says how many those were.
///
/// # Errors
/// Of the database.
pub fn revoke_sessions(scope: &Scope, conn: &mut Conn<'_>, user: Id, except: Option<Id>) -> Result<usize> {
    Ok(on!(conn, c => {
        let mut ended = diesel::update(sessions::table)
            .filter(sessions::organisation_id.eq(scope.organisation_id))
            .filter(sessions::user_id.eq(user))
            .filter(sessions::revoked_at.is_null())
            .set(sessions::revoked_at.eq(scope.now))
            .into_boxed::<Backend>();
        if let Some(except) = except {
            ended = ended.filter(sessions::id.ne(except));
        }
        ended.execute(c)
    })?)
}

/// Ends one session whoever asks: its refresh token was used twice.
pub(in crate::auth) fn kill_family(
    conn: &mut Conn<'_>,
    organisation: Id,
    session: Id,
    now: Time,
) -> Result<()> {
    on!(conn, c => diesel::update(sessions::table
            .filter(sessions::organisation_id.eq(organisation))
            .filter(sessions::id.eq(session))
            .filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(now))
        .execute(c))?;
    Ok(())
}

/// Ends every session of a user whoever asks, and says how many those were.
///
/// # Errors
/// Of the database.
pub fn end_sessions(conn: &mut Conn<'_>, organisation: Id, user: Id, now: Time) -> Result<usize> {
    Ok(on!(conn, c => diesel::update(sessions::table
            .filter(sessions::organisation_id.eq(organisation))
            .filter(sessions::user_id.eq(user))
            .filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(now))
        .execute(c))?)
}

/// Notes that a session is still in use.
pub(in crate::auth) fn touch_session(
    conn: &mut Conn<'_>,
    organisation: Id,
    session: Id,
    now: Time,
) -> Result<()> {
    on!(conn, c => diesel::update(sessions::table
            .filter(sessions::organisation_id.eq(organisation))
            .filter(sessions::id.eq(session)))
        .set(sessions::last_used_at.eq(now))
        .execute(c))?;
    Ok(())
}

/// The live session of a refresh token's family with its user, if user and organisation are active.
pub(in crate::auth) fn live_session(
    conn: &mut Conn<'_>,
    organisation: Id,
    session: Id,
    now: Time,
) -> Result<Option<(Id, Role)>> {
    Ok(on!(conn, c => sessions::table
        .inner_join(users::table.on(
            users::organisation_id.eq(sessions::organisation_id).and(users::id.eq(sessions::user_id)),
        ))
        .inner_join(organisations::table.on(organisations::id.eq(sessions::organisation_id)))
        .inner_join(installation::table.on(installation::seal_epoch.eq(sessions::seal_epoch)))
        .filter(sessions::organisation_id.eq(organisation))
        .filter(sessions::id.eq(session))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(users::status.eq(UserStatus::Active))
        .filter(organisations::status.eq("active"))
        .select((users::id, users::role))
        .first(c)
        .optional())?)
}

/// Stores the hash of a refresh token.
pub(in crate::auth) fn insert_refresh_token(
    conn: &mut Conn<'_>,
    organisation: Id,
    session: Id,
    hash: &[u8],
    now: Time,
    expires_at: Time,
) -> Result<()> {
    on!(conn, c => diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::organisation_id.eq(organisation),
            refresh_tokens::hash.eq(hash),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::created_at.eq(now),
            refresh_tokens::expires_at.eq(expires_at),
            refresh_tokens::used_at.eq(None::<Time>),
        ))
        .execute(c))?;
    Ok(())
}

/// The thumbprint of the key that the session of a refresh token is bound to, `Some(None)` if it is bound to none; `None` for
/// a token that is none of ours. It may be used up, expired or of a session that ended.
pub(in crate::auth) fn key_of_refresh_token(
    conn: &mut Conn<'_>,
    organisation: Id,
    session: Id,
    hash: &[u8],
) -> Result<Option<Option<Vec<u8>>>> {
    Ok(on!(conn, c => refresh_tokens::table
        .inner_join(sessions::table.on(
            sessions::organisation_id.eq(refresh_tokens::organisation_id)
                .and(sessions::id.eq(refresh_tokens::session_id)),
        ))
        .filter(refresh_tokens::organisation_id.eq(organisation))
        .filter(refresh_tokens::hash.eq(hash))
        .filter(refresh_tokens::session_id.eq(session))
        .select(sessions::key_thumbprint)
        .first(c)
        .optional())?)
}

/// Uses a refresh token up. `Some(true)`: it was fresh; `Some(false)`: it was used before; `None`: unknown or expired.
/// Of two that race, the update lets exactly one win.
pub(in crate::auth) fn use_refresh_token(
    conn: &mut Conn<'_>,
    organisation: Id,
    session: Id,
    hash: &[u8],
    now: Time,
) -> Result<Option<bool>> {
    let won = on!(conn, c => diesel::update(refresh_tokens::table
            .filter(refresh_tokens::organisation_id.eq(organisation))
            .filter(refresh_tokens::hash.eq(hash))
            .filter(refresh_tokens::session_id.eq(session))
            .filter(refresh_tokens::expires_at.gt(now))
            .filter(refresh_tokens::used_at.is_null()))
        .set(refresh_tokens::used_at.eq(now))
        .execute(c))?;
    if won == 1 {
        return Ok(Some(true));
    }
    let used: Option<Option<Time>> = on!(conn, c => refresh_tokens::table
        .filter(refresh_tokens::organisation_id.eq(organisation))
        .filter(refresh_tokens::hash.eq(hash))
        .filter(refresh_tokens::session_id.eq(session))
        .select(refresh_tokens::used_at)
        .first(c)
        .optional())?;
    Ok(used.flatten().map(|_| false))
}
