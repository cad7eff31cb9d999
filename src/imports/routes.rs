//! `/v1/cases/{id}/imports` and `/v1/imports`

use std::sync::Arc;

use serde::Deserialize;
use utoipa::ToSchema;

use super::commits as running;
use super::intake::{self, Brought};
use super::model::{self, CommitView, ImportView};
use super::plan::{Answers, SaidDateOrder};
use super::progress::{self, ProgressStream};
use super::store::{self, commits};
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::cases;
use crate::db::types::Id;
use crate::error::Result;
use crate::http::answer::{Json, NoContent};
use crate::http::body::Valid;
use crate::http::idempotency::{Created, Creation};
use crate::http::incoming::Incoming;
use crate::http::own_task;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, Prefer, Query};
use crate::http::patch::Patch;
use crate::http::text::{Line, Prose};

/// `GET /v1/cases/{id}/imports`
pub async fn list(
    auth: Authorized<may::ImportList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<ImportView>> {
    auth.read(move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("import.list {}", id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &keyset)?;
        let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
        let all = commits::of_imports(&tx.scope, tx.conn, &ids)?;
        let now = tx.now();
        keyset.page(
            tx,
            rows,
            |row| (row.created_at, row.id),
            |_, row| {
                let own: Vec<_> = all.iter().filter(|commit| commit.import_id == row.id).cloned().collect();
                model::show(&case.access, &row, &own, now)
            },
        )
    })
    .await
}

/// `POST /v1/cases/{id}/imports`
pub async fn preview(
    auth: Authorized<may::ImportPreview>,
    id: PathId,
    prefer: Prefer,
    file: Incoming,
) -> Result<Creation<ImportView>> {
    own_task(intake::take(auth, id.0, prefer.respond_async, Brought::File(Box::new(file)))).await
}

/// What `POST /v1/cases/{id}/imports/paste` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasteIn {
    /// A conversation as it was copied out of an app, or the text of an export.
    text: Prose<200_000>,
}

/// `POST /v1/cases/{id}/imports/paste`
pub async fn paste(
    auth: Authorized<may::ImportPaste>,
    id: PathId,
    prefer: Prefer,
    body: Valid<PasteIn>,
) -> Result<Creation<ImportView>> {
    let (PasteIn { text }, _) = body.into_parts();
    own_task(intake::take(auth, id.0, prefer.respond_async, Brought::Text(text.into_inner()))).await
}

/// `POST /v1/attachments/{id}/import`
pub async fn from_attachment(
    auth: Authorized<may::ImportFromAttachment>,
    id: PathId,
    prefer: Prefer,
) -> Result<Creation<ImportView>> {
    own_task(intake::take_attachment(auth, id.0, prefer.respond_async)).await
}

/// `GET /v1/imports/{id}`
pub async fn show(auth: Authorized<may::ImportShow>, id: PathId) -> Result<Json<ImportView>> {
    auth.read(move |tx| {
        let (case, row) = model::open(tx, id.0)?;
        let commits = commits::of_imports(&tx.scope, tx.conn, &[row.id])?;
        model::show(&case.access, &row, &commits, tx.now()).map(Json)
    })
    .await
}

/// `GET /v1/imports/{id}/progress`
pub async fn watch(auth: Authorized<may::ImportProgress>, id: PathId) -> Result<ProgressStream> {
    progress::watch(auth, id.0).await
}

/// `DELETE /v1/imports/{id}`
pub async fn cancel(auth: Authorized<may::ImportCancel>, id: PathId) -> Result<NoContent> {
    let (services, import) = (Arc::clone(auth.services()), (auth.claims().organisation_id, id.0));
    let cancelled = auth.write(move |tx| {
        let (case, row) = model::open(tx, id.0)?;
        cases::store::touch(&tx.scope, tx.conn, case.row.id)?;
        store::cancel(&tx.scope, tx.conn, row.id)?;
        commits::cancel(&tx.scope, tx.conn, row.id)?;
        Ok(NoContent)
    });
    let cancelled = cancelled.await?;
    // Who gives a file up need not wait for housekeeping until it is gone.
    intake::give_up(&services, import).await;
    Ok(cancelled)
}

/// What `POST /v1/imports/{id}/commit` takes. Everything that the preview's `needs` names is required.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitIn {
    /// The key of the conversation to add.
    conversation: String,
    /// The key of the participant who exported the chat; null where none of them did.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    me: Patch<String>,
    /// Whose channel the messages go to, if no channel is named: the case's only victim if not said.
    #[serde(default)]
    person_id: Option<Id>,
    /// The channel of the case that the messages go to: the person's with this handle if not said, made if need be.
    #[serde(default)]
    channel_id: Option<Id>,
    /// The zone of the clock that wrote the file's local times: `Asia/Yangon`, or an offset such as `+06:30`.
    #[serde(default)]
    time_zone: Option<Line<64>>,
    /// The order of day, month and year in the file's dates, where the file does not tell.
    #[serde(default)]
    date_order: Option<SaidDateOrder>,
}

/// `POST /v1/imports/{id}/commit`
pub async fn commit(
    auth: Authorized<may::ImportCommit>,
    id: PathId,
    prefer: Prefer,
    body: Valid<CommitIn>,
) -> Result<Creation<CommitView>> {
    let (CommitIn { conversation, me, person_id, channel_id, time_zone, date_order }, digest) =
        body.into_parts();
    let answers = Answers {
        conversation,
        me: match &me {
            Patch::Set(key) => Some(key.clone()),
            Patch::Leave | Patch::Clear => None,
        },
        time_zone: time_zone.map(Line::into_inner),
        date_order,
        person_id,
        channel_id,
    };
    own_task(async move {
        let added = running::run(&auth, id.0, (answers, me), digest, prefer.respond_async).await;
        auth.create(digest, move |tx| {
            let (case, row) = model::open(tx, id.0)?;
            let commit = commits::find(tx.conn, (row.organisation_id, added?))?;
            let location = Some(format!("/v1/imports/{}", row.id));
            let view = model::show_commit(&case.access, &commit)?;
            tx.note(view.summary());
            Ok(Created { location, version: None, view })
        })
        .await
    })
    .await
}
