//! Whether the installation is sealed.

use diesel::prelude::*;

use crate::audit::{self, AuditEvent};
use crate::auth;
use crate::authz::Action;
use crate::crypto::Keyring;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};
use crate::on;
use crate::schema::{installation, organisations};

/// What every node goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// How often it was sealed: sessions of another time are dead.
    pub seal_epoch: i64,
    /// Whether it is to be opened by people alone.
    pub sealed: bool,
}

/// What is stored.
///
/// # Errors
/// Of the database.
pub fn stored(conn: &mut Conn<'_>) -> Result<Stored> {
    let (seal_epoch, sealed) = on!(conn, c => installation::table
        .select((installation::seal_epoch, installation::sealed))
        .first(c))?;
    Ok(Stored { seal_epoch, sealed })
}

/// Makes sure that this is the root key and that nobody has sealed the installation; gives its epoch.
///
/// # Errors
/// `sealed`; `internal` when it is another root key.
pub fn opened(conn: &mut Conn<'_>, keyring: &Keyring) -> Result<i64> {
    keyring.must_fit(conn)?;
    let stored = stored(conn)?;
    if stored.sealed { Err(Error::sealed()) } else { Ok(stored.seal_epoch) }
}

/// Seals it: every session is of a time that is over, every access token was signed by a key that is gone, and no server
/// opens by itself. Each organisation reads of it in its log; `but` has a row of its own.
///
/// # Errors
/// Of the database.
pub fn seal(conn: &mut Conn<'_>, but: Option<Id>, now: Time) -> Result<()> {
    on!(conn, c => diesel::update(installation::table)
        .set((
            installation::seal_epoch.eq(installation::seal_epoch + 1),
            installation::sealed.eq(true),
            installation::changed_at.eq(now),
        ))
        .execute(c))?;
    auth::store::forget_signing_keys(conn)?;
    tell(conn, Action::SystemSeal, but, now)
}

/// Lets it be open, once its key was shown to be there. Says whether it was sealed.
///
/// # Errors
/// Of the database.
pub fn open(conn: &mut Conn<'_>, now: Time) -> Result<bool> {
    let changed = on!(conn, c => diesel::update(installation::table)
        .filter(installation::sealed.eq(true))
        .set((installation::sealed.eq(false), installation::changed_at.eq(now)))
        .execute(c))?;
    tell(conn, Action::SystemUnseal, None, now)?;
    Ok(changed > 0)
}

/// Every organisation, oldest first.
pub(super) fn organisations(conn: &mut Conn<'_>) -> Result<Vec<Id>> {
    Ok(on!(conn, c => organisations::table.select(organisations::id).order(organisations::id).load(c))?)
}

fn tell(conn: &mut Conn<'_>, action: Action, but: Option<Id>, now: Time) -> Result<()> {
    let events: Vec<_> = organisations(conn)?
        .into_iter()
        .filter(|organisation| Some(*organisation) != but)
        .map(|organisation| AuditEvent::of_installation(organisation, action, now))
        .collect();
    audit::store::insert(conn, &events)
}
