//! What a case is, how it moves, and how it is opened.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::code_name;
use super::store::{self, CaseEventKind, CaseEventRow, CaseRow, Filter, Listed, Sort};
use crate::assignments::store::caseload;
use crate::authz::policy::{Role, case_grants};
use crate::authz::{Class, Grants, Tx};
use crate::crypto::{Access, Field, WrappedKey};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::http::page::Keyset;
use crate::search::{Found, look_through_some};
use crate::watch::model::WatchState;
use crate::watch::store::WatchRow;
use crate::{do_not_share, messages, view, watch};

/// What the case is about, in a few sentences.
pub const SUMMARY: Field<String> = Field::new("cases.summary", Class::Content);
/// Where the person is believed to be.
pub const COUNTRY: Field<String> = Field::new("cases.country", Class::LocationCoarse);
/// Languages that are of use on this case.
pub const LANGUAGES: Field<Vec<String>> = Field::new("cases.languages", Class::Content);
/// Why a case moved.
pub const EVENT_REASON: Field<String> = Field::new("case_events.reason", Class::Content);

crate::words! {
    /// Where a case stands.
    pub enum CaseStatus {
        /// Reported, not yet taken on.
        Intake = "intake",
        /// Worked on; the place is not known well enough.
        Active = "active",
        /// The place is known.
        Located = "located",
        /// A way out is planned.
        RescuePlanned = "rescue_planned",
        /// Out.
        Recovered = "recovered",
        /// In somebody's care.
        InCare = "in_care",
        /// Ended, with a closing reason.
        Closed = "closed",
    }
}

crate::words! {
    /// What a case may cost if it goes wrong.
    pub enum Risk {
        /// No present danger known.
        Low = "low",
        /// Held, not hurt.
        Medium = "medium",
        /// Hurt or threatened.
        High = "high",
        /// In danger of life.
        Critical = "critical",
    }
}

crate::words! {
    /// Why a case ended.
    pub enum ClosingReason {
        /// Home again.
        RecoveredHome = "recovered_home",
        /// Another organisation goes on.
        Referred = "referred",
        /// Got out by themselves.
        SelfExited = "self_exited",
        /// Died.
        Deceased = "deceased",
        /// There was no such matter.
        Unfounded = "unfounded",
        /// It is another case.
        Duplicate = "duplicate",
        /// Contact was lost and could not be found again.
        NoContact = "no_contact",
    }
}

/// Where a case may go from where it stands. Reopening is a move from `closed` to `active`.
pub fn next_statuses(from: CaseStatus) -> &'static [CaseStatus] {
    use CaseStatus::{Active, Closed, InCare, Intake, Located, Recovered, RescuePlanned};
    match from {
        Intake => &[Active, Closed],
        // Some get out before anybody knew where they were.
        Active => &[Located, Recovered, Closed],
        // Compounds move: what was located may have to be sought again.
        Located => &[Active, RescuePlanned, Recovered, Closed],
        RescuePlanned => &[Active, Located, Recovered, Closed],
        // Some are taken again.
        Recovered => &[InCare, Active, Closed],
        InCare => &[Active, Closed],
        Closed => &[Active],
    }
}

/// A move along the status machine that was found to be allowed.
#[derive(Debug, PartialEq, Eq)]
pub struct Move {
    /// From here.
    pub from: CaseStatus,
    /// To here.
    pub to: CaseStatus,
    /// Set when the case closes.
    pub closing_reason: Option<ClosingReason>,
}

/// Decides a move. `reason` is a [`ClosingReason`] when closing and words when going back or reopening.
///
/// # Errors
/// 409 `invalid-transition`; 422 when a reason is missing or is no closing reason.
pub fn decide_move(from: CaseStatus, to: CaseStatus, reason: Option<&str>) -> Result<Move> {
    if !next_statuses(from).contains(&to) {
        let next: Vec<_> = next_statuses(from).iter().map(|status| status.as_str()).collect();
        return Err(Error::conflict(
            "invalid-transition",
            format!(
                "A case that is {from} cannot become {to}. From here it can become: {}.",
                next.join(", ")
            ),
        ));
    }
    let closing_reason = match (to, reason) {
        (CaseStatus::Closed, Some(reason)) => {
            Some(reason.parse().map_err(|detail: String| Error::invalid("/reason", detail))?)
        }
        (CaseStatus::Closed, None) => {
            let all: Vec<_> = ClosingReason::ALL.iter().map(|reason| reason.as_str()).collect();
            return Err(Error::invalid("/reason", format!("is needed to close: one of {}", all.join(", "))));
        }
        _ if to < from && reason.is_none() => {
            return Err(Error::invalid("/reason", "is needed to go back or to reopen"));
        }
        _ => None,
    };
    Ok(Move { from, to, closing_reason })
}

/// Moves a case along the status machine and lets what hangs on its status follow. `at` is when it happened, if not now.
///
/// # Errors
/// As [`decide_move`]; 412 when somebody was faster.
pub fn go(
    tx: &mut Tx<'_, '_>,
    case: &mut OpenCase,
    to: CaseStatus,
    reason: Option<&String>,
    at: Option<Time>,
) -> Result<Move> {
    let OpenCase { row, access } = case;
    let step = decide_move(row.status, to, reason.map(String::as_str))?;
    row.status = step.to;
    row.closing_reason = step.closing_reason;
    store::update(&tx.scope, tx.conn, row)?;
    if [step.from, step.to].contains(&CaseStatus::Closed) {
        caseload::recount_of_case(&tx.scope, tx.conn, row.id)?;
    }
    row.version += 1;
    let mut event = CaseEventRow::new(&tx.scope, row.id, CaseEventKind::Status);
    // Of two steps of one moment the later status comes later.
    event.id = Id::sequence(tx.now(), to as u32);
    event.at = at.unwrap_or(event.at);
    event.from_status = Some(step.from);
    event.to_status = Some(step.to);
    event.reason = access.seal_opt(&EVENT_REASON, event.id, reason)?;
    store::insert_event(tx.conn, &event)?;
    watch::model::follow(tx, row.id, step.from, step.to)?;
    messages::intake::follow(tx, row.id, step.from, step.to)?;
    Ok(step)
}

/// A case in the caller's reach, with the keys of what the caller may see of it.
pub struct OpenCase {
    /// The row.
    pub row: CaseRow,
    /// Opens and seals what hangs on the case.
    pub access: Access,
}

/// Opens a case: the one way to anything inside it.
///
/// # Errors
/// 404 when there is none in the caller's reach.
pub fn open(tx: &mut Tx<'_, '_>, id: Id) -> Result<OpenCase> {
    let (row, key) = store::find(&tx.scope, tx.conn, id)?;
    tx.about_case(id);
    let access = unlock(tx, id, &key)?;
    Ok(OpenCase { row, access })
}

/// What the caller may see of a case, and its version.
///
/// # Errors
/// As [`open`].
pub fn look_at(tx: &mut Tx<'_, '_>, id: Id) -> Result<(i64, CaseView)> {
    let store::WholeCase { row, key, watch, kept_from } = store::find_whole(&tx.scope, tx.conn, id)?;
    tx.about_case(id);
    let access = unlock(tx, id, &key)?;
    let standing = watch.map(|watch| standing(&watch, tx.now()));
    Ok((row.version, show_with(&OpenCase { row, access }, standing, kept_from)?))
}

/// Opens those of some cases that are in the caller's reach, in order of their ids.
///
/// # Errors
/// `internal` when a key was changed or moved.
pub fn open_many(tx: &mut Tx<'_, '_>, ids: &[Id]) -> Result<Vec<OpenCase>> {
    let mut opened = Vec::new();
    for (row, key) in store::find_many(&tx.scope, tx.conn, ids)? {
        let access = unlock(tx, row.id, &key)?;
        opened.push(OpenCase { row, access });
    }
    Ok(opened)
}

/// Cases that one request looks through for those with activity after a moment, in the order of opening: there is no
/// index of both.
const MOST_LOOKED_THROUGH: usize = 2_000;

/// A page of the cases in the caller's reach. In the order of opening, with activity after a moment, it may end before it
/// is full: the next goes on from there.
///
/// # Errors
/// Of the database.
pub(super) fn list(tx: &mut Tx<'_, '_>, filter: &Filter, keyset: &Keyset) -> Result<Found<Listed>> {
    let window = keyset.window(filter.descending);
    match filter.updated_after.filter(|_| filter.sort == Sort::Created) {
        None => store::list(&tx.scope, tx.conn, filter, window).map(Found::all),
        Some(after) => look_through_some(
            tx,
            window,
            MOST_LOOKED_THROUGH,
            |tx, window| store::list(&tx.scope, tx.conn, filter, window),
            |listed| (listed.at, listed.row.id),
            |listed| Ok(listed.row.updated_at > after),
        ),
    }
}

/// The outlines of the cases in the caller's reach on which something happened last, each with its id.
///
/// # Errors
/// Of the database; `internal` when a key was changed or moved.
pub fn outlines(tx: &mut Tx<'_, '_>, most: i64) -> Result<Vec<(Id, CaseView)>> {
    let mut outlines = Vec::new();
    let newest = Keyset::first(most).descending();
    for Listed { row, key, .. } in store::list(&tx.scope, tx.conn, &Filter::all(), newest)? {
        let access = tx.vault(&key, Grants::of(&[Class::Outline]))?;
        outlines.push((row.id, show_with(&OpenCase { row, access }, None, 0)?));
    }
    Ok(outlines)
}

/// As [`open`], for what must see everything that others did to the case, and be seen by them: on PostgreSQL whoever
/// else gets here waits until this transaction has ended. It notes that something happened on the case.
///
/// A transaction locks in one order, so that no two can wait for each other: cases by id, then what hangs on them, then
/// whose caseload it counts, then the head of the organisation's events, then alerts.
///
/// # Errors
/// As [`open`].
pub fn open_alone(tx: &mut Tx<'_, '_>, id: Id) -> Result<OpenCase> {
    // First of all whether it is in reach: nobody is to hold up a case that they do not reach.
    open(tx, id)?;
    store::touch(&tx.scope, tx.conn, id)?;
    open(tx, id)
}

/// The keys of a case that was found in reach, cut to what the caller may see of it.
///
/// # Errors
/// `internal` when the key was changed or moved.
pub fn unlock(tx: &mut Tx<'_, '_>, id: Id, key: &WrappedKey) -> Result<Access> {
    let mut grants = case_grants(tx.scope.role);
    if tx.scope.role == Role::Partner {
        grants = grants.and(crate::referrals::store::grants(&tx.scope, tx.conn, id)?);
    }
    tx.vault(key, grants)
}

/// A code name that the organisation does not use yet.
///
/// # Errors
/// Of the database.
pub fn new_code_name(tx: &mut Tx<'_, '_>) -> Result<String> {
    loop {
        let name = code_name::random()?;
        if !store::code_name_taken(&tx.scope, tx.conn, &name)? {
            return Ok(name);
        }
    }
}

view! {
    /// One case.
    pub struct CaseView from CaseFields {
        /// The id.
        outline id: Id,
        /// Two words and two digits, to speak of the case without saying whose it is.
        outline code_name: String,
        /// Where it stands.
        outline status: CaseStatus,
        /// What it may cost if it goes wrong.
        outline risk: Risk,
        /// Why it ended, once it has.
        outline_maybe closing_reason: ClosingReason,
        /// What it is about.
        content summary: String,
        /// Where the person is believed to be: ISO 3166-1 alpha-2.
        location_coarse country: String,
        /// Languages that are of use: BCP 47.
        content languages: Vec<String>,
        /// How it stands with its contact watch; absent if there is none.
        content watch: WatchStanding,
        /// With how many parties it must not be shared.
        source do_not_share_count: i64,
        /// Who opened it.
        outline created_by: Id,
        /// When it was opened.
        outline created_at: Time,
        /// When anything on it last happened.
        outline updated_at: Time,
        /// Counts changes of the case's own fields; also in the ETag.
        outline version: i64,
    }
}

/// How a case stands with its contact watch, in short; all of it is at `/v1/cases/{id}/watch`.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WatchStanding {
    /// How it stands.
    state: WatchState,
    /// When the last sign of life was sent, UTC; absent if none has come.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    last_sign_of_life_at: Option<Time>,
    /// When the next one is due, UTC; absent once the watch has stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    due_at: Option<Time>,
}

/// How these cases, which were found in reach, stand with their watches.
///
/// # Errors
/// Of the database.
pub fn standings(tx: &mut Tx<'_, '_>, case_ids: &[Id]) -> Result<HashMap<Id, WatchStanding>> {
    let now = tx.now();
    let rows = watch::store::of_cases(&tx.scope, tx.conn, case_ids)?;
    Ok(rows.iter().map(|row| (row.case_id, standing(row, now))).collect())
}

fn standing(row: &WatchRow, now: Time) -> WatchStanding {
    WatchStanding {
        state: watch::model::state_of(row, now),
        last_sign_of_life_at: row.last_sign_of_life_at,
        due_at: row.stopped_at.is_none().then_some(row.due_at),
    }
}

/// What the caller may see of a case.
///
/// # Errors
/// Of the database; `internal` when a column was changed or moved.
pub fn show(tx: &mut Tx<'_, '_>, case: &OpenCase) -> Result<CaseView> {
    let standing = standings(tx, &[case.row.id])?.remove(&case.row.id);
    let kept_from = do_not_share::store::counts(&tx.scope, tx.conn, &[case.row.id])?.remove(&case.row.id);
    show_with(case, standing, kept_from.unwrap_or(0))
}

/// As [`show`], with how it stands with its watch, and with how many parties it must not be shared.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show_with(case: &OpenCase, watch: Option<WatchStanding>, kept_from: i64) -> Result<CaseView> {
    let OpenCase { row, access } = case;
    let fields = CaseFields {
        id: row.id,
        code_name: row.code_name.clone(),
        status: row.status,
        risk: row.risk,
        closing_reason: row.closing_reason,
        summary: access.open(&SUMMARY, row.id, &row.summary)?,
        country: access.open_opt(&COUNTRY, row.id, row.country.as_ref())?,
        languages: access.open(&LANGUAGES, row.id, &row.languages)?,
        watch,
        do_not_share_count: Some(kept_from),
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    };
    Ok(fields.redact(access.grants()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_status() -> impl Strategy<Value = CaseStatus> {
        proptest::sample::select(CaseStatus::ALL)
    }

    proptest! {
        #[test]
        fn a_move_is_allowed_exactly_when_the_machine_has_it(from in any_status(), to in any_status()) {
            let reason = if to == CaseStatus::Closed { "no_contact" } else { "because" };
            let outcome = decide_move(from, to, Some(reason));
            prop_assert_eq!(outcome.is_ok(), next_statuses(from).contains(&to));
        }

        #[test]
        fn any_walk_can_be_closed_and_reopened(steps in proptest::collection::vec(0_usize..8, 0..40)) {
            let mut status = CaseStatus::Intake;
            for step in steps {
                let next = next_statuses(status);
                status = next[step % next.len()];
                prop_assert!(status == CaseStatus::Closed || next_statuses(status).contains(&CaseStatus::Closed));
            }
        }

        #[test]
        fn closing_wants_a_known_reason(from in any_status(), reason in "[a-z_]{1,20}") {
            prop_assume!(from != CaseStatus::Closed && reason.parse::<ClosingReason>().is_err());
            prop_assert!(decide_move(from, CaseStatus::Closed, Some(&reason)).is_err());
            prop_assert!(decide_move(from, CaseStatus::Closed, None).is_err());
        }
    }
}
