//! Sealing a pack with age, for one key or one passphrase; any of age's tools opens it.

use std::io::Write;
use std::time::Duration;

use age::secrecy::SecretString as AgeSecret;
use age::{Encryptor, scrypt, x25519};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};
use crate::http::heavy::heavy;

/// scrypt takes 2^17 blocks of 1 KiB, 128 MiB, and about half a second: a cheap phone can open it, and a passphrase of
/// the length we ask for is far out of reach.
const WORK_FACTOR: u8 = 17;
/// For the memory of one at a time. Who comes while others wait is told to come back.
static ONE: Semaphore = Semaphore::const_new(1);
const PATIENCE: Duration = Duration::from_secs(20);

/// Who will open it.
pub enum Opener {
    /// Whoever holds the other half of this key.
    Key(x25519::Recipient),
    /// Whoever knows this.
    Passphrase(SecretString),
}

/// A file in the format of age.
///
/// # Errors
/// `busy` when too many packs are being sealed; `internal` when the system has no randomness to give.
pub async fn seal(plain: Vec<u8>, opener: Opener) -> Result<Vec<u8>> {
    match opener {
        Opener::Key(key) => heavy(move || write(&plain, &key)).await,
        Opener::Passphrase(passphrase) => {
            let turn = tokio::time::timeout(PATIENCE, ONE.acquire())
                .await
                .map_err(|_| Error::busy("too many packs are being sealed"))?
                .map_err(Error::internal)?;
            heavy(move || {
                let mut recipient =
                    scrypt::Recipient::new(AgeSecret::from(passphrase.expose_secret().to_owned()));
                recipient.set_work_factor(WORK_FACTOR);
                let sealed = write(&plain, &recipient);
                drop(turn);
                sealed
            })
            .await
        }
    }
}

fn write(plain: &[u8], recipient: &dyn age::Recipient) -> Result<Vec<u8>> {
    let failed = |_| Error::internal("a pack could not be sealed");
    let encryptor = Encryptor::with_recipients(std::iter::once(recipient))
        .map_err(|_| Error::internal("a pack has nobody to be sealed for"))?;
    let mut sealed = Vec::with_capacity(plain.len() + 1_024);
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(failed)?;
    writer.write_all(plain).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(sealed)
}
