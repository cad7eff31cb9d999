//! What signing in with a duress password does beside opening the door.

use super::store;
use crate::alerts;
use crate::alerts::model::{AlertKind, NewAlert, OPEN_END};
use crate::app::Services;
use crate::auth;
use crate::authz::{Action, Class, Scope};
use crate::crypto::{Access, Field};
use crate::db::Conn;
use crate::db::types::Id;
use crate::error::Result;

/// The hash of a duress password, under the salt of the password.
pub const HASH: Field<Vec<u8>> = Field::new("duress_passwords.hash", Class::Outline);

/// What is done even where a session is coerced, in the organisation that it belongs to: what shows somebody their own
/// account, and what ends their sessions. Each of it is the same to look at.
pub const fn is_about_oneself(action: Action) -> bool {
    matches!(
        action,
        Action::MeShow
            | Action::MePassword
            | Action::SessionList
            | Action::SessionRevoke
            | Action::Logout
            | Action::StepUp
    )
}

/// Reads that put down that they were made. Where there is nothing to read, nothing is put down.
pub const fn only_looks(action: Action) -> bool {
    matches!(
        action,
        Action::OperationList | Action::OperationShow | Action::AttachmentShow | Action::PackTake
    )
}

/// The hash of an account's duress password.
///
/// # Errors
/// `internal` when the column was changed or moved.
pub fn hash_of(conn: &mut Conn<'_>, access: &Access, organisation: Id, user: Id) -> Result<Option<Vec<u8>>> {
    let Some(sealed) = store::find(conn, organisation, user)? else { return Ok(None) };
    Ok(access.open_bytes(&HASH, user, &sealed)?.map(|bytes| bytes.to_vec()))
}

/// Alerts the coordinators in silence, and ends what else the user is signed in on: those who force somebody to sign in
/// hold their phone as well. `scope` is that of the new session, at home.
///
/// # Errors
/// Of the database.
pub fn signed_in(services: &Services, conn: &mut Conn<'_>, scope: &Scope) -> Result<()> {
    let alert = NewAlert {
        kind: AlertKind::Coerced,
        case_id: None,
        operation_id: None,
        subject_id: Some(scope.user_id),
        since: scope.now,
        open_until: OPEN_END,
    };
    alerts::model::raise_in(services, conn, scope.organisation_id, &alert, scope.now)?;
    if services.settings.auth.duress_ends_sessions {
        auth::store::revoke_sessions(scope, conn, scope.user_id, scope.session_id)?;
    }
    Ok(())
}
