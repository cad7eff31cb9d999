//! What a task is.

use super::store::{self, TaskRow};
use crate::authz::{Class, Role, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::{assignments, cases, users, view};

/// What is to be done.
pub const TITLE: Field<String> = Field::new("tasks.title", Class::Content);
/// More on it.
pub const NOTE: Field<String> = Field::new("tasks.note", Class::Content);

crate::words! {
    /// What kind of task it is.
    pub enum TaskKind {
        /// Any.
        General = "general",
        /// To find out whether somebody who came out is a victim of trafficking, and what they need.
        Screening = "screening",
        /// To take up again what an operation left open.
        FollowUp = "follow_up",
    }
}

crate::words! {
    /// Where a task stands.
    pub enum TaskStatus {
        /// Still to be done.
        Open = "open",
        /// Done.
        Done = "done",
        /// Not to be done any more.
        Cancelled = "cancelled",
    }
}

/// Opens the case of a task: the one way to a single task.
///
/// # Errors
/// 404 when there is none in the caller's reach.
pub fn open(tx: &mut Tx<'_, '_>, id: Id) -> Result<(OpenCase, TaskRow)> {
    tx.about(id);
    let row = store::find(&tx.scope, tx.conn, id)?;
    let case = cases::model::open(tx, row.case_id)?;
    Ok((case, row))
}

/// The caller's open tasks on cases in reach, each with its id, those first that are due first.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn mine(tx: &mut Tx<'_, '_>, most: i64) -> Result<Vec<(Id, TaskView)>> {
    let mut tasks = Vec::new();
    for (row, _, _, key) in store::mine(&tx.scope, tx.conn, most)? {
        let access = cases::model::unlock(tx, row.case_id, &key)?;
        tasks.push((row.id, show(&access, &row)?));
    }
    Ok(tasks)
}

/// Refuses to give a task to somebody who could not read it.
///
/// # Errors
/// 422 on `/assignee_id`.
pub fn check_assignee(tx: &mut Tx<'_, '_>, case: &OpenCase, user: Id) -> Result<()> {
    const POINTER: &str = "/assignee_id";
    match users::store::active_role(&tx.scope, tx.conn, user, POINTER)? {
        Role::Coordinator | Role::Analyst => Ok(()),
        Role::Caseworker if assignments::store::is_on(&tx.scope, tx.conn, case.row.id, user)? => Ok(()),
        Role::Caseworker => Err(Error::invalid(POINTER, "is not on this case: assign them first")),
        role => Err(Error::invalid(POINTER, format!("is a {role}, who does not work inside of cases"))),
    }
}

/// Whether somebody could read a task on this case, and so be given one.
///
/// # Errors
/// Of the database.
pub fn may_hold(tx: &mut Tx<'_, '_>, case: &OpenCase, user: Id) -> Result<bool> {
    match check_assignee(tx, case, user) {
        Ok(()) => Ok(true),
        Err(error) if error.code() == "invalid" => Ok(false),
        Err(error) => Err(error),
    }
}

/// A task to give.
pub struct NewTask {
    /// The id.
    pub id: Id,
    /// What kind it is.
    pub kind: TaskKind,
    /// What is to be done.
    pub title: String,
    /// More on it.
    pub note: Option<String>,
    /// By when (UTC).
    pub due_at: Time,
    /// By whom.
    pub assignee_id: Id,
}

/// Gives somebody a task on a case that was found in reach; whether they can hold it was asked before.
///
/// # Errors
/// 409 `id-taken`.
pub fn give(tx: &mut Tx<'_, '_>, case: &OpenCase, task: NewTask) -> Result<TaskRow> {
    let NewTask { id, kind, title, note, due_at, assignee_id } = task;
    let row = TaskRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id: case.row.id,
        kind,
        title: case.access.seal(&TITLE, id, &title)?,
        note: case.access.seal_opt(&NOTE, id, note.as_ref())?,
        due_at,
        assignee_id,
        status: TaskStatus::Open,
        created_by: tx.scope.user_id,
        created_at: tx.now(),
        ended_by: None,
        ended_at: None,
        updated_at: tx.now(),
        version: 1,
    };
    store::insert(tx.conn, &row)?;
    cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
    Ok(row)
}

view! {
    /// Something to be done on a case.
    pub struct TaskView from TaskFields {
        /// The id.
        outline id: Id,
        /// On which case.
        outline case_id: Id,
        /// What kind of task it is.
        outline kind: TaskKind,
        /// What is to be done.
        content title: String,
        /// More on it.
        content note: String,
        /// By when, UTC.
        outline due_at: Time,
        /// By whom.
        outline assignee_id: Id,
        /// Where it stands.
        outline status: TaskStatus,
        /// Who gave it.
        outline created_by: Id,
        /// When, UTC.
        outline created_at: Time,
        /// Who said that it was done or cancelled.
        outline_maybe ended_by: Id,
        /// When, UTC.
        outline_maybe ended_at: Time,
        /// When the record last changed, UTC.
        outline updated_at: Time,
        /// Counts changes; also in the ETag.
        outline version: i64,
    }
}

/// What the caller may see of a task.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &TaskRow) -> Result<TaskView> {
    let fields = TaskFields {
        id: row.id,
        case_id: row.case_id,
        kind: row.kind,
        title: access.open(&TITLE, row.id, &row.title)?,
        note: access.open_opt(&NOTE, row.id, row.note.as_ref())?,
        due_at: row.due_at,
        assignee_id: row.assignee_id,
        status: row.status,
        created_by: row.created_by,
        created_at: row.created_at,
        ended_by: row.ended_by,
        ended_at: row.ended_at,
        updated_at: row.updated_at,
        version: row.version,
    };
    Ok(fields.redact(access.grants()))
}
