//! A whole application per test, with people to act in it.

mod actor;
pub mod contact;
pub mod device;
mod engine;
pub mod factor;
pub mod phone;
pub mod tour;
pub mod wire;

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub use actor::{Actor, Reply, send};
pub use engine::{Engine, engine_name};
use farlight::app::{self, Clock, Services};
use farlight::authz::Role;
use farlight::break_glass::model::Opens;
use farlight::config::Settings;
use farlight::crypto::{Keyring, Secret};
use farlight::db::Database;
use farlight::db::types::{Id, Time};
use farlight::http::text::Email;
use farlight::seal::gate::Gate;
use farlight::users::model::{NewUser, add, found_organisation};
pub use serde_json::{Value, json};

/// Everybody's password.
pub const PASSWORD: &str = "seven quiet lanterns drift";

/// A clock that runs with the system's and can be moved.
#[derive(Clone, Default)]
pub struct TestClock {
    ahead_micros: Arc<AtomicI64>,
}

impl TestClock {
    pub fn advance(&self, seconds: i64) {
        self.ahead_micros.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub fn now(&self) -> Time {
        let real: Time = Clock::system().now();
        Time::from_micros(real.as_micros() + self.ahead_micros.load(Ordering::SeqCst))
    }
}

pub struct TestApp {
    pub admin: Actor,
    pub coordinator: Actor,
    pub coordinator2: Actor,
    pub caseworker: Actor,
    pub caseworker2: Actor,
    pub officer: Actor,
    pub officer2: Actor,
    pub analyst: Actor,
    pub auditor: Actor,
    pub partner: Actor,
    /// A coordinator of another organisation.
    pub stranger: Actor,
    pub stranger_officer: Actor,
    pub stranger_auditor: Actor,
    /// Nobody: requests go out without a token.
    pub nobody: Actor,
    pub clock: TestClock,
    pub services: Arc<Services>,
    pub address: String,
    server: actix_web::dev::ServerHandle,
    /// Where the files of cases lie.
    pub files: tempfile::TempDir,
    // Dropped last: removes the database.
    pub engine: Engine,
}

impl TestApp {
    pub async fn spawn() -> Self {
        Self::spawn_with(|_| {}).await
    }

    pub async fn spawn_with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::defaults().unwrap();
        // Production refuses to start with these; they only make tests fast.
        settings.hashing.memory_kib = 64;
        settings.hashing.iterations = 1;
        settings.auth.access_token_seconds = 400 * 86_400;
        settings.limits.requests_per_minute = 1_000_000;
        settings.limits.burst = 1_000_000;
        settings.limits.sign_in_per_minute = 1_000_000;
        settings.server.workers = 1;
        settings.server.shutdown_seconds = 1;
        // A machine that is slow must not shed what a test counts on. Who wants to see it shed makes it impatient.
        settings.overload.queue = 100_000;
        settings.overload.standing = 100_000;
        settings.overload.wait_ms = 60_000;
        // All of the region takes seconds in a build for tests. Who wants to be alerted looks for it, or turns it on.
        settings.estimates.watch = false;
        settings.estimates.windows = vec![[15.5, 97.5, 18.0, 99.5]];
        // The longer way; what opens at once is tried where it is told of.
        settings.break_glass.opens = Opens::AfterApproval;
        settings.shred.wait_hours = 0;
        let engine = Engine::prepare(&mut settings.database);
        let files = tempfile::tempdir().unwrap();
        settings.files.url = format!("file:{}", files.path().display());
        change(&mut settings);
        let clock = TestClock::default();
        let now = {
            let clock = clock.clone();
            Clock::from_fn(move || clock.now())
        };
        let (services, address, server) = serve(settings, now).await;
        let ids = people(&services).await;
        let actor = |name: &str| Actor::new(&address, &format!("{name}@lantern.example"), &ids[name]);
        Self {
            admin: actor("admin"),
            coordinator: actor("coordinator"),
            coordinator2: actor("coordinator2"),
            caseworker: actor("caseworker"),
            caseworker2: actor("caseworker2"),
            officer: actor("officer"),
            officer2: actor("officer2"),
            analyst: actor("analyst"),
            auditor: actor("auditor"),
            partner: actor("partner"),
            stranger: actor("stranger"),
            stranger_officer: actor("stranger_officer"),
            stranger_auditor: actor("stranger_auditor"),
            nobody: Actor::nobody(&address),
            clock,
            services,
            address,
            server,
            files,
            engine,
        }
    }

    /// The application's time, RFC 3339.
    pub fn now(&self) -> String {
        self.clock.now().to_string()
    }

    /// Opens a case as `actor` and gives its id.
    pub async fn case(&self, actor: &Actor) -> String {
        let body = json!({"summary": "Held in a building by the river.", "risk": "high", "country": "MM", "languages": ["zh"]});
        id(&actor.post("/v1/cases", body).await.ok())
    }

    /// Puts `who` on a case.
    pub async fn assign(&self, case: &str, who: &Actor) {
        let path = format!("/v1/cases/{case}/assignments/{}", who.id);
        self.coordinator.put(&path, json!({"role": "member"})).await.ok();
    }

    /// Every object of the store, with its name.
    pub fn stored(&self) -> Vec<(String, Vec<u8>)> {
        fn walk(folder: &std::path::Path, found: &mut Vec<(String, Vec<u8>)>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, found);
                } else {
                    found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
                }
            }
        }
        let mut found = Vec::new();
        walk(self.files.path(), &mut found);
        found.sort();
        found
    }

    /// The newest rows of the audit log with this action.
    pub async fn audited(&self, action: &str) -> Vec<Value> {
        let page = self.auditor.get(&format!("/v1/audit-events?action={action}&limit=200")).await.ok();
        page["items"].as_array().unwrap().clone()
    }
}

/// Starts a service on a port of its own.
async fn serve(settings: Settings, clock: Clock) -> (Arc<Services>, String, actix_web::dev::ServerHandle) {
    let db = Database::open(&settings.database).unwrap();
    let keyring = Keyring::new(Secret::from_slice(&[42; 32]).unwrap());
    let services = Services::start(settings, db, keyring, clock).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let scheme = services.settings.server.scheme();
    let address = format!("{scheme}://{}", listener.local_addr().unwrap());
    let server = app::build(Gate::around(Arc::clone(&services)), listener).unwrap();
    let handle = server.handle();
    tokio::spawn(server);
    (services, address, handle)
}

/// A second service on the database of a [`TestApp`], as when it runs on two machines.
pub struct Node {
    pub services: Arc<Services>,
    pub address: String,
    server: actix_web::dev::ServerHandle,
}

impl TestApp {
    /// Starts another node, whose clock may be behind.
    pub async fn second_node(&self, behind_seconds: i64, change: impl FnOnce(&mut Settings)) -> Node {
        let mut settings = self.services.settings.clone();
        change(&mut settings);
        let clock = self.clock.clone();
        let clock = Clock::from_fn(move || clock.now().plus_seconds(-behind_seconds));
        let (services, address, server) = serve(settings, clock).await;
        Node { services, address, server }
    }
}

impl Node {
    /// Somebody on this node, with the session they have on the other.
    pub async fn same(&self, actor: &Actor) -> Actor {
        Actor::with_token(&self.address, actor.token().await)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

/// The `id` of a body.
pub fn id(body: &Value) -> String {
    body["id"].as_str().unwrap_or_else(|| panic!("no id in {body}")).to_owned()
}

/// An id that nothing has.
pub fn unknown_id() -> String {
    Id::at(Clock::system().now()).to_string()
}

async fn people(services: &Arc<Services>) -> std::collections::HashMap<String, String> {
    let staff: &[(&str, Role)] = &[
        ("admin", Role::Admin),
        ("coordinator", Role::Coordinator),
        ("coordinator2", Role::Coordinator),
        ("caseworker", Role::Caseworker),
        ("caseworker2", Role::Caseworker),
        ("officer", Role::FieldOfficer),
        ("officer2", Role::FieldOfficer),
        ("analyst", Role::Analyst),
        ("auditor", Role::Auditor),
        ("partner", Role::Partner),
    ];
    let strangers: &[(&str, Role)] = &[
        ("stranger", Role::Coordinator),
        ("stranger_officer", Role::FieldOfficer),
        ("stranger_auditor", Role::Auditor),
    ];
    let phc = services.hasher.hash(PASSWORD.into()).await.unwrap();
    let inner = Arc::clone(services);
    services
        .db
        .write(move |conn| {
            let now = inner.clock.now();
            let mut ids = std::collections::HashMap::new();
            for (organisation, people) in [("Lantern House", staff), ("Harbour Light", strangers)] {
                let organisation = found_organisation(&inner, conn, organisation, now)?;
                for (name, role) in people {
                    let email = Email::parse(&format!("{name}@lantern.example")).unwrap();
                    let user =
                        NewUser { name: format!("Invented {name}"), email, role: *role, affiliation: None };
                    let row = add(&inner, conn, organisation, &user, Some(&phc), now)?;
                    ids.insert((*name).to_owned(), row.id.to_string());
                }
            }
            Ok(ids)
        })
        .await
        .unwrap()
}
