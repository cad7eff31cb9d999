//! `farlight demo`: invented data to look at, planted through the API itself, so that it cannot be anything that a
//! user could not have entered.

mod client;
pub mod content;
mod plant;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::app::{Clock, Services};
use crate::authz::Role;
use crate::config::Settings;
use crate::crypto::Keyring;
use crate::db::Database;
use crate::db::types::Time;
use crate::http::text::Email;
use crate::seal::anew;
use crate::seal::gate::Gate;
use crate::start::{self, StartError};
use crate::users::model::{NewUser, add, found_organisation};

/// A demo account. Its password is no secret: the demo listens on loopback and holds invented people.
struct Account {
    organisation: usize,
    role: Role,
    name: &'static str,
    email: &'static str,
    password: &'static str,
}

const ORGANISATIONS: [&str; 2] = ["Lantern House", "Harbour Light"];

const fn account(
    organisation: usize,
    role: Role,
    name: &'static str,
    email: &'static str,
    password: &'static str,
) -> Account {
    Account { organisation, role, name, email, password }
}

#[rustfmt::skip]
const ACCOUNTS: &[Account] = &[
    account(0, Role::Admin, "Odile Marchetti", "admin@lantern.example", "demo-copper-kettle-harvest"),
    account(0, Role::Coordinator, "Tamsin Okoro", "tamsin@lantern.example", "demo-violet-ladder-morning"),
    account(0, Role::Coordinator, "Henrik Solheim", "henrik@lantern.example", "demo-marble-orchard-signal"),
    account(0, Role::Caseworker, "Mei-Ling Forsyth", "meiling@lantern.example", "demo-quiet-river-saffron"),
    account(0, Role::Caseworker, "Joaquim Barreto", "joaquim@lantern.example", "demo-timber-window-cricket"),
    account(0, Role::FieldOfficer, "Saw Htoo Lin", "htoo@lantern.example", "demo-granite-falcon-meadow"),
    account(0, Role::FieldOfficer, "Kanya Rattana", "kanya@lantern.example", "demo-bamboo-comet-harbour"),
    account(0, Role::FieldOfficer, "Dara Vann", "dara@lantern.example", "demo-cotton-beacon-willow"),
    account(0, Role::Analyst, "Irina Vasko", "irina@lantern.example", "demo-silver-compass-thunder"),
    account(0, Role::Auditor, "Piet van Aalst", "piet@lantern.example", "demo-linen-glacier-sparrow"),
    account(0, Role::Partner, "Shelter Nightingale", "nightingale@lantern.example", "demo-maple-island-velvet"),
    account(1, Role::Admin, "Rosalind Achterberg", "admin@harbour.example", "demo-ember-canyon-flute"),
    account(1, Role::Coordinator, "Babatunde Sowande", "babatunde@harbour.example", "demo-indigo-walnut-stream"),
    account(1, Role::Coordinator, "Linnea Falk", "linnea@harbour.example", "demo-crystal-pepper-summit"),
    account(1, Role::Caseworker, "Quyen Delacroix", "quyen@harbour.example", "demo-cedar-lantern-plume"),
    account(1, Role::FieldOfficer, "Somchai Breuer", "somchai@harbour.example", "demo-rustic-dolphin-prairie"),
    account(1, Role::Analyst, "Yusra Lindqvist", "yusra@harbour.example", "demo-topaz-heron-cinder"),
    account(1, Role::Auditor, "Emre Castellano", "emre@harbour.example", "demo-ivory-mountain-needle"),
    account(1, Role::Partner, "Clinic Seagrass", "seagrass@harbour.example", "demo-plain-coral-teapot"),
];

/// A clock that the planter sets, so that months of work carry the times they would have had.
#[derive(Clone)]
struct PlantingClock(Arc<AtomicI64>);

impl PlantingClock {
    fn set(&self, time: Time) {
        self.0.store(time.as_micros(), Ordering::SeqCst);
    }

    fn clock(&self) -> Clock {
        let micros = Arc::clone(&self.0);
        Clock::from_fn(move || Time::from_micros(micros.load(Ordering::SeqCst)))
    }
}

/// Plants the data if the folder has none, prints the accounts, and serves.
///
/// # Errors
/// [`StartError`] says what to do.
pub async fn run(port: u16, data: &Path, say: impl Fn(&str)) -> Result<(), StartError> {
    let mut settings = settings(data)?;
    settings.server.port = port;
    start::log(&settings.log);
    // Bound before anything is planted: a taken port should be told at once.
    let listener = match anew::left_listener() {
        Some(listener) => listener,
        None => start::bind(&settings, "--port")?,
    };
    if needs_planting(data)? {
        say("planting invented cases; this happens once");
        plant(settings.clone(), data).await?;
    }
    let keyring = Keyring::from_settings(&settings.keys)?;
    let db = Database::open(&settings.database)?;
    let gate = Gate::start(settings, db, Some(keyring), Clock::system()).await?;
    say("who can sign in, with role, address and password; everybody is invented:");
    for account in ACCOUNTS {
        say(&format!("account {} {} {}", account.role, account.email, account.password));
    }
    say(&format!(
        "next: the tour in README.md, or /docs in a browser at the address below. Ctrl-C ends it; what was done stays in {}",
        data.display()
    ));
    start::run(gate, listener, &say).await
}

/// The settings of a demo in a folder.
///
/// # Errors
/// Never, unless `config/default.toml` and its types disagree.
pub fn settings(data: &Path) -> Result<Settings, StartError> {
    let mut settings = Settings::defaults()?;
    settings.database.url = format!("sqlite:{}", data.join(DATABASE).display());
    settings.database.create = true;
    // Beside the database, as no real installation should have it: a demo has nothing to lose.
    settings.keys.root_file = data.join("root.key").display().to_string();
    // On loopback there is nobody to hold off, and somebody may want to see how fast it is.
    settings.limits.requests_per_minute = 10_000_000;
    settings.limits.burst = 1_000_000;
    settings.limits.sign_in_per_minute = 10_000;
    settings.log.filter = "warn".to_owned();
    settings.log.format = crate::config::LogFormat::Text;
    Ok(settings)
}

const DATABASE: &str = "farlight.db";
/// There while planting: what is found beside it was not finished and is planted anew.
const UNFINISHED: &str = "planting";

fn needs_planting(data: &Path) -> Result<bool, StartError> {
    let failed = |error: std::io::Error| StartError::Failed(format!("{}: {error}", data.display()));
    std::fs::create_dir_all(data).map_err(failed)?;
    if data.join(UNFINISHED).exists() {
        for name in [DATABASE, "farlight.db-wal", "farlight.db-shm", "root.key"] {
            match std::fs::remove_file(data.join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        }
        match std::fs::remove_dir_all(data.join("files")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    Ok(!data.join(DATABASE).exists())
}

async fn plant(mut settings: Settings, data: &Path) -> Result<(), StartError> {
    let failed = |error: std::io::Error| StartError::Failed(format!("{}: {error}", data.display()));
    std::fs::write(data.join(UNFINISHED), b"").map_err(failed)?;
    let key = data.join("root.key");
    if !key.exists() {
        Keyring::create_root_file(&key)?;
    }
    // The planter's sessions live through seven months of planted time in a few seconds.
    settings.auth.access_token_seconds = 400 * 86_400;
    settings.auth.session_days = 400;
    settings.server.workers = 1;
    // Each account has a connection, and on a busy machine waits long for its turn.
    settings.server.keep_alive_seconds = 600;
    settings.server.shutdown_seconds = 1;

    let now = plant::now(Clock::system().now());
    let clock = PlantingClock(Arc::new(AtomicI64::new(now.plus_seconds(-230 * 86_400).as_micros())));
    let keyring = Keyring::from_settings(&settings.keys)?;
    let db = Database::open(&settings.database)?;
    let services = Services::start(settings, db, keyring, clock.clock()).await?;
    add_accounts(&services).await?;

    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
    let base = format!("http://{}", listener.local_addr().map_err(failed)?);
    let server = crate::app::build(Gate::around(services), listener)?;
    let handle = server.handle();
    actix_web::rt::spawn(server);
    let planted = plant::everything(&base, &clock, now).await;
    handle.stop(true).await;
    planted.map_err(StartError::Failed)?;
    std::fs::remove_file(data.join(UNFINISHED)).map_err(failed)
}

async fn add_accounts(services: &Arc<Services>) -> Result<(), StartError> {
    let mut hashes = Vec::new();
    for account in ACCOUNTS {
        hashes.push(services.hasher.hash(account.password.into()).await?);
    }
    let inner = Arc::clone(services);
    services
        .db
        .write(move |conn| {
            let now = inner.clock.now();
            let mut organisations = Vec::new();
            for name in ORGANISATIONS {
                organisations.push(found_organisation(&inner, conn, name, now)?);
            }
            for (account, hash) in ACCOUNTS.iter().zip(&hashes) {
                let Some(organisation) = organisations.get(account.organisation) else {
                    continue;
                };
                let email = Email::parse(account.email).map_err(crate::error::Error::internal)?;
                let user =
                    NewUser { name: account.name.to_owned(), email, role: account.role, affiliation: None };
                add(&inner, conn, *organisation, &user, Some(hash), now)?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}
