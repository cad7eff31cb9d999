//! Rules of signing in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};

use crate::authz::Class;
use crate::authz::policy::Role;
use crate::crypto::secret::{random_bytes, sha256};
use crate::crypto::{Field, Sealed, Secret};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};

/// The browser or app of a session, as it named itself.
pub const DEVICE: Field<String> = Field::new("sessions.device", Class::Outline);
/// argon2id in PHC form. Sealed, so that a stolen database does not even allow guessing.
pub const PASSWORD_HASH: Field<String> = Field::new("users.password_hash", Class::Outline);

crate::words! {
    /// Whether somebody may sign in.
    pub enum UserStatus {
        /// Invited, has not set a password yet.
        Invited = "invited",
        /// May sign in.
        Active = "active",
        /// May not, until an admin says otherwise.
        Suspended = "suspended",
    }
}

crate::words! {
    /// What a one-time token is for.
    pub enum OneTimeKind {
        /// Founding the first organisation.
        Setup = "setup",
        /// Setting the first password.
        Invitation = "invitation",
    }
}

/// Longest password accepted; beyond it hashing would only cost.
pub const PASSWORD_MAX_CHARS: usize = 256;

/// Free guesses before the delay begins.
const FREE_FAILURES: i32 = 5;
/// The delay never grows beyond this, so that nobody is locked out for a day by a stranger.
const MAX_DELAY_SECONDS: i64 = 900;

/// The key under which an address is looked up, whatever its case.
pub fn email_hash(lookup: &Secret, email: &str) -> Vec<u8> {
    lookup.lookup(&[email.trim().to_lowercase().as_bytes()])
}

/// Under which wrong guesses at an account are counted: those made from a device or a session of its user by themselves,
/// so that a stranger's guesses do not slow its user down.
pub fn guess_key(lookup: &Secret, email_hash: &[u8], from: Option<Id>) -> Vec<u8> {
    match from {
        None => email_hash.to_vec(),
        Some(from) => lookup.lookup(&[email_hash, from.as_bytes()]),
    }
}

/// How long to wait after `failures` wrong guesses in a row, in seconds: nothing for the first five, then doubling.
pub fn delay_seconds(failures: i32) -> i64 {
    let beyond = failures - FREE_FAILURES;
    if beyond < 0 { 0 } else { (1_i64 << beyond.clamp(0, 20)).min(MAX_DELAY_SECONDS) }
}

/// Seconds until the next guess may be made; zero when it may be made now.
pub fn wait_seconds(failures: i32, last_at: Time, now: Time) -> i64 {
    let next = last_at.plus_seconds(delay_seconds(failures));
    // Rounded up: a client that waits exactly this long is not refused again.
    ((next.as_micros() - now.as_micros()).max(0) + 999_999) / 1_000_000
}

/// Long enough, not a repetition, not the address itself, not one that everybody tries first.
///
/// No rules of composition: NIST SP 800-63B-4 advises against them.
///
/// # Errors
/// 422 on `pointer`.
pub fn check_password(pointer: &str, password: &SecretString, email: &str, min_chars: usize) -> Result<()> {
    let refuse = |detail: String| Err(Error::invalid(pointer, detail));
    let text = password.expose_secret();
    let chars = text.chars().count();
    if chars < min_chars {
        return refuse(format!(
            "must have at least {min_chars} characters; a sentence is easiest to remember"
        ));
    }
    if chars > PASSWORD_MAX_CHARS {
        return refuse(format!("must have at most {PASSWORD_MAX_CHARS} characters"));
    }
    let folded: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let distinct: std::collections::BTreeSet<char> = folded.chars().collect();
    if distinct.len() < 5 {
        return refuse("repeats too few different characters".to_owned());
    }
    let name = email.split('@').next().unwrap_or_default().to_lowercase();
    let mut rest = folded;
    for common in COMMON.iter().copied().chain((name.chars().count() > 3).then_some(name.as_str())) {
        rest = rest.replace(common, "");
    }
    if rest.chars().count() < 5 {
        return refuse("is made of words that are guessed first".to_owned());
    }
    Ok(())
}

/// Words that lists of leaked passwords begin with; what remains without them must still be something.
const COMMON: &[&str] = &[
    "password",
    "passwort",
    "passw0rd",
    "farlight",
    "rescue",
    "welcome",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "asdfgh",
    "zxcvbnm",
    "1234567890",
    "123456789",
    "12345678",
    "1234567",
    "123456",
    "12345",
    "1234",
    "iloveyou",
    "letmein",
    "admin",
    "administrator",
    "changeme",
    "secret",
    "correcthorsebatterystaple",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "abc123",
    "abcdef",
    "abcdefghijklmnopqrstuvwxyz",
    "trustno1",
    "superman",
    "login",
    "000000",
    "111111",
    "2024",
    "2025",
    "2026",
];

/// A one-time token: what is sent, and what is stored.
///
/// # Errors
/// When the system has no randomness to give.
pub fn one_time_token() -> Result<(String, [u8; 32])> {
    let token = URL_SAFE_NO_PAD.encode(random_bytes::<32>()?);
    let hash = sha256(token.as_bytes());
    Ok((token, hash))
}

/// An account as sign-in sees it.
pub struct Account {
    /// Its organisation.
    pub organisation_id: Id,
    /// Its id.
    pub user_id: Id,
    /// Its state.
    pub status: UserStatus,
    /// Its role.
    pub role: Role,
    /// Sealed PHC string.
    pub password_hash: Option<Sealed<String>>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn passwords_that_are_guessed_first_are_refused() {
        for bad in
            ["short", "passwordpassword", "123456789012345", "aaaaaaaaaaaaaaaaaaaa", "Farlight-Rescue-2026!"]
        {
            assert!(check_password("/password", &bad.into(), "ana@example.org", 15).is_err(), "{bad}");
        }
        assert!(check_password("/password", &"seven lanterns drift".into(), "ana@example.org", 15).is_ok());
        assert!(check_password("/password", &"a".repeat(300).into(), "ana@example.org", 15).is_err());
    }

    proptest! {
        #[test]
        fn the_delay_only_grows(failures in 0..1_000_i32) {
            prop_assert!(delay_seconds(failures) <= delay_seconds(failures + 1));
            prop_assert!(delay_seconds(failures) <= MAX_DELAY_SECONDS);
        }
    }
}
