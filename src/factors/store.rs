//! Proofs and second factors in the database.

use diesel::prelude::*;

use super::model::{Factor, NoticeKind, Standing};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{account_notices, recovery_codes, second_factors, sessions};

/// The authenticator app of an account.
#[derive(Queryable, Selectable)]
#[diesel(table_name = second_factors)]
pub struct FactorRow {
    /// Sealed secret; none until a first one was confirmed.
    pub secret: Option<Sealed<Vec<u8>>>,
    /// Sealed secret that waits for its first code.
    pub pending: Option<Sealed<Vec<u8>>>,
    /// Since when it waits.
    pub pending_at: Option<Time>,
}

/// How the caller's session stands with its proof; what goes on without a session has none.
///
/// # Errors
/// Of the database.
pub fn standing(scope: &Scope, conn: &mut Conn<'_>) -> Result<Standing> {
    let has_factor = has_factor(conn, scope.organisation_id, scope.user_id)?;
    let Some(session) = scope.session_id else {
        return Ok(Standing { proof: None, has_factor });
    };
    let found: Option<(Option<Time>, Option<Factor>)> = on!(conn, c => sessions::table
        .find((scope.organisation_id, session))
        .select((sessions::factor_at, sessions::factor))
        .first(c)
        .optional())?;
    Ok(Standing { proof: found.and_then(|(at, by)| at.zip(by)), has_factor })
}

/// Whether an account has a second factor that was confirmed.
///
/// # Errors
/// Of the database.
pub fn has_factor(conn: &mut Conn<'_>, organisation: Id, user: Id) -> Result<bool> {
    Ok(find(conn, organisation, user)?.is_some_and(|row| row.secret.is_some()))
}

/// Puts down that the caller has just given a proof.
///
/// # Errors
/// 401 for what goes on without a session.
pub fn prove(scope: &Scope, conn: &mut Conn<'_>, factor: Factor) -> Result<()> {
    let session = scope.session_id.ok_or_else(Error::unauthenticated)?;
    on!(conn, c => diesel::update(sessions::table.find((scope.organisation_id, session)))
        .set((sessions::factor_at.eq(Some(scope.now)), sessions::factor.eq(Some(factor))))
        .execute(c))?;
    Ok(())
}

/// The authenticator app of an account.
///
/// # Errors
/// Of the database.
pub fn find(conn: &mut Conn<'_>, organisation: Id, user: Id) -> Result<Option<FactorRow>> {
    Ok(on!(conn, c => second_factors::table
        .find((organisation, user))
        .select(FactorRow::as_select())
        .first(c)
        .optional())?)
}

/// Keeps a secret that waits for its first code.
pub(super) fn put_pending(
    conn: &mut Conn<'_>,
    organisation: Id,
    user: Id,
    secret: &Sealed<Vec<u8>>,
    now: Time,
) -> Result<()> {
    on!(conn, c => diesel::insert_into(second_factors::table)
        .values((
            second_factors::organisation_id.eq(organisation),
            second_factors::user_id.eq(user),
            second_factors::last_step.eq(0_i64),
            second_factors::pending.eq(Some(secret)),
            second_factors::pending_at.eq(Some(now)),
        ))
        .on_conflict((second_factors::organisation_id, second_factors::user_id))
        .do_update()
        .set((second_factors::pending.eq(Some(secret)), second_factors::pending_at.eq(Some(now))))
        .execute(c))?;
    Ok(())
}

/// Puts the secret that waits since `pending_at` into use, and says whether it still waited. The code that confirmed it
/// is used up.
pub(super) fn confirm(
    conn: &mut Conn<'_>,
    (organisation, user): (Id, Id),
    secret: &Sealed<Vec<u8>>,
    pending_at: Time,
    step: i64,
    now: Time,
) -> Result<bool> {
    let done = on!(conn, c => diesel::update(second_factors::table
            .find((organisation, user))
            .filter(second_factors::pending_at.eq(Some(pending_at))))
        .set((
            second_factors::secret.eq(Some(secret)),
            second_factors::confirmed_at.eq(Some(now)),
            second_factors::last_step.eq(step),
            second_factors::pending.eq(None::<Sealed<Vec<u8>>>),
            second_factors::pending_at.eq(None::<Time>),
        ))
        .execute(c))?;
    Ok(done == 1)
}

/// Uses a step up, and says whether it was later than every one before: of two that race the update lets one win.
pub(super) fn use_step(conn: &mut Conn<'_>, organisation: Id, user: Id, step: i64) -> Result<bool> {
    let won = on!(conn, c => diesel::update(second_factors::table
            .find((organisation, user))
            .filter(second_factors::last_step.lt(step)))
        .set(second_factors::last_step.eq(step))
        .execute(c))?;
    Ok(won == 1)
}

/// Forgets the authenticator app and the recovery codes of an account, and says whether there was an app.
///
/// # Errors
/// Of the database.
pub fn forget(conn: &mut Conn<'_>, organisation: Id, user: Id) -> Result<bool> {
    let had = has_factor(conn, organisation, user)?;
    on!(conn, c => {
        diesel::delete(recovery_codes::table
            .filter(recovery_codes::organisation_id.eq(organisation))
            .filter(recovery_codes::user_id.eq(user)))
            .execute(c)?;
        diesel::delete(second_factors::table.find((organisation, user))).execute(c)
    })?;
    Ok(had)
}

/// Replaces the recovery codes of an account.
pub(super) fn replace_recovery_codes(
    conn: &mut Conn<'_>,
    organisation: Id,
    user: Id,
    hashes: &[Vec<u8>],
    now: Time,
) -> Result<()> {
    let rows: Vec<_> = hashes
        .iter()
        .map(|hash| {
            (
                recovery_codes::organisation_id.eq(organisation),
                recovery_codes::user_id.eq(user),
                recovery_codes::hash.eq(hash),
                recovery_codes::made_at.eq(now),
            )
        })
        .collect();
    on!(conn, c => {
        diesel::delete(recovery_codes::table
            .filter(recovery_codes::organisation_id.eq(organisation))
            .filter(recovery_codes::user_id.eq(user)))
            .execute(c)?;
        diesel::insert_into(recovery_codes::table).values(&rows).execute(c)
    })?;
    Ok(())
}

/// Uses a recovery code up, and says whether it was good: of two that race the update lets one win.
pub(super) fn use_recovery_code(
    conn: &mut Conn<'_>,
    organisation: Id,
    user: Id,
    hash: &[u8],
    now: Time,
) -> Result<bool> {
    let won = on!(conn, c => diesel::update(recovery_codes::table
            .find((organisation, user, hash))
            .filter(recovery_codes::used_at.is_null()))
        .set(recovery_codes::used_at.eq(Some(now)))
        .execute(c))?;
    Ok(won == 1)
}

/// How many recovery codes are left.
pub(super) fn recovery_codes_left(conn: &mut Conn<'_>, organisation: Id, user: Id) -> Result<i64> {
    Ok(on!(conn, c => recovery_codes::table
        .filter(recovery_codes::organisation_id.eq(organisation))
        .filter(recovery_codes::user_id.eq(user))
        .filter(recovery_codes::used_at.is_null())
        .count()
        .get_result(c))?)
}

/// Puts down what happened to an account, for its user to be told.
///
/// # Errors
/// Of the database.
pub fn notice(conn: &mut Conn<'_>, organisation: Id, user: Id, kind: NoticeKind, now: Time) -> Result<()> {
    on!(conn, c => diesel::insert_into(account_notices::table)
        .values((
            account_notices::organisation_id.eq(organisation),
            account_notices::id.eq(Id::at(now)),
            account_notices::user_id.eq(user),
            account_notices::kind.eq(kind),
            account_notices::at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// What happened to an account after `since`, newest first.
pub(super) fn notices(
    conn: &mut Conn<'_>,
    organisation: Id,
    user: Id,
    since: Time,
) -> Result<Vec<(NoticeKind, Time)>> {
    Ok(on!(conn, c => account_notices::table
        .filter(account_notices::organisation_id.eq(organisation))
        .filter(account_notices::user_id.eq(user))
        .filter(account_notices::at.gt(since))
        .order((account_notices::at.desc(), account_notices::id.desc()))
        .select((account_notices::kind, account_notices::at))
        .limit(50)
        .load(c))?)
}

/// Forgets what happened before `before`.
///
/// # Errors
/// Of the database.
pub fn forget_notices(conn: &mut Conn<'_>, before: Time) -> Result<()> {
    on!(conn, c => diesel::delete(account_notices::table.filter(account_notices::at.lt(before)))
        .execute(c))?;
    Ok(())
}
