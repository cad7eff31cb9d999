//! `/v1/cases/{id}/assignments`

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{self, AssignmentFields, AssignmentRole, AssignmentView};
use super::store::{self, AssignmentRow};
use crate::authz::action::may;
use crate::authz::{Authorized, Class, Grants, Tx};
use crate::crypto::Sealed;
use crate::error::Result;
use crate::http::answer::{Json, NoContent};
use crate::http::body::Valid;
use crate::http::page::{Keyset, Page, PageQuery};
use crate::http::params::{PathId, PathIds, Query};
use crate::{cases, users};

fn show(tx: &mut Tx<'_, '_>, row: &AssignmentRow, name: &Sealed<String>) -> Result<AssignmentView> {
    let grants = Grants::of(&[Class::Outline]);
    let access = tx.organisation_access(grants)?;
    let fields = AssignmentFields {
        id: row.id,
        user_id: row.user_id,
        user_name: access.open(&users::model::NAME, row.user_id, name)?.unwrap_or_default(),
        role: row.role,
        from: row.from_at,
        until: row.until_at,
    };
    Ok(fields.redact(grants))
}

/// `GET /v1/cases/{id}/assignments`
pub async fn list(
    auth: Authorized<may::AssignmentList>,
    id: PathId,
    query: Query<PageQuery>,
) -> Result<Page<AssignmentView>> {
    auth.read(move |tx| {
        cases::model::open(tx, id.0)?;
        let keyset = Keyset::plain(tx, format!("assignment.list {}", id.0), &query)?;
        let rows = store::list(&tx.scope, tx.conn, id.0, &keyset)?;
        keyset.page(tx, rows, |(row, _)| (row.from_at, row.id), |tx, (row, name)| show(tx, &row, &name))
    })
    .await
}

/// What `PUT /v1/cases/{id}/assignments/{user_id}` takes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignmentIn {
    /// As what.
    role: AssignmentRole,
}

/// `PUT /v1/cases/{id}/assignments/{user_id}`
pub async fn put(
    auth: Authorized<may::AssignmentPut>,
    ids: PathIds,
    body: Valid<AssignmentIn>,
) -> Result<Json<AssignmentView>> {
    let PathIds(case_id, user_id) = ids;
    let AssignmentIn { role } = body.into_inner();
    auth.write(move |tx| {
        cases::model::open(tx, case_id)?;
        tx.about(user_id);
        let row = model::assign(tx, case_id, user_id, role)?;
        let user = users::store::find(&tx.scope, tx.conn, user_id)?;
        show(tx, &row, &user.name).map(Json)
    })
    .await
}

/// `DELETE /v1/cases/{id}/assignments/{user_id}`
pub async fn end(auth: Authorized<may::AssignmentEnd>, ids: PathIds) -> Result<NoContent> {
    let PathIds(case_id, user_id) = ids;
    auth.write(move |tx| {
        cases::model::open(tx, case_id)?;
        tx.about(user_id);
        model::unassign(tx, case_id, user_id)?;
        Ok(NoContent)
    })
    .await
}
