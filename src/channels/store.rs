//! Channels in the database.

use diesel::prelude::*;

use super::model::{Platform, Safety};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::on;
use crate::schema::channels;

/// A channel row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = channels, treat_none_as_default_value = false)]
pub struct ChannelRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// On which case; that of the person.
    pub case_id: Id,
    /// Whom it reaches.
    pub person_id: Id,
    /// Where.
    pub platform: Platform,
    /// Sealed handle, as it was written.
    pub handle: Sealed<String>,
    /// Keyed hash of platform and normalised handle.
    pub handle_hash: Vec<u8>,
    /// Sealed safety rules.
    pub safety: Sealed<Safety>,
    /// When it was added (UTC).
    pub created_at: Time,
    /// When the row last changed (UTC).
    pub updated_at: Time,
    /// Counts changes.
    pub version: i64,
    /// Since when the person waits for an answer here (UTC).
    pub unanswered_since: Option<Time>,
}

/// A channel of the organisation; whether its case is in reach is for [`super::model::open`] to ask.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<ChannelRow> {
    Ok(on!(conn, c => channels::table
        .filter(channels::organisation_id.eq(scope.organisation_id))
        .filter(channels::id.eq(id))
        .select(ChannelRow::as_select())
        .first(c))?)
}

/// The channels of a person, in the order they were added.
pub(super) fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    person_id: Id,
    keyset: &Keyset,
) -> Result<Vec<ChannelRow>> {
    Ok(on!(conn, c => {
        let mut query = channels::table
            .filter(channels::organisation_id.eq(scope.organisation_id))
            .filter(channels::person_id.eq(person_id))
            .order((channels::created_at.asc(), channels::id.asc()))
            .limit(keyset.fetch())
            .select(ChannelRow::as_select())
            .into_boxed::<Backend>();
        if let Some((at, id)) = keyset.after() {
            let later = channels::created_at.eq(at).and(channels::id.gt(id));
            query = query.filter(channels::created_at.gt(at).or(later));
        }
        query.load(c)
    })?)
}

/// The channels of a person whose handle has this hash, oldest first; the handle itself is still to be
/// compared.
pub(super) fn of_person(
    scope: &Scope,
    conn: &mut Conn<'_>,
    person_id: Id,
    handle_hash: &[u8],
) -> Result<Vec<ChannelRow>> {
    Ok(on!(conn, c => channels::table
        .filter(channels::organisation_id.eq(scope.organisation_id))
        .filter(channels::person_id.eq(person_id))
        .filter(channels::handle_hash.eq(handle_hash))
        .order((channels::created_at.asc(), channels::id.asc()))
        .select(ChannelRow::as_select())
        .load(c))?)
}

/// A handle elsewhere: its case, the channel's id, the sealed handle.
pub(super) type Elsewhere = (Id, Id, Sealed<String>);

/// Handles with this hash on other cases of the organisation, in reach or not: nothing of them may be told
/// before the case was found in reach and the handle compared.
pub(super) fn elsewhere(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    handle_hash: &[u8],
) -> Result<Vec<Elsewhere>> {
    Ok(on!(conn, c => channels::table
        .filter(channels::organisation_id.eq(scope.organisation_id))
        .filter(channels::handle_hash.eq(handle_hash))
        .filter(channels::case_id.ne(case_id))
        .order((channels::case_id.asc(), channels::id.asc()))
        .select((channels::case_id, channels::id, channels::handle))
        .load(c))?)
}

pub(super) fn insert(conn: &mut Conn<'_>, row: &ChannelRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(channels::table).values(row).execute(c))?;
    Ok(())
}

/// Writes the new state over version `row.version`, which becomes one more.
pub(super) fn update(scope: &Scope, conn: &mut Conn<'_>, row: &ChannelRow) -> Result<()> {
    // No `..`: a new column must decide here whether it can change.
    let ChannelRow {
        organisation_id: _,
        id,
        case_id: _,
        person_id: _,
        platform: _,
        handle,
        handle_hash,
        safety,
        created_at: _,
        updated_at: _,
        version,
        unanswered_since: _,
    } = row;
    let changed = on!(conn, c => diesel::update(channels::table
            .filter(channels::organisation_id.eq(scope.organisation_id))
            .filter(channels::id.eq(id))
            .filter(channels::version.eq(version)))
        .set((
            channels::handle.eq(handle),
            channels::handle_hash.eq(handle_hash),
            channels::safety.eq(safety),
            channels::updated_at.eq(scope.now),
            channels::version.eq(version + 1),
        ))
        .execute(c))?;
    if changed == 1 { Ok(()) } else { Err(Error::stale()) }
}

/// Since when the person waits for an answer; locks the channel on PostgreSQL. No change of the record itself.
///
/// # Errors
/// Of the database.
pub fn set_unanswered(scope: &Scope, conn: &mut Conn<'_>, id: Id, since: Option<Time>) -> Result<()> {
    on!(conn, c => diesel::update(channels::table.find((scope.organisation_id, id)))
        .set(channels::unanswered_since.eq(since))
        .execute(c))?;
    Ok(())
}
