//! Calendar addresses in the database, and what a feed is made from.

use diesel::prelude::*;

use crate::auth::model::UserStatus;
use crate::authz::{Role, Scope};
use crate::cases::model::CaseStatus;
use crate::cases::store::within_reach;
use crate::channels::store::ChannelRow;
use crate::crypto::WrappedKey;
use crate::db::types::{Id, Time};
use crate::db::{Conn, among};
use crate::error::{Error, Result};
use crate::on;
use crate::people::model::PersonRole;
use crate::schema::{calendar_feeds, cases, channels, data_keys, organisations, people, users};

/// The most cases in one feed.
const MOST_CASES: i64 = 500;

/// Sets the caller's address; one that was there before stops working.
pub(super) fn put(scope: &Scope, conn: &mut Conn<'_>, hash: &[u8]) -> Result<()> {
    on!(conn, c => diesel::insert_into(calendar_feeds::table)
        .values((
            calendar_feeds::organisation_id.eq(scope.organisation_id),
            calendar_feeds::hash.eq(hash),
            calendar_feeds::user_id.eq(scope.user_id),
            calendar_feeds::created_at.eq(scope.now),
        ))
        .on_conflict((calendar_feeds::organisation_id, calendar_feeds::user_id))
        .do_update()
        .set((calendar_feeds::hash.eq(hash), calendar_feeds::created_at.eq(scope.now)))
        .execute(c))?;
    Ok(())
}

/// When the caller's address was made; 404 when there is none.
pub(super) fn created_at(scope: &Scope, conn: &mut Conn<'_>) -> Result<Time> {
    Ok(on!(conn, c => calendar_feeds::table
        .filter(calendar_feeds::organisation_id.eq(scope.organisation_id))
        .filter(calendar_feeds::user_id.eq(scope.user_id))
        .select(calendar_feeds::created_at)
        .first(c))?)
}

/// Ends the caller's address; 404 when there is none.
pub(super) fn end(scope: &Scope, conn: &mut Conn<'_>) -> Result<()> {
    if forget(scope, conn, scope.user_id)? { Ok(()) } else { Err(Error::not_found()) }
}

/// Ends somebody's address; says whether there was one.
///
/// # Errors
/// Of the database.
pub fn forget(scope: &Scope, conn: &mut Conn<'_>, user: Id) -> Result<bool> {
    let ended = on!(conn, c => diesel::delete(calendar_feeds::table
            .filter(calendar_feeds::organisation_id.eq(scope.organisation_id))
            .filter(calendar_feeds::user_id.eq(user)))
        .execute(c))?;
    Ok(ended == 1)
}

/// Whose address this is, and what they are now.
///
/// # Errors
/// 404 when it is nobody's, or user or organisation are not active.
pub(super) fn owner(conn: &mut Conn<'_>, organisation_id: Id, hash: &[u8]) -> Result<(Id, Role)> {
    Ok(on!(conn, c => calendar_feeds::table
        .inner_join(users::table.on(
            users::organisation_id.eq(calendar_feeds::organisation_id)
                .and(users::id.eq(calendar_feeds::user_id)),
        ))
        .inner_join(organisations::table.on(organisations::id.eq(calendar_feeds::organisation_id)))
        .filter(calendar_feeds::organisation_id.eq(organisation_id))
        .filter(calendar_feeds::hash.eq(hash))
        .filter(users::status.eq(UserStatus::Active))
        .filter(organisations::status.eq("active"))
        .select((users::id, users::role))
        .first(c))?)
}

/// The cases in reach that are not closed and that the user is on now, with their keys.
pub(super) fn my_cases(scope: &Scope, conn: &mut Conn<'_>) -> Result<Vec<WrappedKey>> {
    let rows: Vec<(Id, Id, Vec<u8>)> = on!(conn, c => {
        use crate::schema::assignments as on_them;
        let query = cases::table
            .inner_join(data_keys::table.on(
                data_keys::organisation_id.eq(cases::organisation_id).and(data_keys::owner_id.eq(cases::id)),
            ))
            .filter(cases::organisation_id.eq(scope.organisation_id))
            .filter(cases::status.ne(CaseStatus::Closed))
            .filter(cases::id.eq_any(
                on_them::table
                    .filter(on_them::organisation_id.eq(scope.organisation_id))
                    .filter(on_them::user_id.eq(scope.user_id))
                    .filter(on_them::until_at.is_null())
                    .select(on_them::case_id),
            ))
            .order(cases::id.asc())
            .limit(MOST_CASES)
            .select((cases::id, data_keys::organisation_key_id, data_keys::wrapped))
            .into_boxed::<Backend>();
        within_reach!(query, scope, cases::id).load(c)
    })?;
    Ok(rows.into_iter().map(|(id, wrapped_by, wrapped)| WrappedKey { id, wrapped_by, wrapped }).collect())
}

/// The channels of the victims of these cases, which were found in reach.
pub(super) fn channels_of_victims(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_ids: &[Id],
) -> Result<Vec<ChannelRow>> {
    Ok(on!(conn, c => channels::table
        .inner_join(people::table.on(
            people::organisation_id.eq(channels::organisation_id).and(people::id.eq(channels::person_id)),
        ))
        .filter(channels::organisation_id.eq(scope.organisation_id))
        .filter(among(channels::case_id, case_ids))
        .filter(people::role.eq(PersonRole::Victim))
        .order((channels::case_id.asc(), channels::id.asc()))
        .select(ChannelRow::as_select())
        .load(c))?)
}
