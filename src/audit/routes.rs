//! `/v1/audit-events`

pub mod tree;

use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{DETAIL, Detail, Outcome};
use super::store;
use crate::authz::action::may;
use crate::authz::{Action, Authorized, Class, Grants};
use crate::crypto::secret::hex;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::answer::Witnessed;
use crate::http::page::{Keyset, Limit, Page};
use crate::http::params::Query;
use crate::search::{Found, look_through};
use crate::view;

view! {
    /// One row of the audit log.
    pub struct AuditEventView from AuditEventFields {
        /// The id.
        outline id: Id,
        /// Its place in the log, from 0; absent until it has one.
        outline_maybe seq: i64,
        /// When.
        outline at: Time,
        /// By whom.
        outline_maybe actor_id: Id,
        /// In which session.
        outline_maybe session_id: Id,
        /// What.
        outline action: Action,
        /// How it ended.
        outline outcome: Outcome,
        /// To which row.
        outline_maybe object_id: Id,
        /// Of which case.
        outline_maybe case_id: Id,
        /// What else is told.
        outline_maybe detail: Detail,
        /// RFC 6962 leaf hash, hexadecimal.
        outline leaf_hash: String,
    }
}

/// The query of `GET /v1/audit-events`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only what this user did.
    #[param(value_type = Option<uuid::Uuid>)]
    actor_id: Option<Id>,
    /// Only what was done on this case.
    #[param(value_type = Option<uuid::Uuid>)]
    case_id: Option<Id>,
    /// Only what was done to this record.
    #[param(value_type = Option<uuid::Uuid>)]
    object_id: Option<Id>,
    /// Only this action.
    #[param(value_type = Option<String>)]
    action: Option<Action>,
    /// Only `done`, or only `refused`.
    #[param(value_type = Option<String>)]
    outcome: Option<Outcome>,
    /// Items per page, 1 to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<Limit>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// `GET /v1/audit-events`
pub async fn list(
    auth: Authorized<may::AuditList>,
    query: Query<AuditQuery>,
) -> Result<Witnessed<Page<AuditEventView>>> {
    let shown = Witnessed::by(&auth);
    let answer = auth.read(move |tx| {
        let filter = store::Filter {
            actor_id: query.actor_id,
            case_id: query.case_id,
            object_id: query.object_id,
            action: query.action,
            outcome: query.outcome,
        };
        let keyset = Keyset::new(tx, format!("audit.list {filter:?}"), query.limit, query.cursor.as_deref())?;
        let window = keyset.descending();
        let found = if filter.is_an_index() {
            Found::all(store::list(&tx.scope, tx.conn, filter, window)?)
        } else {
            look_through(
                tx,
                window,
                |tx, window| store::list(&tx.scope, tx.conn, filter, window),
                |row| (row.at, row.id),
                |row| Ok(filter.holds(row)),
            )?
        };
        let access = tx.organisation_access(Grants::of(&[Class::Source]))?;
        keyset.found(
            tx,
            found,
            |row| (row.at, row.id),
            |_, row| {
                let detail = access
                    .open_opt(&DETAIL, row.id, row.detail.as_ref())
                    .map_err(|_| Error::internal("the detail of an audit row does not open"))?;
                let fields = AuditEventFields {
                    id: row.id,
                    seq: row.seq,
                    at: row.at,
                    actor_id: row.actor_id,
                    session_id: row.session_id,
                    action: row.action,
                    outcome: row.outcome,
                    object_id: row.object_id,
                    case_id: row.case_id,
                    detail,
                    leaf_hash: hex(&row.leaf_hash),
                };
                Ok(fields.redact(Grants::of(&[Class::Outline])))
            },
        )
    });
    Ok(shown.with(answer.await?))
}
