//! Nonces: a device whose clock is wrong shows by one that its proof is fresh.
//!
//! A nonce is a keyed hash of the stretch of time that it was given in, under a key that every node derives alike: none is
//! stored, each node knows those of the others, and nobody outside can know one before its time. That it is the same for
//! everybody costs nothing: what it shows is when a proof was made, not by whom.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::crypto::{Keyring, Secret};
use crate::db::types::Time;
use crate::error::Result;

/// Seconds of a stretch. A nonce is good in its own and in the next: five to ten minutes, about as long as an access token,
/// so that a device on a weak link rarely has to ask twice.
const STRETCH: i64 = 300;

fn key(keyring: &Keyring) -> Result<Secret> {
    keyring.installation("proof nonces")
}

fn of_stretch(key: &Secret, stretch: i64) -> String {
    URL_SAFE_NO_PAD.encode(key.lookup(&[&stretch.to_be_bytes()]))
}

fn stretch_at(now: Time) -> i64 {
    now.as_seconds().div_euclid(STRETCH)
}

/// The nonce of now.
///
/// # Errors
/// `sealed`.
pub fn current(keyring: &Keyring, now: Time) -> Result<String> {
    Ok(of_stretch(&key(keyring)?, stretch_at(now)))
}

/// A nonce that is good.
pub struct Good {
    /// When it is good no more, in seconds since 1970.
    pub until: i64,
    /// The one to use from now on, if it is another.
    pub next: Option<String>,
}

/// What `nonce` is worth now; `None` if it is none of ours, or too old.
///
/// # Errors
/// `sealed`.
pub fn check(keyring: &Keyring, nonce: &str, now: Time) -> Result<Option<Good>> {
    let key = key(keyring)?;
    let current = stretch_at(now);
    // The next one, too: the clock of the node that gave it may be a little ahead of this one's.
    let found = [current, current - 1, current + 1]
        .into_iter()
        .find(|stretch| of_stretch(&key, *stretch).as_bytes().ct_eq(nonce.as_bytes()).into());
    Ok(found.map(|stretch| Good {
        until: (stretch + 2) * STRETCH,
        next: (stretch < current).then(|| of_stretch(&key, current)),
    }))
}
