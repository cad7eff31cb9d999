//! Channels in the database.

use diesel::prelude::*;

use super::model::{Platform, Safety};
use super::windows::Span;
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::within;
use crate::db::{Conn, kept_update};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::messages::model::{Authenticity, Direction};
use crate::on;
use crate::schema::{channel_rule_changes, channels, messages, watch_pauses};

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
        let query = channels::table
            .filter(channels::organisation_id.eq(scope.organisation_id))
            .filter(channels::person_id.eq(person_id))
            .select(ChannelRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.ascending(), channels::created_at, channels::id).load(c)
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

/// Since when the person waits for an answer. No change of the record itself.
///
/// # Errors
/// Of the database.
pub fn set_unanswered(scope: &Scope, conn: &mut Conn<'_>, id: Id, since: Option<Time>) -> Result<()> {
    let this = channels::organisation_id.eq(scope.organisation_id).and(channels::id.eq(id));
    on!(conn, c => kept_update(channels::table, this, channels::unanswered_since.eq(since)).execute(c))?;
    Ok(())
}

/// That nobody waits for an answer on any channel of a case.
///
/// # Errors
/// Of the database.
pub fn nobody_waits(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<()> {
    on!(conn, c => diesel::update(channels::table
            .filter(channels::organisation_id.eq(scope.organisation_id))
            .filter(channels::case_id.eq(case_id)))
        .set(channels::unanswered_since.eq(None::<Time>))
        .execute(c))?;
    Ok(())
}

/// The channels of everybody on a case.
///
/// # Errors
/// Of the database.
pub fn ids_of_case(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Vec<Id>> {
    Ok(on!(conn, c => channels::table
        .filter(channels::organisation_id.eq(scope.organisation_id))
        .filter(channels::case_id.eq(case_id))
        .select(channels::id)
        .load(c))?)
}

/// What the safety of a channel was until it was changed.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = channel_rule_changes, treat_none_as_default_value = false)]
pub struct RuleChangeRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// On which case.
    pub case_id: Id,
    /// Of which channel.
    pub channel_id: Id,
    /// When it was changed (UTC).
    pub until_at: Time,
    /// Who changed it.
    pub author_id: Id,
    /// Sealed safety, as it was before.
    pub safety: Sealed<Safety>,
}

pub(super) fn insert_change(conn: &mut Conn<'_>, row: &RuleChangeRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(channel_rule_changes::table).values(row).execute(c))?;
    Ok(())
}

/// Changes of the safety of a channel, oldest first.
pub(super) fn changes(
    scope: &Scope,
    conn: &mut Conn<'_>,
    channel_id: Id,
    keyset: &Keyset,
) -> Result<Vec<RuleChangeRow>> {
    Ok(on!(conn, c => {
        let query = channel_rule_changes::table
            .filter(channel_rule_changes::organisation_id.eq(scope.organisation_id))
            .filter(channel_rule_changes::channel_id.eq(channel_id))
            .select(RuleChangeRow::as_select())
            .into_boxed::<Backend>();
        within!(query, keyset.ascending(), channel_rule_changes::until_at, channel_rule_changes::id).load(c)
    })?)
}

/// The changes of the safety of a channel, after `at` if that is given, oldest first, at most `most`.
pub(super) fn changes_after(
    scope: &Scope,
    conn: &mut Conn<'_>,
    channel_id: Id,
    at: Option<Time>,
    most: i64,
) -> Result<Vec<RuleChangeRow>> {
    Ok(on!(conn, c => {
        let query = channel_rule_changes::table
            .filter(channel_rule_changes::organisation_id.eq(scope.organisation_id))
            .filter(channel_rule_changes::channel_id.eq(channel_id))
            .order((channel_rule_changes::until_at.asc(), channel_rule_changes::id.asc()))
            .limit(most)
            .select(RuleChangeRow::as_select())
            .into_boxed::<Backend>();
        match at {
            Some(at) => query.filter(channel_rule_changes::until_at.gt(at)),
            None => query,
        }
        .load(c)
    })?)
}

/// The pauses of a case's contact watch, those that have ended too.
pub(super) fn pauses(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Vec<Span>> {
    let rows: Vec<(Time, Time, Option<Time>)> = on!(conn, c => watch_pauses::table
        .filter(watch_pauses::organisation_id.eq(scope.organisation_id))
        .filter(watch_pauses::case_id.eq(case_id))
        .select((watch_pauses::from_at, watch_pauses::until_at, watch_pauses::ended_at))
        .load(c))?;
    Ok(rows.into_iter().map(|(from, until, ended)| Span { from, to: Some(ended.unwrap_or(until)) }).collect())
}

/// When the latest inbound message of a channel, at `at` or before, was sent; of those that are judged so, if that
/// is asked.
///
/// # Errors
/// Of the database.
pub fn last_inbound(
    scope: &Scope,
    conn: &mut Conn<'_>,
    channel_id: Id,
    at: Time,
    judged: Option<Authenticity>,
) -> Result<Option<Time>> {
    Ok(on!(conn, c => {
        let query = messages::table
            .filter(messages::organisation_id.eq(scope.organisation_id))
            .filter(messages::channel_id.eq(channel_id))
            .filter(messages::direction.eq(Direction::Inbound))
            .filter(messages::placed_at.le(at))
            .order((messages::placed_at.desc(), messages::id.desc()))
            .select(messages::placed_at)
            .into_boxed::<Backend>();
        match judged {
            Some(judged) => query.filter(messages::judged.eq(judged)),
            None => query,
        }
        .first(c)
        .optional()
    })?)
}
