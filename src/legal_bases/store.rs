//! Legal bases in the database.

use diesel::prelude::*;

use super::model::{Basis, Terms};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::legal_bases;

/// A basis.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = legal_bases, treat_none_as_default_value = false)]
pub struct BasisRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which case.
    pub case_id: Id,
    /// The ground.
    pub basis: Basis,
    /// Sealed terms.
    pub terms: Sealed<Terms>,
    /// From when on (UTC).
    pub from_at: Time,
    /// Who recorded it.
    pub recorded_by: Id,
    /// When (UTC).
    pub recorded_at: Time,
}

/// What was recorded of a case that was found in reach, newest first.
///
/// # Errors
/// Of the database.
pub fn list(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, keyset: &Keyset) -> Result<Vec<BasisRow>> {
    Ok(on!(conn, c => {
        let query = legal_bases::table
            .filter(legal_bases::organisation_id.eq(scope.organisation_id))
            .filter(legal_bases::case_id.eq(case_id))
            .select(BasisRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), legal_bases::recorded_at, legal_bases::id).load(c)
    })?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &BasisRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(legal_bases::table).values(row).execute(c))?;
    Ok(())
}
