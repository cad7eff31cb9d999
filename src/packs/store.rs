//! Copies of plans and the keys they are sealed to, in the database.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{PackForm, PackState};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, among};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::on;
use crate::operations::model::OperationStatus;
use crate::schema::{operations, pack_keys, packs, sessions, users};

/// A copy of a plan.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = packs, treat_none_as_default_value = false)]
pub struct PackRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which operation.
    pub operation_id: Id,
    /// Who took it.
    pub user_id: Id,
    /// By which session.
    pub session_id: Option<Id>,
    /// In what form.
    pub form: PackForm,
    /// When (UTC).
    pub made_at: Time,
    /// Until when it may be kept (UTC).
    pub expires_at: Time,
    /// What became of it.
    pub state: PackState,
    /// When it was burnt (UTC).
    pub burnt_at: Option<Time>,
    /// By whose word.
    pub burnt_by: Option<Id>,
    /// The version of the operation when it was made.
    pub plan_version: i64,
    /// Keyed hash of the plan in it.
    pub plan_hash: Vec<u8>,
    /// Sealed fingerprint of the key.
    pub recipient: Option<Sealed<String>>,
}

/// Stores a copy that is about to be handed out.
pub(super) fn insert(conn: &mut Conn<'_>, row: &PackRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(packs::table).values(row).execute(c))?;
    Ok(())
}

/// A copy with what is shown of its holder.
pub struct CopyRow {
    /// The copy.
    pub pack: PackRow,
    /// Sealed name of the holder.
    pub name: Sealed<String>,
    /// What the session that took it called itself.
    pub device: Option<Sealed<String>>,
}

type Joined = (PackRow, Sealed<String>, Option<Sealed<String>>);

/// The copies of an operation that the caller has in reach, newest first.
pub(super) fn of_operation(
    scope: &Scope,
    conn: &mut Conn<'_>,
    operation: Id,
    keyset: &Keyset,
) -> Result<Vec<CopyRow>> {
    let rows: Vec<Joined> = on!(conn, c => {
        let query = packs::table
            .inner_join(users::table.on(
                users::organisation_id.eq(packs::organisation_id).and(users::id.eq(packs::user_id)),
            ))
            .left_join(sessions::table.on(
                sessions::organisation_id.eq(packs::organisation_id)
                    .and(sessions::id.nullable().eq(packs::session_id)),
            ))
            .filter(packs::organisation_id.eq(scope.organisation_id))
            .filter(packs::operation_id.eq(operation))
            .select((PackRow::as_select(), users::name, sessions::device.nullable()))
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), packs::made_at, packs::id).load(c)
    })?;
    Ok(rows.into_iter().map(|(pack, name, device)| CopyRow { pack, name, device }).collect())
}

/// Marks the copies that somebody took, or those of one session, as burnt, and gives them.
pub(super) fn burn(
    scope: &Scope,
    conn: &mut Conn<'_>,
    user: Id,
    session: Option<Id>,
) -> Result<Vec<PackRow>> {
    use OperationStatus::{Aborted, Completed};
    Ok(on!(conn, c => {
        let mut burnt = diesel::update(packs::table)
            .filter(packs::organisation_id.eq(scope.organisation_id))
            .filter(packs::user_id.eq(user))
            .filter(packs::state.eq(PackState::Made))
            .filter(packs::expires_at.gt(scope.now).or(packs::operation_id.eq_any(
                operations::table
                    .filter(operations::organisation_id.eq(scope.organisation_id))
                    .filter(operations::status.ne_all([Completed, Aborted]))
                    .select(operations::id),
            )))
            .set((
                packs::state.eq(PackState::Burnt),
                packs::burnt_at.eq(scope.now),
                packs::burnt_by.eq(scope.user_id),
            ))
            .into_boxed::<Backend>();
        if let Some(session) = session {
            burnt = burnt.filter(packs::session_id.eq(session));
        }
        burnt.returning(PackRow::as_returning()).get_results(c)
    })?)
}

/// When a copy of each of these operations was last burnt; those without one are absent.
pub(super) fn burnt_of(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<HashMap<Id, Time>> {
    let rows: Vec<(Id, Option<Time>)> = on!(conn, c => packs::table
        .filter(packs::organisation_id.eq(scope.organisation_id))
        .filter(among(packs::operation_id, ids))
        .filter(packs::state.eq(PackState::Burnt))
        .order(packs::burnt_at.asc())
        .select((packs::operation_id, packs::burnt_at))
        .load(c))?;
    // The last one stays.
    Ok(rows.into_iter().filter_map(|(id, at)| Some((id, at?))).collect())
}

/// The key that somebody's packs are sealed to.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = pack_keys, treat_none_as_default_value = false)]
pub struct KeyRow {
    /// Whose organisation.
    pub organisation_id: Id,
    /// Whose.
    pub user_id: Id,
    /// Sealed public key.
    pub recipient: Sealed<String>,
    /// The session that told it.
    pub session_id: Option<Id>,
    /// When (UTC).
    pub set_at: Time,
}

/// The caller's key.
///
/// # Errors
/// 404 when there is none.
pub(super) fn my_key(scope: &Scope, conn: &mut Conn<'_>) -> Result<KeyRow> {
    keys_of(scope, conn, &[scope.user_id])?.pop().ok_or_else(Error::not_found)
}

/// The keys of these users, as far as they have one.
pub(super) fn keys_of(scope: &Scope, conn: &mut Conn<'_>, users: &[Id]) -> Result<Vec<KeyRow>> {
    Ok(on!(conn, c => pack_keys::table
        .filter(pack_keys::organisation_id.eq(scope.organisation_id))
        .filter(among(pack_keys::user_id, users))
        .select(KeyRow::as_select())
        .load(c))?)
}

/// Stores the caller's key in the place of the one before.
pub(super) fn put_key(conn: &mut Conn<'_>, row: &KeyRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(pack_keys::table)
        .values(row)
        .on_conflict((pack_keys::organisation_id, pack_keys::user_id))
        .do_update()
        .set((
            pack_keys::recipient.eq(&row.recipient),
            pack_keys::session_id.eq(row.session_id),
            pack_keys::set_at.eq(row.set_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Forgets somebody's key, or only one that a session told; says whether there was one.
pub(super) fn forget_key(scope: &Scope, conn: &mut Conn<'_>, user: Id, session: Option<Id>) -> Result<bool> {
    let forgotten = on!(conn, c => {
        let mut key = diesel::delete(pack_keys::table)
            .filter(pack_keys::organisation_id.eq(scope.organisation_id))
            .filter(pack_keys::user_id.eq(user))
            .into_boxed::<Backend>();
        if let Some(session) = session {
            key = key.filter(pack_keys::session_id.eq(session));
        }
        key.execute(c)
    })?;
    Ok(forgotten == 1)
}
