//! Entries in the database.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::model::Entry;
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, among};
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{do_not_share, operation_cases, operations};

/// A row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = do_not_share, treat_none_as_default_value = false)]
pub struct EntryRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which case, if of one.
    pub case_id: Option<Id>,
    /// Of which site, if of one.
    pub site_id: Option<Id>,
    /// Sealed party and reasons.
    pub entry: Sealed<Entry>,
    /// Who made it.
    pub created_by: Id,
    /// When (UTC).
    pub created_at: Time,
    /// When it last changed (UTC).
    pub updated_at: Time,
    /// Who removed it.
    pub removed_by: Option<Id>,
    /// When (UTC).
    pub removed_at: Option<Time>,
}

/// What an entry hangs on. Whether the caller reaches that is for the caller of these functions to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A case.
    Case(Id),
    /// A site.
    Site(Id),
}

impl Owner {
    /// The two columns.
    pub const fn columns(self) -> (Option<Id>, Option<Id>) {
        match self {
            Self::Case(id) => (Some(id), None),
            Self::Site(id) => (None, Some(id)),
        }
    }
}

/// Narrows a boxed query to the entries of an owner.
macro_rules! of {
    ($query:expr, $owner:expr) => {
        match $owner {
            Owner::Case(id) => $query.filter(do_not_share::case_id.eq(id)),
            Owner::Site(id) => $query.filter(do_not_share::site_id.eq(id)),
        }
    };
}

/// The entries of an owner, oldest first.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    owner: Owner,
    removed_too: bool,
    keyset: &Keyset,
) -> Result<Vec<EntryRow>> {
    Ok(on!(conn, c => {
        let query = do_not_share::table
            .filter(do_not_share::organisation_id.eq(scope.organisation_id))
            .select(EntryRow::as_select())
            .into_boxed::<Backend>();
        let mut query = of!(query, owner);
        if !removed_too {
            query = query.filter(do_not_share::removed_at.is_null());
        }
        within!(query, keyset.ascending(), do_not_share::created_at, do_not_share::id).load(c)
    })?)
}

/// The entry with this id, whatever it hangs on.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<Option<EntryRow>> {
    Ok(on!(conn, c => do_not_share::table
        .find((scope.organisation_id, id))
        .select(EntryRow::as_select())
        .first(c)
        .optional())?)
}

/// The entries of an owner that hold, oldest first.
pub(super) fn live(scope: &Scope, conn: &mut Conn<'_>, owner: Owner) -> Result<Vec<EntryRow>> {
    Ok(on!(conn, c => {
        let query = do_not_share::table
            .filter(do_not_share::organisation_id.eq(scope.organisation_id))
            .filter(do_not_share::removed_at.is_null())
            .order((do_not_share::created_at.asc(), do_not_share::id.asc()))
            .select(EntryRow::as_select())
            .into_boxed::<Backend>();
        of!(query, owner).load(c)
    })?)
}

/// The sites of the organisation that have a list.
pub(super) fn listed_sites(scope: &Scope, conn: &mut Conn<'_>) -> Result<Vec<Id>> {
    Ok(on!(conn, c => do_not_share::table
        .filter(do_not_share::organisation_id.eq(scope.organisation_id))
        .filter(do_not_share::removed_at.is_null())
        .filter(do_not_share::site_id.is_not_null())
        .select(do_not_share::site_id.assume_not_null())
        .distinct()
        .load(c))?)
}

/// How many entries hold for each of these cases; those without one are not among them.
///
/// # Errors
/// Of the database.
pub fn counts(scope: &Scope, conn: &mut Conn<'_>, case_ids: &[Id]) -> Result<HashMap<Id, i64>> {
    let rows: Vec<(Id, i64)> = on!(conn, c => do_not_share::table
        .filter(do_not_share::organisation_id.eq(scope.organisation_id))
        .filter(do_not_share::removed_at.is_null())
        .filter(among(do_not_share::case_id, case_ids))
        .group_by(do_not_share::case_id)
        .select((do_not_share::case_id.assume_not_null(), count_star()))
        .load(c))?;
    Ok(rows.into_iter().collect())
}

/// The sites that the operations about a case go to, whoever reaches those.
pub(super) fn sites_of_operations(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Vec<Id>> {
    Ok(on!(conn, c => operations::table
        .inner_join(operation_cases::table.on(operation_cases::organisation_id
            .eq(operations::organisation_id)
            .and(operation_cases::operation_id.eq(operations::id))))
        .filter(operations::organisation_id.eq(scope.organisation_id))
        .filter(operation_cases::case_id.eq(case_id))
        .filter(operations::site_id.is_not_null())
        .select(operations::site_id.assume_not_null())
        .load(c))?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &EntryRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(do_not_share::table).values(row).execute(c))?;
    Ok(())
}

/// Writes the new state.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &EntryRow) -> Result<()> {
    // No `..`: a new column must decide here whether it can change.
    let EntryRow {
        organisation_id: _,
        id,
        case_id: _,
        site_id: _,
        entry,
        created_by: _,
        created_at: _,
        updated_at: _,
        removed_by,
        removed_at,
    } = row;
    on!(conn, c => diesel::update(do_not_share::table.find((scope.organisation_id, *id)))
        .set((
            do_not_share::entry.eq(entry),
            do_not_share::updated_at.eq(scope.now),
            do_not_share::removed_by.eq(*removed_by),
            do_not_share::removed_at.eq(*removed_at),
        ))
        .execute(c))?;
    Ok(())
}
