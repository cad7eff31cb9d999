//! Codes of an authenticator app (RFC 6238) and for recovery: how they are made and read. No database.

use base64::Engine as _;
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::crypto::secret::{random_bytes, sha256};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};

/// A code is good in its own 30 seconds and one such step before and after: phones' clocks are off.
const SKEW_STEPS: u16 = 1;
const STEP_SECONDS: u64 = 30;
const DIGITS: usize = 6;

/// How many recovery codes somebody gets.
pub const RECOVERY_CODES: usize = 10;
/// Crockford's alphabet: no letter that is taken for another, or for a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 160 random bits, as RFC 4226 asks for.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_secret() -> Result<Zeroizing<Vec<u8>>> {
    Ok(Zeroizing::new(random_bytes::<20>()?.to_vec()))
}

fn totp(secret: &[u8], label: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(Secret::from(secret))
        .with_skew(SKEW_STEPS)
        .with_step_duration(STEP_SECONDS)
        .with_account_name(label)
        .build()
        .map_err(|_| Error::internal("a secret of an authenticator app cannot be used"))
}

/// What an app is set up with: the secret to type, and an address to show as a picture. `label` is what the app shows
/// for it, to whoever looks at the phone; no issuer is named.
///
/// # Errors
/// 422 for a label with a colon.
pub fn for_app(secret: &[u8], label: &str) -> Result<(String, String)> {
    // The address would be read as naming an issuer.
    if label.contains(':') {
        return Err(Error::invalid("/label", "must not contain a colon"));
    }
    let totp = totp(secret, label)?;
    let failed = |_| Error::internal("a secret of an authenticator app cannot be written down");
    let uri = totp.to_url().map_err(failed)?;
    Ok((totp.secret().to_base32(), uri))
}

/// The step whose code this is, if it is one that is good now.
///
/// # Errors
/// Never for secrets of ours.
pub fn step_of(secret: &[u8], code: &str, now: Time) -> Result<Option<i64>> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(None);
    }
    let seconds = u64::try_from(now.as_seconds()).unwrap_or(0);
    let step = totp(secret, "-")?.check(&digits, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// A recovery code of 80 random bits: four groups of four.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_recovery_code() -> Result<String> {
    let bytes: [u8; 16] = random_bytes()?;
    let letter = |byte: &u8| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]);
    Ok(bytes
        .chunks(4)
        .map(|group| group.iter().map(letter).collect::<String>())
        .collect::<Vec<_>>()
        .join("-"))
}

/// What is kept of a recovery code. Not slow to compute: what has 80 random bits is not guessed.
pub fn recovery_hash(organisation: Id, user: Id, code: &str) -> Vec<u8> {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        })
        .collect();
    sha256(&[organisation.as_bytes().as_slice(), user.as_bytes(), plain.as_bytes()].concat()).to_vec()
}

/// What is kept of the token by which a device is known again, and the token itself.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_device_token() -> Result<(String, Vec<u8>)> {
    let token = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random_bytes::<32>()?);
    let hash = device_hash(&token);
    Ok((token, hash))
}

/// What is kept of the token by which a device is known again.
pub fn device_hash(token: &str) -> Vec<u8> {
    sha256(token.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_those_of_the_rfc_and_hold_for_one_step_either_way() {
        let secret = b"12345678901234567890";
        let at = |seconds: i64| Time::from_micros(seconds * 1_000_000);
        assert_eq!(step_of(secret, "287082", at(59)).unwrap(), Some(1));
        assert_eq!(step_of(secret, "081804", at(1_111_111_109)).unwrap(), Some(37_037_036));
        assert_eq!(step_of(secret, " 081 804", at(1_111_111_109)).unwrap(), Some(37_037_036));
        for (seconds, good) in [(29, true), (30, true), (89, true), (90, false)] {
            assert_eq!(step_of(secret, "287082", at(seconds)).unwrap().is_some(), good, "{seconds}");
        }
        for junk in ["", "28708", "2870820", "２８７０８２", "abcdef", "-87082"] {
            assert_eq!(step_of(secret, junk, at(59)).unwrap(), None, "{junk}");
        }
    }

    #[test]
    fn a_recovery_code_is_read_however_it_is_typed() {
        let (organisation, user) = (Id::at(Time::from_micros(0)), Id::at(Time::from_micros(0)));
        let code = new_recovery_code().unwrap();
        assert_eq!((code.len(), code.matches('-').count()), (19, 3));
        let hash = recovery_hash(organisation, user, &code);
        let typed = code.to_uppercase().replace('-', " ").replace('0', "O").replace('1', "l");
        assert_eq!(recovery_hash(organisation, user, &typed), hash);
        assert_ne!(recovery_hash(user, organisation, &code), hash);
    }
}
