//! What the commands do. Each takes `say`, which prints a line: a library does not speak to the terminal itself.

use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::app::{self, Clock, Services};
use crate::auth;
use crate::auth::model::{OneTimeKind, one_time_token};
use crate::config::{LogFormat, LogSettings, Settings, SettingsError, Unseal};
use crate::crypto::{Keyring, RootKeyError};
use crate::db::{self, Database, OpenError};
use crate::error::Error;
use crate::files::{FilesError, Location};
use crate::http::client::Proxies;
use crate::http::transport::tls::{Certificate, TlsError};
use crate::imports;
use crate::seal::anew;
use crate::seal::command::local_url;
use crate::seal::gate::Gate;
use crate::signals::{Signals, Told, seal_when_told};

/// How long answers that are on their way have when everything is sealed.
const LAST_ANSWERS: Duration = Duration::from_millis(300);

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
    /// It was done, and somebody should look at how: told apart from a failure by its exit code.
    #[error("{0}")]
    Incomplete(String),
}

impl From<diesel::result::Error> for StartError {
    fn from(error: diesel::result::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<Error> for StartError {
    fn from(error: Error) -> Self {
        if error.code() == "sealed" {
            return Self::Failed("it is sealed: `farlight unseal` opens it".to_owned());
        }
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
    anew::keep_memory_private();
    let left = anew::left_listener();
    let begun_again = left.is_some();
    let listener = match left {
        Some(listener) => listener,
        None => bind(&settings, "server.port (FARLIGHT__SERVER__PORT)")?,
    };
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
    // A process that began again has no key in its environment any more; it starts sealed anyway.
    let keyring = match settings.keys.unseal {
        Unseal::AtStart => match Keyring::from_settings(&settings.keys) {
            Err(RootKeyError::Missing) if begun_again => None,
            keyring => Some(keyring?),
        },
        Unseal::ByShares | Unseal::ByIdentity => None,
    };
    let db = Database::open(&settings.database)?;
    db.keep_room(settings.database.kept_back_bytes);
    let gate = Gate::start(settings, db, keyring, Clock::system()).await?;
    let port = listener.local_addr().map(|address| address.port()).unwrap_or_default();
    if !gate.db().read(auth::store::any_user).await? {
        print_setup_link(gate.db(), gate.settings(), port, &say).await?;
    }
    run(gate, listener, &say).await
}

/// Builds and awaits the server on a bound listener. When it is sealed the process begins again.
///
/// # Errors
/// [`StartError::Failed`].
pub async fn run(gate: Arc<Gate>, listener: TcpListener, say: impl Fn(&str)) -> Result<(), StartError> {
    let failed = |error: std::io::Error| StartError::Failed(error.to_string());
    let bound = listener.local_addr().map_err(failed)?;
    let kept = Arc::new(Mutex::new(Some(listener.try_clone().map_err(failed)?)));
    let settings = gate.settings().server.clone();
    let server = app::build(Arc::clone(&gate), listener)?;
    let handle = server.handle();
    // Before anybody is told that it runs: until then a signal ends the process on the spot.
    let mut signals = Signals::listen();
    let (open, told, port) = (Arc::clone(&gate), handle.clone(), Arc::clone(&kept));
    let stopping = tokio::spawn(async move {
        let first = signals.next().await;
        open.house().stop.leave();
        if first == Told::Terminate {
            // Whoever is told a second time is in a hurry.
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(settings.drain_seconds)) => {}
                _ = signals.next() => {}
            }
        }
        // A stream never ends by itself, and the server waits for what is under way. Not sooner: who listens comes back at
        // once, and would come back to here as long as balancers send people here.
        if let Ok(services) = open.services() {
            services.events.close();
        }
        // As long as anybody has it the system takes connections in, which nobody would answer.
        drop(take(&port));
        tokio::select! {
            () = told.stop(true) => {}
            _ = signals.next() => told.stop(false).await,
        }
    });
    let sealing = tokio::spawn(seal_when_told(Arc::clone(&gate)));
    say(&format!("listening on {}://{bound}", gate.settings().server.scheme()));
    match gate.services() {
        Ok(services) => services.estimates.warm(),
        Err(_) => say("sealed: it opens when those who keep its key have given it"),
    }
    let mut server = std::pin::pin!(server);
    let outcome = tokio::select! {
        outcome = &mut server => outcome.map_err(failed),
        () = gate.was_sealed() => {
            // What has its answer already is sent, what streams is cut.
            let last = async { tokio::join!(handle.stop(true), &mut server) };
            drop(tokio::time::timeout(LAST_ANSWERS, last).await);
            match take(&kept) {
                Some(port) => Err(StartError::Failed(format!(
                    "sealed, and the process could not begin again: {}",
                    anew::begin(port)
                ))),
                // It was about to end anyway, and its memory with it.
                None => Ok(()),
            }
        }
    };
    stopping.abort();
    sealing.abort();
    finish(&gate).await;
    outcome
}

fn take(kept: &Mutex<Option<TcpListener>>) -> Option<TcpListener> {
    kept.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// How long what was begun without a request gets to finish.
const FINISH: Duration = Duration::from_secs(10);

/// After the last request: no job begins any more, what was sent is recorded as sent, imports are left to other nodes, and
/// what waits to be written is written.
async fn finish(gate: &Gate) {
    gate.house().stop.end();
    let last = async {
        if let Ok(services) = gate.services() {
            tokio::join!(services.outbox.rest(), imports::work::rest());
        }
        // The writer takes its work in order: when this is through, everything before it is.
        gate.db().write(|_| Ok(())).await
    };
    if !matches!(tokio::time::timeout(FINISH, last).await, Ok(Ok(()))) {
        tracing::warn!("not everything was finished before the end; it is taken up again");
    }
}

/// Everything but the server, for a command that does what a request would.
///
/// # Errors
/// [`StartError`] says which setting to look at.
pub async fn services(settings: Settings) -> Result<Arc<Services>, StartError> {
    let keyring = Keyring::from_settings(&settings.keys)?;
    let db = Database::open(&settings.database)?;
    Ok(Services::start(settings, db, keyring, Clock::system()).await?)
}

async fn print_setup_link(
    db: &Database,
    settings: &Settings,
    port: u16,
    say: impl Fn(&str),
) -> Result<(), StartError> {
    let (token, hash) = one_time_token()?;
    let now = Clock::system().now();
    let expires_at = now.plus_seconds(settings.auth.invitation_hours * 3_600);
    db.write(move |conn| {
        auth::store::insert_one_time_token(conn, OneTimeKind::Setup, &hash, None, now, expires_at)
    })
    .await?;
    let base = settings.public_url(port);
    say(&format!("set up the first organisation, once, before {expires_at}: {base}/welcome#setup={token}"));
    Ok(())
}

/// Prints a link that founds an organisation; a link printed before stops working.
///
/// # Errors
/// [`StartError`] says which setting to look at.
pub async fn setup_link(settings: Settings, say: impl Fn(&str)) -> Result<(), StartError> {
    let db = Database::open(&settings.database)?;
    print_setup_link(&db, &settings, settings.server.port, say).await
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
    let url = format!("{}/healthz", local_url(settings));
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
