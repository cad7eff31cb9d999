//! How guessing is slowed down without keeping anybody out who is known.
//!
//! Wrong guesses are counted by account: five are free, then each must wait twice as long as the one before, up to a quarter
//! of an hour. Whoever guesses from anywhere slows down whoever signs in from anywhere; but a device that somebody has
//! signed in on, and a session, count by themselves. So a stranger can keep nobody out of their own device, and a thief with
//! a session nobody out of anything else.

use super::model::guess_key;
use super::store::guesses::{self, Seen};
use crate::app::Services;
use crate::audit::{self, AuditEvent};
use crate::authz::Tx;
use crate::db::types::Time;
use crate::error::{Error, Result};

/// Where the guesses of somebody are counted, and how they stood.
#[derive(Debug, Clone)]
pub struct Guesses {
    key: Vec<u8>,
    seen: Option<Seen>,
}

impl Guesses {
    /// At the door; `device` is the hash of a token that was found to be of this account.
    ///
    /// # Errors
    /// 429 `too-many-attempts` while the delay lasts.
    pub fn at_the_door(
        services: &Services,
        conn: &mut crate::db::Conn<'_>,
        email_hash: &[u8],
        device: Option<&[u8]>,
        now: Time,
    ) -> Result<Self> {
        let key = guess_key(&services.email_key()?, email_hash, device);
        let seen = guesses::check_not_waiting(conn, &key, now)?;
        Ok(Self { key, seen })
    }

    /// In the session of the caller.
    ///
    /// # Errors
    /// 429 `too-many-attempts` while the delay lasts.
    pub fn in_session(tx: &mut Tx<'_, '_>, email_hash: &[u8]) -> Result<Self> {
        let session = tx.scope.session_id.ok_or_else(Error::unauthenticated)?;
        let key = guess_key(&tx.services.email_key()?, email_hash, Some(session.as_bytes()));
        let seen = guesses::check_not_waiting(tx.conn, &key, tx.scope.now)?;
        Ok(Self { key, seen })
    }

    /// Where they are counted.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// To be asked before a guess is looked at: once there is a delay, of many guesses that are sent at once only one is.
    ///
    /// # Errors
    /// 429 `too-many-attempts` for all others.
    pub async fn take_turn(&self, services: &Services) -> Result<()> {
        let Some(seen) = self.seen else { return Ok(()) };
        let (key, now) = (self.key.clone(), services.clock.now());
        services.db.write(move |conn| guesses::take_turn(conn, &key, seen, now)).await
    }
}

/// Counts a wrong guess, and puts it on record where it was aimed at an account. Where it was not there is no record to put
/// it into, and something of the same size is written instead: what takes less time says that there is no such account.
///
/// # Errors
/// Of the database.
pub async fn count(services: &Services, key: Vec<u8>, event: Option<AuditEvent>, now: Time) -> Result<()> {
    let instead = guess_key(&services.email_key()?, &key, Some(b"nobody"));
    services
        .db
        .write_first(move |conn| {
            guesses::count_failure(conn, &key, now)?;
            match event {
                Some(event) => audit::store::insert(conn, &[event]),
                None => guesses::count_failure(conn, &instead, now),
            }
        })
        .await
}
