//! Webhooks in the database.

use diesel::prelude::*;

use super::model::{Secrets, WebhookStatus};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::on;
use crate::schema::webhooks;

/// A webhook row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = webhooks, treat_none_as_default_value = false)]
pub struct WebhookRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Sealed address.
    pub url: Sealed<String>,
    /// Sealed secrets.
    pub secret: Sealed<Secrets>,
    /// Whether it is called.
    pub status: WebhookStatus,
    /// Who added it.
    pub created_by: Id,
    /// When it was added (UTC).
    pub created_at: Time,
    /// When the row last changed (UTC).
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
}

/// The webhooks of an organisation that are to be told of an alert.
///
/// # Errors
/// Of the database.
pub fn active_ids(conn: &mut Conn<'_>, organisation_id: Id) -> Result<Vec<Id>> {
    Ok(on!(conn, c => webhooks::table
        .filter(webhooks::organisation_id.eq(organisation_id))
        .filter(webhooks::status.eq(WebhookStatus::Active))
        .order(webhooks::id)
        .select(webhooks::id)
        .load(c))?)
}

/// The webhook of a delivery, if it is still there.
///
/// # Errors
/// Of the database.
pub fn target(conn: &mut Conn<'_>, organisation_id: Id, id: Id) -> Result<Option<WebhookRow>> {
    Ok(on!(conn, c => webhooks::table
        .filter(webhooks::organisation_id.eq(organisation_id))
        .filter(webhooks::id.eq(id))
        .select(WebhookRow::as_select())
        .first(c)
        .optional())?)
}

/// Calls it no more, on its own wish.
///
/// # Errors
/// Of the database.
pub fn disable(conn: &mut Conn<'_>, organisation_id: Id, id: Id, now: Time) -> Result<()> {
    on!(conn, c => diesel::update(webhooks::table
            .filter(webhooks::organisation_id.eq(organisation_id))
            .filter(webhooks::id.eq(id))
            .filter(webhooks::status.eq(WebhookStatus::Active)))
        .set((
            webhooks::status.eq(WebhookStatus::Disabled),
            webhooks::updated_at.eq(now),
            webhooks::version.eq(webhooks::version + 1),
        ))
        .execute(c))?;
    Ok(())
}

/// A webhook of the caller's organisation.
///
/// # Errors
/// 404.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<WebhookRow> {
    target(conn, scope.organisation_id, id)?.ok_or_else(Error::not_found)
}

/// How many there are.
pub(super) fn count(scope: &Scope, conn: &mut Conn<'_>) -> Result<usize> {
    let count: i64 = on!(conn, c => webhooks::table
        .filter(webhooks::organisation_id.eq(scope.organisation_id))
        .count()
        .get_result(c))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

/// Oldest first.
pub(super) fn list(scope: &Scope, conn: &mut Conn<'_>, keyset: &Keyset) -> Result<Vec<WebhookRow>> {
    Ok(on!(conn, c => {
        let query = webhooks::table
            .filter(webhooks::organisation_id.eq(scope.organisation_id))
            .select(WebhookRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.ascending(), webhooks::created_at, webhooks::id).load(c)
    })?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &WebhookRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(webhooks::table).values(row).execute(c))?;
    Ok(())
}

/// Writes the new state over version `row.version`, which becomes one more.
///
/// # Errors
/// 412 when somebody was faster.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &WebhookRow) -> Result<()> {
    // No `..`: a new column must decide here whether it can change.
    let WebhookRow {
        organisation_id: _,
        id,
        url,
        secret,
        status,
        created_by: _,
        created_at: _,
        updated_at: _,
        version,
    } = row;
    let changed = on!(conn, c => diesel::update(webhooks::table
            .filter(webhooks::organisation_id.eq(scope.organisation_id))
            .filter(webhooks::id.eq(id))
            .filter(webhooks::version.eq(version)))
        .set((
            webhooks::url.eq(url),
            webhooks::secret.eq(secret),
            webhooks::status.eq(status),
            webhooks::updated_at.eq(scope.now),
            webhooks::version.eq(version + 1),
        ))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::stale()) }
}

pub(super) fn delete(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<()> {
    let gone = on!(conn, c => diesel::delete(webhooks::table
            .filter(webhooks::organisation_id.eq(scope.organisation_id))
            .filter(webhooks::id.eq(id)))
        .execute(c))?;
    if gone == 1 { Ok(()) } else { Err(Error::not_found()) }
}
