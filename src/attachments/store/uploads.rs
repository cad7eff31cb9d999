//! Files that are still arriving, and how much an organisation keeps.
//!
//! A row is open, then closed (`received` is -1), then gone. Closing is what recording a file and giving it up race
//! for: only one of them finds the row open. What lies in the store is removed while the row is closed, so that a
//! crash leaves a row to begin again from.

use diesel::prelude::*;

use super::super::model::Incoming;
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{attachments, storage_usage, upload_parts, uploads};

/// An upload row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = uploads)]
pub struct UploadRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id; also of the attachment that it becomes.
    pub id: Id,
    /// Of which case.
    pub case_id: Id,
    /// Whose alone it is until it is whole.
    pub author_id: Id,
    /// Sealed particulars.
    pub particulars: Sealed<Incoming>,
    /// Bytes in all, which count against the quota already; 0 for a file that comes in one request.
    pub length: i64,
    /// Bytes that are here; -1 when the row is closed.
    pub received: i64,
    /// In how many pieces.
    pub parts: i32,
    /// When it began (UTC).
    pub created_at: Time,
    /// When it is given up (UTC).
    pub expires_at: Time,
}

/// A piece that is here.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = upload_parts)]
pub struct PartRow {
    /// Whose.
    pub organisation_id: Id,
    /// Of which upload.
    pub upload_id: Id,
    /// Its first byte's place in the file.
    pub position: i64,
    /// Which object holds it.
    pub object_id: Id,
    /// Its bytes.
    pub length: i64,
}

const CLOSED: i64 = -1;

pub(in crate::attachments) fn insert(conn: &mut Conn<'_>, row: &UploadRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(uploads::table).values(row).execute(c))?;
    Ok(())
}

/// The caller's own open resumable upload; whether its case is in reach is still to be asked.
pub(in crate::attachments) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<UploadRow> {
    Ok(on!(conn, c => uploads::table
        .filter(uploads::organisation_id.eq(scope.organisation_id))
        .filter(uploads::id.eq(id))
        .filter(uploads::author_id.eq(scope.user_id))
        .filter(uploads::length.gt(0))
        .filter(uploads::received.ne(CLOSED))
        .filter(uploads::expires_at.gt(scope.now))
        .select(UploadRow::as_select())
        .first(c))?)
}

/// Counts a piece that is in the store; false when another came first, or the upload has ended.
pub(in crate::attachments) fn add_part(
    conn: &mut Conn<'_>,
    part: &PartRow,
    expires_at: Time,
) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(uploads::table
            .filter(uploads::organisation_id.eq(part.organisation_id))
            .filter(uploads::id.eq(part.upload_id))
            .filter(uploads::received.eq(part.position))
            .filter(uploads::length.ge(part.position + part.length)))
        .set((
            uploads::received.eq(part.position + part.length),
            uploads::parts.eq(uploads::parts + 1),
            uploads::expires_at.eq(expires_at),
        ))
        .execute(c))?;
    if changed == 1 {
        on!(conn, c => diesel::insert_into(upload_parts::table).values(part).execute(c))?;
    }
    Ok(changed == 1)
}

/// The pieces of an upload in order.
pub(in crate::attachments) fn parts(conn: &mut Conn<'_>, organisation: Id, id: Id) -> Result<Vec<PartRow>> {
    Ok(on!(conn, c => upload_parts::table
        .filter(upload_parts::organisation_id.eq(organisation))
        .filter(upload_parts::upload_id.eq(id))
        .order(upload_parts::position.asc())
        .select(PartRow::as_select())
        .load(c))?)
}

/// Closes an open upload because its file is being recorded; gives the bytes that were set aside for it, which are
/// now for the caller to account for.
///
/// # Errors
/// 409 `upload-ended` when it was given up or recorded before.
pub(in crate::attachments) fn settle(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<i64> {
    let ended =
        || Error::conflict("upload-ended", "This upload has ended: it was recorded, given up, or too old.");
    let length: i64 = on!(conn, c => uploads::table
        .filter(uploads::organisation_id.eq(scope.organisation_id))
        .filter(uploads::id.eq(id))
        .select(uploads::length)
        .first(c)
        .optional())?
    .ok_or_else(ended)?;
    let closed = on!(conn, c => diesel::update(uploads::table
            .filter(uploads::organisation_id.eq(scope.organisation_id))
            .filter(uploads::id.eq(id))
            .filter(uploads::received.ne(CLOSED)))
        .set((uploads::received.eq(CLOSED), uploads::length.eq(0), uploads::expires_at.eq(scope.now)))
        .execute(c))?;
    if closed == 1 { Ok(length) } else { Err(ended()) }
}

/// Closes an upload, open or not; false when there is none. With `before`, only one that was closed or expired then.
pub(in crate::attachments) fn close(
    conn: &mut Conn<'_>,
    organisation: Id,
    id: Id,
    now: Time,
    before: Option<Time>,
) -> Result<bool> {
    let closed = (uploads::received.eq(CLOSED), uploads::expires_at.eq(now));
    let changed = on!(conn, c => {
        let row = uploads::table.filter(uploads::organisation_id.eq(organisation)).filter(uploads::id.eq(id));
        match before {
            None => diesel::update(row).set(closed).execute(c),
            Some(before) => {
                let ended = uploads::received.eq(CLOSED).or(uploads::expires_at.lt(before));
                diesel::update(row.filter(ended)).set(closed).execute(c)
            }
        }
    })?;
    Ok(changed == 1)
}

/// Some uploads, of any organisation, that were closed or have expired.
pub(in crate::attachments) fn ended(conn: &mut Conn<'_>, now: Time) -> Result<Vec<(Id, Id)>> {
    Ok(on!(conn, c => uploads::table
        .filter(uploads::expires_at.lt(now))
        .order(uploads::expires_at.asc())
        .limit(200)
        .select((uploads::organisation_id, uploads::id))
        .load(c))?)
}

/// The attempt that counts, if the upload became an attachment.
pub(in crate::attachments) fn recorded(conn: &mut Conn<'_>, organisation: Id, id: Id) -> Result<Option<Id>> {
    Ok(on!(conn, c => attachments::table
        .filter(attachments::organisation_id.eq(organisation))
        .filter(attachments::id.eq(id))
        .select(attachments::object_id)
        .first(c)
        .optional())?)
}

/// Forgets a closed upload and gives back what was set aside for it.
pub(in crate::attachments) fn remove(conn: &mut Conn<'_>, organisation: Id, id: Id, now: Time) -> Result<()> {
    let length: Option<i64> = on!(conn, c => uploads::table
        .filter(uploads::organisation_id.eq(organisation))
        .filter(uploads::id.eq(id))
        .filter(uploads::received.eq(CLOSED))
        .select(uploads::length)
        .first(c)
        .optional())?;
    let Some(length) = length else { return Ok(()) };
    on!(conn, c => diesel::delete(upload_parts::table
        .filter(upload_parts::organisation_id.eq(organisation))
        .filter(upload_parts::upload_id.eq(id)))
        .execute(c))?;
    let gone = on!(conn, c => diesel::delete(uploads::table
        .filter(uploads::organisation_id.eq(organisation))
        .filter(uploads::id.eq(id)))
        .execute(c))?;
    if gone == 1 && length > 0 {
        add_usage(conn, organisation, -length, i64::MAX, now)?;
    }
    Ok(())
}

/// Sets bytes aside for a file that is kept for a while.
///
/// # Errors
/// 413 `quota-exceeded`.
pub fn set_aside(conn: &mut Conn<'_>, organisation: Id, bytes: i64, quota: i64, now: Time) -> Result<()> {
    add_usage(conn, organisation, bytes, quota, now)
}

/// Gives back what [`set_aside`] took.
///
/// # Errors
/// Of the database.
pub fn release(conn: &mut Conn<'_>, organisation: Id, bytes: i64, now: Time) -> Result<()> {
    add_usage(conn, organisation, -bytes, i64::MAX, now)
}

/// Bytes that an organisation keeps or has set aside.
pub(in crate::attachments) fn usage(conn: &mut Conn<'_>, organisation: Id) -> Result<i64> {
    let bytes: Option<i64> = on!(conn, c => storage_usage::table
        .filter(storage_usage::organisation_id.eq(organisation))
        .select(storage_usage::bytes)
        .first(c)
        .optional())?;
    Ok(bytes.unwrap_or(0))
}

/// Adds to what an organisation keeps, if it stays within `quota`; what is taken off always fits.
///
/// # Errors
/// 413 `quota-exceeded`.
pub(in crate::attachments) fn add_usage(
    conn: &mut Conn<'_>,
    organisation: Id,
    bytes: i64,
    quota: i64,
    now: Time,
) -> Result<()> {
    let nothing = (
        storage_usage::organisation_id.eq(organisation),
        storage_usage::bytes.eq(0_i64),
        storage_usage::updated_at.eq(now),
    );
    on!(conn, c => diesel::insert_into(storage_usage::table)
        .values(nothing)
        .on_conflict_do_nothing()
        .execute(c))?;
    let most = if bytes > 0 { quota.saturating_sub(bytes) } else { i64::MAX };
    let changed = on!(conn, c => diesel::update(storage_usage::table
            .filter(storage_usage::organisation_id.eq(organisation))
            .filter(storage_usage::bytes.le(most)))
        .set((storage_usage::bytes.eq(storage_usage::bytes + bytes), storage_usage::updated_at.eq(now)))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::quota_exceeded()) }
}
