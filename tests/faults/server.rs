//! The real binary, started on a free port.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use crate::engine::{Database, Dropped, name, setting};

/// Where one installation has its settings, its database and its files.
pub struct Place {
    pub database: Database,
    /// Database and files; nothing else lies here.
    pub data: PathBuf,
    config: PathBuf,
    log: PathBuf,
    /// More of the environment.
    pub environment: Vec<(String, String)>,
    _postgres: Option<Dropped>,
    folder: tempfile::TempDir,
}

/// The binary under test; `scripts/faults --prove` names one that was weakened.
fn binary() -> String {
    setting("FARLIGHT_FAULTS_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_farlight").to_owned())
}

impl Place {
    /// On the engine that the suite runs on.
    pub fn new() -> Self {
        if name() == "postgres" { Self::postgres() } else { Self::sqlite() }
    }

    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("data/farlight.db"));
        Self::with(folder, database, None)
    }

    fn postgres() -> Self {
        let dropped = Dropped::new();
        let database = Database::Postgres(dropped.url.clone());
        Self::with(tempfile::tempdir().unwrap(), database, Some(dropped))
    }

    /// On a server that the test looks after.
    pub fn at(url: &str) -> Self {
        Self::with(tempfile::tempdir().unwrap(), Database::Postgres(url.to_owned()), None)
    }

    fn with(folder: tempfile::TempDir, database: Database, postgres: Option<Dropped>) -> Self {
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("data")).unwrap();
        std::fs::write(path("root.key"), "5a".repeat(32)).unwrap();
        let (data, config, log) = (path("data"), path("farlight.toml"), path("server.log"));
        // Little, so that it costs the rounds of a test nothing.
        let environment = vec![("FARLIGHT__DATABASE__KEPT_BACK_BYTES".to_owned(), "262144".to_owned())];
        let place = Self { database, data, config, log, environment, _postgres: postgres, folder };
        place.configure(&place.database.url(), "");
        place
    }

    /// Writes the settings: the address of the database as the server is to reach it, and further lines.
    pub fn configure(&self, url: &str, more: &str) {
        let mut text = String::new();
        write!(
            text,
            "[server]\nport = 0\nworkers = 2\n[keys]\nroot_file = \"{}\"\n[auth]\naccess_token_seconds = 2592000\n\
             [limits]\nrequests_per_minute = 1000000\nburst = 1000000\nsign_in_per_minute = 100000\n\
             [estimates]\nwatch = false\nwindows = [[16.0, 98.0, 17.0, 99.0]]\n\
             [files]\nurl = \"file:{}\"\n[log]\nfilter = \"warn\"\nformat = \"text\"\n\
             [audit]\ncheckpoint_seconds = 2\n[database]\nurl = \"{url}\"\ncreate = true\n{more}\n",
            self.folder.path().join("root.key").display(),
            self.data.join("files").display(),
        )
        .unwrap();
        std::fs::write(&self.config, text).unwrap();
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(binary());
        command.current_dir(self.folder.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts the server and waits until it listens; what it said instead if it did not.
    pub fn try_start(&self) -> Result<Server, String> {
        let mut command = self.command();
        command.arg("serve").arg("--config").arg(&self.config);
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        #[allow(
            clippy::zombie_processes,
            reason = "Drop waits; where none is made it has ended and is waited for"
        )]
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut setup = None;
        let mut line = String::new();
        while out.read_line(&mut line).unwrap() > 0 {
            if let Some(address) = line.trim().strip_prefix("listening on ") {
                return Ok(Server { address: address.to_owned(), setup, child, _out: out });
            }
            if let Some((_, token)) = line.trim().rsplit_once("#setup=") {
                setup = Some(token.to_owned());
            }
            line.clear();
        }
        let _ = child.wait();
        Err(self.log())
    }

    pub fn start(&self) -> Server {
        self.try_start().unwrap_or_else(|log| panic!("the server did not start: {log}"))
    }

    /// Another command of the binary, on this installation.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.spawn(arguments).wait_with_output().unwrap()
    }

    /// As [`Self::run`], beside what else goes on.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        // Not preloaded: it is not what is hurt.
        let mut command = Command::new(binary());
        command.current_dir(self.folder.path()).args(arguments).arg("--config").arg(&self.config);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The end of what the server logged.
    pub fn log(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// Everything that the server logged.
    pub fn whole_log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// A running server, killed when dropped.
pub struct Server {
    pub address: String,
    /// What founds the first organisation, at a first start.
    pub setup: Option<String>,
    child: Child,
    // Kept, so that a later line does not fail.
    _out: BufReader<ChildStdout>,
}

impl Server {
    /// As `kill -9`, and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// As whoever restarts services does it: SIGTERM.
    pub fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Waits for the end.
    pub async fn ended(&mut self, most: Duration) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < most, "it does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub fn socket(&self) -> SocketAddr {
        self.address.strip_prefix("http://").unwrap().parse().unwrap()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
