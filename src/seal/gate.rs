//! What stands before the services: open, they are behind it; sealed, there is nothing behind it.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use actix_web::ResponseError;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Notify};

use super::model::{Given, SealView, Waiting};
use super::store;
use crate::app::{Clock, Services};
use crate::authz::guard;
use crate::config::{Settings, Unseal};
use crate::crypto::{Keyring, RootKeyError, Secret, root};
use crate::db::Database;
use crate::error::{Error, Result};
use crate::house::House;
use crate::http::limits::Limits;
use crate::http::transport::tls;

/// How often it is looked whether another node, or the host, has sealed or opened the installation.
const LOOK: Duration = Duration::from_millis(250);
/// What answers while it is sealed.
const ANSWERED: [&str; 4] = ["/healthz", "/readyz", "/v1/system/seal", "/v1/system/unseal"];

/// The services, if it is open.
pub struct Gate {
    inside: RwLock<Option<Arc<Services>>>,
    /// One at a time: whoever guesses passphrases takes the memory of one guess.
    waiting: Mutex<Waiting>,
    settings: Settings,
    db: Database,
    clock: Clock,
    limits: Limits,
    house: House,
    sealed: Notify,
    /// Where jobs run, whoever opens: a thread that serves requests ends when the server is told to stop, and what still
    /// waits for an answer would find no audit log to be put into.
    runtime: Handle,
}

impl Gate {
    /// A gate that is open.
    pub fn around(services: Arc<Services>) -> Arc<Self> {
        let (settings, db, clock) = (services.settings.clone(), services.db.clone(), services.clock.clone());
        let house = services.house.clone();
        Self::new(Some(services), settings, db, clock, house)
    }

    /// A gate that opens by itself if there is a key and nobody has sealed the installation.
    ///
    /// # Errors
    /// When there is a root key and it is not the right one, or the database fails.
    pub async fn start(
        settings: Settings,
        db: Database,
        keyring: Option<Keyring>,
        clock: Clock,
    ) -> Result<Arc<Self>> {
        let house = House::new(&settings)?;
        let gate = Self::new(None, settings, db, clock, house);
        let sealed = gate.db.read(store::stored).await?.sealed;
        if let Some(keyring) = keyring.filter(|_| !sealed) {
            gate.admit(keyring).await?;
        }
        Ok(gate)
    }

    fn new(
        services: Option<Arc<Services>>,
        settings: Settings,
        db: Database,
        clock: Clock,
        house: House,
    ) -> Arc<Self> {
        tokio::spawn(tls::keep_fresh(house.clone()));
        let gate = Arc::new(Self {
            inside: RwLock::new(services),
            waiting: Mutex::default(),
            limits: Limits::new(&settings.limits),
            sealed: Notify::new(),
            runtime: Handle::current(),
            settings,
            db,
            clock,
            house,
        });
        tokio::spawn(keep_watch(Arc::downgrade(&gate)));
        gate
    }

    /// What is behind it.
    ///
    /// # Errors
    /// `sealed`.
    pub fn services(&self) -> Result<Arc<Services>> {
        let inside = self.inside.read().unwrap_or_else(PoisonError::into_inner);
        inside.as_ref().filter(|services| !services.is_sealed()).map(Arc::clone).ok_or_else(Error::sealed)
    }

    /// Whether there is nothing behind it.
    pub fn is_sealed(&self) -> bool {
        self.services().is_err()
    }

    /// Everything that can be set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The database.
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Rate limits of what needs no services.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What stands whether it is open or not.
    pub fn house(&self) -> &House {
        &self.house
    }

    /// Returns when there is something in the memory of a sealed process that should not be there: it was sealed, or has
    /// forgotten shares.
    pub async fn was_sealed(&self) {
        loop {
            self.sealed.notified().await;
            if self.is_sealed() {
                return;
            }
        }
    }

    /// Wipes the keys of this node and forgets shares, whatever the database says.
    pub async fn seal(&self) {
        let inside = self.inside.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(services) = inside {
            services.seal();
            tracing::warn!("sealed: there is no key in memory any more");
            self.sealed.notify_one();
        }
        if self.waiting.lock().await.forget() {
            self.sealed.notify_one();
        }
    }

    fn forget_old(&self, waiting: &mut Waiting) {
        if waiting.forget_old(self.clock.now()) {
            self.sealed.notify_one();
        }
    }

    /// Writes down that the installation is sealed, and seals this node: for whoever is at the machine. Where the database
    /// does not answer this node is sealed all the same.
    ///
    /// # Errors
    /// Of the database: other nodes do not know, and a restart would open again.
    pub async fn seal_all(&self) -> Result<()> {
        let now = self.clock.now();
        let told = self.db.write(move |conn| store::seal(conn, None, now));
        let told = tokio::time::timeout(LOOK, told).await;
        self.seal().await;
        told.unwrap_or_else(|_| Err(Error::busy("the database was not told in time")))
    }

    /// Whether it is open, or how far from it.
    pub async fn view(&self) -> SealView {
        if !self.is_sealed() {
            return SealView::OPEN;
        }
        let mut waiting = self.waiting.lock().await;
        self.forget_old(&mut waiting);
        waiting.view()
    }

    /// Takes a share, and opens with the last one.
    ///
    /// # Errors
    /// 409 `not-sealed`, `opens-otherwise`; 422 where it is no share, or where all of them together are not the key.
    pub async fn give_share(&self, share: &str) -> Result<SealView> {
        let mut waiting = self.waiting.lock().await;
        self.check(Unseal::ByShares)?;
        match waiting.give(share, self.clock.now())? {
            Given::More(view) => Ok(view),
            Given::Enough(root) => {
                // A database that does not answer is no wrong key: the last share may be sent again.
                let fits = self.open(root).await?;
                waiting.forget_whole();
                if fits {
                    waiting.forget();
                    return Ok(SealView::OPEN);
                }
                Err(Error::unprocessable(
                    "shares-do-not-open",
                    "These shares belong together, but their key is not that of this database. They were forgotten.",
                ))
            }
        }
    }

    /// Opens with the passphrase or identity of the root key file.
    ///
    /// # Errors
    /// 409 `not-sealed`, `opens-otherwise`; 422 `does-not-open`.
    pub async fn give_passphrase(&self, passphrase: String) -> Result<SealView> {
        let Ok(_turn) = self.waiting.try_lock() else {
            return Err(Error::busy("another passphrase is being tried"));
        };
        self.check(Unseal::ByIdentity)?;
        let file = self.settings.keys.root_file.clone();
        let passphrase = zeroize::Zeroizing::new(passphrase);
        #[expect(
            clippy::disallowed_methods,
            reason = "a guess takes a second of a core, and none of the database"
        )]
        let opened = tokio::task::spawn_blocking(move || root::unlock(Path::new(&file), &passphrase)).await;
        let root = match opened.map_err(|_| Error::internal("the root key file could not be opened"))? {
            Ok(root) => root,
            Err(RootKeyError::Locked) => {
                return Err(Error::unprocessable("does-not-open", "That does not open the root key file."));
            }
            Err(error) => return Err(Error::internal(error)),
        };
        if self.open(root).await? {
            Ok(SealView::OPEN)
        } else {
            Err(Error::unprocessable("does-not-open", "The file holds the root key of another database."))
        }
    }

    fn check(&self, how: Unseal) -> Result<()> {
        if !self.is_sealed() {
            return Err(Error::conflict("not-sealed", "The service is open."));
        }
        match self.settings.keys.unseal {
            same if same == how => Ok(()),
            Unseal::AtStart => Err(Error::conflict(
                "opens-otherwise",
                "This service has its key in its settings: it is opened on its host, with `farlight unseal`.",
            )),
            Unseal::ByShares => Err(Error::conflict("opens-otherwise", "This service is opened by shares.")),
            Unseal::ByIdentity => Err(Error::conflict(
                "opens-otherwise",
                "This service is opened by a passphrase or an identity.",
            )),
        }
    }

    /// Starts the services with this root key, if it is the right one.
    async fn open(&self, root: Secret) -> Result<bool> {
        let (keyring, now) = (Keyring::new(root), self.clock.now());
        let opened = self.db.write(move |conn| {
            let fits = keyring.fit(conn)?;
            if fits {
                store::open(conn, now)?;
            }
            Ok(fits.then_some(keyring))
        });
        let Some(keyring) = opened.await? else { return Ok(false) };
        self.admit(keyring).await?;
        Ok(true)
    }

    async fn admit(&self, keyring: Keyring) -> Result<()> {
        let (settings, db, clock) = (self.settings.clone(), self.db.clone(), self.clock.clone());
        let started =
            self.runtime.spawn(Services::start_in(settings, db, keyring, clock, self.house.clone()));
        let services = started.await.map_err(|_| Error::internal("the services could not be started"))??;
        *self.inside.write().unwrap_or_else(PoisonError::into_inner) = Some(services);
        tracing::warn!("opened");
        Ok(())
    }

    /// Follows what is stored: seals where somebody has sealed, opens where somebody on the host has opened.
    async fn follow(&self) -> Result<()> {
        let stored = self.db.read(store::stored).await?;
        match self.services() {
            Ok(services) if stored.sealed || stored.seal_epoch != services.seal_epoch => self.seal().await,
            Ok(services) => {
                let inner = Arc::clone(&services);
                self.db.read(move |conn| inner.keyring.follow(conn)).await?;
            }
            Err(_) if !stored.sealed && self.settings.keys.unseal == Unseal::AtStart => {
                self.admit(Keyring::from_settings(&self.settings.keys).map_err(Error::internal)?).await?;
            }
            Err(_) => {
                self.forget_old(&mut *self.waiting.lock().await);
                self.limits.forget_idle();
            }
        }
        Ok(())
    }
}

/// Looks again and again, and at once when the services behind the gate were sealed.
async fn keep_watch(gate: Weak<Gate>) {
    let mut failing = false;
    loop {
        let Some(held) = gate.upgrade() else { return };
        let bell = held.services().map(|services| Arc::clone(&services.sealed_bell)).unwrap_or_default();
        let inside_is_sealed =
            held.is_sealed() && held.inside.read().unwrap_or_else(PoisonError::into_inner).is_some();
        if inside_is_sealed {
            held.seal().await;
        }
        let followed = held.follow().await;
        if let (Err(error), false) = (&followed, failing) {
            tracing::error!(?error, "it cannot be seen whether the installation is sealed");
        }
        failing = followed.is_err();
        drop(held);
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = bell.notified() => {}
        }
    }
}

/// While it is sealed, answers everything but the few that need no key, before anything of the request is read.
///
/// # Errors
/// What is inside says.
pub async fn keep_out<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let gate = guard::gate(request.request())?;
    if gate.is_sealed() && !ANSWERED.contains(&request.path()) {
        return Ok(request.into_response(Error::sealed().error_response()).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}
