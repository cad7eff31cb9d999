//! `/v1/operations/{id}/attachments`: files from the field.
//!
//! A photo that a team takes lies with a case of its operation, where those who work on the case find it. The officer who
//! brings it gives it away: a case has no files for them, not even their own.

use serde::Deserialize;
use utoipa::IntoParams;

use super::super::model::AttachmentView;
use super::receive;
use crate::authz::action::may;
use crate::authz::{Authorized, Class, Grants, Tx};
use crate::cases::model::OpenCase;
use crate::db::types::Id;
use crate::error::{Error, Result};
use crate::http::idempotency::Creation;
use crate::http::incoming::Incoming;
use crate::http::own_task;
use crate::http::params::{PathId, Query};
use crate::{cases, operations};

/// The query of `POST /v1/operations/{id}/attachments`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FieldFileQuery {
    /// With which of the operation's cases it lies; needed if there are several.
    #[param(value_type = Option<uuid::Uuid>)]
    case_id: Option<Id>,
}

/// `POST /v1/operations/{id}/attachments`
pub async fn create(
    auth: Authorized<may::OperationAttach>,
    id: PathId,
    query: Query<FieldFileQuery>,
    body: Incoming,
) -> Result<Creation<AttachmentView>> {
    let (operation_id, case_id) = (id.0, query.case_id);
    own_task(receive(auth, move |tx| open_to_add(tx, operation_id, case_id), body)).await
}

/// The case that a file from an operation in reach lies with, opened as far as the file itself needs.
fn open_to_add(tx: &mut Tx<'_, '_>, operation_id: Id, case_id: Option<Id>) -> Result<OpenCase> {
    operations::model::open(tx, operation_id)?;
    let case_ids = operations::store::case_ids(&tx.scope, tx.conn, operation_id)?;
    let case_id = match (case_id, case_ids.as_slice()) {
        (Some(case_id), case_ids) if case_ids.contains(&case_id) => case_id,
        (Some(_), _) => return Err(Error::invalid("case_id", "is no case of this operation")),
        (None, [only]) => *only,
        (None, []) => {
            let detail = "This operation has no case that a file could lie with.";
            return Err(Error::conflict("no-case", detail));
        }
        (None, _) => return Err(Error::invalid("case_id", "is needed: this operation has several cases")),
    };
    let OpenCase { row, .. } = cases::model::open(tx, case_id)?;
    // Whoever brings a file seals it and tells what it is called, whether or not they may open others.
    let access = tx.vault_of(case_id, Grants::of(&[Class::Outline, Class::Content]))?;
    Ok(OpenCase { row, access })
}
