//! argon2id on a few threads of its own, so that 200 people who sign in at once cost time and not memory.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::config::HashingSettings;
use crate::error::{Error, Result};
use crate::jobs::pace;
use crate::text;

/// Which of an account's passwords one turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// None.
    Neither,
    /// The password.
    Password,
    /// The one that is given when its owner is forced.
    Duress,
}

type Job = Box<dyn FnOnce(&Argon2<'static>) + Send>;

/// Handle to the hashing threads.
#[derive(Clone)]
pub struct Hasher {
    queue: SyncSender<Job>,
    /// Verified against when there is no such account, so that both cases cost the same.
    decoy: Arc<str>,
}

impl Hasher {
    /// Starts threads behind a queue of `queue` jobs.
    ///
    /// # Errors
    /// When the parameters are out of argon2's bounds or a thread cannot be started.
    pub fn start(settings: &HashingSettings) -> Result<Self> {
        let params = Params::new(settings.memory_kib, settings.iterations, settings.threads, None)
            .map_err(|error| Error::internal(format!("[hashing] is out of argon2's bounds: {error}")))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash_with(&argon, "a password that nobody has")?.into();
        let (queue, jobs) = sync_channel::<Job>(settings.queue);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..settings.at_once() {
            let (jobs, argon) = (Arc::clone(&jobs), argon.clone());
            std::thread::Builder::new()
                .name("hashing".to_owned())
                .spawn(move || {
                    // Lets whoever reads a message not wait for whoever signs in.
                    pace::let_others_go_first();
                    loop {
                        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        let Ok(job) = job else { return };
                        job(&argon);
                    }
                })
                .map_err(|error| Error::internal(format!("a hashing thread did not start: {error}")))?;
        }
        Ok(Self { queue, decoy })
    }

    /// Hashes a new password, as a PHC string.
    ///
    /// # Errors
    /// `busy` when too many are waiting.
    pub async fn hash(&self, password: SecretString) -> Result<String> {
        self.run(move |argon| hash_with(argon, password.expose_secret())).await?
    }

    /// The same under the salt and the parameters of `phc`: a duress password is told from the password by one
    /// computation, so both have one salt.
    ///
    /// # Errors
    /// `busy` when too many are waiting.
    pub async fn hash_like(&self, password: SecretString, phc: String) -> Result<String> {
        self.run(move |_| {
            let (argon, salt) = parts(&phc)?;
            argon
                .hash_password_with_salt(&plain(&password), &salt)
                .map(|hash| hash.to_string())
                .map_err(failed)
        })
        .await?
    }

    /// The hash alone.
    ///
    /// # Errors
    /// `busy` when too many are waiting.
    pub async fn bare_hash_like(&self, password: SecretString, phc: String) -> Result<Vec<u8>> {
        let hash = self.hash_like(password, phc).await?;
        let hash = PasswordHash::new(&hash).map_err(failed)?;
        hash.hash.map(|output| output.as_bytes().to_vec()).ok_or_else(|| Error::internal("a hash is empty"))
    }

    /// Which password of an account `password` is. It takes the same computation whether there is such an account,
    /// whether it has a duress password, and whichever of both it is.
    ///
    /// # Errors
    /// `busy` when too many are waiting.
    pub async fn tell(
        &self,
        password: SecretString,
        phc: Option<String>,
        duress: Option<Vec<u8>>,
    ) -> Result<Told> {
        let known = phc.is_some();
        let phc = phc.unwrap_or_else(|| self.decoy.to_string());
        let told = self.run(move |_| tell(&password, &phc, duress.as_deref().unwrap_or_default())).await?;
        Ok(told.ok().filter(|_| known).unwrap_or(Told::Neither))
    }

    /// Whether `password` is the one behind `phc`; with no `phc` it takes as long and says no.
    ///
    /// # Errors
    /// `busy` when too many are waiting.
    pub async fn verify(&self, password: SecretString, phc: Option<String>) -> Result<bool> {
        Ok(self.tell(password, phc, None).await? == Told::Password)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T> {
        let (reply, outcome) = oneshot::channel();
        let job: Job = Box::new(move |argon| drop(reply.send(work(argon))));
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => Error::busy("the hashing queue is full"),
            TrySendError::Disconnected(_) => Error::internal("the hashing threads have stopped"),
        })?;
        outcome.await.map_err(|_| Error::internal("a hashing job was dropped"))
    }
}

fn tell(password: &SecretString, phc: &str, duress: &[u8]) -> Result<Told> {
    let hash = PasswordHash::new(phc).map_err(failed)?;
    let wanted = hash.hash.ok_or_else(|| Error::internal("a hash is empty"))?;
    let (argon, salt) = parts(phc)?;
    let mut made = Zeroizing::new(vec![0_u8; wanted.len()]);
    argon.hash_password_into(&plain(password), &salt, &mut made).map_err(failed)?;
    let is_password = bool::from(made.ct_eq(wanted.as_bytes()));
    let is_duress = bool::from(made.ct_eq(duress));
    // Where both are the same the careful reading holds.
    Ok(if is_duress {
        Told::Duress
    } else if is_password {
        Told::Password
    } else {
        Told::Neither
    })
}

/// The computation that made a hash, and its salt.
fn parts(phc: &str) -> Result<(Argon2<'static>, Vec<u8>)> {
    let hash = PasswordHash::new(phc).map_err(failed)?;
    let params = Params::try_from(&hash).map_err(failed)?;
    let salt = hash.salt.ok_or_else(|| Error::internal("a hash has no salt"))?;
    Ok((Argon2::new(Algorithm::Argon2id, Version::V0x13, params), salt.to_vec()))
}

/// One form for what different keyboards make of the same password.
fn plain(password: &SecretString) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text::compatible(password.expose_secret()).into_bytes())
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::internal(format!("a password could not be hashed: {error}"))
}

fn hash_with(argon: &Argon2<'_>, password: &str) -> Result<String> {
    let password = Zeroizing::new(text::compatible(password));
    argon.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(failed)
}
