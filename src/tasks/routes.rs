//! `/v1/cases/{id}/tasks` and `/v1/tasks`

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::model::{self, NOTE, NewTask, TITLE, TaskKind, TaskStatus, TaskView};
use super::store;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::cases;
use crate::db::types::{Id, Time};
use crate::error::Result;
use crate::http::answer::{IfMatch, Versioned};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::{ClientId, PathId, Query, word_list};
use crate::http::patch::Patch;
use crate::http::text::{Line, Prose};

/// The query of `GET /v1/cases/{id}/tasks`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// One or more statuses, separated by commas.
    status: Option<String>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// `GET /v1/cases/{id}/tasks`
pub async fn list(
    auth: Authorized<may::TaskList>,
    id: PathId,
    query: Query<TaskQuery>,
) -> Result<Page<TaskView>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let statuses: Vec<TaskStatus> = word_list("status", query.status.as_deref())?;
        let context = format!("task.list {} {statuses:?}", id.0);
        let keyset = Keyset::new(tx, context, query.limit, query.cursor.as_deref())?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &statuses, &keyset)?;
        keyset.page(tx, rows, |row| (row.due_at, row.id), |_, row| model::show(&case.access, &row))
    })
    .await
}

/// What `POST /v1/cases/{id}/tasks` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskIn {
    /// A UUIDv7 made by the client, for work that began offline.
    #[serde(default)]
    id: Option<ClientId>,
    /// What kind of task it is; `general` if not said.
    #[serde(default = "general")]
    kind: TaskKind,
    /// What is to be done.
    title: Line<300>,
    /// More on it.
    #[serde(default)]
    note: Option<Prose<5_000>>,
    /// By when.
    due_at: Time,
    /// By whom; by you if not said.
    #[serde(default)]
    assignee_id: Option<Id>,
}

const fn general() -> TaskKind {
    TaskKind::General
}

/// `POST /v1/cases/{id}/tasks`
pub async fn create(
    auth: Authorized<may::TaskCreate>,
    id: PathId,
    body: Valid<TaskIn>,
) -> Result<Creation<TaskView>> {
    let (TaskIn { id: task_id, kind, title, note, due_at, assignee_id }, digest) = body.into_parts();
    auth.create(digest, move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let id = ClientId::or_new(task_id, tx.now());
        tx.about(id);
        let assignee_id = assignee_id.unwrap_or(tx.scope.user_id);
        model::check_assignee(tx, &case, assignee_id)?;
        let (title, note) = (title.into_inner(), note.map(Prose::into_inner));
        let row = model::give(tx, &case, NewTask { id, kind, title, note, due_at, assignee_id })?;
        Ok(Created {
            location: Some(format!("/v1/tasks/{id}")),
            version: Some(row.version),
            view: model::show(&case.access, &row)?,
        })
    })
    .await
}

/// `GET /v1/tasks/{id}`
pub async fn show(auth: Authorized<may::TaskShow>, id: PathId) -> Result<Versioned<TaskView>> {
    auth.read(move |tx| {
        let (case, row) = model::open(tx, id.0)?;
        Ok(Versioned { version: row.version, view: model::show(&case.access, &row)? })
    })
    .await
}

/// What `PATCH /v1/tasks/{id}` takes: absent leaves, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPatch {
    /// What is to be done.
    #[serde(default)]
    title: Option<Line<300>>,
    /// More on it.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 5_000)]
    note: Patch<Prose<5_000>>,
    /// By when.
    #[serde(default)]
    due_at: Option<Time>,
    /// By whom.
    #[serde(default)]
    assignee_id: Option<Id>,
    /// Where it stands.
    #[serde(default)]
    status: Option<TaskStatus>,
}

/// `PATCH /v1/tasks/{id}`
pub async fn update(
    auth: Authorized<may::TaskUpdate>,
    id: PathId,
    if_match: IfMatch,
    body: Valid<TaskPatch>,
) -> Result<Versioned<TaskView>> {
    let TaskPatch { title, note, due_at, assignee_id, status } = body.into_inner();
    auth.write(move |tx| {
        let (case, mut row) = model::open(tx, id.0)?;
        if_match.check(row.version)?;
        let access = &case.access;
        if let Some(title) = title {
            row.title = access.seal(&TITLE, row.id, &title.into_inner())?;
        }
        row.note = match note {
            Patch::Leave => row.note,
            Patch::Clear => None,
            Patch::Set(note) => Some(access.seal(&NOTE, row.id, &note.into_inner())?),
        };
        row.due_at = due_at.unwrap_or(row.due_at);
        if let Some(user) = assignee_id.filter(|user| *user != row.assignee_id) {
            model::check_assignee(tx, &case, user)?;
            row.assignee_id = user;
        }
        if let Some(status) = status.filter(|status| *status != row.status) {
            let ends = status != TaskStatus::Open;
            row.status = status;
            row.ended_by = ends.then_some(tx.scope.user_id);
            row.ended_at = ends.then_some(tx.scope.now);
        }
        // The case before what hangs on it: see `cases::model::open_alone`.
        cases::store::touch(&tx.scope, tx.conn, row.case_id)?;
        store::update(&tx.scope, tx.conn, &row)?;
        let (case, row) = model::open(tx, id.0)?;
        Ok(Versioned { version: row.version, view: model::show(&case.access, &row)? })
    })
    .await
}
