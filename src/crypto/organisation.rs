//! The keys of one organisation, which wrap those of its cases and operations.

use std::collections::HashMap;

use super::sealed::Vault;
use super::{PublicKey, Secret, SigningKey};
use crate::db::types::{Id, Time};
use crate::error::{Error, Result};

/// A key as the database holds it.
pub struct WrappedKey {
    /// The id that sealed values name.
    pub id: Id,
    /// Which organisation key wraps it; for an organisation key its own id.
    pub wrapped_by: Id,
    /// Nonce, ciphertext, tag.
    pub wrapped: Vec<u8>,
}

/// All epochs of one organisation's key.
pub struct OrganisationKeys {
    current: Id,
    epochs: HashMap<Id, Secret>,
}

impl OrganisationKeys {
    #[cfg(test)]
    pub(super) fn of(id: Id, secret: Secret) -> Self {
        Self { current: id, epochs: HashMap::from([(id, secret)]) }
    }

    /// Opens all epochs, given oldest first. The newest that is in use seals; one that is not yet is only known.
    pub(super) fn unwrap(wrapping: &Secret, stored: &[(WrappedKey, Option<Time>)]) -> Result<Self> {
        let mut epochs = HashMap::new();
        let mut current = None;
        for (key, used_since) in stored {
            let secret = wrapping.decrypt(key.id.as_bytes(), &key.wrapped)?;
            let secret =
                Secret::from_slice(&secret).ok_or_else(|| Error::internal("a key has a wrong length"))?;
            epochs.insert(key.id, secret);
            if used_since.is_some() {
                current = Some(key.id);
            }
        }
        let current = current.ok_or_else(|| Error::internal("an organisation has no key"))?;
        Ok(Self { current, epochs })
    }

    /// Which epoch seals.
    pub(super) fn current(&self) -> Id {
        self.current
    }

    /// Whether this epoch is known.
    pub(super) fn holds(&self, epoch: Id) -> bool {
        self.epochs.contains_key(&epoch)
    }

    /// A new random key for a case or an operation, wrapped under the current epoch.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new_key(&self, owner: Id) -> Result<(WrappedKey, Vault)> {
        let secret = Secret::random()?;
        let key = self.wrap(owner, &secret)?;
        Ok((key, Vault::new(owner, vec![(owner, secret)])))
    }

    /// Unwraps the key of a case or an operation.
    ///
    /// # Errors
    /// `internal` when it was changed or moved.
    pub fn open_key(&self, key: &WrappedKey) -> Result<Vault> {
        Ok(Vault::new(key.id, vec![(key.id, self.unwrap_key(key)?)]))
    }

    /// The same key of a case or an operation, wrapped under the current epoch.
    pub(super) fn rewrap(&self, key: &WrappedKey) -> Result<WrappedKey> {
        self.wrap(key.id, &self.unwrap_key(key)?)
    }

    fn wrap(&self, owner: Id, secret: &Secret) -> Result<WrappedKey> {
        let wrapped = self.wrapping(self.current)?.encrypt(owner.as_bytes(), secret.expose())?;
        Ok(WrappedKey { id: owner, wrapped_by: self.current, wrapped })
    }

    fn unwrap_key(&self, key: &WrappedKey) -> Result<Secret> {
        let secret = self.wrapping(key.wrapped_by)?.decrypt(key.id.as_bytes(), &key.wrapped)?;
        Secret::from_slice(&secret).ok_or_else(|| Error::internal("a key has a wrong length"))
    }

    /// The organisation's own vault, for what belongs to no case: names of staff, sites.
    pub fn vault(&self) -> Vault {
        Vault::new(self.current, self.epochs.iter().map(|(id, secret)| (*id, secret.clone())).collect())
    }

    /// The key that signs for one purpose now.
    ///
    /// # Errors
    /// Never in practice.
    pub fn signing_key(&self, purpose: &str) -> Result<SigningKey> {
        self.signing_key_of(self.current, purpose)
    }

    /// What checks the signatures of every epoch, in no order.
    ///
    /// # Errors
    /// Never in practice.
    pub fn public_keys(&self, purpose: &str) -> Result<Vec<PublicKey>> {
        let keys = self.epochs.keys().map(|epoch| self.signing_key_of(*epoch, purpose));
        keys.map(|key| Ok(key?.public())).collect()
    }

    fn signing_key_of(&self, epoch: Id, purpose: &str) -> Result<SigningKey> {
        let seed = self.epoch(epoch)?.derive(&[b"farlight sign ", purpose.as_bytes()])?;
        SigningKey::from_seed(&seed)
    }

    fn wrapping(&self, epoch: Id) -> Result<Secret> {
        self.epoch(epoch)?.derive(&[b"farlight wrap data"])
    }

    fn epoch(&self, epoch: Id) -> Result<&Secret> {
        self.epochs.get(&epoch).ok_or_else(|| Error::internal("a key is wrapped under an unknown epoch"))
    }
}
