//! Previews in the database.

use diesel::prelude::*;

use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::on;
use crate::schema::imports;

/// An import row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = imports, treat_none_as_default_value = false)]
pub struct ImportRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Into which case.
    pub case_id: Id,
    /// Who uploaded it.
    pub author_id: Id,
    /// The format it was read as.
    pub format: String,
    /// Sealed name of the file.
    pub file_name: Sealed<Option<String>>,
    /// The sealed file; none once the preview has expired.
    pub file: Option<Sealed<Vec<u8>>>,
    /// When it was uploaded.
    pub created_at: Time,
    /// When the file is forgotten.
    pub expires_at: Time,
    /// When something of it was last committed.
    pub committed_at: Option<Time>,
}

/// An import of the caller's organisation; whether its case is in reach is still to be asked.
///
/// # Errors
/// 404.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<ImportRow> {
    Ok(on!(conn, c => imports::table
        .filter(imports::organisation_id.eq(scope.organisation_id))
        .filter(imports::id.eq(id))
        .select(ImportRow::as_select())
        .first(c))?)
}

/// As [`find`], without the file.
pub(super) fn case_of(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<Id> {
    Ok(on!(conn, c => imports::table
        .filter(imports::organisation_id.eq(scope.organisation_id))
        .filter(imports::id.eq(id))
        .select(imports::case_id)
        .first(c))?)
}

pub(super) fn insert(_scope: &Scope, conn: &mut Conn<'_>, row: &ImportRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(imports::table).values(row).execute(c))?;
    Ok(())
}

/// Notes that something of it was committed.
pub(super) fn mark_committed(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<()> {
    on!(conn, c => diesel::update(imports::table
            .filter(imports::organisation_id.eq(scope.organisation_id))
            .filter(imports::id.eq(id)))
        .set(imports::committed_at.eq(scope.now))
        .execute(c))?;
    Ok(())
}

/// Drops the files of previews that have expired.
///
/// # Errors
/// Of the database.
pub fn forget_expired(conn: &mut Conn<'_>, now: Time) -> Result<()> {
    on!(conn, c => diesel::update(imports::table
            .filter(imports::expires_at.lt(now))
            .filter(imports::file.is_not_null()))
        .set(imports::file.eq(None::<Vec<u8>>))
        .execute(c))?;
    Ok(())
}
