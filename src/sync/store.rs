//! What devices were sent, in the database.

use diesel::prelude::*;

use crate::authz::Scope;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::on;
use crate::schema::{sessions, sync_points};

/// Points of one session that are kept beside the one that was asked with: answers may overtake each other.
const KEPT: i64 = 4;

/// What this session was sent when it got to this point; none if that is not kept.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, session: Id, point: Id) -> Result<Option<Vec<u8>>> {
    Ok(on!(conn, c => sync_points::table
        .find((scope.organisation_id, session, point))
        .select(sync_points::sent)
        .first(c)
        .optional())?)
}

/// Keeps a point, and of the others the newest and the one that was asked with.
pub(super) fn keep(
    scope: &Scope,
    conn: &mut Conn<'_>,
    session: Id,
    (point, sent): (Id, &[u8]),
    asked_with: Option<Id>,
) -> Result<()> {
    on!(conn, c => {
        diesel::insert_into(sync_points::table)
            .values((
                sync_points::organisation_id.eq(scope.organisation_id),
                sync_points::session_id.eq(session),
                sync_points::id.eq(point),
                sync_points::sent.eq(sent),
                sync_points::used_at.eq(scope.now),
            ))
            .on_conflict((sync_points::organisation_id, sync_points::session_id, sync_points::id))
            .do_update()
            .set(sync_points::used_at.eq(scope.now))
            .execute(c)?;
        let mine = || sync_points::table
            .filter(sync_points::organisation_id.eq(scope.organisation_id))
            .filter(sync_points::session_id.eq(session));
        let mut kept: Vec<Id> = mine()
            .order((sync_points::used_at.desc(), sync_points::id.desc()))
            .limit(KEPT)
            .select(sync_points::id)
            .load(c)?;
        kept.push(point);
        kept.extend(asked_with);
        diesel::delete(mine().filter(sync_points::id.ne_all(kept))).execute(c)
    })?;
    Ok(())
}

/// Forgets what sessions were sent that have ended, of every organisation.
///
/// # Errors
/// Of the database.
pub fn forget_ended(conn: &mut Conn<'_>, now: Time) -> Result<usize> {
    Ok(on!(conn, c => diesel::delete(sync_points::table.filter(diesel::dsl::exists(
            sessions::table
                .filter(sessions::organisation_id.eq(sync_points::organisation_id))
                .filter(sessions::id.eq(sync_points::session_id))
                .filter(sessions::revoked_at.is_not_null().or(sessions::expires_at.le(now))),
        )))
        .execute(c))?)
}
