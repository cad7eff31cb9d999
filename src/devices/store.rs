//! Reports of lost phones in the database.

use diesel::prelude::*;

use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{lost_phones, users};

/// A report.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = lost_phones, treat_none_as_default_value = false)]
pub struct LostPhoneRow {
    /// Whose organisation.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Whose phone.
    pub user_id: Id,
    /// The session that was named.
    pub session_id: Option<Id>,
    /// Who made the report.
    pub reported_by: Id,
    /// When (UTC).
    pub at: Time,
    /// Sealed note.
    pub note: Option<Sealed<String>>,
    /// How many sessions ended by it.
    pub sessions_ended: i32,
    /// How many copies of plans were burnt by it.
    pub packs_burnt: i32,
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &LostPhoneRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(lost_phones::table).values(row).execute(c))?;
    Ok(())
}

/// When the caller made reports after `since`, oldest first. Holds the caller's row on PostgreSQL until the transaction
/// ends, so that of two reports at once the second counts the first; not its key, so that two who report each other do
/// not wait for one another.
pub(super) fn made_since(scope: &Scope, conn: &mut Conn<'_>, since: Time) -> Result<Vec<Time>> {
    if let Conn::Postgres(c) = conn {
        users::table
            .filter(users::organisation_id.eq(scope.organisation_id))
            .filter(users::id.eq(scope.user_id))
            .select(users::id)
            .for_no_key_update()
            .load::<Id>(c.now())?;
    }
    Ok(on!(conn, c => lost_phones::table
        .filter(lost_phones::organisation_id.eq(scope.organisation_id))
        .filter(lost_phones::reported_by.eq(scope.user_id))
        .filter(lost_phones::at.gt(since))
        .order(lost_phones::at.asc())
        .select(lost_phones::at)
        .load(c))?)
}

/// The reports on somebody, newest first.
pub(super) fn of_user(
    scope: &Scope,
    conn: &mut Conn<'_>,
    user: Id,
    keyset: &Keyset,
) -> Result<Vec<LostPhoneRow>> {
    Ok(on!(conn, c => {
        let query = lost_phones::table
            .filter(lost_phones::organisation_id.eq(scope.organisation_id))
            .filter(lost_phones::user_id.eq(user))
            .select(LostPhoneRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), lost_phones::at, lost_phones::id).load(c)
    })?)
}
