//! From settings to a running server. The tests use the same.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::{App, middleware, web};
use tokio::sync::Notify;

use crate::audit::{Latest, Recorder};
use crate::auth::hashing::Hasher;
use crate::auth::tokens::Tokens;
use crate::authz::guard::Hidden;
use crate::config::Settings;
use crate::crypto::{Keyring, Secret};
use crate::db::Database;
use crate::db::types::Time;
use crate::deliveries::worker::Outbox;
use crate::error::{Error, Result};
use crate::estimates::engine::Engine;
use crate::events::hub::Hub;
use crate::files::Files;
use crate::http::body::BodyLimits;
use crate::http::client::Proxies;
use crate::http::limits::Limits;
use crate::http::overload::{self, Gate};
use crate::http::strict;
use crate::http::telemetry::{self, Assurances, Metrics};
use crate::http::transport;
use crate::http::transport::stop::Stop;
use crate::http::transport::tls::Certificate;
use crate::{deliveries, events, jobs, places, routes};

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
    /// Password hashing.
    pub hasher: Hasher,
    /// Audit rows of reads.
    pub audit: Recorder,
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
    /// Counters.
    pub metrics: Metrics,
    /// Who is let in when more comes than can be done.
    pub gate: Arc<Gate>,
    /// Reverse proxies whose word is taken.
    pub proxies: Proxies,
    /// What TLS is spoken with, if it is.
    pub certificate: Option<Arc<Certificate>>,
    /// How the service ends.
    pub stop: Stop,
    /// The time.
    pub clock: Clock,
    /// Signs cursors.
    pub cursor_key: Secret,
    /// E-mail addresses are looked up by it.
    pub email_key: Secret,
    /// Everything that can be set.
    pub settings: Settings,
}

impl Services {
    /// Starts everything but the HTTP server. Must be called on a runtime.
    ///
    /// # Errors
    /// When the root key does not fit the database, the database fails, or the operator's own places cannot be read.
    pub async fn start(
        settings: Settings,
        db: Database,
        keyring: Keyring,
        clock: Clock,
    ) -> Result<Arc<Self>> {
        places::load(&settings).await?;
        let keyring = Arc::new(keyring);
        let tokens = Tokens::new(settings.auth.access_token_seconds);
        tokens.refresh(&db, &keyring, clock.now(), settings.auth.signing_key_days).await?;
        let metrics = Metrics::new()?;
        let services = Arc::new(Self {
            gate: Arc::new(Gate::new(&settings.overload, metrics.clone())),
            proxies: Proxies::parse(&settings.server.trusted_proxies).map_err(Error::internal)?,
            certificate: Certificate::of(&settings.server).map_err(Error::internal)?,
            stop: Stop::default(),
            audit: Recorder::start(db.clone()),
            checkpoints: Latest::default(),
            tokens,
            hasher: Hasher::start(&settings.hashing)?,
            limits: Limits::new(&settings.limits),
            events: Hub::new(&settings.events),
            outbox: Outbox::new(&settings)?,
            alert_bell: Arc::default(),
            estimates: Arc::new(Engine::new(&settings.estimates)),
            estimate_bell: Arc::default(),
            metrics,
            files: Files::open(&settings).map_err(Error::internal)?,
            cursor_key: keyring.installation("cursors")?,
            email_key: keyring.installation("users.email")?,
            db,
            keyring,
            clock,
            settings,
        });
        jobs::start(&services);
        deliveries::worker::start(&services);
        events::poll::start(&services);
        tokio::spawn(transport::tls::keep_fresh(Arc::clone(&services)));
        Ok(services)
    }
}

/// Builds the server on a bound listener; await it to run.
///
/// # Errors
/// When the listener cannot be used.
#[expect(clippy::needless_pass_by_value, reason = "the server keeps it alive; callers hand it over")]
pub fn build(services: Arc<Services>, listener: TcpListener) -> Result<Server> {
    let server = services.settings.server.clone();
    let files = &services.settings.files;
    let limits = BodyLimits {
        file_bytes: files.max_bytes,
        file_rate: files.min_bytes_per_second,
        json_bytes: server.body_limit_bytes,
        deadline: Duration::from_secs(server.body_deadline_seconds),
    };
    let assurances = Assurances { stop: services.stop.clone(), tls: services.certificate.is_some() };
    let inner = Arc::clone(&services);
    let app = move || {
        App::new()
            .app_data(Hidden(Arc::clone(&inner)))
            .app_data(limits)
            .app_data(inner.metrics.clone())
            .app_data(inner.proxies.clone())
            .app_data(Arc::clone(&inner.gate))
            .app_data(assurances.clone())
            .wrap(middleware::Compress::default())
            .wrap(middleware::from_fn(overload::admit))
            .wrap(middleware::from_fn(strict::unambiguous))
            .wrap(middleware::from_fn(telemetry::observe))
            .configure(routes::configure)
            .default_service(web::to(|| async { Err::<web::Bytes, _>(Error::not_found()) }))
    };
    transport::serve(&services, listener, app)
}
