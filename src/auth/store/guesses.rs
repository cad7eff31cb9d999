//! Wrong guesses, and the devices that somebody has signed in on.

use diesel::prelude::*;

use crate::auth::model::{delay_seconds, is_delayed, wait_seconds};
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{known_devices, sign_in_failures};

/// How guessing stood when it was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    failures: i32,
    last_at: Time,
}

/// Refuses while the delay that wrong guesses have earned lasts.
///
/// # Errors
/// 429 `too-many-attempts`.
pub fn check_not_waiting(conn: &mut Conn<'_>, key: &[u8], now: Time) -> Result<Option<Seen>> {
    let found: Option<(i32, Time)> = on!(conn, c => sign_in_failures::table
        .find(key)
        .select((sign_in_failures::failures, sign_in_failures::last_at))
        .first(c)
        .optional())?;
    let Some((failures, last_at)) = found else { return Ok(None) };
    match u64::try_from(wait_seconds(failures, last_at, now)) {
        Ok(0) | Err(_) => Ok(Some(Seen { failures, last_at }).filter(|_| is_delayed(failures))),
        Ok(seconds) => Err(Error::too_many("too-many-attempts", seconds)),
    }
}

/// Takes the one guess that is free after a delay: of many that were sent at once, one is looked at.
///
/// # Errors
/// 429 `too-many-attempts` for all but the first.
pub fn take_turn(conn: &mut Conn<'_>, key: &[u8], seen: Seen, now: Time) -> Result<()> {
    let won = on!(conn, c => diesel::update(sign_in_failures::table
            .find(key)
            .filter(sign_in_failures::last_at.eq(seen.last_at))
            .filter(sign_in_failures::failures.eq(seen.failures)))
        .set(sign_in_failures::last_at.eq(now))
        .execute(c))?;
    let wait = u64::try_from(delay_seconds(seen.failures)).unwrap_or(1);
    if won == 1 { Ok(()) } else { Err(Error::too_many("too-many-attempts", wait)) }
}

/// Counts a wrong guess, whether or not the address is known.
///
/// # Errors
/// Of the database.
pub fn count_failure(conn: &mut Conn<'_>, key: &[u8], now: Time) -> Result<()> {
    on!(conn, c => diesel::insert_into(sign_in_failures::table)
        .values((
            sign_in_failures::email_hash.eq(key),
            sign_in_failures::failures.eq(1),
            sign_in_failures::last_at.eq(now),
        ))
        .on_conflict(sign_in_failures::email_hash)
        .do_update()
        .set((
            sign_in_failures::failures.eq(sign_in_failures::failures + 1),
            sign_in_failures::last_at.eq(now),
        ))
        .execute(c))?;
    Ok(())
}

/// Forgets wrong guesses after a right one.
///
/// # Errors
/// Of the database.
pub fn clear_failures(conn: &mut Conn<'_>, key: &[u8]) -> Result<()> {
    on!(conn, c => diesel::delete(sign_in_failures::table.find(key)).execute(c))?;
    Ok(())
}

/// Forgets guesses that were made before `before`.
///
/// # Errors
/// Of the database.
pub fn forget_old(conn: &mut Conn<'_>, before: Time) -> Result<()> {
    on!(conn, c => diesel::delete(sign_in_failures::table.filter(sign_in_failures::last_at.lt(before)))
        .execute(c))?;
    Ok(())
}

/// Devices that are remembered of one account; the one that was unused for the longest is forgotten first.
const MOST_DEVICES: i64 = 10;

/// Whose device this is, in an organisation.
///
/// # Errors
/// Of the database.
pub fn owner_of_device(conn: &mut Conn<'_>, organisation: Id, hash: &[u8]) -> Result<Option<Id>> {
    Ok(on!(conn, c => known_devices::table
        .find((organisation, hash))
        .select(known_devices::user_id)
        .first(c)
        .optional())?)
}

/// Remembers a device, and that it was used now.
///
/// # Errors
/// Of the database.
pub fn remember_device(
    conn: &mut Conn<'_>,
    organisation: Id,
    user: Id,
    hash: &[u8],
    now: Time,
) -> Result<()> {
    let beyond: Vec<Vec<u8>> = on!(conn, c => {
        diesel::insert_into(known_devices::table)
            .values((
                known_devices::organisation_id.eq(organisation),
                known_devices::hash.eq(hash),
                known_devices::user_id.eq(user),
                known_devices::made_at.eq(now),
                known_devices::last_used_at.eq(now),
            ))
            .on_conflict((known_devices::organisation_id, known_devices::hash))
            .do_update()
            .set(known_devices::last_used_at.eq(now))
            .execute(c)?;
        known_devices::table
            .filter(known_devices::organisation_id.eq(organisation))
            .filter(known_devices::user_id.eq(user))
            .order((known_devices::last_used_at.desc(), known_devices::hash.asc()))
            .select(known_devices::hash)
            .offset(MOST_DEVICES)
            .limit(MOST_DEVICES)
            .load(c)
    })?;
    if !beyond.is_empty() {
        on!(conn, c => diesel::delete(known_devices::table
                .filter(known_devices::organisation_id.eq(organisation))
                .filter(known_devices::user_id.eq(user))
                .filter(known_devices::hash.eq_any(&beyond)))
            .execute(c))?;
    }
    Ok(())
}

/// Forgets every device of an account: one of them may be in other hands.
///
/// # Errors
/// Of the database.
pub fn forget_devices(conn: &mut Conn<'_>, organisation: Id, user: Id) -> Result<()> {
    on!(conn, c => diesel::delete(known_devices::table
            .filter(known_devices::organisation_id.eq(organisation))
            .filter(known_devices::user_id.eq(user)))
        .execute(c))?;
    Ok(())
}
