//! People in the database.

use diesel::prelude::*;

use super::model::{Document, Name, Particulars, PersonRole, Recognition};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, among};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::on;
use crate::schema::people;

/// A person row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = people, treat_none_as_default_value = false)]
pub struct PersonRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// On which case.
    pub case_id: Id,
    /// As what.
    pub role: PersonRole,
    /// Sealed names.
    pub names: Sealed<Vec<Name>>,
    /// Sealed documents.
    pub documents: Sealed<Vec<Document>>,
    /// Sealed birth and nationality.
    pub particulars: Sealed<Particulars>,
    /// Sealed card.
    pub recognition: Sealed<Recognition>,
    /// When they were added (UTC).
    pub created_at: Time,
    /// When the row last changed (UTC).
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
}

/// A person of the organisation; whether their case is in reach is for [`super::model::open`] to ask.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<PersonRow> {
    Ok(on!(conn, c => people::table
        .filter(people::organisation_id.eq(scope.organisation_id))
        .filter(people::id.eq(id))
        .select(PersonRow::as_select())
        .first(c))?)
}

/// The people of a case, in the order they were added.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    keyset: &Keyset,
) -> Result<Vec<PersonRow>> {
    Ok(on!(conn, c => {
        let query = people::table
            .filter(people::organisation_id.eq(scope.organisation_id))
            .filter(people::case_id.eq(case_id))
            .select(PersonRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.ascending(), people::created_at, people::id).load(c)
    })?)
}

/// Everybody on these cases, which the caller has found in reach, in the order they were added.
///
/// # Errors
/// Of the database.
pub fn of_cases(scope: &Scope, conn: &mut Conn<'_>, case_ids: &[Id]) -> Result<Vec<PersonRow>> {
    Ok(on!(conn, c => people::table
        .filter(people::organisation_id.eq(scope.organisation_id))
        .filter(among(people::case_id, case_ids))
        .order((people::created_at.asc(), people::id.asc()))
        .select(PersonRow::as_select())
        .load(c))?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &PersonRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(people::table).values(row).execute(c))?;
    Ok(())
}

/// Writes the new state over version `row.version`, which becomes one more.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &PersonRow) -> Result<()> {
    // No `..`: a new column must decide here whether it can change.
    let PersonRow {
        organisation_id: _,
        id,
        case_id: _,
        role,
        names,
        documents,
        particulars,
        recognition,
        created_at: _,
        updated_at: _,
        version,
    } = row;
    let changed = on!(conn, c => diesel::update(people::table
            .filter(people::organisation_id.eq(scope.organisation_id))
            .filter(people::id.eq(id))
            .filter(people::version.eq(version)))
        .set((
            people::role.eq(role),
            people::names.eq(names),
            people::documents.eq(documents),
            people::particulars.eq(particulars),
            people::recognition.eq(recognition),
            people::updated_at.eq(scope.now),
            people::version.eq(version + 1),
        ))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::stale()) }
}
