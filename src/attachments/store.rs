//! Attachments in the database.

pub mod uploads;

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::{Custody, Particulars, Working};
use crate::authz::Scope;
use crate::clues::model::SourceKind;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, among};
use crate::error::Result;
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{attachment_custody, attachments, clues, message_attachments};

/// An attachment row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments, treat_none_as_default_value = false)]
pub struct AttachmentRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id; that of the upload it came by.
    pub id: Id,
    /// Of which case.
    pub case_id: Id,
    /// Which attempt at storing it counts: the last part of its objects' names.
    pub object_id: Id,
    /// Bytes of the original.
    pub size: i64,
    /// Sealed particulars.
    pub particulars: Sealed<Particulars>,
    /// Whether there is a working copy.
    pub working: Working,
    /// Who brought it.
    pub author_id: Id,
    /// When it was recorded (UTC).
    pub created_at: Time,
}

/// A custody row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = attachment_custody)]
pub struct CustodyRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which case.
    pub case_id: Id,
    /// Of which attachment.
    pub attachment_id: Id,
    /// When (UTC).
    pub at: Time,
    /// By whom.
    pub actor_id: Id,
    /// What.
    pub action: Custody,
}

/// An attachment of the organisation; whether its case is in reach is still to be asked.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<AttachmentRow> {
    Ok(on!(conn, c => attachments::table
        .filter(attachments::organisation_id.eq(scope.organisation_id))
        .filter(attachments::id.eq(id))
        .select(AttachmentRow::as_select())
        .first(c))?)
}

/// The attachments of a case that the caller has found in reach, oldest first.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    keyset: &Keyset,
) -> Result<Vec<AttachmentRow>> {
    Ok(on!(conn, c => {
        let query = attachments::table
            .filter(attachments::organisation_id.eq(scope.organisation_id))
            .filter(attachments::case_id.eq(case_id))
            .select(AttachmentRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.ascending(), attachments::created_at, attachments::id).load(c)
    })?)
}

/// All attachments of a case that was found in reach.
///
/// # Errors
/// Of the database.
pub fn all_of_case(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Vec<AttachmentRow>> {
    Ok(on!(conn, c => attachments::table
        .filter(attachments::organisation_id.eq(scope.organisation_id))
        .filter(attachments::case_id.eq(case_id))
        .order(attachments::id.asc())
        .select(AttachmentRow::as_select())
        .load(c))?)
}

/// Those of `ids` that are attachments of one of these cases.
pub(super) fn of_cases(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_ids: &[Id],
    ids: &[Id],
) -> Result<Vec<AttachmentRow>> {
    Ok(on!(conn, c => attachments::table
        .filter(attachments::organisation_id.eq(scope.organisation_id))
        .filter(among(attachments::case_id, case_ids))
        .filter(among(attachments::id, ids))
        .select(AttachmentRow::as_select())
        .load(c))?)
}

/// Whether a case has this attachment.
///
/// # Errors
/// Of the database.
pub fn exists(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, id: Id) -> Result<bool> {
    Ok(!of_cases(scope, conn, &[case_id], &[id])?.is_empty())
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &AttachmentRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(attachments::table).values(row).execute(c))?;
    Ok(())
}

/// The clues that rest on these attachments, by attachment.
pub(super) fn clues_of(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    ids: &[Id],
) -> Result<HashMap<Id, Vec<Id>>> {
    let found: Vec<(Option<Id>, Id)> = on!(conn, c => clues::table
        .filter(clues::organisation_id.eq(scope.organisation_id))
        .filter(clues::case_id.eq(case_id))
        .filter(clues::source_kind.eq(SourceKind::Attachment))
        .filter(clues::source_ref.eq_any(ids))
        .order(clues::id.asc())
        .select((clues::source_ref, clues::id))
        .load(c))?;
    let mut clues: HashMap<Id, Vec<Id>> = HashMap::new();
    for (attachment, clue) in found {
        if let Some(attachment) = attachment {
            clues.entry(attachment).or_default().push(clue);
        }
    }
    Ok(clues)
}

/// Names the files that were sent with a message that is stored already.
pub(super) fn link(scope: &Scope, conn: &mut Conn<'_>, message_id: Id, ids: &[Id]) -> Result<()> {
    for id in ids {
        let row = (
            message_attachments::organisation_id.eq(scope.organisation_id),
            message_attachments::message_id.eq(message_id),
            message_attachments::attachment_id.eq(id),
        );
        on!(conn, c => diesel::insert_into(message_attachments::table).values(row).execute(c))?;
    }
    Ok(())
}

pub(super) fn insert_custody(conn: &mut Conn<'_>, row: &CustodyRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(attachment_custody::table).values(row).execute(c))?;
    Ok(())
}

/// Who held an attachment that was found in reach, oldest first.
pub(super) fn custody(
    scope: &Scope,
    conn: &mut Conn<'_>,
    attachment_id: Id,
    keyset: &Keyset,
) -> Result<Vec<CustodyRow>> {
    Ok(on!(conn, c => {
        let query = attachment_custody::table
            .filter(attachment_custody::organisation_id.eq(scope.organisation_id))
            .filter(attachment_custody::attachment_id.eq(attachment_id))
            .select(CustodyRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.ascending(), attachment_custody::at, attachment_custody::id).load(c)
    })?)
}
