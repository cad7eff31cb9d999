//! What the commands do. Each takes `say`, which prints a line: a library does not speak to the terminal itself.

use std::net::{IpAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::app::{self, Clock, Services};
use crate::auth;
use crate::auth::model::{OneTimeKind, one_time_token};
use crate::config::{LogFormat, LogSettings, Settings, SettingsError};
use crate::crypto::{Keyring, RootKeyError};
use crate::db::{self, Database, OpenError};
use crate::error::Error;
use crate::files::{FilesError, Location};
use crate::http::client::Proxies;
use crate::http::transport::tls::{Certificate, TlsError};

/// Why a command failed, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The root key.
    #[error(transparent)]
    RootKey(#[from] RootKeyError),
    /// The database.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Where files go.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The port.
    #[error("port {port} on {address} is taken or not allowed ({cause}); choose another with {hint}")]
    Port {
        /// The port.
        port: u16,
        /// The address.
        address: String,
        /// What the system said.
        cause: std::io::Error,
        /// How to choose another.
        hint: &'static str,
    },
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

impl From<Error> for StartError {
    fn from(error: Error) -> Self {
        // Its debug form: the operator, unlike a caller, may see the cause.
        Self::Failed(format!("{error:?}"))
    }
}

/// Sends log lines to standard error. A second call changes nothing.
pub fn log(settings: &LogSettings) {
    let filter = tracing_subscriber::EnvFilter::try_new(&settings.filter)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // An error means that a subscriber is there already, as in tests.
    let _ = match settings.format {
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
        LogFormat::Text => lines.try_init(),
    };
}

/// Binds the configured address.
///
/// # Errors
/// [`StartError::Port`].
pub fn bind(settings: &Settings, hint: &'static str) -> Result<TcpListener, StartError> {
    let (address, port) = (settings.server.address.clone(), settings.server.port);
    TcpListener::bind((address.as_str(), port)).map_err(|cause| StartError::Port {
        port,
        address,
        cause,
        hint,
    })
}

/// Runs the service until it is told to stop.
///
/// # Errors
/// [`StartError`] says which setting to look at.
pub async fn serve(settings: Settings, say: impl Fn(&str)) -> Result<(), StartError> {
    settings.check_for_production()?;
    log(&settings.log);
    let listener = bind(&settings, "server.port (FARLIGHT__SERVER__PORT)")?;
    // Before the database is opened: a wrong setting is told whatever else is wrong.
    Location::of(&settings)?;
    Certificate::of(&settings.server)?;
    Proxies::parse(&settings.server.trusted_proxies).map_err(StartError::Failed)?;
    if settings.files.url.is_empty()
        && let Ok(db::Location::Postgres(_)) = db::Location::parse(&settings.database.url)
    {
        let hint = "files.url is not set: files go to the folder farlight-files of this machine alone, in the folder \
                    that the server was started in; set it before there is a second node";
        tracing::warn!("{hint}");
    }
    let services = services(settings).await?;
    let port = listener.local_addr().map(|address| address.port()).unwrap_or_default();
    if !services.db.read(auth::store::any_user).await? {
        print_setup_link(&services, port, &say).await?;
    }
    run(services, listener, &say).await
}

/// Builds and awaits the server on a bound listener.
///
/// # Errors
/// [`StartError::Failed`].
pub async fn run(
    services: Arc<Services>,
    listener: TcpListener,
    say: impl Fn(&str),
) -> Result<(), StartError> {
    let bound = listener.local_addr().map_err(|error| StartError::Failed(error.to_string()))?;
    let (events, estimates) = (Arc::clone(&services.events), Arc::clone(&services.estimates));
    let (stop, drain) = (services.stop.clone(), Duration::from_secs(services.settings.server.drain_seconds));
    let scheme = services.settings.server.scheme();
    let server = app::build(Arc::clone(&services), listener)?;
    let handle = server.handle();
    // Before anybody is told that it runs: until then a signal ends the process on the spot.
    let mut signals = Signals::listen();
    let stopping = tokio::spawn(async move {
        let first = signals.next().await;
        stop.leave();
        // A stream never ends by itself, and the server waits for what is under way.
        events.close();
        if first == Told::Terminate {
            // Whoever is told a second time is in a hurry.
            tokio::select! {
                () = tokio::time::sleep(drain) => {}
                _ = signals.next() => {}
            }
        }
        tokio::select! {
            () = handle.stop(true) => {}
            _ = signals.next() => handle.stop(false).await,
        }
    });
    say(&format!("listening on {scheme}://{bound}"));
    estimates.warm();
    let outcome = server.await.map_err(|error| StartError::Failed(error.to_string()));
    stopping.abort();
    finish(&services).await;
    outcome
}

/// How long what was begun without a request gets to finish.
const FINISH: Duration = Duration::from_secs(10);

/// After the last request: no job begins any more, and what waits to be written is written.
async fn finish(services: &Services) {
    services.stop.end();
    // The writer takes its work in order: when this is through, everything before it is.
    if !matches!(tokio::time::timeout(FINISH, services.db.write(|_| Ok(()))).await, Ok(Ok(()))) {
        tracing::warn!("the database did not take in everything before the end");
    }
}

/// What the process was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    /// By somebody at the terminal, who waits.
    Interrupt,
    /// By whoever runs services here.
    Terminate,
}

/// What comes from outside.
struct Signals {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| {
            signal(kind)
                .inspect_err(|error| tracing::error!(%error, "a signal to stop is not listened to"))
                .ok()
        };
        Self { interrupt: listen(SignalKind::interrupt()), terminate: listen(SignalKind::terminate()) }
    }

    #[cfg(not(unix))]
    fn listen() -> Self {
        Self {}
    }

    /// The next one; every one counts.
    async fn next(&mut self) -> Told {
        #[cfg(unix)]
        {
            async fn came(signal: &mut Option<tokio::signal::unix::Signal>) {
                match signal {
                    Some(signal) => drop(signal.recv().await),
                    None => std::future::pending().await,
                }
            }
            tokio::select! {
                () = came(&mut self.interrupt) => Told::Interrupt,
                () = came(&mut self.terminate) => Told::Terminate,
            }
        }
        #[cfg(not(unix))]
        {
            drop(tokio::signal::ctrl_c().await);
            Told::Interrupt
        }
    }
}

async fn services(settings: Settings) -> Result<Arc<Services>, StartError> {
    let keyring = Keyring::from_settings(&settings.keys)?;
    let db = Database::open(&settings.database)?;
    Ok(Services::start(settings, db, keyring, Clock::system()).await?)
}

async fn print_setup_link(services: &Services, port: u16, say: impl Fn(&str)) -> Result<(), StartError> {
    let (token, hash) = one_time_token()?;
    let now = services.clock.now();
    let expires_at = now.plus_seconds(services.settings.auth.invitation_hours * 3_600);
    services
        .db
        .write(move |conn| {
            auth::store::insert_one_time_token(conn, OneTimeKind::Setup, &hash, None, now, expires_at)
        })
        .await?;
    let base = services.settings.public_url(port);
    say(&format!("set up the first organisation, once, before {expires_at}: {base}/welcome#setup={token}"));
    Ok(())
}

/// Prints a link that founds an organisation; a link printed before stops working.
///
/// # Errors
/// [`StartError`] says which setting to look at.
pub async fn setup_link(settings: Settings, say: impl Fn(&str)) -> Result<(), StartError> {
    let port = settings.server.port;
    let services = services(settings).await?;
    print_setup_link(&services, port, say).await
}

/// Brings the schema up to date and names what was run.
///
/// # Errors
/// [`StartError::Database`].
pub fn migrate(settings: &Settings, say: impl Fn(&str)) -> Result<(), StartError> {
    let done = Database::migrate(&settings.database)?;
    if done.is_empty() {
        say("the schema is up to date");
    }
    for migration in done {
        say(&format!("migrated {migration}"));
    }
    Ok(())
}

/// Writes a new root key.
///
/// # Errors
/// [`StartError::RootKey`], also when the file exists.
pub fn new_key(file: &Path, say: impl Fn(&str)) -> Result<(), StartError> {
    Keyring::create_root_file(file)?;
    say(&format!(
        "wrote {}. Without it nothing can be read again, and with it everything can: keep a copy apart from the \
         database and its backups",
        file.display()
    ));
    Ok(())
}

/// Asks the service on this machine whether it lives.
///
/// # Errors
/// [`StartError::Failed`] when it does not.
pub async fn health(settings: &Settings) -> Result<(), StartError> {
    let unspecified = settings.server.address.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
    let host = if unspecified { "127.0.0.1" } else { &settings.server.address };
    let url = format!("{}://{host}:{}/healthz", settings.server.scheme(), settings.server.port);
    let silent = |error: reqwest::Error| StartError::Failed(format!("{url} does not answer: {error}"));
    // The certificate is made out to the name that others call, not to this machine's loopback; nothing is told.
    let client = reqwest::Client::builder().no_proxy().danger_accept_invalid_certs(true);
    let client = client.timeout(Duration::from_secs(3)).build();
    let response = client.map_err(silent)?.get(&url).send().await.map_err(silent)?;
    if response.status().is_success() {
        Ok(())
    } else {
        Err(StartError::Failed(format!("{url} answers {}", response.status())))
    }
}
