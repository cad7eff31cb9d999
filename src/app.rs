//! From settings to a running server. The tests use the same.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, middleware, web};
use tokio::runtime::Handle;
use tokio::sync::Notify;

use crate::audit::{AuditEvent, Latest};
use crate::auth::hashing::Hasher;
use crate::auth::proof::Seen;
use crate::auth::tokens::Tokens;
use crate::authz::guard::Hidden;
use crate::config::Settings;
use crate::crypto::{Keyring, Secret};
use crate::db::types::Time;
use crate::db::{Database, Journal};
use crate::deliveries::worker::Outbox;
use crate::error::{Error, Result};
use crate::estimates::engine::Engine;
use crate::events::hub::Hub;
use crate::files::Files;
use crate::house::House;
use crate::http::body::BodyLimits;
use crate::http::limits::Limits;
use crate::http::strict;
use crate::http::telemetry::{self, Assurances};
use crate::http::{overload, transport};
use crate::seal::gate::Gate;
use crate::{deliveries, events, jobs, places, routes, seal};

/// Where the time comes from: the system's clock, or one that a test moves.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Time + Send + Sync>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place")]
        Self(Arc::new(|| jiff::Timestamp::now().into()))
    }

    /// Any other.
    pub fn from_fn(now: impl Fn() -> Time + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
    pub fn now(&self) -> Time {
        (self.0)()
    }
}

/// What a request may need, reached only through [`Authorized`](crate::authz::Authorized) and
/// [`Public`](crate::authz::Public).
pub struct Services {
    /// The database.
    pub db: Database,
    /// Where the bytes of files lie.
    pub files: Files,
    /// Keys.
    pub keyring: Arc<Keyring>,
    /// Access tokens.
    pub tokens: Tokens,
    /// Proofs of possession that came in lately.
    pub proofs: Seen,
    /// Password hashing.
    pub hasher: Hasher,
    /// Audit rows of reads.
    pub audit: Journal<AuditEvent>,
    /// What was last signed of each audit log.
    pub checkpoints: Latest,
    /// Rate limits.
    pub limits: Limits,
    /// Who listens to live events.
    pub events: Arc<Hub>,
    /// What leaves the house.
    pub outbox: Outbox,
    /// Rung when there may be an alert to tell of; a hint, since the job looks by itself.
    pub alert_bell: Arc<Notify>,
    /// What estimates are made with.
    pub estimates: Arc<Engine>,
    /// Rung when there may be an estimate to make again; a hint, since the job looks by itself.
    pub estimate_bell: Arc<Notify>,
    /// What stands whether there are keys or not.
    pub house: House,
    /// The time.
    pub clock: Clock,
    /// Between which seals this is: sessions of another time are dead.
    pub seal_epoch: i64,
    /// Rung when the keys were wiped.
    pub sealed_bell: Arc<Notify>,
    /// Where work goes on that no request waits for: those of the server's own threads end before it does.
    pub runtime: Handle,
    /// Everything that can be set.
    pub settings: Settings,
}

impl Services {
    /// Starts everything but the HTTP server. Must be called on a runtime.
    ///
    /// # Errors
    /// When the root key does not fit the database, the database fails, or the operator's own places cannot be read;
    /// `sealed` where somebody has sealed it and nobody has opened it since.
    pub async fn start(
        settings: Settings,
        db: Database,
        keyring: Keyring,
        clock: Clock,
    ) -> Result<Arc<Self>> {
        let house = House::new(&settings)?;
        Self::start_in(settings, db, keyring, clock, house).await
    }

    /// As [`Self::start`], in a house that stands already.
    pub(crate) async fn start_in(
        settings: Settings,
        db: Database,
        keyring: Keyring,
        clock: Clock,
        house: House,
    ) -> Result<Arc<Self>> {
        places::load(&settings).await?;
        let db = db.answering_within(Duration::from_millis(settings.database.answer_timeout_ms));
        let keyring = Arc::new(keyring);
        let inner = Arc::clone(&keyring);
        let seal_epoch = db.write(move |conn| seal::store::opened(conn, &inner)).await?;
        let tokens = Tokens::new(settings.auth.access_token_seconds);
        tokens.refresh(&db, &keyring, clock.now(), settings.auth.signing_key_days).await?;
        let services = Arc::new(Self {
            house,
            audit: Journal::of(db.clone()),
            checkpoints: Latest::default(),
            tokens,
            proofs: Seen::default(),
            hasher: Hasher::start(&settings.hashing)?,
            limits: Limits::new(&settings.limits),
            events: Hub::new(&settings.events),
            outbox: Outbox::new(&settings)?,
            alert_bell: Arc::default(),
            estimates: Arc::new(Engine::new(&settings.estimates)),
            estimate_bell: Arc::default(),
            files: Files::open(&settings).map_err(Error::internal)?,
            seal_epoch,
            sealed_bell: Arc::default(),
            runtime: Handle::current(),
            db,
            keyring,
            clock,
            settings,
        });
        jobs::start(&services);
        deliveries::worker::start(&services);
        events::poll::start(&services);
        Ok(services)
    }

    /// Signs cursors.
    ///
    /// # Errors
    /// `sealed`.
    pub fn cursor_key(&self) -> Result<Secret> {
        self.keyring.installation("cursors")
    }

    /// E-mail addresses are looked up by it.
    ///
    /// # Errors
    /// `sealed`.
    pub fn email_key(&self) -> Result<Secret> {
        self.keyring.installation("users.email")
    }

    /// Wipes every key and ends every stream, at once and on this node alone. What is under way with these services is
    /// refused as `sealed` where it next needs a key; their jobs end.
    pub fn seal(&self) {
        self.keyring.seal();
        self.tokens.forget();
        self.events.close();
        self.sealed_bell.notify_one();
    }

    /// Whether there are no keys any more.
    pub fn is_sealed(&self) -> bool {
        self.keyring.is_sealed()
    }
}

/// Builds the server on a bound listener; await it to run.
///
/// # Errors
/// When the listener cannot be used.
pub fn build(gate: Arc<Gate>, listener: TcpListener) -> Result<Server> {
    let server = gate.settings().server.clone();
    let files = &gate.settings().files;
    let limits = BodyLimits {
        file_bytes: files.max_bytes,
        file_rate: files.min_bytes_per_second,
        json_bytes: server.body_limit_bytes,
        deadline: Duration::from_secs(server.body_deadline_seconds),
    };
    let house = gate.house().clone();
    let assurances = Assurances { stop: house.stop.clone(), tls: house.certificate.is_some() };
    let served = house.clone();
    let app = move || {
        App::new()
            .app_data(Hidden(Arc::clone(&gate)))
            .app_data(limits)
            .app_data(house.metrics.clone())
            .app_data(house.proxies.clone())
            .app_data(Arc::clone(&house.admission))
            .app_data(assurances.clone())
            .wrap(middleware::from_fn(seal::gate::keep_out))
            .wrap(middleware::Compress::default())
            .wrap(middleware::from_fn(overload::admit))
            .wrap(middleware::from_fn(strict::unambiguous))
            .wrap(middleware::from_fn(telemetry::observe))
            .configure(routes::configure)
            .default_service(web::to(|| async { Err::<web::Bytes, _>(Error::not_found()) }))
    };
    transport::serve(&server, &served, listener, app)
}
