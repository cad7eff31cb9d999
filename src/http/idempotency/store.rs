//! Keys and answers in the database.

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{KEPT_HOURS, Key, Stored};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::{Conn, kept_update, kept_upsert};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{batch_items, idempotency_keys as keys};

/// True when the key is new. On PostgreSQL a copy that is in flight is waited for here.
pub(super) fn reserve(scope: &Scope, conn: &mut Conn<'_>, key: &Key) -> Result<bool> {
    let kept_since = scope.now.plus_seconds(-KEPT_HOURS * 3_600);
    let reserved = on!(conn, c => {
        let insert = diesel::insert_into(keys::table)
            .values((
                keys::organisation_id.eq(scope.organisation_id),
                keys::user_id.eq(scope.user_id),
                keys::key_hash.eq(key.key_hash.as_slice()),
                keys::request_hash.eq(key.request_hash.as_slice()),
                keys::status.eq(0),
                keys::response.eq(Vec::<u8>::new()),
                keys::created_at.eq(scope.now),
            ));
        let anew = (
            keys::request_hash.eq(excluded(keys::request_hash)),
            keys::status.eq(excluded(keys::status)),
            keys::response.eq(excluded(keys::response)),
            keys::created_at.eq(excluded(keys::created_at)),
            keys::owner_id.eq(excluded(keys::owner_id)),
        );
        kept_upsert(insert, "organisation_id, user_id, key_hash", anew, keys::created_at.lt(kept_since)).execute(c)
    })?;
    Ok(reserved == 1)
}

/// Stores the answer beside the key. With the case or operation `owner` it goes.
pub(super) fn complete(
    scope: &Scope,
    conn: &mut Conn<'_>,
    key: &Key,
    response: Sealed<Stored>,
    owner: Option<Id>,
) -> Result<()> {
    let this = keys::organisation_id
        .eq(scope.organisation_id)
        .and(keys::user_id.eq(scope.user_id))
        .and(keys::key_hash.eq(key.key_hash.to_vec()));
    let answer = (keys::status.eq(201), keys::response.eq(response), keys::owner_id.eq(owner));
    conn.later(kept_update(keys::table, this, answer))
}

/// The hash of the request that came first, and its answer.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, key: &Key) -> Result<([u8; 32], Sealed<Stored>)> {
    let (hash, response): (Vec<u8>, Sealed<Stored>) = on!(conn, c => keys::table
        .filter(keys::organisation_id.eq(scope.organisation_id))
        .filter(keys::user_id.eq(scope.user_id))
        .filter(keys::key_hash.eq(key.key_hash.as_slice()))
        .select((keys::request_hash, keys::response))
        .first(c))?;
    let hash = hash.try_into().map_err(|_| Error::internal("a request hash has a wrong length"))?;
    Ok((hash, response))
}

/// True when the caller has done no item with this id.
pub(super) fn claim(scope: &Scope, conn: &mut Conn<'_>, id: Id, digest: &[u8]) -> Result<bool> {
    let inserted = on!(conn, c => diesel::insert_into(batch_items::table)
        .values((
            batch_items::organisation_id.eq(scope.organisation_id),
            batch_items::user_id.eq(scope.user_id),
            batch_items::id.eq(id),
            batch_items::digest.eq(digest),
            batch_items::done_at.eq(scope.now),
        ))
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// The digest of the item with this id that the caller has done.
pub(super) fn claimed(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<Option<Vec<u8>>> {
    Ok(on!(conn, c => batch_items::table
        .find((scope.organisation_id, scope.user_id, id))
        .select(batch_items::digest)
        .first(c)
        .optional())?)
}

/// Forgets answers that can no longer be replayed, of every organisation.
///
/// # Errors
/// Of the database.
pub fn forget_old(conn: &mut Conn<'_>, now: Time) -> Result<usize> {
    Ok(
        on!(conn, c => diesel::delete(keys::table.filter(keys::created_at.lt(now.plus_seconds(-KEPT_HOURS * 3_600))))
        .execute(c))?,
    )
}
