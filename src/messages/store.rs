//! Messages in the database.

use diesel::prelude::*;

use super::model::{Authenticity, Content, Correction, Direction, Flag, MessageForm, Origin};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::window::{Window, beyond, in_order, merged, within};
use crate::db::{Conn, among};
use crate::error::Result;
use crate::on;
use crate::schema::{message_corrections, messages};

/// Rows in one statement: SQLite binds at most 32,766 values, and a row has 19.
const CHUNK: usize = 1_000;

/// A message row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub struct MessageRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which case.
    pub case_id: Id,
    /// On which channel.
    pub channel_id: Id,
    /// Which way it went.
    pub direction: Direction,
    /// Text or call.
    pub form: MessageForm,
    /// When it was sent, as first written down.
    pub sent_at: Time,
    /// When it was written down.
    pub recorded_at: Time,
    /// Who wrote it down.
    pub author_id: Id,
    /// Whether it comes from whom it seems to come from.
    pub authenticity: Authenticity,
    /// Its place in an exported conversation.
    pub ordinal: Option<i32>,
    /// The import it came with.
    pub import_id: Option<Id>,
    /// What makes it the same as one that is there already; only of imported ones.
    pub dedupe_key: Option<Vec<u8>>,
    /// Sealed content.
    pub content: Sealed<Content>,
    /// Sealed sender.
    pub sender: Option<Sealed<Origin>>,
    /// When it was sent, as corrected: its place in the log.
    pub placed_at: Time,
    /// Whether it comes from whom it seems to come from, as it is judged now.
    pub judged: Authenticity,
    /// Sealed flags, where there is something to mind.
    pub flags: Option<Sealed<Vec<Flag>>>,
    /// Who sent it when, hashed; only of imported ones without an id of their own.
    pub slot_key: Option<Vec<u8>>,
}

impl MessageRow {
    /// Its place in the log.
    pub fn place(&self) -> (Time, Id) {
        (self.placed_at, self.id)
    }
}

/// A correction row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = message_corrections, treat_none_as_default_value = false)]
pub struct CorrectionRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which case.
    pub case_id: Id,
    /// Of which message.
    pub message_id: Id,
    /// Who made it.
    pub author_id: Id,
    /// When.
    pub at: Time,
    /// When the message was sent, rightly.
    pub sent_at: Option<Time>,
    /// Sealed content.
    pub content: Sealed<Correction>,
    /// What the message was judged to be.
    pub authenticity: Option<Authenticity>,
}

/// The messages of a case in a window; only those of one channel if it is given.
///
/// # Errors
/// Of the database.
pub fn list(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    channel_id: Option<Id>,
    window: Window,
) -> Result<Vec<MessageRow>> {
    if let Some(channel_id) = channel_id {
        return of_channel(scope, conn, case_id, channel_id, window);
    }
    Ok(on!(conn, c => {
        let query = messages::table
            .filter(messages::organisation_id.eq(scope.organisation_id))
            .filter(messages::case_id.eq(case_id))
            .select(MessageRow::as_select())
            .into_boxed::<Backend>();
        within!(query, window, messages::placed_at, messages::id).load(c)
    })?)
}

/// Those of one channel: its index has them by direction, for the search for an answer.
fn of_channel(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    channel_id: Id,
    window: Window,
) -> Result<Vec<MessageRow>> {
    let places: Vec<(Time, Id)> = on!(conn, c => {
        let run = |direction: &Direction| {
            let query = messages::table
                .filter(messages::organisation_id.eq(scope.organisation_id))
                .filter(messages::channel_id.eq(channel_id))
                .filter(messages::direction.eq(*direction))
                .select((messages::placed_at, messages::id))
                .into_boxed::<Backend>();
            within!(query, window, messages::placed_at, messages::id)
        };
        merged(Direction::ALL.iter().map(run).collect(), window).load(c)
    })?;
    let ids: Vec<Id> = places.iter().map(|(_, id)| *id).collect();
    let rows: Vec<MessageRow> = on!(conn, c => messages::table
        .filter(messages::organisation_id.eq(scope.organisation_id))
        .filter(among(messages::id, &ids))
        .select(MessageRow::as_select())
        .load(c))?;
    // A channel of another case is not found out by asking here. Not asked of the engine: SQLite would read all of the case.
    let rows = rows.into_iter().filter(|row| row.case_id == case_id).collect();
    Ok(in_order(&places, rows, |row| row.id).into_iter().map(|(_, row)| row).collect())
}

/// As [`list`], for a measurement that writes the rows of a case once more.
///
/// # Errors
/// Of the database.
pub fn copy_of(
    conn: &mut Conn<'_>,
    organisation: Id,
    case_id: Id,
    window: Window,
) -> Result<Vec<MessageRow>> {
    Ok(on!(conn, c => {
        let query = messages::table
            .filter(messages::organisation_id.eq(organisation))
            .filter(messages::case_id.eq(case_id))
            .filter(messages::import_id.is_not_null())
            .select(MessageRow::as_select())
            .into_boxed::<Backend>();
        within!(query, window, messages::placed_at, messages::id).load(c)
    })?)
}

/// A message of the caller's organisation; whether its case is in reach is still to be asked.
///
/// # Errors
/// 404.
pub(super) fn find(scope: &Scope, conn: &mut Conn<'_>, id: Id) -> Result<MessageRow> {
    Ok(on!(conn, c => messages::table
        .filter(messages::organisation_id.eq(scope.organisation_id))
        .filter(messages::id.eq(id))
        .select(MessageRow::as_select())
        .first(c))?)
}

/// Whether a case has this message.
///
/// # Errors
/// Of the database.
pub fn exists(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, message_id: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => messages::table
        .filter(messages::organisation_id.eq(scope.organisation_id))
        .filter(messages::case_id.eq(case_id))
        .filter(messages::id.eq(message_id))
        .select(messages::id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// Since when the other side of a channel waits for an answer: the first that they wrote after the last that we did.
/// A call that nobody took is no answer.
pub(super) fn unanswered_since(scope: &Scope, conn: &mut Conn<'_>, channel_id: Id) -> Result<Option<Time>> {
    let answered: Option<(Time, Id)> = on!(conn, c => messages::table
        .filter(messages::organisation_id.eq(scope.organisation_id))
        .filter(messages::channel_id.eq(channel_id))
        .filter(messages::direction.eq(Direction::Outbound))
        .filter(messages::form.ne(MessageForm::MissedCall))
        .order((messages::placed_at.desc(), messages::id.desc()))
        .select((messages::placed_at, messages::id))
        .first(c)
        .optional())?;
    Ok(on!(conn, c => {
        let query = messages::table
            .filter(messages::organisation_id.eq(scope.organisation_id))
            .filter(messages::channel_id.eq(channel_id))
            .filter(messages::direction.eq(Direction::Inbound))
            .order((messages::placed_at.asc(), messages::id.asc()))
            .select(messages::placed_at)
            .into_boxed::<Backend>();
        match answered {
            None => query,
            Some(place) => query.filter(beyond(messages::placed_at, messages::id, place, false)),
        }
        .first(c)
        .optional()
    })?)
}

/// When the newest inbound message of a channel that is judged so was sent.
pub(super) fn last_judged(
    scope: &Scope,
    conn: &mut Conn<'_>,
    channel_id: Id,
    judged: Authenticity,
) -> Result<Option<Time>> {
    Ok(on!(conn, c => messages::table
        .filter(messages::organisation_id.eq(scope.organisation_id))
        .filter(messages::channel_id.eq(channel_id))
        .filter(messages::direction.eq(Direction::Inbound))
        .filter(messages::judged.eq(judged))
        .order((messages::placed_at.desc(), messages::id.desc()))
        .select(messages::placed_at)
        .first(c)
        .optional())?)
}

/// Those of these messages that are on a channel and were sent at `until` at the latest.
pub(super) fn on_channel_until(
    scope: &Scope,
    conn: &mut Conn<'_>,
    channel_id: Id,
    ids: &[Id],
    until: Time,
) -> Result<Vec<Id>> {
    Ok(on!(conn, c => messages::table
        .filter(messages::organisation_id.eq(scope.organisation_id))
        .filter(messages::channel_id.eq(channel_id))
        .filter(among(messages::id, ids))
        .filter(messages::placed_at.le(until))
        .select(messages::id)
        .load(c))?)
}

/// Those of these messages that are judged suspect.
///
/// # Errors
/// Of the database.
pub fn suspect_among(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let suspect: Vec<Id> = on!(conn, c => messages::table
            .filter(messages::organisation_id.eq(scope.organisation_id))
            .filter(among(messages::id, chunk))
            .filter(messages::judged.eq(Authenticity::Suspect))
            .select(messages::id)
            .load(c))?;
        found.extend(suspect);
    }
    Ok(found)
}

/// Stores a message.
///
/// # Errors
/// 409 `id-taken`.
pub fn insert(conn: &mut Conn<'_>, row: &MessageRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(messages::table).values(row).execute(c))?;
    Ok(())
}

/// Stores imported messages, and gives the ids of those that were not there before.
///
/// # Errors
/// Of the database.
pub fn insert_batch<'a>(conn: &mut Conn<'_>, rows: impl Iterator<Item = &'a MessageRow>) -> Result<Vec<Id>> {
    let rows: Vec<&MessageRow> = rows.collect();
    let mut added = Vec::with_capacity(rows.len());
    for chunk in rows.chunks(CHUNK) {
        let ids: Vec<Id> = on!(conn, c => diesel::insert_into(messages::table)
            .values(chunk.to_vec())
            .on_conflict((messages::organisation_id, messages::channel_id, messages::dedupe_key))
            .do_nothing()
            .returning(messages::id)
            .get_results(c))?;
        added.extend(ids);
    }
    Ok(added)
}

/// The imported messages of a channel that have one of these keys.
///
/// # Errors
/// Of the database.
pub fn by_dedupe_keys(
    scope: &Scope,
    conn: &mut Conn<'_>,
    channel_id: Id,
    keys: &[&[u8]],
) -> Result<Vec<MessageRow>> {
    let mut rows = Vec::with_capacity(keys.len());
    for chunk in keys.chunks(CHUNK) {
        let found: Vec<MessageRow> = on!(conn, c => messages::table
            .filter(messages::organisation_id.eq(scope.organisation_id))
            .filter(messages::channel_id.eq(channel_id))
            .filter(messages::dedupe_key.eq_any(chunk.iter().copied()))
            .select(MessageRow::as_select())
            .load(c))?;
        rows.extend(found);
    }
    Ok(rows)
}

/// Some messages of the caller's organisation.
///
/// # Errors
/// Of the database.
pub fn by_ids(scope: &Scope, conn: &mut Conn<'_>, ids: &[Id]) -> Result<Vec<MessageRow>> {
    Ok(on!(conn, c => messages::table
        .filter(messages::organisation_id.eq(scope.organisation_id))
        .filter(among(messages::id, ids))
        .select(MessageRow::as_select())
        .load(c))?)
}

/// The imported messages of a channel that were sent by these senders at these moments, in the order of their file.
///
/// # Errors
/// Of the database.
pub fn by_slot_keys(
    scope: &Scope,
    conn: &mut Conn<'_>,
    channel_id: Id,
    keys: &[&[u8]],
) -> Result<Vec<MessageRow>> {
    Ok(on!(conn, c => messages::table
        .filter(messages::organisation_id.eq(scope.organisation_id))
        .filter(messages::channel_id.eq(channel_id))
        .filter(messages::slot_key.eq_any(keys.iter().copied()))
        .order((messages::placed_at.asc(), messages::id.asc()))
        .select(MessageRow::as_select())
        .load(c))?)
}

/// Writes where a message belongs, what it is judged to be, and what to mind about it. What was first written down
/// stays.
///
/// # Errors
/// Of the database.
pub(super) fn restate(scope: &Scope, conn: &mut Conn<'_>, row: &MessageRow) -> Result<()> {
    on!(conn, c => diesel::update(messages::table.find((scope.organisation_id, row.id)))
        .set((
            messages::placed_at.eq(row.placed_at),
            messages::judged.eq(row.judged),
            messages::flags.eq(row.flags.as_ref()),
        ))
        .execute(c))?;
    Ok(())
}

/// Stores a correction.
pub(super) fn insert_correction(conn: &mut Conn<'_>, row: &CorrectionRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(message_corrections::table).values(row).execute(c))?;
    Ok(())
}

/// The corrections of these messages, oldest first.
///
/// # Errors
/// Of the database.
pub fn corrections_of(scope: &Scope, conn: &mut Conn<'_>, messages: &[Id]) -> Result<Vec<CorrectionRow>> {
    let mut rows = Vec::new();
    for chunk in messages.chunks(CHUNK) {
        let found: Vec<CorrectionRow> = on!(conn, c => message_corrections::table
            .filter(message_corrections::organisation_id.eq(scope.organisation_id))
            .filter(among(message_corrections::message_id, chunk))
            .order((message_corrections::at.asc(), message_corrections::id.asc()))
            .select(CorrectionRow::as_select())
            .load(c))?;
        rows.extend(found);
    }
    Ok(rows)
}
