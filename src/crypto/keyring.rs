//! Keys that wrap keys.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use secrecy::ExposeSecret;

use super::sealed::Vault;
use super::secret::{from_hex, hex};
use super::{PublicKey, Secret, SigningKey, store};
use crate::config::KeySettings;
use crate::db::Conn;
use crate::db::types::{Id, Time};
use crate::durable;
use crate::error::{Error, Result};

/// Why there is no root key.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// Neither setting is there.
    #[error(
        "no root key: set keys.root_file (FARLIGHT__KEYS__ROOT_FILE) to a file with 64 hex digits, made for instance by \
         `openssl rand -hex 32`, kept apart from the database"
    )]
    Missing,
    /// The file cannot be read.
    #[error("the root key file {0} cannot be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// Its content is something else.
    #[error("the root key must be exactly 64 hex digits (32 bytes)")]
    Malformed,
    /// The system has no randomness, or the file cannot be written.
    #[error("the root key file {0} cannot be created: {1}")]
    NotCreated(PathBuf, String),
}

/// The root key and a cache of what it has unwrapped.
pub struct Keyring {
    root: Secret,
    organisations: RwLock<HashMap<Id, Arc<OrganisationKeys>>>,
}

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

impl Keyring {
    /// A ring around a root key.
    pub fn new(root: Secret) -> Self {
        Self { root, organisations: RwLock::default() }
    }

    /// Reads the root key that the settings name.
    ///
    /// # Errors
    /// [`RootKeyError`] says which setting to look at.
    pub fn from_settings(settings: &KeySettings) -> Result<Self, RootKeyError> {
        let inline = settings.root.expose_secret();
        if !inline.is_empty() {
            return parse_hex(inline).map(Self::new).ok_or(RootKeyError::Malformed);
        }
        if settings.root_file.is_empty() {
            return Err(RootKeyError::Missing);
        }
        let path = PathBuf::from(&settings.root_file);
        let text =
            std::fs::read_to_string(&path).map_err(|error| RootKeyError::Unreadable(path.clone(), error))?;
        parse_hex(&text).map(Self::new).ok_or(RootKeyError::Malformed)
    }

    /// Writes a new random root key to `path`, readable by its owner only.
    ///
    /// # Errors
    /// [`RootKeyError::NotCreated`], also when the file exists: a root key is never overwritten.
    pub fn create_root_file(path: &Path) -> Result<(), RootKeyError> {
        let failed = |reason: String| RootKeyError::NotCreated(path.to_owned(), reason);
        let key = Secret::random().map_err(|error| failed(error.to_string()))?;
        let hex = hex(key.expose());
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| failed(error.to_string()))?;
        std::io::Write::write_all(&mut file, format!("{hex}\n").as_bytes())
            .and_then(|()| file.sync_all())
            // Without its entry the key is gone after a power cut, and with it everything that was sealed meanwhile.
            .and_then(|()| path.parent().map_or(Ok(()), durable::sync_folder))
            .map_err(|error| failed(error.to_string()))
    }

    /// A key for one purpose that belongs to the whole installation (cursors, e-mail look-up, signing keys).
    ///
    /// # Errors
    /// Never in practice.
    pub fn installation(&self, purpose: &str) -> Result<Secret> {
        self.root.derive(&[b"farlight installation ", purpose.as_bytes()])
    }

    /// A look-up key for one column of one organisation.
    ///
    /// # Errors
    /// Never in practice.
    pub fn lookup(&self, organisation: Id, column: &str) -> Result<Secret> {
        self.root.derive(&[b"farlight lookup ", organisation.as_bytes(), column.as_bytes()])
    }

    /// Makes the first key of a new organisation.
    ///
    /// # Errors
    /// Of the database.
    pub fn create_organisation(&self, conn: &mut Conn<'_>, organisation: Id, now: Time) -> Result<()> {
        let id = Id::at(now);
        let wrapped = self.wrapping(organisation)?.encrypt(id.as_bytes(), Secret::random()?.expose())?;
        store::insert_organisation_key(
            conn,
            organisation,
            1,
            &WrappedKey { id, wrapped_by: id, wrapped },
            now,
        )
    }

    /// The keys of an organisation, unwrapped once and then remembered.
    ///
    /// # Errors
    /// `internal` when the root key is not the one that wrapped them.
    pub fn organisation(&self, conn: &mut Conn<'_>, organisation: Id) -> Result<Arc<OrganisationKeys>> {
        let cached =
            self.organisations.read().unwrap_or_else(PoisonError::into_inner).get(&organisation).cloned();
        if let Some(keys) = cached {
            return Ok(keys);
        }
        let wrapping = self.wrapping(organisation)?;
        let mut epochs = HashMap::new();
        let mut current = None;
        for key in store::organisation_keys(conn, organisation)? {
            let secret = wrapping
                .decrypt(key.id.as_bytes(), &key.wrapped)
                .map_err(|_| Error::internal("the root key does not open this database"))?;
            epochs.insert(
                key.id,
                Secret::from_slice(&secret).ok_or_else(|| Error::internal("a key has a wrong length"))?,
            );
            current = Some(key.id);
        }
        let current = current.ok_or_else(|| Error::internal("an organisation has no key"))?;
        let keys = Arc::new(OrganisationKeys { current, epochs });
        self.organisations
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(organisation, Arc::clone(&keys));
        Ok(keys)
    }

    fn wrapping(&self, organisation: Id) -> Result<Secret> {
        self.root.derive(&[b"farlight wrap organisation ", organisation.as_bytes()])
    }
}

impl OrganisationKeys {
    /// A new random key for a case or an operation, wrapped under the current epoch.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new_key(&self, owner: Id) -> Result<(WrappedKey, Vault)> {
        let secret = Secret::random()?;
        let wrapped = self.wrapping(self.current)?.encrypt(owner.as_bytes(), secret.expose())?;
        let key = WrappedKey { id: owner, wrapped_by: self.current, wrapped };
        Ok((key, Vault::new(owner, vec![(owner, secret)])))
    }

    /// Unwraps the key of a case or an operation.
    ///
    /// # Errors
    /// `internal` when it was changed or moved.
    pub fn open_key(&self, key: &WrappedKey) -> Result<Vault> {
        let secret = self.wrapping(key.wrapped_by)?.decrypt(key.id.as_bytes(), &key.wrapped)?;
        let secret =
            Secret::from_slice(&secret).ok_or_else(|| Error::internal("a key has a wrong length"))?;
        Ok(Vault::new(key.id, vec![(key.id, secret)]))
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

fn parse_hex(text: &str) -> Option<Secret> {
    Secret::from_slice(&from_hex(text.trim())?)
}
