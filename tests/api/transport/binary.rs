//! The real binary, serving a database of its own.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use farlight::config::Settings;
use reqwest::Client;

use crate::support::{Engine, PASSWORD, Value, json};

/// Where a service keeps what outlives it.
pub struct Place {
    pub folder: tempfile::TempDir,
    url: String,
    // Dropped last: removes the database.
    _engine: Engine,
}

/// A running binary; killed when dropped.
pub struct Binary {
    child: Child,
    pub address: String,
    /// Of the link that founds the first organisation, if it was printed.
    setup: Option<String>,
}

impl Place {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::defaults().unwrap();
        let engine = Engine::prepare(&mut settings.database);
        let key = folder.path().join("root.key").display().to_string();
        let made = Command::new(env!("CARGO_BIN_EXE_farlight")).args(["new-key", &key]).output().unwrap();
        assert!(made.status.success());
        Self { folder, url: settings.database.url, _engine: engine }
    }

    pub fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Starts the service; its log goes to the file `log`.
    pub fn serve(&self, more: &[(&str, &str)]) -> Binary {
        let log = File::options().create(true).append(true).open(self.file("log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_farlight"));
        command
            .arg("serve")
            .env("FARLIGHT__SERVER__PORT", "0")
            .env("FARLIGHT__SERVER__WORKERS", "2")
            .env("FARLIGHT__DATABASE__URL", &self.url)
            .env("FARLIGHT__DATABASE__CREATE", "true")
            .env("FARLIGHT__DATABASE__CONNECTIONS", "8")
            .env("FARLIGHT__KEYS__ROOT_FILE", self.file("root.key"))
            .env("FARLIGHT__FILES__URL", format!("file:{}", self.file("files")))
            .env("FARLIGHT__ESTIMATES__WATCH", "false")
            .envs(more.iter().copied());
        #[expect(clippy::zombie_processes, reason = "Drop waits, and a panic here ends the test anyway")]
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut setup = None;
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(address) = line.strip_prefix("listening on ") {
                return Binary { child, address: address.to_owned(), setup };
            }
            setup = setup.or_else(|| line.split_once("#setup=").map(|(_, token)| token.to_owned()));
        }
        panic!("it ended before it listened: {}", self.log());
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.file("log")).unwrap()
    }
}

impl Binary {
    /// Founds an organisation, and gives the token of its admin.
    pub async fn found(&self, client: &Client) -> String {
        let body = json!({
            "token": self.setup.as_ref().unwrap(), "organisation": "Lantern House", "name": "Invented admin",
            "email": "admin@lantern.example", "password": PASSWORD,
        });
        let made = client.post(format!("{}/v1/setup", self.address)).json(&body).send().await.unwrap();
        assert!(made.status().is_success(), "{:?}", made.text().await);
        self.sign_in(client).await
    }

    pub async fn sign_in(&self, client: &Client) -> String {
        let body = json!({"email": "admin@lantern.example", "password": PASSWORD});
        let reply = client.post(format!("{}/v1/auth/login", self.address)).json(&body).send().await.unwrap();
        let tokens: Value = reply.json().await.unwrap();
        tokens["access_token"].as_str().unwrap().to_owned()
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([format!("-{name}"), id]).status().unwrap().success());
    }

    /// Waits for the end.
    pub async fn ended(&mut self, most: Duration) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < most, "it does not end");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
