//! `farlight backup` and `farlight restore`: what was acknowledged comes back, whole or not at all.

mod aftermath;
mod tampering;
mod under_load;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::attachments::attach;
use crate::attachments::store::s3;
use crate::canaries::dresses;
use crate::command_line::{Running, farlight, said};
use crate::support::tour::{CANARY, tour};
use crate::support::{Actor, Engine, PASSWORD, TestApp, engine_name};

/// What a test has in its hands: keys, and places for files.
pub struct Bench {
    pub folder: tempfile::TempDir,
    pub recipient: String,
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let output =
            farlight().args(["backup", "new-identity"]).arg(folder.path().join("keys")).output().unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        let recipient = told.lines().find_map(|line| line.strip_prefix("recipient ")).unwrap().to_owned();
        Self { folder, recipient }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A new backup of a running service.
    pub fn back_up(&self, app: &TestApp, name: &str) -> PathBuf {
        let file = self.path(name);
        let output =
            here(app).arg("backup").arg(&file).args(["--recipient", &self.recipient]).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        file
    }

    pub fn restore(&self, file: &Path, place: &Vacant) -> Command {
        let mut command = place.command();
        command.arg("restore").arg(file).arg("--identity").arg(self.path("keys"));
        command
    }

    pub fn verify(&self, file: &Path) -> Command {
        let mut command = with_key();
        command.args(["backup", "verify"]).arg(file).arg("--identity").arg(self.path("keys"));
        command.arg("--temporary").arg(self.folder.path());
        command
    }

    /// What is under the seal.
    pub fn unsealed(&self, file: &Path) -> Vec<u8> {
        let text = std::fs::read_to_string(self.path("keys")).unwrap();
        let key = text.lines().find(|line| line.starts_with("AGE-")).unwrap();
        let key: age::x25519::Identity = key.parse().unwrap();
        let sealed = std::fs::read(file).unwrap();
        let mut plain = Vec::new();
        let opened = age::Decryptor::new(&sealed[..]).unwrap().decrypt(std::iter::once(&key as _)).unwrap();
        { opened }.read_to_end(&mut plain).unwrap();
        plain
    }
}

/// The root key of every test's service.
pub fn with_key() -> Command {
    let mut command = farlight();
    command.env("FARLIGHT__KEYS__ROOT", "2a".repeat(32));
    command
}

/// A command on a running service's own place.
pub fn here(app: &TestApp) -> Command {
    let (settings, mut command) = (&app.services.settings, with_key());
    command
        .env("FARLIGHT__DATABASE__URL", &settings.database.url)
        .env("FARLIGHT__FILES__URL", &settings.files.url);
    command
}

/// An empty host.
pub struct Vacant {
    pub engine: Engine,
    url: String,
    folder: tempfile::TempDir,
}

impl Vacant {
    pub fn new() -> Self {
        let (engine, url) = Engine::vacant();
        Self { engine, url, folder: tempfile::tempdir().unwrap() }
    }

    pub fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    pub fn command(&self) -> Command {
        let mut command = with_key();
        command
            .env("FARLIGHT__DATABASE__URL", &self.url)
            .env("FARLIGHT__FILES__URL", format!("file:{}", self.files().display()));
        command
    }

    /// A service in this place.
    pub fn serve(&self) -> Running {
        let mut command = self.command();
        for (name, value) in [
            ("FARLIGHT__ESTIMATES__WATCH", "false"),
            ("FARLIGHT__LIMITS__REQUESTS_PER_MINUTE", "1000000"),
            ("FARLIGHT__LIMITS__BURST", "1000000"),
            ("FARLIGHT__LIMITS__SIGN_IN_PER_MINUTE", "1000000"),
        ] {
            command.env(name, value);
        }
        Running::start(command.arg("serve"))
    }

    /// Whether nothing was put here.
    #[track_caller]
    pub fn is_untouched(&self) {
        let left = std::fs::read_dir(self.folder.path()).unwrap().count();
        assert_eq!(left, 0, "something is left where files go");
        match &self.engine {
            Engine::Sqlite { folder } => {
                let left: Vec<_> =
                    std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
                assert!(left.is_empty(), "{left:?}");
            }
            engine => {
                assert_eq!(engine.number("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'"), 0);
            }
        }
    }
}

/// Everything that a command said.
pub fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), said(output))
}

/// Fails with these words, and with this exit code.
#[track_caller]
pub fn refuses(command: &mut Command, code: i32, words: &str) {
    let output = command.output().unwrap();
    let told = told(&output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert!(told.contains(words), "{words:?} is not in: {told}");
    assert!(!told.contains("panicked"), "{told}");
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_identifies_anybody_is_in_a_backup_sealed_or_not() {
    let app = TestApp::spawn().await;
    tour(&app).await;
    let bench = Bench::new();
    let file = bench.back_up(&app, "canaries");
    let (sealed, plain) = (std::fs::read(&file).unwrap(), bench.unsealed(&file));
    assert!(contains(&plain, b"manifest.json") && contains(&plain, b"case.show"), "it was unsealed");
    assert!(!contains(&sealed, b"manifest.json") && !contains(&sealed, b"SQLite"));
    let mut needles = dresses(CANARY);
    needles.extend(dresses(PASSWORD));
    needles.extend(dresses("Invented "));
    // The root key, which opens all of it.
    needles.push(("the root key".to_owned(), vec![0x2a; 32]));
    needles.push(("the root key in hex".to_owned(), b"2a".repeat(32)));
    for (dress, needle) in &needles {
        assert!(!contains(&plain, needle), "a canary is in the backup as {dress}");
        assert!(!contains(&sealed, needle), "a canary is in the sealed file as {dress}");
    }
    // PostgreSQL's bytes stand there in hexadecimal, which the dresses know in both cases.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_restored_into_an_empty_place_only_and_never_overwritten() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    attach(&app, &case, "a", b"words").await.ok();
    let bench = Bench::new();
    let file = bench.back_up(&app, "first");
    let to = |file: &Path| {
        let mut command = here(&app);
        command.arg("backup").arg(file).args(["--recipient", &bench.recipient]);
        command
    };
    refuses(&mut to(&file), 1, "never overwritten");
    assert!(!bench.path("first.partial").exists());
    refuses(&mut to(&bench.path("no/folder")), 1, "no/folder");
    refuses(
        here(&app).arg("restore").arg(&file).arg("--identity").arg(bench.path("keys")),
        1,
        "an empty place only",
    );

    let place = Vacant::new();
    std::fs::create_dir(place.files()).unwrap();
    std::fs::write(place.files().join("kept"), "kept").unwrap();
    refuses(&mut bench.restore(&file, &place), 1, "an empty place only");
    assert_eq!(std::fs::read(place.files().join("kept")).unwrap(), b"kept");
    std::fs::remove_dir_all(place.files()).unwrap();
    place.is_untouched();
    let done = bench.restore(&file, &place).output().unwrap();
    assert!(done.status.success(), "{}", told(&done));
    refuses(&mut bench.restore(&file, &place), 1, "an empty place only");

    // Nothing is left of what was needed on the way.
    let left = |folder: &Path| -> Vec<String> {
        let names =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names
            .filter(|name| name.contains("restore") || name.contains("backup") || name.contains("partial"))
            .collect()
    };
    if let (Engine::Sqlite { folder: old }, Engine::Sqlite { folder: new }) = (&app.engine, &place.engine) {
        assert_eq!((left(old.path()), left(new.path())), (Vec::new(), Vec::new()));
    }
    assert!(left(place.folder.path()).is_empty());

    // A stream, sealed with a passphrase.
    std::fs::write(bench.path("words"), "seven quiet lanterns drift\n").unwrap();
    let stream =
        here(&app).args(["backup", "-", "--passphrase-file"]).arg(bench.path("words")).output().unwrap();
    assert!(stream.status.success() && said(&stream).contains("wrote -"), "{}", said(&stream));
    std::fs::write(bench.path("stream"), &stream.stdout).unwrap();
    let place = Vacant::new();
    refuses(&mut bench.restore(&bench.path("stream"), &place), 1, "--passphrase-file");
    std::fs::write(bench.path("others"), "seven quiet lanterns sink\n").unwrap();
    let open = |words: &str| {
        let mut command = place.command();
        command.arg("restore").arg(bench.path("stream")).arg("--passphrase-file").arg(bench.path(words));
        command
    };
    refuses(&mut open("others"), 1, "another passphrase");
    place.is_untouched();
    let done = open("words").output().unwrap();
    assert!(done.status.success(), "{}", told(&done));
    std::fs::write(bench.path("short"), "lantern\n").unwrap();
    refuses(here(&app).args(["backup", "-", "--passphrase-file"]).arg(bench.path("short")), 1, "too short");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_says_in_one_line_whether_it_could_be_restored() {
    let app = TestApp::spawn().await;
    let case = app.case(&app.coordinator).await;
    attach(&app, &case, "a", b"words").await.ok();
    let bench = Bench::new();
    let file = bench.back_up(&app, "drill");
    let scratch = Vacant::new();
    let mut command = bench.verify(&file);
    if let Some(url) = scratch.engine.postgres_url() {
        let without = bench.verify(&file).output().unwrap();
        assert!(without.status.success() && told(&without).contains("audit=unchecked"), "{}", told(&without));
        command.args(["--scratch", url]);
    }
    let output = command.args(["--max-age-hours", "1"]).output().unwrap();
    let line = told(&output);
    assert!(output.status.success(), "{line}");
    assert_eq!(line.lines().count(), 1, "{line}");
    for word in ["ok taken=", " files=1 ", " missing=0 ", " logs=2 ", " audit=sound ", " signed=yes "] {
        assert!(line.contains(word), "{word} is not in: {line}");
    }
    scratch.is_untouched();
    refuses(bench.verify(&file).arg("--max-age-hours=-1"), 3, "too old");
    // A machine without the root key can do it as well, but cannot say whose it is.
    let output = bench.verify(&file).env_remove("FARLIGHT__KEYS__ROOT").output().unwrap();
    assert!(output.status.success() && told(&output).contains("signed=unchecked"), "{}", told(&output));
    let left: Vec<_> =
        std::fs::read_dir(bench.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");

    // What the store has lost is no reason to have no backup, and is told.
    for (name, _) in app.stored() {
        std::fs::remove_file(name).unwrap();
    }
    let lost = bench.path("lost");
    refuses(
        here(&app).arg("backup").arg(&lost).args(["--recipient", &bench.recipient]),
        3,
        "missing in the store",
    );
    refuses(&mut bench.verify(&lost), 3, "files are missing");
    let place = Vacant::new();
    refuses(&mut bench.restore(&lost, &place), 3, "restored, but for 1 files");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_bucket_are_carried_or_named() {
    let (_folder, endpoint) = s3().await;
    let on_bucket = |command: &mut Command, prefix: &str| {
        for (name, value) in [
            ("URL", format!("s3://bucket/{prefix}")),
            ("ENDPOINT", endpoint.clone()),
            ("ACCESS_KEY_ID", "lantern".to_owned()),
            ("SECRET_ACCESS_KEY", "a-secret-of-the-store".to_owned()),
            ("ALLOW_HTTP", "true".to_owned()),
        ] {
            command.env(format!("FARLIGHT__FILES__{name}"), value);
        }
    };
    let app = TestApp::spawn_with(|settings| {
        settings.files.url = "s3://bucket/old".to_owned();
        settings.files.endpoint = endpoint.clone();
        settings.files.access_key_id = "lantern".to_owned();
        settings.files.secret_access_key = "a-secret-of-the-store".into();
        settings.files.allow_http = true;
    })
    .await;
    let case = app.case(&app.coordinator).await;
    let film: Vec<u8> = (0..7_000_000_u32).map(|n| (n % 241) as u8).collect();
    let attachment = crate::support::id(&attach(&app, &case, "film", &film).await.ok());
    let bench = Bench::new();
    for (without, prefix, words) in [
        (false, "new", "1 files"),
        (true, "old", "0 files (1 more are named only)"),
        (true, "empty", "1 that were left out"),
    ] {
        let file = bench.path(prefix);
        let mut command = here(&app);
        on_bucket(command.arg("backup").arg(&file).args(["--recipient", &bench.recipient]), "old");
        let output = command.args(without.then_some("--without-files")).output().unwrap();
        assert!(output.status.success(), "{}", told(&output));
        let place = Vacant::new();
        let mut command = bench.restore(&file, &place);
        on_bucket(command.arg("--temporary").arg(bench.folder.path()), prefix);
        let output = command.output().unwrap();
        assert!(told(&output).contains(words), "{words} is not in: {}", told(&output));
        assert_eq!(output.status.code(), Some(if prefix == "empty" { 3 } else { 0 }));
        if prefix == "new" {
            let mut command = place.command();
            on_bucket(command.env("FARLIGHT__ESTIMATES__WATCH", "false").arg("serve"), prefix);
            let running = Running::start(&mut command);
            let coordinator = Actor::new(&running.address, "coordinator@lantern.example", "");
            let path = format!("/v1/attachments/{attachment}");
            assert!(crate::attachments::download(&coordinator, &path, &[]).await.bytes == film);
        }
    }
}

/// A process that is ended when dropped.
struct Waiting(Child);

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A folder of backups keeps the newest, and touches nothing that is not one.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_keeps_so_many_and_takes_one_every_so_often() {
    let app = TestApp::spawn().await;
    let bench = Bench::new();
    let folder = bench.path("all");
    std::fs::create_dir(&folder).unwrap();
    for name in
        ["farlight-2025-01-01T00-00-00Z.age", "farlight-2025-01-02T00-00-00Z.age", "farlight-notes.age"]
    {
        std::fs::write(folder.join(name), name).unwrap();
    }
    let names = || -> Vec<String> {
        let names = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    };
    let take = || {
        let mut command = here(&app);
        command.arg("backup").arg(&folder).args(["--keep", "2", "--recipient", &bench.recipient]);
        command
    };
    // What fails removes nothing.
    refuses(take().env("FARLIGHT__DATABASE__URL", "sqlite:/no/such.db"), 1, "there is no database");
    assert_eq!(names().len(), 3);
    let done = take().output().unwrap();
    assert!(done.status.success() && told(&done).contains("removed"), "{}", told(&done));
    let left = names();
    assert_eq!(left.len(), 3, "{left:?}");
    assert_eq!(
        (left[0].as_str(), left[2].as_str()),
        ("farlight-2025-01-02T00-00-00Z.age", "farlight-notes.age")
    );
    assert!(bench.verify(&folder.join(&left[1])).output().unwrap().status.success());

    // A name is of one second, and this may be the same one.
    std::fs::remove_file(folder.join(&left[1])).unwrap();
    let mut waiting = Waiting(take().args(["--every-hours", "1"]).stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(waiting.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("wrote "), "{line}");
    assert!(waiting.0.try_wait().unwrap().is_none(), "it waits for the next hour");
    refuses(
        here(&app).args(["backup", "-", "--keep", "2", "--recipient", &bench.recipient]),
        1,
        "is no folder",
    );
}

/// In an emergency there may be no Farlight at hand.
#[tokio::test(flavor = "multi_thread")]
async fn the_tools_of_every_system_open_it() {
    let app = TestApp::spawn().await;
    app.case(&app.coordinator).await;
    let bench = Bench::new();
    let file = bench.back_up(&app, "by-hand");
    // `age -d` is what `unsealed` does; the rest is tar.
    std::fs::write(bench.path("by-hand.tar"), bench.unsealed(&file)).unwrap();
    let listed = match Command::new("tar").arg("tf").arg(bench.path("by-hand.tar")).output() {
        Err(_) => return println!("skipped: there is no tar here"),
        Ok(listed) => String::from_utf8(listed.stdout).unwrap(),
    };
    let database = if engine_name() == "sqlite" { "database.sqlite" } else { "tables/cases.000000.copy" };
    for name in ["READ-ME.txt", database, "manifest.json", "manifest.sig"] {
        assert!(listed.lines().any(|line| line == name), "{name} is not in {listed}");
    }
}
