//! Where the root key comes from.

use std::io::Read;
use std::path::{Path, PathBuf};

use age::Decryptor;
use age::secrecy::SecretString as Passphrase;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::secret::{from_hex, hex};
use super::{Keyring, Secret};
use crate::config::KeySettings;
use crate::durable;

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
    /// The passphrase or identity is another one.
    #[error("that does not open the root key file")]
    Locked,
}

impl Keyring {
    /// A ring around the root key that the settings name.
    ///
    /// # Errors
    /// [`RootKeyError`] says which setting to look at.
    pub fn from_settings(settings: &KeySettings) -> Result<Self, RootKeyError> {
        of_settings(settings).map(Self::new)
    }

    /// Writes a new random root key to `path`, readable by its owner only.
    ///
    /// # Errors
    /// [`RootKeyError::NotCreated`], also when the file exists: a root key is never overwritten.
    pub fn create_root_file(path: &Path) -> Result<(), RootKeyError> {
        let failed = |reason: String| RootKeyError::NotCreated(path.to_owned(), reason);
        let key = Secret::random().map_err(|error| failed(error.to_string()))?;
        let line = Zeroizing::new(format!("{}\n", hex(key.expose())));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| failed(error.to_string()))?;
        std::io::Write::write_all(&mut file, line.as_bytes())
            .and_then(|()| file.sync_all())
            // Without its entry the key is gone after a power cut, and with it everything that was sealed meanwhile.
            .and_then(|()| path.parent().map_or(Ok(()), durable::sync_folder))
            .map_err(|error| failed(error.to_string()))
    }
}

/// The root key that the settings name.
///
/// # Errors
/// [`RootKeyError`] says which setting to look at.
pub fn of_settings(settings: &KeySettings) -> Result<Secret, RootKeyError> {
    let inline = settings.root.expose_secret();
    if !inline.is_empty() {
        return parse_hex(inline).ok_or(RootKeyError::Malformed);
    }
    if settings.root_file.is_empty() {
        return Err(RootKeyError::Missing);
    }
    read(Path::new(&settings.root_file))
}

/// The root key in a file.
///
/// # Errors
/// [`RootKeyError`] says what is wrong with it.
pub fn read(path: &Path) -> Result<Secret, RootKeyError> {
    let unreadable = |error| RootKeyError::Unreadable(path.to_owned(), error);
    let text = std::fs::read_to_string(path).map(Zeroizing::new).map_err(unreadable)?;
    parse_hex(&text).ok_or(RootKeyError::Malformed)
}

/// The root key in a file that was locked with age, by a passphrase or an identity (`AGE-SECRET-KEY-1...`).
///
/// # Errors
/// [`RootKeyError`] says what is wrong.
pub fn unlock(path: &Path, key: &str) -> Result<Secret, RootKeyError> {
    let unreadable = |error| RootKeyError::Unreadable(path.to_owned(), error);
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let decryptor =
        Decryptor::new_buffered(std::io::BufReader::new(file)).map_err(|_| RootKeyError::Malformed)?;
    let key = key.trim();
    let identity: Box<dyn age::Identity> = match key.parse::<age::x25519::Identity>() {
        Ok(identity) => Box::new(identity),
        Err(_) => Box::new(age::scrypt::Identity::new(Passphrase::from(key.to_owned()))),
    };
    let mut reader =
        decryptor.decrypt(std::iter::once(identity.as_ref())).map_err(|_| RootKeyError::Locked)?;
    let mut text = Zeroizing::new(String::with_capacity(256));
    reader.by_ref().take(256).read_to_string(&mut text).map_err(|_| RootKeyError::Malformed)?;
    parse_hex(&text).ok_or(RootKeyError::Malformed)
}

fn parse_hex(text: &str) -> Option<Secret> {
    Secret::from_slice(&Zeroizing::new(from_hex(text.trim())?))
}
