//! 32 secret bytes and what may be done with them.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, hkdf, hmac, rand};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::{Error, Result};

/// A 256-bit key. Has no `Debug` and wipes itself.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A fresh random key.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn random() -> Result<Self> {
        Ok(Self(random_bytes()?))
    }

    /// From exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes, for wrapping under another key.
    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// An independent key for one purpose (HKDF-SHA-256, RFC 5869, expand step).
    ///
    /// # Errors
    /// Never in practice: 32 bytes are within HKDF's bound.
    pub fn derive(&self, purpose: &[&[u8]]) -> Result<Self> {
        let mut key = [0_u8; 32];
        hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, &self.0)
            .expand(purpose, hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut key))
            .map_err(|_| Error::internal("a key could not be derived"))?;
        Ok(Self(key))
    }

    /// HMAC-SHA-256 over `parts`, each preceded by its length so that no two lists collide.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let mut tag = [0_u8; 32];
        tag.copy_from_slice(context.sign().as_ref());
        tag
    }

    /// HMAC truncated to 128 bits: a look-up key that cannot be reversed without the secret.
    pub fn lookup(&self, parts: &[&[u8]]) -> Vec<u8> {
        self.mac(parts)[..16].to_vec()
    }

    /// AES-256-GCM under this key, for the one module that numbers its nonces.
    pub(super) fn cipher(&self) -> Result<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, &self.0)
            .map(LessSafeKey::new)
            .map_err(|_| Error::internal("a key could not be used"))
    }

    /// AES-256-GCM: a random nonce, then ciphertext and tag.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn encrypt(&self, associated: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = random_bytes()?;
        let mut body = plain.to_vec();
        let tag = self
            .cipher()?
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(associated), &mut body)
            .map_err(|_| Error::internal("a value could not be sealed"))?;
        let mut out = Vec::with_capacity(NONCE_LEN + body.len() + tag.as_ref().len());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&body);
        out.extend_from_slice(tag.as_ref());
        Ok(out)
    }

    /// The reverse of [`Self::encrypt`].
    ///
    /// # Errors
    /// `internal` when the bytes were changed, moved to another row, or sealed under another key.
    pub fn decrypt(&self, associated: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let broken = || Error::internal("a sealed value does not open: changed, moved or under another key");
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut body = Zeroizing::new(body.to_vec());
        let length = self
            .cipher()?
            .open_in_place(nonce, Aad::from(associated), &mut body)
            .map_err(|_| broken())?
            .len();
        body.truncate(length);
        Ok(body)
    }
}

/// `N` random bytes from the system.
///
/// # Errors
/// When the system has no randomness to give.
pub fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    rand::fill(&mut bytes).map_err(|_| Error::internal("the system gave no randomness"))?;
    Ok(bytes)
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that an even number of hexadecimal digits stands for.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0_u8; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// SHA-256 of what comes piece by piece.
#[derive(Clone)]
pub struct Sha256(digest::Context);

impl Default for Sha256 {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Sha256 {
    /// Adds a piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all of it.
    pub fn finish(self) -> [u8; 32] {
        let mut hash = [0_u8; 32];
        hash.copy_from_slice(self.0.finish().as_ref());
        hash
    }
}
