//! Who can open a backup.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

use age::secrecy::{ExposeSecret as _, SecretString as AgeSecret};
use age::stream::{StreamReader, StreamWriter};
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};
use zeroize::Zeroizing;

use super::private::{at, create_file};
use crate::start::StartError;

/// scrypt takes 2^17 blocks of 1 KiB, 128 MiB: what a small rented server has when it is needed.
const WORK_FACTOR: u8 = 17;
/// The most that is taken when opening: 1 GiB. More is a trap, or somebody else's file.
const HIGHEST_WORK_FACTOR: u8 = 20;
/// A passphrase stands alone between a thief and every name of staff that is not sealed once more by the root key.
const SHORTEST_PASSPHRASE: usize = 20;

/// For whom a backup is sealed.
#[derive(Clone)]
pub enum Sealing {
    /// Whoever holds the other half of one of these: `age1...`.
    Recipients(Vec<String>),
    /// Whoever knows the first line of this file.
    Passphrase(PathBuf),
}

/// With what a backup is opened.
pub enum Opening {
    /// A file of age's identities.
    Identity(PathBuf),
    /// As [`Sealing::Passphrase`].
    Passphrase(PathBuf),
}

fn failed(reason: impl Into<String>) -> StartError {
    StartError::Failed(reason.into())
}

fn passphrase(file: &Path) -> Result<AgeSecret, StartError> {
    let text = Zeroizing::new(std::fs::read_to_string(file).map_err(at(file))?);
    Ok(AgeSecret::from(text.lines().next().unwrap_or_default().to_owned()))
}

impl Sealing {
    /// Reads what it takes; nothing is written yet.
    pub(super) fn encryptor(&self) -> Result<Encryptor, StartError> {
        let unusable = |error: age::EncryptError| failed(format!("a backup cannot be sealed so: {error}"));
        match self {
            Self::Recipients(texts) => {
                let keys = texts.iter().map(|text| {
                    text.parse::<x25519::Recipient>().map_err(|_| {
                        failed(format!("--recipient {text} is not a public key of age: age1..."))
                    })
                });
                let keys = keys.collect::<Result<Vec<_>, _>>()?;
                Encryptor::with_recipients(keys.iter().map(|key| key as &dyn age::Recipient))
                    .map_err(unusable)
            }
            Self::Passphrase(file) => {
                let passphrase = passphrase(file)?;
                if passphrase.expose_secret().chars().count() < SHORTEST_PASSPHRASE {
                    return Err(failed(format!(
                        "the passphrase in {} is too short: at least {SHORTEST_PASSPHRASE} characters, six random \
                         words for instance",
                        file.display()
                    )));
                }
                let mut recipient = scrypt::Recipient::new(passphrase);
                recipient.set_work_factor(WORK_FACTOR);
                Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
                    .map_err(unusable)
            }
        }
    }
}

/// Begins to seal.
pub(super) fn seal<W: Write>(encryptor: Encryptor, out: W) -> std::io::Result<StreamWriter<W>> {
    encryptor.wrap_output(out)
}

impl Opening {
    /// Opens the seal. What is read from it is checked piece by piece, and to have an end.
    pub(super) fn open(&self, file: &Path) -> Result<StreamReader<BufReader<Box<dyn Read>>>, StartError> {
        let input: Box<dyn Read> = if file.as_os_str() == "-" {
            Box::new(std::io::stdin())
        } else {
            Box::new(File::open(file).map_err(at(file))?)
        };
        let shown = file.display();
        let decryptor = Decryptor::new_buffered(BufReader::with_capacity(1 << 17, input)).map_err(
            |error| match error {
                DecryptError::InvalidHeader | DecryptError::UnknownFormat | DecryptError::Io(_) => {
                    failed(format!("{shown} is not a backup, or its beginning is cut off or damaged"))
                }
                error => failed(format!("{shown}: {error}")),
            },
        )?;
        let opened = match (self, decryptor.is_scrypt()) {
            (Self::Identity(_), true) => {
                return Err(failed(format!("{shown} is sealed with a passphrase: use --passphrase-file")));
            }
            (Self::Passphrase(_), false) => {
                return Err(failed(format!("{shown} is sealed for keys: use --identity")));
            }
            (Self::Identity(keys), false) => {
                let keys = identities(keys)?;
                decryptor.decrypt(keys.iter().map(|key| key as &dyn age::Identity))
            }
            (Self::Passphrase(words), true) => {
                let mut identity = scrypt::Identity::new(passphrase(words)?);
                identity.set_max_work_factor(HIGHEST_WORK_FACTOR);
                decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity))
            }
        };
        opened.map_err(|error| match (error, self) {
            (DecryptError::NoMatchingKeys, _) => {
                failed(format!("{shown} is sealed for others: no key of --identity opens it"))
            }
            (DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed, Self::Passphrase(_)) => {
                failed(format!("{shown} is sealed with another passphrase"))
            }
            (error, _) => failed(format!("{shown} was changed or damaged after it was made: {error}")),
        })
    }
}

fn identities(file: &Path) -> Result<Vec<x25519::Identity>, StartError> {
    let text = Zeroizing::new(std::fs::read_to_string(file).map_err(at(file))?);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Result<Vec<_>, _> = lines.map(str::parse).collect();
    keys.ok().filter(|keys| !keys.is_empty()).ok_or_else(|| {
        failed(format!(
            "{} holds no identity of age: a line that begins with AGE-SECRET-KEY-1",
            file.display()
        ))
    })
}

/// Writes a new identity to a file, as `age-keygen` does, and gives the recipient that belongs to it.
pub(super) fn new_identity(file: &Path) -> Result<String, StartError> {
    let identity = x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    let text =
        Zeroizing::new(format!("# public key: {recipient}\n{}\n", identity.to_string().expose_secret()));
    let mut out = create_file(file, false).map_err(at(file))?;
    out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).map_err(at(file))?;
    Ok(recipient)
}
