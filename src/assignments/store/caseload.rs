//! How many open cases somebody is on: kept with the user, since a board that counted them anew would read every assignment
//! of an organisation.
//!
//! Whatever puts somebody on a case or takes them off, closes or opens it again, changes its risk or destroys it, counts
//! anew for them. It never adds or subtracts, so that a number that was once wrong does not stay so.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::on_case;
use crate::authz::Scope;
use crate::cases::model::{CaseStatus, Risk};
use crate::db::Conn;
use crate::db::types::Id;
use crate::error::Result;
use crate::on;
use crate::schema::{assignments, cases, users};

/// Counts anew for everybody who is on a case.
///
/// # Errors
/// Of the database.
pub fn recount_of_case(scope: &Scope, conn: &mut Conn<'_>, case_id: Id) -> Result<()> {
    let on_it = on_case(conn, scope.organisation_id, case_id)?;
    recount(conn, scope.organisation_id, &on_it)
}

/// Counts anew for these users, by their own assignments.
///
/// # Errors
/// Of the database.
pub fn recount(conn: &mut Conn<'_>, organisation_id: Id, user_ids: &[Id]) -> Result<()> {
    hold(conn, organisation_id, user_ids)?;
    for user_id in user_ids {
        let counts: Vec<(Risk, i64)> = on!(conn, c => assignments::table
            .inner_join(cases::table.on(
                cases::organisation_id.eq(assignments::organisation_id).and(cases::id.eq(assignments::case_id)),
            ))
            .filter(assignments::organisation_id.eq(organisation_id))
            .filter(assignments::user_id.eq(user_id))
            .filter(assignments::until_at.is_null())
            .filter(cases::status.ne(CaseStatus::Closed))
            .group_by(cases::risk)
            .select((cases::risk, count_star()))
            .load(c))?;
        let all: i64 = counts.iter().map(|(_, count)| count).sum();
        let urgent: i64 = counts.iter().filter(|(risk, _)| *risk >= Risk::High).map(|(_, count)| count).sum();
        on!(conn, c => diesel::update(users::table.find((organisation_id, user_id)))
            .set((users::caseload.eq(all), users::urgent_caseload.eq(urgent)))
            .execute(c))?;
    }
    Ok(())
}

/// On PostgreSQL, whoever counts for one of these users second waits here and then sees what the first has written. By id:
/// of two that lock in different orders the engine fails one.
///
/// # Errors
/// Of the database.
pub fn hold(conn: &mut Conn<'_>, organisation_id: Id, user_ids: &[Id]) -> Result<()> {
    if let Conn::Postgres(c) = conn {
        users::table
            .filter(users::organisation_id.eq(organisation_id))
            .filter(users::id.eq_any(user_ids))
            .order(users::id.asc())
            .select(users::id)
            .for_no_key_update()
            .load::<Id>(c.now())?;
    }
    Ok(())
}
