//! `/v1/cases/{id}/imports` and `/v1/imports`

use serde::Deserialize;
use utoipa::ToSchema;

use super::detect;
use super::model::{self, CommitView, FILE, FILE_NAME};
use super::plan::{Answers, SaidDateOrder, plan};
use super::preview::{ImportView, preview as describe, refusal};
use super::store::{self, ImportRow};
use super::target::Target;
use crate::authz::Authorized;
use crate::authz::action::may;
use crate::cases;
use crate::db::types::Id;
use crate::error::Result;
use crate::http::body::Valid;
use crate::http::heavy::heavy;
use crate::http::idempotency::{Created, Creation};
use crate::http::multipart::Upload;
use crate::http::params::PathId;
use crate::http::patch::Patch;
use crate::http::text::Line;

/// `POST /v1/cases/{id}/imports`
pub async fn preview(
    auth: Authorized<may::ImportPreview>,
    id: PathId,
    upload: Upload,
) -> Result<Creation<ImportView>> {
    let digest = upload.digest;
    // The gates first, so that a file is only read for somebody who may import it. A refusal is repeated, and put
    // into the audit log, by the transaction below.
    let read = match auth.prepare(move |tx| cases::model::open(tx, id.0).map(drop)).await {
        Ok(()) => {
            let Upload { file_name, bytes, .. } = upload;
            heavy(move || {
                let export = detect::parse(file_name.as_deref(), &bytes).map_err(|error| refusal(&error))?;
                Ok((file_name, bytes, export))
            })
            .await
        }
        Err(error) => Err(error),
    };
    auth.create(digest, move |tx| {
        let case = cases::model::open(tx, id.0)?;
        let (file_name, bytes, export) = read?;
        let id = Id::at(tx.now());
        tx.about(id);
        let hours = tx.services.settings.imports.preview_hours;
        let row = ImportRow {
            organisation_id: tx.scope.organisation_id,
            id,
            case_id: case.row.id,
            author_id: tx.scope.user_id,
            format: export.format.as_str().to_owned(),
            file_name: case.access.seal(&FILE_NAME, id, &file_name)?,
            file: Some(case.access.seal_bytes(&FILE, id, &bytes)?),
            created_at: tx.now(),
            expires_at: tx.now().plus_seconds(hours.saturating_mul(3600)),
            committed_at: None,
        };
        store::insert(&tx.scope, tx.conn, &row)?;
        let view = describe(id, &export, row.expires_at).redact(case.access.grants());
        Ok(Created { location: None, version: None, view })
    })
    .await
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
    /// The order of day, month and year in the file's dates.
    #[serde(default)]
    date_order: Option<SaidDateOrder>,
}

/// `POST /v1/imports/{id}/commit`
pub async fn commit(
    auth: Authorized<may::ImportCommit>,
    id: PathId,
    body: Valid<CommitIn>,
) -> Result<Creation<CommitView>> {
    let (CommitIn { conversation, me, person_id, channel_id, time_zone, date_order }, digest) =
        body.into_parts();
    let answers = Answers { conversation, me, time_zone: time_zone.map(Line::into_inner), date_order };
    // The file is read out of any transaction: a long one would hold up every other write.
    let planned = match auth.prepare(move |tx| model::file(tx, id.0)).await {
        Ok(file) => {
            heavy(move || {
                let export =
                    detect::parse(file.name.as_deref(), &file.bytes).map_err(|error| refusal(&error))?;
                plan(export, &answers)
            })
            .await
        }
        Err(error) => Err(error),
    };
    auth.create(digest, move |tx| {
        let case_id = store::case_of(&tx.scope, tx.conn, id.0)?;
        let case = cases::model::open(tx, case_id)?;
        tx.about(id.0);
        let target = Target { person_id, channel_id };
        let fields = model::commit(tx, &case, id.0, planned?, &target)?;
        Ok(Created { location: None, version: None, view: fields.redact(case.access.grants()) })
    })
    .await
}
