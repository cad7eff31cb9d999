//! Tasks in the database.

use diesel::prelude::*;

use super::model::{TaskKind, TaskStatus};
use crate::authz::Scope;
use crate::cases::model::Risk;
use crate::cases::store::within_reach;
use crate::crypto::{Sealed, WrappedKey};
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, literally};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::on;
use crate::schema::{cases, data_keys, tasks};

/// A task row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tasks, treat_none_as_default_value = false)]
pub struct TaskRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// On which case.
    pub case_id: Id,
    /// What kind it is.
    pub kind: TaskKind,
    /// Sealed title.
    pub title: Sealed<String>,
    /// Sealed note.
    pub note: Option<Sealed<String>>,
    /// By when.
    pub due_at: Time,
    /// By whom.
    pub assignee_id: Id,
    /// Where it stands.
    pub status: TaskStatus,
    /// Who gave it.
    pub created_by: Id,
    /// When.
    pub created_at: Time,
    /// Who said that it was done or cancelled.
    pub ended_by: Option<Id>,
    /// When.
    pub ended_at: Option<Time>,
    /// When the row last changed.
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
}

/// A task of the organisation; whether its case is in reach is for [`super::model::open`] to ask.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<TaskRow> {
    Ok(on!(conn, c => tasks::table
        .find((scope.organisation_id, id))
        .select(TaskRow::as_select())
        .first(c))?)
}

/// The tasks of a case that was found in reach, by when they are due.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    statuses: &[TaskStatus],
    keyset: &Keyset,
) -> Result<Vec<TaskRow>> {
    Ok(on!(conn, c => {
        let mut query = tasks::table
            .filter(tasks::organisation_id.eq(scope.organisation_id))
            .filter(tasks::case_id.eq(case_id))
            .select(TaskRow::as_select())
            .into_boxed::<Backend>();
        if !statuses.is_empty() {
            query = query.filter(tasks::status.eq_any(statuses));
        }
        within!(query, keyset.ascending(), tasks::due_at, tasks::id).load(c)
    })?)
}

/// A task with what is shown of its case: code name, risk, wrapped key.
pub type OnCase = (TaskRow, String, Risk, WrappedKey);

/// The caller's open tasks on cases in reach, by when they are due.
///
/// # Errors
/// Of the database.
pub fn mine(scope: &Scope, conn: &mut Conn<'_>, limit: i64) -> Result<Vec<OnCase>> {
    let rows: Vec<(TaskRow, String, Risk, Id, Vec<u8>)> = on!(conn, c => {
        let query = tasks::table
            .inner_join(cases::table.on(
                cases::organisation_id.eq(tasks::organisation_id).and(cases::id.eq(tasks::case_id)),
            ))
            .inner_join(data_keys::table.on(
                data_keys::organisation_id.eq(tasks::organisation_id)
                    .and(data_keys::owner_id.eq(tasks::case_id)),
            ))
            .filter(tasks::organisation_id.eq(scope.organisation_id))
            .filter(tasks::assignee_id.eq(scope.user_id))
            .filter(literally(tasks::status, TaskStatus::Open.as_str()))
            .order((tasks::due_at.asc(), tasks::id.asc()))
            .limit(limit)
            .select((
                TaskRow::as_select(),
                cases::code_name,
                cases::risk,
                data_keys::organisation_key_id,
                data_keys::wrapped,
            ))
            .into_boxed::<Backend>();
        within_reach!(query, scope, tasks::case_id).load(c)
    })?;
    let keyed = |(row, code_name, risk, wrapped_by, wrapped): (TaskRow, _, _, _, _)| {
        let key = WrappedKey { id: row.case_id, wrapped_by, wrapped };
        (row, code_name, risk, key)
    };
    Ok(rows.into_iter().map(keyed).collect())
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &TaskRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(tasks::table).values(row).execute(c))?;
    Ok(())
}

/// Writes the new state over version `row.version`.
///
/// # Errors
/// 412 when somebody was faster.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &TaskRow) -> Result<()> {
    let TaskRow {
        organisation_id: _,
        id,
        case_id: _,
        kind: _,
        title,
        note,
        due_at,
        assignee_id,
        status,
        created_by: _,
        created_at: _,
        ended_by,
        ended_at,
        updated_at: _,
        version,
    } = row;
    let changed = on!(conn, c => diesel::update(tasks::table
            .filter(tasks::organisation_id.eq(scope.organisation_id))
            .filter(tasks::id.eq(id))
            .filter(tasks::version.eq(version)))
        .set((
            tasks::title.eq(title),
            tasks::note.eq(note.as_ref()),
            tasks::due_at.eq(due_at),
            tasks::assignee_id.eq(assignee_id),
            tasks::status.eq(status),
            tasks::ended_by.eq(ended_by),
            tasks::ended_at.eq(ended_at),
            tasks::updated_at.eq(scope.now),
            tasks::version.eq(version + 1),
        ))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::stale()) }
}
