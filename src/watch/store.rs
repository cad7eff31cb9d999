//! Watches in the database.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::*;

use super::model::{Moments, Terms, WatchState};
use crate::authz::Scope;
use crate::crypto::Sealed;
use crate::db::types::{Id, Time};
use crate::db::{Conn, among, kept_update};
use crate::error::Result;
use crate::messages::model::{Authenticity, Direction, MessageForm};
use crate::on;
use crate::people::model::PersonRole;
use crate::schema::{channels, messages, people, watch_escalations, watch_pauses, watches};

/// A watch row.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = watches, treat_none_as_default_value = false)]
pub struct WatchRow {
    /// Whose.
    pub organisation_id: Id,
    /// Of which case.
    pub case_id: Id,
    /// Hours between two signs of life.
    pub expected_every_hours: i32,
    /// Hours on top before anybody is alerted.
    pub grace_hours: i32,
    /// When it was first set, or began anew.
    pub started_at: Time,
    /// When the last sign of life was sent.
    pub last_sign_of_life_at: Option<Time>,
    /// See [`Moments`].
    pub due_at: Time,
    /// See [`Moments`].
    pub overdue_at: Time,
    /// See [`Moments`].
    pub silent_at: Time,
    /// When it stopped.
    pub stopped_at: Option<Time>,
    /// Who set it.
    pub created_by: Id,
    /// When it was first set.
    pub created_at: Time,
    /// When it was last worked out.
    pub updated_at: Time,
    /// Counts changes of its terms.
    pub version: i64,
}

impl WatchRow {
    /// What is expected.
    pub fn terms(&self) -> Terms {
        Terms { expected_every_hours: self.expected_every_hours, grace_hours: self.grace_hours }
    }

    /// The moments as they were worked out last.
    pub fn moments(&self) -> Moments {
        Moments { due_at: self.due_at, overdue_at: self.overdue_at, silent_at: self.silent_at }
    }

    /// Whether it began anew after a stop.
    pub fn restarted(&self) -> bool {
        self.started_at > self.created_at
    }
}

/// A pause row.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = watch_pauses, treat_none_as_default_value = false)]
pub struct PauseRow {
    /// Whose.
    pub organisation_id: Id,
    /// The id.
    pub id: Id,
    /// Of which case.
    pub case_id: Id,
    /// From when.
    pub from_at: Time,
    /// Until when.
    pub until_at: Time,
    /// When it was ended before its time.
    pub ended_at: Option<Time>,
    /// Sealed reason.
    pub reason: Sealed<String>,
    /// Who began it.
    pub created_by: Id,
    /// When it was written down.
    pub created_at: Time,
}

impl PauseRow {
    /// When it ends, if that is after `now`.
    pub fn ends_after(&self, now: Time) -> Option<Time> {
        Some(self.ended_at.unwrap_or(self.until_at)).filter(|end| *end > now)
    }
}

/// The watch of a case that was found in reach.
///
/// # Errors
/// 404.
pub fn find(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<WatchRow> {
    Ok(on!(conn, c => watches::table
        .find((scope.organisation_id, case_id))
        .select(WatchRow::as_select())
        .first(c))?)
}

/// The channels of a case's victims.
macro_rules! of_victims {
    ($organisation_id:expr, $case_id:expr) => {
        channels::table
            .inner_join(people::table.on(
                people::organisation_id.eq(channels::organisation_id).and(people::id.eq(channels::person_id)),
            ))
            .filter(channels::organisation_id.eq($organisation_id))
            .filter(channels::case_id.eq($case_id))
            .filter(people::role.eq(PersonRole::Victim))
    };
}

/// When the newest sign of life on a channel was sent, `latest` at the latest: an inbound message that is not suspect and
/// not a missed call, in the order of the index.
macro_rules! newest {
    ($organisation_id:expr, $latest:expr) => {
        messages::table
            .filter(messages::organisation_id.eq($organisation_id))
            .filter(messages::channel_id.eq(channels::id))
            .filter(messages::direction.eq(Direction::Inbound))
            .filter(messages::placed_at.le($latest))
            .filter(messages::judged.ne(Authenticity::Suspect))
            .filter(messages::form.ne(MessageForm::MissedCall))
            .order((messages::placed_at.desc(), messages::id.desc()))
            .limit(1)
            .select(messages::placed_at)
            .single_value()
    };
}

/// What a watch is worked out from.
pub(super) struct Basis {
    pub(super) row: WatchRow,
    /// When the last sign of life was sent.
    pub(super) last_sign_of_life_at: Option<Time>,
    /// When the latest pause ends or ended.
    pub(super) pause_end: Option<Time>,
}

/// The watch of a case and what it is worked out from, signs of life as of `latest`. The case was touched before: of two
/// messages that come in at once the second sees the first.
pub(super) fn basis(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    case_id: Id,
    latest: Time,
) -> Result<Option<Basis>> {
    let pauses = || {
        watch_pauses::table
            .filter(watch_pauses::organisation_id.eq(organisation_id))
            .filter(watch_pauses::case_id.eq(case_id))
    };
    let until = pauses().filter(watch_pauses::ended_at.is_null()).select(max(watch_pauses::until_at));
    let ended = pauses().select(max(watch_pauses::ended_at));
    let sign = of_victims!(organisation_id, case_id).select(max(newest!(organisation_id, latest)));
    let facts = (sign.single_value(), until.single_value(), ended.single_value());
    let found = on!(conn, c => watches::table
        .find((organisation_id, case_id))
        .select((WatchRow::as_select(), facts))
        .first::<(WatchRow, (Option<Time>, Option<Time>, Option<Time>))>(c)
        .optional())?;
    Ok(found.map(|(row, (last_sign_of_life_at, until, ended))| Basis {
        row,
        last_sign_of_life_at,
        pause_end: until.max(ended),
    }))
}

/// The watches of these cases, which were found in reach.
///
/// # Errors
/// Of the database.
pub fn of_cases(scope: &Scope, conn: &mut Conn<'_>, case_ids: &[Id]) -> Result<Vec<WatchRow>> {
    Ok(on!(conn, c => watches::table
        .filter(watches::organisation_id.eq(scope.organisation_id))
        .filter(among(watches::case_id, case_ids))
        .select(WatchRow::as_select())
        .load(c))?)
}

/// Stores a new watch, or the new terms of one that is there: since when it runs stays.
pub(super) fn put(conn: &mut Conn<'_>, row: &WatchRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(watches::table)
        .values(row)
        .on_conflict((watches::organisation_id, watches::case_id))
        .do_update()
        .set((
            watches::expected_every_hours.eq(row.expected_every_hours),
            watches::grace_hours.eq(row.grace_hours),
            watches::version.eq(watches::version + 1),
        ))
        .execute(c))?;
    Ok(())
}

pub(super) fn update_moments(conn: &mut Conn<'_>, row: &WatchRow) -> Result<()> {
    let this = watches::organisation_id.eq(row.organisation_id).and(watches::case_id.eq(row.case_id));
    let moments = (
        watches::last_sign_of_life_at.eq(row.last_sign_of_life_at),
        watches::due_at.eq(row.due_at),
        watches::overdue_at.eq(row.overdue_at),
        watches::silent_at.eq(row.silent_at),
        watches::updated_at.eq(row.updated_at),
    );
    conn.later(kept_update(watches::table, this, moments))
}

/// Stops a watch, or starts it from now on; one that is not there stays away.
pub(super) fn stop_or_start(
    scope: &Scope,
    conn: &mut Conn<'_>,
    case_id: Id,
    stopped_at: Option<Time>,
) -> Result<()> {
    on!(conn, c => diesel::update(watches::table.find((scope.organisation_id, case_id)))
        .set(watches::stopped_at.eq(stopped_at))
        .execute(c))?;
    if stopped_at.is_none() {
        on!(conn, c => diesel::update(watches::table.find((scope.organisation_id, case_id)))
            .set(watches::started_at.eq(scope.now))
            .execute(c))?;
    }
    Ok(())
}

/// Who is called in turn.
///
/// # Errors
/// Of the database.
pub fn escalation(conn: &mut Conn<'_>, organisation_id: Id, case_id: Id) -> Result<Vec<Id>> {
    Ok(on!(conn, c => watch_escalations::table
        .filter(watch_escalations::organisation_id.eq(organisation_id))
        .filter(watch_escalations::case_id.eq(case_id))
        .order(watch_escalations::position.asc())
        .select(watch_escalations::user_id)
        .load(c))?)
}

pub(super) fn set_escalation(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, users: &[Id]) -> Result<()> {
    on!(conn, c => diesel::delete(watch_escalations::table
            .filter(watch_escalations::organisation_id.eq(scope.organisation_id))
            .filter(watch_escalations::case_id.eq(case_id)))
        .execute(c))?;
    for (position, user) in (0_i32..).zip(users) {
        on!(conn, c => diesel::insert_into(watch_escalations::table)
            .values((
                watch_escalations::organisation_id.eq(scope.organisation_id),
                watch_escalations::case_id.eq(case_id),
                watch_escalations::position.eq(position),
                watch_escalations::user_id.eq(user),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// When each victim of a case who has a channel last gave a sign of life, `latest` at the latest.
///
/// # Errors
/// Of the database.
pub fn signs_of_life(
    conn: &mut Conn<'_>,
    organisation_id: Id,
    case_id: Id,
    latest: Time,
) -> Result<HashMap<Id, Option<Time>>> {
    let of_victims: Vec<(Id, Option<Time>)> = on!(conn, c => of_victims!(organisation_id, case_id)
        .select((channels::person_id, newest!(organisation_id, latest)))
        .load(c))?;
    let mut last: HashMap<Id, Option<Time>> = HashMap::new();
    for (person, sign) in of_victims {
        let newest = last.entry(person).or_default();
        *newest = (*newest).max(sign);
    }
    Ok(last)
}

/// The latest pauses of a case, newest first.
pub(super) fn pauses(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<Vec<PauseRow>> {
    Ok(on!(conn, c => watch_pauses::table
        .filter(watch_pauses::organisation_id.eq(scope.organisation_id))
        .filter(watch_pauses::case_id.eq(case_id))
        .order((watch_pauses::from_at.desc(), watch_pauses::id.desc()))
        .limit(20)
        .select(PauseRow::as_select())
        .load(c))?)
}

pub(super) fn insert_pause(conn: &mut Conn<'_>, row: &PauseRow) -> Result<()> {
    on!(conn, c => diesel::insert_into(watch_pauses::table).values(row).execute(c))?;
    Ok(())
}

/// False when it has ended already; 404 when the case has no such pause.
pub(super) fn end_pause(scope: &Scope, conn: &mut Conn<'_>, case_id: Id, id: Id) -> Result<bool> {
    let row: PauseRow = on!(conn, c => watch_pauses::table
        .filter(watch_pauses::organisation_id.eq(scope.organisation_id))
        .filter(watch_pauses::case_id.eq(case_id))
        .filter(watch_pauses::id.eq(id))
        .select(PauseRow::as_select())
        .first(c))?;
    if row.ends_after(scope.now).is_none() {
        return Ok(false);
    }
    on!(conn, c => diesel::update(watch_pauses::table.find((scope.organisation_id, id)))
        .set(watch_pauses::ended_at.eq(scope.now))
        .execute(c))?;
    Ok(true)
}

/// How many running watches of all organisations stand how at `now`.
///
/// # Errors
/// Of the database.
pub fn counts(conn: &mut Conn<'_>, now: Time) -> Result<[(WatchState, i64); 4]> {
    macro_rules! count {
        ($filter:expr) => {
            on!(conn, c => watches::table
                .filter(watches::stopped_at.is_null())
                .filter($filter)
                .count()
                .get_result::<i64>(c))?
        };
    }
    Ok([
        (WatchState::OnTime, count!(watches::due_at.gt(now))),
        (WatchState::Due, count!(watches::due_at.le(now).and(watches::overdue_at.gt(now)))),
        (WatchState::Overdue, count!(watches::overdue_at.le(now).and(watches::silent_at.gt(now)))),
        (WatchState::Silent, count!(watches::silent_at.le(now))),
    ])
}
