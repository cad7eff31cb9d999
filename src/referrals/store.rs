//! Referrals in the database.

use crate::authz::{Grants, Scope};
use crate::db::Conn;
use crate::db::types::Id;
use crate::error::Result;

/// The classes that the caller's accepted referrals of a case cover.
///
/// # Errors
/// Of the database.
pub fn grants(_scope: &Scope, _conn: &mut Conn<'_>, _case_id: Id) -> Result<Grants> {
    Ok(Grants::NONE)
}
