//! What was last made of the clues of a case, in the database; and whose word each clue is.

use std::collections::HashMap;

use diesel::prelude::*;

use super::audience::Settled;
use super::model::Kept;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::{Conn, among};
use crate::error::Result;
use crate::messages::model::Authenticity;
use crate::on;
use crate::schema::{case_areas, case_estimates, channels, message_attachments, messages};

/// Ids in one statement.
const CHUNK: usize = 1_000;

/// A case that is to be looked at again.
#[derive(Debug, Clone, Copy)]
pub struct Due {
    /// Whose.
    pub organisation_id: Id,
    /// Which.
    pub case_id: Id,
    /// Since when.
    pub dirty_at: Option<Time>,
}

/// Notes that something changed by which the estimate of a case is made.
///
/// # Errors
/// Of the database.
pub fn mark(conn: &mut Conn<'_>, organisation: Id, case_id: Id, now: Time) -> Result<()> {
    let row = (
        case_estimates::organisation_id.eq(organisation),
        case_estimates::case_id.eq(case_id),
        case_estimates::dirty_at.eq(Some(now)),
    );
    on!(conn, c => diesel::insert_into(case_estimates::table)
        .values(row)
        .on_conflict((case_estimates::organisation_id, case_estimates::case_id))
        .do_update()
        .set(case_estimates::dirty_at.eq(Some(now)))
        .execute(c))?;
    Ok(())
}

/// As [`mark`], for every case of an organisation that has clues: its sites changed.
///
/// # Errors
/// Of the database.
pub fn mark_all(conn: &mut Conn<'_>, organisation: Id, now: Time) -> Result<()> {
    // In order of the cases, as whoever marks several of them does, so that no two can wait for each other.
    if let Conn::Postgres(c) = conn {
        case_estimates::table
            .filter(case_estimates::organisation_id.eq(organisation))
            .order(case_estimates::case_id.asc())
            .select(case_estimates::case_id)
            .for_update()
            .load::<Id>(c.now())?;
    }
    on!(conn, c => diesel::update(case_estimates::table
            .filter(case_estimates::organisation_id.eq(organisation)))
        .set(case_estimates::dirty_at.eq(Some(now)))
        .execute(c))?;
    Ok(())
}

/// Some cases, of any organisation, that are to be looked at again and that nobody is looking at.
pub(super) fn due(conn: &mut Conn<'_>, now: Time) -> Result<Vec<Due>> {
    let rows: Vec<(Id, Id, Option<Time>)> = on!(conn, c => case_estimates::table
        .filter(case_estimates::dirty_at.is_not_null())
        .filter(case_estimates::lease_until.is_null().or(case_estimates::lease_until.lt(now)))
        .order(case_estimates::dirty_at.asc())
        .limit(50)
        .select((case_estimates::organisation_id, case_estimates::case_id, case_estimates::dirty_at))
        .load(c))?;
    let due = |(organisation_id, case_id, dirty_at)| Due { organisation_id, case_id, dirty_at };
    Ok(rows.into_iter().map(due).collect())
}

/// Takes a case on; false when another node was first.
pub(super) fn lease(conn: &mut Conn<'_>, due: &Due, now: Time, until: Time) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(case_estimates::table.find((due.organisation_id, due.case_id)))
        .filter(case_estimates::dirty_at.is_not_null())
        .filter(case_estimates::lease_until.is_null().or(case_estimates::lease_until.lt(now)))
        .set(case_estimates::lease_until.eq(Some(until)))
        .execute(c))?;
    Ok(changed == 1)
}

/// What was last made of a case.
pub(super) fn kept(conn: &mut Conn<'_>, organisation: Id, case_id: Id) -> Result<Option<Sealed<Kept>>> {
    let found: Option<Option<Sealed<Kept>>> = on!(conn, c => case_estimates::table
        .find((organisation, case_id))
        .select(case_estimates::summary)
        .first(c)
        .optional())?;
    Ok(found.flatten())
}

/// What was last made of these cases, where anything was.
///
/// # Errors
/// Of the database.
pub fn kept_of(conn: &mut Conn<'_>, organisation: Id, case_ids: &[Id]) -> Result<Vec<(Id, Sealed<Kept>)>> {
    Ok(on!(conn, c => case_estimates::table
        .filter(case_estimates::organisation_id.eq(organisation))
        .filter(among(case_estimates::case_id, case_ids))
        .filter(case_estimates::summary.is_not_null())
        .select((case_estimates::case_id, case_estimates::summary.assume_not_null()))
        .load(c))?)
}

/// Writes what was made of a case as it was at `due.dirty_at`; what changed since is still to be looked at.
pub(super) fn keep(conn: &mut Conn<'_>, due: &Due, kept: &Sealed<Kept>, now: Time) -> Result<()> {
    on!(conn, c => diesel::update(case_estimates::table.find((due.organisation_id, due.case_id)))
        .set((
            case_estimates::summary.eq(Some(kept)),
            case_estimates::computed_at.eq(Some(now)),
            case_estimates::lease_until.eq(None::<Time>),
        ))
        .execute(c))?;
    on!(conn, c => diesel::update(case_estimates::table.find((due.organisation_id, due.case_id)))
        .filter(case_estimates::dirty_at.eq(due.dirty_at))
        .set(case_estimates::dirty_at.eq(None::<Time>))
        .execute(c))?;
    Ok(())
}

/// Who wrote some messages, and what they are judged to be.
pub(super) fn writers(
    conn: &mut Conn<'_>,
    organisation: Id,
    ids: &[Id],
) -> Result<HashMap<Id, (Id, Authenticity)>> {
    let mut writers = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<(Id, Id, Authenticity)> = on!(conn, c => messages::table
            .inner_join(channels::table.on(
                channels::organisation_id.eq(messages::organisation_id).and(channels::id.eq(messages::channel_id)),
            ))
            .filter(messages::organisation_id.eq(organisation))
            .filter(among(messages::id, chunk))
            .select((messages::id, channels::person_id, messages::judged))
            .load(c))?;
        writers.extend(rows.into_iter().map(|(id, person, judged)| (id, (person, judged))));
    }
    Ok(writers)
}

/// Who sent some files, and what the messages that they came with are judged to be.
pub(super) fn senders(
    conn: &mut Conn<'_>,
    organisation: Id,
    ids: &[Id],
) -> Result<HashMap<Id, (Id, Authenticity)>> {
    let mut senders = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows: Vec<(Id, Id, Authenticity)> = on!(conn, c => message_attachments::table
            .inner_join(messages::table.on(
                messages::organisation_id
                    .eq(message_attachments::organisation_id)
                    .and(messages::id.eq(message_attachments::message_id)),
            ))
            .inner_join(channels::table.on(
                channels::organisation_id.eq(messages::organisation_id).and(channels::id.eq(messages::channel_id)),
            ))
            .filter(message_attachments::organisation_id.eq(organisation))
            .filter(among(message_attachments::attachment_id, chunk))
            .select((message_attachments::attachment_id, channels::person_id, messages::judged))
            .load(c))?;
        senders.extend(rows.into_iter().map(|(id, person, judged)| (id, (person, judged))));
    }
    Ok(senders)
}

/// The cases of an organisation that have an estimate, with what was last made of each.
pub(super) fn all_kept(conn: &mut Conn<'_>, organisation: Id, most: i64) -> Result<Vec<(Id, Sealed<Kept>)>> {
    Ok(on!(conn, c => case_estimates::table
        .filter(case_estimates::organisation_id.eq(organisation))
        .filter(case_estimates::summary.is_not_null())
        .order(case_estimates::computed_at.desc())
        .limit(most)
        .select((case_estimates::case_id, case_estimates::summary.assume_not_null()))
        .load(c))?)
}

/// The coarse answer that was last told of a case, and when it was made.
pub(super) fn settled(
    conn: &mut Conn<'_>,
    organisation: Id,
    case_id: Id,
) -> Result<Option<(Sealed<Settled>, Time)>> {
    Ok(on!(conn, c => case_areas::table
        .find((organisation, case_id))
        .select((case_areas::settled, case_areas::settled_at))
        .first(c)
        .optional())?)
}

/// Keeps the coarse answer that is told of a case from now on.
pub(super) fn settle(
    conn: &mut Conn<'_>,
    (organisation, case_id): (Id, Id),
    settled: &Sealed<Settled>,
    now: Time,
) -> Result<()> {
    on!(conn, c => diesel::insert_into(case_areas::table)
        .values((
            case_areas::organisation_id.eq(organisation),
            case_areas::case_id.eq(case_id),
            case_areas::settled.eq(settled),
            case_areas::settled_at.eq(now),
        ))
        .on_conflict((case_areas::organisation_id, case_areas::case_id))
        .do_update()
        .set((case_areas::settled.eq(settled), case_areas::settled_at.eq(now)))
        .execute(c))?;
    Ok(())
}
