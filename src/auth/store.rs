//! Accounts as sign-in sees them, sessions, refresh tokens, one-time tokens, signing keys.

pub mod guesses;
pub mod proofs;
mod session_rows;

use diesel::prelude::*;

use super::model::{Account, OneTimeKind, UserStatus};
use super::tokens::{Claims, StoredKey};
use crate::authz::{Author, Role, Scope};
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{installation, one_time_tokens, organisations, sessions, signing_keys, users};

pub use session_rows::{
    SessionRow, end_sessions, hold_session, is_session_of, revoke_session, revoke_sessions, sessions_of,
};
pub(super) use session_rows::{
    insert_refresh_token, insert_session, key_of_refresh_token, kill_family, live_session, touch_session,
    use_refresh_token,
};

/// Who a token belongs to right now: the only way to a [`Scope`] from outside.
///
/// # Errors
/// 401 when the session was revoked or has ended, or user or organisation are not active.
pub fn scope(conn: &mut Conn<'_>, claims: &Claims, now: Time) -> Result<Scope> {
    let found: Option<(Role, Option<Time>)> = on!(conn, c => sessions::table
        .inner_join(users::table.on(
            users::organisation_id.eq(sessions::organisation_id).and(users::id.eq(sessions::user_id)),
        ))
        .inner_join(organisations::table.on(organisations::id.eq(sessions::organisation_id)))
        // A session does not outlive the seal that came after it, on any node.
        .inner_join(installation::table.on(installation::seal_epoch.eq(sessions::seal_epoch)))
        .filter(sessions::organisation_id.eq(claims.organisation_id))
        .filter(sessions::id.eq(claims.session_id))
        .filter(sessions::user_id.eq(claims.user_id))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(users::status.eq(UserStatus::Active))
        .filter(organisations::status.eq("active"))
        .select((users::role, sessions::coerced_at))
        .first(c)
        .optional())?;
    let (role, coerced_at) = found.ok_or_else(Error::unauthenticated)?;
    let scope = Scope {
        organisation_id: claims.organisation_id,
        user_id: claims.user_id,
        role,
        session_id: Some(claims.session_id),
        now,
        coerced_at_home: None,
        glass: None,
    };
    Ok(scope.nowhere_if(coerced_at.is_some()))
}

/// What somebody is now who asked for work that goes on without a session.
///
/// # Errors
/// 401 when user or organisation are not active.
pub fn scope_of_author(conn: &mut Conn<'_>, author: Author, now: Time) -> Result<Scope> {
    let found: Option<Role> = on!(conn, c => users::table
        .inner_join(organisations::table.on(organisations::id.eq(users::organisation_id)))
        .filter(users::organisation_id.eq(author.organisation_id))
        .filter(users::id.eq(author.user_id))
        .filter(users::status.eq(UserStatus::Active))
        .filter(organisations::status.eq("active"))
        .select(users::role)
        .first(c)
        .optional())?;
    Ok(Scope {
        organisation_id: author.organisation_id,
        user_id: author.user_id,
        role: found.ok_or_else(Error::unauthenticated)?,
        session_id: None,
        now,
        coerced_at_home: None,
        glass: None,
    })
}

type AccountRow = (Id, Id, UserStatus, Role, Option<Sealed<String>>);

fn account(row: AccountRow) -> Account {
    let (organisation_id, user_id, status, role, password_hash) = row;
    Account { organisation_id, user_id, status, role, password_hash }
}

/// The active user of an organisation with this address.
///
/// # Errors
/// Of the database.
pub fn user_by_email(conn: &mut Conn<'_>, organisation: Id, email_hash: &[u8]) -> Result<Option<Id>> {
    Ok(on!(conn, c => users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::email_hash.eq(email_hash))
        .filter(users::status.eq(UserStatus::Active))
        .select(users::id)
        .first(c)
        .optional())?)
}

/// The account behind an address.
///
/// # Errors
/// Of the database.
pub fn account_by_email(conn: &mut Conn<'_>, email_hash: &[u8]) -> Result<Option<Account>> {
    let row: Option<AccountRow> = on!(conn, c => users::table
        .filter(users::email_hash.eq(email_hash))
        .select((users::organisation_id, users::id, users::status, users::role, users::password_hash))
        .first(c)
        .optional())?;
    Ok(row.map(account))
}

/// The account behind an id.
pub(super) fn account_by_id(conn: &mut Conn<'_>, organisation: Id, user: Id) -> Result<Option<Account>> {
    let row: Option<AccountRow> = on!(conn, c => users::table
        .filter(users::organisation_id.eq(organisation))
        .filter(users::id.eq(user))
        .select((users::organisation_id, users::id, users::status, users::role, users::password_hash))
        .first(c)
        .optional())?;
    Ok(row.map(account))
}

/// Takes the password of an account, which then waits for an invitation to be accepted.
///
/// # Errors
/// Of the database.
pub fn await_password(conn: &mut Conn<'_>, organisation: Id, user: Id, now: Time) -> Result<()> {
    on!(conn, c => diesel::update(users::table
            .filter(users::organisation_id.eq(organisation))
            .filter(users::id.eq(user)))
        .set((
            users::password_hash.eq(None::<Sealed<String>>),
            users::status.eq(UserStatus::Invited),
            users::updated_at.eq(now),
            users::version.eq(users::version + 1),
        ))
        .execute(c))?;
    Ok(())
}

/// Stores the hash of a one-time token. A new set-up or invitation replaces the ones before it.
///
/// # Errors
/// Of the database.
pub fn insert_one_time_token(
    conn: &mut Conn<'_>,
    kind: OneTimeKind,
    hash: &[u8],
    owner: Option<(Id, Id)>,
    now: Time,
    expires_at: Time,
) -> Result<()> {
    let (organisation, user) = owner.unzip();
    on!(conn, c => {
        let mut before = diesel::delete(one_time_tokens::table)
            .filter(one_time_tokens::kind.eq(kind))
            .into_boxed::<Backend>();
        if let Some((organisation, user)) = owner {
            before = before
                .filter(one_time_tokens::organisation_id.eq(organisation))
                .filter(one_time_tokens::user_id.eq(user));
        }
        before.execute(c)?;
        diesel::insert_into(one_time_tokens::table)
            .values((
                one_time_tokens::hash.eq(hash),
                one_time_tokens::kind.eq(kind),
                one_time_tokens::organisation_id.eq(organisation),
                one_time_tokens::user_id.eq(user),
                one_time_tokens::created_at.eq(now),
                one_time_tokens::expires_at.eq(expires_at),
                one_time_tokens::used_at.eq(None::<Time>),
            ))
            .execute(c)
    })?;
    Ok(())
}

/// Uses a one-time token up; of two that race exactly one wins. Answers whose it was.
///
/// # Errors
/// 422 `invalid-token` for one that is unknown, used or expired.
pub(super) fn use_one_time_token(
    conn: &mut Conn<'_>,
    kind: OneTimeKind,
    hash: &[u8],
    now: Time,
) -> Result<Option<(Id, Id)>> {
    let won = on!(conn, c => diesel::update(one_time_tokens::table
            .filter(one_time_tokens::hash.eq(hash))
            .filter(one_time_tokens::kind.eq(kind))
            .filter(one_time_tokens::expires_at.gt(now))
            .filter(one_time_tokens::used_at.is_null()))
        .set(one_time_tokens::used_at.eq(now))
        .execute(c))?;
    if won != 1 {
        return Err(Error::unprocessable(
            "invalid-token",
            "This link was used before, has expired, or was replaced by a newer one. Ask for a new one.",
        ));
    }
    let (organisation, user): (Option<Id>, Option<Id>) = on!(conn, c => one_time_tokens::table
        .find(hash)
        .select((one_time_tokens::organisation_id, one_time_tokens::user_id))
        .first(c))?;
    Ok(organisation.zip(user))
}

/// Whether anybody has been set up.
///
/// # Errors
/// Of the database.
pub fn any_user(conn: &mut Conn<'_>) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => users::table.select(users::id).first(c).optional())?;
    Ok(found.is_some())
}

/// Whose a one-time token is, if it can still be used.
pub(super) fn owner_of_one_time_token(
    conn: &mut Conn<'_>,
    kind: OneTimeKind,
    hash: &[u8],
    now: Time,
) -> Result<Option<(Id, Id)>> {
    let found: Option<(Option<Id>, Option<Id>)> = on!(conn, c => one_time_tokens::table
        .filter(one_time_tokens::hash.eq(hash))
        .filter(one_time_tokens::kind.eq(kind))
        .filter(one_time_tokens::expires_at.gt(now))
        .filter(one_time_tokens::used_at.is_null())
        .select((one_time_tokens::organisation_id, one_time_tokens::user_id))
        .first(c)
        .optional())?;
    Ok(found.and_then(|(organisation, user)| organisation.zip(user)))
}

/// The sealed names and address of an account and of its organisation.
pub(super) fn names_around(
    conn: &mut Conn<'_>,
    organisation: Id,
    user: Id,
) -> Result<(Sealed<String>, Sealed<String>, Sealed<String>)> {
    Ok(on!(conn, c => users::table
        .inner_join(organisations::table.on(organisations::id.eq(users::organisation_id)))
        .filter(users::organisation_id.eq(organisation))
        .filter(users::id.eq(user))
        .select((users::name, users::email, organisations::name))
        .first(c))?)
}

/// Gives an account its password and makes it active.
pub(super) fn set_password(
    conn: &mut Conn<'_>,
    organisation: Id,
    user: Id,
    hash: &Sealed<String>,
    now: Time,
) -> Result<()> {
    on!(conn, c => diesel::update(users::table
            .filter(users::organisation_id.eq(organisation))
            .filter(users::id.eq(user)))
        .set((
            users::password_hash.eq(Some(hash)),
            users::status.eq(UserStatus::Active),
            users::updated_at.eq(now),
            users::version.eq(users::version + 1),
        ))
        .execute(c))?;
    Ok(())
}

/// Makes sure that nobody else makes or forgets a key until the end of the transaction.
pub(super) fn hold_signing_keys(conn: &mut Conn<'_>) -> Result<()> {
    match conn {
        // There is one writer.
        Conn::Sqlite(_) => {}
        Conn::Postgres(c) => {
            installation::table.select(installation::seal_epoch).for_update().load::<i64>(c.now())?;
        }
    }
    Ok(())
}

/// Newest first.
pub(super) fn signing_keys(conn: &mut Conn<'_>) -> Result<Vec<StoredKey>> {
    let rows: Vec<(Id, Vec<u8>, Vec<u8>, Time)> = on!(conn, c => signing_keys::table
        .order((signing_keys::created_at.desc(), signing_keys::id.desc()))
        .select((signing_keys::id, signing_keys::sealed_private, signing_keys::public, signing_keys::created_at))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(id, sealed_private, public, created_at)| StoredKey { id, sealed_private, public, created_at })
        .collect())
}

/// Forgets the keys that sign access tokens: new ones are made when they are needed.
///
/// # Errors
/// Of the database.
pub fn forget_signing_keys(conn: &mut Conn<'_>) -> Result<()> {
    on!(conn, c => diesel::delete(signing_keys::table).execute(c))?;
    Ok(())
}

pub(super) fn insert_signing_key(conn: &mut Conn<'_>, key: &StoredKey) -> Result<()> {
    on!(conn, c => diesel::insert_into(signing_keys::table)
        .values((
            signing_keys::id.eq(key.id),
            signing_keys::sealed_private.eq(&key.sealed_private),
            signing_keys::public.eq(&key.public),
            signing_keys::created_at.eq(key.created_at),
        ))
        .execute(c))?;
    Ok(())
}
