//! What is to be destroyed and what was, in the database; the destroying itself is in `erase`.

pub mod erase;

use diesel::prelude::*;

use super::model::ShredGround;
use crate::authz::Scope;
use crate::cases::model::{CaseStatus, ClosingReason};
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::operations::model::OperationStatus;
use crate::schema::{attachments, doomed_files, imports, operation_cases, operations, shreds, uploads};

/// That a case is to be destroyed, or was.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = shreds, treat_none_as_default_value = false)]
pub struct ShredRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Which case.
    pub case_id: Id,
    /// On what ground.
    pub ground: ShredGround,
    /// Sealed reason; none once it is done.
    pub reason: Option<Sealed<String>>,
    /// Who asked.
    pub asked_by: Id,
    /// When (UTC).
    pub asked_at: Time,
    /// From when on it can be carried out (UTC).
    pub ready_at: Time,
    /// When it was called off (UTC).
    pub withdrawn_at: Option<Time>,
    /// By whom.
    pub withdrawn_by: Option<Id>,
    /// When it was done (UTC).
    pub done_at: Option<Time>,
    /// Who carried it out.
    pub approved_by: Option<Id>,
    /// When the case had been opened (UTC).
    pub case_opened_at: Option<Time>,
    /// Where it stood.
    pub case_status: Option<CaseStatus>,
    /// Why it had ended.
    pub case_closing_reason: Option<ClosingReason>,
    /// How many files it had.
    pub files: i32,
}

/// What is left of a case.
pub struct Outline {
    /// When it had been opened (UTC).
    pub opened_at: Time,
    /// Where it stood.
    pub status: CaseStatus,
    /// Why it had ended.
    pub closing_reason: Option<ClosingReason>,
    /// How many files it had.
    pub files: i32,
}

/// One of the organisation's.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<ShredRow> {
    Ok(on!(conn, c => shreds::table
        .find((scope.organisation_id, id))
        .select(ShredRow::as_select())
        .first(c))?)
}

/// All of the organisation's, newest first.
pub(super) fn list(scope: &Scope, conn: &mut Conn<'_>, keyset: &Keyset) -> Result<Vec<ShredRow>> {
    Ok(on!(conn, c => {
        let query = shreds::table
            .filter(shreds::organisation_id.eq(scope.organisation_id))
            .select(ShredRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.descending(), shreds::asked_at, shreds::id).load(c)
    })?)
}

/// What was asked for a case and neither called off nor done.
pub(super) fn asked(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Option<ShredRow>> {
    Ok(on!(conn, c => shreds::table
        .filter(shreds::organisation_id.eq(scope.organisation_id))
        .filter(shreds::case_id.eq(case_id))
        .filter(shreds::withdrawn_at.is_null())
        .filter(shreds::done_at.is_null())
        .select(ShredRow::as_select())
        .first(c)
        .optional())?)
}

/// Whether a case with this id was destroyed: the id is not used again, also not by a phone that comes back late.
///
/// # Errors
/// Of the database.
pub fn was_destroyed(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => shreds::table
        .filter(shreds::organisation_id.eq(scope.organisation_id))
        .filter(shreds::case_id.eq(case_id))
        .filter(shreds::done_at.is_not_null())
        .select(shreds::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &ShredRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(shreds::table).values(row).execute(c))?;
    Ok(())
}

pub(super) fn withdraw(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<()> {
    on!(conn, c => diesel::update(shreds::table.find((scope.organisation_id, id)))
        .set((shreds::withdrawn_at.eq(scope.now), shreds::withdrawn_by.eq(scope.user_id)))
        .execute(c))?;
    Ok(())
}

/// Writes that it was done. The reasons of this and of whatever was asked before go with the case.
pub(super) fn done(scope: &Scope, conn: &mut Conn<'_>, id: Id, outline: &Outline) -> Result<()> {
    let case_id: Id = on!(conn, c => diesel::update(shreds::table.find((scope.organisation_id, id)))
        .set((
            shreds::done_at.eq(scope.now),
            shreds::approved_by.eq(scope.user_id),
            shreds::case_opened_at.eq(outline.opened_at),
            shreds::case_status.eq(outline.status),
            shreds::case_closing_reason.eq(outline.closing_reason),
            shreds::files.eq(outline.files),
        ))
        .returning(shreds::case_id)
        .get_result(c))?;
    on!(conn, c => diesel::update(shreds::table
            .filter(shreds::organisation_id.eq(scope.organisation_id))
            .filter(shreds::case_id.eq(case_id)))
        .set(shreds::reason.eq(None::<Vec<u8>>))
        .execute(c))?;
    Ok(())
}

/// The operations that a case is on, by id, in reach or not.
pub(super) fn operations(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
) -> Result<Vec<(Id, OperationStatus)>> {
    Ok(on!(conn, c => operation_cases::table
        .inner_join(operations::table.on(
            operations::organisation_id.eq(operation_cases::organisation_id)
                .and(operations::id.eq(operation_cases::operation_id)),
        ))
        .filter(operation_cases::organisation_id.eq(scope.organisation_id))
        .filter(operation_cases::case_id.eq(case_id))
        .order(operations::id.asc())
        .select((operations::id, operations::status))
        .load(c))?)
}

/// Holds some operations until the transaction ends. On SQLite writes are serial anyway.
pub(super) fn lock_operations(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        operations::table
            .filter(operations::organisation_id.eq(scope.organisation_id))
            .filter(operations::id.eq_any(ids))
            .order(operations::id.asc())
            .select(operations::id)
            .for_update()
            .load::<Id>(c.now())?;
    }
    Ok(())
}

/// Those of some operations of a case that are for no other case.
pub(super) fn of_this_case_alone(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    ids: &[Id],
) -> Result<Vec<Id>> {
    let shared: Vec<Id> = on!(conn, c => operation_cases::table
        .filter(operation_cases::organisation_id.eq(scope.organisation_id))
        .filter(operation_cases::operation_id.eq_any(ids))
        .filter(operation_cases::case_id.ne(case_id))
        .select(operation_cases::operation_id)
        .load(c))?;
    Ok(ids.iter().copied().filter(|id| !shared.contains(id)).collect())
}

/// Bytes of what is still arriving or being read on a case.
pub(super) fn bytes_set_aside(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<i64> {
    let (arriving, read): (Vec<i64>, Vec<i64>) = on!(conn, c => {
        let arriving = uploads::table
            .filter(uploads::organisation_id.eq(scope.organisation_id))
            .filter(uploads::case_id.eq(case_id))
            .select(uploads::length)
            .load(c);
        let read = imports::table
            .filter(imports::organisation_id.eq(scope.organisation_id))
            .filter(imports::case_id.eq(case_id))
            .filter(imports::object_id.is_not_null())
            // One that reads an attachment has no bytes of its own.
            .filter(imports::attachment_id.is_null())
            .select(imports::size)
            .load(c);
        arriving.and_then(|arriving| Ok((arriving, read?)))
    })?;
    Ok(arriving.iter().chain(&read).sum())
}

/// Notes whose objects are to leave the store: of the case's attachments, uploads and imports.
pub(super) fn doom_files(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, until: Time) -> Result<()> {
    macro_rules! owners {
        ($table:ident) => {
            on!(conn, c => $table::table
                .filter($table::organisation_id.eq(scope.organisation_id))
                .filter($table::case_id.eq(case_id))
                .select($table::id)
                .load::<Id>(c))?
        };
    }
    let mut owners = owners!(attachments);
    owners.extend(owners!(uploads));
    owners.extend(owners!(imports));
    // Without files there is still the database's own log to settle.
    owners.push(case_id);
    owners.sort_unstable();
    owners.dedup();
    for owner in owners {
        on!(conn, c => diesel::insert_into(doomed_files::table)
            .values((
                doomed_files::organisation_id.eq(scope.organisation_id),
                doomed_files::owner_id.eq(owner),
                doomed_files::until_at.eq(until),
            ))
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// Whose objects are to leave the store now, of every organisation, and when that is done for the last time: once at the
/// beginning, and once more at the end.
pub(super) fn doomed(conn: &mut Conn<'_>, now: Time) -> Result<Vec<(Id, Id, Time)>> {
    Ok(on!(conn, c => doomed_files::table
        .filter(doomed_files::cleared_at.is_null().or(doomed_files::until_at.le(now)))
        .order((doomed_files::cleared_at.asc(), doomed_files::owner_id.asc()))
        .select((doomed_files::organisation_id, doomed_files::owner_id, doomed_files::until_at))
        .load(c))?)
}

/// Notes that there was nothing left, and after `until` forgets about it.
pub(super) fn cleared(conn: &mut Conn<'_>, owner: (Id, Id), until: Time, now: Time) -> Result<()> {
    on!(conn, c => {
        let row = doomed_files::table.find(owner);
        if until <= now {
            diesel::delete(row).execute(c)
        } else {
            diesel::update(row).set(doomed_files::cleared_at.eq(now)).execute(c)
        }
    })?;
    Ok(())
}
