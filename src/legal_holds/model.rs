//! What a legal hold is, and how it is placed and ended.

use super::store::{self, HoldRow};
use crate::authz::{Class, Tx};
use crate::cases::model::OpenCase;
use crate::crypto::{Access, Field};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::{cases, view};

/// Why the case must be kept.
pub const REASON: Field<String> = Field::new("legal_holds.reason", Class::Content);
/// Who ordered it: a court, a prosecutor, a lawyer.
pub const AUTHORITY: Field<String> = Field::new("legal_holds.authority", Class::Content);
/// Why it need not be kept any more.
pub const END_REASON: Field<String> = Field::new("legal_holds.end_reason", Class::Content);

/// Places a hold on a case in the caller's reach.
///
/// # Errors
/// 404; 409 `already-on-hold`.
pub fn place(
    tx: &mut Tx<'_, '_>,
    case_id: Id,
    reason: &String,
    authority: Option<&String>,
) -> Result<(OpenCase, HoldRow)> {
    // Alone: whoever destroys the case must either be done before this, or see it.
    let case = cases::model::open_alone(tx, case_id)?;
    if store::in_force(&tx.scope, tx.conn, case_id)?.is_some() {
        return Err(Error::conflict(
            "already-on-hold",
            "A legal hold is in force on this case. End it first, if the next one has another ground.",
        ));
    }
    let id = Id::at(tx.now());
    tx.about(id);
    let row = HoldRow {
        organisation_id: tx.scope.organisation_id,
        id,
        case_id,
        reason: case.access.seal(&REASON, id, reason)?,
        authority: case.access.seal_opt(&AUTHORITY, id, authority)?,
        placed_by: tx.scope.user_id,
        placed_at: tx.now(),
        ended_at: None,
        ended_by: None,
        end_reason: None,
    };
    store::insert(tx.conn, &row)?;
    Ok((case, row))
}

/// Ends the hold that is in force on a case.
///
/// # Errors
/// 404; 409 `not-on-hold`.
pub fn end(tx: &mut Tx<'_, '_>, case_id: Id, reason: &String) -> Result<(OpenCase, HoldRow)> {
    let case = cases::model::open_alone(tx, case_id)?;
    let Some(mut row) = store::in_force(&tx.scope, tx.conn, case_id)? else {
        return Err(Error::conflict("not-on-hold", "No legal hold is in force on this case."));
    };
    tx.about(row.id);
    row.ended_at = Some(tx.now());
    row.ended_by = Some(tx.scope.user_id);
    row.end_reason = Some(case.access.seal(&END_REASON, row.id, reason)?);
    store::end(&tx.scope, tx.conn, &row)?;
    Ok((case, row))
}

/// Refuses what must not be done while a hold is in force.
///
/// # Errors
/// 409 `legal-hold`.
pub fn refuse_if_held(tx: &mut Tx<'_, '_>, case_id: Id) -> Result<()> {
    match store::in_force(&tx.scope, tx.conn, case_id)? {
        None => Ok(()),
        Some(_) => Err(Error::conflict(
            "legal-hold",
            "A legal hold is in force on this case: it must not be destroyed.",
        )),
    }
}

view! {
    /// A legal hold.
    pub struct HoldView from HoldFields {
        /// The id.
        outline id: Id,
        /// On which case.
        outline case_id: Id,
        /// Whether it is in force.
        outline in_force: bool,
        /// Why the case must be kept.
        content reason: String,
        /// Who ordered it.
        content authority: String,
        /// Who placed it.
        outline placed_by: Id,
        /// When, UTC.
        outline placed_at: Time,
        /// When it ended, UTC.
        outline_maybe ended_at: Time,
        /// Who ended it.
        outline_maybe ended_by: Id,
        /// Why it need not be kept any more.
        content end_reason: String,
    }
}

/// What the caller may see of a hold.
///
/// # Errors
/// `internal` when a column was changed or moved.
pub fn show(access: &Access, row: &HoldRow) -> Result<HoldView> {
    let fields = HoldFields {
        id: row.id,
        case_id: row.case_id,
        in_force: row.ended_at.is_none(),
        reason: access.open(&REASON, row.id, &row.reason)?,
        authority: access.open_opt(&AUTHORITY, row.id, row.authority.as_ref())?,
        placed_by: row.placed_by,
        placed_at: row.placed_at,
        ended_at: row.ended_at,
        ended_by: row.ended_by,
        end_reason: access.open_opt(&END_REASON, row.id, row.end_reason.as_ref())?,
    };
    Ok(fields.redact(access.grants()))
}
