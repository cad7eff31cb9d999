//! What an assignment is.

use super::store::{self, AssignmentRow, caseload};
use crate::authz::{Role, Tx};
use crate::cases::store::{CaseEventKind, CaseEventRow, insert_event};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::{cases, users, view};

crate::words! {
    /// What somebody is on a case.
    pub enum AssignmentRole {
        /// Answers for it.
        Lead = "lead",
        /// Works on it.
        Member = "member",
    }
}

view! {
    /// Somebody on a case.
    pub struct AssignmentView from AssignmentFields {
        /// The id.
        outline id: Id,
        /// Who.
        outline user_id: Id,
        /// Their name.
        outline user_name: String,
        /// As what.
        outline role: AssignmentRole,
        /// Since when.
        outline from: Time,
        /// Until when; absent while it lasts.
        outline_maybe until: Time,
    }
}

/// Puts an active user on a case, or changes what they are on it. The caller has the case in reach.
///
/// # Errors
/// 422 on `/user_id` for somebody who could not work on it.
pub fn assign(tx: &mut Tx<'_, '_>, case_id: Id, user_id: Id, role: AssignmentRole) -> Result<AssignmentRow> {
    let user_role = users::store::active_role(&tx.scope, tx.conn, user_id, "/user_id")?;
    if !matches!(user_role, Role::Coordinator | Role::Caseworker | Role::Analyst) {
        return Err(Error::invalid(
            "/user_id",
            format!("is a {user_role}; cases are assigned to coordinators, caseworkers and analysts"),
        ));
    }
    if let Some(same) = store::current(&tx.scope, tx.conn, case_id, user_id)?.filter(|row| row.role == role) {
        return Ok(same);
    }
    // Before anything is written: or somebody who closes or destroys the case meanwhile and we each wait for, or count
    // without, the other.
    cases::store::touch(&tx.scope, tx.conn, case_id)?;
    if let Some(other) = store::current(&tx.scope, tx.conn, case_id, user_id)? {
        store::end(&tx.scope, tx.conn, other.id)?;
    }
    let row = AssignmentRow {
        organisation_id: tx.scope.organisation_id,
        id: Id::at(tx.scope.now),
        case_id,
        user_id,
        role,
        from_at: tx.scope.now,
        until_at: None,
    };
    store::insert(tx.conn, &row)?;
    record(tx, CaseEventKind::Assigned, &row)?;
    Ok(row)
}

/// Takes a user off a case.
///
/// # Errors
/// 404 when they are not on it.
pub fn unassign(tx: &mut Tx<'_, '_>, case_id: Id, user_id: Id) -> Result<()> {
    cases::store::touch(&tx.scope, tx.conn, case_id)?;
    let row = store::current(&tx.scope, tx.conn, case_id, user_id)?.ok_or_else(Error::not_found)?;
    store::end(&tx.scope, tx.conn, row.id)?;
    record(tx, CaseEventKind::Unassigned, &row)
}

fn record(tx: &mut Tx<'_, '_>, kind: CaseEventKind, row: &AssignmentRow) -> Result<()> {
    let mut event = CaseEventRow::new(&tx.scope, row.case_id, kind);
    event.subject_id = Some(row.user_id);
    event.subject_role = Some(row.role.as_str().to_owned());
    insert_event(tx.conn, &event)?;
    caseload::recount(tx.conn, row.organisation_id, &[row.user_id])
}
