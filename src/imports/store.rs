//! Imports in the database.

pub mod commits;

use diesel::prelude::*;

use super::model::{Failure, ImportState};
use super::preview::Preview;
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, literally};
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::imports;

/// An import row.
#[derive(Clone, Queryable, Selectable, Insertable)]
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
    /// The format it was read as; empty until it was.
    pub format: String,
    /// Sealed name of the file.
    pub file_name: Sealed<Option<String>>,
    /// When it was uploaded.
    pub created_at: Time,
    /// When the file is forgotten.
    pub expires_at: Time,
    /// When something of it was last committed.
    pub committed_at: Option<Time>,
    /// How far it is, as last written; [`Self::state_at`] is how far it is.
    pub state: ImportState,
    /// Which object holds the file: the last part of its name; none once it is forgotten.
    pub object_id: Option<Id>,
    /// The attachment whose file it is, if it did not come by itself.
    pub attachment_id: Option<Id>,
    /// Bytes of the file.
    pub size: i64,
    /// Sealed preview.
    pub preview: Option<Sealed<Preview>>,
    /// Sealed reason for which it could not be read.
    pub failure: Option<Sealed<Failure>>,
    /// Bytes of it that were read.
    pub read_bytes: i64,
    /// Who reads it, or did.
    pub lease_id: Option<Id>,
    /// Until when they must have told that they still do.
    pub lease_until: Option<Time>,
}

impl ImportRow {
    /// How far it is now: what has expired is so before housekeeping comes by.
    pub fn state_at(&self, now: Time) -> ImportState {
        if self.expires_at <= now && self.state != ImportState::Cancelled {
            ImportState::Expired
        } else {
            self.state
        }
    }
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

/// The imports into a case, newest first.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    keyset: &Keyset,
) -> Result<Vec<ImportRow>> {
    Ok(on!(conn, c => {
        let query = imports::table
            .filter(imports::organisation_id.eq(scope.organisation_id))
            .filter(imports::case_id.eq(case_id))
            .select(ImportRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), imports::created_at, imports::id).load(c)
    })?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &ImportRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(imports::table).values(row).execute(c))?;
    Ok(())
}

/// Notes that the file is here and can be read; false when the import was given up meanwhile.
pub(super) fn received(
    conn: &mut Conn<'_>,
    (organisation, id): (Id, Id),
    file_name: &Sealed<Option<String>>,
    size: i64,
) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(imports::table.find((organisation, id)))
        .filter(imports::state.eq(ImportState::Receiving))
        .set((
            imports::state.eq(ImportState::Reading),
            imports::file_name.eq(file_name),
            imports::size.eq(size),
        ))
        .execute(c))?;
    Ok(changed == 1)
}

/// Takes the reading of an import over from whoever no longer tells that they do it; none when there is nothing to
/// take over.
pub(super) fn lease(
    conn: &mut Conn<'_>,
    (organisation, id): (Id, Id),
    lease: Id,
    (now, until): (Time, Time),
) -> Result<Option<ImportRow>> {
    let changed = on!(conn, c => diesel::update(imports::table.find((organisation, id)))
        .filter(imports::state.eq(ImportState::Reading))
        .filter(imports::expires_at.gt(now))
        .filter(imports::lease_until.is_null().or(imports::lease_until.lt(now)))
        .set((imports::lease_id.eq(lease), imports::lease_until.eq(until)))
        .execute(c))?;
    if changed == 0 {
        return Ok(None);
    }
    Ok(Some(on!(conn, c => imports::table.find((organisation, id)).select(ImportRow::as_select()).first(c))?))
}

/// Tells that an import is still being read, and how far; false when that is no longer wanted.
pub(super) fn renew(
    conn: &mut Conn<'_>,
    (organisation, id): (Id, Id),
    lease: Id,
    (until, read_bytes): (Time, i64),
) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(imports::table.find((organisation, id)))
        .filter(imports::state.eq(ImportState::Reading))
        .filter(imports::lease_id.eq(lease))
        .set((imports::lease_until.eq(until), imports::read_bytes.eq(read_bytes)))
        .execute(c))?;
    Ok(changed == 1)
}

/// What came of reading a file.
pub(super) enum Read<'a> {
    /// Its format, and its sealed preview.
    Ready(&'a str, &'a Sealed<Preview>),
    /// The sealed reason why not, where somebody may be told.
    Failed(Option<&'a Sealed<Failure>>),
}

/// Writes what came of reading; false when it is no longer wanted.
pub(super) fn finish(
    conn: &mut Conn<'_>,
    (organisation, id): (Id, Id),
    lease: Id,
    read: &Read<'_>,
) -> Result<bool> {
    let nobody = imports::lease_until.eq(None::<Time>);
    let changed = on!(conn, c => {
        let row = diesel::update(imports::table.find((organisation, id)))
            .filter(imports::state.eq(ImportState::Reading))
            .filter(imports::lease_id.eq(lease));
        match read {
            Read::Ready(format, preview) => row
                .set((
                    imports::state.eq(ImportState::Ready),
                    imports::format.eq(format),
                    imports::preview.eq(preview),
                    imports::read_bytes.eq(imports::size),
                    nobody,
                ))
                .execute(c),
            Read::Failed(failure) => row
                .set((imports::state.eq(ImportState::Failed), imports::failure.eq(*failure), nobody))
                .execute(c),
        }
    })?;
    Ok(changed == 1)
}

/// Notes that something of it was committed.
pub(super) fn mark_committed(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<()> {
    on!(conn, c => diesel::update(imports::table.find((scope.organisation_id, id)))
        .set(imports::committed_at.eq(scope.now))
        .execute(c))?;
    Ok(())
}

/// Gives an import up.
pub(super) fn cancel(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<()> {
    on!(conn, c => diesel::update(imports::table.find((scope.organisation_id, id)))
        .set((imports::state.eq(ImportState::Cancelled), imports::preview.eq(None::<Vec<u8>>)))
        .execute(c))?;
    end(conn, (scope.organisation_id, id), scope.now)
}

/// Lets the time of an import be over.
pub(super) fn end(conn: &mut Conn<'_>, (organisation, id): (Id, Id), now: Time) -> Result<()> {
    on!(conn, c => diesel::update(imports::table.find((organisation, id)))
        .filter(imports::expires_at.gt(now))
        .set(imports::expires_at.eq(now))
        .execute(c))?;
    Ok(())
}

/// How many bytes of how many were read.
pub(super) fn bytes_read(conn: &mut Conn<'_>, (organisation, id): (Id, Id)) -> Result<(i64, i64)> {
    Ok(on!(conn, c => imports::table
        .find((organisation, id))
        .select((imports::read_bytes, imports::size))
        .first(c))?)
}

/// Some imports, of any organisation, that nobody reads although they should be read. Whoever made one after
/// `made_before` is about to.
pub(super) fn unread(conn: &mut Conn<'_>, made_before: Time, now: Time) -> Result<Vec<(Id, Id)>> {
    Ok(on!(conn, c => imports::table
        .filter(literally(imports::state, ImportState::Reading.as_str()))
        .filter(imports::expires_at.gt(now))
        .filter(imports::created_at.lt(made_before).and(imports::lease_until.is_null()).or(imports::lease_until.lt(now)))
        .order(imports::id.asc())
        .limit(20)
        .select((imports::organisation_id, imports::id))
        .load(c))?)
}

/// Some imports, of any organisation, whose time is over and whose file was not forgotten.
pub(super) fn expired(conn: &mut Conn<'_>, now: Time) -> Result<Vec<ImportRow>> {
    Ok(on!(conn, c => imports::table
        .filter(imports::object_id.is_not_null())
        .filter(imports::expires_at.le(now))
        .order(imports::expires_at.asc())
        .limit(200)
        .select(ImportRow::as_select())
        .load(c))?)
}

/// An import whose time is over and whose file was not forgotten.
pub(super) fn ended(
    conn: &mut Conn<'_>,
    (organisation, id): (Id, Id),
    now: Time,
) -> Result<Option<ImportRow>> {
    Ok(on!(conn, c => imports::table
        .find((organisation, id))
        .filter(imports::object_id.is_not_null())
        .filter(imports::expires_at.le(now))
        .select(ImportRow::as_select())
        .first(c)
        .optional())?)
}

/// Forgets what was in a file, and that there was one; false when that was done before.
pub(super) fn forget(conn: &mut Conn<'_>, (organisation, id): (Id, Id)) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(imports::table.find((organisation, id)))
        .filter(imports::object_id.is_not_null())
        .set((imports::object_id.eq(None::<Id>), imports::preview.eq(None::<Vec<u8>>)))
        .execute(c))?;
    on!(conn, c => diesel::update(imports::table.find((organisation, id)))
        .filter(imports::state.ne(ImportState::Cancelled))
        .filter(imports::state.ne(ImportState::Failed))
        .set(imports::state.eq(ImportState::Expired))
        .execute(c))?;
    Ok(changed == 1)
}
