//! Proofs and second factors in the database.

use diesel::prelude::*;

use super::model::{Factor, Standing};
use crate::authz::Scope;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{second_factors, sessions};

/// How the caller's session stands with its proof; what goes on without a session has none.
///
/// # Errors
/// Of the database.
pub fn standing(scope: &Scope, conn: &mut Conn<'_>) -> Result<Standing> {
    let has_factor = has_factor(conn, scope.organisation_id, scope.user_id)?;
    let Some(session) = scope.session_id else {
        return Ok(Standing { proof: None, has_factor });
    };
    let found: Option<(Option<Time>, Option<Factor>)> = on!(conn, c => sessions::table
        .find((scope.organisation_id, session))
        .select((sessions::factor_at, sessions::factor))
        .first(c)
        .optional())?;
    Ok(Standing { proof: found.and_then(|(at, by)| at.zip(by)), has_factor })
}

/// Whether an account has a second factor that was confirmed.
///
/// # Errors
/// Of the database.
pub fn has_factor(conn: &mut Conn<'_>, organisation: Id, user: Id) -> Result<bool> {
    let found: Option<Id> = on!(conn, c => second_factors::table
        .find((organisation, user))
        .filter(second_factors::secret.is_not_null())
        .select(second_factors::user_id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// Puts down that the caller has just given a proof.
///
/// # Errors
/// 401 for what goes on without a session.
pub fn prove(scope: &Scope, conn: &mut Conn<'_>, factor: Factor) -> Result<()> {
    let session = scope.session_id.ok_or_else(Error::unauthenticated)?;
    on!(conn, c => diesel::update(sessions::table.find((scope.organisation_id, session)))
        .set((sessions::factor_at.eq(Some(scope.now)), sessions::factor.eq(Some(factor))))
        .execute(c))?;
    Ok(())
}
