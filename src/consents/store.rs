//! Consents in the database.

use diesel::prelude::*;

use super::model::{Method, Purpose, Terms};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, among};
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::consents;

/// A consent row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = consents, treat_none_as_default_value = false)]
pub struct ConsentRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// On which case the person is.
    pub case_id: Id,
    /// Who agreed.
    pub person_id: Id,
    /// To what.
    pub purpose: Purpose,
    /// How they said so.
    pub method: Method,
    /// When they said so (UTC).
    pub given_at: Time,
    /// When it ends by itself (UTC).
    pub expires_at: Option<Time>,
    /// The message in which they said so.
    pub message_id: Option<Id>,
    /// Sealed terms.
    pub terms: Sealed<Terms>,
    /// Sealed name of the interpreter.
    pub interpreter: Option<Sealed<String>>,
    /// Who recorded it.
    pub recorded_by: Id,
    /// When (UTC).
    pub recorded_at: Time,
    /// From when on it is taken back (UTC).
    pub withdrawn_at: Option<Time>,
    /// Who wrote that down.
    pub withdrawn_by: Option<Id>,
    /// Sealed reason of that.
    pub withdrawal: Option<Sealed<String>>,
}

/// A consent of the organisation; whether its case is in reach is for the caller to ask.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<ConsentRow> {
    Ok(on!(conn, c => consents::table
        .find((scope.organisation_id, id))
        .select(ConsentRow::as_select())
        .first(c))?)
}

/// The consents of a person who was found in reach, for some purposes or all, newest first.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    person_id: Id,
    purposes: &[Purpose],
    keyset: &Keyset,
) -> Result<Vec<ConsentRow>> {
    Ok(on!(conn, c => {
        let mut query = consents::table
            .filter(consents::organisation_id.eq(scope.organisation_id))
            .filter(consents::person_id.eq(person_id))
            .select(ConsentRow::as_select())
            .into_boxed::<Backend>();
        if !purposes.is_empty() {
            query = query.filter(consents::purpose.eq_any(purposes));
        }
        within!(query, keyset.descending(), consents::given_at, consents::id).load(c)
    })?)
}

/// Those consents of some people to a purpose that hold at a moment, as person, consent and when it ends by itself.
///
/// # Errors
/// Of the database.
pub fn holding(
    scope: &Scope,
    conn: &mut Conn<'_>,
    people: &[Id],
    purpose: Purpose,
    at: Time,
) -> Result<Vec<(Id, Id, Option<Time>)>> {
    Ok(on!(conn, c => consents::table
        .filter(consents::organisation_id.eq(scope.organisation_id))
        .filter(among(consents::person_id, people))
        .filter(consents::purpose.eq(purpose))
        .filter(consents::given_at.le(at))
        .filter(consents::expires_at.is_null().or(consents::expires_at.gt(at)))
        .filter(consents::withdrawn_at.is_null().or(consents::withdrawn_at.gt(at)))
        .order((consents::given_at.asc(), consents::id.asc()))
        .select((consents::person_id, consents::id, consents::expires_at))
        .load(c))?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &ConsentRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(consents::table).values(row).execute(c))?;
    Ok(())
}

/// Writes that a consent was taken back; nothing else of it ever changes.
pub(super) fn withdraw(scope: &Scope, conn: &mut Conn<'_>, row: &ConsentRow) -> Result<()> {
    on!(conn, c => diesel::update(consents::table.find((scope.organisation_id, row.id)))
        .set((
            consents::withdrawn_at.eq(row.withdrawn_at),
            consents::withdrawn_by.eq(row.withdrawn_by),
            consents::withdrawal.eq(row.withdrawal.as_ref()),
        ))
        .execute(c))?;
    Ok(())
}
