//! argon2id on a few threads of its own, so that 200 people who sign in at once cost time and not memory.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;

use crate::config::HashingSettings;
use crate::error::{Error, Result};

type Job = Box<dyn FnOnce(&Argon2<'static>) + Send>;

/// Handle to the hashing threads.
#[derive(Clone)]
pub struct Hasher {
    queue: SyncSender<Job>,
    /// Verified against when there is no such account, so that both cases cost the same.
    decoy: Arc<str>,
}

impl Hasher {
    /// Starts `workers` threads behind a queue of `queue` jobs.
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
        for _ in 0..settings.workers.max(1) {
            let (jobs, argon) = (Arc::clone(&jobs), argon.clone());
            std::thread::Builder::new()
                .name("hashing".to_owned())
                .spawn(move || {
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

    /// Whether `password` is the one behind `phc`; with no `phc` it takes as long and says no.
    ///
    /// # Errors
    /// `busy` when too many are waiting.
    pub async fn verify(&self, password: SecretString, phc: Option<String>) -> Result<bool> {
        let known = phc.is_some();
        let phc = phc.unwrap_or_else(|| self.decoy.to_string());
        let fits = self
            .run(move |argon| {
                PasswordHash::new(&phc).is_ok_and(|hash| {
                    argon.verify_password(password.expose_secret().as_bytes(), &hash).is_ok()
                })
            })
            .await?;
        Ok(fits && known)
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

fn hash_with(argon: &Argon2<'_>, password: &str) -> Result<String> {
    argon
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::internal(format!("a password could not be hashed: {error}")))
}
